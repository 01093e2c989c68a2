"""A page of the shop as pieces to be drawn and clicked, read from the text that agents see."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rememberer_lite.domain import Kind, Line, Part, Piece, bracketed
from rememberer_lite.envs.webshop.pages import (
    BACK,
    BUTTONS,
    BUY,
    NEXT,
    PREVIOUS,
    PRICE,
    RECEIPT,
    SEARCH,
    SUB_PAGES,
)
from rememberer_lite.state import State

_RICH = re.compile(r"\s*\[(?P<clicked>clicked )?button\] (?P<text>.*) \[(?:clicked )?button_\]\s*$")
_PRODUCT = re.compile(r"[A-Z0-9]{10}")
_AMOUNT = re.compile(r"\s*\$[\d.,]{1,20}(?: to \$[\d.,]{1,20})?\s*$")
#: the buttons below a product's price; the others are above it
_BELOW = {text.lower() for text in (*SUB_PAGES, BUY)}


def draw(state: State) -> list[Line]:
    """The lines of a page in the paper's format or in one of the original's two.

    >>> draw(State("tea", "\\nsize [S][[M]]\\n[Buy Now]", ("buy now", "s", "m")))[1]
    (Piece(text='Buy Now', kind='button', action='click[buy now]', chosen=False, id='',
           part='primary'),)
    """
    clicks = {text.lower(): f"click[{text}]" for text in state.actions}
    clicks |= {SEARCH.lower(): ""} if SEARCH.lower() in clicks else {}  # a click on it does nothing
    options = {label: action for label, action in clicks.items() if label not in BUTTONS}
    text = state.observation.replace(" [SEP] ", "\n")
    written = text.strip("\n").split("\n")
    alone = [_label(line, clicks) for line in written]
    mere = _mere_text(written, alone)
    lines: list[Line] = []
    for place, line in enumerate(written):
        rich = _RICH.match(line)
        if place in mere:
            lines.append((Piece(line.strip()),))
        elif rich and rich["text"].lower() in clicks:
            lines.append((_rich(line, rich, clicks),))
        else:
            found = bracketed(line, clicks if alone[place] else options)
            lines += [tuple(map(_linked, pieces)) for pieces in found]
    return _with_parts(lines, " ".join(state.task.split()))


def _label(line: str, clicks: Mapping[str, str]) -> str:
    """The label of a button or a product that has a line to itself; "" if there is none."""
    if found := _RICH.match(line):
        label = found["text"].lower()
    else:
        label = line.strip().lower().removeprefix("[").removesuffix("]")
        if label not in clicks:
            label = label.removeprefix("[").removesuffix("]")
    return label if label in clicks and "[" in line else ""


def _mere_text(lines: Sequence[str], alone: Sequence[str]) -> set[int]:
    """The lines on which nothing can be clicked, whatever a task, title or text is called.

    Their positions say which they are: the task is above the first button, title and price are
    below a product's code or between options and "Rating", and a sub page ends with its text.
    """
    first = next((at for at, label in enumerate(alone) if label == BACK.lower()), 0)
    mere = set(range(first))
    price = max((at for at, line in enumerate(lines) if line.startswith(PRICE)), default=-1)
    if BUY.lower() in alone and price > first:
        seen: set[str] = set()
        for at, label in enumerate(alone):
            is_button = label in BUTTONS
            wrong_half = is_button and (label in _BELOW) != (at > price)
            again = is_button and at < price and label in seen
            is_option = not is_button and (at > price or (label and not _RICH.match(lines[at])))
            if wrong_half or again or is_option or at in (price - 1, price):
                mere.add(at)
            elif is_button:
                seen.add(label)
    elif PREVIOUS.lower() in alone and NEXT.lower() not in alone:
        mere |= set(range(alone.index(PREVIOUS.lower(), first) + 1, len(lines)))
    else:
        prices = [at for at, line in enumerate(lines) if _AMOUNT.match(line)]
        for at, label in enumerate(alone):
            if at not in mere and _PRODUCT.fullmatch(label.upper()):
                below = bisect(prices, at)
                mere |= set(range(at + 1, prices[below] + 1 if below < len(prices) else at + 1))
    return mere


def _with_parts(lines: list[Line], task: str) -> list[Line]:
    """The lines, with what each is in the layout of the shop: the order of `pages` says so."""
    shown, wanted = list[Line](), list[Part]()
    receipt = False
    for place, line in enumerate(lines):
        below = lines[place + 1][0].text if place + 1 < len(lines) else ""
        if any(piece.kind != "text" for piece in line):
            wanted = []
        part: Part = wanted.pop(0) if wanted else ""
        receipt = receipt or line[0].text == RECEIPT
        if receipt:
            part = "receipt"
        elif line[0].kind == "link":
            part, wanted = "code", ["title", "price"]
        elif line[0].kind == "button" and line[0].text == BUY:
            part = "primary"
        elif line[0].text.startswith(PRICE) and shown:
            part = "price"
            shown[-1] = tuple(replace(piece, part="title") for piece in shown[-1])
        elif " ".join(line[0].text.split()) == task or (
            line[0].text == "Instruction:" and " ".join(below.split()) == task
        ):
            part = "task"
        shown.append(tuple(replace(piece, part=part) for piece in line))
    return shown


def _rich(line: str, match: re.Match[str], clicks: Mapping[str, str]) -> Piece:
    label = match["text"]
    kind: Kind = "option" if line.startswith("  ") else "button"
    return _linked(Piece(label, kind, clicks[label.lower()], bool(match["clicked"])))


def _linked(piece: Piece) -> Piece:
    """A product is opened by its code."""
    is_product = piece.kind == "button" and _PRODUCT.fullmatch(piece.text)
    return replace(piece, kind="link") if is_product else piece
