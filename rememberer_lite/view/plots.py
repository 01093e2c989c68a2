"""The figures: learning curves, ablations, values, similarities, the memory's growth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.episode import Episode
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import SettingError, State
from rememberer_lite.training import History, Interval, mean_interval, share_interval
from rememberer_lite.view.figure import COLOURS, HATCHES, Plot, look, new_figure, say
from rememberer_lite.view.records import short

#: episodes that the live curve looks back on
WINDOW = 10
_MEASURES = {"score": "Score (mean total reward)", "success_rate": "Success rate"}


def learning_curve(
    runs: History | Mapping[str, History | Sequence[History]],
    measure: str = "score",
    title: str | None = None,
) -> Plot:
    """The score or success rate of each epoch, with 95 % intervals.

    Args:
        runs: one history, or several under their names; several seeds of one name are averaged
            and their interval is that of the seeds' means.
        measure: "score" or "success_rate".
        title: the finding; by default first and last epoch in numbers.

    Raises:
        SettingError: where the measure has no such name.
    """
    if measure not in _MEASURES:
        raise SettingError(f"no measure {measure!r}: choose one of {', '.join(_MEASURES)}")
    named = runs if isinstance(runs, Mapping) else {runs.agent: runs}
    figure, axes = new_figure()
    readings, longest = [], 0
    for number, (name, histories) in enumerate(named.items()):
        several = [histories] if isinstance(histories, History) else list(histories)
        points = _epoch_intervals(several, measure)
        epochs = np.arange(1, len(points) + 1)
        longest = max(longest, len(points))
        means = np.array([p.mean for p in points])
        reach = np.array([[p.mean - p.low, p.high - p.mean] for p in points]).T
        reach = np.where(np.isfinite(reach), reach, 0.0)
        axes.errorbar(epochs, means, yerr=reach, capsize=4, label=name, **look(number))
        readings.append(
            f"{name} from {points[0]} in epoch 1 to {points[-1]} in epoch {len(points)}"
        )
    axes.set_xticks(range(1, longest + 1))
    axes.set_xlabel("Epoch")
    axes.set_ylabel(_MEASURES[measure])
    axes.legend(loc="best")
    what = "score" if measure == "score" else "success rate"
    say(axes, title or f"The {what}, epoch by epoch")
    return Plot(figure, f"Learning curve, {what} with 95 % interval: {'; '.join(readings)}.")


def _epoch_intervals(histories: Sequence[History], measure: str) -> list[Interval]:
    epochs = [history.epochs for history in histories]
    if len(histories) == 1:
        return [getattr(run, measure) for run in epochs[0]]
    count = min(map(len, epochs))
    return [mean_interval([getattr(run[i], measure).mean for run in epochs]) for i in range(count)]


def recent_success(episodes: Sequence[Episode]) -> list[tuple[int, Interval]]:
    """After each episode: its number, and the success rate of the last `WINDOW` episodes."""
    points = []
    for number in range(1, len(episodes) + 1):
        window = episodes[max(0, number - WINDOW) : number]
        points.append((number, share_interval(sum(e.solved for e in window), len(window))))
    return points


def success_curve(episodes: Sequence[Episode]) -> Plot:
    """The success rate of the last episodes as training goes on, with its 95 % interval."""
    if not episodes:
        raise SettingError("no episodes yet: train first, or pass history.episodes")
    points = recent_success(episodes)
    numbers = [number for number, _ in points]
    figure, axes = new_figure()
    axes.fill_between(
        numbers, [p.low for _, p in points], [p.high for _, p in points],
        color=COLOURS[0], alpha=0.2, label="95 % interval",
    )  # fmt: skip
    axes.plot(numbers, [p.mean for _, p in points], label=f"last {WINDOW} episodes", **look(0))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("Episodes learnt")
    axes.set_ylabel("Success rate")
    axes.legend(loc="best")
    say(axes, f"Success rate after {len(episodes)} episodes: {points[-1][1].mean:.2f}")
    return Plot(figure, f"Success rate of the last {min(WINDOW, len(episodes))} of "
                        f"{len(episodes)} episodes: {points[-1][1]}.")  # fmt: skip


def ablation_bars(
    results: Mapping[str, Interval], label: str = "Score", title: str | None = None
) -> Plot:
    """One bar for each variant, with its interval.

    Args:
        results: name → Interval, such as `evaluation.score` or `evaluation.success_rate`.
        label: what is measured, with its unit.
        title: the finding; by default best and worst in numbers.
    """
    if not results:
        raise SettingError("no results to draw: pass a mapping from names to intervals")
    names = list(results)
    figure, axes = new_figure(height=1.2 + 0.45 * len(names))
    for place, name in enumerate(names):
        interval = results[name]
        reach = [[interval.mean - interval.low], [interval.high - interval.mean]]
        axes.barh(
            place, interval.mean, xerr=np.where(np.isfinite(reach), reach, 0.0), capsize=4,
            color=COLOURS[place % len(COLOURS)], hatch=HATCHES[place % len(HATCHES)],
            edgecolor="white", ecolor="black",
        )  # fmt: skip
    axes.set_yticks(range(len(names)), [short(name, 40) for name in names])
    axes.invert_yaxis()
    axes.set_xlabel(f"{label}, with 95 % interval")
    best = max(names, key=lambda name: results[name].mean)
    worst = min(names, key=lambda name: results[name].mean)
    say(axes, title or f"Highest: {short(best, 40)} ({results[best].mean:.2f})")
    said = "; ".join(f"{name} {results[name]}" for name in names)
    return Plot(figure, f"{label} with 95 % interval, highest {best}, lowest {worst}: {said}.")


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
    states: Sequence[State], similarity: Similarity, labels: Sequence[str] | None = None
) -> Plot:
    """How alike every two of some states are.

    Args:
        states: rows (queries) and columns (keys), in order.
        similarity: compares them.
        labels: their names; by default the beginning of their tasks.
    """
    if len(states) < 2:
        raise SettingError("a matrix needs at least two states")
    names = list(labels) if labels is not None else [short(s.task, 24) for s in states]
    if len(names) != len(states):
        raise SettingError(f"{len(states)} states need {len(states)} labels, not {len(names)}")
    grid = np.array([[similarity(a, b).similarity for b in states] for a in states])
    plot = _grid(grid, names, names, "similarity")
    say(plot.axes, "How alike the states are")
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


def memory_growth(history: History, capacity: int | None = None) -> Plot:
    """How many different states and actions training has met, episode by episode.

    Args:
        history: from `train`.
        capacity: a line is drawn at the memory's limit, if it has one.
    """
    if not history.episodes:
        raise SettingError("this history holds no episodes: train first")
    states: set[State] = set()
    pairs: set[tuple[State, str]] = set()
    counts = []
    for episode in history.episodes:
        for step in episode.steps:
            if step.action is not None:
                states.add(step.state)
                pairs.add((step.state, step.action))
        counts.append((len(states), len(pairs)))
    numbers = range(1, len(counts) + 1)
    figure, axes = new_figure()
    every = max(1, len(counts) // 10)
    axes.plot(numbers, [s for s, _ in counts], label="states", markevery=every, **look(0))
    axes.plot(numbers, [p for _, p in counts], label="state–action pairs", markevery=every,
              **look(1))  # fmt: skip
    if capacity is not None:
        axes.axhline(capacity, color="black", linestyle=":", label=f"capacity {capacity}")
    axes.set_xlabel("Episodes learnt")
    axes.set_ylabel("Different ones met")
    axes.legend(loc="best")
    say(axes, f"{counts[-1][0]} states met in {len(counts)} episodes")
    return Plot(figure, f"Memory growth: after {len(counts)} episodes {counts[-1][0]} different "
                        f"states and {counts[-1][1]} different state–action pairs.")  # fmt: skip
