"""Chapter 04: the functions that its reader writes. A table is {(state, action): (Q, N)}."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, mistakes
from rememberer_lite.checks.parts import Part

# ---- n_step_target


def n_step_target(rewards: Sequence[float], gamma: float, bootstrap: float) -> float:
    """The discounted rewards, and the discounted value of what comes after them."""
    n = len(rewards)
    return sum(gamma**i * r for i, r in enumerate(rewards)) + gamma**n * bootstrap


def _rewards(rng: random.Random) -> Iterator[Case]:
    yield [1.0], 1.0, 0.0
    yield [0.0], 0.5, 1.0
    yield [0.0, 1.0], 0.5, 0.0
    yield [0.0, 1.0], 0.5, 4.0
    yield [], 0.5, 1.0
    while True:
        rewards = rng.choices([0.0, 0.5, 1.0], k=rng.randint(1, 6))
        yield rewards, rng.choice([0.5, 0.9, 1.0]), rng.choice([0.0, 0.25, 2.0])


N_STEP_TARGET = Exercise(
    "4.n_step_target", "the target of n steps", "chapter 04, “How far to look: n steps”",
    n_step_target, _rewards, mistakes({
    "gamma**n * bootstrap >> bootstrap":
        "The bootstrap comes n steps later: it counts γ to the power of n of itself.",
    "gamma**n * bootstrap >> gamma * bootstrap":
        "The bootstrap comes n steps later. You discount it once.",
    "gamma**n * >> gamma**max(n - 1, 0) *": "The bootstrap comes after n rewards, so its power is "
        "n, one more than that of the last reward.",
    "gamma**i >> gamma**(i + 1)": "The first reward counts in full: its power is 0.",
    "gamma**i * r >> r": "You do not discount the rewards.",
    "gamma**i >> gamma**(n - 1 - i)":
        "You discount backwards: the *later* a reward, the less it counts.",
    "+ gamma**n * bootstrap >> ":
        "The second term is missing: what comes after the rewards counts too.",
}), count=40)  # fmt: skip


# ---- learn

Table = dict[tuple[str, str], tuple[float, int]]
Episode = list[tuple[str, str, float]]
Value = Callable[[Table, str], float]


def best(table: Table, state: str) -> float:
    """The best known value of a state, as the chapter looks it up."""
    return max((q for (s, _), (q, _) in table.items() if s == state), default=0.0)


def learn(
    table: Table,
    episode: Episode,
    n: int | None = None,
    gamma: float = 1.0,
    alpha: float | None = None,
    value: Value = best,
) -> None:
    """Put an episode into the table."""
    n = n or len(episode)
    for t, (state, action, _) in enumerate(episode):
        q, visits = table.get((state, action), (0.0, 0))
        table[state, action] = q, visits + 1  # the visit first: it will matter
        rewards = [reward for _, _, reward in episode[t : t + n]]
        goes_on = t + n < len(episode)
        bootstrap = value(table, episode[t + n][0]) if goes_on else 0.0
        target = n_step_target(rewards, gamma, bootstrap)
        step = alpha or 1 / (visits + 1)
        table[state, action] = q + step * (target - q), visits + 1


def _learnt(
    learn: Callable[..., Any],
    episodes: Sequence[Episode],
    n: int | None,
    gamma: float | None,
    alpha: float | None,
    value: Value,
) -> Table:
    """The table after these episodes, by an answer that writes into it; None: its own γ."""
    table: Table = {}
    given = {} if gamma is None else {"gamma": gamma}
    for episode in episodes:
        learn(table, episode, n, **given, alpha=alpha, value=value)
    return table


def a_tenth_for_each_visit(table: Table, state: str) -> float:
    """A value that rises with what the table holds at the moment."""
    return sum(visits for _, visits in table.values()) / 10


def _episodes(rng: random.Random) -> Iterator[Case]:
    careful = [("search", "type", 0.0), ("item", "choose", 0.0), ("ready", "buy", 1.0)]
    hasty = [("search", "type", 0.0), ("item", "buy", 0.6)]
    yield [[("item", "buy", 0.6)]], None, 1.0, None, best
    yield [hasty], None, 1.0, None, best
    yield [hasty], None, 0.5, None, best
    yield [careful], None, None, None, best
    yield [hasty, careful], None, 1.0, None, best
    yield [hasty, hasty], None, 1.0, 0.5, best
    yield [careful, careful], 1, 1.0, None, best
    yield [careful, careful], 2, 0.5, None, best
    yield [hasty], 1, 1.0, None, a_tenth_for_each_visit
    while True:
        # each whole but the last is cut somewhere, as episodes that ran out of steps are
        chosen = [
            rng.choice([careful, hasty])[: rng.randint(1, 3)] for _ in range(rng.randint(1, 4))
        ]
        value = rng.choice([best, best, a_tenth_for_each_visit])
        yield (
            chosen,
            rng.choice([1, 2, None]),
            rng.choice([0.5, 1.0]),
            rng.choice([None, 0.5]),
            value,
        )


_SAME_VISIT = "q + step * (target - q), visits + 1"

LEARN = Exercise(
    "4.learn", "target and step together", "chapter 04, “How far to look: n steps”", learn,
    _episodes, mistakes({
    "value(table, episode[t + n][0]) if goes_on else 0.0 >> value(table, episode[min(t + n, "
    "len(episode) - 1)][0])": "You bootstrap beyond the end of the episode. Nothing comes after "
        "it: the second term is 0 there.",
    "value(table, episode[t + n][0]) if goes_on else 0.0 >> 0.0": "You never bootstrap. If the "
        "episode goes on after the n rewards, the value of the next state counts.",
    "episode[t + n][0]) if >> state) if": "You look up the value of the state in which the action "
        "was taken. It is the one n steps later.",
    "episode[t + n][0]) if >> episode[t + 1][0]) if":
        "You look up the value one step later. It is the state n steps later.",
    "episode[t : t + n]] >> episode[t:]]":
        "Only the first n rewards belong into the sum. You add up all to the end.",
    "episode[t : t + n]] >> episode[:n]]":
        "The sum begins with the reward of this step, not with that of the first step.",
    "1 / (visits + 1) >> 1 / max(visits, 1)":
        "You divide by the visits before this one. Count this visit first.",
    "q + step * (target - q), visits >> target, visits":
        "The target replaces Q. It moves Q by the step, α or 1/N.",
    "alpha or 1 / (visits + 1) >> 1 / (visits + 1)":
        "A constant α is not used. It replaces 1/N where it is given.",
    ("= q, visits + 1 >> = q, visits", f"{_SAME_VISIT} >> {_SAME_VISIT[:-4]}"):
        "The visit is not counted: N is one more than before.",
    "table[state, action] = q, visits + 1 >> pass": "You look the value up before the visit is in "
        "the table. Write the visit first, as the memory does.",
    "(rewards, gamma, bootstrap) >> (rewards, 1.0, bootstrap)": "γ is not handed on to the target.",
    "value(table, episode >> best(table, episode":
        "`value` is not used: look up the next state with the function that you are given.",
}), count=40)  # fmt: skip

PARTS = (Part(N_STEP_TARGET, n_step_target), Part(LEARN, learn, _learnt))
