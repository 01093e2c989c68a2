"""Two states side by side, with what matches between them."""

from __future__ import annotations

import re

from rememberer_lite.domain import Domain
from rememberer_lite.similarity import PatternTable, Similarity, TagSequence, TextEmbedding
from rememberer_lite.state import State
from rememberer_lite.view.html.markup import Html, details, tag
from rememberer_lite.view.html.page import page_html
from rememberer_lite.view.html.style import view
from rememberer_lite.view.html.why import mix_html, near_words, part_html


def comparison_html(
    a: State, b: State, similarity: Similarity, domain: Domain | None = None
) -> Html:
    """Two states side by side: what matches highlighted, both parts and the mix.

    Args:
        a: the query.
        b: the key.
        similarity: how they are compared; its λ is the one shown.
        domain: knows the pages; may be left out for those of the built-in worlds.
    """
    names = ["The task part finds", "The page part finds"]
    found = [
        tag("div", tag("strong", f"{name}: "), part_html(part, a, b), class_="rl-line")
        for name, part in zip(
            names if len(similarity.parts) == 2 else ["It compares"], similarity.parts, strict=True
        )
    ]
    shared = _shared_words(a, b, similarity)
    return view(
        mix_html(similarity.weight, similarity(a, b)),
        *found,
        tag(
            "div",
            *(
                tag(
                    "div",
                    tag("div", f"State {name}", class_="rl-title"),
                    tag("p", tag("strong", "Task: "), _marked(state.task, shared)),
                    *(
                        [
                            tag(
                                "p",
                                tag("strong", "Present step: "),
                                _marked(state.instruction, shared),
                            )
                        ]
                        if state.instruction
                        else []
                    ),
                    details("Page", page_html(state, domain=domain), open_=True),
                    class_="rl-card",
                )
                for name, state in (("A", a), ("B", b))
            ),
            class_="rl-columns",
        ),
        title="How alike are two states?",
    )


def _shared_words(a: State, b: State, similarity: Similarity) -> set[str]:
    """The words that the text part pairs; without one, the words that both tasks contain."""
    for part in similarity.parts:
        if isinstance(part, TextEmbedding):
            pairs = near_words(part, part.feature(a), part.feature(b))
            return {word for first, second, _ in pairs for word in (first, second)}
    if any(isinstance(part, PatternTable | TagSequence) for part in similarity.parts):
        return set()
    return set(a.task.lower().split()) & set(b.task.lower().split())


def _marked(value: str, words: set[str]) -> Html:
    """The text with some of its words marked."""
    pieces = re.split(r"(\d+(?:[.,]\d+)+|\w+)", value)
    return tag(
        "bdi",
        *(tag("mark", piece) if piece.lower() in words else piece for piece in pieces),
        dir="auto",
    )
