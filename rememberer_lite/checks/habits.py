"""What can be said of a wrong answer where no mistake of its exercise explains all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Exercise, Mistake
from rememberer_lite.checks.trial import Outcome, run
from rememberer_lite.checks.values import family, parts, plain_number, same, shown

#: a habit: what was returned and what was expected → whether they differ in just this way
Habit = Callable[[Any, Any], bool]
#: at least this many cases have to show a mistake, and this share of them as it would have them
FEWEST, SHARE = 3, 0.8


def habit(pairs: Sequence[tuple[Any, Any]], answers: Sequence[Any]) -> str:
    """What all wrong values have in common; "" where that is nothing known.

    Args:
        pairs: what was returned and what was expected, where they differ.
        answers: the right answers of all cases.

    >>> habit([([2, 1], [1, 2])], [[1, 2]])[:19]
    'The right entries, '
    >>> habit([({"b": 1, "a": 2}, {"a": 2, "b": 1})], [])[:19]
    'The right entries, '
    >>> habit([((0.33, "a"), (1 / 3, "a"))], [])[:20]
    'The numbers are righ'
    >>> habit([((0.0, "a"), (1 / 3, "a"))], [])
    ''
    >>> habit([("equal", "better")], ["better", "worse"] * 3)
    "'equal' is none of the answers that the statement names. Spell them as they stand there."
    """
    for says, has in _HABITS:
        if all(has(*pair) for pair in pairs):
            return says
    names = {*map(shown, answers)}
    mine = [shown(value) for value, _ in pairs]
    texts = all(family(value) == "a text" for value in (*answers, *(value for value, _ in pairs)))
    if texts and len(names) < len(answers) / 2 and not names & {*mine}:
        return (
            f"{mine[0]} is none of the answers that the statement names. Spell them as they stand "
            "there."
        )
    return ""


def _alike(mine: Any, right: Any, equal: Habit) -> bool:
    """Equal, where numbers or texts are compared in another way."""
    if same(mine, right) or equal(mine, right):
        return True
    if family(mine) == family(right) == "a dict":
        theirs = dict(dict.items(mine))
        return theirs.keys() == right.keys() and all(
            _alike(theirs[key], right[key], equal) for key in right
        )
    if not (family(mine) == family(right) == "a list"):
        return False
    one, other = parts(mine), parts(right)
    return len(one) == len(other) and all(map(_alike, one, other, [equal] * len(one)))


def _rounded(mine: Any, right: Any) -> bool:
    if not (family(mine) == family(right) == "a number"):
        return False
    number, exact = plain_number(mine), plain_number(right)
    if exact is None:
        return False
    digits = range(abs(exact) < 1, 5)  # 0 in place of a share is another mistake
    return any(same(number, round(exact, n)) for n in digits)


def _in_capitals(mine: Any, right: Any) -> bool:
    texts = family(mine) == family(right) == "a text"
    return texts and str.casefold(mine) == str.casefold(right)


def _in_another_order(mine: Any, right: Any) -> bool:
    if family(mine) == family(right) == "a dict":
        return same(mine, right)
    if not (family(mine) == family(right) == "a list") or isinstance(right, tuple):
        return False
    return sorted(map(shown, parts(mine))) == sorted(map(shown, parts(right)))


_HABITS: tuple[tuple[str, Habit], ...] = (
    ("The right entries, in another order. Read once more what comes first, and what decides "
     "between equals.", _in_another_order),
    ("The numbers are right, but rounded. Return them as they are, and round only what you show.",
     lambda mine, right: _alike(mine, right, _rounded)),
    ("Only capitals are not as they should be: spell a text as it was given, or as the statement "
     "does.", lambda mine, right: _alike(mine, right, _in_capitals)),
)  # fmt: skip


def in_part(
    exercise: Exercise, outcomes: Sequence[Outcome], expected: Sequence[Any],
    alike: Callable[[Outcome, Outcome], bool],
) -> tuple[Mistake, int] | None:  # fmt: skip
    """A mistake that the answer makes wherever it shows, beside another one.

    Args:
        exercise: what was asked for.
        outcomes: all calls of the answer.
        expected: the right values of these calls.
        alike: whether two outcomes are the same.

    Returns:
        the mistake that shows most often, and the first call that it explains.
    """
    equal = exercise.same or same
    best: tuple[Mistake, int] | None = None
    most = FEWEST - 1
    for mistake in exercise.mistakes:
        if mistake.wrong is None or mistake.always:
            continue
        made = run(mistake.wrong, [outcome.case for outcome in outcomes])
        shows = [
            number
            for number, (one, right) in enumerate(zip(made, expected, strict=True))
            if one.error or one.changed or not equal(one.value, right)
        ]
        agreed = [number for number in shows if alike(outcomes[number], made[number])]
        if len(agreed) > most and len(agreed) >= SHARE * len(shows):
            best, most = (mistake, agreed[0]), len(agreed)
    return best
