"""`rememberer-lite reproduce`: the paper's protocol, its cost first, and one file of results."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from rememberer_lite.cli.experiment import model_of
from rememberer_lite.cli.setting import HONEST, open_world
from rememberer_lite.cli.terminal import columns, command
from rememberer_lite.experiments import Plan
from rememberer_lite.experiments import run as compute
from rememberer_lite.experiments.cells import Model
from rememberer_lite.experiments.engine import Task, missing
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.forecast import Forecast, forecast, most_episodes
from rememberer_lite.experiments.models import Local
from rememberer_lite.experiments.reproduce import (
    COMPARE,
    Numbers,
    check_world,
    plan_text,
    protocol,
    summary,
    summary_text,
)
from rememberer_lite.experiments.results import begin, save
from rememberer_lite.llm import RecordedLLM, Usage
from rememberer_lite.llm.base import settings_of
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.storage.beside import beside
from rememberer_lite.tokens import CHAT_OVERHEAD

#: the stand-in costs nothing: it is not asked about unless it takes longer than this
MINUTES = 10


class Kept(RecordedLLM):
    """A served model whose replies are kept: an interrupted run pays for none of them twice.

    A prompt that a finished row had too is answered with the reply from there.
    """

    @property
    def model(self) -> str:
        """The name that was asked for, which is known before the first reply."""
        return self.llm.model if self.llm is not None else super().model

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the model, also before the first reply."""
        return settings_of(self.llm) if self.llm is not None else super().settings

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the file; StorageError, before anything is spent, if one is in."""
        self._file.hold()
        try:
            yield
        finally:
            self.close()


def run(options: argparse.Namespace) -> int:
    """Show the plan and its cost, ask, compute what the file lacks; 1 if a row failed."""
    task_set = options.name
    env = options.env or task_set
    world = open_world(env)
    numbers = Numbers(options.epochs, options.train_goals, options.test_goals)
    check_world(task_set, world, numbers)
    plan = protocol(task_set, numbers, env)
    seeds = list(plan.seeds) if options.seeds is None else options.seeds
    out = options.out or Path("runs") / f"reproduce_{world.name}.json"
    model = _kept(options, out)
    llm = model(0)
    tasks = missing(begin(plan, env, llm, out), plan, seeds)
    for line in plan_text(task_set, world, numbers, seeds):
        print(line)
    print(f"Model: {llm.model}")
    if tasks and not _agreed(options, env, plan, seeds, tasks, model):
        return 0
    return _compute(options, env, plan, seeds, out, model)


def _compute(
    options: argparse.Namespace,
    env: str,
    plan: Plan,
    seeds: Sequence[int],
    out: Path,
    model: Model,
) -> int:
    llm = model(0)
    try:
        with llm.alone() if isinstance(llm, Kept) else nullcontext():
            result = compute(plan, env, seeds, out, jobs=options.jobs, model=model)
    except KeyboardInterrupt:
        print(f"interrupted: what is done is kept beside {out}; the same command resumes the run")
        raise
    failed = any("error" in cell for cell in result["cells"])
    lines = summary(result, len(open_world(env).goals("test")[: options.test_goals]))
    if not failed:
        save({**result, "summary": [{"note": COMPARE}, *lines]}, out)
    print(f"\n{summary_text(result, lines, columns())}\n\n{COMPARE}")
    if not options.model:
        print(HONEST)
    print(f"saved in {out}")
    return int(failed)


def _kept(options: argparse.Namespace, out: Path) -> Model:
    """The model of each seed; the replies of a served one are recorded beside the result."""
    model = model_of(options)
    if not options.model or isinstance(model, Local):
        return model
    kept = Kept(beside(out.parent / out.stem, ".replies.jsonl"), model(0))
    return lambda seed: kept


def _agreed(
    options: argparse.Namespace,
    env: str,
    plan: Plan,
    seeds: Sequence[int],
    tasks: Sequence[Task],
    model: Model,
) -> bool:
    """Print what it will cost, and ask where that is money or time."""
    on_this_machine = not options.model or isinstance(model, Local)
    rows, todo = len(plan.rows(env)) * len(seeds), sum(len(rows) for _, rows in tasks)
    episodes = most_episodes(env, tasks)
    print(f"To compute: {todo} of {rows} rows, at most {episodes:,} episodes.")
    if isinstance(model, Local) and options.yes:  # the trial would take minutes, to ask nothing
        print("No estimate of the time, since --yes begins at once; each row is kept when done.")
        return True
    if isinstance(model, Local):
        print("Two further episodes are played first, to estimate the time.", flush=True)
    ahead = forecast(env, tasks, model if on_this_machine else OfflineLLM)
    for line in cost_lines(options, ahead, on_this_machine):
        print(line)
    short = ahead.hours(options.jobs) * 60 <= MINUTES
    if options.yes or (not options.model and short):
        return True
    try:
        answer = input("Begin? [y/N] ")
    except EOFError as error:
        raise ExperimentError(
            "nothing was run, and nothing was spent: nobody answered. Add --yes to "
            f"{command('rememberer-lite', 'reproduce', options.name)} to begin without a question"
        ) from error
    if answer.strip().lower() in ("y", "yes"):
        return True
    print("Nothing was run, and nothing was spent.")
    return False


def cost_lines(options: argparse.Namespace, ahead: Forecast, on_this_machine: bool) -> list[str]:
    """The estimate: time on this machine; calls, tokens and money on a server."""
    longest = getattr(options, "max_output_tokens", None) or 200
    calls = round(ahead.decisions)
    prompts = round(ahead.decisions * (ahead.prompt_tokens + CHAT_OVERHEAD))
    usage = Usage(calls, prompts, calls * longest, options.prices)
    if on_this_machine:
        return [
            f"Estimate, from two episodes: about {calls:,} calls and {usage.tokens:,} tokens, in "
            f"{_duration(ahead.hours(options.jobs))} with --jobs {options.jobs}; it costs nothing."
        ]
    lines = [
        f"Estimate, from two episodes of the offline stand-in and replies of {longest} tokens: "
        f"about {usage}."
    ]
    if options.prices is None:
        lines.append("For the cost in money add --prices IN,OUT, as the provider lists them.")
    return [*lines, "A limit that holds: --max-calls, --max-tokens, --max-cost."]


def _duration(hours: float) -> str:
    """A time in words, in the unit that fits.

    >>> _duration(0.002), _duration(0.5), _duration(30.0)
    ('7 s', '30 min', '30.0 h')
    """
    if hours < 1 / 30:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"
