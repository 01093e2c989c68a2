"""The style of the course's pictures: a few shapes, whose texts fit by measure and not by eye.

One rendering serves both themes: the picture brings a ground of its own, as an image of a plot
does, and has the same colours.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from xml.sax.saxutils import escape

from rememberer_lite.view.plots.picture import ACCENT, INK, PAPER

GREY, ORANGE = INK, ACCENT
#: tone → (ground, edge, text) of a box
TONES = {
    "plain": ("#eceff3", GREY, "#1f2328"),
    "accent": ("#fde5cf", ORANGE, "#4a2000"),
    "white": ("#ffffff", GREY, "#1f2328"),
}
FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
#: DejaVu Sans, in which texts are measured, is among the widest fonts
PAD, LINE = 9.0, 1.35


@cache
def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in a wide font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    path = TextPath((0, 0), text.replace(" ", "n"), size=size, prop=font)
    return float(path.get_extents().width)


class Picture:
    """Shapes on a light ground; `svg` refuses a picture whose texts overlap or are cut."""

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        self.width, self.height = width, height
        self.title, self.description = title, description
        self._shapes: list[str] = []
        self._texts: list[tuple[str, float, float, float, float]] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 14,
        anchor: str = "start",
        bold: bool = False,
        colour: str = GREY,
    ) -> None:
        """A text whose baseline begins, is centred or ends at a point."""
        wide = width_of(text, size, bold)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        self._texts.append((text, left, y - 0.78 * size, left + wide, y + 0.24 * size))
        weight = ' font-weight="600"' if bold else ""
        self._shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"{weight} '
            f'fill="{colour}">{escape(text)}</text>'
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *lines: str,
        tone: str = "plain",
        size: float = 14,
        bold: bool = True,
        left: bool = False,
    ) -> None:
        """A box with lines of text; the first is bold. A text that does not fit is an error."""
        ground, edge, ink = TONES[tone]
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7" '
            f'fill="{ground}" stroke="{edge}" stroke-width="1.5"/>'
        )
        if len(lines) * size * LINE > height:
            raise ValueError(f"{len(lines)} lines do not fit in a height of {height}: {lines}")
        first = y + height / 2 - (len(lines) - 1) * size * LINE / 2 + 0.36 * size
        for number, line in enumerate(lines):
            strong = bold and number == 0
            if width_of(line, size, strong) > width - 2 * PAD:
                raise ValueError(f"{line!r} does not fit in a box of {width}")
            at = (x + PAD, "start") if left else (x + width / 2, "middle")
            self.text(at[0], first + number * size * LINE, line, size, at[1], strong, ink)

    def line(self, *points: tuple[float, float], **style: object) -> None:
        """A line through points: `colour`, `width`, `dashed`, `arrow` (at its end)."""
        colour = str(style.get("colour", GREY))
        dash = ' stroke-dasharray="6 4"' if style.get("dashed") else ""
        kind = "orange" if colour == ORANGE else "grey"
        end = f' marker-end="url(#{kind})"' if style.get("arrow") else ""
        path = " L".join(f"{x:g} {y:g}" for x, y in points)
        self._shapes.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{style.get("width", 1.8):g}"{dash}{end}/>'
        )

    def arrow(self, *points: tuple[float, float], **style: object) -> None:
        """A line with an arrow head."""
        self.line(*points, **{"arrow": True, **style})

    def curve(
        self,
        start: tuple[float, float],
        bend: tuple[float, float],
        end: tuple[float, float],
        colour: str = GREY,
        dashed: bool = False,
    ) -> None:
        """An arrow that bends."""
        kind = "orange" if colour == ORANGE else "grey"
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self._shapes.append(
            f'<path d="M{start[0]:g} {start[1]:g} Q{bend[0]:g} {bend[1]:g} {end[0]:g} {end[1]:g}" '
            f'fill="none" stroke="{colour}" stroke-width="1.8"{dash} marker-end="url(#{kind})"/>'
        )  # fmt: skip

    def dot(
        self, x: float, y: float, radius: float = 6, colour: str = GREY, hollow: bool = False
    ) -> None:
        """A circle, filled or not."""
        fill = "none" if hollow else colour
        self._shapes.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{colour}" '
            f'stroke-width="1.8"/>'
        )

    def rect(
        self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0
    ) -> None:
        """A plain rectangle without text."""
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}" '
            f'fill-opacity="{opacity:g}"/>'
        )  # fmt: skip

    def svg(self) -> str:
        """The picture as a file.

        Raises:
            ValueError: if a text leaves the picture, or two overlap.
        """
        for text, left, top, right, bottom in self._texts:
            if left < 0 or top < 0 or right > self.width or bottom > self.height:
                raise ValueError(f"{text!r} leaves the picture")
        for (one, *a), (other, *b) in combinations(self._texts, 2):
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                raise ValueError(f"{one!r} and {other!r} overlap")
        heads = "".join(
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{colour}"/>'
            "</marker>"
            for name, colour in (("grey", GREY), ("orange", ORANGE))
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'width="{self.width}" height="{self.height}" role="img" '
                f'aria-labelledby="title desc" font-family="{FONT}">',
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="desc">{escape(self.description)}</desc>',
                f"<defs>{heads}</defs>",
                f'<rect width="{self.width}" height="{self.height}" rx="10" fill="{PAPER}"/>',
                *self._shapes,
                "</svg>",
                "",
            ]
        )
