"""The built-in shop: invented products and requests, in the published WebShop file formats.

`data/*.json` holds hand-written building blocks: eight categories with about eight kinds of thing
each (`kinds`), what can be said of them (`attributes.json`, `options.json`), brand names and the
manners of asking. `make_shop(seed)` puts them together. A kind comes in families: a design and a
few look-alikes that differ in an attribute, the brand, the options or the price, so that a shopper
has to look twice.

    python -m rememberer_lite.envs.webshop.builtin --out shop --seed 0
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rememberer_lite.envs.webshop.wording import Fact, request

CATEGORIES = (
    "beauty", "electronics", "fashion", "garden", "grocery", "office", "pets", "sports",
)  # fmt: skip
FAMILIES = 5  # designs of a kind
MEMBERS = 4  # a design and its look-alikes
GOALS = 12  # requests for things of a kind, each for another product
DECOYS = 0.6  # how many descriptions speak of attributes that the product lacks

FILES = ("items_shuffle.json", "items_ins_v2.json", "items_human_ins.json")

Shop = tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Design:
    """What one product is, before it is written down.

    Attributes:
        facts: attributes by axis (an axis holds attributes that exclude each other).
        titled: the axes that the title tells; the others stand under Features or Description.
        options: group name → values, as the seller writes them.
    """

    brand: str
    style: str
    noun: str
    pattern: int
    facts: Mapping[int, str]
    titled: frozenset[int]
    options: Mapping[str, Sequence[str]]
    price: float


def make_shop(seed: int = 0) -> Shop:
    """A shop of its own for each seed: products, their attributes, people's requests.

    Args:
        seed: another seed, other brands, products, options, prices and requests.

    Returns:
        What `json.load` gives for the three published files: the list of products
        (items_shuffle), asin → attributes (items_ins_v2), asin → requests (items_human_ins).

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
        for kind in _load(category):
            # a generator for each kind: a change to one kind leaves the others as they are
            rng = random.Random(f"{seed} {kind['query']}")
            designs = _designs(rng, kind, rng.sample(brands, FAMILIES + 2))
            asked = set(rng.sample(range(len(designs)), GOALS))
            for number, design in enumerate(designs):
                asin = _asin(rng, asins)
                items.append(_item(rng, kind, design, asin, category, titles))
                facts = list(design.facts.values())
                attributes[asin] = _attributes(kind, facts)
                if number in asked:
                    requests[asin] = [_request(rng, kind, design, asin, len(requests))]
    random.Random(f"{seed} shelf").shuffle(items)
    return items, attributes, requests


def _designs(rng: random.Random, kind: Mapping[str, Any], brands: list[str]) -> list[Design]:
    """The families of a kind, look-alikes side by side."""
    designs: list[Design] = []
    styles = rng.sample(kind["styles"], min(FAMILIES, len(kind["styles"])))
    for family in range(FAMILIES):
        axes = sorted(rng.sample(range(len(kind["axes"])), rng.randint(4, 5)))
        low, high = kind["price"]
        base = Design(
            brand=brands[family],
            style=styles[family % len(styles)],
            noun=rng.choice(kind["nouns"]),
            pattern=rng.randrange(len(_PATTERNS)),
            facts={axis: rng.choice(kind["axes"][axis]) for axis in axes},
            titled=frozenset(rng.sample(axes, (len(axes) + 1) // 2)),
            options=_options(rng, kind),
            price=low * (high / low) ** rng.uniform(0.0, 0.75),
        )
        designs.append(base)
        for change in rng.sample(_CHANGES, MEMBERS - 1):
            twin = change(rng, kind, replace(base, price=base.price * rng.uniform(0.9, 1.1)))
            designs.append(replace(twin, brand=rng.choice(brands[FAMILIES:] + [twin.brand])))
    return designs


def _other_attribute(rng: random.Random, kind: Mapping[str, Any], design: Design) -> Design:
    """A look-alike with one attribute replaced by its rival, or without it."""
    # mostly one that the title tells, else nobody could see it on a page of results
    axis = rng.choice(sorted(design.titled if rng.random() < 0.75 else design.facts))
    rivals = [fact for fact in kind["axes"][axis] if fact != design.facts[axis]]
    facts = dict(design.facts)
    if rivals:
        facts[axis] = rng.choice(rivals)
    else:
        del facts[axis]
    return replace(design, facts=facts, titled=design.titled & set(facts))


def _told_elsewhere(rng: random.Random, kind: Mapping[str, Any], design: Design) -> Design:
    """A look-alike whose title tells other attributes, one of which is another too."""
    changed = _other_attribute(rng, kind, design)
    axes = sorted(changed.facts)
    return replace(changed, titled=frozenset(rng.sample(axes, (len(axes) + 1) // 2)))


def _other_options(rng: random.Random, kind: Mapping[str, Any], design: Design) -> Design:
    """A look-alike that comes in other colours, sizes or flavours."""
    fresh = _options(rng, kind)
    if design.options and fresh:
        name = rng.choice(list(fresh))
        fresh = {**design.options, name: fresh[name]}
    return replace(design, options=fresh)


def _other_price(rng: random.Random, kind: Mapping[str, Any], design: Design) -> Design:
    """The dear one."""
    return replace(design, price=design.price * rng.uniform(1.5, 2.4))


_CHANGES = (_other_attribute, _other_attribute, _told_elsewhere, _other_options, _other_price)


def _options(rng: random.Random, kind: Mapping[str, Any]) -> dict[str, list[str]]:
    """Option groups and their values: none for one in ten, else one group or all."""
    if rng.random() < 0.1:
        return {}
    groups = kind["options"]
    if len(groups) > 1 and rng.random() < 0.25:
        groups = [rng.choice(groups)]
    chosen = {}
    for name, grammar, values in groups:
        pool = _pool(values)
        count = min(len(pool), rng.randint(3, 7))
        if grammar in {"wear", "shoe"}:  # sizes come without gaps
            first = rng.randint(0, len(pool) - count)
            chosen[name] = pool[first : first + count]
        else:
            picked = sorted(rng.sample(range(len(pool)), count))
            chosen[name] = [pool[i] for i in picked]
    return chosen


def _pool(values: str | list[str]) -> list[str]:
    """The values themselves, or those of the pool that "@name" names."""
    if isinstance(values, str):
        shared: list[str] = _load("options")["pools"][values.removeprefix("@")]
        return shared
    return values


# How a title is put together: {a} is an attribute that stands before the noun, {rest} the others.
_PATTERNS = (
    ("{brand} {style} {a}{noun}{rest}, {garnish}", ", "),
    ("{brand} {noun} {style}{rest} - {garnish}", " - "),
    ("{a}{noun} by {brand} | {style}{rest} | {garnish}", " | "),
    ("{style} {a}{noun}{rest}, {garnish}, {brand}", ", "),
    ("{brand} {a}{noun}, {garnish}{rest} ({style})", ", "),
)
_ACRONYMS = {
    "Usb": "USB", "Led": "LED", "Hd": "HD", "Uv": "UV", "Fm": "FM", "Spf": "SPF", "Bpa": "BPA",
    "Tpu": "TPU", "Tpe": "TPE", "Gmo": "GMO", "1080P": "1080p",
}  # fmt: skip


def _title(rng: random.Random, kind: Mapping[str, Any], design: Design, titles: set[str]) -> str:
    """A title that no other product has."""
    grammars = {axis: _grammar(fact)[0] for axis, fact in design.facts.items()}
    told = [axis for axis in design.facts if axis in design.titled]
    ahead = [axis for axis in told if grammars[axis] in {"adj", "made"}][:1]
    pattern, comma = _PATTERNS[design.pattern]
    if "{a}" not in pattern:
        ahead = []

    def words(axis: int) -> str:
        text = _headline(design.facts[axis])
        return f"for {text}" if grammars[axis] in {"for", "room"} else text

    before = "".join(f"{words(axis)} " for axis in ahead)
    rest = "".join(f"{comma}{words(axis)}" for axis in told if axis not in ahead)
    for attempt in range(100):
        title = pattern.format(
            brand=design.brand,
            style=design.style,
            a=before,
            noun=design.noun,
            rest=rest,
            garnish=rng.choice(kind["garnish"]),
        )
        if design.options and (attempt > 4 or rng.random() < 0.2):
            group = rng.choice(list(design.options.values()))
            title += f" ({rng.choice(group)})"
        elif attempt > 4:
            title += f", Model {rng.randint(100, 999)}"
        if title not in titles:
            titles.add(title)
            return title
    raise AssertionError(f"no free title for a {kind['query']}")


def _headline(fact: str) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in fact.title().split())


def _item(
    rng: random.Random,
    kind: Mapping[str, Any],
    design: Design,
    asin: str,
    category: str,
    titles: set[str],
) -> dict[str, Any]:
    """One entry of items_shuffle.json."""
    bullets = rng.sample(kind["bullets"], rng.randint(1, 2))
    description = [
        f"{design.style} {kind['query']} from {design.brand}.",
        rng.choice(kind["about"]),
    ]
    for axis, fact in design.facts.items():
        body = rng.choice(_grammar(fact)[1])
        if axis not in design.titled and rng.random() < 0.25:
            description.append(f"{fact.capitalize()}: {body}.")
        elif axis not in design.titled or rng.random() < 0.4:
            bullets.append(f"{fact.upper()}: {body}")
    rng.shuffle(bullets)
    if rng.random() < DECOYS:
        description.append(_decoy(rng, kind, design))
    return {
        "name": _title(rng, kind, design, titles),
        "product_information": {"Manufacturer": design.brand},
        "brand": f"Brand: {design.brand}",
        "brand_url": "",
        "full_description": " ".join(description),
        "pricing": _pricing(rng, design),
        "list_price": "",
        "availability_quantity": None,
        "availability_status": "In Stock.",
        "images": [""],
        "product_category": kind["path"],
        "average_rating": round(rng.uniform(3.1, 4.9), 1),
        "small_description": bullets,
        "total_reviews": rng.randint(3, 4000),
        "total_answered_questions": None,
        "customization_options": {
            name: [_option(value) for value in values] for name, values in design.options.items()
        },
        "seller_id": None,
        "seller_name": None,
        "fulfilled_by_amazon": None,
        "fast_track_message": "",
        "aplus_present": "",
        "asin": asin,
        "category": category,
        "query": kind["query"],
        "page": rng.randint(1, 5),
        "small_description_old": "",
    }


def _decoy(rng: random.Random, kind: Mapping[str, Any], design: Design) -> str:
    """A sentence about what the product is not; a search engine cannot tell.

    With hyphens, so that the reward, which looks for the plain words, is not taken in.
    """
    lacking = [a for axis in kind["axes"] for a in axis if " " in a]
    lacking = [a for a in lacking if a not in design.facts.values()]
    named = " or ".join(a.replace(" ", "-") for a in rng.sample(lacking, 2))
    return rng.choice(_load("phrases")["decoys"]).format(named=named, query=kind["query"])


def _option(value: str) -> dict[str, Any]:
    return {
        "is_selected": False, "url": None, "value": value,
        "price_string": "", "price": 0, "image": None,
    }  # fmt: skip


def _pricing(rng: random.Random, design: Design) -> str:
    """A price, or a range where options differ in price."""
    price = max(1, int(design.price)) + rng.choice((0.99, 0.99, 0.95, 0.5, 0.49, 0.0))
    if design.options and rng.random() < 0.25:
        return f"${price:.2f} - ${price * rng.uniform(1.1, 1.5):.2f}"
    return f"${price:.2f}"


def _attributes(kind: Mapping[str, Any], facts: list[str]) -> dict[str, Any]:
    """One entry of items_ins_v2.json."""
    wanted = facts[:2]
    return {
        "attributes": facts,
        "instruction": f"Find me {', '.join(wanted)} {kind['query']}",
        "instruction_attributes": wanted,
    }


def _request(
    rng: random.Random, kind: Mapping[str, Any], design: Design, asin: str, number: int
) -> dict[str, Any]:
    """One entry of items_human_ins.json: one to three attributes, none to two options."""
    facts = list(design.facts.values())
    count = min(len(facts), rng.choices((1, 2, 3), (35, 45, 20))[0])
    # people read titles first: what stands there is asked for more often
    ranks = {
        f: rng.random() * (1.2 if axis in design.titled else 1.0)
        for axis, f in design.facts.items()
    }
    wanted = sorted(facts, key=lambda fact: -ranks[fact])[:count]
    groups = [g for g in kind["options"] if g[0] in design.options and rng.random() < 0.62]
    if design.options and not groups and rng.random() < 0.45:
        groups = [g for g in kind["options"] if g[0] in design.options][:1]
    options = {name: _shown(rng.choice(design.options[name])) for name, _, _ in groups[:2]}
    say = _load("attributes")["say"]
    told = [Fact(fact, say[_grammar(fact)[0]]) for fact in wanted]
    say = _load("options")["say"]
    told += [Fact(options[name], say[how]) for name, how, _ in groups[:2]]
    text = request(
        rng, rng.choice(kind["asks"]), told, rng.choice(kind["asides"]), _load("phrases")
    )
    return {
        "asin": asin,
        "instruction": text,
        "attributes": wanted,
        "options": list(options.values()),
        "instruction_attributes": wanted,
        "instruction_options": list(options.values()),
        "assignment_id": f"A{number:05d}",
        "worker_id": f"W{rng.randint(1, 40):02d}",
    }


def _shown(value: str) -> str:
    """An option's value as the page writes it."""
    return value.strip().replace("/", " | ").lower()


def _brand(rng: random.Random) -> str:
    """An invented name."""
    parts = _load("brands")
    if rng.random() < 0.6:
        return str(rng.choice(parts["starts"]) + rng.choice(parts["ends"]))
    join: str = rng.choice(parts["joins"])
    return join.format(a=rng.choice(parts["firsts"]), b=rng.choice(parts["seconds"]))


def _asin(rng: random.Random, taken: set[str]) -> str:
    """A code of ten signs, B0… mostly, ten digits (as of a book) now and then."""
    while True:
        if rng.random() < 0.04:
            asin = f"{rng.randrange(10**9, 2 * 10**9)}"
        else:
            asin = "B0" + "".join(rng.choices("0123456789ABCDFGHJKLMNPQRSTVWXYZ", k=8))
        if asin not in taken:
            taken.add(asin)
            return asin


@cache
def _grammar(fact: str) -> tuple[str, Sequence[str]]:
    """An attribute's grammar and the sentences that can stand beside it."""
    return _grammars()[fact]


@cache
def _grammars() -> dict[str, tuple[str, Sequence[str]]]:
    groups = _load("attributes")["groups"]
    return {name: (group["as"], group["body"]) for group in groups for name in group["names"]}


@cache
def _load(name: str) -> Any:
    """The building blocks of one file; read once."""
    path = Path(__file__).parent / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the three files of a shop into a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m rememberer_lite.envs.webshop.builtin", description=main.__doc__
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder; made if missing")
    parser.add_argument("--seed", type=int, default=0, help="which shop (default: 0)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in zip(FILES, make_shop(options.seed), strict=True):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (options.out / name).write_text(text + "\n", encoding="utf-8")
    parser.exit(message=f"wrote {', '.join(FILES)} to {options.out}\n")


if __name__ == "__main__":
    main()
