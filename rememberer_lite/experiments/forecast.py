"""How long an experiment will take, before it begins: a trial, and the number of decisions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rememberer_lite.experiments.cells import Model, player
from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.place import Place, open_place
from rememberer_lite.training import evaluate

Task = tuple[int, tuple[Condition, ...]]  # a seed, and conditions that share a training


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be done, and how long it takes.

    Attributes:
        decisions: how often the model will decide, about.
        seconds: of one decision, as measured in the trial: of processor time, which other programs
            on the machine lengthen less than the time of the clock.
        episodes: how many will be played at most.
        prompt_tokens: of one decision, about.
    """

    decisions: float
    seconds: float
    episodes: int = 0
    prompt_tokens: float = 0.0

    def hours(self, jobs: int = 1) -> float:
        """With this many processes, each with a core of its own.

        >>> Forecast(7200, 0.5).hours(2)
        0.5
        """
        return self.decisions * self.seconds / 3600 / jobs


def forecast(env: str, tasks: Sequence[Task], model: Model, goals: int = 2) -> Forecast:
    """Play a few test goals with the first condition that has a memory, and count what is to come.

    Each episode is expected to have as many steps as those of the trial.
    """
    rows = [(seed, row) for seed, conditions in tasks for row in conditions]
    seed, row = next((pair for pair in rows if pair[1].agent == "memory"), rows[0])
    place = open_place(env, seed)
    agent = player(env, seed, replace(row, epochs=0), model)
    began = time.process_time()
    run = evaluate(
        agent, place.env, place.goals("test")[:goals], place.world.max_steps, progress=False
    )
    seconds = time.process_time() - began
    steps = sum(len(episode.steps) for episode in run.episodes)
    episodes = most_episodes(env, tasks)
    prompt, _ = run.tokens
    return Forecast(episodes * steps / len(run.episodes), seconds / steps, episodes, prompt / steps)


def most_episodes(env: str, tasks: Sequence[Task]) -> int:
    """How many episodes will be played, if no goal is solved before its last epoch."""
    place = open_place(env, tasks[0][0])
    return sum(episodes_of(place, conditions) for _, conditions in tasks)


def episodes_of(place: Place, conditions: Sequence[Condition]) -> int:
    """Of one task: its training, which the conditions share, and the test of each."""
    trained = sum(len(place.goals(name)[:count]) for name, count in conditions[0].goals)
    tests = sum(len(place.goals(row.test)[: row.test_count]) for row in conditions)
    return conditions[0].epochs * trained + tests
