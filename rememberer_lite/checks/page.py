"""The generated part of the teacher's page: minutes, points and common mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from rememberer_lite.checks import exercises as declared
from rememberer_lite.checks.exercise import Exercise, Prediction
from rememberer_lite.state import RemembererError
from rememberer_lite.storage.plain_json import loads

#: it is between these two lines of exercises/README.md
TABLE = ("<!-- made by `rememberer-lite exercises build`: do not edit -->", "<!-- end -->")


class BuildError(RemembererError):
    """A solution notebook or the teacher's page has the wrong form; the message says where."""


def id_of(grade_id: str) -> str:
    """The exercise that a cell belongs to.

    >>> id_of("exercise-4-2"), id_of("check-13-1")
    ('4.2', '13.1')
    """
    return ".".join(grade_id.split("-")[1:])


def with_table(page: str, sources: list[Path]) -> str:
    """The teacher's page with its table regenerated from the solution notebooks and the checks."""
    begin, end = TABLE
    head, found, rest = page.partition(begin)
    if not found or end not in rest:
        raise BuildError(f"exercises/README.md has no table: it belongs between {begin} and {end}")
    table = ["", "| Notebook | Exercises | Minutes | Points |", "|---|---|---|---|"]
    details = []
    for path in sources:
        notebook = loads(path.read_text("utf-8"))
        exercises = list(_exercises(notebook))
        minutes = sum(minutes for _, minutes, _ in exercises)
        points = sum(points for _, _, points in exercises)
        table.append(f"| [{path.stem}]({path.name}) | {len(exercises)} | {minutes} | {points} |")
        details += ["", f"### {_title(notebook)}", ""]
        for exercise, minutes, points in exercises:
            details += [
                f"<details><summary>{exercise.id} {escape(exercise.title)}: {minutes} minutes, "
                f"{points} point{'s' * (points != 1)}</summary>",
                "",
                *(f"- {says}" for says in _mistakes(exercise)),
                "",
                "</details>",
            ]
    return "\n".join([head + begin, *table, *details, "", end + rest.partition(end)[2]])


def names_in_table(page: str) -> list[str]:
    """The exercise notebooks that the table of this page names.

    >>> names_in_table("\\n".join([TABLE[0], "| [04_a](04_a.ipynb) | 5 | 90 | 12 |", TABLE[1]]))
    ['04_a.ipynb']
    """
    table = page.partition(TABLE[0])[2].partition(TABLE[1])[0]
    return re.findall(r"^\| \[[^\]\n]*\]\(([0-9]{2}_[\w-]+\.ipynb)\) \|", table, re.MULTILINE)


def _title(notebook: dict[str, Any]) -> str:
    first: str = notebook["cells"][0]["source"][0]
    return first.removeprefix("# Exercises ").strip()


def _exercises(notebook: dict[str, Any]) -> Iterator[tuple[Exercise | Prediction, int, int]]:
    """Each exercise with its minutes, from its card, and its points, from its check."""
    known = declared()
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if not nbgrader.get("grade"):
            continue
        id = id_of(nbgrader["grade_id"])
        minutes = re.search(
            rf"^## {re.escape(id)} [^\n]*\n\s*★+☆* · (\d+) minutes", text, re.MULTILINE
        )
        if id not in known or not minutes:
            raise BuildError(
                f"exercise {id} is not declared in rememberer_lite/checks, or its card does not "
                f"begin with '## {id} title' and '★☆☆ · 10 minutes'"
            )
        yield known[id], int(minutes[1]), nbgrader["points"]


def _mistakes(exercise: Exercise | Prediction) -> list[str]:
    if isinstance(exercise, Exercise):
        return [*(m.says for m in exercise.mistakes), *(i.says for i in exercise.invariants)]
    # listing the values would reveal the right one, and this page is handed out
    return [f"A prediction; {len(exercise.wrong)} usual wrong values get an answer of their own."]
