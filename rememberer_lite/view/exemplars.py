"""See what an agent recalls in a state, why, and what prompt it makes of it."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence

import numpy as np

from rememberer_lite.agent import Prompted, Rememberer
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import Prompt, build
from rememberer_lite.similarity import Comparison, Similarity
from rememberer_lite.state import Exemplar, Match, Recent, SettingError, State
from rememberer_lite.view.html import Html, details, join, tag, text
from rememberer_lite.view.page import page_html
from rememberer_lite.view.panel import Panel, fraction_slider, html_area
from rememberer_lite.view.prompt import prompt_body
from rememberer_lite.view.records import advice_table, counted
from rememberer_lite.view.style import view
from rememberer_lite.view.why import mix_html, why_html


class Ranking:
    """All records scored once against a state, and ranked anew for any λ."""

    def __init__(self, memory: ExperienceMemory, state: State) -> None:
        # a look is no read: the shallow copy has a count of its own
        matches = copy.copy(memory).retrieve(state)
        places = {record.id: place for place, record in enumerate(memory)}
        self.matches = sorted(matches, key=lambda match: places[match.experience.id])
        self.similarity = memory.similarity
        self.has_parts = can_be_weighed(memory.similarity)
        self._visits = np.array([m.experience.visits for m in self.matches], dtype=np.intp)

    def best(self, weight: float | None = None, k: int | None = None) -> list[Match]:
        """The k best matches under λ = `weight`, as `memory.retrieve` would order them."""
        if weight is None or not self.has_parts or not self.matches:
            mix = np.array([m.similarity for m in self.matches], dtype=np.float32)
        else:
            parts = [
                np.array([m.task_similarity for m in self.matches], dtype=np.float32),
                np.array([m.observation_similarity for m in self.matches], dtype=np.float32),
            ]
            mix = self.similarity.with_weight(weight).mix(parts)
        order = np.lexsort((-self._visits, -mix))[:k]
        found = [(self.matches[i], float(mix[i])) for i in order]
        return [
            Match(m.experience, f, m.task_similarity, m.observation_similarity) for m, f in found
        ]


class _Recall:
    """Stands in for the memory in a copy of the agent: it answers under the chosen λ."""

    def __init__(self, ranking: Ranking, weight: float | None) -> None:
        self.ranking, self.weight = ranking, weight

    def retrieve(self, state: State, k: int | None = None) -> list[Match]:
        return self.ranking.best(self.weight, k)


def can_be_weighed(similarity: Similarity) -> bool:
    """Whether the similarity has two parts to mix."""
    try:
        similarity.with_weight(similarity.weight)
    except (SettingError, AttributeError):
        return False
    return True


def recall(
    agent: Prompted, state: State, weight: float | None, ranking: Ranking | None, seed: int = 0
) -> list[Exemplar]:
    """The agent's exemplars in a state, best first, if λ were `weight`."""
    if isinstance(agent, Rememberer) and ranking is not None:
        agent = copy.copy(agent)
        agent.memory = _Recall(ranking, weight)  # type: ignore[assignment]
    exemplars = agent.exemplars(state, random.Random(seed))
    return sorted(exemplars, key=lambda e: -e.match.similarity)


def exemplar_html(
    exemplar: Exemplar, query: State, similarity: Similarity | None, weight: float | None, rank: int
) -> Html:
    """One retrieved record: how alike and why, its values, its advice, its page."""
    match = exemplar.match
    record = match.experience
    comparison = Comparison(match.similarity, match.task_similarity, match.observation_similarity)
    why = (
        [details("Why it was retrieved", why_html(similarity, query, record.state), open_=True)]
        if similarity is not None
        else [tag("p", "A fixed example: it stands in every prompt, whatever the page.")]
    )
    return tag(
        "div",
        tag(
            "div",
            f"Exemplar {rank}: record #{record.id}, {counted(record.visits, 'visit')}",
            class_="rl-title",
        ),
        *([mix_html(weight, comparison)] if similarity is not None else []),
        *why,
        tag("p", tag("strong", "Its task: "), text(record.state.task)),
        *(
            [tag("p", tag("strong", "Its step: "), text(record.state.instruction))]
            if record.state.instruction
            else []
        ),
        advice_table(record, exemplar.advice),
        details("Its page", page_html(record.state)),
        class_="rl-card",
    )


def exemplars_html(
    state: State,
    exemplars: Sequence[Exemplar],
    similarity: Similarity | None = None,
    weight: float | None = None,
    prompt: Prompt | None = None,
    budget: int | None = None,
) -> Html:
    """The query beside what was recalled for it, and the prompt made of both.

    Args:
        state: the query.
        exemplars: best first.
        similarity: says why each was retrieved; None: they were not retrieved.
        weight: λ; None: a similarity without parts.
        prompt: the finished prompt, if there is one.
        budget: its budget of tokens.
    """
    query = tag(
        "div",
        tag("div", "The present state", class_="rl-title"),
        tag("p", tag("strong", "Task: "), text(state.task)),
        *(
            [tag("p", tag("strong", "Present step: "), text(state.instruction))]
            if state.instruction
            else []
        ),
        page_html(state),
        class_="rl-card",
    )
    cards = [
        exemplar_html(exemplar, state, similarity, weight, rank)
        for rank, exemplar in enumerate(exemplars, start=1)
    ]
    if not cards:
        cards = [tag("p", "Nothing was recalled: there are no records to recall.")]
    below = (
        [tag("div", "The prompt", class_="rl-title"), prompt_body(prompt, budget)] if prompt else []
    )
    return view(tag("div", query, *cards, class_="rl-columns"), join(below))


def inspect_exemplars(agent: Prompted, state: State, recent: Recent | None = None) -> Panel:
    """What the agent recalls in a state, with a slider for λ that ranks the records anew.

    Args:
        agent: a `Rememberer`, or a baseline that shows fixed examples or none.
        state: the state to decide in.
        recent: what led to it; it stands in the prompt.
    """
    memory = agent.memory if isinstance(agent, Rememberer) else None
    similarity = memory.similarity if memory is not None else None
    ranking = Ranking(memory, state) if memory is not None else None
    weighed = similarity is not None and can_be_weighed(similarity)
    first = similarity.weight if similarity is not None and weighed else None

    def shown(weight: float | None) -> Html:
        exemplars = recall(agent, state, weight, ranking)
        prompt = build(agent.domain, state, recent or Recent(), exemplars, agent.budget)
        return exemplars_html(state, exemplars, similarity, weight, prompt, agent.budget)

    static = shown(first)
    area = html_area(static)
    slider = fraction_slider("λ, weight of the task part", first if first is not None else 0.5)
    slider.disabled = not weighed
    panel = Panel([slider], [area], static)

    def update() -> None:
        area.value = shown(slider.value)

    panel.watch(update, slider)
    return panel
