"""`rememberer-lite evaluate`: let the agent act with its memory frozen."""

from __future__ import annotations

import argparse

from rememberer_lite.cli.setting import HONEST, check_folder, make_agent, open_world, save_run
from rememberer_lite.cli.terminal import command
from rememberer_lite.training import evaluate


def run(options: argparse.Namespace) -> int:
    """Evaluate, save the episodes if requested, print a summary."""
    check_folder(options.out)
    world = open_world(options.env)
    agent = make_agent(options, world.domain)
    goals = list(options.goals or world.goals("test"))
    evaluation = evaluate(
        agent, world.env(0), goals, world.max_steps, seed=options.seed, workers=options.workers
    )
    if options.out:
        save_run(options.out, evaluation, options, world=world.settings, goals=goals)
    if not options.model:
        print(HONEST + "\n")
    print(evaluation.summary())
    if options.out:
        episodes = options.out / "episodes.jsonl"
        print(f"saved in {options.out}: episodes.jsonl, run.json")
        look = ("inspect", episodes, "--env", options.env, "--goal", goals[0])
        print(f"\nNext: {command('rememberer-lite', *look)}")
    return 0
