"""A memory's settings, checked."""

from __future__ import annotations

import operator
from collections.abc import Iterable

from rememberer_lite.state import KindError, SettingError, is_share

#: what a memory can be given by name
OPTIONS = ("gamma", "n_steps", "step_size", "capacity", "action_capacity")


def discount(gamma: float) -> float:
    """γ as a plain number.

    Raises:
        SettingError: if it is not from 0 to 1.
    """
    if not is_share(gamma):
        raise SettingError(f"gamma is a discount: choose it from 0 to 1, not {gamma!r}")
    return float(gamma)


def step_size_setting(value: float | str) -> float | str:
    """ "mean", or α as a plain number.

    Raises:
        SettingError: if it is neither.
    """
    if isinstance(value, str) and value == "mean":
        return value
    if isinstance(value, str) or not is_share(value) or value == 0.0:
        raise SettingError(f'step_size is "mean" or a number above 0, at most 1: not {value!r}')
    return float(value)


def positive_whole(name: str, value: int | None) -> int | None:
    """A whole number of at least 1 (numpy's too), or None for no limit.

    Raises:
        SettingError: if it is neither; the message begins with `name`.
    """
    if value is None:
        return None
    try:
        whole = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = 0
    if whole < 1:
        raise SettingError(f"{name} is a whole number of at least 1, or None: not {value!r}")
    return whole


def count(k: int) -> None:
    """Refuse a number of records to retrieve that is no whole number of at least 0.

    Raises:
        SettingError: if it is not.
    """
    try:
        whole = operator.index(k)
    except TypeError:
        whole = -1
    if whole < 0:
        raise SettingError(f"k is how many records to retrieve: 0 or more, not {k!r}")


def check_names(given: Iterable[str], known: Iterable[str] = OPTIONS) -> None:
    """Refuse names of settings that nothing has; without `known`, those that no memory has.

    Raises:
        KindError: if there is one.
    """
    if unknown := [name for name in given if name not in known]:
        raise KindError(f"there is no setting {unknown[0]!r}: choose among {', '.join(known)}")
