"""Goals: what the customer asks for, and what the purchase is judged by."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rememberer_lite.envs.webshop.products import CatalogueError, Product

#: price limits are multiples of 10 dollars, below 1,000
PRICE_LIMITS = [10.0 * tens for tens in range(1, 100)]
#: goals are shuffled with this seed, so that goal numbers mean the same for everyone
SHUFFLE_SEED = 233


#: an option value, or for synthetic goals a (group, value) pair
Option = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """One shopping task.

    Attributes:
        instruction: what the customer says; the agent sees nothing else of the goal.
        product: the product that the instruction was written for.
        attributes: what the purchase should have.
        options: the options that should be chosen.
        price_limit: the most it may cost, in dollars; None where no limit is set.
    """

    instruction: str
    product: Product
    attributes: tuple[str, ...]
    options: tuple[Option, ...]
    price_limit: float | None

    def __repr__(self) -> str:
        return f"Goal({self.product.asin}, {self.instruction!r})"


def draw_price_limit(price: float, rng: random.Random) -> float | None:
    """The larger of two of the next four multiples of 10 above `price`.

    Fewer than two multiples below 1,000 are left for the dearest products: None, no limit.
    """
    above = [limit for limit in PRICE_LIMITS if limit > price][:4]
    return max(rng.sample(above, 2)) if len(above) >= 2 else None


def human_goals(
    products: Iterable[Product], instructions: Mapping[str, Any], rng: random.Random
) -> list[Goal]:
    """One goal per instruction that people wrote and annotated with attributes."""
    goals = []
    for product in products:
        entries = instructions.get(product.asin, [])
        if not isinstance(entries, list):
            raise CatalogueError(f"the instructions for product {product.asin} are no list")
        for entry in entries:
            try:
                if not entry["instruction_attributes"]:
                    continue
                text = entry["instruction"].strip(".")
                wanted = tuple(entry["instruction_options"])
            except (KeyError, TypeError, AttributeError) as error:
                raise CatalogueError(
                    f"an instruction for product {product.asin} is damaged ({error!r}): it needs "
                    "instruction, instruction_attributes and instruction_options"
                ) from error
            limit = draw_price_limit(product.price, rng)
            attributes = tuple(entry["instruction_attributes"])
            goals.append(Goal(text + _price_text(limit), product, attributes, wanted, limit))
    return goals


def synthetic_goals(
    products: Iterable[Product], annotations: Mapping[str, Any], rng: random.Random
) -> list[Goal]:
    """One goal per combination of options, from the instruction of the product's annotation."""
    goals = []
    for product in products:
        entry = annotations.get(product.asin) or {}
        text, attributes = entry.get("instruction"), entry.get("instruction_attributes")
        if not text or not attributes:
            continue
        limit = draw_price_limit(product.price, rng)
        names = sorted(product.options)
        for values in itertools.product(*(product.options[name] for name in names)):
            wanted = tuple(zip(names, values, strict=True))
            options = ", and ".join(f"{name}: {value}" for name, value in wanted)
            options = f" with {options}" if options else ""
            instruction = f"{text}{options}{_price_text(limit)}"
            goals.append(Goal(instruction, product, tuple(attributes), wanted, limit))
    return goals


def shuffled(goals: list[Goal]) -> tuple[Goal, ...]:
    """The goals in the order in which the original numbers them."""
    order = list(goals)
    random.Random(SHUFFLE_SEED).shuffle(order)
    return tuple(order)


def _price_text(limit: float | None) -> str:
    return "" if limit is None else f", and price lower than {limit:.2f} dollars"
