"""What a purchase earned, in the words of our simulator, from what the original reports."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from rememberer_lite.envs.webshop.goals import Option
from rememberer_lite.envs.webshop.options import in_words, is_nearly_chosen
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.reward import RewardParts, has_attribute

#: the original's word for "no limit"
NO_LIMIT = 1_000_000
_LONGEST = 100_000


def literal(text: str) -> Any:
    """The value that a Python literal writes, as the original prints it; None if it is none.

    >>> literal("{'r_type': 1.0}"), literal("open('x')")
    ({'r_type': 1.0}, None)
    """
    try:
        return ast.literal_eval(text.strip()) if len(text) <= _LONGEST else None
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; none if it is not one."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(text for text in value if isinstance(text, str))


def product_of(
    asin: str,
    title: str = "",
    description: str = "",
    bullets: Sequence[str] = (),
    attributes: Sequence[str] = (),
) -> Product:
    """A product of which only what the reward asks for is known."""
    return Product(
        asin=asin, title=title, description=description, bullets=tuple(bullets), options={},
        attributes=tuple(attributes), price_tag="", price=0.0, query="", category="", levels=(),
    )  # fmt: skip


def share_is_open(details: Any) -> bool:
    """Whether some, but not all, of the wanted attributes were found: then the pages say which."""
    share = details.get("r_att") if isinstance(details, Mapping) else None
    return isinstance(share, float) and 0.0 < share < 1.0


def reward_parts(
    reward: float,
    details: Any,
    goal: Any,
    product: Product,
    options: Mapping[str, str],
    price: float | None,
) -> dict[str, Any]:
    """The parts of a reward as `RewardParts.as_dict` gives them.

    The original reports how many of the wanted attributes and options it found, not which ones;
    these are found again by our own rules, which agree with the recorded ones.

    Args:
        reward: what the original paid.
        details: its `reward_info`: r_type, r_att, query_match, …
        goal: its goal: attributes, goal_options, price_upper.
        product: what was bought; title, description, bullets and attributes are asked for.
        options: the chosen values by group.
        price: what was paid; None if it is hidden (a price range is a hidden draw there).

    Returns:
        The parts; if the original did not report them, or our rules disagree with its counts,
        only the reward and what it did report.
    """
    known = {**details, "reward": reward} if isinstance(details, Mapping) else {"reward": reward}
    wanted = _options(goal)
    attributes = texts(goal.get("attributes")) if isinstance(goal, Mapping) else ()
    if not attributes or not {"r_type", "r_att", "title_score"} <= known.keys():
        return known
    met = tuple(a for a in attributes if has_attribute(product, a))
    chosen = tuple(o for o in wanted if is_nearly_chosen(o, options, product))
    try:
        agrees = round(float(known["r_att"]) * len(attributes)) == len(met)
        agrees &= round(float(known.get("r_option") or 0.0) * len(wanted)) == len(chosen)
        limit = float(goal.get("price_upper", NO_LIMIT))
        parts = RewardParts(
            reward=reward,
            type_factor=float(known["r_type"]),
            query_match=bool(known.get("query_match")),
            category_match=bool(known.get("category_match")),
            title_score=float(known["title_score"]),
            attributes_matched=met,
            attributes_missing=tuple(a for a in attributes if a not in met),
            options_matched=tuple(in_words(o) for o in chosen),
            options_missing=tuple(in_words(o) for o in wanted if o not in chosen),
            options_rule="original",
            price=price,
            price_limit=None if limit >= NO_LIMIT else limit,
            price_ok=bool(known.get("r_price", True)),
        )
    except (TypeError, ValueError, OverflowError):
        return known
    return parts.as_dict() if agrees else known


def _options(goal: Any) -> tuple[Option, ...]:
    """The wanted options; for synthetic goals pairs of group and value."""
    options = goal.get("goal_options") if isinstance(goal, Mapping) else None
    if isinstance(options, Mapping):
        return tuple((str(group), str(value)) for group, value in options.items())
    return texts(options)
