"""What an environment must tell an agent, a view and the command line: where they all meet.

A new environment needs a subclass of `Domain` and nothing else. You must write `similarity` and
`possible_actions`, and set `name`, `role` and `grammar`; everything else has a useful default.
"""

from __future__ import annotations

import random
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rememberer_lite.domain.harmless import harmless
from rememberer_lite.domain.page import Line, Piece, Wish, argument, bracketed
from rememberer_lite.domain.short import Entry, entries, once
from rememberer_lite.domain.spelling import meant, plain_arguments, respell
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.memory.settings import check_names
from rememberer_lite.similarity import Similarity
from rememberer_lite.similarity.encoder import COMMON
from rememberer_lite.state import Experience, Recent, SettingError, State
from rememberer_lite.text import escape_action


@dataclass(frozen=True, slots=True)
class Verb:
    """One line of the action grammar: how an action is written and what it does."""

    form: str  # for example "search[words]" or "SCROLL(UP|DOWN)"
    meaning: str


class Domain(ABC):
    """How one environment is presented to an agent (a model and a memory) and to a person."""

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
    #: what a view draws around a page
    device: Literal["page", "phone"] = "page"

    @abstractmethod
    def similarity(self, weight: float = 0.5) -> Similarity:
        """The similarity of two states that fits this environment; `weight` is λ."""

    @abstractmethod
    def possible_actions(self, state: State) -> tuple[str, ...]:
        """The complete actions that can be read off the page, in order (no free text)."""

    def random_action(
        self, state: State, rng: random.Random, exclude: Collection[str] = ()
    ) -> str | None:
        """A random possible action that is not in `exclude`; None if there is none."""
        choices = [a for a in self.possible_actions(state) if a not in exclude]
        return rng.choice(choices) if choices else None

    def normalise(self, action: str) -> str:
        """The standard spelling of an action, so that spelling does not split its value.

        By default the grammar's verb and brackets, however a model wrote them.
        """
        return respell(action, self.forms)

    def resolve(self, action: str, state: State) -> str:
        """The page's action that a model means; any other action is only normalised.

        Case, quotation marks, kinds of brackets and spaces, composed and decomposed characters
        make no difference, as long as only one possible action matches.
        """
        possible = self.possible_actions(state)
        normal = self.normalise(unicodedata.normalize("NFC", action))
        for exact in (action.strip(), normal):
            if exact in possible:
                return exact
        plain = self.normalise(plain_arguments(normal))
        return meant(normal, possible) or meant(plain, possible) or plain

    @property
    def forms(self) -> tuple[str, ...]:
        """How the grammar writes its actions."""
        return tuple(verb.form for verb in self.grammar)

    @property
    def lone_verbs(self) -> tuple[str, ...]:
        """The actions that are a single word, such as GOBACK."""
        return tuple(form for form in self.forms if form.isidentifier())

    @property
    def verbs(self) -> tuple[str, ...]:
        """The verbs of the actions with brackets, such as search."""
        return tuple(re.split(r"[\[(]", form)[0] for form in self.forms if not form.isidentifier())

    def solved(self, reward: float, done: bool) -> bool:
        """Whether the step that brought `reward` solved the task (paper: success)."""
        return done and reward >= 1.0

    def wishes(self, reward_parts: Mapping[str, Any]) -> tuple[tuple[Wish, ...], str]:
        """What the task asked for, and how that makes the reward, in a few words.

        By default each part is one wish if none of them is more than a truth value, or the number
        of the step that brought it (None: no step did).
        """
        values = reward_parts.values()
        if not all(value is None or isinstance(value, bool | int) for value in values):
            return (), ""
        wishes = (Wish(n, v is not None and v is not False) for n, v in reward_parts.items())
        return tuple(wishes), ""

    def reason(self, state: State, action: str, reason: str) -> str:
        """The words stored with an action: the model's own, or what the action touched."""
        return reason

    def describe(self, state: State, recent: Recent) -> str:
        """The block of text that shows one state in the prompt."""
        return "\n".join(
            [
                *self.describe_recent(recent),
                *labelled("Task", state.task, self.forms),
                *labelled("Observation", state.observation, self.forms),
                *(labelled("Step", state.instruction, self.forms) if state.instruction else []),
                "Possible actions:",
                *(f"- {escape_action(action)}" for action in self.possible_actions(state)),
            ]
        )

    def describe_recent(self, recent: Recent) -> list[str]:
        """The lines that show the latest actions."""
        shown = recent.actions[-self.recent_shown :]
        return [
            f"Last {self.recent_shown} actions:",
            *(f"- {escape_action(action)}" for action in shown),
        ]

    def short_task(self, state: State) -> str:
        """What is to be done next, in one line, for a page that is written short."""
        return one_line(state.instruction or state.task)

    def short_page(self, state: State) -> tuple[Entry, ...]:
        """The page in short: what is worth reading on it, and what can be done, a line each.

        A model that is given short pages chooses among these lines and can do nothing else.
        """
        drawn = once(entry for entry in entries(self.pieces(state)) if entry.line.strip())
        shown = {entry.action for entry in drawn}
        further = (action for action in self.possible_actions(state) if action not in shown)
        return (*drawn, *(Entry(action, action) for action in further))

    def repeated(self, state: State, action: str, recent: Recent) -> bool:
        """Whether the episode has had this action already, and no second one is to be expected."""
        return action in recent.actions

    def recognises(self, state: State) -> bool:
        """Whether the state's page is certainly one of this environment's.

        Views and the command line ask this when they were not given the domain of a state.
        """
        return False

    def pieces(self, state: State) -> list[Line]:
        """The page for drawing, line by line; a click on a piece takes the piece's action.

        By default the observation, unchanged, with a button wherever the argument of a possible
        action (or, without one, the action itself) appears in square brackets. Views list the
        actions that no piece represents below the page.
        """
        first_wins = reversed(self.possible_actions(state))
        return bracketed(state.observation, {(argument(a) or a).lower(): a for a in first_wins})

    def touched(self, state: State, action: str) -> Piece | None:
        """The piece of the page that an action touches; None if it touches nothing there."""
        wanted = self.normalise(action)
        pieces = (piece for line in self.pieces(state) for piece in line if piece.action)
        return next((piece for piece in pieces if self.normalise(piece.action) == wanted), None)

    def label(self, state: State, action: str) -> str:
        """The text on the thing that an action touches; "" where it touches nothing."""
        piece = self.touched(state, action)
        return piece.text if piece else ""

    def kind(self, state: State, action: str) -> str:
        """What kind of action this is, regardless of its object; by default its verb.

        A similarity is good if the right actions in similar states are of one kind.
        """
        verb = re.match(r"\w+", action.strip())
        return verb[0] if verb else action.strip()

    def search_action(self, state: State, words: str) -> str | None:
        """The action that searches for words on this page; None if there is no search."""
        return None

    def query_words(self, state: State) -> tuple[str, ...]:
        """The words of the task that a search may use, in order."""
        found = dict.fromkeys(re.findall(r"\w+(?:['’-]\w+)*", state.task.lower()))
        return tuple(word for word in found if word not in COMMON)

    def initial_records(self) -> Mapping[str, Sequence[Experience]]:
        """The hand-annotated records that a memory may start from, by name ("E0", …)."""
        return {}

    def initial_memory(
        self, name: str = "E0", similarity: Similarity | None = None, **memory_options: Any
    ) -> ExperienceMemory:
        """A memory that holds the hand-annotated records `name`.

        Args:
            name: "E0", "E1" or "E2" (see `initial_records`).
            similarity: replaces the domain's own.
            memory_options: passed to `ExperienceMemory` (gamma, n_steps, capacity, …).
        """
        check_names(memory_options)
        sets = self.initial_records()
        if name not in sets:
            raise SettingError(
                f"no initial records named {name!r} for {self.name}: choose one of "
                f"{', '.join(sets) or '(none: start from an empty ExperienceMemory)'}"
            )
        memory = ExperienceMemory(similarity or self.similarity(), **memory_options)
        for record in sets[name]:
            memory.insert(replace(record, id=-1))
        return memory


def one_line(text: str) -> str:
    """The text without line breaks: text from outside must not begin a line of its own.

    >>> one_line("red\\n### Now")
    'red ### Now'
    """
    return " ".join(text.splitlines())


def labelled(label: str, text: str, forms: Iterable[str] = ()) -> list[str]:
    """A label and, below it, the text as an indented block; only `\\n` begins a line.

    A line that looks like an action of these `forms` is written so that it is none (`harmless`).
    """
    lines = text.strip("\n").split("\n") if text.strip("\n") else []
    return [f"{label}:", *(f"  {harmless(one_line(line), forms)}" for line in lines)]
