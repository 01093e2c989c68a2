"""A page cut to a budget of tokens, and the count of tokens, which may be a user's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from rememberer_lite.state import SettingError

#: characters of a line in a page that has to be cut: first the most, then fewer
LONGEST_LINES = (400, 100, 20)


def checked(count: Callable[[str], float]) -> Callable[[str], int]:
    """A count of tokens whose results are checked, and rounded up to whole numbers.

    Raises:
        SettingError: when it gives something else than a finite number from 0 on.
    """

    def counted(text: str) -> int:
        tokens = count(text)
        if not isinstance(tokens, int | float | np.number) or not 0 <= tokens < math.inf:
            raise SettingError(
                f"count(text) is how many tokens a text has, a number from 0 on, not "
                f"{tokens!r:.80}: pass a function such as tokens.count_tokens, or leave count out"
            )
        return math.ceil(tokens)

    return counted


def fitted(text: str, fits: Callable[[str], bool]) -> tuple[str, bool]:
    """The text, cut in its middle where it does not fit; its first and last line stay.

    Where they alone are too long, all lines are shortened more, and at last only the last is left.
    """
    if fits(text):
        return text, False

    def keep(lines: Sequence[str], count: int) -> str:
        head, tail = count - count // 2, count // 2
        if count >= len(lines):
            middle = []
        else:
            middle = [f"… ({len(lines) - count} lines left out to fit the budget)"]
        return "\n".join([*lines[:head], *middle, *lines[len(lines) - tail :]]) + "\n"

    for longest in LONGEST_LINES:
        lines = [
            line if len(line) <= longest else line[:longest] + " … (line shortened)"
            for line in text.splitlines()
        ]
        low, high = min(2, len(lines)), len(lines)
        while low < high:  # the largest count of lines that fits
            count = (low + high + 1) // 2
            if fits(keep(lines, count)):
                low = count
            else:
                high = count - 1
        if fits(keep(lines, low)):
            return keep(lines, low), True
    return f"…\n{lines[-1]}\n", True
