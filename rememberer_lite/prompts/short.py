"""Prompts for small models: pages without boilerplate, the task right before the answer.

    click[b09g14pnld] Portable power bank 15000mah $31.99
    click[next >]
    Task: i want a 15000mah portable power bank, price below 60.00
    Best action:
    click[b09g14pnld]

A model of some hundred million parameters neither follows a page of instructions nor finds its
way back to a task far above; it continues the pattern that it sees last. There is no template, and
no value: the record's best action is below "Best action:", its worst, if shown, below "Bad
action:".

Unlike the paper: all of this. `Style` "paper" is the default.
"""

from __future__ import annotations

from rememberer_lite.domain import Domain, Entry, answered
from rememberer_lite.domain.harmless import harmless
from rememberer_lite.prompts.lines import parse_line
from rememberer_lite.state import Exemplar, State
from rememberer_lite.text import escape_action, escape_reason

BEST, BAD = "Best action:", "Bad action:"


def write_body(domain: Domain, exemplar: Exemplar) -> str:
    """One example: the record's page, its task, and the advice; "" where there is none."""
    state, advice = exemplar.match.experience.state, exemplar.advice
    lines = []
    for label, suggestion in ((BAD, advice.discouraged), (BEST, advice.encouraged)):
        if suggestion is not None:
            answer = answered(domain.short_page(state), suggestion.action)
            lines += [label, escape_action(answer)]
    return "\n".join([*_page(domain, state), *lines, "", ""]) if lines else ""


def write_input(domain: Domain, state: State, note: str) -> str:
    """The new input, up to the label below which the model writes."""
    return "\n".join([*_page(domain, state), *([f"Note: {note}"] if note else []), BEST, ""])


def _page(domain: Domain, state: State) -> list[str]:
    page = [_line(entry, domain) for entry in domain.short_page(state)]
    return [*page, f"Task: {domain.short_task(state)}"]


def _line(entry: Entry, domain: Domain) -> str:
    """An entry's line; no text of the page makes it an action, or gives its action a value."""
    if not entry.answer:
        return harmless(entry.line, domain.forms)
    said = parse_line(entry.line, ())
    if said is None or said.value is None:
        return entry.line
    beside = escape_reason(" ".join(entry.beside.split()), valued=False)
    return f"{escape_action(entry.answer)} {beside}"
