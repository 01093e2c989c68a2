"""What the runner needs from an environment, with checks of what it returns.

An environment of your own needs only `reset` and `step`. Two more attributes are used if it has
them: `goals` (a sequence, so that a goal that does not exist is refused before the first episode)
and `settings` (plain JSON values that decide what it returns, kept in checkpoints).
"""

from __future__ import annotations

import inspect
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, SupportsFloat

import numpy as np

from rememberer_lite.state import RemembererError, SettingError, State
from rememberer_lite.text import short


class Environment(Protocol):
    """The part of a Gymnasium environment that the runner uses."""

    def reset(self, *, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin the goal `options["goal"]`; info["state"] is the State."""

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """One action: observation, reward, terminated, truncated, info."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one action: s', r, and whether and how the episode ended there."""

    state: State
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


def begin(env: Environment, goal: int, seed: str = "") -> tuple[State, dict[str, Any]]:
    """Reset to a goal: the first state, and the info.

    Args:
        env: its own generator is seeded too if its `reset` takes a seed, as Gymnasium's do. So what
            it draws in an episode depends neither on earlier episodes nor on workers.
        goal: the goal's index.
        seed: the text that seeds it.

    Raises:
        SettingError: if `reset` raises, or does not return what Gymnasium's does.
    """
    seeds = {"seed": zlib.crc32(str(seed).encode())} if _takes_a_seed(env) else {}
    answer = _asked(env, "reset", **seeds, options={"goal": goal})
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise SettingError(
            f"{name_of(env)}.reset returned {short(repr(answer), 80)}: return (observation, info)"
        )
    return _state(env, "reset", answer[1]), answer[1]


def take(env: Environment, action: str) -> Outcome:
    """Take one action.

    Raises:
        SettingError: if `step` raises, or does not return what Gymnasium's does, or its reward is
            not a finite number.
    """
    answer = _asked(env, "step", action)
    if not isinstance(answer, tuple) or len(answer) != 5:
        raise SettingError(
            f"{name_of(env)}.step returned {short(repr(answer), 80)}: return (observation, reward, "
            "terminated, truncated, info)"
        )
    _, reward, terminated, truncated, info = answer
    state = _state(env, "step", info)
    for name, value in (("terminated", terminated), ("truncated", truncated)):
        if not isinstance(value, bool | np.bool_):
            raise SettingError(
                f"{name_of(env)}.step returned {name} = {short(repr(value), 80)}: return True or "
                "False"
            )
    return Outcome(state, _reward(env, reward), bool(terminated), bool(truncated), info)


def _asked(env: Environment, method: str, *arguments: Any, **options: Any) -> Any:
    try:
        return getattr(env, method)(*arguments, **options)
    except RemembererError:
        raise
    except Exception as error:  # whatever the code of an environment raises
        asked = ", ".join(map(repr, [*arguments, *options.values()]))
        raise SettingError(
            f"{name_of(env)}.{method}({asked:.80}) raised {type(error).__name__}: {error}; "
            "correct it there"
        ) from error


def settings_of(env: Environment) -> dict[str, Any]:
    """The environment's own settings, and the wrappers around it with theirs.

    A wrapper's settings are what it was made with (Gymnasium's wrappers keep that), or its own
    `settings`.
    """
    wrappers: list[str] = []
    made: list[dict[str, Any]] = []
    core = _core(env)
    layer: Any = env
    while layer is not core and hasattr(layer, "env"):
        wrappers.append(type(layer).__name__)
        made.append(_wrapped(layer))
        layer = layer.env
    declared = getattr(core, "settings", None)
    settings = (
        dict(declared) if isinstance(declared, dict) else {"environment": type(core).__name__}
    )
    return {**settings, "wrappers": wrappers, "wrapper settings": made}


def _wrapped(layer: Any) -> dict[str, Any]:
    """What a wrapper was made with, or its own settings; not those of what it wraps."""
    own = vars(layer).get("settings") or (
        layer.settings if hasattr(type(layer), "settings") else vars(layer).get("_saved_kwargs")
    )
    if not isinstance(own, dict):
        return {}
    # a function has no lasting name but its own: its text would hold an address
    return {name: getattr(value, "__qualname__", value) for name, value in own.items()}


def checked_goals(env: Environment, goals: object) -> list[int]:
    """The goals as plain numbers.

    Raises:
        SettingError: if one is not a number, or the environment has no such goal.
    """
    if isinstance(goals, str) or not isinstance(goals, Iterable):
        raise SettingError(f"goals = {goals!r}: pass a list of numbers, such as range(10)")
    known = getattr(_core(env), "goals", None)
    count = len(known) if isinstance(known, Sequence) else None
    checked = []
    for goal in goals:
        if isinstance(goal, bool) or not isinstance(goal, int | np.integer):
            raise SettingError(f"goal {goal!r} is not a number: pass the indices of goals")
        if count is not None and not 0 <= goal < count:
            raise SettingError(f"no goal {goal}: this environment has goals 0 to {count - 1}")
        checked.append(int(goal))
    return checked


def _takes_a_seed(env: Environment) -> bool:
    """Whether `reset` has the keyword `seed`."""
    try:
        parameters = inspect.signature(env.reset).parameters.values()
    except (TypeError, ValueError):  # a callable without a signature
        return False
    return any(parameter.name == "seed" for parameter in parameters)


def _core(env: Environment) -> Any:
    """The environment within Gymnasium's wrappers, or the environment itself."""
    return getattr(env, "unwrapped", env)


def _state(env: Environment, method: str, info: Any) -> State:
    state = info.get("state") if isinstance(info, dict) else None
    if not isinstance(state, State):
        found = (
            f'info["state"] = {short(repr(state), 80)}'
            if isinstance(info, dict)
            else short(repr(info), 80)
        )
        raise SettingError(
            f'{name_of(env)}.{method} returned {found}: info is a dict whose "state" is a State'
        )
    return state


def _reward(env: Environment, reward: Any) -> float:
    number = math.nan
    if isinstance(reward, SupportsFloat):  # a text is not
        try:
            number = float(reward)
        except (TypeError, ValueError, OverflowError):  # an array of several numbers
            number = math.nan
    if not math.isfinite(number):
        raise SettingError(
            f"{name_of(env)}.step returned the reward {short(repr(reward), 80)}: return a finite "
            "number"
        )
    return number


def name_of(env: Environment) -> str:
    """The class of the environment within its wrappers."""
    return type(_core(env)).__name__
