"""`rememberer-lite train`: let the agent learn, and save what it learnt."""

from __future__ import annotations

import argparse

from rememberer_lite import storage
from rememberer_lite.checkpoint import CheckpointError
from rememberer_lite.cli.setting import (
    HONEST,
    check_folder,
    make_agent,
    open_world,
    save_run,
)
from rememberer_lite.state import RemembererError
from rememberer_lite.training import train


def run(options: argparse.Namespace) -> int:
    """Train, save the memory (also where training was broken off), print a summary."""
    check_folder(options.out)
    world, env, domain = open_world(options.env)
    agent = make_agent(options, domain)
    goals = options.goals or world.training
    memory_file = options.out / "memory.json"
    before = len(agent.memory)
    journal = options.out / "episodes.jsonl"  # where there is one, training goes on from there
    if not journal.exists():  # write now, so that a folder that refuses costs no training
        storage.save(agent.memory, memory_file)
    try:
        history = train(
            agent, env, goals, epochs=options.epochs, seed=options.seed, checkpoint=journal
        )
    except CheckpointError:
        raise
    except (KeyboardInterrupt, RemembererError):
        storage.save(agent.memory, memory_file)
        print(f"broken off; the memory as learnt so far is in {memory_file}")
        print("the same command goes on where it stopped")
        raise
    storage.save(agent.memory, memory_file)
    save_run(options.out, history, options, settings=history.settings)
    if not options.model:
        print(HONEST + "\n")
    for number, epoch in enumerate(history.epochs, start=1):
        print(f"epoch {number}: {len(epoch.episodes)} episodes, success {epoch.success_rate}")
    print(history.summary())
    print(f"memory: {before} records before, {len(agent.memory)} after")
    print(f"saved in {options.out}: memory.json, episodes.jsonl, run.json")
    print(f"\nNext: rememberer-lite evaluate --env {options.env} --memory {memory_file}")
    return 0
