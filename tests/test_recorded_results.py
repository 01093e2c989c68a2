"""What stands in `notebooks/results/` and RESULTS.md is what the code gives: a thinned rerun.

Each cell is repeated exactly: the same seed gives the same numbers, so a fortiori they lie within
the recorded interval. Every condition of every plan runs in test_experiments.py, in a small world.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rememberer_lite.cli.report import draw
from rememberer_lite.experiments import PLANS, cost, load, table
from rememberer_lite.experiments.cells import run_cell
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.real import STARTS, contrasts
from rememberer_lite.experiments.reasons import CLAIMS
from rememberer_lite.experiments.report import page, write
from rememberer_lite.experiments.tables import paired
from rememberer_lite.llm import estimate
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.training import Interval

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
RESULTS = sorted((NOTEBOOKS / "results").glob("*.json"))
every_result = pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
PRICES = (0.15, 0.60)


def test_every_plan_has_its_results() -> None:
    files = {
        f"{plan.name}_{env}": plan.language_model
        for plan in PLANS.values()
        for env in plan.conditions
    }
    found = {path.stem for path in RESULTS}
    # hours of the real model on two cores: its files may be missing, and the page says so
    assert found <= files.keys()
    assert {name for name in files.keys() - found if not files[name]} == set()


@every_result
def test_a_result_is_whole(path: Path) -> None:
    result = load(path)
    plan = PLANS[result["plan"]]
    conditions = plan.conditions[result["env"]]
    assert result["conditions"] == list(conditions)
    assert json.loads(path.read_text("utf-8"))["conditions"] == json.loads(
        json.dumps([condition.as_json() for condition in conditions])
    )
    assert not [cell for cell in result["cells"] if "error" in cell]
    cells = [(cell["seed"], cell["condition"]) for cell in result["cells"]]
    assert cells == [(seed, c.name) for seed in plan.seeds for c in conditions]
    assert result["command"] == f"rememberer-lite experiment {plan.name} --env {result['env']}"


#: a language model's digits differ from processor to processor: its cells are not repeated here
of_stand_in = pytest.mark.parametrize(
    "path", [p for p in RESULTS if not PLANS[load(p)["plan"]].language_model], ids=lambda p: p.stem
)


@pytest.mark.slow
@of_stand_in
def test_a_thinned_rerun_gives_the_recorded_numbers(path: Path) -> None:
    result = load(path)
    conditions = PLANS[result["plan"]].conditions[result["env"]]
    seed = result["cells"][0]["seed"] + RESULTS.index(path) % 3  # not always the same shop
    recorded = {cell["condition"]: cell for cell in result["cells"] if cell["seed"] == seed}
    rows = {row.condition: row for row in table(result)}
    # one of the cheaper ones: a plan's 17 conditions would take the whole time of these checks
    cheap = sorted(conditions, key=lambda c: recorded[c.name]["seconds"])[: len(conditions) // 3]
    condition = cheap[RESULTS.index(path) % len(cheap)]
    again = run_cell(result["env"], seed, condition)
    for measure in result["measures"]:
        assert again[measure] == pytest.approx(recorded[condition.name][measure], abs=1e-6)
        spread = [c[measure] for c in result["cells"] if c["condition"] == condition.name]
        assert min(spread) <= rows[condition.name].means[measure].mean <= max(spread)


def test_the_page_of_results_is_made_from_the_files(tmp_path: Path) -> None:
    made = write(NOTEBOOKS / "results", tmp_path / "RESULTS.md", PRICES, draw)
    kept = NOTEBOOKS / "RESULTS.md"
    again = "make it again: rememberer-lite report notebooks/results"
    assert made.read_text("utf-8") == kept.read_text("utf-8"), again
    drawn = {path.name: path.read_text("utf-8") for path in tmp_path.rglob("*.svg")}
    assert drawn == {
        path.name: path.read_text("utf-8") for path in (NOTEBOOKS / "results").rglob("*.svg")
    }, again
    linked = re.findall(r"\]\(results/plots/(.*?)\)", kept.read_text("utf-8"))
    assert sorted(linked) == sorted(drawn)


def test_the_page_answers_first_and_folds_its_tables() -> None:
    depth = shown = 0
    lines = (NOTEBOOKS / "RESULTS.md").read_text("utf-8").splitlines()
    for line in lines:
        depth += line.startswith("<details>")
        shown += depth == 0
        depth -= line.startswith("</details>")
    assert depth == 0 and shown <= 150 < len(lines)
    for claim in CLAIMS:
        place = lines.index(f"### {claim.question}")
        assert lines[place + 2].startswith(f"**{claim.answer}**")
        assert lines[place + 4].startswith("![")


def plain(rows: object, label: str, finding: str, difference: bool) -> tuple[str, str]:
    return "<svg/>", f"{finding}: {rows}"


def test_an_answer_that_the_numbers_do_not_give_is_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results = [load(path) for path in RESULTS if path.stem.startswith("lambda")]
    [claim] = [claim for claim in CLAIMS if claim.plan == "lambda"]
    page(results, "results", PRICES, plain)
    for wrong in (
        replace(claim, holds=(("webshop", "above", ("λ = 1",)),)),
        replace(claim, holds=(("wikihow", "same", ("λ = 1",)),)),
        replace(claim, lower=(("webshop", "λ = 0.5", "λ = 1"),)),
    ):
        monkeypatch.setattr("rememberer_lite.experiments.sheet.CLAIMS", (wrong,))
        with pytest.raises(ExperimentError, match="does not hold"):
            page(results, "results", PRICES, plain)


def test_every_answer_is_bound_to_numbers() -> None:
    for claim in CLAIMS:
        names = [name for _, _, rows in claim.holds for name in rows]
        names += [name for _, *pair in claim.lower for name in pair]
        assert names, claim.answer
        assert set(names) <= set(claim.rows), claim.answer


def test_a_real_model_comes_first() -> None:
    """With made-up numbers: the section is written before the results are computed."""
    conditions = list(PLANS["real"].conditions["webshop"])
    cells = [
        {"condition": c.name, "seed": seed, "score": score + seed / 1000, "success": 0.0,
         "seconds": 1.0}
        for seed in (0, 1, 2)
        for c in conditions
        for score in [0.8 if c.name.startswith("E1, goals met") else 0.5]
    ]  # fmt: skip
    head = load(RESULTS[0])
    made_up = {**head, "plan": "real", "env": "webshop", "model": "made-up", "cells": cells,
               "conditions": conditions, "reference": PLANS["real"].reference,
               "measures": ["score", "success"], "also": []}  # fmt: skip
    others = [load(path) for path in RESULTS if path.stem == "lambda_webshop"]
    text, pictures = page([made_up, *others], "results", PRICES, plain)  # type: ignore[list-item]
    assert text.index("## A real model: webshop (made-up)") < text.index(
        "## The questions, answered"
    )
    assert "**On goals met, 1 of " in text and "gain over no exemplars: E1.**" in text
    assert re.search(r"\*\*On goals never met, 0 of \d+ rows gain over no exemplars\.\*\*", text)
    assert "real_webshop_goals_met" in pictures and "real_webshop_goals_never_met" in pictures
    assert "**On goals met, of these 8 pairs 5 can be distinguished: " in text
    assert "trained from E1 − E1 (below 0)" in text
    assert "**On goals never met, of these 8 pairs none can be distinguished" in text
    assert "real_webshop_goals_met_pairs" in pictures
    assert "small program" in text[text.index("## The questions") :]


@pytest.mark.parametrize(("env", "start"), STARTS.items())
def test_the_readme_says_what_the_real_model_showed(env: str, start: str) -> None:
    """Each of its sentences, and the numbers behind it."""
    result = load(NOTEBOOKS / "results" / f"real_{env}.json")
    said = " ".join((NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8").split())

    def gap(one: str, other: str, goals: str) -> Interval:
        return paired(result, f"{one}, {goals}", f"{other}, {goals}", "score")

    assert "measured in eight shops and on eight wiki sites" in said
    assert len({cell["seed"] for cell in result["cells"]}) == 8
    assert "On goals that it had never met, hand-written records raised its score in both" in said
    assert gap(start, "no exemplars", "goals never met").low > 0
    assert "On the goals of its training, what it had learnt raised it further in both" in said
    assert gap("known states", start, "goals met").low > 0
    assert "nothing that it learnt from its own episodes beat the hand-written records." in said
    others = ("the expert's episodes", f"{start}, two exemplars")
    learnt = [name for name, other in contrasts(env) if other == start and name not in others]
    assert len(learnt) == {"webshop": 3, "wikihow": 2}[env]
    assert all(gap(name, start, "goals never met").low <= 0 for name in learnt)
    assert "On the wiki, shuffling the learnt values cost score on goals never met; in the" in said
    shuffled = gap("its values shuffled", f"trained from {start}", "goals never met")
    assert (shuffled.high < 0) == (env == "wikihow") and shuffled.low < 0


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
