"""A screen of the app as pieces that can be drawn and clicked, read from its lines of HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from rememberer_lite.domain import Kind, Line, Part, Piece

_FIRST = re.compile(r'\s*<[a-z]\w*\b[^>]*\bid="\d+"')
# `*+` and `(?<!…)`: a long name is read once, and not again from each character within it
_ELEMENT = re.compile(r"<(?P<tag>[a-z]\w*+)(?P<attributes>[^>]*+)>(?P<text>.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]++)="([^"]*)"')
_KINDS: dict[str, Kind] = {"p": "link", "button": "button", "img": "image", "input": "field"}


def is_screen(observation: str) -> bool:
    """Whether the observation is a screen: numbered HTML elements, a line for each.

    >>> is_screen('<p id="0" clickable="true">a</p>'), is_screen("1 < 2")
    (True, False)
    """
    return _FIRST.match(observation) is not None


def draw(observation: str) -> list[Line]:
    """The lines of a screen.

    >>> draw('<p id="0" clickable="true">a</p>')
    [(Piece(text='a', kind='link', action='CLICK(0)', chosen=False, id='0', part=''),)]
    """
    lines = [line for line in observation.split("\n") if line.strip()]
    return _gathered(map(_element, lines))


def _element(line: str) -> Piece:
    match = _ELEMENT.match(line)
    attributes = dict(_ATTRIBUTE.findall(match["attributes"])) if match else {}
    if match is None or "id" not in attributes:
        return Piece(line)
    name, number = match["tag"], attributes["id"]
    clickable = attributes.get("clickable") == "true"
    inner = match["text"].strip().removesuffix(f"</{name}>")
    label = html.unescape(inner or attributes.get("value", "") or attributes.get("alt", "")).strip()
    part: Part = ""
    if not label and clickable:
        label, part = html.unescape(attributes.get("class", "")) or name, "unnamed"
    if not label:
        return Piece("", id=number)
    kind: Kind = "text"
    if clickable or name in ("img", "input"):
        kind = _KINDS.get(name, "option")
    return Piece(label, kind, f"CLICK({number})" if clickable else "", id=number, part=part)


def _gathered(pieces: Iterable[Piece]) -> list[Line]:
    """Join neighbouring short texts (`<p>`) on one line, as on the screen."""
    lines: list[Line] = []
    running = False
    for piece in pieces:
        if not piece.text:
            continue
        if running and piece.kind == "link" and lines[-1][-1].kind == "link":
            lines[-1] = (*lines[-1], piece)
        else:
            lines.append((piece,))
        running = piece.kind == "link"
    return lines
