"""A line for each of a few series: what the chapters of the course draw themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rememberer_lite.run import Interval
from rememberer_lite.state import SettingError
from rememberer_lite.view.figure import COLOURS, Plot, look, new_figure, say


def line_chart(
    series: Mapping[str, Sequence[float | Interval]],
    x_label: str,
    y_label: str,
    title: str,
    x: Sequence[float] | None = None,
    levels: Mapping[str, float] | None = None,
) -> Plot:
    """One line for each series, over the same x.

    Args:
        series: name → its values; an `Interval` is drawn as its mean with a bar from low to high.
        x_label: what x counts, with its unit.
        y_label: what is drawn, with its unit.
        title: the finding.
        x: where the values stand; None: 1, 2, 3, …
        levels: name → height of a horizontal line to compare with.

    Raises:
        SettingError: where there is nothing to draw, or lengths differ.
    """
    lengths = {len(values) for values in series.values()} | ({len(x)} if x is not None else set())
    if len(lengths) != 1 or 0 in lengths:
        raise SettingError("give one or more series, all with as many values as x, at least one")
    places = list(range(1, max(lengths) + 1)) if x is None else list(x)
    figure, axes = new_figure()
    every = max(1, len(places) // 12)
    for number, (name, values) in enumerate(series.items()):
        # the markers of lines that lie on each other stand side by side
        first = number * every // max(2, len(series))
        means = [_mean(value) for value in values]
        axes.plot(places, means, label=name, markevery=(first, every), **look(number))
        bars = [(x, v) for x, v in zip(places, values, strict=True) if isinstance(v, Interval)]
        # bars of several series at the same x stand side by side
        shift = (number - (len(series) - 1) / 2) * 0.008 * (max(places) - min(places))
        for x_bar, bar in bars:
            reach = np.nan_to_num([[bar.mean - bar.low], [bar.high - bar.mean]], posinf=0.0)
            axes.errorbar(x_bar + shift, bar.mean, yerr=reach, fmt="none", capsize=4,
                          ecolor=COLOURS[number % len(COLOURS)])  # fmt: skip
    for name, height in (levels or {}).items():
        axes.axhline(height, color="black", linewidth=0.8, linestyle=(0, (1, 3)))
        axes.annotate(name, (places[-1], height), xytext=(0, 3), textcoords="offset points",
                      ha="right", fontsize=9)  # fmt: skip
    if all(float(place).is_integer() for place in places):
        axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.legend(loc="best")
    say(axes, title)
    said = "; ".join(f"{name} from {_said(v[0])} to {_said(v[-1])}" for name, v in series.items())
    return Plot(figure, f"{title}: {y_label} over {x_label.lower()}, {said}.")


def _mean(value: float | Interval) -> float:
    return value.mean if isinstance(value, Interval) else value


def _said(value: float | Interval) -> str:
    return str(value) if isinstance(value, Interval) else f"{value:.3f}"
