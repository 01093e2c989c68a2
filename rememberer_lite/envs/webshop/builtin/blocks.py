"""The hand-written building blocks of the built-in shop: the files in `data/`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

#: the categories; each has a file with its kinds of things
CATEGORIES = (
    "beauty", "electronics", "fashion", "garden", "grocery", "office", "pets", "sports",
)  # fmt: skip

#: one kind of thing: its nouns, prices, attributes by axis, option groups, sentences
Kind = Mapping[str, Any]


@cache
def load(name: str) -> Any:
    """The contents of `data/<name>.json`, read once."""
    path = Path(__file__).parent / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def attribute(name: str) -> tuple[str, Sequence[str]]:
    """An attribute's grammar, and the sentences that can accompany it on a page.

    >>> attribute("rubber sole")[0], attribute("gluten free")[0]
    ('with a', 'adj')
    """
    return _attributes()[name]


@cache
def _attributes() -> dict[str, tuple[str, Sequence[str]]]:
    groups = load("attributes")["groups"]
    return {name: (group["as"], group["body"]) for group in groups for name in group["names"]}


def pool(values: str | Sequence[str]) -> Sequence[str]:
    """Option values: the given ones, or the shared ones that "@name" refers to.

    >>> pool("@wear")[:3]
    ['X-Small', 'Small', 'Medium']
    """
    if isinstance(values, str):
        shared: Sequence[str] = load("options")["pools"][values.removeprefix("@")]
        return shared
    return values
