"""A state as a person would see it: the page of a shop, the screen of a telephone.

The domain knows what is on a page, what a click does and which piece is what (`Domain.pieces`);
this file draws it. `page_html` draws it as text; `play` makes real buttons from the same pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rememberer_lite.domain import Domain, Line, Piece
from rememberer_lite.similarity import Similarity, from_function
from rememberer_lite.state import State
from rememberer_lite.view.html.markup import (
    Html,
    code,
    details,
    join,
    pre,
    tag,
    text,
    without_style,
)
from rememberer_lite.view.html.style import view

#: a product of a page: its code, its title and its price, as far as they are there
Product = tuple[Piece, ...]


class _Unknown(Domain):
    """The domain of an unrecognised state: its actions are the texts that can be clicked."""

    def similarity(self, weight: float = 0.5) -> Similarity:
        return from_function(lambda query, key: float(query == key))

    def possible_actions(self, state: State) -> tuple[str, ...]:
        return state.actions


def domain_of(state: State, domain: Domain | None = None) -> Domain:
    """The given domain, else that of the built-in world that recognises the page."""
    from rememberer_lite.envs import WORLDS

    return domain or WORLDS.domain_of(state) or _Unknown()


def blocks(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """What belongs together on a page, each with its lines; a line that repeats the task is gone.

    The names: "product" (the lines of one), "buttons" (side by side), "receipt", "line".
    """
    found: list[tuple[str, list[Line]]] = []
    for line in lines:
        part, name = line[0].part, "line"
        if part == "task":
            continue
        if part == "receipt":
            name = "receipt"
        elif part == "code":
            found.append(("product", []))
            name = "product"
        elif found and found[-1][0] == "product" and part in ("title", "price"):
            name = "product"
        elif all(piece.kind == "button" for piece in line):
            name = "buttons"
        if name == "line" or not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].append(line)
    return found


def piece_html(piece: Piece, taken: bool = False) -> Html:
    """One piece; the one that an action touches is marked with ▶ and a frame."""
    shown = text(piece.text)
    framed = piece.kind in ("button", "option", "link", "field") and not taken
    classes = f"rl-{piece.kind}" if framed else None
    if piece.kind == "image":
        shown = join(["image: ", shown])
    if piece.part == "unnamed":
        shown = tag("em", shown)
    if piece.part in ("title", "price"):
        classes = f"rl-{piece.part}"
    elif piece.kind == "option" and piece.id:  # a clickable block of a screen, drawn as a link
        classes = "rl-link"
    elif piece.kind == "option":
        shown = join(["☑ " if piece.chosen else "☐ ", shown])
    elif piece.chosen:
        shown = join([shown, " (visited)"])
    if piece.kind in ("button", "field"):
        shown = join([without_style("["), shown, without_style("]")])
    body = tag("span", shown, class_=classes)
    if piece.part == "primary":
        body = tag("strong", body)
    if piece.id:
        body = join([tag("sub", piece.id, class_="rl-id"), " ", body])
    return tag("mark", "▶ ", body, class_="rl-taken") if taken else body


def product_html(product: Product, taken: Piece | None = None) -> Html:
    """A product as a card: its title is the link, then its price, and small its code."""
    head, *rest = product
    title = next((piece for piece in rest if piece.part == "title"), head)
    name = join([text(title.text), " (visited)" if head.chosen else ""])
    link = tag("span", name, class_="rl-link")
    if taken in product:
        link = tag("mark", "▶ ", link, class_="rl-taken")
    prices = [tag("div", text(p.text), class_="rl-price") for p in rest if p.part == "price"]
    small = [] if title is head else [tag("div", text(head.text), class_="rl-id")]
    return tag("div", tag("div", link), *prices, *small, class_="rl-product")


def page_html(state: State, action: str | None = None, domain: Domain | None = None) -> Html:
    """The page without the style; the action, if given, is marked on it."""
    domain = domain_of(state, domain)
    lines = domain.pieces(state)
    touched = None if action is None else domain.touched(state, action)
    if not any(piece == touched for line in lines for piece in line if touched):
        touched = None
    drawn, waiting = [], touched
    for name, group in groupby(blocks(lines), key=lambda block: block[0]):
        inside = [line for _, some in group for line in some] if name != "product" else []
        if name == "product":
            products = [product_of(some) for _, some in group]
            drawn.append(
                tag("div", *(product_html(p, waiting) for p in products), class_="rl-products")
            )
        elif name == "receipt":
            drawn.append(details("The page after the purchase", *map(_line_html, inside)))
        elif name == "buttons":
            drawn.append(_line_html([piece for line in inside for piece in line], waiting))
        else:
            drawn += [_line_html(line, waiting) for line in inside]
    above = []
    if action is not None:
        where = "Action, marked ▶ on the page: " if touched else "Action, which no click makes: "
        above.append(tag("p", where, code(action)))
    return join(
        [
            *above,
            tag(
                "div",
                *drawn,
                class_=f"rl-{domain.device}",
                role="region",
                aria_label="The page",
                tabindex=0,
            ),
        ]
    )


def product_of(lines: Iterable[Line]) -> Product:
    """The pieces of a product, from the lines of its block."""
    return tuple(piece for line in lines for piece in line)


def _line_html(line: Sequence[Piece], touched: Piece | None = None) -> Html:
    place = next((i for i, piece in enumerate(line) if piece == touched), None)
    shown = (piece_html(piece, i == place) for i, piece in enumerate(line))
    return tag("div", join(shown, " "), class_="rl-line")


def state_html(state: State, action: str | None = None, domain: Domain | None = None) -> Html:
    """A state as a person would see it: the task, the current step, the page.

    Args:
        state: what to show; all its texts are escaped.
        action: is marked on the page.
        domain: knows the page; may be left out for those of the built-in worlds.

    >>> shown = state_html(State("buy tea", "[Search]", ("search",)), action="click[search]")
    >>> "▶ " in shown and "buy tea" in shown
    True
    """
    parts = [tag("p", tag("strong", "Task: "), pre(state.task))]
    if state.instruction:
        parts.append(tag("p", tag("strong", "Present step: "), text(state.instruction)))
    parts.append(page_html(state, action, domain))
    others = other_actions(state, domain)
    if others:
        parts.append(tag("p", tag("strong", "Also possible: "), join(map(code, others), " ")))
    return view(*parts)


def other_actions(state: State, domain: Domain | None = None) -> tuple[str, ...]:
    """Possible actions that no piece of the page represents."""
    domain = domain_of(state, domain)
    on_page = {piece.action for line in domain.pieces(state) for piece in line}
    return tuple(action for action in domain.possible_actions(state) if action not in on_page)
