"""Texts as vectors, so that likeness is an angle: the offline stand-in for a sentence model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BUCKETS = 1024

# words that say how something is asked, not what; two tasks are not alike for sharing them
COMMON = frozenset(
    "a an and are as at be by can for from have i im in is it looking me my need of on or so some "
    "than that the this to want with would like find get please am which will you".split()
)


class Encoder(Protocol):
    """Anything that turns n texts into n rows of length 1: (n, d), float32."""

    def __call__(self, texts: Sequence[str], /) -> Vectors:
        """n texts → (n, d)."""


def hashed_text(texts: Sequence[str]) -> Vectors:
    """Each text as a bag of its words and of its words' character trigrams, hashed.

        v[crc32(piece) mod d] += weight;   v ← v / |v|

    A word weighs 1, all its trigrams together 1, so that `shoe` and `shoes` stay near each
    other; words like `the` and `need` weigh nothing. The dot product of two rows is their
    cosine, from 0 (no piece shared) to 1.

    Args:
        texts: n texts.

    Returns:
        (n, 1024) float32, each row of length 1. A text without words has a row of its own.

    Unlike the paper: it uses a sentence model (all-MiniLM-L12-v2), which knows that a sofa is a
    couch. This encoder knows nothing, needs no download, and gives the same bytes everywhere.

    >>> a, b, c = hashed_text(["red shoes", "red shoe", "green tea"])
    >>> bool(a @ b > 0.5), bool(a @ c < 0.2)
    (True, True)
    """
    vectors = np.zeros((len(texts), BUCKETS), dtype=np.float64)
    for row, text in zip(vectors, texts, strict=True):
        for piece, weight in _pieces(text):
            row[crc32(piece.encode("utf-8", "surrogatepass")) % BUCKETS] += weight
        if not row.any():
            row[0] = 1.0  # texts without words are alike, and have a length to divide by
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _pieces(text: str) -> Iterator[tuple[str, float]]:
    """The words of a text and their trigrams, each with its weight."""
    for word in re.findall(r"\w+", text.lower()):
        if word in COMMON:
            continue
        yield word, 1.0
        edged = f"^{word}$"
        trigrams = [edged[i : i + 3] for i in range(len(edged) - 2)]
        for trigram in trigrams:
            yield f"#{trigram}", 1.0 / len(trigrams)
