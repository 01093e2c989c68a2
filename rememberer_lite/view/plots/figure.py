"""What every figure here is: a picture in the reader's theme, and the numbers behind it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from rememberer_lite.text import encodable, short
from rememberer_lite.view.html.markup import Html
from rememberer_lite.view.plots import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: everything is grey, and what the figure is about has one colour; a page with a theme replaces
#: both by its own (`picture.THEMED`)
INK, ACCENT = picture.INK, picture.ACCENT
#: where lines compete, they differ in dash and marker too
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
#: points (1/72 inch) of the text, and from one label to the next
FONT, LINE = 9.5, 13.0
_STYLE: Any = {
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": INK,
    "grid.alpha": 0.22,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.major.size": 0,
    "xtick.major.size": 3,
    "text.color": INK,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "font.size": FONT,
    "axes.titlesize": FONT,
}


class Plot:
    """A figure that a notebook shows together with its numbers.

    Attributes:
        figure: matplotlib's figure; its axes hold the data, for a test to look at.
        reading: one line that says what the figure shows: the text that replaces the picture
            where it cannot be seen.
        header, rows: the table under the figure.
    """

    def __init__(
        self,
        figure: Figure,
        reading: str,
        header: Sequence[str],
        rows: Sequence[Sequence[object]],
    ) -> None:
        self.figure = figure
        self.reading = " ".join(reading.split())
        self.header, self.rows = list(header), [list(row) for row in rows]

    @property
    def axes(self) -> Axes:
        """The first axes."""
        return self.figure.axes[0]

    def svg(self) -> str:
        """The picture as a file of its own, on a ground of its own: any page can show it."""
        return picture.file(self.figure, self.reading)

    def html(self, still: bool = True) -> Html:
        """The picture in the colours of the page around it, and its numbers, folded.

        Args:
            still: with an image for a notebook that is not trusted.
        """
        return picture.html(self.figure, self.reading, self.header, self.rows, still)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {**self.html()._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Plot({self.reading!r})"


def new_figure(width: float = 7.0, height: float = 3.4) -> tuple[Figure, Axes]:
    """An empty figure in this project's style, which no window or notebook shows by itself."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height))
        figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.08)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
    return figure, axes


def say(axes: Axes, finding: str, x_label: str = "", y_label: str = "") -> None:
    """The finding as the title; below it, level, what the height means; x is named at its end.

    Title and label are not cut: what is too long for one line continues in the next.
    """
    figure = _figure(axes)
    width = figure.get_figwidth()
    figure.suptitle(
        fold(finding, width - 0.3, FONT + 2, "bold"),
        x=0.1 / width, ha="left", fontsize=FONT + 2, fontweight="bold",
    )  # fmt: skip
    axes.set_xlabel(fold(x_label, 0.7 * width), loc="right")
    axes.set_ylabel(short(y_label, 70), rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(0.0, 1.03)


def fold(text: str, width: float, size: float = FONT, weight: str = "normal") -> str:
    """The text on as many lines as it needs, none wider than `width` inches when it is drawn."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font, measure = FontProperties(size=size, weight=weight), TextToPath()
    words = [part for word in encodable(text).split() for part in wrap(word, int(5 * width))]
    lines = [""]
    with warnings.catch_warnings():  # a script that the font lacks is drawn as empty boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            points, *_ = measure.get_text_width_height_descent(longer, font, ismath=False)
            fits = points <= 72 * width or not lines[-1]
            lines[-1:] = [longer] if fits else [lines[-1], word]
    return "\n".join(lines)


def _figure(axes: Axes) -> Figure:
    from matplotlib.figure import Figure

    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def look(number: int, accent: bool) -> dict[str, Any]:
    """Colour, dash and marker of the line with this number, counted from 0."""
    return {
        "color": ACCENT if accent else INK,
        "alpha": 1.0 if accent else 0.8,
        "linestyle": "-" if accent else DASHES[number % len(DASHES)],
        "marker": MARKERS[number % len(MARKERS)],
    }


def name_ends(axes: Axes, ends: Mapping[str, float], accent: Sequence[str]) -> None:
    """Write names to the right of the heights where their lines end, none above another.

    Args:
        axes: with its limits set.
        ends: name → height of the end of its line.
        accent: the names that have the colour.
    """
    figure = _figure(axes)
    low, high = axes.get_ylim()
    # about three quarters of the figure's height are the axes
    gap = LINE / (figure.get_figheight() * 72 * 0.74) * (high - low)
    places = _apart(sorted(ends.items(), key=lambda end: end[1]), gap, low, high)
    for name, height in places:
        axes.annotate(
            short(name, 32), (1.0, height), xytext=(8, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", annotation_clip=False, parse_math=False,
            color=ACCENT if name in accent else INK,
            fontweight="bold" if name in accent else "normal",
        )  # fmt: skip


def _apart(
    ends: Sequence[tuple[str, float]], gap: float, low: float, high: float
) -> list[tuple[str, float]]:
    """The heights, from low to high, moved as little as needed to keep a gap between them.

    >>> _apart([("a", 0.0), ("b", 0.0), ("c", 5.0)], 2.0, 0.0, 10.0)
    [('a', 0.0), ('b', 2.0), ('c', 5.0)]
    """
    heights = [height for _, height in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + gap)
    if heights and heights[-1] > high:
        heights[-1] = max(high, low + gap * (len(heights) - 1))
        for i in range(len(heights) - 2, -1, -1):
            heights[i] = min(heights[i], heights[i + 1] - gap)
    return [(name, height) for (name, _), height in zip(ends, heights, strict=True)]
