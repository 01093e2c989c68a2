"""The episodes of a training or an evaluation, one row each."""

from __future__ import annotations

from rememberer_lite.training import Evaluation, History
from rememberer_lite.view.html.markup import Html, table, tag
from rememberer_lite.view.html.record_tables import ROWS, counted
from rememberer_lite.view.html.style import meter, view


def run_html(run: History | Evaluation, limit: int = ROWS) -> Html:
    """What was played, and how it ended.

    Args:
        run: from `train` or `evaluate`.
        limit: how many episodes at most, the last ones; the rest is counted.
    """
    kind = "Training" if isinstance(run, History) else "Evaluation"
    title = f"{kind}: {counted(len(run.episodes), 'episode')}"
    if not run.episodes:
        return view(tag("p", "Nothing was played."), title=title)
    first = max(0, len(run.episodes) - limit)
    learns = isinstance(run, History)
    rows = [
        [
            str(number),
            *([str(e.epoch + 1)] if learns else []),
            str(e.goal),
            e.steps,
            float(e.total_reward),
            meter(e.total_reward, f"reward {e.total_reward:.3f}"),
            "✓" if e.solved else "✗",
        ]
        for number, e in enumerate(run.outlines[first:], start=first + 1)
    ]
    header = ["Episode", *(["Epoch"] if learns else []), "Goal", "Steps", "Reward", "0 to 1",
              "Solved"]  # fmt: skip
    before = [tag("p", f"{first} earlier episodes are not listed.")] if first else []
    return view(
        tag("p", f"Success {run.success_rate}, score {run.score} (95 % intervals)"),
        *before,
        table("The episodes", header, rows),
        title=title,
    )
