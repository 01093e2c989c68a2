"""Values checked against type hints: what a type checker does for code, done at run time."""

from __future__ import annotations

import math
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

#: sums of larger numbers lose their last digits, or are infinite
LARGEST = 1e15
_PLAIN = {
    str: "a text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    NoneType: "None",
}


def fault(value: object, hint: Any, where: str) -> str:
    """What is wrong with a value, and what it may be instead; "" if it matches its hint.

    Supports texts, numbers, None, `Literal`, unions, tuples and `TypedDict`.

    >>> fault("bleu", Literal["red", "blue"], "colour")
    "colour is 'bleu'; choose one of 'red', 'blue'"
    >>> fault((("red", 2.5),), tuple[tuple[str, int], ...], "paint")
    'paint[0][1] is 2.5; give a whole number'
    """
    if is_typeddict(hint):
        return _fault_of_options(value, hint, where)
    if get_origin(hint) is tuple:
        return _fault_of_tuple(value, hint, where)
    if isinstance(value, int | float) and abs(value) > LARGEST:
        return f"{where} is too large a number; give one of at most {LARGEST:g}"
    return "" if _fits(value, hint) else f"{where} is {value!r:.80}; {_wanted(hint)}"


def _fault_of_options(value: object, hint: Any, where: str) -> str:
    hints = _hints(hint)
    if not isinstance(value, dict):
        return f"{where} is {value!r:.80}; give a dictionary with any of {', '.join(hints)}"
    for name in sorted(hint.__required_keys__ - value.keys()):
        return f"{where} has no {name!r}"
    for name, option in value.items():
        if name not in hints:
            return f"{where} holds {name!r}; choose from {', '.join(hints)}"
        if found := fault(option, hints[name], f"{where}[{name!r}]"):
            return found
    return ""


def _fault_of_tuple(value: object, hint: Any, where: str) -> str:
    parts = get_args(hint)
    if not isinstance(value, tuple):
        return f"{where} is {value!r:.80}; give a tuple"
    if parts[-1] is Ellipsis:
        parts = (parts[0],) * len(value)
    if len(value) != len(parts):
        return f"{where} is {value!r:.80}; give {len(parts)} values"
    pairs = zip(value, parts, strict=True)
    faults = (fault(part, of, f"{where}[{i}]") for i, (part, of) in enumerate(pairs))
    return next((found for found in faults if found), "")


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, part) for part in get_args(hint))
    if get_origin(hint) is Literal:
        return isinstance(value, str) and value in get_args(hint)
    if hint in (int, float) and isinstance(value, bool):  # Python counts it as a number
        return False
    if hint is float:
        return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return isinstance(value, hint)


def _wanted(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"choose one of {', '.join(map(repr, get_args(hint)))}"
    if get_origin(hint) in (Union, UnionType):
        return f"give {' or '.join(map(_described, get_args(hint)))}"
    return f"give {_described(hint)}"


def _described(hint: Any) -> str:
    return " or ".join(map(repr, get_args(hint))) if get_args(hint) else _PLAIN[hint]


@cache
def _hints(options: Any) -> dict[str, Any]:
    return get_type_hints(options)
