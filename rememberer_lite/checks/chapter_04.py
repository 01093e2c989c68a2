"""Exercises of chapter 04: the update, step sizes, targets, λ-returns, and a trap that flips."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

_MASK = "chapter 04, “The end of an episode is worth nothing more”"


# ---- 4.1


def _after_two() -> float:
    q = {"type": 0.0, "choose": 0.0, "buy": 0.0}
    for _ in range(2):  # each step in turn, the last one last
        q["type"] = q["choose"]
        q["choose"] = q["buy"]
        q["buy"] = 1.0
    return q["type"]


FIRST = Prediction(
    "4.1", "how far a reward walks back", "chapter 04, “How far to look: n steps”", _after_two, {
    1.0: "Only with the whole return is the first step credited so soon. With n = 1 its target "
        "ends in the next state, whose value is still that of the episode before.",
    0.5: "That would be a mean of a 0 and a 1. But here every step is overwritten (α = 1), and "
        "after two episodes no 1 has come as far as the first step.",
})  # fmt: skip


# ---- 4.2

Learnt = Mapping[tuple[str, str], tuple[float, int]]  # (state, action) → Q, visits


def _learn(table: Learnt, state: str, action: str, target: float) -> Learnt:
    q, visits = table.get((state, action), (0.0, 0))
    visits += 1
    return {**table, (state, action): (q + (target - q) / visits, visits)}


def _tables(rng: random.Random) -> Iterator[Case]:
    yield {}, "item", "buy", 1.0
    yield {("item", "buy"): (1.0, 1)}, "item", "buy", 0.0
    yield {("item", "buy"): (1.0, 1)}, "item", "back", 0.5
    yield {("item", "buy"): (1.0, 1)}, "page", "buy", 0.5
    yield {("item", "buy"): (0.5, 3), ("item", "back"): (0.25, 1)}, "item", "buy", 1.0
    for size in range(60):
        table = {
            (rng.choice(["search", "results", "item"]), rng.choice(["type", "buy", "back"])): (
                rng.choice([0.0, 0.25, 0.6, 1.0]),
                rng.randint(1, 5),
            )
            for _ in range(size // 10)
        }
        pair = rng.choice([*table, ("item", "buy")])
        yield table, *pair, rng.choice([0.0, 0.5, 1.0])


SECOND = Exercise(
    "4.2", "the update itself", "chapter 04, “From the rule to a running mean”", _learn,
    _tables, mistakes({
    "/ visits, visits) >> / max(visits - 1, 1), visits)":
        "You divide by the visits *before* this one. Count this visit first, then divide.",
    "q + (target - q) / visits >> target":
        "The target replaces Q. It moves Q by the share 1/N, and only the first time all the way.",
    "(target - q) / visits >> target / visits": "You add a share of the target to Q, but Q keeps "
        "all that it was: move towards the target, by a share of the *difference*.",
    "(target - q) >> (q - target)": "Q moves away from the target. The difference is target − Q.",
    "/ visits, >> / min(visits, 2),": "Q moves half-way each time. Here the step is 1/N.",
    "/ visits, visits) >> / visits, visits - 1)":
        "The visit is not counted: N is one more than before.",
    "return {**table, (state, action): (q + (target - q) / visits, visits)} >> table[state, "
    "action] = (q + (target - q) / visits, visits); return table":
        "You write into the table that you were given. Build a new one, such as `dict(table)`.",
    "{**table, (state >> {(state": "The other entries of the table are lost.",
    "visits += 1 >> if (state, action) not in table: return dict(table)\n    visits += 1":
        "A pair that is new to the table stays out of it. It begins with Q = 0 and no visit.",
    "{**table, (state, action): (q + (target - q) / visits, visits)} >> q + (target - q) / "
    "visits, visits": "You return Q and N of the one pair. The whole table is asked for.",
    Mistake(where=lambda table, state, action, target: (state, action) not in table):
        "A pair that is not in the table yet begins with Q = 0 and no visit: look it up with a "
        "default.",
}))  # fmt: skip


# ---- 4.3


def _floored_mean(targets: Sequence[float], floor: float) -> float:
    q = 0.0
    for n, target in enumerate(targets, start=1):
        q = q + max(1 / n, floor) * (target - q)
    return q


def _targets(rng: random.Random) -> Iterator[Case]:
    yield [1.0], 0.1
    yield [1.0, 0.0], 0.5
    yield [1.0, 0.0, 0.5], 0.5
    for size in range(3, 60):
        targets = [rng.choice([0.0, 0.6, 1.0]) for _ in range(size // 4 + 2)]
        yield targets, rng.choice([0.1, 0.3, 1.0])
    yield [], 0.5


THIRD = Exercise(
    "4.3", "a step that never gets too small", "chapter 04, “From the rule to a running mean”",
    _floored_mean, _targets, mistakes({
    "enumerate(targets, start=1) >> enumerate(targets[:1], start=1)":
        "You come no further than the first target. Does your `return` stand inside the loop?",
    "max >> min": "You take the smaller of 1/N and the floor. The floor is what the step must not "
        "go below: take the larger.",
    ("start=1 >> start=0", "1 / n >> 1 / n if n else 1.0"): "You count from 0 (or one too few): "
        "the first target is N = 1, and its step goes all the way.",
    "start=1 >> start=2": "You count one too many: at the first target N is 1, not 2.",
    "max(1 / n, floor) >> 1 / n":
        "This is the plain mean of the targets: the floor plays no part yet.",
    "max(1 / n, floor) >> floor":
        "Your step is the floor from the beginning. As long as 1/N is larger, take 1/N.",
    "1 / n >> 1 // n":
        "1 // N divides whole numbers: it is 1 once and 0 for ever after. The step is 1 / N.",
    Mistake(where=lambda targets, floor: not targets):
        "Without a target nothing is known, and the estimate is 0.0: an empty list must not fail.",
}), cuts=("targets",))  # fmt: skip


# ---- 4.4


def _n_step_targets(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    targets = []
    for t in range(len(rewards)):
        window = rewards[t : t + n]
        target = sum(gamma**i * r for i, r in enumerate(window))
        end = t + len(window)  # the state in which the window ends
        if end < len(rewards) or not terminated:
            target += gamma ** len(window) * best[end]
        targets.append(target)
    return targets


def _episodes(rng: random.Random) -> Iterator[Case]:
    yield [1.0], [0.5, 0.25], 1, 0.5, True
    yield [1.0], [0.5, 0.25], 1, 0.5, False
    yield [0.0, 1.0], [0.25, 0.5, 0.75], 1, 0.5, True
    yield [0.0, 1.0], [0.25, 0.5, 0.75], 2, 0.5, True
    for size in range(90):
        length = size // 15 + 1
        rewards = [rng.choice([0.0, 0.0, 0.5, 1.0]) for _ in range(length)]
        best = [round(rng.random(), 2) for _ in range(length + 1)]
        yield rewards, best, rng.randint(1, 4), rng.choice([1.0, 0.9, 0.5]), rng.random() < 0.5


FOURTH = Exercise(
    "4.4", "n-step targets, ended or broken off", _MASK, _n_step_targets, _episodes, mistakes({
    "end < len(rewards) or not terminated >> t + n <= len(rewards) or not terminated":
        "Your mask is one step too late: a window of n rewards that ends with the episode has no "
        "next state either.",
    "best[end] >> best[end - len(rewards[t : t + n])]":
        "You bootstrap from the state in which the step begins. What is added is the value of the"
        " state where the rewards end, t + k.",
    "end < len(rewards) or not terminated >> True":
        "Your target for the last steps still adds γ·max Q: an episode that has ended has no next "
        "state. Only one that was broken off goes on.",
    "or not terminated >>": "You never bootstrap at the end. Where the episode was broken off "
        "(terminated=False) the last state is still worth something: best[-1].",
    "gamma ** len(window) >> gamma**n": "Near the end fewer than n rewards are left, and you "
        "still discount the rest by γⁿ. The power is the number of rewards that were really added.",
    "best[end] >> best[min(end + 1, len(rewards))]":
        "You bootstrap one state too late: after n rewards from step t you stand in state t + n.",
    "best[end] >> best[max(end - 1, 0)]": "You bootstrap one state too early: after n rewards "
        "from step t you stand in state t + n, not t + n − 1.",
    "gamma**i * r >> r":
        "The rewards are added up without γ: the i-th reward from here counts γ^i.",
    "return targets >> return targets[:-1]":
        "One target is missing: there is one for every step, the last one too.",
}))  # fmt: skip


# ---- 4.5


def _borrowed(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    near = [record for record in records if record[0] >= least]
    if not near:
        return 0.0
    most_alike = max(similarity for similarity, _, _ in near)
    tied = [record for record in near if record[0] == most_alike]
    visits = sum(v for _, v, _ in tied)
    return sum(v * max(values, default=0.0) for _, v, values in tied) / visits


def _memories(rng: random.Random) -> Iterator[Case]:
    yield [], 0.5
    yield [(0.9, 1, [0.25, 0.75])], 0.5
    yield [(0.4, 1, [1.0])], 0.5
    yield [(0.5, 2, [0.5, 1.0])], 0.5
    yield [(0.8, 1, [1.0]), (0.8, 3, [0.0, 0.6])], 0.5
    yield [(0.8, 1, [1.0]), (0.6, 3, [0.0])], 0.5
    yield [(0.8, 2, [])], 0.5
    yield [(0.8, 2, [-0.5, -0.25])], 0.5
    for size in range(80):
        yield (
            [
                (
                    rng.choice([0.2, 0.5, 0.7, 0.7, 0.9]),
                    rng.randint(1, 5),
                    [rng.choice([-0.5, 0.0, 0.5, 1.0]) for _ in range(rng.randint(0, 3))],
                )
                for _ in range(size // 12 + 1)
            ],
            rng.choice([0.3, 0.5, 0.7]),
        )


FIFTH = Exercise(
    "4.5", "a value borrowed from equals",
    "chapter 04, “An unknown next state borrows from a similar one”", _borrowed,
    _memories, mistakes({
    "max(values, default=0.0) >> max([0.0, *values])":
        "A best value below 0 becomes 0. Only a record *without* values is worth 0.0.",
    "== most_alike] >> == most_alike][:1]": "Of equally similar records you take one. Here all of "
        "them count, each weighted by its visits.",
    "[record for record in near if record[0] == most_alike] >> [max(near, key=lambda record: "
    "record[:2])]": "Of equally similar records you take the most visited, as the package does. "
        "Here all of them count, each weighted by its visits.",
    ("visits = sum(v for _, v, _ in tied) >> visits = len(tied)", "v * max >> max"):
        "You average the tied records without their visits: a record of three visits counts three "
        "times one of a single visit.",
    "if record[0] >= least >>": "You borrow from records that are less alike than `least`. Below "
        "it nothing is borrowed, and the answer is 0.0.",
    ">= least >> > least": "A record that is exactly `least` alike may lend: at least means ≥.",
    "max(values, default=0.0) >> (sum(values) / len(values) if values else 0.0)":
        "You take the mean of a record's values. A state is worth what its best action is worth: "
        "the maximum.",
    "if record[0] == most_alike >>": "You average over all records that are alike enough. Only "
        "the most similar ones lend, those that are tied for the first place.",
    "if record[0] >= least >> if record[2] and record[0] >= least":
        "You leave out records in which nothing was tried, and a less similar one may step in. "
        "They lend too, 0.0, and their visits count.",
    ("== most_alike >> == most_alike and record[2]", "/ visits >> / visits if visits else 0.0"):
        "Tied records in which nothing was tried are missing from your mean. They count with 0.0, "
        "and with their visits.",
    Mistake(where=lambda records, least: any(
                not q for s, _, q in records
                if s >= least and s == max(x[0] for x in records))):
        "A record in which nothing was tried is worth 0.0: the maximum of an empty list has to be "
        "caught.",
    Mistake(where=lambda records, least: all(s < least for s, _, _ in records)):
        "Where no record is alike enough (or there is none at all) the answer is 0.0.",
}), cuts=("records",))  # fmt: skip


# ---- 4.6


def _lambda_returns(
    rewards: Sequence[float], best: Sequence[float], gamma: float, lam: float
) -> list[float]:
    length = len(rewards)
    returns = []
    for t in range(length):
        left = length - t
        targets = [
            _n_step_targets(rewards, best, n, gamma, terminated=True)[t] for n in range(1, left + 1)
        ]
        total = sum((1 - lam) * lam ** (n - 1) * targets[n - 1] for n in range(1, left))
        returns.append(total + lam ** (left - 1) * targets[left - 1])
    return returns


def _whole_episodes(rng: random.Random) -> Iterator[Case]:
    yield [1.0], [0.5, 0.0], 1.0, 0.5
    yield [0.0, 1.0], [0.5, 0.5, 0.0], 1.0, 0.5
    for size in range(80):
        length = size // 16 + 1
        rewards = [rng.choice([0.0, 0.0, 0.5, 1.0]) for _ in range(length)]
        best = [round(rng.random(), 2) for _ in range(length + 1)]
        yield rewards, best, rng.choice([1.0, 0.9, 0.5]), rng.choice([0.0, 0.3, 0.8, 1.0])


SIXTH = Exercise(
    "4.6", "the λ-return", "chapter 04, “How far to look: n steps”", _lambda_returns,
    _whole_episodes, mistakes({
    "lam ** (left - 1) * targets[left - 1] >> targets[left - 1]":
        "The last target, the whole return, has a weight as well: λ^(L−1). With it the weights "
        "add up to 1.",
    ("in range(1, left)) >> in range(1, left + 1))",
     "total + lam ** (left - 1) * targets[left - 1] >> total"): "Your weights do not add up to 1. "
        "What is left over, λ^(T−t−1), belongs to the last target, the whole return.",
    "length = len(rewards) >> length, lam = len(rewards), 1 - lam":
        "λ and 1 − λ have changed places: λ = 1 gives the whole return, λ = 0 the one-step target.",
    "length = len(rewards) >> length, gamma = len(rewards), 1.0":
        "γ is missing: every step further on is discounted once more.",
    "terminated=True >> terminated=False": "Your recursion begins with the value of the state "
        "after the end. Nothing comes after the end: it begins with 0.",
    "return returns >> return returns[::-1]": "The numbers are right, and stand the last step "
        "first. You worked from the back: turn them round before you return them.",
    "length = len(rewards) >> length, lam = len(rewards), 1.0":
        "These are whole returns, whatever λ is.",
    "length = len(rewards) >> length, lam = len(rewards), 0.0":
        "These are one-step targets, whatever λ is.",
}))  # fmt: skip


# ---- 4.7


def _outbids(hasty: Sequence[float], careful: Sequence[float], gamma: float, n: int) -> bool:
    """Whether the careful action is worth more after each was tried once, in an empty table."""
    one, other = (
        sum(gamma**i * reward for i, reward in enumerate(rewards[:n]))
        for rewards in (careful, hasty)
    )
    return one > other + 1e-9


def _escape(hasty: Sequence[float], careful: Sequence[float]) -> tuple[float, int] | None:
    for n in range(1, len(careful) + 1):
        for hundredth in range(1, 101):
            if _outbids(hasty, careful, hundredth / 100, n):
                return hundredth / 100, n
    return None


def _traps(rng: random.Random) -> Iterator[Case]:
    yield [0.6], [0.0, 1.0]
    yield [0.6], [0.0, 0.0, 1.0]
    yield [1.0], [0.0, 1.0]
    yield [0.5], [0.0, 0.2, 0.4]
    yield [0.0, 0.5], [0.0, 0.0, 1.0]
    yield [0.8], [0.0, 0.5, 0.0, 0.0, 0.9]
    yield [0.5], [0.0, 0.9, 0.0, 0.0]
    for size in range(40):
        hasty = [0.0] * rng.randint(0, 1) + [rng.choice([0.3, 0.5, 0.6, 0.8])]
        careful = [0.0] * (len(hasty) + size // 10)
        careful += [rng.choice([0.0, 0.2]), rng.choice([0.2, 0.7, 0.9, 1.0])]
        yield hasty, careful


def _is_setting(found: tuple[float, int] | None, *_: object) -> bool:
    if found is None:
        return True
    gamma, n = found
    return 0 < gamma <= 1 and n >= 1 and n == int(n)


SEVENTH = Exercise(
    "4.7", "where the trap flips (open)", "chapter 04, “The trap of the partial reward”", _escape,
    _traps,
    invariants=(
        Invariant("Return a pair (γ, n), with γ above 0 and at most 1 and n a whole number from 1 "
                  "on; or None where no such pair frees the agent.", _is_setting),
        Invariant("You give up too early: there are settings with γ up to 1 that free the agent "
                  "here. Try γ = 1 and an n as long as the careful episode.",
                  lambda found, hasty, careful:
                  found is not None or _escape(hasty, careful) is None),
        Invariant("No setting frees the agent here: however patient it is, the careful episode "
                  "earns no more than the hasty one. The answer is None.",
                  lambda found, hasty, careful: (
                      found is None or _escape(hasty, careful) is not None)),
        Invariant("With your γ and n the hasty action is still worth at least as much, and the "
                  "agent stays in the trap.",
                  lambda found, hasty, careful: found is None or _outbids(hasty, careful, *found)),
        Invariant("That frees the agent, but with more patience than it takes: a γ that is "
                  "smaller by 0.01 does so too.",
                  lambda found, hasty, careful: found is None or not _outbids(
                      hasty, careful, max(found[0] - 0.01, 0.0), found[1])),
        Invariant("That frees the agent, but looks further ahead than it has to: n − 1 does so "
                  "too, at your γ.",
                  lambda found, hasty, careful: found is None or not _outbids(
                      hasty, careful, found[0], found[1] - 1)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH)
