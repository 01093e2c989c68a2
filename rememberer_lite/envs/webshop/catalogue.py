"""The shop's catalogue: products, search index and goals; it never changes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

from rememberer_lite.envs.fingerprint import fingerprint_of
from rememberer_lite.envs.search import SearchError, SearchIndex
from rememberer_lite.envs.webshop.goals import (
    Goal,
    goal_values,
    human_goals,
    no_goals,
    shuffled,
    strangers,
    synthetic_goals,
)
from rememberer_lite.envs.webshop.options import OptionsRule, check_rule
from rememberer_lite.envs.webshop.pages import read_query
from rememberer_lite.envs.webshop.products import CatalogueError, Product, read_products
from rememberer_lite.envs.webshop.published import Prepared, Sources, prepared
from rememberer_lite.envs.webshop.published.stream import check_whole, entries, is_gzip, pairs
from rememberer_lite.envs.webshop.reward import Nouns, title_nouns
from rememberer_lite.storage import StorageError, as_path, read_json
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.log import logger

#: the most products that a search finds
MAX_HITS = 50
#: bytes of an items file above which it is prepared on disk; the published 1,000 products have less
_LARGE, _LARGE_PACKED = 10_000_000, 1_000_000
log = logger("rememberer_lite")
_SOURCE = "the files are published by the WebShop project (princeton-nlp/WebShop)"


class Catalogue:
    """Products, goals and the search for products.

    Create one with `Catalogue.builtin()` or `Catalogue.from_files(…)`. It never changes, so any
    number of environments may share it.

    Args:
        items: the products, as `json.load` returns the published file.
        attributes: asin → annotation, in the same way.
        human_instructions: asin → instructions written by people; without them the goals are
            synthetic, one per combination of a product's options.
        seed: draws the hidden prices, then the price limits, in the original's order.
        nouns: finds the nouns of a title for the reward; None: `reward.title_nouns`.
        options_rule: how `WebShopEnv` judges options here by default. This project chose "exact"
            for the shops of `builtin`; published files are judged by "original".

    Raises:
        CatalogueError: if the three do not form a shop with goals.
    """

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]],
        attributes: Mapping[str, Any],
        human_instructions: Mapping[str, Any] | None = None,
        seed: int = 0,
        nouns: Nouns | None = None,
        options_rule: OptionsRule = "original",
    ) -> None:
        rng = random.Random(seed)
        left_out: Counter[str] = Counter()
        self.products: Sequence[Product] = tuple(read_products(items, attributes, rng, left_out))
        for name, table in (("attributes", attributes), ("instructions", human_instructions)):
            if table is not None and not any(p.asin in table for p in self.products):
                raise strangers(name, len(self.products))
        if human_instructions is None:
            goals = synthetic_goals(self.products, attributes, rng)
        else:
            goals = human_goals(self.products, human_instructions, rng)
        if not goals:
            raise no_goals(len(self.products))
        self.goals: Sequence[Goal] = shuffled(goals)
        self.nouns: Nouns = nouns or title_nouns
        self.options_rule: OptionsRule = check_rule(options_rule)
        #: how many entries of the items file were left out, by the reason
        self.left_out: Mapping[str, int] = dict(left_out)
        self._prepared: Prepared | None = None
        self._sources: Sources | None = None
        # equal scores are ordered by asin, as in the original's index
        codes = [product.asin for product in self.products]
        self._by_code: Sequence[int] = sorted(range(len(codes)), key=codes.__getitem__)
        self._index = SearchIndex(self.products[number].text for number in self._by_code)

    @classmethod
    def builtin(cls, seed: int = 0, nouns: Nouns | None = None) -> Catalogue:
        """The shop that comes with the package; each seed makes another one."""
        from rememberer_lite.envs.webshop.builtin import make_shop

        return cls(*make_shop(seed), seed=seed, nouns=nouns, options_rule="exact")

    @classmethod
    def from_files(
        cls,
        items: str | Path,
        attributes: str | Path,
        human_instructions: str | Path | None = None,
        seed: int = 0,
        nouns: Nouns | None = None,
        index: bool | None = None,
        progress: bool = True,
        checksum: str | None = None,
    ) -> Catalogue:
        """A catalogue from the published files, plain or gzip; nothing is downloaded.

        The large ones (1.18 million products in 5.2 GB) are read entry by entry, and what was read
        is kept beside the items file, as "….prepared": with it the next call takes a second or
        two, and products and goals stay on disk until they are asked for. It is checked first, and
        built again, with a line in the log, if it is damaged or the files are others.

        Unlike the original, which holds all products in memory and asks a Lucene index that
        another program builds: the ranks are the same (`SearchIndex`).

        Args:
            items: `items_shuffle*.json`.
            attributes: `items_ins_v2*.json`.
            human_instructions: `items_human_ins.json`, or None for synthetic goals.
            seed: as in the class; 0 gives the same goals as seed 0 in the original.
            nouns: as in the class.
            index: keep the prepared file; None: if the items file has more than 10 MB, or 1 MB
                packed. False: all is in memory.
            progress: show a bar while a large file is read.
            checksum: the SHA-256 that the items file must have, in hexadecimal digits.

        Raises:
            CatalogueError: if a file is missing or damaged; the message names it and the fix.
        """
        paths = [as_path(items), as_path(attributes)]
        paths += [] if human_instructions is None else [as_path(human_instructions)]
        try:
            packed = [is_gzip(path) for path in paths]
            if checksum is not None:
                check_whole(paths[0], checksum)
            if index is None:
                index = paths[0].stat().st_size > (_LARGE_PACKED if packed[0] else _LARGE)
            human = None if human_instructions is None else paths[-1]
            if index:
                sources = Sources(paths[0], paths[1], human, seed)
                try:
                    return cls._of(prepared(sources, progress), sources, nouns)
                except StorageError as error:
                    log.warning("%s; until then all is kept in memory, and read each time", error)
            streamed = index or any(packed)
            products = list(entries(paths[0], progress)) if streamed else _read(paths[0], list)
            tables: list[Any] = [dict(pairs(p)) if streamed else _read(p, dict) for p in paths[1:]]
            return cls(products, tables[0], (*tables, None)[1], seed, nouns)
        except (CatalogueError, SearchError) as error:
            if any(shown(path) in str(error) for path in paths):
                raise
            raise CatalogueError(f"{', '.join(map(shown, paths))}: {error}") from error

    @classmethod
    def _of(cls, found: Prepared, sources: Sources, nouns: Nouns | None) -> Catalogue:
        shop = cls.__new__(cls)
        shop.products, shop.goals, shop._index = found.products, found.goals, found.index
        shop.nouns, shop.options_rule = nouns or title_nouns, "original"
        shop.left_out, shop._prepared, shop._sources = found.left_out, found, sources
        shop._by_code = found.by_code.tolist()
        return shop

    @cached_property
    def fingerprint(self) -> str:
        """Digits that identify this catalogue by its products and goals."""
        if self._prepared is not None:
            return self._prepared.fingerprint
        return fingerprint_of([*self.products, *map(goal_values, self.goals)])

    def search(self, query: str, rng: random.Random | None = None) -> tuple[Product, ...]:
        """The products that a query finds, best first.

        Besides words there are three special forms: `<c> category`, `<q> query class` (all of its
        products) and `<r>` (products at random, drawn by `rng`).

        Raises:
            SearchError: if a special form cannot be answered.
        """
        form, rest = read_query(query)
        if form == "<r>":
            rng = rng or random.Random(0)
            return tuple(rng.sample(self.products, min(MAX_HITS, len(self.products))))
        if form == "<c>":
            category = rest.split(" ")[0].strip()
            return self._of_kind("category", category)
        if form == "<q>":
            return self._of_kind("query", rest.strip())
        hits = self._index.search(query, MAX_HITS)
        return tuple(self.products[self._by_code[position]] for position, _ in hits)

    def _of_kind(self, kind: Literal["category", "query"], name: str) -> tuple[Product, ...]:
        """The products of a department or a class, in the order of the file."""
        if self._prepared is None:
            return tuple(p for p in self.products if getattr(p, kind) == name)
        return tuple(self.products[number] for number in self._prepared.of_kind(kind, name))

    def __reduce__(self) -> Any:
        """A catalogue on disk is opened again by a worker; any other one is sent."""
        if self._sources is None:
            return super().__reduce__()
        again = partial(Catalogue.from_files, index=True, progress=False)
        return again, (*self._sources, self.nouns)

    def __copy__(self) -> Catalogue:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Catalogue:
        return self  # immutable: copies of an environment share it

    def __len__(self) -> int:
        return len(self.products)

    def __repr__(self) -> str:
        return f"Catalogue({len(self.products)} products, {len(self.goals)} goals)"


def _read(path: str | Path, kind: type) -> Any:
    """A JSON file of the given kind; any trouble names the file and the fix."""
    expected = "a list of products" if kind is list else "an object with asins as keys"
    try:
        value = read_json(path, expected)
    except StorageError as error:
        raise CatalogueError(f"{error}; {_SOURCE}; or use Catalogue.builtin()") from error
    if not isinstance(value, kind) or not value:
        raise CatalogueError(
            f"{shown(path)} is empty or not a catalogue file: it should hold {expected}; {_SOURCE}"
        )
    return value
