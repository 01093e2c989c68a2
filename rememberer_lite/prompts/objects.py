"""Replies written as JSON, whole or somewhere in the text, as lines `action -> value reason`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from rememberer_lite.storage.plain_json import MOST_LEVELS, nests_deeper
from rememberer_lite.text import escape_action

_DEEPEST = 6
#: how many objects of a reply are read
_MOST = 20
# where an object begins: at the head of a line, or behind a few words
_BEGINS = re.compile(r"^[^\[({\n]{0,60}(?=\{|(?<!\w)\[\s*\{)", re.MULTILINE)
_PAIR = re.compile(
    r"""["']?(?P<key>\w{1,20})["']?\s{0,9}:\s{0,9}"""
    r"""(?:"(?P<text>(?:[^"\\\n]|\\.)*+)"|'(?P<single>(?:[^'\\\n]|\\.)*+)'"""
    r"""|(?P<number>[-+]?\d{1,20}(?:\.\d{1,20})?))"""
)
_ACTION: tuple[str, ...] = (
    *("action", "next_action", "final_action", "best_action", "answer", "final_answer"),
    *("encouraged", "encouraged_action", "name", "tool", "function", "command"),
)
_VALUE: tuple[str, ...] = (
    *("value", "expected_value", "q", "q_value", "expected_return", "return", "score"),
    *("expected_reward", "confidence", "estimated_value", "action_value"),
)
_REASON = ("reason", "reasoning", "explanation", "rationale", "because", "why")
_INSIDE: tuple[str, ...] = (
    *("action_input", "argument", "arguments", "args", "parameter", "parameters", "input"),
    *("target", "element", "query", "keywords", "text", "label", "button"),
)
# an action that is a whole line already: "click[a] -> 0.5 it fits"
_WHOLE_LINE = re.compile(r"\w+\s?[\[(][^\n]*[\])]\s*(?:->|=>|→|:)\s*[-+]?\.?\d[^\n\])]*")
_NO_ANSWER = re.compile(r"discouraged|avoid|possible|available|thought|thinking|observation|page")


def action_lines(text: str) -> str:
    """The text with each object as the line that it means; anything else stays.

    >>> action_lines('{"action": "click[a]", "value": 0.5}')
    'click[a] -> 0.5'
    >>> action_lines('Sure: {"action": "search", "action_input": "red mug"}')
    'search[red mug]'
    >>> action_lines("click[a] -> 0.5")
    'click[a] -> 0.5'
    """
    if "{" not in text:
        return text
    parts: list[str] = []
    written = position = 0
    for _ in range(_MOST):
        begin = _BEGINS.search(text, position)
        if begin is None:
            break
        said, position = _read(text, begin.end())
        if lines := list(_lines(said)):
            parts += [text[written : begin.start()].rstrip(), *lines]
            written = position
    return "\n".join(part for part in (*parts, text[written:]) if part) if parts else text


def _read(text: str, start: int) -> tuple[Any, int]:
    """The object that begins there, and where it ends."""
    if not nests_deeper(text[start:], MOST_LEVELS):
        with suppress(ValueError):
            return json.JSONDecoder().raw_decode(text, start)
    # Cut off, or with quotes of another kind: what is on its lines as far as it can be read.
    found: dict[str, Any] = {}
    stop = text.find("\n\n", start)
    stop = min(len(text) if stop < 0 else stop, start + 2000)
    for pair in _PAIR.finditer(text, start + 1, stop):
        found.setdefault(pair["key"], pair["text"] or pair["single"] or pair["number"])
    return found, stop if found else start + 1


def _lines(said: Any, depth: int = 0) -> Iterator[str]:
    """One line for each decision in it."""
    if depth > _DEEPEST:
        return
    if isinstance(said, list):
        for item in said[:_MOST]:
            yield from _lines(item, depth + 1)
    if not isinstance(said, dict):
        return
    named = {
        str(key).lower().strip().replace(" ", "_").replace("-", "_"): said[key] for key in said
    }
    action = _first(named, _ACTION)
    if isinstance(action, str) and action.strip():
        yield _line(action, named)
        return
    for key, value in list(said.items())[:_MOST]:
        if re.fullmatch(r"\w+[\[(].*[\])]", key) and _number(value):
            yield f"{escape_action(key)} -> {_number(value)}"  # {"click[a]": 0.5}
        elif isinstance(value, (dict, list)) and not _NO_ANSWER.search(key.lower()):
            yield from _lines(value, depth + 1)


def _line(action: str, named: dict[str, Any]) -> str:
    """`action -> value reason`."""
    if re.fullmatch(r"[A-Za-z]\w*", action.strip()):
        inside = _first(named, _INSIDE)
        if isinstance(inside, dict) and len(inside) == 1:
            inside = next(iter(inside.values()))
        if isinstance(inside, (str, int)) and str(inside).strip():
            action = f"{action.strip()}[{inside}]"
    elif _WHOLE_LINE.fullmatch(action.strip()):
        return action.strip()
    value = _number(_first(named, _VALUE))
    reason = _first(named, _REASON)
    words = " ".join(reason.split()) if isinstance(reason, str) else ""
    return f"{escape_action(action)}{f' -> {value}' if value else ''} {words}".rstrip()


def _first(named: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((named[key] for key in keys if named.get(key) is not None), None)


def _number(value: Any) -> str:
    """The value as text; "" if it is not a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value) if abs(value) < 1e300 else ""
    return value.strip() if isinstance(value, str) and re.match(r"\s*[-+]?\.?\d", value) else ""
