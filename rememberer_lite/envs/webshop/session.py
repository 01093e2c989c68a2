"""Where a customer is in the shop: the state machine behind the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from rememberer_lite.envs.webshop import pages
from rememberer_lite.envs.webshop.products import Product

_SUB_PAGES = {name.lower(): name for name in pages.SUB_PAGES}


@dataclass
class Session:
    """Everything that searching and clicking change; a new session is on the search page.

    Attributes:
        query: the words searched for last.
        hits: what they found; None on the search page.
        number: the results page, from 1.
        visited: the asins of the products opened since the search page.
        product: the product looked at; None on search and results pages.
        options: option group → the value chosen.
        sub_page: which page of the product is open; "" for the first.
        reward: what the purchase earned; None until then.

    >>> session = Session()
    >>> session.search("red mug", ())
    >>> session.click("next >")
    >>> session.number
    2
    """

    query: str = ""
    hits: tuple[Product, ...] | None = None
    number: int = 1
    visited: set[str] = field(default_factory=set)
    product: Product | None = None
    options: dict[str, str] = field(default_factory=dict)
    sub_page: str = ""
    reward: float | None = None

    def search(self, query: str, hits: tuple[Product, ...]) -> None:
        """From any page to the first page of results; visited marks stay."""
        self.query, self.hits, self.number = query, hits, 1
        self._leave_product()

    def click(self, thing: str) -> None:
        """Follow a button, a product or an option that the page shows (in lower case)."""
        if thing == pages.BACK.lower():
            self.query, self.hits, self.number, self.visited = "", None, 1, set()
            self._leave_product()
        elif self.product is None:
            self._click_on_results(thing)
        elif thing == pages.PREVIOUS.lower():
            if self.sub_page:
                self.sub_page = ""
            else:
                self._leave_product()
        elif thing in _SUB_PAGES:
            self.sub_page = _SUB_PAGES[thing]
        else:  # a value that is in two groups counts for the last one
            group = [g for g, values in self.product.options.items() if thing in values][-1]
            self.options[group] = thing

    def _click_on_results(self, thing: str) -> None:
        if thing == pages.NEXT.lower():
            self.number += 1
        elif thing == pages.PREVIOUS.lower():
            self.number -= 1
        else:
            self.product = next(p for p in self.hits or () if p.asin.lower() == thing)
            self.visited.add(self.product.asin)

    def _leave_product(self) -> None:
        self.product, self.options, self.sub_page, self.reward = None, {}, "", None

    def page(self, instruction: str, form: pages.Format, parity: bool) -> pages.Page:
        """The page that the customer sees; for `parity` see `WebShopEnv`."""
        if self.hits is None:
            return pages.search_page(instruction)
        if self.product is None:
            shown = pages.SHOWN[form]
            return pages.results_page(instruction, self.hits, self.number, self.visited, shown)
        if self.reward is not None:
            return pages.end_page(self.product.asin, self.options, self.reward)
        if self.sub_page:
            return pages.sub_page(instruction, self.product, self.sub_page)
        selected = self._quoted(self.product) if parity else set(self.options.items())
        return pages.item_page(instruction, self.product, selected)

    def _quoted(self, product: Product) -> set[tuple[str, str]]:
        """What the original treats as selected: values in double quotes in the page's address."""
        query = self.query.replace(" ", "+")
        address = f"{query}/{self.number}/{json.dumps(self.options)}"
        return {
            (group, value)
            for group, values in product.options.items()
            for value in values
            if f'"{value}"' in address
        }
