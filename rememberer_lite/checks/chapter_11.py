"""Exercises of chapter 11: what transfers, what hurts, and a memory of two origins."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

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


# ---- 11.3

Curve = Sequence[tuple[int, float, float]]  # own goals, own alone, own and foreign


def _from_here(curve: Curve, least: float) -> int | None:
    ordered = sorted(curve)
    for place in range(len(ordered)):
        if all(alone - mixed > least for _, alone, mixed in ordered[place:]):
            return ordered[place][0]
    return None


def _first_loss(curve: Curve, least: float) -> int | None:
    return next((own for own, alone, mixed in sorted(curve) if alone - mixed > least), None)


def _as_given(curve: Curve, least: float) -> int | None:
    for place in range(len(curve)):
        if all(alone - mixed > least for _, alone, mixed in curve[place:]):
            return curve[place][0]
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


# ---- 11.4

Found = Sequence[tuple[str, float, str]]  # record, similarity, origin


def _discounted(found: Found, factor: float, k: int) -> list[str]:
    scored = []
    for place, (name, similarity, origin) in enumerate(found):
        score = similarity if origin == "own" else similarity * factor
        scored.append((-score, origin != "own", place, name))
    return [name for _, _, _, name in sorted(scored)][:k]


def _undiscounted(found: Found, factor: float, k: int) -> list[str]:
    return _discounted(found, 1.0, k)


def _wrong_side(found: Found, factor: float, k: int) -> list[str]:
    turned = [(n, s, "own" if o != "own" else "foreign") for n, s, o in found]
    return _discounted(turned, factor, k)


def _cut_first(found: Found, factor: float, k: int) -> list[str]:
    first = sorted(found, key=lambda record: -record[1])[:k]
    return _discounted(first, factor, k)


def _own_block(found: Found, factor: float, k: int) -> list[str]:
    ordered = sorted(found, key=lambda record: (record[2] != "own", -record[1]))
    return [name for name, _, _ in ordered][:k]


def _no_tie_rule(found: Found, factor: float, k: int) -> list[str]:
    ordered = sorted(found, key=lambda r: -(r[1] if r[2] == "own" else r[1] * factor))
    return [name for name, _, _ in ordered][:k]


def _by_name(found: Found, factor: float, k: int) -> list[str]:
    ordered = sorted(
        found, key=lambda r: (-(r[1] if r[2] == "own" else r[1] * factor), r[2] != "own", r[0])
    )
    return [name for name, _, _ in ordered][:k]


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


EXERCISES = (
    Prediction(
        "11.1", "a shop record seen from the wiki", "chapter 11, “From the shop to the wiki”",
        lambda: 0.5,
        {
            1.0: "The task parts are alike, but a shop page has no tags: nothing of the screen is "
            "in common with it.",
            0.0: "The screens have nothing in common. But both states have an empty step "
            "instruction, and for the wiki that is the same kind of step.",
            0.25: "λ is 0.5, and one of the two parts is 1.",
        },
    ),
    Exercise(
        "11.2", "how much of the gain transfers", "chapter 11, “One department teaches another”",
        _ratio, _rates,
        (
            Mistake("Both differences are taken from the agent without exemplars: other − none, "
                    "divided by own − none.",
                    lambda own, other, none: other / own if own else None),
            Mistake("The fraction is upside down: what the other's experience gains, divided by "
                    "what one's own gains.",
                    lambda own, other, none: None if other == none or own == none
                    else (own - none) / (other - none)),
            Mistake("Where one's own experience gains nothing there is nothing to compare with: "
                    "return None.", where=lambda own, other, none: own == none),
            Mistake("A negative ratio is a finding, not an error: keep it.",
                    where=lambda own, other, none: (_ratio(own, other, none) or 0) < 0),
            Mistake("A ratio above 1 is possible: the other's experience was the better teacher.",
                    where=lambda own, other, none: (_ratio(own, other, none) or 0) > 1),
            Mistake("You subtract the two gains. Asked for is their ratio.",
                    lambda own, other, none: other - own),
        ),
    ),
    Exercise(
        "11.3", "the point where it starts to hurt",
        "chapter 11, “The point where it starts to hurt”",
        _from_here, _curves,
        (
            Mistake("You stop at the first loss. It hurts from there on only if every later point "
                    "shows a loss too.", _first_loss),
            Mistake("The points need not come in the order of own goals: sort them first.",
                    _as_given),
            Mistake("A loss of exactly `least` does not count: it has to be more.",
                    lambda curve, least: _from_here(curve, least - 1e-6)),
            Mistake("The sign is turned round: it hurts where own alone does better than own and "
                    "foreign.", lambda curve, least: _from_here(
                        [(n, m, a) for n, a, m in curve], least)),
            Mistake("`least` plays no part yet: only a loss of more than `least` counts.",
                    lambda curve, least: _from_here(curve, 0.0)),
            Mistake("Where it never hurts, or where the last point shows no loss, the answer is "
                    "None.", where=lambda curve, least: _from_here(curve, least) is None),
        ),
    ),
    Exercise(
        "11.4", "a discount on foreign records",
        "chapter 11, “Keep apart what does not belong together”",
        _discounted, _matches,
        (
            Mistake("The factor plays no part: the similarity of a foreign record counts factor "
                    "times.", _undiscounted),
            Mistake("You discount the own records. It is the foreign ones that count less.",
                    _wrong_side),
            Mistake("You cut to k before the discount. A record that would have moved up is gone "
                    "by then: discount, sort, then cut.", _cut_first),
            Mistake("You take all own records first. A foreign one that is alike enough, even "
                    "after the discount, goes before them.", _own_block),
            Mistake("Of equal ones, own records come before foreign ones.", _no_tie_rule),
            Mistake("Of equal ones you take the first by name. The one that stands earlier in "
                    "`found` comes first.", _by_name),
            Mistake("Every origin but \"own\" is foreign, whatever its name.",
                    where=lambda found, factor, k: any(o == "wiki" for _, _, o in found)),
        ),
    ),
)  # fmt: skip
