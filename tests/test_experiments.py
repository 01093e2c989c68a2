"""Experiments: what is done to memories, the table's sums, and files that are resumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_domain import WORLD, Cabinet, CabinetEnv

from rememberer_lite.cli import main
from rememberer_lite.domain import Domain
from rememberer_lite.envs import World
from rememberer_lite.experiments import PLANS, Condition, Plan, cells, engine, results, tables
from rememberer_lite.experiments.agents import AboveNeighbours, PreferValue
from rememberer_lite.experiments.cells import run_cell, scatter
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.perturbations import fewer, inverted, shuffled, unrelated
from rememberer_lite.experiments.place import Place, open_place
from rememberer_lite.experiments.retrieval import _auc, quality
from rememberer_lite.llm import Budget, BudgetExceeded, OfflineLLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State

TRAINED = Condition("trained", epochs=1)
ROWS = (TRAINED, Condition("none", "none"), Condition("start"))
PLAN = Plan("tiny", "Does it run?", {"webshop": ROWS}, reference="trained")


@pytest.fixture(autouse=True)
def cabinets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every environment is a small cabinet."""
    departments = {name: range(500, 505) for name in ("own", "other", "mixed")}
    departments |= {"own test": range(6)}

    def cabinet(env: str, seed: int) -> Place:
        world = replace(WORLD, name=env, splits={"train": range(500, 505), "test": range(6)})
        return Place(world, CabinetEnv(seed), departments)

    monkeypatch.setattr(cells, "open_place", cabinet)
    cells._trained.cache_clear()
    yield
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


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal but for the processor time."""
    timed = ("seconds", "train_seconds")
    one, other = ({k: v for k, v in cell.items() if k not in timed} for cell in (one, other))
    return one == other


def test_the_memory_that_was_trained_stays_as_it_was() -> None:
    one = run_cell("webshop", 0, TRAINED)
    run_cell("webshop", 0, replace(TRAINED, name="x", values="inverted"))
    run_cell("webshop", 0, replace(TRAINED, name="y", retrieval="random"))
    run_cell("webshop", 0, replace(TRAINED, name="z", records=3))
    assert same(run_cell("webshop", 0, TRAINED), one)


ALL = [(plan, env, c) for plan in PLANS.values() for env in plan.conditions
       for c in plan.conditions[env]]  # fmt: skip


@pytest.mark.parametrize(("plan", "env", "condition"), ALL,
                         ids=[f"{p.name}-{e}-{c.name}" for p, e, c in ALL])  # fmt: skip
def test_every_condition_of_every_plan_runs(plan: Plan, env: str, condition: Condition) -> None:
    if plan.language_model:
        pytest.skip("asks a language model: tested in test_experiment_real.py")
    if condition.similarity in {"richer", "page text"}:
        pytest.skip("made for the two environments: tested in test_recorded_results.py")
    start = {"E2": "E1"}.get(condition.start, condition.start)  # the cabinet has no E2
    budget = {"budget": 4000} if "budget" in condition.settings else {}
    condition = replace(condition, start=start, settings=condition.settings | budget)
    cell = run_cell(env, 1, condition)
    assert cell["condition"] == condition.name
    for measure in plan.measures[:1]:
        assert 0.0 <= cell[measure] <= 1.0
    for measure in plan.also:
        assert condition.agent in {"none", "random"} or cell[measure] is not None


def test_every_plan_is_well_formed() -> None:
    for plan in PLANS.values():
        assert len(plan.seeds) >= 8
        for env, conditions in plan.conditions.items():
            names = [condition.name for condition in conditions]
            assert len(set(names)) == len(names), plan.name
            for condition in conditions:
                assert (condition.against or plan.reference) in names, (env, condition.name)
                same_test = next(c for c in conditions
                                 if c.name == (condition.against or plan.reference))  # fmt: skip
                assert same_test.test == condition.test, (plan.name, condition.name)


def test_random_records_are_retrieved_at_random() -> None:
    query, keys = State("t", "now"), [State("t", str(n)) for n in range(200)]
    drawn = [unrelated(query, key) for key in keys]
    assert drawn == [unrelated(query, key) for key in keys]
    assert 0.4 < sum(drawn) / len(drawn) < 0.6
    assert drawn != [unrelated(State("t", "later"), key) for key in keys]


def test_fewer_records() -> None:
    whole = memory([[float(n)] for n in range(30)])
    some = [record.best for record in fewer(whole, 10, seed=1)]
    assert len(some) == 10 and some == sorted(some)
    assert some != [record.best for record in fewer(whole, 10, seed=2)]
    assert len(fewer(whole, 99, seed=1)) == 30


def test_the_scatter_of_q_by_hand() -> None:
    # one pair of state and action in common, values 0.25 and 0.75: (0.5)² / 2
    assert scatter(memory([[0.25]]), memory([[0.75], [1.0]])) == pytest.approx(0.125)
    assert scatter(memory([]), memory([[1.0]])) is None


def test_higher_values_are_preferred_among_the_similar() -> None:
    near = from_function(lambda a, b: 1.0 - 0.01 * float(b.observation))
    filled = memory([[0.1], [0.2], [0.9]]).with_records(memory([[0.1], [0.2], [0.9]]), near)
    agent = PreferValue(OfflineLLM(), filled, Cabinet())
    assert [m.experience.best for m in agent.recall(State("t", "q"))] == [0.9, 0.2]
    # which are shown is decided by their values, and the most similar of them stands nearest
    shown = agent.act(State("t", "q"), Recent(), Random(0)).prompt
    assert shown is not None
    assert [e.match.experience.best for e in shown.exemplars] == [0.9, 0.2]


def test_an_action_below_its_neighbours_is_not_encouraged() -> None:
    filled = memory([[0.5], [1.0], [0.75]])  # the mean is 0.75, exactly
    agent = AboveNeighbours(OfflineLLM(), filled, Cabinet(), random_advice=False, exemplars=3)
    advice = {e.match.experience.id: e.advice for e in agent.exemplars(State("t", "q"), Random(0))}
    assert advice[1].encouraged is not None and advice[1].discouraged is None
    assert advice[0].encouraged is None and advice[0].discouraged is not None
    assert advice[2].encouraged is None  # it has to lie above the mean


@pytest.mark.parametrize(("seed", "rooms"), [(0, 8), (13, 8)])
def test_the_departments_of_the_transfer_are_two(seed: int, rooms: int) -> None:
    place = open_place("webshop", seed)
    department = [goal.product.category for goal in place.env.goals]  # type: ignore[attr-defined]
    own, other = ({department[g] for g in place.goals(name)} for name in ("own", "other"))
    assert len(own) == len(other) == 1 and own != other
    assert {department[g] for g in place.goals("own test")} == own
    assert not set(place.goals("own test")) & set(place.goals("own"))
    assert len(place.goals("own")) >= 50 and len(place.goals("other")) >= 50
    assert len({department[g] for g in place.goals("mixed")[:rooms]}) == rooms
    assert not set(place.goals("mixed")) & set(place.goals("own test"))


class Till:
    """A search, then a purchase; no page names another kind of action."""

    domain: Domain = Cabinet()

    def reset(self, *, options: Any = None) -> tuple[str, dict[str, Any]]:
        self.goal = options["goal"]
        return "", {"state": State(f"task {self.goal}", "", ("search",))}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        bought = action == "buy"
        state = State(f"task {self.goal}", "item", () if bought else ("buy",))
        return "", float(bought), bought, False, {"state": state}


TILL_WAY = ["search(x)", "buy"]
TILL = {"train": range(3), "test": range(5, 7)}


def test_precision_and_auc_by_hand() -> None:
    # of 2 × 3 pairs the first of two is larger in 4 and equal in 1: (4 + ½) / 6
    assert _auc(np.array([0.9, 0.5]), np.array([0.1, 0.5, 0.8])) == pytest.approx(4.5 / 6)

    world = World("till", Till.domain, lambda seed: Till(), TILL, lambda env, goal: TILL_WAY)
    place = Place(world, Till(), {})
    right = from_function(lambda a, b: float(a.observation == b.observation))
    assert quality(place, right) == {
        "precision_1": 1.0, "precision_5": pytest.approx(3 / 5), "separation": 1.0, "auc": 1.0,
        "pairs": 24.0,
    }  # fmt: skip
    wrong = from_function(lambda a, b: float(a.observation != b.observation))
    assert quality(place, wrong)["precision_1"] == 0.0
    assert quality(place, wrong)["auc"] == 0.0


# ---- the table


def test_the_table_pairs_by_seed() -> None:
    # by hand: b − a is −0.5, −0.25, 0.0 → mean −0.25, s = 0.25, t(2) = 4.3027, ± 0.6210
    names = ("a", "b", "never run")
    result = {
        **results.empty(PLAN, "webshop", "m"),
        "reference": "a",
        "conditions": [Condition(name) for name in names],
        "cells": [
            *cell_rows("a", {0: 0.75, 1: 0.75, 2: 0.5, 3: 0.0}),
            *cell_rows("b", {2: 0.5, 1: 0.5, 0: 0.25}),
            {"seed": 4, "condition": "b", "error": "broken"},
        ],
    }
    first, second = tables.table(result)
    assert (first.condition, first.seeds, first.difference) == ("a", 4, None)
    assert first.success.mean == 0.5
    assert second.seeds == 3
    assert second.difference is not None
    assert second.difference.mean == pytest.approx(-0.25)
    assert second.difference.high + 0.25 == pytest.approx(0.6210, abs=1e-4)
    (other, *_) = tables.table(result, reference="b")
    assert other.difference is not None
    assert other.difference.mean == pytest.approx(0.25)
    with pytest.raises(ExperimentError, match="choose one of a, b"):
        tables.table(result, reference="c")
    shown = tables.as_text(result)
    assert "-0.250 ± 0.621" in shown
    assert "failed: b, seed 4: broken" in shown


def test_a_row_may_name_its_own_reference() -> None:
    rows = [Condition(name, against=of) for name, of in (("a", ""), ("b", ""), ("c", "b"))]
    result = {
        **results.empty(PLAN, "webshop", "m"),
        "reference": "a",
        "conditions": rows,
        "cells": [*cell_rows("a", {0: 0.1, 1: 0.1}), *cell_rows("b", {0: 0.5, 1: 0.5}),
                  *cell_rows("c", {0: 0.75, 1: 0.75})],
    }  # fmt: skip
    gaps = [row.difference.mean if row.difference else None for row in tables.table(result)]
    assert gaps == [None, pytest.approx(0.4), pytest.approx(0.25)]


def test_a_shared_training_is_paid_once() -> None:
    conditions = [TRAINED, replace(TRAINED, name="shuffled", values="shuffled")]
    paid = {"train_calls": 10, "train_tokens": 100, "calls": 1, "prompt_tokens": 5}
    result = {
        **results.empty(PLAN, "webshop", "m"),
        "conditions": conditions,
        "cells": [{"seed": s, "condition": c.name, **paid} for s in (0, 1) for c in conditions],
    }
    assert tables.cost(result) == (2 * 10 + 4, 2 * 100 + 4 * 5)


def cell_rows(condition: str, success: dict[int, float]) -> list[dict[str, Any]]:
    return [
        {"seed": seed, "condition": condition, "success": value, "score": value}
        for seed, value in success.items()
    ]


# ---- the run and its file


def untimed(path: Path) -> list[dict[str, Any]]:
    timed = ("seconds", "train_seconds")
    loaded = results.load(path)["cells"]
    return [{k: v for k, v in cell.items() if k not in timed} for cell in loaded]


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, whole = tmp_path / "part.json", tmp_path / "whole.json"
    engine.run(PLAN, "webshop", [0], out, progress=False)
    computed = []
    real = engine.run_cell

    def counting(env: str, seed: int, condition: Condition, model: Any) -> dict[str, Any]:
        computed.append((seed, condition.name))
        return real(env, seed, condition, model)

    monkeypatch.setattr(engine, "run_cell", counting)
    engine.run(PLAN, "webshop", [0, 1], out, progress=False)
    assert computed == [(1, "trained"), (1, "none"), (1, "start")]
    engine.run(PLAN, "webshop", [0, 1], whole, progress=False)
    assert untimed(out) == untimed(whole)


def test_a_run_that_is_broken_off_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    real = engine.run_cell

    def interrupted(env: str, seed: int, condition: Condition, model: Any) -> dict[str, Any]:
        if condition.name == "start":
            raise KeyboardInterrupt
        return real(env, seed, condition, model)

    monkeypatch.setattr(engine, "run_cell", interrupted)
    monkeypatch.setitem(PLANS, "lambda", PLAN)
    assert main(["experiment", "lambda", "--seeds", "0", "--out", str(out)]) == 130
    assert "the same command resumes the run" in capsys.readouterr().out
    assert [cell["condition"] for cell in untimed(out)] == ["trained", "none"]


def test_a_failed_cell_says_why_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.json"
    real = engine.run_cell

    def broken(env: str, seed: int, condition: Condition, model: Any) -> dict[str, Any]:
        if condition.name == "none":
            raise ValueError("no such luck")
        return real(env, seed, condition, model)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "run_cell", broken)
        result = engine.run(PLAN, "webshop", [0], out, progress=False)
    assert "no such luck" in tables.as_text(result)
    assert {c["condition"] for c in result["cells"] if "error" not in c} == {"trained", "start"}
    again = engine.run(PLAN, "webshop", [0], out, progress=False)
    assert not [c for c in again["cells"] if "error" in c]


class Counted(OfflineLLM):
    """The stand-in behind a budget, as a served model has it."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.budget = budget

    def complete(self, prompt: str) -> Any:
        with self.budget.call(1, 1):
            return super().complete(prompt)


def test_a_budget_ends_the_run_and_keeps_its_cells(tmp_path: Path) -> None:
    out, llm = tmp_path / "out.json", Counted(Budget(max_calls=150))
    with pytest.raises(BudgetExceeded):
        engine.run(PLAN, "webshop", range(9), out, model=lambda seed: llm, progress=False)
    assert 0 < len(untimed(out)) < 27


@pytest.mark.parametrize("content", ["", "[]", '{"format": "something"}', "\xff"])
def test_a_foreign_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    out = tmp_path / "out.json"
    out.write_bytes(content.encode("latin-1"))
    fix = r"not the result of an experiment.*(choose|restore|pass)"
    with pytest.raises(ExperimentError, match=fix):
        engine.run(PLAN, "webshop", [0], out, progress=False)
    assert out.read_bytes() == content.encode("latin-1")


def test_another_plan_is_not_mixed_in(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    engine.run(PLAN, "webshop", [0], out, progress=False)
    other = replace(PLAN, conditions={"webshop": (replace(TRAINED, epochs=2),)})
    with pytest.raises(ExperimentError, match="another experiment"):
        engine.run(other, "webshop", [0], out, progress=False)
    with pytest.raises(ExperimentError, match="no conditions for 'wikihow'"):
        engine.run(PLAN, "wikihow", [0], progress=False)


def test_the_command_prints_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLANS, "lambda", PLAN)
    monkeypatch.setenv("COLUMNS", "200")
    out = tmp_path / "out.json"
    assert main(["experiment", "lambda", "--seeds", "3-4", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "this − reference" in shown and "stand-in" in shown
    assert {cell["seed"] for cell in results.load(out)["cells"]} == {3, 4}
    out.write_text("{}", encoding="utf-8")
    assert main(["experiment", "lambda", "--out", str(out)]) == 2
    assert main(["experiment", "nothing"]) == 2
    assert main(["experiment", "lambda", "--model", "m", "--jobs", "2"]) == 2
    assert "no experiment 'nothing': choose one of protocol" in capsys.readouterr().err


def test_a_step_limit_of_the_environment_is_no_success_of_the_expert() -> None:
    class Cut(CabinetEnv):
        def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
            observation, _, _, _, info = super().step(action)
            return observation, 1.0, False, True, info

    def solution(env: Any, goal: int) -> list[str]:
        env.reset(options={"goal": goal})
        return list(env.solution())

    world = replace(WORLD, expert=solution)
    assert not Place(world, Cut(0), {}).walk(0).solved
    assert Place(world, CabinetEnv(0), {}).walk(0).solved


def test_each_thread_opens_a_world_of_its_own() -> None:
    from concurrent.futures import ThreadPoolExecutor

    mine = open_place("tiny_domain:WORLD", 0)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(open_place, "tiny_domain:WORLD", 0).result()
    assert open_place("tiny_domain:WORLD", 0) is mine
    assert other.env is not mine.env


@pytest.mark.parametrize("seeds", [5, "12", ["a"], [1, 1], [1.0], [True]])
def test_seeds_that_are_none_or_count_twice_are_refused(seeds: Any) -> None:
    with pytest.raises(ExperimentError, match="seeds is"):
        replace(PLAN, seeds=seeds)
    with pytest.raises(ExperimentError, match="world → rows"):
        replace(PLAN, conditions=ROWS)  # type: ignore[arg-type]
