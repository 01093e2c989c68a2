"""REMEMBERER and the baselines that it is measured against: the loop's glue, nothing more.

An agent has no state of its own within an episode: `act` is given the state, what led to it and
a generator, and answers with a `Turn` that tells everything that went into the decision. What an
agent learns, it learns through `start` and `observe`, which hand on to its memory.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rememberer_lite.domain import Domain
from rememberer_lite.llm.base import LLM, Reply
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import (
    DEFAULT_BUDGET,
    Prompt,
    ReplyError,
    advise,
    build,
    parse_reply,
)
from rememberer_lite.state import Advice, Decision, Exemplar, Match, Recent, State


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision with all that led to it.

    Attributes:
        decision: None where the reply failed.
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
    """What training and evaluation ask of an agent. The base class learns nothing."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def __repr__(self) -> str:
        return f"{self.name}(domain={self.domain.name!r}, model={self.model!r})"

    @property
    def name(self) -> str:
        """How the agent is called in tables."""
        return type(self).__name__

    @property
    def model(self) -> str:
        """The name of the model that decides."""
        return "none"

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Decide in `state`."""
        raise NotImplementedError(f"{self.name}.act: choose an action and return a Turn")

    def start(self, state: State) -> None:
        """An episode that is learnt from begins."""

    def observe(
        self, action: str, reward: float, next_state: State, done: bool, reason: str = ""
    ) -> None:
        """One step of that episode: a transition (s, a, r, s')."""

    def finish(self) -> None:
        """That episode ended without a further step."""

    def abandon(self) -> None:
        """That episode was broken off: forget what has not been learnt yet."""


class Random(Agent):
    """Takes a random possible action; the floor of every comparison."""

    def __init__(self, domain: Domain, seed: int = 0) -> None:
        super().__init__(domain)
        self.seed = seed

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Draw one action; `seed` is mixed in so that two random players differ."""
        mixed = random.Random(f"{self.seed}/{rng.random()}")
        action = self.domain.random_action(state, mixed)
        if action is None:
            return Turn(None, error="no possible action on this page")
        return Turn(Decision(action))


class Prompted(Agent):
    """An agent that asks a model; subclasses choose the exemplars."""

    def __init__(self, llm: LLM, domain: Domain, budget: int = DEFAULT_BUDGET) -> None:
        super().__init__(domain)
        self.llm = llm
        self.budget = budget

    @property
    def model(self) -> str:
        """The name of the model that decides."""
        return self.llm.model

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The examples for the prompt."""
        raise NotImplementedError

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Retrieve → advise → write the prompt → ask the model → read its reply.

        Where the reply holds no action, the model is asked once more, with the complaint added.
        """
        exemplars = self.exemplars(state, rng)
        matches = tuple(exemplar.match for exemplar in exemplars)
        refused, complaint = None, ""
        while True:
            prompt = build(self.domain, state, recent, exemplars, self.budget, complaint=complaint)
            reply = self.llm.complete(prompt.text)
            try:
                said = parse_reply(reply.text)
            except ReplyError as error:
                if refused is not None:
                    return Turn(None, matches, prompt, reply, str(error), refused)
                refused, complaint = reply, str(error)
                continue
            decision = Decision(self.domain.normalise(said.action), said.value, said.reason)
            return Turn(decision, matches, prompt, reply, refused=refused)


class NoExemplars(Prompted):
    """The model alone: template and new input."""

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """None."""
        return ()


class FixedExemplars(Prompted):
    """The same hand-annotated records in every prompt, as in ordinary few-shot prompting."""

    def __init__(
        self, llm: LLM, domain: Domain, name: str = "E0", budget: int = DEFAULT_BUDGET
    ) -> None:
        super().__init__(llm, domain, budget)
        self.set_name = name
        rng = random.Random(f"fixed exemplars {name}")  # the same advice in every prompt
        records = domain.initial_memory(name)
        # The later record stands nearer to the new input, as it would on a retrieval.
        self._exemplars = tuple(
            Exemplar(
                Match(record, similarity=place / 100), advise(record, record.state, domain, rng)
            )
            for place, record in enumerate(records)
        )

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """Always the same."""
        return self._exemplars


class ReAct(FixedExemplars):
    """A ReAct-style prompt: worked steps with their actions and thoughts, and no values.

    What few-shot prompting shows and no more: nothing is discouraged, nothing is retrieved, and
    the steps are the same in every prompt, in the order in which they were taken.

    Source: ReAct (arXiv 2210.03629) prompts with whole annotated episodes; here with the records
    of one initial memory, so that all that differs from `FixedExemplars` is how they are written.
    """

    def __init__(
        self, llm: LLM, domain: Domain, name: str = "E1", budget: int = DEFAULT_BUDGET
    ) -> None:
        super().__init__(llm, domain, name, budget)
        self._exemplars = tuple(_without_values(exemplar) for exemplar in self._exemplars)


def _without_values(exemplar: Exemplar) -> Exemplar:
    good = exemplar.advice.encouraged
    return replace(exemplar, advice=Advice(good and replace(good, value=None), None))


class Rememberer(Prompted):
    """The agent of the paper: a frozen model, and an experience memory that learns.

    Args:
        llm: the model that decides.
        memory: what the agent remembers; it is changed by training.
        domain: how the environment is written.
        seed: mixed into the random advice.
        exemplars: m, how many records are retrieved (paper: 2).
        random_advice: advise random actions where the record has none (paper: True).
        discouraged: show a discouraged action (paper: True).
        budget: tokens of the whole prompt and the reply.
    """

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
    ) -> None:
        super().__init__(llm, domain, budget)
        self.memory = memory
        self.seed = seed
        self.exemplar_count = exemplars
        self.random_advice = random_advice
        self.discouraged = discouraged

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The m most similar records, each with its advice."""
        mixed = random.Random(f"{self.seed}/{rng.random()}")
        return [
            Exemplar(
                match,
                advise(
                    match.experience,
                    match.experience.state,
                    self.domain,
                    mixed,
                    random_advice=self.random_advice,
                    discouraged=self.discouraged,
                ),
            )
            for match in self.recall(state)
        ]

    def recall(self, state: State) -> Sequence[Match]:
        """The records to learn from in this state: the m most similar ones."""
        return self.memory.retrieve(state, self.exemplar_count)

    def start(self, state: State) -> None:
        """The memory begins an episode."""
        self.memory.start(state)

    def observe(
        self, action: str, reward: float, next_state: State, done: bool, reason: str = ""
    ) -> None:
        """The memory sees one transition."""
        self.memory.observe(action, reward, next_state, done, reason)

    def finish(self) -> None:
        """The memory flushes what it has buffered."""
        self.memory.finish()

    def abandon(self) -> None:
        """The memory forgets what it has buffered."""
        self.memory.abandon()


class SolvedOnly(Rememberer):
    """A memory of solved episodes, without Q: every step of them is worth 1, the rest is lost.

    The simplest memory that learns from success. It cannot tell a detour from a direct step, and
    cannot say what failed.
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
        if self.domain.solved(reward, done):
            self.memory.start(self._first)
            for place, (a, s, why) in enumerate(self._steps, start=1):
                last = place == len(self._steps)
                self.memory.observe(a, float(last), s, last, why)
            self._steps = []

    def finish(self) -> None:
        """An episode that merely ended was not solved."""
        self._steps = []

    def abandon(self) -> None:
        """Drop the episode."""
        self._steps = []
