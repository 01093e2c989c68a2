"""The figures: learning curves, ablations, the memory's growth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rememberer_lite.episode import Episode
from rememberer_lite.run import History, Interval, mean_interval, share_interval
from rememberer_lite.state import SettingError, State
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
        title: the finding; by default the last epoch's value.

    Raises:
        SettingError: where the measure has no such name.
    """
    if measure not in _MEASURES:
        raise SettingError(f"no measure {measure!r}: choose one of {', '.join(_MEASURES)}")
    named = runs if isinstance(runs, Mapping) else {runs.agent: runs}
    figure, axes = new_figure()
    readings, longest, last = [], 0, {}
    for number, (name, histories) in enumerate(named.items()):
        several = [histories] if isinstance(histories, History) else list(histories)
        points = _epoch_intervals(several, measure)
        epochs = np.arange(1, len(points) + 1)
        longest, last[name] = max(longest, len(points)), points[-1].mean
        means = np.array([p.mean for p in points])
        reach = np.array([_reach(point) for point in points]).T
        axes.errorbar(epochs, means, yerr=reach, capsize=4, label=name, **look(number))
        readings.append(
            f"{name} from {points[0]} in epoch 1 to {points[-1]} in epoch {len(points)}"
        )
    axes.set_xticks(range(1, longest + 1))
    axes.set_xlabel("Epoch")
    axes.set_ylabel(_MEASURES[measure])
    axes.legend(loc="best")
    what = "score" if measure == "score" else "success rate"
    best = max(last, key=lambda name: last[name])
    highest = "" if len(last) == 1 else f", highest for {short(best, 40)}"
    say(axes, title or f"{what.capitalize()} after {longest} epochs: {last[best]:.2f}{highest}")
    return Plot(figure, f"Learning curve, {what} with 95 % interval: {'; '.join(readings)}.")


def _reach(interval: Interval) -> tuple[float, float]:
    """How far an interval reaches down and up; nothing is drawn where it has no end."""
    below, above = interval.mean - interval.low, interval.high - interval.mean
    # a mean of 0 may lie a rounding error below its own interval
    return (
        max(below, 0.0) if math.isfinite(below) else 0.0,
        max(above, 0.0) if math.isfinite(above) else 0.0,
    )


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
        axes.barh(
            place, interval.mean, xerr=np.array([_reach(interval)]).T, capsize=4,
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
