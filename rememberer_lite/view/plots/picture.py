"""A figure as a picture: in the colours of the page's theme, and as a file of its own.

In a page the picture is SVG within the HTML, whose grey is the page's text colour. JupyterLab
removes SVG and style sheets from a notebook that is not trusted; then an image takes its place.
An image and a file do not know the theme, so they bring a ground of their own. The text is drawn
as outlines: no font is missing, and no loose words remain if the SVG is removed.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from xml.sax import saxutils

from rememberer_lite.view.html.markup import Html, details, number, tag, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: the ground of an image and of a file; on it the grey has a contrast of 6 : 1, the colour 5 : 1
PAPER = "#f8f9fa"
INK, ACCENT = "#57606a", "#b04a00"
#: what the colours become in a page: its own text colour, and a colour chosen for its theme
THEMED = {INK: "currentColor", ACCENT: f"var(--rl-accent,{ACCENT})"}
_STYLE = tag(
    "style",
    Html(
        ".rl-plot{--rl-accent:#b04a00;max-width:100%}"
        "[data-jp-theme-light=false] .rl-plot,.vscode-dark .rl-plot{--rl-accent:#ff9f40}"
        ".rl-plot>.rl-still{display:none}"
        ".rl-plot>svg{display:block;max-width:100%;height:auto}"
        ".rl-plot summary{cursor:pointer;font-size:12px;opacity:.75}"
    ),
)
_CELL = "padding:1px 10px 1px 0;text-align:{};border:0;font-variant-numeric:tabular-nums"


def html(
    figure: Figure,
    reading: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    still: bool = True,
) -> Html:
    """The picture with its text for those who cannot see it, and the folded table.

    Args:
        figure: drawn in `INK` and `ACCENT`.
        reading: what the figure shows, in one line.
        header: the heads of the table.
        rows: its cells.
        still: with the image that takes the picture's place.
    """
    return tag(
        "div",
        _STYLE,
        Html(_inline(figure, reading)),
        _image(figure, reading) if still else "",
        details(tag("small", "The numbers"), _table(header, rows)),
        class_="rl-plot",
    )


def _image(figure: Figure, reading: str) -> Html:
    data = base64.b64encode(_saved(figure, "png", dpi=160, facecolor=PAPER)).decode("ascii")
    return tag(
        "img",
        class_="rl-still",
        src=f"data:image/png;base64,{data}",
        alt=reading,
        width=round(figure.get_figwidth() * 96),
        style="max-width:100%;border-radius:8px",
    )


def file(figure: Figure, reading: str) -> str:
    """The picture as the text of an SVG file."""
    head = (
        f"<title>{saxutils.escape(reading)}</title>\n"
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
    )
    return re.sub(r"<svg [^>]*>", lambda start: start[0] + head, _svg(figure), count=1) + "\n"


def _inline(figure: Figure, reading: str) -> str:
    svg = _svg(figure)
    for colour, themed in THEMED.items():
        svg = svg.replace(colour, themed)
    start = tag("svg", class_="rl-figure", role="img", aria_label=reading)
    opening = str(start).removesuffix("</svg>").removesuffix(">")
    return re.sub(r"<svg ", lambda _: f"{opening} ", svg, count=1)


def _svg(figure: Figure) -> str:
    """The drawing without a head, which has no place inside HTML, and without a date."""
    drawn = _saved(figure, "svg", metadata={"Date": None, "Creator": None}).decode("utf-8")
    # the names of parts within the file are unique in a page: they depend on what is drawn
    salt = sha256(drawn.encode()).hexdigest()[:16]
    drawn = _saved(figure, "svg", salt, metadata={"Date": None, "Creator": None}).decode("utf-8")
    drawn = drawn[drawn.index("<svg ") :].strip()
    drawn = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", drawn, flags=re.DOTALL)
    # a style for all elements of the page is put where it belongs
    drawn = re.sub(r"<style .*?</style>\s*", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    return re.sub(r"\n\s*", "\n", drawn)


def _saved(figure: Figure, kind: str, salt: str = "", **options: Any) -> bytes:
    import matplotlib as mpl
    from matplotlib.text import Text

    for label in figure.findobj(Text):
        label.set_parse_math(False)  # a dollar sign is a dollar
        if str(label.get_color()) == "black":
            label.set_color(INK)
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(),  # a script that the font lacks is drawn as empty boxes
        mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": salt or "figure"}),
    ):
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(stream, format=kind, transparent=True, **options)
    return stream.getvalue()


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Html:
    heads = [tag("th", text(title), scope="col", style=_CELL.format(_side(i)))
             for i, title in enumerate(header)]  # fmt: skip
    body = [
        tag("tr", *(tag("td", _shown(cell), style=_CELL.format(_side(i)))
                    for i, cell in enumerate(row)))
        for row in rows
    ]  # fmt: skip
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body))


def _side(column: int) -> str:
    return "right" if column else "left"


def _shown(cell: object) -> object:
    if isinstance(cell, float):
        return f"{cell:g}" if cell.is_integer() else number(cell)
    return text(cell)
