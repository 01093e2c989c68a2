"""Where an experiment takes place: the shop or site of a seed, and its goals by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rememberer_lite.domain import Domain
from rememberer_lite.state import RemembererError, State
from rememberer_lite.training import Environment, evaluate

ENVS = ("webshop", "wikihow")
#: goals of each department of the shop that are kept for its own test
OWN_TEST = 34


class ExperimentError(RemembererError):
    """An experiment cannot be run or read; the message names the fix."""


@dataclass(frozen=True)
class World:
    """An environment of one seed.

    Attributes:
        domain: how it is shown to an agent.
        env: the environment.
        goals: name → the indices of goals: "test"; "S0" and "S1", the paper's two training sets
            of ten; "long", 50 training goals; "many", some hundred. The shop has more, for the
            transfer between two departments that the seed chooses: "own" and "own test" from
            one, "other" from the other, "mixed" from all.
        ceiling: (solved, reward, steps) of a script that plays the test goals as well as it can.
        expert: the same script's way through one goal: (state, action) of each step, if it
            solves the goal, else nothing.
    """

    domain: Domain
    env: Environment
    goals: Mapping[str, Sequence[int]]
    ceiling: Callable[[], list[tuple[bool, float, int]]]
    expert: Callable[[int], list[tuple[State, str]]]


@lru_cache(maxsize=2)
def world(env: str, seed: int) -> World:
    """The shop or site of a seed."""
    if env == "webshop":
        return _shop(seed)
    if env == "wikihow":
        return _site(seed)
    raise ExperimentError(f"no environment {env!r}: choose one of {', '.join(ENVS)}")


def _shop(seed: int) -> World:
    from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
    from rememberer_lite.envs.webshop.scripted import Scripted

    env = WebShopEnv(Catalogue.builtin(seed))
    departments: dict[str, list[int]] = {}
    for number, goal in enumerate(env.goals):
        departments.setdefault(goal.product.category, []).append(number)
    rooms = [departments[name] for name in sorted(departments)]
    mine = seed % len(rooms)
    theirs = (mine + 1 + seed // len(rooms) % (len(rooms) - 1)) % len(rooms)
    by_turns = chain.from_iterable(zip(*(room[OWN_TEST:] for room in rooms), strict=False))
    goals = {
        "test": range(100),
        "S0": range(500, 510),
        "S1": range(510, 520),
        "long": range(500, 550),
        "many": range(132, 532),
        "own test": rooms[mine][:OWN_TEST],
        "own": rooms[mine][OWN_TEST:],
        "other": rooms[theirs],
        "mixed": list(by_turns),
    }

    def ceiling() -> list[tuple[bool, float, int]]:
        run = evaluate(Scripted(WEBSHOP), env, goals["test"], progress=False)
        return [(e.solved, e.total_reward, len(e.steps)) for e in run.episodes]

    def expert(goal: int) -> list[tuple[State, str]]:
        (episode,) = evaluate(Scripted(WEBSHOP), env, [goal], progress=False).episodes
        return [(s.state, s.action) for s in episode.steps if episode.solved and s.action]

    return World(WEBSHOP, env, goals, ceiling, expert)


def _site(seed: int) -> World:
    from rememberer_lite.envs.wikihow import WIKIHOW, Site, WikiHowEnv
    from rememberer_lite.envs.wikihow.scripted import solve
    from rememberer_lite.envs.wikihow.taskset import S0, S1, TEST, TRAINING

    env = WikiHowEnv(Site.builtin(seed))

    def ceiling() -> list[tuple[bool, float, int]]:
        return [(True, float(len(env.tasks[g].milestones)), len(solve(env, g))) for g in TEST]

    def expert(goal: int) -> list[tuple[State, str]]:
        actions = solve(env, goal)
        _, info = env.reset(options={"goal": goal})
        way = []
        for action in actions:
            way.append((info["state"], action))
            _, _, _, _, info = env.step(action)
        return way

    goals = {"test": TEST, "S0": S0, "S1": S1, "long": TRAINING[:50], "many": TRAINING}
    return World(WIKIHOW, env, goals, ceiling, expert)
