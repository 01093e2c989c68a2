"""A verdict as text for a terminal, and as a card for a notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from rememberer_lite.checks.diagnosis import Verdict
from rememberer_lite.checks.exercise import Exercise, Prediction
from rememberer_lite.storage.plain_json import loads
from rememberer_lite.training.progress import in_notebook

COURSE = Path("..", "notebooks")


def tell(exercise: Exercise | Prediction, verdict: Verdict) -> None:
    """Print the verdict, or show its card in a notebook."""
    plain = as_text(exercise, verdict)
    if not in_notebook():
        print(plain)
        return
    from rememberer_lite.view.html.feedback import show, verdict_html

    solved = None if verdict.kind == "untried" else verdict.kind == "solved"
    title = f"{exercise.id} {exercise.title}" + (", not tried yet" if solved is None else "")
    if solved is not False:
        show(verdict_html(solved, title), plain)
        return
    given = verdict.given or ((("the call", verdict.case),) if verdict.case else ())
    rows = [
        *given,
        ("yours", verdict.yours),
        ("expected", verdict.expected),
        ("before the call", verdict.before),
        ("after the call", verdict.after),
    ]
    shown = [row for row in rows if row[1]]
    link = section_link(exercise.reread)
    show(verdict_html(False, title, verdict.says, shown, exercise.reread, link), plain)


def as_text(exercise: Exercise | Prediction, verdict: Verdict) -> str:
    """The verdict in a few lines."""
    if verdict.kind == "solved":
        return f"{exercise.id} solved: {exercise.title}."
    if verdict.kind == "untried":
        return f"{exercise.id} not tried yet: {exercise.title}."
    lines = [f"{exercise.id} not solved yet. {verdict.says}"]
    for label, text in (
        ("smallest case", verdict.case), ("yours", verdict.yours), ("expected", verdict.expected),
        ("before", verdict.before), ("after", verdict.after),
    ):  # fmt: skip
        if text:
            lines.append(f"  {label + ':':15}{text}")
    return "\n".join([*lines, f"  {'reread:':15}{exercise.reread}"])


def section_link(reread: str, course: Path = COURSE) -> str:
    """The link to "chapter 01, “A heading”" from an exercise; "" where no chapter is near.

    The heading may be told by its beginning.
    """
    found = re.match(r"chapter (\d\d)(?:, “(.+?)”)?", reread)
    files = sorted(course.glob(f"{found[1]}_*.ipynb")) if found else []
    if not found or not files:
        return ""
    link = f"{course.as_posix()}/{quote(files[0].name)}"
    try:
        cells = loads(files[0].read_text(encoding="utf-8"))["cells"]
        lines = [line for cell in cells for line in "".join(cell["source"]).split("\n")]
    except (OSError, ValueError, KeyError, TypeError):
        return link
    headings = [line.lstrip("# ") for line in lines if re.match("#+ ", line)]
    section = next((one for one in headings if found[2] and one.startswith(found[2])), "")
    return f"{link}#{quote(section.replace(' ', '-'))}" if section else link


def progress_text(chapter: str, states: Mapping[str, tuple[str, str]]) -> str:
    """How far a learner is, in a line or two."""
    names = [state for _, state in states.values()]
    counts = ", ".join(f"{names.count(name)} {name}" for name in ("solved", "tried", "left"))
    unsolved = ", ".join(id for id, (_, state) in states.items() if state != "solved")
    return f"Exercises {chapter}: {counts}." + (f" Not solved yet: {unsolved}." * bool(unsolved))
