"""The reward: the recorded purchases, cases worked by hand, and properties."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webshop_shops import recorded_shop, tiny_shop, traces

from rememberer_lite.envs.webshop.goals import Goal
from rememberer_lite.envs.webshop.options import (
    COLOURS,
    OptionsRule,
    colour_of,
    comparable,
    is_chosen,
    is_nearly_chosen,
    same_text,
)
from rememberer_lite.envs.webshop.products import Product, option_text
from rememberer_lite.envs.webshop.reward import match_type, score, title_nouns
from rememberer_lite.state import SettingError

Figure = Callable[[str, object], None]


def test_purchases_earn_what_was_recorded(reference_data: Path) -> None:
    shop, recorded = recorded_shop(reference_data), traces(reference_data)["rewards"]
    products = {product.asin: product for product in shop.products}
    for number, asin, options, reward, info in recorded:
        goal = shop.goals[number]
        parts = score(products[asin], options, goal, shop.nouns, shop.options_rule)
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
        score(products[asin], options, shop.goals[number], title_nouns, "original").reward == reward
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
    assert score(MUG, {"color": "dusty pink"}, goal(), title_nouns, "original").reward == 1.0
    assert score(MUG, {"color": "dusty pink"}, goal(), title_nouns, "exact").reward == 1.0


@pytest.mark.parametrize(
    ("options", "changes", "reward", "exact"),
    [
        ({}, {}, 3 / 4, 3 / 4),  # the option is missing: 2 attributes + the price of 4 parts
        ({"color": "small"}, {}, 3 / 4, 3 / 4),
        ({"color": "dusty pink", "size": "small"}, {}, 1.0, 1.0),  # extra choices cost nothing
        ({"size": "dusty pink"}, {}, 1.0, 3 / 4),  # any group may satisfy the original
        ({"color": "dusty pink"}, {"price_limit": 9.0}, 3 / 4, 3 / 4),
        ({"color": "dusty pink"}, {"price_limit": None}, 1.0, 1.0),
        ({"color": "dusty pink"}, {"attributes": ("gluten free",)}, 2 / 3, 2 / 3),
        ({"color": "dusty pink"}, {"options": ("rose pink", "xl")}, 4 / 5, 3 / 5),  # both "pink"
        ({"color": "größe blau"}, {}, 3 / 4, 3 / 4),
        ({"size": "small"}, {"options": ("x-small",)}, 1.0, 3 / 4),
        ({"size": "large | tall"}, {"options": (" Large/Tall ",)}, 1.0, 1.0),  # one spelling
        ({"color": "small"}, {"options": (("size", "small"),)}, 1.0, 3 / 4),  # the wrong group
        ({"size": "small"}, {"options": (("size", "small"),)}, 1.0, 1.0),
        ({"size": "xl"}, {"options": ("xl",)}, 1.0, 1.0),  # what no group of the goal offers
    ],
)
def test_partial_credit(
    options: dict[str, str], changes: dict[str, object], reward: float, exact: float
) -> None:
    wanted = goal(**changes)
    assert score(MUG, options, wanted, title_nouns, "original").reward == pytest.approx(reward)
    assert score(MUG, options, wanted, title_nouns, "exact").reward == pytest.approx(exact)


@pytest.mark.parametrize("rule", ["", "Exact", "fuzzy", None, ["exact"]])
def test_an_unknown_rule_is_an_error(rule: Any) -> None:
    with pytest.raises(SettingError, match="options_rule"):
        score(MUG, {}, goal(), title_nouns, rule)


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
    assert score(MUG, {}, goal(), lambda title: [], "exact").title_score == 0.2


def test_colours() -> None:
    assert colour_of("a-mint green") == "green"  # the first in the list, not in the text
    assert colour_of("10000mah") == "10000mah"
    assert list(COLOURS) == sorted(COLOURS)
    assert comparable(("color", "pink")) == "pink"
    assert comparable(("color", "dusty pink")) == "color: dusty pink"
    assert same_text("dusty pink", comparable(("color", "dusty pink")))


def test_parts_are_plain_values() -> None:
    parts = score(MUG, {"color": "dusty pink"}, goal(), title_nouns, "exact").as_dict()
    assert json.loads(json.dumps(parts)) == parts
    assert parts["attributes_matched"] == ["hand made", "dishwasher safe"]
    assert parts["options_missing"] == []
    assert parts["options_rule"] == "exact"


@given(
    st.sets(
        st.sampled_from(["hand made", "dishwasher safe", "gluten free", "bpa free"]), min_size=1
    ),
    st.lists(st.sampled_from(["dusty pink", "small", "large | tall", "teal"]), unique=True),
    st.dictionaries(
        st.sampled_from(["color", "size", "x"]), st.sampled_from(["dusty pink", "small"])
    ),
    st.sampled_from(["exact", "original"]),
)
def test_reward_is_between_0_and_1_and_choices_never_cost(
    attributes: set[str], options: list[str], chosen: dict[str, str], rule: OptionsRule
) -> None:
    wanted = goal(attributes=tuple(sorted(attributes)), options=tuple(options))
    none = score(MUG, {}, wanted, title_nouns, rule)
    some = score(MUG, chosen, wanted, title_nouns, rule)
    assert 0 <= none.reward <= some.reward <= 1
    assert (some.reward == 1) == (
        not some.attributes_missing and not some.options_missing and some.price_ok
    )


TEXTS = st.text(st.sampled_from("aB1 /-"), min_size=1, max_size=6)


@given(st.lists(TEXTS, min_size=2, unique_by=lambda text: " ".join(option_text(text).split())))
def test_of_a_group_the_very_value_counts_and_no_other(raw: list[str]) -> None:
    """A goal's file may spell a value as the items file does, or as the page does."""
    group = tuple(map(option_text, raw))
    offers = replace(MUG, options={"size": group, "other": ("plain",)})
    for wanted in (*zip(raw, group, strict=True), *zip(group, group, strict=True)):
        fits = [value for value in group if is_chosen(wanted[0], {"size": value}, offers)]
        assert fits == [wanted[1]]
        assert not is_chosen(wanted[0], {"other": wanted[1]}, offers)


@given(TEXTS.filter(lambda text: any(map(str.isalnum, text))))
def test_the_very_value_counts_for_the_original_too(raw: str) -> None:
    value = option_text(raw)
    assert is_nearly_chosen(value, {"any group": value}, MUG)


@given(st.text())
def test_nouns_of_any_title(title: str) -> None:
    assert all(noun == noun.lower() and noun for noun in title_nouns(title))


@pytest.mark.parametrize(("wanted", "offered"), [("NFC", "NFD"), ("NFD", "NFC")])
@pytest.mark.parametrize("group", [None, "größe"])
def test_composed_and_decomposed_characters_are_one_value(
    wanted: Literal["NFC", "NFD"], offered: Literal["NFC", "NFD"], group: str | None
) -> None:
    value, place = unicodedata.normalize(offered, "café"), unicodedata.normalize(offered, "größe")
    product = replace(tiny_shop().products[0], options={place: (value, "red")})
    text = unicodedata.normalize(wanted, "café")
    asked = text if group is None else (unicodedata.normalize(wanted, group), text)
    assert is_chosen(asked, {place: value}, product)
    assert not is_chosen(asked, {place: "red"}, product)
