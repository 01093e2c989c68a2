"""The finished prompt: where the tokens go, what it contains, what was left out."""

from __future__ import annotations

from rememberer_lite.prompts import REPLY_TOKENS, Prompt
from rememberer_lite.view.html.markup import Html, details, join, pre, table, tag, without_style
from rememberer_lite.view.html.style import view

_KINDS = {"template": "plain", "exemplar": "info", "input": "mark"}
_LABELS = {"template": "template", "exemplar": "example", "input": "new input"}

#: up to this many characters fit into the bar where it is narrowest, on a page of 800 pixels
ROOM = 75


def prompt_html(prompt: Prompt, budget: int | None = None) -> Html:
    """The prompt with each part marked, and the token budget as a bar and as a table.

    Args:
        prompt: what was sent to the model.
        budget: the tokens allowed for prompt and reply together; None: only the prompt's own.
    """
    return view(prompt_body(prompt, budget), title="The prompt")


def prompt_body(prompt: Prompt, budget: int | None = None) -> Html:
    """The same without the style, to be part of another view."""
    names = _names(prompt)
    said = []
    if prompt.left_out:
        ids = ", ".join(f"record #{e.match.experience.id}" for e in prompt.left_out)
        said.append(tag("p", tag("strong", "Left out: "), f"{ids} did not fit."))
    else:
        said.append(tag("p", tag("strong", "Left out: "), "nothing."))
    if prompt.shortened:
        said.append(tag("p", tag("strong", "Shortened: "), "the page was cut to fit the budget."))
    parts = [
        tag(
            "div",
            tag("span", f"{name}, {part.tokens} tokens", class_=f"rl-badge rl-{_KINDS[part.name]}"),
            pre(part.text.strip("\n")),
            class_="rl-part",
        )
        for name, part in zip(names, prompt.parts, strict=True)
    ]
    return join([budget_html(prompt, budget), *said, details("The whole prompt", *parts)])


def budget_html(prompt: Prompt, budget: int | None = None) -> Html:
    """A bar of the tokens of each part, its legend, and the same as a table."""
    sizes = [
        (name, part.tokens, _KINDS[part.name])
        for name, part in zip(_names(prompt), prompt.parts, strict=True)
    ]
    if budget is not None:
        sizes.append(("kept for the reply", REPLY_TOKENS, "good"))
        sizes.append(("free", max(0, budget - REPLY_TOKENS - prompt.tokens), "free"))
    total = sum(tokens for _, tokens, _ in sizes) or 1
    blocks, legend = [], []
    for place, (name, tokens, kind) in enumerate(sizes):
        letter = chr(ord("A") + place)
        share = tokens / total
        if tokens:
            shown = name if len(name) < share * ROOM else letter
            width = f"width:{100 * share:.2f}%"
            blocks.append(tag("span", shown, class_=f"rl-block rl-{kind}", style=width))
        legend.append(tag("span", f"{letter} {name}: {tokens}", class_=f"rl-badge rl-{kind}"))
    rows: list[list[object]] = [
        [name, tokens, f"{100 * tokens / total:.0f} %"] for name, tokens, _ in sizes
    ]
    rows.append([tag("strong", "together"), total, "100 %"])
    label, apart = f"Token budget: {total} tokens", without_style(" | ")
    return join(
        [
            tag("p", tag("strong", label)),
            tag("div", join(blocks, apart), class_="rl-bar", role="img", aria_label=label),
            tag("div", join(legend, apart), class_="rl-legend"),
            details("The same as a table", table(label, ["Part", "Tokens", "Share"], rows)),
        ]
    )


def _names(prompt: Prompt) -> list[str]:
    """The name of each part: the exemplars by their number and record."""
    names, number = [], 0
    for part in prompt.parts:
        name = _LABELS[part.name]
        if part.name == "exemplar":
            record = prompt.exemplars[number].match.experience
            number += 1
            name = f"{name} {number}, record #{record.id}"
        names.append(name)
    return names
