"""A result: all cells of an experiment in one readable file, which several runs may share."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypedDict

from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.hints import fault
from rememberer_lite.experiments.measures import Cell, failed
from rememberer_lite.experiments.plan import Plan
from rememberer_lite.llm.base import LLM, settings_of
from rememberer_lite.state import RemembererError
from rememberer_lite.storage import StorageError, exists, locked, read_json, write_whole

FORMAT = "rememberer-lite experiment 2"
#: (plan, name of a condition in earlier files) → its name today
RENAMED = {("similarity", "drawn by lot"): "drawn at random"}


class _Head(TypedDict, total=False):
    model_settings: dict[str, Any]  # earlier files have none
    summary: list[dict[str, Any]]  # of a reproduction, once it is complete


class Result(_Head):
    """A whole experiment: the question, the configuration, and the outcome."""

    format: str
    command: str
    plan: str
    question: str
    env: str
    model: str
    reference: str
    measures: list[str]
    also: list[str]
    versions: dict[str, str]
    python: str
    conditions: list[Condition]
    cells: list[Cell]


def empty(plan: Plan, env: str, model: str, settings: Mapping[str, Any] | None = None) -> Result:
    """The head of a result, without cells: the whole configuration, and the versions."""
    result: Result = {
        "format": FORMAT,
        "command": f"rememberer-lite {plan.command or f'experiment {plan.name} --env {env}'}",
        "plan": plan.name,
        "question": plan.question,
        "env": env,
        "model": model,
        "reference": plan.reference,
        "measures": list(plan.measures),
        "also": list(plan.also),
        "versions": {name: version(name) for name in ("rememberer-lite", "numpy", "rapidfuzz")},
        "python": platform.python_version(),
        "conditions": list(plan.rows(env)),
        "cells": [],
    }
    if settings is not None:
        result["model_settings"] = dict(settings)
    return result


def begin(plan: Plan, env: str, llm: LLM, out: str | Path | None = None) -> Result:
    """The result in the file `out`, to be continued; a new one if there is none.

    Raises:
        ExperimentError: if the file is not a result, belongs to another experiment, or was
            computed with other settings of the model.
    """
    # each seed has a model of its own
    settings = {key: value for key, value in settings_of(llm).items() if key != "seed"}
    fresh = empty(plan, env, llm.model, settings)
    return fresh if out is None else resume(out, fresh)


def merged(result: Result, cells: Iterable[Cell]) -> Result:
    """The result with these cells added; of two cells for one condition and seed the later counts.

    But a failed cell never replaces a computed one. The order is that of seeds and of the plan:
    whichever cell was computed first, the same cells give the same file. A summary of the cells
    before is dropped.
    """
    kept = {(cell["seed"], cell["condition"]): cell for cell in result["cells"]}
    for cell in cells:
        key = cell["seed"], cell["condition"]
        if key not in kept or failed(kept[key]) or not failed(cell):
            kept[key] = cell
    order = {condition.name: number for number, condition in enumerate(result["conditions"])}
    ordered = sorted(kept.values(), key=lambda cell: (cell["seed"], order[cell["condition"]]))
    whole: Result = {**result, "cells": ordered}
    whole.pop("summary", None)
    return whole


def save(result: Result, path: str | Path) -> Result:
    """Write a result, together with the cells that others have written to the file meanwhile.

    The file is written whole or not at all, with one line per condition and cell. Several runs may
    write to one file at the same time: each adds its cells to the others.

    Returns:
        The result that the file now holds.

    Raises:
        ExperimentError: if the file holds another experiment; it is left unchanged.
        StorageError: if it cannot be written.
    """
    with locked(path):
        whole = merged(resume(path, result), result["cells"])
        if "summary" in result:
            whole["summary"] = result["summary"]
        write_whole(path, _as_text(whole))
    return whole


def _as_text(result: Result) -> str:
    written = {**result, "conditions": [row.as_json() for row in result["conditions"]]}
    lines = []
    for key, value in written.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"  {_dump(entry)}" for entry in value)
            lines.append(f" {_dump(key)}: [\n{inner}\n ]")
        else:
            lines.append(f" {_dump(key)}: {_dump(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dump(value: object) -> str:
    if isinstance(value, dict):  # shares and means need no more digits
        value = {k: round(v, 6) if isinstance(v, float) else v for k, v in value.items()}
    return json.dumps(value, ensure_ascii=False)


def load(path: str | Path) -> Result:
    """Read a result again; also one of an earlier version, with names that have changed since.

    Raises:
        ExperimentError: if the file is not a result, or is damaged.
    """
    try:
        written = read_json(path, "a result of an experiment")
    except StorageError as error:
        raise ExperimentError(f"not the result of an experiment: {error}") from error
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise ExperimentError(
            f"{path} is not the result of an experiment: its format is not {FORMAT!r}; choose "
            "another file"
        )
    return _checked(written, path)


def _checked(written: dict[str, Any], path: str | Path) -> Result:
    """The contents of a file as a `Result`; earlier names are read as today's."""
    try:
        for key in sorted(Result.__required_keys__):
            if key not in written:
                raise ExperimentError(f"{key!r} is missing")
        for key in ("plan", "question", "env", "model", "reference", "command", "python"):
            _demand(written[key], str, key)
        for key in ("measures", "also", "conditions", "cells"):
            if not isinstance(written[key], list):
                raise ExperimentError(f"{key} is not a list")
        for key in ("measures", "also"):
            _demand(tuple(written[key]), tuple[str, ...], key)
        if not isinstance(written["versions"], dict):
            raise ExperimentError("versions is not a dictionary")
        _demand(tuple(written["versions"].values()), tuple[str, ...], "versions")
        conditions = [Condition.from_json(row) for row in written["conditions"]]
        names = {condition.name for condition in conditions}
        known: set[tuple[int, str]] = set()
        for number, cell in enumerate(written["cells"]):
            _demand(cell, Cell, f"cells[{number}]")
            if cell["condition"] not in names:
                raise ExperimentError(
                    f"cells[{number}] has a condition that the file does not list"
                )
            if (place := (cell["seed"], cell["condition"])) in known:
                raise ExperimentError(f"cells[{number}] repeats condition and seed of another one")
            known.add(place)
    except RemembererError as error:
        raise ExperimentError(
            f"{path} is damaged, or not the result of an experiment: {error}. Restore it from a "
            "copy, or choose another file"
        ) from error
    result: Result = {**written, "conditions": conditions}  # type: ignore[typeddict-item]
    return _with_new_names(result)


def _demand(value: object, hint: Any, where: str) -> None:
    if found := fault(value, hint, where):
        raise ExperimentError(found)


def _with_new_names(result: Result) -> Result:
    """A plan's conditions that were renamed after some results had been written."""
    renamed = {old: new for (plan, old), new in RENAMED.items() if plan == result["plan"]}
    if not renamed:
        return result

    def new(name: str) -> str:
        return renamed.get(name, name)

    cells: list[Cell] = [{**cell, "condition": new(cell["condition"])} for cell in result["cells"]]
    rows = [replace(c, name=new(c.name), against=new(c.against)) for c in result["conditions"]]
    return {**result, "conditions": rows, "cells": cells, "reference": new(result["reference"])}


def resume(path: str | Path, fresh: Result) -> Result:
    """The result in the file, to be continued; `fresh` if there is none.

    Raises:
        ExperimentError: if the file is not a result, or belongs to another experiment.
    """
    if not exists(path):
        return fresh
    old = load(path)
    asked = (fresh["plan"], fresh["env"], fresh["model"], fresh["conditions"])
    if (old["plan"], old["env"], old["model"], old["conditions"]) != asked:
        raise ExperimentError(
            f"{path} holds another experiment: choose another --out, or remove it"
        )
    settings = fresh.get("model_settings")
    if old.get("model_settings", settings) != settings:
        raise ExperimentError(
            f"{path} was computed with other settings of the model "
            f"({old['model_settings']}, now {settings}): choose another --out, or remove it"
        )
    return old
