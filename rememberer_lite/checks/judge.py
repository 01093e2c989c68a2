"""The verdict on an answer: solved, or what went wrong, on which case, and what to reread."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction
from rememberer_lite.checks.trial import LIMIT, Outcome, family, run, same


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        kind: "solved"; "untried" (still the stub); or why it is not solved: "none", "type",
            "error", "endless", "changed", "unsteady", "mistake", "differs", "callable".
        says: the diagnosis, in a sentence or two.
        case: the call that shows it, as text; "" where none does.
        yours, expected: what the call gave, and what it should give.
    """

    kind: str
    says: str = ""
    case: str = ""
    yours: str = ""
    expected: str = ""


def judge(exercise: Exercise | Prediction, answer: Any) -> Verdict:
    """Try an answer."""
    if isinstance(exercise, Prediction):
        return _predicted(exercise, answer)
    if not callable(answer):
        return Verdict("callable", f"Hand over the function itself, not {family(answer)}.")
    cases = list(islice(exercise.cases(random.Random(f"exercise {exercise.id}")), exercise.count))
    limit = exercise.limit or LIMIT
    outcomes, hung = run(answer, cases, limit)
    first = outcomes[0].error if outcomes else None
    if isinstance(first, NotImplementedError):
        return Verdict("untried")
    wanted = [exercise.spec(*case) for case in cases]
    equal = exercise.same or same
    wrong = [
        (outcome, expected)
        for outcome, expected in zip(outcomes, wanted, strict=False)
        if not _right(outcome, expected, equal)
    ]
    show = _Writer(exercise, answer)
    if wrong:
        return _diagnose(exercise, outcomes, wrong, show, equal)
    if hung:
        slow = exercise.slow if len(outcomes) > len(cases) / 2 else None
        return Verdict(
            "endless",
            f"This call had not ended when the time was up ({limit:g} s for all cases together). "
            + (slow or "Does every turn of your loop come nearer to its end?"),
            show.call(cases[len(outcomes)]),
            "no answer",
            show.value(wanted[len(outcomes)]),
        )
    again, _ = run(answer, cases[:20])
    for one, other in zip(outcomes, again, strict=False):
        if not equal(one.value, other.value):
            return Verdict(
                "unsteady",
                "The same call gave another answer the second time. Your function keeps something "
                "from call to call, or draws from a generator of its own.",
                show.call(one.case),
                f"{show.value(one.value)}, then {show.value(other.value)}",
            )
    return Verdict("solved")


def _right(outcome: Outcome, expected: Any, equal: Callable[[Any, Any], bool]) -> bool:
    if outcome.error is not None or outcome.changed:
        return False
    try:
        return bool(equal(outcome.value, expected))
    except Exception:  # what came back cannot even be compared
        return False


def _diagnose(
    exercise: Exercise,
    outcomes: Sequence[Outcome],
    wrong: Sequence[tuple[Outcome, Any]],
    show: _Writer,
    equal: Callable[[Any, Any], bool],
) -> Verdict:
    outcome, expected = wrong[0]  # cases come the smallest first
    call, value, right = show.call(outcome.case), show.value(outcome.value), show.value(expected)
    mistake = _known(exercise, outcomes, wrong, equal)
    if mistake is not None:
        if outcome.error is not None:
            value = f"{type(outcome.error).__name__}: {outcome.error}"
        return Verdict("mistake", mistake.says, call, value, right)
    if outcome.error is not None:
        name = type(outcome.error).__name__
        return Verdict("error", f"Your function raised {name}: {outcome.error}", call, name, right)
    if outcome.value is None and expected is not None:
        return Verdict("none", "Your function returned None. Is there a return on every way "
                       "through it?", call, value, right)  # fmt: skip
    if family(outcome.value) != family(expected):
        return Verdict(
            "type",
            f"Your function returned {family(outcome.value)}; {family(expected)} was expected.",
            call, value, right,
        )  # fmt: skip
    if outcome.changed:
        return Verdict(
            "changed",
            "Your function changed what it was given. Whoever calls it still needs that: work on "
            "a copy, or build something new.",
            call,
        )
    share = f"{len(wrong)} of {len(outcomes)} cases are wrong" if len(outcomes) > 1 else "Wrong"
    return Verdict("differs", f"{share}; this is the smallest of them.", call, value, right)


def _known(
    exercise: Exercise,
    outcomes: Sequence[Outcome],
    wrong: Sequence[tuple[Outcome, Any]],
    equal: Callable[[Any, Any], bool],
) -> Mistake | None:
    """The mistake that explains the wrong answers; of several, the one that also explains the rest.

    It has to agree with the answer on more than three quarters of the cases that are wrong. Of two
    that do equally well there, the one that agrees on more of all cases is told. A mistake
    may ask for agreement in every case (`Mistake.always`).
    """
    best, most = None, (0.75, 0.0)
    failed = [any(outcome is one for one, _ in wrong) for outcome in outcomes]
    for mistake in exercise.mistakes:
        if mistake.where is not None:
            holds = [bool(mistake.where(*outcome.case)) for outcome in outcomes]
            agreed = [1.0 if holds == failed else 0.0] * len(outcomes)
        elif mistake.wrong is not None:
            made, _ = run(mistake.wrong, [outcome.case for outcome in outcomes])
            agreed = [
                float(_alike(mine, theirs, equal))
                for mine, theirs in zip(outcomes, made, strict=False)
            ]
        else:
            continue
        if mistake.always and sum(agreed) < len(outcomes):
            continue
        there = [one for one, is_wrong in zip(agreed, failed, strict=False) if is_wrong]
        share = sum(there) / len(wrong), sum(agreed) / len(outcomes)
        if share > most:
            best, most = mistake, share
    return best


def _alike(one: Outcome, other: Outcome, equal: Callable[[Any, Any], bool]) -> bool:
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error)
    if one.changed != other.changed:
        return False
    try:
        return bool(equal(one.value, other.value))
    except Exception:
        return False


def _predicted(prediction: Prediction, answer: Any) -> Verdict:
    if answer is ...:
        return Verdict("untried")
    expected = prediction.expected()
    if same(answer, expected):
        return Verdict("solved")
    for value, says in prediction.wrong.items():
        if same(answer, list(value) if isinstance(value, tuple) else value):
            return Verdict("mistake", says)
    if family(answer) != family(expected):
        return Verdict("type", f"You predict {family(answer)}; {family(expected)} was asked for.")
    return Verdict("differs", f"{answer!r} is not what comes out. Work it out once more, on paper.")


class _Writer:
    """Calls and values as texts that fit a few lines."""

    def __init__(self, exercise: Exercise, answer: Callable[..., Any]) -> None:
        self.names = list(inspect.signature(exercise.spec).parameters)
        self.function = getattr(answer, "__name__", "your function")

    def call(self, case: Case) -> str:
        named = zip(self.names, case, strict=False)
        return f"{self.function}({', '.join(f'{n}={self.value(v)}' for n, v in named)})"

    def value(self, value: Any) -> str:
        text = repr(_rounded(value))
        return text if len(text) <= 400 else f"{text[:397]}…"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list | tuple):
        return type(value)(map(_rounded, value)) if type(value) in (list, tuple) else value
    if type(value) is dict:
        return {key: _rounded(v) for key, v in value.items()}
    return value
