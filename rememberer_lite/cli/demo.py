"""`rememberer-lite demo`: the agent learns, offline, before your eyes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from rememberer_lite.agent import NoExemplars, Rememberer
from rememberer_lite.cli.explain import explain, named
from rememberer_lite.cli.setting import HONEST, open_world
from rememberer_lite.episode import Episode, Step
from rememberer_lite.llm import OfflineLLM
from rememberer_lite.run import Evaluation, mean_interval
from rememberer_lite.training import evaluate, train

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
    print("gain of the last row, goal by goal:")
    _gain("  over the model without a memory", alone, trained)
    _gain("  over the hand-written records", start, trained)
    print("This is one run, with one seed; --seed 1 gives another.")
    print(f"\n{len(history.episodes)} training episodes. In the last row the memory was read in")
    print(f"{trained.reads} steps, and {len(trained.records_used)} of its records were used.")

    chosen = choose_step(alone.episodes, trained.episodes)
    if chosen is not None:
        goal, number, step, other = chosen
        print(f"\nOne decision of many: goal {goal}, step {number}. Without a memory the model did")
        print(f"{named(other.action or 'nothing', other.state)} on this page,")
        print("and missed the goal; now it reaches it.")
        print(explain(step, history.episodes))
    print("\nNext: the course, uv run jupyter lab notebooks/00_start_here.ipynb")
    print(f"or    rememberer-lite train --env {options.env} --out runs/first")
    return 0


def _row(name: str, evaluation: Evaluation) -> None:
    print(f"{name:<40}{evaluation.success_rate!s:<26}{evaluation.score}")


def _gain(name: str, before: Evaluation, after: Evaluation) -> None:
    """The same goals were played twice, so each is compared with itself."""
    pairs = list(zip(before.episodes, after.episodes, strict=True))
    success = mean_interval([float(b.solved) - float(a.solved) for a, b in pairs])
    score = mean_interval([b.total_reward - a.total_reward for a, b in pairs])
    print(f"{name:<40}{success!s:<26}{score}")


def choose_step(
    alone: Iterable[Episode], trained: Iterable[Episode]
) -> tuple[int, int, Step, Step] | None:
    """A step that the memory decided.

    It stands in a goal that the agent misses alone and reaches when trained, on a page that both
    came to and where they part. A page where the agent alone ended the episode tells most, then
    one where only the trained agent earns something.

    Returns:
        (goal, number of the step from 1, the trained agent's step, the step that the agent took
        alone), or None where there is no such page.
    """
    missed = {episode.goal: episode for episode in alone if not episode.solved}
    found = []
    for episode in trained:
        if not episode.solved or episode.goal not in missed:
            continue
        on_page = {step.state: step for step in missed[episode.goal].steps}
        for number, step in enumerate(episode.steps, start=1):
            other = on_page.get(step.state)
            if other is not None and other.action != step.action:
                found.append((episode.goal, number, step, other))
                break  # after this page they are on different ways

    def tells(parting: tuple[int, int, Step, Step]) -> tuple[bool, bool, bool]:
        _, _, step, other = parting
        return other.done, step.reward > other.reward, not step.no_effect

    return max(found, key=tells, default=None)
