"""`rememberer-lite report`: the page of results, made from the result files."""

from __future__ import annotations

import argparse

from rememberer_lite.experiments.report import write


def run(options: argparse.Namespace) -> int:
    """Write the page."""
    print(f"written: {write(options.folder, options.out, options.prices)}")
    return 0
