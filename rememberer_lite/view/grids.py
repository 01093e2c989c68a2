"""The figures with numbers in a grid: Q values and similarities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import SettingError, State
from rememberer_lite.view.figure import Plot, new_figure, say
from rememberer_lite.view.records import short


def q_heatmap(memory: ExperienceMemory, states: int = 12, actions: int = 10) -> Plot:
    """The Q values over states (rows) and actions (columns); an empty cell was never tried.

    Args:
        memory: its most visited records and its most tried actions are shown.
        states: how many rows at most.
        actions: how many columns at most.
    """
    records = sorted(memory, key=lambda r: (-r.visits, r.id))[:states]
    if not records:
        raise SettingError("the memory is empty: there are no values to draw")
    counts: dict[str, int] = {}
    for record in records:
        for action, value in record.actions.items():
            counts[action] = counts.get(action, 0) + value.visits
    columns = sorted(counts, key=lambda action: (-counts[action], action))[:actions]
    grid = np.array(
        [[r.actions[a].q if a in r.actions else math.nan for a in columns] for r in records]
    )
    rows = [f"#{r.id} {short(r.state.task, 28)}" for r in records]
    plot = _grid(grid, rows, [short(action, 22) for action in columns], "Q")
    plot.axes.set_xlabel("Action")
    plot.axes.set_ylabel("Record and its task")
    known = grid[~np.isnan(grid)]
    highest = np.unravel_index(np.nanargmax(grid), grid.shape)
    say(plot.axes, "What each action is worth in each state")
    plot.reading = (
        f"Q values of {len(rows)} states and {len(columns)} actions, {len(known)} of "
        f"{grid.size} tried, from {known.min():.3f} to {known.max():.3f}; the highest is "
        f"{short(columns[highest[1]], 40)} in record #{records[highest[0]].id}."
    )
    return plot


def similarity_matrix(
    states: Sequence[State],
    similarity: Similarity,
    labels: Sequence[str] | None = None,
    title: str | None = None,
) -> Plot:
    """How alike every two of some states are.

    Args:
        states: rows (queries) and columns (keys), in order.
        similarity: compares them.
        labels: their names; by default their number and the beginning of the task.
        title: the finding, where there is one.
    """
    if len(states) < 2:
        raise SettingError("a matrix needs at least two states")
    numbered = [f"{i} {short(state.task, 24)}" for i, state in enumerate(states, start=1)]
    names = numbered if labels is None else list(labels)
    if len(names) != len(states):
        raise SettingError(f"{len(states)} states need {len(states)} labels, not {len(names)}")
    grid = np.array([[similarity(a, b).similarity for b in states] for a in states])
    plot = _grid(grid, names, names, "similarity")
    say(plot.axes, title or "How alike the states are")
    apart = grid.copy()
    np.fill_diagonal(apart, -np.inf)
    i, j = np.unravel_index(int(np.argmax(apart)), apart.shape)
    plot.reading = (
        f"Similarity of {len(states)} states; the most alike of different ones are "
        f"{names[i]} and {names[j]} with {grid[i, j]:.3f}."
    )
    return plot


def _grid(grid: NDArray[Any], rows: Sequence[str], columns: Sequence[str], unit: str) -> Plot:
    """A table of colours (cividis) with its numbers written in."""
    figure, axes = new_figure(2.6 + 0.75 * len(columns), 1.9 + 0.36 * len(rows))
    axes.grid(False)
    axes.set_facecolor("#e6e6e6")
    image = axes.imshow(grid, cmap="cividis", aspect="auto")
    low, high = image.get_clim()
    for i, j in np.ndindex(grid.shape):
        if not math.isnan(grid[i, j]):
            bright = high > low and (grid[i, j] - low) / (high - low) > 0.55
            axes.text(j, i, f"{grid[i, j]:.2f}", ha="center", va="center", fontsize=8,
                      color="black" if bright else "white")  # fmt: skip
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_xticks(range(len(columns)), columns, rotation=30, ha="right", fontsize=8)
    figure.colorbar(image, ax=axes, label=unit)
    return Plot(figure, unit)
