"""How long `import rememberer_lite` takes, beside NumPy, which it cannot do without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

ROUNDS = 5


def seconds(module: str) -> float:
    """The shortest of several imports, each in a Python of its own, without Python's own start."""
    program = f"from time import perf_counter as t; s = t(); import {module}; print(t() - s)"
    command = [sys.executable, "-c", program]
    return min(float(subprocess.check_output(command)) for _ in range(ROUNDS))


def test_importing_costs_little_more_than_numpy(figure: Callable[[str, object], None]) -> None:
    ours, numpy, openai = (seconds(name) for name in ("rememberer_lite", "numpy", "openai"))
    figure("import rememberer_lite", f"{ours:.2f} s")
    figure("import rememberer_lite: numpy alone", f"{numpy:.2f} s")
    figure("import rememberer_lite: openai, which it does not import", f"{openai:.2f} s")
    assert ours < 3.5 * numpy
