"""Wrong answers to exercises 11, as learners write them, each with a piece of its diagnosis."""

from __future__ import annotations


def divides_the_rates(own, other, none):
    return other / own


def upside_down(own, other, none):
    if own - none == 0 or other - none == 0:
        return None
    return (own - none) / (other - none)


def no_guard(own, other, none):
    return (other - none) / (own - none)


def never_negative(own, other, none):
    if own == none:
        return None
    return max(0, (other - none) / (own - none))


def first_loss(curve, least):
    for own, alone, mixed in sorted(curve):
        if alone - mixed > least:
            return own
    return None


def forgets_to_sort(curve, least):
    start = None
    for own, alone, mixed in reversed(curve):
        if alone - mixed > least:
            start = own
        else:
            break
    return start


def at_least(curve, least):
    start = None
    for own, alone, mixed in sorted(curve, reverse=True):
        if alone - mixed < least:
            break
        start = own
    return start


def no_discount(found, factor, k):
    ordered = sorted(found, key=lambda r: (-r[1], r[2] != "own"))
    return [r[0] for r in ordered[:k]]


def cuts_first(found, factor, k):
    best = sorted(found, key=lambda r: -r[1])[:k]
    best.sort(key=lambda r: (-(r[1] if r[2] == "own" else r[1] * factor), r[2] != "own"))
    return [r[0] for r in best]


def no_tie_rule(found, factor, k):
    scored = [(s if o == "own" else s * factor, n) for n, s, o in found]
    scored.sort(key=lambda pair: -pair[0])
    return [n for _, n in scored[:k]]


def by_name(found, factor, k):
    rows = [(-(s if o == "own" else factor * s), o != "own", n) for n, s, o in found]
    return [n for _, _, n in sorted(rows)[:k]]


# ---- 11.5


def full_trust(seen):
    return 1.0


def nobody_else(seen):
    return 0.0


def one_tenth(seen):
    return 0.9


def share_of_what_was_earned(seen):
    theirs = [e for query in seen for _, origin, e in query if origin != "own"]
    return 100 * sum(theirs) / len(theirs)


def zero_is_none(curve, least):
    last = None
    for own, alone, mixed in sorted(curve, reverse=True):
        if alone - mixed <= least:
            break
        last = own
    return last or None


WRONG = {
    "11.1": [("has no tags", 1.0), ("the same kind of step", 0.0)],
    "11.2": [
        ("taken from the agent without", divides_the_rates),
        ("upside down", upside_down),
        ("gains nothing", no_guard),
        ("negative ratio", never_negative),
    ],
    "11.3": [
        ("An `own` of 0 is a point", zero_is_none),
        ("first loss", first_loss),
        ("sort them first", forgets_to_sort),
        ("exactly `least`", at_least),
    ],
    "11.4": [
        ("plays no part", no_discount),
        ("before the discount", cuts_first),
        ("before foreign ones", no_tie_rule),
        ("first by name", by_name),
    ],
    "11.5": [
        ("earns less than one of the two ends", full_trust),
        ("brings less than half", nobody_else),
        ("earns less than one of the two ends", one_tenth),
        ("a number from 0 to 1", share_of_what_was_earned),
    ],
}
