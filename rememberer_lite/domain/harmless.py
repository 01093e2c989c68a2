"""Texts of a page, written so that no reader of a prompt takes them for an action."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from rememberer_lite.domain.notations import HEAD, QUOTES, USUAL_VERBS, mentions, written
from rememberer_lite.domain.spelling import plain_verb

#: what may be between an action and its value
_TO_VALUE = re.compile(r"[-=–—~]{1,3}>|[→⇒⟶⟹➔➜►]|[:=(\s]\s{0,3}[-+−–]?\.?\d")
#: characters up to which the answer for a line is kept: pages repeat their lines
_KEPT = 300


def harmless(line: str, forms: Iterable[str] = ()) -> str:
    """A line of a page in a prompt, which no reader takes for an action.

    A product may be called `click[buy now] -> 9`. The first character of such a name is written as
    `\\uXXXX`, as in JSON; any other line is left unchanged.

    Args:
        line: one line of text from outside.
        forms: the actions of the grammar, such as "search[words]" and "GOBACK"; the usual verbs
            are known without them.

    >>> print(harmless("click[buy now] -> 9"), harmless("Click here"))
    \\u0063lick[buy now] -> 9 Click here
    """
    known = _harmless if len(line) <= _KEPT else _harmless.__wrapped__
    return known(line, tuple(forms))


@lru_cache(maxsize=20_000)
def _harmless(line: str, forms: tuple[str, ...]) -> str:
    heads = {*USUAL_VERBS, *(re.split(r"[\[(]", form)[0] for form in forms)}
    may_begin = mentions(line, heads) or line.isupper() or "()" in line  # GO BACK, Go back()
    names = {plain_verb(form) for form in forms if form.isidentifier()}  # of whole actions
    if _is_named(line, names) or (may_begin and _begins(line, heads)):
        return disarmed(line)
    return line


def disarmed(line: str) -> str:
    """The line with its first letter or digit, and all braces, as `\\uXXXX`.

    >>> print(disarmed("{{click[x]"))
    \\u007b\\u007b\\u0063lick[x]
    """
    plain = line.replace("{", "\\u007b")
    first = re.search(r"[^\W_]", plain.replace("\\u007b", "______"))
    if first is None:
        return plain
    at = first.start()
    return f"{plain[:at]}\\u{ord(plain[at]):04x}{plain[at + 1 :]}"


def _begins(line: str, heads: Collection[str]) -> bool:
    """Whether a line may be taken for an action of these verbs; sooner yes than no."""
    if "{" in line or written(line, heads):
        return True
    text = _without_head(line)
    plain = {plain_verb(name) for name in heads}
    verb = re.match(r"\w+", text)
    behind = text[verb.end() :].lstrip(QUOTES + "\\") if verb else ""
    named = verb is not None and plain_verb(verb[0]) in plain
    return named and bool(re.match(r"[^\w\s]|[-+−–]?\.?\d", behind))


def _is_named(line: str, names: Collection[str]) -> bool:
    """Whether a line is one of these actions, but for marks around it and a value behind it."""
    text = _without_head(line)
    if plain_verb(text) in names or plain_verb(line.strip(QUOTES)) in names:
        return True
    whole, *value = _TO_VALUE.split(text, maxsplit=1)
    words = re.search(r"\w(?:.*\w)?", whole, re.DOTALL)  # without the marks around them
    return (
        words is not None
        and plain_verb(words[0]) in names
        and bool(value or whole.isupper() or re.search(r"[^\w\s]", whole))
    )


def _without_head(line: str) -> str:
    """The line without bullets, numbers and the like before it."""
    text = line.strip(QUOTES)
    head = HEAD.match(text)
    return text[head.end() :].strip(QUOTES) if head else text
