"""Wrong answers to the exercises of chapter 05, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import re
from itertools import pairwise

# ---- 5.2


def zero_is_good(values, page):
    best = max(values, key=values.get, default=None)
    worst = min(values, key=values.get, default=None)
    g = best if values and values[best] >= 0 else None
    b = worst if values and values[worst] <= 0 else None
    g = g or next((a for a in page if a != b), None)
    b = b or next((a for a in page if a != g), None)
    return g, b


def best_at_any_price(values, page):
    g = max(values, key=lambda a: values[a]) if values else None
    b = min(values, key=lambda a: values[a]) if values else None
    if b and values[b] > 0:
        b = None
    if g is None:
        g = ([a for a in page if a != b] or [None])[0]
    if b is None:
        b = ([a for a in page if a != g] or [None])[0]
    return g, b


def both_ways(values, page):
    g = b = None
    for a, q in values.items():
        if q > 0 and (g is None or q > values[g]):
            g = a
        if q <= 0 and (b is None or q < values[b]):
            b = a
    g = g or (page[0] if page else None)
    return g, b or next((a for a in page if a != g), None)


def no_filling(values, page):
    g = [a for a, q in values.items() if q > 0]
    b = [a for a, q in values.items() if q <= 0]
    good = max(g, key=values.get) if g else next((a for a in page if a not in b[:1]), None)
    return good, (min(b, key=values.get) if b else None)


def exactly_zero(values, page):
    g = max((a for a in values if values[a] > 0), key=values.get, default=None)
    low = min(values, key=values.get, default=None)
    b = low if low is not None and values[low] == 0 else None
    g = next((a for a in page if a != b), None) if g is None else g
    b = next((a for a in page if a != g), None) if b is None else b
    return g, b


def empty_record_raises(values, page):
    g, b = max(values, key=values.get), min(values, key=values.get)
    g = g if values[g] > 0 else None
    b = b if values[b] <= 0 else None
    g = g or next((a for a in page if a != b), None)
    return g, b or next((a for a in page if a != g), None)


def turned_pair(values, page):
    g = max((a for a in values if values[a] > 0), key=values.get, default=None)
    b = min((a for a in values if values[a] <= 0), key=values.get, default=None)
    g = g or next((a for a in page if a != b), None)
    b = b or next((a for a in page if a != g), None)
    return b, g


# ---- 5.3


def visits_do_not_count(values, least):
    if not values:
        return None, None
    best = max(values, key=lambda a: values[a])
    if values[best][0] <= 0:
        best = None
    bad = None
    for a in values:
        low = values[a][0] <= 0 or (best and values[a][0] < 0.5 * values[best][0])
        if low and (bad is None or values[a][0] < values[bad][0]):
            bad = a
    return best, bad


def _stricter(values, least, good_of, half=True, strict=True):
    good = good_of(values, least)
    bad = None
    for a, (q, _) in values.items():
        half_of_it = values[good][0] / 2 if good and half else None
        low = half_of_it is not None and (q < half_of_it if strict else q <= half_of_it)
        if (q <= 0 or low) and (bad is None or q < values[bad][0]):
            bad = a
    return good, bad


def _surest(values, least):
    good = None
    for a, (q, n) in values.items():
        if n >= least and q > 0 and (good is None or (q, n) > values[good]):
            good = a
    return good


def more_visits_than_least(values, least):
    return _stricter(values, least + 1, _surest)


def first_of_the_best(values, least):
    def pick(values, least):
        good = None
        for a, (q, n) in values.items():
            if n >= least and q > 0 and (good is None or q > values[good][0]):
                good = a
        return good

    return _stricter(values, least, pick)


def worthless_is_encouraged(values, least):
    names = [a for a in values if values[a][1] >= least]
    good = max(names, key=lambda a: values[a]) if names else None
    return good, _stricter(values, least, lambda v, n: good)[1]


def rule_of_the_package(values, least):
    return _stricter(values, least, _surest, half=False)


def exactly_half(values, least):
    return _stricter(values, least, _surest, strict=False)


def lowest_always(values, least):
    bad = min(values, key=lambda a: values[a][0]) if values else None
    return _surest(values, least), bad


def evidence_for_both(values, least):
    seen = {a: v for a, v in values.items() if v[1] >= least}
    return _stricter(seen, least, _surest)


def silent_without_good(values, least):
    good, bad = _stricter(values, least, _surest)
    return (good, bad) if good else (None, None)


def pair_turned(values, least):
    good, bad = _stricter(values, least, _surest)
    return bad, good


def max_of_nobody(values, least):
    good = max((a for a in values if values[a][1] >= least and values[a][0] > 0),
               key=lambda a: values[a])  # fmt: skip
    return _stricter(values, least, lambda v, n: good)


def with_their_values(values, least):
    pair = _stricter(values, least, _surest)
    return tuple(None if a is None else (a, values[a][0]) for a in pair)


def tuple_for_both(values, least):
    good = _surest(values, least)
    half = values[good][0] / 2 if good else 0
    low = [a for a in values if values[a][0] <= 0 or values[a][0] < half]
    return good, min(low, key=values.get) if low else None


def max_without_key(values, least):
    names = [a for a, (q, n) in values.items() if n >= least and q > 0]
    return _stricter(values, least, lambda v, n: max(names) if names else None)


# ---- 5.4


def _count(lines):
    return len(" ".join(lines).split())


def most_similar_on_top(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        lines = lines[:]
        while _count(lines) > room and len(lines) > 2:
            lines = lines[:-2] + lines[-1:]
        if len(out) < most and _count(lines) <= room:
            out += [lines]
            room -= _count(lines)
    return out


def as_they_come(examples, room, most):
    order = [(1.0, lines) for _, lines in examples]
    return most_similar_on_top(order, room, most)[::-1]


def later_of_equals(examples, room, most):
    order = sorted(examples, key=lambda e: e[0])
    order.reverse()
    return as_they_come(order, room, most)


def never_cut(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        if _count(lines) <= room and len(out) < most:
            out.insert(0, lines)
            room -= _count(lines)
    return out


def advice_cut_off(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        end = len(lines)
        while end > 2 and _count(lines[:end]) > room:
            end -= 1
        if _count(lines[:end]) <= room and len(out) < most:
            out.insert(0, lines[:end])
            room -= _count(lines[:end])
    return out


def cut_from_the_top(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        rest = lines[1:]
        while len(rest) > 1 and _count([lines[0], *rest]) > room:
            rest = rest[1:]
        if _count([lines[0], *rest]) <= room and len(out) < most:
            out.insert(0, [lines[0], *rest])
            room -= _count([lines[0], *rest])
    return out


def gives_up_early(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True)[:]:
        lines = list(lines)
        while _count(lines) > room and len(lines) > 2:
            lines.pop(len(lines) - 2)
        if _count(lines) > room or len(out) == most:
            break
        out.insert(0, lines)
        room -= _count(lines)
    return out


def only_the_first_ones(examples, room, most):
    top = sorted(examples, key=lambda e: e[0], reverse=True)[:most]
    return most_similar_on_top(top, room, most)[::-1]


def as_many_as_there_are(examples, room, most):
    return most_similar_on_top(examples, room, len(examples))[::-1]


def letters(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        lines = list(lines)
        while sum(map(len, lines)) > room and len(lines) > 2:
            lines.pop(-2)
        if sum(map(len, lines)) <= room and len(out) < most:
            out.insert(0, lines)
            room -= sum(map(len, lines))
    return out


def room_never_shrinks(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        lines = list(lines)
        while _count(lines) > room and len(lines) > 2:
            lines.pop(-2)
        if _count(lines) <= room:
            out.insert(0, lines)
    return out[-most:] if most else []


def cuts_what_it_was_given(examples, room, most):
    out = []
    for _, lines in sorted(examples, key=lambda e: e[0], reverse=True):
        while _count(lines) > room and len(lines) > 2:
            lines.pop(-2)
        if _count(lines) <= room and len(out) < most:
            out.insert(0, lines)
            room -= _count(lines)
    return out


# ---- 5.5


def _lines(reply):
    for line in reply.splitlines():
        if line.strip() == "Discouraged:":
            return
        yield line.strip()


def _closing(text):
    depth = 0
    for i, c in enumerate(text):
        if c == "[":
            depth += 1
        if c == "]":
            depth -= 1
            if depth == 0:
                return i + 1
    return 0


def _all(lines):
    out = []
    for line in lines:
        m = re.match(r"(-?\d+(?:\.\d+)?)\s*\|\s*(\w+\[.*)", line)
        end = _closing(m[2]) if m else 0
        if end and m[2][end:].strip()[:1] in ("", "|"):
            out.append((m[2][:end], float(m[1]), m[2][end:].strip()[1:].strip()))
    return out


def splits_at_each_bar(reply):
    best = None
    for line in _lines(reply):
        parts = line.split("|")
        if len(parts) < 2:
            continue
        try:
            value = float(parts[0])
        except ValueError:
            continue
        reason = parts[2].strip() if len(parts) > 2 else ""
        if best is None or value > best[1]:
            best = (parts[1].strip(), value, reason)
    return best


def splits_twice(reply):
    best = None
    for line in _lines(reply):
        parts = [p.strip() for p in line.split("|", maxsplit=2)]
        if len(parts) < 2 or not re.fullmatch(r"-?\d+(\.\d+)?", parts[0]):
            continue
        if best is None or float(parts[0]) > best[1]:
            best = (parts[1], float(parts[0]), "".join(parts[2:]))
    return best


def greedy(reply):
    found = [
        (m[2], float(m[1]), (m[3] or "").strip())
        for line in _lines(reply)
        if (m := re.fullmatch(r"(-?[\d.]+)\s*\|\s*(\w+\[.*\])\s*(?:\|(.*))?", line))
    ]
    return max(found, key=lambda f: f[1]) if found else None


def first_bracket_that_fits(reply):
    found = [
        (m[2], float(m[1]), (m[3] or "").strip())
        for line in _lines(reply)
        if (m := re.fullmatch(r"(-?[\d.]+)\s*\|\s*(\w+\[.*?\])\s*(?:\|(.*))?", line))
    ]
    return max(found, key=lambda f: f[1]) if found else None


def last_of_the_highest(reply):
    best = None
    for found in _all(_lines(reply)):
        if best is None or found[1] >= best[1]:
            best = found
    return best


def begins_at_zero(reply):
    best, top = None, 0.0
    for found in _all(_lines(reply)):
        if found[1] >= top and (best is None or found[1] > top):
            best, top = found, found[1]
    return best


def reads_on(reply):
    return max(_all(line.strip() for line in reply.splitlines()),
               key=lambda f: f[1], default=None)  # fmt: skip


def stops_at_the_word(reply):
    told = reply.partition("Discouraged:")[0]
    return max(_all(x.strip() for x in told.splitlines()), key=lambda f: f[1], default=None)


def first_line(reply):
    return next(iter(_all(_lines(reply))), None)


def fails_without_action(reply):
    return max(_all(_lines(reply)), key=lambda f: f[1])


def value_as_text(reply):
    found = max(_all(_lines(reply)), key=lambda f: f[1], default=None)
    return found and (found[0], f"{found[1]:g}", found[2])


def reason_has_to_be(reply):
    return max((f for f in _all(_lines(reply)) if f[2]), key=lambda f: f[1], default=None)


def reason_with_its_space(reply):
    out = []
    for line in _lines(reply):
        found = _all([line])
        if found:
            action, value, _ = found[0]
            out.append((action, value, line.split(action, 1)[1].strip()[1:]))
    return max(out, key=lambda f: f[1], default=None)


def no_bracket_inside(reply):
    best = None
    for line in reply.splitlines():
        if line.strip() == "Discouraged:":
            break
        m = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*\|\s*(\w+\[[^\]]*\])\s*(?:\|(.*))?", line)
        if m and (best is None or float(m[1]) > best[1]):
            best = (m[2], float(m[1]), (m[3] or "").strip())
    return best


def splits_before_it_looks(reply):
    rows = []
    for line in reply.split("\n"):
        if line.strip() == "Discouraged:":
            break
        parts = [p.strip() for p in line.split("|", 2)]
        if len(parts) < 2:
            continue
        try:
            value = float(parts[0])
        except ValueError:
            continue
        if "[" in parts[1] and parts[1].endswith("]"):
            rows.append((parts[1], value, parts[2] if len(parts) > 2 else ""))
    return max(rows, key=lambda r: r[1]) if rows else None


# ---- 5.6


def size_of_the_wanted(examples, wanted):
    return examples[wanted][1], examples[wanted][1] + 1


def never(examples, wanted):
    return None


def all_of_them(examples, wanted):
    return examples[wanted][1], sum(n for _, n in examples)


def only_the_first_rival(examples, wanted):
    f, n = examples[wanted]
    rivals = [m for g, m in examples if g > f and m > n]
    return (n, min(rivals)) if rivals else None


def far_beyond(examples, wanted):
    def inside(room):
        for f, n in sorted(examples, reverse=True):
            if n <= room:
                if (f, n) == examples[wanted]:
                    return True
                room -= n
        return False

    total = sum(n for _, n in examples)
    for enough in range(total):
        for more in range(total, enough, -1):
            if inside(enough) and not inside(more):
                return enough, more
    return None


def too_little(examples, wanted):
    def inside(room):
        for f, n in sorted(examples, reverse=True):
            if n <= room:
                if (f, n) == examples[wanted]:
                    return True
                room -= n
        return False

    for more in range(1, sum(n for _, n in examples)):
        if inside(more - 1) and not inside(more):
            return 0, more
    return None


def first_two_rooms(examples, wanted):
    def inside(room):
        for f, n in sorted(examples, reverse=True):
            if n <= room:
                if (f, n) == examples[wanted]:
                    return True
                room -= n
        return False

    seen = [inside(room) for room in range(sum(n for _, n in examples) + 1)]
    if not any(a and not b for a, b in pairwise(seen)):
        return None
    return seen.index(True), seen.index(True) + 1


def as_text(examples, wanted):
    return "enough", "more"


WRONG = {
    "5.1": [
        ("stands last in the prompt", "ACE"),
        ("You stop at the first", "A"),
        ("100 tokens left", "CA"),
    ],
    "5.2": [
        ("must be *above* 0", zero_is_good),
        ("is worth nothing. Its Q must be above 0", best_at_any_price),
        ("fill in as encouraged", both_ways),
        ("Where nothing is discouraged the first", no_filling),
        ("exactly 0", exactly_zero),
        ("maximum of an empty dict", empty_record_raises),
        ("changed places", turned_pair),
    ],
    "5.3": [
        ("looks at the visits too", tuple_for_both),
        ("The highest is searched by name", max_without_key),
        ("whatever the visits are", visits_do_not_count),
        ("at least means ≥", more_visits_than_least),
        ("you take the first", first_of_the_best),
        ("even where it is worth nothing", worthless_is_encouraged),
        ("as the package does", rule_of_the_package),
        ("*below* half", exactly_half),
        ("There must be a reason", lowest_always),
        ("of the discouraged action too", evidence_for_both),
        ("you discourage nothing either", silent_without_good),
        ("changed places", pair_turned),
        ("the first of the two is None", max_of_nobody),
        ("names of the two actions alone", with_their_values),
    ],
    "5.4": [
        ("the most similar stands first", most_similar_on_top),
        ("as they come", as_they_come),
        ("stands earlier in the list", later_of_equals),
        ("shortened first", never_cut),
        ("and with it the advice", advice_cut_off),
        ("You cut from the top", cut_from_the_top),
        ("cannot be made to fit", gives_up_early),
        ("Those that did not fit do not count", only_the_first_ones),
        ("more than `most`", as_many_as_there_are),
        ("You count letters", letters),
        ("against the whole room", room_never_shrinks),
        ("changed what it was given", cuts_what_it_was_given),
    ],
    "5.5": [
        ("split before you look", splits_before_it_looks),
        ("your action may hold no", no_bracket_inside),
        ("still a part of the reason", reason_with_its_space),
        ("You split at every", splits_at_each_bar),
        ("at the first two", splits_twice),
        ("the last `]` of the line", greedy),
        ("the first `]` that fits", first_bracket_that_fits),
        ("you take the last", last_of_the_highest),
        ("A value below 0", begins_at_zero),
        ("is not meant to be done", reads_on),
        ("wherever the word stands", stops_at_the_word),
        ("You take the first line", first_line),
        ("gives None here", fails_without_action),
        ("still a text", value_as_text),
        ("pass over lines without a reason", reason_has_to_be),
    ],
    "5.6": [
        ("no such pair here", size_of_the_wanted),
        ("give up too early", never),
        ("pair of whole numbers", all_of_them),
        ("not in the prompt yet", only_the_first_rival),
        ("is still in the prompt", first_two_rooms),
        ("it is gone too", far_beyond),
        ("not in the prompt yet", too_little),
        ("pair of whole numbers", as_text),
    ],
}
