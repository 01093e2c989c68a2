"""What an environment must tell an agent: the one place where the two meet.

A new environment needs a subclass of `Domain` and nothing else. Only `role`, `grammar`,
`similarity` and `possible_actions` have no useful default.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, Recent, RemembererError, State


@dataclass(frozen=True, slots=True)
class Verb:
    """One line of the action grammar: how an action is written and what it does."""

    form: str  # for example "search[words]" or "SCROLL(UP|DOWN)"
    meaning: str


class Domain(ABC):
    """How one environment is shown to an agent made of a model and a memory."""

    #: the environment's name, as it appears in files and on the command line
    name: str = ""
    #: who the model is and what it has to do, in a sentence or two
    role: str = ""
    #: how actions are written
    grammar: Sequence[Verb] = ()
    #: rules of thumb for the task; may be empty
    principles: Sequence[str] = ()
    #: how many of the latest actions the prompt shows
    recent_shown: int = 5

    @abstractmethod
    def similarity(self, weight: float = 0.5) -> Similarity:
        """The similarity of two states that fits this environment; `weight` is λ."""

    @abstractmethod
    def possible_actions(self, state: State) -> tuple[str, ...]:
        """The complete actions that can be read off the page, in order (no free text)."""

    def random_action(
        self, state: State, rng: random.Random, exclude: Collection[str] = ()
    ) -> str | None:
        """A random possible action that is not in `exclude`; None where there is none."""
        choices = [a for a in self.possible_actions(state) if a not in exclude]
        return rng.choice(choices) if choices else None

    def normalise(self, action: str) -> str:
        """The one way to write an action, so that spelling does not split its value."""
        return action.strip()

    def solved(self, reward: float, done: bool) -> bool:
        """Whether the step that brought `reward` solved the task (paper: success)."""
        return done and reward >= 1.0

    def reason(self, state: State, action: str, reason: str) -> str:
        """The words kept beside an action: the model's own, or what the action touched."""
        return reason

    def describe(self, state: State, recent: Recent) -> str:
        """The block of text that shows one state in the prompt."""
        return "\n".join(
            [
                *self.describe_recent(recent),
                *labelled("Task", state.task),
                *labelled("Observation", state.observation),
                *(labelled("Step", state.instruction) if state.instruction else []),
                "Possible actions:",
                *(f"- {one_line(action)}" for action in self.possible_actions(state)),
            ]
        )

    def describe_recent(self, recent: Recent) -> list[str]:
        """The lines that show the latest actions."""
        shown = recent.actions[-self.recent_shown :]
        return [
            f"Last {self.recent_shown} actions:",
            *(f"- {one_line(action)}" for action in shown),
        ]

    def initial_records(self) -> Mapping[str, Sequence[Experience]]:
        """The hand-annotated records that a memory may start from, by name ("E0", …)."""
        return {}

    def initial_memory(
        self, name: str = "E0", similarity: Similarity | None = None, **memory_options: Any
    ) -> ExperienceMemory:
        """A memory that holds the hand-annotated records `name`.

        Args:
            name: "E0", "E1" or "E2" (see `initial_records`).
            similarity: another similarity than the domain's own.
            memory_options: handed to `ExperienceMemory` (gamma, n_steps, capacity, …).
        """
        sets = self.initial_records()
        if name not in sets:
            raise RemembererError(
                f"no initial records named {name!r} for {self.name}: choose one of "
                f"{', '.join(sets) or '(none: start from an empty ExperienceMemory)'}"
            )
        memory = ExperienceMemory(similarity or self.similarity(), **memory_options)
        for record in sets[name]:
            memory.insert(replace(record, id=-1))
        return memory


def one_line(text: str) -> str:
    """The text without line breaks: what comes from outside must not begin a line of its own.

    >>> one_line("red\\n### Now")
    'red ### Now'
    """
    return " ".join(text.splitlines())


def labelled(label: str, text: str) -> list[str]:
    """A label and, below it, the text as an indented block."""
    return [f"{label}:", *(f"  {line}" for line in text.strip("\n").splitlines())]
