"""A third domain that lives in the tests is learnt by the same stand-in, without a change to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite.agent import NoExemplars, Rememberer
from rememberer_lite.experiments.perturbations import inverted, shuffled
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.training import evaluate, mean_interval, train

DOMAIN = Cabinet()


@pytest.mark.parametrize("goal", range(5))
def test_the_shortest_way_solves_it_and_any_shorter_does_not(goal: int) -> None:
    env = CabinetEnv()
    env.reset(options={"goal": goal})
    way = env.solution()
    for left_out in [None, *range(len(way))]:
        env.reset(options={"goal": goal})
        total = 0.0
        for place, action in enumerate(way):
            if place != left_out:
                _, reward, *_ = env.step(action)
                total += reward
        assert total == (1.0 if left_out is None else 0.0)


def test_an_unknown_action_does_nothing_and_says_so() -> None:
    env = CabinetEnv()
    _, before = env.reset(options={"goal": 0})
    _, reward, terminated, _, info = env.step("open(the sesame)")
    assert (reward, terminated, info["state"]) == (0.0, False, before["state"])
    assert info["no_effect"]


@pytest.mark.slow
@pytest.mark.learning
def test_it_is_learnt(figure: Callable[[str, object], None]) -> None:
    gains: dict[str, list[float]] = {}
    for seed in range(4):
        env, llm = CabinetEnv(seed), OfflineLLM(seed)
        memory = DOMAIN.initial_memory("E0")
        agent = Rememberer(llm, memory, DOMAIN, seed)
        train(agent, env, range(500, 550), epochs=4, seed=seed, progress=False)
        rivals = {
            "no exemplars": NoExemplars(llm, DOMAIN),
            "its start": Rememberer(llm, DOMAIN.initial_memory("E0"), DOMAIN, seed),
            "values shuffled": Rememberer(llm, shuffled(memory, seed), DOMAIN, seed),
            "values inverted": Rememberer(llm, inverted(memory), DOMAIN, seed),
        }
        success = evaluate(agent, env, range(50), progress=False).success_rate.mean
        for name, rival in rivals.items():
            other = evaluate(rival, env, range(50), progress=False).success_rate.mean
            gains.setdefault(name, []).append(success - other)
    for name, values in gains.items():
        gain = mean_interval(values)
        figure(f"success in the cabinet, trained − {name}", gain)
        # whether training beats the records it starts from depends on luck: shown, not asserted
        assert gain.mean > 0.05 or name == "its start", name
