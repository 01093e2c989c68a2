"""A result: all cells of an experiment in one readable file, and the table that sums them up."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rememberer_lite.experiments.cells import Condition
from rememberer_lite.experiments.plans import Plan
from rememberer_lite.experiments.world import ExperimentError
from rememberer_lite.run import Interval, mean_interval
from rememberer_lite.storage import write_whole

FORMAT = "rememberer-lite experiment 2"

Result = dict[str, Any]


def empty(plan: Plan, env: str, model: str) -> Result:
    """The head of a result, without cells: the whole configuration, and the versions."""
    if env not in plan.conditions:
        raise ExperimentError(
            f"{plan.name} has no conditions for {env!r}: choose {' or '.join(plan.conditions)}"
        )
    head = {
        "format": FORMAT,
        "command": f"rememberer-lite experiment {plan.name} --env {env}",
        "plan": plan.name,
        "question": plan.question,
        "env": env,
        "model": model,
        "reference": plan.reference,
        "measures": plan.measures,
        "also": plan.also,
        "versions": {name: version(name) for name in ("rememberer-lite", "numpy", "rapidfuzz")},
        "python": platform.python_version(),
        "conditions": [asdict(condition) for condition in plan.conditions[env]],
        "cells": [],
    }
    plain: Result = json.loads(json.dumps(head))  # as it comes back from a file
    return plain


def save(result: Result, path: str | Path) -> None:
    """Write a result: whole or not at all, one line for each condition and each cell."""
    lines = []
    for key, value in result.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"  {_dump(entry)}" for entry in value)
            lines.append(f" {_dump(key)}: [\n{inner}\n ]")
        else:
            lines.append(f" {_dump(key)}: {_dump(value)}")
    write_whole(path, "{\n" + ",\n".join(lines) + "\n}\n")


def _dump(value: object) -> str:
    if isinstance(value, dict):  # shares and means need no more digits
        value = {k: round(v, 6) if isinstance(v, float) else v for k, v in value.items()}
    return json.dumps(value, ensure_ascii=False)


def load(path: str | Path) -> Result:
    """Read a result again.

    Raises:
        ExperimentError: where the file is no result.
    """
    try:
        result: Result = json.loads(Path(path).read_text(encoding="utf-8"))
        if result["format"] != FORMAT:
            raise ValueError(f"its format is {result['format']!r}")
        _ = result["cells"], result["conditions"], result["plan"], result["env"], result["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExperimentError(
            f"{path} is no result of an experiment ({error!r}): choose another file"
        ) from error
    return result


def resume(path: str | Path, fresh: Result) -> Result:
    """The result in the file, to go on with; `fresh` where there is none.

    Raises:
        ExperimentError: where the file is no result, or that of another experiment.
    """
    if not Path(path).exists():
        return fresh
    old = load(path)
    if any(old[key] != fresh[key] for key in ("plan", "env", "model", "conditions")):
        raise ExperimentError(
            f"{path} holds another experiment: choose another --out, or remove it"
        )
    return old


@dataclass(frozen=True, slots=True)
class Row:
    """One condition over its seeds.

    Attributes:
        condition: its name.
        seeds: how many.
        means: measure → mean over the seeds with its 95 % interval.
        differences: measure → this − reference, paired by seed; {} for the reference itself.
        reference: the name of the condition that it is compared with.
        calls, tokens: what one seed cost on average, training and test together.
    """

    condition: str
    seeds: int
    means: Mapping[str, Interval]
    differences: Mapping[str, Interval]
    reference: str
    calls: float = 0.0
    tokens: float = 0.0

    @property
    def success(self) -> Interval:
        """The success rate."""
        return self.means["success"]

    @property
    def difference(self) -> Interval | None:
        """In the plan's first measure: this − reference; None for the reference itself."""
        return next(iter(self.differences.values()), None)


def table(result: Result, reference: str | None = None) -> list[Row]:
    """The rows of a result, in the plan's order; conditions without cells are left out.

    Intervals are Student's, over seeds; differences are paired by seed.

    Args:
        result: what `run` returned, or its file read again.
        reference: the condition to compare with; None: the one that each row names.
    """
    names = [condition["name"] for condition in result["conditions"]]
    if reference is not None and reference not in names:
        raise ExperimentError(f"no condition {reference!r}: choose one of {', '.join(names)}")
    cells = {(c["condition"], c["seed"]): c for c in result["cells"] if "error" not in c}
    rows = []
    for condition in result["conditions"]:
        name = condition["name"]
        other = reference or condition["against"] or result["reference"]
        mine = {seed: cell for (of, seed), cell in cells.items() if of == name}
        if not mine:
            continue
        differences = {
            measure: paired(result, name, other, measure)
            for measure in result["measures"]
            if name != other and any((other, seed) in cells for seed in mine)
        }
        means = {
            measure: mean_interval(values)
            for measure in (*result["measures"], *result["also"])
            if (values := [c[measure] for c in mine.values() if c.get(measure) is not None])
        }
        spent = [_spent(cell) for cell in mine.values()]
        calls, tokens = (sum(part) / len(mine) for part in zip(*spent, strict=True))
        rows.append(Row(name, len(mine), means, differences, other, calls, tokens))
    return rows


def paired(result: Result, one: str, other: str, measure: str = "success") -> Interval:
    """The difference one − other of two conditions, paired by seed.

    Raises:
        ExperimentError: where the two have no seed in common.
    """
    values = {(c["condition"], c["seed"]): c[measure] for c in result["cells"] if measure in c}
    gaps = [
        a - values[other, s] for (of, s), a in values.items() if of == one and (other, s) in values
    ]
    if not gaps:
        raise ExperimentError(f"{one!r} and {other!r} have no seed in common")
    return mean_interval(gaps)


def show(interval: Interval | None, sign: str = "") -> str:
    """ "0.473 ± 0.028", or "–" where there is nothing; large numbers without decimals."""
    if interval is None:
        return "–"
    digits = 0 if abs(interval.mean) >= 100 else 1 if abs(interval.mean) >= 10 else 3
    half = interval.high - interval.mean
    return f"{interval.mean:{sign},.{digits}f} ± {half:,.{digits}f}"


def columns(result: Result, reference: str | None = None) -> tuple[list[str], list[list[str]]]:
    """Head and body of the table as texts."""
    measures, also = result["measures"], result["also"]
    first = measures[0]
    head = ["condition", "seeds", *measures, f"{first}: this − reference", "reference", *also]
    head += ["calls", "tokens"]
    body = [
        [
            row.condition,
            str(row.seeds),
            *(show(row.means.get(measure)) for measure in measures),
            show(row.difference, "+"),
            row.reference if row.differences else "–",
            *(show(row.means.get(measure)) for measure in also),
            f"{row.calls:,.0f}",
            f"{row.tokens:,.0f}",
        ]
        for row in table(result, reference)
    ]
    return head, body


def as_text(result: Result, reference: str | None = None) -> str:
    """The table as text, then what failed and what it cost."""
    head, body = columns(result, reference)
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    text = [f"{result['plan']} on {result['env']}, model {result['model']}; ± is 95 %, over seeds"]
    for cells in (head, *body):
        text.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))
    failed = [c for c in result["cells"] if "error" in c]
    text += [f"failed: {c['condition']}, seed {c['seed']}: {c['error']}" for c in failed]
    calls, tokens = cost(result)
    if calls:
        text.append(f"cost: {calls:,} calls of the model, {tokens:,} tokens")
    return "\n".join(line.rstrip() for line in text)


def cost(result: Result) -> tuple[int, int]:
    """(calls, tokens) of all cells; a training that several conditions share is counted once."""
    kinds = {c["name"]: _training(c) for c in result["conditions"]}
    trained: set[tuple[int, str]] = set()
    calls = tokens = 0
    for cell in result["cells"]:
        key = cell["seed"], kinds.get(cell["condition"], "")
        more_calls, more_tokens = _spent(cell, training=key not in trained)
        trained.add(key)
        calls, tokens = calls + more_calls, tokens + more_tokens
    return calls, tokens


def _spent(cell: Mapping[str, Any], training: bool = True) -> tuple[int, int]:
    """(calls, tokens) of one cell, with or without those of its training."""
    calls = cell.get("calls", 0)
    tokens = cell.get("prompt_tokens", 0) + cell.get("completion_tokens", 0)
    if training:
        calls += cell.get("train_calls", 0)
        tokens += cell.get("train_tokens", 0)
    return calls, tokens


def _training(condition: Mapping[str, Any]) -> str:
    """What `Condition.training` says, for a condition as it stands in a file."""
    return Condition(**condition).training


def missing(
    result: Result, plan: Plan, seeds: Iterable[int]
) -> Sequence[tuple[int, tuple[Any, ...]]]:
    """(seed, conditions that have no cell yet), those together that share a training."""
    known = {(cell["seed"], cell["condition"]) for cell in result["cells"] if "error" not in cell}
    todo: dict[tuple[int, str], list[Any]] = {}
    for seed in seeds:
        for condition in plan.conditions[result["env"]]:
            if (seed, condition.name) not in known:
                todo.setdefault((seed, condition.training), []).append(condition)
    return [(seed, tuple(conditions)) for (seed, _), conditions in todo.items()]
