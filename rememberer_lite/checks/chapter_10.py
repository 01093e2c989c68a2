"""Exercises of chapter 10: an ablation, a main effect, an honest choice, a cheap setting."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import mean
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

# ---- 10.2

Run = Callable[[dict[str, bool]], float]


class _Scores:
    """An experiment that can be run: it adds up what each part that is switched on is worth."""

    def __init__(self, worth: Mapping[str, float], pair: float = 0.0) -> None:
        self.worth, self.pair = worth, pair

    def __call__(self, settings: dict[str, bool]) -> float:
        on = [name for name, value in settings.items() if value]
        both = self.pair if len(on) == len(self.worth) else 0.0
        return sum(self.worth[name] for name in on) + both

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Scores) and (self.worth, self.pair) == (other.worth, other.pair)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"<an experiment with {', '.join(self.worth) or 'no parts'}>"


def _ablate(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    whole = run(dict(settings))
    losses = []
    for part in settings:
        if settings[part]:
            losses.append((part, whole - run({**settings, part: False})))
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def _turned(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    losses = [(part, -loss) for part, loss in _ablate(run, settings)]
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def _cumulative(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    whole, left, losses = run(dict(settings)), dict(settings), []
    for part in settings:
        if settings[part]:
            left[part] = False
            losses.append((part, whole - run(dict(left))))
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def _one_alone(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    nothing = dict.fromkeys(settings, False)
    base = run(dict(nothing))
    found = [(part, run({**nothing, part: True}) - base) for part in settings if settings[part]]
    return sorted(found, key=lambda loss: (-loss[1], loss[0]))


def _all_parts(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    whole = run(dict(settings))
    losses = [(part, whole - run({**settings, part: False})) for part in settings]
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def _unsorted(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    order = list(settings)
    return sorted(_ablate(run, settings), key=lambda loss: order.index(loss[0]))


def _smallest_first(run: Run, settings: Mapping[str, bool]) -> list[tuple[str, float]]:
    return sorted(_ablate(run, settings), key=lambda loss: (loss[1], loss[0]))


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


# ---- 10.3


def _effect(rates: Mapping[tuple[Any, Any], float], factor: int) -> float:
    levels = sorted({key[factor] for key in rates})
    others = sorted({key[1 - factor] for key in rates})
    gaps = []
    for other in others:
        low = (levels[0], other) if factor == 0 else (other, levels[0])
        high = (levels[1], other) if factor == 0 else (other, levels[1])
        if low in rates and high in rates:
            gaps.append(rates[high] - rates[low])
    return mean(gaps)


def _raw_means(rates: Mapping[tuple[Any, Any], float], factor: int) -> float:
    levels = sorted({key[factor] for key in rates})
    groups = [[r for key, r in rates.items() if key[factor] == level] for level in levels]
    return mean(groups[1]) - mean(groups[0])


def _first_row(rates: Mapping[tuple[Any, Any], float], factor: int) -> float:
    for other in sorted({key[1 - factor] for key in rates}):
        some = {key: r for key, r in rates.items() if key[1 - factor] == other}
        if len(some) == 2:
            return _effect(some, factor)
    return 0.0


def _as_they_stand(rates: Mapping[tuple[Any, Any], float], factor: int) -> float:
    first, _ = dict.fromkeys(key[factor] for key in rates)
    sign = 1 if first == min(key[factor] for key in rates) else -1
    return sign * _effect(rates, factor)


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


# ---- 10.4


def _chosen(rates: Mapping[str, Sequence[float]], reference: str) -> tuple[str, float]:
    def half(name: str, first: int) -> float:
        return mean(rates[name][first::2])

    names = sorted(rates)
    best = max(half(name, 0) for name in names)
    choice = next(name for name in names if half(name, 0) == best)
    return choice, half(choice, 1) - half(reference, 1)


def _by(choose: slice, report: slice, base: slice | None = None) -> Any:
    def wrong(rates: Mapping[str, Sequence[float]], reference: str) -> tuple[str, float]:
        choice = max(sorted(rates), key=lambda name: mean(rates[name][choose]))
        return choice, mean(rates[choice][report]) - mean(rates[reference][base or report])

    return wrong


_EVEN, _ODD, _ALL = slice(0, None, 2), slice(1, None, 2), slice(None)


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


# ---- 10.5

Rows = Sequence[tuple[str, float, float, int]]  # name, mean, half width, tokens


def _cheap(rows: Rows) -> str:
    best = max(rows, key=lambda row: row[1])
    good = [row for row in rows if row[1] >= best[1] - best[2]]
    least = min(row[3] for row in good)
    return max((row for row in good if row[3] == least), key=lambda row: row[1])[0]


def _own_interval(rows: Rows) -> str:
    best = max(rows, key=lambda row: row[1])
    good = [row for row in rows if row[1] + row[2] >= best[1]]
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


def _exact_line(rows: Rows) -> str:
    best = max(rows, key=lambda row: row[1])
    good = [row for row in rows if row[1] > best[1] - best[2] or row is best]
    return min(good, key=lambda row: (row[3], -row[1]))[0]


EXERCISES = (
    Prediction(
        "10.1", "an ablation that changes two things", "chapter 10, “Take away one part at a time”",
        lambda: "random advice",
        {
            "discouraged": "The warning is off in both agents, so it cannot make a difference "
            "between them.",
            "both": "Look once more at what the two have in common: only one setting differs.",
            "neither": "One setting differs between the two, so that one is tested.",
        },
    ),
    Exercise(
        "10.2", "an ablation by code", "chapter 10, “Take away one part at a time”",
        _ablate, _agents,
        (
            Mistake("The sign is turned round. A loss is the whole agent's score minus the score "
                    "without the part.", _turned),
            Mistake("You take one part after the other away and leave them off. Each part goes "
                    "alone, from the whole agent.", _cumulative),
            Mistake("You switch one part on in an empty agent. An ablation switches one part off "
                    "in the whole one; where parts work together the two differ.", _one_alone),
            Mistake("A part that is off already cannot be taken away: leave it out of the list.",
                    _all_parts),
            Mistake("The list is not sorted: the largest loss comes first, equal ones by name.",
                    _unsorted),
            Mistake("The list is sorted the wrong way: the largest loss comes first.",
                    _smallest_first),
        ),
    ),
    Exercise(
        "10.3", "the effect of one factor", "chapter 10, “Take away one part at a time”",
        _effect, _grids,
        (
            Mistake("You subtract two plain means. Where a run is missing they are means over "
                    "different other settings: subtract within each, then average.", _raw_means),
            Mistake("You compare under the first other setting only. Average over all of them.",
                    _first_row),
            Mistake("You take the levels in the order in which they stand in the dict. Sort them: "
                    "the higher one minus the lower one.", _as_they_stand),
            Mistake("It is the higher level minus the lower one.",
                    lambda rates, factor: -_effect(rates, factor)),
            Mistake("You took the other factor: `factor` says which place of the key it is.",
                    lambda rates, factor: _effect(rates, 1 - factor)),
        ),
    ),
    Exercise(
        "10.4", "choose on one half, report on the other",
        "chapter 10, “Tuning is choosing, and choosing flatters”", _chosen, _sweeps,
        (
            Mistake("You report on the seeds that you chose by. That is the number that flatters: "
                    "report on the odd positions.", _by(_EVEN, _EVEN)),
            Mistake("You choose by all seeds, the ones that you report on included. Choose by the "
                    "even positions alone.", _by(_ALL, _ODD)),
            Mistake("You choose and report by all seeds, as if nothing had been chosen.",
                    _by(_ALL, _ALL)),
            Mistake("The halves have changed places: positions 0, 2, 4, … choose.",
                    _by(_ODD, _EVEN)),
            Mistake("The reference is averaged over other seeds than the choice: use the odd "
                    "positions for both.", _by(_EVEN, _ODD, _ALL)),
            Mistake("You report the chosen row's rate. Asked for is its difference to the "
                    "reference.", lambda rates, reference: (
                        _chosen(rates, reference)[0],
                        mean(rates[_chosen(rates, reference)[0]][1::2]))),
        ),
    ),
    Exercise(
        "10.5", "as good, and cheaper", "chapter 10, “How many exemplars, and at what price”",
        _cheap, _tables,
        (
            Mistake("You take the best row, whatever it costs.",
                    lambda rows: max(rows, key=lambda row: row[1])[0]),
            Mistake("You take the cheapest row, however bad it is.",
                    lambda rows: min(rows, key=lambda row: (row[3], -row[1]))[0]),
            Mistake("You ask whether the *row's* interval reaches the best mean. Asked is whether "
                    "its mean reaches the lower end of the *best* row's interval: else a row is "
                    "rewarded for being uncertain.", _own_interval),
            Mistake("A row whose mean lies exactly on the lower end is as good.", _exact_line),
            Mistake("Of equally cheap rows take the better one.",
                    lambda rows: _worse_of_equal(rows)),
        ),
    ),
)  # fmt: skip


def _worse_of_equal(rows: Rows) -> str:
    best = max(rows, key=lambda row: row[1])
    good = [row for row in rows if row[1] >= best[1] - best[2]]
    return min(good, key=lambda row: row[3])[0]
