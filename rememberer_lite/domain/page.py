"""The pieces of a page: what a person reads on it, and what a click on each of them does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: characters of the longest label that is looked for on a page (the built-in shop's have 60)
LONGEST_LABEL = 500

Kind = Literal["text", "button", "option", "link", "field", "image"]
#: what a piece is in a page's layout, for a view that draws the page as people know it
Part = Literal["", "task", "code", "title", "price", "primary", "unnamed", "receipt"]

_ACTION = re.compile(r"\s*[A-Za-z_]\w*\s*[\[(](?P<argument>.*)[\])]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line of a page.

    Attributes:
        text: what a person reads.
        kind: how it is drawn: "text", "button", "option", "link", "field" or "image".
        action: the complete action that a click on it means, such as "click[buy now]" or
            "CLICK(5)"; "" for mere text.
        chosen: the option is selected, the link was visited.
        id: the number by which actions refer to it; "" if it has none.
        part: "task": it repeats the task; "code", then "title" and "price": one product;
            "primary": the button that matters most; "unnamed": its text is just the name
            of its class; "receipt": what no one needs to read.
    """

    text: str
    kind: Kind = "text"
    action: str = ""
    chosen: bool = False
    id: str = ""
    part: Part = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One of the things that a task asks for, and whether the episode brought it."""

    text: str
    met: bool


#: the pieces that are side by side
Line = tuple[Piece, ...]


def argument(action: str) -> str:
    """The text in an action's brackets.

    >>> argument("click[< Prev]"), argument("CLICK(5)"), argument("GOBACK")
    ('< Prev', '5', '')
    """
    match = _ACTION.match(action)
    return match["argument"] if match else ""


def bracketed(text: str, actions: Mapping[str, str]) -> list[Line]:
    """The lines of a text in which labels in square brackets can be clicked.

    A label with a line to itself is a button, any other is an option; double brackets mark what is
    chosen. A label longer than `LONGEST_LABEL` stays text.

    Args:
        text: the page.
        actions: label, in lower case → what a click on it means; "" for a label without effect.

    >>> bracketed("size [S][[M]]", {"s": "click[s]", "m": "click[m]"})[0][2]
    Piece(text='M', kind='option', action='click[m]', chosen=True, id='', part='')
    """
    labels = {label for label in actions if len(label) <= LONGEST_LABEL}
    most = max(map(len, labels), default=0)
    lines = text.strip("\n").split("\n")
    return [
        _split(line, actions, list(_found(line, labels, most)))
        if labels
        else (Piece(line.strip()),)
        for line in lines
    ]


def _found(line: str, labels: Collection[str], most: int) -> Iterator[tuple[int, int, int]]:
    """The labels in brackets: of each its start, its end, and how many brackets there are.

    The longest label counts. Only the next `most` characters are read, so time is linear.
    """
    position = line.find("[")
    while position >= 0:
        after = position + 1
        for count in (2, 1):
            start, closing = position + count, "]" * count
            opened = line[position:start] == "[" * count
            end = line.rfind(closing, start, start + most + count) if opened else -1
            while end >= start and line[start:end].lower() not in labels:
                end = line.rfind(closing, start, end + count - 1)
            if end >= start:
                yield start, end, count
                after = end + count
                break
        position = line.find("[", after)


def _split(line: str, actions: Mapping[str, str], found: Sequence[tuple[int, int, int]]) -> Line:
    pieces: list[Piece] = []
    done = 0
    for start, end, count in found:
        label = line[start:end]
        if line[done : start - count].strip():
            pieces.append(Piece(line[done : start - count].strip()))
        alone = line[start - count : end + count] == line.strip()
        kind: Kind = "button" if alone else "option"
        pieces.append(Piece(label, kind, actions.get(label.lower(), ""), count == 2))
        done = end + count
    if line[done:].strip() or not pieces:
        pieces.append(Piece(line[done:].strip()))
    return tuple(pieces)
