"""From retrieved records to a prompt, and from the model's reply to a decision.

The order of the prompt (paper, section 3.3 and appendix): role and action grammar, principles,
the exemplars (least similar first, so that the most similar stands nearest to the new input),
the new input. Each exemplar ends with an encouraged and a discouraged action.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rememberer_lite.domain import Domain, one_line
from rememberer_lite.replies import ReplyError, parse_reply
from rememberer_lite.state import (
    ActionValue,
    Advice,
    Exemplar,
    Experience,
    Recent,
    RemembererError,
    State,
    Suggestion,
)
from rememberer_lite.tokens import count_tokens

__all__ = [
    "DEFAULT_BUDGET",
    "REPLY_TOKENS",
    "SMALL_VALUE",
    "Part",
    "Prompt",
    "PromptError",
    "ReplyError",
    "advise",
    "build",
    "parse_reply",
    "template",
    "write_exemplar",
    "write_input",
]

#: "a random small value" of the paper: what a random encouraged action is said to be worth at most
SMALL_VALUE = 0.1
#: tokens kept free for the model's reply, as in the published runs on WebShop
REPLY_TOKENS = 200
#: template, exemplars, new input and reply together: the context of the paper's model
DEFAULT_BUDGET = 4000


class PromptError(RemembererError):
    """No prompt can be written within the budget; the message says how much is needed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the prompt, for those who want to see where the tokens go."""

    name: str  # "template", "exemplar" or "input"
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent to the model, and how it came about.

    Attributes:
        text: the one string that the model sees.
        exemplars: those that stand in it, least similar first.
        tokens: the estimated tokens of `text` (without the reply).
        parts: template, exemplars and input, in order; joined they are `text`.
        left_out: exemplars that did not fit the budget.
        shortened: True where the new input had to be cut to fit.
    """

    text: str
    exemplars: tuple[Exemplar, ...]
    tokens: int
    parts: tuple[Part, ...] = ()
    left_out: tuple[Exemplar, ...] = ()
    shortened: bool = False


def advise(
    experience: Experience,
    state: State,
    domain: Domain,
    rng: random.Random,
    random_advice: bool = True,
    discouraged: bool = True,
) -> Advice:
    """Choose the action to encourage and the one to discourage (paper, section 3.3).

    - encouraged: argmax_a Q(s, a); where max_a Q(s, a) ≤ 0, a random action of the page;
    - discouraged: argmin_a Q(s, a) where min_a Q(s, a) ≤ 0; else a random other action, value 0.

    Args:
        experience: the record whose values are read.
        state: the page that random actions are drawn from: the record's own state.
        domain: lists the possible actions of the page.
        rng: the source of the random actions and of the small random values.
        random_advice: False leaves the random actions out (an ablation).
        discouraged: False leaves the discouraged action out (an ablation).

    Unlike the published code: an action is never advised both ways (its defect 10), and a
    negative Q is discouraged too (its defect 11).
    """
    ranked = sorted(experience.actions.items(), key=lambda item: -item[1].q)
    best = ranked[0] if ranked and ranked[0][1].q > 0 else None
    lowest = min(ranked, key=lambda item: item[1].q) if ranked else None
    worst = lowest if lowest and lowest[1].q <= 0 else None

    good = _recorded(best)
    bad = _recorded(worst) if discouraged else None
    if good is None and random_advice:
        taken = {worst[0]} if worst else set()
        action = domain.random_action(state, rng, exclude=taken)
        if action is not None:
            good = Suggestion(action, round(rng.uniform(0, SMALL_VALUE), 3), recorded=False)
    if bad is None and random_advice and discouraged:
        action = domain.random_action(state, rng, exclude={good.action} if good else set())
        if action is not None:
            bad = Suggestion(action, 0.0, recorded=False)
    return Advice(good, bad)


def _recorded(entry: tuple[str, ActionValue] | None) -> Suggestion | None:
    if entry is None:
        return None
    action, value = entry
    return Suggestion(action, value.q, value.reason)


def template(domain: Domain) -> str:
    """Role, action grammar, principles and the form of the answer."""
    lines = [domain.role, "", "Actions:"]
    lines += [f"- {verb.form}: {verb.meaning}" for verb in domain.grammar]
    if domain.principles:
        lines += ["", "Principles:"]
        lines += [f"{number}. {text}" for number, text in enumerate(domain.principles, start=1)]
    lines += [
        "",
        "Answer below `Encouraged:` with one line for each action that you would take, the best "
        "first, as `action -> value reason`: value is the reward that you expect from here to the "
        "end. Below `Discouraged:` stand actions to avoid.",
        "",
        "",
    ]
    return "\n".join(lines)


def write_exemplar(domain: Domain, exemplar: Exemplar, number: int) -> str:
    """One example: the record's state as it was seen, and the advice drawn from its values."""
    record = exemplar.match.experience
    lines = [f"### Example {number}", domain.describe(record.state, record.recent)]
    for label, suggestion in (
        ("Encouraged:", exemplar.advice.encouraged),
        ("Discouraged:", exemplar.advice.discouraged),
    ):
        if suggestion is not None:
            reason = domain.reason(record.state, suggestion.action, suggestion.reason)
            worth = "" if suggestion.value is None else f" -> {round(suggestion.value, 3)}"
            lines += [label, one_line(f"{suggestion.action}{worth} {reason}".rstrip())]
    return "\n".join([*lines, "", ""])


def write_input(domain: Domain, state: State, recent: Recent, complaint: str = "") -> str:
    """The new input: the present state, and the label under which the model goes on writing."""
    note = f"Note:\n  Your last answer could not be used: {complaint}.\n" if complaint else ""
    return f"### Now\n{domain.describe(state, recent)}\n{note}Encouraged:\n"


def build(
    domain: Domain,
    state: State,
    recent: Recent,
    exemplars: Sequence[Exemplar],
    budget: int = DEFAULT_BUDGET,
    reply_tokens: int = REPLY_TOKENS,
    complaint: str = "",
) -> Prompt:
    """Write the prompt for one decision within a budget of tokens.

    tokens(template) + Σ tokens(exemplar) + tokens(input) + reply_tokens ≤ budget

    The most similar exemplars are kept first; one that does not fit is left out. A page that
    does not fit even alone is shortened in its middle, visibly.

    Args:
        domain: how states are written.
        state: the state to decide in.
        recent: what led to it.
        exemplars: in any order; written least similar first.
        budget: tokens of template, exemplars, new input and reply together.
        reply_tokens: how many of them are kept for the reply.
        complaint: what was wrong with the last answer, where the model is asked once more.

    Raises:
        PromptError: where the template alone exceeds the budget.

    Unlike the published code: the template and the reply count too (its defect 22), and a long
    page never ends the run (its defect 21).
    """
    head = template(domain)
    head_tokens = count_tokens(head)
    room = budget - reply_tokens - head_tokens
    if room < 100:
        raise PromptError(
            f"a budget of {budget} tokens leaves {max(room, 0)} for the page after the template "
            f"({head_tokens}) and the reply ({reply_tokens}): set budget to at least "
            f"{head_tokens + reply_tokens + 100}, better to {DEFAULT_BUDGET}"
        )
    new_input, shortened = _fit(write_input(domain, state, recent, complaint), room)
    room -= count_tokens(new_input)

    chosen: list[Exemplar] = []
    left_out: list[Exemplar] = []
    for exemplar in sorted(exemplars, key=lambda e: -e.match.similarity):
        # The number is one token whatever it is; the true one is known only at the end.
        tokens = count_tokens(write_exemplar(domain, exemplar, 1))
        if tokens <= room:
            chosen.append(exemplar)
            room -= tokens
        else:
            left_out.append(exemplar)
    chosen.reverse()

    texts = [("template", head)]
    texts += [
        ("exemplar", write_exemplar(domain, exemplar, number))
        for number, exemplar in enumerate(chosen, start=1)
    ]
    texts += [("input", new_input)]
    parts = tuple(Part(name, text, count_tokens(text)) for name, text in texts)
    return Prompt(
        text="".join(part.text for part in parts),
        exemplars=tuple(chosen),
        tokens=sum(part.tokens for part in parts),
        parts=parts,
        left_out=tuple(left_out),
        shortened=shortened,
    )


def _fit(text: str, room: int, longest_line: int = 400) -> tuple[str, bool]:
    """The text, cut in its middle where it would exceed `room` tokens."""
    if count_tokens(text) <= room:
        return text, False
    lines = [
        line if len(line) <= longest_line else line[:longest_line] + " … (line shortened)"
        for line in text.splitlines()
    ]

    def keep(count: int) -> str:
        head, tail = count - count // 2, count // 2
        if count >= len(lines):
            middle = []
        else:
            middle = [f"… ({len(lines) - count} lines left out to fit the budget)"]
        return "\n".join([*lines[:head], *middle, *lines[len(lines) - tail :]]) + "\n"

    low, high = 1, len(lines)
    while low < high:  # the largest count of lines that fits
        count = (low + high + 1) // 2
        if count_tokens(keep(count)) <= room:
            low = count
        else:
            high = count - 1
    return keep(low), True
