"""Run somebody else's function on many cases: copies of the input, a time limit, no surprise."""

from __future__ import annotations

import copy
import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Number
from threading import Thread
from typing import Any

import numpy as np

from rememberer_lite.checks.exercise import Case

#: seconds that all cases of one exercise may take together
LIMIT = 1.5


class TimeUp(BaseException):
    """Raised inside a function that takes too long; a bare `except Exception` does not stop it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call gave.

    Attributes:
        case: the arguments as they were before the call.
        value: what was returned.
        error: what was raised instead.
        changed: whether the call changed its arguments.
    """

    case: Case
    value: Any = None
    error: BaseException | None = None
    changed: bool = False


def run(
    f: Callable[..., Any], cases: Sequence[Case], limit: float = LIMIT
) -> tuple[list[Outcome], bool]:
    """The outcomes of all calls, one after the other, and whether the time was up before.

    The calls run in a thread of their own, so that an endless loop can be ended from here on any
    system. It ends where Python code runs; a call into C that never returns is left behind.
    """
    outcomes: list[Outcome] = []

    def work() -> None:
        try:
            for case in cases:
                given = copy.deepcopy(case)
                try:
                    value = f(*given)
                except TimeUp:
                    return
                except BaseException as error:
                    outcomes.append(Outcome(case, error=error))
                else:
                    outcomes.append(Outcome(case, value, changed=not same(given, case)))
        except TimeUp:
            return

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(limit)
    hung = thread.is_alive()
    if hung:
        for _ in range(3):  # a loop that catches everything gets it more than once
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp)
            )
            thread.join(0.1)
    return list(outcomes), hung


def same(a: Any, b: Any) -> bool:
    """Equal; numbers within 1e-9, sequences and mappings part by part.

    >>> same([0.1 + 0.2, "a"], (0.3, "a")), same([1.0], [1.0, 2.0]), same(None, 0.0)
    (True, False, False)
    >>> same([float("nan")], [float("nan")]), same(float("nan"), 0.0)
    (True, False)
    """
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = (list(x) if isinstance(x, np.ndarray) else x for x in (a, b))
    if isinstance(a, bool | np.bool_) or isinstance(b, bool | np.bool_):
        return family(a) == family(b) and bool(a) == bool(b)
    if isinstance(a, Number) and isinstance(b, Number):
        if a != a or b != b:  # nan: the same only as nan
            return bool(a != a and b != b)
        return abs(a - b) <= 1e-9 or a == b  # type: ignore[operator]
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    try:
        return bool(a == b)
    except Exception:  # somebody else's __eq__
        return False


def family(value: Any) -> str:
    """What a value is, in the words of a diagnosis."""
    if value is None:
        return "None"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list | tuple | np.ndarray):
        return "a list"
    for kind, name in ((dict, "a dict"), (set, "a set")):
        if isinstance(value, kind):
            return name
    return f"a {type(value).__name__}"
