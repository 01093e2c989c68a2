"""What the app puts on a screen: elements, their HTML lines, and the window that scrolls.

Each visible leaf of the app's view tree is one line of HTML (Mobile-Env's and Rememberer's form),
numbered from 0. A page is a list of placed elements; a screen shows those that its window meets.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

#: what a click leads to: a kind of page and what distinguishes it, ("article", "Apply-CC-Cream")
Target = tuple[str, ...]

# Measures of the recorded phone, in pixels: what the window shows, and how far one scroll moves.
WINDOW, SCROLL = 1584, 1200
LINE = 55  # height of a line of text


@dataclass(frozen=True, slots=True)
class Element:
    """One leaf of the view tree.

    Attributes:
        tag: "p", "div", "button", "img" or "input".
        text: what it shows; of an image and of some buttons the description (`alt`).
        css: its `class`: the last part of the resource id.
        clickable: as the app says; many clickable elements lead nowhere.
        target: where a click leads; None where it leads nowhere.
        top: its place on the page, in pixels from the first scrolling element.
        height: in pixels.
        typed: takes typed words.
    """

    tag: str
    text: str = ""
    css: str = ""
    clickable: bool = True
    target: Target | None = None
    top: int = 0
    height: int = LINE
    typed: bool = False
    alt: bool = False  # the text is a description, not a label

    def line(self, number: int) -> str:
        """The element as HTML, with the attributes in the order of the real app.

        >>> Element("p", "<", clickable=True).line(5)
        '<p id="5" clickable="true">&lt;</p>'
        """
        css = f' class="{_attribute(self.css)}"' if self.css else ""
        described = f' alt="{_attribute(self.text)}"' if self.alt else ""
        tail = f'id="{number}" clickable="{str(self.clickable).lower()}">'
        if self.tag == "input":
            value = f' value="{_attribute(self.text)}"' if self.text else ""
            return f'<input{css}{value} type="text" {tail}'
        if self.tag == "img":
            return f"<img{css}{described} {tail}"
        label = "" if self.alt else html.escape(self.text, quote=False).replace("\n", "&#10;")
        return f"<{self.tag}{css}{described} {tail}{label}</{self.tag}>"


def _attribute(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    ).replace("\n", "&#10;")


@dataclass(frozen=True, slots=True)
class Screen:
    """What is visible at one moment.

    Attributes:
        html: the lines; this is the observation.
        elements: the elements, by their number.
        lines: the HTML line of each.
        address: the page's address, against which a task's patterns are matched.
        texts: the labels of the clickable elements, in order.
    """

    html: str
    elements: tuple[Element, ...]
    lines: tuple[str, ...]
    address: str
    texts: tuple[str, ...]


#: where some elements lead on every page
HOME: Target = ("home",)
TRUST: Target = ("about",)
NEW_SEARCH: Target = ("search", "")
TO_REFERENCES: Target = ("references",)  # the reference list of the article that is open

#: what stands above each page, and the last line of each screen
DRAWER = Element("button", "Open navigation drawer", alt=True)
SEARCH = Element("img", "Search", css="search button", target=NEW_SEARCH, typed=True, alt=True)
BAR = (DRAWER, SEARCH)
MORE = Element("img", "More options", alt=True)
STATUS_BAR = Element("div", css="statusBarBackground", clickable=False)


def screen(elements: Sequence[Element], address: str) -> Screen:
    """Number the elements from 0 and write them as HTML, the status bar last."""
    elements = (*elements, STATUS_BAR)
    lines = tuple(element.line(number) for number, element in enumerate(elements))
    texts = tuple(e.text.strip() or e.css for e in elements if e.clickable)
    return Screen("\n".join(lines), elements, lines, address, texts)


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
    body: Sequence[Element],
    address: str,
    first: Sequence[Element] = (),
    moved: Sequence[Element] = (),
) -> tuple[Screen, ...]:
    """Cut a page into screens: the bar stays, the body moves by `SCROLL` pixels.

    An element is shown where its box [top, top + height) meets the window [y, y + WINDOW); the
    last position ends with the page.

    Args:
        bar: what stays above the window.
        body: placed elements, in document order.
        address: the page's address.
        first: what stands below the bar on the first screen only.
        moved: what stands below the bar between the first screen and the last.
    """
    total = max((element.top + element.height for element in body), default=0)
    last = max(0, total - WINDOW)
    tops = [min(step * SCROLL, last) for step in range(math.ceil(last / SCROLL) + 1)]
    shown = []
    for place, y in enumerate(tops):
        below = first if place == 0 else moved if place < len(tops) - 1 else ()
        inside = [e for e in body if e.top < y + WINDOW and e.top + e.height > y]
        shown.append(screen([*bar, *below, *inside], address))
    return tuple(shown)


class Flow:
    """Places elements below each other, as a page is written from top to bottom."""

    def __init__(self) -> None:
        self.body: list[Element] = []
        self.y = 0

    def add(self, element: Element, height: int | None = None) -> None:
        """Place one element below the last; its height follows from its text unless given."""
        self.row([element], height)

    def row(self, elements: Iterable[Element], height: int | None = None) -> None:
        """Place elements beside each other, in one line or one flowing text."""
        elements = list(elements)
        if height is None:
            height = text_height("".join(e.text for e in elements))
        self.body += [replace(e, top=self.y, height=height) for e in elements]
        self.y += height

    def place(self, element: Element, top: int, height: int) -> None:
        """Place one element at a distance from the present position, without moving on."""
        self.body.append(replace(element, top=self.y + top, height=height))

    def skip(self, height: int) -> None:
        """Move on."""
        self.y += height


def text_height(text: str, per_line: int = 45) -> int:
    """The height of a text in pixels: one `LINE` for each 45 letters begun, at least one."""
    return LINE * max(1, math.ceil(len(text) / per_line))
