"""A short form of a page, for small models: one line for each thing that can be done there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rememberer_lite.domain.page import Line
from rememberer_lite.text import escape_action


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a short page.

    Attributes:
        answer: what a model writes to choose it; "" for a line of mere text.
        action: what is done then; "" for a line of mere text.
        beside: the text after the answer, for example the title of a product.
    """

    answer: str = ""
    action: str = ""
    beside: str = ""

    @property
    def line(self) -> str:
        """The written line; no text of a page can begin a line with a label of the prompt.

        >>> Entry("click[m]", "click[m]", "size").line
        'click[m] size'
        >>> Entry(beside="Task: none").line
        '  Task: none'
        """
        beside = " ".join(self.beside.split())
        return f"{escape_action(self.answer)} {beside}".rstrip() if self.answer else f"  {beside}"


def answered(entries: tuple[Entry, ...], action: str) -> str:
    """What a model writes for an action; the action itself if no line of the page has it."""
    return next((entry.answer for entry in entries if entry.action == action), action)


def entries(lines: Iterable[Line]) -> Iterator[Entry]:
    """The lines of a drawn page as entries.

    An option has the text in front of it beside it, the name of its group; a link the lines of
    text below it, such as title and price; a button nothing.
    """
    link, below = "", list[str]()

    def linked() -> Iterator[Entry]:
        if link:
            yield Entry(link, link, " ".join(below))
        else:
            yield from (Entry(beside=text) for text in below)
        below.clear()

    for line in lines:
        clicks = [piece for piece in line if piece.action]
        if not clicks:
            below.append(" ".join(piece.text for piece in line))
            continue
        yield from linked()
        link, group = "", ""
        for piece in line:
            chosen = " (chosen)" if piece.chosen else ""
            if not piece.action:
                group = piece.text
            elif piece.kind == "link":
                yield from linked()
                link, below = piece.action, ["(seen)"] if piece.chosen else []
            else:
                yield Entry(piece.action, piece.action, f"{group}{chosen}".strip())
    yield from linked()


def once(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, of each action the first alone; the others stay as text.

    >>> once([Entry("up", "up"), Entry("up", "up", "to the top")])[1].line
    '  to the top up'
    """
    found: list[Entry] = []
    seen: set[str] = set()
    for entry in entries:
        again = entry.action and entry.action in seen
        found.append(Entry(beside=f"{entry.beside} {entry.answer}") if again else entry)
        seen.add(entry.action)
    return found
