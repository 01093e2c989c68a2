"""Why two states count as similar: the words, patterns or tags that the parts compare."""

from __future__ import annotations

import re

import numpy as np
from rapidfuzz.distance import LCSseq

from rememberer_lite.similarity import (
    Comparison,
    Part,
    PatternTable,
    Similarity,
    TagSequence,
    TextEmbedding,
)
from rememberer_lite.state import State
from rememberer_lite.text import short
from rememberer_lite.view.html.markup import Html, code, escape, join, number, table, tag, text
from rememberer_lite.view.html.style import meter

#: words whose vectors are at least this similar are shown as a pair
NEAR = 0.35
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are for from i in is it like looking me need of on or than that the this to "
        "want was with would",
    )
)


def mix_html(weight: float | None, comparison: Comparison) -> Html:
    """The similarity with its two parts, as the formula with the numbers filled in."""
    f, task, page = (
        comparison.similarity,
        comparison.task_similarity,
        comparison.observation_similarity,
    )
    if weight is None or task is None or page is None:
        return tag(
            "p",
            "Similarity f = ",
            tag("strong", number(f)),
            " ",
            meter(f),
            " (one function, without parts)",
        )
    formula = (
        f"f = λ·task + (1 − λ)·page = {weight:.2f}·{number(task)} + {1 - weight:.2f}·{number(page)}"
    )
    rows = [
        ["task part f_g", float(task), meter(task)],
        ["page part f_o", float(page), meter(page)],
        [tag("strong", "mix f"), float(f), meter(f)],
    ]
    return join(
        [
            tag("p", tag("code", formula), " = ", tag("strong", number(f))),
            table("Similarity", ["Part", "Value", "0 to 1"], rows),
        ]
    )


def why_html(similarity: Similarity, query: State, key: State) -> Html:
    """For each part of the similarity, what it found in common in the two states."""
    names = ["Task part", "Page part"] if len(similarity.parts) == 2 else ["Similarity"]
    return join(
        tag("div", tag("strong", f"{name}: "), part_html(part, query, key), class_="rl-line")
        for name, part in zip(names, similarity.parts, strict=True)
    )


def part_html(part: Part, query: State, key: State) -> Html:
    """What one part compares."""
    if isinstance(part, TagSequence):
        return tags_html(part.tags(query), part.tags(key))
    if isinstance(part, PatternTable):
        a, b = part.pattern(query), part.pattern(key)
        value = float(part.scores(part.feature(query), part.pack([part.feature(key)]))[0])
        known = "" if a in part.names else " (an unknown pattern is like nothing but itself)"
        return join(
            ["pattern ", code(a), " against ", code(b), f": the table says {number(value)}", known]
        )
    if isinstance(part, TextEmbedding):
        return words_html(part, part.feature(query), part.feature(key))
    return join(
        [
            "compares ",
            code(short(repr(part.feature(query)), 120)),
            " with ",
            code(short(repr(part.feature(key)), 120)),
        ]
    )


def tags_html(a: list[str], b: list[str]) -> Html:
    """Two tag sequences; the tags of their longest common subsequence are marked with ✓."""
    in_a, in_b = common_places(a, b)
    longer = max(len(a), len(b))
    share = len(in_a) / longer if longer else 1.0

    def line(tags: list[str], common: set[int]) -> Html:
        shown = [
            tag("mark", f"✓{t}", class_="rl-good") if i in common else escape(t)
            for i, t in enumerate(tags)
        ]
        return tag("div", join(shown, " ") if shown else "(no tags)", class_="rl-line")

    fraction = f"{len(in_a)} / {longer}" if longer else "both empty"
    return join(
        [
            f"longest common subsequence of the tags, as a share of the longer: {fraction} = "
            f"{number(share)}; common tags are marked ✓",
            line(a, in_a),
            line(b, in_b),
        ]
    )


def common_places(a: list[str], b: list[str]) -> tuple[set[int], set[int]]:
    """The positions of a longest common subsequence in each of two sequences.

    >>> common_places(["p", "img", "p"], ["p", "p"]) in [({0, 2}, {0, 1})]
    True
    """
    in_a: set[int] = set()
    in_b: set[int] = set()
    for block in LCSseq.opcodes(a, b):
        if block.tag == "equal":
            in_a.update(range(block.src_start, block.src_end))
            in_b.update(range(block.dest_start, block.dest_end))
    return in_a, in_b


def words_html(part: TextEmbedding, query: str, key: str) -> Html:
    """The words that two texts share, and those with similar vectors."""
    pairs = near_words(part, query, key)
    if not pairs:
        return escape("no word of the one is near a word of the other")
    same = [tag("mark", "=\u00a0", text(a), class_="rl-good") for a, b, _ in pairs if a == b]
    near = [
        tag("mark", "≈\u00a0", text(a), " – ", text(b), f" {cosine:.2f}", class_="rl-info")
        for a, b, cosine in pairs
        if a != b
    ]
    return join([*same, *near], " ")


def near_words(part: TextEmbedding, query: str, key: str) -> list[tuple[str, str, float]]:
    """For each word of the query its nearest word of the key, with their cosine; best first."""
    a, b = (_words(part, value) for value in (query, key))
    if not a or not b:
        return []
    cosines = np.asarray(part.vectors(a) @ part.vectors(b).T)
    best = cosines.argmax(axis=1)
    pairs = [(a[i], b[j], float(cosines[i, j])) for i, j in enumerate(best)]
    near = [pair for pair in pairs if pair[2] >= NEAR]
    return sorted(near, key=lambda pair: -round(pair[2], 5))


def _words(part: TextEmbedding, value: str) -> list[str]:
    """The words that the encoder counts, each once."""
    words = dict.fromkeys(re.findall(r"\d+(?:[.,]\d+)+|\w\w+|\d", value.lower()))
    found = [word for word in words if word not in _STOP]
    empty = part.vectors(["", *found])
    return [w for w, cosine in zip(found, empty[1:] @ empty[0], strict=True) if cosine < 0.999]
