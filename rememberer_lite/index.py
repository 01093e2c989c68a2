"""The stored states of a memory, ready to be scored: each feature is computed once.

A memory holds few distinct features (the steps of an episode share one task, many pages one
pattern), so each part scores only the distinct ones and the rest is a look-up.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from rememberer_lite.similarity import Part, Scores, Similarity
from rememberer_lite.state import State


class Index:
    """The features of the stored states, in their order of insertion.

    >>> from rememberer_lite.similarity import TagSequence, TextEmbedding
    >>> index = Index(Similarity(TextEmbedding(), TagSequence()))
    >>> index.add(State("buy tea", "<p>"))
    >>> index.add(State("buy tea", "<p>\\n<div>"))
    >>> mix, (task, observation) = index.score(State("buy tea", "<div>"))
    >>> mix.tolist(), observation.tolist()
    ([0.5, 0.75], [0.0, 0.5])
    """

    def __init__(self, similarity: Similarity) -> None:
        self.similarity = similarity
        self._columns = [_Column(part) for part in similarity.parts]
        self._states: list[State] = []
        self._pairs: _Pairs | None = None

    def __len__(self) -> int:
        return len(self._states)

    def add(self, state: State) -> None:
        """Put a state behind the others."""
        row = None if self._pairs is None else self.score(state)[0]
        features = [column.part.feature(state) for column in self._columns]
        # only now, when nothing of the parts' own code can fail any more, is anything changed
        if self._pairs is not None and row is not None:
            self._pairs.add(row)
        self._states.append(state)
        for column, feature in zip(self._columns, features, strict=True):
            column.add(feature)

    def remove(self, position: int) -> None:
        """Take the state at this position out; those behind it move up."""
        del self._states[position]
        for column in self._columns:
            column.remove(position)
        if self._pairs is not None:
            self._pairs.remove(position)

    def score(self, state: State) -> tuple[Scores, Sequence[Scores]]:
        """How alike a state is to each stored one: the mix, and the parts; (n,) float32 each."""
        scores = [column.scores(state) for column in self._columns]
        return self.similarity.mix(scores), scores

    def closest(self) -> list[int]:
        """The positions of all states that belong to a most similar pair."""
        if self._pairs is None:  # only a memory that reaches its capacity pays for all pairs
            self._pairs = _Pairs()
            for i, state in enumerate(self._states):
                self._pairs.add(self.score(state)[0][:i])
        return self._pairs.closest()


class _Column:
    """The features of one part, each distinct one once."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.number: dict[Hashable, int] = {}  # distinct feature → its number
        self.numbers: list[int] = []  # position → the number of its feature
        self.packed: Any = None

    def add(self, feature: Hashable) -> None:
        if feature not in self.number:
            self.number[feature] = len(self.number)
            self.packed = None
        self.numbers.append(self.number[feature])

    def remove(self, position: int) -> None:
        distinct = list(self.number)
        features = [distinct[number] for number in self.numbers]
        del features[position]
        self.number, self.numbers, self.packed = {}, [], None
        for feature in features:
            self.add(feature)

    def scores(self, state: State) -> Scores:
        if not self.numbers:
            return np.zeros(0, dtype=np.float32)
        packed = self.packed
        if packed is None:  # set whole at the end, for other threads may be reading too
            packed = self.packed = self.part.pack(list(self.number))
        return self.part.scores(self.part.feature(state), packed)[self.numbers]


class _Pairs:
    """The similarity of every two stored states: (room, room), −∞ where there is no pair.

    A state keeps its row for life, so that one insertion costs one row and not the whole matrix.
    """

    def __init__(self) -> None:
        self.matrix = np.full((64, 64), -np.inf, dtype=np.float32)
        self.row_of: list[int] = []  # position → row
        self.free = list(range(64))

    def add(self, similarities: Scores) -> None:
        """The last state's similarity to each before it."""
        if not self.free:
            room = len(self.matrix)
            grown = np.full((2 * room, 2 * room), -np.inf, dtype=np.float32)
            grown[:room, :room] = self.matrix
            self.matrix, self.free = grown, list(range(room, 2 * room))
        row = self.free.pop(0)
        self.matrix[row, self.row_of] = similarities
        self.matrix[self.row_of, row] = similarities
        self.row_of.append(row)

    def remove(self, position: int) -> None:
        row = self.row_of.pop(position)
        self.matrix[row, :] = self.matrix[:, row] = -np.inf
        self.free.append(row)

    def closest(self) -> list[int]:
        """Every position whose best partner is as near as any two are."""
        nearest = self.matrix.max(axis=1)[self.row_of]
        return [int(i) for i in np.flatnonzero(nearest == nearest.max())]
