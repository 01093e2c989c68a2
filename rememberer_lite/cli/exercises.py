"""`rememberer-lite exercises`: generate the exercises, or make an archive for a class."""

from __future__ import annotations

import argparse
from pathlib import Path

from rememberer_lite.checks.archive import export
from rememberer_lite.checks.build import build, differing, leftovers


def run(options: argparse.Namespace) -> int:
    """Build, check (1: something differs) or export, in the current folder."""
    root = Path()
    if options.action == "export":
        out = options.out or Path("dist") / "rememberer-lite-exercises.zip"
        print(f"{out}: {export(root, out)} files, no solutions")
        return 0
    if options.check:
        problems = [*differing(root), *leftovers(root)]
        for path in problems:
            print(f"{path} does not match the solutions: run `rememberer-lite exercises build`")
        return int(bool(problems))
    for path in build(root):
        print(f"changed: {path}")
    return 0
