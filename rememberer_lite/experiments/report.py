"""The page of results: every table, what it shows and what it does not, and what it would cost.

All of it is made from the result files; the only words that are written by hand are the reasons
in `reasons.py`, each bound to the outcome that it explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.reasons import CLAIMS, Claim
from rememberer_lite.experiments.results import Result, Row, columns, cost, load, show, table
from rememberer_lite.experiments.world import ExperimentError
from rememberer_lite.llm import Usage
from rememberer_lite.prompts import REPLY_TOKENS
from rememberer_lite.run import Interval
from rememberer_lite.storage import write_whole

HEAD = """# Results

The model in all of these is **the offline stand-in, a small program and no language model**. What
is measured is the method on the stand-in. Never compare these numbers with a paper's or a real
model's. This page is made from the files in `{folder}/` by the command

    rememberer-lite report notebooks/{folder}

Do not edit it by hand.

How to read a table: each seed is a shop or a site of its own, with its own goals, model and luck.
± is the half width of a 95 % interval (Student's) over the seeds. "this − reference" is the mean
difference in the first measure, paired seed by seed; the column beside it names the reference.
Calls and tokens are those of one seed, training and test together.

A difference whose interval holds 0 is **not told apart** from chance here, however large it looks.
There are many rows: of twenty true zeros one will lie outside its interval by luck alone, so a row
that stands alone and barely clears 0 proves little.

Environments: `webshop`, success is a reward of 1 on 100 test goals; `wikihow`, success is the last
milestone on 70 test tasks. 4 × 50 means four epochs over 50 training goals.
"""


def write(folder: str | Path, out: str | Path | None, prices: tuple[float, float]) -> Path:
    """Read the results of a folder and write the page; returns its path.

    Raises:
        ExperimentError: where the folder holds no result, or one that is not complete.
    """
    folder = Path(folder)
    results = [load(path) for path in sorted(folder.glob("*.json"))]
    if not results:
        raise ExperimentError(f"no results in {folder}: run `rememberer-lite experiment` first")
    order = list(PLANS)
    results.sort(key=lambda r: (order.index(r["plan"]) if r["plan"] in order else 99, r["env"]))
    path = Path(out) if out else folder.parent / "RESULTS.md"
    write_whole(path, page(results, folder.name, prices))
    return path


def page(results: Sequence[Result], folder: str, prices: tuple[float, float]) -> str:
    """The whole page as Markdown."""
    lines = [HEAD.format(folder=folder)]
    lines += ["## The questions, answered", ""]
    lines += _claims(results)
    for plan in dict.fromkeys(result["plan"] for result in results):
        mine = [result for result in results if result["plan"] == plan]
        lines += [f"## {plan}", "", mine[0]["question"], ""]
        for result in mine:
            lines += [f"### {plan}: {result['env']}", "", *markdown(result), *reading(result), ""]
            lines += [f"Made by `{result['command']}`, {_made_with(result)}.", ""]
    lines += ["## With a real model", "", *_costs(results, prices)]
    return "\n".join(lines).rstrip() + "\n"


def markdown(result: Result) -> list[str]:
    """The table of one result."""
    head, body = columns(result)
    rows = [head, ["---"] * len(head), *body]
    return [f"| {' | '.join(cells)} |" for cells in rows] + [""]


def reading(result: Result) -> list[str]:
    """Which rows are told apart from their reference, and which are not."""
    rows = [row for row in table(result) if row.difference is not None]
    groups: dict[str, list[str]] = {"Above": [], "Below": [], "Not told apart from": []}
    for row in rows:
        groups[_verdict(row.difference)].append(f"{row.condition} ({show(row.difference, '+')})")
    return [f"- {how} its reference: {'; '.join(names)}." for how, names in groups.items() if names]


def _verdict(difference: Interval | None) -> str:
    if difference is None or difference.low <= 0 <= difference.high:
        return "Not told apart from"
    return "Above" if difference.mean > 0 else "Below"


def _claims(results: Sequence[Result]) -> Iterator[str]:
    """Each question with its answer in numbers, in each environment."""
    found = {(result["plan"], result["env"]): result for result in results}
    for claim in CLAIMS:
        yield f"### {claim.question}"
        yield ""
        for (plan, env), result in found.items():
            if plan == claim.plan:
                yield from _answer(claim, env, table(result))
        if claim.reason:
            yield f"- Likely reason: {claim.reason}"
        yield ""


def _answer(claim: Claim, env: str, rows: Sequence[Row]) -> Iterator[str]:
    named = {row.condition: row for row in rows}
    found = [named[name] for name in claim.rows if name in named]
    if not found:
        return
    yield f"- {env}, {claim.measure}:"
    for row in found:
        gap = row.differences.get(claim.measure)
        against = "" if gap is None else f" ({show(gap, '+')} against {row.reference})"
        yield f"  - {row.condition}: {show(row.means[claim.measure])}{against}"


def _made_with(result: Result) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    seeds = sorted({cell["seed"] for cell in result["cells"]})
    return f"seeds {seeds[0]}–{seeds[-1]}, Python {result['python']}, {versions}"


def _costs(results: Sequence[Result], prices: tuple[float, float]) -> Iterator[str]:
    yield "Add `--model NAME --base-url URL --max-cost …` to any of the commands above. The table"
    yield "counts what the stand-in asked: calls, and tokens of all prompts. Each reply is counted"
    yield f"at its full length of {REPLY_TOKENS} tokens, as `estimate` does. The price is that of"
    yield f"{prices[0]:g} for a million prompt tokens and {prices[1]:g} for a million reply tokens:"
    yield "an example; put in your provider's with `--prices`. Begin with one seed."
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
    yield f"With the stand-in all of it took {hours:.1f} hours of processor time."
