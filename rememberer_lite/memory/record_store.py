"""The records of a memory and the index of their states: their ranking, and which is dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
        self._index = Index(similarity)

    def rank(self, state: State, k: int | None = None) -> list[Match]:
        """The k records most similar to a state: by similarity, visits, then the older first."""
        mix, parts = self._index.score(state)
        count = len(mix) if k is None else min(k, len(mix))
        if not count:
            return []
        # only the records that may be among the k best are sorted
        near = np.flatnonzero(mix >= np.partition(mix, -count)[-count])
        records = list(self.records.values())
        visits = np.array([records[i].visits for i in near], dtype=np.intp)
        order = near[np.lexsort((-visits, -mix[near]))][:count]  # stable: the older first
        return [
            Match(records[i], float(mix[i]), *self.similarity.reported(parts, i)) for i in order
        ]

    def put(self, record: Experience) -> Stats:
        """Replace a record or append it, and count what became of it.

        At capacity the less visited record of the most similar pair is dropped (at equal visits,
        the older one); if that is the new record itself, it counts as refused.
        """
        new = record.state not in self.records
        if new:
            self._index.add(record.state)
        self.records[record.state] = record
        if not new:
            return Stats()
        if self.capacity is None or len(self.records) <= self.capacity:
            return Stats(added=1)
        records = list(self.records.values())
        position = self._least(records)
        self._index.remove(position)
        del self.records[records[position].state]
        if records[position] is record:
            return Stats(refused=1)
        return Stats(added=1, evicted=1)

    def _least(self, records: Sequence[Experience]) -> int:
        """The position of the record to be dropped.

        If the similarity's own code fails here, the new record goes: the memory is as it was.
        """
        try:
            closest = self._index.closest()
        except BaseException:
            self._index.remove(len(records) - 1)
            del self.records[records[-1].state]
            raise
        return min(closest, key=lambda i: (records[i].visits, records[i].id))

    def with_weight(self, weight: float) -> RecordStore:
        """The same records, to be ranked under another λ."""
        other = RecordStore(self.similarity.with_weight(weight), self.capacity)
        other.records = dict(self.records)
        other._index = self._index.with_weight(weight)
        return other
