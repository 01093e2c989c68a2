"""The same plan on a real Dask cluster on loopback, of which a worker is killed on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from rememberer_lite.experiments import Condition, Plan, engine, load
from rememberer_lite.experiments.errors import ExperimentError

PLAN = Plan(
    "small",
    "Does a lost worker change anything?",
    {"webshop": (Condition("E0"), Condition("random player", "random"))},
    reference="E0",
)
SEEDS = range(4)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    file, log = tmp_path / "scheduler.json", (tmp_path / "log").open("wb")

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)

    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0",
                       "--scheduler-file", str(file))]  # fmt: skip
    try:
        until(file.exists)
        time.sleep(0.2)  # the file is there before it is whole
        address = json.loads(file.read_text("utf-8"))["address"]
        for name in ("one", "two"):
            processes.append(start("worker", address, "--host", "127.0.0.1", "--name", name,
                                   "--nthreads", "1", "--no-nanny"))  # fmt: skip
        yield address, processes[1:]
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()
        log.close()


def until(true: Any, seconds: float = 60) -> None:
    for _ in range(int(seconds * 20)):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    out = tmp_path / "out.json"
    done: list[Any] = []

    def sweep() -> None:
        done.append(engine.run(PLAN, "webshop", SEEDS, out, dask=address, progress=False))

    thread = Thread(target=sweep)
    thread.start()
    until(out.exists)  # the first cells are in: both workers are at work
    workers[0].kill()
    assert len(load(out)["cells"]) < len(SEEDS) * 2, "killed too late to prove anything"
    thread.join(timeout=120)
    assert done, "the sweep did not end"
    assert workers[0].wait() != 0 and workers[1].poll() is None
    assert plain(done[0]) == plain(engine.run(PLAN, "webshop", SEEDS, progress=False))


def plain(result: dict[str, Any]) -> list[dict[str, Any]]:
    timed = ("seconds", "train_seconds")
    assert not [cell for cell in result["cells"] if "error" in cell]
    return [{k: v for k, v in cell.items() if k not in timed} for cell in result["cells"]]


def test_no_scheduler_is_said_plainly() -> None:
    with pytest.raises(ExperimentError, match="no Dask scheduler answers at tcp:"):
        engine.run(PLAN, "webshop", SEEDS, dask="tcp://127.0.0.1:9", progress=False)
