"""The built-in shop: invented products and requests, in the published WebShop file formats.

`data/` holds hand-written building blocks: eight categories with about eight kinds of things each,
facts about them, brand names, and ways of asking for them. `make_shop(seed)` combines them:
`designs` decides what is sold, `listing` describes it, `wording` writes the requests.

    python -m rememberer_lite.envs.webshop.builtin --out shop --seed 0
"""

from __future__ import annotations

import random
from typing import Any

from rememberer_lite.envs.webshop.builtin.blocks import CATEGORIES, Kind, attribute, load
from rememberer_lite.envs.webshop.builtin.designs import FAMILIES, Design, families
from rememberer_lite.envs.webshop.builtin.listing import listing
from rememberer_lite.envs.webshop.builtin.wording import Fact, request
from rememberer_lite.envs.webshop.products import option_text

GOALS = 12  # requests for things of a kind, each for a different product
FILES = ("items_shuffle.json", "items_ins_v2.json", "items_human_ins.json")

Shop = tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]


def make_shop(seed: int = 0) -> Shop:
    """A different shop for each seed: products, their attributes, people's requests.

    Args:
        seed: another seed gives other brands, products, options, prices and requests.

    Returns:
        What `json.load` returns for the three published files: the list of products
        (items_shuffle), asin → attributes (items_ins_v2), asin → requests (items_human_ins).
        No two requests are for the same product, so that training goals and test goals share
        none.

    >>> items, attributes, requests = make_shop(0)
    >>> len(items), len(attributes) == len(items), len(requests)
    (1220, True, 732)
    """
    items: list[dict[str, Any]] = []
    attributes: dict[str, Any] = {}
    requests: dict[str, Any] = {}
    asins: set[str] = set()
    titles: set[str] = set()
    for category in CATEGORIES:
        names = random.Random(f"{seed} brands {category}")
        brands = [_brand(names) for _ in range(16)]
        for kind in load(category):
            # a generator for each kind: a change to one kind leaves the others unchanged
            rng = random.Random(f"{seed} {kind['query']}")
            designs = families(rng, kind, rng.sample(brands, FAMILIES + 2))
            asked = rng.sample(range(len(designs)), GOALS)
            for number, design in enumerate(designs):
                asin = _asin(rng, asins)
                items.append(listing(rng, kind, design, asin, category, titles))
                attributes[asin] = _annotation(kind, list(design.facts.values()))
                if number in asked:
                    requests[asin] = [_request(rng, kind, design, asin, len(requests))]
    random.Random(f"{seed} shelf").shuffle(items)
    return items, attributes, requests


def _annotation(kind: Kind, facts: list[str]) -> dict[str, Any]:
    """One entry of items_ins_v2.json, with a synthetic instruction."""
    wanted = facts[:2]
    return {
        "attributes": facts,
        "instruction": f"Find me {', '.join(wanted)} {kind['query']}",
        "instruction_attributes": wanted,
    }


def _request(
    rng: random.Random, kind: Kind, design: Design, asin: str, number: int
) -> dict[str, Any]:
    """One request of items_human_ins.json: one to three attributes, none to two options."""
    (count,) = rng.choices((1, 2, 3), (35, 45, 20))
    # people read titles first: what they name is asked for more often
    ranks = {
        fact: rng.random() * (1.2 if axis in design.titled else 1.0)
        for axis, fact in design.facts.items()
    }
    wanted = sorted(ranks, key=lambda fact: -ranks[fact])[:count]
    offered = [group for group in kind["options"] if group[0] in design.options]
    groups = [group for group in offered if rng.random() < 0.62]
    if not groups and rng.random() < 0.45:
        groups = offered[:1]
    groups = groups[:2]
    values = [option_text(rng.choice(design.options[name])) for name, _, _ in groups]

    of_attributes, of_options = load("attributes")["say"], load("options")["say"]
    facts = [Fact(fact, of_attributes[attribute(fact)[0]]) for fact in wanted]
    facts += [
        Fact(value, of_options[grammar])
        for value, (_, grammar, _) in zip(values, groups, strict=True)
    ]
    ask, aside = rng.choice(kind["asks"]), rng.choice(kind["asides"])
    return {
        "asin": asin,
        "instruction": request(rng, ask, facts, aside, load("phrases")),
        "attributes": wanted,
        "options": values,
        "instruction_attributes": wanted,
        "instruction_options": values,
        "assignment_id": f"A{number:05d}",
        "worker_id": f"W{rng.randint(1, 40):02d}",
    }


def _brand(rng: random.Random) -> str:
    """An invented name."""
    parts = load("brands")
    if rng.random() < 0.6:
        return f"{rng.choice(parts['starts'])}{rng.choice(parts['ends'])}"
    join: str = rng.choice(parts["joins"])
    return join.format(a=rng.choice(parts["firsts"]), b=rng.choice(parts["seconds"]))


def _asin(rng: random.Random, taken: set[str]) -> str:
    """An unused code of ten characters: usually B0…, sometimes ten digits as for books."""
    while True:
        if rng.random() < 0.04:
            asin = f"{rng.randrange(10**9, 2 * 10**9)}"
        else:
            asin = "B0" + "".join(rng.choices("0123456789ABCDFGHJKLMNPQRSTVWXYZ", k=8))
        if asin not in taken:
            taken.add(asin)
            return asin
