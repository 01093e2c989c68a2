"""The stored states of a memory, ready to be scored.

Many states look the same to every part of the similarity (the item pages of one task): they are
of one kind, and each kind is scored once. Even the kinds have few distinct features (the steps
of an episode share one task), so each part scores only these, and the rest is a look-up.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import copy, deepcopy

import numpy as np

from rememberer_lite.memory.column import Column
from rememberer_lite.memory.growing import Growing
from rememberer_lite.memory.nearest import NONE, Nearest
from rememberer_lite.similarity import Scores, Similarity
from rememberer_lite.similarity.parts import feature_of, scores_of
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
        self._columns = [Column(part) for part in similarity.parts]
        self._kinds: dict[Hashable, int] = {}  # what the parts look at → the number of the kind
        self._keys: list[Hashable] = []  # kind → what the parts look at
        self._count = Growing(np.intp)  # kind → how many states; 0: all of them have gone
        self._kind_of = Growing(np.intp)  # position → kind
        self._nearest: Nearest | None = None

    def __len__(self) -> int:
        return len(self._kind_of.rows)

    def add(self, state: State) -> None:
        """Append a state."""
        features = tuple(feature_of(column.part, state) for column in self._columns)
        row = None if self._nearest is None else self._mix(features)
        # nothing changes before this line: the parts' own code, which may fail, has run by now
        # where f(s, s') is not f(s', s), it matters which one is newer: each is its own kind
        key = features if self.similarity.symmetric else object()
        kind = self._kinds.setdefault(key, len(self._keys))
        if kind == len(self._keys):
            if self._nearest is not None and row is not None:
                self._nearest.add(self._known(row))
            self._keys.append(key)
            self._count.append(0)
            for column, feature in zip(self._columns, features, strict=True):
                column.add(feature)
        elif self._nearest is not None and row is not None:
            self._nearest.twins.rows[kind] = row[kind]
        self._count.rows[kind] += 1
        self._kind_of.append(kind)

    def remove(self, position: int) -> None:
        """Remove the state at this position; those after it move up."""
        kind = int(self._kind_of.rows[position])
        self._kind_of.remove(position)
        self._count.rows[kind] -= 1
        if self._count.rows[kind]:
            return
        del self._kinds[self._keys[kind]]
        if self._nearest is not None:
            self._nearest.remove(kind)
        if 5 * len(self._kinds) < 4 * len(self._keys):  # kinds that have gone are scored until now
            self._clear_away()

    def _clear_away(self) -> None:
        """Forget the kinds that have gone; the others get the numbers from 0 on."""
        left = np.flatnonzero(self._count.rows)
        self._columns = [column.keep(left) for column in self._columns]
        self._keys = [self._keys[kind] for kind in left]
        self._kinds = {key: number for number, key in enumerate(self._keys)}
        self._kind_of.replace(np.searchsorted(left, self._kind_of.rows))
        self._count.replace(self._count.rows[left])
        if self._nearest is not None:
            self._nearest.keep(left)

    def with_weight(self, weight: float) -> Index:
        """A copy under another λ, for which no feature is computed again."""
        other = copy(self)
        other.similarity = self.similarity.with_weight(weight)
        everything = np.arange(len(self._keys))
        other._columns = [column.keep(everything) for column in self._columns]
        other._kinds, other._keys = dict(self._kinds), list(self._keys)
        other._count, other._kind_of = deepcopy(self._count), deepcopy(self._kind_of)
        other._nearest = None
        return other

    def score(self, state: State) -> tuple[Scores, Sequence[Scores]]:
        """How alike a state is to each stored one: the mix, and the parts; (n,) float32 each."""
        scores = [column.scores(column.part.feature(state)) for column in self._columns]
        kinds = self._kind_of.rows
        return self.similarity.mix(scores)[kinds], [part[kinds] for part in scores]

    def closest(self) -> list[int]:
        """The positions of all states that belong to a most similar pair."""
        if self._nearest is None:  # only a memory that reaches its capacity looks for pairs
            self._clear_away()
            nearest = Nearest()
            for kind in range(len(self._keys)):
                row = self._mix(self._features(kind))
                nearest.add(self._known(row)[:kind])
                nearest.twins.rows[kind] = row[kind]
            self._nearest = nearest
        kinds = self._nearest.closest(self._count.rows, self._pairs)
        return [int(i) for i in np.flatnonzero(kinds[self._kind_of.rows])]

    def _features(self, kind: int) -> tuple[Hashable, ...]:
        return tuple(column[kind] for column in self._columns)

    def _mix(self, features: Sequence[Hashable]) -> Scores:
        """How alike a query and each kind are: (kinds,)."""
        pairs = zip(self._columns, features, strict=True)
        return self.similarity.mix([column.scores(feature) for column, feature in pairs])

    def _known(self, row: Scores) -> Scores:
        """The same, −∞ for the kinds that have gone."""
        return np.where(self._count.rows > 0, row, NONE)

    def _pairs(self, kind: int) -> Scores:
        """The similarity of one kind to each other, the newer of the two being the query."""
        row = self._mix(self._features(kind))
        if not self.similarity.symmetric:
            parts, keys = self.similarity.parts, self._features(kind)
            packed = [part.pack([key]) for part, key in zip(parts, keys, strict=True)]
            for newer in range(kind + 1, len(row)):
                given = zip(parts, self._features(newer), packed, strict=True)
                row[newer] = self.similarity.mix([scores_of(*each, 1) for each in given])[0]
        row[kind] = NONE
        return self._known(row)
