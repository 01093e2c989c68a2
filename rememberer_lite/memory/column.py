"""What one part of a similarity looks at in the stored states."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.memory.growing import Growing
from rememberer_lite.similarity import Part, Scores
from rememberer_lite.similarity.parts import scores_of

#: packed again together with what is new: pieces that are not this many times as long
MUCH_LONGER = 8


class Column:
    """The features of one part, each distinct one once, and packed a few times only.

    A new feature is packed by itself or with short pieces before it, so that n features are
    packed in time that grows as n · log n and not as n².
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self._number: dict[Hashable, int] = {}
        self._features: list[Hashable] = []  # the distinct ones
        self._of = Growing(np.intp)  # kind of state → number of its feature
        self._pieces: tuple[tuple[int, int, Any], ...] = ()  # from, to, these features packed

    def __getitem__(self, kind: int) -> Hashable:
        return self._features[int(self._of.rows[kind])]

    def add(self, feature: Hashable) -> None:
        """The feature of one more kind of state."""
        number = self._number.setdefault(feature, len(self._features))
        if number == len(self._features):
            self._features.append(feature)
        self._of.append(number)

    def keep(self, kinds: NDArray[np.intp]) -> Column:
        """A copy with only these kinds, in this order."""
        other = Column(self.part)
        if len(kinds) == len(self._of.rows):
            other._pieces = self._pieces  # never changed, so both may have them
        for kind in kinds:
            other.add(self[kind])
        return other

    def scores(self, feature: Any) -> Scores:
        """How alike a feature and that of each kind are: (kinds,) float32."""
        return self._of_kinds(
            scores_of(self.part, feature, packed, end - start)
            for start, end, packed in self._packed()
        )

    def rough(self, feature: Any) -> tuple[Scores, float]:
        """The same, found quicker, and how far each may be from the true one at most."""
        away = 0.0
        scores = list[Scores]()
        for start, end, packed in self._packed():
            found = self.part.rough(feature, packed)
            if found is None:
                found = scores_of(self.part, feature, packed, end - start), 0.0
            scores.append(found[0])
            away = max(away, found[1])
        return self._of_kinds(scores), away

    def scores_for(self, feature: Any, kinds: NDArray[np.intp]) -> Scores:
        """How alike a feature and that of these kinds are; for a part with rough scores."""
        numbers = self._of.rows[kinds]
        scores = np.empty(len(kinds), np.float32)
        for start, end, packed in self._packed():
            inside = (start <= numbers) & (numbers < end)
            few = packed[numbers[inside] - start]
            scores[inside] = scores_of(self.part, feature, few, len(few))
        return scores

    def _of_kinds(self, scores: Iterable[Scores]) -> Scores:
        """The scores of the features, piece by piece, as scores of the kinds."""
        joined = np.concatenate([np.zeros(0, np.float32), *scores])
        return np.asarray(joined[self._of.rows])

    def _packed(self) -> tuple[tuple[int, int, Any], ...]:
        """All features in pieces, each piece much longer than the next."""
        pieces, end = self._pieces, len(self._features)
        start = pieces[-1][1] if pieces else 0
        if start < end:
            while pieces and pieces[-1][1] - pieces[-1][0] < MUCH_LONGER * (end - start):
                *others, (start, _, _) = pieces
                pieces = tuple(others)
            pieces = (*pieces, (start, end, self.part.pack(self._features[start:end])))
            self._pieces = pieces  # assigned in one step: other threads may be reading too
        return pieces
