"""`rememberer-lite experiment`: compute a declared grid, and print its table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rememberer_lite.cli.setting import HONEST, make_llm
from rememberer_lite.experiments.cells import Model
from rememberer_lite.experiments.engine import run as compute
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.results import as_text, load
from rememberer_lite.experiments.world import ExperimentError
from rememberer_lite.llm.offline import OfflineLLM


def run(options: argparse.Namespace) -> int:
    """Compute what is missing in the result file, then print the table; 1 where a cell failed."""
    if options.name not in PLANS:
        raise ExperimentError(f"no experiment {options.name!r}: choose one of {', '.join(PLANS)}")
    plan = PLANS[options.name]
    out = options.out or Path("runs") / f"{options.name}_{options.env}.json"
    try:
        result = compute(
            plan,
            options.env,
            options.seeds,
            out,
            jobs=options.jobs,
            dask=options.dask,
            model=_model(options),
        )
    except KeyboardInterrupt:
        if out.exists():
            print(as_text(load(out), options.reference))
            print(f"broken off; what was computed is in {out}, the same command goes on there")
        raise
    print(as_text(result, options.reference))
    if not options.model:
        print(HONEST)
    print(f"saved in {out}")
    return int(any("error" in cell for cell in result["cells"]))


def _model(options: argparse.Namespace) -> Model:
    """A model for each seed: the stand-in with that seed, or one served model for all."""
    if not options.model:
        return OfflineLLM
    if options.jobs > 1 or options.dask:
        raise ExperimentError(
            "--model keeps its budget in one process: leave out --jobs and --dask"
        )
    llm = make_llm(options)
    if options.max_calls is None and options.max_tokens is None and options.max_cost is None:
        sys.stderr.write("no limit is set: --max-calls, --max-tokens or --max-cost would set one\n")
    return lambda seed: llm
