"""Two shops for the WebShop tests: a tiny one written by hand, and the recorded one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rememberer_lite.envs.webshop import Catalogue


def item(asin: str, name: str, query: str = "mug", **more: Any) -> dict[str, Any]:
    """An entry of an items file."""
    return {
        "asin": asin,
        "name": name,
        "full_description": "",
        "small_description": [],
        "pricing": "$10.00",
        "customization_options": {},
        "category": "garden",
        "query": query,
        "product_category": "Home › Kitchen › Mugs",
        **more,
    }


def values(*texts: str) -> list[dict[str, str]]:
    """An option group of an items file."""
    return [{"value": text} for text in texts]


#: asin → what is special about it
ITEMS = [
    item(
        "B0MUG00001",
        "Clay Mug",
        full_description="A mug of clay.",
        small_description=["Dishwasher safe", "Holds one pint"],
        customization_options={
            "Color": values("Dusty Pink", 'Say "Hi" Red', "Größe Blau", "Small"),
            "Size": values("Small", "Large/Tall"),
            "Style": None,
        },
    ),
    item("B0MUG00002", "Tin Mug", pricing="$5.00 - $9.00"),
    item("B0XYZAB003", "Desk Lamp", query=" Lamp ", category="office", product_category="Desk"),
    item("1580629571", "Odd Options", customization_options={"Kind": values("Features", "Plain")}),
    *(item(f"B0SPOON{n:03}", f"Spoon Number {n}", query="spoon") for n in range(14)),
]
ATTRIBUTES = {
    "B0MUG00001": {
        "attributes": ["hand made"],
        "instruction": "Find me a mug",
        "instruction_attributes": ["hand made"],
    },
    "B0MUG00002": {"attributes": []},
}
HUMAN = {
    "B0MUG00001": [
        {
            "instruction": "i want a clay mug in dusty pink.",
            "instruction_attributes": ["hand made", "dishwasher safe"],
            "instruction_options": ["dusty pink"],
        }
    ],
    "B0XYZAB003": [
        {
            "instruction": "a lamp",
            "instruction_attributes": ["bright light"],
            "instruction_options": [],
        },
        {"instruction": "left out", "instruction_attributes": [], "instruction_options": []},
    ],
}


def tiny_shop(seed: int = 0) -> Catalogue:
    """18 products, 2 goals."""
    return Catalogue(ITEMS, ATTRIBUTES, HUMAN, seed=seed)


def goal_of(shop: Catalogue, asin: str) -> int:
    """The number of the first goal that was written for a product."""
    return next(n for n, goal in enumerate(shop.goals) if goal.product.asin == asin)


def published_files(folder: Path) -> tuple[Path, Path, Path]:
    """Where `reference_data` holds the three published files."""
    folder = folder / "webshop_catalogue"
    return (
        folder / "items_shuffle_1000.json",
        folder / "items_ins_v2_1000.json",
        folder / "items_human_ins.json",
    )


def traces(reference_data: Path) -> dict[str, Any]:
    """The recording of the original environment."""
    recorded: dict[str, Any] = json.loads(
        (reference_data / "webshop_traces.json").read_text(encoding="utf-8")
    )
    return recorded


def recorded_shop(reference_data: Path) -> Catalogue:
    """The recorded shop, with the recorded nouns."""
    nouns = {product["Title"]: product["nouns"] for product in traces(reference_data)["products"]}
    return Catalogue.from_files(*published_files(reference_data), nouns=nouns.__getitem__)
