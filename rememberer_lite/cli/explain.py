"""One decision, told to its roots: what was seen, recalled, advised, answered and earned."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Iterator

from rememberer_lite.episode import Episode, Step
from rememberer_lite.state import Exemplar, State, Suggestion

WIDTH = 96
_TOUCHES = re.compile(r"[A-Z]+\((\d+)\s*[,)]")


def explain(step: Step, training: Iterable[Episode] = ()) -> str:
    """Tell why this step was taken.

    Args:
        step: the step.
        training: the episodes that the memory learnt from; with them each record is followed
            back to the goals that it was made of.
    """
    return "\n".join(_lines(step, list(training)))


def named(action: str, state: State) -> str:
    """The action, and what stands on the element that it touches, where its number alone tells it.

    >>> named("CLICK(0)", State("t", '<p id="0" clickable="true">How to Rest</p>'))
    'CLICK(0) on "How to Rest"'
    >>> named("click[buy now]", State("t", "[Buy Now]"))
    'click[buy now]'
    """
    touches = _TOUCHES.match(action)
    for line in state.observation.splitlines() if touches else ():
        if touches and f' id="{touches[1]}"' in line:
            described = re.search(r' (?:alt|value|class)="([^"]*)"', line)
            label = re.sub(r"<[^>]*>", "", line).strip() or (described[1] if described else "")
            return f'{action} on "{textwrap.shorten(html.unescape(label), 60, placeholder=" …")}"'
    return action


def _lines(step: Step, training: list[Episode]) -> Iterator[str]:
    turn = step.turn
    yield from _field("task", step.state.task)
    if step.state.instruction:
        yield from _field("step", step.state.instruction)
    yield "  it saw"
    yield from _page(step.state)
    exemplars = turn.prompt.exemplars if turn.prompt else ()
    if not exemplars:
        yield "  it recalled    nothing"
    # least similar first in the prompt, so the most similar is told first here
    for number in range(len(exemplars), 0, -1):
        yield from _recalled(number, exemplars[number - 1], training)
    if turn.prompt and turn.prompt.left_out:
        records = "record" if len(turn.prompt.left_out) == 1 else "records"
        yield f"  {len(turn.prompt.left_out)} more {records} did not fit the token budget"
    if turn.reply:
        yield from _field("the model said", turn.reply.text.strip())
    if step.action is None:
        yield from _field("which failed", turn.error)
        return
    yield from _field("it did", named(step.action, step.state))
    if step.no_effect:
        yield from _field("without effect", step.no_effect)
    yield from _field("reward", f"{step.reward:.3f}{', and the end' if step.done else ''}")
    if step.q_after is not None:
        before = "unknown" if step.q_before is None else f"{step.q_before:.3f}"
        yield from _field(
            "Q of it", f"{before} when it was chosen, {step.q_after:.3f} after the episode"
        )


def _recalled(number: int, exemplar: Exemplar, training: list[Episode]) -> Iterator[str]:
    match, advice = exemplar.match, exemplar.advice
    record = match.experience
    parts = ""
    if match.task_similarity is not None and match.observation_similarity is not None:
        parts = f" (task {match.task_similarity:.3f}, page {match.observation_similarity:.3f})"
    yield from _field(
        "it recalled", f"record {record.id}, similarity {match.similarity:.3f}{parts}"
    )
    yield from _field(f"(example {number})", f"of the task: {record.state.task}")
    yield from _field("", f"seen {_times(record.visits)}, {_origin(exemplar, training)}")
    yield from _field("", f"advises {_suggestion(advice.encouraged, exemplar)}")
    yield from _field("", f"warns of {_suggestion(advice.discouraged, exemplar)}")


def _suggestion(suggestion: Suggestion | None, exemplar: Exemplar) -> str:
    if suggestion is None:
        return "nothing"
    record = exemplar.match.experience
    action = named(suggestion.action, record.state)
    if not suggestion.recorded:
        return f"{action} (never tried there: drawn at random)"
    value = record.actions[suggestion.action]
    return f"{action}: Q = {value.q:.3f}, tried {_times(value.visits)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _origin(exemplar: Exemplar, training: list[Episode]) -> str:
    """Which training episodes the record was made of."""
    state = exemplar.match.experience.state
    roots = [
        f"goal {episode.goal} in epoch {episode.epoch + 1} (reward {episode.total_reward:.3f})"
        for episode in training
        if any(step.state == state for step in episode.steps)
    ]
    if not roots:
        return "from the records that it began with" if training else "origin not in this file"
    more = f" and {len(roots) - 2} more" if len(roots) > 2 else ""
    return f"learnt from {', '.join(roots[:2])}{more}"


def _field(name: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(" ".join(text.split()), WIDTH - 17) or [""]
    yield f"  {name:<15}{lines[0]}"
    yield from (f"{'':<17}{line}" for line in lines[1:4])


def _page(state: State, lines: int = 6) -> Iterator[str]:
    """The first lines of the page without the task, and how many follow."""
    shown = [
        line
        for line in state.observation.splitlines()
        if line.strip() and line.strip() not in (state.task.strip(), "Instruction:")
    ]
    for line in shown[:lines]:
        yield f"    | {textwrap.shorten(line, WIDTH - 6, placeholder=' …')}"
    if len(shown) > lines:
        yield f"    | … {len(shown) - lines} more lines"
