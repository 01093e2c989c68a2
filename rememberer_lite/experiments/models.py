"""The models of experiments: one for each seed, made where it is asked, also in another process."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rememberer_lite.agent import Rememberer
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.llm import LLM, LocalLLM
from rememberer_lite.llm.base import Reply
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.training import Environment, History, train


@dataclass(frozen=True, slots=True)
class Local:
    """seed → `LocalLLM` with one thread, so that each process has a core of its own.

    Attributes:
        path: a GGUF file; None: the model that comes with the extra `local`.
        options: (name, value) of further arguments of `LocalLLM`, such as its temperature.
    """

    path: Path | None = None
    options: tuple[tuple[str, Any], ...] = ()

    def __call__(self, seed: int) -> LocalLLM:
        """The model of a seed."""
        return AskedOnce(self.path, seed=seed, threads=1, **dict(self.options))


class AskedOnce(LocalLLM):
    """Does not compute the same reply twice in a process: many conditions share prompts.

    The same prompt gives the same reply, from models of the same settings.
    """

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """The reply, from the earlier call if there was one."""
        settings = {**self.settings, "seed": self.seed if self.temperature else None}
        key = prompt, choices, str(settings)
        if key not in _REPLIES:
            began = time.process_time()
            reply = super().complete(prompt, choices)
            _REPLIES[key] = reply, time.process_time() - began
            return reply
        reply, seconds = _REPLIES[key]
        _SPARED[0] += seconds
        return reply


#: (prompt, choices, settings) → the reply, and the seconds of processor time that it took
_REPLIES: dict[tuple[str, Choices | None, str], tuple[Reply, float]] = {}
_SPARED = [0.0]


def processor_time() -> float:
    """Seconds of processor time of this process, as if each reply had been computed again."""
    return time.process_time() + _SPARED[0]


def exploring(llm: LLM, temperature: float, seed: int) -> LLM:
    """The model at another temperature, which draws with another seed.

    Raises:
        ExperimentError: if it has no temperature.
    """
    if not hasattr(llm, "temperature"):
        raise ExperimentError(
            f"the model {llm.model!r} has no temperature: leave it out of the condition"
        )
    other: Any = copy.copy(llm)
    other.temperature, other.seed = temperature, seed
    return other  # type: ignore[no-any-return]


def explore(
    agent: Rememberer,
    env: Environment,
    goals: Sequence[int],
    epochs: int,
    max_steps: int,
    seed: int,
    temperature: float,
    progress: bool = False,
) -> list[History]:
    """Train with a model that samples; a history for each epoch.

    Each epoch draws with a seed of its own: the same prompt and the same seed give the same reply.
    As in any training, goals that the first epoch solves are not trained again.
    """
    frozen, histories, left = agent.llm, [], list(goals)
    for epoch in range(epochs):
        drawn = seed + 10_000 * epoch
        agent.llm = exploring(frozen, temperature, drawn)
        histories.append(train(agent, env, left, 1, max_steps, seed=drawn, progress=progress))
        if epoch == 0:
            done = {episode.goal for episode in histories[0].episodes if episode.solved}
            left = [goal for goal in left if goal not in done]
    agent.llm = frozen
    return histories
