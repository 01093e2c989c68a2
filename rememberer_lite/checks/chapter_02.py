"""Exercises of chapter 02: eviction order, merging, a bounded memory, pruning."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

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


# ---- 2.2

Values = Mapping[str, tuple[float, int, str]]


def _merge(old: Values, new: Values) -> dict[str, tuple[float, int, str]]:
    merged = {}
    for action in [*old, *(action for action in new if action not in old)]:
        if action not in old or action not in new:
            merged[action] = old[action] if action in old else new[action]
            continue
        q1, n1, words1 = old[action]
        q2, n2, words2 = new[action]
        weight = n1 + 2 * n2
        q = (n1 * q1 + 2 * n2 * q2) / weight if weight else (q1 + q2) / 2
        words = (words1 or words2) if n1 > n2 else (words2 or words1)
        merged[action] = (q, n1 + n2, words)
    return merged


def _merge_but(
    old_times: int = 1,
    new_times: int = 2,
    visits: Callable[[int, int], int] = lambda n1, n2: n1 + n2,
    weigh: bool = True,
    words: Callable[[int, int, str, str], str] = lambda n1, n2, a, b: (
        (a or b) if n1 > n2 else (b or a)
    ),
    unvisited: float | None = None,
    alone: str = "both",
    fails: bool = False,
) -> Callable[[Values, Values], dict[str, tuple[float, int, str]]]:
    def wrong(old: Values, new: Values) -> dict[str, tuple[float, int, str]]:
        merged = {}
        for action in {**old, **new}:
            if action not in old or action not in new:
                if alone == "both" or (alone == "old" and action in old):
                    merged[action] = (old if action in old else new)[action]
                continue
            (q1, n1, a), (q2, n2, b) = old[action], new[action]
            w1, w2 = (old_times * n1, new_times * n2) if weigh else (1, 1)
            if fails and not w1 + w2:
                raise ZeroDivisionError
            plain = (q1 + q2) / 2 if unvisited is None else unvisited
            q = (w1 * q1 + w2 * q2) / (w1 + w2) if w1 + w2 else plain
            merged[action] = (q, visits(n1, n2), words(n1, n2, a, b))
        return merged

    return wrong


def _into_old(old: dict[str, tuple[float, int, str]], new: Values) -> Values:
    merged = _merge(old, new)
    old.update(merged)
    return old


def _replaced(old: Values, new: Values) -> Values:
    return {**old, **new}


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


# ---- 2.3

Memory = dict[str, dict[str, float]]


def _insert(memory: Memory, state: str, action: str, q: float, capacity: int) -> Memory:
    new = {known: dict(values) for known, values in memory.items()}
    values = new.setdefault(state, {})
    values[action] = max(values[action], q) if action in values else q
    while len(new) > capacity:
        lowest = min(max(values.values()) for values in new.values())
        for known in new:  # the oldest first
            if max(new[known].values()) == lowest:
                del new[known]
                break
    return new


def _insert_but(
    value: Callable[[float, float], float] = max,
    worth: Callable[[dict[str, float]], float] = lambda values: max(values.values()),
    victim: Callable[[list[str], list[float]], str] = lambda names, worths: names[
        worths.index(min(worths))
    ],
    keep: bool = False,
    again: bool = True,
    room: int = 0,
    moved: bool = False,
    copied: bool = True,
) -> Callable[[Memory, str, str, float, int], Memory]:
    def wrong(memory: Memory, state: str, action: str, q: float, capacity: int) -> Memory:
        new = {known: dict(v) if copied else v for known, v in memory.items()}
        values = new.pop(state, {}) if moved else new.setdefault(state, {})
        new[state] = values
        values[action] = value(values[action], q) if action in values else q
        while len(new) > capacity + room:
            names = [n for n in new if not (keep and n == state)] or list(new)
            del new[victim(names, [worth(new[name]) for name in names])]
            if not again:
                break
        return new

    return wrong


def _in_place(memory: Memory, state: str, action: str, q: float, capacity: int) -> Memory:
    new = _insert(memory, state, action, q, capacity)
    memory.clear()
    memory.update(new)
    return memory


def _newest_lowest(names: list[str], worths: list[float]) -> str:
    return next(n for n, w in reversed(list(zip(names, worths, strict=True))) if w == min(worths))


def _same_order(a: object, b: object) -> bool:
    """Equal, and in the same order."""
    if not isinstance(a, dict) or not isinstance(b, dict):
        return False
    return list(a.items()) == list(b.items())


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


# ---- 2.4

Actions = dict[str, tuple[float, int]]


def _ranks(actions: Actions) -> list[str]:
    """From the worst to the best."""
    order = list(actions)
    return sorted(order, key=lambda action: (*actions[action], order.index(action)))


def _prune(actions: Actions, most: int) -> Actions:
    ranked = _ranks(actions)
    if len(ranked) <= most:
        return dict(actions)
    kept = [ranked[-1]] if most == 1 else [ranked[0], *ranked[len(ranked) - most + 1 :]]
    return {action: actions[action] for action in actions if action in kept}


def _prune_by(
    ranked: Callable[[Actions], list[str]] = _ranks,
    kept: Callable[[list[str], int], list[str]] = lambda names, most: (
        names[-1:] if most == 1 else [names[0], *names[len(names) - most + 1 :]]
    ),
    sort: bool = False,
) -> Callable[[Actions, int], Actions]:
    def wrong(actions: Actions, most: int) -> Actions:
        names = ranked(actions)
        stay = kept(names, most) if len(names) > most else names
        return {action: actions[action] for action in (stay if sort else actions) if action in stay}

    return wrong


def _prune_in_place(actions: Actions, most: int) -> Actions:
    kept = _prune(actions, most)
    for action in list(actions):
        if action not in kept:
            del actions[action]
    return actions


def _by(*parts: Callable[[Actions, str], float]) -> Callable[[Actions], list[str]]:
    return lambda actions: sorted(actions, key=lambda a: tuple(part(actions, a) for part in parts))


def _q(actions: Actions, action: str) -> float:
    return actions[action][0]


def _n(actions: Actions, action: str) -> float:
    return actions[action][1]


def _older(actions: Actions, action: str) -> float:
    return -list(actions).index(action)


def _tried(rng: random.Random) -> Iterator[Case]:
    yield {"a": (0.5, 1)}, 2
    yield {"a": (0.5, 1), "b": (1.0, 1)}, 1
    yield {"a": (0.5, 1), "b": (0.0, 1), "c": (1.0, 1)}, 2
    yield {"a": (0.0, 1), "b": (0.5, 3), "c": (0.5, 1)}, 2
    yield {"a": (0.0, 1), "b": (0.5, 1), "c": (0.5, 1)}, 2
    yield {"a": (1.0, 1), "b": (0.0, 2), "c": (0.0, 1), "d": (0.5, 1)}, 3
    yield {}, 3
    for size in range(80):
        names = rng.sample(["buy", "back", "red", "blue", "next", "desc", "prev"], size // 15 + 2)
        actions = {a: (rng.choice([0.0, 0.0, 0.5, 0.8, 1.0]), rng.randint(1, 4)) for a in names}
        yield actions, rng.randint(1, len(names))


_FULL, _MERGE = "chapter 02, “When the memory is full”", "chapter 02, “Insert and merge”"
EXERCISES = (
    Prediction(
        "2.1", "what a full memory forgets, and in which order", _FULL, _gone,
        {
            ("D", "B"): "At equal visits the older one goes, not the newer.",
            ("B", "D"): "B goes first, at equal visits the older. But of the pair that is left the "
            "less visited goes: two visits are better evidence than one.",
            ("B", "A"): "After B has gone the pair A and B is gone as well. Look for the most "
            "similar pair among the three that are left.",
            ("A", "B"): "That is the oldest first. Age decides only between the two of the most "
            "similar pair, and only at equal visits.",
            ("A", "D"): "That is the lowest Q first. Q plays no part in which record goes.",
            ("C", "A"): "That is the least visited first, of all records. The choice is only "
            "between the two of the most similar pair.",
            ("A", "C"): "You look at the least similar pair. The most similar one is where "
            "something can be missed.",
            ("D", "A"): "You let the lower Q decide within a pair. It goes by visits, then by age.",
            ("C", "B"): "These two do go, but in the other order: which pair is most alike while "
            "all four are there?",
        },
    ),
    Exercise(
        "2.2", "merge with more weight on the new", _MERGE, _merge, _two_records,
        (
            Mistake("These are the chapter's weights. Here each visit of the new record counts "
                    "twice in the mean.", _merge_but(new_times=1)),
            Mistake("You count the visits of the old record twice. It is the new one that counts "
                    "twice.", _merge_but(old_times=2, new_times=1)),
            Mistake("The doubled weight belongs in the mean only. The visits of the merged record "
                    "are those that really took place: N₁ + N₂.",
                    _merge_but(visits=lambda n1, n2: n1 + 2 * n2)),
            Mistake("You double the new visits above the line only. What stands below has to be "
                    "the sum of the weights, N₁ + 2·N₂, or the mean grows too large.",
                    lambda old, new: {
                        a: ((old[a][1] * old[a][0] + 2 * new[a][1] * new[a][0])
                            / (old[a][1] + new[a][1]), *v[1:])
                        if a in old and a in new and old[a][1] + new[a][1] else v
                        for a, v in _merge(old, new).items()}),
            Mistake("The plain mean is for an action that *neither* side has visited. If only one "
                    "has, the weights say so: the other's value has no weight, and drops out.",
                    lambda old, new: {
                        a: ((old[a][0] + new[a][0]) / 2, *v[1:])
                        if a in old and a in new and 0 in (old[a][1], new[a][1]) else v
                        for a, v in _merge(old, new).items()}),
            Mistake("The mean does not look at the visits. Weigh the old value by N₁ and the new "
                    "one by 2·N₂.", _merge_but(weigh=False)),
            Mistake("You weigh old and new as 1 to 2, whatever their visits. Each *visit* of the "
                    "new record counts twice: the weights are N₁ and 2·N₂.",
                    lambda old, new: {
                        a: ((old[a][0] + 2 * new[a][0]) / 3, *v[1:])
                        if a in old and a in new else v for a, v in _merge(old, new).items()}),
            Mistake("You keep the newer words, as the chapter does. Here those of the side with "
                    "more visits stay; only at equal visits the newer.",
                    _merge_but(words=lambda n1, n2, a, b: b or a)),
            Mistake("At equal visits the newer words stay, not the older.",
                    _merge_but(words=lambda n1, n2, a, b: (a or b) if n1 >= n2 else (b or a))),
            Mistake("You keep the words of the side with fewer visits. It is the side with more.",
                    _merge_but(words=lambda n1, n2, a, b: (a or b) if n1 < n2 else (b or a))),
            Mistake("Doubled visits decide on the words as well. There it is the plain visits that "
                    "are compared.",
                    _merge_but(words=lambda n1, n2, a, b: (a or b) if n1 > 2 * n2 else (b or a))),
            Mistake("Where the side with more visits has no words, those of the other stay: words "
                    "are never lost.", _merge_but(words=lambda n1, n2, a, b: a if n1 > n2 else b)),
            Mistake("An action that was never visited on either side makes you divide by zero. "
                    "There the plain mean is the answer.", _merge_but(fails=True)),
            Mistake("Where neither side was ever visited the plain mean is the answer, not 0.",
                    _merge_but(unvisited=0.0)),
            Mistake("An action that only one record has is lost. It belongs in the result as it "
                    "is.", _merge_but(alone="none")),
            Mistake("Actions that only the new record has are lost. They belong in the result as "
                    "they are.", _merge_but(alone="old")),
            Mistake("You work in `old` itself. Whoever handed it over still needs it: begin with "
                    "a copy.", _into_old),
            Mistake("The new entry takes the place of the old one. Where both have tried an action "
                    "the two are to be merged.", _replaced),
        ),
    ),
    Exercise(
        "2.3", "a bounded memory with another rule", _FULL, _insert, _bounded,
        (
            Mistake("You put the new value in the place of the old one. Here the larger of the two "
                    "stays.", _insert_but(value=lambda old, new: new)),
            Mistake("You take the mean of old and new value. Here the larger of the two stays.",
                    _insert_but(value=lambda old, new: (old + new) / 2)),
            Mistake("The value that was first stays for ever. The larger of the two has to stay.",
                    _insert_but(value=lambda old, new: old)),
            Mistake("You keep the smaller of the two values. The larger stays.",
                    _insert_but(value=min)),
            Mistake("You add the two values up. The larger of the two stays.",
                    _insert_but(value=lambda old, new: old + new)),
            Mistake("Of equally low records you drop the newest. The oldest goes: it stands first.",
                    _insert_but(victim=_newest_lowest)),
            Mistake("You drop the record of the highest best value. The lowest goes.",
                    _insert_but(victim=lambda names, w: names[w.index(max(w))])),
            Mistake("You drop the oldest record, whatever it is worth. The one of the lowest best "
                    "value goes; age decides only between equals.",
                    _insert_but(victim=lambda names, worths: names[0])),
            Mistake("You judge a record by its worst action. What a state is worth is the value "
                    "of its best one.", _insert_but(worth=lambda values: min(values.values()))),
            Mistake("You judge a record by the mean of its actions. What a state is worth is the "
                    "value of its best one.",
                    _insert_but(worth=lambda values: sum(values.values()) / len(values))),
            Mistake("You judge a record by the sum of its actions. What a state is worth is the "
                    "value of its best one.", _insert_but(worth=lambda v: sum(v.values()))),
            Mistake("The new record never goes: you make room before it is in, or spare it. It has "
                    "to stand the comparison as well, and may go at once.", _insert_but(keep=True)),
            Mistake("You drop one record at most. The memory may be given to you with more than "
                    "one too many: go on until it fits.", _insert_but(again=False)),
            Mistake("A memory of exactly `capacity` records is not too full. Only above that one "
                    "has to go.", _insert_but(room=-1)),
            Mistake("You leave one record too many. At most `capacity` may stay.",
                    _insert_but(room=1)),
            Mistake("A known state moves to the end. It keeps its place, and so its age.",
                    _insert_but(moved=True)),
            Mistake("A value below 0 becomes 0: an action that is not known yet has no value, and "
                    "not the value 0.", lambda m, s, a, q, c: _insert(
                        m, s, a, q if a in m.get(s, {}) else max(q, 0.0), c)),
            Mistake("The other actions of the record are lost. Only the one tried changes.",
                    lambda m, s, a, q, c: _insert(
                        {k: v if k != s or a not in v else {a: v[a]} for k, v in m.items()
                         if k != s or a in v}, s, a, q, c)),
            Mistake("You return the records in the order of their value. Their order is their age: "
                    "leave it as it is.", lambda m, s, a, q, c: dict(
                        sorted(_insert(m, s, a, q, c).items(), key=lambda e: -max(e[1].values())))),
            Mistake("You copied the memory, but not the records in it: the dicts inside are still "
                    "the caller's, and you write into one.", _insert_but(copied=False)),
            Mistake("You changed the caller's memory. Return a new one, and leave that as it was.",
                    _in_place),
        ),
        same=_same_order,
    ),
    Exercise(
        "2.4", "prune, but keep the warning", "chapter 02, “Too many actions”", _prune, _tried,
        (
            Mistake("You drop the lowest Q first, as the chapter does. Here the worst action stays "
                    "as a warning, and those next to it go.",
                    _prune_by(kept=lambda names, most: names[-most:])),
            Mistake("The worst action stays, and beside it there is room for most − 1 more: you "
                    "keep one too many.",
                    _prune_by(kept=lambda names, most: [names[0], *names[-most:]])),
            Mistake("With room for one, `[-(most - 1):]` is `[-0:]`, and that is everything. Only "
                    "the best stays there.",
                    _prune_by(kept=lambda names, most: [names[0], *names[-(most - 1):]])),
            Mistake("With room for one only the best action stays, not the worst: an example to "
                    "follow is worth more than a warning.",
                    _prune_by(kept=lambda names, most: [
                        names[0], *names[len(names) - most + 1:]])),
            Mistake("You keep the worst ones. It is one of them that stays, as a warning; the rest "
                    "of the room is for the best.",
                    _prune_by(kept=lambda names, most: names[:most])),
            Mistake("At equal Q visits decide: the more visited ranks higher. You go by the order "
                    "alone.", _prune_by(_by(_q))),
            Mistake("At equal Q the more visited ranks higher, not the less visited.",
                    _prune_by(_by(_q, lambda actions, a: -actions[a][1]))),
            Mistake("At equal Q and equal visits the one tried later ranks higher; you let the "
                    "earlier one.", _prune_by(_by(_q, _n, _older))),
            Mistake("At equal Q and equal visits the one tried later ranks higher; you let the "
                    "alphabet decide.",
                    _prune_by(lambda actions: sorted(actions, key=lambda a: (*actions[a], a)))),
            Mistake("You rank by visits first. It goes by Q; visits decide between equals only.",
                    _prune_by(_by(_n, _q))),
            Mistake("The right ones stay, but in the order of their rank. A record keeps the order "
                    "in which its actions were tried.", _prune_by(sort=True)),
            Mistake("You delete from the caller's dict. Build a new one.", _prune_in_place),
        ),
        same=_same_order,
    ),
)  # fmt: skip
