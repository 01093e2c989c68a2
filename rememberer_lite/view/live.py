"""Watch an agent learn: the curve grows while training runs, and a button stops it cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from rememberer_lite.agent import Agent
from rememberer_lite.episode import Episode
from rememberer_lite.run import History
from rememberer_lite.training import train
from rememberer_lite.view.html import Html, table, tag
from rememberer_lite.view.panel import Panel, alert_html, button, html_area
from rememberer_lite.view.plots import WINDOW, recent_success, success_curve
from rememberer_lite.view.style import view


def training_html(episodes: Iterable[Episode], planned: int, state: str) -> Html:
    """How far training is, as a curve and a table.

    Args:
        episodes: those learnt so far.
        planned: how many there are at most.
        state: "ready", "running", "stopped" or "finished".
    """
    done = list(episodes)
    said = tag(
        "p", tag("strong", f"Training: {state}. "), f"{len(done)} of at most {planned} episodes."
    )
    if not done:
        return view(said, tag("p", "The curve appears with the first episode."))
    points = recent_success(done)
    rows = [
        [
            str(number),
            f"goal {e.goal}",
            f"{e.epoch + 1}",
            float(e.total_reward),
            "✓" if e.solved else "✗",
            str(interval),
        ]
        for (number, interval), e in zip(points, done, strict=True)
    ][-10:]
    header = [
        "Episode",
        "Goal",
        "Epoch",
        "Reward",
        "Solved",
        f"Success, last {WINDOW}, 95 % interval",
    ]
    return view(said, success_curve(done).image_html(), table("The latest episodes", header, rows))


def watch_training(
    agent: Agent,
    env: Any,
    goals: Iterable[int],
    epochs: int = 3,
    max_steps: int = 15,
    seed: int = 0,
    skip_solved: bool = True,
) -> Watch:
    """Train with a live learning curve; the arguments are those of `train`.

    Training runs beside the notebook in a thread: leave the agent alone until it has stopped.
    Afterwards `.history` holds what `train` returns.
    """
    return Watch(agent, env, list(goals), epochs, max_steps, seed, skip_solved)


class Watch(Panel):
    """The widget of `watch_training`."""

    def __init__(
        self,
        agent: Agent,
        env: Any,
        goals: list[int],
        epochs: int,
        max_steps: int,
        seed: int,
        skip_solved: bool,
    ) -> None:
        self.agent, self.env, self.goals = agent, env, goals
        self.settings: dict[str, Any] = {
            "epochs": epochs,
            "max_steps": max_steps,
            "seed": seed,
            "skip_solved": skip_solved,
        }
        self.planned = len(goals) * epochs
        self.history: History | None = None
        self.episodes: list[Episode] = []
        self.thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._next = 0.0  # when the curve may be drawn again
        self.begin, self.stop = button("Start training"), button("Stop after this episode")
        self.stop.disabled = True
        self.bar = widgets.IntProgress(
            0, min=0, max=max(1, self.planned), description="Episodes", tooltip="Episodes"
        )
        self.area = html_area()
        static = training_html([], self.planned, "ready")
        super().__init__([self.begin, self.stop, self.bar], [self.area], static)
        self.area.value = static
        self.on_click(self.begin, self._begin)
        self.on_click(self.stop, self._ask_to_stop)

    def _begin(self) -> None:
        self._stop.clear()
        self.episodes, self.history, self._next = [], None, 0.0
        self.begin.disabled, self.stop.disabled = True, False
        self._show("running")
        self.thread = threading.Thread(target=self._run, name="training", daemon=True)
        self.thread.start()

    def _ask_to_stop(self) -> None:
        self._stop.set()
        self.stop.disabled = True

    def _run(self) -> None:
        state = "stopped by an error"
        try:
            self.history = train(
                self.agent,
                self.env,
                self.goals,
                progress=False,
                on_episode=self._learnt,
                **self.settings,
            )
            state = "stopped" if self._stop.is_set() else "finished"
        except Exception as error:
            self.alert.value = alert_html(error)
        finally:
            self.stop.disabled, self.begin.disabled = True, False
            self._show(state)

    def _learnt(self, episode: Episode) -> bool:
        self.episodes.append(episode)
        self._show("running")
        return self._stop.is_set()

    def _show(self, state: str) -> None:
        """Draw the curve; while training runs, only as often as costs a fifth of the time."""
        self.bar.value = len(self.episodes)
        began = time.monotonic()
        if state == "running" and began < self._next:
            return
        self.area.value = training_html(self.episodes, self.planned, state)
        self._next = time.monotonic() + 4 * (time.monotonic() - began)
