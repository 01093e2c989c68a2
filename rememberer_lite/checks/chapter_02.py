"""Exercises of chapter 02: eviction order, merging, a bounded memory, pruning, forgetting."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes
from rememberer_lite.checks.values import same

_FULL, _MERGE = "chapter 02, “When the memory is full”", "chapter 02, “Insert and merge”"

# ---- 2.1


def _gone() -> list[str]:
    visits = {"A": 2, "B": 2, "C": 1, "D": 2}  # in the order of insertion
    alike = {"AB": 0.8, "AC": 0.2, "AD": 0.1, "BC": 0.6, "BD": 0.9, "CD": 0.5}
    gone = []
    while len(visits) > 2:
        pair = max(combinations(visits, 2), key=lambda pair: alike["".join(pair)])
        gone.append(min(pair, key=lambda name: visits[name]))  # of equal ones the older
        del visits[gone[-1]]
    return gone


FIRST = Prediction(
    "2.1", "what a full memory forgets, and in which order", _FULL, _gone, {
    ("D", "B"): "At equal visits the older one goes, not the newer.",
    ("B", "D"): "B goes first, at equal visits the older. But of the pair that is left the less "
        "visited goes: two visits are better evidence than one.",
    ("B", "A"): "After B has gone the pair A and B is gone as well. Look for the most similar "
        "pair among the three that are left.",
    ("A", "B"): "That is the oldest first. Age decides only between the two of the most similar "
        "pair, and only at equal visits.",
    ("A", "D"): "That is the lowest Q first. Q plays no part in which record goes.",
    ("C", "A"): "That is the least visited first, of all records. The choice is only between the "
        "two of the most similar pair.",
    ("A", "C"): "You look at the least similar pair. The most similar one is where something can "
        "be missed.",
    ("D", "A"): "You let the lower Q decide within a pair. It goes by visits, then by age.",
    ("D", "C"): "The first pair is B and D, at equal visits: the older one goes. Then look for "
        "the most similar pair among the three that are left.",
    ("C", "D"): "The first pair is the most similar one, whatever its visits: B and D. Visits and "
        "age decide only within it.",
    ("C", "B"): "These two do go, but in the other order: which pair is most alike while all four "
        "are there?",
})  # fmt: skip


# ---- 2.2

Values = Mapping[str, tuple[float, int, str]]
Record = dict[str, Any]


def _merge(old: Values, new: Values) -> dict[str, tuple[float, int, str]]:
    merged = dict(old)
    for action, (q2, n2, words2) in new.items():
        q1, n1, words1 = old.get(action, (0.0, 0, ""))
        merged[action] = ((n1 * q1 + n2 * q2) / (n1 + n2), n1 + n2, words2 or words1)
    return merged


def merged_records(old: Record, new: Record) -> Record:
    """Two whole records as one, as the chapter asks for it."""
    shorter = new if len(new["recent"]) <= len(old["recent"]) else old
    actions, visits = _merge(old["actions"], new["actions"]), old["visits"] + new["visits"]
    return {"actions": actions, "visits": visits, "recent": shorter["recent"]}


def _visited(rng: random.Random) -> Iterator[Case]:
    """Pairs of records in which every action was visited."""
    return (case for case in _two_records(rng) if all(n for r in case for _, n, _ in r.values()))


#: of the values of two records, whether they are merged alone or with all else
OF_VALUES = mistakes({
    "(n1 * q1 + n2 * q2) / (n1 + n2), >> (q1 + q2) / 2 if n1 else q2,":
        "You take the plain mean of the two values. Each counts as often as it was visited: "
        "weigh by N.",
    "n1 * q1 + n2 * q2 >> q1 + q2 if n1 else n2 * q2": "You add the values up and divide by "
        "the visits. Above the line each value is multiplied by its own visits.",
    "n1 * q1 + n2 * q2 >> n2 * q1 + n1 * q2 if n1 else n2 * q2":
        "The weights have changed places: a value is multiplied by its *own* visits.",
    "(n1 * q1 + n2 * q2) / (n1 + n2), >> n1 * q1 + n2 * q2 if n1 else q2,":
        "That is the sum. A mean is divided by all visits, N₁ + N₂.",
    "(n1 * q1 + n2 * q2) / (n1 + n2), >> q2,":
        "The new value takes the place of the old one, with all that it had learnt.",
    "/ (n1 + n2), n1 + n2, >> / (n1 + n2), n2,":
        "The visits are those of the new record. Both were lived through: N₁ + N₂.",
    "/ (n1 + n2), n1 + n2, >> / (n1 + n2), n1 + n2 + (n1 > 0),":
        "A merge is not a visit. N is N₁ + N₂, and nothing on top.",
    "words2 or words1 >> words1 or words2":
        "You keep the old words. Those of the new record come first.",
    "words2 or words1 >> words2":
        "Where the new record has no words, those of the old stay: words are never lost.",
    "words2 or words1 >> words1 + words2":
        "You write both words down, one behind the other. One of them stays.",
    'q1, n1, words1 = old.get(action, (0.0, 0, "")) >> if action not in old: '
    "continue\n        q1, n1, words1 = old[action]":
        "An action that only one of the two has is lost. It is taken over as it is.",
    "merged = dict(old) >> merged = {}":
        "What only the old record has is lost. It is taken over as it is.",
    "merged = dict(old) >> merged = old":
        "You work in `old`, and change the caller's record. Make a copy first.",
})  # fmt: skip

SECOND = Exercise("2.2", "merge two records", _MERGE, _merge, _visited, OF_VALUES + mistakes({
    Mistake(where=lambda old, new: old.keys() != new.keys()):
        "An action that only one of the two has is taken over as it is. It must neither be lost "
        "nor raise.",
}), cuts=("old", "new"))  # fmt: skip


# ---- 2.3


def _newer(old: Values, new: Values) -> dict[str, tuple[float, int, str]]:
    merged = dict(old)
    for action, (q2, n2, words2) in new.items():
        if action not in old:
            merged[action] = new[action]
            continue
        q1, n1, words1 = old[action]
        weight = n1 + 2 * n2
        q = (n1 * q1 + 2 * n2 * q2) / weight if weight else (q1 + q2) / 2
        words = (words1 or words2) if n1 > n2 else (words2 or words1)
        merged[action] = (q, n1 + n2, words)
    return merged


def _two_records(rng: random.Random) -> Iterator[Case]:
    yield {"a": (0.0, 1, "")}, {"a": (0.9, 1, "")}
    yield {"a": (0.0, 2, "")}, {"a": (0.9, 1, "")}
    yield {"a": (0.5, 1, "cheap")}, {}
    yield {}, {"a": (0.5, 1, "cheap")}
    yield {"a": (0.5, 2, "cheap")}, {"a": (0.5, 1, "fits")}
    yield {"a": (0.5, 1, "cheap")}, {"a": (0.5, 1, "fits")}
    yield {"a": (0.5, 1, "cheap")}, {"a": (0.5, 2, "")}
    yield {"a": (0.5, 2, "")}, {"a": (0.5, 1, "fits")}
    yield {"a": (0.2, 0, "cheap")}, {"a": (0.8, 0, "fits")}
    yield {"a": (0.2, 0, "cheap")}, {"a": (0.8, 1, "fits")}
    yield {"a": (0.2, 2, "cheap")}, {"a": (0.8, 0, "fits")}
    yield {}, {}

    def record(size: int) -> dict[str, tuple[float, int, str]]:
        return {
            action: (
                rng.choice([0.0, 0.25, 0.6, 1.0, -0.5]),
                rng.choice([0, 1, 1, 2, 3, 7]),
                rng.choice(["", "cheap", "fits", "why not"]),
            )
            for action in rng.sample("abcdef", size)
        }

    for size in range(70):
        yield record(rng.randint(0, size // 16 + 1)), record(rng.randint(0, size // 16 + 1))


THIRD = Exercise(
    "2.3", "merge with more weight on the new", _MERGE, _newer, _two_records, mistakes({
    ("weight = n1 + 2 * n2 >> weight = n1 + n2", "n1 * q1 + 2 * n2 * q2 >> n1 * q1 + n2 * q2"):
        "These are the chapter's weights. Here each visit of the new record counts twice in the "
        "mean.",
    ("weight = n1 + 2 * n2 >> weight = 2 * n1 + n2",
     "n1 * q1 + 2 * n2 * q2 >> 2 * n1 * q1 + n2 * q2"):
        "You count the visits of the old record twice. It is the new one that counts twice.",
    "(q, n1 + n2, words) >> (q, weight, words)": "The doubled weight belongs in the mean only. "
        "The visits of the merged record are those that really took place: N₁ + N₂.",
    "weight = n1 + 2 * n2 >> weight = n1 + n2":
        "You double the new visits above the line only. What stands below has to be the sum of "
        "the weights, N₁ + 2·N₂, or the mean grows too large.",
    "if weight else >> if n1 and n2 else":
        "The plain mean is for an action that *neither* side has visited. If only one has, the "
        "weights say so: the other's value has no weight, and drops out.",
    "(n1 * q1 + 2 * n2 * q2) / weight if weight else >>":
        "The mean does not look at the visits. Weigh the old value by N₁ and the new one by 2·N₂.",
    "(n1 * q1 + 2 * n2 * q2) / weight if weight else (q1 + q2) / 2 >> (q1 + 2 * q2) / 3":
        "You weigh old and new as 1 to 2, whatever their visits. Each *visit* of the new record "
        "counts twice: the weights are N₁ and 2·N₂.",
    "(words1 or words2) if n1 > n2 else >>": "You keep the newer words, as the chapter does. Here "
        "those of the side with more visits stay; only at equal visits the newer.",
    "n1 > n2 >> n1 >= n2": "At equal visits the newer words stay, not the older.",
    "n1 > n2 >> n1 < n2":
        "You keep the words of the side with fewer visits. It is the side with more.",
    "n1 > n2 >> n1 > 2 * n2": "Doubled visits decide on the words as well. There it is the plain "
        "visits that are compared.",
    ("(words1 or words2) >> words1", "(words2 or words1) >> words2"):
        "Where the side with more visits has no words, those of the other stay: words are never "
        "lost.",
    "if weight else (q1 + q2) / 2 >>": "An action that was never visited on either side makes you "
        "divide by zero. There the plain mean is the answer.",
    "(q1 + q2) / 2 >> 0.0":
        "Where neither side was ever visited the plain mean is the answer, not 0.",
    ("merged = dict(old) >> merged = {}", "merged[action] = new[action] >>"):
        "An action that only one record has is lost. It belongs in the result as it is.",
    "merged[action] = new[action] >>":
        "Actions that only the new record has are lost. They belong in the result as they are.",
    "merged = dict(old) >> merged = old":
        "You work in `old` itself. Whoever handed it over still needs it: begin with a copy.",
    "if action not in old >> if True": "The new entry takes the place of the old one. Where both "
        "have tried an action the two are to be merged.",
}), cuts=("old", "new"))  # fmt: skip


# ---- 2.4

Memory = dict[str, dict[str, float]]


def _insert(memory: Memory, state: str, action: str, q: float, capacity: int) -> Memory:
    new = {known: dict(values) for known, values in memory.items()}
    record = new.setdefault(state, {})
    record[action] = max(record[action], q) if action in record else q
    while len(new) > capacity:
        del new[min(new, key=lambda known: max(new[known].values()))]  # of equals the oldest
    return new


def _same_order(a: object, b: object) -> bool:
    """Equal, and in the same order."""
    if not isinstance(a, dict) or not isinstance(b, dict):
        return False
    return same(list(dict.items(a)), list(dict.items(b)))


def _bounded(rng: random.Random) -> Iterator[Case]:
    yield {}, "s", "a", 0.5, 2
    yield {"s": {"a": 0.5}}, "s", "a", 0.2, 2
    yield {"s": {"a": 0.5}}, "s", "a", 0.8, 1
    yield {"s": {"a": 0.5}}, "t", "a", 0.8, 1
    yield {"s": {"a": 0.5}}, "t", "a", 0.2, 1
    yield {"s": {"a": 0.5}}, "t", "a", 0.5, 1
    yield {"s": {"a": 0.5}, "t": {"a": 0.1}}, "s", "b", 0.2, 2
    yield {"s": {"a": 0.9, "b": 0.0}, "t": {"a": 0.3}}, "u", "a", 0.6, 2
    yield {"s": {"a": -0.5}}, "s", "a", -1.0, 1
    yield {}, "s", "a", -0.5, 1
    for size in range(90):
        states = rng.sample("abcdefgh", size // 18 + 1)
        memory = {
            state: {
                action: rng.choice([-0.5, 0.0, 0.3, 0.5, 1.0])
                for action in rng.sample("xyz", rng.randint(1, 3))
            }
            for state in states
        }
        capacity = max(1, len(states) - rng.choice([0, 0, 0, 1, -1, 2]))
        yield (
            memory,
            rng.choice("abcdefgh"),
            rng.choice("xyz"),
            rng.choice([-0.5, 0.5, 1]),
            capacity,
        )


FOURTH = Exercise("2.4", "a bounded memory with another rule", _FULL, _insert, _bounded, mistakes({
    "max(record[action], q) if action in record else >>":
        "You put the new value in the place of the old one. Here the larger of the two stays.",
    "max(record[action], q) >> (record[action] + q) / 2":
        "You take the mean of old and new value. Here the larger of the two stays.",
    "max(record[action], q) >> record[action]":
        "The value that was first stays for ever. The larger of the two has to stay.",
    "max(record[action], q) >> min(record[action], q)":
        "You keep the smaller of the two values. The larger stays.",
    "max(record[action], q) >> record[action] + q":
        "You add the two values up. The larger of the two stays.",
    "min(new, >> min(reversed(new),":
        "Of equally low records you drop the newest. The oldest goes: it stands first.",
    "min(new, >> max(new,": "You drop the record of the highest best value. The lowest goes.",
    "min(new, key=lambda known: max(new[known].values())) >> next(iter(new))":
        "You drop the oldest record, whatever it is worth. The one of the lowest best value goes; "
        "age decides only between equals.",
    "max(new[known].values()) >> min(new[known].values())": "You judge a record by its worst "
        "action. What a state is worth is the value of its best one.",
    "max(new[known].values()) >> sum(new[known].values()) / len(new[known])":
        "You judge a record by the mean of its actions. What a state is worth is the value of its "
        "best one.",
    "max(new[known].values()) >> sum(new[known].values())": "You judge a record by the sum of its "
        "actions. What a state is worth is the value of its best one.",
    "min(new, >> min([known for known in new if known != state] or new,":
        "The new record never goes: you make room before it is in, or spare it. It has to stand "
        "the comparison as well, and may go at once.",
    "while len(new) >> if len(new)": "You drop one record at most. The memory may be given to you "
        "with more than one too many: go on until it fits.",
    "> capacity >> >= capacity":
        "A memory of exactly `capacity` records is not too full. Only above that one has to go.",
    "> capacity >> > capacity + 1": "You leave one record too many. At most `capacity` may stay.",
    "new.setdefault(state, {}) >> new[state] = new.pop(state, {})":
        "A known state moves to the end. It keeps its place, and so its age.",
    "in record else q >> in record else max(q, 0.0)": "A value below 0 becomes 0: an action that "
        "is not known yet has no value, and not the value 0.",
    "new.setdefault(state, {}) >> new[state] = {a: v for a, v in new.get(state, {}).items() if a "
    "== action}": "The other actions of the record are lost. Only the one tried changes.",
    "return new >> return dict(sorted(new.items(), key=lambda e: -max(e[1].values())))":
        "You return the records in the order of their value. Their order is their age: leave it "
        "as it is.",
    "dict(values) >> values": "You copied the memory, but not the records in it: the dicts inside "
        "are still the caller's, and you write into one.",
    "{known: dict(values) for known, values in memory.items()} >> memory":
        "You changed the caller's memory. Return a new one, and leave that as it was.",
}), same=_same_order, cuts=("memory",))  # fmt: skip


# ---- 2.5

Actions = dict[str, tuple[float, int]]


def _prune(actions: Actions, most: int) -> Actions:
    order = list(actions)
    kept = ranked = sorted(order, key=lambda action: (*actions[action], order.index(action)))
    if len(ranked) > most:
        kept = ranked[-1:] if most == 1 else [ranked[0], *ranked[1 - most :]]
    return {action: actions[action] for action in order if action in kept}


def _tried(rng: random.Random) -> Iterator[Case]:
    yield {"a": (0.5, 1)}, 2
    yield {"a": (0.5, 1), "b": (1.0, 1)}, 1
    yield {"a": (0.5, 1), "b": (0.0, 1), "c": (1.0, 1)}, 2
    yield {"a": (0.0, 1), "b": (0.5, 3), "c": (0.5, 1)}, 2
    yield {"a": (0.0, 1), "b": (0.5, 1), "c": (0.5, 1)}, 2
    yield {"a": (1.0, 1), "b": (0.0, 2), "c": (0.0, 1), "d": (0.5, 1)}, 3
    yield {}, 3
    yield {"a": (0.5, 1), "b": (0.0, 1), "c": (1.0, 1)}, 5
    for size in range(80):
        names = rng.sample(["buy", "back", "red", "blue", "next", "desc", "prev"], size // 15 + 2)
        actions = {a: (rng.choice([0.0, 0.0, 0.5, 0.8, 1.0]), rng.randint(1, 4)) for a in names}
        yield actions, rng.randint(1, len(names))


FIFTH = Exercise(
    "2.5", "prune, but keep the warning", "chapter 02, “Too many actions”", _prune,
    _tried, mistakes({
    "ranked[-1:] if most == 1 else [ranked[0], *ranked[1 - most:]] >> ranked[-most:]":
        "You drop the lowest Q first, as the chapter does. Here the worst action stays as a "
        "warning, and those next to it go.",
    "ranked[-1:] if most == 1 else [ranked[0], *ranked[1 - most:]] >> [ranked[0], *ranked[-most:]]":
        "The worst action stays, and beside it there is room for most − 1 more: you keep one too "
        "many.",
    "ranked[-1:] if most == 1 else >>": "With room for one, `[-(most - 1):]` is `[-0:]`, and that "
        "is everything. Only the best stays there.",
    "ranked[-1:] if >> ranked[:1] if": "With room for one only the best action stays, not the "
        "worst: an example to follow is worth more than a warning.",
    "ranked[-1:] if most == 1 else [ranked[0], *ranked[1 - most:]] >> ranked[:most]":
        "You keep the worst ones. It is one of them that stays, as a warning; the rest of the "
        "room is for the best.",
    "(*actions[action], order.index(action)) >> actions[action][0]":
        "At equal Q visits decide: the more visited ranks higher. You go by the order alone.",
    "(*actions[action], order.index(action)) >> (actions[action][0], -actions[action][1])":
        "At equal Q the more visited ranks higher, not the less visited.",
    "order.index >> -order.index":
        "At equal Q and equal visits the one tried later ranks higher; you let the earlier one.",
    "order.index(action) >> action": "At equal Q and equal visits the one tried later ranks "
        "higher; you let the alphabet decide.",
    "(*actions[action], order.index(action)) >> actions[action][::-1]":
        "You rank by visits first. It goes by Q; visits decide between equals only.",
    "in order if action in kept >> in kept": "The right ones stay, but in the order of their "
        "rank. A record keeps the order in which its actions were tried.",
    "return {action: actions[action] for action in order if action in kept} >> return [action in "
    "kept or actions.pop(action) for action in order] and actions":
        "You delete from the caller's dict. Build a new one.",
}), same=_same_order, cuts=("actions",))  # fmt: skip


# ---- 2.6

Alike = Mapping[str, Mapping[str, float]]


def _has_twin(
    name: str, stay: Sequence[str], advice: Mapping[str, str], alike: Alike, least: float
) -> bool:
    return any(advice[name] == advice[other] and alike[name][other] >= least for other in stay)


def _suffices(stay: Sequence[str], advice: Mapping[str, str], alike: Alike, least: float) -> bool:
    return all(_has_twin(name, stay, advice, alike, least) for name in advice if name not in stay)


def _without(stay: Sequence[str]) -> Iterator[list[str]]:
    """What is left without one of them."""
    return ([other for other in stay if other != name] for name in stay)


def _keep(advice: Mapping[str, str], alike: Alike, least: float) -> list[str]:
    stay = list(advice)
    while True:
        fewer = [rest for rest in _without(stay) if _suffices(rest, advice, alike, least)]
        if not fewer:
            return stay
        stay = fewer[-1]


def _crowds(rng: random.Random) -> Iterator[Case]:
    yield {"A": "buy", "B": "buy"}, {"A": {"B": 0.8}, "B": {"A": 0.8}}, 0.7
    yield {"A": "buy", "B": "buy"}, {"A": {"B": 0.7}, "B": {"A": 0.7}}, 0.7
    yield {"A": "buy", "B": "back"}, {"A": {"B": 0.8}, "B": {"A": 0.8}}, 0.7
    for size in range(60):
        names = "ABCDEFGHIJ"[: size // 8 + 2]
        alike: dict[str, dict[str, float]] = {name: {} for name in names}
        for a, b in combinations(names, 2):
            alike[a][b] = alike[b][a] = rng.choice([0.2, 0.5, 0.7, 0.7, 0.9])
        yield (
            {name: rng.choice(["buy", "buy", "back"]) for name in names},
            alike,
            rng.choice([0.6, 0.7]),
        )


SIXTH = Exercise(
    "2.6", "forget what nobody misses (open)", _FULL, _keep, _crowds,
    invariants=(
        Invariant("Return a list of names of records of this memory, each of them once.",
                  lambda stay, advice, alike, least: (
                      isinstance(stay, list | tuple) and set(stay) <= set(advice)
                      and len(set(stay)) == len(stay))),
        Invariant("A record that you forget has no twin among those that stay: none that is at "
                  "least `least` alike gives the same advice.",
                  lambda stay, advice, alike, least: _suffices(stay, advice, alike, least)),
        Invariant("You keep more than you have to: of the records that stay one could still go, "
                  "and all would have a twin.",
                  lambda stay, advice, alike, least: not any(
                      _suffices(rest, advice, alike, least) for rest in _without(stay))),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
