"""The shop's pages written short: each product and each option with its click, the buttons last."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rememberer_lite.domain import Entry

_LIMIT = re.compile(r",? and price lower than ([\d.,]+) dollars")
#: buttons in the order in which they stand below a page
_BUTTONS = [
    f"click[{text}]"
    for text in (
        "buy now", "next >", "< prev", "back to search", "description", "features", "reviews"
    )
]  # fmt: skip
#: what nobody decides by
_FILLER = re.compile(r"Rating: |Page \d+ \(|You have clicked |WebShop$|Instruction:")


def short_task(task: str) -> str:
    """The task with its limit in few words.

    >>> short_task("i need a mug, and price lower than 20.00 dollars")
    'i need a mug, price below 20.00'
    """
    return " ".join(_LIMIT.sub(r", price below \1", task).split())


def arranged(entries: Iterable[Entry], task: str) -> tuple[Entry, ...]:
    """A page's entries without the task and other filler; its text, what it offers, the buttons."""
    filler = " ".join(task.split())
    kept = [
        entry
        for entry in entries
        if entry.action or not (_FILLER.match(entry.beside) or entry.beside == filler)
    ]
    text = (entry for entry in kept if not entry.action)
    offered = (entry for entry in kept if entry.action and entry.action not in _BUTTONS)
    buttons = (entry for entry in kept if entry.action in _BUTTONS)
    return (*text, *offered, *sorted(buttons, key=lambda entry: _BUTTONS.index(entry.action)))
