"""One cell of an experiment: one condition with one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
from rememberer_lite.experiments.agents import (
    AboveNeighbours,
    KnownState,
    PreferValue,
    SimilarTask,
)
from rememberer_lite.experiments.conditions import Condition, Training
from rememberer_lite.experiments.later import reader
from rememberer_lite.experiments.measures import Cell, Measures
from rememberer_lite.experiments.models import explore, processor_time
from rememberer_lite.experiments.perturbations import equal, fewer, inverted, shuffled, unrelated
from rememberer_lite.experiments.place import open_place, other_world
from rememberer_lite.experiments.retrieval import quality, similarity
from rememberer_lite.experiments.starts import goals_of, initial
from rememberer_lite.llm import LLM
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.training import Episode, evaluate, train
from rememberer_lite.training.outcome import Run

#: seed → the model that decides
Model = Callable[[int], LLM]

#: `conditions.Learner` → its class
LEARNERS: dict[str, type[Rememberer]] = {
    "memory": Rememberer,
    "solved only": SolvedOnly,
    "prefer value": PreferValue,
    "above neighbours": AboveNeighbours,
    "known state": KnownState,
    "similar task": SimilarTask,
}


@dataclass(frozen=True)
class Trained:
    """A memory after its training, what that cost, and its journal."""

    memory: ExperienceMemory
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    episodes: tuple[Episode, ...] = ()


def run_cell(env: str, seed: int, condition: Condition, model: Model = OfflineLLM) -> Cell:
    """Train and test one condition with one seed.

    Returns:
        seed, condition; success (share), score (mean reward), steps (mean) on the test goals;
        calls, prompt_tokens and completion_tokens of the test, train_calls and train_tokens of
        the training; `seconds`, processor time, which is never exactly repeatable. The condition
        "retrieval" has the measures of `retrieval.quality` instead.
    """
    began = processor_time()
    place = open_place(env, seed)
    cell: Cell = {"seed": seed, "condition": condition.name}
    if condition.agent == "retrieval":
        measure = similarity(place, condition.similarity, condition.weight)
        cell = {**cell, **quality(place, measure)}
    elif condition.agent == "scripted":
        walks = [place.walk(goal) for goal in place.goals("test")]
        cell["success"] = _mean(walk.solved for walk in walks)
        cell["score"] = _mean(walk.reward for walk in walks)
        cell["steps"] = _mean(len(walk.pairs) for walk in walks)
    else:
        cell = {**cell, **_play(env, seed, condition, model)}
    cell["seconds"] = round(processor_time() - began, 2)
    return cell


def _play(env: str, seed: int, condition: Condition, model: Model) -> Measures:
    place = open_place(env, seed)
    training: Measures = {}
    agent = player(env, seed, condition, model)
    if agent.memory is not None:
        trained = _trained(env, seed, condition.training, seed, model)
        stats = trained.memory.stats
        training = {
            "train_calls": trained.calls,
            "train_tokens": trained.tokens,
            "train_seconds": trained.seconds,
            "records": len(agent.memory),
            "updates": stats.updates,
            "evicted": stats.evicted,
        }
        if condition.twice:
            again = _trained(env, seed, condition.training, seed + 1000, model).memory
            training["q_variance"] = scatter(trained.memory, again)
    goals = place.goals(condition.test)[: condition.test_count]
    limit = place.world.max_steps
    run = evaluate(agent, place.env, goals, limit, seed=seed, progress=False)
    prompt, completion = run.tokens
    shown = [len(s.turn.prompt.exemplars) for e in run.episodes for s in e.steps if s.turn.prompt]
    return {
        **training,
        "success": run.success_rate.mean,
        "score": run.score.mean,
        "steps": _mean(len(episode.steps) for episode in run.episodes),
        "exemplars": _mean(shown) if shown else 0.0,
        "calls": _calls(run),
        "failed_replies": len(run.failed_replies),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
    }


def player(env: str, seed: int, condition: Condition, model: Model) -> Agent:
    """The agent of a condition, its memory trained."""
    domain, llm = open_place(env, seed).domain, model(seed)
    options: dict[str, Any] = dict(condition.settings)
    match condition.agent:
        case "random":
            return Random(domain, seed)
        case "none":
            return NoExemplars(llm, domain, **options)
        case "fixed":
            return FixedExemplars(llm, domain, condition.start, **options)
        case "react":
            return ReAct(llm, domain, condition.start, **options)
    trained = _trained(env, seed, condition.training, seed, model)
    memory = _perturbed(trained.memory, condition, seed)
    if condition.policy is not None:
        return reader(condition.policy, llm, memory, domain, seed, trained.episodes, **options)
    return LEARNERS[condition.agent](llm, memory, domain, seed, **options)


def _perturbed(memory: ExperienceMemory, condition: Condition, seed: int) -> ExperienceMemory:
    """The memory as it is tested: a copy if anything is changed."""
    if condition.records is not None:
        memory = fewer(memory, condition.records, seed)
    match condition.values:
        case "shuffled":
            memory = shuffled(memory, seed)
        case "inverted":
            memory = inverted(memory)
        case "equal":
            memory = equal(memory)
        case "learnt":
            pass
    if condition.retrieval == "random":
        memory = memory.with_records(memory, similarity=from_function(unrelated))
    return memory


@lru_cache(maxsize=4)  # several conditions test the same trained memory
def _trained(env: str, seed: int, training: Training, train_seed: int, model: Model) -> Trained:
    """The memory after training; `train_seed` seeds model, advice and order of goals."""
    place = open_place(env, seed)
    memory = initial(place, training)
    calls = tokens = 0
    if training.foreign:
        other = other_world(place.world.name)
        there = _trained(other, seed, Condition("there", epochs=4).training, train_seed, model)
        calls, tokens = there.calls, there.tokens
        for record in there.memory:
            memory.insert(record)
    goals = goals_of(place, training)
    if not training.epochs or not goals:
        return Trained(memory, calls, tokens)
    began = processor_time()
    agent = LEARNERS[training.agent](
        model(train_seed), memory, place.domain, train_seed, **training.settings
    )
    steps = place.world.max_steps
    if training.temperature is None:
        histories = [
            train(agent, place.env, goals, training.epochs, steps, train_seed, progress=False)
        ]
    else:
        histories = explore(
            agent, place.env, goals, training.epochs, steps, train_seed, training.temperature
        )
    calls += sum(_calls(history) for history in histories)
    tokens += sum(sum(history.tokens) for history in histories)
    episodes = tuple(episode for history in histories for episode in history.episodes)
    return Trained(memory, calls, tokens, round(processor_time() - began, 2), episodes)


def scatter(one: ExperienceMemory, other: ExperienceMemory) -> float | None:
    """How far Q values differ between two trainings with different seeds: an estimate of Var Q.

        Var Q ≈ mean over the (s, a) in both of (Q₁(s, a) − Q₂(s, a))² / 2

    None if the two have no state and action in common.
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
