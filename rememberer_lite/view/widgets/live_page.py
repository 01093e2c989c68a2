"""The page of an environment made of real buttons, from the pieces that its domain names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import ipywidgets as widgets

from rememberer_lite.domain import Domain, Line, Piece
from rememberer_lite.state import State
from rememberer_lite.view.html.markup import Html, details, join, tag, text
from rememberer_lite.view.html.page import blocks, piece_html, product_of
from rememberer_lite.view.widgets.panel import button, row

#: what a layout of the core widgets cannot say
PAGE_STYLE = tag(
    "style",
    Html(
        ".rl-press.jupyter-button{white-space:normal;height:auto;min-height:28px;line-height:1.35;"
        "text-align:left;padding:3px 10px;overflow-wrap:anywhere;max-width:100%}"
        ".rl-pill.jupyter-button{border-radius:14px;border:1px solid #8a8a8a}"
        ".rl-anchor.jupyter-button{background:transparent;text-decoration:underline;"
        "padding:2px 4px}"
        ".rl-name.jupyter-button{font-weight:600;padding:2px 0}"
        ".rl-chosen.jupyter-button{border:2px solid #3584d4;font-weight:700}"
        ".rl-set{border:1px solid #8a8a8a;border-radius:6px}"
        ".rl-set-phone{border:6px solid #6b6b6b;border-radius:22px}"
    ),
)


#: makes a button: its label, its action, the piece that it represents
Press = Callable[[str, str, Piece | None], widgets.Button]


class PageMaker:
    """One page as widgets.

    Attributes:
        page: the page.
        has_primary: one of its buttons matters most.

    Args:
        state: what is seen.
        domain: knows the pieces.
        press: makes the buttons; None: nothing can be clicked any more.
        searches: the search is offered above, so the page's own need not be drawn.
    """

    def __init__(self, state: State, domain: Domain, press: Press | None, searches: bool) -> None:
        self._press = press
        self._searches = searches
        lines = domain.pieces(state)
        self.has_primary = press is not None and any(
            piece.part == "primary" and piece.action for line in lines for piece in line
        )
        shown: list[widgets.Widget] = []
        for name, group in groupby(blocks(lines), key=lambda block: block[0]):
            found = [some for _, some in group]
            if name == "product":
                cards = [self._product(product_of(some)) for some in found]
                shown.append(_row(cards, "8px", "stretch"))
            elif name == "receipt":
                inside = (_text_line(line) for some in found for line in some)
                shown.append(_words(details("The page after the purchase", *inside)))
            elif name == "buttons":
                pieces = [piece for some in found for line in some for piece in line]
                shown += self._line(pieces)
            else:
                shown += [w for some in found for line in some for w in self._line(line)]
        phone = domain.device == "phone"
        self.page = widgets.VBox(
            shown,
            layout=widgets.Layout(
                width="calc(100% - 4px)",
                padding="12px 10px" if phone else "8px",
                max_width="420px" if phone else "",
            ),
        )
        self.page.add_class("rl-set-phone" if phone else "rl-set")

    def _line(self, line: Line | Sequence[Piece]) -> list[widgets.Widget]:
        """A line of texts, or of texts and buttons; the search stands above."""
        kept = [p for p in line if not (self._searches and p.kind == "button" and not p.action)]
        if not kept:
            return []
        if self._press is None or not any(piece.action for piece in kept):
            return [_words(_text_line(kept))]
        return [_row([self._piece(piece) for piece in kept], "4px")]

    def _piece(self, piece: Piece) -> widgets.Widget:
        if not piece.action or self._press is None:
            return _words(piece_html(piece))
        return self._press(_label(piece), piece.action, piece)

    def _product(self, pieces: Sequence[Piece]) -> widgets.VBox:
        """A card: the title opens the product; its price; small its code."""
        head = pieces[0]
        title = next((p.text for p in pieces if p.part == "title"), head.text)
        seen = " (visited)" if head.chosen else ""
        inside: list[widgets.Widget] = []
        if self._press is None:
            inside.append(_words(text(title)))
        else:
            inside.append(self._press(title + seen, head.action, head))
        prices = [tag("div", text(p.text), class_="rl-price") for p in pieces if p.part == "price"]
        inside.append(_words(join([*prices, tag("div", text(head.text), class_="rl-id")])))
        card = widgets.VBox(
            inside, layout=widgets.Layout(flex="1 1 200px", padding="4px 10px", min_width="0")
        )
        card.add_class("rl-set")
        return card


def press(label: str, piece: Piece | None = None) -> widgets.Button:
    """A button that looks like what it represents; a long text takes several lines."""
    control = button(label)
    control.add_class("rl-press")
    if piece is None:
        return control
    if piece.part == "primary":
        control.button_style = "primary"
    elif piece.part == "code":
        control.add_class("rl-anchor")
        control.add_class("rl-name")
    elif piece.kind in ("link", "image") or (piece.kind == "option" and piece.id):
        control.add_class("rl-anchor")
    elif piece.kind == "option":
        control.add_class("rl-pill")
    return control


def _label(piece: Piece) -> str:
    label = " ".join(piece.text.split())
    if piece.kind == "option" and not piece.id:
        return f"{'☑' if piece.chosen else '☐'} {label}"
    if piece.kind == "image":
        label = f"image: {label}"
    if piece.id:
        label = f"{piece.id}  {label}"
    return f"{label} (visited)" if piece.chosen else label


def _row(pieces: Sequence[widgets.Widget], gap: str, align: str = "center") -> widgets.Box:
    box = row(pieces, gap)
    box.layout.align_items = align
    return box


def _text_line(line: Sequence[Piece]) -> Html:
    return tag("div", join(map(piece_html, line), " "), class_="rl-line")


def _words(shown: Html) -> widgets.HTML:
    return widgets.HTML(tag("div", shown, class_="rl rl-flat"))
