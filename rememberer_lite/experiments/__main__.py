"""The command `python -m rememberer_lite.experiments PLAN`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rememberer_lite import experiments
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.results import as_text, run
from rememberer_lite.state import RemembererError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a plan and print its table; 0: done, 1: a cell failed, 2: something to mend."""
    parser = argparse.ArgumentParser(
        prog="python -m rememberer_lite.experiments", description=experiments.__doc__
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("plan", choices=sorted(PLANS))
    parser.add_argument("--env", choices=("webshop", "wikihow"), default="webshop")
    parser.add_argument("--seeds", default="0-9", help="first-last, or one (0-9)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--out", type=Path, help="the result file; a broken-off run goes on there")
    parser.add_argument("--reference", help="the condition to compare with (the plan's)")
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    try:
        result = run(PLANS[options.plan], options.env, seeds, options.out, options.jobs)
        text = as_text(result, options.reference)
    except RemembererError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(text + "\n")
    return int(any("error" in cell for cell in result["cells"]))


if __name__ == "__main__":
    sys.exit(main())
