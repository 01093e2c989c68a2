"""The values of options: read, or refused with what to write instead."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


def numbers(text: str) -> list[int]:
    """Read "500-509" or "1,4,7-9".

    >>> numbers("1,4,7-9")
    [1, 4, 7, 8, 9]
    """
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise argparse.ArgumentTypeError(f"{part!r} is not a number: write 500-509 or 1,4,7")
        low, high = int(first), int(last or first)
        if high < low:
            raise argparse.ArgumentTypeError(f"{part!r} contains no number: write {high}-{low}")
        if high - low >= 1_000_000:
            raise argparse.ArgumentTypeError(
                f"{part!r} contains too many numbers: a million at most"
            )
        found.extend(range(low, high + 1))
    return found


def or_none(kind: Callable[[str], float]) -> Callable[[str], float | None]:
    """A parser for a number that is not negative, or the word none."""

    def read(text: str) -> float | None:
        if text.lower() == "none":
            return None
        try:
            number = kind(text)
        except ValueError:
            number = -1
        if not 0 <= number < math.inf or (number == 0 and kind is int):
            raise argparse.ArgumentTypeError(f"{text!r}: choose a number above 0, or none")
        return number

    return read


def prices(text: str) -> tuple[float, float]:
    """Read two prices, "0.15,0.60"."""
    try:
        price_in, price_out = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write two prices, such as 0.15,0.60") from None
    return price_in, price_out


def count(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: choose a whole number of at least 1")
    return int(text)
