"""Exercises of chapter 14: a claim of visits, a gate, quoting what others wrote, provenance."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import ascii_letters
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

# ---- 14.1


def _zeros_needed() -> int:
    q, zeros = 1.0, 0
    while q >= 0.1:
        q, zeros = q + 0.5 * (0.0 - q), zeros + 1
    return zeros


# ---- 14.2

Record = Mapping[str, Any]
_NAMES = ("value", "action", "shape", "visits")


def _complaints(record: Record, low: float, high: float) -> list[str]:
    found = set()
    for action, (q, visits, reason) in record["actions"].items():
        if not low <= q <= high:  # nan is in no range
            found.add("value")
        if action not in record["page"] and not (
            action.startswith("search[") and action.endswith("]") and "search" in record["page"]
        ):
            found.add("action")
        if len(action.splitlines()) > 1 or len(reason.splitlines()) > 1:
            found.add("shape")
        if visits < 1:
            found.add("visits")
    if sum(visits for _, visits, _ in record["actions"].values()) != record["visits"]:
        found.add("visits")
    return [name for name in _NAMES if name in found]


def _value(q: float, low: float, high: float) -> bool:
    return not low <= q <= high


def _not_on_page(action: str, page: Sequence[str]) -> bool:
    searched = action.startswith("search[") and action.endswith("]") and "search" in page
    return action not in page and not searched


def _many_lines(text: str) -> bool:
    return len(text.splitlines()) > 1


def _misfit(own: int, visits: Sequence[int]) -> bool:
    return sum(visits) != own or any(n < 1 for n in visits)


def _in_order(found: Sequence[str]) -> list[str]:
    return [name for name in _NAMES if name in found]


def _gate_but(
    value: Callable[[float, float, float], bool] = _value,
    action_: Callable[[str, Sequence[str]], bool] = _not_on_page,
    shape: Callable[[str, str], bool] = lambda a, reason: _many_lines(a) or _many_lines(reason),
    visits_: Callable[[int, Sequence[int]], bool] = _misfit,
    answer: Callable[[list[str]], Any] = _in_order,
    first_action: bool = False,
) -> Callable[..., Any]:
    """The gate with one thing done otherwise."""

    def wrong(record: Record, low: float, high: float) -> Any:
        found = []
        for action, (q, _, reason) in list(record["actions"].items())[
            : 1 if first_action else None
        ]:
            found += ["value"] if value(q, low, high) else []
            found += ["action"] if action_(action, record["page"]) else []
            found += ["shape"] if shape(action, reason) else []
        if visits_(record["visits"], [n for _, n, _ in record["actions"].values()]):
            found.append("visits")
        return answer(found)

    return wrong


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


# ---- 14.3


def _quote(text: str, verbs: Sequence[str]) -> str:
    quoted = []
    for line in text.splitlines() or [""]:
        made = ""
        for at, letter in enumerate(line):
            if letter == "[":
                before = line[:at].rstrip()
                word = before[len(before.rstrip(ascii_letters)) :]
                if word.lower() in verbs:
                    letter = "("
            made += letter
        quoted.append("| " + made)
    return "\n".join(quoted)


def _quote_but(
    lines: Callable[[str], list[str]] = lambda text: text.splitlines() or [""],
    pattern: str = r"(?i)(?<![a-z])({verbs})(\s*)\[",
    becomes: str = r"\1\2(",
    count: int = 0,
    prefix: Callable[[int, str], str] = lambda number, line: "| " + line,
    keep: Callable[[str], bool] = lambda line: True,
    joint: str = "\n",
    verbs_of: Callable[[Sequence[str]], Sequence[str]] = lambda verbs: verbs,
) -> Callable[[str, Sequence[str]], str]:
    """Quoting with one thing done otherwise."""

    def wrong(text: str, verbs: Sequence[str]) -> str:
        words = "|".join(re.escape(verb) for verb in verbs_of(verbs))
        found = re.compile(pattern.replace("{verbs}", words))
        quoted = []
        for number, line in enumerate(lines(text)):
            if keep(line):
                made = found.sub(becomes, line, count=count) if verbs else line
                quoted.append(prefix(number, made))
        return joint.join(quoted)

    return wrong


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
            returns = lived.get((state, action), [])
            n = n0 + len(returns)
            right = n > 0 and n == visits and abs(q - (n0 * q0 + sum(returns)) / n) <= 1e-6
            if not right and state not in found:
                found.append(state)
    return found


def _foreign_but(
    ahead: Callable[[Sequence[float], int], float] = lambda rewards, t: sum(rewards[t:]),
    begin: Callable[[Memory], Memory] = lambda start: start,
    weight: Callable[[int], int] = lambda n: n,
    value: bool = True,
    count: bool = True,
    known: Callable[[bool], bool] = lambda lived: True,
    failed: str = "skipped",
    complete: bool = False,
    tolerance: float = 1e-6,
    least: int = 1,
    answer: Callable[[list[str]], Any] = lambda found: list(dict.fromkeys(found)),
    mean: Callable[[list[float], float], float] = lambda returns, total: (
        total / len(returns) if returns else 0.0
    ),
) -> Callable[..., Any]:
    """The search for foreign records with one thing done otherwise."""

    def wrong(memory: Memory, start: Memory, journal: Journal) -> Any:
        lived: dict[tuple[str, str], list[float]] = {}
        for state, actions in begin(start).items():
            for action, (q, n) in actions.items():
                lived[state, action] = [q] * weight(n)
        for episode in journal:
            rewards, last = [reward for _, _, reward in episode], ""
            for t, (state, done, _) in enumerate(episode):
                if done is None and failed == "ends":
                    break
                last = done or (last if failed == "repeats" else "")
                if last:
                    lived.setdefault((state, last), []).append(ahead(rewards, t))
        found = []
        for state, actions in memory.items():
            for action, (q, n) in actions.items():
                returns = lived.get((state, action), [])
                if not returns:
                    told = known(any(state == s for s, _ in lived))
                    if told and (least or n):
                        found.append(state)
                    continue
                off = value and abs(q - mean(returns, sum(returns))) > tolerance
                if off or (count and n != len(returns)):
                    found.append(state)
            if complete and any(s == state and a not in actions for s, a in lived):
                found.append(state)
        if complete:
            found += [s for s, _ in lived if s not in memory]
        return answer(found)

    return wrong


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
    yield {"list": {"red": (1.0, 1)}}, {}, [[("list", "red", 0.0), ("item", "buy", 1.0)]]
    yield {"item": {"buy": (0.5, 2)}}, {}, [[("item", "buy", 1.0)], [("item", "buy", 0.0)]]
    yield {"item": {"buy": (0.5, 4)}}, {"item": {"buy": (0.6, 3)}}, [[("item", "buy", 0.2)]]
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
                q, n, lie = sum(returns) / len(returns), len(returns), rng.random()
                q = q + rng.choice([0.3, -0.1]) if lie < 0.15 else q
                n = n + rng.choice([1, 5]) if 0.1 < lie < 0.22 else n
                memory.setdefault(state, {})[action] = (q, n)
        if rng.random() < 0.15:
            memory.setdefault(state, {})["sell"] = (1.0, rng.choice([0, 1]))
    if rng.random() < 0.3:
        memory[rng.choice(["b", "y"])] = {"buy": (1.0, 1)}
    return memory


_GATE, _PROVENANCE = (
    "chapter 14, “Defence 1: gates before insertion”",
    ("chapter 14, “Defence 2: provenance”"),
)
EXERCISES = (
    Prediction(
        "14.1", "a claim of a thousand visits, at a constant step",
        "chapter 14, “The smallest worked example: a lie that claims a thousand visits”",
        _zeros_needed,
        {
            9001: "That is the running mean, whose step is 1/N. Here the step is α = 0.5 at every "
            "update: does the claim of visits still play a part?",
            9000: "That is the running mean (and Q would be exactly 0.1). Here the step is α = 0.5 "
            "at every update: does the claim of visits still play a part?",
            1001: "That is the chapter's answer: the running mean, below 0.5. Here the step is "
            "α = 0.5 at every update, whatever N is.",
            3: "After three zeros Q is 0.125: not yet below 0.1.",
            5: "One fewer is enough. Halve 1.0 until it is below 0.1, and count.",
            2: "After two zeros Q is 0.25. Each zero halves it.",
            1: "One zero halves Q: it is 0.5 then. Only a step of 1 would forget all at once.",
        },
    ),
    Exercise(
        "14.2", "a gate that names its reasons", _GATE, _complaints, _records,
        (
            Mistake("nan passes your gate: every comparison with it is False. Ask whether a value "
                    "lies *inside* the range.",
                    _gate_but(value=lambda q, low, high: q < low or q > high)),
            Mistake("You look only at the upper end. A value below `low` is no possible return "
                    "either.", _gate_but(value=lambda q, low, high: not q <= high)),
            Mistake("Your range is 0 to 1 whatever the world pays. It is `low` to `high`.",
                    _gate_but(value=lambda q, low, high: not 0 <= q <= 1)),
            Mistake("The ends are possible returns: a false alarm.",
                    _gate_but(value=lambda q, low, high: not low < q < high)),
            Mistake("You refuse every search. Where the page offers `search`, any text may be "
                    "searched for.", _gate_but(action_=lambda action, page: action not in page)),
            Mistake("You let every search pass. The page has to offer `search`.",
                    _gate_but(action_=lambda action, page: action not in page
                              and not (action.startswith("search[") and action.endswith("]")))),
            Mistake("You compare part of a text. An action is on the page where it is equal to one "
                    "of the texts there, to the letter.",
                    _gate_but(action_=lambda action, page: _not_on_page(action, page)
                              and not any(action in text for text in page))),
            Mistake("A search ends with its bracket. What follows it was not asked for.",
                    _gate_but(action_=lambda action, page: action not in page and not (
                        action.startswith("search") and "search" in page))),
            Mistake("You look only for `\\n`. There are other ends of a line (`\\r`, U+2028): "
                    "`splitlines` knows them all.",
                    _gate_but(shape=lambda a, r: "\n" in a.rstrip("\n") or "\n" in r.rstrip("\n"))),
            Mistake("You look only for `\\n`, and count one at the very end too. There are other "
                    "ends of a line (`\\r`, U+2028), and a text that ends with one is still one "
                    "line.", _gate_but(shape=lambda a, r: "\n" in a or "\n" in r)),
            Mistake("A text that only ends with a line break is still one line.",
                    _gate_but(shape=lambda a, r: any(
                        len((text + "x").splitlines()) > 1 for text in (a, r)))),
            Mistake("You look at the reasons only. The text of an action can hold a line break "
                    "too.", _gate_but(shape=lambda a, r: _many_lines(r))),
            Mistake("You look at the actions only. A reason can hold a line break too, and it is "
                    "written into the prompt.", _gate_but(shape=lambda a, r: _many_lines(a))),
            Mistake("The visits of the record must be *equal* to the sum over its actions: too few "
                    "do not fit either.", _gate_but(visits_=lambda own, visits:
                    own > sum(visits) or any(n < 1 for n in visits))),
            Mistake("The visits of the record must be *equal* to the sum over its actions: too "
                    "many do not fit either.", _gate_but(visits_=lambda own, visits:
                    own < sum(visits) or any(n < 1 for n in visits))),
            Mistake("The sum alone is not enough: −1 and 3 add up to 2 as well. Whatever is "
                    "recorded was tried at least once.",
                    _gate_but(visits_=lambda own, visits: sum(visits) != own)),
            Mistake("An action that was tried 0 times would not stand in the record: at least 1.",
                    _gate_but(visits_=lambda own, visits: sum(visits) != own
                              or any(n < 0 for n in visits))),
            Mistake("You do not compare the record's visits with the sum over its actions.",
                    _gate_but(visits_=lambda own, visits: any(n < 1 for n in visits))),
            Mistake("You refuse more than one visit, as the chapter's gate does for foreign "
                    "records. Here the visits have to fit together.",
                    _gate_but(visits_=lambda own, visits: any(n > 1 for n in visits))),
            Mistake("A complaint stands once, however many actions give rise to it.",
                    _gate_but(answer=lambda found: sorted(found, key=_NAMES.index))),
            Mistake("A complaint stands once, and in the fixed order: value, action, shape, "
                    "visits. You write one down as often as you meet it.",
                    _gate_but(answer=list)),
            Mistake("An empty reason has no line at all, and that is not more than one.",
                    _gate_but(shape=lambda a, r: _many_lines(a) or len(r.splitlines()) != 1)),
            Mistake("The order of the complaints is fixed: value, action, shape, visits.",
                    _gate_but(answer=lambda found: list(dict.fromkeys(found)))),
            Mistake("The order of the complaints is fixed: value, action, shape, visits, and not "
                    "that of the alphabet.", _gate_but(answer=lambda found: sorted(set(found)))),
            Mistake("You return a set. A list is asked for, in the fixed order.",
                    _gate_but(answer=set)),
            Mistake("You stop at the first complaint. All of them are asked for.",
                    _gate_but(answer=lambda found: [n for n in _NAMES if n in found][:1])),
            Mistake("You look at the first action only. One bad action spoils a record.",
                    _gate_but(first_action=True)),
            Mistake("A gate says why it refuses: a list of names, empty where nothing is wrong.",
                    _gate_but(answer=bool)),
        ),
    ),
    Exercise(
        "14.3", "quote what others wrote", "chapter 14, “Quoting: the form of the prompt”",
        _quote, _texts,
        (
            Mistake("You split at `\\n` only. `\\r` and U+2028 end a line too, and what follows "
                    "them stands at the margin: `splitlines` knows them all.",
                    _quote_but(lines=lambda text: text.split("\n"))),
            Mistake("An empty text is one empty line: it becomes `| `.",
                    _quote_but(lines=lambda text: text.splitlines())),
            Mistake("`click[` at the end of a longer word is no verb of the grammar: "
                    "`doubleclick[` stays.", _quote_but(pattern=r"(?i)({verbs})(\s*)\[")),
            Mistake("`Click[` and `CLICK[` are read as actions too: capitals must not matter.",
                    _quote_but(pattern=r"(?<![A-Za-z])({verbs})(\s*)\[")),
            Mistake("A blank between verb and bracket lets the order pass.",
                    _quote_but(pattern=r"(?i)(?<![a-z])({verbs})()\[")),
            Mistake("The blanks between verb and bracket are lost. Only the bracket changes.",
                    _quote_but(becomes=r"\1(")),
            Mistake("A verb was written anew in small letters. Only the bracket changes.",
                    lambda text, verbs: _small(text, verbs)),
            Mistake("A plain replacement lets `Click[` and `click [` pass, and hits longer words: "
                    "capitals and blanks must not matter, and the verb is a whole word.",
                    _quote_but(pattern=r"({verbs})()\[")),
            Mistake("A plain pattern lets `Click[` and `click [` pass: capitals and blanks must "
                    "not matter.", _quote_but(pattern=r"(?<![A-Za-z])({verbs})()\[")),
            Mistake("You write the verb anew, and lose its capitals and the blanks after it. Only "
                    "the bracket changes.", lambda text, verbs: re.sub(
                        r" +\(", "(", _small(text, verbs)) if verbs else _quote(text, verbs)),
            Mistake("The mark in front of a line is `| `, a bar and a blank.",
                    _quote_but(prefix=lambda n, line: "> " + line)),
            Mistake("The mark in front of a line is a bar *and a blank*.",
                    _quote_but(prefix=lambda n, line: "|" + line)),
            Mistake("Only the first order of a line is disarmed. There may be several.",
                    _quote_but(count=1)),
            Mistake("You change every bracket. Buttons such as `[Buy Now]` stay as they are.",
                    lambda text, verbs: _quote(text, verbs).replace("[", "(")),
            Mistake("The closing bracket stays: only the opening one after a verb is changed.",
                    _quote_but(pattern=r"(?i)(?<![a-z])({verbs})(\s*)\[([^\[\]]*)\]",
                               becomes=r"\1\2(\3)")),
            Mistake("The verbs are those that you were given. Other worlds have other verbs.",
                    _quote_but(verbs_of=lambda verbs: ("search", "click"))),
            Mistake("The orders pass unchanged: the bracket after a verb becomes `(`.",
                    _quote_but(pattern=r"(?!)({verbs})()")),
            Mistake("Only the first line has its `| `. The second stands at the margin, and can "
                    "begin a section.",
                    _quote_but(prefix=lambda n, line: "| " + line if n == 0 else line)),
            Mistake("No line has its `| ` in front.", _quote_but(prefix=lambda n, line: line)),
            Mistake("A line that begins with `| ` gets another one, as all do. Otherwise nobody "
                    "can tell your mark from one that was in the text.",
                    _quote_but(prefix=lambda n, line:
                               line if line.startswith("| ") else "| " + line)),
            Mistake("Empty lines are lost. They are lines too, and become `| `.",
                    _quote_but(keep=lambda line: bool(line.strip()))),
            Mistake("You strip the lines. Leave the blanks as they are.",
                    _quote_but(prefix=lambda n, line: "| " + line.strip())),
            Mistake("Blanks at the end of a line are lost; an empty line becomes `| `, with its "
                    "blank.", _quote_but(prefix=lambda n, line: ("| " + line).rstrip())),
            Mistake("Your text ends with a line break of its own. Join the lines with `\\n`.",
                    lambda text, verbs: _quote(text, verbs) + "\n"),
            Mistake("The lines have to stay lines: join them with `\\n`.", _quote_but(joint=" ")),
            Mistake("Without any verb there is nothing to disarm. An empty pattern matches "
                    "everywhere: catch that case.",
                    where=lambda text, verbs: not verbs),
        ),
    ),
    Exercise(
        "14.4", "which records were never lived through", _PROVENANCE, _foreign, _attacks,
        (
            Mistake("You leave the memory at the beginning out. Its records were not lived "
                    "through by you, but you know where they come from.",
                    _foreign_but(begin=lambda start: {})),
            Mistake("The records of the beginning count as one visit each for you. They weigh as "
                    "many as they say: you trust them.", _foreign_but(weight=lambda n: 1)),
            Mistake("You compare with the reward of the step. Q is a mean of *returns*: all "
                    "rewards from there to the end of the episode.",
                    _foreign_but(ahead=lambda rewards, t: rewards[t])),
            Mistake("You compare with the whole episode's reward. A return begins at the step "
                    "itself.", _foreign_but(ahead=lambda rewards, t: sum(rewards))),
            Mistake("Your return leaves out the reward of the step itself.",
                    _foreign_but(ahead=lambda rewards, t: sum(rewards[t + 1 :]))),
            Mistake("You compare with the last return. Of several the mean counts.",
                    _foreign_but(mean=lambda returns, total: returns[-1])),
            Mistake("You compare with the best return. Of several the mean counts.",
                    _foreign_but(mean=lambda returns, total: max(returns))),
            Mistake("You compare with the sum of the returns. Of several the mean counts.",
                    _foreign_but(mean=lambda returns, total: total)),
            Mistake("You ask only whether it was tried. A record that is real, with a value turned "
                    "round or visits made up, passes.", _foreign_but(value=False, count=False)),
            Mistake("You do not compare the values. A real page with its values turned round "
                    "passes.", _foreign_but(value=False)),
            Mistake("You ask only whether the page was seen. What was done there, with which value "
                    "and how often, can be a lie on a real page.",
                    lambda memory, start, journal: [
                        s for s in memory
                        if s not in start and s not in {x for e in journal for x, _, _ in e}]),
            Mistake("You trust every page that the beginning knows. Its records can be changed "
                    "afterwards too.", lambda memory, start, journal: [
                        s for s in _foreign(memory, start, journal) if s not in start]),
            Mistake("Only values that are too high are found. The distance counts, without "
                    "its sign.",
                    lambda memory, start, journal: _one_sided(memory, start, journal, 1)),
            Mistake("Only values that are too low are found. The distance counts, without its "
                    "sign.", lambda memory, start, journal: _one_sided(memory, start, journal, -1)),
            Mistake("You do not compare the visits. A claim of a thousand visits passes.",
                    _foreign_but(count=False)),
            Mistake("An action that was never tried on a known page passes. A lie may be added to "
                    "an honest record.", _foreign_but(known=lambda lived: not lived)),
            Mistake("An action of 0 visits passes, whatever its Q. What was lived through has at "
                    "least one visit.", _foreign_but(least=0)),
            Mistake("A failed reply (None) counts as the action before it, once more. Nobody acted "
                    "there.", _foreign_but(failed="repeats")),
            Mistake("You stop at a failed reply. It writes nothing, but the episode goes on.",
                    _foreign_but(failed="ends")),
            Mistake("Something that is missing from the memory was forgotten, not forged. Ask only "
                    "of what stands there.", _foreign_but(complete=True)),
            Mistake("You compare exactly, and rounding makes an honest record a false alarm. Allow "
                    "1e-6.", _foreign_but(tolerance=0.0)),
            Mistake("A state stands once in the answer, however many of its actions are foreign.",
                    _foreign_but(answer=lambda found: found)),
            Mistake("The right states, sorted. Keep the order of the memory.",
                    _foreign_but(answer=lambda found: sorted(set(found)))),
            Mistake("The right states, as a set. A list is asked for, in the order of the memory.",
                    _foreign_but(answer=set)),
            Mistake("You return the records that are honest. The foreign ones are asked for.",
                    lambda memory, start, journal: [
                        s for s in memory if s not in _foreign(memory, start, journal)]),
            Mistake("An action or a state that neither the beginning nor the journal knows must "
                    "not raise: it is foreign.", lambda memory, start, journal: _no_default(
                        memory, start, journal)),
        ),
    ),
)  # fmt: skip


def _small(text: str, verbs: Sequence[str]) -> str:
    made = _quote(text, verbs)
    for verb in verbs:
        made = re.sub(rf"(?i)(?<![a-z]){re.escape(verb)}(?=\s*\()", verb, made)
    return made


def _no_default(memory: Memory, start: Memory, journal: Journal) -> list[str]:
    known = {(s, a) for s, actions in start.items() for a in actions}
    known |= {(s, a) for episode in journal for s, a, _ in episode if a is not None}
    for state, actions in memory.items():
        for action in actions:
            if (state, action) not in known:
                raise KeyError(action)
    return _foreign(memory, start, journal)


def _one_sided(memory: Memory, start: Memory, journal: Journal, sign: int) -> list[str]:
    """Reports what differs in one direction only; a value off in the other passes."""
    ours: dict[str, dict[str, tuple[float, int]]] = {}
    for state, actions in memory.items():
        for action, (q, n) in actions.items():
            right = _right_q(start, journal, state, action)
            passes = right is not None and (q - right) * sign < 0
            ours.setdefault(state, {})[action] = (right if right is not None and passes else q, n)
        ours.setdefault(state, {})
    return _foreign(ours, start, journal)


def _right_q(start: Memory, journal: Journal, state: str, action: str) -> float | None:
    q0, n0 = start.get(state, {}).get(action, (0.0, 0))
    returns = [
        sum(reward for _, _, reward in episode[t:])
        for episode in journal
        for t, (s, a, _) in enumerate(episode)
        if (s, a) == (state, action)
    ]
    n = n0 + len(returns)
    return (n0 * q0 + sum(returns)) / n if n else None
