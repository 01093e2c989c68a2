"""Many cells: computed, kept in one file, and summed up in a table with intervals."""

from __future__ import annotations

import json
import platform
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rememberer_lite.experiments.cells import Condition, ExperimentError, run_cell
from rememberer_lite.experiments.plans import Plan
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.run import Interval, mean_interval
from rememberer_lite.storage import write_whole

FORMAT = "rememberer-lite experiment 1"


def run(
    plan: Plan,
    env: str,
    seeds: Sequence[int],
    out: str | Path | None = None,
    jobs: int = 1,
    progress: bool = True,
) -> dict[str, Any]:
    """Compute the cells that are missing, seed by seed, and keep the file up to date.

    Args:
        plan: the grid.
        env: "webshop" or "wikihow".
        seeds: one shop or site each.
        out: the result file; read first where it exists, and written after each seed.
        jobs: processes.
        progress: show a tqdm bar.

    Raises:
        ExperimentError: where `out` holds another experiment.
    """
    from joblib import Parallel, delayed

    result = _open(plan, env, out)
    known = {(cell["seed"], cell["condition"]) for cell in result["cells"] if "error" not in cell}
    result["cells"] = [cell for cell in result["cells"] if "error" not in cell]
    todo = [
        (seed, missing)
        for seed in seeds
        if (missing := [c for c in plan.conditions if (seed, c.name) not in known])
    ]
    work = Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(_run_seed)(env, seed, missing) for seed, missing in todo
    )
    for cells in tqdm(work, total=len(todo), desc=plan.name, unit="seed", disable=not progress):
        result["cells"] += cells
        result["cells"].sort(key=lambda cell: cell["seed"])  # whatever ended first
        if out is not None:
            write_whole(out, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return result


def _run_seed(env: str, seed: int, conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    cells = []
    for condition in conditions:
        try:
            cells.append(run_cell(env, seed, condition))
        except Exception:  # a failed cell says why and does not sink the others
            error = traceback.format_exc(limit=-2)
            cells.append({"seed": seed, "condition": condition.name, "error": error})
    return cells


def _open(plan: Plan, env: str, out: str | Path | None) -> dict[str, Any]:
    fresh = {
        "format": FORMAT,
        "plan": plan.name,
        "env": env,
        "model": OfflineLLM().model,
        "reference": plan.reference,
        "conditions": [asdict(condition) for condition in plan.conditions],
        "versions": {name: version(name) for name in ("rememberer-lite", "numpy", "rapidfuzz")},
        "python": platform.python_version(),
        "cells": [],
    }
    if out is None or not Path(out).exists():
        return fresh
    try:
        old: dict[str, Any] = json.loads(Path(out).read_text(encoding="utf-8"))
        same = all(old[key] == fresh[key] for key in ("format", "plan", "env", "conditions"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExperimentError(f"{out} is no result file ({error}): choose another --out") from error
    if not same:
        raise ExperimentError(f"{out} holds another experiment: choose another --out, or remove it")
    return old


@dataclass(frozen=True, slots=True)
class Row:
    """One condition over its seeds, and its difference to the reference, seed by seed."""

    condition: str
    seeds: int
    success: Interval
    score: Interval
    difference: Interval | None  # reference − this, in success; None for the reference itself
    score_difference: Interval | None


def table(result: dict[str, Any], reference: str | None = None) -> list[Row]:
    """The rows of a result, in the plan's order; conditions without cells are left out.

    Intervals are Student's, over seeds; differences are paired by seed.

    Args:
        result: what `run` returned, or its file read again.
        reference: the condition to compare with; None: the plan's.
    """
    reference = reference or result["reference"]
    names = [condition["name"] for condition in result["conditions"]]
    if reference not in names:
        raise ExperimentError(f"no condition {reference!r}: choose one of {', '.join(names)}")
    cells = {(c["condition"], c["seed"]): c for c in result["cells"] if "error" not in c}
    rows = []
    for name in names:
        mine = {seed: cell for (condition, seed), cell in cells.items() if condition == name}
        if not mine:
            continue
        pairs = [
            (cells[reference, seed], cell)
            for seed, cell in mine.items()
            if (reference, seed) in cells and name != reference
        ]
        gaps = [
            mean_interval([a[key] - b[key] for a, b in pairs]) if pairs else None
            for key in ("success", "score")
        ]
        success, score = (
            mean_interval([c[key] for c in mine.values()]) for key in ("success", "score")
        )
        rows.append(Row(name, len(mine), success, score, gaps[0], gaps[1]))
    return rows


def as_text(result: dict[str, Any], reference: str | None = None) -> str:
    """The table as text: means and 95 % intervals, and the reference minus each row."""

    def show(interval: Interval | None, sign: str = "") -> str:
        if interval is None:
            return "–"
        return f"{interval.mean:{sign}.3f} ± {interval.high - interval.mean:.3f}"

    head = ("condition", "seeds", "success", "score", "reference − this", "in score")
    lines: list[tuple[str, ...]] = []
    for row in table(result, reference):
        line = [row.condition, str(row.seeds), show(row.success), show(row.score)]
        lines.append((*line, show(row.difference, "+"), show(row.score_difference, "+")))
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    text = [
        f"{result['plan']} on {result['env']}, model {result['model']}; ± is 95 %, over seeds",
        f"reference: {reference or result['reference']}",
    ]
    for cells in (head, *lines):
        text.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))
    failed = [c for c in result["cells"] if "error" in c]
    text += [f"failed: {c['condition']}, seed {c['seed']}: {c['error']}" for c in failed]
    return "\n".join(line.rstrip() for line in text)
