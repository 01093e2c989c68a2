"""What a user's own code returns is checked where it comes in; the error names the culprit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.memory import EpisodeError
from rememberer_lite.similarity import (
    Part,
    PatternTable,
    Scores,
    Similarity,
    TagSequence,
    TextEmbedding,
    from_function,
)
from rememberer_lite.state import Experience, SettingError

ONE, OTHER, THIRD = (State(task, "<p>") for task in ("buy tea", "buy a cup", "rest"))


def compare(similarity: Similarity) -> None:
    similarity(ONE, OTHER)


def retrieve(similarity: Similarity) -> None:
    memory = ExperienceMemory(similarity)
    for number, state in enumerate((ONE, OTHER)):
        memory.insert(Experience(state, number))
    memory.retrieve(THIRD)


def evict(similarity: Similarity) -> None:
    memory = ExperienceMemory(similarity, capacity=1)
    for number, state in enumerate((ONE, OTHER)):
        memory.insert(Experience(state, number))


def mixed(task: Part) -> Similarity:
    return Similarity(task, TagSequence())


def unit(texts: Sequence[str], width: int = 3) -> Any:
    rows = np.zeros((len(texts), width), dtype=np.float32)
    rows[:, 0] = 1.0
    return rows


def scaled(factor: float) -> Callable[[Sequence[str]], Any]:
    return lambda texts: unit(texts) * factor


def widening() -> Callable[[Sequence[str]], Any]:
    widths = iter(range(3, 100))
    return lambda texts: unit(texts, next(widths))


ENCODERS: dict[str, tuple[Callable[[Sequence[str]], Any], str]] = {
    "nan": (scaled(np.nan), "nan or inf"),
    "inf": (lambda texts: np.full((len(texts), 3), np.inf), "nan or inf"),
    "not of length 1": (scaled(2.0), "length is not 1"),
    "of length 0": (scaled(0.0), "length is not 1"),
    "one row too few": (lambda texts: unit(texts)[1:], "shape"),
    "one row too many": (lambda texts: unit([*texts, "more"]), "shape"),
    "one row flat": (lambda texts: unit(texts)[0], "shape"),
    "three dimensions": (lambda texts: unit(texts)[None], "shape"),
    "rows of two lengths": (lambda texts: [[1.0], [1.0, 0.0], [1.0]], "array"),
    "None": (lambda texts: None, "array|shape"),
    "texts": (lambda texts: [["one"]] * len(texts), "no array of numbers"),
    "complex numbers": (lambda texts: unit(texts) + 1j, "no array of numbers"),
    "masked numbers": (lambda texts: np.ma.masked_equal(unit(texts), 0), "masked"),
    "dates": (lambda texts: np.ones((len(texts), 1), "M8[D]"), "no array of numbers"),
}


@pytest.mark.parametrize("use", [compare, retrieve, evict])
@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoder(name: str, use: Callable[[Similarity], None]) -> None:
    encoder, what = ENCODERS[name]
    encoder.__name__ = "my_encoder"
    with pytest.raises(SettingError, match=rf"TextEmbedding\(my_encoder\).*({what})"):
        use(mixed(TextEmbedding(encoder)))


@pytest.mark.parametrize("use", [compare, retrieve])
def test_an_encoder_of_changing_width(use: Callable[[Similarity], None]) -> None:
    with pytest.raises(SettingError, match="numbers, but of another length before"):
        use(mixed(TextEmbedding(widening())))


def test_good_encoders_are_left_alone() -> None:
    for give in (unit, lambda texts: unit(texts).tolist(), lambda texts: unit(texts) * 1.0001):
        retrieve(mixed(TextEmbedding(give)))


VALUES = [
    float("nan"),
    float("inf"),
    -float("inf"),
    1e308,
    10**400,
    None,
    "0.5",
    "alike",
    [1.0],
    1j,
]


@pytest.mark.parametrize("use", [compare, retrieve])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:9])
def test_a_similarity(value: Any, use: Callable[[Similarity], None]) -> None:
    def mine(query: State, key: State) -> Any:
        return 0.5 if key == ONE else value  # not the first one alone

    shown = re.escape(repr(value))
    with pytest.raises(SettingError, match=rf"from_function\(mine\) gave {shown}"):
        use(from_function(mine))


class Mine(Part):
    """A part that gives what it is told to."""

    def __init__(self, feature: Any = "same", scores: Callable[[int], Any] = np.zeros) -> None:
        self._feature, self._scores = feature, scores

    def feature(self, state: State) -> Any:
        return self._feature

    def scores(self, query: Any, packed: Sequence[Any]) -> Scores:
        return self._scores(len(packed))  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return "Mine()"


@pytest.mark.parametrize("use", [compare, retrieve, evict])
@pytest.mark.parametrize("feature", [["p"], {"p"}, {"p": 1}, np.zeros(2), ("p", ["q"])], ids=repr)
def test_a_feature_that_cannot_be_hashed(feature: Any, use: Callable[[Similarity], None]) -> None:
    with pytest.raises(SettingError, match=r"Mine\(\)\.feature gave a \w+.* hashed"):
        use(mixed(Mine(feature)))


@pytest.mark.parametrize("use", [compare, retrieve, evict])
@pytest.mark.parametrize(
    "scores",
    [
        lambda n: np.full(n, np.nan),
        lambda n: np.full(n, np.inf),
        lambda n: np.full(n, 1e300),
        lambda n: np.zeros(n + 1),
        lambda n: np.zeros((n, 1)),
        lambda n: 0.5,
        lambda n: None,
        lambda n: ["alike"] * n,
        lambda n: [[0.5], [0.5, 0.5]],
        lambda n: np.full(n, 0.5 + 1j),
        lambda n: np.ma.masked_all(n),
        lambda n: np.zeros(n, "M8[D]"),
        lambda n: np.zeros(n, "m8[s]"),
        lambda n: [10**400] * n,
    ],
)
def test_scores(scores: Callable[[int], Any], use: Callable[[Similarity], None]) -> None:
    with pytest.raises(SettingError, match=r"Mine\(\)\.scores gave|Mine\(\)\.scores gives"):
        use(mixed(Mine(scores=scores)))


def test_a_table() -> None:
    for table in ([[float("nan")]], [[1.0, 0.0], [1.0]], [["a"]]):
        with pytest.raises(SettingError, match="a table of patterns holds"):
            PatternTable(lambda state: "a", ["a"], table)


def test_what_is_no_part() -> None:
    with pytest.raises(SettingError, match=r"is not a Part: .*from_function"):
        Similarity(lambda query, key: 1.0, TagSequence())  # type: ignore[arg-type]


def test_a_plain_function_is_one_part_of_weight_1() -> None:
    similarity = from_function(lambda query, key: 0.25)
    assert type(similarity) is Similarity
    assert similarity.weights == (1.0,) and len(similarity.parts) == 1
    assert similarity.weight is None and not similarity.can_be_weighed
    assert mixed(TagSequence()).can_be_weighed and mixed(TagSequence()).weight == 0.5
    with pytest.raises(SettingError, match="no parts to weigh"):
        ExperienceMemory(similarity).with_weight(0.5)


def test_a_refused_state_leaves_the_memory_as_it_was() -> None:
    bad = [False]
    similarity = from_function(lambda query, key: float("nan") if bad[0] else 0.5)
    memory = ExperienceMemory(similarity, capacity=2)
    for number, state in enumerate((ONE, OTHER)):
        memory.insert(Experience(state, number))
    memory.insert(Experience(State("third", ""), 2, visits=1))  # the pairs are known from here on
    before = memory.retrieve(THIRD)
    bad[0] = True
    with pytest.raises(SettingError):
        memory.insert(Experience(THIRD, 3))
    bad[0] = False
    assert memory.retrieve(THIRD) == before


@pytest.mark.parametrize(
    "reward", ["1", None, 1j, [1.0], np.ones(2), 10**400, np.float32("nan"), -1e300, b"1"]
)
def test_a_reward_that_a_memory_cannot_learn_from(reward: Any) -> None:
    memory = ExperienceMemory(mixed(TextEmbedding()))
    memory.start(ONE)
    with pytest.raises(EpisodeError, match="a reward is"):
        memory.observe("click[a]", reward, OTHER, False)


@pytest.mark.parametrize("value", ["0.5", None, 1j, [0.5], np.array([0.5, 0.5]), float("nan")])
@pytest.mark.parametrize("name", ["weight", "gamma", "step_size", "k"])
def test_a_setting_of_another_kind(name: str, value: Any) -> None:
    similarity = mixed(TextEmbedding())
    if name == "k" and value is None:
        return  # all of them
    with pytest.raises(SettingError, match=rf"^{name}\b.*not"):
        if name == "weight":
            similarity.with_weight(value)
        elif name == "k":
            ExperienceMemory(similarity).retrieve(ONE, value)
        else:
            ExperienceMemory(similarity, **{name: value})
