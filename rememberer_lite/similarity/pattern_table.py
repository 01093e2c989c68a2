"""Kinds of pages or steps, compared by a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rememberer_lite.similarity.parts import Part, Scores, name_of
from rememberer_lite.state import SettingError, State


class PatternTable(Part):
    """A table of how alike kinds of states are: f_o on WebShop, f_g on WikiHow.

        f(s, s') = table[pattern(s), pattern(s')]

    Args:
        pattern: the name of a state's kind; any name that is not in `names` means unknown.
        names: the kinds, in the order of the table's rows and columns.
        table: (len(names), len(names)), each entry from 0 to 1.

    A state of unknown kind scores 1 against an equal state and 0 against all others.

    Raises:
        SettingError: if the table's shape does not match the names.

    Source: paper, section 4.1; the domains hold the two tables.

    Unlike the paper: an unknown state is similar to itself, so that it can be found again.

    >>> from rememberer_lite.similarity import Similarity, TextEmbedding
    >>> kind = PatternTable(lambda s: s.observation, ["item", "other"], [[1.0, 0.3], [0.3, 1.0]])
    >>> similar = Similarity(task=TextEmbedding(), observation=kind)
    >>> round(similar(State("t", "item"), State("t", "other")).observation_similarity, 3)
    0.3
    >>> similar(State("t", "item"), State("t", "new")).observation_similarity
    0.0
    """

    def __init__(
        self, pattern: Callable[[State], str], names: Sequence[str], table: ArrayLike
    ) -> None:
        self.pattern = pattern
        self.names = tuple(names)
        try:
            self.table: Scores = np.array(table, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise SettingError(f"a table of patterns holds rows of numbers: {error}") from error
        if not np.isfinite(self.table).all():
            raise SettingError("a table of patterns holds finite numbers: replace its nan or inf")
        if self.table.shape != (len(self.names), len(self.names)):
            raise SettingError(
                f"a table for {len(self.names)} patterns has shape "
                f"({len(self.names)}, {len(self.names)}), not {self.table.shape}: give one row "
                f"and one column for each of {', '.join(self.names)}"
            )
        self.symmetric = bool((self.table == self.table.T).all())

    def feature(self, state: State) -> int | State:
        """The row of the table, or the state itself if its kind has no row."""
        name = self.pattern(state)
        return self.names.index(name) if name in self.names else state

    def scores(self, query: int | State, packed: Sequence[int | State]) -> Scores:
        """One look-up for each stored state."""

        def score(key: int | State) -> float:
            if isinstance(query, int) and isinstance(key, int):
                return float(self.table[query, key])
            return float(query == key)

        return np.array([score(key) for key in packed], dtype=np.float32)

    @property
    def settings(self) -> dict[str, Any]:
        """With the function that names the kinds, and the table."""
        return {
            **super().settings,
            "pattern": name_of(self.pattern),
            "names": list(self.names),
            "table": self.table.tolist(),
        }

    def __repr__(self) -> str:
        return f"PatternTable({', '.join(self.names)})"
