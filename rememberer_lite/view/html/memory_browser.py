"""Search, sort and filter the memory; look at one record, its neighbours, and its form on disk."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from rememberer_lite import storage
from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Experience
from rememberer_lite.text import short
from rememberer_lite.view.html.markup import Html, details, join, pre, table, tag, text
from rememberer_lite.view.html.record_tables import best_action, page_kind, record_html
from rememberer_lite.view.html.style import meter, view

ANY = "any"
#: records on one page of the list
PAGE = 8
SORTS: dict[str, tuple[Callable[[Experience], float], bool]] = {
    "record, oldest first": (lambda r: r.id, False),
    "record, newest first": (lambda r: r.id, True),
    "best Q, highest first": (lambda r: r.best, True),
    "best Q, lowest first": (lambda r: r.best, False),
    "visits, most first": (lambda r: r.visits, True),
    "visits, fewest first": (lambda r: r.visits, False),
}


class Shelf:
    """The records with what a search needs, computed once."""

    def __init__(self, memory: ExperienceMemory) -> None:
        self.records = list(memory)
        self.kind = page_kind(memory)
        self.kinds = [self.kind(record.state) for record in self.records]
        self._texts = [_search_text(record) for record in self.records]
        self._best = np.array([record.best for record in self.records])
        self._visits = np.array([record.visits for record in self.records])

    def find(
        self,
        words: str = "",
        kind: str = ANY,
        lowest_q: float = -math.inf,
        visits: int = 0,
        sort: str = "record, oldest first",
    ) -> list[Experience]:
        """The records that contain all the words and pass all the filters, sorted."""
        # the choices are rounded to three decimals
        keep = (self._visits >= visits) & (self._best >= lowest_q - 0.0005)
        places = [int(i) for i in np.flatnonzero(keep)]
        if kind != ANY:
            places = [i for i in places if self.kinds[i] == kind]
        for word in words.lower().split():
            places = [i for i in places if word in self._texts[i]]
        key, falling = SORTS[sort]
        return sorted((self.records[i] for i in places), key=key, reverse=falling)


def _search_text(record: Experience) -> str:
    state = record.state
    return "\n".join(
        [
            state.task,
            state.instruction,
            state.observation,
            *record.actions,
            *(value.reason for value in record.actions.values()),
        ]
    ).lower()


def spread_html(records: Sequence[Experience], bins: int = 8) -> Html:
    """How the Q values of all actions spread, as a table with bars."""
    values = [value.q for record in records for value in record.actions.values()]
    if not values:
        return tag("p", "No action has a value yet.")
    counts, edges = np.histogram(values, bins=bins if min(values) < max(values) else 1)
    rows: list[list[object]] = []
    for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True):
        closing = "]" if high == edges[-1] else ")"
        rows.append(
            [
                f"[{low:.2f}, {high:.2f}{closing}",
                int(count),
                meter(count / counts.max(), f"a bar for {count} actions"),
            ]
        )
    header = ["Q", "Actions", "Share of the largest"]
    return table(f"Spread of {len(values)} Q values", header, rows)


def neighbours_html(memory: ExperienceMemory, record: Experience, k: int = 5) -> Html:
    """The k records most similar to this one."""
    found = [
        match for match in memory.rank(record.state, k + 1) if match.experience.id != record.id
    ][:k]
    if not found:
        return tag("p", "It has no neighbours: it is the only record.")
    rows = [
        [
            f"#{m.experience.id}",
            text(short(m.experience.state.task)),
            m.similarity,
            m.task_similarity,
            m.observation_similarity,
            float(m.experience.best),
        ]
        for m in found
    ]
    header = ["Record", "Task", "Similarity", "Task part", "Page part", "Best Q"]
    return table(f"Nearest neighbours of record #{record.id}", header, rows)


def file_html(memory: ExperienceMemory, record: Experience) -> Html:
    """What a save file that holds just this record looks like."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.json"
        storage.save(memory.with_records([record]), path)
        written = path.read_text(encoding="utf-8")
    return pre(written)


def listing_html(
    shelf: Shelf, found: Sequence[Experience], shown: Sequence[Experience], page: int
) -> Html:
    """How many records were found, which of them the list shows, and the spread of their values."""
    if not shelf.records:
        return view(tag("p", "No records yet: the memory is empty."))
    if not found:
        return view(tag("p", "No record passes the search and the filters."))
    first = (page - 1) * PAGE + 1
    return view(
        tag("p", f"{len(found)} of {len(shelf.records)} records found; records {first} to "
            f"{first + len(shown) - 1} are listed. Press one to see it in full."),
        details("The spread of their Q values", spread_html(found)),
    )  # fmt: skip


def by_task(records: Sequence[Experience]) -> list[tuple[str, list[Experience]]]:
    """The records in their order, those of the same task that follow each other together."""
    return [(task, list(some)) for task, some in groupby(records, key=lambda r: r.state.task)]


def row_label(record: Experience, kind: str) -> str:
    """A record in one line, its best Q also as a bar of five blocks.

    >>> from rememberer_lite import State
    >>> from rememberer_lite.state import ActionValue
    >>> values = {"click[a]": ActionValue(0.6, 0.0, 1, "")}
    >>> row_label(Experience(State("t", ""), 3, values, 2), "item")
    '#3  item  Q 0.600 ■■■□□  2 visits  click[a]'
    """
    blocks = round(5 * min(1.0, max(0.0, record.best)))
    best = f"Q {record.best:.3f} {'■' * blocks}{'□' * (5 - blocks)}"
    visits = f"{record.visits} visit{'s' * (record.visits != 1)}"
    return f"#{record.id}  {kind}  {best}  {visits}  {short(best_action(record), 34)}"


def full_html(memory: ExperienceMemory, record: Experience, domain: Domain | None = None) -> Html:
    """A record in full, its neighbours and its form on disk."""
    return view(
        join(
            [
                record_html(record, domain),
                details("Nearest neighbours", neighbours_html(memory, record), open_=True),
                details("In a save file", file_html(memory, record)),
            ]
        ),
        title=f"Record #{record.id}",
    )
