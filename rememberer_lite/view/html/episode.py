"""Step through an episode: seen, recalled, asked, decided, rewarded, learnt."""

from __future__ import annotations

from rememberer_lite.domain import Domain
from rememberer_lite.state import Exemplar
from rememberer_lite.text import short
from rememberer_lite.training import Episode, Step
from rememberer_lite.view.html.markup import (
    Html,
    badge,
    code,
    details,
    join,
    pre,
    signed,
    table,
    tag,
    text,
)
from rememberer_lite.view.html.outcome import end_card
from rememberer_lite.view.html.page import domain_of, page_html
from rememberer_lite.view.html.prompt import prompt_body
from rememberer_lite.view.html.style import view


def episode_html(episode: Episode, now: int | None = None) -> Html:
    """All steps of an episode as a table: the action, its result, and what was learnt.

    Args:
        episode: what happened.
        now: the step to point out, counted from 0.
    """
    return view(_title(episode), _steps_table(episode, now), _end(episode))


def _title(episode: Episode) -> Html:
    outcome = badge("✓ solved", "good") if episode.solved else badge("✗ not solved", "bad")
    return tag(
        "p",
        f"Goal {episode.goal}, {len(episode.steps)} steps, total reward ",
        float(episode.total_reward),
        " ",
        outcome,
    )


def _steps_table(episode: Episode, now: int | None) -> Html:
    header = ["Step", "Action", "Reward"]
    learnt = any(step.q_before is not None or step.q_after is not None for step in episode.steps)
    if learnt:  # of a test episode nothing is kept
        header += ["Q before", "Q after", "Change"]
    rows: list[list[object]] = []
    for place, step in enumerate(episode.steps):
        done = tag("em", "failed reply")
        if step.action is not None:
            done = code(short(step.action, 60))
        if step.no_effect:
            done = join([done, " (no effect)"])
        shown = f"▶ {place + 1}" if place == now else f"{place + 1}"
        values = [step.q_before, step.q_after, _change(step)] if learnt else []
        rows.append([shown, done, float(step.reward), *values])
    marks = ["rl-now" if place == now else "" for place in range(len(rows))]
    return table("The episode step by step", header, rows, marks)


def _change(step: Step) -> str:
    if step.q_after is None:
        return "–"
    if step.q_before is None:
        return "new"
    return signed(step.q_after - step.q_before)


def _end(episode: Episode, domain: Domain | None = None) -> Html:
    """How it ended: shown where the environment says what its reward was made of."""
    if not episode.reward_parts or not episode.steps:
        return Html("")
    known = domain_of(episode.steps[-1].state, domain)
    return end_card(episode.solved, episode.total_reward, episode.reward_parts, known)


def step_html(episode: Episode, place: int, domain: Domain | None = None) -> Html:
    """One step in full: page, what was recalled, prompt, reply, action, reward, learning."""
    step = episode.steps[place]
    turn = step.turn
    page = tag(
        "div",
        tag("p", tag("strong", "Task: "), text(step.state.task)),
        *(
            [tag("p", tag("strong", "Present step: "), text(step.state.instruction))]
            if step.state.instruction
            else []
        ),
        page_html(step.state, step.action, domain),
        class_="rl-card",
    )
    facts = [tag("p", tag("strong", "Reward: "), float(step.reward))]
    if step.no_effect:
        facts.append(tag("p", tag("strong", "No effect: "), text(step.no_effect)))
    facts.append(_learnt(step))
    if turn.error:
        facts.append(tag("p", badge("✗ failed reply", "bad"), " ", text(turn.error)))
    if turn.decision is not None and turn.decision.value is not None:
        expected = tag("p", tag("strong", "The model expected: "), float(turn.decision.value))
        facts.append(expected)
        if turn.decision.reason:
            facts.append(tag("p", tag("strong", "Its reason: "), text(turn.decision.reason)))
    if turn.reply is not None:
        facts.append(details(f"The reply of {turn.reply.model}", pre(turn.reply.text), open_=True))
    if turn.prompt is not None:
        facts.append(details("The prompt", prompt_body(turn.prompt)))
    return view(
        _title(episode),
        tag("div", page, tag("div", *facts, class_="rl-card"), class_="rl-columns"),
        _recalled(step),
        _steps_table(episode, place),
        *([_end(episode, domain)] if place == len(episode.steps) - 1 else []),
        title=f"Step {place + 1} of {len(episode.steps)}",
    )


def _learnt(step: Step) -> Html:
    if step.q_after is None:
        said: object = "nothing is kept of this step in a memory"
    elif step.q_before is None:
        said = join(["Q is new: ", float(step.q_after)])
    else:
        said = join(["Q ", float(step.q_before), " → ", float(step.q_after), f" ({_change(step)})"])
    return tag("p", tag("strong", "Learnt: "), said)


def _recalled(step: Step) -> Html:
    if not step.turn.matches:
        return tag("p", tag("strong", "Recalled: "), "no record")
    shown = step.turn.prompt.exemplars if step.turn.prompt else ()
    numbers = {e.match.experience.id: n for n, e in enumerate(shown, start=1)}
    advice = {exemplar.match.experience.id: exemplar for exemplar in shown}
    # in the order of the prompt, whose numbers the reply uses; last what did not fit
    matches = sorted(
        step.turn.matches, key=lambda m: numbers.get(m.experience.id, len(numbers) + 1)
    )
    rows = [
        [
            str(numbers.get(m.experience.id, "–")),
            f"#{m.experience.id}",
            m.similarity,
            m.task_similarity,
            m.observation_similarity,
            _advice(advice.get(m.experience.id)),
        ]
        for m in matches
    ]
    header = ["Example", "Record", "Similarity", "Task part", "Page part", "Advice"]
    return table("What was recalled", header, rows)


def _advice(exemplar: Exemplar | None) -> Html:
    if exemplar is None:
        return Html("left out of the prompt")
    pieces = []
    for suggestion, label, kind in (
        (exemplar.advice.encouraged, "+ encouraged", "good"),
        (exemplar.advice.discouraged, "− discouraged", "bad"),
    ):
        if suggestion is not None:
            pieces.append(
                tag(
                    "div",
                    badge(label, kind),
                    " ",
                    code(short(suggestion.action, 50)),
                    " ",
                    "" if suggestion.value is None else float(suggestion.value),
                )
            )
    return join(pieces)
