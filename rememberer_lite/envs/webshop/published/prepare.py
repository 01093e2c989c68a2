"""Building the prepared file beside the published ones, and opening it if it still fits."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rememberer_lite.envs.fingerprint import Fingerprint
from rememberer_lite.envs.search import Built, IndexBuilder, SearchIndex
from rememberer_lite.envs.webshop.goals import (
    Goal,
    goal_values,
    human_goals,
    no_goals,
    shuffled,
    strangers,
    synthetic_goals,
)
from rememberer_lite.envs.webshop.products import Product, read_products
from rememberer_lite.envs.webshop.published.container import Container, UnfitError, Writer
from rememberer_lite.envs.webshop.published.records import (
    Lines,
    LineWriter,
    goal_line,
    product_line,
    read_goal,
    read_product,
)
from rememberer_lite.envs.webshop.published.stream import entries, identity, pairs
from rememberer_lite.storage.beside import beside
from rememberer_lite.storage.files import StorageError, exists, shown
from rememberer_lite.storage.log import logger
from rememberer_lite.storage.plain_json import loads

log = logger("rememberer_lite")


class Sources(NamedTuple):
    """What a catalogue is made from."""

    items: Path
    attributes: Path
    human: Path | None
    seed: int

    @property
    def place(self) -> Path:
        """Where the prepared file is: beside the items, one for each choice of the others."""
        other = f"{self.attributes.name}|{self.human and self.human.name}|{self.seed}"
        key = sha256(other.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return beside(self.items, f".{key}.prepared")

    def made_from(self) -> dict[str, Any]:
        """What must be the same for a prepared file to be used."""
        files = (self.items, self.attributes, self.human)
        return {"files": [path and identity(path) for path in files], "seed": self.seed}


@dataclass(frozen=True, eq=False)
class Prepared:
    """A catalogue whose products and goals stay on disk.

    Attributes:
        products: in the order of the file.
        goals: by number.
        index: of the products in the order of their codes.
        by_code: shape (N,): the number of the product at each position of the index.
        queries: shape (N,): the class of each product, as a position in `query_names`.
        query_names: the classes.
        categories: shape (N,): its department, as a position in `category_names`.
        category_names: the departments.
        fingerprint: digits that identify products and goals.
        left_out: how many entries were left out, by the reason.
    """

    products: Sequence[Product]
    goals: Sequence[Goal]
    index: SearchIndex
    by_code: npt.NDArray[np.int32]
    queries: npt.NDArray[np.int32]
    query_names: Sequence[str]
    categories: npt.NDArray[np.int32]
    category_names: Sequence[str]
    fingerprint: str
    left_out: Mapping[str, int]

    def of_kind(self, kind: str, name: str) -> list[int]:
        """The numbers of the products of a "category" or a "query" (class)."""
        names, values = {
            "category": (self.category_names, self.categories),
            "query": (self.query_names, self.queries),
        }[kind]
        if name not in names:
            return []
        numbers: list[int] = np.flatnonzero(values == names.index(name)).tolist()
        return numbers


def prepared(sources: Sources, progress: bool = True) -> Prepared:
    """The catalogue of these files, from the prepared file beside them, which is built if need be.

    Raises:
        CatalogueError: if the published files are damaged.
        StorageError: if the prepared file cannot be written.
    """
    place, made_from = sources.place, sources.made_from()
    if exists(place):
        try:
            return _open(Container(place, made_from))
        except (UnfitError, StorageError, OSError, ValueError, KeyError, TypeError) as error:
            why = error if isinstance(error, UnfitError) else "it is damaged"
            log.warning("%s is built again: %s", shown(place), why)
    _build(sources, place, made_from, progress)
    return _open(Container(place, made_from))


def _open(container: Container) -> Prepared:
    products = Lines(container, "products", read_product)
    numbers = {name: container.array(name, "<i4") for name in ("by_code", "queries", "categories")}
    terms = str(container.raw("terms"), "utf-8").split("\n")
    queries, categories = (
        loads(bytes(container.raw(name))) for name in ("query_names", "category_names")
    )
    built = Built(
        len(products),
        terms,
        container.array("starts", "<i8"),
        container.array("owners", "<i4"),
        container.array("weights", "<f8"),
    )
    limits = (len(products), len(queries), len(categories))
    fits = [_within(values, limit) for values, limit in zip(numbers.values(), limits, strict=True)]
    fits += [len(values) == len(products) for values in numbers.values()]
    fits += [
        len(built.starts) == len(terms) + 1,
        built.starts[0] == 0,
        bool(np.all(np.diff(built.starts) >= 0)),
        built.starts[-1] == len(built.owners) == len(built.weights),
        _within(built.owners, len(products)),
    ]
    if not all(fits):
        raise UnfitError("it is damaged")
    return Prepared(
        products=products,
        goals=Lines(container, "goals", partial(read_goal, products=products)),
        index=SearchIndex.of(built),
        by_code=numbers["by_code"],
        queries=numbers["queries"],
        query_names=queries,
        categories=numbers["categories"],
        category_names=categories,
        fingerprint=str(container.says["fingerprint"]),
        left_out=dict(container.says["left_out"]),
    )


def _within(values: npt.NDArray[Any], limit: int) -> bool:
    return not len(values) or bool(values.min() >= 0 and values.max() < limit)


class _Collected:
    """What is kept in memory of each product while the lines are written."""

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        self.wanted = wanted  # products with an instruction
        self.asins: list[str] = []
        self.with_goals: list[Product] = []
        self.queries: dict[str, int] = {}
        self.categories: dict[str, int] = {}
        self.query_of: list[int] = []
        self.category_of: list[int] = []
        self.index = IndexBuilder()
        self.fingerprint = Fingerprint()

    def lines(self, products: Iterator[Product]) -> Iterator[bytes]:
        for product in products:
            self.asins.append(product.asin)
            if product.asin in self.wanted:
                self.with_goals.append(product.bare())
            self.query_of.append(self.queries.setdefault(product.query, len(self.queries)))
            known = self.categories.setdefault(product.category, len(self.categories))
            self.category_of.append(known)
            self.index.add(product.text)
            self.fingerprint.add(product)
            yield product_line(product)


def _build(sources: Sources, place: Path, made_from: Mapping[str, Any], progress: bool) -> None:
    rng = random.Random(sources.seed)
    attributes = pairs(sources.attributes)
    written = None if sources.human is None else pairs(sources.human)
    left_out: Counter[str] = Counter()
    kept = _Collected(attributes if written is None else written)
    with Writer(place) as writer:
        read = read_products(entries(sources.items, progress), attributes, rng, left_out)
        LineWriter(writer, "products").write(kept.lines(read))
        _check(kept, attributes, written)
        if written is None:
            goals = synthetic_goals(kept.with_goals, attributes, rng)
        else:
            goals = human_goals(kept.with_goals, written, rng)
        if not goals:
            raise no_goals(len(kept.asins))
        numbers = {asin: number for number, asin in enumerate(kept.asins)}
        order = shuffled(goals)
        for goal in order:
            kept.fingerprint.add(goal_values(goal))
        lines = (goal_line(goal, numbers[goal.product.asin]) for goal in order)
        LineWriter(writer, "goals").write(lines)
        _write_index(writer, kept)
        for name, values in (("queries", kept.query_of), ("categories", kept.category_of)):
            writer.array(name, np.array(values, np.int32))
        for name, texts in (("query_names", kept.queries), ("category_names", kept.categories)):
            writer.bytes(name, (json.dumps(list(texts)).encode(),))
        says = {"fingerprint": kept.fingerprint.digits, "left_out": left_out}
        writer.finish(made_from, says)


def _write_index(writer: Writer, kept: _Collected) -> None:
    by_code = np.array(sorted(range(len(kept.asins)), key=kept.asins.__getitem__), np.int64)
    rank = np.empty(len(by_code), np.int64)
    rank[by_code] = np.arange(len(by_code))
    built = kept.index.build(rank)
    writer.array("by_code", by_code.astype(np.int32))
    writer.bytes("terms", ("\n".join(built.terms).encode(),))
    writer.array("starts", built.starts)
    writer.array("owners", built.owners)
    writer.array("weights", built.weights)


def _check(kept: _Collected, attributes: Mapping[str, Any], written: Any) -> None:
    for name, table in (("attributes", attributes), ("instructions", written)):
        if table is not None and not any(asin in table for asin in kept.asins):
            raise strangers(name, len(kept.asins))
