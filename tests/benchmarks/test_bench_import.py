"""How long `import rememberer_lite` takes, beside NumPy, which it cannot do without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

ROUNDS = 5


def seconds(statement: str) -> float:
    """The least processor time of several imports, each in a Python of its own, not its start."""
    program = f"from time import process_time as t; s = t(); {statement}; print(t() - s)"
    command = [sys.executable, "-c", program]
    return min(float(subprocess.check_output(command)) for _ in range(ROUNDS))


def test_importing_costs_no_more_than_numpy(figure: Callable[[str, object], None]) -> None:
    ours, names, numpy = (
        seconds(statement)
        for statement in (
            "import rememberer_lite",
            "from rememberer_lite import *",
            "import numpy",
        )
    )
    figure("import rememberer_lite", f"{ours:.3f} s")
    figure("import rememberer_lite: with all its names", f"{names:.2f} s")
    figure("import rememberer_lite: numpy alone", f"{numpy:.2f} s")
    assert ours < 1.3 * numpy
    assert names < 2.6 * numpy
