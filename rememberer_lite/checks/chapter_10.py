"""Exercises of chapter 10: ablations, effects, a fair choice, a price, a study by its plan."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from statistics import mean, stdev
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Prediction, mistakes

# ---- 10.1

FIRST = Prediction(
    "10.1", "an ablation that changes two things", "chapter 10, “Take away one part at a time”",
    lambda: "random advice", {
    "discouraged":
        "The warning is off in both agents, so it cannot make a difference between them.",
    "both": "Look once more at what the two have in common: only one setting differs.",
    "neither": "One setting differs between the two, so that one is tested.",
})  # fmt: skip


# ---- 10.2

Run = Callable[[dict[str, bool]], float]


class _Scores:
    """An experiment that adds up what the parts are worth. It is run once with each settings."""

    def __init__(self, worth: Mapping[str, float], pair: float = 0.0) -> None:
        self.worth, self.pair, self.seen = worth, pair, set[frozenset[str]]()

    def __call__(self, settings: dict[str, bool]) -> float:
        if missing := self.worth.keys() - settings.keys():
            raise KeyError(f"run got no setting for {', '.join(sorted(missing))}: False is one")
        on = frozenset(name for name, value in settings.items() if value)
        if on in self.seen:
            raise RuntimeError(f"run was called twice with {', '.join(sorted(on)) or 'nothing'} on")
        self.seen.add(on)
        return sum(self.worth[name] for name in on) + self.pair * (len(on) == len(self.worth))

    def __deepcopy__(self, memo: object) -> _Scores:
        return _Scores(self.worth, self.pair)  # nothing was run yet

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Scores) and (self.worth, self.pair) == (other.worth, other.pair)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"<an experiment with {', '.join(self.worth) or 'no parts'}>"


def _ablate(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    run = deepcopy(run)  # the specification leaves the case as it is
    whole = run(dict(settings))
    losses = []
    for part in settings:
        if settings[part]:
            losses.append((part, whole - run({**settings, part: False})))
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def _agents(rng: random.Random) -> Iterator[Case]:
    yield _Scores({}), {}
    yield _Scores({"values": 0.25}), {"values": True}
    yield _Scores({"values": 0.25}), {"values": False}
    yield _Scores({"b": 0.25, "a": 0.25}), {"b": True, "a": True}
    yield _Scores({"b": 0.5, "a": 0.25}, 0.5), {"b": True, "a": True}
    yield _Scores({"b": -0.25, "a": 0.25}), {"b": True, "a": True}
    for size in range(60):
        names = rng.sample(["values", "advice", "warning", "similarity", "order"], size // 15 + 2)
        worth = {name: rng.choice([-0.25, 0.0, 0.125, 0.25, 0.5]) for name in names}
        settings = {name: rng.random() < 0.8 for name in names}
        yield _Scores(worth, rng.choice([0.0, 0.25])), settings


SECOND = Exercise(
    "10.2", "an ablation by code", "chapter 10, “Take away one part at a time”", _ablate,
    _agents, mistakes({
    "whole - run({**settings, part: False}) >> run({**settings, part: False}) - whole":
        "The sign is turned round. A loss is the whole agent's score minus the score without the "
        "part.",
    "run({**settings >> run(settings := {**settings": "You take one part after the other away and "
        "leave them off. Each part goes alone, from the whole agent.",
    ("whole = run(dict(settings)) >> whole = run(dict.fromkeys(settings, False))",
     "whole - run({**settings, part: False}) >> run({**dict.fromkeys(settings, False), part: "
     "True}) - whole"): "You switch one part on in an empty agent. An ablation switches one part "
        "off in the whole one; where parts work together the two differ.",
    "if settings[part] >> if True":
        "A part that is off already cannot be taken away: leave it out of the list.",
    "sorted(losses, key=lambda loss: (-loss[1], loss[0])) >> losses":
        "The list is not sorted: the largest loss comes first, equal ones by name.",
    "-loss[1] >> loss[1]": "The list is sorted the wrong way: the largest loss comes first.",
    "whole - run({**settings, part: False}) >> run(dict(settings)) - run({**settings, part: "
    "False})": "You run the same settings twice. A run is expensive: keep what you got.",
}), cuts=("settings",))  # fmt: skip


# ---- 10.3


def _chosen(rates: Mapping[str, Sequence[float]], reference: str) -> tuple[str, float]:
    choice = max(sorted(rates), key=lambda name: mean(rates[name][::2]))
    return choice, mean(rates[choice][1::2]) - mean(rates[reference][1::2])


def _sweeps(rng: random.Random) -> Iterator[Case]:
    yield {"start": [0.25, 0.25], "a": [0.5, 0.25]}, "start"
    yield {"start": [0.25, 0.5], "a": [0.5, 0.25]}, "start"
    yield {"start": [0.5, 0.25], "a": [0.25, 1.0]}, "start"
    yield {"b": [0.5, 0.25], "a": [0.5, 0.75], "start": [0.25, 0.25]}, "start"
    for size in range(50):
        names = [
            "start",
            *rng.sample(["λ = 0", "λ = 1", "m = 1", "m = 4", "n = 1"], size // 15 + 1),
        ]
        seeds = rng.choice([2, 4, 5, 8])
        yield (
            {n: [rng.choice([0.0, 0.25, 0.5, 0.75]) for _ in range(seeds)] for n in names},
            "start",
        )


THIRD = Exercise(
    "10.3", "choose on one half, report on the other",
    "chapter 10, “Tuning is choosing, and choosing flatters”", _chosen, _sweeps, mistakes({
    "max(sorted(rates), >> max(sorted(rates.keys() - {reference}) or [reference],":
        "The reference may be chosen as well: that no change is an improvement is a finding.",
    ("rates[name][::2] >> rates[name][: len(rates[name]) // 2]",
     "rates[choice][1::2] >> rates[choice][len(rates[choice]) // 2 :]",
     "rates[reference][1::2] >> rates[reference][len(rates[choice]) // 2 :]"):
        "You cut the list in the middle. The positions 0, 2, 4, … choose, and those between "
        "report.",
    ("choice][1::2] >> choice][::2]", "reference][1::2] >> reference][::2]"):
        "You report on the seeds that you chose by. That is the number that flatters: report on "
        "the odd positions.",
    "name][::2] >> name]": "You choose by all seeds, the ones that you report on included. Choose "
        "by the even positions alone.",
    ("name][::2] >> name]", "choice][1::2] >> choice]", "reference][1::2] >> reference]"):
        "You choose and report by all seeds, as if nothing had been chosen.",
    ("name][::2] >> name][1::2]",
     "choice][1::2] >> choice][::2]",
     "reference][1::2] >> reference][::2]"):
        "The halves have changed places: positions 0, 2, 4, … choose.",
    "reference][1::2] >> reference]": "The reference is averaged over other seeds than the "
        "choice: use the odd positions for both.",
    "- mean(rates[reference][1::2]) >>":
        "You report the chosen row's rate. Asked for is its difference to the reference.",
    "sorted(rates) >> rates":
        "Of equally good settings the first by name is chosen, not the first of the dict.",
}), cuts=("rates",))  # fmt: skip


# ---- 10.4

Rows = Sequence[tuple[str, float, float, int]]  # name, mean, half width, tokens


def _cheap(rows: Rows) -> str:
    best = max(rows, key=lambda row: row[1])
    good = [row for row in rows if row[1] >= best[1] - best[2]]
    return min(good, key=lambda row: (row[3], -row[1]))[0]


def _tables(rng: random.Random) -> Iterator[Case]:
    yield ([("m = 2", 0.5, 0.05, 800)],)
    yield ([("m = 2", 0.5, 0.05, 800), ("m = 1", 0.46, 0.01, 500)],)
    yield ([("m = 2", 0.5, 0.05, 800), ("m = 1", 0.44, 0.1, 500)],)
    yield ([("m = 2", 0.5, 0.05, 800), ("m = 1", 0.45, 0.0, 500)],)
    yield ([("a", 0.46, 0.05, 500), ("b", 0.5, 0.05, 500), ("c", 0.52, 0.1, 900)],)
    for size in range(70):
        yield (
            [
                (
                    f"row {number}",
                    rng.randint(20, 60) / 100 + number / 1000,
                    rng.choice([0.02, 0.05, 0.1]),
                    rng.choice([500, 800, 1200, 1600]),
                )
                for number in range(size // 15 + 2)
            ],
        )


FOURTH = Exercise(
    "10.4", "good enough, and cheaper", "chapter 10, “How many exemplars, and at what price”",
    _cheap, _tables, mistakes({
    "row[1] >= best[1] - best[2] >> row[1] + row[2] >= best[1] - best[2]":
        "You ask whether the two intervals overlap. Asked is whether the row's *mean* reaches the"
        " lower end of the best row's interval.",
    "max(rows, key=lambda row: row[1]) >> rows[0]":
        "The best row is the one of highest mean, wherever it stands. You take the first.",
    "min(good, key=lambda row: (row[3], -row[1])) >> best":
        "You take the best row, whatever it costs.",
    "if row[1] >= best[1] - best[2] >>": "You take the cheapest row, however bad it is.",
    "row[1] >= best[1] - best[2] >> row[1] + row[2] >= best[1]": "You ask whether the *row's* "
        "interval reaches the best mean. Asked is whether its mean reaches the lower end of the "
        "*best* row's interval: else a row is rewarded for being uncertain.",
    ">= best[1] - best[2] >> > best[1] - best[2] or row is best":
        "A row whose mean lies exactly on the lower end is good enough.",
    "(row[3], -row[1]) >> row[3]": "Of equally cheap rows take the better one.",
}), cuts=("rows",))  # fmt: skip


# ---- 10.5


def _effect(rates: Mapping[tuple[Any, Any], float], factor: int) -> float:
    low, high = sorted({key[factor] for key in rates})[:2]
    groups: dict[Any, dict[Any, float]] = {}
    for key, rate in sorted(rates.items()):
        groups.setdefault(key[1 - factor], {})[key[factor]] = rate
    gaps = [group[high] - group[low] for group in groups.values() if {low, high} <= group.keys()]
    return mean(gaps)


def _grids(rng: random.Random) -> Iterator[Case]:
    yield {(0, 0): 0.25, (1, 0): 0.5}, 0
    yield {(0, 0): 0.25, (1, 0): 0.5, (0, 1): 0.5, (1, 1): 0.5}, 0
    yield {(0, 0): 0.25, (1, 0): 0.5, (0, 1): 0.5, (1, 1): 0.5}, 1
    yield {(1, 0): 0.5, (0, 0): 0.25}, 0
    yield {(0, 0): 0.25, (1, 0): 0.5, (1, 1): 1.0}, 0
    for size in range(60):
        factor, wide = rng.randint(0, 1), size // 20 + 2
        keys = [(a, b) if factor == 0 else (b, a) for a in (0, 1) for b in range(wide)]
        rates = {key: rng.choice([0.0, 0.25, 0.5, 0.75, 1.0]) for key in keys}
        for key in keys:  # one pair is always whole
            if key[1 - factor] > 0 and rng.random() < 0.2:
                del rates[key]
        if len({key[factor] for key in rates}) == 2:
            mixed = list(rates.items())
            rng.shuffle(mixed)
            yield dict(mixed), factor


FIFTH = Exercise(
    "10.5", "the effect of one factor", "chapter 10, “Take away one part at a time”", _effect,
    _grids, mistakes({
    "mean(gaps) >> sum(gaps)":
        "You add the differences up. Their mean is asked for.",
    ("if {low, high} <= group.keys() >>",
     "group[high] - group[low] >> group.get(high, 0) - group.get(low, 0)"):
        "A run that is missing counts as a rate of 0. Where one of the two levels is missing "
        "there is no difference: leave it out.",
    "mean(gaps) >> mean(r for key, r in rates.items() if key[factor] == high) - mean(r for key, r "
    "in rates.items() if key[factor] == low)": "You subtract two plain means. Where a run is "
        "missing they are means over different other settings: subtract within each, then average.",
    "mean(gaps) >> gaps[0]":
        "You compare under the first other setting only. Average over all of them.",
    "sorted({key[factor] for key in rates}) >> list(dict.fromkeys(key[factor] for key in rates))":
        "You take the levels in the order in which they stand in the dict. Sort them: the higher "
        "one minus the lower one.",
    "group[high] - group[low] >> group[low] - group[high]":
        "It is the higher level minus the lower one.",
    "low, high = >> factor = 1 - factor\n    low, high =":
        "You took the other factor: `factor` says which place of the key it is.",
    "mean(gaps) >> sum(gaps) / len(groups)": "You divide by the number of all other levels. The "
        "mean is over those at which both of ours were run.",
}), cuts=("rates",))  # fmt: skip


# ---- 10.6

Entry = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The log of a study: plans, runs with their results, and the verdict."""

    entries: tuple[Entry, ...]

    def of(self, kind: str) -> list[Entry]:
        """The entries of one kind, without their kind."""
        return [entry[1:] for entry in self.entries if entry[0] == kind]


@dataclass(frozen=True, slots=True)
class Lab:
    """Draws the success rates of an agent with a part and without it, and keeps a log.

    No agent runs here: a seed stands for a shop, and the rates are drawn from it.

    Attributes:
        gain: what the part brings; nobody is told.
        spread: how much that differs from seed to seed.
    """

    gain: float = field(default=0.1, repr=False)
    spread: float = field(default=0.05, repr=False)
    log: list[Entry] = field(default_factory=list, repr=False, compare=False)

    def register(self, seeds: Sequence[int], least: float) -> None:
        """Write down the plan."""
        self.log.append(("plan", tuple(seeds), least))

    def run(self, whole: bool, seed: int) -> float | None:
        """The success rate on this seed; None if the run failed."""
        rng = random.Random(f"{self.gain} {self.spread} {seed}")
        level, effect = rng.uniform(0.2, 0.6), rng.gauss(self.gain, self.spread)
        level *= effect < 0 or seed % 4 > 0  # a rate can be 0.0
        tries = sum(entry[:3] == ("run", whole, seed) for entry in self.log)
        failed = tries < rng.choice([0, 0, 0, 1, 2])
        rate = None if failed else round(level + effect * whole, 3)
        self.log.append(("run", whole, seed, rate))
        return rate

    def report(self, verdict: str) -> Report:
        """End the study."""
        return Report((*self.log, ("verdict", verdict)))


def _rates(report: Report, whole: bool) -> dict[int, float]:
    runs = report.of("run")
    return {seed: rate for kind, seed, rate in runs if kind is whole and rate is not None}


def _verdict(report: Report) -> str:
    """What the plan and the runs of this report say."""
    _, least = report.of("plan")[0]
    with_it, without = _rates(report, True), _rates(report, False)
    gains = [with_it[seed] - without[seed] for seed in with_it]
    middle, reach = mean(gains), 2.262 * stdev(gains) / math.sqrt(10)
    low, high = middle - reach, middle + reach
    if -least < low and high < least:
        return "too small to matter"
    return "better" if low > 0 else "worse" if high < 0 else "cannot be distinguished"


def _study(lab: Lab) -> Report:
    lab = Lab(lab.gain, lab.spread)  # with a log of its own
    seeds = list(range(100, 110))
    lab.register(seeds, 0.05)
    for seed in seeds:
        for whole in (False, True):
            while lab.run(whole, seed) is None:
                pass
    return lab.report(_verdict(lab.report("")))


def _labs(rng: random.Random) -> Iterator[Case]:
    for gain, spread in ((0.15, 0.05), (0.0, 0.01), (-0.12, 0.04), (0.04, 0.12), (0.02, 0.01)):
        for _ in range(3):
            yield (Lab(round(gain + rng.uniform(-0.005, 0.005), 4), spread),)


def _is_planned(report: Report, _: Lab) -> bool:
    return len(report.of("plan")) == 1 and report.entries[0][0] == "plan"


def _ran_all(report: Report, _: Lab) -> bool:
    planned = set(report.of("plan")[0][0])
    return planned == _rates(report, True).keys() == _rates(report, False).keys()


def _ran_as_planned(report: Report, _: Lab) -> bool:
    planned = report.of("plan")[0][0]
    done = [(whole, seed) for whole, seed, rate in report.of("run") if rate is not None]
    tried = {seed for _, seed, _ in report.of("run")}
    return len(done) == len(set(done)) and tried <= set(planned)


SIXTH = Exercise(
    "10.6", "pre-register an ablation, and run it (open)", "chapter 10, “Take away one part at a "
                                                           "time”",
    _study, _labs,
    invariants=(
        Invariant("Return what `lab.report(verdict)` returns.",
                  lambda report, lab: isinstance(report, Report)),
        Invariant("The plan has to be the first entry of the log, and the only plan in it: "
                  "register once, before you have seen a single result.", _is_planned),
        Invariant("Your plan needs ten different seeds, and a `least` above 0 and at most 0.2.",
                  lambda report, lab: (
                      len(set(report.of("plan")[0][0])) == len(report.of("plan")[0][0]) == 10
                      and 0 < report.of("plan")[0][1] <= 0.2)),
        Invariant("Runs are missing: both agents have to play each seed of your plan. What failed "
                  "is repeated, not left out.", _ran_all),
        Invariant("You ran what is not in your plan: another seed, or the same one again although "
                  "it had a result.", _ran_as_planned),
        Invariant("By your plan and your runs the verdict is another one. Work out the interval "
                  "of the ten paired differences, then ask in the order of the statement.",
                  lambda report, lab: report.of("verdict") == [(_verdict(report),)]),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
