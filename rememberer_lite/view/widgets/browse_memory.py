"""Search, sort and filter the memory; press a record, and it is shown in full beside the list."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Experience
from rememberer_lite.text import short
from rememberer_lite.view.html.markup import tag, text
from rememberer_lite.view.html.memory_browser import (
    ANY,
    PAGE,
    SORTS,
    Shelf,
    by_task,
    full_html,
    listing_html,
    row_label,
)
from rememberer_lite.view.html.record_tables import memory_html
from rememberer_lite.view.html.style import view
from rememberer_lite.view.widgets.live_page import PAGE_STYLE
from rememberer_lite.view.widgets.panel import (
    Panel,
    button,
    choice,
    html_area,
    replace_children,
    row,
    text_field,
    whole_slider,
)


def browse_memory(memory: ExperienceMemory, domain: Domain | None = None) -> Browser:
    """All records of a memory, with search, sort and filters, and one record in full.

    Args:
        memory: is only read; its count of reads does not change.
        domain: knows the pages; may be left out for those of the built-in worlds.
    """
    return Browser(memory, domain)


class Browser(Panel):
    """The widget of `browse_memory`."""

    def __init__(self, memory: ExperienceMemory, domain: Domain | None) -> None:
        self.memory, self.domain = memory, domain
        self.shelf = shelf = Shelf(memory)
        self.found: list[Experience] = []
        self.page, self.chosen = 1, -1
        self.words = text_field("Search", "words that the record must hold")
        self.sort = choice("Sort by", list(SORTS))
        self.kind = choice("Kind of page", [ANY, *sorted(set(shelf.kinds))])
        self.lowest = choice("Best Q at least", _quarters(shelf.records))
        most = max((record.visits for record in shelf.records), default=0)
        self.visits = whole_slider("Visits at least", 0, 0, max(1, most))
        self.back, self.forth = button("Previous page"), button("Next page")
        self.listing, self.full = html_area(), html_area()
        self.rows = widgets.VBox(layout=widgets.Layout(width="100%"))
        left = widgets.VBox(
            [self.listing, row([self.back, self.forth]), self.rows],
            layout=widgets.Layout(flex="1 1 340px", min_width="0"),
        )
        right = widgets.VBox([self.full], layout=widgets.Layout(flex="1.4 1 400px", min_width="0"))
        both = row([left, right])
        both.layout.align_items = "flex-start"
        super().__init__(
            [self.words, self.sort, self.kind, self.lowest, self.visits],
            [both],
            memory_html(memory, limit=PAGE),
            "search the memory",
        )
        filters = (self.words, self.sort, self.kind, self.lowest, self.visits)
        self.watch(lambda: self.turn_to(1), *filters)
        self.on_click(self.back, lambda: self.turn_to(self.page - 1))
        self.on_click(self.forth, lambda: self.turn_to(self.page + 1))
        self.turn_to(1)
        self.look(shelf.records[0].id if shelf.records else -1)

    def turn_to(self, page: int) -> None:
        """List one page of the records that pass the search and the filters."""
        found = self.found = self.shelf.find(
            self.words.value, self.kind.value, self.lowest.value, self.visits.value, self.sort.value
        )
        last = max(1, -(-len(found) // PAGE))
        self.page = min(max(1, page), last)
        shown = found[(self.page - 1) * PAGE : self.page * PAGE]
        self.back.disabled, self.forth.disabled = self.page == 1, self.page == last
        self.listing.value = listing_html(self.shelf, found, shown, self.page)
        made: list[widgets.Widget] = []
        for task, records in by_task(shown):
            heading = tag("strong", text(short(task, 110)))
            made.append(widgets.HTML(tag("div", heading, class_="rl rl-flat")))
            made += [self._row(record) for record in records]
        replace_children(self.rows, made)

    def look(self, number: int) -> None:
        """Show a record in full, and mark its row; -1: none. It stays when the list changes."""
        self.chosen = number
        for control in self.rows.children:
            if isinstance(control, widgets.Button):
                (control.add_class if control.record == number else control.remove_class)(
                    "rl-chosen"
                )
        record = next((r for r in self.shelf.records if r.id == number), None)
        said = view(PAGE_STYLE, tag("p", "No record is chosen."))
        self.full.value = (
            said if record is None else PAGE_STYLE + full_html(self.memory, record, self.domain)
        )

    def _row(self, record: Experience) -> widgets.Button:
        control = button(row_label(record, self.shelf.kind(record.state)))
        control.record = record.id
        control.layout.width = "calc(100% - 4px)"
        control.add_class("rl-press")
        if record.id == self.chosen:
            control.add_class("rl-chosen")
        self.on_click(control, lambda: self.look(record.id))
        return control


def _quarters(records: Sequence[Experience]) -> list[tuple[str, float]]:
    """Values of best Q to choose from: the distinct quarters."""
    best = [record.best for record in records]
    if not best:
        return [(ANY, -math.inf)]
    quarters = sorted({round(float(q), 3) for q in np.quantile(best, [0, 0.25, 0.5, 0.75, 1])})
    return [(ANY, -math.inf), *((f"{q:.3f}", q) for q in quarters)]
