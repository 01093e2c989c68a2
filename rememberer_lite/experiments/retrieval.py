"""How good a similarity is on its own: does it find what advises the right kind of action?

The pairs are labelled by what an expert does: two states belong together if the script that plays
the world well takes the same kind of action in both. A good similarity ranks such pairs first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.experiments.conditions import SimilarityName
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.measures import Measures
from rememberer_lite.experiments.perturbations import unrelated
from rememberer_lite.experiments.place import Place
from rememberer_lite.memory.index import Index
from rememberer_lite.similarity import (
    Similarity,
    TagSequence,
    TextEmbedding,
    from_function,
)
from rememberer_lite.state import State

#: solved goals of the expert whose states are the keys, and those whose states are the queries
KEYS, QUERIES = 50, 50


class NamedTags(TagSequence):
    """f_o of wiki screens by tag and class ("p title"); the paper compares only tags."""

    _tag = re.compile(r'^[^\S\n]*<([A-Za-z][^\s/>]*(?: class="[^"]*")?)', re.MULTILINE)


def richer(world: str, weight: float | None = None) -> Similarity:
    """A hand-made similarity that sees a little more of the page than the paper's."""
    weight = 0.5 if weight is None else weight
    if world == "webshop":
        return WEBSHOP.similarity(weight, options_open=True)
    if world == "wikihow":
        return Similarity(WIKIHOW.similarity().parts[0], NamedTags(), weight)
    raise ExperimentError(
        f"no richer similarity was made for {world!r}: leave out the conditions that ask for it"
    )


def page_text(state: State) -> str:
    """What the page says, without its codes and numbers."""
    return re.sub(r"(?<!\S)\S*?\d\S*", " ", state.observation)


def similarity(place: Place, name: SimilarityName, weight: float | None) -> Similarity:
    """A similarity by its name."""
    match name:
        case "domain":
            return place.domain.similarity() if weight is None else place.domain.similarity(weight)
        case "richer":
            return richer(place.world.name, weight)
        case "page text":
            task = place.domain.similarity().parts[0]
            words = TextEmbedding(text=page_text)
            return Similarity(task, words, 0.5 if weight is None else weight)
        case "random":
            return from_function(unrelated)


def quality(place: Place, measure: Similarity) -> Measures:
    """Precision at 1 and 5, separation and AUC of a similarity on the expert's states.

    Returns:
        precision_1, precision_5: the share of the nearest (five) keys that have the query's label;
        separation: mean f of equally labelled pairs − mean f of the others;
        auc: how often an equally labelled pair is more similar than another (ties count half).
    """
    keys = _labelled(place, place.goals("long")[:KEYS])
    queries = _labelled(place, place.goals("test")[:QUERIES])
    index = Index(measure)
    for state, _ in keys:
        index.add(state)
    f = np.array([index.score(state)[0] for state, _ in queries])
    same = np.array([[a == b for _, b in keys] for _, a in queries])
    known = same.any(axis=1)  # a query needs a key with the same kind of action
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


def _labelled(place: Place, goals: Sequence[int]) -> list[tuple[State, str]]:
    """The states of the goals that the expert solves, each with its kind of action."""
    walks = (place.walk(goal) for goal in goals)
    pairs = (pair for walk in walks if walk.solved for pair in walk.pairs)
    return [(state, place.domain.kind(state, action)) for state, action in pairs]


def _auc(alike: NDArray[np.float64], unlike: NDArray[np.float64]) -> float:
    """P(alike > unlike) + ½ P(alike = unlike), by ranks."""
    ordered = np.sort(unlike)
    below = np.searchsorted(ordered, alike, side="left")
    upto = np.searchsorted(ordered, alike, side="right")
    return float((below + upto).mean() / 2 / len(ordered))
