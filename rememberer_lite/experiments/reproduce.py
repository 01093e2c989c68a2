"""The paper's protocol: E0–E2 × S0–S1, three epochs over ten goals, and the whole test set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

from rememberer_lite.envs import World
from rememberer_lite.experiments import tables
from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.layout import aligned, wrapped
from rememberer_lite.experiments.plan import Plan
from rememberer_lite.experiments.plans import PROTOCOL, STARTS, TRAINING_SETS
from rememberer_lite.experiments.results import Result
from rememberer_lite.experiments.tables import table
from rememberer_lite.training import Interval, mean_interval
from rememberer_lite.training.outcome import share_interval

COMPARE = "Compare with the paper only where model, data and server are the paper's."

#: of the published runs: passes over the training goals, their number, and the test goals
EPOCHS, TRAINED = 3, 10
TESTED: Mapping[str, int] = {"webshop": 100, "wikihow": 70}


@dataclass(frozen=True, slots=True)
class Numbers:
    """How large the protocol is; the defaults are the paper's.

    Attributes:
        epochs: passes over the training goals.
        train: goals of each training set.
        test: goals of the test; None: all.
    """

    epochs: int = EPOCHS
    train: int = TRAINED
    test: int | None = None

    def are_the_papers(self, task_set: str, world: World) -> bool:
        """Whether a run of this size in this world is as large as the published one."""
        tested = len(world.goals("test")[: self.test])
        return (self.epochs, self.train, tested) == (EPOCHS, TRAINED, TESTED[task_set])


def protocol(task_set: str, numbers: Numbers = Numbers(), env: str = "") -> Plan:
    """The rows of the plan `protocol` that the paper has, in the size and the world asked for.

    Six trained agents, one for each initial memory and training set, and the fixed exemplars of
    each initial memory, with which they are compared.

    Source: paper, section 4; settings in `launch.sh` and `launchw.sh` of the published code.
    """
    rows = []
    for row in PROTOCOL.rows(task_set):
        against = f"fixed exemplars {row.start}"
        if row.agent == "fixed":
            rows.append(replace(row, test_count=numbers.test))
        elif row.epochs == EPOCHS and row.goals[0][0] in TRAINING_SETS:
            ((split, _),) = row.goals
            name = f"trained {numbers.epochs} × {numbers.train} from {row.start}, {split}"
            goals = ((split, numbers.train),)
            rows.append(
                replace(
                    row, name=name, epochs=numbers.epochs, goals=goals, against=against,
                    test_count=numbers.test,
                )
            )  # fmt: skip
    return Plan(
        "reproduce",
        "What does training add to fixed exemplars, by the paper's protocol?",
        {env or task_set: tuple(rows)},
        f"fixed exemplars {STARTS[0]}",
        seeds=(0,),  # the published goals are those of seed 0
        command=f"reproduce {task_set}" + (f" --env {env}" if env not in ("", task_set) else ""),
    )


def check_world(task_set: str, world: World, numbers: Numbers) -> None:
    """Refuse a world on which the protocol would mean something else.

    Raises:
        ExperimentError: if the world has another domain, or lacks a set of goals or of records.
    """
    if world.domain.name != task_set:
        raise ExperimentError(
            f"the world {world.name!r} is shown as {world.domain.name!r}, not as {task_set!r}: "
            f"give it the domain of envs.{task_set}"
        )
    for name, count in ((TRAINING_SETS[0], numbers.train), (TRAINING_SETS[1], numbers.train)):
        if len(world.splits.get(name, ())) < count:
            raise ExperimentError(
                f"the world {world.name!r} has fewer than {count} goals named {name!r}: name the "
                "paper's training sets S0 and S1 in its splits"
            )


def plan_text(task_set: str, world: World, numbers: Numbers, seeds: Sequence[int]) -> list[str]:
    """What will be done, in lines for a person."""
    tested = len(world.goals("test")[: numbers.test])
    lines = [
        f"The paper's protocol on {task_set}, in the world {world.name}:",
        f"  {len(STARTS) * len(TRAINING_SETS)} trained agents: initial memory {', '.join(STARTS)}, "
        f"training set {', '.join(TRAINING_SETS)}, {numbers.epochs} epochs over {numbers.train} "
        "goals each;",
        f"  {len(STARTS)} agents with fixed exemplars: {', '.join(STARTS)};",
        f"  each is tested on {tested} goals, up to {world.max_steps} steps; "
        f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}.",
    ]
    if not numbers.are_the_papers(task_set, world):
        lines.append(
            f"  This is a trial: the paper has {EPOCHS} epochs over {TRAINED} goals, and tests on "
            f"{TESTED[task_set]}."
        )
    return lines


def summary(result: Result, tested: int) -> list[dict[str, Any]]:
    """The outcome with 95 % intervals: each row, and all trained agents together.

    With several seeds a row's interval is Student's over the seeds; with one it is Wilson's over
    the test goals, for the success, and the score has none. "all trained" and its difference from
    the fixed exemplars are means over E0–E2 × S0–S1, with Student's interval over those agents:
    they share the test goals, so it says nothing about other goals.

    Args:
        result: of `protocol`.
        tested: the number of test goals.

    Returns:
        {"row", "measure", "over", "mean", "low", "high"}; low and high are None where there is no
        interval.
    """
    rows = {row.condition: row for row in table(result)}
    trained = [c for c in result["conditions"] if c.epochs and c.name in rows]
    found: list[dict[str, Any]] = []
    for name, row in rows.items():
        for measure, interval in row.means.items():
            over = f"{row.seeds} seeds"
            if row.seeds == 1:
                over = f"{tested} goals"
                if measure == "success":
                    interval = share_interval(interval.mean * tested, tested)
            found.append(_line(name, measure, over, interval))
    for measure in result["measures"]:
        means = [rows[c.name].means[measure].mean for c in trained]
        gaps = list(_gaps(rows, trained, measure))
        for name, values in (("all trained", means), ("all trained − fixed exemplars", gaps)):
            if values:
                over = f"{len(values)} agents"
                found.append(_line(name, measure, over, mean_interval(values)))
    return found


def _gaps(rows: Mapping[str, Any], trained: Iterable[Condition], measure: str) -> Iterable[float]:
    for condition in trained:
        if condition.against in rows:
            one, other = (rows[n].means[measure].mean for n in (condition.name, condition.against))
            yield one - other


def _line(name: str, measure: str, over: str, interval: Interval) -> dict[str, Any]:
    ends = {end: value if isfinite(value) else None for end, value in asdict(interval).items()}
    return {"row": name, "measure": measure, "over": over, **ends}


def summary_text(result: Result, lines: Sequence[Mapping[str, Any]], width: int | None) -> str:
    """The summary as a table for a person, followed by the failed cells and the cost."""
    measures = result["measures"]
    cells: dict[str, dict[str, str]] = {}
    for line in lines:
        ends = "" if line["low"] is None else f" [{line['low']:.3f}, {line['high']:.3f}]"
        row = cells.setdefault(line["row"], {"over": line["over"]})
        row[line["measure"]] = f"{line['mean']:.3f}{ends}"
    body = [[name, *(row[m] for m in measures), row["over"]] for name, row in cells.items()]
    title = f"the paper's protocol on {result['env']}, model {result['model']}; in brackets 95 %"
    table_lines = aligned(["agent", *measures, "interval over"], body, width)
    return "\n".join([*wrapped([title], width), *table_lines, *wrapped(tables.ends(result), width)])
