"""`rememberer-lite evaluate`: let the agent act with its memory frozen."""

from __future__ import annotations

import argparse

from rememberer_lite.cli.setting import HONEST, check_folder, make_agent, open_world, save_run
from rememberer_lite.training import evaluate


def run(options: argparse.Namespace) -> int:
    """Evaluate, save the episodes if asked to, print a summary."""
    check_folder(options.out)
    world, env, domain = open_world(options.env)
    agent = make_agent(options, domain)
    goals = list(options.goals or world.test)
    evaluation = evaluate(agent, env, goals, seed=options.seed, workers=options.workers)
    if options.out:
        save_run(options.out, evaluation, options, goals=goals)
    if not options.model:
        print(HONEST + "\n")
    print(evaluation.summary())
    if options.out:
        episodes = options.out / "episodes.jsonl"
        print(f"saved in {options.out}: episodes.jsonl, run.json")
        print(f"\nNext: rememberer-lite inspect {episodes} --goal {goals[0]}")
    return 0
