"""Texts that mean harm go through every view, and come out as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import ipywidgets as widgets
import pytest
import view_demo as demo

from rememberer_lite import OfflineLLM, Rememberer, State, view
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.prompts import Prompt, Section, build
from rememberer_lite.state import (
    Advice,
    Exemplar,
    Experience,
    Match,
    Recent,
    RemembererError,
    Suggestion,
)
from rememberer_lite.training import Interval
from rememberer_lite.view.html.episode import step_html
from rememberer_lite.view.html.memory_browser import full_html
from rememberer_lite.view.html.outcome import parts_html
from rememberer_lite.view.html.why import tags_html
from rememberer_lite.view.widgets.game import Game, moves_html
from rememberer_lite.view.widgets.panel import alert_html
from rememberer_lite.view.widgets.play import play

ELEMENTS = frozenset(
    "bdi b br code details div em img li mark ol p pre small span strong style sub summary table "
    "caption tbody td th thead tr".split()
)
ATTRIBUTES = frozenset(
    "alt aria-label class dir height open role scope src style tabindex title width".split()
)


class Guard(HTMLParser):
    """Fails at an element or attribute that no view makes, and at text left free to turn round."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.text = ""

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        assert name in ELEMENTS, f"<{name}> came through"
        for key, value in attrs:
            assert key in ATTRIBUTES, f"{key}={value!r} came through"
            if key == "src":
                assert value is not None
                if value.startswith("data:image/svg+xml,"):
                    assert _shapes(unquote(value.partition(",")[2])) <= {"svg", "rect"}
                else:
                    assert value.startswith("data:image/png;base64,")
        if name not in ("br", "img"):
            self.open.append((name, name == "bdi" or "dir" in dict(attrs)))

    def handle_endtag(self, name: str) -> None:
        assert self.open, f"</{name}> too many"
        assert self.open.pop()[0] == name

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came through: {data}")

    def handle_data(self, data: str) -> None:
        assert "<" not in data or self.open, "text outside of everything"
        if "\u202e" in data:
            assert any(isolated for _, isolated in self.open), f"not isolated: {data!r}"
        self.text += data


def _shapes(svg: str) -> set[str]:
    """The elements of a drawing."""
    return set(re.findall(r"<(\w+)", svg))


def guarded(markup: str) -> str:
    """The text of a piece of markup that has passed the guard."""
    guard = Guard()
    guard.feed(markup)
    guard.close()
    assert guard.open == []
    return guard.text


def htmls(widget: widgets.Widget) -> Iterator[str]:
    """The value of every HTML widget inside a widget."""
    if isinstance(widget, widgets.HTML):
        yield str(widget.value)
    for child in getattr(widget, "children", ()):
        yield from htmls(child)


def agent() -> Rememberer:
    return Rememberer(OfflineLLM(), demo.hostile_memory(), WEBSHOP)


def test_the_guard_can_fail() -> None:
    for text in demo.HOSTILE[:4]:
        with pytest.raises(AssertionError):
            guarded(f"<p>{text}</p>")
    with pytest.raises(AssertionError):
        guarded(f"<p>{demo.HOSTILE[7]}</p>")


def advice_of(value: float) -> Prompt:
    """A prompt with an example of this value, on a hostile page."""
    state = demo.hostile_state()
    said = WEBSHOP.possible_actions(state)[0]
    advice = Advice(Suggestion(said, value, demo.HOSTILE[0]), None)
    shown = [Exemplar(Match(Experience(state, 0, {})), advice)]
    return build(WEBSHOP, state, Recent(), shown, 9000)


def pure_views() -> dict[str, str]:
    memory, episode = demo.hostile_memory(), demo.hostile_episode()
    shop, screen = demo.hostile_state(), demo.hostile_screen()
    part = Section("template", demo.HOSTILE[3], 9)
    return {
        "state": view.state_html(shop, f"click[{demo.HOSTILE[0].lower()}]", WEBSHOP),
        "screen": view.state_html(screen, "CLICK(1)", WIKIHOW),
        "memory": view.memory_html(memory),
        "record": full_html(memory, next(iter(memory))),
        "comparison": view.comparison_html(shop, demo.hostile_state(1), WEBSHOP.similarity()),
        "screens": view.comparison_html(screen, screen, WIKIHOW.similarity()),
        "episode": view.episode_html(episode),
        "step": step_html(episode, 1),
        "update": view.update_html(episode, memory, 1, 0.9),
        "prompt": view.prompt_html(Prompt(part.text, (), 9, (part,)), 100),
        "parts": parts_html({demo.HOSTILE[0]: {demo.HOSTILE[1]: [demo.HOSTILE[2]]}}),
        "stand-in": view.stand_in_html(advice_of(0.5).text),
        "alert": alert_html(RemembererError(" ".join(demo.HOSTILE))),
        "tags": tags_html([demo.HOSTILE[0]], [demo.HOSTILE[0]]),
    }


def test_every_view_shows_hostile_texts_as_text() -> None:
    for name, shown in pure_views().items():
        text = guarded(shown)
        # the live curve shows numbers only, no text of the pages
        assert ("window.hacked=1" in text) == (name != "training"), name


def test_every_widget_shows_hostile_texts_as_text() -> None:
    episode = demo.hostile_episode()
    browser = view.browse_memory(demo.hostile_memory())
    browser.look(1)
    player = play(demo.HostileEnv(), domain=WEBSHOP)
    player.do("click[buy now]")
    panels = [
        view.inspect_exemplars(agent(), demo.hostile_state(5)),
        browser,
        view.replay_episode(episode, WEBSHOP),
        view.compare_states(demo.hostile_state(), demo.hostile_state(1), WEBSHOP.similarity()),
        view.explain_update(episode, demo.hostile_memory()),
        view.open_stand_in(lambda value: advice_of(value).text),
        player,
        play(demo.HostileEnv(), domain=WEBSHOP),
    ]
    for panel in panels:
        areas = list(htmls(panel))
        assert "window.hacked=1" in guarded("".join(areas))
        guarded(panel.static)


def test_a_played_game_shows_hostile_texts_as_text() -> None:
    game = Game(demo.HostileEnv(), WEBSHOP)
    game.do(f"click[{demo.HOSTILE[0]}]", demo.HOSTILE[1])
    assert "window.hacked=1" in guarded(moves_html(game))


#: of a drawing, which holds no text
DRAWING = re.compile(r'<svg class="rl-figure".*?</svg>', re.DOTALL)
DRAWN = frozenset("svg defs g path use clipPath rect".split())


def test_figures_draw_hostile_texts() -> None:
    """Dollar signs, and scripts that the font lacks, are drawn and raise nothing."""
    memory = demo.hostile_memory()
    states = [State(text, "") for text in demo.HOSTILE]
    named = {text: [0.5, 0.25] for text in demo.HOSTILE}
    for plot in (
        view.memory_map(
            memory, demo.hostile_state(), lambda state: state.task, title="".join(named)
        ),
        view.similarity_matrix(states, WEBSHOP.similarity()),
        view.forest_plot({text: Interval(0.5, 0.4, 0.6) for text in demo.HOSTILE}, "Success"),
        view.line_chart(named, demo.HOSTILE[0], demo.HOSTILE[1], demo.HOSTILE[2]),
    ):
        html = str(plot.html())
        [drawing] = DRAWING.findall(html)
        elements = re.findall(r"<(\w+)", re.sub(r'"[^"]*"', "", drawing))
        assert set(elements) <= DRAWN, set(elements) - DRAWN
        assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", drawing))
        guarded(DRAWING.sub("", html))
        ElementTree.fromstring(plot.svg())
