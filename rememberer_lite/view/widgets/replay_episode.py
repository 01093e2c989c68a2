"""Step through an episode with buttons and a slider."""

from __future__ import annotations

from rememberer_lite.domain import Domain
from rememberer_lite.training import Episode
from rememberer_lite.view.html.episode import episode_html, step_html
from rememberer_lite.view.widgets.panel import Panel, button, html_area, whole_slider


def replay_episode(episode: Episode, domain: Domain | None = None) -> Panel:
    """Step through an episode with a slider or two buttons.

    Args:
        episode: from `train(…).episodes` or `evaluate(…).episodes`.
        domain: shows the possible actions that are not on the page; may be left out.
    """
    static = episode_html(episode)
    if not episode.steps:
        return Panel([], [html_area(static)], static, "replay the episode")
    back, forth = button("Previous step", "arrow-left"), button("Next step", "arrow-right")
    slider = whole_slider("Step", 1, 1, max(2, len(episode.steps)))
    slider.max = len(episode.steps)
    area = html_area(step_html(episode, 0, domain))
    panel = Panel([back, slider, forth], [area], static, "replay the episode")
    back.disabled = True
    forth.disabled = len(episode.steps) == 1

    def update() -> None:
        area.value = step_html(episode, slider.value - 1, domain)
        back.disabled = slider.value == 1
        forth.disabled = slider.value == len(episode.steps)

    def go(distance: int) -> None:
        slider.value = min(max(1, slider.value + distance), len(episode.steps))

    panel.watch(update, slider)
    panel.on_click(back, lambda: go(-1))
    panel.on_click(forth, lambda: go(+1))
    return panel
