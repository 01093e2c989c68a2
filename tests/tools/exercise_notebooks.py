"""What the tests need of exercise and solution notebooks: their answers, and their secrets."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import tokenize
from collections.abc import Iterator
from contextlib import chdir
from keyword import iskeyword
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))
_MARKED = re.compile(r"### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION", re.MULTILINE | re.DOTALL)


def chapter_of(id: str) -> str:
    """The chapter of an exercise: "04" of "4.2"."""
    return f"{int(id.split('.')[0]):02d}"


class Planted(NamedTuple):
    """A wrong answer, and a few words of the diagnosis that it has to get."""

    id: str
    answer: Any
    words: str

    def __str__(self) -> str:
        """How a test is named after it."""
        return (
            f"{chapter_of(self.id)} {self.id} {getattr(self.answer, '__name__', repr(self.answer))}"
        )


def planted(chapter: str) -> list[Planted]:
    """The wrong answers that stand in tests/exercises/wrong_NN.py, in its `WRONG`."""
    path = ROOT / "tests" / "exercises" / f"wrong_{chapter}.py"
    if not path.exists():
        return []
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [
        Planted(id, answer, words)
        for id, entries in module.WRONG.items()
        for words, answer in entries
    ]


def answers(path: Path) -> dict[str, Any]:
    """Run a notebook's cells as a program; what it hands to `check`, by the exercise's id."""
    found: dict[str, Any] = {}
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if _is_code(cell)]
    with (
        patch("rememberer_lite.checks.check", found.__setitem__),
        patch("rememberer_lite.checks.progress", lambda chapter: None),
        chdir(path.parent if path.parent.exists() else Path(os.curdir)),
    ):
        exec(compile("\n\n".join(cells), path.name, "exec"), {"__name__": "__main__"})
    return found


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def solution_lines(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """The lines between the marks, each with the grade id of its cell."""
    for cell in notebook.cells:
        for body in _MARKED.findall(cell.source):
            for line in body.splitlines():
                if line.strip():
                    yield cell.metadata.nbgrader.grade_id, line


def normalised(text: str) -> str:
    """Without white space, and with one kind of quote: what is left is what gives away."""
    return re.sub(r"\s+", "", text).replace("'", '"')


def telling(line: str) -> bool:
    """Whether a line gives a solution away wherever it stands.

    A line does from three names, numbers or texts on, keywords not counted: `return result`,
    `else:` and `q = 0.0` stand in every program, `q += step * (target - q)` does not.

    >>> telling("return result"), telling("else:"), telling("q = 0.0"), telling("# why")
    (False, False, False, False)
    >>> telling("q += max(1 / n, floor) * (target - q)"), telling("return best[-1] + gamma")
    (True, True)
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(line.strip()).readline))
    except (tokenize.TokenError, IndentationError):  # part of a longer statement
        words = re.findall(r"\w+", line)
    else:
        kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
        words = [token.string for token in tokens if token.type in kinds]
    return sum(not iskeyword(word) for word in words) >= 3
