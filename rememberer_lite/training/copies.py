"""Copies of an environment for several workers, and whether they are as separate as they look."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from rememberer_lite.domain import Domain
from rememberer_lite.state import SettingError
from rememberer_lite.training.environment import Environment, begin, name_of, take

#: how many episodes are tried side by side
TRIED = 3


def copy_of(env: Environment) -> Environment:
    """A copy of an environment, to be played at the same time.

    Raises:
        SettingError: if it cannot be copied.
    """
    try:
        own = copy.deepcopy(env)
    except Exception as error:  # whatever its parts raise: locks, connections, generators
        raise SettingError(
            f"{name_of(env)} cannot be copied for several workers ({error}): give it a "
            "__deepcopy__ that makes a new one, or evaluate with workers=1"
        ) from error
    if own is env:
        raise SettingError(
            f"a copy of {name_of(env)} is the same object, so workers would play in one episode: "
            "let its __deepcopy__ make a new one, or evaluate with workers=1"
        )
    return own


def check_copies(domain: Domain, env: Environment, goals: Sequence[int], max_steps: int) -> None:
    """Play a few goals alone, then side by side step by step, each in a copy: is it the same?

    Copies share an episode that is kept in a class attribute, a module or a closure. The actions
    are random ones of the page; no model is asked, and `env` itself is not played.

    Raises:
        SettingError: if a copy plays otherwise beside others than alone, or cannot be made.
    """
    tried = [*dict.fromkeys(goals), *goals][:TRIED]

    def plays() -> list[Iterator[Any]]:
        return [_play(domain, copy_of(env), goal, max_steps) for goal in tried]

    try:
        alone = [list(play) for play in plays()]
    except SettingError:
        raise
    except Exception:  # whatever it is, the first episode meets it too
        return
    try:
        steps = zip_longest(*plays())
        together = [[s for s in play if s is not None] for play in zip(*steps, strict=True)]
    except Exception:  # of code that another copy has put into an impossible state
        together = []
    if together == alone or [list(play) for play in plays()] != alone:
        return  # separate; or random by itself, so that nothing can be told
    raise SettingError(
        f"copies of {name_of(env)} share their episode (in a class attribute, a module or a "
        "closure), so workers would disturb each other: keep it in attributes of the instance, "
        "or evaluate with workers=1"
    )


def _play(domain: Domain, env: Environment, goal: int, max_steps: int) -> Iterator[Any]:
    """What an episode of random actions shows, step by step."""
    rng = random.Random(goal)
    state, _ = begin(env, goal)
    yield state
    for _ in range(max_steps):
        action = domain.random_action(state, rng)
        if action is None:
            return
        outcome = take(env, action)
        yield outcome.state, outcome.reward, outcome.terminated, outcome.truncated
        if outcome.terminated or outcome.truncated:
            return
        state = outcome.state
