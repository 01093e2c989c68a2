"""What the app shows on a screen: elements, their HTML lines, and the scrolling window.

Each visible leaf of the app's view tree is one line of HTML (Mobile-Env's and Rememberer's form),
numbered from 0. A page is a list of placed elements; a screen shows those in its window.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

#: what a click leads to: a kind of page and what distinguishes it, ("article", "Apply-CC-Cream")
Target = tuple[str, ...]

# Measures of the recorded phone, in pixels: the window's height, and the distance of a scroll.
WINDOW, SCROLL = 1584, 1200
LINE = 55  # height of a line of text


@dataclass(frozen=True, slots=True)
class Element:
    """One leaf of the view tree.

    Attributes:
        tag: "p", "div", "button", "img" or "input".
        text: what it shows; for images and some buttons, the description (`alt`).
        css: its `class`: the last part of the resource id.
        clickable: as the app says; many clickable elements lead nowhere.
        target: where a click leads; None if it leads nowhere.
        typed: whether it takes typed words.
        alt: its text is a description (`alt`) and not a label.
        description: a description beside the text, for the few elements that have both.
    """

    tag: str
    text: str = ""
    css: str = ""
    clickable: bool = True
    target: Target | None = None
    typed: bool = False
    alt: bool = False
    description: str = ""

    def line(self, number: int) -> str:
        """The element as HTML, with the attributes in the order of the real app.

        >>> Element("p", "<", clickable=True).line(5)
        '<p id="5" clickable="true">&lt;</p>'
        """
        css = f' class="{_attribute(self.css)}"' if self.css else ""
        alt = self.text if self.alt else self.description
        described = f' alt="{_attribute(alt)}"' if self.alt or alt else ""
        tail = f'id="{number}" clickable="{str(self.clickable).lower()}">'
        if self.tag == "input":
            value = f' value="{_attribute(self.text)}"' if self.text and not self.alt else ""
            return f'<input{css}{described}{value} type="text" {tail}'
        if self.tag == "img":
            return f"<img{css}{described} {tail}"
        label = "" if self.alt else _one_line(html.escape(self.text, quote=False))
        return f"<{self.tag}{css}{described} {tail}{label}</{self.tag}>"


def _attribute(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace('"', "&quot;")
    return _one_line(escaped.replace("<", "&lt;").replace(">", "&gt;"))


def _one_line(text: str) -> str:
    return text.replace("\n", "&#10;").replace("\r", "&#13;")


@dataclass(frozen=True)
class Screen:
    """What is visible at one moment; its HTML is written on demand.

    Attributes:
        elements: the elements, by their number, the status bar last.
        address: the page's address, against which a task's patterns are matched.
    """

    elements: tuple[Element, ...]
    address: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The HTML line of each element."""
        return tuple(element.line(number) for number, element in enumerate(self.elements))

    @cached_property
    def html(self) -> str:
        """All lines: this is the observation."""
        return "\n".join(self.lines)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The labels of the clickable elements, in order."""
        return tuple(e.text.strip() or e.description or e.css for e in self.elements if e.clickable)


#: targets of elements that are on every page
HOME: Target = ("home",)
TRUST: Target = ("about",)
NEW_SEARCH: Target = ("search", "")
TO_REFERENCES: Target = ("references",)  # the reference list of the open article

#: what is above each page, and the last line of each screen
DRAWER = Element("button", "Open navigation drawer", alt=True)
SEARCH = Element("img", "Search", css="search button", target=NEW_SEARCH, typed=True, alt=True)
BAR = (DRAWER, SEARCH)
MORE = Element("img", "More options", alt=True)
STATUS_BAR = Element("div", css="statusBarBackground", clickable=False)


def screen(elements: Sequence[Element], address: str) -> Screen:
    """A screen with these elements and the status bar."""
    return Screen((*elements, STATUS_BAR), address)


@dataclass(frozen=True)
class Page:
    """A page and its screens, from top to bottom.

    Attributes:
        screens: one for each position of the window.
        anchor: the position at which the reference list begins, for articles; else None.
    """

    screens: tuple[Screen, ...]
    anchor: int | None = None


def lay_out(
    bar: Sequence[Element],
    body: Sequence[Placed],
    address: str,
    first: Sequence[Element] = (),
    moved: Sequence[Element] = (),
) -> tuple[Screen, ...]:
    """Cut a page into screens: the bar stays, the body moves by `SCROLL` pixels.

    An element is shown if its box [top, bottom) overlaps the window [y, y + WINDOW); the last
    position ends with the page.

    Args:
        bar: elements that stay above the window.
        body: elements with their boxes, in document order.
        address: the page's address.
        first: elements below the bar on the first screen only.
        moved: elements below the bar between the first screen and the last.
    """
    total = max((placed.bottom for placed in body), default=0)
    last = max(0, total - WINDOW)
    tops = [min(step * SCROLL, last) for step in range(math.ceil(last / SCROLL) + 1)]
    shown = []
    for place, y in enumerate(tops):
        below = first if place == 0 else moved if place < len(tops) - 1 else ()
        inside = [p.element for p in body if p.top < y + WINDOW and p.bottom > y]
        shown.append(screen([*bar, *below, *inside], address))
    return tuple(shown)


class Placed(NamedTuple):
    """An element and its box on the page, in pixels from the first scrolling element."""

    element: Element
    top: int
    bottom: int


class Flow:
    """Places elements below each other, as a page is written from top to bottom."""

    def __init__(self) -> None:
        self.body: list[Placed] = []
        self.y = 0

    def add(self, element: Element, height: int | None = None) -> None:
        """Place one element below the last; its height follows from its text unless given."""
        self.row([element], height)

    def row(self, elements: Iterable[Element], height: int | None = None) -> None:
        """Place elements side by side, in one line or one flowing text."""
        elements = list(elements)
        if height is None:
            height = text_height("".join(e.text for e in elements))
        self.body += [Placed(e, self.y, self.y + height) for e in elements]
        self.y += height

    def place(self, element: Element, top: int, height: int) -> None:
        """Place one element at a distance from the current position, without moving on."""
        top += self.y
        self.body.append(Placed(element, top, top + height))

    def skip(self, height: int) -> None:
        """Move on."""
        self.y += height


def text_height(text: str, per_line: int = 45) -> int:
    """The height of a text in pixels: one `LINE` for each 45 characters, rounded up."""
    return LINE * max(1, math.ceil(len(text) / per_line))
