"""Wrong answers to the exercises of chapter 15, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

from statistics import mean, pstdev

# ---- 15.2


def z(values):
    m, s = mean(values), pstdev(values)
    return [(v - m) / s if s > 1e-9 else 0.0 for v in values]


def raw_sum(found, candidates, shown):
    near = sorted(found, key=lambda c: c[1], reverse=True)[:candidates]
    return [n for n, f, q in sorted(near, key=lambda c: -(c[1] + c[2]))[:shown]]


def no_phase_a(found, candidates, shown):
    if not found:
        return []
    near = sorted(found, key=lambda c: c[1], reverse=True)
    f, q = z([c[1] for c in near]), z([c[2] for c in near])
    order = sorted(range(len(near)), key=lambda i: -round(f[i] + q[i], 9))
    return [near[i][0] for i in order[:shown]]


def divides_by_zero(found, candidates, shown):
    if not found:
        return []
    near = sorted(found, key=lambda c: c[1], reverse=True)[:candidates]
    f, q = [c[1] for c in near], [c[2] for c in near]
    s = [(a - mean(f)) / pstdev(f) + (b - mean(q)) / pstdev(q) for a, b in zip(f, q, strict=True)]
    return [near[i][0] for i in sorted(range(len(near)), key=lambda i: -round(s[i], 9))[:shown]]


def best_q_of_the_candidates(found, candidates, shown):
    near = sorted(found, key=lambda c: c[1], reverse=True)[:candidates]
    return [c[0] for c in sorted(near, key=lambda c: c[2], reverse=True)[:shown]]


def only_the_nearest(found, candidates, shown):
    return [c[0] for c in sorted(found, key=lambda c: c[1], reverse=True)[:shown]]


# ---- 15.3


def any_tasks(journal):
    votes = {}
    for _, ok, a in journal:
        for _, fine, b in journal:
            if fine and not ok:
                for (p, x), (o, y) in zip(a, b, strict=False):
                    if p != o:
                        break
                    if x != y:
                        votes.setdefault(p, {}).setdefault(y, []).append(1)
                        votes[p].setdefault(x, []).append(0)
                        break
    return {p: {a: (sum(v) / len(v), len(v)) for a, v in d.items()} for p, d in votes.items()}


def collect(journal, right=1.0, wrong=0.0, say=lambda v: (sum(v) / len(v), len(v)), check=True):
    votes = {}
    for task, ok, a in journal:
        for other, fine, b in journal:
            if fine and not ok and task == other:
                for (p, x), (o, y) in zip(a, b, strict=False):
                    if p != o and check:
                        break
                    if x != y:
                        votes.setdefault(p, {}).setdefault(y, []).append(right)
                        if wrong is not None:
                            votes[p].setdefault(x, []).append(wrong)
                        break
    return {p: {a: say(v) for a, v in d.items()} for p, d in votes.items()}


def turned(journal):
    return collect(journal, 0.0, 1.0)


def good_alone(journal):
    return collect(journal, wrong=None)


def pages_do_not_matter(journal):
    return collect(journal, check=False)


def last_vote(journal):
    return collect(journal, say=lambda v: (v[-1], len(v)))


def minus_one(journal):
    return collect(journal, wrong=-1.0)


# ---- 15.4


def the_same_twice(goals, trials, k):
    row = [1] * (trials // 2) + [0] * (trials - trials // 2)
    return [row] * goals, [row] * goals


def all_and_nothing(goals, trials, k):
    return [[1] * trials] * goals, [[0] * trials] * goals


def once_each(goals, trials, k):
    few = goals * (k - 1)
    first = [[int(g * trials + t < few) for t in range(trials)] for g in range(goals)]
    return first, [[1] * (k - 1) + [0] * (trials - k + 1) for _ in range(goals)]


def always_solved(goals, trials, k):
    return [[1] * trials for _ in range(goals)], [[1] * trials for _ in range(goals)]


def rates(goals, trials, k):
    return [0.5] * goals, [0.5] * goals


def ties_by_value(found, candidates, shown):
    near = sorted(found, key=lambda r: -r[1])[:candidates]
    near.sort(key=lambda r: -r[2])

    def z(i):
        values = [r[i] for r in near]
        middle = sum(values) / len(values)
        spread = (sum((x - middle) ** 2 for x in values) / len(values)) ** 0.5
        return [(x - middle) / spread if spread > 1e-9 else 0.0 for x in values]

    scores = [round((a + b) / 2, 9) for a, b in zip(z(1), z(2), strict=True)] if near else []
    order = sorted(range(len(near)), key=lambda i: -scores[i])
    return [near[i][0] for i in order[:shown]]


WRONG = {
    "15.1": [
        ("The counter is a value", ["sentence", "website", "none", "model", "distilled"]),
        ("name of the website", ["sentence", "task", "learnt", "model", "distilled"]),
        ("is not the episode", ["sentence", "website", "learnt", "model", "raw"]),
    ],
    "15.2": [
        ("Of equal scores the more similar", ties_by_value),
        ("as they are", raw_sum),
        ("leave out phase A", no_phase_a),
        ("standard deviation is 0", divides_by_zero),
        ("The highest Q wins", best_q_of_the_candidates),
        ("The highest similarities win", only_the_nearest),
    ],
    "15.3": [
        ("different tasks", any_tasks),
        ("have changed places", turned),
        ("only what was right", good_alone),
        ("the two never parted", pages_do_not_matter),
        ("keep the last vote", last_vote),
        ("gets −1", minus_one),
    ],
    "15.4": [
        ("less than twice", the_same_twice),
        ("different success rates", all_and_nothing),
        ("its pass^k is 0", once_each),
        ("too good or too bad", always_solved),
        ("two tables", rates),
    ],
}
