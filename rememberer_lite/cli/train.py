"""`rememberer-lite train`: let the agent learn, and save what it learnt."""

from __future__ import annotations

import argparse

from rememberer_lite import storage
from rememberer_lite.cli.setting import (
    HONEST,
    check_folder,
    make_agent,
    open_world,
    save_run,
)
from rememberer_lite.cli.terminal import command
from rememberer_lite.state import RemembererError, SettingError
from rememberer_lite.training import CheckpointError, train
from rememberer_lite.training.environment import checked_goals


def run(options: argparse.Namespace) -> int:
    """Train, save the memory (even if training is interrupted), print a summary."""
    check_folder(options.out)
    world = open_world(options.env)
    agent = make_agent(options, world.domain)
    env = world.env(0)
    goals = checked_goals(env, options.goals or world.goals("S0"))  # before anything is written
    memory_file = options.out / "memory.json"
    before = len(agent.memory)
    journal = options.out / "episodes.jsonl"  # if it exists, training resumes from it
    if not storage.exists(journal):  # written now, so that a bad folder is noticed before training
        storage.save(agent.memory, memory_file)
    try:
        history = train(
            agent,
            env,
            goals,
            epochs=options.epochs,
            max_steps=world.max_steps,
            seed=options.seed,
            checkpoint=journal,
            episodes=journal,
        )
    except CheckpointError:
        raise
    except (KeyboardInterrupt, RemembererError) as error:
        storage.save(agent.memory, memory_file)
        print(f"interrupted; what has been learnt so far is in {memory_file}")
        if isinstance(error, SettingError):  # the same command would meet it again
            print("correct what follows, then the same command resumes the training")
        elif journal.exists():
            print("the same command resumes the training")
        else:
            print("no episode has ended: the same command begins again")
        raise
    storage.save(agent.memory, memory_file)
    save_run(options.out, history, options, world=world.settings, settings=history.settings)
    if not options.model:
        print(HONEST + "\n")
    for number, epoch in enumerate(history.epochs, start=1):
        which = "" if number == 1 else " (only the goals that epoch 1 did not solve)"
        print(
            f"epoch {number}: {len(epoch.episodes)} episodes, success {epoch.success_rate}{which}"
        )
    print(history.summary())
    print(f"memory: {before} records before, {len(agent.memory)} after")
    print(f"saved in {options.out}: memory.json, episodes.jsonl, run.json")
    test = command("rememberer-lite", "evaluate", "--env", options.env, "--memory", memory_file)
    print(f"\nNext: {test}")
    return 0
