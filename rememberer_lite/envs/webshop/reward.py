"""The reward of a purchase, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from rememberer_lite.domain import Wish
from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.options import (
    OptionsRule,
    check_rule,
    in_words,
    is_chosen,
    is_nearly_chosen,
    same_text,
)
from rememberer_lite.envs.webshop.products import Product

#: a title's nouns, with repeats, in lower case
Nouns = Callable[[str], Collection[str]]


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
        options_rule: the rule that decided between them, "exact" or "original".
        price: what was paid, in dollars; None if a real shop keeps it hidden.
        price_limit: the highest allowed price; None if there is no limit.
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
    options_rule: OptionsRule
    price: float | None
    price_limit: float | None
    price_ok: bool

    def as_dict(self) -> dict[str, Any]:
        """The parts as plain values that JSON can hold."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def score(
    product: Product,
    options: Mapping[str, str],
    goal: Goal,
    nouns: Nouns,
    options_rule: OptionsRule,
) -> RewardParts:
    """Judge a purchase (WebShop, Yao et al. 2022, section 3.1).

    Args:
        product: what was bought.
        options: option group → chosen value. Additional choices cost nothing.
        goal: what was asked for.
        nouns: finds the nouns of a title.
        options_rule: "original" for WebShop's rule (`is_nearly_chosen`), "exact" for exactly the
            wanted value (`is_chosen`), which is this project's choice.

    Raises:
        SettingError: if there is no such rule.
    """
    counts = is_chosen if check_rule(options_rule) == "exact" else is_nearly_chosen
    factor, query_match, category_match, title_score = match_type(product, goal.product, nouns)
    attributes = [wanted for wanted in goal.attributes if has_attribute(product, wanted)]
    choices = [wanted for wanted in goal.options if counts(wanted, options, goal.product)]
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
        options_matched=tuple(in_words(o) for o in choices),
        options_missing=tuple(in_words(o) for o in goal.options if o not in choices),
        options_rule=options_rule,
        price=product.price,
        price_limit=goal.price_limit,
        price_ok=price_ok,
    )


def wishes(parts: Mapping[str, Any]) -> tuple[tuple[Wish, ...], str]:
    """What was wanted, and whether the purchase has it; then the fraction that is the reward.

    Args:
        parts: as `RewardParts.as_dict` gives them; of another form: no wishes.
    """
    if not {field.name for field in fields(RewardParts)} <= parts.keys():
        return (), ""
    found, counts = [], []
    for kind in ("attributes", "options"):
        met, missing = parts[f"{kind}_matched"], parts[f"{kind}_missing"]
        found += [Wish(str(text), True) for text in met]
        found += [Wish(str(text), False) for text in missing]
        counts.append(len(met))
    limit = "" if parts["price_limit"] is None else f", at most ${parts['price_limit']:.2f}"
    price = "hidden" if parts["price"] is None else f"${parts['price']:.2f}"
    found.append(Wish(f"price {price}{limit}", bool(parts["price_ok"])))
    sum_ = " + ".join(str(count) for count in (*counts, int(parts["price_ok"])))
    return tuple(found), (
        f"reward = ({sum_}) / {len(found)} wishes (attributes + options + price) × "
        f"{parts['type_factor']:g} for the kind of product = {parts['reward']:.3f}"
    )


def match_type(product: Product, wanted: Product, nouns: Nouns) -> tuple[float, bool, bool, float]:
    """The type factor, and the three measures that it is based on.

    1 if the class, two category levels or the titles (score > 0.2) agree, else 0.5;
    but 0.1 if the title score is below 0.1, and 0 if the titles share no noun at all.
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


# words that are not nouns, and endings of adjectives, adverbs and participles
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
    cannot hold; pass one as `nouns` to a Catalogue if you have it.

    >>> title_nouns("Velora Hair Mask, Paraben Free, for Women and Men")
    ('velora', 'hair', 'mask', 'paraben', 'women', 'men')
    """
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", title.lower())
    return tuple(w for w in words if w not in _OTHER_WORDS and not _OTHER_ENDINGS.match(w))
