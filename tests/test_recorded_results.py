"""What stands in `notebooks/results/` and RESULTS.md is what the code gives: a thinned rerun.

Each cell is repeated exactly: the same seed gives the same numbers, so a fortiori they lie within
the recorded interval. Every condition of every plan runs in test_experiments.py, in a small world.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from rememberer_lite.experiments.cells import run_cell
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.reasons import CLAIMS
from rememberer_lite.experiments.report import write
from rememberer_lite.experiments.results import cost, load, table
from rememberer_lite.llm import estimate
from rememberer_lite.llm.offline import OfflineLLM

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
RESULTS = sorted((NOTEBOOKS / "results").glob("*.json"))
every_result = pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
PRICES = (0.15, 0.60)


def test_every_plan_has_its_results() -> None:
    wanted = {f"{plan.name}_{env}" for plan in PLANS.values() for env in plan.conditions}
    assert {path.stem for path in RESULTS} == wanted


@every_result
def test_a_result_is_whole(path: Path) -> None:
    result = load(path)
    plan = PLANS[result["plan"]]
    conditions = plan.conditions[result["env"]]
    assert result["conditions"] == json.loads(json.dumps([asdict(c) for c in conditions]))
    assert not [cell for cell in result["cells"] if "error" in cell]
    cells = [(cell["seed"], cell["condition"]) for cell in result["cells"]]
    assert cells == [(seed, c.name) for seed in plan.seeds for c in conditions]
    assert result["command"] == f"rememberer-lite experiment {plan.name} --env {result['env']}"


@pytest.mark.slow
@every_result
def test_a_thinned_rerun_gives_the_recorded_numbers(path: Path) -> None:
    result = load(path)
    conditions = PLANS[result["plan"]].conditions[result["env"]]
    seed = result["cells"][0]["seed"] + RESULTS.index(path) % 3  # not always the same shop
    recorded = {cell["condition"]: cell for cell in result["cells"] if cell["seed"] == seed}
    rows = {row.condition: row for row in table(result)}
    # the cheapest in training: a plan's 17 conditions would take the whole time of these checks
    chosen = sorted(conditions, key=lambda c: recorded[c.name]["seconds"])[:2]
    chosen.append(
        sorted(conditions, key=lambda c: recorded[c.name]["seconds"])[len(conditions) // 2]
    )
    for condition in chosen:
        again = run_cell(result["env"], seed, condition)
        for measure in result["measures"]:
            assert again[measure] == pytest.approx(recorded[condition.name][measure], abs=1e-6), (
                condition.name
            )
            spread = [c[measure] for c in result["cells"] if c["condition"] == condition.name]
            assert min(spread) <= rows[condition.name].means[measure].mean <= max(spread)


def test_the_page_of_results_is_made_from_the_files(tmp_path: Path) -> None:
    made = write(NOTEBOOKS / "results", tmp_path / "RESULTS.md", PRICES)
    page = NOTEBOOKS / "RESULTS.md"
    assert made.read_text("utf-8") == page.read_text("utf-8"), (
        "make it anew: rememberer-lite report notebooks/results"
    )


def test_every_claim_is_answered() -> None:
    by_plan = {path.stem: {row.condition: row for row in table(load(path))} for path in RESULTS}
    for claim in CLAIMS:
        tables = [rows for stem, rows in by_plan.items() if stem.rpartition("_")[0] == claim.plan]
        assert tables, claim.question
        for name in claim.rows:
            assert any(name in rows for rows in tables), (claim.question, name)


@pytest.mark.slow
def test_the_cost_of_a_plan_is_what_the_estimator_says() -> None:
    """One cell: calls are the same, and the tokens differ by what each call adds."""
    plan = PLANS["protocol"]
    (condition,) = (c for c in plan.conditions["webshop"] if c.agent == "none")

    def run(llm: object) -> None:
        run_cell("webshop", 100, condition, lambda seed: llm)  # type: ignore[arg-type, return-value]

    usage = estimate(run, llm=OfflineLLM(100))
    cell = run_cell("webshop", 100, condition)
    head = load(NOTEBOOKS / "results" / "protocol_webshop.json") | {"cells": [cell]}
    calls, tokens = cost(head)
    assert calls == usage.calls
    assert abs(tokens - usage.prompt_tokens) / usage.prompt_tokens < 0.05
