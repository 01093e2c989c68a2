"""A client's settings, checked: a wrong one would fail at the first call, or repeat it for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from rememberer_lite.state import SettingError
from rememberer_lite.text import short

T = TypeVar("T")


def text(name: str, value: Any) -> str:
    """A text that is not empty and can be sent.

    Raises:
        SettingError: if it is not one.
    """
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise SettingError(f"{name} = {_short(value)}: write a text without control characters")
    return value


def number(name: str, value: Any, least: float = 0.0, above: bool = False) -> float:
    """A finite number of at least `least`, or above it.

    Raises:
        SettingError: if it is not one.
    """
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not real or not abs(value) < 1e300 or (value <= least if above else value < least):
        kind = f"above {least:g}" if above else f"of at least {least:g}"
        raise SettingError(f"{name} = {_short(value)}: choose a number {kind}")
    return value if isinstance(value, int | float) else float(value)


def number_or_none(name: str, value: Any, above: bool = False) -> float | None:
    """The same, or None."""
    return None if value is None else number(name, value, above=above)


def whole(name: str, value: Any, least: int = 0) -> int:
    """A whole number of at least `least`.

    Raises:
        SettingError: if it is not one.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise SettingError(f"{name} = {_short(value)}: choose a whole number of at least {least}")
    return int(value)


def whole_or_none(name: str, value: Any, least: int = 0) -> int | None:
    """The same, or None."""
    return None if value is None else whole(name, value, least)


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Texts that are not empty; one text, or None for none of them, will do.

    Raises:
        SettingError: if it is something else.
    """
    given = (value,) if isinstance(value, str) else () if value is None else value
    ok = isinstance(given, Sequence) and all(
        isinstance(part, str) and part and not any("\ud800" <= c <= "\udfff" for c in part)
        for part in given
    )
    if not ok:
        raise SettingError(f"{name} = {_short(value)}: choose texts that are not empty, or ()")
    return tuple(given)


def kind(name: str, value: Any, wanted: type[T]) -> T:
    """A value of a class.

    Raises:
        SettingError: if it is of another one.
    """
    if not isinstance(value, wanted):
        raise SettingError(f"{name} = {_short(value)}: pass a {wanted.__name__}")
    return value


def _short(value: Any) -> str:
    try:
        shown = repr(value)
    except Exception:  # digits above the interpreter's limit
        shown = f"<{type(value).__name__}>"
    return short(shown, 80)
