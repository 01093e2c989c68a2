"""How good a similarity is on its own: does it find what advises the right kind of action?

The pairs are labelled by what an expert does: two states are alike where the script that plays
the world well takes the same kind of action in both. A good similarity puts such pairs first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from rememberer_lite.envs.webshop.domain import PATTERN_TABLE, PATTERNS, pattern_of
from rememberer_lite.envs.wikihow.domain import WIKIHOW, elements
from rememberer_lite.experiments.controls import lot
from rememberer_lite.experiments.world import World
from rememberer_lite.index import Index
from rememberer_lite.similarity import (
    Part,
    PatternTable,
    Similarity,
    TagSequence,
    TextEmbedding,
    from_function,
)
from rememberer_lite.state import State

#: solved goals of the expert whose states are the keys, and those whose states are the queries
KEYS, QUERIES = 50, 50


class NamedTags(TagSequence):
    """f_o of wiki screens by tag and class ("p title"), where the paper compares tags alone."""

    _tag = re.compile(r'^\s*<([A-Za-z][^\s/>]*(?: class="[^"]*")?)', re.MULTILINE)


def shop_pattern(state: State) -> str:
    """The kind of a shop page; item pages in two: is there a group of options with none chosen?"""
    pattern = pattern_of(state)
    if pattern != "item":
        return pattern
    groups = re.findall(r"^[^\[\n]+ (\[.+\])$", state.observation, re.MULTILINE)
    return "item" if all("[[" in group for group in groups) else "open"


def richer(env: str, weight: float | None = None) -> Similarity:
    """A similarity that sees a little more of the page than the paper's, by hand."""
    weight = 0.5 if weight is None else weight
    if env == "webshop":
        size = len(PATTERNS) + 1
        table = np.zeros((size, size))
        table[:-1, :-1] = PATTERN_TABLE
        table[-1, -1], table[-1, 2], table[2, -1] = 1.0, 0.3, 0.3  # like item and sub page
        parts: tuple[Part, Part] = (
            TextEmbedding(),
            PatternTable(shop_pattern, (*PATTERNS, "open"), table),
        )
    else:
        parts = (WIKIHOW.similarity().parts[0], NamedTags())
    return Similarity(*parts, weight=weight)


def page_text(state: State) -> str:
    """What the page says, without its codes and numbers."""
    return re.sub(r"\S*\d\S*", " ", state.observation)


def similarity(env: str, place: World, name: str, weight: float | None) -> Similarity:
    """A similarity by its name: "domain", "richer", "page text" or "lot"."""
    if name == "richer":
        return richer(env, weight)
    if name == "page text":
        task = place.domain.similarity().parts[0]
        return Similarity(task, TextEmbedding(text=page_text), 0.5 if weight is None else weight)
    if name == "lot":
        return from_function(lot)
    return place.domain.similarity() if weight is None else place.domain.similarity(weight)


def kind_of_action(state: State, action: str) -> str:
    """What an action does, whatever it is done to: the label of a state in which it is right.

    >>> page = State("t", "", ("back to search", "< prev", "buy now", "red"))
    >>> kind_of_action(page, "click[red]"), kind_of_action(page, "click[buy now]")
    ('item: choose', 'item: buy now')
    """
    verb, thing = re.fullmatch(r"(\w+)[\[(]?(.*?)[\])]?", action, re.DOTALL).groups()  # type: ignore[union-attr]
    if verb == "search":
        return "search"
    if verb == "click":
        pattern = pattern_of(state)
        fixed = thing in {
            "buy now",
            "< prev",
            "next >",
            "back to search",
            "description",
            "features",
        }
        return f"{pattern}: {thing if fixed else 'choose'}"
    if verb not in {"CLICK", "INPUT"}:
        return action
    line = elements(state.observation)[int(thing.split(",")[0])]
    named = re.search(r'class="([^"]*)"', line)
    return f"{verb} {line.split()[0]} {named[1] if named else ''}"


def quality(place: World, how: Similarity) -> dict[str, float]:
    """Precision at 1 and 5, separation and AUC of a similarity on the expert's states.

    Returns:
        precision_1, precision_5: of the nearest (five) keys, how many bear the query's label;
        separation: mean f of equally labelled pairs − mean f of the others;
        auc: how often an equally labelled pair is the more similar one of two (ties count half).
    """
    long, test = place.goals["long"], place.goals["test"]
    keys = _labelled(place, long[:KEYS])
    queries = _labelled(place, test[:QUERIES])
    index = Index(how)
    for state, _ in keys:
        index.add(state)
    f = np.array([index.score(state)[0] for state, _ in queries])
    same = np.array([[a == b for _, b in keys] for _, a in queries])
    known = same.any(axis=1)  # a query whose kind of action no key has cannot be answered
    f, same = f[known], same[known]
    order = np.argsort(-f, axis=1, kind="stable")
    hits = np.take_along_axis(same, order, axis=1)
    return {
        "precision_1": float(hits[:, 0].mean()),
        "precision_5": float(hits[:, :5].mean()),
        "separation": float(f[same].mean() - f[~same].mean()),
        "auc": _auc(f[same], f[~same]),
        "pairs": float(f.size),
    }


def _labelled(place: World, goals: Sequence[int]) -> list[tuple[State, str]]:
    ways = (place.expert(goal) for goal in goals)
    return [(state, kind_of_action(state, action)) for way in ways for state, action in way]


def _auc(alike: Any, unlike: Any) -> float:
    """P(alike > unlike) + ½ P(alike = unlike), by ranks."""
    ordered = np.sort(unlike)
    below = np.searchsorted(ordered, alike, side="left")
    upto = np.searchsorted(ordered, alike, side="right")
    return float((below + upto).mean() / 2 / len(ordered))
