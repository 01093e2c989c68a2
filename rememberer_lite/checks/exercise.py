"""What an exercise is: a specification, cases to try an answer on, and mistakes that are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Case = tuple[Any, ...]  # the arguments of one call


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that learners make, and what to tell them.

    Attributes:
        says: the diagnosis.
        wrong: a function that makes the mistake: an answer that agrees with it where it is wrong
            is diagnosed so.
        where: instead, a predicate on a case: an answer that fails on cases of this kind, and on
            no others, is diagnosed so.
        always: an answer has to agree with `wrong` in every case, not only in most of those where
            it is wrong. For mistakes that shift every answer alike.
    """

    says: str
    wrong: Callable[..., Any] | None = None
    where: Callable[..., bool] | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class Exercise:
    """A function to write.

    Attributes:
        id: chapter and number, "4.2".
        title: a few words.
        reread: the place in the course that explains it.
        spec: a slow, readable function that is right.
        cases: generator of cases, the smallest first; it draws from the generator it is given.
        mistakes: known ones, the most telling first.
        same: how an answer and the expected one are compared; None: numbers to 1e-9, sequences
            and mappings by their parts.
        count: how many cases are drawn.
        slow: what to tell where the time is up and most cases had been dealt with: an answer
            that is right, but too slow for the long ones. None: as for an endless loop.
        limit: seconds that all cases together may take; None: as long as any check (`trial.LIMIT`).
    """

    id: str
    title: str
    reread: str
    spec: Callable[..., Any]
    cases: Callable[[random.Random], Iterable[Case]]
    mistakes: tuple[Mistake, ...] = ()
    same: Callable[[Any, Any], bool] | None = None
    count: int = 120
    slow: str | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """A value to predict before it is computed.

    Attributes:
        id, title, reread: as in `Exercise`.
        expected: computes the right value.
        wrong: a wrong value → what to tell whoever predicts it.
    """

    id: str
    title: str
    reread: str
    expected: Callable[[], Any]
    wrong: Mapping[Any, str]
