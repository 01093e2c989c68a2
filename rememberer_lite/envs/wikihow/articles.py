"""The contents of a wiki: articles, categories and authors, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from rememberer_lite.envs.wikihow.addresses import slug


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """A part (or method) of an article: a heading and its steps, (bold sentence, the rest)."""

    heading: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One how-to. `title` is without the words "How to"."""

    title: str
    category: str
    authors: tuple[str, ...]
    intro: str = ""
    parts: tuple[ArticlePart, ...] = ()
    references: tuple[str, ...] = ()
    views: int = 0
    age: str = "1 year ago"  # since the last update, as a search shows it
    updated: str = "March 1, 2021"
    badge: str = ""  # "Approved", "Tested" or none
    expert: bool = False
    methods: bool = False  # its parts are called methods
    tall_images: bool = True
    related: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The last part of the article's address.

        >>> Article("Apply CC Cream", "Makeup", ("A",)).slug
        'Apply-CC-Cream'
        """
        return slug(self.title)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of articles; `parent` is empty for the upper level."""

    name: str
    parent: str = ""
    notice: bool = False  # a notice of the site is above its name


@dataclass(frozen=True, slots=True)
class Author:
    """A writer; members of staff have no job."""

    name: str
    job: str = ""
    biography: str = ""
