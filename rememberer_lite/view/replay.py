"""Step through an episode: seen, recalled, asked, decided, rewarded, learnt."""

from __future__ import annotations

from rememberer_lite.domain import Domain
from rememberer_lite.episode import Episode, Step
from rememberer_lite.state import Exemplar
from rememberer_lite.view.html import (
    Html,
    badge,
    code,
    details,
    join,
    number,
    pre,
    signed,
    table,
    tag,
    text,
)
from rememberer_lite.view.page import page_html
from rememberer_lite.view.panel import Panel, button, html_area, whole_slider
from rememberer_lite.view.prompt import prompt_body
from rememberer_lite.view.records import short
from rememberer_lite.view.style import view


def episode_html(episode: Episode, now: int | None = None) -> Html:
    """All steps of an episode as a table: what was done, what it brought, what was learnt.

    Args:
        episode: what happened.
        now: the step to point out, counted from 0.
    """
    return view(_title(episode), _steps_table(episode, now), _parts(episode))


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
    header = ["Step", "Action", "Reward", "Q before", "Q after", "Change"]
    rows: list[list[object]] = []
    for place, step in enumerate(episode.steps):
        done = tag("em", "failed reply")
        if step.action is not None:
            done = code(short(step.action, 60))
        if step.no_effect:
            done = join([done, " (no effect)"])
        shown = f"▶ {place + 1}" if place == now else f"{place + 1}"
        rows.append([shown, done, float(step.reward), step.q_before, step.q_after, _change(step)])
    marks = ["rl-now" if place == now else "" for place in range(len(rows))]
    return table("The episode step by step", header, rows, marks)


def _change(step: Step) -> str:
    if step.q_after is None:
        return "–"
    if step.q_before is None:
        return "new"
    return signed(step.q_after - step.q_before)


def _parts(episode: Episode) -> Html:
    if not episode.reward_parts:
        return Html("")
    return parts_html(episode.reward_parts)


def parts_html(parts: object) -> Html:
    """What the final reward was made of."""
    rows = [[text(name), text(value)] for name, value in _flat(parts)]
    return table("What the reward was made of", ["Part", "Value"], rows)


def _flat(parts: object, prefix: str = "") -> list[tuple[str, str]]:
    """Named values, those of inner mappings too: "options: colour"."""
    rows = []
    for name, value in dict(parts).items():  # type: ignore[call-overload]
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}: ")
        else:
            rows.append((f"{prefix}{str(name).replace('_', ' ')}", _plain(value)))
    return rows


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return number(value) if isinstance(value, float) else str(value)


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
        facts.append(
            tag(
                "p",
                "The model expected ",
                float(turn.decision.value),
                ". ",
                text(turn.decision.reason),
            )
        )
    if turn.reply is not None:
        facts.append(details(f"The reply of {turn.reply.model}", pre(turn.reply.text), open_=True))
    if turn.prompt is not None:
        facts.append(details("The prompt", prompt_body(turn.prompt)))
    return view(
        _title(episode),
        tag("div", page, tag("div", *facts, class_="rl-card"), class_="rl-columns"),
        _recalled(step),
        _steps_table(episode, place),
        *([_parts(episode)] if place == len(episode.steps) - 1 else []),
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
    advice = {exemplar.match.experience.id: exemplar for exemplar in shown}
    rows = [
        [
            f"#{m.experience.id}",
            float(m.similarity),
            m.task_similarity,
            m.observation_similarity,
            _advice(advice.get(m.experience.id)),
        ]
        for m in step.turn.matches
    ]
    header = ["Record", "Similarity", "Task part", "Page part", "Advice"]
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


def replay_episode(episode: Episode, domain: Domain | None = None) -> Panel:
    """Step through an episode with a slider or two buttons.

    Args:
        episode: from `train(…).episodes` or `evaluate(…).episodes`.
        domain: shows the possible actions that stand nowhere on the page; may be left out.
    """
    static = episode_html(episode)
    if not episode.steps:
        return Panel([], [html_area(static)], static)
    back, forth = button("Previous step", "arrow-left"), button("Next step", "arrow-right")
    slider = whole_slider("Step", 1, 1, max(2, len(episode.steps)))
    slider.max = len(episode.steps)
    area = html_area(step_html(episode, 0, domain))
    panel = Panel([back, slider, forth], [area], static)
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
