"""The reward of a purchase, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.utils import default_process

from rememberer_lite.envs.webshop.goals import Goal, Option
from rememberer_lite.envs.webshop.products import Product

#: a title's nouns, with repeats, in lower case
Nouns = Callable[[str], Collection[str]]

#: texts count as the same above this similarity (0 to 100)
SAME_TEXT = 85

#: option values that hold one of these words count as that colour; the first word decides
_COLOURS = """
alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze brown
burgundy camel camo caramel champagne charcoal cheetah chestnut chocolate christmas coffee cognac
copper coral cranberry cream crystal dark denim eggplant elephant espresso fuchsia gold granite
grape graphite grass gray green grey heather indigo ivory ivy khaki lavender lemon leopard light
lilac lime magenta maroon mauve merlot midnight mint mocha multicolor mushroom mustard natural
navy nude olive orange peach pewter pink plum purple rainbow red rose royal rust sand sapphire
seashell silver skull slate steel stone stonewash sunflower tan taupe teal tiger turquoise violet
walnut wheat white wine yellow
"""
COLOURS = tuple(_COLOURS.split())


@dataclass(frozen=True, slots=True)
class RewardParts:
    """What a purchase earned, and why.

    reward = type_factor · (matched attributes + matched options + [price ok]) / (all of them)

    Attributes:
        reward: from 0 to 1.
        type_factor: 1, 0.5, 0.1 or 0: whether it is the kind of product that was asked for.
        query_match: the same class of products ("hair mask").
        category_match: at least two levels of the category path are shared.
        title_score: shared nouns of the two titles over the nouns of the wanted one.
        attributes_matched, attributes_missing: the wanted attributes.
        options_matched, options_missing: the wanted options.
        price: what was paid, in dollars.
        price_limit: what might be paid; None where there is no limit.
        price_ok: price ≤ price_limit.
    """

    reward: float
    type_factor: float
    query_match: bool
    category_match: bool
    title_score: float
    attributes_matched: tuple[str, ...]
    attributes_missing: tuple[str, ...]
    options_matched: tuple[str, ...]
    options_missing: tuple[str, ...]
    price: float
    price_limit: float | None
    price_ok: bool

    def as_dict(self) -> dict[str, Any]:
        """The parts as plain values that JSON can hold."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def score(product: Product, options: Mapping[str, str], goal: Goal, nouns: Nouns) -> RewardParts:
    """Judge a purchase (WebShop, Yao et al. 2022, section 3.1).

    Args:
        product: what was bought.
        options: option group → chosen value. Extra choices cost nothing, and any chosen value
            may satisfy any wanted one.
        goal: what was asked for.
        nouns: finds the nouns of a title.
    """
    factor, query_match, category_match, title_score = match_type(product, goal.product, nouns)
    attributes = [wanted for wanted in goal.attributes if has_attribute(product, wanted)]
    chosen = [colour_of(value) for value in options.values()]
    choices = [
        wanted
        for wanted in goal.options
        if any(same_text(value, comparable(wanted)) for value in chosen)
    ]
    price_ok = goal.price_limit is None or product.price <= goal.price_limit
    wanted = len(goal.attributes) + len(goal.options) + 1
    return RewardParts(
        reward=(len(attributes) + len(choices) + price_ok) / wanted * factor,
        type_factor=factor,
        query_match=query_match,
        category_match=category_match,
        title_score=title_score,
        attributes_matched=tuple(attributes),
        attributes_missing=tuple(a for a in goal.attributes if a not in attributes),
        options_matched=tuple(_words(o) for o in choices),
        options_missing=tuple(_words(o) for o in goal.options if o not in choices),
        price=product.price,
        price_limit=goal.price_limit,
        price_ok=price_ok,
    )


def match_type(product: Product, wanted: Product, nouns: Nouns) -> tuple[float, bool, bool, float]:
    """The type factor, and the three signs that it rests on.

    1 where the class, two category levels or the titles (score > 0.2) agree, else 0.5;
    but 0.1 where the title score is below 0.1, and 0 where the titles share no noun at all.
    """
    query_match = product.query == wanted.query
    category_match = len(set(product.levels) & set(wanted.levels)) >= 2
    wanted_nouns = nouns(wanted.title)
    shared = set(nouns(product.title)) & set(wanted_nouns)
    title_score = len(shared) / len(wanted_nouns) if wanted_nouns else 0.2
    if title_score == 0:
        factor = 0.0
    elif title_score < 0.1:
        factor = 0.1
    else:
        factor = 1.0 if query_match or category_match or title_score > 0.2 else 0.5
    return factor, query_match, category_match, title_score


def has_attribute(product: Product, wanted: str) -> bool:
    """Whether an annotated attribute is the wanted one, or a page of the product names it."""
    return (
        any(same_text(attribute, wanted) for attribute in product.attributes)
        or wanted in product.title.lower()
        or wanted in " ".join(product.bullets).lower()
        or wanted in product.description.lower()
    )


def same_text(a: str, b: str) -> bool:
    """Whether two texts agree in most of their words, whatever their order.

    >>> same_text("3 ounce (pack of 1)", "pack of 1, 3 ounce")
    True
    """
    return token_set_ratio(a, b, processor=default_process) > SAME_TEXT


def colour_of(value: str) -> str:
    """The colour that an option value names, else the value itself.

    >>> colour_of("dusty pink"), colour_of("10000mah")
    ('pink', '10000mah')
    """
    return next((colour for colour in COLOURS if colour in value), value)


def comparable(wanted: Option) -> str:
    """The text that chosen values are compared with.

    Of a pair, as in the original, a value counts as a colour only if it is just that word.
    """
    if isinstance(wanted, str):
        return colour_of(wanted)
    return wanted[1] if wanted[1] in COLOURS else _words(wanted)


def _words(option: Option) -> str:
    return option if isinstance(option, str) else f"{option[0]}: {option[1]}"


# words that are no nouns, and endings of adjectives, adverbs and participles
_OTHERS = """
a all an and any are as at be by for from high in into is it its low more most new no non not of
off on only or other our out over per plus so than that the their them this to two three up us
very via w we will with without you your easy free soft long short small large big great good best
super extra fast natural double everyday
"""
_OTHER_WORDS = frozenset(_OTHERS.split())
_OTHER_ENDINGS = re.compile(r".{2,}(?:able|ible|al|ful|ic|ive|less|ly|ous|ed)$")


def title_nouns(title: str) -> tuple[str, ...]:
    """The nouns of a product title by a plain rule: every word but function words, common
    adjectives, and words that end as adjectives, adverbs and participles do.

    Unlike the original: it asks a statistical tagger, which a package without large downloads
    cannot hold; hand one over as `nouns` to a Catalogue if you have it.

    >>> title_nouns("Velora Hair Mask, Paraben Free, for Women and Men")
    ('velora', 'hair', 'mask', 'paraben', 'women', 'men')
    """
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", title.lower())
    return tuple(w for w in words if w not in _OTHER_WORDS and not _OTHER_ENDINGS.match(w))
