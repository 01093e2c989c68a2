"""`rememberer-lite experiment`: compute a predefined grid, and print its table."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from rememberer_lite.cli.setting import HONEST, SENT, make_llm, open_world
from rememberer_lite.experiments import PLANS, Plan, Result, as_text, load
from rememberer_lite.experiments import run as compute
from rememberer_lite.experiments.cells import Model
from rememberer_lite.experiments.engine import missing
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.forecast import forecast
from rememberer_lite.experiments.models import Local
from rememberer_lite.experiments.results import begin
from rememberer_lite.llm.offline import OfflineLLM


def run(options: argparse.Namespace) -> int:
    """Compute what the result file lacks, then print the table; returns 1 if a cell failed."""
    if options.name not in PLANS:
        raise ExperimentError(f"no experiment {options.name!r}: choose one of {', '.join(PLANS)}")
    plan, world = PLANS[options.name], open_world(options.env)
    out = options.out or Path("runs") / f"{options.name}_{world.name}.json"
    model = model_of(options)
    if plan.language_model and model is OfflineLLM:
        raise ExperimentError(
            f"the experiment {plan.name!r} asks a language model: add --model local"
        )
    if isinstance(model, Local):
        _say_how_long(options, plan, out, model)
        if options.forecast:
            return 0
    try:
        result = compute(
            plan,
            options.env,
            options.seeds,
            out,
            jobs=options.jobs,
            dask=options.dask,
            model=model,
        )
    except KeyboardInterrupt:
        if out.exists():
            _print(load(out), options.reference)
            print(f"interrupted: the finished cells are in {out}; the same command resumes the run")
        raise
    _print(result, options.reference)
    if not options.model:
        print(HONEST)
    print(f"saved in {out}")
    return int(any("error" in cell for cell in result["cells"]))


def _print(result: Result, reference: str | None) -> None:
    """The table, as wide as the terminal."""
    print(as_text(result, reference, shutil.get_terminal_size().columns))


def model_of(options: argparse.Namespace) -> Model:
    """A model for each seed: the stand-in, the local model, or one served model for all."""
    if not options.model:
        return OfflineLLM
    kind, _, path = options.model.partition(":")
    if kind == "local" and not options.base_url:
        make_llm(options)  # it refuses options that are for a server
        sent = {name: getattr(options, name) for name in SENT if hasattr(options, name)}
        return Local(Path(path) if path else None, tuple(sent.items()))
    if options.jobs > 1 or options.dask:
        raise ExperimentError(
            "--model keeps its budget in one process: leave out --jobs and --dask"
        )
    llm = make_llm(options)
    if options.max_calls is None and options.max_tokens is None and options.max_cost is None:
        sys.stderr.write("no limit is set: --max-calls, --max-tokens or --max-cost would set one\n")
    return lambda seed: llm


def _say_how_long(options: argparse.Namespace, plan: Plan, out: Path, model: Model) -> None:
    """A trial of the local model, and what it means for the whole; to stderr, like progress."""
    seeds = plan.seeds if options.seeds is None else options.seeds
    tasks = missing(begin(plan, options.env, model(0), out), plan, seeds)
    if not tasks:
        return
    ahead = forecast(options.env, tasks, model)
    sys.stderr.write(
        f"about {ahead.decisions:,.0f} decisions at {ahead.seconds:.2f} s: "
        f"{ahead.hours(options.jobs):.1f} hours with --jobs {options.jobs}, if each process has "
        "a core of its own\n"
    )
