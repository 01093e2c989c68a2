"""What the reader of a chapter writes: solutions pass, stubs are open, mistakes are told."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

import nbformat
import pytest
from nbformat import NotebookNode
from notebook_kernels import prepare_kernels
from parts import chapters, fold, folded, ids, solved, stubs
from run_notebook import run

from rememberer_lite.checks import built
from rememberer_lite.checks.exercise import Mistake
from rememberer_lite.checks.judge import judge
from rememberer_lite.checks.parts import Part, UnknownPart, parts, solution_text

PARTS = list(parts().values())
CHAPTERS = chapters()
MISTAKES = [(part, m) for part in PARTS for m in part.exercise.mistakes if m.wrong]

each = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.exercise.id)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name[:2])


@cache
def notebook(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


@each
def test_the_solution_is_right(part: Part) -> None:
    assert part.judge(part.solution).kind == "solved"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "mistake"),
    MISTAKES,
    ids=lambda one: one.says[:40] if isinstance(one, Mistake) else one.exercise.id,
)
def test_a_mistake_gets_its_diagnosis(part: Part, mistake: Mistake) -> None:
    assert mistake.wrong
    verdict = judge(part.exercise, mistake.wrong)
    assert verdict.kind != "solved"
    assert verdict.says == mistake.says or verdict.kind == "changed"


# ---- the chapters


@each_chapter
def test_each_part_is_a_stub_with_its_solution_folded(path: Path) -> None:
    written, number = notebook(path), path.name[:2]
    assert list(stubs(written)) == ids(number)
    assert sorted(folded(written)) == sorted(id.split(".")[1] for id in ids(number))
    assert fold(written, number) == written, "uv run python tests/tools/parts.py"
    for id, (_, stub) in stubs(written).items():
        assert isinstance(stub.body[-1], ast.Raise), f"{id} gives a line of its solution away"
        solution = ast.parse(solution_text(parts()[id].solution)).body[0]
        assert isinstance(solution, ast.FunctionDef) and solution.name == id.split(".")[1]
        assert ast.unparse(stub.args) == ast.unparse(solution.args)


@each_chapter
def test_the_stored_outputs_are_those_of_a_reader_who_writes_nothing(path: Path) -> None:
    for number, _ in stubs(notebook(path)).values():
        shown = json.dumps(notebook(path).cells[number].outputs)
        assert "is open: the chapter continues with the folded solution." in shown


@pytest.mark.slow
@each_chapter
def test_a_reader_who_writes_the_solutions_gets_the_same_chapter(
    path: Path, tmp_path: Path
) -> None:
    written = notebook(path)
    places = {number for number, _ in stubs(written).values()}
    with patch.dict(os.environ):
        prepare_kernels(os.environ, tmp_path)
        mine = run(path, notebook=solved(written))
    for number, (cell, stored) in enumerate(zip(mine.cells, written.cells, strict=True)):
        if number in places:
            shown = json.dumps(cell.outputs)
            assert "is open" not in shown and "✗" not in shown
            asked = [id for id, (place, _) in stubs(written).items() if place == number]
            assert all(f"{id} solved" in shown for id in asked)
            assert plain(cell)[-1] in plain(stored), "what the cell shows below the verdicts"
        else:
            assert plain(cell) == plain(stored), cell.source


def plain(cell: NotebookNode) -> list[str]:
    """The lines that a cell shows as text."""
    outputs = cell.get("outputs", [])
    texts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in outputs]
    return "\n".join(texts).splitlines()


# ---- `built`


def right(old, new):  # type: ignore[no-untyped-def]
    """Written by a reader, and right."""
    return parts()["2.merge"].solution(old, new)


def test_an_answer_that_is_right_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert built("2.merge", right) is right
    assert capsys.readouterr().out == "2.merge solved: two records as one.\n"


def test_an_answer_that_is_wrong_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    assert built("2.merge", lambda old, new: new) is parts()["2.merge"].solution
    said = capsys.readouterr().out
    assert "not solved yet" in said
    assert said.endswith("not right yet: the chapter continues with the folded solution.\n")


def test_an_unknown_part_names_the_known_ones() -> None:
    with pytest.raises(UnknownPart, match=r"no part '2\.merg': choose one of 2\.merge"):
        built("2.merg")


SOLUTION = solution_text(parts()["2.merge"].solution)


def of_chapter(tmp_path: Path, *cells: str) -> Path:
    """A folder with a chapter 02 of these cells."""
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(written, tmp_path / "02_store_experiences.ipynb")
    return tmp_path


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([SOLUTION], "2.merge: yours, from chapter 02."),
        (["!pip list", "import math\nprint(1 / 0)\n" + SOLUTION], "2.merge: yours"),
        (["def merge(old, new):\n    return {}", SOLUTION], "2.merge: yours"),
        (
            [SOLUTION, "def merge(old, new):\n    return {}"],
            "2.merge is not right yet in chapter 02",
        ),
        (["def merge(old, new):\n    return helper(old, new)"], "2.merge is not right yet"),
        (["import nothing_of_this_name\n" + SOLUTION], "2.merge is open in chapter 02"),
        (["def merge(old, new):\n    raise NotImplementedError"], "2.merge is open in chapter 02"),
        ([], "2.merge is open in chapter 02: taken from the module."),
    ],
)
def test_a_later_chapter_takes_what_the_reader_wrote(
    cells: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(of_chapter(tmp_path, *cells))
    function = built("2.merge")
    assert capsys.readouterr().out.startswith(says)
    assert (function is parts()["2.merge"].solution) == ("yours" not in says)


@each_chapter
def test_what_is_written_into_any_stub_is_found(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    nbformat.write(solved(notebook(path)), tmp_path / path.name)
    monkeypatch.chdir(tmp_path)
    for id in ids(path.name[:2]):
        assert built(id) is not parts()[id].solution
        assert capsys.readouterr().out == f"{id}: yours, from chapter {path.name[:2]}.\n"


def test_a_folder_without_the_chapter_or_with_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    built("2.merge")
    (tmp_path / "02_store_experiences.ipynb").write_text("[" * 9, encoding="utf-8")
    built("2.merge")
    assert capsys.readouterr().out.count("2.merge is open in chapter 02") == 2


def test_what_the_reader_wrote_is_sent_to_another_process_by_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name it would be the solution of the module there, and always right."""
    import cloudpickle

    monkeypatch.chdir(of_chapter(tmp_path, SOLUTION.replace("n0 + n, why", "n0 - n, why")))
    from rememberer_lite.checks.parts import _written

    function = _written(parts()["2.merge"], "02")
    (tmp_path / "function").write_bytes(cloudpickle.dumps(function))
    program = (
        "import pickle; from rememberer_lite.checks.part_02 import new_record\n"
        "merge = pickle.load(open('function', 'rb'))\n"
        "print(merge(new_record('a', 1.0), new_record('a', 1.0))['actions'])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout == "{'a': (1.0, 0, '')}\n", said.stderr
