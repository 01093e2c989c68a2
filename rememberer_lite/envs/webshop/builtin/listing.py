"""How the built-in shop describes a product: title, description, features, price, options."""

from __future__ import annotations

import random
from typing import Any

from rememberer_lite.envs.webshop.builtin.blocks import Kind, attribute, load
from rememberer_lite.envs.webshop.builtin.designs import Design

#: the share of descriptions that mention attributes which the product lacks
DECOYS = 0.6

# {a} is an attribute before the noun, {rest} the others, each after some kind of comma
_TITLES = (
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
_CENTS = (0.99, 0.99, 0.95, 0.5, 0.49, 0.0)


def listing(
    rng: random.Random, kind: Kind, design: Design, asin: str, category: str, titles: set[str]
) -> dict[str, Any]:
    """One entry of items_shuffle.json.

    Args:
        rng: makes every choice.
        kind: the building blocks.
        design: what the product is.
        asin: its code.
        category: its department.
        titles: the titles in use; the new one is added.
    """
    bullets = rng.sample(kind["bullets"], rng.randint(1, 2))
    intro = f"{design.style} {kind['query']} from {design.brand.rstrip('.')}."
    description = [intro, rng.choice(kind["about"])]
    said: set[str] = set()
    for axis, fact in design.facts.items():
        bodies = attribute(fact)[1]
        body = rng.choice([words for words in bodies if words not in said] or bodies)
        said.add(body)
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


def _title(rng: random.Random, kind: Kind, design: Design, titles: set[str]) -> str:
    """A title that no other product has."""
    grammars = {axis: attribute(fact)[0] for axis, fact in design.facts.items()}
    pattern, comma = _TITLES[design.pattern]
    named_in_title = [axis for axis in design.facts if axis in design.titled]
    ahead = [
        axis for axis in named_in_title if grammars[axis] in {"adj", "made"} and "{a}" in pattern
    ][:1]

    def words(axis: int) -> str:
        text = _capitals(design.facts[axis])
        return f"for {text}" if grammars[axis] in {"for", "room"} else text

    before = "".join(f"{words(axis)} " for axis in ahead)
    rest = "".join(f"{comma}{words(axis)}" for axis in named_in_title if axis not in ahead)
    attempt = 0
    while True:
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
        if attempt > 8:  # every other way to distinguish the twins is used up
            title += f", Model {rng.randint(100, 999)}"
        if title not in titles:
            titles.add(title)
            return title
        attempt += 1


def _capitals(fact: str) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in fact.title().split())


def _decoy(rng: random.Random, kind: Kind, design: Design) -> str:
    """A sentence about what the product is not, which a search engine cannot recognise.

    Its hyphens prevent the reward, which looks for the plain words, from being fooled.
    """
    names = [name for axis in kind["axes"] for name in axis if " " in name]
    lacking = [name for name in names if name not in design.facts.values()]
    named = " or ".join(name.replace(" ", "-") for name in rng.sample(lacking, 2))
    sentence: str = rng.choice(load("phrases")["decoys"])
    return sentence.format(named=named, query=kind["query"])


def _option(value: str) -> dict[str, Any]:
    return {
        "is_selected": False, "url": None, "value": value,
        "price_string": "", "price": 0, "image": None,
    }  # fmt: skip


def _pricing(rng: random.Random, design: Design) -> str:
    """A price, or a range if options differ in price."""
    price = max(1, int(design.price)) + rng.choice(_CENTS)
    if design.options and rng.random() < 0.25:
        return f"${price:.2f} - ${price * rng.uniform(1.1, 1.5):.2f}"
    return f"${price:.2f}"
