"""What Mobile-Env answers, checked before anything is counted with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rememberer_lite.envs.wikihow.view_hierarchy import MobileEnvError
from rememberer_lite.text import short, visible

#: more milestones than these are reached in no step, and more tasks are in no folder
MOST_MILESTONES, MOST_TASKS = 1_000, 1_000_000


def count_of(env: Any) -> int:
    """The number of tasks, `nb_tasks`.

    Raises:
        MobileEnvError: if it is no number, or there is no task.
    """
    count = env.nb_tasks
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    if not whole or not 1 <= count <= MOST_TASKS:
        raise MobileEnvError(
            f"Mobile-Env has {_quoted(count)} tasks (nb_tasks): load it with the folder of the "
            "task files"
        )
    return int(count)


def texts_of(name: str, told: Any) -> tuple[str, ...]:
    """The lines of a command or of instructions; one text alone is one line.

    Raises:
        MobileEnvError: if they are no texts.
    """
    lines = [told] if isinstance(told, str) else told
    if not isinstance(lines, (list, tuple)) or not all(isinstance(line, str) for line in lines):
        raise MobileEnvError(
            f"Mobile-Env's {name}() is {_quoted(told)}, not a list of texts: look at the task file"
        )
    return tuple(str(line) for line in lines)


def check_step(step: Any) -> None:
    """Refuse what is no TimeStep.

    Raises:
        MobileEnvError: if it lacks a part, or its observation is no dict.
    """
    parts = all(hasattr(step, name) for name in ("reward", "observation", "last"))
    if not parts or not isinstance(step.observation, (Mapping, type(None))):
        raise MobileEnvError(
            f"Mobile-Env answered {_quoted(step)}, not a TimeStep with an observation: pass "
            "Mobile-Env's environment inside its VhIoWrapper"
        )


def reward_of(step: Any) -> float:
    """The reward of a TimeStep; dm_env's first one has none, which is 0.

    Raises:
        MobileEnvError: if it is no number of milestones.
    """
    reward = step.reward
    if reward is None:
        return 0.0
    if isinstance(reward, np.ndarray) and reward.ndim == 0:
        reward = reward.item()
    number = isinstance(reward, (int, float, np.integer, np.floating))
    if not number or not -MOST_MILESTONES <= reward <= MOST_MILESTONES:
        raise MobileEnvError(
            f"Mobile-Env paid {_quoted(step.reward)}, where it pays 1 for each milestone: look at "
            "the rewards of the task file"
        )
    return float(reward)


def elements_of(env: Any) -> int:
    """How many elements the wrapper counts on the screen.

    Raises:
        MobileEnvError: if its `action_spec` does not say so.
    """
    try:
        return int(env.action_spec()["element_id"].num_values)
    except (TypeError, ValueError, OverflowError, LookupError, AttributeError) as error:
        raise MobileEnvError(
            "Mobile-Env's action_spec() does not count the elements (element_id): pass its "
            "environment inside its VhIoWrapper"
        ) from error


def _quoted(value: Any) -> str:
    return short(visible(f"{value!r:.200}"), 80)
