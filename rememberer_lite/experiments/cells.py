"""One cell of an experiment: one condition with one seed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from rememberer_lite.agent import (
    Agent,
    FixedExemplars,
    NoExemplars,
    Random,
    ReAct,
    Rememberer,
    SolvedOnly,
)
from rememberer_lite.domain import Domain
from rememberer_lite.experiments.controls import fewer, inverted, lot, shuffled
from rememberer_lite.experiments.policies import AboveNeighbours, PreferValue
from rememberer_lite.experiments.retrieval import quality, similarity
from rememberer_lite.experiments.world import ENVS, world
from rememberer_lite.llm import LLM
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.run import Run
from rememberer_lite.similarity import from_function
from rememberer_lite.training import evaluate, train

#: seed → the model that decides
Model = Callable[[int], LLM]

#: agents with a memory that learns
LEARNERS = {
    "memory": Rememberer,
    "solved only": SolvedOnly,
    "prefer value": PreferValue,
    "above neighbours": AboveNeighbours,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of an experiment's table: an agent, how it is trained, and how it is tested.

    Attributes:
        name: the row's name.
        agent: one of `LEARNERS`; "fixed", "react", "none", "random" or "scripted"; or
            "retrieval", which plays nothing and judges the similarity.
        start: the initial records "E0", "E1" or "E2", or "empty", where the agent has any.
        epochs: of training; 0 leaves the memory as it starts.
        goals: what is trained on: names of `World.goals`, each with how many of them.
        test: the goals of the test, by name.
        memory: options of `ExperienceMemory`.
        settings: options of the agent (exemplars, random_advice, discouraged, budget).
        similarity: "domain", "richer", "page text" or "lot".
        weight: λ; None: the domain's.
        values: after training: "learnt", or the same numbers "shuffled" among all pairs of state
            and action, or "inverted" (the largest minus each).
        retrieval: in the test: "similar", or "random" records.
        records: in the test: only so many of them, drawn at random.
        foreign: before training: the memory also gets what was learnt in the other environment.
        twice: train once more with other luck, to see how far the Q values scatter.
        against: the row to compare with; "": the plan's reference.
    """

    name: str
    agent: str = "memory"
    start: str = "E0"
    epochs: int = 0
    goals: tuple[tuple[str, int], ...] = (("long", 50),)
    test: str = "test"
    memory: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    similarity: str = "domain"
    weight: float | None = None
    values: str = "learnt"
    retrieval: str = "similar"
    records: int | None = None
    foreign: bool = False
    twice: bool = False
    against: str = ""

    @property
    def training(self) -> str:
        """What decides how the memory comes about: conditions that share it share the training."""
        parts = ["agent", "start", "epochs", "goals", "memory", "settings"]
        parts += ["similarity", "weight", "foreign"]
        everything = asdict(self)
        return json.dumps({part: everything[part] for part in parts}, sort_keys=True)


@dataclass(frozen=True)
class Trained:
    """A memory after its training, and what that cost."""

    memory: ExperienceMemory
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0


def run_cell(
    env: str, seed: int, condition: Condition, model: Model = OfflineLLM
) -> dict[str, Any]:
    """Train and test one condition with one seed.

    Returns:
        seed, condition; success (share), score (mean reward), steps (mean) on the test goals;
        calls, prompt_tokens and completion_tokens of the test, train_calls and train_tokens of
        the training; `seconds`, processor time, which no repetition gives again. The condition
        "retrieval" has the measures of `retrieval.quality` instead.
    """
    began = time.process_time()
    place = world(env, seed)
    cell: dict[str, Any] = {"seed": seed, "condition": condition.name}
    if condition.agent == "retrieval":
        how = similarity(env, place, condition.similarity, condition.weight)
        cell |= quality(place, how)
    elif condition.agent == "scripted":
        solved, scores, steps = zip(*place.ceiling(), strict=True)
        cell |= {"success": _mean(solved), "score": _mean(scores), "steps": _mean(steps)}
    else:
        cell |= _play(env, seed, condition, model)
    return cell | {"seconds": round(time.process_time() - began, 2)}


def _play(env: str, seed: int, condition: Condition, model: Model) -> dict[str, Any]:
    place = world(env, seed)
    cell: dict[str, Any] = {}
    agent = _agent(place.domain, env, seed, condition, model)
    if isinstance(agent, Rememberer):
        trained = _trained(env, seed, condition.training, seed, model)
        stats = trained.memory.stats
        cell = {
            "train_calls": trained.calls,
            "train_tokens": trained.tokens,
            "train_seconds": trained.seconds,
            "records": len(agent.memory),
            "updates": stats.updates,
            "evicted": stats.evicted,
        }
        if condition.twice:
            again = _trained(env, seed, condition.training, seed + 1000, model).memory
            cell["q_variance"] = scatter(trained.memory, again)
    run = evaluate(agent, place.env, place.goals[condition.test], seed=seed, progress=False)
    prompt, completion = run.tokens
    shown = [len(s.turn.prompt.exemplars) for e in run.episodes for s in e.steps if s.turn.prompt]
    return cell | {
        "success": run.success_rate.mean,
        "score": run.score.mean,
        "steps": _mean(len(episode.steps) for episode in run.episodes),
        "exemplars": _mean(shown) if shown else 0.0,
        "calls": _calls(run),
        "failed_replies": len(run.failed_replies),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
    }


def _agent(domain: Domain, env: str, seed: int, condition: Condition, model: Model) -> Agent:
    kind, llm = condition.agent, model(seed)
    if kind == "random":
        return Random(domain, seed)
    if kind == "none":
        return NoExemplars(llm, domain)
    if kind in {"fixed", "react"}:
        return (FixedExemplars if kind == "fixed" else ReAct)(llm, domain, condition.start)
    memory = _trained(env, seed, condition.training, seed, model).memory
    if condition.records is not None:
        memory = fewer(memory, condition.records, seed)
    if condition.values == "shuffled":
        memory = shuffled(memory, seed)
    elif condition.values == "inverted":
        memory = inverted(memory)
    if condition.retrieval == "random":
        memory = memory.with_records(memory, similarity=from_function(lot))
    return LEARNERS[kind](llm, memory, domain, seed, **condition.settings)


@lru_cache(maxsize=4)  # several conditions test the same training
def _trained(env: str, seed: int, training: str, luck: int, model: Model) -> Trained:
    """The memory of a condition (`Condition.training`); `luck` seeds model, advice and order."""
    place, how = world(env, seed), json.loads(training)
    alike = similarity(env, place, how["similarity"], how["weight"])
    if how["start"] == "empty":
        memory = ExperienceMemory(alike, **how["memory"])
    else:
        memory = place.domain.initial_memory(how["start"], similarity=alike, **how["memory"])
    calls = tokens = 0
    if how["foreign"]:
        (other,) = (name for name in ENVS if name != env)
        there = _trained(other, seed, Condition("there", epochs=4).training, luck, model)
        calls, tokens = there.calls, there.tokens
        for record in there.memory:
            memory.insert(record)
    goals = [goal for name, count in how["goals"] for goal in place.goals[name][:count]]
    if not how["epochs"] or not goals:
        return Trained(memory, calls, tokens)
    began = time.process_time()
    agent = LEARNERS[how["agent"]](model(luck), memory, place.domain, luck, **how["settings"])
    history = train(agent, place.env, goals, epochs=how["epochs"], seed=luck, progress=False)
    seconds = round(time.process_time() - began, 2)
    return Trained(memory, calls + _calls(history), tokens + sum(history.tokens), seconds)


def scatter(one: ExperienceMemory, other: ExperienceMemory) -> float | None:
    """How far Q values differ between two trainings with other luck: an estimate of Var Q.

        Var Q ≈ mean over the (s, a) in both of (Q₁(s, a) − Q₂(s, a))² / 2

    None where the two have no state and action in common.
    """
    gaps = [
        value.q - other[record.state].actions[action].q
        for record in one
        if record.state in other
        for action, value in record.actions.items()
        if action in other[record.state].actions
    ]
    return _mean(gap * gap / 2 for gap in gaps) if gaps else None


def _calls(run: Run) -> int:
    """How often the model was asked."""
    turns = [step.turn for episode in run.episodes for step in episode.steps]
    return sum((turn.reply is not None) + (turn.refused is not None) for turn in turns)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
