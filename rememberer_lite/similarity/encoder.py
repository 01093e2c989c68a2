"""Texts as vectors, so that likeness is an angle: the offline stand-in for a sentence model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BUCKETS = 1024

# words that say how something is asked, not what: sharing them does not make two tasks similar
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

    A word weighs 1 and all its trigrams together weigh 1, so that `shoe` and `shoes` stay near each
    other; words like `the` and `need` weigh nothing. The dot product of two rows is their
    cosine, from 0 (no piece shared) to 1.

    Args:
        texts: n texts.

    Returns:
        (n, 1024) float32, each row of length 1. A text without words has a row of its own.

    Unlike the paper: it uses a sentence model (all-MiniLM-L12-v2), which knows that a sofa is a
    couch. This encoder knows no such thing, needs no download, and gives the same bytes anywhere.

    >>> a, b, c = hashed_text(["red shoes", "red shoe", "green tea"])
    >>> bool(a @ b > 0.5), bool(a @ c < 0.2)
    (True, True)
    """
    vectors = np.zeros((len(texts), BUCKETS), dtype=np.float64)
    for row, text in zip(vectors, texts, strict=True):
        words = [_hashed(word) for word in re.findall(r"\w+", text.lower()) if word not in COMMON]
        if words:
            buckets, weights = (np.concatenate(column) for column in zip(*words, strict=True))
            row[:] = np.bincount(buckets, weights, BUCKETS)  # adds them up one after the other
        else:
            row[0] = 1.0  # texts without words are alike, and have a length to divide by
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=20_000)  # tasks are made of the same words again and again
def _hashed(word: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The bucket and the weight of each piece of a word: the word itself, and its trigrams."""
    edged = f"^{word}$"
    trigrams = [f"#{edged[i : i + 3]}" for i in range(len(edged) - 2)]
    pieces = (piece.encode("utf-8", "surrogatepass") for piece in (word, *trigrams))
    weights = [1.0, *[1.0 / len(trigrams)] * len(trigrams)]
    return np.array([crc32(piece) % BUCKETS for piece in pieces]), np.array(weights)
