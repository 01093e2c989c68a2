"""Compute many cells: in this process, on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rememberer_lite.experiments.cells import Model, run_cell
from rememberer_lite.experiments.conditions import Condition, Training
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.measures import Cell, failed
from rememberer_lite.experiments.plan import Plan
from rememberer_lite.experiments.results import Result, begin, merged, save
from rememberer_lite.llm import BudgetExceeded
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.storage import StorageError, locked
from rememberer_lite.training.progress import progress_bar

Task = tuple[int, tuple[Condition, ...]]  # a seed, and conditions that share a training


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
        env: a name in `WORLDS`, or package.module:NAME.
        seeds: one shop or site each; None: the plan's.
        out: the result file; read first if it exists, and written after each task, so that
            finished cells are kept however the run ends. Several runs, for example with other
            seeds, may share a file.
        jobs: processes on this machine.
        dask: the address of a Dask scheduler ("tcp://…"), whose workers compute instead.
        model: seed → the model that decides.
        progress: show a bar, with an estimate of the time left.

    Raises:
        ExperimentError: if `out` holds another experiment.
        StorageError: if it cannot be written.
    """
    # whether the file can be written is seen now, and not after the first hour
    with locked(out) if out is not None else nullcontext():
        result = begin(plan, env, model(0), out)
    tasks = missing(result, plan, plan.seeds if seeds is None else seeds)
    title = f"{plan.name}, {env}"
    with progress_bar(title, sum(len(c) for _, c in tasks), "cell", progress) as bar:
        for cells in _computed(env, tasks, model, jobs, dask):
            result = merged(result, cells)
            if out is not None:
                result = save(result, out)
            bar.update(len(cells))
    return result


def _computed(
    env: str, tasks: Sequence[Task], model: Model, jobs: int, dask: str | None
) -> Iterator[list[Cell]]:
    """The cells of each task, in the order in which they are finished."""
    if dask is not None:
        yield from _on_cluster(env, tasks, model, dask)
        return
    if jobs == 1:
        for task in tasks:
            yield run_task(env, task, model)
        return
    waiting = list(tasks)
    while waiting:
        dispatched: list[Task] = []
        try:
            for task, cells in _parallel(env, waiting, model, jobs, dispatched):
                waiting.remove(task)
                yield cells
        except BrokenProcessPool:  # a process was killed, and all running tasks with it
            for seed, conditions in [task for task in dispatched if task in waiting]:
                waiting.remove((seed, conditions))
                yield [_alone(env, seed, condition, model) for condition in conditions]


def _parallel(
    env: str, tasks: Sequence[Task], model: Model, jobs: int, dispatched: list[Task]
) -> Iterator[tuple[Task, list[Cell]]]:
    """Each task with its cells, once finished; `dispatched` collects the started tasks."""
    from joblib import Parallel, delayed

    def calls() -> Iterator[Any]:
        for task in tasks:
            dispatched.append(task)
            yield delayed(_with_task)(env, task, model)

    # no task waits inside a process: if one is killed, only the running tasks are lost
    work = Parallel(jobs, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1)
    yield from work(calls())


def _with_task(env: str, task: Task, model: Model) -> tuple[Task, list[Cell]]:
    return task, run_task(env, task, model)


def _alone(env: str, seed: int, condition: Condition, model: Model) -> Cell:
    """Compute one cell again on its own, which shows whose process gets killed."""
    from joblib import Parallel, delayed

    task = seed, (condition,)
    cells: list[list[Cell]]
    try:
        cells = Parallel(n_jobs=2)([delayed(run_task)(env, task, model)])
    except BrokenProcessPool as error:
        return _failed(
            seed,
            condition,
            f"its process was killed, and once more when it ran alone ({error}). Run the command "
            "again; if memory was short, with fewer --jobs",
        )
    return cells[0][0]


def _on_cluster(
    env: str, tasks: Sequence[Task], model: Model, address: str
) -> Iterator[list[Cell]]:
    """Dask passes the tasks of a lost worker to another one."""
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
            client.submit(
                run_task, env, task, model, pure=False
            ): task  # computed again, never taken from a cache
            for task in tasks
        }
        for future in as_completed(list(futures)):
            seed, conditions = futures.pop(future)
            try:
                yield future.result()
            except KilledWorker as error:  # it has brought down several workers
                yield [_failed(seed, condition, repr(error)) for condition in conditions]


def run_task(env: str, task: Task, model: Model) -> list[Cell]:
    """The cells of one task; a failing cell says why and does not stop the others.

    Raises:
        BudgetExceeded, StorageError: if the budget is used up, or a file cannot be read or
            written: the other cells would fail as well, each after paying for its first reply.
    """
    seed, conditions = task
    cells: list[Cell] = []
    for condition in conditions:
        try:
            cells.append(run_cell(env, seed, condition, model))
        except (BudgetExceeded, StorageError):
            raise
        except (Exception, SystemExit):  # a model or an environment may call sys.exit()
            cells.append(_failed(seed, condition, traceback.format_exc(limit=-2)))
    return cells


def _failed(seed: int, condition: Condition, error: str) -> Cell:
    return {"seed": seed, "condition": condition.name, "error": error}


def missing(
    result: Result, plan: Plan, seeds: Iterable[int]
) -> list[tuple[int, tuple[Condition, ...]]]:
    """(seed, conditions without a cell); conditions that share a training are grouped."""
    known = {(cell["seed"], cell["condition"]) for cell in result["cells"] if not failed(cell)}
    todo: dict[tuple[int, Training], list[Condition]] = {}
    for seed in seeds:
        for condition in plan.rows(result["env"]):
            if (seed, condition.name) not in known:
                todo.setdefault((seed, condition.training), []).append(condition)
    return [(seed, tuple(conditions)) for (seed, _), conditions in todo.items()]
