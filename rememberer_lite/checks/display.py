"""Calls and their results as texts: small, cut where they differ, before and after a change."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import takewhile
from types import FunctionType
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise
from rememberer_lite.checks.trial import Outcome
from rememberer_lite.checks.values import ROOM, WHOLE, same, shown

#: characters of a text from which on only the part that differs is shown
LONG = 120
#: characters that are shown on each side of a difference
AROUND = 30


class Writer:
    """Calls of an answer and their results, as texts that fit a few lines."""

    def __init__(self, exercise: Exercise, answer: Callable[..., Any]) -> None:
        self._open = bool(exercise.invariants)
        self._names = list(inspect.signature(exercise.spec).parameters)
        self._function = answer.__name__ if type(answer) is FunctionType else "your function"

    def call(self, case: Case) -> str:
        """The call of this case."""
        named = zip(self._names, case, strict=False)
        return f"{self._function}({', '.join(f'{name}={shown(value)}' for name, value in named)})"

    def given(self, case: Case) -> tuple[tuple[str, str], ...]:
        """The arguments of this case, by name."""
        return tuple((n, shown(value)) for n, value in zip(self._names, case, strict=False))

    def outcome(self, outcome: Outcome) -> str:
        """The result of this case."""
        if outcome.error is None:
            return shown(outcome.value)
        return f"{outcome.error.__name__}: {outcome.message}".removesuffix(": ")

    def both(self, outcome: Outcome, expected: Any) -> tuple[str, str]:
        """The result and the expected one; long ones where they differ. No single result of an
        open task is the expected one: "".
        """
        if self._open:
            return self.outcome(outcome), ""
        if outcome.error is not None:
            return self.outcome(outcome), shown(expected)
        return apart(shown(outcome.value, WHOLE), shown(expected, WHOLE))

    def change(self, outcome: Outcome) -> tuple[str, str]:
        """The arguments that a call changed, before it and after it."""
        before, after = [], []
        for name, old, new in zip(self._names, outcome.case, outcome.after, strict=False):
            if not same(old, new):
                old_text, new_text = apart(shown(old, WHOLE), shown(new, WHOLE))
                before.append(f"{name}={old_text}")
                after.append(f"{name}={new_text}")
        return ", ".join(before), ", ".join(after)


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts; of long ones the part around what differs.

    >>> apart("0" * 200 + "1" + "0" * 200, "0" * 200 + "2" + "0" * 200)[1] == (
    ...     "…" + "0" * 30 + "2" + "0" * 30 + "…"
    ... )
    True
    """
    if max(len(one), len(other)) <= LONG or one == other:
        return one[:ROOM], other[:ROOM]
    start = _alike(one, other)
    end = min(_alike(one[::-1], other[::-1]), len(one) - start, len(other) - start)

    def cut(text: str) -> str:
        first, last = max(0, start - AROUND), min(len(text), len(text) - end + AROUND)
        last = min(last, first + ROOM)
        return "…" * (first > 0) + text[first:last] + "…" * (last < len(text))

    return cut(one), cut(other)


def _alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def less(case: Case, places: list[int]) -> Iterator[Case]:
    """The case with a part of one of its lists, dicts or texts left out, large parts first.

    >>> list(less(([1, 2], 0.5), [0]))
    [([], 0.5), ([2], 0.5), ([1], 0.5)]
    """
    for place in places:
        size = len(_items(case[place]))
        step = size
        while step:
            for first in range(0, size, step):
                items = _items(case[place])
                del items[first : first + step]
                yield (*case[:place], _built(case[place], items), *case[place + 1 :])
            step //= 2


def _items(value: Any) -> list[Any]:
    if isinstance(value, str):
        if "\n" in value or value.startswith("<"):  # an element of a page stays whole
            return value.splitlines(keepends=True)
        return value.split(" ")
    return list(value.items()) if isinstance(value, dict) else list(value)


def _built(value: Any, items: list[Any]) -> Any:
    if isinstance(value, str):
        return ("" if "\n" in value else " ").join(items)
    return type(value)(items)
