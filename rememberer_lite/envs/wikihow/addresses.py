"""The addresses of pages: the app logs them, and the patterns of tasks are matched against them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote_plus

ROOT = "https://www.wikihow.com/"
ABOUT = ROOT + "wikiHow:Delivering-a-Trustworthy-Experience"
#: what the app appends to the address of an article, and after that for its reference list
APP_SUFFIX, REFERENCES = "?wh_an=1&amp=1", "#References"


@lru_cache(maxsize=10_000)
def slug(title: str) -> str:
    """A title as it is written in an address.

    >>> slug("Trudi Griffin, LPC, MS"), slug("Buy Stocks (for Beginners)")
    ('Trudi-Griffin-LPC-MS', 'Buy-Stocks-(for-Beginners)')
    """
    return re.sub(r"\s+", "-", title.replace(",", "").strip())


def search_address(words: str) -> str:
    """The address of a search: lower case, as the app's keyboard has no capitals."""
    query = quote_plus(words.lower(), errors="replace")  # half a surrogate pair has no UTF-8
    return f"{ROOT}wikiHowTo?search={query}"


def article_address(title: str) -> str:
    """The address of an article as the app opens it."""
    return ROOT + slug(title) + APP_SUFFIX


def category_address(name: str) -> str:
    """The address of a category's page."""
    return ROOT + "Category:" + slug(name)


def author_address(name: str) -> str:
    """The address of an author's page."""
    return ROOT + "Author/" + slug(name)
