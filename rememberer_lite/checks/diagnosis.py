"""Which mistake explains the wrong answers of a function, and how to say so."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from rememberer_lite.checks.display import Writer, less
from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake
from rememberer_lite.checks.habits import habit, in_part
from rememberer_lite.checks.trial import Outcome, call, run
from rememberer_lite.checks.values import family, same

#: up to this many wrong answers, a mistake must explain each of them and differ nowhere else
FEW = 5
#: seconds for looking for a smaller case
SHRINKING = 0.3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        kind: "solved"; "untried" (still the stub); or why it is not solved: "none", "type",
            "error", "endless", "changed", "unsteady", "mistake", "differs", "callable".
        says: the diagnosis, in a sentence or two.
        case: the call that shows it, as text; "" where none does.
        yours, expected: what the call gave, and what it should give; long ones where they differ.
        before, after: the arguments that the call changed, before it and after it.
        printed: what the function printed while it was tried.
        given: the arguments of the call, by name.
    """

    kind: str
    says: str = ""
    case: str = ""
    yours: str = ""
    expected: str = ""
    before: str = ""
    after: str = ""
    printed: str = ""
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One call: what it gave, what it should give, and whether that is the same."""

    outcome: Outcome
    expected: Any
    right: bool


def diagnosed(
    exercise: Exercise, tried: Sequence[Tried], show: Writer, retry: Callable[[Case], Tried]
) -> Iterator[Verdict]:
    """The verdict on an answer that is wrong in some cases, then ones with smaller cases.

    Args:
        exercise: what was asked for.
        tried: the results of all cases.
        show: writes the calls of the answer.
        retry: tries another case.
    """
    first = next(one for one in tried if not one.right)  # the smallest cases come first
    mistake = None if exercise.invariants else known(exercise, tried)
    verdict = _named(exercise, tried, mistake)
    if verdict.kind == "differs" and (says := habit(*_values(tried))):
        verdict = Verdict("mistake", says)
    elif verdict.kind == "differs":
        equal = partial(alike, equal=exercise.same or same)
        outcomes, right = [one.outcome for one in tried], [one.expected for one in tried]
        if found := in_part(exercise, outcomes, right, equal):
            mistake, first = found[0], tried[found[1]]
            verdict = Verdict("mistake", f"{mistake.says} Something else is wrong as well.")
    yield _with_texts(verdict, first, show)
    for smaller in _smaller(exercise, first, retry, partial(_is_like, first, mistake, exercise)):
        yield _with_texts(verdict, smaller, show)


def _values(tried: Sequence[Tried]) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """What the wrong calls gave and should have given, and all right answers."""
    pairs = [(one.outcome.value, one.expected) for one in tried if not one.right]
    return pairs, [one.expected for one in tried]


def _named(exercise: Exercise, tried: Sequence[Tried], mistake: Mistake | None) -> Verdict:
    """What is wrong, without the call that shows it."""
    wrong = [one for one in tried if not one.right]
    outcome = wrong[0].outcome
    if _only_lists(exercise, wrong):
        return Verdict(
            "type",
            "The values are right, but a list is where a tuple is asked for: write (a, b), not "
            "[a, b]. The two are never equal in Python, and a list cannot be the key of a dict.",
        )
    if mistake is not None:
        return Verdict("mistake", mistake.says)
    if outcome.error is None and not outcome.changed and (failed := broken(exercise, outcome)):
        return Verdict("mistake", failed.says)
    if outcome.error is not None:
        name = f"{outcome.error.__name__}: {outcome.message}".removesuffix(": ")
        return Verdict("error", f"Your function raised {name}")
    if outcome.value is None and all(one.expected is not None for one in tried):
        return Verdict("none", "Your function returned None. Is there a return on every way "
                       "through it?")  # fmt: skip
    if family(outcome.value) not in {family(one.expected) for one in tried}:
        return Verdict(
            "type",
            f"Your function returned {_kind(outcome.value)}; {_kind(wrong[0].expected)} was "
            "expected.",
        )
    if outcome.changed:
        return Verdict(
            "changed",
            "Your function changed what it was given. Its caller still needs that: work on "
            "a copy, or build something new.",
        )
    share = f"{len(wrong)} of {len(tried)} cases are wrong" if len(tried) > 1 else "Wrong"
    return Verdict("differs", f"{share}; this is the smallest of them.")


def _kind(value: Any) -> str:
    """The kind of a value; a tuple is compared as a list, and called by its own name."""
    return "a tuple" if issubclass(type(value), tuple) else family(value)


def broken(exercise: Exercise, outcome: Outcome) -> Invariant | None:
    """The first invariant of an open task that a result does not meet."""
    for invariant in exercise.invariants:
        try:
            if not invariant.holds(outcome.value, *outcome.case):
                return invariant
        except Exception:  # the result has another form
            return invariant
    return None


def _only_lists(exercise: Exercise, wrong: Sequence[Tried]) -> bool:
    """Whether nothing is wrong but lists where tuples should be."""
    return not (exercise.same or exercise.invariants) and not any(
        one.outcome.error or one.outcome.changed or not same(one.outcome.value, one.expected)
        for one in wrong
    )


def _with_texts(verdict: Verdict, one: Tried, show: Writer) -> Verdict:
    """The verdict with the call that shows it."""
    outcome = one.outcome
    yours, expected = show.both(outcome, one.expected)
    if outcome.error is not None and verdict.kind == "error":
        yours = outcome.error.__name__  # the whole of it is in the diagnosis
    before, after = show.change(outcome) if outcome.changed else ("", "")
    if outcome.changed and same(outcome.value, one.expected):
        yours = expected = ""  # only the arguments are wrong
    call = show.call(outcome.case)
    return replace(verdict, case=call, yours=yours, expected=expected, before=before, after=after,
                   given=show.given(outcome.case))  # fmt: skip


def _smaller(
    exercise: Exercise, one: Tried, retry: Callable[[Case], Tried], is_like: Callable[[Tried], bool]
) -> Iterator[Tried]:
    """Smaller and smaller cases that show the same."""
    names = list(inspect.signature(exercise.spec).parameters)
    places = [names.index(name) for name in exercise.cuts]
    until = time.perf_counter() + SHRINKING
    found: Tried | None = one
    while found is not None:
        one, found = found, None
        for case in less(one.outcome.case, places):
            if time.perf_counter() > until:
                return
            if is_like(other := retry(case)):
                found = other
                yield found
                break


def _is_like(first: Tried, mistake: Mistake | None, exercise: Exercise, other: Tried) -> bool:
    """Whether another case goes wrong in the same way."""
    one, outcome = first.outcome, other.outcome
    if other.right or (one.error, one.changed) != (outcome.error, outcome.changed):
        return False
    if exercise.invariants and one.error is None and not one.changed:
        return broken(exercise, one) == broken(exercise, outcome)
    if mistake is None:
        return family(one.value) == family(outcome.value)
    if mistake.where is not None:
        return bool(mistake.where(*outcome.case))
    assert mistake.wrong is not None
    return alike(outcome, call(mistake.wrong, outcome.case), exercise.same or same)


def known(exercise: Exercise, tried: Sequence[Tried]) -> Mistake | None:
    """The mistake that explains the wrong answers; of several, the one that also explains the rest.

    It has to agree with the answer on more than three quarters of the cases that are wrong. Of two
    that do equally well there, the one that agrees on more of all cases is reported. If only few
    cases are wrong, or if a mistake requires it (`Mistake.always`), it has to agree everywhere.
    """
    best, most = None, (0.75, 0.0)
    wrong = [one for one in tried if not one.right]
    right = [one for one in tried if one.right]
    for mistake in exercise.mistakes:
        strict = mistake.always or mistake.where is not None or len(wrong) < FEW
        there = _agreed(exercise, mistake, wrong)
        if there / len(wrong) < most[0] or (strict and there < len(wrong)):
            continue  # most mistakes end here, and the other cases need not be tried
        elsewhere = _agreed(exercise, mistake, right)
        if strict and elsewhere < len(right):
            continue
        share = there / len(wrong), (there + elsewhere) / len(tried)
        if share > most:
            best, most = mistake, share
    return best


def _agreed(exercise: Exercise, mistake: Mistake, tried: Sequence[Tried]) -> int:
    """In how many cases the answer is as the mistake would have it."""
    cases = [one.outcome.case for one in tried]
    if mistake.where is not None:
        is_so = [
            bool(mistake.where(*case)) != one.right for case, one in zip(cases, tried, strict=True)
        ]
        return len(tried) if all(is_so) else 0
    assert mistake.wrong is not None
    made = run(mistake.wrong, cases)
    equal = exercise.same or same
    return sum(alike(one.outcome, other, equal) for one, other in zip(tried, made, strict=True))


def alike(one: Outcome, other: Outcome, equal: Callable[[Any, Any], bool] = same) -> bool:
    """Whether two calls had the same outcome."""
    if one.error is not None or other.error is not None:
        return one.error is other.error
    if one.changed != other.changed:
        return False
    try:
        return bool(equal(one.value, other.value))
    except Exception:
        return False
