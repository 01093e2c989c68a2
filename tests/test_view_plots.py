"""The figures: what is drawn is what was measured, and one line reads it out."""

from __future__ import annotations

import numpy as np
import pytest
import view_demo as demo

from rememberer_lite import ExperienceMemory, History, State, view
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.run import Interval, mean_interval, share_interval
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, SettingError
from rememberer_lite.view.plots import WINDOW, recent_success


@pytest.fixture(scope="module")
def history() -> History:
    return demo.trained(goals=6)[1]


def test_the_learning_curve_shows_each_epoch_with_its_interval(history: History) -> None:
    for measure in ("score", "success_rate"):
        plot = view.learning_curve(history, measure)
        want = [getattr(run, measure) for run in history.epochs]
        [line] = [line for line in plot.axes.lines if line.get_linestyle() == "-"][:1]
        assert np.allclose(line.get_ydata(), [i.mean for i in want])
        [segments] = [c.get_segments() for c in plot.axes.collections]
        drawn = [(low, high) for (_, low), (_, high) in segments]
        assert np.allclose(drawn, [(i.low, i.high) for i in want])
        assert str(want[0]) in plot.reading
        assert str(want[-1]) in plot.reading
    with pytest.raises(SettingError, match="success_rate"):
        view.learning_curve(history, "luck")


def test_several_seeds_are_averaged(history: History) -> None:
    other = demo.trained(goals=5)[1]
    plot = view.learning_curve({"both": [history, other], "one": history})
    both = zip(history.epochs, other.epochs, strict=True)
    means = [mean_interval([a.score.mean, b.score.mean]) for a, b in both]
    assert np.allclose(plot.axes.lines[0].get_ydata(), [i.mean for i in means])
    assert {text.get_text() for text in plot.axes.get_legend().get_texts()} == {"both", "one"}


def test_lines_differ_in_dash_and_marker_too(history: History) -> None:
    names = [f"run {i}" for i in range(7)]
    lines = [
        container.lines[0]
        for container in view.learning_curve(dict.fromkeys(names, history)).axes.containers
    ]
    assert len({line.get_marker() for line in lines}) == len(names)
    assert len({str(line._dash_pattern) for line in lines}) == len(names)  # type: ignore[attr-defined]


def test_recent_success_is_a_share_of_the_last_episodes(history: History) -> None:
    points = recent_success(history.episodes)
    for number, interval in points:
        window = history.episodes[max(0, number - WINDOW) : number]
        assert interval.mean == sum(e.solved for e in window) / len(window)
        assert interval.low - 1e-9 <= interval.mean <= interval.high + 1e-9
    drawn = view.success_curve(history.episodes).axes.lines[0].get_ydata()
    assert np.allclose(drawn, [interval.mean for _, interval in points])


def test_ablation_bars_show_means_and_intervals() -> None:
    results = {"whole": Interval(0.5, 0.4, 0.6), "no Q": Interval(0.3, 0.1, 0.5)}
    plot = view.ablation_bars(results, "Success rate")
    assert [bar.get_width() for bar in plot.axes.patches] == [0.5, 0.3]
    assert [bar.get_hatch() for bar in plot.axes.patches] == ["", "//"]
    assert "highest whole, lowest no Q" in plot.reading
    assert "no Q 0.300 [0.100, 0.500]" in plot.reading
    odd = {"one": Interval(0.5, float("-inf"), float("inf")), "none": share_interval(0, 3)}
    assert view.ablation_bars(odd).png()
    with pytest.raises(SettingError):
        view.ablation_bars({})


def test_the_heat_map_holds_the_values() -> None:
    memory = ExperienceMemory(from_function(lambda a, b: 0.0))
    for name, q in (("a", 0.25), ("b", 0.75)):
        memory.insert(Experience(State(name, ""), -1, {f"do {name}": ActionValue(q, 0.0, 1)}, 1))
    plot = view.q_heatmap(memory)
    grid = plot.axes.images[0].get_array()
    assert np.ma.filled(grid, -1).tolist() == [[0.25, -1], [-1, 0.75]]
    assert [t.get_text() for t in plot.axes.get_xticklabels()] == ["do a", "do b"]
    assert "2 of 4 tried" in plot.reading
    assert plot.axes.images[0].get_cmap().name == "cividis"
    with pytest.raises(SettingError, match="empty"):
        view.q_heatmap(ExperienceMemory(from_function(lambda a, b: 0.0)))


def test_the_similarity_matrix_holds_the_similarities(history: History) -> None:
    states = [step.state for step in history.episodes[0].steps]
    similarity = WEBSHOP.similarity()
    grid = view.similarity_matrix(states, similarity).axes.images[0].get_array()
    assert np.allclose(grid, [[similarity(a, b).similarity for b in states] for a in states])
    with pytest.raises(SettingError, match="labels"):
        view.similarity_matrix(states, similarity, ["one"])


def test_memory_growth_counts_different_states_and_pairs(history: History) -> None:
    plot = view.memory_growth(history, capacity=500)
    steps = [s for e in history.episodes for s in e.steps if s.action is not None]
    assert plot.axes.lines[0].get_ydata()[-1] == len({s.state for s in steps})
    assert plot.axes.lines[1].get_ydata()[-1] == len({(s.state, s.action) for s in steps})
    assert "capacity 500" in {t.get_text() for t in plot.axes.get_legend().get_texts()}


def test_a_notebook_prints_the_reading_and_shows_the_picture_with_it(
    history: History, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **options: shown.append((data, options))
    )
    plot = view.memory_growth(history)
    plot._ipython_display_()
    assert capsys.readouterr().out == plot.reading + "\n"
    [(data, options)] = shown
    assert data["image/png"].startswith(b"\x89PNG")
    assert set(data) == {"image/png", "text/plain"}
    assert options["metadata"]["image/png"]["alt"] == plot.reading


def test_labelled_axes(history: History) -> None:
    for plot in (view.learning_curve(history), view.memory_growth(history),
                 view.success_curve(history.episodes)):  # fmt: skip
        assert plot.axes.get_xlabel()
        assert plot.axes.get_ylabel()
        assert plot.axes.get_title(loc="left")
        assert "\n" not in plot.reading
