"""The command line, `rememberer-lite COMMAND`; each command has a file here.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 a check failed,
2 something to fix (explained in one line), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rememberer_lite.cli.terminal import visible_streams
from rememberer_lite.cli.values import count, numbers, or_none, prices
from rememberer_lite.envs import WORLDS
from rememberer_lite.state import RemembererError

EPILOG = "Start with `rememberer-lite demo`; each command has its own --help."


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    return _parsers()[0]


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser of all, and that of each command."""
    top = argparse.ArgumentParser(
        prog="rememberer-lite",
        description="A language model that learns by reinforcement through its memory alone.",
        epilog=EPILOG,
    )
    commands = top.add_subparsers(dest="command", metavar="command")

    demo = commands.add_parser("demo", help="watch the agent learn, in seconds")
    _add_env(demo)
    demo.add_argument(
        "--model", help="local, or local:FILE.gguf: a real model (extra `local`), in minutes"
    )
    demo.add_argument("--seed", type=int, default=0, help="of shop, agent and stand-in (0)")

    train = commands.add_parser("train", help="let the agent learn, and save its memory")
    _add_agent(train)
    train.add_argument("--epochs", type=count, default=3, help="passes over the goals (3)")
    train.add_argument(
        "--out", type=Path, required=True, help="folder for memory.json, episodes.jsonl, run.json"
    )

    evaluate = commands.add_parser("evaluate", help="let the agent act; nothing is learnt")
    _add_agent(evaluate)
    evaluate.add_argument("--out", type=Path, help="folder for episodes.jsonl and run.json")

    evaluate.add_argument(
        "--workers", type=count, default=1, help="episodes side by side, for a real model (1)"
    )

    inspect = commands.add_parser("inspect", help="read a file of a memory or of episodes")
    inspect.add_argument("file", type=Path, help="memory.json or episodes.jsonl")
    inspect.add_argument("--record", type=int, help="show this record of a memory in full")
    inspect.add_argument("--goal", type=int, help="show the episode of this goal, step by step")
    inspect.add_argument("--step", type=int, help="explain this step (from 1) and trace it back")
    _add_env(inspect, default=None)

    experiment = commands.add_parser(
        "experiment", help="compare many variants over many seeds, with intervals"
    )
    experiment.add_argument(
        "name",
        help="protocol, ablation, policies, memory_size, lambda, depth, exemplars, transfer, "
        "similarity, later, real or small_model",
    )
    _add_env(experiment)
    experiment.add_argument("--seeds", type=numbers, help="for example 100-109 (the plan's)")
    experiment.add_argument("--out", type=Path, help="the result file (runs/NAME_ENV.json)")
    experiment.add_argument(
        "--forecast",
        action="store_true",
        help="with --model local: only say how long it takes",
    )
    experiment.add_argument("--jobs", type=count, default=1, help="processes (1)")
    experiment.add_argument("--dask", metavar="tcp://…", help="a Dask scheduler to compute on")
    experiment.add_argument("--reference", help="the row to compare with (each row's own)")
    _add_model(experiment)

    reproduce = commands.add_parser(
        "reproduce", help="the paper's protocol; says what it costs, and asks, before it begins"
    )
    reproduce.add_argument("name", choices=("webshop", "wikihow"), help="the task set")
    reproduce.add_argument(
        "--env", metavar="WORLD", help="package.module:NAME of a real system (the simulator)"
    )
    reproduce.add_argument("--seeds", type=numbers, help="for example 0-2 (0)")
    reproduce.add_argument("--out", type=Path, help="the result file (runs/reproduce_NAME.json)")
    reproduce.add_argument(
        "--yes", action="store_true",
        help="begin without a question; with a local model also without an estimate of the time",
    )  # fmt: skip
    reproduce.add_argument("--jobs", type=count, default=1, help="processes (1)")
    for option, default, what in (
        ("--epochs", 3, "passes over the training goals (3)"),
        ("--train-goals", 10, "goals of each training set (10)"),
        ("--test-goals", None, "goals of the test (100 or 70)"),
    ):
        reproduce.add_argument(
            option, type=count, default=default, help=f"for a trial: {what}, as in the paper"
        )
    reproduce.set_defaults(dask=None)
    _add_model(reproduce)

    report = commands.add_parser("report", help="write RESULTS.md from the results of experiments")
    report.add_argument(
        "folder", type=Path, help="with the result files, such as notebooks/results"
    )
    report.add_argument("--out", type=Path, help="the page (RESULTS.md beside the folder)")
    report.add_argument(
        "--prices", type=prices, metavar="IN,OUT", default=(0.15, 0.60),
        help="of a million prompt tokens and reply tokens, for the estimate of a real model's cost "
        "(0.15,0.60)",
    )  # fmt: skip

    exercises = commands.add_parser(
        "exercises", help="generate the exercises from the solutions, or an archive for a class"
    )
    exercises.add_argument("action", choices=("build", "export"))
    exercises.add_argument("--check", action="store_true", help="build: write nothing, 1 if stale")
    exercises.add_argument(
        "--out", type=Path, help="export: the archive (dist/rememberer-lite-exercises.zip)"
    )

    course = commands.add_parser(
        "course", help="the chapters as web pages, or slides to teach with"
    )
    course.add_argument("form", choices=("html", "slides"))
    course.add_argument("--out", type=Path, help="the folder (course/html or course/slides)")

    commands.add_parser("doctor", help="check the set-up, and say how to fix it")

    serve = commands.add_parser(
        "serve", help="serve a model on this machine, to practise with a client"
    )
    serve.add_argument(
        "--model", help="local, or local:FILE.gguf (extra `local`); without it the stand-in"
    )
    serve.add_argument("--port", type=int, default=8000, help="on 127.0.0.1; 0: any (8000)")
    serve.add_argument("--seed", type=int, default=0, help="of the model (0)")
    return top, dict(commands.choices)


def _add_env(command: argparse.ArgumentParser, default: str | None = "webshop") -> None:
    shown = default or "for --step; recognised automatically for the worlds of this package"
    command.add_argument(
        "--env",
        metavar="WORLD",
        default=default,
        help=f"where it acts: {', '.join(WORLDS)}, or package.module:NAME of your own ({shown})",
    )


def _add_agent(command: argparse.ArgumentParser) -> None:
    """The options that `train` and `evaluate` share: world, model and initial memory."""
    _add_env(command)
    command.add_argument("--seed", type=int, default=0, help="of agent, training and stand-in (0)")
    command.add_argument(
        "--goals", type=numbers, help="for example 500-509 or 1,4,7 (default: as in the paper)"
    )
    command.add_argument("--memory", type=Path, help="a memory.json to start from")
    command.add_argument(
        "--start",
        help="the hand-annotated records to start from without --memory, such as E0, E1, "
        "E2 or empty (E0 if the world has any records)",
    )
    _add_model(command)


def _add_model(command: argparse.ArgumentParser) -> None:
    """Which model decides, and what it may cost."""
    command.add_argument(
        "--model",
        help="a model on a server, or on this machine: local, or local:FILE.gguf (extra `local`); "
        "without it the offline stand-in",
    )
    command.add_argument("--base-url", help="the server's address (default: OPENAI_BASE_URL)")
    # Absent from the options unless given: `OpenAILLM` then uses its own defaults.
    absent = argparse.SUPPRESS
    command.add_argument("--temperature", type=or_none(float), metavar="T", default=absent,
                         help="of the sampling; none: the server's own (0.1)")  # fmt: skip
    command.add_argument("--max-output-tokens", type=or_none(int), metavar="N", default=absent,
                         help="longest reply; thinking models need thousands (200)")  # fmt: skip
    command.add_argument("--stop", action="append", metavar="TEXT", default=absent,
                         help="a reply ends before it; repeatable; \"\": nothing does")  # fmt: skip
    command.add_argument("--timeout", type=or_none(float), metavar="SECONDS", default=absent,
                         help="for one answer, to its last byte; none: no limit (120)")  # fmt: skip
    command.add_argument("--max-calls", type=int, help="stop before the model is called more often")
    command.add_argument("--max-tokens", type=int, help="stop before it has used more tokens")
    command.add_argument(
        "--max-cost", type=float, help="stop before it has cost more (see --prices)"
    )
    command.add_argument(
        "--prices",
        type=prices,
        metavar="IN,OUT",
        help="of a million prompt tokens and a million reply tokens, as the provider lists them",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    with visible_streams():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    top, commands = _parsers()
    options, unknown = top.parse_known_args(arguments)
    if unknown:  # argparse would show the usage of all commands, and not that of this one
        wrong = commands.get(options.command or "", top)
        wrong.error(f"unrecognized arguments: {' '.join(unknown)}")
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
