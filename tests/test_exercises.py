"""Each exercise can be solved, is not solved by its stub, tells mistakes apart, and leaks nothing.

A new chapter is found by its files: `solutions/NN_….ipynb`, `rememberer_lite/checks/chapter_NN.py`
and `tests/exercises/wrong_NN.py`; nothing here names one.
"""

from __future__ import annotations

import copy
import inspect
import json
import random
import re
import time
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
import pytest
from exercise_notebooks import (
    ROOT,
    SOLUTIONS,
    Planted,
    answers,
    chapter_of,
    normalised,
    planted,
    solution_lines,
    telling,
)

from rememberer_lite.checks import chapters, diagnosis, exercises, judge
from rememberer_lite.checks.display import less
from rememberer_lite.checks.exercise import Exercise
from rememberer_lite.checks.judge import cases_of, is_right
from rememberer_lite.checks.trial import call, run

EXERCISES = exercises()
PLANTED = [entry for chapter in chapters() for entry in planted(chapter)]
#: seconds that a check may take (of the processor: beside other tests the clock says little)
LONGEST = 2.0

every_chapter = pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
every_exercise = pytest.mark.parametrize("id", EXERCISES, ids=lambda id: f"{chapter_of(id)} {id}")


@cache
def solved(chapter: str) -> dict[str, Any]:
    (path,) = (path for path in SOLUTIONS if path.name.startswith(chapter))
    return answers(path)


@cache
def unsolved(chapter: str) -> dict[str, Any]:
    (path,) = (ROOT / "exercises").glob(f"{chapter}_*.ipynb")
    return answers(path)


# ---- the files belong together -------------------------------------------------------------------


def test_there_are_exercises() -> None:
    assert SOLUTIONS and EXERCISES and PLANTED


def test_each_chapter_has_its_three_files() -> None:
    notebooks = [path.name[:2] for path in SOLUTIONS]
    wrong = [path.stem[-2:] for path in (ROOT / "tests" / "exercises").glob("wrong_*.py")]
    assert notebooks == list(chapters()) == sorted(wrong)


@every_chapter
def test_a_notebook_checks_each_declared_exercise_once(solution: Path) -> None:
    declared = [exercise.id for exercise in chapters()[solution.name[:2]]]
    assert list(solved(solution.name[:2])) == declared
    assert list(unsolved(solution.name[:2])) == declared
    text = solution.read_text("utf-8")
    assert [text.count(f'check(\\"{id}\\",') for id in declared] == [1] * len(declared)


@every_chapter
def test_the_cells_are_marked_for_nbgrader(solution: Path) -> None:
    marked = {}
    for cell in nbformat.read(solution, as_version=4).cells:
        if "nbgrader" in cell.metadata:
            assert cell.metadata.nbgrader.schema_version == 3
            assert cell.metadata.nbgrader.grade_id not in marked, "a grade id stands twice"
            marked[cell.metadata.nbgrader.grade_id] = cell
        assert ("### BEGIN SOLUTION" in cell.source) == bool(
            cell.metadata.get("nbgrader", {}).get("solution")
        )
    for exercise in chapters()[solution.name[:2]]:
        dashed = exercise.id.replace(".", "-")
        given, check = marked.pop(f"exercise-{dashed}"), marked.pop(f"check-{dashed}")
        assert given.metadata.nbgrader.solution and not given.metadata.nbgrader.grade
        assert check.metadata.nbgrader.grade and check.metadata.nbgrader.locked
        assert check.metadata.nbgrader.points > 0
        assert check.source.startswith(f'check("{exercise.id}", ')
    assert not marked, "cells for exercises that are not declared"


@every_chapter
def test_each_exercise_has_a_card(solution: Path) -> None:
    cells = nbformat.read(solution, as_version=4).cells
    cards = [cell.source for cell in cells if cell.cell_type == "markdown"]
    for exercise in chapters()[solution.name[:2]]:
        (card,) = (text for text in cards if text.startswith(f"## {exercise.id} "))
        assert re.search(r"★+☆* · \d+ minutes · \*Why it matters:\*", card), exercise.id
        assert card.count("<details><summary>Hint") >= 2 == card.count("</details>"), exercise.id
        if isinstance(exercise, Exercise):
            assert "*Expected:*" in card, exercise.id


@every_chapter
def test_difficulty_never_falls_within_a_notebook(solution: Path) -> None:
    """Only an open or optional task may be easier than the one before it, as the last."""
    text = "\n".join(cell.source for cell in nbformat.read(solution, as_version=4).cells)
    cards = re.findall(r"^## (\d+\.\d+ .*)\n\s*(★+)☆* · ", text, re.MULTILINE)
    assert len(cards) == len(chapters()[solution.name[:2]])
    while cards[-1][0].endswith(("(open)", "(optional)")):
        cards.pop()
    stars = [len(mark) for _, mark in cards]
    assert stars == sorted(stars), cards


@every_chapter
def test_a_notebook_begins_and_ends_as_the_others(solution: Path) -> None:
    cells = nbformat.read(solution, as_version=4).cells
    first = cells[0].source
    assert first.startswith(f"# Exercises {solution.name[:2]}: ")
    assert [number for number in "123" if f"\n{number}. " in first] == ["1", "2", "3"]
    assert re.search(r"Prerequisites: .*\(\.\./notebooks/\w+\.ipynb\)", first)
    assert re.search(r"about \d+ minutes", first)
    assert f'progress("{solution.name[:2]}")' in [cell.source for cell in cells[-3:]]
    for cell in cells:  # in the exercises the links point beside them
        for link in re.findall(r"\]\((\.\./[^)#]+)\)", cell.source):
            assert (solution.parent / link).exists(), link


# ---- right, unsolved, wrong ----------------------------------------------------------------------


@every_exercise
def test_the_solution_is_solved_in_time(id: str) -> None:
    answer = solved(chapter_of(id))[id]  # runs the notebook: not part of the check
    began = time.process_time()
    verdict = judge(EXERCISES[id], answer)
    assert verdict.kind == "solved", verdict
    assert time.process_time() - began < LONGEST


@every_exercise
def test_the_stub_is_untried(id: str) -> None:
    assert judge(EXERCISES[id], unsolved(chapter_of(id))[id]).kind == "untried"


@every_exercise
def test_no_answer_that_is_always_the_same_passes(id: str) -> None:
    exercise = EXERCISES[id]
    if not isinstance(exercise, Exercise):
        pytest.skip("a prediction is one value")
    assert judge(exercise, exercise.spec).kind == "solved"
    outcomes = run(exercise.spec, list(exercise.cases(random.Random(0))))
    assert len({repr(outcome.value) for outcome in outcomes}) > 1


@every_exercise
def test_what_a_smaller_case_leaves_out_may_be_left_out(id: str) -> None:
    """Where a smaller case breaks the statement, two right answers differ in it."""
    exercise = EXERCISES[id]
    if not isinstance(exercise, Exercise) or not exercise.cuts:
        pytest.skip("its cases are shown whole")
    names = list(inspect.signature(exercise.spec).parameters)
    places = [names.index(name) for name in exercise.cuts]
    answer = solved(chapter_of(id))[id]
    for case in cases_of(exercise)[:40]:
        for smaller in islice(less(case, places), 12):
            try:
                expected = exercise.spec(*copy.deepcopy(smaller))
            except Exception:
                continue  # no case of this exercise, and never shown
            assert is_right(call(answer, smaller), exercise, expected), smaller


@pytest.fixture
def unshrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The diagnosis alone is judged: no time is spent on a smaller case (test_checks.py)."""
    monkeypatch.setattr(diagnosis, "SHRINKING", 0.0)


@pytest.mark.usefixtures("unshrunk")
@pytest.mark.parametrize("entry", PLANTED, ids=str)
def test_a_planted_wrong_answer_gets_its_own_diagnosis(entry: Planted) -> None:
    began = time.process_time()
    verdict = judge(EXERCISES[entry.id], entry.answer)
    assert entry.words in verdict.says, verdict
    assert time.process_time() - began < LONGEST


@pytest.mark.parametrize("entry", PLANTED, ids=str)
def test_the_words_of_a_diagnosis_belong_to_one(entry: Planted) -> None:
    exercise = EXERCISES[entry.id]
    says = (
        [known.says for known in (*exercise.mistakes, *exercise.invariants)]
        if isinstance(exercise, Exercise)
        else list(exercise.wrong.values())
    )
    assert sum(entry.words in text for text in says) <= 1


@every_exercise
def test_each_exercise_has_two_planted_wrong_answers(id: str) -> None:
    assert sum(entry.id == id for entry in PLANTED) >= 2


@pytest.mark.usefixtures("unshrunk")
@every_exercise
def test_each_declared_mistake_is_told_from_the_others(id: str) -> None:
    exercise = EXERCISES[id]
    if not isinstance(exercise, Exercise):
        pytest.skip("a prediction's mistakes are values")
    for mistake in exercise.mistakes:
        if mistake.wrong is not None:
            assert judge(exercise, mistake.wrong).says == mistake.says


@every_exercise
def test_each_invariant_of_an_open_task_is_broken_by_a_planted_answer(id: str) -> None:
    exercise = EXERCISES[id]
    if not isinstance(exercise, Exercise) or not exercise.invariants:
        pytest.skip("no open task")
    said = {judge(exercise, entry.answer).says for entry in PLANTED if entry.id == id}
    assert said >= {invariant.says for invariant in exercise.invariants}


# ---- nothing leaks -------------------------------------------------------------------------------


@every_chapter
def test_no_line_of_a_solution_stands_in_the_exercises(solution: Path) -> None:
    notebook = nbformat.read(solution, as_version=4)
    texts = {
        path.name: normalised(_all_text(path))
        for path in sorted((ROOT / "exercises").iterdir())
        if path.is_file()
    }
    lines = list(solution_lines(notebook))
    assert lines
    leaked = [
        f"{name}: {line.strip()}"
        for _, line in lines
        if telling(line)
        for name, text in texts.items()
        if normalised(line) in text
    ]
    assert leaked == []


@every_chapter
def test_no_line_however_short_stands_in_its_own_stub(solution: Path) -> None:
    exercise = nbformat.read(ROOT / "exercises" / solution.name, as_version=4)
    stubs = {
        cell.metadata.nbgrader.grade_id: {normalised(line) for line in cell.source.splitlines()}
        for cell in exercise.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for id, line in solution_lines(nbformat.read(solution, as_version=4)):
        assert normalised(line) not in stubs[id], (id, line)


@every_chapter
def test_nothing_else_of_the_notebook_gives_a_solution_away(solution: Path) -> None:
    text = (ROOT / "exercises" / solution.name).read_text("utf-8")
    notebook = json.loads(text)
    assert "SOLUTION" not in text
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    known = {"grade", "grade_id", "locked", "points", "schema_version", "solution", "task"}
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"nbgrader"}
        assert set(cell["metadata"].get("nbgrader", {})) <= known
        assert set(cell) <= {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None


def test_a_planted_leak_is_found() -> None:
    line = "        q += max(1 / visits, floor) * (target - q)"
    assert telling(line)
    assert normalised(line) in normalised("do: `q+=max(1/visits, floor)*(target-q)`, and done")


def _all_text(path: Path) -> str:
    """Everything a file says, a notebook's cells as they read and not as JSON spells them."""
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    found: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                collect(key)
                collect("".join(inner) if key in ("source", "text") else inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        else:
            found.append(str(value))

    collect(json.loads(text))
    return "\n".join(found)
