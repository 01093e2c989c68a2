"""`rememberer-lite demo`: the agent learns, offline, before your eyes."""

from __future__ import annotations

import argparse
import os

from rememberer_lite.agent import NoExemplars, Rememberer
from rememberer_lite.cli.course import first_chapter, how_to_get_it, next_step
from rememberer_lite.cli.curve import dot, scale
from rememberer_lite.cli.explain import explain, named
from rememberer_lite.cli.setting import HONEST, open_world, start_memory
from rememberer_lite.cli.terminal import columns
from rememberer_lite.cli.trace import choose_step
from rememberer_lite.llm import OfflineLLM
from rememberer_lite.state import SettingError
from rememberer_lite.training import Measured, Unseen, evaluate, gain, train

EPOCHS = 3
#: the curve: on this many goals, and measured again after this many episodes
SHOWN, EVERY = 40, 15
#: where to read on if no gain is seen
UNCLEAR = {
    "webshop": "play it with more seeds, as chapter 09 does.",
    "wikihow": "chapter 08 says why, and what to change.",
}


def run(options: argparse.Namespace) -> int:
    """Train and show the curve, compare with no memory and no training, explain one decision."""
    world = open_world(options.env)
    if options.model:
        kind, _, path = options.model.partition(":")
        if kind != "local":
            raise SettingError(
                f"--model {options.model}: the demo has local, local:FILE.gguf or, without "
                "--model, the offline stand-in"
            )
        from rememberer_lite.cli import demo_local
        from rememberer_lite.experiments.models import AskedOnce

        # its threads are of all processors, since nobody else is asked at the same time
        local = AskedOnce(path or None, seed=options.seed, threads=os.cpu_count())
        demo_local.show(world, local, options.seed)
        return 0
    env, domain, seed = world.env(options.seed), world.domain, options.seed
    llm = OfflineLLM(seed=seed)
    agent = Rememberer(llm, start_memory(domain), domain, seed=seed)
    goals, tests, limit = world.goals("train"), world.goals("test"), world.max_steps
    print(f"An agent learns on {world.name}: {len(goals)} training goals, {EPOCHS} epochs.")
    print(HONEST)

    shown = tests[:SHOWN]
    print(f"\nSuccess on {len(shown)} goals that are never trained, with 95 % intervals")
    print(scale(), flush=True)

    def tell(measured: Measured) -> None:
        label = f"after {measured.played} episodes" if measured.played else "before training"
        print(dot(label, measured.evaluation.success_rate), flush=True)

    unseen = Unseen(agent, env, shown, goals, EPOCHS, EVERY, limit, seed, tell)
    history = train(agent, env, goals, EPOCHS, limit, seed=seed, progress=False, on_episode=unseen)
    unseen.measure()

    print(f"\nThe same model on all {len(tests)} goals that are never trained: success")
    print(scale(), flush=True)
    first = Rememberer(llm, start_memory(domain), domain, seed=seed)
    players = {
        "without a memory": NoExemplars(llm, domain),
        f"with {len(first.memory)} hand-written records": first,
        f"trained, {len(agent.memory)} records": agent,
    }
    runs = []
    for name, player in players.items():
        runs.append(evaluate(player, env, tests, limit, seed=seed, progress=False))
        print(dot(name, runs[-1].success_rate), flush=True)
    from rememberer_lite.cli.demo_local import verdict  # slow to import: the lines above came first

    alone, start, trained = runs
    print(verdict("trained, over without a memory", gain(alone, trained), "success"))
    learnt = gain(start, trained)
    print(verdict("trained, over the hand-written records", learnt, "success"))
    if learnt.low <= 0 <= learnt.high:
        print(
            "So in this run training did not show that it helps; "
            + UNCLEAR.get(world.name, "another seed may.")
        )
    print(f"This is one run, with one seed; --seed {seed + 1} gives another.")
    print(f"\nIn the last row the memory was read in {trained.reads} steps, and")
    print(f"{len(trained.records_used)} of its {len(agent.memory)} records were used.")

    chosen = choose_step(alone.episodes, trained.episodes)
    if chosen is not None:
        goal, number, step, other = chosen
        print(f"\nOne decision of many: goal {goal}, step {number}. Without a memory the model did")
        print(f"{named(other.action or 'nothing', other.state, domain)} on this page,")
        print("and missed the goal; now it reaches it.")
        print(explain(step, history.episodes, domain, columns()))
    print("\n" + next_step(options.env))
    if first_chapter() is None:
        print(how_to_get_it())
    return 0
