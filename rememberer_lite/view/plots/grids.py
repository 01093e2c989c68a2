"""The figure with numbers in a grid: how alike states are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rememberer_lite.similarity import Similarity
from rememberer_lite.state import SettingError, State
from rememberer_lite.text import short
from rememberer_lite.view.plots.figure import FONT, Plot, new_figure, say

#: from barely to wholly alike; the cells have their own ground, in any theme
PALE, FULL = "#f6efe6", "#b04a00"


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
        title: the finding, if there is one.
    """
    from matplotlib.colors import LinearSegmentedColormap

    if len(states) < 2:
        raise SettingError("a matrix needs at least two states")
    numbered = [f"{i} {short(state.task, 24)}" for i, state in enumerate(states, start=1)]
    names = numbered if labels is None else list(labels)
    if len(names) != len(states):
        raise SettingError(f"{len(states)} states need {len(states)} labels, not {len(names)}")
    grid = np.array([[similarity(a, b).similarity for b in states] for a in states])
    figure, axes = new_figure(2.2 + 0.72 * len(names), 1.5 + 0.36 * len(names))
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    ramp = LinearSegmentedColormap.from_list("alike", [PALE, FULL])
    axes.pcolormesh(grid, cmap=ramp, vmin=0.0, vmax=1.0, edgecolors="white", linewidth=1.5)
    for i, j in np.ndindex(grid.shape):
        axes.text(j + 0.5, i + 0.5, f"{grid[i, j]:.2f}", ha="center", va="center",
                  color="white" if grid[i, j] > 0.75 else "#2b1a0c")  # fmt: skip
    axes.invert_yaxis()
    places = np.arange(len(names)) + 0.5
    axes.set_yticks(places, names, fontsize=FONT, parse_math=False)
    axes.set_xticks(places, names, fontsize=FONT, rotation=30, ha="right", parse_math=False)
    axes.tick_params(length=0)
    finding = title or "How alike the states are"
    say(axes, finding)
    apart = grid.copy()
    np.fill_diagonal(apart, -np.inf)
    i, j = np.unravel_index(int(np.argmax(apart)), apart.shape)
    reading = (
        f"{finding}. Similarity of {len(states)} states; the most alike of different ones are "
        f"{names[i]} and {names[j]} with {grid[i, j]:.3f}."
    )
    rows = [(name, *map(float, row)) for name, row in zip(names, grid, strict=True)]
    return Plot(figure, reading, ("similarity", *names), rows)
