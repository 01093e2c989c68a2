"""`rememberer-lite demo`: the agent learns, offline, before your eyes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from rememberer_lite.agent import NoExemplars, Rememberer
from rememberer_lite.cli.explain import explain
from rememberer_lite.cli.setting import HONEST, open_world
from rememberer_lite.episode import Episode, Step
from rememberer_lite.llm import OfflineLLM
from rememberer_lite.training import Evaluation, evaluate, train

TRAINING = {"webshop": range(500, 550), "wikihow": range(70, 120)}
EPOCHS = 3


def run(options: argparse.Namespace) -> int:
    """Evaluate without a memory, train, evaluate again, explain one decision."""
    world, env, domain = open_world(options.env)
    llm = OfflineLLM(seed=options.seed)
    agent = Rememberer(llm, domain.initial_memory("E0"), domain, seed=options.seed)
    goals = TRAINING[options.env]
    print(f"An agent learns on {options.env}: {len(goals)} training goals, {EPOCHS} epochs,")
    print(f"then {len(world.test)} test goals that it has never seen.")
    print(HONEST + "\n")

    alone = evaluate(NoExemplars(llm, domain), env, world.test, seed=options.seed)
    start = evaluate(agent, env, world.test, seed=options.seed)
    records = len(agent.memory)
    history = train(agent, env, goals, epochs=EPOCHS, seed=options.seed)
    trained = evaluate(agent, env, world.test, seed=options.seed)

    print(f"{'on the test goals':<40}success (95 % interval)   score (95 % interval)")
    _row("the model without a memory", alone)
    _row(f"before: {records} hand-written records", start)
    _row(f"after: {len(agent.memory)} records", trained)
    print(f"\n{len(history.episodes)} training episodes. In the last row the memory was read in")
    print(f"{trained.reads} steps, and {len(trained.records_used)} of its records were used.")

    chosen = choose_step(alone.episodes, trained.episodes)
    if chosen is not None:
        goal, number, step = chosen
        print(f"\nOne decision of many: goal {goal}, step {number}. Without a memory this goal is")
        print("missed, with it it is reached.")
        print(explain(step, history.episodes))
    print("\nNext: the course, uv run jupyter lab notebooks/00_start_here.ipynb")
    print(f"or    rememberer-lite train --env {options.env} --out runs/first")
    return 0


def _row(name: str, evaluation: Evaluation) -> None:
    print(f"{name:<40}{evaluation.success_rate!s:<26}{evaluation.score}")


def choose_step(
    before: Iterable[Episode], after: Iterable[Episode]
) -> tuple[int, int, Step] | None:
    """A step that the memory decided: its action is what a record advised, and what the agent
    without a memory did not do in a goal that it missed.

    Returns:
        (goal, number of the step from 1, the step), or None where there is no such step.
    """
    missed = {episode.goal: episode for episode in before if not episode.solved}
    for episode in after:
        if not episode.solved or episode.goal not in missed:
            continue
        others = {(step.state, step.action) for step in missed[episode.goal].steps}
        seen = {state for state, _ in others}
        for number, step in enumerate(episode.steps, start=1):
            if step.state in seen and (step.state, step.action) not in others:
                return episode.goal, number, step
    return None
