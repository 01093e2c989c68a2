"""Products of the shop, read from the published catalogue format."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rememberer_lite.state import RemembererError
from rememberer_lite.storage.decoding import IGNORED, decode
from rememberer_lite.text import short, visible

#: the price of a product without one
DEFAULT_PRICE = 100.0


class CatalogueError(RemembererError):
    """A catalogue that is missing, empty, damaged or inconsistent."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product, as the pages show it and as the reward judges it.

    Attributes:
        asin: its code, as on the page.
        title: its name.
        description: the text of its Description page.
        bullets: the lines of its Features page.
        options: group name → values that can be chosen, both in lower case.
        attributes: its annotations ("paraben free"); not shown on any page.
        price_tag: the price that the pages show, for example "$12.5" or "$9.9 to $12.0".
        price: in dollars; for a range, a hidden random draw from it.
        query: its class of products ("hair mask").
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

    def bare(self) -> Product:
        """The same without its texts, which take most of its memory and make no goal."""
        return replace(
            self, title="", description="", bullets=(), attributes=(), query="", category="",
            levels=(),
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Product({visible(self.asin)}, {self.title!r}, {self.price_tag})"


#: why an entry of the items file is left out, as in the original
NO_CODE = 'code is "nan" or has more than 10 characters'
REPEATED = "code was used before"


def read_products(
    items: Any, attributes: Mapping[str, Any], rng: random.Random, left_out: Counter[str]
) -> Iterator[Product]:
    """The usable products in the order of the file.

    Left out, as in the original: asins "nan" or longer than 10, and repeated asins.

    Args:
        items: the products, as the file lists them.
        attributes: asin → {"attributes": […], …}, as `json.load` returns it.
        rng: draws the hidden price of each product whose price is a range, in order.
        left_out: counts the entries that are left out, by the reason.

    Raises:
        CatalogueError: if an entry lacks a field that the shop needs, or none is usable.
    """
    known: set[str] = set()
    position = -1
    for position, item in enumerate(items):
        asin = item.get("asin") if isinstance(item, dict) else None
        if not isinstance(asin, str) or not asin:
            raise CatalogueError(f"entry {position} is not a product: it has no asin")
        if asin == "nan" or len(asin) > 10 or asin in known:
            left_out[REPEATED if asin in known else NO_CODE] += 1
            continue
        known.add(asin)
        try:
            yield _product(item, attributes.get(asin) or {}, rng)
        except (ValueError, RecursionError) as error:  # FieldError among them
            raise CatalogueError(
                f"product {asin} (entry {position}) is damaged: {error}"
            ) from error
    if position < 0:
        raise CatalogueError("holds no products: a list of products was expected")
    if not known:
        raise CatalogueError("holds no product with a usable asin (1 to 10 characters)")


@dataclass(frozen=True, slots=True)
class _Value:
    """What is read of an option's value."""

    value: str


@dataclass(frozen=True, slots=True)
class _Item:
    """What is read from an entry of the items file; "" means a missing text."""

    asin: str
    name: str
    query: str
    category: str
    product_category: str
    pricing: str | None = None
    full_description: str | None = None
    small_description: tuple[str, ...] | str | None = None
    customization_options: Mapping[str, tuple[_Value, ...] | None] | str | None = None


@dataclass(frozen=True, slots=True)
class _Annotation:
    """What is read of an entry of the attributes file here."""

    attributes: tuple[str, ...] | None = None


def _product(item: Any, annotation: Any, rng: random.Random) -> Product:
    read = decode(_Item, item, unknown=IGNORED)
    prices, price_tag = read_price(read.pricing)
    bullets = read.small_description or ()
    groups = read.customization_options or {}
    if isinstance(groups, str):
        raise ValueError(f"customization_options should be an object, not {groups!r:.80}")
    return Product(
        asin=read.asin,
        title=read.name,
        description=read.full_description or "",
        bullets=(bullets,) if isinstance(bullets, str) else bullets,
        options=read_options(
            {name: [value.value for value in values or ()] for name, values in groups.items()}
        ),
        attributes=decode(_Annotation, annotation, unknown=IGNORED).attributes or (),
        price_tag=price_tag,
        price=prices[0] if len(prices) == 1 else rng.uniform(*prices),
        query=read.query.lower().strip(),
        category=read.category,
        levels=tuple(level.strip() for level in read.product_category.split("›")),
    )


def read_price(pricing: str | None) -> tuple[Sequence[float], str]:
    """The numbers in a published price, and the price as the pages show it.

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
        prices = [float(re.sub(r"[^\d.]", "", number)) for number in pricing.split("$")[1:3]]
    except ValueError:
        prices = []
    if not prices or not all(map(math.isfinite, prices)):
        raise ValueError(
            f'its price {short(pricing, 80)!r} cannot be read: write "$12.50" or "$10 - $20"'
        )
    return prices, " to ".join(f"${price}" for price in prices)


def read_options(groups: Mapping[str, Sequence[str] | None]) -> dict[str, tuple[str, ...]]:
    """Option groups as the pages show them: in lower case; a later group replaces an equal one.

    >>> read_options({"Color": [" White/Gold "], "Style": None})
    {'color': ('white | gold',)}
    """
    return {
        name.lower(): tuple(option_text(value) for value in values)
        for name, values in groups.items()
        if values
    }


def option_text(value: str) -> str:
    """An option's value as the pages write it.

    >>> option_text(" White/Gold ")
    'white | gold'
    """
    return value.strip().replace("/", " | ").lower()
