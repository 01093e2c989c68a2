"""Experiments: what is done to memories, the table's sums, and files that are gone on with."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite.experiments import cells, results
from rememberer_lite.experiments.__main__ import main
from rememberer_lite.experiments.cells import (
    Condition,
    ExperimentError,
    World,
    inverted,
    run_cell,
    shuffled,
)
from rememberer_lite.experiments.plans import PLANS, Plan
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, State

TRAINED = Condition("trained", epochs=1)
PLAN = Plan("tiny", (TRAINED, Condition("none", "none"), Condition("start")), reference="trained")


@pytest.fixture(autouse=True)
def cabinets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every environment is a small cabinet."""

    def world(env: str, seed: int) -> World:
        return World(
            Cabinet(), CabinetEnv(seed), range(500, 505), range(6), lambda: [(True, 1.0, 5)]
        )

    monkeypatch.setattr(cells, "world", world)
    cells._trained.cache_clear()


def memory(values: list[list[float]]) -> ExperienceMemory:
    filled = ExperienceMemory(from_function(lambda a, b: float(a == b)))
    for number, row in enumerate(values):
        actions = {f"a{i}": ActionValue(q, 0.0, 1) for i, q in enumerate(row)}
        filled.insert(Experience(State("task", str(number)), -1, actions, visits=1))
    return filled


def q(filled: ExperienceMemory) -> list[list[float]]:
    return [[value.q for value in record.actions.values()] for record in filled]


@given(
    st.lists(st.lists(st.floats(-5, 5), min_size=1, max_size=4), min_size=1, max_size=6),
    st.integers(0, 9),
)
def test_shuffled_values_are_the_same_values(values: list[list[float]], seed: int) -> None:
    mixed = q(shuffled(memory(values), seed))
    assert [len(row) for row in mixed] == [len(row) for row in values]
    assert sorted(chain(*mixed)) == sorted(chain(*values))
    assert q(shuffled(memory(values), seed)) == mixed


def test_shuffling_crosses_records() -> None:
    values = [[float(i)] for i in range(20)]
    assert q(shuffled(memory(values), 0)) != values


def test_inverted_values() -> None:
    assert q(inverted(memory([[1.0, 0.25], [0.0]]))) == [[0.0, 0.75], [1.0]]


def test_the_memory_that_was_trained_stays_as_it_was() -> None:
    one = run_cell("tiny", 0, TRAINED)
    run_cell("tiny", 0, replace(TRAINED, name="x", values="inverted"))
    run_cell("tiny", 0, replace(TRAINED, name="y", retrieval="random"))
    assert run_cell("tiny", 0, TRAINED) == one


@pytest.mark.parametrize("condition", PLANS["learning"].conditions, ids=lambda c: c.name)
def test_every_condition_runs(condition: Condition) -> None:
    cell = run_cell("tiny", 1, replace(condition, start="E0"))  # the cabinet has no other
    assert 0.0 <= cell["success"] <= 1.0
    assert cell["condition"] == condition.name


def test_random_records_are_retrieved_at_random() -> None:
    query, keys = State("t", "now"), [State("t", str(n)) for n in range(200)]
    lots = [cells._lot(query, key) for key in keys]
    assert lots == [cells._lot(query, key) for key in keys]
    assert 0.4 < sum(lots) / len(lots) < 0.6
    assert lots != [cells._lot(State("t", "later"), key) for key in keys]


def test_the_table_pairs_by_seed() -> None:
    # by hand: differences 0.5, 0.25, 0.0 → mean 0.25, s = 0.25, t(2) = 4.3027, ± 0.6210
    result = {
        "plan": "tiny",
        "env": "tiny",
        "model": "m",
        "reference": "a",
        "conditions": [{"name": "a"}, {"name": "b"}, {"name": "never run"}],
        "cells": [
            *cell_rows("a", {0: 0.75, 1: 0.75, 2: 0.5, 3: 0.0}),
            *cell_rows("b", {2: 0.5, 1: 0.5, 0: 0.25}),
            {"seed": 4, "condition": "b", "error": "broken"},
        ],
    }
    first, second = results.table(result)
    assert (first.condition, first.seeds, first.difference) == ("a", 4, None)
    assert first.success.mean == 0.5
    assert second.seeds == 3
    assert second.difference is not None
    assert second.difference.mean == pytest.approx(0.25)
    assert second.difference.high - 0.25 == pytest.approx(0.6210, abs=1e-4)
    (other, *_) = results.table(result, reference="b")
    assert other.difference is not None
    assert other.difference.mean == pytest.approx(-0.25)
    with pytest.raises(ExperimentError, match="choose one of a, b"):
        results.table(result, reference="c")
    shown = results.as_text(result)
    assert "+0.250 ± 0.621" in shown
    assert "failed: b, seed 4: broken" in shown


def cell_rows(condition: str, success: dict[int, float]) -> list[dict[str, Any]]:
    return [
        {"seed": seed, "condition": condition, "success": value, "score": value}
        for seed, value in success.items()
    ]


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, whole = tmp_path / "part.json", tmp_path / "whole.json"
    results.run(PLAN, "tiny", [0], out, progress=False)
    computed = []
    real = results.run_cell

    def counting(env: str, seed: int, condition: Condition) -> dict[str, Any]:
        computed.append((seed, condition.name))
        return real(env, seed, condition)

    monkeypatch.setattr(results, "run_cell", counting)
    results.run(PLAN, "tiny", [0, 1], out, progress=False)
    assert computed == [(1, "trained"), (1, "none"), (1, "start")]
    results.run(PLAN, "tiny", [0, 1], whole, progress=False)
    assert out.read_bytes() == whole.read_bytes()


def test_a_failed_cell_says_why_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.json"
    real = results.run_cell

    def broken(env: str, seed: int, condition: Condition) -> dict[str, Any]:
        if condition.name == "none":
            raise ValueError("no such luck")
        return real(env, seed, condition)

    with monkeypatch.context() as patch:
        patch.setattr(results, "run_cell", broken)
        result = results.run(PLAN, "tiny", [0], out, progress=False)
    assert "no such luck" in results.as_text(result)
    assert {c["condition"] for c in result["cells"] if "error" not in c} == {"trained", "start"}
    again = results.run(PLAN, "tiny", [0], out, progress=False)
    assert not [c for c in again["cells"] if "error" in c]


@pytest.mark.parametrize("content", ["", "[]", '{"format": "something"}', "\xff"])
def test_a_foreign_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    out = tmp_path / "out.json"
    out.write_bytes(content.encode("latin-1"))
    with pytest.raises(ExperimentError, match="choose another"):
        results.run(PLAN, "tiny", [0], out, progress=False)
    assert out.read_bytes() == content.encode("latin-1")


def test_another_plan_is_not_mixed_in(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    results.run(PLAN, "tiny", [0], out, progress=False)
    other = replace(PLAN, conditions=(replace(TRAINED, epochs=2),))
    with pytest.raises(ExperimentError, match="another experiment"):
        results.run(other, "tiny", [0], out, progress=False)


def test_the_command_prints_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLANS, "learning", PLAN)
    out = tmp_path / "out.json"
    assert main(["learning", "--seeds", "3-4", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "reference − this" in shown
    assert {cell["seed"] for cell in json.loads(out.read_text("utf-8"))["cells"]} == {3, 4}
    out.write_text("{}", encoding="utf-8")
    assert main(["learning", "--out", str(out)]) == 2
