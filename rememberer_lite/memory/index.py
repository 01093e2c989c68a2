"""The stored states of a memory, ready to be scored.

Many states look the same to every part of the similarity (the item pages of one task): they are
of one kind, and each kind is scored once. Even the kinds have few distinct features (the steps
of an episode share one task), so each part scores only these, and the rest is a look-up.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import copy, deepcopy

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.memory.column import Column
from rememberer_lite.memory.growing import Growing
from rememberer_lite.memory.nearest import LISTED, NONE, Nearest
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
        # where f(s, s') is not f(s', s), it matters which one is newer: each is its own kind
        key = features if self.similarity.symmetric else object()
        known = self._kinds.get(key)
        nearest = self._nearest
        row = None if nearest is None else self._neighbours(features, nearest.bound, known)
        # nothing changes before this line: the parts' own code, which may fail, has run by now
        kind = self._kinds.setdefault(key, len(self._keys))
        if kind == len(self._keys):
            if self._nearest is not None and row is not None:
                self._nearest.add(row)
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

    def near(self, state: State, count: int) -> tuple[NDArray[np.intp], Scores, Sequence[Scores]]:
        """The positions of all states that may be among the `count` most similar ones.

        Returns:
            (n,) positions in their order, and as in `score` the mix and the parts, (n,) each.
        """
        features = [column.part.feature(state) for column in self._columns]
        rough, known, away = self._rough(features)
        near = np.flatnonzero((rough > NONE) & (rough >= _highest(rough, count) - 2 * away))
        scores = self._sure(features, known, near)
        number = np.full(len(rough), -1)
        number[near] = np.arange(len(near))
        number = number[self._kind_of.rows]
        positions = np.flatnonzero(number >= 0)
        number = number[positions]
        return positions, self.similarity.mix(scores)[number], [part[number] for part in scores]

    def closest(self) -> NDArray[np.intp]:
        """The positions of all states that belong to a most similar pair."""
        if self._nearest is None:  # only a memory that reaches its capacity looks for pairs
            self._clear_away()
            nearest = Nearest()
            for kind in range(len(self._keys)):
                row = self._neighbours(self._features(kind), nearest.bound, kind)
                nearest.add(row[:kind])
                nearest.twins.rows[kind] = row[kind]
            self._nearest = nearest
        kinds = self._nearest.closest(self._count.rows, self._pairs)
        return np.flatnonzero(kinds[self._kind_of.rows])

    def _features(self, kind: int) -> tuple[Hashable, ...]:
        return tuple(column[kind] for column in self._columns)

    def _rough(self, features: Sequence[Hashable]) -> tuple[Scores, list[Scores | None], float]:
        """How alike a query and each kind are, about: the mix, −∞ for the kinds that have gone.

        Also the scores of the parts, None where they are not sure, and how far away from the
        true one a mix may be at most.
        """
        pairs = zip(self._columns, features, strict=True)
        found = [column.rough(feature) for column, feature in pairs]
        mix = self.similarity.mix([scores for scores, _ in found])
        away = sum(w * away for w, (_, away) in zip(self.similarity.weights, found, strict=True))
        sure = [None if away else scores for scores, away in found]
        return np.where(self._count.rows > 0, mix, NONE), sure, away

    def _sure(
        self, features: Sequence[Hashable], scores: Sequence[Scores | None], kinds: NDArray[np.intp]
    ) -> list[Scores]:
        """The true scores of the parts for these kinds: (n,) each."""
        return [
            column.scores_for(feature, kinds) if known is None else known[kinds]
            for column, feature, known in zip(self._columns, features, scores, strict=True)
        ]

    def _mix(self, features: Sequence[Hashable]) -> Scores:
        """How alike a query and each kind are: (kinds,)."""
        pairs = zip(self._columns, features, strict=True)
        return self.similarity.mix([column.scores(feature) for column, feature in pairs])

    def _neighbours(
        self, features: Sequence[Hashable], bound: Scores, own: int | None = None
    ) -> Scores:
        """How alike a query and each kind are: (kinds,), −∞ for the kinds that have gone.

        If sure scores take long, also −∞ for each kind that is below its `bound` and not among
        the most similar ones; not for the query's `own` kind.
        """
        rough, scores, away = self._rough(features)
        if not away:
            return rough
        others = rough[: len(bound)].copy()
        if own is not None and own < len(bound):
            others[own] = NONE  # it is not its own neighbour
        near = (others >= bound - away) | (others >= _highest(others, LISTED) - 2 * away)
        kinds = np.flatnonzero(near & (others > NONE))
        if own is not None:
            kinds = np.append(kinds, own)
        row = np.full(len(rough), NONE)
        row[kinds] = self.similarity.mix(self._sure(features, scores, kinds))
        return row

    def _pairs(self, kind: int) -> Scores:
        """The similarity of one kind to each other, the newer of the two being the query."""
        features = self._features(kind)
        if self.similarity.symmetric:
            row = self._neighbours(features, np.full(len(self._keys), np.inf, np.float32), kind)
        else:
            row = np.where(self._count.rows > 0, self._mix(features), NONE)
            parts = self.similarity.parts
            packed = [part.pack([key]) for part, key in zip(parts, features, strict=True)]
            for newer in range(kind + 1, len(row)):
                given = zip(parts, self._features(newer), packed, strict=True)
                if row[newer] > NONE:
                    row[newer] = self.similarity.mix([scores_of(*each, 1) for each in given])[0]
        row[kind] = NONE
        return row


def _highest(scores: Scores, count: int) -> np.float32:
    """The score that `count` of them reach; −∞ if there are fewer."""
    if count > len(scores):
        return NONE
    return np.float32(np.partition(scores, len(scores) - count)[len(scores) - count])
