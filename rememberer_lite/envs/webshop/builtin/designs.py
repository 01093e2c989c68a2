"""What the built-in shop sells: designs and their look-alikes.

A kind comes in families: a design and a few twins that differ in an attribute, the brand, the
options or the price, so that a shopper has to look carefully.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rememberer_lite.envs.webshop.builtin.blocks import Kind, pool

FAMILIES = 5  # designs of a kind
MEMBERS = 4  # a design and its look-alikes
PATTERNS = 5  # ways to compose a title


@dataclass(frozen=True, slots=True)
class Design:
    """One product, before it is described.

    Attributes:
        facts: attributes by axis (an axis holds attributes that exclude each other).
        titled: the axes that the title names; the others are under Features or Description.
        options: group name → values, as the seller writes them.
        pattern: how its title is composed.
    """

    brand: str
    style: str
    noun: str
    pattern: int
    facts: Mapping[int, str]
    titled: frozenset[int]
    options: Mapping[str, Sequence[str]]
    price: float


def families(rng: random.Random, kind: Kind, brands: Sequence[str]) -> list[Design]:
    """All designs of a kind, look-alikes side by side.

    Args:
        rng: makes every choice.
        kind: the building blocks.
        brands: at least `FAMILIES` + 1 names; the last ones copy the others.
    """
    designs: list[Design] = []
    styles = rng.sample(kind["styles"], FAMILIES)
    low, high = kind["price"]
    for family in range(FAMILIES):
        axes = sorted(rng.sample(range(len(kind["axes"])), rng.randint(4, 5)))
        base = Design(
            brand=brands[family],
            style=styles[family],
            noun=rng.choice(kind["nouns"]),
            pattern=rng.randrange(PATTERNS),
            facts={axis: rng.choice(kind["axes"][axis]) for axis in axes},
            titled=frozenset(rng.sample(axes, (len(axes) + 1) // 2)),
            options=_options(rng, kind),
            price=low * (high / low) ** rng.uniform(0.0, 0.75),
        )
        designs.append(base)
        for change in rng.sample(_CHANGES, MEMBERS - 1):
            twin = change(rng, kind, replace(base, price=base.price * rng.uniform(0.9, 1.1)))
            designs.append(replace(twin, brand=rng.choice([*brands[FAMILIES:], twin.brand])))
    return designs


def _other_attribute(rng: random.Random, kind: Kind, design: Design) -> Design:
    """A twin with one attribute replaced by its rival, or without it."""
    # usually one that the title names, otherwise a results page would not show the difference
    axis = rng.choice(sorted(design.titled if rng.random() < 0.75 else design.facts))
    rivals = [fact for fact in kind["axes"][axis] if fact != design.facts[axis]]
    facts = dict(design.facts)
    if rivals:
        facts[axis] = rng.choice(rivals)
    else:
        del facts[axis]
    return replace(design, facts=facts, titled=design.titled & facts.keys())


def _told_elsewhere(rng: random.Random, kind: Kind, design: Design) -> Design:
    """A twin with another attribute, whose title names others."""
    changed = _other_attribute(rng, kind, design)
    axes = sorted(changed.facts)
    return replace(changed, titled=frozenset(rng.sample(axes, (len(axes) + 1) // 2)))


def _other_options(rng: random.Random, kind: Kind, design: Design) -> Design:
    """A twin that comes in other colours, or sizes, or flavours."""
    fresh = _options(rng, kind)
    if design.options and fresh:
        name = rng.choice(list(fresh))
        fresh = {**design.options, name: fresh[name]}
    return replace(design, options=fresh)


def _other_price(rng: random.Random, kind: Kind, design: Design) -> Design:
    """The expensive twin."""
    return replace(design, price=design.price * rng.uniform(1.5, 2.4))


_CHANGES = (_other_attribute, _other_attribute, _told_elsewhere, _other_options, _other_price)


def _options(rng: random.Random, kind: Kind) -> dict[str, Sequence[str]]:
    """Option groups and their values: none for one in ten, else one group or all."""
    if rng.random() < 0.1:
        return {}
    groups = kind["options"]
    if len(groups) > 1 and rng.random() < 0.25:
        groups = [rng.choice(groups)]
    chosen: dict[str, Sequence[str]] = {}
    for name, grammar, values in groups:
        all_values = pool(values)
        count = min(len(all_values), rng.randint(3, 7))
        if grammar in {"wear", "shoe"}:  # sizes come without gaps
            first = rng.randint(0, len(all_values) - count)
            chosen[name] = all_values[first : first + count]
        else:
            picked = sorted(rng.sample(range(len(all_values)), count))
            chosen[name] = [all_values[i] for i in picked]
    return chosen
