"""Dots with their intervals, one below the other: the figure for every comparison."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from rememberer_lite.state import SettingError
from rememberer_lite.text import short
from rememberer_lite.training import Interval
from rememberer_lite.view.html.markup import number, signed
from rememberer_lite.view.plots.figure import ACCENT, FONT, INK, Plot, new_figure, say


def forest_plot(
    results: Mapping[str, Interval],
    label: str,
    title: str | None = None,
    accent: Collection[str] = (),
    difference: bool = False,
    ordered: bool = False,
) -> Plot:
    """One dot for each result, with its 95 % interval and its value beside it.

    Args:
        results: name → Interval, such as `evaluation.score` or `evaluation.success_rate`.
        label: what is measured, with its unit.
        title: the finding; by default the highest in numbers.
        accent: the names of the results that the figure is about.
        difference: the values are differences: 0 is marked, and coloured is what can be
            distinguished from it (its interval excludes 0).
        ordered: the order of `results` means something, and stays; by default the highest is
            first.

    Raises:
        SettingError: if there is nothing to draw, or `accent` names no result.
    """
    if not results:
        raise SettingError("no results to draw: pass a mapping from names to intervals")
    if unknown := set(accent) - set(results):
        raise SettingError(f"accent names {sorted(unknown)}: choose among {', '.join(results)}")
    names = list(results) if ordered else sorted(results, key=lambda n: -results[n].mean)
    coloured = {n for n in names if distinguished(results[n])} if difference else set(accent)
    figure, axes = new_figure(height=1.15 + 0.3 * len(names))
    sign = "+" if difference else ""
    for place, name in enumerate(names):
        interval, ours = results[name], name in coloured
        colour = ACCENT if ours else INK
        low, high = (end if math.isfinite(end) else interval.mean
                     for end in (interval.low, interval.high))  # fmt: skip
        axes.plot([low, high], [place, place], color=colour, alpha=0.4, linewidth=5,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([interval.mean], [place], "o", color=colour, markersize=7, label=name,
                  clip_on=False)  # fmt: skip
        axes.annotate(
            _signed(interval.mean, sign), (1.0, place), xytext=(12, 0),
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="center",
            color=colour, fontweight="bold" if ours else "normal", annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), [short(name, 54) for name in names], parse_math=False)
    for tick, name in zip(axes.get_yticklabels(), names, strict=True):
        if name in coloured:
            tick.set_color(ACCENT)
            tick.set_fontweight("bold")
    axes.tick_params(axis="y", labelsize=FONT)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(names) - 0.4, -0.6)
    _scale(axes, results, difference)
    told = (
        "; coloured: distinguished from 0" if difference and 0 < len(coloured) < len(names) else ""
    )
    best = names[0] if not ordered else max(names, key=lambda n: results[n].mean)
    finding = title or f"Highest: {short(best, 40)} ({results[best].mean:.3f})"
    say(axes, finding, f"{label}, with 95 % interval{told}")
    said = "; ".join(f"{name} {results[name]}" for name in names)
    rows = [(name, results[name].mean, results[name].low, results[name].high) for name in names]
    return Plot(
        figure,
        f"{finding.rstrip('.')}. {label} with 95 % interval: {said}.",
        ("", "mean", "low", "high"),
        rows,
    )


def distinguished(interval: Interval) -> bool:
    """Whether an interval of differences excludes 0."""
    return interval.low > 0 or interval.high < 0


def _signed(value: float, sign: str) -> str:
    shown = signed(value) if sign else number(value)
    return shown.replace("-", "−")


def _scale(axes: object, results: Mapping[str, Interval], difference: bool) -> None:
    """Shares have an axis from 0 to 1; differences around a marked 0."""
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    ends = [end for i in results.values() for end in (i.low, i.mean, i.high) if math.isfinite(end)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if not difference and low >= 0 and high <= 1:
        axes.set_xlim(0, 1)
        return
    margin = 0.08 * (high - low or 1.0)
    axes.set_xlim(low - margin, high + margin)
    if low < 0:
        axes.axvline(0, color=INK, linewidth=1.2)
