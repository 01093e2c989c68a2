"""Texts as vectors, compared by their cosine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.similarity.encoder import Encoder, Vectors, hashed_text
from rememberer_lite.similarity.parts import Part, Scores, name_of, real_numbers
from rememberer_lite.similarity.sparse_rows import SparseRows
from rememberer_lite.state import SettingError, State

#: texts encoded at once: a long list takes no more memory than this many need
PORTION = 1000
#: from this many rows on, only the values that are not 0 are kept, if they are few
MANY = 4000
#: vectors kept for the next time that their text is asked for; the oldest go
KEPT = 20_000


class TextEmbedding(Part):
    """f_g on WebShop: the cosine of the two tasks' vectors.

        f_g(g, g') = e(g) · e(g'),   |e| = 1

    Args:
        encoder: texts → unit vectors; None: `encoder.hashed_text`, which needs no download.
        text: what to read in a state.

    Source: paper, section 4.1 (there with all-MiniLM-L12-v2).

    >>> from rememberer_lite.similarity import Similarity, TagSequence
    >>> f_g = Similarity(task=TextEmbedding(), observation=TagSequence(), weight=1.0)
    >>> f_g(State("buy green tea", ""), State("buy green tea", "")).similarity
    1.0
    """

    symmetric = True

    def __init__(self, encoder: Encoder | None = None, text: Callable[[State], str] | None = None):
        self.encoder: Encoder = encoder or hashed_text
        self.text = text
        self._width: int | None = None  # d
        # a sentence model is slow: a text is encoded once; kept are a vector's places and values
        # that are not 0, few if the vector is hashed
        self._vectors: dict[str, tuple[NDArray[np.int32], Vectors]] = {}

    def feature(self, state: State) -> str:
        """The text that is compared."""
        return self.text(state) if self.text else state.task

    def pack(self, features: Sequence[str]) -> Vectors | SparseRows:
        """(n, d): one row for each text."""
        portions = (
            self.vectors(features[start : start + PORTION])
            for start in range(0, len(features), PORTION)
        )
        first = next(portions, np.zeros((0, self._width or 0), np.float32))
        if len(features) >= MANY and 4 * np.count_nonzero(first) < first.size:
            return SparseRows.of(chain([first], portions))
        packed = np.empty((len(features), first.shape[1]), np.float32)
        for number, rows in enumerate(chain([first], portions)):
            packed[number * PORTION : number * PORTION + len(rows)] = rows
        return packed

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, d): a row in full for each of a few texts, encoded now unless it is kept."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        unseen = [text for text in dict.fromkeys(texts) if text not in found]
        for text, row in zip(unseen, self._encode(unseen) if unseen else (), strict=True):
            places = np.flatnonzero(row).astype(np.int32)
            found[text] = self._vectors[text] = places, row[places]
        rows: Vectors = np.zeros((len(texts), self._width or 0), np.float32)
        for row, text in zip(rows, texts, strict=True):
            places, values = found[text]
            row[places] = values
        while len(self._vectors) > KEPT:
            self._vectors.pop(next(iter(self._vectors), ""), None)  # threads may do so at once
        return rows

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """The encoder's rows for texts that it has not seen, if they can be used.

        Raises:
            SettingError: what is wrong with them.
        """
        given = self.encoder(texts)
        try:
            rows: Vectors = real_numbers(given)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._unusable(f"gave no array of numbers ({error})") from error
        if rows.ndim != 2 or len(rows) != len(texts):
            raise self._unusable(f"gave the shape {rows.shape} for {len(texts)} texts, not (n, d)")
        if not np.isfinite(rows).all():
            raise self._unusable("gave a row with nan or inf")
        if not np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=0.01):
            raise self._unusable("gave a row whose length is not 1: divide each by its length")
        if self._width not in (None, rows.shape[1]):
            raise self._unusable(
                f"gave rows of {rows.shape[1]} numbers, but of another length before"
            )
        self._width = rows.shape[1]
        return rows

    def _unusable(self, what: str) -> SettingError:
        return SettingError(f"{self!r} needs one unit vector for each text; its encoder {what}")

    def scores(self, query: str, packed: Vectors | SparseRows) -> Scores:
        """(n, d) · (d,): n cosines, rounded so that every machine finds the same ties."""
        [vector] = self.vectors([query])
        if isinstance(packed, SparseRows):
            cosines = packed.dots(vector)
        else:  # row by row: a matrix product would wake threads, which costs more than it saves
            cosines = np.vecdot(packed, vector)
        return np.asarray(np.round(cosines, 6), dtype=np.float32)

    def rough(self, query: str, packed: Vectors | SparseRows) -> tuple[Scores, float] | None:
        """The cosines not rounded, and added up in another order."""
        if not isinstance(packed, SparseRows):
            return None
        cosines, away = packed.about(self.vectors([query])[0])
        return cosines, away + 1e-6

    @property
    def settings(self) -> dict[str, Any]:
        """With the names of the encoder and of the function that reads the text."""
        text = name_of(self.text) if self.text else "task"
        return {**super().settings, "encoder": name_of(self.encoder), "text": text}

    def __repr__(self) -> str:
        return f"TextEmbedding({getattr(self.encoder, '__name__', repr(self.encoder))})"
