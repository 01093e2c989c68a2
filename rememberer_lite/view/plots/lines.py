"""Lines over a common axis, and single points: for the chapters' own figures."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rememberer_lite.state import SettingError
from rememberer_lite.training import Interval
from rememberer_lite.view.plots.figure import ACCENT, INK, Plot, look, name_ends, new_figure, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: how many rows the table under a figure has at most
_ROWS = 25
#: with more points than this a line has no markers
_MARKED = 12

Value = float | Interval


def line_chart(
    series: Mapping[str, Sequence[Value]],
    x_label: str,
    y_label: str,
    title: str,
    x: Sequence[float] | None = None,
    levels: Mapping[str, float] | None = None,
    accent: Collection[str] | None = None,
    log_x: bool = False,
) -> Plot:
    """One line for each series, over the same x, each named at its end.

    Args:
        series: name → its values; an `Interval` is drawn as its mean with a bar from low to high.
            Whole numbers (int) are counts, and are drawn as steps.
        x_label: what x counts, with its unit.
        y_label: what is drawn, with its unit.
        title: the finding.
        x: the values' positions; None: 1, 2, 3, …
        levels: name → height of a horizontal line to compare with.
        accent: the names of the series that the figure is about; None: the last one.
        log_x: equal factors are equal distances: 10, 100, 1,000.

    Raises:
        SettingError: if there is nothing to draw, lengths differ, `accent` names no series, or a
            logarithm is asked of what is not positive.
    """
    lengths = {len(values) for values in series.values()} | ({len(x)} if x is not None else set())
    if len(lengths) != 1 or 0 in lengths:
        raise SettingError("pass one or more series, all with as many values as x, at least one")
    coloured = [list(series)[-1]] if accent is None else list(accent)
    if unknown := set(coloured) - set(series):
        raise SettingError(f"accent names {sorted(unknown)}: choose among {', '.join(series)}")
    places = list(range(1, max(lengths) + 1)) if x is None else list(x)
    if log_x and min(places) <= 0:
        raise SettingError("a logarithmic axis begins above 0: leave out x = 0")
    counts = all(type(v) is int for values in series.values() for v in values)
    figure, axes = new_figure()
    for number, (name, values) in enumerate(series.items()):
        _draw(axes, places, values, look(number, name in coloured), name, counts)
    ends = {name: _mean(values[-1]) for name, values in series.items()}
    for name, height in (levels or {}).items():
        axes.axhline(height, color=INK, linewidth=1, linestyle=(0, (1, 2)), label=f"_{name}")
        ends[name] = height
    _scale(axes, places, counts, log_x)
    say(axes, title, x_label, y_label)
    if len(ends) > 1:
        name_ends(axes, ends, coloured)
    said = "; ".join(f"{name} from {_said(v[0])} to {_said(v[-1])}" for name, v in series.items())
    return Plot(
        figure,
        f"{title}. {y_label} over {x_label}: {said}.",
        (x_label, *series),
        [(f"{places[i]:g}", *(_said(values[i]) for values in series.values()))
         for i in _thinned(len(places))],
    )  # fmt: skip


def scatter_chart(
    x: Sequence[float], y: Sequence[float], x_label: str, y_label: str, title: str
) -> Plot:
    """One dot for each pair of values.

    Args:
        x, y: the values, in one order.
        x_label: what x counts, with its unit.
        y_label: what y counts, with its unit.
        title: the finding.

    Raises:
        SettingError: if there is nothing to draw, or lengths differ.
    """
    if not x or len(x) != len(y):
        raise SettingError("pass as many values of y as of x, at least one")
    figure, axes = new_figure(5.6)
    axes.plot(x, y, "o", color=ACCENT, alpha=0.8, markersize=8)
    if all(0 <= value <= 1 for value in y):
        axes.set_ylim(0, 1.04)
    say(axes, title, x_label, y_label)
    pairs = sorted(zip(map(float, x), map(float, y), strict=True))
    said = ", ".join(f"({a:.3f}, {b:.3f})" for a, b in pairs[:_ROWS])
    return Plot(
        figure, f"{title}. {y_label} over {x_label}, {len(pairs)} dots: {said}.",
        (x_label, y_label), pairs[:_ROWS],
    )  # fmt: skip


def _draw(
    axes: Axes,
    places: Sequence[float],
    values: Sequence[Value],
    style: dict[str, object],
    name: str,
    counts: bool,
) -> None:
    means = [_mean(value) for value in values]
    if len(places) > _MARKED or counts:
        style["marker"] = ""
    axes.plot(places, means, label=name, drawstyle="steps-post" if counts else "default", **style)  # type: ignore[arg-type]
    for place, value in zip(places, values, strict=True):
        if isinstance(value, Interval):
            low, high = (e if math.isfinite(e) else value.mean for e in (value.low, value.high))
            axes.vlines(place, low, high, color=str(style["color"]), alpha=0.35, linewidth=4)


def _scale(axes: Axes, places: Sequence[float], counts: bool, log_x: bool) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    plain = FuncFormatter(lambda value, _: f"{value:,.0f}")
    if log_x:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(base=10))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(plain)
    elif _few_and_apart(places):
        axes.set_xticks(places, [f"{place:,g}" for place in places])
    elif all(float(place).is_integer() for place in places):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(plain)
    if counts:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter(plain)
    low, high = axes.get_ylim()
    if low < 0 <= min(axes.dataLim.y0, axes.dataLim.y1) and high <= 1.1:
        axes.set_ylim(-0.02 * high, max(high, 0.02))


def _few_and_apart(places: Sequence[float]) -> bool:
    """Whether each position can have its own tick, with room for its number."""
    ordered = sorted(places)
    gaps = [b - a for a, b in pairwise(ordered)]
    return 1 < len(places) <= 8 and min(gaps) > 0.06 * (ordered[-1] - ordered[0])


def _thinned(count: int) -> list[int]:
    """At most `_ROWS` of the positions, the first and the last among them."""
    if count <= _ROWS:
        return list(range(count))
    return sorted({round(i * (count - 1) / (_ROWS - 1)) for i in range(_ROWS)})


def _mean(value: Value) -> float:
    return value.mean if isinstance(value, Interval) else value


def _said(value: Value) -> str:
    if isinstance(value, Interval):
        return str(value)
    return f"{value:,}" if type(value) is int else f"{value:.3f}"
