"""Oddities in a memory file that do not prevent reading it: one warning for each kind."""

from __future__ import annotations

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.memory.record_check import MOST_ID
from rememberer_lite.state import Experience, State
from rememberer_lite.storage.log import logger

log = logger("rememberer_lite")


class Oddities:
    """Inserts records into a memory, and notes where the result differs from the file."""

    def __init__(self, path: str, memory: ExperienceMemory) -> None:
        self.path, self.memory = path, memory
        self.states: dict[State, str] = {}  # state → its first record
        self.merged: list[str] = []
        self.renumbered: list[str] = []
        self.pruned: list[str] = []

    def insert(self, record: Experience, where: str) -> None:
        """Insert one record; `where` is its name in messages."""
        first = self.states.setdefault(record.state, where)
        if first != where:
            self.merged.append(f"{where} with {first}")
        elif record.id != -1 and not self.memory.next_id <= record.id <= MOST_ID:
            self.renumbered.append(f"{where} (id {record.id})")
        limit = self.memory.action_capacity
        if limit is not None and len(record.actions) > limit:
            self.pruned.append(where)
        self.memory.insert(record)

    def set_next_id(self, number: int) -> None:
        """Which id the next new record of the memory gets, unless the records need a later one."""
        if not 0 <= number <= MOST_ID:
            self.renumbered.append(f"next_id ({number})")
        else:
            self.memory.next_id = max(self.memory.next_id, number)

    def say(self, unknown: list[str]) -> None:
        """One warning for each kind of oddity."""
        lost = len(self.states) - len(self.memory)
        for message, found in (
            ("records of one state were merged: %s", self.merged),
            (f"ids that do not ascend, or are above {MOST_ID}, were replaced: %s", self.renumbered),
            ("actions above the capacity were dropped: %s", self.pruned),
            ("unknown keys were left out: %s", unknown),
            (
                f"%s records exceed its capacity of {self.memory.capacity}: {lost} were dropped",
                [str(len(self.states))] if lost else [],
            ),
        ):
            if found:
                shortened = ", ".join(found[:3]) + ", …" * (len(found) > 3)
                log.warning(f"%s: {message}", self.path, shortened)
