"""What training and evaluation need from an agent."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from rememberer_lite.domain import Domain
from rememberer_lite.llm.base import Reply
from rememberer_lite.llm.budget import Budget
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import Prompt
from rememberer_lite.state import Decision, Match, Recent, State


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision and everything that led to it.

    Attributes:
        decision: None if the reply failed.
        matches: the records that were retrieved.
        prompt: what the model was asked (last).
        reply: what it answered (last).
        error: why that reply held no action; "" where it did.
        refused: an earlier reply without an action, after which the model was asked once more.
    """

    decision: Decision | None
    matches: tuple[Match, ...] = ()
    prompt: Prompt | None = None
    reply: Reply | None = None
    error: str = ""
    refused: Reply | None = None


class Agent:
    """What training, views and checkpoints need from an agent.

    The base class decides nothing, and learns with its memory if a subclass has one; an
    agent that learns in another way overrides `start`, `observe`, `finish` and `abandon`.

    Attributes:
        domain: how the environment is written.
        memory: what the agent remembers; None if it learns nothing.
    """

    memory: ExperienceMemory | None = None

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def __repr__(self) -> str:
        return f"{self.name}(domain={self.domain.name!r}, model={self.model!r})"

    @property
    def name(self) -> str:
        """What the agent is called in tables."""
        return type(self).__name__

    @property
    def model(self) -> str:
        """The name of the model that decides."""
        return "none"

    @property
    def budget(self) -> Budget | None:
        """What the agent's model may spend; None if nothing is counted."""
        return None

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that decides how the agent acts and learns, as plain JSON values; never a key.

        A subclass adds its own settings, so that a checkpoint is resumed only by an agent that is
        made in the same way: `return {**super().settings, "patience": self.patience}`.
        """
        settings: dict[str, Any] = {
            "agent": self.name,
            "domain": self.domain.name,
            "domain class": type(self.domain).__name__,  # a subclass keeps the name
        }
        if self.memory is not None:
            settings["memory"] = {
                "class": type(self.memory).__name__,
                **self.memory.settings,
                "similarity": self.memory.similarity.settings,
            }
        return settings

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Decide in `state`."""
        raise NotImplementedError(f"{self.name}.act: choose an action and return a Turn")

    def start(self, state: State) -> None:
        """An episode that is learnt from begins."""
        if self.memory is not None:
            self.memory.start(state)

    def observe(
        self, action: str, reward: float, next_state: State, done: bool, reason: str = ""
    ) -> None:
        """One step of that episode: a transition (s, a, r, s'); `done` where s' is terminal."""
        if self.memory is not None:
            self.memory.observe(action, reward, next_state, done, reason)

    def finish(self) -> None:
        """That episode was cut off by a step limit: learn from what there is."""
        if self.memory is not None:
            self.memory.finish()

    def abandon(self) -> None:
        """That episode was interrupted: forget what has not been learnt yet."""
        if self.memory is not None:
            self.memory.abandon()


class Random(Agent):
    """Takes a random possible action; the floor of every comparison."""

    def __init__(self, domain: Domain, seed: int = 0) -> None:
        super().__init__(domain)
        self.seed = seed

    @property
    def settings(self) -> dict[str, Any]:
        """With the seed."""
        return {**super().settings, "seed": self.seed}

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Draw one action; `seed` is mixed in so that two random players differ."""
        own_rng = random.Random(f"{self.seed}/{rng.random()}")
        action = self.domain.random_action(state, own_rng)
        if action is None:
            return Turn(None, error="no possible action on this page")
        return Turn(Decision(action))
