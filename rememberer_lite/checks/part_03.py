"""Chapter 03: the functions that its reader writes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rememberer_lite.checks.chapter_03 import SECOND
from rememberer_lite.checks.exercise import Case, Exercise, mistakes
from rememberer_lite.checks.parts import Part
from rememberer_lite.state import State

# ---- lcs_table


def lcs_table(a: Sequence[str], b: Sequence[str]) -> list[list[int]]:
    """The length of the longest common subsequence of every two beginnings."""
    table = [[0] * (len(b) + 1)]
    for x in a:
        above, row = table[-1], [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
        table.append(row)
    return table


LCS_TABLE = replace(
    SECOND, id="3.lcs_table", title="the table of the longest common subsequence",
    reread="chapter 03, “The smallest worked example”",
)  # fmt: skip


# ---- f_o


def page_kind(actions: Sequence[str]) -> str:
    """The page pattern, as the chapter tells it."""
    kinds = {"buy now": "item", "next >": "results", "< prev": "other", "search": "search"}
    return next((kind for button, kind in kinds.items() if button in actions), "unknown")


def f_o(a: State, b: State) -> float:
    """How alike two pages of the shop are."""
    kinds = {page_kind(a.actions), page_kind(b.actions)}
    return 1.0 if len(kinds) == 1 else 0.3 if kinds == {"item", "other"} else 0.0


_PAGES = {
    "search": ("search",),
    "results": ("back to search", "< prev", "next >", "b0abc"),
    "item": ("back to search", "< prev", "description", "buy now", "green"),
    "description": ("back to search", "< prev"),
}


def _two_pages(rng: random.Random) -> Iterator[Case]:
    pages = [State("buy tea", name, actions) for name, actions in _PAGES.items()]
    for a in pages:
        for b in pages:
            yield a, b
            yield a, State("buy a mug", b.observation, (*b.actions, "reviews"))


F_O = Exercise(
    "3.f_o", "how alike two pages are", "chapter 03, “A table of page patterns”", f_o,
    _two_pages, mistakes({
    "0.3 if >> 0.0 if": "An item page and a page of the kind *other* are 0.3 alike.",
    "1.0 if len(kinds) == 1 >> 1.0 if a == b":
        "Two pages of one kind are 1 alike, whatever their buttons and their tasks are.",
    'kinds == {"item", "other"} >> kinds':
        "Only item and other are 0.3 alike. Any other two kinds have nothing in common.",
    'kinds == {"item", "other"} >> (page_kind(a.actions), page_kind(b.actions)) == ("item", '
    '"other")': "It does not matter which of the two is the query: other against item is 0.3 too.",
    'kinds == {"item", "other"} >> (page_kind(b.actions), page_kind(a.actions)) == ("item", '
    '"other")': "Item and other are 0.3 alike in either order.",
    "page_kind(b.actions) >> page_kind(a.actions)":
        "You look at the query twice, and never at the key: everything is alike.",
}), count=40)  # fmt: skip

PARTS = (Part(LCS_TABLE, lcs_table), Part(F_O, f_o))
