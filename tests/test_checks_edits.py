"""A mistake is an edit of its specification, and one that does not fit is refused at once."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from rememberer_lite.checks import Exercise, Mistake, judge
from rememberer_lite.checks.edits import EditError, edited

FACTOR = 2


def mean(
    values: list[float],
) -> float:
    return sum(values) / len(values) if values else 0.0


def scaled(values: list[float], by: float) -> list[float]:
    found = []
    for value in values:
        if value > 0 and by > 0:
            found.append(FACTOR * value / by)
    return [*found, mean(values)]


def lists(rng: random.Random) -> Iterator[tuple[list[float], float]]:
    for size in range(12):
        yield [float(rng.randint(-4, 9)) for _ in range(size)], 2.0


def test_one_fragment_is_exchanged_and_the_rest_stays() -> None:
    assert scaled([1, 3], 4) == [0.5, 1.5, 2.0]
    assert edited(scaled, "/ by >> * by")([1, 3], 4) == [8, 24, 2.0]
    assert edited(scaled, "value > 0 and >>")([-1], 4) == [-0.5, -1.0]
    assert edited(scaled, ("FACTOR >> 3", "[*found, >> ["))([1], 4) == [1.0]
    assert scaled([1, 3], 4) == [0.5, 1.5, 2.0]


def test_an_edit_reaches_the_functions_that_the_specification_calls() -> None:
    assert edited(scaled, "sum(values) / len(values) >> max(values)")([1, 3], 4)[-1] == 3
    assert mean([1, 3]) == 2.0


def test_white_space_does_not_matter_but_words_do() -> None:
    assert edited(scaled, "if value >0 and by>0: found.append >> found.append")([1], 4) == [
        0.5,
        1.0,
    ]
    with pytest.raises(EditError, match="stands 0 times"):
        edited(scaled, "ound >> x")


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ("values >> x", "stands 7 times"),
        ("nothing of it >> x", "stands 0 times"),
        ("/ by", "this >> that"),
        (("/ by >> * by", "/ by >> + by"), "stands 0 times"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_when_the_exercise_is_made(
    edit: str | tuple[str, ...], says: str
) -> None:
    with pytest.raises(EditError, match=says):
        Exercise("99.1", "", "", scaled, lists, (Mistake("Wrong.", edit=edit),))


def test_an_answer_that_makes_the_mistake_is_diagnosed() -> None:
    def learner(values: list[float], by: float) -> list[float]:
        return [2 * v * by for v in values if v > 0] + [sum(values) / max(len(values), 1)]

    mistakes = (Mistake("You multiply.", edit="/ by >> * by"), Mistake("No.", edit="FACTOR >> 3"))
    exercise = Exercise("99.1", "", "", scaled, lists, mistakes)
    assert judge(exercise, scaled).kind == "solved"
    assert judge(exercise, learner).says == "You multiply."
