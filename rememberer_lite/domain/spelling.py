"""Actions as models write them, and the action of the grammar or the page that they mean."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from rememberer_lite.text import alike

#: what models put around an action, or around the text in its brackets
_DECORATION = "`*_\"'“”‘’„‚«» \t\u00a0"
_OPENING, _CLOSING = "[(［（【〔", "])］）】〕"
# `*+`: in a word of 10,000 underscores the verb ends at one place, not at each of them
_WRITTEN = re.compile(
    rf"(?P<verb>[^\W\d]\w*+(?:[ -]\w++)?)[*`]{{0,3}}\s?[{re.escape(_OPENING)}]"
    rf"(?P<inside>.*)[{re.escape(_CLOSING)}](?P<rest>.*)",
    re.DOTALL,
)


def respell(action: str, forms: Iterable[str]) -> str:
    """The action with its verb and brackets as the grammar writes them; otherwise unchanged.

    Args:
        action: as a model wrote it.
        forms: of the grammar, such as "search[words]" or "GOBACK".

    >>> respell("**Search【red mug】**", ["search[words]"])
    'search[red mug]'
    >>> respell("Go back()", ["GOBACK"])
    'GOBACK'
    """
    text = action.strip()
    heads = {re.split(r"(?<=[\[(])", form)[0]: form for form in forms}
    if any(text.startswith(head) for head in heads):
        return text  # already as the grammar writes it
    text = text.strip(_DECORATION)
    verbs = {plain_verb(head.strip("[(")): head for head in heads}
    head = verbs.get(plain_verb(text), "")
    if head and head[-1] not in "[(":
        return head
    written = _WRITTEN.match(text)
    head = verbs.get(plain_verb(written["verb"]), "") if written else ""
    if written is None or not head or head[-1] not in "[(":
        return action.strip()
    closing = "]" if head[-1] == "[" else ")"
    return f"{head}{written['inside'].strip()}{closing}{written['rest'].rstrip(_DECORATION)}"


def plain_verb(text: str) -> str:
    """A verb without case, spaces and empty brackets: what `GOBACK` and `Go back()` share."""
    return re.sub(r"[\s_.-]+|\(\s*\)|\[\s*\]", "", alike(text.strip(_DECORATION)))


def meant(action: str, possible: Sequence[str]) -> str | None:
    """The one action among the possible ones that is meant; None if it is not one, or several.

    If none is spelled so, `_`, `+` and `-` between words count as spaces, and `%20` as one.

    >>> meant('click["Buy Now"]', ["click[buy now]", "click[< prev]"])
    'click[buy now]'
    """
    for key in (_key, _loose_key):
        wanted = key(action)
        found = [other for other in possible if key(other) == wanted]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def plain_arguments(action: str) -> str:
    """The action without names of arguments, quotation marks around them, and codes of addresses.

    >>> plain_arguments('search(query="red mug")'), plain_arguments('INPUT("2", text="tea")')
    ('search[red mug]', 'INPUT[2, tea]')
    """
    written = _WRITTEN.match(action)
    if written is None:
        return action
    inside = _argument(written["inside"])
    first, comma, other = written["inside"].partition(",")
    number = _argument(first).removeprefix("#")
    if number.isdecimal():  # of an element
        inside = f"{number}, {_argument(other)}" if comma else number
    if inside == written["inside"].strip():
        return action
    return f"{written['verb']}[{inside}]{written['rest']}"


def _argument(text: str) -> str:
    text = text.strip()
    found = re.fullmatch(
        r"(?:[A-Za-z_]\w*\s?[=:]\s?)?(?:(?P<mark>[\"'“‘`])(?P<text>.+)[\"'”’`])", text, re.DOTALL
    )
    if found and found["mark"] not in found["text"]:
        return found["text"].strip()
    named = re.fullmatch(r"[A-Za-z_]\w*\s?=\s?(#?\d{1,9})", text)
    return named[1] if named else text if " " in text else _decoded(text)


def _decoded(text: str) -> str:
    """A text in the code of addresses (`red%20mug`) as it is meant."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _key(action: str) -> tuple[str, str]:
    written = _WRITTEN.match(action.strip(_DECORATION))
    if written is None:
        return plain_verb(action), ""
    inside = alike(html.unescape(written["inside"]).strip(_DECORATION + "[](){}<>"))
    return plain_verb(written["verb"]), inside.strip(_DECORATION)


def _loose_key(action: str) -> tuple[str, str]:
    verb, inside = _key(action)
    words = re.sub(r"(?<=[^\W_])[+-](?=[^\W_])", " ", _decoded(inside).replace("_", " "))
    return verb, " ".join(words.split())
