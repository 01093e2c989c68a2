"""Which stored states are most alike, without a table of all pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.memory.growing import Growing
from rememberer_lite.similarity import Scores

#: how many neighbours each kind of state lists; the last of them to vanish costs one new look
LISTED = 4
NONE = np.float32(-np.inf)


class Nearest:
    """For each kind of state its most similar others: (kinds, LISTED), best first.

    A kind that vanishes leaves a gap in the lists of others. The rest of a list stays right,
    because no kind outside it is more similar than its bound; so only an empty list has to be
    filled again, and only if its bound may be the highest similarity of all.

    >>> nearest = Nearest()
    >>> for similarities in ([], [0.5], [0.25, 0.75]):  # to those before
    ...     nearest.add(np.array(similarities, np.float32))
    >>> nearest.closest(np.array([1, 1, 1]), lambda kind: None).tolist()
    [False, True, True]
    """

    def __init__(self) -> None:
        self._similar = Growing(np.float32, LISTED)  # −∞ where the list has a gap
        self._number = Growing(np.intp, LISTED)  # which kind; −1 at a gap
        self._bound = Growing(np.float32)  # at least the similarity to each kind not listed
        self.twins = Growing(np.float32)  # how alike two states of one kind are, once there are two

    @property
    def bound(self) -> Scores:
        """What a new kind has to reach to be listed, for each kind: (kinds,)."""
        return np.asarray(self._bound.rows)

    def add(self, similarities: Scores) -> None:
        """A new kind, by its similarity to each before it; −∞ for those that have vanished."""
        new, bound = len(similarities), self._bound.rows
        # among equals the newest are listed: they are the last to be dropped from the memory
        closer = np.flatnonzero((similarities >= bound) & (similarities > NONE))
        dropped = self._write(
            closer,
            np.column_stack([similarities[closer], self._similar.rows[closer]]),
            np.column_stack([np.full(len(closer), new), self._number.rows[closer]]),
        )
        bound[closer] = np.maximum(bound[closer], dropped[:, 0])
        for array in (self._similar, self._number, self._bound, self.twins):
            array.append(0)
        self._fill(new, similarities)

    def remove(self, kind: int) -> None:
        """Forget a kind: it is empty from now on, and a gap in the lists of others."""
        listing = np.flatnonzero((self._number.rows == kind).any(axis=1))
        gone = self._number.rows[listing] == kind
        self._write(
            listing,
            np.where(gone, NONE, self._similar.rows[listing]),
            np.where(gone, -1, self._number.rows[listing]),
        )
        self._similar.rows[kind] = self._bound.rows[kind] = NONE
        self._number.rows[kind] = -1

    def _fill(self, kind: int, similarities: Scores) -> None:
        """List the most similar of these; −∞ is no neighbour."""
        count = len(similarities)
        bound = NONE
        if count > LISTED:
            bound = np.partition(similarities, count - LISTED)[count - LISTED]
        near = np.flatnonzero((similarities >= bound) & (similarities > NONE))
        near = near[np.lexsort((-near, -similarities[near]))][:LISTED]
        self._similar.rows[kind] = NONE
        self._number.rows[kind] = -1
        self._similar.rows[kind, : len(near)] = similarities[near]
        self._number.rows[kind, : len(near)] = near
        self._bound.rows[kind] = bound

    def closest(self, count: NDArray[np.intp], look: Callable[[int], Scores]) -> NDArray[np.bool_]:
        """Which kinds belong to a pair as similar as the most similar one: (kinds,).

        Args:
            count: (kinds,) how many states are of each kind; two of them make a pair too.
            look: the similarity of one kind to each other, for a list that has become empty.
        """
        twins = np.where(count > 1, self.twins.rows, NONE)
        while True:
            empty = self._number.rows[:, 0] < 0
            others = np.where(empty, self._bound.rows, self._similar.rows[:, 0])
            nearest = np.maximum(others, twins)
            unsure = empty & (others == nearest.max()) & (others > twins)
            if not unsure.any():
                return np.asarray(nearest == nearest.max())
            kind = int(np.argmax(unsure))
            self._fill(kind, look(kind))

    def keep(self, kinds: NDArray[np.intp]) -> None:
        """Only these kinds are left; they get the numbers from 0 on."""
        renumbered = np.full(len(self._bound.rows) + 1, -1)  # the last place: −1 stays −1
        renumbered[kinds] = np.arange(len(kinds))
        self._number.rows[:] = renumbered[self._number.rows]
        for array in (self._similar, self._number, self._bound, self.twins):
            array.replace(array.rows[kinds])

    def _write(self, kinds: NDArray[np.intp], similar: Scores, number: NDArray[Any]) -> Scores:
        """Lists in any order are written best first; what is too many is given back."""
        order = np.argsort(-similar, axis=1, kind="stable")
        similar = np.take_along_axis(similar, order, axis=1)
        self._similar.rows[kinds] = similar[:, :LISTED]
        self._number.rows[kinds] = np.take_along_axis(number, order, axis=1)[:, :LISTED]
        return similar[:, LISTED:]
