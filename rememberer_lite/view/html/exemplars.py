"""See what an agent recalls in a state, why, and which prompt it builds from it."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence

from rememberer_lite.agent import Prompted
from rememberer_lite.domain import Domain
from rememberer_lite.prompts import Prompt
from rememberer_lite.similarity import Comparison, Similarity
from rememberer_lite.state import Exemplar, State
from rememberer_lite.view.html.markup import Html, details, join, tag, text
from rememberer_lite.view.html.page import page_html
from rememberer_lite.view.html.prompt import prompt_body
from rememberer_lite.view.html.record_tables import advice_table, counted
from rememberer_lite.view.html.style import view
from rememberer_lite.view.html.why import mix_html, why_html


def recall(
    agent: Prompted, state: State, weight: float | None = None, seed: int = 0
) -> list[Exemplar]:
    """The agent's exemplars in a state, best first, as they would be if λ were `weight`.

    Looking does not count as a read: the agent asked is a copy, with its own memory.
    """
    memory = agent.memory
    if memory is not None:
        agent = copy.copy(agent)
        agent.memory = copy.copy(memory) if weight is None else memory.with_weight(weight)
    return list(agent.exemplars(state, random.Random(seed)))


def exemplar_html(
    exemplar: Exemplar,
    query: State,
    similarity: Similarity | None,
    weight: float | None,
    name: str,
    domain: Domain | None = None,
) -> Html:
    """One retrieved record: how alike and why, its values, its advice, its page.

    `name` is what the prompt and the model's reply call it, "Example 2".
    """
    match = exemplar.match
    record = match.experience
    if similarity is None or match.similarity is None:
        why = [tag("p", "A fixed example: it is in every prompt, whatever the page.")]
    else:
        parts = (match.task_similarity, match.observation_similarity)
        why = [
            mix_html(weight, Comparison(match.similarity, *parts)),
            details("Why it was retrieved", why_html(similarity, query, record.state), open_=True),
        ]
    return tag(
        "div",
        tag(
            "div",
            f"{name}: record #{record.id}, {counted(record.visits, 'visit')}",
            class_="rl-title",
        ),
        *why,
        tag("p", tag("strong", "Its task: "), text(record.state.task)),
        *(
            [tag("p", tag("strong", "Its step: "), text(record.state.instruction))]
            if record.state.instruction
            else []
        ),
        advice_table(record, exemplar.advice),
        details("Its page", page_html(record.state, domain=domain)),
        class_="rl-card",
    )


def exemplars_html(
    state: State,
    exemplars: Sequence[Exemplar],
    similarity: Similarity | None = None,
    weight: float | None = None,
    prompt: Prompt | None = None,
    budget: int | None = None,
    domain: Domain | None = None,
) -> Html:
    """The query beside what was recalled for it, and the prompt built from both.

    The examples are numbered and ordered as in the prompt, where the most similar comes last.

    Args:
        state: the query.
        exemplars: best first.
        similarity: says why each was retrieved; None: they were not retrieved.
        weight: λ; None: a similarity without parts.
        prompt: the finished prompt, if there is one.
        budget: its budget of tokens.
        domain: knows the pages; may be left out for those of the built-in worlds.
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
        page_html(state, domain=domain),
        class_="rl-card",
    )
    shown = list(prompt.exemplars) if prompt else list(reversed(exemplars))
    left_out = [exemplar for exemplar in exemplars if exemplar not in shown]
    names = [f"Example {number}" for number in range(1, len(shown) + 1)]
    if similarity is not None and len(shown) > 1:
        names[-1] += ", the most similar"
    names += ["Left out of the prompt"] * len(left_out)
    cards = [
        exemplar_html(exemplar, state, similarity, weight, name, domain)
        for name, exemplar in zip(names, [*shown, *left_out], strict=True)
    ]
    if not cards:
        cards = [tag("p", "Nothing was recalled: there are no records to recall.")]
    below = (
        [tag("div", "The prompt", class_="rl-title"), prompt_body(prompt, budget)] if prompt else []
    )
    return view(tag("div", query, *cards, class_="rl-columns"), join(below))
