"""Watch an agent learn: the curve of success on goals never met grows while training runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as widgets

from rememberer_lite.agent import Agent
from rememberer_lite.training import Episode, History, Interval, Unseen, train
from rememberer_lite.training.unseen import Measured
from rememberer_lite.view.html.markup import tag
from rememberer_lite.view.plots.curves import success_curve
from rememberer_lite.view.widgets.panel import _WIDGET, html_area


def watch_training(
    agent: Agent,
    env: Any,
    goals: Iterable[int],
    unseen: Iterable[int],
    epochs: int = 3,
    every: int = 10,
    max_steps: int = 15,
    seed: int = 0,
    skip_solved: bool = True,
    levels: Mapping[str, Interval] | None = None,
) -> History:
    """Train as `train` does, and draw the success on goals never met while it runs.

    The cell works until the training is over; the notebook's stop button ends it cleanly, and
    what has been learnt stays.

    Args:
        agent: learns.
        env: is trained in, and measured in.
        goals: the training goals.
        unseen: goals that are not trained; the curve is the success on them.
        epochs, max_steps, seed, skip_solved: as in `train`.
        every: measure after this many training episodes.
        levels: name → what others reach on the unseen goals, drawn as level lines.

    Returns:
        What `train` returns; if it was stopped, the episodes so far.
    """
    trained, episodes = list(goals), list[Episode]()
    area = html_area()
    _show(area)
    settings = {"epochs": epochs, "max_steps": max_steps, "seed": seed, "skip_solved": skip_solved}
    curve: Unseen | None = None

    def draw(measured: Measured) -> None:
        if curve is not None:  # the first measurement is made before there is a curve
            area.value = str(success_curve(curve, levels).html(still=False))

    def learnt(episode: Episode) -> None:
        assert curve is not None
        episodes.append(episode)
        curve(episode)

    try:
        curve = Unseen(agent, env, unseen, trained, epochs, every, max_steps, seed, tell=draw)
        draw(curve.measured[0])
        history = train(agent, env, trained, progress=False, on_episode=learnt, **settings)  # type: ignore[arg-type]
        curve.measure(end=True)
    except KeyboardInterrupt:
        if curve is None:
            raise
        print(f"Stopped after {len(episodes)} episodes; what they taught is in the memory.")
        history = History(agent.name, agent.model, tuple(episodes), {"goals": trained, **settings})
        curve.measure()
    finally:
        area.close()  # the curve that stays is the one that the notebook stores
    from IPython.display import display

    display(success_curve(curve, levels))  # type: ignore[no-untyped-call]
    return history


def _show(area: widgets.HTML) -> None:
    """Show the widget; without a kernel nothing is shown."""
    from IPython.display import display

    display(  # type: ignore[no-untyped-call]
        {
            _WIDGET: {"version_major": 2, "version_minor": 0, "model_id": area.model_id},
            **tag("span")._repr_mimebundle_(),
        },
        raw=True,
    )
