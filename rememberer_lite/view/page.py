"""A state as a person would see it: the page with its buttons, options and links.

`read_page` turns an observation into lines of pieces, whatever it looks like: a shop page with
its labels in square brackets, an app's screen with a line of HTML for each element, or plain
text. `page_html` draws them; `play` makes real buttons of the same pieces.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rememberer_lite.domain import Domain
from rememberer_lite.state import State
from rememberer_lite.view.html import Html, code, join, pre, tag, text, without_style
from rememberer_lite.view.style import view

_ELEMENT = re.compile(r"<(?P<tag>[a-z]\w*)(?P<attributes>[^>]*)>(?P<text>.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_RICH = re.compile(r"\s*\[(?P<clicked>clicked )?button\] (?P<text>.*) \[(?:clicked )?button_\]\s*$")
_PRODUCT = re.compile(r"[A-Z0-9]{10}")
_ACTION = re.compile(r"\s*(?P<verb>[A-Za-z_]\w*)\s*[\[(](?P<argument>.*)[\])]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line: `action` is what clicking it does, "" for mere text.

    Attributes:
        text: what a person reads.
        kind: "text", "button", "option", "link", "field" or "image".
        action: the complete action, such as "click[buy now]" or "CLICK(5)".
        chosen: the option is selected, the product was visited.
        id: the element's number on its screen, "" where there is none.
    """

    text: str
    kind: str = "text"
    action: str = ""
    chosen: bool = False
    id: str = ""


Line = tuple[Piece, ...]


def argument(action: str) -> str:
    """What stands in an action's brackets.

    >>> argument("click[< Prev]"), argument("CLICK(5)"), argument("GOBACK")
    ('< Prev', '5', '')
    """
    match = _ACTION.match(action)
    return match["argument"] if match else ""


def read_page(state: State, domain: Domain | None = None) -> list[Line]:
    """The observation as lines of pieces.

    Args:
        state: the page, with the texts that can be clicked.
        domain: tells how a click is written; without it `click[…]` and `CLICK(…)`.
    """
    if is_screen(state.observation):
        lines = [line for line in state.observation.split("\n") if line.strip()]
        return _gather([_element(line) for line in lines])
    clicks = {text.lower(): f"click[{text}]" for text in state.actions}
    if domain:  # it knows how a click is written, and what looks like a button and is none
        possible = {argument(a).lower(): a for a in domain.possible_actions(state)}
        clicks = {text: possible.get(text, "") for text in clicks}
    find = _finder(clicks)
    lines = state.observation.replace(" [SEP] ", "\n").strip("\n").split("\n")
    return [_text_line(line, clicks, find) for line in lines]


def is_screen(observation: str) -> bool:
    """Whether the observation is a screen of numbered HTML elements, a line for each."""
    return re.match(r'\s*<[a-z]\w*\b[^>]*\bid="\d+"', observation) is not None


def _finder(clicks: Mapping[str, str]) -> re.Pattern[str] | None:
    if not clicks:
        return None
    texts = "|".join(re.escape(t) for t in sorted(clicks, key=lambda t: (-len(t), t)))
    return re.compile(rf"\[(?P<open>\[)?(?P<text>{texts})\](?(open)\])", re.IGNORECASE)


def _text_line(line: str, clicks: Mapping[str, str], find: re.Pattern[str] | None) -> Line:
    rich = _RICH.match(line)
    if rich and rich["text"].lower() in clicks:
        kind = "option" if line.startswith("  ") else _kind(rich["text"])
        label = rich["text"]
        return (Piece(label, kind, clicks[label.lower()], bool(rich["clicked"])),)
    pieces: list[Piece] = []
    end = 0
    for match in find.finditer(line) if find else ():
        label, whole = match["text"], match.group() == line.strip()
        if line[end : match.start()].strip():
            pieces.append(Piece(line[end : match.start()].strip()))
        kind = _kind(label) if whole else "option"
        pieces.append(Piece(label, kind, clicks[label.lower()], bool(match["open"])))
        end = match.end()
    if line[end:].strip() or not pieces:
        pieces.append(Piece(line[end:].strip()))
    return tuple(pieces)


def _kind(label: str) -> str:
    return "link" if _PRODUCT.fullmatch(label) else "button"


def _element(line: str) -> Piece:
    match = _ELEMENT.match(line)
    attributes = dict(_ATTRIBUTE.findall(match["attributes"])) if match else {}
    if match is None or "id" not in attributes:
        return Piece(line)
    name, number = match["tag"], attributes["id"]
    inner = match["text"].strip().removesuffix(f"</{name}>")
    alt = attributes.get("alt", "")
    label = html.unescape(inner or attributes.get("value", "") or alt).strip()
    if not label and attributes.get("clickable") == "true":
        label = html.unescape(attributes.get("class", "")) or name
    kinds = {"p": "link", "button": "button", "img": "image", "input": "field"}
    action = f"CLICK({number})" if attributes.get("clickable") == "true" else ""
    kind = kinds.get(name, "option") if action or name in ("img", "input") else "text"
    if name == "p" and not action:
        kind = "text"
    return Piece(label, kind, action, id=number) if label else Piece("", "text", "", id=number)


def _gather(pieces: list[Piece]) -> list[Line]:
    """Neighbouring short texts (`<p>`) run on in one line, as on the screen."""
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


def is_target(piece: Piece, action: str) -> bool:
    """Whether an action touches this piece of the page."""
    if not piece.action and not piece.id:
        return False
    if piece.id:
        return re.match(rf"\s*[A-Z_]+\s*\(\s*{piece.id}\s*[,)]", action) is not None
    return bool(piece.action) and argument(action).strip().lower() == piece.text.lower()


def piece_html(piece: Piece, taken: bool = False) -> Html:
    """One piece; the one that an action touches is marked with ▶ and a frame."""
    shown = text(piece.text)
    classes = f"rl-{piece.kind}" if piece.kind in ("button", "option", "link", "field") else None
    if piece.kind == "image":
        shown = join(["image: ", shown])
    if piece.kind == "option" and piece.id:  # a clickable block of a screen, drawn as a link
        classes = "rl-link"
    elif piece.kind == "option":
        shown = join(["☑ " if piece.chosen else "☐ ", shown])
    elif piece.chosen:
        shown = join([shown, " (visited)"])
    if piece.kind in ("button", "field"):
        shown = join([without_style("["), shown, without_style("]")])
    body = tag("span", shown, class_=classes)
    if piece.id:
        body = join([tag("sub", piece.id, class_="rl-id"), " ", body])
    return tag("mark", "▶ ", body, class_="rl-taken") if taken else body


def page_html(state: State, action: str | None = None, domain: Domain | None = None) -> Html:
    """The page alone, without the style; the action, if one is given, is marked on it."""
    lines, found = [], False
    for line in read_page(state, domain):
        pieces = []
        for piece in line:
            taken = action is not None and not found and is_target(piece, action)
            found = found or taken
            pieces.append(piece_html(piece, taken))
        lines.append(tag("div", join(pieces, " "), class_="rl-line"))
    above = []
    if action is not None:
        where = (
            "Action, marked ▶ on the page: " if found else "Action, tied to no place on the page: "
        )
        above.append(tag("p", where, code(action)))
    return join(
        [
            *above,
            tag("div", *lines, class_="rl-page", role="region", aria_label="The page", tabindex=0),
        ]
    )


def state_html(state: State, action: str | None = None, domain: Domain | None = None) -> Html:
    """A state as a person would see it: the task, the present step, the page.

    Args:
        state: what to show; every text of it is escaped.
        action: is marked on the page.
        domain: adds the actions that are possible but stand nowhere on the page.

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
    """Possible actions that no piece of the page stands for."""
    on_page = {piece.action for line in read_page(state, domain) for piece in line if piece.action}
    if domain:
        return tuple(a for a in domain.possible_actions(state) if a not in on_page)
    return tuple(label for label in state.actions if f"click[{label}]" not in on_page)
