"""Wrong answers to the exercises of chapter 03, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import numpy as np

# ---- 3.3


def _weigh(tags, weights):
    return sum(weights.get(tag, 1.0) for tag in tags)


def _heaviest(a, b, weights, match=None):
    table = np.zeros((len(a) + 1, len(b) + 1))
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                gain = weights.get(a[i - 1], 1.0) if match is None else match
                table[i, j] = table[i - 1, j - 1] + gain
            else:
                table[i, j] = max(table[i - 1, j], table[i, j - 1])
    return float(table[len(a), len(b)])


def _edges(a, b):
    if len(a) == 0 and len(b) == 0:
        return 1.0
    return 0.0 if len(a) == 0 or len(b) == 0 else None


def heavier_below(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    return _heaviest(a, b, weights) / max(_weigh(a, weights), _weigh(b, weights))


def no_weights_at_all(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    return _heaviest(a, b, {}) / min(len(a), len(b))


def share_of_the_chapter(a, b, weights):
    longer = max(len(a), len(b))
    return _heaviest(a, b, {}) / longer if longer else 1.0


def one_a_match(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    return _heaviest(a, b, weights, match=1) / min(_weigh(a, weights), _weigh(b, weights))


def length_below(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    return _heaviest(a, b, weights) / min(len(a), len(b))


def weight_of_the_shorter(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    shorter = a if len(a) <= len(b) else b
    return _heaviest(a, b, weights) / _weigh(shorter, weights)


def order_does_not_matter(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    common = sum(min(a.count(t), b.count(t)) * weights.get(t, 1.0) for t in set(a) & set(b))
    return common / min(_weigh(a, weights), _weigh(b, weights))


def greedy(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    j, common = 0, 0.0
    for tag in a:
        if tag in b[j:]:
            j = b.index(tag, j) + 1
            common += weights.get(tag, 1.0)
    return common / min(_weigh(a, weights), _weigh(b, weights))


def place_by_place(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    n = min(len(a), len(b))
    common = sum(weights.get(a[i], 1.0) for i in range(n) if a[i] == b[i])
    return common / min(_weigh(a, weights), _weigh(b, weights))


def every_tag_has_a_weight(a, b, weights):
    if (edge := _edges(a, b)) is not None:
        return edge
    lighter = min(sum(weights[t] for t in a), sum(weights[t] for t in b))
    return _heaviest(a, b, weights) / lighter


def divides_by_nothing(a, b, weights):
    return _heaviest(a, b, weights) / min(_weigh(a, weights), _weigh(b, weights))


def empty_is_unlike_empty(a, b, weights):
    if not a or not b:
        return 0.0
    return _heaviest(a, b, weights) / min(_weigh(a, weights), _weigh(b, weights))


def empty_is_like_all(a, b, weights):
    lighter = min(_weigh(a, weights), _weigh(b, weights))
    return _heaviest(a, b, weights) / lighter if lighter else 1.0


def without_a_table(a, b, weights):
    def best(a, b):
        if not a or not b:
            return 0.0
        if a[-1] == b[-1]:
            return best(a[:-1], b[:-1]) + weights.get(a[-1], 1.0)
        return max(best(a[:-1], b), best(a, b[:-1]))

    if (edge := _edges(a, b)) is not None:
        return edge
    return best(a, b) / min(_weigh(a, weights), _weigh(b, weights))


# ---- 3.7


def _masks(a):
    masks = {}
    for i in range(len(a)):
        masks[a[i]] = masks.get(a[i], 0) + 2**i
    return masks


def question_mark_is_a_tag(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    v = full
    for y in pattern:
        u = v & masks.get(y, 0)
        v = ((v + u) | (v - u)) & full
    return f"{v:b}".zfill(len(a)).count("0") if a else 0


def one_place_a_tag(a, pattern):
    masks, full = {}, 2 ** len(a) - 1
    for i, x in enumerate(a):
        masks[x] = 1 << i
    masks["?"] = v = full
    for y in pattern:
        m = masks.get(y, 0)
        v = ((v + (v & m)) | (v & ~m)) & full
    return len(a) - bin(v).count("1")


def counts_ones(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    masks["?"] = v = full
    for y in pattern:
        m = masks.get(y, 0)
        v = ((v + (v & m)) | (v & ~m)) & full
    return bin(v).count("1")


def begins_with_nothing(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    masks["?"], v = full, 0
    for y in pattern:
        m = masks.get(y, 0)
        v = ((v + (v & m)) | (v & ~m)) & full
    return len(a) - bin(v).count("1")


def first_tag_at_the_top(a, pattern):
    masks, full = _masks(list(reversed(a))), 2 ** len(a) - 1
    masks["?"] = v = full
    for y in pattern:
        m = masks.get(y, 0)
        v = ((v + (v & m)) | (v & ~m)) & full
    return len(a) - bin(v).count("1")


def never_cut(a, pattern):
    masks = _masks(a)
    masks["?"] = v = 2 ** len(a) - 1
    for y in pattern:
        m = masks.get(y, 0)
        v = (v + (v & m)) | (v & ~m)
    return len(a) - v.bit_count()


def zero_of_the_prefix(a, pattern):
    masks = _masks(a)
    masks["?"] = v = 2 ** len(a) - 1
    for y in pattern:
        m = masks.get(y, 0)
        v = (v + (v & m)) | (v & ~m)
    return bin(v).count("0")


def one_more_always(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    masks["?"] = v = full
    for y in pattern:
        u = v & masks.get(y, 0)
        v = ((v + u) | (v - u)) & full
    return len(a) - bin(v).count("1") + 1


def jokers_added_at_the_end(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    v, jokers = full, 0
    for y in pattern:
        if y == "?":
            jokers += 1
        else:
            u = v & masks.get(y, 0)
            v = ((v + u) | (v - u)) & full
    found = len(a) - bin(v).count("1") + jokers
    return found if found < len(a) else len(a)


def zeros_at_the_front(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    masks["?"] = v = full
    for y in pattern:
        m = masks.get(y, 0)
        v = ((v + (v & m)) | (v & ~m)) & full
    return f"{v:b}".count("0") if v else len(a) and 1


def strange_tags(a, pattern):
    masks, full = _masks(a), 2 ** len(a) - 1
    masks["?"] = v = full
    for y in pattern:
        m = masks[y]
        v = ((v + (v & m)) | (v & ~m)) & full
    return len(a) - bin(v).count("1")


def a_share(a, pattern):
    longer = max(len(a), len(pattern))
    return _by_table(a, pattern) / longer if longer else 1.0


def _by_table(a, pattern):
    table = [[0] * (len(pattern) + 1)]
    for x in a:
        above, row = table[-1], [0]
        for j, y in enumerate(pattern):
            fits = x == y or y == "?"
            row.append(above[j] + 1 if fits else max(above[j + 1], row[j]))
        table.append(row)
    return table[-1][-1]


def the_table(a, pattern):
    return _by_table(a, pattern)


# ---- 3.4


def _part(x, y, table):
    if x == y:
        return 1.0
    for pair, value in table.items():
        if set(pair) == {x, y}:
            return value
    return 0.0


def unknown_is_zero(query, key, tables, weight):
    f_g, f_o = (
        0.0 if x is None or y is None else _part(x, y, table)
        for x, y, table in zip(query, key, tables, strict=True)
    )
    return weight * f_g + (1 - weight) * f_o


def unknown_is_not_asked(query, key, tables, weight):
    f_g = _part(query[0], key[0], tables[0])
    f_o = _part(query[1], key[1], tables[1])
    return weight * f_g + (1 - weight) * f_o


def _mix(parts, weight):
    f_g, f_o = parts
    if f_g is None and f_o is None:
        return 0.0
    if f_g is None:
        return f_o
    if f_o is None:
        return f_g
    return weight * f_g + (1 - weight) * f_o


def _parts(query, key, tables, part=_part):
    return [
        None if query[i] is None or key[i] is None else part(query[i], key[i], tables[i])
        for i in (0, 1)
    ]


def two_unknown_are_equal(query, key, tables, weight):
    parts = []
    for x, y, table in zip(query, key, tables, strict=True):
        if x == y:
            parts.append(1.0)
        elif x is None or y is None:
            parts.append(None)
        else:
            parts.append(_part(x, y, table))
    return _mix(parts, weight)


def gap_in_the_query_only(query, key, tables, weight):
    parts = [
        None if x is None else _part(x, y, table)
        for x, y, table in zip(query, key, tables, strict=True)
    ]
    return _mix(parts, weight)


def one_order(query, key, tables, weight):
    def part(x, y, table):
        return 1.0 if x == y else table.get((x, y), 0.0)

    return _mix(_parts(query, key, tables, part), weight)


def no_diagonal(query, key, tables, weight):
    def part(x, y, table):
        return table.get((x, y), table.get((y, x), 0.0))

    return _mix(_parts(query, key, tables, part), weight)


def weight_of_the_page(query, key, tables, weight):
    return _mix(_parts(query, key, tables), 1 - weight)


def half_each(query, key, tables, weight):
    return _mix(_parts(query, key, tables), 0.5)


def all_unknown_fails(query, key, tables, weight):
    weights = (weight, 1 - weight)
    known = [
        (w, p) for w, p in zip(weights, _parts(query, key, tables), strict=True) if p is not None
    ]
    if len(known) == 1:
        return known[0][1]
    return sum(w * p for w, p in known) / len(known) * 2


def renormalised(query, key, tables, weight):
    weights = (weight, 1 - weight)
    known = [
        (w, p) for w, p in zip(weights, _parts(query, key, tables), strict=True) if p is not None
    ]
    if not known:
        return 0.0
    return sum(w * p for w, p in known) / sum(w for w, p in known)


def pair_not_in_the_table(query, key, tables, weight):
    def part(x, y, table):
        if x == y:
            return 1.0
        return table[x, y] if (x, y) in table else table[y, x]

    return _mix(_parts(query, key, tables, part), weight)


# ---- 3.5


def _each_once(places, records):
    tasks, kept = set(), []
    for place in places:
        if records[place][1] not in tasks:
            tasks.add(records[place][1])
            kept.append(place)
    return kept


def older_first(records, k):
    places = sorted(range(len(records)), key=lambda i: records[i][0], reverse=True)
    return _each_once(places, records)[:k]


def argsort(records, k):
    order = np.argsort([-similarity for similarity, _ in records], kind="stable")
    return _each_once(order.tolist(), records)[:k]


def tasks_twice(records, k):
    return sorted(range(len(records)), key=lambda i: (records[i][0], i), reverse=True)[:k]


def cut_too_early(records, k):
    places = sorted(range(len(records)), key=lambda i: (records[i][0], i), reverse=True)[:k]
    return _each_once(places, records)


def first_of_a_task(records, k):
    places = _each_once(range(len(records)), records)
    return sorted(places, key=lambda i: (-records[i][0], -i))[:k]


def newest_of_a_task(records, k):
    newest = {task: i for i, (_, task) in enumerate(records)}
    return sorted(newest.values(), key=lambda i: (-records[i][0], -i))[:k]


def worst_first(records, k):
    places = sorted(range(len(records)), key=lambda i: (records[i][0], -i))
    return _each_once(places, records)[:k]


def the_alphabet_decides(records, k):
    ranked = sorted([(s, task, i) for i, (s, task) in enumerate(records)], reverse=True)
    return _each_once([i for _, _, i in ranked], records)[:k]


def records_themselves(records, k):
    places = sorted(range(len(records)), key=lambda i: (-records[i][0], -i))
    return [records[i] for i in _each_once(places, records)[:k]]


def counts_from_one(records, k):
    places = sorted(range(len(records)), key=lambda i: (-records[i][0], -i))
    return [i + 1 for i in _each_once(places, records)][:k]


def sorts_in_place(records, k):
    records.sort(key=lambda record: record[0], reverse=True)
    return _each_once(range(len(records)), records)[:k]


def asks_too_late(records, k):
    tasks, kept = set(), []
    for i in sorted(range(len(records)), key=lambda i: (-records[i][0], -i)):
        if records[i][1] not in tasks:
            tasks.add(records[i][1])
            kept.append(i)
        if len(kept) >= k:
            break
    return kept


# ---- 3.2


def neighbour_plus_one(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            best = max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = best + (a[i] == b[j])
    return table


def one_row_many_times(a, b):
    table = [[0] * (len(b) + 1)] * (len(a) + 1)
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table


def last_cell_only(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        above, row = row, [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
    return row[-1]


def common_in_a_row(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x == y:
                table[i + 1][j + 1] = table[i][j] + 1
    return table


# ---- 3.6


def all_the_same(seen):
    return (1, 1, 1)


def the_chapters_mix(seen):
    return (0.5, 0.5, 0.0)


def weight_below_zero(seen):
    return (1.0, -1.0, 1.0)


def best_query_alone(seen):
    parts, _ = max((c for query in seen for c in query), key=lambda c: c[1])
    return parts


WRONG = {
    "3.1": [
        ("what the *page* weighs", 0.3),
        ("At λ = 0.5", 0.5),
        ("the ratio of the two weights, and not", 3 / 7),
    ],
    "3.3": [
        ("as the chapter divides", heavier_below),
        ("leave the weights out", no_weights_at_all),
        ("the chapter's share", share_of_the_chapter),
        ("brings 1 in your table", one_a_match),
        ("missing below the line", length_below),
        ("list with fewer tags", weight_of_the_shorter),
        ("ignore the order", order_does_not_matter),
        ("first match that fits", greedy),
        ("place by place", place_by_place),
        ("with a default", every_tag_has_a_weight),
        ("divide by zero", divides_by_nothing),
        ("Two empty lists are equal, so", empty_is_unlike_empty),
        ("Only two empty lists", empty_is_like_all),
        ("each tag doubles the work", without_a_table),
    ],
    "3.7": [
        ("matches every tag", question_mark_is_a_tag),
        ("for each tag, the last", one_place_a_tag),
        ("You count the ones", counts_ones),
        ("begins with all bits 1", begins_with_nothing),
        ("at the highest bit", first_tag_at_the_top),
        ("never loses a bit", never_cut),
        ("with a zero of its own", zero_of_the_prefix),
        ("one too large in every case", one_more_always),
        ("wherever it stands", jokers_added_at_the_end),
        ("so you miss those", zeros_at_the_front),
        ("and no error", strange_tags),
        ("That is a share", a_share),
        ("one number hold a whole row", the_table),
    ],
    "3.4": [
        ("counts as 0, as in the package", unknown_is_zero),
        ("is not unlike every other", unknown_is_not_asked),
        ("`None == None` is true", two_unknown_are_equal),
        ("in the query only", gap_in_the_query_only),
        ("in one order only", one_order),
        ("equal to itself", no_diagonal),
        ("have changed places", weight_of_the_page),
        ("the plain mean of the two", half_each),
        ("the answer is 0.0, and no error", all_unknown_fails),
        ("it may be 0", renormalised),
        ("in no table", pair_not_in_the_table),
    ],
    "3.5": [
        ("as the package does", older_first),
        ("as the package does", argsort),
        ("only once: two records", tasks_twice),
        ("too few are left", cut_too_early),
        ("stands first in the list", first_of_a_task),
        ("you keep the newest record", newest_of_a_task),
        ("come first. The best", worst_first),
        ("text. The newest comes", the_alphabet_decides),
        ("You return records", records_themselves),
        ("you count from 1", counts_from_one),
        ("the caller's list", sorts_in_place),
        ("With k = 0", asks_too_late),
    ],
    "3.2": [
        ("matched with several", neighbour_plus_one),
        ("one and the same list", one_row_many_times),
        ("You return the last cell", last_cell_only),
        ("begin again at 0", common_in_a_row),
    ],
    "3.6": [
        ("no more than equal", all_the_same),
        ("less than half", the_chapters_mix),
        ("none of them below 0", weight_below_zero),
        ("no more than equal", best_query_alone),
    ],
}
