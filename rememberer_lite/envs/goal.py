"""The number of a goal, as `reset(options={"goal": …})` takes it in every world."""

from __future__ import annotations

from typing import Any

import numpy as np

from rememberer_lite.state import SettingError


def goal_number(goal: Any, count: int | None) -> int:
    """The goal as a number.

    Args:
        goal: what the user gave.
        count: how many goals there are; None: not known.

    Raises:
        SettingError: if it is no number, or there is no such goal.

    >>> goal_number(np.int64(3), 4)
    3
    >>> goal_number(4, 4)
    Traceback (most recent call last):
        ...
    rememberer_lite.state.SettingError: no goal 4: choose a whole number from 0 to 3
    """
    number = isinstance(goal, (int, np.integer)) and not isinstance(goal, bool)
    if not number or goal < 0 or (count is not None and goal >= count):
        last = "on" if count is None else f"to {count - 1}"
        raise SettingError(f"no goal {goal!r}: choose a whole number from 0 {last}")
    return int(goal)
