"""The addresses of pages: what the app logs, and what the patterns of tasks are matched with."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote_plus

ROOT = "https://www.wikihow.com/"
ABOUT = ROOT + "wikiHow:Delivering-a-Trustworthy-Experience"
#: what the app appends to the address of an article and, for its reference list, after that
APP_SUFFIX, REFERENCES = "?wh_an=1&amp=1", "#References"


@lru_cache(maxsize=10_000)
def slug(title: str) -> str:
    """A title as it stands in an address.

    >>> slug("Trudi Griffin, LPC, MS"), slug("Buy Stocks (for Beginners)")
    ('Trudi-Griffin-LPC-MS', 'Buy-Stocks-(for-Beginners)')
    """
    return re.sub(r"\s+", "-", title.replace(",", "").strip())


def search_address(words: str) -> str:
    """The address of a search: lower case, as the app's keyboard has no capitals."""
    return f"{ROOT}wikiHowTo?search={quote_plus(words.lower())}"


def article_address(title: str) -> str:
    """The address of an article as the app opens it."""
    return ROOT + slug(title) + APP_SUFFIX


def category_address(name: str) -> str:
    """The address of a category's page."""
    return ROOT + "Category:" + slug(name)


def author_address(name: str) -> str:
    """The address of an author's page."""
    return ROOT + "Author/" + slug(name)
