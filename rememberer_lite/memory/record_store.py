"""The records of a memory and the index of their states: their ranking, and which is dropped."""

from __future__ import annotations

from copy import deepcopy

import numpy as np

from rememberer_lite.memory.growing import Growing
from rememberer_lite.memory.index import Index
from rememberer_lite.memory.stats import Stats
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, Match, State


class RecordStore:
    """Records by their state, in the order of insertion, which is the order of the index too.

    Args:
        similarity: how alike two states are.
        capacity: how many records are kept; None: no limit.

    >>> from rememberer_lite.similarity import from_function
    >>> store = RecordStore(from_function(lambda a, b: float(a == b)), capacity=None)
    >>> store.put(Experience(State("buy tea", "<p>"), id=0))
    Stats(reads=0, updates=0, added=1, evicted=0, refused=0, abandoned=0)
    >>> store.rank(State("buy tea", "<p>"))
    [Match(similarity=1.000, task=–, observation=–, record=0)]
    """

    def __init__(self, similarity: Similarity, capacity: int | None) -> None:
        self.similarity = similarity
        self.capacity = capacity
        self.records: dict[State, Experience] = {}
        self._states: list[State] = []  # by their positions
        self._ids = Growing(np.int64)  # of the records, by their positions: they only rise
        self._visits = Growing(np.int64)
        self._index = Index(similarity)

    def rank(self, state: State, k: int | None = None) -> list[Match]:
        """The k records most similar to a state: by similarity, visits, then the older first."""
        count = len(self.records) if k is None else min(k, len(self.records))
        if not count:
            return []
        positions, mix, parts = self._index.near(state, count)
        # only the records that may be among the k best are sorted
        near = np.flatnonzero(mix >= np.partition(mix, -count)[-count])
        visits = self._visits.rows[positions[near]]
        near = near[np.lexsort((-visits, -mix[near]))[:count]]  # stable: the older first
        return [
            Match(
                self.records[self._states[positions[i]]],
                float(mix[i]),
                *self.similarity.reported(parts, i),
            )
            for i in map(int, near)
        ]

    def put(self, record: Experience) -> Stats:
        """Replace a record or append it, and count what became of it.

        At capacity the less visited record of the most similar pair is dropped (at equal visits,
        the older one); if that is the new record itself, it counts as refused.
        """
        known = self.records.get(record.state)
        if known is not None:
            self.records[record.state] = record
            self._visits.rows[np.searchsorted(self._ids.rows, known.id)] = record.visits
            return Stats()
        self._index.add(record.state)
        self.records[record.state] = record
        self._states.append(record.state)
        self._ids.append(record.id)
        self._visits.append(record.visits)
        if self.capacity is None or len(self.records) <= self.capacity:
            return Stats(added=1)
        position = self._least()
        self._remove(position)
        if record.state not in self.records:
            return Stats(refused=1)
        return Stats(added=1, evicted=1)

    def _least(self) -> int:
        """The position of the record to be dropped.

        If the similarity's own code fails here, the new record goes: the memory is as it was.
        """
        try:
            closest = self._index.closest()
        except BaseException:
            self._remove(len(self._states) - 1)
            raise
        return int(closest[np.argmin(self._visits.rows[closest])])  # of equals the first

    def _remove(self, position: int) -> None:
        for rows in (self._index, self._ids, self._visits):
            rows.remove(position)
        del self.records[self._states.pop(position)]

    def with_weight(self, weight: float) -> RecordStore:
        """The same records, to be ranked under another λ."""
        other = RecordStore(self.similarity.with_weight(weight), self.capacity)
        other.records, other._states = dict(self.records), list(self._states)
        other._ids, other._visits = deepcopy(self._ids), deepcopy(self._visits)
        other._index = self._index.with_weight(weight)
        return other
