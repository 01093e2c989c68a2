"""Epochs of learning, and evaluation with a frozen memory.

The runner owns what an episode needs: the step limit, what led to each state, and a generator
seeded by (seed, epoch, goal), so that an episode's luck does not depend on the others'.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from rememberer_lite.agent import Agent, Rememberer
from rememberer_lite.checkpoint import Checkpoint
from rememberer_lite.episode import Episode, Step
from rememberer_lite.progress import Progress
from rememberer_lite.run import Evaluation, History, Interval
from rememberer_lite.state import Recent, State

__all__ = ["Episode", "Evaluation", "History", "Interval", "Step", "evaluate", "train"]


class Environment(Protocol):
    """The part of a Gymnasium environment that the runner uses."""

    def reset(self, *, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin the goal `options["goal"]`; info["state"] is the State."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """One action: observation, reward, terminated, truncated, info."""


def train(
    agent: Agent,
    env: Environment,
    goals: Iterable[int],
    epochs: int = 3,
    max_steps: int = 15,
    seed: int = 0,
    skip_solved: bool = True,
    progress: bool = True,
    on_episode: Callable[[Episode], bool | None] | None = None,
    checkpoint: str | Path | None = None,
) -> History:
    """Let the agent learn: epochs over goals, an update after each step (paper, algorithm 1).

    Args:
        agent: learns through its `start` and `observe`.
        env: a Gymnasium environment whose info holds "state".
        goals: the indices of the training goals.
        epochs: passes over them.
        max_steps: steps an episode may take; a failed reply uses one.
        seed: of the random advice; the same seed gives the same history.
        skip_solved: goals solved in the first epoch are not trained again, as in the paper.
        progress: show a tqdm bar, with the use of the model's budget where it has one.
        on_episode: is given each episode when it has been learnt; True stops the training there.
        checkpoint: a file that keeps each episode as soon as it ends. Where a run was broken off
            (an error of the model, a budget, Ctrl-C), the same call, with the agent made anew,
            goes on from there; the result is that of a run without a break.

    Raises:
        CheckpointError: where the file belongs to a run with other settings or another memory.
    """
    goals = list(goals)
    settings = {
        "goals": goals,
        "epochs": epochs,
        "max_steps": max_steps,
        "seed": seed,
        "skip_solved": skip_solved,
    }
    journal = Checkpoint(checkpoint, agent, settings) if checkpoint is not None else None
    done = list(journal.episodes) if journal else []
    episodes: list[Episode] = []
    solved_first: set[int] = set()
    plan = [(epoch, goal) for epoch in range(epochs) for goal in goals]
    with Progress("training", len(plan), agent, progress) as bar:
        for epoch, goal in plan:
            if skip_solved and goal in solved_first:
                bar.advance(played=False)
                continue
            known = done.pop(0) if done else None
            luck = f"{seed}/{epoch}/{goal}"
            episode = known or run_episode(agent, env, goal, max_steps, luck, learn=True)
            episode = replace(episode, epoch=epoch)
            if journal and not known:
                journal.append(episode)
            episodes.append(episode)
            if epoch == 0 and episode.solved:
                solved_first.add(goal)
            bar.advance(played=not known)
            if on_episode is not None and on_episode(episode):
                break
    return History(agent.name, agent.model, tuple(episodes), settings)


def evaluate(
    agent: Agent,
    env: Environment,
    goals: Iterable[int],
    max_steps: int = 15,
    seed: int = 0,
    progress: bool = True,
    workers: int = 1,
) -> Evaluation:
    """Let the agent act on test goals; nothing is learnt.

    Args:
        agent: decides; its memory is only read.
        env: a Gymnasium environment whose info holds "state". With several workers each episode
            plays in a shallow copy of it, so `reset` must make anew whatever an episode changes.
        goals: the indices of the test goals.
        max_steps: steps an episode may take; a failed reply uses one.
        seed: of the random advice; the same seed gives the same evaluation.
        progress: show a tqdm bar, with the use of the model's budget where it has one.
        workers: how many episodes run side by side, in threads; worth while where a server
            answers, since that is mostly waiting. The result is that of one worker.
    """
    goals = list(goals)

    def play(goal: int) -> Episode:
        own = copy.copy(env) if workers > 1 else env
        return run_episode(agent, own, goal, max_steps, f"{seed}/test/{goal}", learn=False)

    episodes = []
    with Progress("evaluating", len(goals), agent, progress) as bar:
        for episode in _side_by_side(play, goals, workers):
            episodes.append(episode)
            bar.advance()
    return Evaluation(agent.name, agent.model, tuple(episodes))


def _side_by_side(
    play: Callable[[int], Episode], goals: Sequence[int], workers: int
) -> Iterator[Episode]:
    """The episodes in the order of the goals, `workers` of them at a time."""
    if workers == 1:
        yield from map(play, goals)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(play, goals)
    finally:  # after an error, what has not begun is not begun
        pool.shutdown(cancel_futures=True)


def run_episode(
    agent: Agent, env: Environment, goal: int, max_steps: int, luck: str, learn: bool
) -> Episode:
    """One episode: observation → decision → reward, and, where `learn`, → memory update.

    Args:
        agent: decides, and learns if `learn`.
        env: is reset to `goal`.
        goal: the goal's index.
        max_steps: the step limit; a task solved on the last step is solved.
        luck: the text that seeds the episode's generator.
        learn: False freezes the memory.
    """
    rng = random.Random(luck)
    _, info = env.reset(options={"goal": goal})
    state: State = info["state"]
    recent, solved, done = Recent(), False, False
    steps: list[Step] = []
    if learn:
        agent.start(state)
    try:
        while not done and len(steps) < max_steps:
            turn = agent.act(state, recent, rng)
            if turn.decision is None:  # a failed reply costs a step and teaches nothing
                steps.append(Step(state, recent, turn, None))
                continue
            action = turn.decision.action
            _, reward, terminated, truncated, info = env.step(action)
            reward, done = float(reward), bool(terminated or truncated)
            solved = solved or agent.domain.solved(reward, done)
            reason = agent.domain.reason(state, action, turn.decision.reason)
            before = _value(agent, state, action)
            steps.append(
                Step(state, recent, turn, action, reward, done, info.get("no_effect", ""), before)
            )
            next_state: State = info["state"]
            if learn:
                agent.observe(action, reward, next_state, done, reason)
            recent, state = recent.after(action, reward, reason), next_state
        if learn and not done:
            agent.finish()  # the step limit ends the episode: there is nothing to bootstrap from
    except BaseException:
        if learn:
            agent.abandon()
        raise
    after = [replace(s, q_after=_value(agent, s.state, s.action)) if s.action else s for s in steps]
    parts = info.get("reward_parts")
    return Episode(goal, tuple(after), solved, reward_parts=parts, last_state=state)


def _value(agent: Agent, state: State, action: str | None) -> float | None:
    """Q(s, a) in the agent's memory, or None where it knows nothing of it."""
    if action is None or not isinstance(agent, Rememberer) or state not in agent.memory:
        return None
    value = agent.memory[state].actions.get(action)
    return None if value is None else value.q
