"""The kinds of pages that the similarity of the shop distinguishes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rememberer_lite.state import State

#: the kinds of pages that the similarity distinguishes
PATTERNS = ("search", "results", "item", "other")
#: f_o of two kinds of pages (paper, section 4.1): item and sub page are slightly similar
PATTERN_TABLE = (
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.3),
    (0.0, 0.0, 0.3, 1.0),
)
#: the same with "open" beside the other patterns: like item and sub page
OPEN_TABLE = (
    (1.0, 0.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.3, 0.3),
    (0.0, 0.0, 0.3, 1.0, 0.0),
    (0.0, 0.0, 0.3, 0.0, 1.0),
)


def page_pattern(actions: Sequence[str]) -> str:
    """The kind of a page, from what can be clicked on it.

    Args:
        actions: the texts that can be clicked, in any order.

    Returns:
        "search", "results", "item", "other" (a sub page of an item), or "unknown".

    Source: paper, section 4.1.

    Unlike the published code: it looks at the buttons that only one kind of page has, not at the
    form of product codes, so that it also recognises page 2 and later, and codes such as `b0bxx`
    or ISBNs (its defect 8).

    >>> page_pattern(("back to search", "< prev", "next >", "1580629571"))
    'results'
    >>> page_pattern(("back to search", "< prev"))
    'other'
    """
    texts = set(actions)
    if texts == {"search"}:
        return "search"
    if {"back to search", "< prev", "buy now"} <= texts:
        return "item"  # checked first: an option may have the name of any other button
    if {"back to search", "next >"} <= texts:
        return "results"
    return "other" if texts == {"back to search", "< prev"} else "unknown"


def pattern_of(state: State) -> str:
    """The kind of page that a state shows."""
    return page_pattern(state.actions)


def open_pattern_of(state: State) -> str:
    """The kind of page; an item page with a group of options and none of them chosen is "open"."""
    pattern = pattern_of(state)
    if pattern != "item":
        return pattern
    groups = re.findall(r"^[^\[\n]+ (\[.+\])$", state.observation, re.MULTILINE)
    return "item" if all("[[" in group for group in groups) else "open"
