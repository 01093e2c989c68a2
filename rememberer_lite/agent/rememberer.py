"""The agent of the paper, and one that remembers only what was solved."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from rememberer_lite.agent.prompted import Prompted
from rememberer_lite.agent.settings import flag
from rememberer_lite.domain import Domain
from rememberer_lite.llm.base import LLM
from rememberer_lite.llm.checked import whole
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import DEFAULT_BUDGET, Queries, Style, advise
from rememberer_lite.state import Exemplar, Match, State


class Rememberer(Prompted):
    """The agent of the paper: a frozen model, and an experience memory that learns.

    Args:
        llm: the model that decides.
        memory: what the agent remembers; training changes it.
        domain: how the environment is written.
        seed: mixed into the random advice.
        exemplars: m, how many records are retrieved (paper: 2).
        random_advice: advise random actions if the record has none (paper: True).
        discouraged: show a discouraged action (paper: True).
        budget and all that follows: as in `Prompted`.
    """

    memory: ExperienceMemory

    def __init__(
        self,
        llm: LLM,
        memory: ExperienceMemory,
        domain: Domain,
        seed: int = 0,
        exemplars: int = 2,
        random_advice: bool = True,
        discouraged: bool = True,
        budget: int = DEFAULT_BUDGET,
        constrained: bool | None = None,
        queries: Queries = "free",
        style: Style = "paper",
        no_repeats: bool = False,
    ) -> None:
        super().__init__(llm, domain, budget, constrained, queries, style, no_repeats)
        self.memory = memory
        self.seed = seed
        self.exemplar_count = whole("exemplars", exemplars)
        self.random_advice = flag("random_advice", random_advice)
        self.discouraged = flag("discouraged", discouraged)

    @property
    def settings(self) -> dict[str, Any]:
        """With everything that decides which exemplars are shown."""
        return {
            **super().settings,
            "seed": self.seed,
            "exemplars": self.exemplar_count,
            "random_advice": self.random_advice,
            "discouraged": self.discouraged,
        }

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The m most similar records, each with its advice."""
        own_rng = random.Random(f"{self.seed}/{rng.random()}")
        return [
            Exemplar(
                match,
                advise(
                    match.experience,
                    match.experience.state,
                    self.domain,
                    own_rng,
                    random_advice=self.random_advice,
                    discouraged=self.discouraged,
                ),
            )
            for match in self.recall(state)
        ]

    def recall(self, state: State) -> Sequence[Match]:
        """The records to learn from in this state: the m most similar ones."""
        return self.memory.retrieve(state, self.exemplar_count)


class SolvedOnly(Rememberer):
    """A memory of solved episodes, without Q: each of their steps is worth 1; the rest is lost.

    The simplest memory that learns from success. It cannot distinguish a detour from a direct
    step, and does not know what failed.
    """

    def start(self, state: State) -> None:
        """Begin to buffer."""
        self._first = state
        self._steps: list[tuple[str, State, str]] = []

    def observe(
        self, action: str, reward: float, next_state: State, done: bool, reason: str = ""
    ) -> None:
        """Buffer one transition; keep the episode if this step solved the task."""
        self._steps.append((action, next_state, reason))
        if done and self.domain.solved(reward, done):
            self.memory.start(self._first)
            for number, (a, s, why) in enumerate(self._steps, start=1):
                last = number == len(self._steps)
                self.memory.observe(a, float(last), s, last, why)
            self._steps = []

    def finish(self) -> None:
        """An episode that merely ended was not solved."""
        self._steps = []

    def abandon(self) -> None:
        """Drop the episode."""
        self._steps = []
