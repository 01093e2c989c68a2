"""A scripted shopper: how much of a shop plain rules can solve, as a ceiling in tables."""

from __future__ import annotations

import math
import random
import re

from rememberer_lite.agent import Agent, Turn
from rememberer_lite.domain import Domain
from rememberer_lite.state import Decision, Recent, State

# Words of a request that say nothing about the thing that is wanted.
_FILLER_TEXT = """
a about after all also am an and any are as asap at be because best both buy by can choose color
colored come comes could do favorite featuring find first fit fits flavor flavored for from get
give go good had has have having hello help here hi hunting i i'd i'm id if im in interested is it
it's its just length let let's like looking love made make market measured me mine must my need
needs of ok on one only or order our out perfect pick place please pls plz prefer preferably
quantity sale scent scented select sell set shopping should show size sized so some style suitable
sure take than that the them there they they're this to too trying us usually version want wanted
wants was we wear what where which will with works would you
"""
_FILLER = frozenset(_FILLER_TEXT.split())
_LIMIT = re.compile(r",? and price lower than (\d{1,15}(?:\.\d{1,9})?) dollars")
_PRODUCT = re.compile(r"^\[{1,2}(\w{10})\]{1,2}\n(.*)\n(.*)", re.MULTILINE)
_PRICE = re.compile(r"\s*\$?(\d{1,15}(?:\.\d{1,9})?)(?=\s|$)")
_GROUP = re.compile(r"^[^\[\n]+ (\[.+\])$", re.MULTILINE)
_VALUE = re.compile(r"\[(\[?)(.+?)\]?\](?=\[|$)")


class Scripted(Agent):
    """Searches for the request's keywords, opens the best product of the page, chooses, buys.

    Of the products shown it opens the one whose title contains the most keywords, with those above
    the price limit last; it chooses every option value that the request names word for word,
    and buys.

    What it knows: how the paper's pages are written, which words of a request are filler, and
    how the price limit is worded. It reads only the state, never a goal or a reward.

    Args:
        domain: `WEBSHOP`.
        query: "keywords", or "request" for the whole text.
        look: how many of the products shown it compares; 1 takes the first.
        options: whether it chooses options.
    """

    def __init__(
        self, domain: Domain, query: str = "keywords", look: int = 3, options: bool = True
    ) -> None:
        super().__init__(domain)
        self.query, self.look, self.options = query, look, options

    @property
    def name(self) -> str:
        """What the agent is called in tables."""
        return f"Scripted({self.query}, best of {self.look}{', options' * self.options})"

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        """Decide by the page alone, without random choices."""
        if state.actions == ("search",):
            words = keywords(state.task) if self.query == "keywords" else [state.task]
            return Turn(Decision(f"search[{' '.join(words)}]"))
        products = _PRODUCT.findall(state.observation)[: self.look]
        if products:
            best = max(products, key=lambda found: _merit(state.task, found[1], found[2]))
            return Turn(Decision(f"click[{best[0].lower()}]"))
        if "buy now" in state.actions:
            for group in _GROUP.findall(state.observation) if self.options else ():
                values = _VALUE.findall(group)
                if any(mark for mark, _ in values):
                    continue
                if value := named_value(state.task, [text for _, text in values]):
                    return Turn(Decision(f"click[{value}]"))
            return Turn(Decision("click[buy now]"))
        return Turn(Decision("click[back to search]"))


def keywords(task: str) -> list[str]:
    """The words of a request that say what is wanted, in order, once each.

    >>> keywords("i'm looking for a blue rug, and price lower than 40.00 dollars")
    ['blue', 'rug']
    """
    words = re.findall(r"[^\s,;?!]+", _LIMIT.sub("", task.lower()))
    plain = (word.strip(".") for word in words)
    return list(dict.fromkeys(word for word in plain if word and word not in _FILLER))


def named_value(task: str, values: list[str]) -> str | None:
    """The longest of the values that the request names word for word.

    >>> named_value("a size x-large hoodie in navy", ["large", "x-large"])
    'x-large'
    """
    task = _LIMIT.sub("", task.lower())
    named = [v for v in values if re.search(rf"(?<![\w-]){re.escape(v)}(?![\w-])", task)]
    return max(named, key=len, default=None)


def _merit(task: str, title: str, price: str) -> tuple[bool, int]:
    """How well a product on the results page fits: within the limit, keywords in its title."""
    limit = _LIMIT.search(task)
    read = _PRICE.match(price)
    lowest = float(read[1]) if read else math.inf  # a page that shows no price there
    words = set(re.findall(r"\w+", title.lower()))
    wanted = {part for word in keywords(task) for part in re.findall(r"\w+", word)}
    return limit is None or lowest <= float(limit[1]), len(wanted & words)
