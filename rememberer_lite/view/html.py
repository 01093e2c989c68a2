"""Building HTML that cannot be broken by the texts it shows.

Whatever is not `Html` already is escaped where it meets markup, so a view cannot forget to. Texts
from a page, a memory or a model go through `text`, which also keeps right-to-left text from
turning its neighbours round.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from typing import Any

# Control characters and lone surrogates can be neither seen nor sent to a browser.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_VOID = frozenset({"br", "hr", "img", "col"})


class Html(str):
    """Text that is markup already. A notebook shows it as HTML, a terminal as plain text."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": str(self), "text/plain": self.plain}

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython prefers its own way to print a str to the bundle above
        printer.text(self.plain)

    @property
    def plain(self) -> str:
        """The same without markup, a line for each row, for a terminal or a printed page."""
        reader = _PlainText()
        reader.feed(self)
        reader.close()
        lines = (" ".join(line.split()).strip(" |") for line in "".join(reader.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def escape(value: object) -> Html:
    """The value as markup: `Html` as it is, numbers with three decimals, texts escaped.

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
    # a notebook sets what stands between two dollar signs as a formula, but never across an
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
    """A change, always with its sign.

    >>> signed(0.25), signed(-1)
    ('+0.250', '-1.000')
    """
    return f"{value:+.3f}"


def tag(name: str, *children: object, **attributes: object) -> Html:
    """One element; `class_` and `for_` lose their underscore, others turn it into a hyphen.

    >>> str(tag("td", "a < b", class_="rl-number"))
    '<td class="rl-number">a &lt; b</td>'
    """
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
    """A text that came from outside: escaped, and its direction kept to itself."""
    return tag("bdi", value)


def code(value: object) -> Html:
    """An action or another text to be read letter by letter."""
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
    """A table with a caption; the first cell of each row is its head, numbers stand to the right.

    Args:
        caption: what the table shows.
        header: the column heads.
        rows: cells; a cell that is a number is set to the right.
        classes: for each row a class, such as "rl-now"; may be shorter than the rows.
    """
    body = []
    for place, row in enumerate(rows):
        cells = [_cell("th" if i == 0 else "td", value, i) for i, value in enumerate(row)]
        body.append(
            tag("tr", *cells, class_=(classes[place] or None) if place < len(classes) else None)
        )
    head = tag("tr", *(tag("th", title, scope="col") for title in header))
    label = Html(escape(caption)).plain
    return tag(
        "div",
        tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body)),
        class_="rl-scroll",
        role="region",
        aria_label=label,
        tabindex=0,
    )


def _cell(name: str, value: object, column: int) -> Html:
    """A cell; numbers stand to the right, and only long texts from outside may break anywhere."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_long = isinstance(value, Html) and "<bdi>" in value and len(value.plain) > 12
    return tag(
        name,
        value,
        class_="rl-number" if is_number else "rl-text" if is_long else None,
        scope="row" if column == 0 else None,
    )


def without_style(value: str) -> Html:
    """What only a reader sees who has no style sheet, on GitHub or in plain text."""
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
