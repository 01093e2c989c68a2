"""From the solutions to the exercises: the same notebooks, with a stub for each solution.

`solutions/NN_….ipynb` is written by hand. In its solution cells the lines between
`### BEGIN SOLUTION` and `### END SOLUTION` are removed: inside a function a stub that raises
replaces them, at the top of a cell `name = ...` for each name that they set.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from rememberer_lite.checks.page import BuildError, id_of, names_in_table, with_table
from rememberer_lite.storage import write_whole
from rememberer_lite.storage.plain_json import loads

_BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)### BEGIN SOLUTION\n(?P<body>.*?)^[ \t]*### END SOLUTION[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_DEFINITION = re.compile(r"^\s*(?:def|class) (\w+)", re.MULTILINE)


def stub(source: str, id: str) -> str:
    """The cell without its solution.

    >>> cell = "def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n    ### END SOLUTION"
    >>> print(stub(cell, "4.2"))
    def f(x):
        raise NotImplementedError("Exercise 4.2: write f")
    """
    if source.count("### BEGIN SOLUTION") != len(_BLOCK.findall(source)):
        raise BuildError(f"exercise {id}: BEGIN SOLUTION and END SOLUTION do not pair up")

    def replaced(match: re.Match[str]) -> str:
        if match["indent"]:
            names = _DEFINITION.findall(source[: match.start()])
            what = names[-1] if names else "this part"
            return f'{match["indent"]}raise NotImplementedError("Exercise {id}: write {what}")'
        return "\n".join(f"{name} = ..." for name in _set_names(match["body"], id))

    return _BLOCK.sub(replaced, source)


def _set_names(body: str, id: str) -> list[str]:
    """The names that a solution at the top of a cell sets, in order."""
    names: dict[str, None] = {}
    for statement in ast.parse(body).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            raise BuildError(f"exercise {id}: put the marks inside {statement.name}, not around it")
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        for target in filter(None, targets):
            names |= {n.id: None for n in ast.walk(target) if isinstance(n, ast.Name)}
    return list(names)


def exercise_notebook(text: str) -> str:
    """The exercise notebook of a solution notebook, both as file contents."""
    notebook = loads(text)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            if "### BEGIN SOLUTION" in source:
                source = stub(source, id_of(cell["metadata"]["nbgrader"]["grade_id"]))
        source = source.replace("../solutions/", "../exercises/")
        cell["source"] = source.splitlines(keepends=True)
        nbgrader = cell["metadata"].get("nbgrader")
        cell["metadata"] = {"nbgrader": nbgrader} if nbgrader else {}
    kernel = notebook["metadata"].get("kernelspec", {})
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def built(root: Path) -> dict[Path, str]:
    """Every file that the build writes, with its text.

    Raises:
        BuildError: if there are no solutions, or one is damaged.
    """
    sources = sorted((root / "solutions").glob("[0-9][0-9]_*.ipynb"))
    if not sources:
        raise BuildError(f"no solutions in {root / 'solutions'}: run this in the project's folder")
    files = {}
    for path in sources:
        try:
            files[root / "exercises" / path.name] = exercise_notebook(path.read_text("utf-8"))
        except (ValueError, KeyError) as error:
            raise BuildError(f"{path.name}: {error!r}") from error
    page = root / "exercises" / "README.md"
    if page.exists():
        files[page] = with_table(page.read_text("utf-8"), sources)
    return files


def build(root: Path) -> list[Path]:
    """Write the exercises; returns what has changed."""
    changed, old = (
        differing(root),
        leftovers(root),
    )  # the page says what is old, so look there first
    for path in changed:
        write_whole(path, built(root)[path])
    for path in old:
        path.unlink()
    return [*changed, *old]


def differing(root: Path) -> list[Path]:
    """The files that a build would change."""
    return [
        path
        for path, text in built(root).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def leftovers(root: Path) -> list[Path]:
    """Exercise notebooks of an earlier build that no longer have a solution.

    The table of the teacher's page names what was built. Any other notebook is somebody's own, and
    so is one that somebody has worked in: they stay.
    """
    wanted, page = built(root), root / "exercises" / "README.md"
    made = names_in_table(page.read_text("utf-8")) if page.exists() else []
    paths = [root / "exercises" / name for name in made]
    return [path for path in paths if path not in wanted and _is_untouched(path)]


def _is_untouched(path: Path) -> bool:
    """Whether a file is as a build writes it: unsolved, never run, and no link."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        text = path.read_text("utf-8")
        cells = loads(text)["cells"]
        given = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")]
        return text == exercise_notebook(text) and all(
            re.search(r"NotImplementedError|= \.\.\.", "".join(cell["source"])) for cell in given
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
