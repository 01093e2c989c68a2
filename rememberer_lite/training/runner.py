"""Epochs of learning, and evaluation with a frozen memory.

The runner owns what an episode needs: the step limit, what led to each state, and a generator
seeded by (seed, epoch, goal), so that the random draws of one episode do not depend on others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from rememberer_lite.agent import Agent, Turn
from rememberer_lite.state import Recent, SettingError, State
from rememberer_lite.training.checkpoint import Checkpoint, due
from rememberer_lite.training.copies import check_copies, copy_of
from rememberer_lite.training.environment import Environment, begin, checked_goals, take
from rememberer_lite.training.episode import Episode, Step
from rememberer_lite.training.in_use import in_use
from rememberer_lite.training.kept import Kept
from rememberer_lite.training.outcome import Evaluation, History, reward_bounds
from rememberer_lite.training.progress import Progress


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
    episodes: str | Path | None = None,
) -> History:
    """Let the agent learn: epochs over goals, an update after each step (paper, algorithm 1).

    Args:
        agent: learns through its `start` and `observe`.
        env: a Gymnasium environment whose info holds "state". If it truncates, that is a step
            limit like `max_steps`: the task is not solved.
        goals: the indices of the training goals.
        epochs: passes over them.
        max_steps: steps an episode may take; a failed reply uses one.
        seed: of the random advice; the same seed gives the same history.
        skip_solved: True: goals solved in the first epoch are not trained again, as in the paper.
        progress: show a bar, with the use of the model's budget if it has one.
        on_episode: called with each episode once it has been learnt; True stops training.
        checkpoint: a file that keeps each episode as soon as it ends. If a run was interrupted
            (an error of the model, a budget, Ctrl-C), the same call, with the agent created
            again, resumes it; the result is the same as without the interruption.
        episodes: a new file for the whole episodes of a long run, or the checkpoint: the history
            keeps numbers, and reads an episode from the file when it is asked for.

    Raises:
        CheckpointError: if the file belongs to another run; the message names what differs.
        StorageError: if another run writes to that file, or the one for the episodes exists.
        SettingError: if an argument is out of range, another thread uses the agent, or the
            environment, the domain or the agent returns something invalid.
    """
    goals = checked_goals(env, goals)
    settings = {
        "goals": goals,
        "epochs": _count("epochs", epochs),
        "max_steps": _count("max_steps", max_steps),
        "seed": seed,
        "skip_solved": skip_solved,
    }
    solved: set[int] = set()
    with ExitStack() as stack:
        stack.enter_context(in_use(agent, env, learns=True))
        journal = None
        if checkpoint is not None:
            journal = stack.enter_context(Checkpoint(checkpoint, agent, env, settings))
        done = journal.replayed(agent) if journal else iter(())
        kept = stack.enter_context(Kept(episodes, journal))
        bar = stack.enter_context(Progress("training", epochs * len(goals), agent, progress))
        for epoch, goal, skipped in due(goals, epochs, skip_solved, solved):
            if skipped:
                bar.skip()
                continue
            known = next(done, None)
            episode = known or replace(
                run_episode(
                    agent, env, goal, max_steps, f"{seed}/{epoch}/{goal}", True, f"{seed}/{goal}"
                ),
                epoch=epoch,
            )
            kept.add(episode, known=known is not None)
            if epoch == 0 and episode.solved:
                solved.add(goal)
            bar.advance(played=not known)
            if on_episode is not None and on_episode(episode):
                break
    bounds = reward_bounds(env)
    return History(agent.name, agent.model, kept.episodes, settings, reward_bounds=bounds)


def evaluate(
    agent: Agent,
    env: Environment,
    goals: Iterable[int],
    max_steps: int = 15,
    seed: int = 0,
    progress: bool = True,
    workers: int = 1,
    episodes: str | Path | None = None,
) -> Evaluation:
    """Let the agent act on test goals; nothing is learnt.

    Args:
        agent: decides; its memory is only read.
        env: a Gymnasium environment whose info holds "state". With several workers each episode
            plays in a deep copy of it.
        goals: the indices of the test goals.
        max_steps, progress: as in `train`.
        seed: of the random advice; the same seed gives the same evaluation.
        workers: how many episodes run side by side, in threads; worthwhile if a server answers,
            since most of the time is spent waiting. The result does not depend on it.
        episodes: a new file for the whole episodes, as in `train`.

    Raises:
        EpisodeFileError: if the file for the episodes exists.
        SettingError: as in `train`, and where the environment cannot be copied for the workers,
            or its copies share an episode: that is tried first, with random actions.
    """
    goals = checked_goals(env, goals)
    _count("max_steps", max_steps)
    _count("workers", workers)

    def play(goal: int) -> Episode:
        own = copy_of(env) if workers > 1 else env
        return run_episode(agent, own, goal, max_steps, f"{seed}/test/{goal}", learn=False)

    with (
        in_use(agent, env, learns=False),
        Kept(episodes) as kept,
        Progress("evaluating", len(goals), agent, progress) as bar,
    ):
        if workers > 1 and len(goals) > 1:
            check_copies(agent.domain, env, goals, max_steps)
        for episode in _side_by_side(play, goals, workers):
            kept.add(episode)
            bar.advance()
    return Evaluation(agent.name, agent.model, kept.episodes, reward_bounds=reward_bounds(env))


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
    finally:  # after an error, no further episode begins
        pool.shutdown(cancel_futures=True)


def run_episode(
    agent: Agent,
    env: Environment,
    goal: int,
    max_steps: int,
    seed: str,
    learn: bool,
    draws: str = "",
) -> Episode:
    """One episode: observation → decision → reward, and, where `learn`, → memory update.

    Args:
        agent: decides, and learns if `learn`.
        env: is reset to `goal`.
        goal: the goal's index.
        max_steps: the step limit; a task solved on the last step is solved.
        seed: the text that seeds the episode's generator.
        learn: False freezes the memory.
        draws: the text that seeds what the environment draws, if it takes a seed; "": `seed`.
    """
    rng = random.Random(seed)
    state, info = begin(env, goal, draws or seed)
    recent, solved, ended, terminated = Recent(), False, False, False
    steps: list[Step] = []
    if learn:
        agent.start(state)
    try:
        while not ended and len(steps) < max_steps:
            turn: object = agent.act(state, recent, rng)
            if not isinstance(turn, Turn):
                raise SettingError(f"{agent.name}.act returned {turn!r}: return a Turn")
            if turn.decision is None:  # a failed reply costs a step and teaches nothing
                steps.append(Step(state, recent, turn, None))
                continue
            action = turn.decision.action
            outcome = take(env, action)
            reward, terminated, info = outcome.reward, outcome.terminated, outcome.info
            ended = terminated or outcome.truncated
            solved = solved or _solved(agent, reward, terminated)
            reason = agent.domain.reason(state, action, turn.decision.reason)
            why, before = str(info.get("no_effect", "")), _value(agent, state, action)
            steps.append(
                Step(state, recent, turn, action, reward, terminated, why, before, None,
                     truncated=outcome.truncated)
            )  # fmt: skip
            if learn:
                agent.observe(action, reward, outcome.state, terminated, reason)
            recent, state = recent.after(action, reward, reason), outcome.state
        if learn and not terminated:
            agent.finish()  # a step limit ends the episode: nothing to bootstrap from
    except BaseException:
        if learn:
            agent.abandon()
        raise
    after = [replace(s, q_after=_value(agent, s.state, s.action)) if s.action else s for s in steps]
    parts = info.get("reward_parts")
    return Episode(goal, tuple(after), solved, reward_parts=parts, last_state=state)


def _solved(agent: Agent, reward: float, terminated: bool) -> bool:
    """Whether a step solved the task; a truncation is a step limit, and solves nothing."""
    answer: object = agent.domain.solved(reward, terminated)
    if not isinstance(answer, bool | np.bool_):
        raise SettingError(
            f"{type(agent.domain).__name__}.solved returned {answer!r}: return True or False"
        )
    return terminated and bool(answer)


def _value(agent: Agent, state: State, action: str | None) -> float | None:
    """Q(s, a) in the agent's memory, or None if it is unknown there."""
    if action is None or agent.memory is None or state not in agent.memory:
        return None
    value = agent.memory[state].actions.get(action)
    return None if value is None else value.q


def _count(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise SettingError(f"{name} = {value!r}: choose a whole number of at least 1")
    return int(value)
