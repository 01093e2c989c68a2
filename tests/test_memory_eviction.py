"""The record that a full memory drops, against a plain table of all pairs."""

from __future__ import annotations

import copy
import pickle
import random
import tracemalloc
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.memory.column import Column
from rememberer_lite.memory.index import Index
from rememberer_lite.memory.nearest import LISTED, NONE, Nearest
from rememberer_lite.similarity import (
    Part,
    PatternTable,
    Scores,
    Similarity,
    TagSequence,
    TextEmbedding,
    from_function,
)
from rememberer_lite.state import Experience

LETTERS = 12


class Table(Part):
    """A look-up in a table of letters; a state is its letter and a number, so twins exist."""

    def __init__(self, table: Sequence[Sequence[float]]) -> None:
        self.table = np.array(table, np.float32)
        self.symmetric = bool((self.table == self.table.T).all())
        self.rows = 0

    def feature(self, state: State) -> Hashable:
        return int(state.task)

    def scores(self, query: int, packed: Sequence[int]) -> Scores:
        self.rows += 1
        return np.asarray(self.table[query, list(packed)])


def page(letter: int, number: int) -> State:
    return State(str(letter), str(number))


def square(records: list[Experience], f: Callable[[State, State], float]) -> Experience:
    """The record to drop, by all pairs: the newer of the two states is the query."""
    pairs = {
        (i, j): np.float32(f(records[i].state, records[j].state))
        for i in range(len(records))
        for j in range(i)
    }
    best = max(pairs.values())
    closest = [records[i] for pair, value in pairs.items() if value == best for i in pair]
    return min(closest, key=lambda e: (e.visits, e.id))


def lives_as_by_all_pairs(
    memory: ExperienceMemory, pages: Sequence[tuple[State, int]], f: Callable[[State, State], float]
) -> None:
    """Insert these states, each with its visits, and compare after each."""
    expected: list[Experience] = []
    for state, visits in pages:
        memory.insert(Experience(state, -1, {}, visits))
        known = [e.state for e in expected]
        if state in known:
            expected[known.index(state)] = memory[state]
        else:
            expected.append(Experience(state, memory.next_id - 1, {}, visits))
        if memory.capacity is not None and len(expected) > memory.capacity:
            expected.remove(square(expected, f))
        assert [(e.state, e.id, e.visits) for e in memory] == [
            (e.state, e.id, e.visits) for e in expected
        ]


VALUES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
TABLES = st.lists(
    st.lists(VALUES, min_size=LETTERS, max_size=LETTERS), min_size=LETTERS, max_size=LETTERS
)
PAGES = st.lists(
    st.tuples(st.integers(0, LETTERS - 1), st.integers(0, 3), st.integers(1, 3)), max_size=50
)


@pytest.mark.parametrize("symmetric", [True, False])
@given(TABLES, PAGES, st.integers(1, 9))
@settings(deadline=None)
def test_the_same_goes_as_by_all_pairs(
    symmetric: bool, table: list[list[float]], pages: list[tuple[int, int, int]], capacity: int
) -> None:
    if symmetric:
        table = [[table[min(i, j)][max(i, j)] for j in range(LETTERS)] for i in range(LETTERS)]
    part = Table(table)
    memory = ExperienceMemory(Similarity.of_one_part(part), capacity=capacity)
    states = [(page(letter, number), visits) for letter, number, visits in pages]
    lives_as_by_all_pairs(memory, states, lambda a, b: table[int(a.task)][int(b.task)])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("capacity", [2 * LISTED, 60])
def test_a_long_life_at_capacity(seed: int, capacity: int) -> None:
    """Long enough that lists of neighbours run empty and kinds that went are cleared away."""
    rng = random.Random(seed)
    levels = [rng.choices([0.0, 0.25, 0.5, 0.75, 1.0], k=400) for _ in range(400)]

    def f(a: State, b: State) -> float:
        i, j = int(a.task), int(b.task)
        return levels[i][j] if seed % 2 else levels[min(i, j)][max(i, j)]

    similarity = from_function(f)
    similarity.parts[0].symmetric = not seed % 2
    memory = ExperienceMemory(similarity, capacity=capacity)
    pages = [(page(rng.randrange(400), 0), rng.choice([1, 1, 1, 2, 5])) for _ in range(220)]
    lives_as_by_all_pairs(memory, pages, f)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_at_capacity_drops_the_same(clone: Callable[[Any], ExperienceMemory]) -> None:
    rng = random.Random(0)
    table = [[min(i, j) % 5 / 4 for j in range(LETTERS)] for i in range(LETTERS)]
    memory = ExperienceMemory(Similarity.of_one_part(Table(table)), capacity=6)
    for number in range(20):
        memory.insert(Experience(page(rng.randrange(LETTERS), number), -1, {}, 1))
    twin = clone(memory)
    for number in range(20, 40):
        record = Experience(page(rng.randrange(LETTERS), number), -1, {}, 1)
        assert memory.insert(record) == twin.insert(record)
        assert list(memory) == list(twin)


def test_parts_that_call_themselves_symmetric_are() -> None:
    rng = random.Random(1)
    words, tags = ["red", "blue", "shoe", "tea", "cup", "12"], ["p", "b", "hr", "div"]
    states = [
        State(
            " ".join(rng.choices(words, k=rng.randint(0, 9))),
            "\n".join(f"<{tag}>" for tag in rng.choices(tags, k=rng.randint(0, 9))),
        )
        for _ in range(60)
    ]
    kinds = PatternTable(lambda s: s.task[:1], ["r", "b"], [[1.0, 0.3], [0.3, 0.9]])
    for part in (TextEmbedding(), TagSequence(), kinds):
        assert part.symmetric
        index = Index(Similarity.of_one_part(part))
        for state in states:
            index.add(state)
        table = np.array([index.score(state)[0] for state in states])
        assert (table == table.T).all()
    lopsided = PatternTable(lambda s: s.task[:1], ["r", "b"], [[1.0, 0.3], [0.4, 1.0]])
    assert not lopsided.symmetric
    assert not from_function(lambda a, b: 0.0).symmetric


def test_an_insertion_at_capacity_scores_about_two_rows() -> None:
    """Its own, and now and then that of a record whose listed neighbours have all gone."""
    rng = np.random.default_rng(0)
    points = rng.random((2000, 3))
    part = Table(1 - ((points[:, None] - points) ** 2).sum(axis=-1) / 3)
    assert part.symmetric
    memory = ExperienceMemory(Similarity.of_one_part(part), capacity=500)
    for number in range(501):
        memory.insert(Experience(page(number, 0), -1, {}, 1))
    assert part.rows >= 501
    part.rows = 0
    for number in range(501, 2000):
        memory.insert(Experience(page(number, 0), -1, {}, 1))
    pieces = 4  # a row is scored in a few pieces
    assert part.rows <= 2 * pieces * 1499


def test_the_first_eviction_needs_no_table_of_all_pairs_in_memory() -> None:
    capacity = 1200
    rng = random.Random(0)
    states = [
        State(f"task {i}", "\n".join(f"<{tag}>" for tag in rng.choices("abcdef", k=20)))
        for i in range(capacity + 1)
    ]
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()), capacity=capacity)
    for state in states[:-1]:
        memory.insert(Experience(state, -1, {}, 1))
    memory.retrieve(states[-1], 1)  # the features are packed
    tracemalloc.start()
    memory.insert(Experience(states[-1], -1, {}, 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(memory) == capacity and memory.stats.evicted + memory.stats.refused == 1
    assert peak < capacity * capacity * 4 / 5  # bytes of such a table: 4 each


def test_a_similarity_that_fails_at_the_first_eviction_leaves_the_memory_as_it_was() -> None:
    failing = True

    def f(query: State, key: State) -> float:
        return float("nan") if failing else float(query == key)

    memory = ExperienceMemory(from_function(f), capacity=3)
    for number in range(3):
        memory.insert(Experience(page(number, 0), -1, {}, 1))
    before = list(memory)
    with pytest.raises(ValueError, match="finite number"):
        memory.insert(Experience(page(9, 0), -1, {}, 1))
    assert list(memory) == before
    failing = False
    memory.insert(Experience(page(9, 0), -1, {}, 1))
    assert [e.state.task for e in memory] == ["1", "2", "9"]


def test_a_column_scores_some_kinds_as_it_scores_all() -> None:
    """Also at the borders of the pieces in which the features are packed."""
    column = Column(TextEmbedding())
    pages = [State(f"buy tea {number} of the {number % 7}th kind", "") for number in range(30)]
    query = column.part.feature(pages[3])
    pieces = {20: 1, 21: 2, 30: 1}
    for count, page in enumerate(pages, start=1):
        column.add(column.part.feature(page))
        if count in pieces:
            kinds = np.arange(count)
            assert column.scores_for(query, kinds).tolist() == column.scores(query).tolist()
            assert len(column._pieces) == pieces[count]


def test_a_list_of_neighbours_that_has_become_empty_is_filled_again() -> None:
    table = np.full((LISTED + 2, LISTED + 2), 0.125, np.float32)
    table[0] = table[:, 0] = 1 - np.arange(LISTED + 2, dtype=np.float32) / 16  # the nearest first
    nearest = Nearest()
    for kind in range(len(table)):
        nearest.add(table[kind, :kind])
    for kind in range(1, LISTED + 1):  # all that the list of kind 0 names
        nearest.remove(kind)
    nearest.keep(np.array([0, LISTED + 1]))
    left = table[0, LISTED + 1]
    looks = {0: [NONE, left], 1: [left, NONE]}
    found = nearest.closest(np.ones(2, np.intp), lambda kind: np.array(looks[kind], np.float32))
    assert found.tolist() == [True, True]
