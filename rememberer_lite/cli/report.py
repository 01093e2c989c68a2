"""`rememberer-lite report`: the page of results, generated from the result files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from rememberer_lite.experiments.report import write
from rememberer_lite.training import Interval


def run(options: argparse.Namespace) -> int:
    """Write the page and its pictures."""
    print(f"written: {write(options.folder, options.out, options.prices, draw)}")
    return 0


def draw(
    rows: Mapping[str, Interval], label: str, finding: str, difference: bool
) -> tuple[str, str]:
    """The picture of a comparison, and what it shows in words."""
    from rememberer_lite.view import forest_plot  # plots take time to import

    plot = forest_plot(rows, label, finding, difference=difference, ordered=True)
    return plot.svg(), plot.reading
