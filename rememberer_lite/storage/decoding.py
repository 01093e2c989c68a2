"""Plain values from a file as frozen dataclasses, each field checked against its type hint.

    decode(ActionValue, {"q": 1, "reward": 0.5, "visits": 2})
    decode(ActionValue, {"q": "high", …})    # FieldError: q should be a number, not 'high'

The dataclass is the specification: a field's hint says what its value must be, and a default means
that it may be missing. Nothing is converted except lists to tuples and whole numbers to floats.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from rememberer_lite.memory.record_check import LARGEST_VALUE, MOST_VISITS, checked
from rememberer_lite.state import Experience, SettingError
from rememberer_lite.text import short

T = TypeVar("T")

#: where a value is: what holds it, and the last piece of the name; put together for a message only
Where = tuple[Any, str] | None
Reader = Callable[[Any, Where, list[str] | None], Any]

#: pass it as `unknown` to leave out what is not known, however much it is, without collecting it
IGNORED = list[str]()
_NAMES = {str: "a text", float: "a number", int: "a whole number", bool: "true or false"}


class FieldError(ValueError):
    """A value that does not fit; the message names the field and what it should be."""


def decode(kind: type[T], value: Any, unknown: list[str] | None = None) -> T:
    """A plain value, as a JSON file gives it, as an object of a type.

    Args:
        kind: a dataclass, or any hint made of dataclasses, str, float, int, bool, None, Any,
            tuples of one kind, mappings from texts, and unions.
        value: lists, dicts, texts, numbers.
        unknown: collects the keys that match no field; if it is None, such keys are refused.

    Raises:
        FieldError: if a field does not fit; it is named as in `steps[2].turn.reply.model`.

    >>> from rememberer_lite.state import ActionValue
    >>> decode(ActionValue, {"q": 1, "reward": 0.5, "visits": 2})
    ActionValue(q=1.000, reward=0.500, visits=2)
    >>> decode(ActionValue, {"q": 1, "reward": 0.5, "visits": "two"})
    Traceback (most recent call last):
        ...
    rememberer_lite.storage.decoding.FieldError: visits should be a whole number, not 'two'
    """
    found: T = _decoded(kind, value, unknown)
    return found


def _decoded(kind: Any, value: Any, unknown: list[str] | None) -> Any:
    return _reader(kind)(value, None, unknown)


@cache
def _reader(kind: Any) -> Reader:
    """What reads values of this kind; a file of many records asks for the same ones."""
    if kind is Any:
        return lambda value, where, unknown: value
    if is_dataclass(kind):
        return partial(_dataclass, kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return partial(_union, arguments)
    if origin is tuple:
        return partial(_tuple, arguments[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return partial(_mapping, arguments[1])
    return partial(_plain, kind)


def _tuple(kind: Any, value: Any, where: Where, unknown: list[str] | None) -> Any:
    if not isinstance(value, list | tuple):
        raise _unfit(where, "a list", value)
    if kind is str and set(map(type, value)) <= {str}:  # lines of pages: most of a file
        return tuple(value)
    read = _reader(kind)
    return tuple(read(item, (where, f"[{number}]"), unknown) for number, item in enumerate(value))


def _mapping(kind: Any, value: Any, where: Where, unknown: list[str] | None) -> Any:
    read = _reader(kind)
    return {
        key: read(item, (where, f"[{short(key, 60)!r}]"), unknown)
        for key, item in _object(value, where).items()
    }


def _dataclass(kind: Any, value: Any, where: Where, unknown: list[str] | None) -> Any:
    entry = _object(value, where)
    if kind is Experience:
        entry = _nested(entry)
    fits = _fields(kind)
    for key in () if unknown is IGNORED else entry.keys() - fits.keys():
        if unknown is None:
            raise FieldError(f"{_name((where, key))} is not known here: remove it")
        unknown.append(_name((where, key)))
    arguments = {}
    for name, (read, required) in fits.items():
        if name in entry:
            arguments[name] = read(entry[name], (where, name), unknown)
        elif required:
            raise FieldError(f"{_name((where, name))} is missing")
    try:
        made = kind(**arguments)
        if kind is Experience:
            made = checked(made)
    except SettingError as error:  # each field fits, but not in combination
        raise FieldError(f"{_name(where)}: {error}") from error
    return made


def _nested(entry: dict[str, Any]) -> dict[str, Any]:
    """A record in today's form; earlier releases wrote the fields of `recent` one level higher."""
    old = {"recent_actions": "actions", "recent_reasons": "reasons"}
    old |= {"last_reward": "last_reward", "total_reward": "total_reward"}
    if "recent" in entry or not old.keys() & entry.keys():
        return entry
    rest = {key: value for key, value in entry.items() if key not in old}
    return {**rest, "recent": {new: entry[key] for key, new in old.items() if key in entry}}


@cache
def _fields(kind: Any) -> dict[str, tuple[Reader, bool]]:
    """What reads each field, and whether it has to be there."""
    hints = get_type_hints(kind)
    return {
        field.name: (
            _reader(hints[field.name]),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(kind)
        if field.init
    }


def _union(kinds: Sequence[Any], value: Any, where: Where, unknown: list[str] | None) -> Any:
    if value is None and type(None) in kinds:
        return None
    # a list or an object is decoded as the kind that is one too, so that errors name its inside
    fitting = [kind for kind in kinds if kind is not type(None) and _holds(kind, value)]
    for kind in fitting[:-1]:
        try:
            return _reader(kind)(value, where, unknown)
        except FieldError:
            continue
    if not fitting:
        named = (
            _NAMES.get(kind, "a list or an object") for kind in kinds if kind is not type(None)
        )
        raise _unfit(where, " or ".join(named), value)
    return _reader(fitting[-1])(value, where, unknown)


def _holds(kind: Any, value: Any) -> bool:
    """Whether a kind is a list, an object or neither, as the value is."""
    if get_origin(kind) is tuple:
        return isinstance(value, list | tuple)
    return isinstance(value, dict) == (kind not in _NAMES) and not isinstance(value, list | tuple)


def _plain(kind: Any, value: Any, where: Where, unknown: list[str] | None) -> Any:
    if kind is float and type(value) in (int, float):
        if not abs(value) <= LARGEST_VALUE:  # nan compares as false
            raise _unfit(where, f"a finite number within ±{LARGEST_VALUE:g}", value)
        return float(value)
    if type(value) is not kind:
        raise _unfit(where, _NAMES.get(kind, str(kind)), value)
    if kind is int and abs(value) > MOST_VISITS:
        raise _unfit(where, f"a whole number within ±{MOST_VISITS}", value)
    return value


def _object(value: Any, where: Where) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unfit(where, "an object", value)
    for key in value:
        if not isinstance(key, str):  # YAML allows keys of any kind
            raise _unfit(where, "an object whose keys are texts", key)
    return value


def _name(where: Where) -> str:
    """A field's name as in `steps[2].turn.reply.model`."""
    pieces = list[str]()
    while where is not None:
        where, piece = where
        pieces.append(piece if piece.startswith("[") else f".{short(piece, 60)}")
    return "".join(reversed(pieces)).removeprefix(".") or "it"


def _unfit(where: Where, wanted: str, value: Any) -> FieldError:
    shown = repr(value if not isinstance(value, str) else value[:60])
    return FieldError(f"{_name(where)} should be {wanted}, not {short(shown, 80)}")
