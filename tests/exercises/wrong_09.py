"""Wrong answers to exercises 09, as learners write them, each with a piece of its diagnosis."""

from __future__ import annotations

import math
from itertools import product
from math import sqrt


def plain_interval(solved, n):
    p = solved / n
    se = sqrt(p * (1 - p) / n)
    return max(0, p - 1.96 * se), min(1, p + 1.96 * se)


def unclipped(solved, n):
    n, solved = n + 4, solved + 2
    p = solved / n
    return p - 1.96 * sqrt(p * (1 - p) / n), p + 1.96 * sqrt(p * (1 - p) / n)


def one_error(solved, n):
    p = (solved + 2) / (n + 4)
    se = sqrt(p * (1 - p) / (n + 4))
    return max(0.0, p - se), min(1.0, p + se)


def zipped(cells, ours, theirs):
    def rates(name):
        return [c["success"] for c in cells if c["condition"] == name and "success" in c]

    return [a - b for a, b in zip(rates(ours), rates(theirs), strict=False)]


def unsorted_seeds(cells, ours, theirs):
    table = {}
    for c in cells:
        if "success" in c:
            table.setdefault(c["seed"], {})[c["condition"]] = c["success"]
    order = dict.fromkeys(c["seed"] for c in cells)
    return [table[s][ours] - table[s][theirs] for s in order
            if s in table and ours in table[s] and theirs in table[s]]  # fmt: skip


def turned(cells, ours, theirs):
    table = {(c["seed"], c["condition"]): c["success"] for c in cells if "success" in c}
    seeds = sorted({s for s, _ in table})
    return [table[s, theirs] - table[s, ours] for s in seeds
            if (s, ours) in table and (s, theirs) in table]  # fmt: skip


def strictly_more(gains):
    seen = abs(sum(gains))
    sums = [abs(sum(s * g for s, g in zip(w, gains, strict=True)))
            for w in product([-1, 1], repeat=len(gains))]  # fmt: skip
    return len([s for s in sums if s > seen + 1e-9]) / len(sums)


def compares_exactly(gains):
    sums = [sum(s * g for s, g in zip(w, gains, strict=True))
            for w in product([-1, 1], repeat=len(gains))]  # fmt: skip
    return len([s for s in sums if abs(s) >= abs(sum(gains))]) / len(sums)


def zero_is_false(cells, ours, theirs):
    table = {(c["seed"], c["condition"]): c["success"] for c in cells if c.get("success")}
    seeds = sorted({s for s, _ in table})
    return [table[s, ours] - table[s, theirs] for s in seeds
            if (s, ours) in table and (s, theirs) in table]  # fmt: skip


def one_side(gains):
    seen = sum(gains)
    sums = [sum(s * g for s, g in zip(w, gains, strict=True))
            for w in product([-1, 1], repeat=len(gains))]  # fmt: skip
    return len([s for s in sums if s >= seen - 1e-9]) / len(sums)


def zero_first(low, high, least):
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    if low > -least and high < least:
        return "too small to matter"
    return "cannot be distinguished"


def by_middle(low, high, least):
    d = (low + high) / 2
    if abs(d) < least:
        return "too small to matter"
    if d > 0:
        return "better"
    return "worse"


def two_goals_added(solved, n):
    p = (solved + 1) / (n + 2)
    h = 1.96 * (p * (1 - p) / (n + 2)) ** 0.5
    return max(0.0, p - h), min(1.0, p + h)


def error_counts_as_zero(cells, ours, theirs):
    t = {(c["seed"], c["condition"]): c.get("success", 0.0) for c in cells}
    return [
        t[s, ours] - t[s, theirs]
        for s in sorted({c["seed"] for c in cells})
        if (s, ours) in t and (s, theirs) in t
    ]


def ends_belong_to_it(low, high, least):
    if -least <= low and high <= least:
        return "too small to matter"
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "cannot be distinguished"


# ---- 9.6


def half_the_time(gain, spread, most):
    n = max(2, math.ceil((1.96 * spread / gain) ** 2))
    return n if n <= most else None


def as_many_as_there_are(gain, spread, most):
    return most


def as_far_as_it_goes(gain, spread, most):
    return min(most, max(2, math.ceil((2.8016 * spread / gain) ** 2)))


def always_ten(gain, spread, most):
    return 10


def never_enough(gain, spread, most):
    return None


def all_or_nothing(gain, spread, most):
    return most if (2.81 * spread / gain) ** 2 <= most else None


def not_rounded(gain, spread, most):
    return (2.81 * spread / gain) ** 2


def touching_is_above(low, high, least):
    if max(abs(low), abs(high)) < least:
        return "too small to matter"
    return "better" if low >= 0 else "worse" if high <= 0 else "cannot be distinguished"


WRONG = {
    "9.1": [("by the root of 2 only", 200), ("wider", 50)],
    "9.2": [
        ("You add two goals", two_goals_added),
        ("the plain interval", plain_interval),
        ("leaves [0, 1]", unclipped),
        ("one standard error", one_error),
    ],
    "9.3": [
        ("with an error counts as", error_counts_as_zero),
        ("pair by position", zipped),
        ("order of", unsorted_seeds),
        ("turned round", turned),
        ("counts as false", zero_is_false),
    ],
    "9.4": [
        ("exactly 0 does not lie", touching_is_above),
        ("ends at exactly least", ends_belong_to_it),
        ("Ask that first", zero_first),
        ("middle of the interval", by_middle),
    ],
    "9.5": [
        ("at least as", strictly_more),
        ("of decimals exactly", compares_exactly),
        ("one side only", one_side),
    ],
    "9.6": [
        ("more than once in five", half_the_time),
        ("three quarters of them are enough", as_many_as_there_are),
        ("Not even `most` seeds", as_far_as_it_goes),
        ("more than once in five", always_ten),
        ("You give up", never_enough),
        ("three quarters of them are enough", all_or_nothing),
        ("whole number of seeds", not_rounded),
    ],
}
