"""HTML that the texts it shows cannot break.

Anything that is not `Html` is escaped when it meets markup, so a view cannot forget to do it. Texts
from a page, a memory or a model go through `text`, which also keeps right-to-left text from
reversing its neighbours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Any

from rememberer_lite.text import visible
from rememberer_lite.view.html.look import look

# Control characters and lone surrogates are invisible, and cannot be sent to a browser.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_VOID = frozenset({"br", "hr", "img", "col"})


class Html(str):
    """Text that is markup already. A notebook shows it as HTML, a terminal as plain text."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # JupyterLab shows the first line of a hidden output as text: it must not be markup
        return {"text/html": f" \n{self}", "text/plain": self.plain}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython prefers its own way to print a str to the bundle above
        printer.text(self.plain)

    @property
    def plain(self) -> str:
        """The same without markup, one line per row, for a terminal or a printed page."""
        reader = _PlainText()
        reader.feed(self)
        reader.close()
        lines = (" ".join(line.split()).strip(" |") for line in "".join(reader.pieces).split("\n"))
        return visible("\n".join(line for line in lines if line))


def escape(value: object) -> Html:
    """The value as markup: `Html` unchanged, numbers with three decimals, texts escaped.

    >>> str(escape('<b a="1">'))
    '&lt;b a=&quot;1&quot;&gt;'
    >>> str(escape(0.5)), str(escape(None))
    ('0.500', '–')
    """
    if isinstance(value, Html):
        return value
    if value is None:
        return Html("–")
    if isinstance(value, float):
        return Html(number(value))
    # a notebook treats the text between two "$" as a formula, but never across the border of an
    # element: a price must stay a price
    return Html(re.sub(r"[$\\]", r"<span>\g<0></span>", _quoted(value)))


def _quoted(value: object) -> str:
    return html.escape(_UNSEEN.sub(_stand_in, str(value)), quote=True)


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def number(value: float) -> str:
    """Three decimals, and no minus before a zero.

    >>> number(-0.00001)
    '0.000'
    """
    shown = f"{value:.3f}"
    return "0.000" if shown == "-0.000" else shown


def signed(value: float) -> str:
    """A change, always with its sign; that of nothing is +.

    >>> signed(0.25), signed(-1), signed(-0.0001)
    ('+0.250', '-1.000', '+0.000')
    """
    return f"{round(value, 3) + 0.0:+.3f}"


def tag(name: str, *children: object, **attributes: object) -> Html:
    """One element, with its look; `class_` and `for_` lose their underscore.

    In all other names an underscore is a hyphen. A `style` is added to the element's own.

    >>> str(tag("b", "a < b", class_="rl-free", aria_label="x"))
    '<b class="rl-free" aria-label="x" style="background:transparent">a &lt; b</b>'
    """
    own = [look(name, str(attributes.get("class_") or "")), str(attributes.pop("style", "") or "")]
    attributes["style"] = ";".join(filter(None, own)) or None
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_quoted(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{''.join(escape(child) for child in children)}</{name}>")


def join(pieces: Iterable[object], between: str = "") -> Html:
    """The pieces one after the other."""
    return Html(escape(between).join(escape(piece) for piece in pieces))


def text(value: object) -> Html:
    """A text from outside: escaped, and with its writing direction isolated."""
    return tag("bdi", value)


def code(value: object) -> Html:
    """An action or another text to be read character by character."""
    return tag("code", text(value))


def pre(value: object, **attributes: object) -> Html:
    """A text with its line breaks."""
    return tag("pre", value, dir="auto", **attributes)


def badge(label: object, kind: str) -> Html:
    """A short label on a coloured ground: "good", "bad", "mark", "info" or "plain"."""
    return tag("span", label, class_=f"rl-badge rl-{kind}")


def details(summary: object, *children: object, open_: bool = False) -> Html:
    """A part that can be unfolded, by mouse or keyboard, without a kernel."""
    return tag("details", tag("summary", summary), *children, open="open" if open_ else None)


def table(
    caption: object,
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    classes: Sequence[str] = (),
) -> Html:
    """A table with a caption; the first cell of each row is its head, numbers are right-aligned.

    Args:
        caption: what the table shows.
        header: the column heads.
        rows: cells; a cell that is a number is right-aligned.
        classes: for each row a class of its cells, such as "rl-now"; may be shorter than the rows.
    """
    body, rows = [], list(rows)
    for place, row in enumerate(rows):
        kind = classes[place] if place < len(classes) else ""
        cells = [_cell("th" if i == 0 else "td", value, i, kind) for i, value in enumerate(row)]
        body.append(tag("tr", *cells))
    counted = [
        any(map(_is_number, column)) and all(cell is None or _is_number(cell) for cell in column)
        for column in zip(*rows, strict=False)
    ]
    head = tag(
        "tr",
        *(
            tag("th", title, scope="col", class_="rl-head rl-number" if right else "rl-head")
            for title, right in zip_longest(header, counted[: len(header)], fillvalue=False)
        ),
    )
    label = Html(escape(caption)).plain
    return tag(
        "div",
        tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body)),
        class_="rl-scroll",
        role="region",
        aria_label=label,
        tabindex=0,
    )


def _cell(name: str, value: object, column: int, kind: str) -> Html:
    """A cell; numbers are right-aligned, and only long texts from outside may break anywhere."""
    is_number = _is_number(value)
    is_long = isinstance(value, Html) and "<bdi>" in value and len(value.plain) > 12
    classes = ["rl-number" if is_number else "rl-text" if is_long else "", kind]
    return tag(
        name,
        value,
        class_=" ".join(filter(None, classes)) or None,
        scope="row" if column == 0 else None,
    )


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"[+-]\d+\.\d+", value) is not None  # `signed`
    return isinstance(value, int | float) and not isinstance(value, bool)


def without_style(value: str) -> Html:
    """Text that only readers without any style see, on GitHub or in plain text."""
    return tag("span", value, class_="rl-bare")


class _PlainText(HTMLParser):
    """Collects the text between the tags; rows and blocks end a line."""

    _BLOCKS = frozenset({"div", "p", "tr", "li", "caption", "summary", "pre", "table", "details"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, name: str, attrs: Any) -> None:
        if name == "style":
            self._hidden += 1
        if name in self._BLOCKS or name == "br":
            self.pieces.append("\n")

    def handle_endtag(self, name: str) -> None:
        if name == "style":
            self._hidden -= 1
        if name in ("td", "th"):
            self.pieces.append(" | ")
        if name in self._BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)
