"""The command line: `rememberer-lite demo`, `train`, `evaluate`, `inspect`, `doctor`.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 a check failed,
2 something to mend (said in one line), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rememberer_lite.state import RemembererError

EPILOG = "Start with `rememberer-lite demo`; each command has its own --help."


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="rememberer-lite",
        description="A language model that learns by reinforcement through its memory alone.",
        epilog=EPILOG,
    )
    commands = top.add_subparsers(dest="command", metavar="command")

    demo = commands.add_parser("demo", help="watch the agent learn, in seconds")
    _add_env(demo)
    demo.add_argument("--seed", type=int, default=0, help="of shop, agent and stand-in (0)")

    train = commands.add_parser("train", help="let the agent learn, and save its memory")
    _add_agent(train)
    train.add_argument("--epochs", type=_count, default=3, help="passes over the goals (3)")
    train.add_argument(
        "--out", type=Path, required=True, help="folder for memory.json, episodes.jsonl, run.json"
    )

    evaluate = commands.add_parser("evaluate", help="let the agent act; nothing is learnt")
    _add_agent(evaluate)
    evaluate.add_argument("--out", type=Path, help="folder for episodes.jsonl and run.json")

    evaluate.add_argument(
        "--workers", type=_count, default=1, help="episodes side by side, for a real model (1)"
    )

    inspect = commands.add_parser("inspect", help="read a file of a memory or of episodes")
    inspect.add_argument("file", type=Path, help="memory.json or episodes.jsonl")
    inspect.add_argument("--record", type=int, help="show this record of a memory in full")
    inspect.add_argument("--goal", type=int, help="show the episode of this goal, step by step")
    inspect.add_argument("--step", type=int, help="explain this step (from 1) to its roots")

    experiment = commands.add_parser(
        "experiment", help="compare many variants over many seeds, with intervals"
    )
    experiment.add_argument(
        "name",
        help="protocol, ablation, policies, memory_size, lambda, depth, exemplars, transfer or "
        "similarity",
    )
    _add_env(experiment)
    experiment.add_argument("--seeds", type=numbers, help="for example 100-109 (the plan's)")
    experiment.add_argument("--out", type=Path, help="the result file (runs/NAME_ENV.json)")
    experiment.add_argument("--jobs", type=_count, default=1, help="processes (1)")
    experiment.add_argument("--dask", metavar="tcp://…", help="a Dask scheduler to compute on")
    experiment.add_argument("--reference", help="the row to compare with (each row's own)")
    _add_model(experiment)

    report = commands.add_parser("report", help="write RESULTS.md from the results of experiments")
    report.add_argument(
        "folder", type=Path, help="with the result files, such as notebooks/results"
    )
    report.add_argument("--out", type=Path, help="the page (RESULTS.md beside the folder)")
    report.add_argument(
        "--prices", type=_prices, metavar="IN,OUT", default=(0.15, 0.60),
        help="of a million prompt tokens and reply tokens, for the estimate of a real model's cost "
        "(0.15,0.60)",
    )  # fmt: skip

    exercises = commands.add_parser(
        "exercises", help="make the exercises from the solutions, or an archive for a class"
    )
    exercises.add_argument("action", choices=("build", "export"))
    exercises.add_argument("--check", action="store_true", help="build: write nothing, 1 if stale")
    exercises.add_argument(
        "--out", type=Path, help="export: the archive (dist/rememberer-lite-exercises.zip)"
    )

    commands.add_parser("doctor", help="check the set-up, and say how to mend it")

    serve = commands.add_parser(
        "serve-offline", help="serve the offline stand-in, to practise with a client, without a key"
    )
    serve.add_argument("--port", type=int, default=8000, help="on 127.0.0.1; 0: any (8000)")
    serve.add_argument("--seed", type=int, default=0, help="of the stand-in (0)")
    return top


def _add_env(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--env", choices=("webshop", "wikihow"), default="webshop", help="where it acts (webshop)"
    )


def _add_agent(command: argparse.ArgumentParser) -> None:
    """What `train` and `evaluate` share: where, with which model, starting from what."""
    _add_env(command)
    command.add_argument("--seed", type=int, default=0, help="of agent, training and stand-in (0)")
    command.add_argument(
        "--goals", type=numbers, help="for example 500-509 or 1,4,7 (default: as in the paper)"
    )
    command.add_argument("--memory", type=Path, help="a memory.json to start from")
    command.add_argument(
        "--start",
        choices=("E0", "E1", "E2", "empty"),
        default="E0",
        help="the hand-annotated records to start from where no --memory is given (E0)",
    )
    _add_model(command)


def _add_model(command: argparse.ArgumentParser) -> None:
    """Which model decides, and what it may cost."""
    command.add_argument("--model", help="a model on a server; without it the offline stand-in")
    command.add_argument("--base-url", help="the server's address (default: OPENAI_BASE_URL)")
    command.add_argument("--max-calls", type=int, help="stop before the model is called more often")
    command.add_argument("--max-tokens", type=int, help="stop before it has used more tokens")
    command.add_argument(
        "--max-cost", type=float, help="stop before it has cost more (see --prices)"
    )
    command.add_argument(
        "--prices",
        type=_prices,
        metavar="IN,OUT",
        help="of a million prompt tokens and a million reply tokens, as the provider lists them",
    )


def numbers(text: str) -> list[int]:
    """Read "500-509" or "1,4,7-9".

    >>> numbers("1,4,7-9")
    [1, 4, 7, 8, 9]
    """
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise argparse.ArgumentTypeError(f"{part!r} is no number: write 500-509 or 1,4,7")
        low, high = int(first), int(last or first)
        if high < low:
            raise argparse.ArgumentTypeError(f"{part!r} holds no number: write {high}-{low}")
        found.extend(range(low, high + 1))
    return found


def _prices(text: str) -> tuple[float, float]:
    try:
        price_in, price_out = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write two prices, such as 0.15,0.60") from None
    return price_in, price_out


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number of at least 1")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows consoles may have another encoding
            stream.reconfigure(encoding="utf-8", errors="replace")
    top = parser()
    options = top.parse_args(arguments)
    if options.command is None:
        top.print_help(sys.stderr)
        return 2
    command = import_module(f"rememberer_lite.cli.{options.command.replace('-', '_')}")
    try:
        return int(command.run(options))
    except RemembererError as error:
        print(f"rememberer-lite: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nrememberer-lite: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head` has seen enough; keep Python quiet when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
