"""Imitation by analogy: repeat what had the same relations and a high value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rememberer_lite.llm.offline.reading import Example
from rememberer_lite.llm.offline.relations import Candidate, View, look

SHARPNESS = 8  # power of the values: an example with 2/3 of the best value counts less than 1/20
WARNING = 0.1  # weight of a discouraged action against an encouraged one
WIDTH = 0.3  # of the kernel: how much relations may differ


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example as relations: what was encouraged and discouraged on what kind of page."""

    number: int
    view: View
    encouraged: Candidate | None
    discouraged: Candidate | None
    value: float  # of the encouraged action, as the prompt gives it


@dataclass(frozen=True, slots=True)
class Imitation:
    """What the examples say for one candidate, and which of them says most."""

    push: float
    number: int = 0  # of that example; 0 if none speaks for the candidate
    value: float = 0.0  # the value beside its action


def study(example: Example) -> Lesson:
    """Relate an example's advice to the example's own task and page."""
    view = look(example.page)
    good, bad = example.encouraged, example.discouraged
    return Lesson(
        example.number,
        view,
        view.candidate(good.action) if good else None,
        view.candidate(bad.action) if bad else None,
        good.value if good else 0.0,
    )


def imitate(view: View, lessons: Sequence[Lesson]) -> list[Imitation]:
    """For each candidate a of the page, Σ_e w_e · (v_e⁸ · K(a, a_e) − 0.1 · K(a, b_e)).

    Values are divided by the prompt's largest if it exceeds 1: what counts is their contrast.
    """
    scale = max([1.0, *(lesson.value for lesson in lessons)])
    weights = [resemblance(view, lesson.view) for lesson in lessons]
    imitations = []
    for candidate in view.candidates:
        push, most, source = 0.0, 0.0, None
        for lesson, weight in zip(lessons, weights, strict=True):
            if lesson.encouraged is not None:
                strength = max(0.0, lesson.value / scale) ** SHARPNESS
                pull = weight * strength * kernel(candidate, view, lesson.encouraged, lesson.view)
                push += pull
                if pull > most:
                    most, source = pull, lesson
            if lesson.discouraged is not None:
                closeness = kernel(candidate, view, lesson.discouraged, lesson.view)
                push -= WARNING * weight * closeness
        number, value = (source.number, source.value) if source else (0, 0.0)
        imitations.append(Imitation(push, number, value))
    return imitations


def resemblance(a: View, b: View) -> float:
    """How alike two pages are built: the share of buttons and shapes that they have in common."""
    return len(a.layout & b.layout) / max(1, len(a.layout | b.layout))


def kernel(a: Candidate, a_view: View, b: Candidate, b_view: View) -> float:
    """How alike two candidates are: exp(−d² / 2·WIDTH²), or 0 if they differ in kind.

    A control in the frame of both pages ("next") is similar only to itself, and d compares the
    facts of the two pages. All others are compared by their own relations, whatever their names.
    """
    if a.control.verb != b.control.verb or a.control.shape != b.control.shape:
        return 0.0
    both = a_view.frame & b_view.frame
    if a.key in both or b.key in both or a.control.shape in {"button", "bare"}:
        if a.key != b.key:
            return 0.0
        distance = _squared(a.page, b.page) + (a.own.done - b.own.done) ** 2
    else:
        distance = _squared(a.own, b.own)
    return math.exp(-distance / (2 * WIDTH * WIDTH))


def _squared(a: Sequence[float], b: Sequence[float]) -> float:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
