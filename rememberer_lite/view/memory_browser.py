"""Search, sort and filter the memory; look at one record, its neighbours, its place on disk."""

from __future__ import annotations

import copy
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rememberer_lite import storage
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Experience
from rememberer_lite.view.html import Html, details, join, pre, table, tag, text
from rememberer_lite.view.panel import Panel, choice, html_area, text_field, whole_slider
from rememberer_lite.view.records import (
    ROWS,
    memory_html,
    page_kind,
    record_html,
    records_table,
    short,
)
from rememberer_lite.view.style import meter, view

ANY = "any"
NONE = -1  # no record has this id; a drop-down list takes None for an empty choice
SORTS: dict[str, tuple[Callable[[Experience], float], bool]] = {
    "record, oldest first": (lambda r: r.id, False),
    "record, newest first": (lambda r: r.id, True),
    "best Q, highest first": (lambda r: r.best, True),
    "best Q, lowest first": (lambda r: r.best, False),
    "visits, most first": (lambda r: r.visits, True),
    "visits, fewest first": (lambda r: r.visits, False),
}


class Shelf:
    """The records with what a search needs, worked out once."""

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
        """The records that hold all the words and pass all the filters, sorted."""
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
                meter(count / counts.max(), f"{count} actions"),
            ]
        )
    header = ["Q", "Actions", "Share of the largest"]
    return table(f"Spread of {len(values)} Q values", header, rows)


def neighbours_html(memory: ExperienceMemory, record: Experience, k: int = 5) -> Html:
    """The k records most similar to this one."""
    found = [
        match
        for match in copy.copy(memory).retrieve(record.state, k + 1)  # a look is no read
        if match.experience.id != record.id
    ][:k]
    if not found:
        return tag("p", "It has no neighbours: it is the only record.")
    rows = [
        [
            f"#{m.experience.id}",
            text(short(m.experience.state.task)),
            float(m.similarity),
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


def browse_memory(memory: ExperienceMemory) -> Panel:
    """All records of a memory, with search, sort and filters, and one record in full.

    Args:
        memory: is only read; its count of reads does not change.
    """
    shelf = Shelf(memory)
    search = text_field("Search", "words that the record must hold")
    sort = choice("Sort by", list(SORTS))
    kind = choice("Kind of page", [ANY, *sorted(set(shelf.kinds))])
    lowest = choice("Best Q at least", _quarters(shelf.records))
    most = max((record.visits for record in shelf.records), default=0)
    visits = whole_slider("Visits at least", 0, 0, max(1, most))
    page = whole_slider("Table page", 1, 1, 1)
    chosen = choice("Record in full", [("none", NONE)])
    listing, full = html_area(), html_area()
    static = memory_html(memory)
    panel = Panel([search, sort, kind, lowest, visits, page, chosen], [listing, full], static)
    refreshing = False

    def refresh() -> None:
        nonlocal refreshing
        if refreshing:
            return
        refreshing = True
        try:
            found = shelf.find(search.value, kind.value, lowest.value, visits.value, sort.value)
            page.max = max(1, -(-len(found) // ROWS))
            page.value = min(page.value, page.max)
            shown = found[(page.value - 1) * ROWS : page.value * ROWS]
            before = chosen.value
            names = [(f"#{r.id} {short(r.state.task, 40)}", r.id) for r in shown]
            chosen.options = [("none", NONE), *names]
            chosen.value = before if before in [r.id for r in shown] else NONE
            listing.value = listing_html(shelf, found, shown, page.value)
        finally:
            refreshing = False
        look()

    def look() -> None:
        if refreshing:
            return
        if chosen.value == NONE:
            full.value = view(tag("p", "Choose a record to see it in full."))
            return
        record = next(r for r in shelf.records if r.id == chosen.value)
        full.value = full_html(memory, record)

    def turn_back() -> None:
        page.value = 1
        refresh()

    panel.watch(turn_back, search, sort, kind, lowest, visits)
    panel.watch(refresh, page)
    panel.watch(look, chosen)
    refresh()
    return panel


def listing_html(
    shelf: Shelf, found: Sequence[Experience], shown: Sequence[Experience], page: int
) -> Html:
    """One page of the records that were found, and the spread of their values."""
    if not shelf.records:
        return view(tag("p", "No records yet: the memory is empty."))
    if not found:
        return view(tag("p", "No record passes the search and the filters."))
    first = (page - 1) * ROWS + 1
    caption = f"Records {first} to {first + len(shown) - 1} of {len(found)} found"
    return view(
        tag("p", f"{len(found)} of {len(shelf.records)} records found"),
        records_table(shown, caption, shelf.kind),
        details("The spread of their Q values", spread_html(found)),
    )


def full_html(memory: ExperienceMemory, record: Experience) -> Html:
    """A record in full, its neighbours and its place on disk."""
    return view(
        join(
            [
                record_html(record),
                details("Nearest neighbours", neighbours_html(memory, record), open_=True),
                details("In a save file", file_html(memory, record)),
            ]
        ),
        title=f"Record #{record.id}",
    )


def _quarters(records: Sequence[Experience]) -> list[tuple[str, float]]:
    """Values of best Q to choose from: the distinct quarters."""
    best = [record.best for record in records]
    if not best:
        return [(ANY, -math.inf)]
    quarters = sorted({round(float(q), 3) for q in np.quantile(best, [0, 0.25, 0.5, 0.75, 1])})
    return [(ANY, -math.inf), *((f"{q:.3f}", q) for q in quarters)]
