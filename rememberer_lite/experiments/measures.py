"""What is measured in one cell of an experiment, and the form of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, cast


class Measures(TypedDict, total=False):
    """The numbers of a cell; each kind of condition has some of them."""

    # the training
    train_calls: int
    train_tokens: int
    train_seconds: float
    records: int
    updates: int
    evicted: int
    q_variance: float | None
    # the test
    success: float
    score: float
    steps: float
    exemplars: float
    calls: int
    failed_replies: int
    prompt_tokens: int
    completion_tokens: int
    # a similarity on its own
    precision_1: float
    precision_5: float
    separation: float
    auc: float
    pairs: float
    # processor time: never exactly repeatable
    seconds: float


#: the names of all measures
NAMES = tuple(Measures.__annotations__)


class _Place(TypedDict):
    seed: int
    condition: str


class Cell(_Place, Measures, total=False):
    """One condition with one seed: its measures, or the error that it ended with."""

    error: str


def value(cell: Cell, measure: str) -> float | None:
    """The value of a measure; None if the cell does not have it.

    >>> value({"seed": 0, "condition": "none", "success": 0.5}, "success")
    0.5
    """
    return cast("Mapping[str, float | None]", cell).get(measure)


def failed(cell: Cell) -> bool:
    """Whether the cell ended with an error; the next run then computes it again."""
    return "error" in cell


def spent(cell: Cell, training: bool = True) -> tuple[int, int]:
    """(calls, tokens) of one cell, with or without those of its training."""
    calls = cell.get("calls", 0)
    tokens = cell.get("prompt_tokens", 0) + cell.get("completion_tokens", 0)
    if training:
        calls += cell.get("train_calls", 0)
        tokens += cell.get("train_tokens", 0)
    return calls, tokens
