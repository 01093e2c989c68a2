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

from rememberer_lite.checks.exercise import Exercise, Mistake, Prediction
from rememberer_lite.checks.judge import Verdict, judge
from rememberer_lite.state import RemembererError

__all__ = [
    "Exercise",
    "Mistake",
    "Prediction",
    "Verdict",
    "check",
    "exercises",
    "judge",
    "progress",
]

#: id → "solved" or "tried", for this process
_state: dict[str, str] = {}


class UnknownExercise(RemembererError, LookupError):
    """There is no exercise of this name; the message lists those that there are."""


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
    """Try an answer, and print what comes of it.

    Args:
        id: the exercise, "4.2".
        answer: your function, or the value that you predict.

    Raises:
        UnknownExercise: where there is no such exercise.
        AssertionError: with the diagnosis, where a grader runs the notebook (nbgrader sets the
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
    text = as_text(known[id], verdict)
    if verdict.kind != "solved" and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(text)
    print(text)


def as_text(exercise: Exercise | Prediction, verdict: Verdict) -> str:
    """The verdict in a few lines."""
    if verdict.kind == "solved":
        return f"{exercise.id} solved: {exercise.title}."
    if verdict.kind == "untried":
        return f"{exercise.id} not tried yet: {exercise.title}."
    lines = [f"{exercise.id} not solved yet. {verdict.says}"]
    for label, text in (
        ("smallest case", verdict.case), ("yours", verdict.yours), ("expected", verdict.expected)
    ):  # fmt: skip
        if text:
            lines.append(f"  {label + ':':15}{text}")
    return "\n".join([*lines, f"  {'reread:':15}{exercise.reread}"])


def progress(chapter: str) -> None:
    """Print how far you are with the exercises of a chapter ("04"), in this session."""
    if chapter not in _names():
        raise UnknownExercise(f"no chapter {chapter!r}: choose one of {', '.join(_names())}")
    states = [_state.get(exercise.id, "left") for exercise in of_chapter(chapter)]
    counts = ", ".join(f"{states.count(name)} {name}" for name in ("solved", "tried", "left"))
    print(f"Exercises {chapter}: {counts}.")
