"""See what an agent recalls in a state, why, and which prompt it builds from it."""

from __future__ import annotations

from rememberer_lite.agent import Prompted
from rememberer_lite.prompts import build
from rememberer_lite.state import Recent, State
from rememberer_lite.view.html.exemplars import exemplars_html, recall
from rememberer_lite.view.html.markup import Html
from rememberer_lite.view.widgets.panel import Panel, html_area, weight_slider


def inspect_exemplars(agent: Prompted, state: State, recent: Recent | None = None) -> Panel:
    """What the agent recalls in a state, with a slider for λ that changes their ranking.

    Args:
        agent: a `Rememberer`, or a baseline that shows fixed examples or none.
        state: the state to decide in.
        recent: what led to it; the prompt shows it.
    """
    similarity = agent.memory.similarity if agent.memory is not None else None

    def shown(weight: float | None) -> Html:
        exemplars = recall(agent, state, weight)
        prompt = build(agent.domain, state, recent or Recent(), exemplars, agent.prompt_budget)
        return exemplars_html(
            state, exemplars, similarity, weight, prompt, agent.prompt_budget, agent.domain
        )

    static = shown(None if similarity is None else similarity.weight)
    area = html_area(static)
    slider = weight_slider(similarity)
    panel = Panel([slider], [area], static, "move λ")

    def update() -> None:
        area.value = shown(slider.value)

    panel.watch(update, slider)
    return panel
