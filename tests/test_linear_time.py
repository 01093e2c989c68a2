"""Twice the text takes about twice the time, in every function that takes one from outside.

What is not linear by nature has a stated limit: `lcs`, the tags of one screen
(test_memory_threads.py), a label on a page, a word of a search, the shortened page of a prompt.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
from entries import ENTRIES

from rememberer_lite.state import RemembererError

#: what a pattern may read in more than one way, or again from each place within it
BEGINNINGS = ("", "click[a] -> value", "actions", '<p class="', "click: ")
UNITS = (
    *("\t", "\u3000", "\n", "[", "]", "[a]\n", "[[a", "->", "=> 0 ", "<", "<p ", 'a="', "\n- "),
    *("*", ":", "_", "1", "a.", "'a", "A", "\u0301"),
)
SHORT, LONG = 500, 4_000
#: for whole views, whose parts are tried at LONG: to draw a line takes half a millisecond
DRAWN = 300
#: seconds at LONG below which nobody waits, whatever the ratio
UNNOTICED = 0.02
FRESH = count(8, 8)


def cost(call: Callable[[str], object], text: str) -> float:
    """The seconds of this process for one call, without those of the garbage collection."""
    gc.disable()
    began = time.process_time()
    try:
        with suppress(RemembererError):  # a stated limit, or no action in it
            call(text)
        return time.process_time() - began
    finally:
        gc.enable()


def fastest(
    call: Callable[[str], object], text: Callable[[int], str], length: int, times: int
) -> float:
    """The least of several; caches know a text that was seen, so each is a little longer."""
    return min(cost(call, text(length + next(FRESH))) for _ in range(times))


@pytest.mark.parametrize("name", ENTRIES)
def test_twice_the_text_takes_no_more_than_three_times_as_long(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    call = ENTRIES[name]
    cost(call, "red mug")  # what is read or made once
    slow = []
    whole_view = name.startswith("view of")
    long = DRAWN if whole_view else LONG
    record_property("inputs", len(UNITS) * (1 if whole_view else 2))
    for number, unit in enumerate(UNITS):
        # each unit behind one of the beginnings, another one for the next; views have none
        others = () if whole_view else (BEGINNINGS[1 + number % (len(BEGINNINGS) - 1)],)
        for beginning in (BEGINNINGS[0], *others):

            def text(length: int, beginning: str = beginning, unit: str = unit) -> str:
                return f"{beginning}{unit * (length // len(unit))}!"

            if cost(call, text(SHORT)) < UNNOTICED / 64:
                continue  # even if it were quadratic, it would not be felt
            once = cost(call, text(long))
            if once < UNNOTICED or cost(call, text(2 * long)) <= 3 * once:
                continue
            for times in (2, 4):  # the machine has other work: what is slow is so each time
                once, twice = (fastest(call, text, n, times) for n in (long, 2 * long))
                if twice <= 3 * once:
                    break
            else:
                slow.append(f"{beginning!r} + {unit!r} · n: {once:.3f} s, then {twice:.3f} s")
    assert not slow, "\n".join(slow)
