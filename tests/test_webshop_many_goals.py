"""Option groups multiply: their combinations are drawn where they are too many to make."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from webshop_shops import item, values

from rememberer_lite.envs.webshop import Catalogue, goals
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.webshop.published import prepare


def note(*attributes: str) -> dict[str, Any]:
    return {
        "attributes": list(attributes),
        "instruction": "find a mug",
        "instruction_attributes": list(attributes),
    }


def shop(groups: int, size: int) -> Catalogue:
    """One product with many combinations, one with six, one with one."""
    many = {f"Group {g}": values(*(f"v{g}x{n}" for n in range(size))) for g in range(groups)}
    six = {"Color": values("red", "blue", "green"), "Size": values("small", "large")}
    items = [
        item("B0MANY0001", "Mug", customization_options=many),
        item("B0SIX00001", "Cup", customization_options=six),
        item("B0ONE00001", "Pot"),
    ]
    return Catalogue(items, {entry["asin"]: note("clay") for entry in items})


def test_more_combinations_than_can_be_made_are_drawn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(goals, "MOST_GOALS", 500)
    with caplog.at_level(logging.WARNING):
        found = shop(groups=60, size=20).goals  # 20⁶⁰ combinations
    assert Counter(goal.product.asin for goal in found) == {
        "B0MANY0001": 493, "B0SIX00001": 6, "B0ONE00001": 1,
    }  # fmt: skip
    assert len({goal.options for goal in found}) == 500
    many = [goal for goal in found if goal.product.asin == "B0MANY0001"]
    for goal in many:
        assert [group for group, _ in goal.options] == sorted(f"group {g}" for g in range(60))
        assert all(value in goal.product.options[group] for group, value in goal.options)
    last = Counter(dict(goal.options)["group 59"] for goal in many)
    assert len(last) == 20 and max(last.values()) < 60  # of all values, not the first ones
    assert found == shop(groups=60, size=20).goals  # always the same
    assert ["of each product 493 are drawn at most" in r.getMessage() for r in caplog.records] == [
        True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("most", [8, 31, 38, 39])
def test_as_many_are_drawn_as_there_is_room_for(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """32 combinations, 6 and 1: with the largest share that fits."""
    whole = shop(groups=5, size=2).goals
    monkeypatch.setattr(goals, "MOST_GOALS", most)
    found = shop(groups=5, size=2).goals
    share = max(s for s in range(1, 33) if min(32, s) + min(6, s) + 1 <= most) if most < 39 else 32
    assert len(found) == min(32, share) + min(6, share) + 1
    assert {goal.instruction.partition(", and price")[0] for goal in found} <= {
        goal.instruction.partition(", and price")[0] for goal in whole
    }
    assert len(whole) == 39 and (found == whole) == (most == 39)


def test_each_product_keeps_a_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goals, "MOST_GOALS", 1)
    assert len({goal.product.asin for goal in shop(groups=5, size=2).goals}) == 3


def test_of_a_prepared_shop_only_what_makes_goals_is_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item(f"B{n:09d}", "Mug " * 9, full_description="word " * 99) for n in range(9)]
    paths = tmp_path / "items.json", tmp_path / "notes.json"
    paths[0].write_text("[\n" + ",\n".join(map(json.dumps, items)) + "\n]", encoding="utf-8")
    paths[1].write_text(json.dumps({e["asin"]: note("clay") for e in items}), encoding="utf-8")
    sizes = list[int]()

    def watched(products: list[Product], *rest: Any) -> list[goals.Goal]:
        sizes.extend(len(repr(astuple(product))) for product in products)
        return goals.synthetic_goals(products, *rest)

    monkeypatch.setattr(prepare, "synthetic_goals", watched)
    found = Catalogue.from_files(*paths, index=True, progress=False)
    assert len(found.goals) == len(sizes) == 9 and max(sizes) < 99
    assert found.goals[0].product.description.strip() == ("word " * 99).strip()
