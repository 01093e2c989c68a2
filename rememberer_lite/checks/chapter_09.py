"""Exercises of chapter 09: an interval, pairs, a test by flipped signs, a verdict."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

Z = 1.96

# ---- 9.2


def _plus_four(solved: int, n: int) -> tuple[float, float]:
    p = (solved + 2) / (n + 4)
    half = Z * math.sqrt(p * (1 - p) / (n + 4))
    return max(0.0, p - half), min(1.0, p + half)


def _interval(
    add: int = 2, total: int = 4, n_less: int = 0, clip: bool = True, root: bool = True,
    z: float = Z,
) -> Any:  # fmt: skip
    def wrong(solved: int, n: int) -> tuple[float, float]:
        p = (solved + add) / (n + total)
        spread = p * (1 - p) / (n + total - n_less)
        half = z * (math.sqrt(spread) if root else spread)
        low, high = p - half, p + half
        return (max(0.0, low), min(1.0, high)) if clip else (low, high)

    return wrong


def _draws(rng: random.Random) -> Iterator[Case]:
    yield 1, 2
    yield 0, 1
    yield 0, 10
    yield 10, 10
    yield 36, 100
    for size in range(60):
        n = rng.randint(1, 5 + size * 4)
        yield rng.randint(0, n), n


# ---- 9.3

Cells = Sequence[dict[str, Any]]


def _pairs(cells: Cells, ours: str, theirs: str) -> list[float]:
    seeds = sorted({cell["seed"] for cell in cells})
    found = []
    for seed in seeds:
        values = {}
        for cell in cells:
            if cell["seed"] == seed and "error" not in cell:
                values[cell["condition"]] = cell["success"]
        if ours in values and theirs in values:
            found.append(values[ours] - values[theirs])
    return found


def _by_position(cells: Cells, ours: str, theirs: str) -> list[float]:
    a = [c["success"] for c in cells if c["condition"] == ours and "error" not in c]
    b = [c["success"] for c in cells if c["condition"] == theirs and "error" not in c]
    return [x - y for x, y in zip(a, b, strict=False)]


def _missing_as_zero(cells: Cells, ours: str, theirs: str) -> list[float]:
    values = {(c["seed"], c["condition"]): c.get("success", 0.0) for c in cells}
    seeds = sorted({seed for seed, name in values if name in (ours, theirs)})
    return [values.get((s, ours), 0.0) - values.get((s, theirs), 0.0) for s in seeds]


def _in_order_of_cells(cells: Cells, ours: str, theirs: str) -> list[float]:
    values = {(c["seed"], c["condition"]): c["success"] for c in cells if "error" not in c}
    seeds = dict.fromkeys(c["seed"] for c in cells)
    return [
        values[s, ours] - values[s, theirs]
        for s in seeds
        if (s, ours) in values and (s, theirs) in values
    ]


def _results(rng: random.Random) -> Iterator[Case]:
    a, b = "trained", "start"
    yield [], a, b
    yield [{"seed": 1, "condition": a, "success": 0.5}], a, b
    yield [_cell(1, a, 0.5), _cell(1, b, 0.25)], a, b
    yield [_cell(2, a, 0.5), _cell(1, b, 0.25), _cell(1, a, 0.75), _cell(2, b, 0.5)], a, b
    yield [_cell(1, a, 0.5), {"seed": 1, "condition": b, "error": "broken"}], a, b
    yield [_cell(1, a, 0.5), _cell(2, a, 1.0), _cell(2, b, 0.25)], a, b
    for size in range(50):
        cells: list[dict[str, Any]] = []
        for seed in range(size // 10 + 2):
            for name in (a, b, "random"):
                luck = rng.random()
                if luck < 0.15:
                    cells.append({"seed": seed, "condition": name, "error": "broken"})
                elif luck < 0.85:
                    cells.append(_cell(seed, name, rng.choice([0.0, 0.25, 0.5, 0.75])))
        rng.shuffle(cells)
        yield cells, a, b


def _cell(seed: int, condition: str, success: float) -> dict[str, Any]:
    return {"seed": seed, "condition": condition, "success": success}


# ---- 9.4


def _flips(gains: Sequence[float]) -> float:
    seen = abs(sum(gains))
    signs = list(product((1, -1), repeat=len(gains)))
    extreme = [s for s in signs if abs(sum(a * b for a, b in zip(s, gains, strict=True)))
               >= seen - 1e-9]  # fmt: skip
    return len(extreme) / len(signs)


def _test(strict: bool = False, one_sided: bool = False, observed: bool = True) -> Any:
    def wrong(gains: Sequence[float]) -> float:
        seen = sum(gains) if one_sided else abs(sum(gains))
        count = 0
        signs = list(product((1, -1), repeat=len(gains)))
        for s in signs:
            total = sum(a * b for a, b in zip(s, gains, strict=True))
            total = total if one_sided else abs(total)
            count += total > seen + 1e-9 if strict else total >= seen - 1e-9
        return count / (len(signs) if observed else max(1, len(signs) - 1))

    return wrong


def _no_tolerance(gains: Sequence[float]) -> float:
    seen = abs(sum(gains))
    signs = list(product((1, -1), repeat=len(gains)))
    return sum(abs(sum(a * b for a, b in zip(s, gains, strict=True))) >= seen for s in signs) / len(
        signs
    )


def _gains(rng: random.Random) -> Iterator[Case]:
    yield ([0.5],)
    yield ([0.5, -0.5],)
    yield ([0.25, 0.5],)
    yield ([-0.25, -0.5, -0.25],)
    yield ([0.0, 0.25],)
    yield ([0.1, 0.2, -0.1],)
    yield ([0.3, 0.1, -0.2, 0.2],)
    for size in range(40):
        steps = [-0.25, 0.0, 0.25, 0.5] if size % 2 else [-0.1, 0.1, 0.2, 0.3]
        yield ([rng.choice(steps) for _ in range(size // 8 + 2)],)


# ---- 9.5


def _verdict(low: float, high: float, least: float) -> str:
    if -least < low and high < least:
        return "too small to matter"
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "not told apart"


def _zero_first(low: float, high: float, least: float) -> str:
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "too small to matter" if -least < low and high < least else "not told apart"


def _by_mean(low: float, high: float, least: float) -> str:
    middle = (low + high) / 2
    if abs(middle) < least:
        return "too small to matter"
    return "better" if middle > 0 else "worse"


def _beyond_least(low: float, high: float, least: float) -> str:
    if -least < low and high < least:
        return "too small to matter"
    if low > least:
        return "better"
    return "worse" if high < -least else "not told apart"


def _no_equal(low: float, high: float, least: float) -> str:
    return "better" if low > 0 else "worse" if high < 0 else "not told apart"


def _intervals(rng: random.Random) -> Iterator[Case]:
    yield -0.1, 0.1, 0.05
    yield 0.1, 0.2, 0.05
    yield -0.2, -0.1, 0.05
    yield -0.02, 0.03, 0.05
    yield 0.01, 0.03, 0.05
    yield 0.0, 0.2, 0.05
    yield -0.05, 0.02, 0.05
    yield 0.02, 0.2, 0.05
    for _ in range(80):
        low = round(rng.uniform(-0.2, 0.2), 2)
        yield low, round(low + rng.uniform(0.01, 0.2), 2), rng.choice([0.02, 0.05, 0.1])


EXERCISES = (
    Prediction(
        "9.1", "what halves an interval", "chapter 09, “The smallest worked example”",
        lambda: 400,
        {
            200: "Twice the goals make the interval narrower by the root of 2 only.",
            50: "Fewer goals make an interval wider.",
            1000: "That is more than needed. The standard error falls with the root of n.",
            10000: "That would make it a tenth. Half of it needs less.",
        },
    ),
    Exercise(
        "9.2", "an interval with four goals added", "chapter 09, “The smallest worked example”",
        _plus_four, _draws,
        (
            Mistake("You added the two solved goals, and not the four goals to n: the rate is "
                    "(solved + 2) / (n + 4).", _interval(total=0)),
            Mistake("This is the plain interval: the added goals are missing.", _interval(0, 0)),
            Mistake("All four added goals count as solved here. Two of them are solved, two are "
                    "not.", _interval(add=4)),
            Mistake("The added goals count below the root as well: divide by n + 4 there.",
                    _interval(n_less=4)),
            Mistake("The interval leaves [0, 1]. No rate can: cut it there.",
                    _interval(clip=False)),
            Mistake("The root is missing: p(1 − p)/(n + 4) is the square of the standard error.",
                    _interval(root=False)),
            Mistake("Your interval reaches one standard error to each side. 95 % need 1.96.",
                    _interval(z=1.0)),
            Mistake("Only the half width came back, or the two ends are swapped: return "
                    "(low, high).", lambda solved, n: _plus_four(solved, n)[::-1]),
        ),
    ),
    Exercise(
        "9.3", "pairs by seed", "chapter 09, “Compare like with like: pairs”", _pairs, _results,
        (
            Mistake("You pair by position. Where a seed is missing on one side, all pairs behind "
                    "it are of two different seeds: pair by seed.", _by_position),
            Mistake("A success of 0.0 is a rate like any other: 0.0 counts as false in an `if`.",
                    lambda cells, ours, theirs: _pairs(
                        [c for c in cells if c.get("success")], ours, theirs)),
            Mistake("A missing or failed cell is no success of 0: leave its seed out.",
                    _missing_as_zero),
            Mistake("The pairs come in the order of the cells. They should come in the order of "
                    "the seeds.", _in_order_of_cells),
            Mistake("The sign is turned round: it is ours − theirs.",
                    lambda cells, ours, theirs: [-x for x in _pairs(cells, ours, theirs)]),
            Mistake("A cell with an error has no success: leave it out.",
                    where=lambda cells, ours, theirs: any(
                        "error" in c for c in cells if c["condition"] in (ours, theirs))),
        ),
    ),
    Exercise(
        "9.4", "a test by flipped signs", "chapter 09, “Compare like with like: pairs”",
        _flips, _gains,
        (
            Mistake("You compare sums of decimals exactly. 0.1 + 0.2 − 0.1 is not quite 0.2: allow "
                    "for 1e-9, as the card says.", _no_tolerance),
            Mistake("A flip that is exactly as extreme as what was seen counts too: at least as "
                    "large means ≥.", _test(strict=True)),
            Mistake("This test looks to one side only. A large loss would be as surprising: "
                    "compare absolute values.", _test(one_sided=True)),
            Mistake("What was seen is one of the ways to choose the signs, and belongs to the "
                    "count below the line too: there are 2 to the power of m.",
                    _test(observed=False)),
            Mistake("This is the share of flips that are *less* extreme. A small p value means: "
                    "hardly any flip gives so much.", lambda gains: 1 - _flips(gains)),
        ),
    ),
    Exercise(
        "9.5", "a verdict with a smallest gain that matters",
        "chapter 09, “Many rows, and one of them by luck”", _verdict, _intervals,
        (
            Mistake("An interval that lies wholly within ± least is too small to matter, even "
                    "where it does not hold 0. Ask that first.", _zero_first),
            Mistake("You judge by the middle of the interval. Its ends decide: they say what is "
                    "still possible.", _by_mean),
            Mistake("`least` plays a part in only one answer. Better means that the whole "
                    "interval lies above 0, not above least.", _beyond_least),
            Mistake("An interval within ± least never comes out as too small to matter.",
                    _no_equal),
            Mistake("Where the interval just touches 0 the two are not told apart.",
                    where=lambda low, high, least: low == 0 or high == 0),
        ),
    ),
)  # fmt: skip
