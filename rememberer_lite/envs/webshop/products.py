"""Products of the shop, read from the published catalogue format."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rememberer_lite.state import RemembererError

#: what a product without a price costs
DEFAULT_PRICE = 100.0


class CatalogueError(RemembererError):
    """A catalogue that is missing, empty, damaged or does not fit together."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product, as the pages show it and as the reward judges it.

    Attributes:
        asin: its code, as on the page.
        title: its name.
        description: the text of its Description page.
        bullets: the lines of its Features page.
        options: group name → values that can be chosen, both in lower case.
        attributes: what it is annotated with ("paraben free"); not shown on any page.
        price_tag: the price that the pages show, for example "$12.5" or "$9.9 to $12.0".
        price: what it costs, in dollars; for a range, a hidden draw from it.
        query: the class of products that it belongs to ("hair mask").
        category: its department ("beauty").
        levels: its category path, for example ("Beauty", "Hair Care", "Hair Masks").
    """

    asin: str
    title: str
    description: str
    bullets: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]
    attributes: tuple[str, ...]
    price_tag: str
    price: float
    query: str
    category: str
    levels: tuple[str, ...]

    @property
    def text(self) -> str:
        """What the search engine indexes: title, description, first bullet and options."""
        options = ", and ".join(f"{name}: {', '.join(of)}" for name, of in self.options.items())
        bullet = self.bullets[0] if self.bullets else ""
        return " ".join([self.title, self.description, bullet, options]).lower()

    def __repr__(self) -> str:
        return f"Product({self.asin}, {self.title!r}, {self.price_tag})"


def read_products(
    items: Any, attributes: Mapping[str, Any], rng: random.Random
) -> tuple[Product, ...]:
    """The products of a published items file, in its order.

    Left out, as in the original: asins "nan" or longer than 10, and repeated asins.

    Args:
        items: the list of products, as json.load gives it.
        attributes: asin → {"attributes": […], …}, as json.load gives it.
        rng: draws the hidden price of each product whose price is a range, in order.

    Raises:
        CatalogueError: where an entry lacks what the shop needs.
    """
    if not isinstance(items, list) or not items:
        raise CatalogueError("holds no products: a list of products was expected")
    products: dict[str, Product] = {}
    for position, item in enumerate(items):
        asin = item.get("asin") if isinstance(item, dict) else None
        if not isinstance(asin, str) or not asin:
            raise CatalogueError(f"entry {position} is no product: it has no asin")
        if asin == "nan" or len(asin) > 10 or asin in products:
            continue
        try:
            products[asin] = _product(item, attributes.get(asin) or {}, rng)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CatalogueError(
                f"product {asin} (entry {position}) is damaged: {_cause(error)}"
            ) from error
    if not products:
        raise CatalogueError("holds no product with a usable asin (1 to 10 characters)")
    return tuple(products.values())


def _product(item: Mapping[str, Any], annotation: Mapping[str, Any], rng: random.Random) -> Product:
    prices, price_tag = read_price(item.get("pricing"))
    bullets = item.get("small_description") or []
    return Product(
        asin=item["asin"],
        title=_text(item, "name"),
        description=item.get("full_description") or "",
        bullets=tuple(bullets) if isinstance(bullets, list) else (str(bullets),),
        options=read_options(item.get("customization_options") or {}),
        attributes=tuple(annotation.get("attributes") or ()),
        price_tag=price_tag,
        price=prices[0] if len(prices) == 1 else rng.uniform(*prices),
        query=_text(item, "query").lower().strip(),
        category=_text(item, "category"),
        levels=tuple(level.strip() for level in _text(item, "product_category").split("›")),
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    if not isinstance(item[key], str):
        raise TypeError(f"its {key!r} is no text")
    return str(item[key])


def _cause(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def read_price(pricing: str | None) -> tuple[Sequence[float], str]:
    """The figures of a published price, and the price as the pages show it.

    >>> read_price("$1,299.50")
    ([1299.5], '$1299.5')
    >>> read_price("$12.50 - $14.00")
    ([12.5, 14.0], '$12.5 to $14.0')
    >>> read_price(None)
    ([100.0], '$100.0')
    """
    if not pricing:
        return [DEFAULT_PRICE], f"${DEFAULT_PRICE}"
    try:
        prices = [float(re.sub(r"[^\d.]", "", figure)) for figure in pricing.split("$")[1:3]]
    except ValueError:
        prices = []
    if not prices:
        raise ValueError(f'its price {pricing!r} cannot be read: write "$12.50" or "$10 - $20"')
    return prices, " to ".join(f"${price}" for price in prices)


def read_options(groups: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Option groups as the pages show them: in lower case, a later equal group replaces.

    >>> read_options({"Color": [{"value": " White/Gold "}], "Style": None})
    {'color': ('white | gold',)}
    """
    options: dict[str, tuple[str, ...]] = {}
    for name, values in groups.items():
        if values:
            options[name.lower()] = tuple(
                value["value"].strip().replace("/", " | ").lower() for value in values
            )
    return options
