"""How long it takes to train and to test, beside a memory that looks at every record anew.

`uv run pytest tests/benchmarks -n 0` prints the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from rememberer_lite import ExperienceMemory, OfflineLLM, Rememberer, State, evaluate, train
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
from rememberer_lite.state import Match

Figure = Callable[[str, object], None]


class PlainMemory(ExperienceMemory):
    """Compares the query with one record after another, with all features computed anew."""

    def retrieve(self, state: State, k: int | None = None) -> list[Match]:
        matches = []
        for record in self:
            fresh = WEBSHOP.similarity()  # keeps no feature from the last query
            alike = fresh(state, record.state)
            matches.append(
                Match(
                    record,
                    alike.similarity,
                    alike.task_similarity,
                    alike.observation_similarity,
                )
            )
        matches.sort(key=lambda match: (-match.similarity, -match.experience.visits))
        return matches[:k]


def work(memory: ExperienceMemory, env: WebShopEnv, tests: int) -> tuple[float, int]:
    """Train 3 epochs × 10 goals, then test; seconds, and how many steps that took."""
    for record in WEBSHOP.initial_memory("E0"):
        memory.insert(record)
    agent = Rememberer(OfflineLLM(), memory, WEBSHOP)
    began = perf_counter()
    history = train(agent, env, range(500, 510), epochs=3, progress=False)
    result = evaluate(agent, env, range(tests), progress=False)
    steps = sum(len(e.steps) for e in (*history.episodes, *result.episodes))
    return perf_counter() - began, steps


def test_training_and_testing_beside_a_memory_without_an_index(figure: Figure) -> None:
    env = WebShopEnv(Catalogue.builtin())
    seconds, steps = work(ExperienceMemory(WEBSHOP.similarity()), env, tests=100)
    plain, plain_steps = work(PlainMemory(WEBSHOP.similarity()), env, tests=20)
    figure("3 epochs × 10 goals and 100 test goals", f"{seconds:.2f} s, {steps} steps")
    figure("per step, beside plain retrieval", f"{plain / plain_steps / (seconds / steps):.1f} ×")
    assert plain / plain_steps > 1.5 * seconds / steps
