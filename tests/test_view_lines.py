"""The line chart and the dots of the course's chapters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from rememberer_lite.state import SettingError
from rememberer_lite.training import Interval
from rememberer_lite.view import line_chart, scatter_chart
from rememberer_lite.view.plots import Plot
from rememberer_lite.view.plots.figure import ACCENT, INK


def named(plot: Plot) -> list[str]:
    return [text.get_text() for text in plot.axes.texts]


def test_it_draws_what_it_is_given_and_names_the_ends() -> None:
    plot = line_chart(
        {"first": [0.0, 1.0], "second": [0.5, 0.25]}, "Episodes", "Q", "Q rises", levels={"Q*": 1.0}
    )
    first, second, level = plot.axes.get_lines()
    assert list(first.get_xdata()) == [1, 2]
    assert list(first.get_ydata()) == [0.0, 1.0]
    assert list(second.get_ydata()) == [0.5, 0.25]
    assert set(level.get_ydata()) == {1.0}
    assert first.get_marker() != second.get_marker()
    assert (first.get_color(), second.get_color()) == (INK, ACCENT)
    assert set(named(plot)) == {"first", "second", "Q*"}
    assert plot.axes.get_legend() is None
    assert plot.figure.get_suptitle() == "Q rises"
    assert plot.axes.get_xlabel() == "Episodes" and plot.axes.get_ylabel() == "Q"
    assert all(float(tick).is_integer() for tick in plot.axes.get_xticks())
    assert "first from 0.000 to 1.000; second from 0.500 to 0.250" in plot.reading
    assert plot.rows == [["1", "0.000", "0.500"], ["2", "1.000", "0.250"]]


def test_no_two_names_at_the_end_overlap() -> None:
    plot = line_chart({f"line {i}": [0.0, 1.0] for i in range(6)}, "x", "y", "Six of one height")
    plot.svg()
    boxes = sorted((t.get_window_extent() for t in plot.axes.texts), key=lambda box: box.y0)
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in pairwise(boxes))
    frame = plot.axes.get_window_extent()
    assert all(box.x0 > frame.x1 for box in boxes), "a name stands where a line may cross it"
    assert all(box.x1 <= plot.figure.bbox.x1 for box in boxes), "a name is cut"


def test_an_interval_is_drawn_as_a_bar_around_its_mean() -> None:
    low, high = Interval(0.25, 0.0, 0.5), Interval(0.75, 0.5, float("inf"))
    plot = line_chart({"a": [low, high], "b": [0.25, 0.5]}, "Goals", "Success", "It rises")
    a, b = plot.axes.get_lines()
    assert list(a.get_ydata()) == [0.25, 0.75] and list(b.get_ydata()) == [0.25, 0.5]
    first, second = (bar.get_segments()[0] for bar in plot.axes.collections)
    assert [y for _, y in first] == [0.0, 0.5]
    assert [y for _, y in second] == [0.5, 0.75]  # no bar goes up to infinity
    assert "a from 0.250 [0.000, 0.500] to 0.750 [0.500, inf]; b from 0.250" in plot.reading


def test_counts_are_steps_with_whole_numbers_beside_them() -> None:
    plot = line_chart({"tasks": [1, 1, 2, 4]}, "Episodes", "Tasks", "It grows")
    [line] = plot.axes.get_lines()
    assert line.get_drawstyle() == "steps-post"
    assert all(float(tick).is_integer() for tick in plot.axes.get_yticks())
    assert named(plot) == [], "one line needs no name"
    [line] = line_chart({"rates": [1.0, 2.0]}, "x", "y", "title").axes.get_lines()
    assert line.get_drawstyle() == "default"


def test_a_logarithmic_axis_is_in_plain_numbers() -> None:
    plot = line_chart(
        {"a": [0.1, 0.2, 0.3]}, "Records", "Success", "t", x=[10, 100, 1000], log_x=True
    )
    plot.svg()
    shown = [t.get_text() for t in plot.axes.get_xticklabels()]
    assert {"10", "100", "1,000"} <= set(shown)
    with pytest.raises(SettingError, match="above 0"):
        line_chart({"a": [0.1, 0.2]}, "x", "y", "t", x=[0, 1], log_x=True)


@pytest.mark.parametrize("series", [{}, {"a": []}, {"a": [1.0], "b": [1.0, 2.0]}])
def test_series_that_do_not_fit_are_refused(series: dict[str, list[float]]) -> None:
    with pytest.raises(SettingError, match="as many values"):
        line_chart(series, "x", "y", "title")


def test_x_of_another_length_and_unknown_accents_are_refused() -> None:
    with pytest.raises(SettingError, match="as many values"):
        line_chart({"a": [1.0, 2.0]}, "x", "y", "title", x=[1])
    with pytest.raises(SettingError, match="choose among a"):
        line_chart({"a": [1.0]}, "x", "y", "title", accent=["b"])


def test_long_series_keep_their_first_and_last_row() -> None:
    values: list[Any] = [float(v) for v in np.linspace(0, 1, 400)]
    plot = line_chart({"a": values}, "x", "y", "title")
    assert len(plot.rows) == 25
    assert plot.rows[0] == ["1", "0.000"] and plot.rows[-1] == ["400", "1.000"]


def test_single_dots() -> None:
    plot = scatter_chart([0.2, 0.1], [0.5, 1.0], "Share", "Success", "It falls")
    [line] = plot.axes.get_lines()
    assert list(line.get_xdata()) == [0.2, 0.1] and list(line.get_ydata()) == [0.5, 1.0]
    assert line.get_linestyle() == "None"
    assert plot.rows == [[0.1, 1.0], [0.2, 0.5]]
    with pytest.raises(SettingError, match="as many values"):
        scatter_chart([1.0], [], "x", "y", "title")
