"""Many cells computed: in this process, on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rememberer_lite.experiments.cells import Condition, Model, run_cell
from rememberer_lite.experiments.plans import Plan
from rememberer_lite.experiments.results import Result, empty, missing, resume, save
from rememberer_lite.experiments.world import ExperimentError
from rememberer_lite.llm import BudgetExceeded
from rememberer_lite.llm.offline import OfflineLLM

Task = tuple[int, tuple[Condition, ...]]  # a seed, and conditions that share a training
Cells = list[dict[str, Any]]


def run(
    plan: Plan,
    env: str,
    seeds: Sequence[int] | None = None,
    out: str | Path | None = None,
    jobs: int = 1,
    dask: str | None = None,
    model: Model = OfflineLLM,
    progress: bool = True,
) -> Result:
    """Compute the cells that are missing, and keep the file up to date.

    Args:
        plan: the grid.
        env: "webshop" or "wikihow".
        seeds: one shop or site each; None: the plan's.
        out: the result file; read first where it exists, and written after each task, so that
            what was computed is kept, whatever ends the run.
        jobs: processes on this machine.
        dask: the address of a Dask scheduler ("tcp://…"), whose workers compute instead.
        model: seed → the model that decides.
        progress: show a tqdm bar, with an estimate of the time left.

    Raises:
        ExperimentError: where `out` holds another experiment.
    """
    result = empty(plan, env, model(0).model)
    if out is not None:
        result = resume(out, result)
    result["cells"] = [cell for cell in result["cells"] if "error" not in cell]
    tasks = missing(result, plan, plan.seeds if seeds is None else seeds)
    place = {condition.name: number for number, condition in enumerate(plan.conditions[env])}
    title = f"{plan.name}, {env}"
    with tqdm(
        total=sum(len(c) for _, c in tasks), desc=title, unit="cell", disable=not progress
    ) as bar:
        for cells in _computed(env, tasks, model, jobs, dask):
            result["cells"] += cells
            # whatever ended first: the same cells give the same file
            result["cells"].sort(key=lambda cell: (cell["seed"], place[cell["condition"]]))
            if out is not None:
                save(result, out)
            bar.update(len(cells))
    return result


def _computed(
    env: str, tasks: Sequence[Task], model: Model, jobs: int, dask: str | None
) -> Iterator[Cells]:
    """The cells of each task, in whatever order they come."""
    if dask is not None:
        yield from _on_cluster(env, tasks, model, dask)
        return
    from joblib import Parallel, delayed

    work = Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs")
    yield from work(delayed(run_task)(env, task, model) for task in tasks)


def _on_cluster(env: str, tasks: Sequence[Task], model: Model, address: str) -> Iterator[Cells]:
    """Dask gives the tasks of a worker that is lost to another one."""
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise ExperimentError(
            "a Dask cluster needs the package distributed: "
            "python -m pip install 'rememberer-lite[dask]'"
        ) from error
    try:
        client = Client(address, timeout=10)
    except OSError as error:
        raise ExperimentError(
            f"no Dask scheduler answers at {address}: start one with `dask scheduler`"
        ) from error
    with client:
        futures = {
            client.submit(run_task, env, task, model, pure=False): task  # computed, never guessed
            for task in tasks
        }
        for future in as_completed(list(futures)):
            seed, conditions = futures.pop(future)
            try:
                yield future.result()
            except KilledWorker as error:  # it has brought down several workers
                yield [_failed(seed, condition, repr(error)) for condition in conditions]


def run_task(env: str, task: Task, model: Model) -> Cells:
    """The cells of one task; one that fails says why and does not sink the others.

    Raises:
        BudgetExceeded: for then the others would fail as well.
    """
    seed, conditions = task
    cells = []
    for condition in conditions:
        try:
            cells.append(run_cell(env, seed, condition, model))
        except BudgetExceeded:
            raise
        except Exception:
            cells.append(_failed(seed, condition, traceback.format_exc(limit=-2)))
    return cells


def _failed(seed: int, condition: Condition, error: str) -> dict[str, Any]:
    return {"seed": seed, "condition": condition.name, "error": error}
