"""The original Flask application as an environment, played over HTTP."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.webshop import pages
from rememberer_lite.envs.webshop.base import ShopEnv
from rememberer_lite.envs.webshop.pages import Format, read_query
from rememberer_lite.envs.webshop.patterns import page_pattern
from rememberer_lite.envs.webshop.products import read_price
from rememberer_lite.envs.webshop.real import html, judged
from rememberer_lite.envs.webshop.real.connection import (
    LIMITS,
    Connection,
    Fetched,
    ShopServerError,
)
from rememberer_lite.memory.settings import check_names
from rememberer_lite.state import SettingError, State
from rememberer_lite.storage.plain_json import loads
from rememberer_lite.text import short

#: characters of a search in an address; servers refuse addresses far longer than that
LONGEST_SEARCH = 4_000


class WebShopServerEnv(ShopEnv):
    """The real WebShop, running as its Flask application, with the interface of `WebShopEnv`.

    States, actions, rewards and `info` are those of the simulator on the same catalogue. The
    server judges the purchase, by its own products and its own tagger.

    Unlike the original's own browser environment: options are marked as selected by what was
    chosen, as in the simulator's default (parity=False); the page after a purchase is written as
    the original's text environment writes it, so that the goal it carries in hidden elements does
    not become part of an observation; a slash in a search is sent as a space, because the
    application has no page for such an address (the search engine splits words there anyway);
    `search[<a> …]` and `search[<c>]` have no effect.

    Each episode is a session of its own on the server, named so that the application gives it the
    goal that was asked for. Nothing but `url` is contacted; see `Connection` for the limits.

    Args:
        url: the root of the application, for example "http://127.0.0.1:3000".
        goals: how many goals the server has. None: goal numbers are not checked here, and a reset
            without a goal lets the server draw one, whose number it does not tell (info["goal"] is
            None).
        observation: "rememberer", "text_rich" or "text", as in `WebShopEnv`.
        render_mode: "ansi", or None.
        **limits: of the connection: timeout, longest (seconds), largest (bytes), retries.

    Raises:
        SettingError: if the observation is unknown, `goals` or a limit is no such number, or there
            is no limit of that name.
        ShopServerError: if the url is not an address; when playing, if the server cannot be
            reached, fails, or does not answer with WebShop's pages.

    >>> WebShopServerEnv("http://127.0.0.1:3000", goals=500)
    WebShopServerEnv('http://127.0.0.1:3000', observation='rememberer')
    """

    def __init__(
        self,
        url: str,
        goals: int | None = None,
        observation: Format = "rememberer",
        render_mode: str | None = None,
        **limits: Any,
    ) -> None:
        if observation not in pages.SHOWN:
            raise SettingError(
                f'no observation {observation!r}: choose "rememberer", "text_rich" or "text"'
            )
        if goals is not None and (type(goals) is not int or goals < 1):
            raise SettingError(f"goals is the number of the server's goals, not {goals!r:.80}")
        super().__init__(render_mode)
        self.observation = observation
        self._count = goals
        check_names(limits, LIMITS)
        self._connection = Connection(url, **limits)
        self._task = ""
        self._state = State("", "")

    @property
    def url(self) -> str:
        """The server's address."""
        return self._connection.url

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that is known of what decides what the shop shows and rewards."""
        return {
            "environment": "webshop server",
            "url": self.url,
            "goals": self._count,
            "observation": self.observation,
        }

    def close(self) -> None:
        """Close the connection to the server."""
        self._connection.close()

    def _goal_count(self) -> int | None:
        return self._count

    def _begin(self, goal: int | None) -> None:
        self._session = f"rememberer-{uuid4().hex}" + ("" if goal is None else f"-fixed_{goal}")
        self._options: dict[str, str] = {}
        self._visited: set[str] = set()
        self._product: html.Reading | None = None
        answer = self._connection.get(f"{self.url}/{self._session}")
        reading = html.read(answer.html)
        if not reading.searches or reading.task is None:
            raise ShopServerError(
                f"{self.url} does not answer with WebShop's search page: pass the root of "
                "WebShop's Flask application (python -m web_agent_site.app)"
            )
        self._task = reading.task
        self._show(answer, reading)

    def _take(self, verb: str, thing: str) -> float | None:
        before = page_pattern(self._state.actions)
        if verb == "search":
            answer = self._connection.get(self._search_address(thing))
            self._options = {}
        else:
            if not (link := self._links.get(thing)):
                raise ShopServerError(f"{self.url} gives no address for {thing!r}: {_FIX}")
            answer = self._connection.get(link, self._address)
        reading = html.read(answer.html)
        if reading.receipt is not None:
            return self._bought(answer, reading.receipt)
        if verb == "click":
            self._follow(thing, before)
        self._show(answer, reading)
        return None

    def _follow(self, thing: str, before: str) -> None:
        """Keep what the server does not: the chosen options and the visited products."""
        if thing in self._buttons:
            if thing == pages.BACK.lower():
                self._options, self._visited = {}, set()
            elif thing == pages.PREVIOUS.lower() and before == "item":
                self._options = {}
        elif thing in self._groups:
            self._options[self._groups[thing]] = thing
        else:
            self._options = {}
            self._visited.add(thing)

    def _search_address(self, words: str) -> str:
        read_query(words)  # a search that the server would fail at has no effect
        keywords = quote(str(words.replace("/", " ").split(" ")), safe="", errors="replace")
        if len(keywords) > LONGEST_SEARCH:
            raise SearchError("the search is too long for an address: search for fewer words")
        return f"{self.url}/search_results/{self._session}/{keywords}/1"

    def _show(self, answer: Fetched, reading: html.Reading) -> None:
        if reading.task is None:
            raise ShopServerError(f"{self.url} sent a page that is not WebShop's: {_FIX}")
        self._address, self._groups = answer.address, reading.groups
        self._buttons = {e.text.lower() for e in reading.page if e.kind == "button"}
        marked = [
            element._replace(
                marked=element.text.lower() in self._visited
                if element.kind == "product"
                else self._options.get(reading.of.get(at, "")) == element.text
            )
            for at, element in enumerate(reading.page)
        ]
        page = html.first_products(marked, pages.SHOWN[self.observation])
        actions = pages.clickables(page)
        self._links = {text: link for text, link in reading.links.items() if text in actions}
        self._write(page, actions)
        self._parts = None
        if page_pattern(actions) == "item":
            self._product = reading

    def _write(self, page: pages.Page, actions: tuple[str, ...]) -> None:
        self._text = pages.write(page, self.observation)
        self._state = State(self._task, self._text, actions)

    def _bought(self, answer: Fetched, receipt: html.Receipt) -> float:
        try:
            reward = float(receipt.reward)
            options = loads(receipt.options or "{}")
        except ValueError:
            reward, options = math.nan, {}
        if not 0.0 <= reward <= 1.0 or not isinstance(options, dict):
            raise ShopServerError(
                f"{self.url} paid {short(receipt.reward, 40)!r}, which is no reward from 0 to 1: "
                f"{_FIX}"
            )
        options = {str(group): str(value) for group, value in options.items()}
        self._parts = self._judge(reward, receipt, options)
        self._links, self._address = {}, answer.address
        self._write(pages.end_page(receipt.asin, options, reward), ())
        return reward

    def _judge(self, reward: float, receipt: html.Receipt, options: dict[str, str]) -> Any:
        """The parts of the reward. The pages that say which attributes there are may be needed."""
        details = judged.literal(receipt.details)
        shown = [] if self._product is None else [element.text for element in self._product.page]
        at = next((n for n, text in enumerate(shown) if n and text.startswith(pages.PRICE)), None)
        title, tag = ("", "") if at is None else (shown[at - 1], shown[at][len(pages.PRICE) :])
        description: list[str] = []
        features: list[str] = []
        if judged.share_is_open(details):
            description, features = self._sub_page("description"), self._sub_page("features")
        product = judged.product_of(
            receipt.asin,
            title,
            "\n".join(description),
            [text.removeprefix(" ") for text in features],
            judged.texts(judged.literal(receipt.attributes)),
        )
        goal = judged.literal(receipt.goal)
        return judged.reward_parts(reward, details, goal, product, options, _price(tag))

    def _sub_page(self, name: str) -> list[str]:
        """The texts below the buttons of a sub page of the product that was bought."""
        if not (link := self._links.get(name)):
            return []
        reading = html.read(self._connection.get(link, self._address).html)
        last = max((n for n, e in enumerate(reading.page) if e.kind == "button"), default=0)
        return [element.text for element in reading.page[last + 1 :]]

    def __repr__(self) -> str:
        return f"WebShopServerEnv({self.url!r}, observation={self.observation!r})"

    __str__ = __repr__


_FIX = "check that WebShop's own application runs there, and has not been restarted meanwhile"


def _price(tag: str) -> float | None:
    """The price that a tag shows; None for a range, from which a hidden one was drawn."""
    try:
        prices, _ = read_price(tag)
    except ValueError:
        return None
    return prices[0] if tag and len(prices) == 1 else None
