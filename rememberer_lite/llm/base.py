"""What an agent asks of a model: one string in, one reply out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rememberer_lite.state import RemembererError


class LLMError(RemembererError):
    """The model could not answer; the message names the cause and the fix."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered.

    Attributes:
        text: the answer, as it came.
        model: the name of the model that made it.
        prompt_tokens: the tokens of the prompt (the server's count, or an estimate).
        completion_tokens: the tokens of the answer.
    """

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class LLM(Protocol):
    """Anything with a name that turns a prompt into a reply."""

    @property
    def model(self) -> str:
        """The model's name, kept with every result."""

    def complete(self, prompt: str) -> Reply:
        """Answer one prompt.

        Raises:
            LLMError: where no answer can be had.
        """
