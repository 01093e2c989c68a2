"""What a learner's function returned: compared, named and shown, without running its code.

A value may be anything: a list that contains itself, a class that equals everything, a number of
a million digits. So nothing here calls a method that a learner may have written: a subclass of
`list` is read as the list that it is, and an object of an unknown class is only named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import numpy as np

#: lists within lists: no right answer is this deep
DEEPEST = 60
#: characters of a value that are shown
ROOM = 400
#: characters of a value that are compared to see where two texts differ
WHOLE = 20_000
#: modules whose classes write themselves out in a way that ends
_KNOWN = ("builtins", "random", "fractions", "decimal", "datetime", "pathlib", "rememberer_lite")
_SEQUENCE = (list, tuple, np.ndarray)
_NAME = type.__dict__["__name__"].__get__  # whatever a metaclass says
_MODULE = type.__dict__["__module__"].__get__


def same(a: Any, b: Any, depth: int = 0) -> bool:
    """Equal; numbers within 1e-9, sequences and mappings part by part.

    >>> same([0.1 + 0.2, "a"], (0.3, "a")), same([1.0], [1.0, 2.0]), same(None, 0.0)
    (True, False, False)
    >>> same([float("nan")], [float("nan")]), same(float("nan"), 0.0)
    (True, False)
    """
    if depth > DEEPEST:
        return False
    a, b = _unpacked(a), _unpacked(b)
    one, other = family(a), family(b)
    if one != other:
        return False
    if one == "None":
        return True
    if one == "a number":
        return _near(_number(a), _number(b))
    if one == "a text":
        return bool(str.__str__(a) == str.__str__(b))
    if one == "a list":
        return _length(a) == _length(b) and all(
            same(x, y, depth + 1) for x, y in zip(_parts(a), _parts(b), strict=True)
        )
    if one == "a dict":
        mine, theirs = _by_key(a), _by_key(b)
        return mine.keys() == theirs.keys() and all(
            same(mine[key], theirs[key], depth + 1) for key in mine
        )
    if one == "a set":
        return bool(_plain(a) == _plain(b))
    if type(a) is not type(b):
        return False
    try:
        return bool(a == b)
    except Exception:  # a class's own __eq__ that does not know itself
        return False


def lists_for_tuples(answer: Any, right: Any, depth: int = 0) -> bool:
    """Whether a list is where the right value, the same in all else, has a tuple.

    >>> lists_for_tuples([[1, 2]], [(1, 2)]), lists_for_tuples(([1], 2), ([1], 2))
    (True, False)
    """
    if depth > DEEPEST:
        return False
    if family(right) == "a dict":
        mine, theirs = _by_key(answer), _by_key(right)
        return any(lists_for_tuples(mine[key], theirs[key], depth + 1) for key in theirs)
    if family(right) != "a list":
        return False
    if issubclass(type(right), tuple) and issubclass(type(answer), list):
        return True
    pairs = zip(_parts(answer), _parts(right), strict=True)
    return any(lists_for_tuples(one, other, depth + 1) for one, other in pairs)


def family(value: Any) -> str:
    """The kind of a value, in the words of a diagnosis.

    >>> family(True), family([1]), family(2.5), family(x for x in "ab")
    ('True or False', 'a list', 'a number', 'a generator')
    """
    kind = type(value)
    if value is None:
        return "None"
    for kinds, name in (
        ((bool, np.bool_), "True or False"),
        ((int, float, complex, np.number), "a number"),
        ((str,), "a text"),
        (_SEQUENCE, "a list"),
        ((dict,), "a dict"),
        ((set, frozenset), "a set"),
    ):
        if issubclass(kind, kinds):
            return name
    if kind in (Fraction, Decimal):
        return "a number"
    name = _NAME(kind)
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def shown(value: Any, room: int = ROOM) -> str:
    """A value as text that fits a few lines; floats to six places.

    >>> shown({"a": [1 / 3, "b"]}), shown((2,)), shown(10**5000)
    ("{'a': [0.333333, 'b']}", '(2,)', 'a number of about 5001 digits')
    """
    text, length = [], 0
    for piece in _written(value, 0):
        text.append(piece)
        length += len(piece)
        if length > room:
            return "".join(text)[: room - 3] + "…"
    return "".join(text)


def printable(text: str) -> str:
    """A text from elsewhere that any terminal can show: control characters become symbols."""
    visible = "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)
    return visible.encode("utf-8", "backslashreplace").decode("utf-8")


def _unpacked(value: Any) -> Any:
    """A number without NumPy's wrapper."""
    kind = type(value)
    if issubclass(kind, np.generic) or (issubclass(kind, np.ndarray) and np.ndim(value) == 0):
        return value.item()
    return value


def _is_known(kind: type) -> bool:
    module = _MODULE(kind)
    return isinstance(module, str) and module.partition(".")[0] in _KNOWN


def parts(value: Any) -> list[Any]:
    """The first parts of a list, tuple, array or set."""
    for group in (set, frozenset):
        if issubclass(type(value), group):
            return list(islice(group.__iter__(value), 100))
    value = _unpacked(value)
    return list(islice(_parts(value), 100)) if family(value) == "a list" else [value]


def plain_number(value: Any) -> float | None:
    """A number as a float; None if it is not a number, or not finite."""
    try:
        number = float(_number(_unpacked(value)))
    except (OverflowError, ValueError, TypeError):
        return None
    return number if math.isfinite(number) else None


def _near(a: Any, b: Any) -> bool:
    if a != a or b != b:  # nan: the same only as nan
        return bool(a != a and b != b)
    try:
        return bool(a == b or abs(a - b) <= 1e-9)
    except OverflowError:  # one of them is an int that no float can hold
        return False


def _number(value: Any) -> Any:
    """A number of a built-in type."""
    kind = type(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, complex):
        return complex.__complex__(value)
    if kind is Decimal and value.is_snan():
        return float("nan")
    return float(value)  # a Fraction or a Decimal


def _length(value: Any) -> int:
    for kind in (list, tuple):
        if issubclass(type(value), kind):
            return int(kind.__len__(value))
    return int(np.ndarray.__len__(value))


def _parts(value: Any) -> Iterator[Any]:
    for kind in (list, tuple):
        if issubclass(type(value), kind):
            return iter(kind.__iter__(value))
    plain = np.ndarray.view(value, np.ndarray)
    return (plain[place] for place in range(len(plain)))


def _by_key(value: Any) -> dict[Any, Any]:
    return {_plain(key): inner for key, inner in dict.items(value)}


def _plain(value: Any, depth: int = 0) -> Any:
    """Something hashable that is equal only to what is the same; an unknown object is itself."""
    kind = type(value)
    if depth > DEEPEST:
        return id(value)
    if issubclass(kind, str):
        return str.__str__(value)
    value = _unpacked(value)
    if family(value) in ("a number", "True or False"):
        return _number(value)
    if issubclass(kind, tuple):
        return tuple(_plain(part, depth + 1) for part in tuple.__iter__(value))
    for group in (set, frozenset):
        if issubclass(kind, group):
            return frozenset(_plain(part, depth + 1) for part in group.__iter__(value))
    return value if _is_known(kind) else ("an unknown object", id(value))


def _written(value: Any, depth: int) -> Iterator[str]:
    kind = type(value)
    if depth > DEEPEST:
        yield "…"
    elif (unpacked := _unpacked(value)) is not value:
        yield from _written(unpacked, depth)
    elif issubclass(kind, float):
        number = float.__float__(value)
        yield repr(round(number, 6) or (float(f"{number:.3g}") if number else number))
    elif issubclass(kind, int):
        number = int.__int__(value)
        digits = int(number.bit_length() * 0.30103) + 1
        yield (
            repr(value if kind is bool else number)
            if digits <= ROOM
            else (f"a number of about {digits} digits")
        )
    elif issubclass(kind, str):
        yield repr(str.__str__(value)[: WHOLE + 1])
    elif issubclass(kind, _SEQUENCE):
        left, right = ("(", ")") if issubclass(kind, tuple) else ("[", "]")
        comma = "," if left == "(" and _length(value) == 1 else ""
        parts = (_written(part, depth + 1) for part in _parts(value))
        yield from _joined(left, parts, comma + right)
    elif issubclass(kind, dict):
        pairs = (
            chain(_written(key, depth + 1), [": "], _written(inner, depth + 1))
            for key, inner in dict.items(value)
        )
        yield from _joined("{", pairs, "}")
    elif family(value) == "a set":
        texts = sorted("".join(_written(part, depth + 1)) for part in _plain(value))
        yield "{" + ", ".join(texts) + "}" if texts else "set()"
    elif _is_known(kind):
        try:
            text = repr(value)
        except Exception:
            text = " at 0x"
        yield f"<{family(value)}>" if " at 0x" in text else text
    else:
        yield f"<{family(value)}>"


def _joined(left: str, parts: Iterable[Iterator[str]], right: str) -> Iterator[str]:
    yield left
    for place, part in enumerate(parts):
        yield ", " * (place > 0)
        yield from part
    yield right
