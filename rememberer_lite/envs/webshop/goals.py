"""Goals: what the customer asks for, and how the purchase is judged."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rememberer_lite.envs.webshop.products import CatalogueError, Product
from rememberer_lite.storage.decoding import IGNORED, FieldError, decode
from rememberer_lite.storage.log import logger
from rememberer_lite.text import visible

#: price limits are multiples of 10 dollars, below 1,000
PRICE_LIMITS = [10.0 * tens for tens in range(1, 100)]
#: goals are shuffled with this seed, so that goal numbers mean the same for everyone
SHUFFLE_SEED = 233
log = logger("rememberer_lite")
#: options multiply, 60 values in six groups to a million goals; if there are more, some are drawn
MOST_GOALS = 1_000_000


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
        price_limit: the most it may cost, in dollars; None if no limit is set.
    """

    instruction: str
    product: Product
    attributes: tuple[str, ...]
    options: tuple[Option, ...]
    price_limit: float | None

    def __repr__(self) -> str:
        return f"Goal({visible(self.product.asin)}, {self.instruction!r})"


def draw_price_limit(price: float, rng: random.Random) -> float | None:
    """The larger of two of the next four multiples of 10 above `price`.

    For the most expensive products fewer than two multiples below 1,000 are left: None, no limit.
    """
    above = [limit for limit in PRICE_LIMITS if limit > price][:4]
    return max(rng.sample(above, 2)) if len(above) >= 2 else None


@dataclass(frozen=True, slots=True)
class _Written:
    """What is read of an instruction that a person wrote."""

    instruction: str
    instruction_attributes: tuple[str, ...]
    instruction_options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Annotation:
    """What is read of an entry of the attributes file here."""

    instruction: str | None = None
    instruction_attributes: tuple[str, ...] | None = None


def human_goals(
    products: Iterable[Product], instructions: Mapping[str, Any], rng: random.Random
) -> list[Goal]:
    """One goal per instruction that people wrote and annotated with attributes."""
    goals = []
    for product in products:
        entries = instructions.get(product.asin, [])
        if not isinstance(entries, list):
            raise CatalogueError(f"the instructions for product {product.asin} are not a list")
        for number, entry in enumerate(entries):
            try:
                written = decode(_Written, entry, unknown=IGNORED)
            except FieldError as error:
                raise CatalogueError(
                    f"instruction {number} for product {product.asin} is damaged ({error}): it "
                    "needs instruction, instruction_attributes and instruction_options"
                ) from error
            if not written.instruction_attributes:
                continue
            limit = draw_price_limit(product.price, rng)
            text = written.instruction.strip(".") + _price_text(limit)
            attributes, wanted = written.instruction_attributes, written.instruction_options
            goals.append(Goal(text, product, attributes, wanted, limit))
    return goals


def synthetic_goals(
    products: Iterable[Product], annotations: Mapping[str, Any], rng: random.Random
) -> list[Goal]:
    """One goal per combination of options, from the instruction of the product's annotation.

    If that makes more than `MOST_GOALS`, the products with the most combinations get a share of
    them, drawn at random: always the same ones, and at least one each.

    Unlike the original, which makes every goal however many there are.

    Raises:
        CatalogueError: if an annotation is damaged.
    """
    asked: list[tuple[Product, str, tuple[str, ...]]] = []
    for product in products:
        try:
            entry = decode(_Annotation, annotations.get(product.asin) or {}, unknown=IGNORED)
        except FieldError as error:
            raise CatalogueError(
                f"the annotation of product {product.asin} is damaged: {error}"
            ) from error
        if entry.instruction and entry.instruction_attributes:
            asked.append((product, entry.instruction, entry.instruction_attributes))
    most = _share([math.prod(map(len, product.options.values())) for product, *_ in asked])
    goals: list[Goal] = []
    for product, instruction, attributes in asked:
        limit = draw_price_limit(product.price, rng)
        names = sorted(product.options)
        for values in _combinations(product.asin, [product.options[n] for n in names], most):
            wanted = tuple(zip(names, values, strict=True))
            options = ", and ".join(f"{name}: {value}" for name, value in wanted)
            options = f" with {options}" if options else ""
            text = f"{instruction}{options}{_price_text(limit)}"
            goals.append(Goal(text, product, attributes, wanted, limit))
    return goals


def _share(counts: Sequence[int]) -> int:
    """How many of its combinations each product may have, so that there are `MOST_GOALS` at most.

    >>> _share([3, 10**100, 2])
    999995
    """
    total = sum(counts)
    if total <= MOST_GOALS:
        return MOST_GOALS
    low, high = 1, MOST_GOALS + 1  # the first always fits, the second is too many
    while high - low > 1:
        middle = (low + high) // 2
        fits = sum(min(count, middle) for count in counts) <= MOST_GOALS
        low, high = (middle, high) if fits else (low, middle)
    log.warning(
        "the options make %.6g goals, more than %s: of each product %s are drawn at most",
        min(total, 10**300), f"{MOST_GOALS:,}", f"{low:,}",
    )  # fmt: skip
    return low


def _combinations(
    code: str, groups: Sequence[Sequence[str]], most: int
) -> Iterable[tuple[str, ...]]:
    """All ways to choose one value of each group, or some of them, in the same order."""
    total = math.prod(map(len, groups))
    if total <= most:
        return itertools.product(*groups)
    rng = random.Random(f"{SHUFFLE_SEED} {code}")
    if total <= 2 * most:
        drawn = set(rng.sample(range(total), most))
    else:
        drawn = set()
        while len(drawn) < most:  # few numbers are drawn twice
            drawn.add(rng.randrange(total))
    return (_combination(number, groups) for number in sorted(drawn))


def _combination(number: int, groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The combination of this number, the last group changing fastest.

    >>> [_combination(number, ["ab", "xyz"]) for number in (0, 1, 3)]
    [('a', 'x'), ('a', 'y'), ('b', 'x')]
    """
    values = []
    for group in reversed(groups):
        number, place = divmod(number, len(group))
        values.append(group[place])
    return tuple(reversed(values))


def shuffled(goals: list[Goal]) -> tuple[Goal, ...]:
    """The goals in the order in which the original numbers them."""
    order = list(goals)
    random.Random(SHUFFLE_SEED).shuffle(order)
    return tuple(order)


def _price_text(limit: float | None) -> str:
    return "" if limit is None else f", and price lower than {limit:.2f} dollars"


def strangers(name: str, products: int) -> CatalogueError:
    """The error for files that do not belong together."""
    return CatalogueError(
        f"the {name} mention none of the {products} products: choose files that belong together"
    )


def no_goals(products: int) -> CatalogueError:
    """The error for files that make no goals."""
    return CatalogueError(
        f"no goals: none of the {products} products has an instruction with attributes; choose "
        "files that belong together"
    )


def goal_values(goal: Goal) -> list[object]:
    """What a catalogue's fingerprint holds of a goal."""
    return [
        goal.instruction, goal.product.asin, goal.attributes, goal.options, goal.price_limit,
    ]  # fmt: skip
