"""WebShop as a Gymnasium environment: what Gymnasium asks for, around a `Session`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np

from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.spaces import AnyText
from rememberer_lite.envs.webshop import pages
from rememberer_lite.envs.webshop.catalogue import Catalogue
from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.pages import Format
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.reward import score
from rememberer_lite.envs.webshop.session import Session
from rememberer_lite.state import SettingError, State


class WebShopEnv(gymnasium.Env[str, str]):
    """A shop where one product is to be bought (Yao et al. 2022; the paper's first environment).

    An episode starts on the search page with an instruction and ends with `click[Buy Now]`.
    Actions are `search[words]` and `click[thing]`; anything else, or a thing that is not on the
    page, has no effect. The reward is 0 until the purchase, then from 0 to 1.

    `info` holds
        state: the `State` (task, observation, actions);
        actions: the texts that can be clicked, in order;
        goal: the goal's number;
        no_effect: "" or the reason why the last action did nothing;
        no_effects: how many actions of the episode did nothing;
        reward_parts: after the purchase, what the reward is made of (`RewardParts.as_dict`).

    Args:
        catalogue: products and goals; None: `Catalogue.builtin()`.
        observation: "rememberer" (the paper's text, three products a page), or the original's
            "text_rich" and "text" (ten products a page).
        parity: reproduce how the original finds out which options are selected: values with a
            quote or a non-ASCII letter never show, a quoted word in the query shows falsely, and
            a value in two groups shows in both. By default the page shows the truth.

    >>> env = WebShopEnv()
    >>> observation, info = env.reset(options={"goal": 0})
    >>> info["actions"]
    ('search',)
    >>> _, reward, terminated, _, info = env.step("fly to the moon")
    >>> reward, terminated, info["no_effects"]
    (0.0, False, 1)
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 (as Gymnasium declares it)

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        observation: Format = "rememberer",
        parity: bool = False,
        render_mode: str | None = None,
    ) -> None:
        if observation not in pages.SHOWN:
            raise SettingError(
                f'no observation {observation!r}: choose "rememberer", "text_rich" or "text"'
            )
        self.catalogue = Catalogue.builtin() if catalogue is None else catalogue
        self.observation = observation
        self.parity = parity
        self.render_mode = render_mode
        self.observation_space = AnyText()
        self.action_space = AnyText()
        super().reset(seed=0)  # without a seed of the user's, runs repeat all the same
        self._begin(0)

    @property
    def goals(self) -> Sequence[Goal]:
        """The goals, by number."""
        return self.catalogue.goals

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start an episode: goal `options["goal"]`, or a random one.

        Raises:
            SettingError: where there is no such goal.
        """
        super().reset(seed=seed)
        goal = (options or {}).get("goal")
        if goal is None:
            goal = self.np_random.integers(len(self.goals))
        if isinstance(goal, bool) or not isinstance(goal, (int, np.integer)):
            raise SettingError(f"the goal is a number, not {goal!r}")
        if not 0 <= goal < len(self.goals):
            raise SettingError(f"no goal {goal}: this shop has goals 0 to {len(self.goals) - 1}")
        self._begin(int(goal))
        return self._text, self._info("")

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Search or click. Never truncates; steps after the purchase are as in the original."""
        reward, done, why = 0.0, False, ""
        verb, thing = pages.parse_action(action) or ("", "")
        if verb == "search":
            why = self._search(thing)
        elif verb != "click":
            why = f"{action!r} is no action: write search[words] or click[thing]"
        elif thing == "search":
            why = "the search button cannot be clicked: write search[words]"
        elif thing not in self._state.actions:
            why = f"{thing!r} is not on the page"
        elif thing == pages.BUY.lower() and self._session.product:
            reward, done = self._buy(self._session.product), True
        else:
            self._session.click(thing)
        if why:
            self._no_effects += 1
        else:
            self._show()
        info = self._info(why)
        return self._text, reward, done, False, info

    def render(self) -> str | None:
        """The page as text (render_mode "ansi")."""
        return self._text if self.render_mode == "ansi" else None

    def _begin(self, goal: int) -> None:
        self._goal = goal
        self._no_effects = 0
        self._session = Session()
        self._show()

    def _search(self, query: str) -> str:
        """Run a search; the reason why it cannot be run, or ""."""
        try:
            rng = random.Random(int(self.np_random.integers(2**32))) if query[:3] == "<r>" else None
            self._session.search(query, self.catalogue.search(query, rng))
        except SearchError as error:
            return str(error)
        return ""

    def _buy(self, product: Product) -> float:
        goal = self.goals[self._goal]
        parts = score(product, self._session.options, goal, self.catalogue.nouns)
        self._session.reward = parts.reward
        self._parts = parts.as_dict()
        return parts.reward

    def _show(self) -> None:
        """Bring observation, clickable texts and state up to date with the page."""
        task = self.goals[self._goal].instruction
        page = self._session.page(task, self.observation, self.parity)
        self._text = pages.write(page, self.observation)
        self._state = State(task, self._text, pages.clickables(page))

    def _info(self, why: str) -> dict[str, Any]:
        info: dict[str, Any] = {
            "state": self._state,
            "actions": self._state.actions,
            "goal": self._goal,
            "no_effect": why,
            "no_effects": self._no_effects,
        }
        if self._session.reward is not None:
            info["reward_parts"] = self._parts
        return info

    def __repr__(self) -> str:
        return f"WebShopEnv({self.catalogue!r}, observation={self.observation!r})"

    __str__ = __repr__
