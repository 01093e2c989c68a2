"""How the benchmark measures: the median of several calls in this process."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter


def seconds(work: Callable[[], object], rounds: int = 7) -> float:
    """The median time of a piece of work, in seconds."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return median(times)
