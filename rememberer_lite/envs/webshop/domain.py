"""What an agent must know of the shop: grammar, principles, page patterns, a start."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from rememberer_lite.domain import Domain, Verb
from rememberer_lite.encoder import COMMON, Encoder
from rememberer_lite.envs.search import STOP_WORDS
from rememberer_lite.envs.webshop.pages import parse_action
from rememberer_lite.similarity import PatternTable, Similarity, TextEmbedding
from rememberer_lite.state import Experience, State
from rememberer_lite.storage import load

#: the kinds of pages that the similarity knows
PATTERNS = ("search", "results", "item", "other")
#: f_o of two kinds of pages (paper, section 4.1): item and sub page are a little alike
PATTERN_TABLE = (
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.3),
    (0.0, 0.0, 0.3, 1.0),
)
_INITIAL = Path(__file__).with_name("initial")
_LIMIT = re.compile(r",? and price lower than [\d.,]+ dollars")


def page_pattern(actions: Sequence[str]) -> str:
    """The kind of a page, from what can be clicked on it.

    Args:
        actions: the texts that can be clicked, in any order.

    Returns:
        "search", "results", "item", "other" (a sub page of an item), or "unknown".

    Source: paper, section 4.1.

    Unlike the published code: it looks at the buttons that only one kind of page has, not at what
    product codes look like; page 2 and later, and codes such as `b0bxx` or ISBNs, are known too
    (its defect 8).

    >>> page_pattern(("back to search", "< prev", "next >", "1580629571"))
    'results'
    >>> page_pattern(("back to search", "< prev"))
    'other'
    """
    texts = set(actions)
    if texts == {"search"}:
        return "search"
    if {"back to search", "< prev", "buy now"} <= texts:
        return "item"  # asked first: an option may be called like any other button
    if {"back to search", "next >"} <= texts:
        return "results"
    return "other" if texts == {"back to search", "< prev"} else "unknown"


def pattern_of(state: State) -> str:
    """The kind of page that a state shows."""
    return page_pattern(state.actions)


def content_words(task: str) -> list[str]:
    """The words of a task that say what is wanted, in order: no filler, no price limit.

    >>> content_words("i need a blue mug, and price lower than 20.00 dollars")
    ['blue', 'mug']
    """
    words = re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", _LIMIT.sub("", task.lower()))
    filler = STOP_WORDS | COMMON
    return [w for w in dict.fromkeys(words) if re.sub("['’]", "", w) not in filler]


class WebShopDomain(Domain):
    """How the shop is shown to an agent; use the one instance, `WEBSHOP`."""

    name = "webshop"
    role = (
        "You are shopping on a web site for a customer. Read the customer's instruction and the "
        "page, then choose the next action, until you have bought the product that fits best."
    )
    grammar = (
        Verb("search[words]", "type words into the search bar and search; works on every page"),
        Verb("click[thing]", "click a button, a product's code or an option of the page"),
    )
    principles = (
        "Search with the kind of product and its most important features; leave out filler words "
        "and the price.",
        "On a results page compare titles and prices, then open the product that shares most with "
        "the instruction.",
        "Pass over products that cost more than the instruction allows.",
        "Where nothing on the page fits, look at the next page, or search again with other words.",
        "On a product's page click one value in each group of options that the instruction speaks "
        "of, before you buy.",
        "Click an option once: a value in double brackets is chosen already, and another value of "
        "its group takes its place.",
        "Where you doubt that the product has a wanted feature, read its description or its "
        "features, then go back with < prev.",
        "Click only what stands among the possible actions, written as it stands there; never "
        "click search.",
        "Buying ends the task: do it as soon as product, options and price fit, and do not wander "
        "on, for the number of actions is limited.",
    )

    def similarity(self, weight: float = 0.5, encoder: Encoder | None = None) -> Similarity:
        """f = λ · cosine of the tasks' embeddings + (1 − λ) · table of the page patterns.

        Args:
            weight: λ.
            encoder: another encoder of texts than the one that needs no download.

        >>> a = State("buy green tea", "", ("search",))
        >>> WEBSHOP.similarity()(a, a).similarity
        1.0
        """
        observation = PatternTable(pattern_of, PATTERNS, PATTERN_TABLE)
        return Similarity(TextEmbedding(encoder), observation, weight)

    def possible_actions(self, state: State) -> tuple[str, ...]:
        """A click for each text of the page; searches are free text and not listed."""
        return tuple(f"click[{text}]" for text in state.actions if text != "search")

    def random_action(
        self, state: State, rng: random.Random, exclude: Collection[str] = ()
    ) -> str | None:
        """A random click, or on the search page a search for some of the task's words.

        Unlike the published code: the query never holds the label "Instruction:" (defect 31).
        """
        if page_pattern(state.actions) != "search":
            return super().random_action(state, rng, exclude)
        words = content_words(state.task)
        for _ in range(20):  # a few tries suffice to miss an excluded query
            chosen = sorted(rng.sample(range(len(words)), min(len(words), rng.randint(2, 5))))
            query = f"search[{' '.join(words[i] for i in chosen)}]"
            if chosen and query not in exclude:
                return query
        return None

    def normalise(self, action: str) -> str:
        """In lower case, without what follows the last bracket: the shop reads it so.

        >>> WEBSHOP.normalise(" click[Buy Now], because it fits")
        'click[buy now]'
        """
        verb, thing = parse_action(action.strip()) or ("", "")
        return f"{verb}[{thing}]" if verb in ("search", "click") else action.strip()

    def initial_records(self) -> Mapping[str, Sequence[Experience]]:
        """The hand-annotated records E0, E1 and E2: each the steps of one annotated task."""
        return self._initial_records

    @cached_property
    def _initial_records(self) -> Mapping[str, Sequence[Experience]]:
        return {
            path.stem: tuple(load(path, self.similarity()))
            for path in sorted(_INITIAL.glob("E*.json"))
        }

    def __repr__(self) -> str:
        return "WEBSHOP"


#: the shop's domain
WEBSHOP = WebShopDomain()
