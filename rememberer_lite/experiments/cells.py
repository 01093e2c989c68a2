"""One cell of an experiment: one condition with one seed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rememberer_lite.agent import (
    Agent,
    FixedExemplars,
    NoExemplars,
    Random,
    Rememberer,
    SolvedOnly,
)
from rememberer_lite.domain import Domain
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import RemembererError, State
from rememberer_lite.training import Environment, evaluate, train


class ExperimentError(RemembererError):
    """An experiment cannot be run or read; the message names the fix."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of an experiment's table: an agent, and what becomes of its memory.

    Attributes:
        name: the row's name.
        agent: "memory", "solved only", "fixed", "none", "random" or "scripted".
        start: the initial records, where the agent has any.
        epochs: of training; 0 leaves the memory as it starts.
        memory: options of `ExperienceMemory`.
        values: after training: "learnt", or the same numbers "shuffled" among all pairs of state
            and action, or "inverted" (the largest minus each).
        retrieval: in the test: "similar", or "random" records.
    """

    name: str
    agent: str = "memory"
    start: str = "E0"
    epochs: int = 0
    memory: dict[str, Any] = field(default_factory=dict)
    values: str = "learnt"
    retrieval: str = "similar"


@dataclass(frozen=True)
class World:
    """An environment of one seed with its goals; `ceiling` tells what a script reaches there."""

    domain: Domain
    env: Environment
    training: range
    test: range
    ceiling: Callable[[], list[tuple[bool, float, int]]]  # solved, reward, steps of each test goal


@lru_cache(maxsize=2)
def world(env: str, seed: int) -> World:
    """The shop or site of a seed."""
    if env == "webshop":
        from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
        from rememberer_lite.envs.webshop.scripted import Scripted

        shop = WebShopEnv(Catalogue.builtin(seed))

        def shopper() -> list[tuple[bool, float, int]]:
            run = evaluate(Scripted(WEBSHOP), shop, range(100), progress=False)
            return [(e.solved, e.total_reward, len(e.steps)) for e in run.episodes]

        return World(WEBSHOP, shop, range(500, 550), range(100), shopper)
    if env == "wikihow":
        from rememberer_lite.envs.wikihow import WIKIHOW, Site, WikiHowEnv
        from rememberer_lite.envs.wikihow.scripted import solve

        wiki = WikiHowEnv(Site.builtin(seed))

        def reader() -> list[tuple[bool, float, int]]:
            steps = [len(solve(wiki, goal)) for goal in range(70)]
            return [(True, float(len(wiki.tasks[g].milestones)), n) for g, n in enumerate(steps)]

        return World(WIKIHOW, wiki, range(70, 120), range(70), reader)
    raise ExperimentError(f"no environment {env!r}: choose webshop or wikihow")


def run_cell(env: str, seed: int, condition: Condition) -> dict[str, Any]:
    """Train and test one condition with one seed.

    Returns:
        seed, condition, success (share), score (mean reward), steps (mean), and what it cost.
    """
    place = world(env, seed)
    cell: dict[str, Any] = {"seed": seed, "condition": condition.name}
    if condition.agent == "scripted":
        solved, scores, steps = zip(*place.ceiling(), strict=True)
        return cell | {"success": _mean(solved), "score": _mean(scores), "steps": _mean(steps)}
    agent = _agent(place.domain, env, seed, condition)
    run = evaluate(agent, place.env, place.test, seed=seed, progress=False)
    prompt, completion = run.tokens
    cell |= {
        "success": run.success_rate.mean,
        "score": run.score.mean,
        "steps": _mean(len(episode.steps) for episode in run.episodes),
        "calls": sum(step.turn.reply is not None for e in run.episodes for step in e.steps),
        "failed_replies": len(run.failed_replies),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
    }
    if isinstance(agent, Rememberer):
        cell["records"] = len(agent.memory)
    return cell


def _agent(domain: Domain, env: str, seed: int, condition: Condition) -> Agent:
    llm = OfflineLLM(seed)
    if condition.agent == "random":
        return Random(domain, seed)
    if condition.agent == "none":
        return NoExemplars(llm, domain)
    if condition.agent == "fixed":
        return FixedExemplars(llm, domain, condition.start)
    options = json.dumps(condition.memory, sort_keys=True)
    kind = condition.agent
    memory = _trained(env, seed, kind, condition.start, condition.epochs, options)
    if condition.values == "shuffled":
        memory = shuffled(memory, seed)
    elif condition.values == "inverted":
        memory = inverted(memory)
    if condition.retrieval == "random":
        memory = memory.with_records(memory, similarity=from_function(_lot))
    return Rememberer(llm, memory, domain, seed)


@lru_cache(maxsize=4)  # several conditions test the same training
def _trained(
    env: str, seed: int, kind: str, start: str, epochs: int, options: str
) -> ExperienceMemory:
    place = world(env, seed)
    memory = place.domain.initial_memory(start, **json.loads(options))
    learner = SolvedOnly if kind == "solved only" else Rememberer
    agent = learner(OfflineLLM(seed), memory, place.domain, seed)
    if epochs:
        train(agent, place.env, place.training, epochs=epochs, seed=seed, progress=False)
    return memory


def shuffled(memory: ExperienceMemory, seed: int) -> ExperienceMemory:
    """The same records and actions, their values dealt out anew among all pairs."""
    values = [value.q for record in memory for value in record.actions.values()]
    random.Random(f"shuffled {seed}").shuffle(values)
    return _revalued(memory, values)


def inverted(memory: ExperienceMemory) -> ExperienceMemory:
    """The same records and actions, each value taken from the largest."""
    values = [value.q for record in memory for value in record.actions.values()]
    return _revalued(memory, [max(values) - value for value in values])


def _revalued(memory: ExperienceMemory, values: Iterable[float]) -> ExperienceMemory:
    dealt = iter(values)
    return memory.with_records(
        replace(
            record,
            actions={a: replace(value, q=next(dealt)) for a, value in record.actions.items()},
        )
        for record in memory
    )


def _lot(query: State, key: State) -> float:
    """A lot drawn for each pair of states: the same pair, the same lot."""
    texts = [text for s in (query, key) for text in (s.task, s.instruction, s.observation)]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).digest()[0] / 255


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
