"""A memory of many tasks keeps sparse vectors and sorts by rough scores first; nothing changes."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.memory import index, nearest
from rememberer_lite.similarity import Vectors, hashed_text, text_embedding
from rememberer_lite.similarity.sparse_rows import SparseRows
from rememberer_lite.similarity.text_embedding import TextEmbedding
from rememberer_lite.state import Experience

# few words, so that many tasks are equally similar, or nearly so
TASKS = st.lists(st.sampled_from(["red", "shoe", "shoes", "tea", "42", "43"]), max_size=4)
PAGES = st.sampled_from([("search",), ("back to search", "< prev", "buy now"), ()])
STATES = st.builds(
    lambda words, page, number: State(" ".join(words), f"page {number}", page),
    TASKS,
    PAGES,
    st.integers(0, 2),
)


def told(memory: ExperienceMemory, query: State, k: int | None) -> list[tuple[object, ...]]:
    return [
        (m.experience.id, m.similarity, m.task_similarity, m.observation_similarity)
        for m in memory.retrieve(query, k)
    ]


@given(
    st.lists(st.tuples(STATES, st.integers(1, 3)), max_size=40),
    st.lists(STATES, min_size=1, max_size=4),
    st.sampled_from([None, 0, 1, 2, 7]),
    st.sampled_from([None, 3, 12]),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
)
@settings(deadline=None)
def test_many_tasks_are_ranked_and_dropped_as_few(
    stored: list[tuple[State, int]],
    queries: list[State],
    k: int | None,
    capacity: int | None,
    weight: float,
) -> None:
    found = []
    for many in (1, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_embedding, "MANY", many)
            memory = ExperienceMemory(WEBSHOP.similarity(weight), capacity=capacity)
            ranks = []
            for state, visits in stored:
                memory.insert(Experience(state, -1, {}, visits))
                ranks.append(told(memory, queries[0], 2))
            ranks += [told(memory, query, k) for query in queries]
            found.append((ranks, [record.id for record in memory]))
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_life_at_capacity(seed: int) -> None:
    """Long enough that lists of neighbours run empty, with pages and tasks that come back."""
    lives = []
    for many in (1, 10**9):
        rng = random.Random(seed)
        words = [f"{a}{b}" for a in "pqrs" for b in "aeiou"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_embedding, "MANY", many)
            for module in (index, nearest):
                patch.setattr(module, "LISTED", 1)  # so that more lists run empty
            memory = ExperienceMemory(WEBSHOP.similarity(), capacity=40)
            life = []
            for number in range(300):
                task = " ".join(rng.sample(words, rng.randint(2, 6)))
                page = rng.choice([("search",), ("back to search", "< prev")])
                state = State(task, f"page {number % 7}", page)
                memory.insert(Experience(state, -1, {}, rng.randint(1, 3)))
                life.append([record.id for record in memory])
        lives.append(life)
    assert lives[0] == lives[1]


def test_the_rows_are_sparse_and_their_dot_products_those_of_full_rows() -> None:
    rng = random.Random(0)
    texts = [" ".join(rng.choices("abcdefghijkl", k=9)) + f" {n}" for n in range(700)]
    full = hashed_text(texts)
    part = TextEmbedding()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_embedding, "MANY", 100)
        packed = part.pack(texts)
    assert isinstance(packed, SparseRows) and len(packed) == 700
    for query in full[:20]:
        assert packed.dots(query).tobytes() == np.vecdot(full, query).tobytes()
        about, away = packed.about(query)
        assert np.abs(about - np.vecdot(full, query)).max() <= away < 1e-3
    rough = part.rough(texts[0], packed)
    assert rough is not None
    assert np.abs(rough[0] - part.scores(texts[0], packed)).max() <= rough[1] < 1e-3
    few = packed[np.array([5, 3, 699])]
    assert few.dots(full[0]).tobytes() == np.vecdot(full[[5, 3, 699]], full[0]).tobytes()
    assert packed[np.array([], np.intp)].dots(full[0]).shape == (0,)


def test_an_encoder_that_fills_its_rows_gets_full_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_embedding, "MANY", 2)
    part = TextEmbedding(lambda texts: np.full((len(texts), 4), 0.5, np.float32))
    assert isinstance(part.pack(["a", "b", "c"]), np.ndarray)


def test_only_some_vectors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_embedding, "KEPT", 10)
    encoded: list[str] = []

    def encoder(texts: Sequence[str]) -> Vectors:
        encoded.extend(texts)
        return hashed_text(texts)

    part = TextEmbedding(encoder)
    texts = [f"task {number}" for number in range(30)]
    packed = part.pack(texts)
    assert isinstance(packed, np.ndarray)
    assert (packed == hashed_text(texts)).all()
    assert len(part._vectors) == 10 and encoded == texts
    part.pack(texts[20:])  # the newest are kept
    assert encoded == texts
    part.pack(texts[:1])
    assert encoded == [*texts, texts[0]]
