"""WebShop as a Gymnasium environment: Gymnasium's interface around a `Session`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from rememberer_lite.envs.webshop import pages
from rememberer_lite.envs.webshop.base import ShopEnv
from rememberer_lite.envs.webshop.catalogue import Catalogue
from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.options import OptionsRule, check_rule
from rememberer_lite.envs.webshop.pages import Format
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.reward import score
from rememberer_lite.envs.webshop.session import Session
from rememberer_lite.state import SettingError, State


class WebShopEnv(ShopEnv):
    """A shop in which to buy one product (Yao et al. 2022; the paper's first environment).

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
        parity: reproduce how the original determines which options are selected: values with a
            quote or a non-ASCII character never show as selected, a quoted word in the query
            does so wrongly, and a value in two groups shows in both. By default the page shows
            the truth. Options are judged by the original's rule.
        options_rule: when a chosen value counts as the wanted one. "original": as in WebShop,
            where nearly the same words are enough, so that "14 inch" passes for "18 inch".
            "exact": exactly this value of the same group. None: the catalogue's rule; this project
            chose "exact" for built-in shops, "original" for published files and parity.

    Raises:
        SettingError: if the observation or rule is unknown, or "exact" is combined with parity.

    >>> env = WebShopEnv()
    >>> observation, info = env.reset(options={"goal": 0})
    >>> info["actions"]
    ('search',)
    >>> _, reward, terminated, _, info = env.step("fly to the moon")
    >>> reward, terminated, info["no_effects"]
    (0.0, False, 1)
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        observation: Format = "rememberer",
        parity: bool = False,
        render_mode: str | None = None,
        options_rule: OptionsRule | None = None,
    ) -> None:
        if observation not in pages.SHOWN:
            raise SettingError(
                f'no observation {observation!r}: choose "rememberer", "text_rich" or "text"'
            )
        self.catalogue = Catalogue.builtin() if catalogue is None else catalogue
        self.observation = observation
        self.parity = parity
        self.options_rule = self._rule(options_rule)
        super().__init__(render_mode)
        self._begin(0)

    @property
    def goals(self) -> Sequence[Goal]:
        """The goals, by number."""
        return self.catalogue.goals

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that decides what the shop shows and rewards, as plain JSON values."""
        return {
            "environment": "webshop",
            "catalogue": self.catalogue.fingerprint,
            "observation": self.observation,
            "parity": self.parity,
            "options_rule": self.options_rule,
        }

    def _rule(self, name: OptionsRule | None) -> OptionsRule:
        if name is None:
            return "original" if self.parity else self.catalogue.options_rule
        if self.parity and check_rule(name) != "original":
            raise SettingError(
                "parity=True judges options as the original does: leave out "
                f"options_rule={name!r}, or parity"
            )
        return check_rule(name)

    def _read(self, action: str) -> tuple[str, str]:
        """In parity mode as the original finds an action's brackets, else what is meant."""
        if self.parity:
            return pages.parse_action(action) or ("", "")
        return super()._read(action)

    def _goal_count(self) -> int:
        return len(self.goals)

    def _begin(self, goal: int | None) -> None:
        self._task = self.goals[goal or 0].instruction
        self._session = Session()
        self._show()

    def _take(self, verb: str, thing: str) -> float | None:
        if verb == "search":
            self._search(thing)
        elif thing == pages.BUY.lower() and self._session.product:
            return self._buy(self._session.product)
        else:
            self._session.click(thing)
        self._show()
        return None

    def _search(self, query: str) -> None:
        rng = random.Random(int(self.np_random.integers(2**32))) if query[:3] == "<r>" else None
        self._session.search(query, self.catalogue.search(query, rng))
        self._parts = None

    def _buy(self, product: Product) -> float:
        goal = self.goals[self._goal or 0]
        parts = score(product, self._session.options, goal, self.catalogue.nouns, self.options_rule)
        self._session.reward = parts.reward
        self._parts = parts.as_dict()
        self._show()
        return parts.reward

    def _show(self) -> None:
        """Bring observation, clickable texts and state up to date with the page."""
        page = self._session.page(self._task, self.observation, self.parity)
        self._text = pages.write(page, self.observation)
        self._state = State(self._task, self._text, pages.clickables(page))

    def __repr__(self) -> str:
        return (
            f"WebShopEnv({self.catalogue!r}, observation={self.observation!r}, "
            f"options_rule={self.options_rule!r})"
        )

    __str__ = __repr__
