"""A valid document with one value replaced by each wrong kind, at every level."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

#: one value of each kind, and numbers that load and break later
WRONG: list[Any] = [None, True, 3, -1, 0.5, 2**63, 1e308, float("nan"), "x", [], ["x"], [[]], {}]
WRONG += [{"x": 1}, 10**400, "\ud800\x00"]


def replaced(document: Any) -> Iterator[tuple[str, Any]]:
    """(place, document with another value there), for every place; and with a key left out."""
    for place in _places(document):
        for wrong in WRONG:
            yield _shown(place), _with(document, place, wrong)
        if place and isinstance(place[-1], str):
            changed = copy.deepcopy(document)
            del _at(changed, place[:-1])[place[-1]]
            yield _shown(place), changed
            changed = copy.deepcopy(document)
            _at(changed, place[:-1])["unknown \x1b"] = 1
            yield _shown(place), changed


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inner = value.items() if isinstance(value, dict) else []
    inner = enumerate(value) if isinstance(value, list | tuple) else inner
    for key, item in inner:
        yield from _places(item, (*place, key))


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def _with(document: Any, place: tuple[Any, ...], wrong: Any) -> Any:
    if not place:
        return wrong
    changed = copy.deepcopy(document)
    parent = _at(changed, place[:-1])
    if isinstance(parent, tuple):  # in YAML
        parent = (*parent[: place[-1]], wrong, *parent[place[-1] + 1 :])
        return _with(changed, place[:-1], parent)
    parent[place[-1]] = wrong
    return changed


def _shown(place: tuple[Any, ...]) -> str:
    return "/".join(map(str, place))
