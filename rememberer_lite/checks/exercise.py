"""What an exercise is: a specification, cases to try an answer on, and mistakes that are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rememberer_lite.checks.edits import edited

Case = tuple[Any, ...]  # the arguments of one call


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that learners make, and what to tell them.

    Attributes:
        says: the diagnosis.
        edit: the mistake as one or more edits of the specification, "this >> that" (`edited`): an
            answer that agrees with what it gives, where it is wrong, is diagnosed so.
        of: another right function that the edit belongs to, where learners work otherwise than the
            specification.
        wrong: the mistake as a function, if it is not an edit.
        where: instead, a predicate on a case: an answer that fails on cases of this kind, and on
            no others, is diagnosed so.
        always: an answer has to agree with it in every case, not only in most of those where
            it is wrong. For mistakes that shift every answer alike.
    """

    says: str = ""
    wrong: Callable[..., Any] | None = None
    where: Callable[..., bool] | None = None
    always: bool = False
    edit: str | tuple[str, ...] = ()
    of: Callable[..., Any] | None = None


def mistakes(table: Mapping[str | tuple[str, ...] | Mistake, str]) -> tuple[Mistake, ...]:
    """Mistakes, each with what to say: one or more edits, or a `Mistake` that is none.

    >>> mistakes({"a + b >> a - b": "You subtract."})[0].edit
    'a + b >> a - b'
    """
    return tuple(
        replace(one, says=says) if isinstance(one, Mistake) else Mistake(says, edit=one)
        for one, says in table.items()
    )


@dataclass(frozen=True, slots=True)
class Invariant:
    """What holds of every right answer of an open task, which has many.

    Attributes:
        says: what to tell a learner whose answer breaks it.
        holds: whether it does; called with the answer's result, then the arguments of the case. A
            result of another form may make it raise: then it does not hold.
    """

    says: str
    holds: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A function to write.

    Attributes:
        id: chapter and number, "4.2".
        title: a few words.
        reread: the section of the course that explains it.
        spec: a slow, readable function that is right; of an open task, one of many.
        cases: generator of cases, the smallest first; it draws from the generator it is given.
        mistakes: known ones, the most informative first.
        invariants: of an open task: what an answer has to meet instead of being equal to that of
            the specification, what everything else depends on first.
        same: how an answer and the expected one are compared; None: numbers to 1e-9, sequences
            and mappings by their parts.
        count: how many cases are drawn.
        slow: what to say if the time is up and most cases had been finished: an answer
            that is right, but too slow for the long ones. None: as for an endless loop.
        cuts: the arguments of which any item, entry, line or word may be left out, and the case is
            still one that the statement allows: a case that shows a mistake is made smaller there.
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
    cuts: tuple[str, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    limit: float | None = None

    def __post_init__(self) -> None:
        made = (
            replace(mistake, wrong=edited(mistake.of or self.spec, mistake.edit), edit=())
            if mistake.edit
            else mistake
            for mistake in self.mistakes
        )
        object.__setattr__(self, "mistakes", tuple(made))


@dataclass(frozen=True, slots=True)
class Prediction:
    """A value to predict before it is computed.

    Attributes:
        id, title, reread: as in `Exercise`.
        expected: computes the right value.
        wrong: a wrong value → what to say to a learner who predicts it.
        ordered: whether the order of several things counts.
    """

    id: str
    title: str
    reread: str
    expected: Callable[[], Any]
    wrong: Mapping[Any, str]
    ordered: bool = True
