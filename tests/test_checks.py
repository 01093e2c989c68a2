"""A check says what went wrong, whatever a learner hands over, and never hangs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rememberer_lite import checks
from rememberer_lite.checks import Exercise, Mistake, Prediction, Verdict, judge

LONGEST = 2.0


def running_sum(values: list[float]) -> list[float]:
    total, found = 0.0, []
    for value in values:
        total += value
        found.append(total)
    return found


def lists(rng: random.Random) -> Iterator[tuple[list[float]]]:
    yield ([],)
    yield ([1.0],)
    for size in range(2, 20):
        yield ([float(rng.randint(1, 9)) for _ in range(size)],)


SUM = Exercise(
    "99.1", "a running sum", "chapter 99, “Sums”", running_sum, lists,
    (
        Mistake("You leave the value itself out.", lambda v: [0.0, *running_sum(v)][: len(v)]),
        Mistake("Nothing adds up to nothing.", where=lambda v: not v),
    ),
)  # fmt: skip
VALUE = Prediction(
    "99.2", "a value", "chapter 99", lambda: [0.1 + 0.2, "a"], {(0.2, "a"): "You forgot one."}
)


def right(values: list[float]) -> list[float]:
    return [sum(values[: i + 1]) for i in range(len(values))]


def verdict_in_time(answer: Any) -> Verdict:
    began = time.perf_counter()
    verdict = judge(SUM, answer)
    assert time.perf_counter() - began < LONGEST
    return verdict


# ---- whatever is handed over ---------------------------------------------------------------------


def test_a_right_answer_is_solved() -> None:
    assert verdict_in_time(right).kind == "solved"
    assert verdict_in_time(lambda values: tuple(np.cumsum(values))).kind == "solved"


def test_a_stub_is_untried() -> None:
    def stub(values: list[float]) -> list[float]:
        raise NotImplementedError("Exercise 99.1: write stub")

    assert verdict_in_time(stub).kind == "untried"
    assert judge(VALUE, ...).kind == "untried"


def test_a_missing_return_is_named() -> None:
    verdict = verdict_in_time(lambda values: None)
    assert verdict.kind == "none" and "return" in verdict.says
    assert verdict.yours == "None" and verdict.expected == "[]" and "values=[]" in verdict.case


def test_a_call_in_place_of_the_function_is_named() -> None:
    assert "the function itself" in verdict_in_time(right([1.0])).says


@pytest.mark.parametrize(
    ("answer", "got"),
    [(lambda v: 0.5, "a number"), (lambda v: "1", "a text"), (lambda v: {}, "a dict")],
)
def test_a_wrong_type_is_named_with_the_expected_one(answer: Callable[..., Any], got: str) -> None:
    verdict = verdict_in_time(answer)
    assert verdict.kind == "type"
    assert got in verdict.says and "a list was expected" in verdict.says


def test_an_exception_is_shown_with_its_input() -> None:
    def divides(values: list[float]) -> list[float]:
        return [value / (len(values) - 1) for value in values]

    verdict = verdict_in_time(divides)
    assert verdict.kind == "error"
    assert "ZeroDivisionError: float division by zero" in verdict.says
    assert verdict.case == "divides(values=[1.0])" and verdict.expected == "[1.0]"


@pytest.mark.parametrize("leaving", [SystemExit, KeyboardInterrupt])
def test_a_call_that_wants_to_leave_does_not(leaving: type[BaseException]) -> None:
    def leaves(values: list[float]) -> list[float]:
        raise leaving

    assert leaving.__name__ in verdict_in_time(leaves).says


def test_a_wrong_number_of_arguments_is_shown() -> None:
    assert "TypeError" in verdict_in_time(lambda: []).says


def test_a_changed_input_is_named() -> None:
    def sums_in_place(values: list[float]) -> list[float]:
        for i in range(1, len(values)):
            values[i] += values[i - 1]
        return values

    verdict = verdict_in_time(sums_in_place)
    assert verdict.kind == "changed" and "changed what it was given" in verdict.says


def test_an_answer_that_wavers_is_named() -> None:
    calls: list[int] = []

    def grows(values: list[float]) -> list[float]:
        calls.append(1)
        return right(values) if len(calls) <= 20 else [*right(values), 0.0]

    assert verdict_in_time(grows).kind == "unsteady"


# ---- endless loops -------------------------------------------------------------------------------


def endless(values: list[float]) -> list[float]:
    while True:
        pass


def endless_and_stubborn(values: list[float]) -> list[float]:
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def endless_for_three(values: list[float]) -> list[float]:
    while len(values) == 3:
        time.sleep(0)
    return right(values)


@pytest.mark.parametrize("answer", [endless, endless_and_stubborn, endless_for_three])
def test_an_endless_loop_is_ended_and_named(answer: Callable[..., Any]) -> None:
    verdict = verdict_in_time(answer)
    assert verdict.kind == "endless" and "time was up" in verdict.says
    assert answer.__name__ in verdict.case and verdict.expected


@pytest.mark.parametrize("catching", [(), Exception])
def test_an_ended_loop_runs_no_further(catching: type[Exception] | tuple[()]) -> None:
    turns = [0]

    def counts(values: list[float]) -> list[float]:
        while True:
            try:
                while True:
                    turns[0] += 1
            except catching:
                continue

    assert verdict_in_time(counts).kind == "endless"
    seen = turns[0]
    time.sleep(0.05)
    assert seen == turns[0] > 0


# ---- known mistakes ------------------------------------------------------------------------------


def test_the_smallest_failing_case_is_shown() -> None:
    def forgets_the_last(values: list[float]) -> list[float]:
        return right(values)[:-1]

    verdict = verdict_in_time(forgets_the_last)
    assert verdict.kind == "differs" and "19 of 20" in verdict.says
    assert (verdict.case, verdict.yours, verdict.expected) == (
        "forgets_the_last(values=[1.0])",
        "[]",
        "[1.0]",
    )


def test_a_known_mistake_is_diagnosed_by_its_answers() -> None:
    def one_behind(values: list[float]) -> list[float]:
        return [sum(values[:i], 0.0) for i in range(len(values))]

    verdict = verdict_in_time(one_behind)
    assert verdict == Verdict(
        "mistake", "You leave the value itself out.", "one_behind(values=[1.0])", "[0.0]", "[1.0]"
    )


def test_a_known_mistake_is_diagnosed_by_its_cases() -> None:
    def needs_a_first(values: list[float]) -> list[float]:
        found = [values[0]]
        for value in values[1:]:
            found.append(found[-1] + value)
        return found

    verdict = verdict_in_time(needs_a_first)
    assert verdict.says == "Nothing adds up to nothing." and "IndexError" in verdict.yours


def test_a_mistake_that_shifts_every_answer_is_told_only_where_all_are_shifted() -> None:
    def shifted(values: list[float]) -> list[float]:
        return [*right(values), 0.0]

    mistake = Mistake("One entry too many.", lambda v: [*running_sum(v), 0.0], always=True)
    exercise = replace(SUM, mistakes=(mistake,))
    assert judge(exercise, shifted).says == "One entry too many."
    verdict = judge(exercise, lambda values: shifted(values) if len(values) != 1 else [1.0])
    assert verdict.kind == "differs" and "19 of 20" in verdict.says


def test_a_mistake_on_some_cases_only_is_not_diagnosed_as_another() -> None:
    def nonsense(values: list[float]) -> list[float]:
        return [7.25] * len(values)

    assert verdict_in_time(nonsense).kind == "differs"


def test_predictions() -> None:
    assert judge(VALUE, (0.3, "a")).kind == "solved"
    assert judge(VALUE, [0.2, "a"]).says == "You forgot one."
    assert judge(VALUE, 3).kind == "type"
    assert judge(VALUE, [0.4, "a"]).kind == "differs"


# ---- what is printed -----------------------------------------------------------------------------


@pytest.fixture
def two_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_names", lambda: ["99"])
    monkeypatch.setattr(checks, "of_chapter", lambda name: (SUM, VALUE))
    monkeypatch.setattr(checks, "_state", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.mark.usefixtures("two_exercises")
def test_a_check_prints_and_progress_counts(capsys: pytest.CaptureFixture[str]) -> None:
    def said() -> str:
        return capsys.readouterr().out

    checks.progress("99")
    assert said() == "Exercises 99: 0 solved, 0 tried, 2 left.\n"
    checks.check("99.2", ...)
    assert said() == "99.2 not tried yet: a value.\n"
    checks.check("99.1", lambda values: None)
    lines = said().splitlines()
    assert lines[0].startswith("99.1 not solved yet. Your function returned None.")
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "smallest case",
        "yours",
        "expected",
        "reread",
    ]
    checks.progress("99")
    assert said() == "Exercises 99: 0 solved, 1 tried, 1 left.\n"
    checks.check("99.1", right)
    assert said() == "99.1 solved: a running sum.\n"
    checks.progress("99")
    assert said() == "Exercises 99: 1 solved, 0 tried, 1 left.\n"


@pytest.mark.usefixtures("two_exercises")
def test_under_nbgrader_a_failed_check_raises_its_diagnosis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match=r"99\.1 not solved yet\. .*returned None"):
        checks.check("99.1", lambda values: None)
    with pytest.raises(AssertionError, match=r"99\.2 not tried yet"):
        checks.check("99.2", ...)
    checks.check("99.1", right)
    assert capsys.readouterr().out == "99.1 solved: a running sum.\n"


@pytest.mark.usefixtures("two_exercises")
def test_an_unknown_exercise_names_those_that_there_are() -> None:
    with pytest.raises(checks.UnknownExercise, match=r"'4\.9'.*99\.1, 99\.2"):
        checks.check("4.9", right)
    with pytest.raises(checks.UnknownExercise, match=r"'98'.*99"):
        checks.progress("98")


def test_importing_the_checks_is_light(run_python: Callable[..., str]) -> None:
    heavy = ["openai", "matplotlib", "ipywidgets", "gymnasium", "scipy", "IPython", "nbformat"]
    loaded = run_python(
        "import sys\nfrom rememberer_lite.checks import check, progress, exercises\nexercises()\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_a_check_loads_no_chapter_but_its_own(run_python: Callable[..., str]) -> None:
    """So that a mistake in one chapter's module does not stop the exercises of the others."""
    loaded = run_python(
        "import sys\nfrom rememberer_lite.checks import check, progress, exercises\n"
        "check('4.1', ...)\nprogress('04')\n"
        "print(sorted(n.split('_')[-1] for n in sys.modules if '.checks.chapter_' in n))"
    )
    assert loaded.splitlines()[-1] == "['04']"
