"""The verdict on an answer: solved, or what went wrong, on which case, and what to reread."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from rememberer_lite.checks.diagnosis import Tried, Verdict, alike, broken, diagnosed
from rememberer_lite.checks.display import Writer
from rememberer_lite.checks.exercise import Case, Exercise, Prediction
from rememberer_lite.checks.predictions import predicted
from rememberer_lite.checks.process import NotSent
from rememberer_lite.checks.trial import LIMIT, Calls, Outcome, Report, patience, tried
from rememberer_lite.checks.values import family, lists_for_tuples, printable, same, shown
from rememberer_lite.text import short

#: seconds for calling once more what has been called
AGAIN = 0.3

__all__ = ["Verdict", "judge"]


def judge(exercise: Exercise | Prediction, answer: Any) -> Verdict:
    """Try an answer."""
    if isinstance(exercise, Prediction):
        return predicted(exercise, answer)
    if not callable(answer):
        return Verdict("callable", f"Hand over the function itself, not {family(answer)}.")
    limit = (exercise.limit or LIMIT) * patience()
    cases_of(exercise)  # every process that is forked from this one has what they import
    try:
        report = tried(partial(_examined, exercise, slice(None)), answer, limit)
    except NotSent as error:
        return Verdict(
            "error",
            "Your function cannot be sent to the process that tries it out "
            f"({short(printable(str(error)), 200)}). Build what it uses inside the function.",
        )
    if report.broken:
        verdict = Verdict(
            "error",
            "The check failed after your function had run. Does it change something that all of "
            f"Python needs? {printable(report.broken.splitlines()[-1])}",
        )
    elif report.result is None and not report.all_right:
        begun = tried(partial(_examined, exercise, slice(report.calls)), answer, limit)
        verdict = begun.result and begun.result[0]
    elif report.result is None:
        verdict = _ended(exercise, answer, report, limit)
    else:
        verdict, at = report.result
        alone = partial(_is_right_first, exercise, at)
        if at and verdict.kind != "unsteady" and tried(alone, answer, limit).result:
            verdict = replace(verdict, kind="unsteady", says=_KEEPS)
    verdict = verdict or _ended(exercise, answer, report, limit)
    return replace(verdict, printed=report.printed)


_KEEPS = (
    "The answer to this call is right when it is the first one, and wrong after others. Your "
    "function keeps something from call to call: a default argument that it changes, or a "
    "variable outside it."
)


def cases_of(exercise: Exercise) -> list[Case]:
    """The cases on which every answer is tried."""
    rng = random.Random(f"exercise {exercise.id}")
    return list(islice(exercise.cases(rng), exercise.count))


def _is_right_first(exercise: Exercise, number: int, calls: Calls) -> bool:
    """Whether the answer to a case is right where it is the first one."""
    case = cases_of(exercise)[number]
    expected = exercise.spec(*case)
    return calls(case, partial(is_right, exercise=exercise, expected=expected))[1]


def _ended(exercise: Exercise, answer: Any, report: Report, limit: float) -> Verdict:
    """The verdict on a call that did not end, or ended its process."""
    cases = cases_of(exercise)
    case = cases[report.calls % len(cases)]
    call = Writer(exercise, answer).call(case)
    expected = "" if exercise.invariants else shown(exercise.spec(*case))
    if not report.hung:
        return Verdict(
            "error",
            "This call ended the whole process that it ran in: it asked for too much memory, went "
            "too deep, or left. Does it call itself without end?",
            call, "no answer", expected,
        )  # fmt: skip
    if report.calls >= len(cases):
        return Verdict(
            "unsteady",
            "The same calls ended the first time, and did not the second. Your function keeps "
            "something from call to call.",
        )
    slow = exercise.slow if report.calls > len(cases) / 2 else None
    return Verdict(
        "endless",
        f"This call had not ended when the time was up ({limit:.2g} s for all cases together). "
        + (slow or "Does every turn of your loop come nearer to its end?"),
        call, "no answer", expected,
    )  # fmt: skip


def _examined(exercise: Exercise, part: slice, calls: Calls) -> tuple[Verdict, int]:
    """The verdict on a part of the cases, and the number of the first wrong one (0: none)."""
    cases = cases_of(exercise)[part]
    wanted = [exercise.spec(*case) for case in cases]
    equal = exercise.same or same
    tried: list[Tried] = []
    for case, expected in zip(cases, wanted, strict=True):
        outcome, right = calls(case, partial(is_right, exercise=exercise, expected=expected))
        if not tried and outcome.error and issubclass(outcome.error, NotImplementedError):
            return Verdict("untried"), 0
        tried.append(Tried(outcome, expected, right))
    wrong = [one for one in tried if not one.right]
    show = Writer(exercise, calls.answer)
    until = calls.again() + AGAIN
    for one in [*tried[:20], *wrong[:20]]:
        again, right = calls(
            one.outcome.case, partial(is_right, exercise=exercise, expected=one.expected)
        )
        if time.perf_counter() > until:
            break
        if right != one.right or not (
            right
            or show.outcome(again) == show.outcome(one.outcome)
            or alike(one.outcome, again, equal)
        ):
            return Verdict(
                "unsteady",
                "The same call gave another answer the second time. Your function keeps something "
                "from call to call (a default argument that it changes, a variable outside it), or "
                "draws from a generator of its own.",
                show.call(one.outcome.case),
                f"{show.outcome(one.outcome)}, then {show.outcome(again)}",
                shown(one.expected),
            ), 0  # fmt: skip
    if not wrong:
        return Verdict("solved"), 0
    return _with_small_case(exercise, tried, show, calls), tried.index(wrong[0])


def _with_small_case(exercise: Exercise, tried: list[Tried], show: Writer, calls: Calls) -> Verdict:
    """The verdict on a wrong answer, with the smallest case found in the time there is."""

    def retry(case: Case) -> Tried:
        try:
            expected = exercise.spec(*case)
        except Exception:  # not a case that the exercise is about
            return Tried(Outcome(case), None, right=True)
        outcome, right = calls(case, partial(is_right, exercise=exercise, expected=expected))
        return Tried(outcome, expected, right)

    at = next(number for number, one in enumerate(tried) if not one.right)
    calls.again()
    for verdict in diagnosed(exercise, tried, show, retry):
        calls.keep((verdict, at))
    return verdict


def is_right(outcome: Outcome, exercise: Exercise, expected: Any) -> bool:
    """Whether a call of an answer gave what it should."""
    equal = exercise.same or same
    if outcome.error is not None or outcome.changed:
        return False
    if exercise.invariants:
        return broken(exercise, outcome) is None
    try:
        if not equal(outcome.value, expected):
            return False
        return exercise.same is not None or not lists_for_tuples(outcome.value, expected)
    except Exception:  # what came back cannot even be compared
        return False
