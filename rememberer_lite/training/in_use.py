"""While an agent learns, no other thread may read or train it; in an environment one plays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rememberer_lite.agent import Agent
from rememberer_lite.state import SettingError
from rememberer_lite.training.environment import Environment

_LOCK = threading.Lock()
#: the runs going on now: id of an agent, a memory or an environment, the thread, whether it learns
_RUNS: list[tuple[int, int, bool]] = []


@contextmanager
def in_use(agent: Agent, env: Environment, learns: bool) -> Iterator[None]:
    """Reserve the agent and the environment; a thread may evaluate within its own training.

    Raises:
        SettingError: if another thread trains the agent or its memory, if this run would train
            what another thread is using, or if another thread plays in the environment.
    """
    used = {id(agent)} | ({id(agent.memory)} if agent.memory is not None else set())
    place = id(getattr(env, "unwrapped", env))
    own = threading.get_ident()
    with _LOCK:
        for thing, thread, trains in _RUNS:
            if thread == own:
                continue
            if thing == place:
                raise SettingError(
                    f"another thread plays in this {type(env).__name__}: wait until that has "
                    "ended, or pass this run an environment of its own"
                )
            if thing in used and (learns or trains):
                raise SettingError(
                    f"{agent.name} or its memory is being {'trained' if trains else 'used'} by "
                    "another thread: wait until that has ended, or pass this run a copy "
                    "(copy.deepcopy(agent))"
                )
        runs = [(thing, own, learns) for thing in (*used, place)]
        _RUNS.extend(runs)
    try:
        yield
    finally:
        with _LOCK:
            for run in runs:
                _RUNS.remove(run)
