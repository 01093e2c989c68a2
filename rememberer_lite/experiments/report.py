"""The page of results: every table, what it shows and what it does not, and what it costs.

All of it is generated from the result files; only the reasons in `reasons.py` are written by hand,
each bound to the outcome that it explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.real import REAL
from rememberer_lite.experiments.results import Result, load
from rememberer_lite.experiments.sheet import Draw, Sheet, direction, folded, is_real
from rememberer_lite.experiments.tables import columns, cost, show, table
from rememberer_lite.llm import Usage
from rememberer_lite.prompts import REPLY_TOKENS
from rememberer_lite.storage import exists, write_whole
from rememberer_lite.training import Interval

HEAD = """# Results

{models} Never compare these numbers with a paper's or
another model's. `rememberer-lite report notebooks/{folder}` generates this page from `{folder}/`.

Each seed is a different shop or site, with its own goals, model and draws. A dot is a mean over the
seeds, or a mean difference to the row's reference, paired by seed; bar and ± are its 95 % interval
(Student's). A difference whose interval contains 0 **cannot be distinguished** from chance here.
There are many rows: of twenty true zeros, one will be outside its interval by chance alone. Success
is a reward of 1 in `webshop`, and the last milestone in `wikihow`.
"""
STAND_IN = """The model in all of the following is **the offline stand-in, a small program and no
language model**: what is measured is the method on the stand-in. There are 100 test goals in the
shop and 70 on the wiki."""


def write(
    folder: str | Path, out: str | Path | None, prices: tuple[float, float], draw: Draw
) -> Path:
    """Read the results of a folder and write the page and its pictures; returns the page's path.

    Args:
        folder: holds the result files.
        out: the page; None: RESULTS.md beside the folder.
        prices: of a million prompt tokens and reply tokens.
        draw: makes the picture of a comparison.

    Raises:
        ExperimentError: if the folder holds no result, or an incomplete one, or if an answer in
            `reasons.py` is not what the numbers say.
    """
    folder = Path(folder)
    results = [load(path) for path in (sorted(folder.glob("*.json")) if exists(folder) else ())]
    if not results:
        raise ExperimentError(f"no results in {folder}: run `rememberer-lite experiment` first")
    order = list(PLANS)
    results.sort(key=lambda r: (order.index(r["plan"]) if r["plan"] in order else 99, r["env"]))
    path = Path(out) if out else folder.parent / "RESULTS.md"
    text, pictures = page(results, folder.name, prices, draw)
    for name, svg in pictures.items():
        write_whole(path.parent / folder.name / "plots" / f"{name}.svg", svg)
    write_whole(path, text)
    return path


def page(
    results: Sequence[Result], folder: str, prices: tuple[float, float], draw: Draw
) -> tuple[str, dict[str, str]]:
    """The whole page as Markdown, and its pictures by their names."""
    real = [result for result in results if is_real(result)]
    others = [result for result in results if not is_real(result)]
    first = "Measured with a real, small language model first, then with a stand-in."
    sheet = Sheet(folder, draw)
    lines = [
        HEAD.format(
            folder=folder,
            models=first
            if real
            else "Measured with a stand-in, a small program and no language model.",
        )
    ]
    for result in real:
        section = sheet.real(result)
        lines += section if result["plan"] == REAL.name else folded(result["question"], section)
    lines += ["## The questions, answered", "", STAND_IN, ""]
    lines += sheet.claims(others)
    lines += ["## All tables", ""]
    for plan in dict.fromkeys(result["plan"] for result in results):
        of_plan = [result for result in results if result["plan"] == plan]
        inside = [of_plan[0]["question"], ""]
        for result in of_plan:
            inside += [f"**{plan}: {result['env']}**", "", *markdown(result), *reading(result), ""]
            inside += [f"Made by `{result['command']}`, {_made_with(result)}.", ""]
        lines += folded(plan, inside)
    lines += ["## What it costs with a real model", "", *folded("Calls, tokens, prices",
              _costs(others, prices))]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n", sheet.pictures


def markdown(result: Result) -> list[str]:
    """The table of one result."""
    head, body = columns(result)
    rows = [head, ["---"] * len(head), *body]
    return [f"| {' | '.join(cells)} |" for cells in rows] + [""]


def reading(result: Result) -> list[str]:
    """Which rows can be distinguished from their reference, and which cannot."""
    rows = [row for row in table(result) if row.difference is not None]
    groups: dict[str, list[str]] = {"Above": [], "Below": [], "Indistinguishable from": []}
    for row in rows:
        groups[_verdict(row.difference)].append(f"{row.condition} ({show(row.difference, '+')})")
    return [
        f"- {verdict} its reference: {'; '.join(names)}."
        for verdict, names in groups.items()
        if names
    ]


def _verdict(difference: Interval | None) -> str:
    verdict = {"above": "Above", "below": "Below"}
    return verdict.get(direction(difference), "Indistinguishable from")


def _made_with(result: Result) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    seeds = sorted({cell["seed"] for cell in result["cells"]})
    return f"seeds {seeds[0]}–{seeds[-1]}, Python {result['python']}, {versions}"


def _costs(results: Sequence[Result], prices: tuple[float, float]) -> Iterator[str]:
    yield "Add `--model NAME --base-url URL --max-cost …` to any of the commands above. The table"
    yield "counts what the stand-in asked: calls, and tokens of all prompts. Each reply is counted"
    yield f"at its full length of {REPLY_TOKENS} tokens, as `estimate` does. The prices assume"
    yield f"{prices[0]:g} for a million prompt tokens and {prices[1]:g} for a million reply tokens:"
    yield "an example; pass your provider's with `--prices`. Begin with one seed."
    yield ""
    yield "| experiment | seeds | calls | prompt tokens | price | price of one seed |"
    yield "|---|---|---|---|---|---|"
    for result in results:
        calls, tokens = cost(result)
        if not calls:
            continue
        seeds = len({cell["seed"] for cell in result["cells"]})
        usage = Usage(calls, tokens, calls * REPLY_TOKENS, prices)
        yield (
            f"| {result['plan']}, {result['env']} | {seeds} | {calls:,} | {tokens:,} | "
            f"{usage.cost:,.2f} | {usage.times(1 / seeds).cost:,.2f} |"
        )
    hours = sum(cell.get("seconds", 0.0) for result in results for cell in result["cells"]) / 3600
    yield ""
    yield f"With the stand-in, all experiments took {hours:.1f} hours of processor time."
