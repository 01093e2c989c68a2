"""Intervals as lines of characters, one below the other on a common scale: a curve as it grows."""

from __future__ import annotations

from rememberer_lite.training import Interval

#: characters of a label, and of the scale from 0 to 1
LABEL, SCALE = 32, 40


def scale() -> str:
    """The head of the lines.

    >>> scale().split()
    ['0', '0.25', '0.5', '0.75', '1']
    """
    line = [" "] * (SCALE + 4)
    for share in (0, 0.25, 0.5, 0.75, 1):
        for i, letter in enumerate(f"{share:g}"):
            line[round(share * SCALE) + i] = letter
    return " " * LABEL + "".join(line).rstrip()


def dot(label: str, interval: Interval) -> str:
    """A label, and on the scale the mean of a share within its interval.

    >>> dot("before", Interval(0.5, 0.25, 0.75))[LABEL:]
    '·         ──────────●──────────         · 0.500'
    """
    place, low, high = (
        round(min(1.0, max(0.0, share)) * SCALE)
        for share in (interval.mean, interval.low, interval.high)
    )
    line = ["─" if low <= i <= high else " " for i in range(SCALE + 1)]
    line[0], line[-1] = (end if end != " " else "·" for end in (line[0], line[-1]))
    line[place] = "●"
    return f"{label:<{LABEL}}{''.join(line)} {interval.mean:.3f}"
