"""The wiki: articles, categories and authors, with addresses and a search.

A `Site` never changes. What an environment shows of it is in `pages.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rememberer_lite.envs.fingerprint import fingerprint_of
from rememberer_lite.envs.search import SearchIndex
from rememberer_lite.envs.wikihow.addresses import slug
from rememberer_lite.envs.wikihow.articles import Article, Author, Category
from rememberer_lite.state import RemembererError

if TYPE_CHECKING:
    from rememberer_lite.envs.wikihow.tasks import Task

HITS = 20  # how many articles one search shows


class SiteError(RemembererError):
    """A site that cannot be built or does not hold what was asked for."""


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that the simulated app can show.

    Args:
        articles: with different titles.
        categories: the upper ones (parent "") and those below them.
        authors: everyone named by an article.

    Raises:
        SiteError: if an article names a missing category or author, or a title or name is used
            twice.

    >>> site = Site.builtin(seed=0)
    >>> len(site.articles) >= 300, len(site.categories) >= 30, len(site.authors) >= 40
    (True, True, True)
    """

    articles: tuple[Article, ...]
    categories: tuple[Category, ...]
    authors: tuple[Author, ...]
    _hits: dict[str, tuple[Article, ...]] = field(default_factory=dict, repr=False)
    #: pages that were laid out already (see `pages.page`)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.articles:
            raise SiteError("a site needs at least one article; Site.builtin() makes one")
        for what, names in (
            ("article", [slug(a.title) for a in self.articles]),
            ("category", [c.name for c in self.categories]),
            ("author", [a.name for a in self.authors]),
        ):
            if len(set(names)) < len(names):
                twice = next(
                    name for position, name in enumerate(names) if name in names[:position]
                )
                raise SiteError(f"{what} {twice!r} appears twice: give each its own name")
        for article in self.articles:
            missing = [n for n in article.authors if n not in self.author_of]
            if article.category not in self.category_of or missing or not article.authors:
                raise SiteError(
                    f"article {article.title!r} needs a category and authors of the site: add "
                    f"category {article.category!r} or authors {missing or 'at least one'}"
                )

    @classmethod
    def builtin(cls, seed: int = 0) -> Site:
        """An invented site; each seed gives another one from the same building blocks."""
        from rememberer_lite.envs.wikihow.builtin import make_site

        return cls(*make_site(seed))

    @classmethod
    def for_tasks(cls, tasks: Iterable[Task], seed: int = 0) -> Site:
        """A site that holds what the tasks name, and similar articles (`builtin/fitting.py`)."""
        from rememberer_lite.envs.wikihow.builtin import fit_site

        return cls(*fit_site(list(tasks), seed))

    def __deepcopy__(self, memo: dict[int, Any]) -> Site:
        """Itself: it never changes, so environments can be copied cheaply."""
        return self

    def __repr__(self) -> str:
        return (
            f"Site({len(self.articles)} articles, {len(self.categories)} categories, "
            f"{len(self.authors)} authors)"
        )

    @cached_property
    def fingerprint(self) -> str:
        """Digits that identify this site by its contents."""
        return fingerprint_of([*self.articles, *self.categories, *self.authors])

    @cached_property
    def article_of(self) -> dict[str, Article]:
        """Slug → article."""
        return {article.slug: article for article in self.articles}

    @cached_property
    def category_of(self) -> dict[str, Category]:
        """Name → category."""
        return {category.name: category for category in self.categories}

    @cached_property
    def author_of(self) -> dict[str, Author]:
        """Name → author."""
        return {author.name: author for author in self.authors}

    @cached_property
    def _shelves(self) -> dict[str, tuple[Article, ...]]:
        shelves: dict[str, list[Article]] = {category.name: [] for category in self.categories}
        for article in self.articles:
            shelves[article.category].append(article)
            parent = self.category_of[article.category].parent
            if parent:
                shelves[parent].append(article)
        return {
            name: tuple(sorted(shelf, key=lambda a: (-a.expert, -a.views, a.title)))
            for name, shelf in shelves.items()
        }

    def shelf(self, category: str) -> tuple[Article, ...]:
        """The articles of a category and of those below it: experts' first, then by views."""
        return self._shelves[category]

    def below(self, category: str) -> tuple[Category, ...]:
        """The categories below this one."""
        return tuple(c for c in self.categories if c.parent == category)

    @cached_property
    def _works(self) -> dict[str, tuple[Article, ...]]:
        works: dict[str, list[Article]] = {author.name: [] for author in self.authors}
        for article in self.articles:
            for name in article.authors:
                works[name].append(article)
        return {name: tuple(sorted(w, key=lambda a: -a.views)) for name, w in works.items()}

    def works(self, author: str) -> tuple[Article, ...]:
        """An author's articles, the most viewed first."""
        return self._works[author]

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex([f"{article.title}. {article.intro}" for article in self.articles])

    def search(self, words: str) -> tuple[Article, ...]:
        """The best articles for some words: BM25 over titles and intros."""
        if words not in self._hits:
            if (
                len(self._hits) >= 10_000
            ):  # an endless stream of queries must not exhaust the memory
                self._hits.clear()
            found = self._index.search(words, HITS)
            self._hits[words] = tuple(self.articles[position] for position, _ in found)
        return self._hits[words]
