"""From retrieved records to a prompt, within a budget of tokens.

The order of the prompt (paper, section 3.3 and appendix): role and action grammar, principles,
the exemplars (least similar first, so that the most similar is nearest to the new input),
the new input. Each exemplar ends with an encouraged and a discouraged action.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rememberer_lite.domain import Domain, one_line
from rememberer_lite.prompts import short
from rememberer_lite.prompts.choices import Style
from rememberer_lite.prompts.fitting import checked, fitted
from rememberer_lite.state import (
    Exemplar,
    Recent,
    RemembererError,
    State,
)
from rememberer_lite.text import escape_action, escape_reason
from rememberer_lite.tokens import count_tokens

#: tokens kept free for the model's reply, as in the published runs on WebShop
REPLY_TOKENS = 200
#: template, exemplars, new input and reply together: the context of the paper's model
DEFAULT_BUDGET = 4000
#: tokens that the budget must leave for the page, so that its first and last line always fit
LEAST_ROOM = 100


class PromptError(RemembererError):
    """No prompt can be written within the budget; the message says how much is needed."""


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of the prompt, for those who want to see where the tokens go."""

    name: str  # "template", "exemplar" or "input"
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent to the model, and how it was made.

    Attributes:
        text: the one string that the model sees.
        exemplars: those in the text, in its order: the best one last.
        tokens: the tokens of `text` (without the reply), by the count that `build` was given.
        parts: template, exemplars and input, in order; joined they are `text`.
        left_out: exemplars that did not fit the budget.
        shortened: True if the new input had to be cut to fit.
    """

    text: str
    exemplars: tuple[Exemplar, ...]
    tokens: int
    parts: tuple[Section, ...] = ()
    left_out: tuple[Exemplar, ...] = ()
    shortened: bool = False


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
    return _heading(number) + _body(domain, exemplar)


def _heading(number: int) -> str:
    return f"### Example {number}\n"


def _body(domain: Domain, exemplar: Exemplar) -> str:
    """An example without its number, which is known only after all are chosen."""
    record = exemplar.match.experience
    lines = [domain.describe(record.state, record.recent)]
    for label, suggestion in (
        ("Encouraged:", exemplar.advice.encouraged),
        ("Discouraged:", exemplar.advice.discouraged),
    ):
        if suggestion is not None:
            reason = domain.reason(record.state, suggestion.action, suggestion.reason)
            shown_value = "" if suggestion.value is None else f" -> {round(suggestion.value, 3)}"
            words = escape_reason(one_line(reason), valued=suggestion.value is not None)
            lines += [label, f"{escape_action(suggestion.action)}{shown_value} {words}".rstrip()]
    return "\n".join([*lines, "", ""])


def write_input(
    domain: Domain, state: State, recent: Recent, complaint: str = "", style: Style = "paper"
) -> str:
    """The new input: the current state, and the label under which the model continues."""
    said = one_line(complaint)
    if style == "short":
        return short.write_input(domain, state, said and f"your last answer failed: {said}")
    note = f"Note:\n  Your last answer could not be used: {said}.\n" if said else ""
    return f"### Now\n{domain.describe(state, recent)}\n{note}Encouraged:\n"


def build(
    domain: Domain,
    state: State,
    recent: Recent,
    exemplars: Sequence[Exemplar],
    budget: int = DEFAULT_BUDGET,
    reply_tokens: int = REPLY_TOKENS,
    complaint: str = "",
    count: Callable[[str], int] = count_tokens,
    style: Style = "paper",
) -> Prompt:
    """Write the prompt for one decision within a budget of tokens.

    tokens(template + exemplars + input) + reply_tokens ≤ budget

    The best exemplars are kept first; one that does not fit is left out. A page that does not fit
    even alone is shortened in its middle, visibly.

    Args:
        domain: how states are written.
        state: the state to decide in.
        recent: what led to it.
        exemplars: best first, as `ExperienceMemory.retrieve` gives them; written in the opposite
            order, so that the best is nearest to the new input.
        budget: tokens of template, exemplars, new input and reply together.
        reply_tokens: how many of them are kept for the reply.
        complaint: what was wrong with the last answer, where the model is asked once more.
        count: text → tokens; a model's own tokenizer where it has one, else a safe estimate.
        style: "short" leaves out the template and all boilerplate, see `prompts.short`; and with
            them examples that advise nothing.

    Raises:
        PromptError: if the budget leaves too little for the page.
        SettingError: if `count` gives something else than a number from 0 on.

    Unlike the published code: the template and the reply count too (its defect 22), and a long
    page never ends the run (its defect 21).
    """
    count = checked(count)
    head = template(domain) if style == "paper" else ""
    body_of = _body if style == "paper" else short.write_body
    limit = budget - reply_tokens
    if limit - count(head) < LEAST_ROOM:
        needed = count(head) + reply_tokens + LEAST_ROOM
        raise PromptError(
            f"a budget of {budget} tokens leaves {max(limit - count(head), 0)} for the page after "
            f"the template ({count(head)}) and the reply ({reply_tokens}): set budget to at least "
            f"{needed}, better to {DEFAULT_BUDGET}"
        )
    new_input, shortened = fitted(
        write_input(domain, state, recent, complaint, style),
        lambda text: count(head + text) <= limit,
    )
    if shortened and count(head + new_input) > limit:
        raise PromptError(
            f"no page fits a budget of {budget} tokens by this count of tokens, not even its last "
            f"line: set budget to {DEFAULT_BUDGET}, or count as the model does"
        )

    def sections(bodies: Sequence[str]) -> list[str]:
        if style == "short":
            return [*bodies, new_input]
        numbered = [f"{_heading(number)}{body}" for number, body in enumerate(bodies, start=1)]
        return [head, *numbered, new_input]

    bodies: list[str] = []  # in the order of the prompt: the best last
    chosen: list[Exemplar] = []
    left_out: list[Exemplar] = []
    for exemplar in exemplars:
        body = body_of(domain, exemplar)
        if not body:
            continue
        longer = [body, *bodies]
        # The whole text is counted: a further example may give the others longer numbers.
        if count("".join(sections(longer))) <= limit:
            bodies = longer
            chosen.insert(0, exemplar)
        else:
            left_out.append(exemplar)

    names = [*(["template"] if head else []), *("exemplar" for _ in bodies), "input"]
    texts = sections(bodies)
    text = "".join(texts)
    return Prompt(
        text=text,
        exemplars=tuple(chosen),
        tokens=count(text),
        parts=tuple(
            Section(name, part, count(part)) for name, part in zip(names, texts, strict=True)
        ),
        left_out=tuple(left_out),
        shortened=shortened,
    )
