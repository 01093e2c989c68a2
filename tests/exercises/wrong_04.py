"""Wrong answers to the exercises of chapter 04, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

# ---- 4.3


def smaller_of_the_two(targets, floor):
    q = 0.0
    for n, target in enumerate(targets, 1):
        alpha = min(1 / n, floor)
        q = (1 - alpha) * q + alpha * target
    return q


def counts_from_zero(targets, floor):
    q = 0.0
    for n in range(len(targets)):
        alpha = 1.0 if n == 0 else max(1 / n, floor)
        q += alpha * (targets[n] - q)
    return q


def counts_from_two(targets, floor):
    q, n = 0.0, 1
    for target in targets:
        n += 1
        q += max(1 / n, floor) * (target - q)
    return q


def integer_division(targets, floor):
    q = 0.0
    for n, target in enumerate(targets, 1):
        q += max(1 // n, floor) * (target - q)
    return q


def plain_mean(targets, floor):
    q = 0.0
    for n, target in enumerate(targets, 1):
        q += (target - q) / n
    return q


def fails_without_targets(targets, floor):
    q = targets[0]
    for n, target in enumerate(targets[1:], 2):
        q += max(1 / n, floor) * (target - q)
    return q


# ---- 4.4


def no_mask(rewards, best, n, gamma, terminated):
    found = []
    for t in range(len(rewards)):
        total, power = 0.0, 1.0
        for reward in rewards[t : t + n]:
            total += power * reward
            power *= gamma
        found.append(total + power * best[min(t + n, len(rewards))])
    return found


def never_at_the_end(rewards, best, n, gamma, terminated):
    last = len(rewards)
    return [
        sum(gamma**i * rewards[t + i] for i in range(min(n, last - t)))
        + (gamma**n * best[t + n] if t + n < last else 0.0)
        for t in range(last)
    ]


def gamma_to_the_n(rewards, best, n, gamma, terminated):
    found, last = [], len(rewards)
    for t in range(last):
        end = min(t + n, last)
        total = sum(gamma ** (i - t) * rewards[i] for i in range(t, end))
        if not (end == last and terminated):
            total = total + gamma**n * best[end]
        found.append(total)
    return found


def one_state_early(rewards, best, n, gamma, terminated):
    found, last = [], len(rewards)
    for t in range(last):
        k = min(n, last - t)
        total = sum(gamma**i * rewards[t + i] for i in range(k))
        if t + k < last or not terminated:
            total += gamma**k * best[t + k - 1]
        found.append(total)
    return found


def rewards_without_gamma(rewards, best, n, gamma, terminated):
    found, last = [], len(rewards)
    for t in range(last):
        k = min(n, last - t)
        rest = 0.0 if t + k == last and terminated else gamma**k * best[t + k]
        found.append(sum(rewards[t : t + k]) + rest)
    return found


def without_the_last(rewards, best, n, gamma, terminated):
    found, last = [], len(rewards)
    for t in range(last - 1):
        k = min(n, last - t)
        rest = 0.0 if t + k == last and terminated else gamma**k * best[t + k]
        found.append(sum(gamma**i * rewards[t + i] for i in range(k)) + rest)
    return found


def sets_the_last_value_to_zero(rewards, best, n, gamma, terminated):
    if terminated:
        best[-1] = 0.0  # the caller's list
    last, found = len(rewards), []
    for t in range(last):
        k = min(n, last - t)
        found.append(sum(gamma**i * rewards[t + i] for i in range(k)) + gamma**k * best[t + k])
    return found


# ---- 4.5


def first_of_the_tied(records, least):
    best, found = None, 0.0
    for similarity, _visits, values in records:
        if similarity >= least and (best is None or similarity > best):
            best, found = similarity, max(values, default=0.0)
    return found


def the_most_visited(records, least):
    lenders = sorted((r for r in records if r[0] >= least), key=lambda r: (-r[0], -r[1]))
    return max(lenders[0][2], default=0.0) if lenders else 0.0


def plain_average(records, least):
    lenders = [r for r in records if r[0] >= least]
    if not lenders:
        return 0.0
    top = max(r[0] for r in lenders)
    worth = [max(r[2], default=0.0) for r in lenders if r[0] == top]
    return sum(worth) / len(worth)


def forgets_the_limit(records, least):
    if not records:
        return 0.0
    top = max(r[0] for r in records)
    tied = [r for r in records if r[0] == top]
    return sum(r[1] * max(r[2], default=0.0) for r in tied) / sum(r[1] for r in tied)


def more_than_least(records, least):
    return forgets_the_limit([r for r in records if r[0] > least], least)


def everyone_who_may(records, least):
    lenders = [r for r in records if r[0] >= least]
    if not lenders:
        return 0.0
    return sum(r[1] * max(r[2], default=0.0) for r in lenders) / sum(r[1] for r in lenders)


def mean_over_actions(records, least):
    lenders = [r for r in records if r[0] >= least]
    if not lenders:
        return 0.0
    top = max(r[0] for r in lenders)
    tied = [r for r in lenders if r[0] == top]
    worth = [sum(r[2]) / len(r[2]) if r[2] else 0.0 for r in tied]
    return sum(r[1] * w for r, w in zip(tied, worth, strict=True)) / sum(r[1] for r in tied)


def max_of_nothing(records, least):
    lenders = [r for r in records if r[0] >= least]
    if not lenders:
        return 0.0
    top = max(r[0] for r in lenders)
    tied = [r for r in lenders if r[0] == top]
    return sum(r[1] * max(r[2]) for r in tied) / sum(r[1] for r in tied)


def empty_ones_may_not_lend(records, least):
    lenders = [r for r in records if len(r[2]) > 0]
    return forgets_the_limit([r for r in lenders if r[0] >= least], least)


def empty_ones_skipped_in_the_mean(records, least):
    top = max([r[0] for r in records if r[0] >= least], default=None)
    total = visits = 0
    for similarity, n, values in records:
        if similarity == top and values:
            total, visits = total + n * max(values), visits + n
    return total / visits if visits else 0.0


def nobody_to_borrow_from(records, least):
    lenders = [r for r in records if r[0] >= least]
    top = max(r[0] for r in lenders)
    tied = [r for r in lenders if r[0] == top]
    return sum(r[1] * max(r[2], default=0.0) for r in tied) / sum(r[1] for r in tied)


# ---- 4.6


def _n_step(rewards, best, t, n, gamma):
    total = sum(gamma**i * rewards[t + i] for i in range(n))
    return total + (gamma**n * best[t + n] if t + n < len(rewards) else 0.0)


def weights_short_of_one(rewards, best, gamma, lam):
    found = []
    for t in range(len(rewards)):
        total = 0.0
        for n in range(1, len(rewards) - t + 1):
            total += (1 - lam) * lam ** (n - 1) * _n_step(rewards, best, t, n, gamma)
        found.append(total)
    return found


def lambda_swapped(rewards, best, gamma, lam):
    found, ahead = [], 0.0
    for t in range(len(rewards) - 1, -1, -1):
        bootstrap = best[t + 1] if t + 1 < len(rewards) else 0.0
        ahead = rewards[t] + gamma * (lam * bootstrap + (1 - lam) * ahead)
        found.append(ahead)
    return found[::-1]


def bootstraps_after_the_end(rewards, best, gamma, lam):
    found = [0.0] * len(rewards)
    ahead = best[len(rewards)]
    for t in range(len(rewards) - 1, -1, -1):
        ahead = rewards[t] + gamma * ((1 - lam) * best[t + 1] + lam * ahead)
        found[t] = ahead
    return found


def forgets_gamma(rewards, best, gamma, lam):
    found, ahead = [], 0.0
    for t in range(len(rewards) - 1, -1, -1):
        bootstrap = best[t + 1] if t + 1 < len(rewards) else 0.0
        ahead = rewards[t] + (1 - lam) * bootstrap + lam * ahead
        found.insert(0, ahead)
    return found


def monte_carlo(rewards, best, gamma, lam):
    return [_n_step(rewards, best, t, len(rewards) - t, gamma) for t in range(len(rewards))]


def back_to_front(rewards, best, gamma, lam):
    found, ahead = [], 0.0
    for t in range(len(rewards) - 1, -1, -1):
        bootstrap = best[t + 1] if t + 1 < len(rewards) else 0.0
        ahead = rewards[t] + gamma * ((1 - lam) * bootstrap + lam * ahead)
        found.append(ahead)
    return found


# ---- 4.2


def divides_first(table, state, action, target):
    q, n = table.get((state, action), (0.0, 0))
    q += (target - q) / (n or 1)
    return {**table, (state, action): (q, n + 1)}


def overwrites(table, state, action, target):
    learnt = dict(table)
    learnt[state, action] = (target, table.get((state, action), (0, 0))[1] + 1)
    return learnt


def in_the_given_table(table, state, action, target):
    q, n = table.setdefault((state, action), (0.0, 0))
    table[state, action] = (q + (target - q) / (n + 1), n + 1)
    return table


def needs_the_pair(table, state, action, target):
    q, n = table[state, action]
    return {**table, (state, action): (q + (target - q) / (n + 1), n + 1)}


# ---- 4.7


def always_patient(hasty, careful):
    return (1.0, len(careful)) if sum(careful) > sum(hasty) else None


def never_patient(hasty, careful):
    return None


def never_gives_up(hasty, careful):
    for n in range(1, 9):
        for percent in range(1, 101):
            gamma = percent / 100
            ours, theirs = (
                sum(gamma**i * r for i, r in enumerate(rewards[:n])) for rewards in (careful, hasty)
            )
            if ours > theirs + 1e-9:
                return gamma, n
    return 1.0, 8


def half_way(hasty, careful):
    return (0.5, 2)


def always_free(hasty, careful):
    return (1.0, 8)


def looks_far(hasty, careful):
    for percent in range(1, 101):
        gamma = percent / 100
        ours, theirs = (
            sum(gamma**i * r for i, r in enumerate(rewards)) for rewards in (careful, hasty)
        )
        if ours > theirs + 1e-9:
            return gamma, len(careful) + 1
    return None


def in_percent(hasty, careful):
    return (61, 2)


def never_below_zero(records, least):
    near = [r for r in records if r[0] >= least]
    if not near:
        return 0.0
    top = max(s for s, _, _ in near)
    pairs = [(n, max(0.0, *values) if values else 0.0) for s, n, values in near if s == top]
    return sum(n * q for n, q in pairs) / sum(n for n, _ in pairs)


def as_far_as_the_end(hasty, careful):
    def worth(rewards, gamma):
        return sum(gamma**i * r for i, r in enumerate(rewards))

    for hundredth in range(1, 101):
        gamma = hundredth / 100
        if worth(careful, gamma) > worth(hasty, gamma) + 1e-9:
            return gamma, max(len(hasty), len(careful))
    return None


WRONG = {
    "4.1": [
        ("With n = 1", 1.0),
        ("overwritten", 0.5),
    ],
    "4.3": [
        ("take the larger", smaller_of_the_two),
        ("count from 0", counts_from_zero),
        ("N is 1, not 2", counts_from_two),
        ("whole numbers", integer_division),
        ("plays no part yet", plain_mean),
        ("an empty list", fails_without_targets),
    ],
    "4.4": [
        ("an episode that has ended has no next state", no_mask),
        ("never bootstrap", never_at_the_end),
        ("discount the rest by γⁿ", gamma_to_the_n),
        ("one state too early", one_state_early),
        ("without γ", rewards_without_gamma),
        ("One target is missing", without_the_last),
        ("changed what it was given", sets_the_last_value_to_zero),
    ],
    "4.5": [
        ("below 0 becomes 0", never_below_zero),
        ("you take one", first_of_the_tied),
        ("the most visited", the_most_visited),
        ("without their visits", plain_average),
        ("less alike than", forgets_the_limit),
        ("at least means ≥", more_than_least),
        ("all records that are alike enough", everyone_who_may),
        ("mean of a record's values", mean_over_actions),
        ("maximum of an empty", max_of_nothing),
        ("a less similar one may step in", empty_ones_may_not_lend),
        ("are missing from your mean", empty_ones_skipped_in_the_mean),
        ("no record is alike enough", nobody_to_borrow_from),
    ],
    "4.6": [
        ("do not add up to 1", weights_short_of_one),
        ("changed places", lambda_swapped),
        ("Nothing comes after the end", bootstraps_after_the_end),
        ("γ is missing", forgets_gamma),
        ("whole returns, whatever", monte_carlo),
        ("last step first", back_to_front),
    ],
    "4.2": [
        ("Count this visit first", divides_first),
        ("The target replaces Q", overwrites),
        ("write into the table", in_the_given_table),
        ("begins with Q = 0 and no visit: look it up", needs_the_pair),
    ],
    "4.7": [
        ("looks further ahead", as_far_as_the_end),
        ("more patience than it takes", always_patient),
        ("give up too early", never_patient),
        ("No setting frees", never_gives_up),
        ("stays in the trap", half_way),
        ("looks further ahead", looks_far),
        ("Return a pair", in_percent),
    ],
}
