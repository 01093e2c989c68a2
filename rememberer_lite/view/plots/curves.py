"""The curve of learning: success on goals that the agent never meets, while it trains."""

from __future__ import annotations

from collections.abc import Mapping

from rememberer_lite.training import Interval
from rememberer_lite.training.unseen import Unseen
from rememberer_lite.view.plots.figure import ACCENT, FONT, INK, Plot, name_ends, new_figure, say
from rememberer_lite.view.plots.forest import distinguished


def success_curve(unseen: Unseen, levels: Mapping[str, Interval] | None = None) -> Plot:
    """Success on goals never met, over the training's turns; the axes are fixed from the start.

    Args:
        unseen: measures while the agent trains; may be unfinished.
        levels: name → what others reach on the same goals, drawn as level lines.
    """
    points = [(m.place, m.evaluation.success_rate) for m in unseen.measured]
    places = [place for place, _ in points]
    figure, axes = new_figure()
    one = unseen.total // unseen.epochs
    for epoch in range(unseen.epochs):
        if epoch % 2:
            axes.axvspan(epoch * one, (epoch + 1) * one, color=INK, alpha=0.09, linewidth=0)
        axes.annotate(
            f"epoch {epoch + 1}", ((epoch + 0.5) * one, 1.0), xytext=(0, -3), ha="center", va="top",
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", fontsize=FONT - 1,
        )  # fmt: skip
    axes.fill_between(
        places, [i.low for _, i in points], [i.high for _, i in points],
        color=ACCENT, alpha=0.2, linewidth=0,
    )  # fmt: skip
    axes.plot(places, [i.mean for _, i in points], "o-", color=ACCENT, label="success")
    axes.set_xlim(0, max(1, unseen.total))
    axes.set_ylim(0, 1)
    axes.margins(x=0)
    before, now = points[0][1], points[-1][1]
    ends = {f"now {now.mean:.2f}": now.mean}
    compared = {"before training": before, **(levels or {})}
    for name, interval in compared.items():
        axes.axhline(interval.mean, color=INK, linewidth=1, linestyle=(0, (1, 2)))
        ends[f"{name} {interval.mean:.2f}"] = interval.mean
    finding = _finding(unseen)
    say(
        axes,
        finding,
        "Training goals gone through",
        f"Success on {len(unseen.goals)} goals never met",
    )
    name_ends(axes, ends, [f"now {now.mean:.2f}"])
    rows = [
        (f"{m.place}", f"{m.played}", *_three(m.evaluation.success_rate)) for m in unseen.measured
    ]
    said = f"Success {before} before training, {now} after {places[-1]} of {unseen.total} turns"
    header = ("goals gone through", "episodes played", "success", "low", "high")
    return Plot(figure, f"{finding}. {said}.", header, rows)


def _finding(unseen: Unseen) -> str:
    first, last = (unseen.measured[i].evaluation.success_rate.mean for i in (0, -1))
    if len(unseen.measured) == 1:
        return f"Before training: {first:.2f} of the goals never met are solved"
    gain = unseen.gain
    if not distinguished(gain):
        return f"From {first:.2f} to {last:.2f} on goals never met: no gain can be distinguished"
    way = "rises" if gain.mean > 0 else "falls"
    return f"Success on goals never met {way} from {first:.2f} to {last:.2f}"


def _three(interval: Interval) -> tuple[float, float, float]:
    return interval.mean, interval.low, interval.high
