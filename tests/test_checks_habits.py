"""Where no mistake of an exercise explains a wrong answer, a check says what it has in common."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rememberer_lite.checks import Exercise, Mistake, judge


def _largest(shelf: dict[str, float], k: int) -> list[str]:
    return sorted(shelf, key=lambda name: (-shelf[name], name))[:k]


def _shelves(rng: random.Random) -> Iterator[tuple[dict[str, float], int]]:
    for size in range(40):
        names = rng.sample("AbCdEfGh", size // 8 + 2)
        yield {name: rng.choice([1.0, 2.0]) for name in names}, rng.randint(1, len(names))


LARGEST = Exercise(
    "99.3", "the largest", "chapter 99", _largest, _shelves,
    (
        Mistake("One too few.", edit="[:k] >> [:k - 1]"),
        Mistake("Of equal ones the oldest.", edit="(-shelf[name], name) >> -shelf[name]"),
    ),
)  # fmt: skip
MEAN = Exercise("99.4", "a mean", "chapter 99", lambda *x: sum(x) / len(x),
                lambda rng: ((rng.random(), rng.random()) for _ in range(20)))  # fmt: skip
SIGN = Exercise("99.5", "a sign", "chapter 99", lambda x: "up" if x > 0 else "down",
                lambda rng: ((x,) for x in (1, -1, 2, -2, 3, -3)))  # fmt: skip


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        (MEAN, lambda *x: round(sum(x) / len(x), 2), "rounded"),
        (MEAN, lambda *x: round(sum(x) / len(x) + 0.2, 2), ""),
        (LARGEST, lambda shelf, k: sorted(_largest(shelf, k)), "another order"),
        (LARGEST, lambda shelf, k: [*map(str.lower, _largest(shelf, k))], "Only capitals"),
        (LARGEST, lambda shelf, k: [*map(str.lower, _largest(shelf, k)[::-1])], ""),
        (SIGN, lambda x: "up" if x > 0 else "sinking", "'sinking' is none of the answers"),
        (SIGN, lambda x: "down", ""),
    ],
)
def test_what_wrong_values_have_in_common_is_said(
    exercise: Exercise, answer: Callable[..., Any], words: str
) -> None:
    verdict = judge(exercise, answer)
    assert verdict.kind == ("mistake" if words else "differs")
    assert words in verdict.says


def test_a_mistake_beside_another_is_said_with_a_case_that_shows_it() -> None:
    def both(shelf: dict[str, float], k: int) -> list[str]:
        found = sorted(shelf, key=lambda name: -shelf[name])[:k]
        return found if found != _largest(shelf, k) else [*found, "?"]

    verdict = judge(LARGEST, both)
    assert verdict.says == "Of equal ones the oldest. Something else is wrong as well."
    assert "?" not in verdict.yours


def test_a_mistake_that_the_answer_often_avoids_is_not_said() -> None:
    def other(shelf: dict[str, float], k: int) -> list[str]:
        found = sorted(shelf, key=lambda name: -shelf[name])[:k]
        return found if len(shelf) < 4 else [*_largest(shelf, k), "?"]

    assert judge(LARGEST, other).kind == "differs"


def test_a_dict_where_a_tuple_is_expected_is_not_called_a_list() -> None:
    pairs = Exercise("99.6", "pairs", "chapter 99", lambda x: (x, x),
                     lambda rng: ((x,) for x in range(9)))  # fmt: skip
    assert "a tuple was expected" in judge(pairs, lambda x: {x: x}).says
