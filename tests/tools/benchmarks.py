"""Measure everything of `tests/benchmarks/measures.py`, and write the page about it.

    uv run python tests/tools/benchmarks.py
    uv run python tests/tools/benchmarks.py --large                      # large sizes instead
    uv run python tests/tools/benchmarks.py --large memory wiki 1000000  # one of them

Either way the page keeps the figures of the other kind. The large sizes take gigabytes of memory
and disk, and many minutes; each is written to the page as soon as it is known.

All times are processor time of one process, so that other work on the machine disturbs them little;
the page still says how busy the machine was. It takes some minutes.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

TESTS = Path(__file__).parents[1]
PAGE = TESTS / "benchmarks" / "README.md"
sys.path[:0] = [str(TESTS), str(TESTS / "benchmarks")]

INTRODUCTION = """\
# How fast it is

Made by `uv run python tests/tools/benchmarks.py`; do not edit. Each figure is beside a plain
reference that was measured in the same run: seconds belong to a machine, ratios much less so.
`uv run pytest tests/benchmarks -n 0` asserts such ratios.

"""
PUBLISHED = """\
## The published systems

| What | Their figure | Source |
|---|---|---|
| a search step in WebShop | 30–41 ms | timed on the published simulator, 60 to 20,000 products, for this project's recordings |
| a step to an item, an option, without an effect | 22–30, 19–25, 8–12 ms | the same |
| steps a second in WebShop | 25–54 | the same |
| retrieval in the published REMEMBERER | every stored task encoded again at each query: seconds a step at 500 records | its code, defect 27 in `tests/test_published_defects.py` |
"""  # noqa: E501


LARGE = "## At large sizes"


class Row(NamedTuple):
    """A measure with its results."""

    name: str
    reference: str
    unit: str
    sizes: tuple[int, ...]
    ours: list[float]
    plain: list[float]


def order(sizes: Sequence[int], values: Sequence[float]) -> float:
    """p of the power law c·Nᵖ that fits best: a line through the logarithms.

    >>> order([10, 100, 1000], [2.0, 20.0, 200.0])
    1.0
    """
    logarithms = np.log(np.maximum(values, 1e-9))
    return round(float(np.polyfit(np.log(sizes), logarithms, 1)[0]), 2)


def shown(value: float, unit: str) -> str:
    """A value with three digits.

    >>> shown(0.00123, "s"), shown(2_500_000, "B")
    ('1.23 ms', '2.5 MB')
    """
    if unit == "s":
        scale, name = next((s, n) for s, n in ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))
                           if value >= s or n == "µs")  # fmt: skip
        return f"{value / scale:.3g} {name}"
    scale, name = next((s, n) for s, n in ((1e6, "MB"), (1e3, "kB"), (1, "B"))
                       if value >= s or n == "B")  # fmt: skip
    return f"{value / scale:.3g} {name}"


def times(ratio: float) -> str:
    """A ratio with two digits or more.

    >>> times(1234.5), times(0.1234)
    ('1,234', '0.12')
    """
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


Large = dict[tuple[str, int], str]  # what, at which size → the line of the table


def large_lines(figures: Sequence[tuple[str, int, float, str]]) -> Large:
    """The lines of figures of large sizes, with the load of the machine at their end."""
    busy = os.getloadavg()[1]
    return {
        (what, n): f"| {what} | {n:,} | {shown(value, unit)} | {busy:.1f} |"
        for what, n, value, unit in figures
    }


def large_section(lines: Large, machine: str) -> str:
    """The part of the page about the large sizes, which the command measures only if asked to."""
    order = list(dict.fromkeys(what for what, _ in lines))
    kept = sorted(lines, key=lambda key: (order.index(key[0]), key[1]))
    return (
        f"{LARGE}\n\nMeasured by `--large`: ten records share a task (shop) or a screen (wiki), "
        "or each\nhas a task of its own (own). Each measure runs in a process of its own, whose "
        "memory is the most\nit had at a time. Load: of the machine, in the last five minutes.\n\n"
        f"{machine}\n\n| What | N | Time or memory | Load |\n|---|---|---|---|\n"
        + "\n".join(lines[key] for key in kept)
        + "\n\n"
    )


def kept(text: str) -> str:
    """The part about the large sizes that a page has, if it has one."""
    start = text.find(LARGE)
    return text[start : text.find("\n## ", start) + 1] if start >= 0 else ""


def kept_lines(text: str) -> Large:
    """The lines in that part."""
    lines = re.findall(r"^(\| ([^|]+) \| ([\d,]+) \| .*\|)$", kept(text), re.MULTILINE)
    return {(what, int(n.replace(",", ""))): line for line, what, n in lines}


def with_large(text: str, lines: Large, machine: str) -> str:
    """The page with these lines in place of those of the same name and size."""
    section = large_section(kept_lines(text) | lines, machine)
    rest = text.replace(kept(text), "") if kept(text) else text
    before, published, after = rest.partition(PUBLISHED[:20])
    return before + section + published + after


def page(rows: Sequence[Row], machine: str, imports: str, large: str = "") -> str:
    """The text of the page."""
    largest = [
        f"| {row.name} | {row.sizes[-1]:,} | {shown(row.ours[-1], row.unit)} | "
        f"{shown(row.plain[-1], row.unit)} ({row.reference}) | "
        f"{times(row.plain[-1] / row.ours[-1])} |"
        for row in rows
    ]
    growth = [
        f"| {row.name} | {', '.join(f'{n:,}' for n in row.sizes)} | "
        f"{', '.join(shown(v, row.unit) for v in row.ours)} | "
        f"{order(row.sizes, row.ours):.2f} | {order(row.sizes, row.plain):.2f} |"
        for row in rows
    ]
    return (
        INTRODUCTION
        + f"{machine}\n\n"
        + "## At the largest N\n\n| What | N | Time or memory | Plain reference | Times better |\n"
        + "|---|---|---|---|---|\n"
        + "\n".join(largest)
        + "\n\nBelow 1 the plain reference does less: it checks no value and fills no index, or\n"
        + "writes no file.\n\n"
        + f"{imports}\n\n"
        + "## How it grows\n\nThe order is p of the power law c·Nᵖ that fits the figures best.\n\n"
        + "| What | N | Figures | Order | Order of the reference |\n|---|---|---|---|---|\n"
        + "\n".join(growth)
        + "\n\n"
        + large
        + PUBLISHED
    )


def machine(busy: bool = True) -> str:
    """What the figures were measured on."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        name = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), name)
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"Machine: {name}, {os.cpu_count()} processors, {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {version('numpy')}. One process, "
        "processor time." + f" Load of the machine at the end (1, 5, 15 minutes): {load}." * busy
    )


def imported() -> str:
    """What an import costs, in NumPy's."""

    def cost(code: str) -> float:
        least = math.inf
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            least = min(least, spent)
        return least

    start = cost("pass")
    numpy = cost("import numpy") - start
    package, names = (
        (cost(code) - start) / numpy
        for code in ("import rememberer_lite", "from rememberer_lite import *")
    )
    return (
        f"Importing: `import rememberer_lite` takes {package:.2f} times as long as `import numpy`, "
        f"since a name is imported at its first use; with all its names, NumPy included, "
        f"{names:.2f} times. NumPy: {shown(numpy, 's')}."
    )


def measure_large(words: Sequence[str]) -> None:
    """Measure one of the large sizes, such as ["memory", "wiki", "1000000"], or all of them."""
    from large import MEASURES, measured

    wanted = [(name, size) for name, sizes in MEASURES.items() for size in sizes]
    if words:
        wanted = [(" ".join(words[:-1]), int(words[-1]))]
    for name, size in wanted:
        figures = measured(name, size)
        print(name, size, [(what, shown(value, unit)) for what, _, value, unit in figures])
        text = with_large(PAGE.read_text("utf-8"), large_lines(figures), machine(busy=False))
        PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure, and write the page."""
    from measures import MEASURES

    parser = argparse.ArgumentParser(description="Measure, and write tests/benchmarks/README.md.")
    parser.add_argument(
        "--large", nargs="*", metavar="WORD", help="large sizes; all, or one as memory wiki 1000000"
    )
    words = parser.parse_args().large
    if words is not None:
        measure_large(words)
        return
    rows = []
    for measure in MEASURES:
        pairs = [measure.work(size) for size in measure.sizes]
        ours, plain = ([pair[i] for pair in pairs] for i in (0, 1))
        rows.append(Row(measure.name, measure.reference, measure.unit, measure.sizes, ours, plain))
        print(measure.name, [shown(v, measure.unit) for v in ours], flush=True)
    text = page(rows, machine(), imported(), kept(PAGE.read_text("utf-8")))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
