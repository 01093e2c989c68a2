"""The catalogue: products, goals and searches as the original makes them, and bad files."""

from __future__ import annotations

import copy
import json
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from webshop_shops import (
    ATTRIBUTES,
    HUMAN,
    ITEMS,
    item,
    published_files,
    recorded_shop,
    tiny_shop,
    traces,
)

from rememberer_lite.envs.search import SearchError
from rememberer_lite.envs.webshop import Catalogue
from rememberer_lite.envs.webshop.goals import draw_price_limit
from rememberer_lite.envs.webshop.products import CatalogueError, read_options, read_price


def test_products_are_the_recorded_ones(reference_data: Path) -> None:
    for product, recorded in zip(
        recorded_shop(reference_data).products, traces(reference_data)["products"], strict=True
    ):
        assert product.asin == recorded["asin"]
        assert product.title == recorded["Title"]
        assert product.price_tag == recorded["Price"]
        assert product.price == recorded["price"]  # hidden draws of ranges too
        assert {g: list(v) for g, v in product.options.items()} == recorded["options"]
        assert list(product.bullets) == recorded["BulletPoints"]
        assert product.description == recorded["Description"]
        assert (product.query, product.category) == (recorded["query"], recorded["category"])
        if recorded["Attributes"] != ["DUMMY_ATTR"]:  # the original's word for "none"
            assert list(product.attributes) == recorded["Attributes"]


def test_goals_are_the_recorded_ones(reference_data: Path) -> None:
    shop = recorded_shop(reference_data)
    for goal, recorded in zip(shop.goals, traces(reference_data)["goals"], strict=True):
        assert goal.instruction == recorded["instruction_text"]
        assert goal.product.asin == recorded["asin"]
        assert list(goal.attributes) == recorded["attributes"]
        assert list(goal.options) == recorded["goal_options"]
        assert (goal.price_limit or 1_000_000) == recorded["price_upper"]


def test_another_seed_draws_other_prices(reference_data: Path) -> None:
    files = published_files(reference_data)
    zero, one = (Catalogue.from_files(*files, seed=seed) for seed in (0, 1))
    assert [p.asin for p in zero.products] == [p.asin for p in one.products]
    assert [p.price for p in zero.products] != [p.price for p in one.products]
    assert [g.instruction for g in zero.goals] != [g.instruction for g in one.goals]


def test_searches_find_what_the_original_finds(reference_data: Path) -> None:
    shop, recorded = recorded_shop(reference_data), traces(reference_data)["search"]
    different = [
        query
        for query, hits in recorded.items()
        if [product.asin for product in shop.search(query)] != [asin for asin, _ in hits]
    ]
    assert not different


@pytest.mark.parametrize(
    ("pricing", "tag"),
    [
        ("$12.50", "$12.5"),
        ("$1,299.99", "$1299.99"),
        ("$25.76$28.76", "$25.76 to $28.76"),
        ("$12.50$14.00$19.00", "$12.5 to $14.0"),
        ("$30 - $20.5", "$30.0 to $20.5"),
        ("", "$100.0"),
        (None, "$100.0"),
    ],
)
def test_prices_are_read(pricing: str | None, tag: str) -> None:
    assert read_price(pricing)[1] == tag


def test_options_are_read() -> None:
    groups = {"Color": ["Search", "#1b"], "Style": None, "Size": [], "color": ["Blue"]}
    assert read_options(groups) == {"color": ("blue",)}


def test_a_price_limit_is_the_larger_of_two_of_the_next_four_tens() -> None:
    limits = [draw_price_limit(12.5, random.Random(seed)) for seed in range(300)]
    assert set(limits) == {30.0, 40.0, 50.0}
    # of 6 equally likely pairs of 20, 30, 40, 50: 50 is the larger in 3, 40 in 2, 30 in 1
    assert limits.count(50.0) > limits.count(40.0) > limits.count(30.0)
    assert draw_price_limit(975.0, random.Random(0)) == 990.0
    assert draw_price_limit(985.0, random.Random(0)) is None  # only 990 is left


def test_synthetic_goals_are_one_per_combination() -> None:
    shop = Catalogue(ITEMS, ATTRIBUTES)
    texts = sorted(goal.instruction.partition(", and price")[0] for goal in shop.goals)
    assert len(texts) == 4 * 2
    assert "Find me a mug with color: dusty pink, and size: large | tall" in texts
    assert ("color", "dusty pink") in {pair for goal in shop.goals for pair in goal.options}
    limits = {goal.price_limit for goal in shop.goals}
    assert len(limits) == 1  # one draw for the product


def test_special_searches() -> None:
    shop = tiny_shop()
    assert [p.asin for p in shop.search("<c> office")] == ["B0XYZAB003"]
    assert [p.asin for p in shop.search("<q> lamp")] == ["B0XYZAB003"]
    assert len(shop.search("<q> spoon")) == 14
    drawn = shop.search("<r>", random.Random(1))
    assert len(drawn) == len(shop)  # fewer than 50 products: all of them
    assert drawn == shop.search("<r>", random.Random(1)) != shop.search("<r>", random.Random(2))
    for query in ("<c>", "<a> hand made"):
        with pytest.raises(SearchError):
            shop.search(query)


def test_unusable_and_repeated_codes_are_left_out() -> None:
    extra = [item("nan", "x"), item("B0LONGCODE1", "x"), item("B0MUG00001", "a second one")]
    shop = Catalogue([*ITEMS, *extra], ATTRIBUTES, HUMAN)
    assert len(shop) == len(ITEMS)
    assert shop.products[0].title == "Clay Mug"


def test_copies_share_the_catalogue_and_it_can_be_sent_to_a_worker() -> None:
    shop = tiny_shop()
    assert copy.deepcopy(shop) is shop is copy.copy(shop)
    sent = pickle.loads(pickle.dumps(shop))
    assert sent.goals == shop.goals
    assert sent.search("spoon") == shop.search("spoon")


def test_the_builtin_shop() -> None:
    shop = Catalogue.builtin()
    assert len(shop) >= 1000
    assert len(shop.goals) >= 600
    assert shop.goals == Catalogue.builtin(seed=0).goals
    assert shop.goals != Catalogue.builtin(seed=1).goals


def write(folder: Path, **files: Any) -> tuple[Path, Path, Path]:
    contents = {"items": ITEMS, "attributes": ATTRIBUTES, "human": HUMAN, **files}
    paths = []
    for name, value in contents.items():
        path = folder / f"{name}.json"
        text = value if isinstance(value, str) else json.dumps(value)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths[0], paths[1], paths[2]


def test_files_make_the_same_shop_as_their_contents(tmp_path: Path) -> None:
    shop = Catalogue.from_files(*write(tmp_path))
    assert shop.products == tiny_shop().products
    assert shop.goals == tiny_shop().goals


def without(key: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in entry.items() if k != key} for entry in ITEMS]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"items": "[]"}, ["items.json", "empty"]),
        ({"items": "{}"}, ["items.json", "list of products"]),
        ({"items": '[{"asin": "B0'}, ["items.json", "line 1", "restore it from a copy"]),
        ({"items": [1, 2]}, ["entry 0", "no asin"]),
        ({"items": [*ITEMS, None]}, [f"entry {len(ITEMS)}", "no asin"]),
        ({"items": without("name")}, ["items.json", "B0MUG00001", "name is missing"]),
        ({"items": [item("B0MUG00001", 5)]}, ["B0MUG00001", "name should be a text, not 5"]),  # type: ignore[arg-type]
        (
            {"items": [item("B0MUG00001", "x", pricing="ten")]},
            ["items.json", "B0MUG00001", "'ten'", '"$12.50"'],
        ),
        ({"items": [item("B0MUG00001", "x", customization_options=["red"])]}, ["B0MUG00001"]),
        ({"attributes": "[]"}, ["attributes.json", "asins as keys"]),
        ({"attributes": {"B0OTHER": {}}}, ["attributes.json", "items.json", "belong together"]),
        ({"human": {"B0OTHER": []}}, ["human.json", "items.json", "belong together"]),
        ({"human": {"B0MUG00001": [{"instruction": "x"}]}}, ["human.json", "B0MUG00001"]),
        ({"human": {"B0MUG00001": []}}, ["no goals"]),
        ({"human": {"B0MUG00001": 5}}, ["human.json", "B0MUG00001", "not a list"]),
        ({"human": ""}, ["human.json", "is empty"]),
    ],
)
def test_damaged_files_are_named_with_the_fix(
    tmp_path: Path, files: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(CatalogueError) as raised:
        Catalogue.from_files(*write(tmp_path, **files))
    for name in names:
        assert name in str(raised.value)


def test_a_missing_file_is_named_and_where_it_comes_from(tmp_path: Path) -> None:
    items, attributes, human = write(tmp_path)
    for missing in (items, attributes, human):
        kept = missing.read_text(encoding="utf-8")
        missing.unlink()
        with pytest.raises(CatalogueError, match="WebShop project") as raised:
            Catalogue.from_files(items, attributes, human)
        assert missing.name in str(raised.value)
        missing.write_text(kept, encoding="utf-8")


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    files = write(tmp_path)
    files[0].write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"items\.json"):
        Catalogue.from_files(*files)


def test_a_shop_without_words_is_an_error() -> None:
    silent = [item("B0MUG00001", "the", small_description=["of"])]
    with pytest.raises(SearchError, match="nothing to search"):
        Catalogue(silent, ATTRIBUTES, HUMAN)


def test_defect_33_the_same_seed_gives_the_same_bytes_in_two_processes(
    same_in_two_processes: Callable[[str], str],
) -> None:
    same_in_two_processes(
        """
import hashlib, random
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
env = WebShopEnv(Catalogue.builtin(seed=3))
digest, rng = hashlib.sha256(repr(env.goals).encode()), random.Random(5)
for episode in range(20):
    _, info = env.reset(seed=episode, options={})
    text, *_, info = env.step("search[<r>]")
    for _ in range(15):
        action = WEBSHOP.random_action(info["state"], rng)
        text, reward, done, _, info = env.step(action or "search[gift]")
        digest.update(repr((action, text, reward, info)).encode())
print(digest.hexdigest())
"""
    )
