"""Wrong answers to the exercises of chapter 14, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import re
from collections import defaultdict

# ---- 14.2

ORDER = ["value", "action", "shape", "visits"]


def _gate(record, low, high, value=True, search=True, lines=True, least=True):
    bad = {}
    total = 0
    for text, (q, n, reason) in record["actions"].items():
        total += n
        bad["value"] = bad.get("value") or not (low <= q <= high)
        allowed = text in record["page"]
        if search and "search" in record["page"]:
            allowed = allowed or (text.startswith("search[") and text.endswith("]"))
        bad["action"] = bad.get("action") or not allowed
        split = str.splitlines if lines else (lambda t: t.split("\n"))
        bad["shape"] = bad.get("shape") or len(split(text)) > 1 or len(split(reason)) > 1
        bad["visits"] = bad.get("visits") or (least and n < 1)
    bad["visits"] = bad.get("visits") or total != record["visits"]
    return [name for name in ORDER if bad.get(name)]


def nan_passes(record, low, high):
    found = _gate(record, low, high)
    if not any(q < low or q > high for q, _, _ in record["actions"].values()):
        found = [name for name in found if name != "value"]
    return found


def no_search(record, low, high):
    return _gate(record, low, high, search=False)


def split_at_newline(record, low, high):
    return _gate(record, low, high, lines=False)


def sum_only(record, low, high):
    return _gate(record, low, high, least=False)


def first_reason(record, low, high):
    return _gate(record, low, high)[0:1]


def yes_or_no(record, low, high):
    return len(_gate(record, low, high)) > 0


# ---- 14.3


def _marked(lines):
    return "\n".join(f"| {line}" for line in lines)


def _disarm(line, verbs):
    for verb in verbs:
        line = re.sub(rf"\b({verb}\s*)\[", r"\1(", line, flags=re.IGNORECASE)
    return line


def newline_only(text, verbs):
    return _marked(_disarm(line, verbs) for line in text.split("\n"))


def nothing_for_nothing(text, verbs):
    return _marked(_disarm(line, verbs) for line in text.splitlines())


def inside_words(text, verbs):
    lines = text.splitlines() or [""]
    for verb in verbs:
        lines = [re.sub(rf"(?i)({verb} *)\[", r"\1(", line) for line in lines]
    return _marked(lines)


def small_letters_only(text, verbs):
    lines = text.splitlines() or [""]
    for verb in verbs:
        lines = [re.sub(rf"\b({verb}\s*)\[", r"\1(", line) for line in lines]
    return _marked(lines)


def every_bracket(text, verbs):
    return _marked(line.replace("[", "(") for line in text.splitlines() or [""])


def both_brackets(text, verbs):
    lines = text.splitlines() or [""]
    for verb in verbs:
        lines = [re.sub(rf"(?i)\b({verb}\s*)\[([^]\[]*)\]", r"\1(\2)", line) for line in lines]
    return _marked(lines)


def empty_lines_lost(text, verbs):
    return _marked(_disarm(x, verbs) for x in text.splitlines() or [""] if x.strip() != "")


def first_line_only(text, verbs):
    return "| " + "\n".join(_disarm(line, verbs) for line in text.splitlines())


# ---- 14.4


def _lived(start, journal, returns=True):
    lived = defaultdict(list)
    for state in start:
        for action, (q, n) in start[state].items():
            lived[state, action].extend([q] * n)
    for episode in journal:
        for t, (state, action, reward) in enumerate(episode):
            if action is not None:
                back = sum(step[2] for step in episode[t:])
                lived[state, action].append(back if returns else reward)
    return lived


def _differ(memory, lived, value=True, visits=True, close=1e-6):
    found = []
    for state, actions in memory.items():
        for action, (q, n) in actions.items():
            seen = lived.get((state, action), [])
            lie = not seen or (visits and len(seen) != n)
            if lie or (value and abs(sum(seen) / len(seen) - q) > close):
                found.append(state)
                break
    return found


def no_beginning(memory, start, journal):
    return _differ(memory, _lived({}, journal))


def step_rewards(memory, start, journal):
    return _differ(memory, _lived(start, journal, returns=False))


def visits_ignored(memory, start, journal):
    return _differ(memory, _lived(start, journal), visits=False)


def values_ignored(memory, start, journal):
    return _differ(memory, _lived(start, journal), value=False)


def tried_at_all(memory, start, journal):
    return _differ(memory, _lived(start, journal), value=False, visits=False)


def forgotten_is_forged(memory, start, journal):
    lived, found = _lived(start, journal), []
    for state in memory:
        known = {a for s, a in lived if s == state}
        if known - set(memory[state]) or state in _differ(memory, lived):
            found.append(state)
    return found + [s for s in dict.fromkeys(s for s, _ in lived) if s not in memory]


def no_visits_no_lie(memory, start, journal):
    lived = _lived(start, journal)
    tried = {s: {a: v for a, v in memory[s].items() if v[1] or lived.get((s, a))} for s in memory}
    return _differ(tried, lived)


def looked_up(memory, start, journal):
    lived = dict(_lived(start, journal))
    found = []
    for state, actions in memory.items():
        for action, (q, n) in actions.items():
            seen = lived[state, action]
            if len(seen) != n or abs(sum(seen) / n - q) > 1e-6:
                found.append(state)
                break
    return found


# ---- 14.5


def shouts(gate, honest, target):
    return {target: (100.0, 1000)}


def whispers(gate, honest, target):
    return next(r for q in (1.0, 0.5, 0.0) if gate(r := {target: (q, 1)}))


def names_the_target(gate, honest, target):
    return target


def start_counts_once(memory, start, journal):
    tally = {}
    for s, rec in start.items():
        for a, (q, n) in rec.items():
            tally[s, a] = [q, n, 1]
    for ep in journal:
        for i, (s, a, _x) in enumerate(ep):
            t = tally.setdefault((s, a), [0.0, 0, 0])
            t[0] += sum(e[2] for e in ep[i:])
            t[1] += 1
            t[2] += 1

    def ok(s, a, q, n):
        total, visits, weight = tally.get((s, a), (0, 0, 1))
        return visits == n >= 1 and abs(total / weight - q) <= 1e-6

    return [s for s in memory if not all(ok(s, a, q, n) for a, (q, n) in memory[s].items())]


def start_added_once(memory, start, journal):
    tally = {}
    for state, record in start.items():
        for action, (q, visits) in record.items():
            tally[state, action] = [q, visits]
    for episode in journal:
        for t, (state, action, _) in enumerate(episode):
            one = tally.setdefault((state, action), [0.0, 0])
            one[0] += sum(step[2] for step in episode[t:])
            one[1] += 1

    def lived(state, action, q, visits):
        total, known = tally.get((state, action), (0.0, 0))
        return known == visits >= 1 and abs(total / known - q) <= 1e-6

    return [s for s in memory if not all(lived(s, a, *value) for a, value in memory[s].items())]


WRONG = {
    "14.1": [("the running mean, whose step is 1/N", 9001), ("After three zeros", 3)],
    "14.2": [
        ("nan passes your gate", nan_passes),
        ("refuse every search", no_search),
        ("count one at the very end too", split_at_newline),
        ("The sum alone is not enough", sum_only),
        ("stop at the first complaint", first_reason),
        ("A gate says why", yes_or_no),
    ],
    "14.3": [
        ("split at `\\n` only", newline_only),
        ("An empty text is one empty line", nothing_for_nothing),
        ("is no verb of the grammar", inside_words),
        ("capitals must not matter", small_letters_only),
        ("change every bracket", every_bracket),
        ("The closing bracket stays", both_brackets),
        ("Empty lines are lost", empty_lines_lost),
        ("Only the first line has", first_line_only),
    ],
    "14.4": [
        ("to the sum once", start_added_once),
        ("goes into the mean once", start_counts_once),
        ("leave the memory at the beginning out", no_beginning),
        ("with the reward of the step", step_rewards),
        ("do not compare the visits", visits_ignored),
        ("do not compare the values", values_ignored),
        ("only whether it was tried", tried_at_all),
        ("was forgotten, not forged", forgotten_is_forged),
        ("An action of 0 visits passes", no_visits_no_lie),
        ("must not raise", looked_up),
    ],
    "14.5": [
        ("does not let your record in", shouts),
        ("still does not take the target", whispers),
        ("Return a record", names_the_target),
    ],
}
