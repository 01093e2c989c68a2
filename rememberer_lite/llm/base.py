"""What an agent needs from a model: one string in, one reply out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from rememberer_lite.prompts.choices import Choices
from rememberer_lite.state import RemembererError
from rememberer_lite.text import WithTexts
from rememberer_lite.tokens import count_tokens


class LLMError(RemembererError):
    """The model could not answer; the message names the cause and the fix."""


@dataclass(frozen=True, slots=True)
class Reply(WithTexts):
    """What a model answered.

    Attributes:
        text: the answer, unchanged.
        model: the name of the model that made it.
        prompt_tokens: the tokens of the prompt (the server's count, or an estimate).
        completion_tokens: the tokens of the answer.
    """

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class LLM(Protocol):
    """Anything with a name that turns a prompt into a reply.

    A model whose replies depend on more than its name says so in `settings` (see `settings_of`).
    """

    @property
    def model(self) -> str:
        """The model's name, stored with every result."""

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """Answer one prompt.

        Args:
            prompt: the complete prompt.
            choices: what the answer may be, for models that can be held to it; None: anything.

        Raises:
            LLMError: if the model gives no answer.
        """


def ask(llm: LLM, prompt: str, choices: Choices | None) -> Reply:
    """Ask a model; a learner's own model need not accept choices as long as there are none."""
    return llm.complete(prompt) if choices is None else llm.complete(prompt, choices)


def prefers_choices(llm: LLM) -> bool:
    """Whether a model is held to the possible actions unless the agent says otherwise."""
    return bool(getattr(llm, "prefers_choices", False))


def reads(llm: LLM, style: str) -> bool:
    """Whether a model reads prompts of a style; one that does not say reads any."""
    return style in getattr(llm, "styles", (style,))


@runtime_checkable
class _Counting(Protocol):
    def count_tokens(self, text: str, /) -> int: ...


def counter_of(llm: LLM) -> Callable[[str], int]:
    """text → tokens: the model's own count if it has one, else the careful estimate."""
    return llm.count_tokens if isinstance(llm, _Counting) else count_tokens


@runtime_checkable
class _Described(Protocol):
    @property
    def settings(self) -> dict[str, Any]: ...


def settings_of(llm: LLM) -> dict[str, Any]:
    """Everything that decides what a model answers, as plain JSON values; never a key.

    That is `llm.settings`, or only the name of a model of your own that has no settings.

    >>> from rememberer_lite.llm import OfflineLLM
    >>> settings_of(OfflineLLM(seed=3))
    {'model': 'offline-stand-in', 'seed': 3, 'temperature': 0.1}
    """
    return llm.settings if isinstance(llm, _Described) else {"model": llm.model}
