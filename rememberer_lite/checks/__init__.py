"""Tell a learner whether an exercise is right, and if not, why not.

    from rememberer_lite.checks import check, progress

    check("4.2", my_function)
    progress("04")

The exercises of chapter NN are declared in `chapter_NN.py`, each with a slow, readable
specification, cases to try an answer on, and the mistakes that learners make.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from rememberer_lite.checks import progress_file
from rememberer_lite.checks.exercise import Exercise, Invariant, Mistake, Prediction
from rememberer_lite.checks.feedback import as_text, progress_text, tell
from rememberer_lite.checks.judge import Verdict, judge
from rememberer_lite.checks.parts import built
from rememberer_lite.state import RemembererError
from rememberer_lite.training.progress import in_notebook

__all__ = [
    "Exercise",
    "Invariant",
    "Mistake",
    "Prediction",
    "Verdict",
    "built",
    "check",
    "exercises",
    "judge",
    "progress",
]

#: id → "solved" or "tried", as far as this process knows
_state: dict[str, str] = {}


class UnknownExercise(RemembererError, LookupError):
    """There is no exercise of this name; the message lists the existing ones."""


def _names() -> list[str]:
    return [path.stem[-2:] for path in sorted(Path(__file__).parent.glob("chapter_[0-9][0-9].py"))]


@cache
def of_chapter(name: str) -> tuple[Exercise | Prediction, ...]:
    """The exercises of one chapter ("04"), in order. Only its module is loaded."""
    return tuple(import_module(f"{__name__}.chapter_{name}").EXERCISES)


def chapters() -> dict[str, tuple[Exercise | Prediction, ...]]:
    """Chapter ("04") → its exercises, in order."""
    return {name: of_chapter(name) for name in _names()}


def exercises() -> dict[str, Exercise | Prediction]:
    """All exercises by their id."""
    return {exercise.id: exercise for chapter in chapters().values() for exercise in chapter}


def check(id: str, answer: Any) -> None:
    """Try an answer, and tell the verdict: as a card in a notebook, else as text.

    Args:
        id: the exercise, "4.2".
        answer: your function, or the value that you predict.

    Raises:
        UnknownExercise: if there is no such exercise.
        AssertionError: with the diagnosis, if a grader runs the notebook (nbgrader sets the
            environment variable NBGRADER_EXECUTION).
    """
    __tracebackhide__ = True  # in a grader's feedback the message matters, not this line
    name = id.split(".")[0].zfill(2)
    known = {exercise.id: exercise for exercise in of_chapter(name)} if name in _names() else {}
    if id not in known:
        raise UnknownExercise(f"no exercise {id!r}: choose one of {', '.join(exercises())}")
    verdict = judge(known[id], answer)
    if verdict.kind == "solved":
        _state[id] = "solved"
    elif verdict.kind != "untried":
        _state[id] = "tried"
    if verdict.kind != "untried":
        progress_file.write({id: _state[id]})
    if verdict.printed:
        print(verdict.printed.rstrip("\n"))
    if verdict.kind != "solved" and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(as_text(known[id], verdict))
    tell(known[id], verdict)


def progress(chapter: str) -> None:
    """Tell how far you are with the exercises of a chapter ("04"), and which are left.

    In a notebook this outlasts the kernel: it is kept in `.rememberer_progress.json` beside it.
    """
    if chapter not in _names():
        raise UnknownExercise(f"no chapter {chapter!r}: choose one of {', '.join(_names())}")
    known = {**progress_file.read(), **_state}
    states = {e.id: (e.title, known.get(e.id, "left")) for e in of_chapter(chapter)}
    plain = progress_text(chapter, states)
    if not in_notebook():
        print(plain)
        return
    from rememberer_lite.view.html.feedback import progress_html, show

    show(progress_html(chapter, states), plain)
