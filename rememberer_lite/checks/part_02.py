"""Chapter 02: the functions that its reader writes. A record is a dict, as in the chapter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from rememberer_lite.checks.chapter_02 import OF_VALUES, Record, merged_records
from rememberer_lite.checks.exercise import Case, Exercise, mistakes
from rememberer_lite.checks.parts import Part


def new_record(action: str, q: float, why: str = "", recent: tuple[str, ...] = ()) -> Record:
    """A record of one visit, as the chapter makes it."""
    return {"actions": {action: (q, 1, why)}, "visits": 1, "recent": recent}


# ---- merge


def merge(old: Record, new: Record) -> Record:
    """Both as one record."""
    actions = dict(old["actions"])
    for action, (q, n, why) in new["actions"].items():
        q0, n0, why0 = actions.get(action, (0.0, 0, ""))
        actions[action] = ((n0 * q0 + n * q) / (n0 + n), n0 + n, why or why0)
    shorter = new if len(new["recent"]) <= len(old["recent"]) else old
    visits = old["visits"] + new["visits"]
    return {"actions": actions, "visits": visits, "recent": shorter["recent"]}


def _two_records(rng: random.Random) -> Iterator[Case]:
    yield new_record("buy", 0.5), new_record("buy", 1.0)
    yield new_record("buy", 0.5), new_record("back", 1.0)
    yield new_record("buy", 0.5, "cheap"), new_record("buy", 1.0)
    yield new_record("buy", 0.5, "cheap"), new_record("buy", 1.0, "fits")
    yield new_record("buy", 0.5, recent=("a", "b")), new_record("buy", 0.5, recent=("c",))
    yield new_record("buy", 0.5, recent=("a",)), new_record("buy", 0.5, recent=("b", "c"))
    yield new_record("buy", 0.5, recent=("a",)), new_record("buy", 0.5, recent=("b",))

    def record() -> Record:
        actions = {
            action: (rng.choice([0.0, 0.25, 0.6, 1.0]), rng.randint(1, 4), rng.choice(["", "why"]))
            for action in rng.sample(["buy", "back", "green", "black"], rng.randint(1, 3))
        }
        recent = tuple(rng.choices("abc", k=rng.randint(0, 3)))
        visits = sum(n for _, n, _ in actions.values())
        return {"actions": actions, "visits": visits, "recent": recent}

    while True:
        yield record(), record()


MERGE = Exercise(
    "2.merge", "two records as one", "chapter 02, “Insert and merge”", merged_records,
    _two_records, OF_VALUES + mistakes({
    'visits = _merge(old["actions"], new["actions"]), old["visits"] + new["visits"] >> visits = '
    '_merge(old["actions"], new["actions"]), new["visits"]':
        "The visits of the record are those of both together.",
    "<= >> <": "Of two equally short ways the newer one is kept.",
    'len(new["recent"]) <= >> len(new["recent"]) >':
        "You keep the longer way. The shorter one is kept.",
    'if len(new["recent"]) <= len(old["recent"]) else old >> or old':
        "You always keep the way of the newer record. Of the two the shorter is kept.",
    'new if len(new["recent"]) <= len(old["recent"]) else old >> old':
        "You always keep the way of the older record. Of the two the shorter is kept.",
}), count=40)  # fmt: skip


# ---- least_missed

Similarity = Callable[[str, str], float]


def least_missed(memory: dict[str, Record], similarity: Similarity) -> str:
    """The state whose record a full memory drops."""
    states = list(memory)
    pairs = {(a, b): similarity(a, b) for i, b in enumerate(states) for a in states[:i]}
    closest = max(pairs.values())
    twins = [state for pair, f in pairs.items() if f == closest for state in pair]
    candidates = [state for state in states if state in twins]
    return min(candidates, key=lambda state: memory[state]["visits"])


def words_shared(a: str, b: str) -> float:
    """The words in common, divided by all."""
    words, others = set(a.split()), set(b.split())
    return len(words & others) / len(words | others)


def _memories(rng: random.Random) -> Iterator[Case]:
    def memory(**visits: int) -> dict[str, Record]:
        return {
            name.replace("_", " "): {**new_record("buy", q), "visits": n}
            for (name, n), q in zip(visits.items(), rng.choices([0.0, 0.6, 1.0], k=9), strict=False)
        }

    yield memory(green_tea=9, black_tea=2, usb_cable=1), words_shared
    yield memory(green_tea=2, black_tea=9, usb_cable=1), words_shared
    yield memory(green_tea=2, black_tea=2, usb_cable=1), words_shared
    yield memory(usb_cable=5, green_tea=2, black_tea=2), words_shared
    tasks = [
        f"{colour}_{thing}" for colour in ("green", "black", "red") for thing in ("tea", "mug")
    ]
    tasks += ["usb_cable", "long_usb_cable", "green_tea_bags"]
    while True:
        chosen = rng.sample(tasks, rng.randint(2, 6))
        yield memory(**{task: rng.randint(1, 3) for task in chosen}), words_shared


LEAST_MISSED = Exercise(
    "2.least_missed", "what a full memory drops", "chapter 02, “When the memory is full”",
    least_missed, _memories, mistakes({
    '["visits"]) >> ["visits"] * -1)':
        "You drop the more visited one of the pair. Its value is better known, so it stays.",
    "min(candidates, key >> min(reversed(candidates), key":
        "At equal visits the older one goes: the one that the memory holds first.",
    "if state in twins >> if True": "You drop the least visited record of all. Only the members "
        "of the most similar pair can go.",
    "closest = max >> closest = min": "You look at the pair that is least alike. In the most "
        "similar one something can be missed.",
    'memory[state]["visits"] >> memory[state]["actions"]["buy"]':
        "The value plays no part: within the pair the visits decide.",
    'min(candidates, key=lambda state: memory[state]["visits"]) >> candidates[0]':
        "You drop the oldest of the pair. Age decides only between equal visits.",
    "twins = [state for pair, f in pairs.items() if f == closest for state in pair] >> twins = "
    "max(pairs, key=pairs.get)":
        "Several pairs can be equally similar: then the members of all of them are candidates.",
}), count=40)  # fmt: skip

PARTS = (Part(MERGE, merge), Part(LEAST_MISSED, least_missed))
