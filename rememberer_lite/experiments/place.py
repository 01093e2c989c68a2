"""Where an experiment takes place: a world of one seed, its goals, and how its expert plays."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from rememberer_lite.domain import Domain
from rememberer_lite.envs import WORLDS, World
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.state import State
from rememberer_lite.training import Environment
from rememberer_lite.training.environment import begin, take

#: how many goals of each department of the shop are reserved for its test
OWN_TEST = 34


@dataclass(frozen=True)
class Walk:
    """The expert's path through one goal.

    Attributes:
        pairs: (state, action) of each step.
        reward: Σ r_t.
        solved: whether the path solves the goal.
    """

    pairs: tuple[tuple[State, str], ...]
    reward: float
    solved: bool


@dataclass(frozen=True)
class Place:
    """A world, opened with a seed.

    Attributes:
        world: the world.
        env: its environment of this seed.
        departments: goals of the shop by department (see `departments_of`); empty in other worlds.
    """

    world: World
    env: Environment
    departments: Mapping[str, Sequence[int]]

    @property
    def domain(self) -> Domain:
        """How the world is presented to an agent."""
        return self.world.domain

    def goals(self, name: str) -> Sequence[int]:
        """The goals of a split of the world, or of a department."""
        if name in self.departments:
            return self.departments[name]
        return self.world.goals(name)

    def walk(self, goal: int) -> Walk:
        """Let the world's expert play a goal, and record each step.

        Raises:
            ExperimentError: if the world has no expert.
        """
        if self.world.expert is None:
            raise ExperimentError(
                f"the world {self.world.name!r} has no expert: give it one, or leave out "
                "the conditions that need it (a scripted player, retrieval)"
            )
        actions = self.world.expert(self.env, goal)
        state, _ = begin(self.env, goal)
        pairs: list[tuple[State, str]] = []
        total, solved = 0.0, False
        for action in actions:
            pairs.append((state, action))
            outcome = take(self.env, action)
            state = outcome.state
            total += outcome.reward
            solved = solved or bool(outcome.terminated and self.domain.solved(outcome.reward, True))
        return Walk(tuple(pairs), total, solved)


class _Opened(threading.local):
    """What each thread has opened: two of them may not play in one environment."""

    def __init__(self) -> None:
        self.place = lru_cache(maxsize=2)(_open)


def open_place(env: str, seed: int) -> Place:
    """The world of this name with a seed: a shop, a site, or whatever the world creates from it."""
    return _OPENED.place(env, seed)


def _open(env: str, seed: int) -> Place:
    world = WORLDS[env]
    made = world.env(seed)
    return Place(world, made, departments_of(made, seed) if world.name == "webshop" else {})


_OPENED = _Opened()


def other_world(env: str) -> str:
    """The other environment for the transfer experiments: the wiki for the shop, and vice versa."""
    others = {"webshop": "wikihow", "wikihow": "webshop"}
    if env not in others:
        raise ExperimentError(
            f"no other world is defined for {env!r}: leave out the conditions with foreign=True"
        )
    return others[env]


def departments_of(env: Any, seed: int) -> dict[str, Sequence[int]]:
    """Goals for the transfer between two departments of the shop that the seed chooses.

    Returns:
        "own" and "own test" from one department, "other" from the other, "mixed" from all.
    """
    departments: dict[str, list[int]] = {}
    for number, goal in enumerate(env.goals):
        departments.setdefault(goal.product.category, []).append(number)
    rooms = [departments[name] for name in sorted(departments)]
    own = seed % len(rooms)
    other = (own + 1 + seed // len(rooms) % (len(rooms) - 1)) % len(rooms)
    by_turns = chain.from_iterable(zip(*(room[OWN_TEST:] for room in rooms), strict=False))
    return {
        "own test": rooms[own][:OWN_TEST],
        "own": rooms[own][OWN_TEST:],
        "other": rooms[other],
        "mixed": list(by_turns),
    }
