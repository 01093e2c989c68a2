"""The table that summarises a result: a row for each condition, with intervals over the seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rememberer_lite.experiments.conditions import Training
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.layout import aligned, wrapped
from rememberer_lite.experiments.measures import failed, spent, value
from rememberer_lite.experiments.results import Result
from rememberer_lite.training import Interval, mean_interval


@dataclass(frozen=True, slots=True)
class Row:
    """One condition over its seeds.

    Attributes:
        condition: its name.
        seeds: how many seeds it has.
        means: measure → mean over the seeds with its 95 % interval.
        differences: measure → this − reference, paired by seed; {} for the reference itself.
        reference: the name of the condition with which it is compared.
        calls, tokens: what one seed cost on average, training and test together.
    """

    condition: str
    seeds: int
    means: Mapping[str, Interval]
    differences: Mapping[str, Interval]
    reference: str
    calls: float = 0.0
    tokens: float = 0.0

    @property
    def success(self) -> Interval:
        """The success rate."""
        return self.means["success"]

    @property
    def difference(self) -> Interval | None:
        """In the plan's first measure: this − reference; None for the reference itself."""
        return next(iter(self.differences.values()), None)


def table(result: Result, reference: str | None = None) -> list[Row]:
    """The rows of a result, in the plan's order; conditions without cells are left out.

    Intervals are Student's, over seeds; differences are paired by seed.

    Args:
        result: what `run` returned, or what `load` read from its file.
        reference: the condition to compare with; None: the one that each row names.
    """
    names = [condition.name for condition in result["conditions"]]
    if reference is not None and reference not in names:
        raise ExperimentError(f"no condition {reference!r}: choose one of {', '.join(names)}")
    cells = {(c["condition"], c["seed"]): c for c in result["cells"] if not failed(c)}
    rows = []
    for condition in result["conditions"]:
        name = condition.name
        other = reference or condition.against or result["reference"]
        own = {seed: cell for (of, seed), cell in cells.items() if of == name}
        if not own:
            continue
        differences = {
            measure: paired(result, name, other, measure)
            for measure in result["measures"]
            if name != other and any((other, seed) in cells for seed in own)
        }
        means = {}
        for measure in (*result["measures"], *result["also"]):
            measured = [value(cell, measure) for cell in own.values()]
            if numbers := [number for number in measured if number is not None]:
                means[measure] = mean_interval(numbers)
        costs = [spent(cell) for cell in own.values()]
        calls, tokens = (sum(part) / len(own) for part in zip(*costs, strict=True))
        rows.append(Row(name, len(own), means, differences, other, calls, tokens))
    return rows


def paired(result: Result, one: str, other: str, measure: str = "success") -> Interval:
    """The difference one − other of two conditions, paired by seed.

    Raises:
        ExperimentError: if the two have no seed in common.
    """
    values = {
        (cell["condition"], cell["seed"]): number
        for cell in result["cells"]
        if (number := value(cell, measure)) is not None
    }
    gaps = [
        number - values[other, seed]
        for (of, seed), number in values.items()
        if of == one and (other, seed) in values
    ]
    if not gaps:
        raise ExperimentError(f"{one!r} and {other!r} have no seed in common")
    return mean_interval(gaps)


def show(interval: Interval | None, sign: str = "") -> str:
    """ "0.473 ± 0.028", or "–" if there is nothing; large numbers without decimals."""
    if interval is None:
        return "–"
    digits = 0 if abs(interval.mean) >= 100 else 1 if abs(interval.mean) >= 10 else 3
    half = interval.high - interval.mean
    return f"{interval.mean:{sign},.{digits}f} ± {half:,.{digits}f}"


def columns(result: Result, reference: str | None = None) -> tuple[list[str], list[list[str]]]:
    """Head and body of the table as texts."""
    measures, also = result["measures"], result["also"]
    first = measures[0]
    head = ["condition", "seeds", *measures, f"{first}: this − reference", "reference", *also]
    head += ["calls", "tokens"]
    body = [
        [
            row.condition,
            str(row.seeds),
            *(show(row.means.get(measure)) for measure in measures),
            show(row.difference, "+"),
            row.reference if row.differences else "–",
            *(show(row.means.get(measure)) for measure in also),
            f"{row.calls:,.0f}",
            f"{row.tokens:,.0f}",
        ]
        for row in table(result, reference)
    ]
    return head, body


def as_text(result: Result, reference: str | None = None, width: int | None = None) -> str:
    """The table as text, followed by the failed cells and the cost.

    Args:
        result: what `run` returned, or what `load` read from its file.
        reference: the condition to compare with; None: the one that each row names.
        width: of the terminal, in characters; None: as wide as the table needs.
    """
    text = [f"{result['plan']} on {result['env']}, model {result['model']}; ± is 95 %, over seeds"]
    body = aligned(*columns(result, reference), width)
    return "\n".join([*wrapped(text, width), *body, *wrapped(ends(result), width)])


def ends(result: Result) -> list[str]:
    """What follows a table: the failed cells, and the cost."""
    lines = [
        f"failed: {cell['condition']}, seed {cell['seed']}: {cell['error']}"
        for cell in result["cells"]
        if failed(cell)
    ]
    calls, tokens = cost(result)
    return [*lines, f"cost: {calls:,} calls of the model, {tokens:,} tokens"] if calls else lines


def cost(result: Result) -> tuple[int, int]:
    """(calls, tokens) of all cells; a training that several conditions share is counted once."""
    training = {condition.name: condition.training for condition in result["conditions"]}
    paid: set[tuple[int, Training]] = set()
    calls = tokens = 0
    for cell in result["cells"]:
        key = cell["seed"], training[cell["condition"]]
        more_calls, more_tokens = spent(cell, training=key not in paid)
        paid.add(key)
        calls, tokens = calls + more_calls, tokens + more_tokens
    return calls, tokens
