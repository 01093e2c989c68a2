"""Exercises of chapter 11: a shop record, transfer, harm, a discount and its size."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

# ---- 11.1

FIRST = Prediction(
    "11.1", "a shop record seen from the wiki", "chapter 11, “From the shop to the wiki”",
    lambda: 0.5, {
    1.0: "The task parts are alike, but a shop page has no tags: nothing of the screen is in "
        "common with it.",
    0.0: "The screens have nothing in common. But both states have an empty step instruction, and "
        "for the wiki that is the same kind of step.",
    0.25: "λ is 0.5, and one of the two parts is 1.",
})  # fmt: skip


# ---- 11.2


def _ratio(own: float, other: float, none: float) -> float | None:
    gain = own - none
    if gain == 0:
        return None
    return (other - none) / gain


def _rates(rng: random.Random) -> Iterator[Case]:
    yield 0.5, 0.25, 0.0
    yield 0.5, 0.5, 0.25
    yield 0.25, 0.5, 0.25
    yield 0.75, 0.125, 0.25
    yield 0.125, 0.5, 0.25
    for _ in range(60):
        yield tuple(rng.choice([0.125, 0.25, 0.375, 0.5, 0.75]) for _ in range(3))


SECOND = Exercise(
    "11.2", "how much of the gain transfers", "chapter 11, “One department teaches another”",
    _ratio, _rates, mistakes({
    "(other - none) / gain >> min(1.0, max(0.0, (other - none) / gain))":
        "You cut the ratio at 0 and 1. What lies outside is a finding, and no error.",
    ("gain == 0 >> own == 0", "(other - none) / gain >> other / own"):
        "Both differences are taken from the agent without exemplars: other − none, divided by "
        "own − none.",
    ("gain == 0 >> gain == 0 or other == none", "(other - none) / gain >> gain / (other - none)"):
        "The fraction is upside down: what the other's experience gains, divided by what one's "
        "own gains.",
    Mistake(where=lambda own, other, none: own == none):
        "Where one's own experience gains nothing there is nothing to compare with: return None.",
    Mistake(where=lambda own, other, none: (_ratio(own, other, none) or 0) < 0):
        "A negative ratio is a finding, not an error: keep it.",
    Mistake(where=lambda own, other, none: (_ratio(own, other, none) or 0) > 1):
        "A ratio above 1 is possible: the other's experience was the better teacher.",
    ("gain == 0 >> False", "(other - none) / gain >> other - own"):
        "You subtract the two gains. Asked for is their ratio.",
}))  # fmt: skip


# ---- 11.3

Curve = Sequence[tuple[int, float, float]]  # own goals, own alone, own and foreign


def _from_here(curve: Curve, least: float) -> int | None:
    ordered = sorted(curve)
    for place, (own, _, _) in enumerate(ordered):
        if all(alone - mixed > least for _, alone, mixed in ordered[place:]):
            return own
    return None


def _curves(rng: random.Random) -> Iterator[Case]:
    yield [], 0.0
    yield [(0, 0.25, 0.5)], 0.0
    yield [(0, 0.5, 0.25)], 0.0
    yield [(0, 0.5, 0.25), (5, 0.25, 0.5)], 0.0
    yield [(10, 0.5, 0.25), (0, 0.25, 0.5)], 0.0
    yield [(0, 0.25, 0.5), (10, 0.5, 0.25)], 0.25
    for size in range(70):
        owns = rng.sample([0, 5, 10, 25, 50, 100], size // 20 + 2)
        curve = []
        for own in owns:
            alone = rng.choice([0.25, 0.375, 0.5])
            likely = 0.7 if own >= 10 else 0.3
            gap = rng.choice([0.125, 0.25, 0.375]) * (1 if rng.random() < likely else -1)
            curve.append((own, alone, alone - gap))
        yield curve, rng.choice([0.0, 0.125, 0.25])


THIRD = Exercise(
    "11.3", "the point where it starts to hurt", "chapter 11, “The point where it starts to hurt”",
    _from_here, _curves, mistakes({
    "return own >> return own or None":
        "An `own` of 0 is a point like any other: 0 counts as false, and is not None.",
    "in ordered[place:] >> in ordered[place : place + 1]": "You stop at the first loss. It hurts "
        "from there on only if every later point shows a loss too.",
    "sorted(curve) >> curve":
        "The points need not come in the order of own goals: sort them first.",
    "> least >> >= least": "A loss of exactly `least` does not count: it has to be more.",
    "alone - mixed >> mixed - alone":
        "The sign is turned round: it hurts where own alone does better than own and foreign.",
    "> least >> > 0": "`least` plays no part yet: only a loss of more than `least` counts.",
    Mistake(where=lambda curve, least: _from_here(curve, least) is None):
        "Where it never hurts, or where the last point shows no loss, the answer is None.",
}), cuts=("curve",))  # fmt: skip


# ---- 11.4

Found = Sequence[tuple[str, float, str]]  # record, similarity, origin


def _discounted(found: Found, factor: float, k: int) -> list[str]:
    scored = []
    for place, (name, similarity, origin) in enumerate(found):
        score = similarity if origin == "own" else similarity * factor
        scored.append((-score, origin != "own", place, name))
    return [name for _, _, _, name in sorted(scored)][:k]


def _matches(rng: random.Random) -> Iterator[Case]:
    yield [], 0.5, 2
    yield [("a", 0.5, "own")], 0.5, 2
    yield [("a", 0.5, "own"), ("b", 0.75, "foreign")], 0.5, 1
    yield [("b", 1.0, "foreign"), ("a", 0.5, "own")], 0.5, 1
    yield [("b", 1.0, "foreign"), ("a", 0.25, "own")], 0.5, 2
    yield [("a", 0.5, "own"), ("b", 0.5, "own")], 0.5, 1
    yield [("b", 0.5, "own"), ("a", 0.5, "own")], 0.5, 1
    for size in range(70):
        records = [
            (
                f"r{(number * 7 + size) % 11}",
                rng.choice([0.25, 0.5, 0.5, 0.75, 1.0]),
                rng.choice(["own", "foreign", "wiki"]),
            )
            for number in range(size // 12 + 1)
        ]
        yield records, rng.choice([0.0, 0.25, 0.5, 0.75]), rng.randint(0, 4)


FOURTH = Exercise(
    "11.4", "a discount on foreign records",
    "chapter 11, “Keep apart what does not belong together”", _discounted, _matches, mistakes({
    "for _, _, _, name in sorted(scored) >> for score, _, _, name in sorted(scored) if score":
        "A record that counts 0 is missing. It comes last, and is still one of the found.",
    ('origin == "own" else >> origin != "foreign" else',
     'origin != "own", place >> origin == "foreign", place'):
        "Only an origin that is called foreign is discounted. All are foreign that are not your "
        "own.",
    "similarity * factor >> similarity":
        "The factor plays no part: the similarity of a foreign record counts factor times.",
    'if origin == "own" else >> if origin != "own" else':
        "You discount the own records. It is the foreign ones that count less.",
    "enumerate(found) >> enumerate(sorted(found, key=lambda record: -record[1])[:k])":
        "You cut to k before the discount. A record that would have moved up is gone by then: "
        "discount, sort, then cut.",
    '(-score, origin != "own", place, name) >> (origin != "own", -similarity, place, name)':
        "You take all own records first. A foreign one that is alike enough, even after the "
        "discount, goes before them.",
    'origin != "own", place >> 0, place': "Of equal ones, own records come before foreign ones.",
    "place, name)) >> name, name))": "Of equal ones you take the first by name. The one that "
        "stands earlier in `found` comes first.",
    Mistake(where=lambda found, factor, k: any(o == "wiki" for _, _, o in found)):
        'Every origin but "own" is foreign, whatever its name.',
}), cuts=("found",))  # fmt: skip


# ---- 11.5

Trial = tuple[float, str, float]  # similarity, origin, what its advice earned


class Met(list[list[Trial]]):
    """Queries that a learner sees; the check keeps others of the same stranger."""

    hidden: list[list[Trial]]
    ends: float  # what the better of the factors 0 and 1 earns there
    most: float  # and the best factor

    def __deepcopy__(self, memo: object) -> list[list[Trial]]:
        return [list(query) for query in self]  # what a learner gets


def _worth(factor: float, queries: Sequence[Sequence[Trial]]) -> float:
    best = (
        max(query, key=lambda t: (t[0] * (1 if t[1] == "own" else factor), t[1] == "own"))
        for query in queries
    )
    return sum(earned for _, _, earned in best) / len(queries)


def _trust(seen: Met) -> float:
    steps = [i / 20 for i in range(21)]
    curve = [_worth(factor, seen) for factor in steps]
    windows = [curve[max(i - 2, 0) : i + 3] for i in range(21)]
    smooth = [sum(window) / len(window) for window in windows]
    return steps[smooth.index(max(smooth))]


def _strangers(rng: random.Random) -> Iterator[Case]:
    def query(honesty: float) -> list[Trial]:
        found = []
        for origin in ("own", "own", "friend", "friend", "friend"):
            f = rng.uniform(0.4, 1) if origin != "own" else rng.random()
            worth = f * (1.0 if origin == "own" else honesty)
            found.append((round(f, 2), origin, round(min(max(worth + rng.gauss(0, 0.1), 0), 1), 2)))
        return found

    for honesty in (0.5, 0.3, 0.6, 0.4, 0.55):
        seen = Met(query(honesty) for _ in range(150))
        seen.hidden = [query(honesty) for _ in range(300)]
        seen.ends = max(_worth(0.0, seen.hidden), _worth(1.0, seen.hidden))
        seen.most = max(_worth(i / 20, seen.hidden) for i in range(21))
        yield (seen,)


FIFTH = Exercise(
    "11.5", "how much to trust a stranger (open)", "chapter 11, “Which records did it?”", _trust,
    _strangers, limit=6.0,
    invariants=(
        Invariant("Return a number from 0 to 1.", lambda factor, seen: 0 <= float(factor) <= 1),
        Invariant("On the queries that you have not seen your factor earns less than one of the "
                  "two ends, 0 (own records alone) or 1 (no discount).",
                  lambda factor, seen: _worth(factor, seen.hidden) >= seen.ends - 1e-9),
        Invariant("That is no worse than the ends, but brings less than half of what the best "
                  "factor brings. Try more factors, on `seen`.",
                  lambda factor, seen: (
                      _worth(factor, seen.hidden) >= (seen.ends + seen.most) / 2 - 1e-9)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
