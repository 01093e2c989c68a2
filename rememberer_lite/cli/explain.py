"""One decision, traced back step by step: seen, recalled, advised, answered, earned."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rememberer_lite.cli.terminal import WIDTH
from rememberer_lite.domain import Domain, argument
from rememberer_lite.envs import WORLDS
from rememberer_lite.state import Exemplar, State, Suggestion
from rememberer_lite.training import Episode, Step


def explain(
    step: Step,
    training: Iterable[Episode] = (),
    domain: Domain | None = None,
    width: int = WIDTH,
) -> str:
    """Explain why this step was taken.

    Args:
        step: the step.
        training: the episodes that the memory learnt from; with them each record is traced back
            to the goals that it came from.
        domain: names what an action touched; may be left out for the built-in worlds.
        width: characters of a line; no word is broken.
    """
    return "\n".join(_lines(step, training, domain, width))


def named(action: str, state: State, domain: Domain | None = None) -> str:
    """The action, and the text on what it touches unless the action already says that.

    >>> named("CLICK(0)", State("t", '<p id="0" clickable="true">How to Rest</p>'))
    'CLICK(0) on "How to Rest"'
    >>> named("click[buy now]", State("t", "[Buy Now]", ("back to search", "buy now")))
    'click[buy now]'
    """
    domain = domain or WORLDS.domain_of(state)
    label = domain.label(state, action) if domain else ""
    if not label or label.lower() in (argument(action).lower(), action.lower()):
        return action
    return f'{action} on "{textwrap.shorten(label, 60, placeholder=" …")}"'


def _lines(
    step: Step, training: Iterable[Episode], domain: Domain | None, width: int
) -> Iterator[str]:
    turn = step.turn
    yield from _field("task", step.state.task, width)
    if step.state.instruction:
        yield from _field("step", step.state.instruction, width)
    yield "  it saw"
    yield from _page(step.state, width)
    exemplars = turn.prompt.exemplars if turn.prompt else ()
    if not exemplars:
        yield "  it recalled    nothing"
    origins = _origins(exemplars, training)
    for number, exemplar in enumerate(exemplars, start=1):  # numbered as in prompt and reply
        origin = origins[exemplar.match.experience.state]
        yield from _recalled(number, exemplar, origin, domain, width)
    if turn.prompt and turn.prompt.left_out:
        records = "record" if len(turn.prompt.left_out) == 1 else "records"
        yield f"  {len(turn.prompt.left_out)} more {records} did not fit the token budget"
    if turn.reply:
        yield from _field("the model said", turn.reply.text.strip(), width)
    if step.action is None:
        yield from _field("which failed", turn.error, width)
        return
    yield from _field("it did", named(step.action, step.state, domain), width)
    if step.no_effect:
        yield from _field("without effect", step.no_effect, width)
    yield from _field("reward", f"{step.reward:.3f}{', and the end' if step.done else ''}", width)
    if step.q_after is not None:
        before = "unknown" if step.q_before is None else f"{step.q_before:.3f}"
        yield from _field(
            "Q of it", f"{before} when it was chosen, {step.q_after:.3f} after the episode", width
        )


def _recalled(
    number: int, exemplar: Exemplar, origin: str, domain: Domain | None, width: int
) -> Iterator[str]:
    match, advice = exemplar.match, exemplar.advice
    record = match.experience
    similarity = (
        "a fixed example" if match.similarity is None else f"similarity {match.similarity:.3f}"
    )
    parts = ""
    if match.task_similarity is not None and match.observation_similarity is not None:
        parts = f" (task {match.task_similarity:.3f}, page {match.observation_similarity:.3f})"
    yield from _field(
        "it recalled", f"as example {number} record {record.id}, {similarity}{parts}", width
    )
    yield from _field("", f"of the task: {record.state.task}", width)
    yield from _field("", f"seen {_times(record.visits)}, {origin}", width)
    yield from _field("", f"advises {_suggestion(advice.encouraged, exemplar, domain)}", width)
    yield from _field("", f"warns of {_suggestion(advice.discouraged, exemplar, domain)}", width)


def _suggestion(suggestion: Suggestion | None, exemplar: Exemplar, domain: Domain | None) -> str:
    if suggestion is None:
        return "nothing"
    record = exemplar.match.experience
    action = named(suggestion.action, record.state, domain)
    if not suggestion.recorded:
        return f"{action} (never tried there: drawn at random)"
    value = record.actions.get(suggestion.action)
    if value is None:  # a file that was changed by hand
        return f"{action} (not in the record)"
    return f"{action}: Q = {value.q:.3f}, tried {_times(value.visits)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _origins(exemplars: Sequence[Exemplar], training: Iterable[Episode]) -> dict[State, str]:
    """State of a record → the training episodes that it came from; read once, and none is kept."""
    sources: dict[State, list[str]] = {e.match.experience.state: [] for e in exemplars}
    unknown = "origin not in this file"
    for episode in training if sources else ():
        unknown = "from the records that it began with"
        for state in sources.keys() & {step.state for step in episode.steps}:
            sources[state].append(
                f"goal {episode.goal} in epoch {episode.epoch + 1} "
                f"(reward {episode.total_reward:.3f})"
            )
    return {state: _listed(found) or unknown for state, found in sources.items()}


def _listed(sources: Sequence[str]) -> str:
    if not sources:
        return ""
    more = f" and {len(sources) - 2} more" if len(sources) > 2 else ""
    return f"learnt from {', '.join(sources[:2])}{more}"


def _field(name: str, text: str, width: int) -> Iterator[str]:
    """A label and its text, on as many lines as it takes."""
    lines = textwrap.wrap(
        " ".join(text.split()), width - 17, break_long_words=False, break_on_hyphens=False
    ) or [""]
    yield f"  {name:<15}{lines[0]}"
    yield from (f"{'':<17}{line}" for line in lines[1:])


def _page(state: State, width: int, lines: int = 24) -> Iterator[str]:
    """The lines of the page; the task and its heading are left out, and what follows counted."""
    written, task = [line.strip() for line in state.observation.splitlines()], state.task.strip()
    written = [line for line in written if line]
    shown = [
        line
        for line, below in zip_longest(written, written[1:], fillvalue="")
        if line != task and not (below == task and line.endswith(":"))
    ]
    for line in shown[:lines]:
        yield f"    | {textwrap.shorten(line, width - 6, placeholder=' …')}"
    if len(shown) > lines:
        yield f"    | … {len(shown) - lines} more lines"
