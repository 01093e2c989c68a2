"""Wrong answers to the exercises of chapter 12, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import math
from collections import defaultdict

# ---- 12.2


def by_reward(before, after):
    worst = min((r for _, r in after.values()), default=math.inf)
    gone = [a for a in before.keys() - after.keys() if before[a][1] > worst]
    return sorted(sorted(gone, key=list(before).index), key=lambda a: -before[a][0])


def equal_counts_too(before, after):
    if len(after) == 0:
        return []
    worst = min(q for q, _ in after.values())
    gone = [a for a, (q, _) in before.items() if a not in after and q >= worst]
    gone.sort(key=lambda a: -before[a][0])
    return gone


def worse_than_all(before, after):
    if not after:
        return []
    best = max(q for q, _ in after.values())
    gone = [a for a, (q, _) in before.items() if a not in after and q > best]
    return sorted(gone, key=lambda a: before[a][0], reverse=True)


def empty_raises(before, after):
    worst = min(q for q, _ in after.values())
    gone = [a for a, (q, _) in before.items() if a not in after and q > worst]
    return sorted(gone, key=lambda a: before[a][0], reverse=True)


def unsorted(before, after):
    return [
        action
        for action, (q, _) in before.items()
        if action not in after and any(kept[0] < q for kept in after.values())
    ]


def turned_round(before, after):
    gone = unsorted(before, after)
    gone.sort(key=lambda a: before[a][0])
    gone.reverse()
    return gone


def pairs(before, after):
    gone = sorted(unsorted(before, after), key=lambda a: -before[a][0])
    return [(a, before[a][0]) for a in gone]


# ---- 12.3


def _outside(records, bottom, top):
    return [
        (i, a)
        for i in range(len(records))
        for a in records[i]
        if math.isnan(records[i][a]) or records[i][a] < bottom or records[i][a] > top
    ]


def _total(reward, gamma, steps):
    return sum(reward * gamma**i for i in range(steps))


def single_rewards(records, low, high, gamma, most):
    return _outside(records, low - 1e-9, high + 1e-9)


def all_steps_taken(records, low, high, gamma, most):
    bottom, top = _total(low, gamma, most), _total(high, gamma, most)
    return _outside(records, bottom - 1e-9, top + 1e-9)


def an_episode_of_no_step(records, low, high, gamma, most):
    returns = [[_total(r, gamma, n) for n in range(most + 1)] for r in (low, high)]
    return _outside(records, min(returns[0]) - 1e-9, max(returns[1]) + 1e-9)


def top_only(records, low, high, gamma, most):
    return _outside(records, -math.inf, max(high, _total(high, gamma, most)) + 1e-9)


def geometric(records, low, high, gamma, most):
    factor = (1 - gamma**most) / (1 - gamma)
    return _outside(records, min(low, low * factor) - 1e-9, max(high, high * factor) + 1e-9)


def exact(records, low, high, gamma, most):
    return _outside(
        records, min(low, _total(low, gamma, most)), max(high, _total(high, gamma, most))
    )


def nan_slips_through(records, low, high, gamma, most):
    bottom, top = min(low, _total(low, gamma, most)), max(high, _total(high, gamma, most))
    found = []
    for i, record in enumerate(records):
        for a, q in record.items():
            if q > top + 1e-9 or q < bottom - 1e-9:
                found.append((i, a))
    return found


def from_one(records, low, high, gamma, most):
    bottom, top = min(low, _total(low, gamma, most)), max(high, _total(high, gamma, most))
    return [(i + 1, a) for i, a in _outside(records, bottom - 1e-9, top + 1e-9)]


# ---- 12.4


def _returns(rewards, gamma):
    g, out = 0.0, []
    for r in rewards[::-1]:
        g = r + gamma * g
        out.append(g)
    return out[::-1]


def _book(entries):
    found = defaultdict(list)
    for name, r, g in entries:
        found[name].append((r, g))
    return {
        name: (sum(r for r, _ in both) / len(both), sum(g for _, g in both) / len(both), len(both))
        for name, both in found.items()
    }


def _name(reply):
    return reply[: reply.find("]") + 1].strip().lower()


def whole_reply(replies, rewards, gamma):
    every = zip(replies, rewards, _returns(rewards, gamma), strict=True)
    return _book((x.lower().strip(), r, g) for x, r, g in every if x is not None)


def none_has_no_text(replies, rewards, gamma):
    every = zip(replies, rewards, _returns(rewards, gamma), strict=True)
    return _book((_name(x), r, g) for x, r, g in every)


def none_taken_out_first(replies, rewards, gamma):
    rewards = [r for x, r in zip(replies, rewards, strict=True) if x]
    replies = [x for x in replies if x]
    every = zip(replies, rewards, _returns(rewards, gamma), strict=True)
    return _book((_name(x), r, g) for x, r, g in every)


def case_kept(replies, rewards, gamma):
    every = zip(replies, rewards, _returns(rewards, gamma), strict=True)
    return _book((x[: x.find("]") + 1].strip(), r, g) for x, r, g in every if x)


def one_behind(replies, rewards, gamma):
    every = zip(replies, [0.0, *rewards[:-1]], _returns(rewards, gamma), strict=True)
    return _book((_name(x), r, g) for x, r, g in every if x)


def last_try(replies, rewards, gamma):
    book, tries = {}, defaultdict(int)
    for x, r, g in zip(replies, rewards, _returns(rewards, gamma), strict=True):
        if x:
            tries[_name(x)] += 1
            book[_name(x)] = (r, g, tries[_name(x)])
    return book


def undiscounted(replies, rewards, gamma):
    every = zip(replies, rewards, _returns(rewards, 1), strict=True)
    return _book((_name(x), r, g) for x, r, g in every if x)


def ends_at_none(replies, rewards, gamma):
    entries = []
    for x, r, g in zip(replies, rewards, _returns(rewards, gamma), strict=True):
        if x is None:
            break
        entries.append((_name(x), r, g))
    return _book(entries)


def sums(replies, rewards, gamma):
    book = {}
    for x, r, g in zip(replies, rewards, _returns(rewards, gamma), strict=True):
        if x:
            old = book.get(_name(x), (0, 0, 0))
            book[_name(x)] = (old[0] + r, old[1] + g, old[2] + 1)
    return book


# ---- 12.5


def one_guess(sound, suspect):
    return [1.0]


def long_report(sound, suspect):
    rewards = [1.0, 1.0, -0.5, 0.5, 0.5, -1.0, 1.0]
    return rewards if sound(rewards) != suspect(rewards) else [-0.5]


def other_rewards(sound, suspect):
    return [0.7, 0.3]


def return_of_the_first(replies, rewards, gamma):
    out = {}
    for t, (r, x) in enumerate(zip(replies, rewards, strict=False)):
        if r is None:
            continue
        k = r.split("]")[0].strip().lower() + "]"
        out.setdefault(k, []).append((x, sum(gamma**i * y for i, y in enumerate(rewards[t:]))))
    return {k: (sum(a for a, _ in v) / len(v), v[0][1], len(v)) for k, v in out.items()}


WRONG = {
    "12.1": [("a healthy memory would keep", "click[red]"), ("its Q is 0.2", "click[< prev]")],
    "12.2": [
        ("very fault of patient E", by_reward),
        ("worth just as much", equal_counts_too),
        ("best action that stayed", worse_than_all),
        ("minimum of nothing", empty_raises),
        ("in the order of the record", unsorted),
        ("the wrong way round", turned_round),
        ("with their numbers", pairs),
    ],
    "12.3": [
        ("with a single reward", single_rewards),
        ("all `most` steps as given", all_steps_taken),
        ("A return of 0 is always possible", an_episode_of_no_step),
        ("only at the upper end", top_only),
        ("divides by zero", geometric),
        ("compare exactly, and rounding", exact),
        ("nan slips through: every", nan_slips_through),
        ("counted from 0", from_one),
    ],
    "12.4": [
        ("that of the first try", return_of_the_first),
        ("holds two entries", whole_reply),
        ("no text to cut", none_has_no_text),
        ("before you discount", none_taken_out_first),
        ("Capitals split", case_kept),
        ("that of the step *before*", one_behind),
        ("last try only", last_try),
        ("is not discounted", undiscounted),
        ("stop at a failed reply", ends_at_none),
        ("These are sums", sums),
    ],
    "12.5": [
        ("it convicts nobody", one_guess),
        ("more than it has to", long_report),
        ("one to eight rewards", other_rewards),
    ],
}
