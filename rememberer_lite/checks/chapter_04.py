"""Exercises of chapter 04: targets, step sizes, bootstrapping, λ-returns."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

# ---- 4.1


def _after_two() -> float:
    q = {"type": 0.0, "choose": 0.0, "buy": 0.0}
    for _ in range(2):  # each step in turn, the last one last
        q["type"] = q["choose"]
        q["choose"] = q["buy"]
        q["buy"] = 1.0
    return q["type"]


# ---- 4.2


def _floored_mean(targets: Sequence[float], floor: float) -> float:
    q = 0.0
    for n, target in enumerate(targets, start=1):
        q = q + max(1 / n, floor) * (target - q)
    return q


def _floored(least: bool = True, start: int = 1, seed: float = 0.0) -> object:
    def wrong(targets: Sequence[float], floor: float) -> float:
        q = seed
        for n, target in enumerate(targets, start=start):
            rate = (max if least else min)(1 / n if n else 1.0, floor)
            q = q + rate * (target - q)
        return q

    return wrong


def _targets(rng: random.Random) -> Iterator[Case]:
    yield [1.0], 0.1
    yield [1.0, 0.0], 0.5
    yield [1.0, 0.0, 0.5], 0.5
    for size in range(3, 60):
        targets = [rng.choice([0.0, 0.6, 1.0]) for _ in range(size // 4 + 2)]
        yield targets, rng.choice([0.1, 0.3, 1.0])
    yield [], 0.5


# ---- 4.3


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


def _unmasked(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    return _n_step_targets(rewards, best, n, gamma, terminated=False)


def _always_masked(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    return _n_step_targets(rewards, best, n, gamma, terminated=True)


def _full_power(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    targets = _n_step_targets(rewards, [0.0] * len(best), n, gamma, True)
    for t in range(len(rewards)):
        end = min(t + n, len(rewards))
        if end < len(rewards) or not terminated:
            targets[t] += gamma**n * best[end]
    return targets


def _shifted(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    return _n_step_targets(rewards, [*best[1:], best[-1]], n, gamma, terminated)


def _same_state(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    return _n_step_targets(rewards, [best[0], *best[:-1]], n, gamma, terminated)


def _undiscounted(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    plain = _n_step_targets(rewards, [0.0] * len(best), n, 1.0, True)
    rest = _n_step_targets([0.0] * len(rewards), best, n, gamma, terminated)
    return [a + b for a, b in zip(plain, rest, strict=True)]


def _one_short(
    rewards: Sequence[float], best: Sequence[float], n: int, gamma: float, terminated: bool
) -> list[float]:
    return _n_step_targets(rewards, best, n, gamma, terminated)[:-1]


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


# ---- 4.4


def _borrowed(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    near = [record for record in records if record[0] >= least]
    if not near:
        return 0.0
    most_alike = max(similarity for similarity, _, _ in near)
    tied = [record for record in near if record[0] == most_alike]
    visits = sum(v for _, v, _ in tied)
    return sum(v * max(values, default=0.0) for _, v, values in tied) / visits


def _first_tied(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    near = [r for r in records if r[0] >= least]
    return max(max(near, key=lambda r: r[0])[2], default=0.0) if near else 0.0


def _most_visited(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    near = [r for r in records if r[0] >= least]
    return max(max(near, key=lambda r: (r[0], r[1]))[2], default=0.0) if near else 0.0


def _unweighted(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    near = [r for r in records if r[0] >= least]
    tied = [r for r in near if r[0] == max(x[0] for x in near)]
    return sum(max(r[2], default=0.0) for r in tied) / len(tied) if tied else 0.0


def _no_threshold(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    return _borrowed(records, -1.0)


def _strict(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    return _borrowed([r for r in records if r[0] != least], least)


def _tied_with_values(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    most_alike = max((r[0] for r in records), default=0.0)
    return _borrowed([r for r in records if r[2] and r[0] == most_alike], least)


def _mean_value(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    return _borrowed([(s, v, [sum(q) / len(q)] if q else []) for s, v, q in records], least)


def _all_near(records: Sequence[tuple[float, int, Sequence[float]]], least: float) -> float:
    return _borrowed([(1.0, v, q) for s, v, q in records if s >= least], least)


def _memories(rng: random.Random) -> Iterator[Case]:
    yield [], 0.5
    yield [(0.9, 1, [0.25, 0.75])], 0.5
    yield [(0.4, 1, [1.0])], 0.5
    yield [(0.5, 2, [0.5, 1.0])], 0.5
    yield [(0.8, 1, [1.0]), (0.8, 3, [0.0, 0.6])], 0.5
    yield [(0.8, 1, [1.0]), (0.6, 3, [0.0])], 0.5
    yield [(0.8, 2, [])], 0.5
    for size in range(80):
        yield (
            [
                (
                    rng.choice([0.2, 0.5, 0.7, 0.7, 0.9]),
                    rng.randint(1, 5),
                    [rng.choice([0.0, 0.25, 0.5, 1.0]) for _ in range(rng.randint(0, 3))],
                )
                for _ in range(size // 12 + 1)
            ],
            rng.choice([0.3, 0.5, 0.7]),
        )


# ---- 4.5


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


def _truncated_weights(
    rewards: Sequence[float], best: Sequence[float], gamma: float, lam: float
) -> list[float]:
    returns = []
    for t in range(len(rewards)):
        left = len(rewards) - t
        targets = [_n_step_targets(rewards, best, n, gamma, True)[t] for n in range(1, left + 1)]
        returns.append(sum((1 - lam) * lam**i * target for i, target in enumerate(targets)))
    return returns


def _mixed_up(
    rewards: Sequence[float], best: Sequence[float], gamma: float, lam: float
) -> list[float]:
    return _lambda_returns(rewards, best, gamma, 1 - lam)


def _no_gamma(
    rewards: Sequence[float], best: Sequence[float], gamma: float, lam: float
) -> list[float]:
    return _lambda_returns(rewards, best, 1.0, lam)


def _through_the_end(
    rewards: Sequence[float], best: Sequence[float], gamma: float, lam: float
) -> list[float]:
    following, returns = best[-1], []
    for t in reversed(range(len(rewards))):
        following = rewards[t] + gamma * ((1 - lam) * best[t + 1] + lam * following)
        returns.append(following)
    return returns[::-1]


def _whole_episodes(rng: random.Random) -> Iterator[Case]:
    yield [1.0], [0.5, 0.0], 1.0, 0.5
    yield [0.0, 1.0], [0.5, 0.5, 0.0], 1.0, 0.5
    for size in range(80):
        length = size // 16 + 1
        rewards = [rng.choice([0.0, 0.0, 0.5, 1.0]) for _ in range(length)]
        best = [round(rng.random(), 2) for _ in range(length + 1)]
        yield rewards, best, rng.choice([1.0, 0.9, 0.5]), rng.choice([0.0, 0.3, 0.8, 1.0])


_MASK = "chapter 04, “The end of an episode is worth nothing more”"
EXERCISES = (
    Prediction(
        "4.1", "how far a reward walks back", "chapter 04, “How far to look: n steps”", _after_two,
        {
            1.0: "Only with the whole return is the first step credited so soon. With n = 1 its "
            "target ends in the next state, whose value is still that of the episode before.",
            0.5: "That would be a mean of a 0 and a 1. But here every step is overwritten (α = 1), "
            "and after two episodes no 1 has come as far as the first step.",
        },
    ),
    Exercise(
        "4.2", "a step that never gets too small", "chapter 04, “From the rule to a running mean”",
        _floored_mean, _targets,
        (
            Mistake("You take the smaller of 1/N and the floor. The floor is what the step must "
                    "not go below: take the larger.", _floored(least=False)),  # type: ignore[arg-type]
            Mistake("You count from 0 (or one too few): the first target is N = 1, and its step "
                    "goes all the way.", _floored(start=0)),  # type: ignore[arg-type]
            Mistake("You count one too many: at the first target N is 1, not 2.",
                    _floored(start=2)),  # type: ignore[arg-type]
            Mistake("This is the plain mean of the targets: the floor plays no part yet.",
                    lambda targets, floor: sum(targets) / len(targets) if targets else 0.0),
            Mistake("Your step is the floor from the beginning. As long as 1/N is larger, take "
                    "1/N.", lambda targets, floor: _constant(targets, floor)),
            Mistake("1 // N divides whole numbers: it is 1 once and 0 for ever after. The step is "
                    "1 / N.", lambda targets, floor: _whole(targets, floor)),
            Mistake("Without a target nothing is known, and the estimate is 0.0: an empty list "
                    "must not fail.", where=lambda targets, floor: not targets),
        ),
    ),
    Exercise(
        "4.3", "n-step targets, ended or broken off", _MASK, _n_step_targets, _episodes,
        (
            Mistake("Your target for the last steps still adds γ·max Q: an episode that has ended "
                    "has no next state. Only one that was broken off goes on.", _unmasked),
            Mistake("You never bootstrap at the end. Where the episode was broken off "
                    "(terminated=False) the last state is still worth something: best[-1].",
                    _always_masked),
            Mistake("Near the end fewer than n rewards are left, and you still discount the rest "
                    "by γⁿ. The power is the number of rewards that were really added.",
                    _full_power),
            Mistake("You bootstrap one state too late: after n rewards from step t you stand in "
                    "state t + n.", _shifted),
            Mistake("You bootstrap one state too early: after n rewards from step t you stand in "
                    "state t + n, not t + n − 1.", _same_state),
            Mistake("The rewards are added up without γ: the i-th reward from here counts γ^i.",
                    _undiscounted),
            Mistake("One target is missing: there is one for every step, the last one too.",
                    _one_short),
        ),
    ),
    Exercise(
        "4.4", "a value borrowed from equals",
        "chapter 04, “An unknown next state borrows from a similar one”", _borrowed, _memories,
        (
            Mistake("Of equally similar records you take one. Here all of them count, each "
                    "weighted by its visits.", _first_tied),
            Mistake("Of equally similar records you take the most visited, as the package does. "
                    "Here all of them count, each weighted by its visits.", _most_visited),
            Mistake("You average the tied records without their visits: a record of three visits "
                    "counts three times one of a single visit.", _unweighted),
            Mistake("You borrow from records that are less alike than `least`. Below it nothing is "
                    "borrowed, and the answer is 0.0.", _no_threshold),
            Mistake("A record that is exactly `least` alike may lend: at least means ≥.", _strict),
            Mistake("You take the mean of a record's values. A state is worth what its best action "
                    "is worth: the maximum.", _mean_value),
            Mistake("You average over all records that are alike enough. Only the most similar "
                    "ones lend, those that are tied for the first place.", _all_near),
            Mistake("You leave out records in which nothing was tried, and a less similar one may "
                    "step in. They lend too, 0.0, and their visits count.",
                    lambda records, least: _borrowed([r for r in records if r[2]], least)),
            Mistake("Tied records in which nothing was tried are missing from your mean. They "
                    "count with 0.0, and with their visits.", _tied_with_values),
            Mistake("A record in which nothing was tried is worth 0.0: the maximum of an empty "
                    "list has to be caught.",
                    where=lambda records, least: any(
                        not q for s, _, q in records
                        if s >= least and s == max(x[0] for x in records))),
            Mistake("Where no record is alike enough (or there is none at all) the answer is 0.0.",
                    where=lambda records, least: all(s < least for s, _, _ in records)),
        ),
    ),
    Exercise(
        "4.5", "the λ-return", "chapter 04, “How far to look: n steps”", _lambda_returns,
        _whole_episodes,
        (
            Mistake("Your weights do not add up to 1. What is left over, λ^(T−t−1), belongs to the "
                    "last target, the whole return.", _truncated_weights),
            Mistake("λ and 1 − λ have changed places: λ = 1 gives the whole return, λ = 0 the "
                    "one-step target.", _mixed_up),
            Mistake("γ is missing: every step further on is discounted once more.", _no_gamma),
            Mistake("Your recursion begins with the value of the state after the end. Nothing "
                    "comes after the end: it begins with 0.", _through_the_end),
            Mistake("The numbers are right, and stand the last step first. You worked from the "
                    "back: turn them round before you return them.",
                    lambda *case: _lambda_returns(*case)[::-1]),
            Mistake("These are whole returns, whatever λ is.",
                    lambda rewards, best, gamma, lam: _lambda_returns(rewards, best, gamma, 1.0)),
            Mistake("These are one-step targets, whatever λ is.",
                    lambda rewards, best, gamma, lam: _lambda_returns(rewards, best, gamma, 0.0)),
        ),
    ),
)  # fmt: skip


def _constant(targets: Sequence[float], floor: float) -> float:
    q = 0.0
    for target in targets:
        q = q + floor * (target - q)
    return q


def _whole(targets: Sequence[float], floor: float) -> float:
    q = 0.0
    for n, target in enumerate(targets, start=1):
        q = q + max(1 // n, floor) * (target - q)
    return q
