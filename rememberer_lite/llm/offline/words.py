"""The little English that the offline stand-in knows: which words carry a request."""

from __future__ import annotations

import re
from functools import lru_cache

#: articles, pronouns, prepositions, and the verbs in which requests are made
_STOP_WORDS = """
a about access also am an and any are as at be but by can check could do does find first for from
get give has have hello help hi how i i'd i'm if im in interested into is it it's its just learn
like look looking make me mine must my need of ok on one or our pick please search see should
 show so some something than that the their them then there these they this to up want was
we what which why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_LIMIT = re.compile(
    r"\b(?:lower|less|fewer|cheaper|under|below|at most|up to)"
    r"(?:\s+than)?\s+\$?(\d[\d,]*(?:\.\d+)?)(?:\s*dollars)?",
    re.IGNORECASE,
)
# ", and price" before it; looked for in a few characters, for else each word would be tried
_LIMITED = re.compile(r",?\s*(?:and\s+)?\w+\s+$", re.IGNORECASE)
_NEAR = 80
_AMOUNT = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its plural or possessive ending."""
    word = word.removesuffix("'s").removesuffix("’s")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order, each once."""
    return tuple(dict.fromkeys(stem(word) for word in keywords(text)))


@lru_cache(maxsize=8192)
def keywords(text: str) -> tuple[str, ...]:
    """The words that carry meaning, unchanged and in order."""
    return tuple(word for word in tokens(_without_limit(text)) if word not in STOP_WORDS)


def _without_limit(text: str) -> str:
    """The text without what sets a limit, such as ", and price lower than 40.00 dollars"."""
    pieces, position = [], 0
    for match in _LIMIT.finditer(text):
        near = max(position, match.start() - _NEAR)
        limited = _LIMITED.search(text, near, match.start())
        pieces += [text[position : limited.start() if limited else match.start()], " "]
        position = match.end()
    return "".join([*pieces, text[position:]])


def tokens(text: str) -> list[str]:
    """All words, in lower case."""
    return _WORD.findall(text.lower())


def filler(text: str) -> float:
    """The share of words that carry no meaning."""
    found = tokens(text)
    return 1 - len(keywords(text)) / len(found) if found else 0.0


def limit(text: str) -> float | None:
    """The number that a request sets as a limit: "lower than 40.00 dollars" → 40."""
    match = _LIMIT.search(text)
    return float(match[1].replace(",", "")) if match else None


def amount(text: str) -> float | None:
    """The first sum of money in a text."""
    match = _AMOUNT.search(text)
    return float(match[1].replace(",", "")) if match else None


def opening(text: str) -> str:
    """The first line."""
    return text.strip().split("\n", 1)[0]


def quoted(text: str) -> list[str]:
    """The texts in quotation marks."""
    return re.findall(r'"([^"]+)"', text)
