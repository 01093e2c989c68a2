"""What an agent must know about the shop: grammar, principles, similarity, initial records."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rememberer_lite.domain import Domain, Entry, Line, Piece, Verb, Wish
from rememberer_lite.domain.spelling import respell
from rememberer_lite.envs.search import STOP_WORDS
from rememberer_lite.envs.webshop.drawing import draw
from rememberer_lite.envs.webshop.pages import BACK, BUTTONS, parse_action
from rememberer_lite.envs.webshop.patterns import (
    OPEN_TABLE,
    PATTERN_TABLE,
    PATTERNS,
    open_pattern_of,
    page_pattern,
    pattern_of,
)
from rememberer_lite.envs.webshop.reward import wishes
from rememberer_lite.envs.webshop.short import arranged, short_task
from rememberer_lite.similarity import PatternTable, Similarity, TextEmbedding
from rememberer_lite.similarity.encoder import COMMON, Encoder
from rememberer_lite.state import Experience, Recent, State
from rememberer_lite.storage import load

_INITIAL = Path(__file__).with_name("initial")
_LIMIT = re.compile(r",? and price lower than [\d.,]+ dollars")


def content_words(task: str) -> list[str]:
    """The words of a task that say what is wanted, in order: no filler, no price limit.

    >>> content_words("i need a blue mug, and price lower than 20.00 dollars")
    ['blue', 'mug']
    """
    words = re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", _LIMIT.sub("", task.lower()))
    filler = STOP_WORDS | COMMON
    return [w for w in dict.fromkeys(words) if re.sub("['’]", "", w) not in filler]


class WebShopDomain(Domain):
    """How the shop is presented to an agent; use the one instance, `WEBSHOP`."""

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

    def similarity(
        self, weight: float = 0.5, encoder: Encoder | None = None, options_open: bool = False
    ) -> Similarity:
        """f = λ · cosine of the tasks' embeddings + (1 − λ) · table of the page patterns.

        Args:
            weight: λ.
            encoder: replaces the default text encoder, which needs no download.
            options_open: distinguish an item page with a group of options still to be chosen from
                one that is ready to buy (paper: False; there the two are alike, so that the
                example that is shown is often the wrong one of the two).

        >>> a = State("buy green tea", "", ("search",))
        >>> WEBSHOP.similarity()(a, a).similarity
        1.0
        """
        observation = PatternTable(pattern_of, PATTERNS, PATTERN_TABLE)
        if options_open:
            observation = PatternTable(open_pattern_of, (*PATTERNS, "open"), OPEN_TABLE)
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
        for _ in range(20):  # a few attempts suffice to avoid an excluded query
            chosen = sorted(rng.sample(range(len(words)), min(len(words), rng.randint(2, 5))))
            query = f"search[{' '.join(words[i] for i in chosen)}]"
            if chosen and query not in exclude:
                return query
        return None

    def normalise(self, action: str) -> str:
        """In lower case, without the text after the last bracket, as the shop reads it.

        >>> WEBSHOP.normalise(" click[Buy Now], because it fits")
        'click[buy now]'
        """
        written = respell(action, self.forms)
        verb, thing = parse_action(written) or ("", "")
        return f"{verb}[{thing}]" if verb in ("search", "click") else written

    def recognises(self, state: State) -> bool:
        """Every page has the button "Back to Search", except the first, which has "Search"."""
        return BACK.lower() in state.actions or page_pattern(state.actions) == "search"

    def pieces(self, state: State) -> list[Line]:
        """Texts, buttons, options and products, in any of the shop's three formats."""
        return draw(state)

    def wishes(self, reward_parts: Mapping[str, Any]) -> tuple[tuple[Wish, ...], str]:
        """The wanted attributes and options, the price, and the fraction that they make."""
        return wishes(reward_parts)

    def short_task(self, state: State) -> str:
        """The instruction, its price limit in few words."""
        return short_task(state.task)

    def short_page(self, state: State) -> tuple[Entry, ...]:
        """Each product with title and price, each option with its group, then the buttons."""
        if pattern_of(state) == "search":
            return ()  # there is nothing on it but the search
        return arranged(super().short_page(state), state.task)

    def repeated(self, state: State, action: str, recent: Recent) -> bool:
        """No click twice, and one value a group of options; the way back stays open."""
        if action == "click[< prev]":
            return False
        group = next(
            (line for line in self.pieces(state) if any(p.action == action for p in line)), ()
        )
        return any(p.chosen for p in group) or super().repeated(state, action, recent)

    def touched(self, state: State, action: str) -> Piece | None:
        """What a click names; also the search button, which has a name but does nothing."""
        verb, thing = parse_action(action.strip()) or ("", "")
        if verb != "click":
            return None
        pieces = (piece for line in self.pieces(state) for piece in line if piece.kind != "text")
        return next((piece for piece in pieces if piece.text.lower() == thing), None)

    def kind(self, state: State, action: str) -> str:
        """ "search", or the kind of page and what is clicked there: a button, or one of a choice.

        >>> page = State("t", "", ("back to search", "< prev", "buy now", "red"))
        >>> WEBSHOP.kind(page, "click[red]"), WEBSHOP.kind(page, "click[buy now]")
        ('item: choose', 'item: buy now')
        """
        verb, thing = parse_action(action.strip()) or ("", "")
        if verb != "click":
            return super().kind(state, action)
        return f"{pattern_of(state)}: {thing if thing in BUTTONS else 'choose'}"

    def search_action(self, state: State, words: str) -> str:
        """A search works on every page."""
        return f"search[{words}]"

    def query_words(self, state: State) -> tuple[str, ...]:
        """The words that say what is wanted: no filler, no price limit."""
        return tuple(content_words(state.task))

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
