"""What every figure here is: a picture, its alternative text, and one line that reads it out."""

from __future__ import annotations

import base64
import io
import warnings
from typing import TYPE_CHECKING, Any

from rememberer_lite.view.html import Html, tag, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, which stay apart for colour-blind readers, each with a dash and a marker
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++")
_STYLE: Any = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "font.size": 10,
}


class Plot:
    """A figure that a notebook shows together with its reading.

    Attributes:
        figure: matplotlib's figure; its axes hold the data, for a test to look at.
        reading: one line that says what the figure shows; it is printed with the figure and
            stands in for it where it cannot be seen.
    """

    def __init__(self, figure: Figure, reading: str) -> None:
        self.figure = figure
        self.reading = " ".join(reading.split())

    @property
    def axes(self) -> Axes:
        """The first axes."""
        return self.figure.axes[0]

    def png(self, dpi: int = 110) -> bytes:
        """The picture."""
        from matplotlib.text import Text

        for label in self.figure.findobj(Text):
            label.set_parse_math(False)  # a dollar sign is a dollar
        file = io.BytesIO()
        with warnings.catch_warnings():  # a script that the font lacks is drawn as empty boxes
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            self.figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
        return file.getvalue()

    def image_html(self) -> Html:
        """The picture as HTML, with its alternative text, and the reading below it."""
        data = base64.b64encode(self.png()).decode("ascii")
        image = tag("img", src=f"data:image/png;base64,{data}", alt=self.reading,
                    style="max-width:100%")  # fmt: skip
        return tag("div", image, tag("p", text(self.reading)))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        print(self.reading)
        # one bundle, so that the picture is compared by none and the text by every notebook check
        display(  # type: ignore[no-untyped-call]
            {"image/png": self.png(), "text/plain": repr(self)},
            metadata={"image/png": {"alt": self.reading}},
            raw=True,
        )

    def __repr__(self) -> str:
        return f"Plot({self.reading!r})"


def new_figure(width: float = 7.0, height: float = 3.6) -> tuple[Figure, Axes]:
    """An empty figure in the one style of this project, known to no window or notebook."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
    return figure, axes


def say(axes: Axes, finding: str) -> None:
    """The finding as the title."""
    axes.set_title(finding, loc="left", fontsize=11, fontweight="bold", wrap=True)


def look(number: int) -> dict[str, Any]:
    """Colour, dash and marker of the line with this number, counted from 0."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": DASHES[number % len(DASHES)],
        "marker": MARKERS[number % len(MARKERS)],
    }
