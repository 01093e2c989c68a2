"""What the notebooks read from `recordings/` is still what the code gives."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from rememberer_lite.experiments.cells import run_cell
from rememberer_lite.experiments.plans import PLANS

RECORDINGS = sorted(
    (Path(__file__).parents[1] / "notebooks" / "recordings").glob("learning_*.json")
)


def test_there_are_recorded_results() -> None:
    assert RECORDINGS, "no results were found, so none was compared"


@pytest.mark.slow
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_recorded_results_can_be_repeated(path: Path) -> None:
    result = json.loads(path.read_text(encoding="utf-8"))
    plan = PLANS[result["plan"]]
    assert result["conditions"] == [asdict(condition) for condition in plan.conditions]
    assert not [cell for cell in result["cells"] if "error" in cell]
    recorded = {cell["condition"]: cell for cell in result["cells"] if cell["seed"] == 100}
    for condition in plan.conditions[:3]:  # trained, random, no exemplars
        again = run_cell(result["env"], 100, condition)
        for measure in ("success", "score", "steps"):
            assert again[measure] == recorded[condition.name][measure], (condition.name, measure)
