"""What a memory has done, in counts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import add, attrgetter


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory has done since it was made.

    Attributes:
        reads: calls of `retrieve`.
        updates: Q-updates.
        added: records made.
        evicted: records that were dropped to make room.
        refused: new records that were dropped at once, as the lesser of the most similar pair.
        abandoned: steps that were observed but never learnt.

    >>> Stats(reads=1) + Stats(reads=1, updates=3)
    Stats(reads=2, updates=3, added=0, evicted=0, refused=0, abandoned=0)
    """

    reads: int = 0
    updates: int = 0
    added: int = 0
    evicted: int = 0
    refused: int = 0
    abandoned: int = 0

    def __add__(self, other: Stats) -> Stats:
        return Stats(*map(add, _counts(self), _counts(other)))


_counts = attrgetter(*(field.name for field in fields(Stats)))
