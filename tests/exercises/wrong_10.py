"""Wrong answers to exercises 10, as learners write them, each with a piece of its diagnosis."""

from __future__ import annotations

from statistics import mean


def turned(run, settings):
    base = run(settings)
    out = [(p, run({**settings, p: False}) - base) for p in settings if settings[p]]
    return sorted(out, key=lambda x: (-x[1], x[0]))


def stays_off(run, settings):
    base, now, out = run(settings), dict(settings), []
    for p in settings:
        if settings[p]:
            now[p] = False
            out.append((p, base - run(now)))
    return sorted(out, key=lambda x: (-x[1], x[0]))


def changes_its_settings(run, settings):
    base, out = run(settings), []
    for p in list(settings):
        if settings[p]:
            settings[p] = False
            out.append((p, base - run(settings)))
    out.sort(key=lambda x: (-x[1], x[0]))
    return out


def not_sorted(run, settings):
    base = run(settings)
    return [(p, base - run({**settings, p: False})) for p in settings if settings[p]]


def two_means(rates, factor):
    low, high = sorted({k[factor] for k in rates})
    return mean(r for k, r in rates.items() if k[factor] == high) - mean(
        r for k, r in rates.items() if k[factor] == low
    )


def in_order_of_the_dict(rates, factor):
    one, two = list(dict.fromkeys(k[factor] for k in rates))
    groups = {}
    for k, r in rates.items():
        groups.setdefault(k[1 - factor], {})[k[factor]] = r
    return mean(g[two] - g[one] for g in groups.values() if len(g) == 2)


def lower_minus_higher(rates, factor):
    groups = {}
    for k, r in rates.items():
        groups.setdefault(k[1 - factor], []).append((k[factor], r))
    gaps = [sorted(g)[0][1] - sorted(g)[1][1] for g in groups.values() if len(g) == 2]
    return mean(gaps)


def same_half(rates, reference):
    best = max(sorted(rates), key=lambda n: mean(rates[n][::2]))
    return best, mean(rates[best][::2]) - mean(rates[reference][::2])


def all_seeds(rates, reference):
    best = max(sorted(rates), key=lambda n: mean(rates[n]))
    return best, mean(rates[best]) - mean(rates[reference])


def the_rate(rates, reference):
    best = max(sorted(rates), key=lambda n: mean(rates[n][0::2]))
    return best, mean(rates[best][1::2])


def the_best(rows):
    return sorted(rows, key=lambda r: r[1])[-1][0]


def overlapping(rows):
    best = max(r[1] for r in rows)
    good = [r for r in rows if r[1] + r[2] >= best]
    good.sort(key=lambda r: (r[3], -r[1]))
    return good[0][0]


def cheapest_of_all(rows):
    return min(rows, key=lambda r: (r[3], -r[1]))[0]


def divides_by_all(rates, factor):
    a, b = sorted({k[factor] for k in rates})
    groups = {}
    for k, v in rates.items():
        groups.setdefault(k[1 - factor], {})[k[factor]] = v
    return sum(g[b] - g[a] for g in groups.values() if len(g) == 2) / len(groups)


def runs_the_whole_again(run, settings):
    on = [part for part in settings if settings[part]]
    losses = [(part, run(settings) - run({**settings, part: False})) for part in on]
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def first_of_the_dict(rates, reference):
    best = max(rates, key=lambda name: sum(rates[name][::2]))
    odd = {name: mean(values[1::2]) for name, values in rates.items()}
    return best, odd[best] - odd[reference]


# ---- 10.6


def honest(lab, seeds, least=0.05, word=None, plan_first=True, repeat=True):
    from statistics import mean, stdev

    def rate(whole, seed):
        x = lab.run(whole, seed)
        while x is None and repeat:
            x = lab.run(whole, seed)
        return x

    if plan_first:
        lab.register(seeds, least)
    pairs = [(rate(True, s), rate(False, s)) for s in seeds]
    d = [a - b for a, b in pairs if None not in (a, b)]
    if not plan_first:
        lab.register(seeds, least)
    reach = 2.262 * stdev(d) / len(d) ** 0.5
    low, high = mean(d) - reach, mean(d) + reach
    if -least < low and high < least:
        return lab.report(word or "too small to matter")
    if low > 0 or high < 0:
        return lab.report("better" if low > 0 else "worse")
    return lab.report(word or "cannot be distinguished")


def plans_afterwards(lab):
    return honest(lab, range(10), plan_first=False)


def three_seeds(lab):
    return honest(lab, range(3))


def failed_runs_left_out(lab):
    return honest(lab, range(10), repeat=False)


def nothing_found_means_equal(lab):
    return honest(lab, range(10), word="equal")


def a_look_before(lab):
    lab.register(list(range(10)), 0.1)
    for seed in range(20):
        for whole in (True, False):
            while lab.run(whole, seed) is None:
                continue
    return lab.report("better")


def ten_more_if_in_doubt(lab):
    report = honest(lab, range(10))
    for whole in (True, False):
        while report.of("verdict") != [("better",)] and lab.run(whole, 0) is None:
            continue
    return lab.report(report.of("verdict")[0][0])


def the_verdict_alone(lab):
    return honest(lab, range(10)).of("verdict")[0][0]


def first_is_best(rows):
    _, mean, half, _ = rows[0]
    return min((r for r in rows if r[1] >= mean - half), key=lambda r: (r[3], -r[1]))[0]


def deletes_the_part(run, settings):
    whole = run(dict(settings))
    left = {p: {k: v for k, v in settings.items() if k != p} for p in settings if settings[p]}
    losses = [(part, whole - run(rest)) for part, rest in left.items()]
    return sorted(losses, key=lambda loss: (-loss[1], loss[0]))


def zero_is_a_failure(lab):
    lab.register(list(range(10)), 0.05)
    for seed in range(10):
        for whole in (True, False):
            any(lab.run(whole, seed) for _ in range(9))
    return lab.report("better")


WRONG = {
    "10.1": [("off in both", "discouraged"), ("only one setting differs", "both")],
    "10.2": [
        ("run got no setting for", deletes_the_part),
        ("run the same settings twice", runs_the_whole_again),
        ("sign is turned", turned),
        ("leave them off", stays_off),
        ("changed what it was given", changes_its_settings),
        ("not sorted", not_sorted),
    ],
    "10.3": [
        ("not the first of the dict", first_of_the_dict),
        ("number that flatters", same_half),
        ("by all seeds, as if", all_seeds),
        ("difference to the", the_rate),
    ],
    "10.4": [
        ("You take the first", first_is_best),
        ("the best row, whatever", the_best),
        ("rewarded for being uncertain", overlapping),
        ("however bad", cheapest_of_all),
    ],
    "10.5": [
        ("number of all other levels", divides_by_all),
        ("two plain means", two_means),
        ("higher level minus", lower_minus_higher),
        ("Sort them", in_order_of_the_dict),
    ],
    "10.6": [
        ("You ran what is not in your plan", zero_is_a_failure),
        ("first entry of the log", plans_afterwards),
        ("needs ten different seeds", three_seeds),
        ("Runs are missing", failed_runs_left_out),
        ("the verdict is another one", nothing_found_means_equal),
        ("Runs are missing", a_look_before),
        ("You ran what is not in your plan", ten_more_if_in_doubt),
        ("Return what `lab.report", the_verdict_alone),
    ],
}
