"""What every shop shares as a Gymnasium environment: actions, their refusals, and `info`."""

from __future__ import annotations

from typing import Any

import gymnasium

from rememberer_lite.envs.goal import goal_number
from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.spaces import AnyText
from rememberer_lite.envs.webshop import pages
from rememberer_lite.envs.webshop.domain import WEBSHOP
from rememberer_lite.state import State


class ShopEnv(gymnasium.Env[str, str]):
    """A shop in which to buy one product; where its pages come from is up to the subclass.

    A subclass says how an episode begins (`_begin`), how many goals there are (`_goal_count`) and
    what a search or a click does (`_take`). Both keep `_text` and `_state` up to date.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 (as Gymnasium declares it)

    #: an episode earns nothing until the purchase, and from it at most 1
    reward_bounds = (0.0, 1.0)

    domain = WEBSHOP  # how its pages are shown to an agent and to a person

    _text: str
    _state: State

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.observation_space = AnyText()
        self.action_space = AnyText()
        self._goal: int | None = 0
        self._no_effects = 0
        self._parts: dict[str, Any] | None = None
        gymnasium.Env.reset(self, seed=0)  # runs are repeatable even if the user sets no seed

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start an episode: goal `options["goal"]`, or a random one.

        Raises:
            SettingError: if there is no such goal.
        """
        super().reset(seed=seed)
        goal, count = (options or {}).get("goal"), self._goal_count()
        if goal is None and count is not None:
            goal = self.np_random.integers(count)
        if goal is not None:
            goal = goal_number(goal, count)
        self._goal, self._no_effects, self._parts = goal, 0, None
        self._begin(goal)
        return self._text, self._info("")

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Search or click. Never truncates; steps after the purchase are as in the original."""
        reward: float | None = None
        verb, thing = self._read(action)
        why = self._refusal(action, verb, thing)
        if not why:
            try:
                reward = self._take(verb, thing)
            except SearchError as error:
                why = str(error)
        self._no_effects += bool(why)
        return self._text, reward or 0.0, reward is not None, False, self._info(why)

    def render(self) -> str | None:
        """The page as text (render_mode "ansi")."""
        return self._text if self.render_mode == "ansi" else None

    def _goal_count(self) -> int | None:
        """How many goals there are; None if nobody knows."""
        raise NotImplementedError

    def _begin(self, goal: int | None) -> None:
        """Show the first page of a goal; None: of any."""
        raise NotImplementedError

    def _take(self, verb: str, thing: str) -> float | None:
        """Search, or click what is on the page; the reward of a purchase, else None.

        Raises:
            SearchError: if the search has no effect; nothing has changed then.
        """
        raise NotImplementedError

    def _read(self, action: str) -> tuple[str, str]:
        """The verb and the thing of an action.

        What is meant counts: a click on what the page shows, whatever brackets it holds, and
        however a model writes it.
        """
        action = WEBSHOP.resolve(action, self._state)
        thing = action[len("click[") : -1]
        if action == f"click[{thing}]" and thing in self._state.actions:
            return "click", thing
        return pages.parse_action(action) or ("", "")

    def _refusal(self, action: str, verb: str, thing: str) -> str:
        """Why an action can have no effect; "" if it can."""
        if verb == "search":
            return ""
        if verb != "click":
            return f"{action!r} is no action: write search[words] or click[thing]"
        if thing == "search":
            return "the search button cannot be clicked: write search[words]"
        return "" if thing in self._state.actions else f"{thing!r} is not on the page"

    def _info(self, why: str) -> dict[str, Any]:
        info: dict[str, Any] = {
            "state": self._state,
            "actions": self._state.actions,
            "goal": self._goal,
            "no_effect": why,
            "no_effects": self._no_effects,
        }
        if self._parts is not None:
            info["reward_parts"] = self._parts
        return info
