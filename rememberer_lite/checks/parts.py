"""The core functions of a chapter that its reader writes: checked, and replaced while open.

    merge = built("2.merge", merge)   # in chapter 02, below the stub: the reader's once it is right
    merge = built("2.merge")          # in chapter 07: what the reader wrote in chapter 02

`part_NN.py` holds the solutions of chapter NN. The chapter shows the same text, folded
(`solution_text`): it is written there by `tests/tools/parts.py`.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

from rememberer_lite.checks.diagnosis import Verdict
from rememberer_lite.checks.exercise import Exercise
from rememberer_lite.checks.feedback import tell
from rememberer_lite.checks.judge import judge
from rememberer_lite.state import RemembererError

Function = Callable[..., Any]


class UnknownPart(RemembererError, LookupError):
    """There is no part of this name; the message lists the existing ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """A function that the reader of a chapter writes.

    Attributes:
        exercise: how an answer is judged; its id is the chapter and the function's name. Its
            specification and mistakes are called through `trial`, too.
        solution: the function that the chapter goes on with while the part is open.
        trial: calls an answer with the arguments of a case, where that takes more than one call:
            a generator made from a seed, or a table that the function changes.
    """

    exercise: Exercise
    solution: Function
    trial: Function | None = None

    def __post_init__(self) -> None:
        if trial := self.trial:
            known = self.exercise.mistakes
            wrong = tuple(
                replace(m, wrong=partial(trial, m.wrong)) if m.wrong else m for m in known
            )
            spec = partial(trial, self.exercise.spec)
            object.__setattr__(self, "exercise", replace(self.exercise, spec=spec, mistakes=wrong))

    def tried(self, answer: Any) -> Any:
        """The answer as it is called with the arguments of a case."""
        return partial(self.trial, answer) if self.trial and callable(answer) else answer

    def judge(self, answer: Any) -> Verdict:
        """The verdict on an answer."""
        return judge(self.exercise, self.tried(answer))


def parts() -> dict[str, Part]:
    """All parts by their id."""
    files = sorted(Path(__file__).parent.glob("part_[0-9][0-9].py"))
    return {part.exercise.id: part for file in files for part in _of_chapter(file.stem[-2:])}


@cache
def _of_chapter(name: str) -> tuple[Part, ...]:
    return tuple(import_module(f"rememberer_lite.checks.part_{name}").PARTS)


def built(id: str, answer: Any = None) -> Function:
    """The function to go on with: the reader's if it is right, else the solution's.

    Args:
        id: the part, "2.merge".
        answer: the reader's function, which is checked, and the verdict shown. None: the one that
            the reader wrote in that part's chapter, if its notebook is in this folder.

    Raises:
        UnknownPart: if there is no such part.

    >>> def merge(old, new):
    ...     raise NotImplementedError("write merge")
    >>> merge = built("2.merge", merge)
    2.merge not tried yet: two records as one.
    2.merge is open: the chapter continues with the folded solution.
    """
    known = parts()
    if id not in known:
        raise UnknownPart(f"no part {id!r}: choose one of {', '.join(known)}")
    part, name = known[id], id.split(".")[0].zfill(2)
    if answer is not None:
        where = ": the chapter continues with the folded solution"
        verdict = part.judge(answer)
        tell(part.exercise, verdict)
    else:
        where = f" in chapter {name}: taken from the module"
        answer = _written(part, name)
        verdict = part.judge(answer) if answer else Verdict("untried")
        if verdict.kind == "solved":
            print(f"{id}: yours, from chapter {name}.")
    if verdict.kind != "solved":
        state = "open" if verdict.kind == "untried" else "not right yet"
        print(f"{id} is {state}{where}.")
        return part.solution
    found: Function = answer
    return found


def _written(part: Part, chapter: str) -> Function | None:
    """The function of this part in the chapter's notebook: the last cell that defines it.

    Only the imports and functions of that cell are run, under the names of the solution's module.
    """
    name = part.solution.__name__
    found = None
    for file in sorted(Path().glob(f"{chapter}_*.ipynb")):
        for source in _code(file):
            try:
                body = ast.parse(source).body
            except (SyntaxError, ValueError, RecursionError):  # such as a shell command
                continue
            kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
            kept: list[ast.stmt] = [node for node in body if isinstance(node, kinds)]
            if any(isinstance(node, ast.FunctionDef) and node.name == name for node in kept):
                found = ast.Module(kept, [])
    # "__main__", as in the notebook that the cell is from: so it is sent to a process by its text
    names = {**inspect.getmodule(part.solution).__dict__, "__name__": "__main__"}
    try:
        exec(compile(found or ast.Module([], []), f"<{part.exercise.id}>", "exec"), names)
    except Exception:  # whatever a cell raises: its function is not to be had
        return None
    written: Function | None = names[name] if found else None
    return written


def _code(file: Path) -> list[str]:
    """The code cells of a notebook; none of a file that cannot be read."""
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def solution_text(function: Function) -> str:
    """A solution as a chapter shows it: without type hints and docstring.

    >>> def area(width: float, height: float = 1.0) -> float:
    ...     found: float = width * height
    ...     return found
    >>> print(solution_text(area))
    def area(width, height=1.0):
        found = width * height
        return found
    """
    source = dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        argument.annotation = None
    body = node.body[1:] if ast.get_docstring(node) else node.body
    lines = source.splitlines()
    for one in body:
        if isinstance(one, ast.AnnAssign):
            at, hint = one.lineno - 1, ast.get_source_segment(source, one.annotation)
            lines[at] = lines[at].replace(f": {hint} =", " =")
    lines = lines[body[0].lineno - 1 :]
    return "\n".join([f"def {node.name}({ast.unparse(node.args)}):", *lines])
