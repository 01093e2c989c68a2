"""The action grammar of the app: how actions are written and read."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIRECTIONS = ("DOWN", "UP", "LEFT", "RIGHT")

_INPUT = re.compile(r"INPUT\(\s*(\d{1,9})\s*,(.*)\)", re.DOTALL)
_CLICK = re.compile(r"CLICK\(\s*(\d{1,9})\s*\)")
_SCROLL = re.compile(r"SCROLL\(\s*([A-Z]+)\s*\)")
_GOBACK = re.compile(r"GOBACK(\(\s*\))?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A well-formed action.

    Attributes:
        verb: INPUT, CLICK, SCROLL or GOBACK.
        element: the number of the element, for INPUT and CLICK.
        text: the words of an INPUT, or the direction of a SCROLL.
    """

    verb: str
    element: int = -1
    text: str = ""

    def __str__(self) -> str:
        if self.verb == "INPUT":
            return f"INPUT({self.element}, {self.text})"
        if self.verb == "CLICK":
            return f"CLICK({self.element})"
        return f"SCROLL({self.text})" if self.verb == "SCROLL" else "GOBACK"


def parse_action(text: str) -> Parsed | None:
    """Read an action; None if it does not follow the grammar.

    >>> str(parse_action(" INPUT(2,apply cc cream (at home))"))
    'INPUT(2, apply cc cream (at home))'
    >>> parse_action("CLICK(3)").element
    3
    >>> parse_action("SCROLL()") is parse_action("PRESS(3)") is None
    True
    """
    text = text.strip()
    if match := _CLICK.fullmatch(text):
        return Parsed("CLICK", int(match[1]))
    if match := _INPUT.fullmatch(text):
        return Parsed("INPUT", int(match[1]), " ".join(match[2].split()))
    if (match := _SCROLL.fullmatch(text)) and match[1] in DIRECTIONS:
        return Parsed("SCROLL", text=match[1])
    return Parsed("GOBACK") if _GOBACK.fullmatch(text) else None
