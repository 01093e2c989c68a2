"""An array that grows at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


class Growing:
    """Rows of one shape; to append one takes constant time on average, for the room doubles.

    >>> pairs = Growing(np.int64, 2)
    >>> pairs.append([1, 2])
    >>> pairs.append([3, 4])
    >>> pairs.remove(0)
    >>> pairs.rows.tolist()
    [[3, 4]]
    """

    def __init__(self, dtype: DTypeLike, *shape: int) -> None:
        self._room: NDArray[Any] = np.empty((16, *shape), dtype)
        self._count = 0

    @property
    def rows(self) -> NDArray[Any]:
        """The rows themselves, not a copy: valid until the next change."""
        return self._room[: self._count]

    def append(self, row: ArrayLike) -> None:
        """Add a row at the end."""
        if self._count == len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[self._count] = row
        self._count += 1

    def remove(self, position: int) -> None:
        """Remove a row; those after it move up."""
        self._room[position : self._count - 1] = self._room[position + 1 : self._count]
        self._count -= 1

    def replace(self, rows: NDArray[Any]) -> None:
        """Hold these rows instead, no more of them than there were."""
        self._count = len(rows)
        self._room[: self._count] = rows
