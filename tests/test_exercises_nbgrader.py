"""A class hands in solved, unsolved, crashing, looping and broken notebooks: nbgrader grades it.

The course is set up as exercises/README.md says, with the settings that a teacher copies.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("nbgrader", reason="no nbgrader here: pip install --group teacher")
pytestmark = pytest.mark.slow

NAME = "04_learn_q_values"
#: what each hands in for an exercise (grade id → cell); all else is solved
HANDED_IN: dict[str, dict[str, str]] = {
    "ada": {},
    "cleo": {
        "exercise-4-3": "def estimate(targets, floor):\n    return sum(targets) / len(targets)",
        "exercise-4-4": "1 / 0",
        "check-4-4": "print('4.4 solved')",
    },
    "dan": {
        "exercise-4-3": "while True:\n    pass",
        "exercise-4-4": (
            "def targets(rewards, best, n, gamma, terminated):\n"
            "    t = 0\n"
            "    while t < len(rewards):\n"
            "        rewards[t] += 0.0"
        ),
    },
    "eve": {"exercise-4-3": "import os\nos._exit(1)"},
}
HALF_SAVED, UNSOLVED = "gus", "ben"


class Course(NamedTuple):
    folder: Path
    said: str  # by `nbgrader autograde`
    status: int

    def feedback(self, student: str) -> str:
        path = self.folder / "feedback" / student / "04" / f"{NAME}.html"
        return html.unescape(re.sub(r"<[^>]+>", "", path.read_text("utf-8")))

    def points(self) -> dict[str, tuple[float, float]]:
        with (self.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
            return {
                row["student_id"]: (float(row["score"]), float(row["max_score"]))
                for row in csv.DictReader(file)
            }


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an nbgrader command as in an activated environment: it looks for programs of its own."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    # four commands and six kernels import the same: where nothing else does, keep the bytecode
    cache = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode")}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1", **cache},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def with_cells(notebook: dict[str, Any], sources: dict[str, str]) -> str:
    changed = json.loads(json.dumps(notebook))
    for cell in changed["cells"]:
        id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if id in sources:
            cell["source"] = sources[id]
    return json.dumps(changed)


@pytest.fixture(scope="module")
def course(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    (folder / "source" / "04").mkdir(parents=True)
    shutil.copy(root / "exercises" / "nbgrader_config.py", folder)
    shutil.copy(root / "solutions" / f"{NAME}.ipynb", folder / "source" / "04")
    assigned = run(folder, "generate_assignment", "04")
    assert assigned.returncode == 0, assigned.stdout

    solved = json.loads((root / "solutions" / f"{NAME}.ipynb").read_text("utf-8"))
    texts = {student: with_cells(solved, cells) for student, cells in HANDED_IN.items()}
    texts[HALF_SAVED] = json.dumps(solved)[:3000]
    # the unsolved one as the archive hands it out, without what nbgrader adds to a release
    texts[UNSOLVED] = (root / "exercises" / f"{NAME}.ipynb").read_text("utf-8")
    for student, text in texts.items():
        path = folder / "submitted" / student / "04" / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    graded = run(folder, "autograde", "04", "--Execute.timeout=4")
    for command in (["generate_feedback", "04"], ["export"]):
        done = run(folder, *command)
        assert done.returncode == 0, done.stdout
    return Course(folder, graded.stdout, graded.returncode)


def test_what_is_handed_out_is_what_stands_in_the_exercises(course: Course, root: Path) -> None:
    def sources(path: Path) -> list[str]:
        return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]

    released = course.folder / "release" / "04" / f"{NAME}.ipynb"
    assert sources(released) == sources(root / "exercises" / f"{NAME}.ipynb")


def test_everyone_gets_a_row(course: Course) -> None:
    full = sum(
        cell["metadata"].get("nbgrader", {}).get("points", 0)
        for cell in json.loads(
            (course.folder / "source" / "04" / f"{NAME}.ipynb").read_text("utf-8")
        )["cells"]
    )
    # of 4.3 and 4.4, which are worth 2 and 3 points
    assert full > 5
    assert course.points() == {
        "ada": (full, full),
        "ben": (0, full),
        "cleo": (full - 5, full),
        "dan": (full - 5, full),
        "eve": (0, full),
        "gus": (0, full),
    }


def test_what_could_not_be_graded_is_named(course: Course) -> None:
    assert course.status != 0
    named = re.findall(r"error processing assignment '04' for student '(\w+)'", course.said)
    assert named == ["eve", "gus"]


def test_the_diagnoses_stand_in_the_feedback(course: Course) -> None:
    crashed, looped = course.feedback("cleo"), course.feedback("dan")
    assert "4.3 not solved yet. This is the plain mean of the targets" in crashed
    assert "ZeroDivisionError: division by zero" in crashed
    assert "CellTimeoutError: No reply from kernel before timeout" in looped
    assert "4.4 not solved yet. This call had not ended when the time was up" in looped
    assert "solved 4.5" in crashed and "solved 4.5" in looped
    assert "4.3 not tried yet" in course.feedback(UNSOLVED)
    assert "not solved" not in course.feedback("ada") and "solved 4.3" in course.feedback("ada")


def test_a_check_that_was_rewritten_is_put_back(course: Course) -> None:
    crashed = course.feedback("cleo")
    assert 'check("4.4", targets)' in crashed and "print('4.4 solved')" not in crashed
