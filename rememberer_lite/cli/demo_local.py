"""`rememberer-lite demo --model local`: what a memory does to a real, frozen model, in minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rememberer_lite.agent import NoExemplars
from rememberer_lite.cli.explain import explain, named
from rememberer_lite.cli.terminal import columns
from rememberer_lite.cli.trace import choose_step
from rememberer_lite.domain import Domain
from rememberer_lite.envs import World
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.experiments.agents import KnownState
from rememberer_lite.experiments.models import explore
from rememberer_lite.experiments.real import ALONE, EXPLORING, ONE, STARTS
from rememberer_lite.llm.base import LLM, settings_of
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.training import (
    Evaluation,
    History,
    Interval,
    evaluate,
    gain,
)

#: sized for three minutes on two cores
GOALS, EPOCHS = 6, 2
WIDTH = 40


def show(world: World, llm: LLM, seed: int, goals: int = GOALS, epochs: int = EPOCHS) -> None:
    """Test the model alone and with hand-written records, train, test again, and print it all."""
    domain, env, limit = world.domain, world.env(seed), world.max_steps
    tests = {
        "never met": world.goals("test")[:goals],
        "of the training": world.goals("train")[:goals],
    }
    print(f"{llm.model}, a real language model that is not changed, acts on {world.name}:")
    print(f"alone, with hand-written records, and after {epochs} epochs on {goals} goals.\n")

    held: dict[str, Any] = {**ALONE}

    def tested(agent: NoExemplars | KnownState) -> dict[str, Evaluation]:
        return {n: evaluate(agent, env, g, limit, seed=seed) for n, g in tests.items()}

    alone = tested(NoExemplars(llm, domain, **held))
    agent = KnownState(llm, _memory(domain, world.name), domain, seed, **ONE)
    records = len(agent.memory)
    start = tested(agent)
    histories = explore(
        agent, env, tests["of the training"], epochs, limit, seed, EXPLORING, progress=True
    )
    trained = tested(agent)

    for name in tests:
        title = f"on {goals} goals {name}"
        print(f"{title:<{WIDTH}}success (95 % interval)   score (95 % interval)")
        for label, run in (
            ("the model alone", alone[name]),
            (f"with {records} hand-written records", start[name]),
            (f"after training: {len(agent.memory)} records", trained[name]),
        ):
            print(f"  {label:<{WIDTH - 2}}{run.success_rate!s:<26}{run.score}")
        for line in _differences(alone[name], start[name], trained[name]):
            print(line)
        print()
    print("Mean reward in training")
    for line in curve(histories):
        print(line)
    print(
        "In training the model explores: it samples at a temperature of "
        f"{EXPLORING:g}, and is shown hand-written records alone."
    )
    print(f"\nSettings: {', '.join(f'{key}={value}' for key, value in ONE.items())}")
    print(f"Model: {', '.join(f'{key}={value}' for key, value in settings_of(llm).items())}")
    print(f"This is one run on few goals; seed {seed + 1} gives another.")
    chosen = choose_step(alone["of the training"].episodes, trained["of the training"].episodes)
    if chosen is None:
        print("\nNo goal was missed alone and reached with the trained memory.")
        return
    goal, number, step, other = chosen
    print(f"\nOne decision: goal {goal}, step {number}. Alone the model chose")
    print(f"{named(other.action or 'nothing', other.state, domain)}, and missed the goal.")
    played = [episode for history in histories for episode in history.episodes]
    print(explain(step, played, domain, columns()))


def _memory(domain: Domain, name: str) -> ExperienceMemory:
    """Hand-written records, and in the shop a similarity that sees whether options are open."""
    alike = WEBSHOP.similarity(options_open=True) if domain is WEBSHOP else domain.similarity()
    known = domain.initial_records()
    start = STARTS.get(name, next(iter(known), ""))
    return domain.initial_memory(start, alike) if known else ExperienceMemory(alike)


def _differences(alone: Evaluation, start: Evaluation, trained: Evaluation) -> Iterator[str]:
    """Goal by goal, in words."""
    for what, less, more in (
        ("hand-written records", alone, start),
        ("hand-written records and training", alone, trained),
        ("training, over the hand-written records", start, trained),
    ):
        yield f"  {verdict(what, gain(less, more, 'score'))}"


def verdict(what: str, found: Interval, measure: str = "score") -> str:
    """What a difference says, in a sentence.

    >>> verdict("training", Interval(0.1, -0.2, 0.4))
    'training: score +0.100 [-0.200, 0.400], which cannot be distinguished from no effect'
    """
    if found.low > 0:
        says = "a gain"
    elif found.high < 0:
        says = "a loss"
    else:
        says = "which cannot be distinguished from no effect"
    return f"{what}: {measure} {found.mean:+.3f} [{found.low:.3f}, {found.high:.3f}], {says}"


def curve(histories: Sequence[History]) -> list[str]:
    """A bar of characters for each epoch; the first may have solved all there is."""
    means = [_mean([e.total_reward for e in h.episodes]) for h in histories if h.episodes]
    most = max([1.0, *means])
    return [
        f"  epoch {number}  {'█' * round(WIDTH * max(mean, 0) / most):<{WIDTH}} {mean:.3f}"
        + ("" if number == 1 else f"  ({len(histories[number - 1].episodes)} goals not yet solved)")
        for number, mean in enumerate(means, start=1)
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
