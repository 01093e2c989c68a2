"""The line chart of the course's chapters."""

from __future__ import annotations

import pytest

from rememberer_lite.run import Interval
from rememberer_lite.state import SettingError
from rememberer_lite.view import line_chart


def test_it_draws_what_it_is_given_and_reads_it_out() -> None:
    plot = line_chart(
        {"first": [0.0, 1.0], "second": [0.5, 0.25]}, "Episodes", "Q", "Q rises", levels={"Q*": 1.0}
    )
    first, second, level = plot.axes.get_lines()
    assert list(first.get_xdata()) == [1, 2]
    assert list(first.get_ydata()) == [0.0, 1.0]
    assert list(second.get_ydata()) == [0.5, 0.25]
    assert set(level.get_ydata()) == {1.0}
    assert first.get_marker() != second.get_marker()
    assert plot.axes.get_title(loc="left") == "Q rises"
    assert plot.axes.get_xlabel() == "Episodes" and plot.axes.get_ylabel() == "Q"
    assert all(float(tick).is_integer() for tick in plot.axes.get_xticks())
    assert "first from 0.000 to 1.000; second from 0.500 to 0.250" in plot.reading


def test_an_interval_is_drawn_as_a_bar_around_its_mean() -> None:
    low, high = Interval(0.25, 0.0, 0.5), Interval(0.75, 0.5, float("inf"))
    plot = line_chart({"a": [low, high], "b": [0.25, 0.5]}, "Goals", "Success", "It rises")
    a, b = (line for line in plot.axes.get_lines() if line.get_label() in "ab")
    assert list(a.get_ydata()) == [0.25, 0.75] and list(b.get_ydata()) == [0.25, 0.5]
    first, second = (bar.get_segments()[0] for bar in plot.axes.collections)
    assert [y for _, y in first] == [0.0, 0.5]
    assert [y for _, y in second] == [0.5, 0.75]  # no bar goes up to infinity
    assert "a from 0.250 [0.000, 0.500] to 0.750 [0.500, inf]; b from 0.250" in plot.reading


@pytest.mark.parametrize("series", [{}, {"a": []}, {"a": [1.0], "b": [1.0, 2.0]}])
def test_series_that_do_not_fit_are_refused(series: dict[str, list[float]]) -> None:
    with pytest.raises(SettingError, match="as many values"):
        line_chart(series, "x", "y", "title")


def test_x_of_another_length_is_refused() -> None:
    with pytest.raises(SettingError, match="as many values"):
        line_chart({"a": [1.0, 2.0]}, "x", "y", "title", x=[1])
