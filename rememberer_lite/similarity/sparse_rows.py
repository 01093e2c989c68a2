"""Many vectors that are mostly 0, by their other values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.similarity.encoder import Vectors

#: rows that are written out in full at a time; that many of 1024 numbers fit a processor's cache
BLOCK = 128


class SparseRows:
    """(n, width) float32, of which only the values that are not 0 are kept.

    >>> rows = SparseRows.of([np.array([[0, 2, 0], [1, 0, 0], [0, 0, 0]], np.float32)])
    >>> rows.dots(np.array([3, 4, 5], np.float32)).tolist()
    [8.0, 3.0, 0.0]
    >>> rows[np.array([1])].dots(np.array([3, 4, 5], np.float32)).tolist()
    [3.0]
    """

    def __init__(self, counts: NDArray[Any], places: NDArray[Any], values: Vectors, width: int):
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._places, self._values = places, values
        self.shape = (len(counts), width)

    @classmethod
    def of(cls, portions: Iterable[Vectors]) -> SparseRows:
        """From rows in full, at least one portion of them; of each only a sparse copy is kept."""
        kept = []
        for rows in portions:
            places = np.nonzero(rows)
            kept.append(((rows != 0).sum(axis=1), places[1].astype(np.int32), rows[places]))
        counts, columns, values = (np.concatenate(arrays) for arrays in zip(*kept, strict=True))
        return cls(counts, columns, values, rows.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, numbers: NDArray[np.intp]) -> SparseRows:
        starts = self._starts[numbers]
        counts = self._starts[numbers + 1] - starts
        ends = np.cumsum(counts)
        chosen = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return SparseRows(counts, self._places[chosen], self._values[chosen], self.shape[1])

    def dots(self, vector: Vectors) -> Vectors:
        """The dot product of each row with a vector, to the last bit as that of the row in full."""
        count, width = self.shape
        found, block = np.empty(count, np.float32), np.zeros((BLOCK, width), np.float32)
        for first in range(0, count, BLOCK):
            starts = self._starts[first : first + BLOCK + 1]
            part = slice(starts[0], starts[-1])
            rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
            block[rows, self._places[part]] = self._values[part]
            found[first : first + BLOCK] = np.vecdot(block[: len(starts) - 1], vector)
            block[rows, self._places[part]] = 0
        return found

    @cached_property
    def _matrix(self) -> Any:
        from scipy.sparse import csr_matrix  # a slow import, used only for large memories

        return csr_matrix((self._values, self._places, self._starts), self.shape)

    def about(self, vector: Vectors) -> tuple[Vectors, float]:
        """The same, with the sums added up in another order, and how far they may be away.

        Rows and vector have length 1: an order of `width` additions changes a sum by at most
        width · 2⁻²⁴, in either way of adding.
        """
        return np.asarray(self._matrix @ vector), 4 * self.shape[1] * 2.0**-24
