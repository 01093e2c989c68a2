"""The figures: what is drawn is what was measured, in any theme, and the numbers stand below."""

from __future__ import annotations

import re
from collections.abc import Callable
from configparser import RawConfigParser
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import view_demo as demo
from buttons import DOMAIN as BUTTONS
from buttons import ManyButtonsEnv, ScriptedLLM

from rememberer_lite import ExperienceMemory, History, Rememberer, State, train, view
from rememberer_lite.envs.webshop import WEBSHOP, page_pattern
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, SettingError
from rememberer_lite.training import Interval, Unseen, share_interval
from rememberer_lite.view.plots import Plot, forest_plot, memory_map, picture, success_curve
from rememberer_lite.view.plots.figure import ACCENT, INK

ROWS = {"random": Interval(0.1, 0.0, 0.2), "trained": Interval(0.5, 0.4, 0.6)}
GAPS = {"none": Interval(0.0, -0.1, 0.1), "loss": Interval(-0.3, -0.4, -0.2)}


@pytest.fixture(scope="module")
def shop() -> tuple[Rememberer, History]:
    return demo.trained(goals=6)


def drawn(plot: Plot) -> dict[str, tuple[float, str]]:
    """Name → (mean, colour) of each dot."""
    return {
        str(line.get_label()): (float(line.get_xdata()[0]), str(line.get_color()))  # type: ignore[index]
        for line in plot.axes.lines
        if line.get_marker() == "o"
    }


# ---- the forest plot


def test_dots_with_intervals_the_highest_first() -> None:
    plot = forest_plot(ROWS, "Success rate", "It learns", accent=["trained"])
    assert drawn(plot) == {"trained": (0.5, ACCENT), "random": (0.1, INK)}
    names = [tick.get_text() for tick in plot.axes.get_yticklabels()]
    assert names == ["trained", "random"]
    bars = [line.get_xdata() for line in plot.axes.lines if line.get_marker() == "None"]
    assert [list(map(float, bar)) for bar in bars] == [[0.4, 0.6], [0.0, 0.2]]
    assert plot.axes.get_xlim() == (0, 1), "shares stand on the whole axis"
    values = [text.get_text() for text in plot.axes.texts]
    assert values == ["0.500", "0.100"]
    assert plot.rows == [["trained", 0.5, 0.4, 0.6], ["random", 0.1, 0.0, 0.2]]
    assert "It learns. Success rate with 95 % interval: trained 0.500 [0.400, 0.600];" in (
        plot.reading
    )
    assert list(drawn(forest_plot(ROWS, "x", ordered=True))) == ["random", "trained"]


def test_differences_are_coloured_where_they_are_told_apart_from_0() -> None:
    plot = forest_plot(GAPS, "Success, this − that", difference=True)
    assert drawn(plot) == {"none": (0.0, INK), "loss": (-0.3, ACCENT)}
    assert [t.get_text() for t in plot.axes.texts] == ["+0.000", "−0.300"]
    low, high = plot.axes.get_xlim()
    assert low < -0.4 and high > 0.1
    assert "distinguished from 0" in plot.axes.get_xlabel()


def test_what_cannot_be_drawn_is_refused_and_what_is_odd_is_drawn() -> None:
    with pytest.raises(SettingError, match="no results"):
        forest_plot({}, "x")
    with pytest.raises(SettingError, match="accent names"):
        forest_plot(ROWS, "x", accent=["nobody"])
    odd = {"one": Interval(0.5, float("-inf"), float("inf")), "none": share_interval(0, 3)}
    assert "<svg" in forest_plot(odd, "Score").svg()


# ---- success on goals never met


def trained_on_buttons(epochs: int = 2) -> tuple[Unseen, History]:
    llm = ScriptedLLM(lambda prompt: "press(red) -> 1")
    agent = Rememberer(llm, ExperienceMemory(BUTTONS.similarity()), BUTTONS)
    env = ManyButtonsEnv()
    unseen = Unseen(agent, env, range(4, 8), range(3), epochs, every=2, max_steps=4)  # type: ignore[arg-type]
    history = train(agent, env, range(3), epochs=epochs, max_steps=4, progress=False,
                    on_episode=unseen)  # type: ignore[arg-type] # fmt: skip
    unseen.measure(end=True)
    return unseen, history


def test_the_curve_is_the_success_on_goals_never_met_and_its_axes_are_fixed() -> None:
    unseen, history = trained_on_buttons()
    plot = success_curve(unseen, {"the model alone": share_interval(1, 4)})
    line = next(line for line in plot.axes.lines if line.get_label() == "success")
    rates = [m.evaluation.success_rate.mean for m in unseen.measured]
    assert list(line.get_ydata()) == rates
    assert line.get_xdata()[0] == 0 and line.get_xdata()[-1] == unseen.total == 6  # type: ignore[index]
    assert unseen.measured[-1].played == len(history.episodes)
    assert (plot.axes.get_xlim(), plot.axes.get_ylim()) == ((0, 6), (0, 1))
    texts = " ".join(text.get_text() for text in plot.axes.texts)
    assert "epoch 1" in texts and "epoch 2" in texts and "the model alone 0.25" in texts
    assert f"{len(unseen.goals)} goals never met" in plot.axes.get_ylabel()
    assert len(plot.rows) == len(unseen.measured)


# ---- the map of the memory


def test_the_map_shows_every_record_and_arrows_to_what_is_recalled(
    shop: tuple[Rememberer, History],
) -> None:
    memory, state = shop[0].memory, shop[1].episodes[-1].steps[0].state
    plot = memory_map(memory, state, lambda s: page_pattern(s.actions), planted=[0])
    dots = sum(len(c.get_offsets()) for axes in plot.figure.axes for c in axes.collections)
    assert dots == len(memory) == sum(int(str(row[1])) for row in plot.rows)
    arrows = [t for axes in plot.figure.axes for t in axes.texts if t.get_text() == ""]
    assert len(arrows) == 2
    for match in memory.rank(state, 2):
        assert f"#{match.experience.id} ({match.similarity:.3f})" in plot.reading
    assert "planted: #0" in plot.reading
    assert (
        plot.html()
        == memory_map(memory, state, lambda s: page_pattern(s.actions), planted=[0]).html()
    ), "the same memory gives the same map"


def test_on_the_map_near_is_similar() -> None:
    memory = ExperienceMemory(from_function(lambda a, b: float(a.task[0] == b.task[0])))
    for name in ("a1", "a2", "b1", "b2"):
        memory.insert(Experience(State(name, ""), -1, {"x": ActionValue(0.5, 0.0, 1)}, 1))
    [dots] = memory_map(memory).figure.axes[0].collections
    places = np.asarray(dots.get_offsets())
    order = np.argsort([0, 1, 2, 3])
    a1, a2, b1, b2 = places[order]
    assert max(np.hypot(*(a1 - a2)), np.hypot(*(b1 - b2))) < np.hypot(*(a1 - b1)) / 2
    with pytest.raises(SettingError, match="empty"):
        memory_map(ExperienceMemory(from_function(lambda a, b: 0.0)))
    with pytest.raises(SettingError, match="not stored"):
        memory_map(memory, planted=[99])


def test_the_similarity_matrix_holds_the_similarities(shop: tuple[Rememberer, History]) -> None:
    states = [step.state for step in shop[1].episodes[0].steps]
    similarity = WEBSHOP.similarity()
    plot = view.similarity_matrix(states, similarity)
    grid = plot.axes.collections[0].get_array()
    want = [[similarity(a, b).similarity for b in states] for a in states]
    assert grid is not None and np.allclose(np.asarray(grid).reshape(np.shape(want)), want)
    assert [row[1:] for row in plot.rows] == want
    with pytest.raises(SettingError, match="labels"):
        view.similarity_matrix(states, similarity, ["one"])


# ---- what every figure is


def small_map() -> Plot:
    memory = ExperienceMemory(from_function(lambda a, b: 0.5))
    memory.insert(Experience(State("a", ""), -1, {"x": ActionValue(0.5, 0.0, 1)}, 1))
    return memory_map(memory)


FIGURES: dict[str, Callable[[], Plot]] = {
    "forest": lambda: forest_plot(ROWS, "Success rate", "It costs $5 and $6", accent=["trained"]),
    "lines": lambda: view.line_chart({"a": [1.0, 2.0], "b": [2.0, 1.0]}, "x", "y", "Lines cross"),
    "dots": lambda: view.scatter_chart([1, 2], [0.5, 0.25], "x", "y", "Dots fall"),
    "curve": lambda: success_curve(trained_on_buttons(1)[0]),
    "map": small_map,
}
every_figure = pytest.mark.parametrize("name", FIGURES)


@every_figure
def test_in_a_page_a_figure_has_the_colours_of_its_theme(name: str) -> None:
    plot = FIGURES[name]()
    html = str(plot.html())
    [svg] = re.findall(r"<svg class=\"rl-figure\".*?</svg>", html, re.DOTALL)
    assert "currentColor" in svg
    assert INK not in svg and ACCENT not in svg.replace(f"var(--rl-accent,{ACCENT})", "")
    painted = set(re.findall(r"#[0-9a-f]{6}\b", svg.replace(ACCENT, "")))
    assert "#ffffff" not in painted, "a white ground in a dark page"
    assert not painted or name == "map", "the map's fills have an edge in the text's colour"
    assert "<text" not in svg, "words would remain where the SVG is removed"
    assert plot.reading in plot.svg()


@every_figure
def test_the_reading_is_alt_text_and_the_numbers_are_folded(name: str) -> None:
    plot = FIGURES[name]()

    class Seen(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.text, self.alts, self.labels = "", list[object](), list[object]()

        def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
            found = dict(attrs)
            if name == "img":
                self.alts.append(found["alt"])
            if name == "svg":
                self.labels.append(found["aria-label"])

        def handle_data(self, data: str) -> None:
            self.text += data

    seen = Seen()
    seen.feed(str(plot.html()))
    assert seen.alts == seen.labels == [plot.reading]
    assert plot.reading not in seen.text
    for row in plot.rows:
        for cell in row:
            assert isinstance(cell, float) or str(cell) in seen.text
    assert "img" not in str(plot.html(still=False)).replace('role="img"', "")
    assert "\n" not in plot.reading


def compared(html: str) -> str:
    """What the notebook check compares of an output."""
    config = RawConfigParser()
    config.read(Path(__file__).with_name("nbval_sanitize.cfg"), encoding="utf-8")
    for section in config.sections():
        html = re.sub(config.get(section, "regex"), config.get(section, "replace"), html)
    return html


def test_the_notebook_check_compares_numbers_and_no_drawing() -> None:
    def shown(value: float, bold: bool = False) -> str:
        plot = forest_plot({"a": Interval(value, 0.1, 0.9)}, "Success", "A title")
        if bold:
            plot.axes.lines[0].set_linewidth(9)
        return str(plot.html())

    assert shown(0.5) != shown(0.5, bold=True)
    assert compared(shown(0.5)) == compared(shown(0.5, bold=True))
    assert compared(shown(0.5)) != compared(shown(0.501))
    assert "<svg" not in compared(shown(0.5)) and len(compared(shown(0.5))) < 4000


def test_nothing_has_no_minus() -> None:
    plot = forest_plot({"a": Interval(-0.0001, -0.1, 0.1)}, "gain", difference=True)
    assert [text.get_text() for text in plot.axes.texts] == ["+0.000"]


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_the_words_below_a_map_do_not_overlap(kinds: int) -> None:
    memory = ExperienceMemory(from_function(lambda a, b: 0.5))
    for i in range(6):
        memory.insert(Experience(State("a", str(i)), -1, {"x": ActionValue(0.5, 0.0, 1)}, 1))
    here = State("a", "0")
    plot = memory_map(memory, here, lambda state: f"kind {int(state.observation) % kinds}", [0])
    plot.figure.draw_without_rendering()
    [legend] = plot.figure.legends
    note = plot.figure._supxlabel
    assert not legend.get_window_extent().overlaps(note.get_window_extent())


def test_a_long_label_is_folded_and_not_cut() -> None:
    label = "Success in the shop, without the part − the whole agent, on a hundred goals"
    plot = forest_plot(GAPS, label, "A title", difference=True)
    shown = plot.axes.get_xlabel()
    assert " ".join(shown.split()).startswith(label) and "…" not in shown
    plot.figure.draw_without_rendering()
    box, page = plot.axes.xaxis.label.get_window_extent(), plot.figure.bbox
    assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0


@pytest.mark.parametrize(
    "title",
    [
        "Only n = 1 in the shop is worse than the whole episode; no other depth is " * 3,
        "MMMM WWWW " * 9,
        "W" * 90,
        "a price of $5, and half a \ud83d character, " * 3,
    ],
)
def test_a_long_title_is_folded_and_not_cut(title: str) -> None:
    figure = forest_plot(GAPS, "gain", title, difference=True).figure
    figure.draw_without_rendering()
    assert figure._suptitle is not None
    assert len(figure._suptitle.get_text().split("\n")) > 1
    assert figure._suptitle.get_window_extent().x1 < figure.bbox.x1


def test_parts_of_two_figures_in_a_page_have_different_names() -> None:
    names = [
        set(re.findall(r'clipPath id="(\w+)"', str(plot.html())))
        for plot in (forest_plot(ROWS, "x"), forest_plot(GAPS, "x", difference=True))
    ]
    assert names[0] and names[1] and not names[0] & names[1]


def test_every_colour_can_be_read_on_its_ground() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    html = str(FIGURES["forest"]().html())
    by_theme = re.findall(r"--rl-accent:(#\w+)", html)
    pairs = [
        (INK, picture.PAPER),
        (ACCENT, picture.PAPER),
        *zip(by_theme, ("#ffffff", "#111111"), strict=True),
    ]
    for colour, ground in pairs:
        high, low = sorted((light(colour), light(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (colour, ground)
    assert set(picture.THEMED) == {INK, ACCENT}
