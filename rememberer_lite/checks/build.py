"""From the solutions to the exercises: the same notebooks, with a stub for each solution.

`solutions/NN_….ipynb` is written by hand. In its solution cells the lines between
`### BEGIN SOLUTION` and `### END SOLUTION` go: inside a function a stub that raises comes in their
place, at the top of a cell `name = ...` for each name that they set.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rememberer_lite.checks import chapters
from rememberer_lite.checks.exercise import Exercise
from rememberer_lite.state import RemembererError
from rememberer_lite.storage import write_whole

_BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)### BEGIN SOLUTION\n(?P<body>.*?)^[ \t]*### END SOLUTION[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_NAME = re.compile(r"^(\w+)\s*(?::[^=]+)?=(?!=)", re.MULTILINE)
_DEFINITION = re.compile(r"^\s*(?:def|class) (\w+)", re.MULTILINE)
#: where the table of all exercises stands in the teacher's page
TABLE = ("<!-- exercises: made by `rememberer-lite exercises build` -->", "<!-- end -->")


class BuildError(RemembererError):
    """A solution notebook is not as it has to be; the message says where."""


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
        return "\n".join(f"{name} = ..." for name in dict.fromkeys(_NAME.findall(match["body"])))

    return _BLOCK.sub(replaced, source)


def exercise_notebook(text: str) -> str:
    """The exercise notebook of a solution notebook, both as the text of their files."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            if "### BEGIN SOLUTION" in source:
                id = cell["metadata"]["nbgrader"]["grade_id"].removeprefix("exercise-")
                source = stub(source, id.replace("-", "."))
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
        BuildError: where there are no solutions, or one is damaged.
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
        files[page] = _with_table(page.read_text("utf-8"), sources)
    return files


def build(root: Path) -> list[Path]:
    """Write the exercises; returns what has changed."""
    changed = differing(root)
    for path in changed:
        write_whole(path, built(root)[path])
    for path in leftovers(root):
        path.unlink()
        changed.append(path)
    return changed


def differing(root: Path) -> list[Path]:
    """The files that a build would change."""
    return [
        path
        for path, text in built(root).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def leftovers(root: Path) -> list[Path]:
    """Exercise notebooks that no solution stands behind."""
    wanted = built(root)
    return [path for path in sorted((root / "exercises").glob("*.ipynb")) if path not in wanted]


def _with_table(page: str, sources: list[Path]) -> str:
    """The teacher's page with the table of all exercises made anew."""
    begin, end = TABLE
    head, found, rest = page.partition(begin)
    if not found or end not in rest:
        raise BuildError(f"exercises/README.md has no table: it stands between {begin} and {end}")
    lines = ["", "| exercise | minutes | points | common mistakes |", "|---|---|---|---|"]
    for path in sources:
        lines += _rows(json.loads(path.read_text("utf-8")))
    return "\n".join([head + begin, *lines, "", end + rest.partition(end)[2]])


def _rows(notebook: dict[str, Any]) -> Iterator[str]:
    known = {e.id: e for chapter in chapters().values() for e in chapter}
    cards = "\n".join("".join(c["source"]) for c in notebook["cells"])
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if not nbgrader.get("grade"):
            continue
        id = nbgrader["grade_id"].removeprefix("check-").replace("-", ".")
        exercise = known[id]
        minutes = re.search(rf"## {re.escape(id)} .*?(\d+) minutes", cards, re.DOTALL)
        if isinstance(exercise, Exercise):
            says = [mistake.says for mistake in exercise.mistakes]
        else:
            says = list(exercise.wrong.values())
        mistakes = " · ".join(text.replace("|", "\\|") for text in says)
        yield (
            f"| {id} {exercise.title} | {minutes[1] if minutes else '–'} "
            f"| {nbgrader['points']} | {mistakes} |"
        )


#: what goes into the archive beside the exercises
PARTS = (
    "rememberer_lite",
    "notebooks",
    "pyproject.toml",
    "environment.yml",
    "README.md",
    "LICENSE",
)


def export(root: Path, out: Path) -> int:
    """Write the archive that a teacher hands out: exercises and what they need, no solutions.

    Returns:
        How many files it holds. The same files give the same bytes.
    """
    if problems := [*differing(root), *leftovers(root)]:
        raise BuildError(
            f"exercises/{problems[0].name} is not what the solutions give: "
            "run `rememberer-lite exercises build` first"
        )
    files = [path for part in ("exercises", *PARTS) for path in _files(root / part)]
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = Path("rememberer-lite-exercises") / path.relative_to(root)
            entry = zipfile.ZipInfo(name.as_posix(), date_time=(2020, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return len(files)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        hidden = any(p.startswith((".", "__pycache__")) for p in inner.relative_to(path).parts)
        if inner.is_file() and not hidden and inner.suffix != ".pyc":
            yield inner
