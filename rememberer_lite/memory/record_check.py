"""Which records a memory accepts: plain numbers within limits, and texts."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import SupportsFloat, SupportsIndex

from rememberer_lite.state import ActionValue, Experience, SettingError, State

#: limits for values and visits of inserted records; above them a mean would no longer be exact
LARGEST_VALUE = 1e150
MOST_VISITS = 2**53
#: the largest id that a record from elsewhere keeps: it leaves room for all ids that follow
MOST_ID = 10**15


def checked(record: Experience) -> Experience:
    """The record with plain numbers, unless it would spoil later means or its file.

    What NumPy, `fractions` and the like call a number becomes a float or an int.

    Raises:
        SettingError: if a value is not a number within ±`LARGEST_VALUE`, a count is not a
            whole number from 0 to `MOST_VISITS`, or what should be a text is none.
    """
    if not isinstance(record.state, State):
        raise SettingError(f"the state of a record is a State, not {record.state!r:.80}")
    if not isinstance(record.actions, Mapping):
        raise SettingError(f"actions are {{text: ActionValue}}, not {record.actions!r:.80}")
    recent = record.recent
    last = _number(record.last_reward, record, "last_reward")
    total = _number(record.total_reward, record, "total_reward")
    if last is not recent.last_reward or total is not recent.total_reward:
        recent = replace(recent, last_reward=last, total_reward=total)
    for text in (*recent.actions, *recent.reasons):
        if type(text) is not str:
            _text(text, record, "each action and reason of `recent`")
    number = _count(record.id, record, "id", least=-1)
    visits = _count(record.visits, record, "visits")
    made = {text: _checked(text, value, record) for text, value in record.actions.items()}
    new = {text: value for text, value in made.items() if value is not record.actions[text]}
    if not new and number is record.id and visits is record.visits and recent is record.recent:
        return record  # as most are
    return replace(record, id=number, actions=made, visits=visits, recent=recent)


def _checked(action: str, value: object, record: Experience) -> ActionValue:
    _text(action, record, "an action")
    if not isinstance(value, ActionValue):
        named = _named("the value", record, action)
        raise SettingError(f"{named} is an ActionValue, not {value!r:.80}")
    _text(value.reason, record, "a reason")
    q = _number(value.q, record, "q", action)
    reward = _number(value.reward, record, "reward", action)
    visits = _count(value.visits, record, "visits", action)
    plain = q is value.q and reward is value.reward and visits is value.visits
    return value if plain else ActionValue(q, reward, visits, value.reason)


def _text(value: object, record: Experience, what: str) -> None:
    if not isinstance(value, str):
        raise SettingError(
            f"{what} is a text, not {value!r}: correct the record of {record.state!r}"
        )


def _number(value: object, record: Experience, field: str, action: str | None = None) -> float:
    if type(value) is float and -LARGEST_VALUE <= value <= LARGEST_VALUE:
        return value  # as most values are: the check against a protocol takes ten times as long
    is_number = isinstance(value, SupportsFloat) and not isinstance(value, str)
    try:
        number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= LARGEST_VALUE:  # nan compares as false
        raise SettingError(
            f"{_named(field, record, action)} is a finite number within ±{LARGEST_VALUE:g}, not "
            f"{value!r:.80}"
        )
    return number


def _count(
    value: object, record: Experience, field: str, action: str | None = None, least: int = 0
) -> int:
    if type(value) is int and least <= value <= MOST_VISITS:
        return value
    whole = isinstance(value, SupportsIndex) and not isinstance(value, bool)
    try:
        number = operator.index(value) if whole else least - 1  # type: ignore[arg-type]
    except TypeError:  # an array of several numbers
        number = least - 1
    if not least <= number <= MOST_VISITS:
        raise SettingError(
            f"{_named(field, record, action)} is a whole number from {least} to {MOST_VISITS}, not "
            f"{value!r:.80}"
        )
    return number


def _named(field: str, record: Experience, action: str | None) -> str:
    return f"{field}{'' if action is None else f' of {action!r}'} in the record of {record.state!r}"
