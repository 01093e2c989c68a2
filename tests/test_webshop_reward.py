"""The reward: the recorded purchases, cases worked by hand, and properties."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webshop_shops import recorded_shop, tiny_shop, traces

from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.reward import (
    COLOURS,
    colour_of,
    comparable,
    match_type,
    same_text,
    score,
    title_nouns,
)

Figure = Callable[[str, object], None]


def test_purchases_earn_what_was_recorded(reference_data: Path) -> None:
    shop, recorded = recorded_shop(reference_data), traces(reference_data)["rewards"]
    products = {product.asin: product for product in shop.products}
    for number, asin, options, reward, info in recorded:
        goal = shop.goals[number]
        parts = score(products[asin], options, goal, shop.nouns)
        assert parts.reward == reward
        assert (parts.type_factor, parts.title_score) == (info["r_type"], info["title_score"])
        assert parts.query_match == info["query_match"]
        assert parts.category_match == info["category_match"]
        assert parts.price_ok == info["r_price"]
        assert len(parts.attributes_matched) / len(goal.attributes) == info["r_att"]
        if goal.options:
            assert len(parts.options_matched) / len(goal.options) == info["r_option"]


def test_share_of_recorded_rewards_that_our_own_nouns_give(
    reference_data: Path, figure: Figure
) -> None:
    shop, recorded = recorded_shop(reference_data), traces(reference_data)["rewards"]
    products = {product.asin: product for product in shop.products}
    equal = sum(
        score(products[asin], options, shop.goals[number], title_nouns).reward == reward
        for number, asin, options, reward, _ in recorded
    )
    figure("WebShop rewards equal with our own noun rule", f"{equal} of {len(recorded)}")
    assert equal / len(recorded) >= 0.95


def product(name: str, query: str, path: str) -> Product:
    levels = tuple(level.strip() for level in path.split("›"))
    return Product("B0", name, "", (), {}, (), "$1.0", 1.0, query, "x", levels)


def test_type_factors_are_the_recorded_ones(reference_data: Path) -> None:
    for (name, query, path, wanted, wanted_query, wanted_path), result in traces(reference_data)[
        "type_rewards"
    ]:
        bought, goal = product(name, query, path), product(wanted, wanted_query, wanted_path)
        factor, query_match, category_match, title = match_type(bought, goal, title_nouns)
        # our rule takes every invented word for a noun, as the recorded tagger did here
        assert factor == result["r_type"]
        assert (query_match, category_match) == (result["query_match"], result["category_match"])
        assert title == pytest.approx(result["title_score"])


MUG = tiny_shop().products[0]


def goal(**changes: object) -> Goal:
    wanted = Goal("", MUG, ("hand made", "dishwasher safe"), ("dusty pink",), 20.0)
    return replace(wanted, **changes)  # type: ignore[arg-type]


def test_a_perfect_purchase_earns_one() -> None:
    # "hand made" is annotated, "dishwasher safe" is read in the first bullet
    assert score(MUG, {"color": "dusty pink"}, goal(), title_nouns).reward == 1.0


@pytest.mark.parametrize(
    ("options", "changes", "reward"),
    [
        ({}, {}, 3 / 4),  # the option is missing: 2 attributes + the price of 4 parts
        ({"color": "small"}, {}, 3 / 4),
        ({"color": "dusty pink", "size": "small"}, {}, 1.0),  # extra choices cost nothing
        ({"size": "dusty pink"}, {}, 1.0),  # any group may satisfy it
        ({"color": "dusty pink"}, {"price_limit": 9.0}, 3 / 4),
        ({"color": "dusty pink"}, {"price_limit": None}, 1.0),
        ({"color": "dusty pink"}, {"attributes": ("gluten free",)}, 2 / 3),
        ({"color": "dusty pink"}, {"options": ("rose pink", "xl")}, 4 / 5),  # both are "pink"
    ],
)
def test_partial_credit(options: dict[str, str], changes: dict[str, object], reward: float) -> None:
    assert score(MUG, options, goal(**changes), title_nouns).reward == pytest.approx(reward)


@pytest.mark.parametrize(
    ("title", "query", "path", "factor"),
    [
        ("Clay Mug", "x", "x", 1.0),  # half of the nouns
        ("Old Clay Cup Set", "mug", "x", 1.0),  # class
        ("Tin Lamp", "mug", "Home › Kitchen", 0.0),  # no shared noun, whatever else agrees
    ],
)
def test_the_type_factor(title: str, query: str, path: str, factor: float) -> None:
    assert match_type(product(title, query, path), MUG, title_nouns)[0] == factor


def test_many_nouns_of_which_few_are_shared() -> None:
    twelve = product("mug " + " ".join(f"thing{chr(97 + n)}" for n in range(11)), "q", "a › b")
    seven = product("mug " + " ".join(f"thing{chr(97 + n)}" for n in range(6)), "q", "a › b")
    mug = product("mug", "other", "c")
    assert match_type(mug, twelve, title_nouns)[0] == 0.1  # 1 / 12 < 0.1
    assert match_type(mug, seven, title_nouns)[0] == 0.5  # 0.1 ≤ 1 / 7 ≤ 0.2, nothing agrees
    assert match_type(mug, product("for the 2", "q", "z"), title_nouns) == (0.5, False, False, 0.2)


def test_a_tagger_can_be_handed_over() -> None:
    assert score(MUG, {}, goal(), lambda title: []).title_score == 0.2


def test_colours() -> None:
    assert colour_of("a-mint green") == "green"  # the first in the list, not in the text
    assert colour_of("10000mah") == "10000mah"
    assert list(COLOURS) == sorted(COLOURS)
    assert comparable(("color", "pink")) == "pink"
    assert comparable(("color", "dusty pink")) == "color: dusty pink"
    assert same_text("dusty pink", comparable(("color", "dusty pink")))


def test_parts_are_plain_values() -> None:
    parts = score(MUG, {"color": "dusty pink"}, goal(), title_nouns).as_dict()
    assert json.loads(json.dumps(parts)) == parts
    assert parts["attributes_matched"] == ["hand made", "dishwasher safe"]
    assert parts["options_missing"] == []


@given(
    st.sets(
        st.sampled_from(["hand made", "dishwasher safe", "gluten free", "bpa free"]), min_size=1
    ),
    st.lists(st.sampled_from(["dusty pink", "small", "large | tall", "teal"]), unique=True),
    st.dictionaries(
        st.sampled_from(["color", "size", "x"]), st.sampled_from(["dusty pink", "small"])
    ),
)
def test_reward_is_between_0_and_1_and_choices_never_cost(
    attributes: set[str], options: list[str], chosen: dict[str, str]
) -> None:
    wanted = goal(attributes=tuple(sorted(attributes)), options=tuple(options))
    none = score(MUG, {}, wanted, title_nouns)
    some = score(MUG, chosen, wanted, title_nouns)
    assert 0 <= none.reward <= some.reward <= 1
    assert (some.reward == 1) == (
        not some.attributes_missing and not some.options_missing and some.price_ok
    )


@given(st.text())
def test_nouns_of_any_title(title: str) -> None:
    assert all(noun == noun.lower() and noun for noun in title_nouns(title))
