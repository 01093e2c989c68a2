"""How fast the shop is, beside plain references in the same run; only ratios are asserted.

`uv run pytest tests/benchmarks -n 0` prints the figures.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from itertools import count
from time import perf_counter

import pytest
import snowballstemmer
from timing import seconds

from rememberer_lite.envs.search import analyse
from rememberer_lite.envs.webshop import Catalogue, WebShopEnv
from rememberer_lite.envs.webshop.builtin import make_shop

Figure = Callable[[str, object], None]


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return Catalogue.builtin()


class _Texts(HTMLParser):
    """Collects the texts of a page, as the original does with a larger parser."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def clicks(env: WebShopEnv) -> list[tuple[str, ...]]:
    """Clicks without a search: to the first product, around it, and back; no purchase."""
    plans = []
    for goal in range(60):
        env.reset(options={"goal": goal})
        *_, info = env.step(f"search[{env.goals[goal].product.query}]")
        product = info["actions"][2]
        *_, info = env.step(f"click[{product}]")
        options = info["actions"][6:]
        around = (product, *options[:6], "features", "< prev", "description", "< prev", "< prev")
        plans.append(tuple(f"click[{thing}]" for thing in (*around, "next >", "< prev")))
    return plans


def test_steps_without_a_search(shop: Catalogue, figure: Figure) -> None:
    env = WebShopEnv(shop)
    plans, spent, steps, pages = clicks(env), 0.0, 0, []
    for goal, plan in enumerate(plans * 5):
        goal %= len(plans)
        env.reset(options={"goal": goal})
        env.step(f"search[{env.goals[goal].product.query}]")
        start = perf_counter()
        for action in plan:
            *_, info = env.step(action)
        spent += perf_counter() - start
        steps += len(plan)
        pages.append(info["state"].observation)
    page = "".join(f"<div><p>{escape(line)}</p></div>" for line in pages[0].split("\n")) * 2

    def reference() -> None:
        """One page written as HTML and parsed once (the original does so two or three times)."""
        parser = _Texts()
        parser.feed(f"<html><body>{page}</body></html>")

    plain = seconds(reference, 300)
    figure("WebShop steps without a search", f"{steps / spent:,.0f} a second")
    figure("WebShop, one HTML page parsed instead", f"{1 / plain:,.0f} a second")
    assert spent / steps < plain


def test_search_on_the_builtin_shop(shop: Catalogue, figure: Figure) -> None:
    queries = [goal.instruction for goal in shop.goals[:40]]
    texts = [analyse(product.text) for product in shop.products]
    counts = [Counter(text) for text in texts]
    df = Counter(term for count in counts for term in count)
    mean = sum(map(len, texts)) / len(texts)

    def reference(query: str) -> list[int]:
        """BM25 document by document, without an inverted index."""
        scores = []
        for text, held in zip(texts, counts, strict=True):
            norm = 0.9 * (0.6 + 0.4 * len(text) / mean)
            scores.append(
                sum(
                    math.log(1 + (len(texts) - df[t] + 0.5) / (df[t] + 0.5)) * held[t]
                    / (held[t] + norm)
                    for t in analyse(query)
                )
            )  # fmt: skip
        return sorted(range(len(texts)), key=lambda i: -scores[i])[:50]

    ours = seconds(lambda: [shop.search(query) for query in queries]) / len(queries)
    plain = seconds(lambda: [reference(query) for query in queries[:5]], 3) / 5
    figure(f"search on {len(shop):,} products", f"{ours * 1e3:.2f} ms")
    figure("search, plain loop over all documents", f"{plain * 1e3:.2f} ms")
    assert ours < plain / 10


def test_environment_ready(shop: Catalogue, figure: Figure) -> None:
    stem = snowballstemmer.stemmer("porter").stemWord

    def reference() -> None:
        """The texts of the index alone, every word stemmed anew."""
        for product in shop.products:
            for word in product.text.split():
                stem(word)

    seeds = count(1)
    ready = seconds(lambda: WebShopEnv(Catalogue.builtin(next(seeds))), 3)
    made = seconds(lambda: make_shop(0), 3)
    plain = seconds(reference, 1)
    figure("environment ready on a new built-in shop", f"{ready:.2f} s")
    figure("of which inventing the shop", f"{made:.2f} s")
    figure("stemming the shop's words one by one", f"{plain:.2f} s")
    assert ready - made < plain
