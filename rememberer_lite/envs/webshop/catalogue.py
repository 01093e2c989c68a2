"""The shop's catalogue: products, search index and goals, immutable once made."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rememberer_lite.envs.search import SearchError, SearchIndex
from rememberer_lite.envs.webshop.goals import Goal, human_goals, shuffled, synthetic_goals
from rememberer_lite.envs.webshop.products import CatalogueError, Product, read_products
from rememberer_lite.envs.webshop.reward import Nouns, title_nouns

#: at most so many products are found
MAX_HITS = 50
_SOURCE = "the files are published by the WebShop project (princeton-nlp/WebShop)"


class Catalogue:
    """Products, goals and the search over them.

    Make one with `Catalogue.builtin()` or `Catalogue.from_files(…)`. It never changes, so any
    number of environments may share it.

    Args:
        items: the products, as json.load gives the published file.
        attributes: asin → annotation, likewise.
        human_instructions: asin → instructions written by people; without them the goals are
            synthetic, one per combination of a product's options.
        seed: draws the hidden prices, then the price limits, in the original's order.
        nouns: finds the nouns of a title for the reward; None: `reward.title_nouns`.

    Raises:
        CatalogueError: where the three do not make a shop with goals.
    """

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]],
        attributes: Mapping[str, Any],
        human_instructions: Mapping[str, Any] | None = None,
        seed: int = 0,
        nouns: Nouns | None = None,
    ) -> None:
        rng = random.Random(seed)
        self.products: tuple[Product, ...] = read_products(items, attributes, rng)
        for name, table in (("attributes", attributes), ("instructions", human_instructions)):
            if table is not None and not any(p.asin in table for p in self.products):
                raise CatalogueError(
                    f"the {name} speak of none of the {len(self.products)} products: "
                    "give files that belong together"
                )
        if human_instructions is None:
            goals = synthetic_goals(self.products, attributes, rng)
        else:
            goals = human_goals(self.products, human_instructions, rng)
        if not goals:
            raise CatalogueError(
                f"no goals: none of the {len(self.products)} products has an instruction with "
                "attributes; give files that belong together"
            )
        self.goals: tuple[Goal, ...] = shuffled(goals)
        self.nouns: Nouns = nouns or title_nouns
        # equal scores are ordered by asin, as in the original's index
        self._by_asin = sorted(self.products, key=lambda product: product.asin)
        self._index = SearchIndex([product.text for product in self._by_asin])

    @classmethod
    def builtin(cls, seed: int = 0, nouns: Nouns | None = None) -> Catalogue:
        """The shop that comes with the package; each seed makes another one."""
        from rememberer_lite.envs.webshop.builtin import make_shop

        return cls(*make_shop(seed), seed=seed, nouns=nouns)

    @classmethod
    def from_files(
        cls,
        items: str | Path,
        attributes: str | Path,
        human_instructions: str | Path | None = None,
        seed: int = 0,
        nouns: Nouns | None = None,
    ) -> Catalogue:
        """A catalogue from the published files; nothing is downloaded.

        Args:
            items: `items_shuffle*.json`.
            attributes: `items_ins_v2*.json`.
            human_instructions: `items_human_ins.json`, or None for synthetic goals.
            seed: as in the class; 0 gives the goals that the original gives with seed 0.
            nouns: as in the class.

        Raises:
            CatalogueError: names the file and the fix.
        """
        paths = [Path(p) for p in (items, attributes, human_instructions) if p is not None]
        products = _read(paths[0], list)
        annotations = _read(paths[1], dict)
        instructions = _read(paths[2], dict) if human_instructions is not None else None
        try:
            return cls(products, annotations, instructions, seed, nouns)
        except (CatalogueError, SearchError) as error:
            raise CatalogueError(f"{', '.join(map(str, paths))}: {error}") from error

    def search(self, query: str, rng: random.Random | None = None) -> tuple[Product, ...]:
        """The products that a query finds, best first.

        Beside words there are three special forms: `<c> category`, `<q> query class` (all of its
        products) and `<r>` (products at random, drawn by `rng`).

        Raises:
            SearchError: for a special form that cannot be answered.
        """
        form, _, rest = query.partition(" ")
        if form == "<r>":
            rng = rng or random.Random(0)
            return tuple(rng.sample(self.products, min(MAX_HITS, len(self.products))))
        if form == "<c>":
            category = rest.split(" ")[0].strip()
            if not rest:
                raise SearchError("<c> needs a category: write search[<c> beauty]")
            return tuple(p for p in self.products if p.category == category)
        if form == "<q>":
            return tuple(p for p in self.products if p.query == rest.strip())
        if form == "<a>":
            raise SearchError("<a> searches are not supported: search for the attribute's words")
        return tuple(self._by_asin[position] for position, _ in self._index.search(query, MAX_HITS))

    def __copy__(self) -> Catalogue:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Catalogue:
        return self  # immutable: copies of an environment share it

    def __len__(self) -> int:
        return len(self.products)

    def __repr__(self) -> str:
        return f"Catalogue({len(self.products)} products, {len(self.goals)} goals)"


def _read(path: Path, kind: type) -> Any:
    """A JSON file of the given kind; any trouble names the file and the fix."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CatalogueError(
            f"{path} does not exist: {_SOURCE}; or use Catalogue.builtin()"
        ) from error
    except (OSError, ValueError) as error:
        raise CatalogueError(
            f"{path} cannot be read ({error}): fetch it again; {_SOURCE}"
        ) from error
    if not isinstance(value, kind) or not value:
        expected = "a list of products" if kind is list else "an object with asins as keys"
        raise CatalogueError(f"{path} is empty or no catalogue file: it should hold {expected}")
    return value
