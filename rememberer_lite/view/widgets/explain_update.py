"""The updates that an episode brings, with sliders for n and γ."""

from __future__ import annotations

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.training import Episode
from rememberer_lite.view.html.update import _taken, update_html
from rememberer_lite.view.widgets.panel import Panel, fraction_slider, html_area, steps_slider


def explain_update(episode: Episode, memory: ExperienceMemory) -> Panel:
    """The updates that an episode brings, with sliders for n and γ.

    Args:
        episode: from `train(…).episodes` or `evaluate(…).episodes`.
        memory: the values before; it is not changed.
    """
    count = max(1, len(_taken(episode)))
    known = memory.n_steps if memory.n_steps is not None and memory.n_steps < count else None
    static = update_html(episode, memory, known, memory.gamma)
    area = html_area(static)
    n = steps_slider("n, rewards before the bootstrap (all: the whole episode)", count, known or 0)
    gamma = fraction_slider("γ, discount", memory.gamma)
    panel = Panel([n, gamma], [area], static, "change n and γ")

    def update() -> None:
        area.value = update_html(episode, memory, n.value or None, gamma.value)

    panel.watch(update, n, gamma)
    return panel
