"""A process that is killed while it computes a cell: that cell fails, and no other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rememberer_lite.experiments import Condition, Plan, Result, load, run
from rememberer_lite.experiments.tables import as_text
from rememberer_lite.llm import OfflineLLM

PLAN = Plan(
    "small",
    "What does a killed process take with it?",
    {"webshop": (Condition("asks nobody", "random", test="S0"),
                 Condition("asks", "none", test="S0"))},
    reference="asks",
)  # fmt: skip


class Deadly(OfflineLLM):
    """It kills the process that asks it, as the system does where memory runs out."""

    def complete(self, prompt: str, choices: Any = None) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(seed: int) -> OfflineLLM:
    return Deadly(seed) if seed in {1, 3} else OfflineLLM(seed)


def plain(result: Result) -> list[dict[str, Any]]:
    timed = ("seconds", "train_seconds")
    return [{k: v for k, v in cell.items() if k not in timed} for cell in result["cells"]]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_killed_process_is_a_failed_cell_and_can_be_rerun(tmp_path: Path) -> None:
    out, seeds = tmp_path / "out.json", range(4)
    whole = run(PLAN, "webshop", seeds, tmp_path / "whole.json", progress=False)
    broken = run(PLAN, "webshop", seeds, out, jobs=2, model=deadly, progress=False)
    failed = [cell for cell in broken["cells"] if "error" in cell]
    assert [(cell["seed"], cell["condition"]) for cell in failed] == [(1, "asks"), (3, "asks")]
    others = [cell for cell in plain(broken) if "error" not in cell]
    assert others == [cell for cell in plain(whole) if cell["seed"] not in {1, 3}
                      or cell["condition"] == "asks nobody"]  # fmt: skip
    said = as_text(broken)
    assert "failed: asks, seed 1: its process was killed" in said and "--jobs" in said
    run(PLAN, "webshop", seeds, out, jobs=2, progress=False)
    assert plain(load(out)) == plain(load(tmp_path / "whole.json"))


class Leaving(OfflineLLM):
    """It ends its program, as code does that was written as a script."""

    how: Callable[[], object]

    def complete(self, prompt: str, choices: Any = None) -> Any:
        self.how()


def leave_by_exit(seed: int) -> OfflineLLM:
    model = Leaving(seed)
    model.how = sys.exit
    return model if seed == 1 else OfflineLLM(seed)


def leave_at_once(seed: int) -> OfflineLLM:
    model = Leaving(seed)
    model.how = partial(os._exit, 0)
    return model if seed == 1 else OfflineLLM(seed)


@pytest.mark.parametrize(
    ("model", "jobs", "said"),
    [
        (leave_by_exit, 1, "SystemExit"),
        (leave_by_exit, 2, "SystemExit"),
        (leave_at_once, 2, "its process was killed"),
    ],
)
def test_code_that_ends_its_program_is_a_failed_cell(model: Any, jobs: int, said: str) -> None:
    result = run(PLAN, "webshop", range(3), jobs=jobs, model=model, progress=False)
    failed = [cell for cell in result["cells"] if "error" in cell]
    assert [(cell["seed"], cell["condition"]) for cell in failed] == [(1, "asks")]
    assert said in failed[0]["error"] and len(result["cells"]) == 6
