"""How the benchmark measures: the median of several calls in this process."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter


def seconds(
    work: Callable[[], object], rounds: int = 7, clock: Callable[[], float] = perf_counter
) -> float:
    """The median time of a piece of work, in seconds of this clock."""
    times = []
    for _ in range(rounds):
        began = clock()
        work()
        times.append(clock() - began)
    return median(times)
