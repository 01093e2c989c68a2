"""A check says what went wrong, whatever a learner hands over, and never hangs."""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rememberer_lite import checks
from rememberer_lite.checks import Exercise, Mistake, Prediction, Verdict, judge
from rememberer_lite.checks.trial import patience

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
    assert time.perf_counter() - began < LONGEST * patience()
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
def test_an_ended_loop_runs_no_further(
    catching: type[Exception] | tuple[()], tmp_path: Path
) -> None:
    turns = tmp_path / "turns"

    def counts(values: list[float]) -> list[float]:
        while True:
            try:
                with turns.open("a") as file:
                    file.write("1")
            except catching:
                continue

    assert verdict_in_time(counts).kind == "endless"
    seen = turns.stat().st_size
    time.sleep(0.05)
    assert seen == turns.stat().st_size > 0


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
        "mistake",
        "You leave the value itself out.",
        "one_behind(values=[1.0])",
        "[0.0]",
        "[1.0]",
        given=(("values", "[1.0]"),),
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


def test_an_answer_gets_more_time_while_other_programs_use_the_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(values: list[float]) -> list[float]:
        time.sleep(0.01)
        return running_sum(values)

    hurried = replace(SUM, limit=0.1)
    for load, kind in ((0.0, "endless"), (20.0, "solved")):
        per_processor = load * (os.cpu_count() or 1)
        monkeypatch.setattr(
            os, "getloadavg", lambda load=per_processor: (load, 0, 0), raising=False
        )
        assert judge(hurried, slow).kind == kind


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
    assert said() == "Exercises 99: 0 solved, 0 tried, 2 left. Not solved yet: 99.1, 99.2.\n"
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
    assert said() == "Exercises 99: 0 solved, 1 tried, 1 left. Not solved yet: 99.1, 99.2.\n"
    checks.check("99.1", right)
    assert said() == "99.1 solved: a running sum.\n"
    checks.progress("99")
    assert said() == "Exercises 99: 1 solved, 0 tried, 1 left. Not solved yet: 99.2.\n"


class Notebook:
    """What a check shows in a kernel, without one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.shown: list[dict[str, str]] = []
        monkeypatch.chdir(folder)
        monkeypatch.delenv("REMEMBERER_PROGRESS", raising=False)
        for module in (checks, checks.feedback, checks.progress_file):
            monkeypatch.setattr(module, "in_notebook", lambda: True)
        monkeypatch.setattr(
            "rememberer_lite.view.html.feedback.show",
            lambda html, plain: self.shown.append({"html": str(html), "plain": plain}),
        )

    def last(self) -> str:
        return self.shown[-1]["html"]


@pytest.mark.usefixtures("two_exercises")
def test_in_a_notebook_a_verdict_is_a_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    course = tmp_path / "notebooks"
    course.mkdir()
    cell = {"cell_type": "markdown", "source": ["## A sum: one by one\n"]}
    (course / "99_add_up.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    (tmp_path / "exercises").mkdir()
    notebook = Notebook(monkeypatch, tmp_path / "exercises")
    checks.check("99.1", lambda values: None)
    assert "✗ not yet" in notebook.last() and "rl-partly" in notebook.last()
    assert "<table" in notebook.last() and "values" in notebook.last()
    checks.check("99.1", right)
    assert "✓ solved" in notebook.last() and "rl-solved" in notebook.last()
    assert notebook.shown[-1]["plain"] == "99.1 solved: a running sum."
    said = "chapter 99, “A sum”"
    link = checks.feedback.section_link(said)
    assert link == "../notebooks/99_add_up.ipynb#A-sum%3A-one-by-one"
    assert checks.feedback.section_link("chapter 98, “A sum”") == ""


@pytest.mark.usefixtures("two_exercises")
def test_progress_outlasts_the_kernel_and_says_what_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    notebook = Notebook(monkeypatch, tmp_path)
    checks.check("99.1", right)
    monkeypatch.setattr(checks, "_state", {})  # a new kernel
    checks.progress("99")
    assert "■□ 1 of 2 solved" in notebook.last() and "99.2 a value" in notebook.last()
    assert "99.1" not in notebook.last()
    for broken in ("", "[1]", '{"99.1": "won"}', "{"):
        (tmp_path / ".rememberer_progress.json").write_text(broken, encoding="utf-8")
        checks.progress("99")
        assert "□□ 0 of 2 solved" in notebook.last()
    checks.check("99.1", right)  # and a broken file is written anew
    monkeypatch.setattr(checks, "_state", {})
    checks.progress("99")
    assert "■□" in notebook.last()


@pytest.mark.usefixtures("two_exercises")
def test_a_grader_and_a_test_leave_no_progress(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Notebook(monkeypatch, tmp_path)
    for name, value in (("REMEMBERER_PROGRESS", "off"), ("NBGRADER_EXECUTION", "autograde")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            checks.check("99.1", right)
    assert list(tmp_path.iterdir()) == []


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


# ---- verdicts that fit ---------------------------------------------------------------------------


def find(values: list[float]) -> float | None:
    return max(values) if values else None


def test_none_is_named_only_where_no_right_answer_is_none() -> None:
    exercise = replace(SUM, spec=find, mistakes=())
    verdict = judge(exercise, lambda values: None)
    assert verdict.kind == "differs" and "19 of 20" in verdict.says
    assert judge(exercise, lambda values: []).kind == "type"


def test_a_default_that_is_changed_is_found_though_the_answers_are_wrong() -> None:
    def keeps(values: list[float], found: list[float] = []) -> list[float]:  # noqa: B006
        for value in values:
            found.append((found[-1] if found else 0.0) + value)
        return list(found)

    verdict = judge(replace(SUM, mistakes=()), keeps)
    assert verdict.kind == "unsteady" and "from call to call" in verdict.says


def test_a_memory_between_calls_that_repeats_itself_is_found() -> None:
    known: dict[float, list[float]] = {}

    def remembers_by_its_first(values: list[float]) -> list[float]:
        first = values[0] if values else 0.0
        if first not in known:
            known[first] = right(values)
        return known[first]

    assert judge(SUM, right).kind == "solved"
    verdict = judge(SUM, remembers_by_its_first)
    assert verdict.kind == "unsteady" and "right when it is the first one" in verdict.says


def test_where_few_cases_fail_a_mistake_must_explain_them_all_and_differ_nowhere() -> None:
    def last_lost(v: list[float]) -> list[float]:  # wrong in nine cases
        return running_sum(v)[:-1] if len(v) > 10 else running_sum(v)

    exercise = replace(SUM, mistakes=(Mistake("The last is lost.", last_lost),))
    assert judge(exercise, last_lost).says == "The last is lost."
    for longer in (15, 16, 18):
        verdict = judge(exercise, lambda v, n=longer: right(v)[: -(len(v) > n)] if v else v)
        assert verdict.kind == "differs", longer


def added(values: Iterable[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


@pytest.mark.parametrize("add", [sum, added, math.fsum, lambda values: np.sum(list(values))])
def test_an_exact_comparison_of_floats_is_told_however_they_are_added(
    add: Callable[[Iterable[float]], float],
) -> None:
    """So that every Python gives the same verdict: sum() rounds otherwise from 3.12 on."""

    def exact(gains: list[float]) -> float:
        signs = list(product((1, -1), repeat=len(gains)))
        sums = [add(a * b for a, b in zip(s, gains, strict=True)) for s in signs]
        return sum(abs(total) >= abs(add(gains)) for total in sums) / len(sums)

    def foreign(memory: Any, start: Any, journal: Any) -> list[str]:
        found = []
        for state, actions in memory.items():
            for action, (q, visits) in actions.items():
                q0, n0 = start.get(state, {}).get(action, (0.0, 0))
                returns = [q0] * n0
                for episode in journal:
                    for t, step in enumerate(episode):
                        if step[:2] == (state, action):
                            returns.append(add(reward for _, _, reward in episode[t:]))
                if len(returns) != visits or not visits or q != add(returns) / visits:
                    found.append(state)
        return list(dict.fromkeys(found))

    assert "exactly" in judge(checks.exercises()["9.5"], exact).says
    assert "exactly" in judge(checks.exercises()["14.4"], foreign).says


PAIR = Prediction("99.4", "a pair", "chapter 99", lambda: "AE", {"AD": "D is sound."}, False)
ROW = Prediction("99.5", "a row", "chapter 99", lambda: ["B", "C"], {("C", "B"): "Turned."})
SHARE = Prediction("99.6", "a share", "chapter 99", lambda: 0.6, {0.4: "The other."})
LONG = Prediction("99.7", "a cost", "chapter 99", lambda: 2.1152, {2.112: "Twenty tokens."})
ACTION = Prediction("99.8", "an action", "chapter 99", lambda: "click[buy now]", {})


@pytest.mark.parametrize(
    ("prediction", "answer", "says"),
    [
        *((PAIR, answer, "") for answer in ("AE", "ea", "E, A", "A and E", ["E", "A"], {*"AE"})),
        *((PAIR, answer, "D is sound.") for answer in ("da", ("D", "A"), "A + D")),
        *(
            (ROW, answer, "")
            for answer in (["b", "c"], ("B", "C"), "BC", "B, C", "B then C", "b-c")
        ),
        *((ROW, answer, "Turned.") for answer in ("cb", ["C", "B"], "C > B")),
        *((SHARE, answer, "") for answer in (0.6, "0.6", "0,6", "60 %", "3/5", "about 0.6", [0.6])),
        *((SHARE, answer, "The other.") for answer in (0.4, "40%", "2/5", "λ = 0.4")),
        *((LONG, answer, "") for answer in (2.1152, "$2.1152", 2.115, "2.12 dollars")),
        *((LONG, answer, "Twenty tokens.") for answer in (2.112, "2.112", 2.11)),
        *((ACTION, answer, "") for answer in ("Click[Buy Now]", "click [buy now]", "buy now")),
    ],
)
def test_any_spelling_of_a_prediction_is_read(
    prediction: Prediction, answer: object, says: str
) -> None:
    verdict = judge(prediction, answer)
    assert (verdict.kind, verdict.says) == ("mistake" if says else "solved", says)


@pytest.mark.parametrize(
    ("prediction", "answer"),
    [
        (ROW, {"B", "C"}), (ROW, "B"), (PAIR, "A"), (PAIR, "AEF"), (SHARE, 0.61),
        (SHARE, "0.6 or 0.4"),
        (LONG, 2.1), (LONG, 2), (ACTION, "click[back]"), (SHARE, True), (PAIR, ""), (SHARE, None),
    ],
)  # fmt: skip
def test_another_prediction_is_not_taken_for_it(prediction: Prediction, answer: object) -> None:
    assert judge(prediction, answer).kind in ("differs", "type")


@pytest.mark.parametrize(
    ("prediction", "answer", "says"),
    [
        (ROW, ["B", "D"], "Of the 2 that belong there you have 1, and 1 that does not."),
        (ROW, ["B", "C", "B"], "These are the right ones, but not as they stand here."),
        (PAIR, "AFE", "Of the 2 that belong there you have 2, and 1 that does not."),
        (SHARE, 60, "The digits are right, but it is 100 times too large."),
        (SHARE, -0.6, "The size is right, and the sign is not."),
        (LONG, 2.10, "That is close: did you round on the way?"),
        (LONG, 1.76, "is not what comes out. Work it out once more, on paper."),
        (ACTION, "click[back]", "is not what comes out. Work it out once more, on paper."),
    ],
)
def test_a_prediction_that_nobody_foresaw_is_told_how_far_off_it_is(
    prediction: Prediction, answer: object, says: str
) -> None:
    assert says in judge(prediction, answer).says


# ---- what is shown -------------------------------------------------------------------------------


def long_lists(rng: random.Random) -> Iterator[tuple[list[float]]]:
    for _ in range(20):
        yield ([float(rng.randint(1, 9)) for _ in range(12)],)


LONG_SUM = replace(SUM, cases=long_lists, cuts=("values",))


def test_the_case_is_made_small() -> None:
    def forgets_sevens(values: list[float]) -> list[float]:
        return [sum(v for v in values[: i + 1] if v != 7) for i in range(len(values))]

    verdict = judge(LONG_SUM, forgets_sevens)
    assert verdict.case == "forgets_sevens(values=[7.0])"
    assert (verdict.yours, verdict.expected) == ("[0]", "[7.0]")


def test_a_small_case_shows_the_mistake_that_was_diagnosed() -> None:
    mistake = Mistake("A nine is an eight for you.", lambda v: running_sum([min(x, 8) for x in v]))
    verdict = judge(
        replace(LONG_SUM, mistakes=(mistake,)), lambda v: right([8.0 if x == 9 else x for x in v])
    )
    assert verdict.says == mistake.says and "(values=[9.0])" in verdict.case


def test_only_what_may_be_left_out_is_left_out() -> None:
    verdict = judge(replace(LONG_SUM, cuts=()), lambda values: [*right(values)[:-1], 0.0])
    assert verdict.kind == "differs" and verdict.case.count(",") == 11


def test_a_function_that_does_not_end_on_smaller_cases_still_gets_its_verdict() -> None:
    def hangs_on_short_ones(values: list[float]) -> list[float]:
        while len(values) < 12:
            pass
        return right(values)[:-1]

    verdict = verdict_in_time_of(LONG_SUM, hangs_on_short_ones)
    assert verdict.kind == "differs" and verdict.case.count(",") == 11


def verdict_in_time_of(exercise: Exercise, answer: Any) -> Verdict:
    began = time.process_time()
    verdict = judge(exercise, answer)
    assert time.process_time() - began < LONGEST
    return verdict


def test_long_results_are_shown_where_they_differ() -> None:
    def text_of(values: list[float]) -> str:
        return "".join(f"line {i}: {value:.0f}\n" for i, value in enumerate(running_sum(values)))

    exercise = replace(SUM, spec=text_of, mistakes=(), cases=lambda rng: iter([([1.0] * 200,)]))
    verdict = judge(exercise, lambda values: text_of(values).replace("line 150: 151", "line 150"))
    assert "line 150\\n" in verdict.yours and "line 150: 151" in verdict.expected
    assert max(len(verdict.yours), len(verdict.expected)) < 120
    assert verdict.yours.startswith("…") and verdict.expected.endswith("…")


def test_what_a_call_changed_is_shown_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    def sorts(values: list[float]) -> list[float]:
        found = right(values)
        values.sort()
        return found

    verdict = judge(replace(SUM, cases=lambda rng: iter([([2.0, 1.0],)])), sorts)
    assert verdict.kind == "changed"
    assert (verdict.before, verdict.after) == ("values=[2.0, 1.0]", "values=[1.0, 2.0]")
    assert verdict.yours == verdict.expected == ""
    text = checks.as_text(SUM, verdict)
    assert "before:" in text and "values=[1.0, 2.0]" in text


def pair(values: list[float]) -> tuple[float, dict[str, tuple[int, int]]]:
    return sum(values), {"length": (len(values), 0)}


def test_a_list_where_a_tuple_is_asked_for_is_named() -> None:
    exercise = replace(SUM, spec=pair, mistakes=())
    assert judge(exercise, lambda v: (sum(v), {"length": (len(v), 0)})).kind == "solved"
    for answer in (
        lambda v: [sum(v), {"length": (len(v), 0)}],
        lambda v: (sum(v), {"length": [len(v), 0]}),
    ):
        verdict = judge(exercise, answer)
        assert verdict.kind == "type" and "a list is where a tuple is asked for" in verdict.says
    assert judge(SUM, lambda values: tuple(right(values))).kind == "solved"
