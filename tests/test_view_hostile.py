"""Texts that mean harm go through every view, and come out as text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import ipywidgets as widgets
import pytest
import view_demo as demo

from rememberer_lite import OfflineLLM, Rememberer, State, view
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.prompts import Part, Prompt
from rememberer_lite.run import Interval
from rememberer_lite.state import RemembererError
from rememberer_lite.view.game import Game, moves_html
from rememberer_lite.view.live import training_html
from rememberer_lite.view.memory_browser import full_html
from rememberer_lite.view.panel import alert_html
from rememberer_lite.view.play import play
from rememberer_lite.view.replay import parts_html, step_html
from rememberer_lite.view.why import tags_html

ELEMENTS = frozenset(
    "bdi b br code details div em img li mark ol p pre span strong style sub summary table caption "
    "tbody td th thead tr".split()
)
ATTRIBUTES = frozenset("alt aria-label class dir open role scope src style tabindex title".split())


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


def pure_views() -> dict[str, str]:
    memory, episode = demo.hostile_memory(), demo.hostile_episode()
    shop, screen = demo.hostile_state(), demo.hostile_screen()
    part = Part("template", demo.HOSTILE[3], 9)
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
        "alert": alert_html(RemembererError(" ".join(demo.HOSTILE))),
        "tags": tags_html([demo.HOSTILE[0]], [demo.HOSTILE[0]]),
        "training": training_html([episode], 3, "running"),
    }


def test_every_view_shows_hostile_texts_as_text() -> None:
    for name, shown in pure_views().items():
        text = guarded(shown)
        # the live curve shows numbers only, no text of the pages
        assert ("window.hacked=1" in text) == (name != "training"), name


def test_every_widget_shows_hostile_texts_as_text() -> None:
    episode = demo.hostile_episode()
    browser = view.browse_memory(demo.hostile_memory())
    [chosen] = [w for w in browser.children[0].children if w.description == "Record in full"]
    chosen.value = 1
    player = play(demo.HostileEnv(), domain=WEBSHOP)
    player.do("click[buy now]")
    panels = [
        view.inspect_exemplars(agent(), demo.hostile_state(5)),
        browser,
        view.replay_episode(episode, WEBSHOP),
        view.compare_states(demo.hostile_state(), demo.hostile_state(1), WEBSHOP.similarity()),
        view.explain_update(episode, demo.hostile_memory()),
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


def test_figures_draw_hostile_texts() -> None:
    """Dollar signs, and scripts that the font lacks, are drawn and raise nothing."""
    memory = demo.hostile_memory()
    states = [State(text, "") for text in demo.HOSTILE]
    for plot in (
        view.q_heatmap(memory),
        view.similarity_matrix(states, WEBSHOP.similarity()),
        view.ablation_bars({text: Interval(0.5, 0.4, 0.6) for text in demo.HOSTILE}),
    ):
        assert plot.png().startswith(b"\x89PNG")
        guarded(plot.image_html())
