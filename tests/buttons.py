"""The smallest world there is: a row of buttons, one of which is worth pressing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rememberer_lite import similarity
from rememberer_lite.domain import Domain, Verb
from rememberer_lite.llm.base import Reply
from rememberer_lite.state import State

COLOURS = ("red", "green", "blue")


class Buttons(Domain):
    """A page of buttons."""

    name = "buttons"
    role = "You press buttons."
    grammar = (Verb("press(button)", "presses a button"),)
    principles = ("Press the right one.",)

    def similarity(self, weight: float = 0.5) -> similarity.Similarity:
        return similarity.from_function(lambda query, key: float(query == key))

    def possible_actions(self, state: State) -> tuple[str, ...]:
        return tuple(f"press({name})" for name in state.actions)


DOMAIN = Buttons()


class ButtonsEnv:
    """Goal i wants colour i: first one press of any button, then the right one for a reward of 1.

    `press(wait)` has no effect; a wrong button ends the episode without a reward.
    """

    def reset(self, *, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        self.goal = (options or {}).get("goal", 0)
        self.presses = 0
        return self._seen("")

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        if action not in DOMAIN.possible_actions(self.state):
            text, info = self._seen(f"there is no {action}")
            return text, 0.0, False, False, info
        self.presses += 1
        done = self.presses == 2
        reward = float(done and action == f"press({COLOURS[self.goal]})")
        text, info = self._seen("")
        if done:
            info["reward_parts"] = {"right button": reward}
        return text, reward, done, False, info

    def _seen(self, no_effect: str) -> tuple[str, dict[str, Any]]:
        self.state = State(f"press {COLOURS[self.goal]}", f"{self.presses} pressed", COLOURS)
        return self.state.observation, {"state": self.state, "no_effect": no_effect}


class ManyButtonsEnv(ButtonsEnv):
    """The same with as many goals as you like: goal i wants colour i modulo 3."""

    def reset(self, *, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        return super().reset(options={"goal": (options or {}).get("goal", 0) % 3})


class ScriptedLLM:
    """Answers with the given replies in turn, or with what a function makes of the prompt."""

    model = "scripted"

    def __init__(self, replies: Sequence[str] | Callable[[str], str]) -> None:
        self.prompts: list[str] = []
        self._replies: Iterator[str] | None = None if callable(replies) else iter(replies)
        self._function = replies if callable(replies) else None

    def complete(self, prompt: str) -> Reply:
        self.prompts.append(prompt)
        text = self._function(prompt) if self._function else next(self._replies or iter(()))
        return Reply(text, self.model, len(prompt) // 4, len(text) // 4)
