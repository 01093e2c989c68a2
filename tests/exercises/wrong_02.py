"""Wrong answers to the exercises of chapter 02, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

# ---- 2.2


def unweighted(old, new):
    out = dict(old)
    for k, v in new.items():
        out[k] = ((old[k][0] + v[0]) / 2, old[k][1] + v[1], v[2] or old[k][2]) if k in old else v
    return out


def newest_wins(old, new):
    return {
        k: (v[0], v[1] + old.get(k, (0, 0, ""))[1], v[2] or old.get(k, (0, 0, ""))[2])
        for k, v in {**old, **new}.items()
        if k in new
    } | {k: v for k, v in old.items() if k not in new}


def new_words_only(old, new):
    out = dict(old)
    for k, (q, n, w) in new.items():
        if k in out:
            n0 = old[k][1]
            q, n = (q * n + old[k][0] * n0) / (n + n0), n + n0
        out[k] = (q, n, w)
    return out


def old_words_first(old, new):
    out = dict(old)
    for k, (q, n, w) in new.items():
        q0, n0, w0 = out.get(k, (0, 0, ""))
        out[k] = ((q * n + q0 * n0) / (n + n0), n + n0, w0 or w)
    return out


def shared_only(old, new):
    out = {}
    for k in old:
        if k in new:
            (q, n, w), (q0, n0, w0) = new[k], old[k]
            out[k] = ((q * n + q0 * n0) / (n + n0), n + n0, w or w0)
    return out


def writes_into_old(old, new):
    for k, (q, n, w) in new.items():
        q0, n0, w0 = old.get(k, (0, 0, ""))
        old[k] = ((q * n + q0 * n0) / (n + n0), n + n0, w or w0)
    return old


def unknown_action_raises(old, new):
    out = {}
    for k in set(old) | set(new):
        (q, n, w), (q0, n0, w0) = new[k], old[k]
        out[k] = ((q * n + q0 * n0) / (n + n0), n + n0, w or w0)
    return out


# ---- 2.3


def _merge(old, new, both):
    merged = dict(old)
    for action, value in new.items():
        merged[action] = both(*old[action], *value) if action in old else value
    return merged


def _words(n1, n2, a, b):
    if n1 > n2:
        return a if a else b
    return b if b else a


def _mean(q1, w1, q2, w2):
    return (q1 * w1 + q2 * w2) / (w1 + w2) if w1 + w2 > 0 else (q1 + q2) / 2


def mean_of_the_chapter(old, new):
    return _merge(
        old,
        new,
        lambda q, n, a, p, m, b: (_mean(q, n, p, m), n + m, _words(n, m, a, b)),
    )


def old_counts_twice(old, new):
    def both(q, n, a, p, m, b):
        return _mean(q, 2 * n, p, m), n + m, _words(n, m, a, b)

    return _merge(old, new, both)


def doubled_visits_are_kept(old, new):
    def both(q, n, a, p, m, b):
        words, m = _words(n, m, a, b), 2 * m
        return _mean(q, n, p, m), n + m, words

    return _merge(old, new, both)


def half_and_half(old, new):
    return _merge(old, new, lambda q, n, a, p, m, b: ((q + p) / 2, n + m, _words(n, m, a, b)))


def one_without_visits_is_enough(old, new):
    def both(q, n, a, p, m, b):
        mean = _mean(q, n, p, 2 * m) if n * m else 0.5 * q + 0.5 * p
        return mean, n + m, _words(n, m, a, b)

    return _merge(old, new, both)


def one_to_two(old, new):
    return _merge(old, new, lambda q, n, a, p, m, b: ((q + 2 * p) / 3, n + m, _words(n, m, a, b)))


def newer_words(old, new):
    return _merge(old, new, lambda q, n, a, p, m, b: (_mean(q, n, p, 2 * m), n + m, b or a))


def older_words_at_a_tie(old, new):
    def both(q, n, a, p, m, b):
        return _mean(q, n, p, 2 * m), n + m, _words(m, n, b, a)

    return _merge(old, new, both)


def loses_words(old, new):
    def both(q, n, a, p, m, b):
        return _mean(q, n, p, 2 * m), n + m, a if n > m else b

    return _merge(old, new, both)


def divides_by_no_visits(old, new):
    def both(q, n, a, p, m, b):
        return (q * n + p * 2 * m) / (n + 2 * m), n + m, _words(n, m, a, b)

    return _merge(old, new, both)


def only_what_both_have(old, new):
    merged = mean_of_the_new_counts_twice(old, new)
    return {action: merged[action] for action in old if action in new}


def mean_of_the_new_counts_twice(old, new):
    return _merge(
        old,
        new,
        lambda q, n, a, p, m, b: (_mean(q, n, p, 2 * m), n + m, _words(n, m, a, b)),
    )


def works_in_old(old, new):
    for action, value in mean_of_the_new_counts_twice(old, new).items():
        old[action] = value
    return old


def new_replaces_old(old, new):
    merged = old.copy()
    merged.update(new)
    return merged


# ---- 2.4


def _put(memory, state, action, q):
    memory = {s: dict(record) for s, record in memory.items()}
    if state not in memory:
        memory[state] = {}
    if action not in memory[state] or memory[state][action] < q:
        memory[state][action] = q
    return memory


def _best(record):
    return sorted(record.values())[-1]


def overwrites(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    memory[state][action] = q
    while len(memory) > capacity:
        memory.pop(min(memory, key=lambda s: _best(memory[s])))
    return memory


def newest_of_equals(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    while len(memory) > capacity:
        lowest = None
        for s in memory:
            if lowest is None or _best(memory[s]) <= _best(memory[lowest]):
                lowest = s
        del memory[lowest]
    return memory


def highest_goes(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    while len(memory) > capacity:
        del memory[max(memory, key=lambda s: _best(memory[s]))]
    return memory


def oldest_goes(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    while len(memory) > capacity:
        del memory[next(iter(memory))]
    return memory


def lowest_single_value(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    while len(memory) > capacity:
        values = [(v, i, s) for i, s in enumerate(memory) for v in memory[s].values()]
        del memory[min(values)[2]]
    return memory


def room_is_made_before(memory, state, action, q, capacity):
    memory = {s: dict(record) for s, record in memory.items()}
    if state not in memory:
        while memory and len(memory) >= capacity:
            del memory[min(memory, key=lambda s: _best(memory[s]))]
    memory = _put(memory, state, action, q)
    while len(memory) > capacity:
        others = [s for s in memory if s != state]
        del memory[min(others, key=lambda s: _best(memory[s]))]
    return memory


def evicts_once(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    if len(memory) > capacity:
        del memory[min(memory, key=lambda s: _best(memory[s]))]
    return memory


def full_is_too_full(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    while len(memory) >= capacity:
        del memory[min(memory, key=lambda s: _best(memory[s]))]
    return memory


def known_moves_to_the_end(memory, state, action, q, capacity):
    memory = _put(memory, state, action, q)
    memory[state] = memory.pop(state)
    while len(memory) > capacity:
        del memory[min(memory, key=lambda s: _best(memory[s]))]
    return memory


def shallow_copy(memory, state, action, q, capacity):
    memory = memory.copy()
    record = memory.setdefault(state, {})
    record[action] = max(q, record.get(action, q))
    while len(memory) > capacity:
        del memory[min(memory, key=lambda s: _best(memory[s]))]
    return memory


def no_copy_at_all(memory, state, action, q, capacity):
    record = memory.setdefault(state, {})
    record[action] = max(q, record.get(action, q))
    while len(memory) > capacity:
        del memory[min(memory, key=lambda s: _best(memory[s]))]
    return memory


# ---- 2.5


def lowest_go(actions, most):
    actions = dict(actions)
    while len(actions) > most:
        worst = None
        for action, (q, n) in actions.items():
            if worst is None or (q, n) < actions[worst]:
                worst = action
        del actions[worst]
    return actions


def one_too_many(actions, most):
    ranked = sorted(actions, key=lambda a: actions[a])
    keep = set(ranked[-most:]) | {ranked[0]} if ranked else set()
    return {a: v for a, v in actions.items() if a in keep}


def minus_zero(actions, most):
    if len(actions) <= most:
        return dict(actions)
    ranked = sorted(actions, key=lambda a: actions[a])
    keep = [ranked[0], *ranked[1 - most :]]
    return {a: v for a, v in actions.items() if a in keep}


def only_the_warning(actions, most):
    if len(actions) <= most:
        return dict(actions)
    best_first = sorted(actions, key=lambda a: actions[a])[::-1]
    keep = [*best_first[: most - 1], best_first[-1]]
    return {a: v for a, v in actions.items() if a in keep}


def ties_by_order_only(actions, most):
    if len(actions) <= most:
        return dict(actions)
    ranked = sorted(actions, key=lambda a: actions[a][0])
    keep = ranked[-1:] if most == 1 else ranked[:1] + ranked[len(ranked) - (most - 1) :]
    return {a: v for a, v in actions.items() if a in keep}


def earlier_is_better(actions, most):
    if len(actions) <= most:
        return dict(actions)
    best_first = sorted(actions, key=lambda a: actions[a], reverse=True)
    keep = best_first[:1] if most == 1 else [*best_first[: most - 1], best_first[-1]]
    return {a: v for a, v in actions.items() if a in keep}


def visits_before_q(actions, most):
    if len(actions) <= most:
        return dict(actions)
    ranked = sorted(actions, key=lambda a: (actions[a][1], actions[a][0]))
    keep = ranked[-1:] if most == 1 else ranked[:1] + ranked[len(ranked) - (most - 1) :]
    return {a: v for a, v in actions.items() if a in keep}


def in_the_order_of_rank(actions, most):
    ranked = sorted(actions, key=lambda a: actions[a])
    if len(ranked) > most:
        ranked = ranked[-1:] if most == 1 else ranked[:1] + ranked[len(ranked) - (most - 1) :]
    return {a: actions[a] for a in ranked}


def deletes_in_place(actions, most):
    ranked = sorted(actions, key=lambda a: actions[a])
    if len(ranked) > most:
        keep = ranked[-1:] if most == 1 else ranked[:1] + ranked[len(ranked) - (most - 1) :]
        for action in ranked:
            if action not in keep:
                actions.pop(action)
    return actions


# ---- 2.6


def keeps_everything(advice, alike, least):
    return list(advice)


def one_for_each_advice(advice, alike, least):
    return list({action: name for name, action in advice.items()}.values())


def pairs_of_twins(advice, alike, least):
    return [(a, b) for a in advice for b in alike[a] if alike[a][b] >= least]


def twins_by_similarity_alone(advice, alike, least):
    kept = []
    for name in advice:
        if not any(alike[name][other] >= least for other in kept):
            kept.append(name)
    return kept


def only_loners(advice, alike, least):
    return [a for a in advice if not any(alike[a][b] >= least for b in alike[a])]


WRONG = {
    "2.1": [
        ("not the newer", ["D", "B"]),
        ("oldest first", ["A", "B"]),
        ("lowest Q first", ["A", "D"]),
        ("pair A and B is gone", ["B", "A"]),
        ("in the other order", ["C", "B"]),
    ],
    "2.2": [
        ("weigh by N", unweighted),
        ("with all that it had learnt", newest_wins),
        ("has no words, those of the old stay", new_words_only),
        ("keep the old words", old_words_first),
        ("nor raise", unknown_action_raises),
        ("change the caller's record", writes_into_old),
    ],
    "2.3": [
        ("the chapter's weights", mean_of_the_chapter),
        ("visits of the old record twice", old_counts_twice),
        ("in the mean only", doubled_visits_are_kept),
        ("does not look at the visits", half_and_half),
        ("that *neither* side has visited", one_without_visits_is_enough),
        ("as 1 to 2", one_to_two),
        ("as the chapter does", newer_words),
        ("not the older", older_words_at_a_tie),
        ("words are never lost", loses_words),
        ("divide by zero", divides_by_no_visits),
        ("only one record has", only_what_both_have),
        ("You work in `old`", works_in_old),
        ("takes the place of the old one", new_replaces_old),
    ],
    "2.4": [
        ("in the place of the old one", overwrites),
        ("you drop the newest", newest_of_equals),
        ("the highest best value", highest_goes),
        ("whatever it is worth", oldest_goes),
        ("its worst action", lowest_single_value),
        ("never goes", room_is_made_before),
        ("one record at most", evicts_once),
        ("is not too full", full_is_too_full),
        ("moves to the end", known_moves_to_the_end),
        ("the dicts inside", shallow_copy),
        ("the caller's memory", no_copy_at_all),
    ],
    "2.5": [
        ("as the chapter does", lowest_go),
        ("one too many", one_too_many),
        ("[-0:]", minus_zero),
        ("not the worst", only_the_warning),
        ("by the order alone", ties_by_order_only),
        ("you let the earlier one", earlier_is_better),
        ("rank by visits first", visits_before_q),
        ("in the order of their rank", in_the_order_of_rank),
        ("delete from the caller's", deletes_in_place),
    ],
    "2.6": [
        ("one could still go", keeps_everything),
        ("has no twin among", one_for_each_advice),
        ("names of records of this memory", pairs_of_twins),
        ("has no twin among", twins_by_similarity_alone),
        ("has no twin among", only_loners),
    ],
}
