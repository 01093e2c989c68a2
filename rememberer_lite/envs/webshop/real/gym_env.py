"""The original gym environment, built by you, with the interface of our simulator."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.webshop.base import ShopEnv
from rememberer_lite.envs.webshop.pages import read_query
from rememberer_lite.envs.webshop.real import judged
from rememberer_lite.state import RemembererError, SettingError, State

#: the text formats that agents can read; the paper's fork writes its own format as "text_rich"
MODES = ("text", "text_rich")
_NEEDED = ("reset", "step", "get_available_actions", "get_instruction_text", "observation_mode")


class ShopEnvError(RemembererError):
    """The wrapped environment answered in a way that WebShop's does not."""


class WebShopGymEnv(ShopEnv):
    """A `WebAgentTextEnv` of the original, or of the paper's fork, behind our interface.

    Build it with the original's own code, in the Python in which that is installed, and pass it:
    `WebShopGymEnv(gym.make("WebAgentTextEnv-v0", observation_mode="text_rich"))`. Observations,
    clickable texts and rewards are the original's, unchanged; the task is its instruction without
    the label. The paper's text format and its three products a page are what the paper's fork
    (zdy023/WebShop) gives for "text_rich".

    Unlike the published code: an action is understood however a model writes it, as in
    `WebShopEnv`; `search[<a> …]` and `search[<c>]`, at which the original raises an error, have no
    effect; and an option whose name holds brackets can be seen but not clicked, as there.

    Args:
        env: the environment, with reset(session=…), step, get_available_actions,
            get_instruction_text and observation_mode; wrapped by gym's own wrappers or not.
        render_mode: "ansi", or None.

    Raises:
        SettingError: if it is not such an environment, or its observations are not texts of one
            page (modes "html" and "url"; num_prev_obs or num_prev_actions above 0).
    """

    def __init__(self, env: Any, render_mode: str | None = None) -> None:
        if missing := [name for name in _NEEDED if not hasattr(env, name)]:
            raise SettingError(
                f"{env!r:.80} is no WebAgentTextEnv (it has no {missing[0]}): build one with the "
                "original's code and pass it"
            )
        if env.observation_mode not in MODES:
            raise SettingError(
                f"observation_mode={env.observation_mode!r} cannot be read by an agent: build the "
                'environment with observation_mode="text_rich" or "text"'
            )
        for name in ("num_prev_obs", "num_prev_actions"):
            if getattr(env, name, 0):
                raise SettingError(
                    f"with {name}={getattr(env, name)!r} an observation is more than one page: "
                    f"build the environment with {name}=0; the memory keeps what came before"
                )
        super().__init__(render_mode)
        self.original = env
        self._state = State("", "")

    @property
    def settings(self) -> dict[str, Any]:
        """What is known of the wrapped environment."""
        return {
            "environment": "webshop gym",
            "observation": self.original.observation_mode,
            "goals": self._goal_count(),
        }

    def close(self) -> None:
        """Close the wrapped environment."""
        self.original.close()

    def _goal_count(self) -> int | None:
        goals = getattr(getattr(self.original, "server", None), "goals", None)
        return len(goals) if isinstance(goals, list) and goals else None

    def _begin(self, goal: int | None) -> None:
        answer = self.original.reset(session=goal)
        said = str(self.original.get_instruction_text())
        self._task = said.removeprefix("Instruction:").removeprefix(" ")
        self._show(answer[0] if isinstance(answer, tuple) else answer)

    def _take(self, verb: str, thing: str) -> float | None:
        if verb == "search":
            read_query(thing)  # raises if the original would fail
        answer = self.original.step(f"{verb}[{thing}]")
        if not isinstance(answer, tuple) or len(answer) not in (4, 5):
            raise ShopEnvError(
                f"step gave {answer!r:.80}: a WebAgentTextEnv gives observation, reward, done, info"
            )
        text, paid, done = answer[:3]
        if type(paid) is int and not done:  # the original gives a fraction to all it understands
            raise SearchError(f"the original understands {verb}[{thing}] as something else")
        try:
            reward = float(paid)
        except (TypeError, ValueError) as error:
            raise ShopEnvError(f"the reward is {paid!r:.80}, which is no number") from error
        self._show(text)
        self._parts = self._judge(reward) if done else None
        return reward if done else None

    def _show(self, text: Any) -> None:
        available = self.original.get_available_actions()
        listed = available.get("clickables") if isinstance(available, Mapping) else None
        if not isinstance(text, str) or not isinstance(listed, list):
            raise ShopEnvError(
                f"the observation is {text!r:.60}, the actions {available!r:.60}: a "
                "WebAgentTextEnv gives a text, and a mapping with a list of clickables"
            )
        self._text = text
        self._state = State(self._task, text, tuple(map(str, listed)))

    def _judge(self, reward: float) -> dict[str, Any]:
        """The parts of the reward, if the wrapped environment lets its server be asked."""
        with suppress(AttributeError, KeyError, TypeError):
            server = self.original.server
            session = server.user_sessions[self.original.session]
            bought = server.product_item_dict[session["asin"]]
            return judged.reward_parts(
                reward,
                session["verbose_info"],
                session["goal"],
                judged.product_of(
                    session["asin"],
                    bought["Title"],
                    bought["Description"] or "",
                    judged.texts(bought["BulletPoints"]),
                    judged.texts(bought["Attributes"]),
                ),
                session["options"],
                server.product_prices[session["asin"]],
            )
        return {"reward": reward}

    def __repr__(self) -> str:
        return f"WebShopGymEnv(observation={self.original.observation_mode!r})"

    __str__ = __repr__
