"""Exercises of chapter 14: a claim of visits, a gate, quoting what others wrote, provenance."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

# ---- 14.1


def _zeros_needed() -> int:
    q, zeros = 1.0, 0
    while q >= 0.1:
        q, zeros = q + 0.5 * (0.0 - q), zeros + 1
    return zeros


FIRST = Prediction(
    "14.1", "a claim of a thousand visits, at a constant step",
    "chapter 14, “The smallest worked example: a lie that claims a thousand visits”", _zeros_needed,
    {
    9001: "That is the running mean, whose step is 1/N. Here the step is α = 0.5 at every update: "
        "does the claim of visits still play a part?",
    9000: "That is the running mean (and Q would be exactly 0.1). Here the step is α = 0.5 at "
        "every update: does the claim of visits still play a part?",
    1001: "That is the chapter's answer: the running mean, below 0.5. Here the step is α = 0.5 at "
        "every update, whatever N is.",
    3: "After three zeros Q is 0.125: not yet below 0.1.",
    5: "One fewer is enough. Halve 1.0 until it is below 0.1, and count.",
    2: "After two zeros Q is 0.25. Each zero halves it.",
    1: "One zero halves Q: it is 0.5 then. Only a step of 1 would forget all at once.",
})  # fmt: skip


# ---- 14.2

Record = Mapping[str, Any]
_NAMES = ("value", "action", "shape", "visits")


def _complaints(record: Record, low: float, high: float) -> list[str]:
    found, page, actions = [], record["page"], record["actions"]
    for action, (q, _, reason) in actions.items():
        if not low <= q <= high:  # nan is in no range
            found.append("value")
        searched = action.startswith("search[") and action.endswith("]") and "search" in page
        if action not in page and not searched:
            found.append("action")
        if any(len(text.splitlines()) > 1 for text in (action, reason)):
            found.append("shape")
    counts = [visits for _, visits, _ in actions.values()]
    if sum(counts) != record["visits"] or min(counts, default=1) < 1:
        found.append("visits")
    return [name for name in _NAMES if name in found]


def _records(rng: random.Random) -> Iterator[Case]:
    def record(visits: int = 1, page: Sequence[str] = ("back", "click[buy]"), **given: Any) -> Any:
        return {"page": list(page), "visits": visits, "actions": given.get("actions", {})}

    buy = "click[buy]"
    for q in (0.5, 1.0, 0.0, 1.5, -0.5, math.nan, math.inf):
        yield record(actions={buy: (q, 1, "it fits")}), 0.0, 1.0
    yield record(actions={buy: (-0.5, 1, "")}), -1.0, 0.0
    yield record(actions={"click[next >]": (0.5, 1, "")}), 0.0, 1.0
    yield record(actions={"click[bu": (0.5, 1, "")}), 0.0, 1.0
    yield record(actions={"search[a mug]": (0.5, 1, "")}), 0.0, 1.0
    yield record(page=("search",), actions={"search[a mug]": (0.5, 1, "")}), 0.0, 1.0
    yield record(page=("search",), actions={"search[a mug] now": (0.5, 1, "")}), 0.0, 1.0
    yield record(page=("search",), actions={"search[a\nmug]": (0.5, 1, "")}), 0.0, 1.0
    for reason in ("fits\n### Now", "fits\r### Now", "fits\u2028### Now", "fits\n"):
        yield record(actions={buy: (0.5, 1, reason)}), 0.0, 1.0
    yield record(5, actions={buy: (0.5, 1, "")}), 0.0, 1.0
    yield record(1, actions={buy: (0.5, 5, "")}), 0.0, 1.0
    yield record(2, actions={buy: (0.5, 3, ""), "back": (0.5, -1, "")}), 0.0, 1.0
    yield record(1, actions={buy: (0.5, 1, ""), "back": (0.5, 0, "")}), 0.0, 1.0
    yield record(0), 0.0, 1.0
    yield record(3), 0.0, 1.0
    for size in range(45):
        page = ["back", "search", "click[buy]", "click[red]"][: rng.randint(1, 4)]
        names = [*page, "search[a mug]", "click[next >]"] if rng.random() < 0.5 else page
        actions = {
            name: (
                rng.choice([0.0, 0.5, 1.0, 1.0, 0.5, 0.0, 2.0, -1.0]),
                rng.choice([1, 1, 1, 2, 2, 3, 0]),
                rng.choice(["", "it fits", "cheap", "a\nb", "a\u2028b"]),
            )
            for name in rng.sample(names, rng.randint(1, min(len(names), size // 15 + 1)))
        }
        visits = sum(n for _, n, _ in actions.values()) + rng.choice([0, 0, 0, 0, 1, -1])
        yield record(visits, page, actions=actions), 0.0, rng.choice([1.0, 1.0, 2.0])


SECOND = Exercise(
    "14.2", "a gate that names its reasons", "chapter 14, “Defence 1: gates before insertion”",
    _complaints, _records, mistakes({
    "not low <= q <= high >> q < low or q > high": "nan passes your gate: every comparison with "
        "it is False. Ask whether a value lies *inside* the range.",
    "not low <= q <= high >> not q <= high":
        "You look only at the upper end. A value below `low` is no possible return either.",
    "not low <= q <= high >> not 0 <= q <= 1":
        "Your range is 0 to 1 whatever the world pays. It is `low` to `high`.",
    "not low <= q <= high >> not low < q < high": "The ends are possible returns: a false alarm.",
    "and not searched >>":
        "You refuse every search. Where the page offers `search`, any text may be searched for.",
    'and "search" in page >>': "You let every search pass. The page has to offer `search`.",
    "action not in page >> not any(action in text for text in page)":
        "You compare part of a text. An action is on the page where it is equal to one of the "
        "texts there, to the letter.",
    'action.startswith("search[") and action.endswith("]") >> action.startswith("search")':
        "A search ends with its bracket. What follows it was not asked for.",
    'len(text.splitlines()) > 1 >> "\\n" in text.rstrip("\\n")': "You look only for `\\n`. There "
        "are other ends of a line (`\\r`, U+2028): `splitlines` knows them all.",
    'len(text.splitlines()) > 1 >> "\\n" in text':
        "You look only for `\\n`, and count one at the very end too. There are other ends of a "
        "line (`\\r`, U+2028), and a text that ends with one is still one line.",
    'len(text.splitlines()) >> len((text + "x").splitlines())':
        "A text that only ends with a line break is still one line.",
    "in (action, reason) >> in (reason,)":
        "You look at the reasons only. The text of an action can hold a line break too.",
    "in (action, reason) >> in (action,)": "You look at the actions only. A reason can hold a "
        "line break too, and it is written into the prompt.",
    "sum(counts) != record >> sum(counts) < record": "The visits of the record must be *equal* to "
        "the sum over its actions: too few do not fit either.",
    "sum(counts) != record >> sum(counts) > record": "The visits of the record must be *equal* to "
        "the sum over its actions: too many do not fit either.",
    "or min(counts, default=1) < 1 >>": "The sum alone is not enough: −1 and 3 add up to 2 as "
        "well. Whatever is recorded was tried at least once.",
    "default=1) < 1 >> default=1) < 0":
        "An action that was tried 0 times would not stand in the record: at least 1.",
    'sum(counts) != record["visits"] or >>':
        "You do not compare the record's visits with the sum over its actions.",
    'sum(counts) != record["visits"] or min(counts, default=1) < 1 >> max(counts, default=1) > 1':
        "You refuse more than one visit, as the chapter's gate does for foreign records. Here the "
        "visits have to fit together.",
    "[name for name in _NAMES if name in found] >> sorted(found, key=_NAMES.index)":
        "A complaint stands once, however many actions give rise to it.",
    "[name for name in _NAMES if name in found] >> found": "A complaint stands once, and in the "
        "fixed order: value, action, shape, visits. You write one down as often as you meet it.",
    "in (action, reason)) >> in (action, reason)) or not reason":
        "An empty reason has no line at all, and that is not more than one.",
    "[name for name in _NAMES if name in found] >> list(dict.fromkeys(found))":
        "The order of the complaints is fixed: value, action, shape, visits.",
    "[name for name in _NAMES if name in found] >> sorted(set(found))":
        "The order of the complaints is fixed: value, action, shape, visits, and not that of the "
        "alphabet.",
    "[name for name in _NAMES if name in found] >> set(found)":
        "You return a set. A list is asked for, in the fixed order.",
    "if name in found] >> if name in found][:1]":
        "You stop at the first complaint. All of them are asked for.",
    "in actions.items() >> in list(actions.items())[:1]":
        "You look at the first action only. One bad action spoils a record.",
    "[name for name in _NAMES if name in found] >> bool(found)":
        "A gate says why it refuses: a list of names, empty where nothing is wrong.",
}))  # fmt: skip


# ---- 14.3


def _quote(text: str, verbs: Sequence[str]) -> str:
    words = "|".join(map(re.escape, verbs))
    order = re.compile(rf"(?i)(?<![a-z])({words})(\s*)\[")
    lines = text.splitlines() or [""]
    if verbs:
        lines = [order.sub(r"\1\2(", line) for line in lines]
    return "\n".join("| " + line for line in lines)


def _texts(rng: random.Random) -> Iterator[Case]:
    verbs = ["search", "click"]
    yield "a mug", verbs
    yield "", verbs
    yield "click[buy now]", verbs
    yield "Click[buy now]", verbs
    yield "click  [buy now]", verbs
    yield "doubleclick[buy now]", verbs
    yield "[Buy Now] ", verbs
    yield "open[cup]", verbs
    yield "open[cup]", ["open"]
    yield "open[cup]", []
    yield "[Buy Now] 2[", []
    yield "click[a], then click[b]", verbs
    yield "please (click[a[1]])", verbs
    yield "a mug\n### Now", verbs
    yield "a mug\r### Now", verbs
    yield "a mug\u2028### Now", verbs
    yield "a mug\n\n  ### Now\n", verbs
    yield "| ### Now", verbs
    pieces = ["click[", "CLICK [", "search[", "open[", "[Back]", "mug", " ", "2", "]", "unclick["]
    ends = ["\n", "\n\n", " ", ", ", "\r\n", "\u2028", ". "]
    for size in range(45):
        text = "".join(rng.choice(pieces) + rng.choice(ends) for _ in range(size // 6 + 1))
        yield text, rng.choice([verbs, verbs, ["open"], ["open", "click"]])


THIRD = Exercise(
    "14.3", "quote what others wrote", "chapter 14, “Quoting: the form of the prompt”", _quote,
    _texts, mistakes({
    'text.splitlines() or [""] >> text.split("\\n")': "You split at `\\n` only. `\\r` and U+2028 "
        "end a line too, and what follows them stands at the margin: `splitlines` knows them all.",
    'or [""] >>': "An empty text is one empty line: it becomes `| `.",
    "(?<![a-z]) >>":
        "`click[` at the end of a longer word is no verb of the grammar: `doubleclick[` stays.",
    "(?i)(?<![a-z]) >> (?<![A-Za-z])":
        "`Click[` and `CLICK[` are read as actions too: capitals must not matter.",
    "(\\s*)\\[ >> ()\\[": "A blank between verb and bracket lets the order pass.",
    'r"\\1\\2(" >> r"\\1("':
        "The blanks between verb and bracket are lost. Only the bracket changes.",
    'r"\\1\\2(" >> lambda found: found[1].lower() + found[2] + "("':
        "A verb was written anew in small letters. Only the bracket changes.",
    "(?i)(?<![a-z])({words})(\\s*)\\[ >> ({words})()\\[":
        "A plain replacement lets `Click[` and `click [` pass, and hits longer words: capitals "
        "and blanks must not matter, and the verb is a whole word.",
    "(?i)(?<![a-z])({words})(\\s*)\\[ >> (?<![A-Za-z])({words})()\\[":
        "A plain pattern lets `Click[` and `click [` pass: capitals and blanks must not matter.",
    'r"\\1\\2(" >> lambda found: found[1].lower() + "("': "You write the verb anew, and lose its "
        "capitals and the blanks after it. Only the bracket changes.",
    '"| " + >> "> " +': "The mark in front of a line is `| `, a bar and a blank.",
    '"| " + >> "|" +': "The mark in front of a line is a bar *and a blank*.",
    ", line) for >> , line, count=1) for":
        "Only the first order of a line is disarmed. There may be several.",
    '"| " + line >> "| " + line.replace("[", "(")':
        "You change every bracket. Buttons such as `[Buy Now]` stay as they are.",
    ("(\\s*)\\[ >> (\\s*)\\[([^\\[\\]]*)\\]", 'r"\\1\\2(" >> r"\\1\\2(\\3)"'):
        "The closing bracket stays: only the opening one after a verb is changed.",
    '"|".join(map(re.escape, verbs)) >> "search|click"':
        "The verbs are those that you were given. Other worlds have other verbs.",
    "if verbs: >> if False:": "The orders pass unchanged: the bracket after a verb becomes `(`.",
    '"| " + line for line in lines >> ("" if n else "| ") + line for n, line in enumerate(lines)':
        "Only the first line has its `| `. The second stands at the margin, and can begin a "
        "section.",
    '"| " + line >> line': "No line has its `| ` in front.",
    '"| " + line >> line if line.startswith("| ") else "| " + line':
        "A line that begins with `| ` gets another one, as all do. Otherwise nobody can tell your "
        "mark from one that was in the text.",
    "for line in lines) >> for line in lines if line.strip())":
        "Empty lines are lost. They are lines too, and become `| `.",
    '"| " + line >> "| " + line.strip()': "You strip the lines. Leave the blanks as they are.",
    '"| " + line >> ("| " + line).rstrip()':
        "Blanks at the end of a line are lost; an empty line becomes `| `, with its blank.",
    '"\\n".join("| " + line >> "".join("| " + line + "\\n"':
        "Your text ends with a line break of its own. Join the lines with `\\n`.",
    '"\\n".join >> " ".join': "The lines have to stay lines: join them with `\\n`.",
    Mistake(where=lambda text, verbs: not verbs): "Without any verb there is nothing to disarm. "
        "An empty pattern matches everywhere: catch that case.",
}), cuts=("text", "verbs"))  # fmt: skip


# ---- 14.4

Memory = Mapping[str, Mapping[str, tuple[float, int]]]  # state → action → Q, visits
Journal = Sequence[Sequence[tuple[str, str | None, float]]]  # state, action, reward


def _foreign(memory: Memory, start: Memory, journal: Journal) -> list[str]:
    lived: dict[tuple[str, str], list[float]] = {}
    for episode in journal:
        for t, (state, action, _) in enumerate(episode):
            if action is not None:
                back = sum(reward for _, _, reward in episode[t:])
                lived.setdefault((state, action), []).append(back)
    found = []
    for state, actions in memory.items():
        for action, (q, visits) in actions.items():
            q0, n0 = start.get(state, {}).get(action, (0.0, 0))
            returns = [q0] * n0 + lived.get((state, action), [])
            tried = len(returns) > 0
            honest = tried and visits == len(returns) and abs(q - _mean(returns)) <= 1e-6
            if not honest and state not in found:
                found.append(state)
    return found


def _mean(returns: Sequence[float]) -> float:
    return sum(returns) / len(returns)


def _repeated(episode: Sequence[tuple[str, str | None, float]]) -> Iterator[Any]:
    """A failed reply counts as the action before it."""
    last: str | None = None
    for state, action, reward in episode:
        last = action or last
        yield state, last, reward


def _complete(memory: Memory, start: Memory, journal: Journal) -> list[str]:
    """What is missing from the memory is reported too."""
    known = {(s, a) for s, actions in start.items() for a in actions}
    known |= {(s, a) for episode in journal for s, a, _ in episode if a is not None}
    missing = [s for s, a in sorted(known) if a not in memory.get(s, {})]
    found = [*_foreign(memory, start, journal), *missing]
    return [s for s in dict.fromkeys([*memory, *missing]) if s in found]


def _attacks(rng: random.Random) -> Iterator[Case]:
    yield {}, {}, []
    yield {"item": {"buy": (1.0, 1)}}, {}, []
    yield {"item": {"buy": (1.0, 0)}}, {}, []
    yield {"item": {"buy": (1.0, 1)}}, {"item": {"buy": (1.0, 1)}}, []
    yield {"item": {"buy": (1.0, 1)}}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {"buy": (0.5, 1)}}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {"buy": (1.0, 9)}}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {"back": (1.0, 1)}}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {"back": (0.0, 0)}}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {"back": (0.0, 1)}}, {}, [[("item", "buy", 1.0)]]
    yield {"list": {"red": (1.0, 1)}}, {}, [[("list", "red", 0.0), ("item", "buy", 1.0)]]
    yield {"item": {"buy": (0.5, 2)}}, {}, [[("item", "buy", 1.0)], [("item", "buy", 0.0)]]
    yield {"item": {"buy": (0.5, 4)}}, {"item": {"buy": (0.6, 3)}}, [[("item", "buy", 0.2)]]
    for q in (0.75, 0.5, 0.25):  # a mean of three visits worth 1 and one worth 0, and false ones
        yield {"item": {"buy": (q, 4)}}, {"item": {"buy": (1.0, 3)}}, [[("item", "buy", 0.0)]]
    for q in (0.4, 0.6, 0.2, 0.8, 0.6 + 1e-4):  # mean, best, last, sum
        yield {"item": {"buy": (q, 2)}}, {}, [[("item", "buy", 0.6)], [("item", "buy", 0.2)]]
        yield {"list": {"red": (q, 1)}}, {}, [[("list", "red", 0.2), ("item", "buy", 0.2)]]
    yield {}, {}, [[("item", "buy", 1.0)]]
    yield {"item": {}}, {}, [[("item", "buy", 1.0)]]
    yield (
        {"list": {"red": (1.0, 1)}, "item": {"buy": (1.0, 1)}}, {},
        [[("list", "red", 0.0), ("item", None, 0.0), ("item", "buy", 1.0)]],
    )  # fmt: skip
    for size in range(34):
        states, actions = ["z", "m", "a", "k"][: size // 11 + 1], ["buy", "red", "back"]
        start = {
            s: {rng.choice(actions): (rng.choice([0.5, 1.0]), rng.randint(1, 3))}
            for s in states
            if rng.random() < 0.4
        }
        journal = [
            [
                (
                    rng.choice(states),
                    None if rng.random() < 0.15 else rng.choice(actions),
                    rng.choice([0.0, 0.0, 0.1, 1.0]),
                )
                for _ in range(rng.randint(1, 3))
            ]
            for _ in range(rng.randint(1, 3))
        ]
        journal = [[(s, a, 0.0 if a is None else r) for s, a, r in e] for e in journal]
        yield _forged(rng, start, journal, states), start, journal


def _forged(rng: random.Random, start: Memory, journal: Journal, states: Sequence[str]) -> Memory:
    """What was lived through, with some lies in it."""
    entries: dict[tuple[str, str], list[float]] = {}
    for state, known in start.items():
        for action, (q, n) in known.items():
            entries[state, action] = [q] * n
    for episode in journal:
        for t, (state, done, _) in enumerate(episode):
            if done is not None:
                back = sum(r for _, _, r in episode[t:])
                entries.setdefault((state, done), []).append(back)
    memory: dict[str, dict[str, tuple[float, int]]] = {}
    for state in states:
        for (s, action), returns in entries.items():
            if s == state and rng.random() < 0.9:
                q, n, lie = _mean(returns), len(returns), rng.random()
                q *= 1 + 1e-10  # as rounded elsewhere: an exact comparison fails on any Python
                q = q + rng.choice([0.3, -0.1]) if lie < 0.15 else q
                n = n + rng.choice([1, 5]) if 0.1 < lie < 0.22 else n
                memory.setdefault(state, {})[action] = (q, n)
        if rng.random() < 0.15:
            memory.setdefault(state, {})["sell"] = (1.0, rng.choice([0, 1]))
    if rng.random() < 0.3:
        memory[rng.choice(["b", "y"])] = {"buy": (1.0, 1)}
    return memory


FOURTH = Exercise(
    "14.4", "which records were never lived through", "chapter 14, “Defence 2: provenance”",
    _foreign, _attacks, mistakes({
    "start.get(state, {}).get(action, (0.0, 0)) >> (0.0, 0)":
        "You leave the memory at the beginning out. Its records were not lived through by you, "
        "but you know where they come from.",
    "[q0] * n0 >> [q0] * min(n0, 1)": "The records of the beginning count as one visit each for "
        "you. They weigh as many as they say: you trust them.",
    "_mean(returns)) >> _mean([q0] * min(n0, 1) + lived.get((state, action), [])))":
        "You count the visits of the beginning, but its Q goes into the mean once. It is the mean "
        "of all its visits: as a sum it is Q · visits.",
    "_mean(returns)) >> (q0 * min(n0, 1) + sum(lived.get((state, action), []))) / len(returns))":
        "You add the Q of the beginning to the sum once, and divide by all visits. It is the mean "
        "of all its visits: as a sum it is Q · visits.",
    "episode[t:] >> episode[t : t + 1]": "You compare with the reward of the step. Q is a mean of "
        "*returns*: all rewards from there to the end of the episode.",
    "episode[t:] >> episode":
        "You compare with the whole episode's reward. A return begins at the step itself.",
    "episode[t:] >> episode[t + 1 :]": "Your return leaves out the reward of the step itself.",
    "_mean(returns)) >> returns[-1])":
        "You compare with the last return. Of several the mean counts.",
    "_mean(returns)) >> max(returns))":
        "You compare with the best return. Of several the mean counts.",
    "_mean(returns)) >> sum(returns))":
        "You compare with the sum of the returns. Of several the mean counts.",
    "and visits == len(returns) and abs(q - _mean(returns)) <= 1e-6 >>":
        "You ask only whether it was tried. A record that is real, with a value turned round or "
        "visits made up, passes.",
    "and abs(q - _mean(returns)) <= 1e-6 >>":
        "You do not compare the values. A real page with its values turned round passes.",
    Mistake(wrong=lambda memory, start, journal: [
                s for s in memory
                if s not in start and s not in {x for e in journal for x, _, _ in e}]):
        "You ask only whether the page was seen. What was done there, with which value and how "
        "often, can be a lie on a real page.",
    "if not honest >> if state not in start and not honest":
        "You trust every page that the beginning knows. Its records can be changed afterwards too.",
    "abs(q - _mean(returns)) >> q - _mean(returns)":
        "Only values that are too high are found. The distance counts, without its sign.",
    "abs(q - _mean(returns)) >> _mean(returns) - q":
        "Only values that are too low are found. The distance counts, without its sign.",
    "visits == len(returns) and >>":
        "You do not compare the visits. A claim of a thousand visits passes.",
    "honest = tried and >> seen = state in start or state in {s for s, _ in lived}; honest = "
    "(seen and not tried) or tried and": "An action that was never tried on a known page passes. "
        "A lie may be added to an honest record.",
    "honest = tried and >> honest = not (tried or visits) or tried and":
        "An action of 0 visits passes, whatever its Q. What was lived through has at least one "
        "visit.",
    "for episode in journal >> for episode in map(list, map(_repeated, journal))":
        "A failed reply (None) counts as the action before it, once more. Nobody acted there.",
    "if action is not None >> if None not in [a for _, a, _ in episode[: t + 1]]":
        "You stop at a failed reply. It writes nothing, but the episode goes on.",
    Mistake(wrong=_complete): "Something that is missing from the memory was forgotten, not "
        "forged. Ask only of what stands there.",
    "1e-6 >> 0.0":
        "You compare exactly, and rounding makes an honest record a false alarm. Allow 1e-6.",
    "and state not in found >>":
        "A state stands once in the answer, however many of its actions are foreign.",
    "return found >> return sorted(found)":
        "The right states, sorted. Keep the order of the memory.",
    "return found >> return set(found)":
        "The right states, as a set. A list is asked for, in the order of the memory.",
    "return found >> return [state for state in memory if state not in found]":
        "You return the records that are honest. The foreign ones are asked for.",
    "len(returns) > 0 >> len(returns) > 0 or {}[action]": "An action or a state that neither the "
        "beginning nor the journal knows must not raise: it is foreign.",
}), cuts=("memory", "start", "journal"))  # fmt: skip


# ---- 14.5

Forged = Mapping[str, tuple[float, int]]  # action → Q, visits
_QUESTIONS = 5000


@dataclass(frozen=True, slots=True)
class Gate:
    """A neighbour's gate: `gate(record)` says whether it lets a record in. Its rules are hidden.

    Raises:
        RuntimeError: if it was asked more than 5,000 times.
    """

    low: float = field(repr=False)
    high: float = field(repr=False)
    most: int = field(repr=False)
    gap: float = field(repr=False)
    page: tuple[str, ...] = field(repr=False)
    asked: list[int] = field(default_factory=list, repr=False, compare=False)

    def __call__(self, record: Forged) -> bool:
        """Whether the record is let in."""
        self.asked.append(1)
        if len(self.asked) > _QUESTIONS:
            raise RuntimeError(f"the gate was asked more than {_QUESTIONS} times")
        return self.lets_in(record)

    def lets_in(self, record: Forged) -> bool:
        """The same, without counting the question."""
        values = [q for q, _ in record.values()]
        return (
            bool(record)
            and all(action in self.page for action in record)
            and all(self.low <= q <= self.high for q in values)
            and all(1 <= visits <= self.most for _, visits in record.values())
            and max(values) - min(values) <= self.gap
        )


def _taken(honest: Forged, record: Forged) -> str | None:
    """The action of the highest Q after the merge; None if two are equal."""
    merged = {}
    for action in {**honest, **record}:
        pairs = [r[action] for r in (honest, record) if action in r]
        visits = sum(n for _, n in pairs)
        merged[action] = sum(q * n for q, n in pairs) / visits
    best = max(merged.values())
    (first, *others) = [action for action, q in merged.items() if q > best - 1e-9]
    return None if others else first


def _attack(gate: Gate, honest: Forged, target: str) -> Forged:
    for record in _forgeries(honest, target):
        if gate(record) and _taken(honest, record) == target:
            return record
    return {}


def _forgeries(honest: Forged, target: str) -> Iterator[Forged]:
    quarters = (1.0, 0.75, 0.5, 0.25, 0.0)
    for n in range(1, 6):
        for q in quarters:
            yield {target: (q, n)}
            for low in quarters:
                for rivals in ([max(honest, key=lambda a: honest[a][0])], [*honest]):
                    others = {action: (low, n) for action in rivals if action != target}
                    yield {**others, target: (q, n)}


def _gates(rng: random.Random) -> Iterator[Case]:
    pages = ("click[blue]", "click[red]", "click[buy]", "click[back]")
    for size in range(240):
        page = pages[: 2 + size // 80]
        most, gap = rng.choice([1, 2, 3, 5]), rng.choice([0.25, 0.5, 1.0])
        gate = Gate(0.0, rng.choice([0.75, 1.0]), most, gap, page)
        honest = {a: (rng.choice([0.0, 0.25, 0.5, 0.75]), rng.randint(1, 3)) for a in page}
        target = rng.choice(page)
        works = (r for r in _forgeries(honest, target) if gate.lets_in(r))
        if _taken(honest, {}) not in (None, target) and any(
            _taken(honest, record) == target for record in works
        ):
            yield gate, honest, target


FIFTH = Exercise(
    "14.5", "a red team at a neighbour's gate (open)",
    "chapter 14, “Defence 1: gates before insertion”", _attack, _gates,
    invariants=(
        Invariant("Return a record: a dict, action → (Q, visits), with at least one action.",
                  lambda record, gate, honest, target: (
                      isinstance(record, dict) and bool(record)
                      and all(len(pair) == 2 for pair in record.values()))),
        Invariant("The gate does not let your record in, so the memory stays as it is. Ask the "
                  "gate before you hand a record over, and look for what it minds.",
                  lambda record, gate, honest, target: gate.lets_in(record)),
        Invariant("Your record gets in, and the agent still does not take the target: after the "
                  "merge another action is worth at least as much.",
                  lambda record, gate, honest, target: _taken(honest, record) == target),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
