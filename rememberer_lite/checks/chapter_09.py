"""Exercises of chapter 09: an interval, pairs, a test by flipped signs, a verdict, a plan."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from statistics import NormalDist
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

Z = 1.96


# ---- 9.1


FIRST = Prediction(
    "9.1", "what halves an interval", "chapter 09, “The smallest worked example”", lambda: 400, {
    200: "Twice the goals make the interval narrower by the root of 2 only.",
    141: "That is the root of 2 times as many. The root has to double, not the number below it.",
    50: "Fewer goals make an interval wider.",
    1000: "That is more than needed. The standard error falls with the root of n.",
    10000: "That would make it a tenth. Half of it needs less.",
})  # fmt: skip


# ---- 9.2


def _plus_four(solved: int, n: int) -> tuple[float, float]:
    p = (solved + 2) / (n + 4)
    half = Z * math.sqrt(p * (1 - p) / (n + 4))
    return max(0.0, p - half), min(1.0, p + half)


def _draws(rng: random.Random) -> Iterator[Case]:
    yield 1, 2
    yield 0, 1
    yield 0, 10
    yield 10, 10
    yield 36, 100
    for size in range(60):
        n = rng.randint(1, 5 + size * 4)
        yield rng.randint(0, n), n


SECOND = Exercise(
    "9.2", "an interval with four goals added", "chapter 09, “The smallest worked example”",
    _plus_four, _draws, mistakes({
    ("p = (solved + 2) / (n + 4) >> r = solved / n; p = (r + Z**2 / (2 * n)) / (1 + Z**2 / n)",
     "Z * math.sqrt(p * (1 - p) / (n + 4)) >> Z * math.sqrt(r * (1 - r) / n + Z**2 / (4 * n * n))"
     " / (1 + Z**2 / n)"):
        "This is Wilson's interval. Here the plain one of n + 4 goals is asked for.",
    "return max(0.0, p - half), min(1.0, p + half) >> return p, half":
        "You return the middle and the half width. The two ends are asked for.",
    ("(solved + 2) / (n + 4) >> (solved + 2) / n", "(1 - p) / (n + 4) >> (1 - p) / n"):
        "You added the two solved goals, and not the four goals to n: the rate is (solved + 2) / "
        "(n + 4).",
    ("(solved + 2) / (n + 4) >> solved / n", "(1 - p) / (n + 4) >> (1 - p) / n"):
        "This is the plain interval: the added goals are missing.",
    "solved + 2 >> solved + 4":
        "All four added goals count as solved here. Two of them are solved, two are not.",
    "(1 - p) / (n + 4) >> (1 - p) / n":
        "The added goals count below the root as well: divide by n + 4 there.",
    ("(solved + 2) / (n + 4) >> (solved + 1) / (n + 2)", "(1 - p) / (n + 4) >> (1 - p) / (n + 2)"):
        "You add two goals, one of them solved. It is four goals, two of them solved.",
    "max(0.0, p - half), min(1.0, p + half) >> p - half, p + half":
        "The interval leaves [0, 1]. No rate can: cut it there.",
    "math.sqrt(p * (1 - p) / (n + 4)) >> p * (1 - p) / (n + 4)":
        "The root is missing: p(1 − p)/(n + 4) is the square of the standard error.",
    "Z * >>": "Your interval reaches one standard error to each side. 95 % need 1.96.",
    "max(0.0, p - half), min(1.0, p + half) >> min(1.0, p + half), max(0.0, p - half)":
        "Only the half width came back, or the two ends are swapped: return (low, high).",
}))  # fmt: skip


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


def _results(rng: random.Random) -> Iterator[Case]:
    a, b = "trained", "start"
    yield [], a, b
    yield [{"seed": 1, "condition": a, "success": 0.5}], a, b
    yield [_cell(1, a, 0.5), _cell(1, b, 0.25)], a, b
    yield [_cell(2, a, 0.5), _cell(1, b, 0.25), _cell(1, a, 0.75), _cell(2, b, 0.5)], a, b
    gains = ((10, 0.5), (8, 1.0), (-1, 0.25))
    yield [_cell(s, c, v if c == a else 0.0) for s, v in gains for c in (a, b)], a, b
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


THIRD = Exercise(
    "9.3", "pairs by seed", "chapter 09, “Compare like with like: pairs”", _pairs,
    _results, mistakes({
    ('and "error" not in cell >>', 'cell["success"] >> cell.get("success", 0.0)'):
        "A cell with an error counts as a success of 0 for you. It says nothing about the agent: "
        "without its partner the other cell of the seed is left out.",
    Mistake(wrong=_by_position): "You pair by position. Where a seed is missing on one side, all "
        "pairs behind it are of two different seeds: pair by seed.",
    '"error" not in cell >> cell.get("success")':
        "A success of 0.0 is a rate like any other: 0.0 counts as false in an `if`.",
    Mistake(wrong=_missing_as_zero):
        "A missing or failed cell is no success of 0: leave its seed out.",
    'sorted({cell["seed"] for cell in cells}) >> dict.fromkeys(cell["seed"] for cell in cells)':
        "The pairs come in the order of the cells. They should come in the order of the seeds.",
    "values[ours] - values[theirs] >> values[theirs] - values[ours]":
        "The sign is turned round: it is ours − theirs.",
    Mistake(where=lambda cells, ours, theirs: any(
                "error" in c for c in cells if c["condition"] in (ours, theirs))):
        "A cell with an error has no success: leave it out.",
}), cuts=("cells",))  # fmt: skip


# ---- 9.4


def _verdict(low: float, high: float, least: float) -> str:
    if -least < low and high < least:
        return "too small to matter"
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "cannot be distinguished"


def _by_mean(low: float, high: float, least: float) -> str:
    middle = (low + high) / 2
    if abs(middle) < least:
        return "too small to matter"
    return "better" if middle > 0 else "worse"


def _intervals(rng: random.Random) -> Iterator[Case]:
    yield -0.1, 0.1, 0.05
    yield 0.1, 0.2, 0.05
    yield -0.2, -0.1, 0.05
    yield -0.02, 0.03, 0.05
    yield 0.01, 0.03, 0.05
    yield 0.0, 0.2, 0.05
    yield -0.05, 0.02, 0.05
    yield 0.02, 0.2, 0.05
    yield 0.01, 0.05, 0.05
    yield -0.05, -0.01, 0.05
    for _ in range(80):
        low = round(rng.uniform(-0.2, 0.2), 2)
        yield low, round(low + rng.uniform(0.01, 0.2), 2), rng.choice([0.02, 0.05, 0.1])


FOURTH = Exercise(
    "9.4", "a verdict with a smallest gain that matters",
    "chapter 09, “Many rows, and one of them by luck”", _verdict, _intervals, mistakes({
    ("low > 0 >> low >= 0",
     "high < 0 >> high <= 0"):
        "An interval that begins or ends at exactly 0 does not lie wholly above or below it.",
    "-least < low and high < least >> -least < low <= 0 <= high < least":
        "An interval that lies wholly within ± least is too small to matter, even where it does "
        "not hold 0. Ask that first.",
    "-least < low and high < least >> -least <= low and high <= least":
        "An interval that ends at exactly least is not too small to matter: it has to lie "
        "strictly between −least and least.",
    Mistake(wrong=_by_mean): "You judge by the middle of the interval. Its ends decide: they say "
        "what is still possible.",
    ("low > 0 >> low > least", "high < 0 >> high < -least"): "`least` plays a part in only one "
        "answer. Better means that the whole interval lies above 0, not above least.",
    "-least < low and high < least >> False":
        "An interval within ± least never comes out as too small to matter.",
    Mistake(where=lambda low, high, least: low == 0 or high == 0):
        "Where the interval just touches 0 the two cannot be distinguished.",
}))  # fmt: skip


# ---- 9.5


def _added(values: Iterable[float]) -> float:
    total = 0.0
    for value in values:  # sum() rounds otherwise from Python 3.12 on
        total += value
    return total


def _flips(gains: Sequence[float]) -> float:
    seen = abs(_added(gains))
    signs = list(product((1, -1), repeat=len(gains)))
    sums = [_added(a * b for a, b in zip(s, gains, strict=True)) for s in signs]
    extreme = [total for total in sums if abs(total) >= seen - 1e-9]
    return len(extreme) / len(signs)


def _gains(rng: random.Random) -> Iterator[Case]:
    yield ([0.5],)
    yield ([0.5, -0.5],)
    yield ([0.25, 0.5],)
    yield ([-0.25, -0.5, -0.25],)
    yield ([0.0, 0.25],)
    yield ([0.1, 0.2, -0.1],)
    yield ([0.3, 0.1, -0.2, 0.2],)
    # an exact comparison fails here however sums are rounded
    yield ([0.1, -0.3, 0.2, 0.1],)
    yield ([0.2, 0.3, 0.1, -0.3],)
    yield ([-0.1, -0.2, -0.3, -0.2, 0.6],)
    yield ([-0.3, 0.4, 0.1, -0.1, 0.2],)
    yield ([0.1, 0.1, -0.3, -0.2, 0.4],)
    yield ([0.1, 0.1, 0.4, -0.3, -0.1, 0.7],)
    for size in range(40):
        steps = [-0.25, 0.0, 0.25, 0.5] if size % 2 else [-0.1, 0.1, 0.2, 0.3]
        yield ([rng.choice(steps) for _ in range(size // 8 + 2)],)


FIFTH = Exercise(
    "9.5", "a test by flipped signs", "chapter 09, “Compare like with like: pairs”", _flips,
    _gains, mistakes({
    "seen = abs(_added(gains)) >> gains = [(g > 0) - (g < 0) for g in gains]; seen = "
    "abs(_added(gains))":
        "You count signs alone. The sizes of the differences play a part as well.",
    "len(extreme) / len(signs) >> (len(extreme) - 1) / max(1, len(signs) - 1)":
        "You leave out what was seen. It is one of the ways to choose the signs, and counts above"
        " the line and below it.",
    "- 1e-9 >>": "You compare sums of decimals exactly. 0.1 + 0.2 − 0.1 is not quite 0.2: allow "
        "for 1e-9, as the card says.",
    ">= seen - 1e-9 >> > seen + 1e-9":
        "A flip that is exactly as extreme as what was seen counts too: at least as large means ≥.",
    ("abs(_added(gains)) >> _added(gains)", "abs(total) >> total"): "This test looks to one side "
        "only. A large loss would be as surprising: compare absolute values.",
    "/ len(signs) >> / max(1, len(signs) - 1)": "What was seen is one of the ways to choose the "
        "signs, and belongs to the count below the line too: there are 2 to the power of m.",
    "len(extreme) / >> 1 - len(extreme) /": "This is the share of flips that are *less* extreme. "
        "A small p value means: hardly any flip gives so much.",
}))  # fmt: skip


# ---- 9.6


def _power(n: float, gain: float, spread: float) -> float:
    """How probably a study of n seeds finds the gain."""
    return NormalDist().cdf(gain * math.sqrt(n) / spread - Z)


def _seeds(gain: float, spread: float, most: int) -> int | None:
    return next((n for n in range(2, most + 1) if _power(n, gain, spread) >= 0.8), None)


def _studies(rng: random.Random) -> Iterator[Case]:
    yield 0.1, 0.2, 100
    yield 0.1, 0.2, 10
    yield 0.2, 0.2, 50
    yield 0.3, 0.1, 50
    yield 0.05, 0.15, 100
    for _ in range(40):
        gain, spread = rng.choice([0.02, 0.05, 0.1, 0.2]), rng.choice([0.05, 0.1, 0.15, 0.2])
        most = rng.choice([10, 20, 50, 100])
        if not 0.7 < _power(most, gain, spread) < 0.87:
            yield gain, spread, most


SIXTH = Exercise(
    "9.6", "as many seeds as it takes (open)", "chapter 09, “How many goals do four points need?”",
    _seeds, _studies,
    invariants=(
        Invariant("Return a whole number of seeds, at least 2 and at most `most`; or None where "
                  "that many cannot find the gain.",
                  lambda n, gain, spread, most: n is None or (2 <= n <= most and n == int(n))),
        Invariant("You give up, and yet `most` seeds would find this gain with a probability of "
                  "more than 0.8.",
                  lambda n, gain, spread, most: (
                      n is not None or _power(most, gain, spread) < 0.8)),
        Invariant("Not even `most` seeds find this gain with a probability of 0.8. Say so before "
                  "you start: the answer is None.",
                  lambda n, gain, spread, most: n is None or _power(most, gain, spread) >= 0.8),
        Invariant("With that many seeds the study would miss the gain more than once in five "
                  "times.",
                  lambda n, gain, spread, most: n is None or _power(n, gain, spread) >= 0.78),
        Invariant("That finds the gain, at the price of more seeds than it takes: three quarters "
                  "of them are enough.",
                  lambda n, gain, spread, most: (
                      n in (None, 2) or _power(3 * n // 4, gain, spread) < 0.8)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
