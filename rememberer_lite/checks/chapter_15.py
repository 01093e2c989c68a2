"""Exercises of chapter 15: a place in the table, two phases, rules from pairs, reliability."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from math import comb

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

# ---- 15.1

FIRST = Prediction(
    "15.1", "a new memory in the table", "chapter 15, “Ten memories side by side”",
    lambda: ["sentence", "website", "learnt", "model", "distilled"], {
    ("sentence", "website", "none", "model", "distilled"): "The counter is a value: a number that "
        "says how good the sentence is, and that moves with each outcome.",
    ("sentence", "task", "learnt", "model", "distilled"): "What a new situation is compared with "
        "is the name of the website. The task plays no part in finding the sentence.",
    ("sentence", "website", "learnt", "rewards", "distilled"):
        "The outcome moves the counter, but the sentence itself is written by somebody else.",
    ("sentence", "website", "learnt", "model", "raw"): "A sentence about an episode is not the "
        "episode: somebody has made it shorter and more general.",
    ("episode", "website", "learnt", "model", "distilled"):
        "The episode is thrown away. Only what is said about it is kept.",
    ("episode", "website", "learnt", "rewards", "raw"): "That would be a memory of whole "
        "episodes. Here they are thrown away once a sentence about them is written.",
})  # fmt: skip


# ---- 15.2

Found = Sequence[tuple[str, float, float]]  # name, similarity, Q


def _z(values: Sequence[float]) -> list[float]:
    middle = sum(values) / len(values)
    spread = (sum((x - middle) ** 2 for x in values) / len(values)) ** 0.5
    return [(x - middle) / spread if spread > 1e-9 else 0.0 for x in values]


def _two_phases(found: Found, candidates: int, shown: int) -> list[str]:
    near = sorted(found, key=lambda one: -one[1])[:candidates]
    if not near:
        return []
    alike, worth = _z([f for _, f, _ in near]), _z([q for _, _, q in near])
    score = {i: (alike[i] + worth[i]) / 2 for i in range(len(near))}
    order = sorted(score, key=lambda i: -round(score[i], 9))
    return [near[i][0] for i in order[:shown]]


def _memories(rng: random.Random) -> Iterator[Case]:
    yield [("A", 0.9, 0.0)], 10, 2
    yield [("A", 0.9, 0.0), ("B", 0.6, 1.0)], 10, 1
    yield [("A", 0.9, 0.0), ("B", 0.6, 1.0), ("C", 0.3, 1.0)], 3, 2
    yield [("A", 0.9, 0.5), ("B", 0.6, 0.5), ("C", 0.3, 0.5)], 3, 2
    yield [("A", 0.5, 0.0), ("B", 0.5, 1.0), ("C", 0.5, 0.6)], 3, 1
    yield [("A", 0.9, 0.0), ("B", 0.8, 0.1), ("C", 0.1, 1.0)], 2, 2
    yield [("A", 0.2, 1.0), ("B", 0.9, 0.0), ("C", 0.8, 0.3)], 2, 1
    yield [], 10, 2
    for size in range(90):
        found = [
            (name, round(rng.random(), 3), rng.choice([0.0, 0.25, 0.6, 1.0, 1.0, -0.5]))
            for name in "ABCDEFGHIJKL"[: size // 9 + 2]
        ]
        yield found, rng.choice([2, 3, 4, 6, 10]), rng.randint(1, 3)


SECOND = Exercise(
    "15.2", "a retrieval in two phases",
    "chapter 15, “The smallest worked example: two phases by " "hand”", _two_phases,
    _memories, mistakes({
    "[:candidates] >> [: min(candidates, shown)]":
        "You cut to `shown` in phase A already. It takes `candidates` of them; only the result of"
        " phase B is cut.",
    "key=lambda i: -round(score[i], 9) >> key=lambda i: (-round(score[i], 9), -worth[i])":
        "Of equal scores the more similar one comes first, not the one of higher Q.",
    "alike, worth = _z([f for _, f, _ in near]), _z([q for _, _, q in near]) >> every = "
    "sorted(found, key=lambda one: -one[1]); alike, worth = _z([f for _, f, _ in every]), _z([q "
    "for _, _, q in every])": "You standardize over all records. Phase A has thrown most of them "
        "away: mean and deviation are those of the candidates.",
    "[:candidates] >>": "You leave out phase A: a record that is far away gets its chance only "
        "among the candidates.",
    "alike, worth = _z([f for _, f, _ in near]), _z([q for _, _, q in near]) >> alike, worth = [f "
    "for _, f, _ in near], [q for _, _, q in near]":
        "You add similarity and Q as they are. Put both on one scale first: z.",
    ") ** 0.5 >> )": "You divide by the variance. The standard deviation is its root.",
    "(alike[i] + worth[i]) / 2 >> alike[i]":
        "The highest similarities win, whatever the Q. Phase B adds the two.",
    "(alike[i] + worth[i]) / 2 >> worth[i]":
        "The highest Q wins, however far away. Phase B adds the two.",
    "alike[i] + worth[i] >> alike[i] - worth[i]":
        "You subtract the two. A high Q speaks *for* a record.",
    "key=lambda one: -one[1] >> key=lambda one: one[1]":
        "Phase A takes the least similar. The most similar ones are the candidates.",
    "sorted(found, key=lambda one: -one[1]) >> list(found)":
        "Phase A takes the first in the list. The most similar ones are the candidates.",
    "-round(score[i], 9) >> round(score[i], 9)": "You show the lowest scores.",
    "order[:shown]] >> sorted(order[:shown])]":
        "The right records, in the order of their similarity. The best score comes first.",
    "order[:shown] >> order": "You show all candidates. Only the best `shown` go into the prompt.",
    Mistake(where=lambda found, candidates, shown: bool(found) and any(
                len({one[i] for one in sorted(found, key=lambda o: -o[1])[:candidates]}) == 1
                for i in (1, 2))): "Where all similarities, or all Q, are equal, the standard "
        "deviation is 0, and you divide by it. There z is 0 for all.",
    Mistake(where=lambda found, candidates, shown: not found): "An empty memory shows nothing: [].",
}))  # fmt: skip


# ---- 15.3

Steps = Sequence[tuple[str, str]]  # page, action
Journal = Sequence[tuple[str, bool, Steps]]  # task, solved, steps


def _parting(failed: Steps, solved: Steps) -> tuple[str, str, str] | None:
    for (page, bad), (other, good) in zip(failed, solved, strict=False):
        if page != other:
            return None
        if bad != good:
            return page, good, bad
    return None


def _rules(journal: Journal) -> dict[str, dict[str, tuple[float, int]]]:
    votes: dict[str, dict[str, list[float]]] = {}
    for task, lost, failed in journal:
        for same_task, won, solved in journal:
            if task == same_task and won and not lost and (found := _parting(failed, solved)):
                page, good, bad = found
                votes.setdefault(page, {}).setdefault(good, []).append(1.0)
                votes[page].setdefault(bad, []).append(0.0)
    return {
        page: {action: (sum(cast) / len(cast), len(cast)) for action, cast in actions.items()}
        for page, actions in votes.items()
    }


def _journals(rng: random.Random) -> Iterator[Case]:
    buy, red = ("item", "buy"), ("item", "red")
    yield ([("tea", False, [buy]), ("tea", True, [red, buy])],)
    yield ([("tea", True, [red, buy]), ("tea", False, [buy])],)
    yield ([("tea", False, [buy]), ("mug", True, [red, buy])],)
    yield ([("tea", False, [("list", "a"), buy]), ("tea", True, [("list", "a"), red, buy])],)
    yield ([("tea", False, [("list", "a"), buy]), ("tea", True, [("list", "b"), red])],)
    yield ([("tea", False, [("page", "x"), buy]), ("tea", True, [("list", "x"), red])],)
    yield ([("tea", False, [red]), ("tea", True, [red, buy])],)
    yield ([("tea", False, [buy]), ("tea", False, [("item", "back")]), ("tea", True, [red])],)
    yield (
        [("tea", False, [buy]), ("tea", True, [red]), ("mug", False, [red]), ("mug", True, [buy])],
    )
    yield ([],)
    for size in range(60):
        yield (
            [
                (
                    rng.choice(["tea", "mug"]), rng.random() < 0.5,
                    [
                        (rng.choice(["item", "list"][t == 0 :]), rng.choice(["a", "b", "buy"]))
                        for t in range(rng.randint(1, 4))
                    ],
                )
                for _ in range(size // 12 + 2)
            ],
        )  # fmt: skip


THIRD = Exercise(
    "15.3", "rules from pairs of episodes", "chapter 15, “ExpeL's rules, from pairs of episodes”",
    _rules, _journals, mistakes({
    "task == same_task and >>": "You compare episodes of different tasks. A pair has one task: "
        "what is right for a mug need not be right for tea.",
    "return page, good, bad >> return page, bad, good":
        "Failed and solved have changed places: the action of the *solved* one is worth 1.",
    "for same_task, won, solved in journal: >> for same_task, won, solved in "
    "journal[journal.index((task, lost, failed)):]:":
        "You find a pair only where the failed episode comes before the solved one. Each failed "
        "one makes a pair with each solved one of its task.",
    "if page != other: return None >>":
        "Where the pages differ before any action does, the two never parted: there is no rule.",
    "if page != other: return None >> if page != other: continue":
        "You skip the steps on which the pages differ, and go on behind them. From the first one "
        "on the episodes are no longer side by side: no rule.",
    "(found := _parting(failed, solved)): page, good, bad = found >> True: pass\n            for "
    "(page, bad), (other, good) in zip(failed, solved) if task == same_task and won and not lost "
    "else ():\n                if page != other: break\n                if bad == good: continue":
        "You write a rule for every step on which the actions differ. Only the first one is where "
        "they part.",
    "votes[page].setdefault(bad, []).append(0.0) >>": "You write down only what was right. The "
        "failed action belongs to the rule, with a vote of 0.",
    "append(0.0) >> append(-1.0)": "A failed action gets −1. Here the votes are 1 and 0.",
    "sum(cast) / len(cast) >> cast[-1]": "You keep the last vote. Q is the mean of all votes.",
    "sum(cast) / len(cast) >> sum(cast)": "You keep the sum of the votes. Q is their mean.",
    "sum(cast) / len(cast) >> float(sum(cast) > len(cast) / 2)":
        "The majority decides in your rules. A mean keeps how sure a rule is.",
    "len(cast)) for action >> int(sum(cast))) for action":
        "You count only the votes for an action. Votes of 0 are votes too.",
    "(sum(cast) / len(cast), len(cast)) >> sum(cast) / len(cast)":
        "You return Q without the number of votes.",
    Mistake(where=lambda journal: not _rules(journal)):
        "A journal without a pair has no rules: {}.",
}), cuts=("journal",))  # fmt: skip


# ---- 15.4

Outcomes = Sequence[Sequence[int]]  # a row for each goal: 1 for a trial that solved it, else 0


def _reliability(table: Outcomes, k: int) -> float:
    """pass^k: the probability that k trials of a goal, drawn from its row, all solve it."""
    return sum(comb(sum(row), k) / comb(len(row), k) for row in table) / len(table)


def _twins(goals: int, trials: int, k: int) -> tuple[list[list[int]], list[list[int]]]:
    half = goals * trials // 2
    steady = [[int(goal * trials + t < half) for t in range(trials)] for goal in range(goals)]
    fickle = [[int(t * goals + goal < half) for t in range(trials)] for goal in range(goals)]
    return steady, fickle


def _is_table(table: Outcomes, goals: int, trials: int) -> bool:
    return len(table) == goals and all(
        len(row) == trials and all(x in (0, 1) for x in row) for row in table
    )


FOURTH = Exercise(
    "15.4", "one success rate, two kinds of reliability (open)",
    "chapter 15, “How memories are measured”", _twins,
    lambda rng: (
        (goals, 2 * k + more, k) for k in (2, 3, 4) for goals in (5, 4, 10) for more in (0, 3)
    ),
    invariants=(
        Invariant("Return two tables: for each goal a list with one entry for each trial, 0 or 1.",
                  lambda both, goals, trials, k: len(both) == 2 and all(
                      _is_table(table, goals, trials) for table in both)),
        Invariant("The two have different success rates. Both have to solve equally many trials "
                  "in all, or the comparison is not about reliability.",
                  lambda both, goals, trials, k: (
                      sum(map(sum, both[0])) == sum(map(sum, both[1])))),
        Invariant("An agent of that success rate is too good or too bad to be interesting: the "
                  "rate has to be between 0.25 and 0.75.",
                  lambda both, goals, trials, k: 0.25 <= _reliability(both[0], 1) <= 0.75),
        Invariant("The second one never solves any goal k times: its pass^k is 0. It has to be "
                  "above.",
                  lambda both, goals, trials, k: _reliability(both[1], k) > 0),
        Invariant("The pass^k of the first is less than twice that of the second. How does an "
                  "agent look that solves the same goals each time, and how one that gambles on "
                  "each?",
                  lambda both, goals, trials, k: (
                      _reliability(both[0], k) >= 2 * _reliability(both[1], k) - 1e-9)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH)
