"""Exercises of chapter 05: a budget, two rules of advice, cut examples, a parser, a trap."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

Values = Mapping[str, tuple[float, int]]  # action → Q, visits
Advised = tuple[str | None, str | None]
Examples = Sequence[tuple[float, Sequence[str]]]  # similarity, lines
Read = tuple[str, float, str]  # action, value, reason
_RULE = "chapter 05, “The smallest worked example: one record, two pieces of advice”"
_PARSER = "chapter 05, “From the reply to an action”"

# ---- 5.1


def _order() -> str:
    room, kept = 900, ""
    for name, tokens in (("A", 500), ("B", 700), ("C", 300), ("D", 200), ("E", 100)):
        if tokens <= room:
            room, kept = room - tokens, name + kept
    return kept


FIRST = Prediction(
    "5.1", "what fits, and in which order", "chapter 05, “Tokens: what a prompt costs”", _order, {
    "ACE": "The right ones, but the most similar stands last in the prompt, next to the new input.",
    "A": "You stop at the first example that does not fit. It is only left out; a shorter one "
        "behind it may still fit.",
    "CA": "After A and C there are 100 tokens left. Go on to the end of the list: is there one "
        "that still fits?",
    "EDCA": "Together these have 1100 tokens. Each one that is taken makes the room smaller.",
    "CDE": "The shortest are not taken first, and the most similar stands last.",
    "EDC": "The shortest are not taken first: the most similar one is, as long as it fits.",
    "DB": "These fill the 900 tokens, but nobody looks for that. The most similar one goes first, "
        "and A fits.",
    "EDA": "D has 200 tokens. What is left when C, which comes before D, has been taken?",
})  # fmt: skip


# ---- 5.2


def _advise(values: Mapping[str, float], page: Sequence[str]) -> Advised:
    good = max(values, key=lambda a: values[a], default=None)
    bad = min(values, key=lambda a: values[a], default=None)
    if good is not None and not values[good] > 0:
        good = None
    if bad is not None and not values[bad] <= 0:
        bad = None
    if good is None:
        good = next((a for a in page if a != bad), None)
    if bad is None:
        bad = next((a for a in page if a != good), None)
    return good, bad


def _plain_records(rng: random.Random) -> Iterator[Case]:
    yield {"buy": 1.0}, ["buy", "back"]
    yield {"buy": 0.0}, ["buy", "back"]
    yield {"buy": 0.6}, ["back", "buy"]
    yield {"buy": 1.0, "back": 0.0}, ["buy", "back", "red"]
    yield {"buy": 0.6, "back": 0.3}, ["back", "buy", "red"]
    yield {"buy": -0.2, "back": 0.0}, ["buy", "back", "red"]
    yield {"red": 0.6, "buy": 0.6}, ["buy", "red"]
    yield {"red": 0.0, "buy": 0.0}, ["buy", "red", "back"]
    yield {}, ["buy", "back"]
    yield {}, ["buy"]
    yield {"buy": 1.0}, ["buy"]
    yield {"buy": 0.0}, ["buy"]
    yield {}, []
    for size in range(90):
        page = rng.sample(["red", "blue", "buy", "back", "next", "reviews"], size // 18 + 1)
        tried = rng.sample(page, rng.randint(0, len(page)))
        yield {a: rng.choice([-0.2, 0.0, 0.0, 0.3, 0.6, 1.0]) for a in tried}, page


SECOND = Exercise("5.2", "the advice itself", _RULE, _advise, _plain_records, mistakes({
    ("if good is None: good = next((a for a in page if a != bad), None) >>",
     "return good, bad >> return good or next((a for a in page if a != bad), None), bad"):
        "You fill in the discouraged action first. The first action of the page is the one to "
        "encourage.",
    ("if good is not None and not values[good] > 0: good = None >>",
     "not values[bad] <= 0 >> not values[bad] <= 0 or bad == good"):
        "You encourage the best action even where it is worth nothing, and so do not warn of it. "
        "Its Q must be above 0.",
    "if good is not None and not values[good] > 0: good = None >>":
        "You encourage the best action even where it is worth nothing. Its Q must be above 0.",
    "not values[good] > 0 >> not values[good] >= 0":
        "You encourage an action of Q = 0. It must be *above* 0.",
    "if bad is not None and not values[bad] <= 0: bad = None >>": "You discourage the lowest "
        "action always. Where it is above 0 there is no reason to warn of it.",
    "not values[bad] <= 0 >> not values[bad] < 0":
        "An action of Q = 0 is discouraged too: not above 0 means ≤.",
    "not values[bad] <= 0 >> values[bad] != 0": "You discourage only what is exactly 0, as the "
        "published code does. What is below 0 is worse.",
    "if a != bad), None) >>), None)": "The action that you fill in as encouraged is the "
        "discouraged one: a prompt that advises both ways. Leave it out.",
    "if a != good), None) >>), None)": "The action that you fill in as discouraged is the "
        "encouraged one: a prompt that advises both ways. Leave it out.",
    "good = next((a for a in page if a != bad), None) >> good = None":
        "Where nothing is encouraged the first action of the page is, that is not discouraged.",
    "bad = next((a for a in page if a != good), None) >> bad = None":
        "Where nothing is discouraged the first action of the page is, that is not encouraged.",
    ("if a != bad >> if a not in values", "if a != good), >> if a not in values and a != good),"):
        "You fill in only actions that were never tried. Here any action of the page will do, as "
        "long as it is not advised the other way.",
    ("in page if a != bad >> in page[::-1] if a != bad",
     "in page if a != good >> in page[::-1] if a != good"):
        "You fill in the last action of the page. Take the first.",
    "good = max(values, >> good = max([*values][::-1],":
        "Of equally good actions the first is encouraged.",
    "bad = min(values, >> bad = min([*values][::-1],":
        "Of equally low actions the first is discouraged.",
    "max(values, key=lambda a: values[a], >> max(values,":
        "The highest is searched by name. `max` needs a key: the Q of the action.",
    "min(values, key=lambda a: values[a], >> min(values,":
        "The lowest is searched by name. `min` needs a key: the Q of the action.",
    "return good, bad >> return bad, good":
        "The two changed places: first the encouraged action, then the discouraged.",
    Mistake(where=lambda values, page: not values): "A record in which nothing was tried leaves "
        "both to the page. The maximum of an empty dict has to be caught.",
    Mistake(where=lambda values, page: None in _advise(values, page)):
        "Where the page has no other action, put None. Taking the first of an empty list fails.",
}), cuts=("values",))  # fmt: skip


# ---- 5.3


def _advice(values: Values, least: int) -> Advised:
    able = [a for a, (q, visits) in values.items() if visits >= least and q > 0]
    good = max(able, key=lambda a: values[a], default=None)
    half = values[good][0] / 2 if good is not None else 0.0
    low = [a for a, (q, visits) in values.items() if q <= 0 or q < half]
    bad = min(low, key=lambda a: values[a][0], default=None)
    return good, bad


def _records(rng: random.Random) -> Iterator[Case]:
    yield {"buy": (1.0, 2)}, 2
    yield {"buy": (1.0, 1)}, 2
    yield {"buy": (0.0, 3)}, 2
    yield {"red": (1.0, 3), "back": (0.3, 1)}, 2
    yield {"red": (1.0, 3), "back": (0.5, 3)}, 2
    yield {"red": (0.6, 2), "blue": (0.6, 5), "back": (0.0, 1)}, 2
    yield {"red": (0.6, 3), "buy": (1.0, 1), "back": (0.4, 2)}, 2
    yield {}, 1
    for size in range(90):
        actions = rng.sample(["red", "blue", "buy", "back", "next", "reviews"], size // 18 + 1)
        yield (
            {a: (rng.choice([-0.2, 0.0, 0.2, 0.5, 0.6, 1.0]), rng.randint(1, 4)) for a in actions},
            rng.randint(1, 3),
        )


THIRD = Exercise("5.3", "advice that asks for evidence", _RULE, _advice, _records, mistakes({
    "visits >= least and >>": "You encourage whatever the visits are. Only an action that was "
        "visited at least `least` times may be encouraged.",
    "visits >= least >> visits > least":
        "An action of exactly `least` visits may be encouraged: at least means ≥.",
    "and q > 0 >>":
        "You encourage the best action even where it is worth nothing. Its Q must be above 0.",
    "and q > 0 >> and q >= 0": "You encourage an action of Q = 0. It must be above 0.",
    "values[a], default >> values[a][0], default": "Of equally good actions you take the first. "
        "Here the one that was visited most is the surer advice.",
    "values[a], default >> (values[a][0], -values[a][1]), default": "Of equally good actions you "
        "take the less visited. The surer advice is the one that was visited more.",
    "or q < half >>": "You discourage only what is not above 0, as the package does. Here an "
        "action is also discouraged where it is below half of the encouraged one.",
    "q < half >> q <= half": "You also discourage an action of exactly half. It has to be *below* "
        "half of the encouraged one.",
    "q <= 0 or >> q < 0 or": "An action of Q = 0 is discouraged too, also where nothing is "
        "encouraged: not above 0 means ≤.",
    "if q <= 0 or q < half >>": "You discourage the lowest action always. There must be a reason: "
        "it is not above 0, or below half of the encouraged one.",
    "values[good][0] / 2 if good is not None else 0.0 >> max([q for q, _ in values.values()], "
    "default=0.0) / 2": "You compare with half of the best action of the record. If that one was "
        "seen too seldom, it is not encouraged, and not what the others are compared with.",
    "if q <= 0 or q < half >> if visits >= least and (q <= 0 or q < half)":
        "You ask for enough visits of the discouraged action too. One bad experience is reason "
        "enough for a warning; only encouraging needs evidence.",
    "values[a][0], default >> values[a], default":
        "Of equally low actions the first is discouraged. Your comparison looks at the visits "
        "too, as it has to for the encouraged one.",
    "values[a][0], default >> (values[a][0], -values[a][1]), default":
        "Of equally low actions the first is discouraged, and you take the one that was visited "
        "most.",
    "values[a][0], default >> 0, default":
        "You discourage the first action that qualifies. The one of lowest Q is meant.",
    "values[a][0], default >> a, default":
        "The lowest is searched by name. `min` needs a key: the Q of the action.",
    "values[a], default >> a, default":
        "The highest is searched by name. `max` needs a key: the Q of the action.",
    "values[a], default >> values[a][::-1], default": "You look at visits first, and at Q second. "
        "The action of highest Q is encouraged; visits only decide between equals.",
    "values[a], default >> 0, default":
        "You encourage the first action that qualifies. The one of highest Q is meant.",
    "return good, bad >> return good, bad if good is not None else None":
        "Where nothing is encouraged you discourage nothing either. An action that is not above 0 "
        "is still to be avoided.",
    "return good, bad >> return bad, good":
        "The two changed places: first the encouraged action, then the discouraged.",
    "return good, bad >> return tuple(a and (a, values[a][0]) for a in (good, bad))":
        "Give the names of the two actions alone, without their values.",
    Mistake(where=lambda values, least: _advice(values, least)[0] is None
                and any(q > 0 for q, _ in values.values())): "Where nothing is encouraged there "
        "is nothing to halve. Then only an action that is not above 0 is discouraged.",
    Mistake(where=lambda values, least: not values): "A record in which nothing was tried gives "
        "no advice: (None, None). The maximum of an empty list has to be caught.",
    Mistake(where=lambda values, least: _advice(values, least)[0] is None):
        "Where no action may be encouraged, the first of the two is None. The maximum of an empty "
        "list has to be caught.",
    Mistake(where=lambda values, least: _advice(values, least)[1] is None):
        "Where no action is to be discouraged, the second of the two is None. The minimum of an "
        "empty list has to be caught.",
    Mistake(where=lambda values, least: None in _advice(values, least)):
        "Somewhere you ask for the highest or lowest of no actions at all. Nobody may qualify; "
        "then there is None.",
}), cuts=("values",))  # fmt: skip


# ---- 5.4


def _cost(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _shown(examples: Examples, room: int, most: int) -> list[list[str]]:
    shown: list[list[str]] = []
    for _, lines in sorted(examples, key=lambda example: -example[0]):  # stable: ties keep order
        kept = list(lines)
        while _cost(kept) > room and len(kept) > 2:
            kept.pop(-2)
        if _cost(kept) <= room and len(shown) < most:
            shown.insert(0, kept)
            room -= _cost(kept)
    return shown


def _examples(rng: random.Random) -> Iterator[Case]:
    small = (0.9, ["one", "two words", "advice"])
    yield [small], 4, 2
    yield [small], 3, 2
    yield [small], 1, 2
    yield [small, (0.5, ["a", "b"])], 20, 2
    yield [(0.5, ["a", "b"]), small], 20, 2
    yield [(0.5, ["a", "b"]), (0.7, ["c", "d"]), (0.9, ["e", "f"])], 20, 2
    yield [(0.5, ["z", "b"]), (0.5, ["c", "d"])], 2, 2
    yield [(0.9, ["much too long", "to fit"]), (0.7, ["c", "d"]), (0.5, ["e", "f"])], 4, 2
    yield [(0.9, ["a", "b c d", "e f", "g"])], 5, 1
    yield [(0.9, ["a", "b c d", "e f", "g"]), (0.5, ["h i", "j"])], 6, 3
    yield [(0.9, ["a", "b c d e f", "g"]), (0.5, ["h", "i"])], 5, 2
    yield [small], 9, 0
    yield [], 9, 2
    words = "page task price colour size click buy next back red blue".split()
    for size in range(80):
        examples = [
            (
                rng.choice([0.2, 0.5, 0.5, 0.7, 0.9]),
                [" ".join(rng.choices(words, k=rng.randint(1, 4))) for _ in range(2 + i % 4)],
            )
            for i in range(size // 16 + 1)
        ]
        rng.shuffle(examples)
        yield examples, rng.randint(2, 12 + size // 4), rng.randint(1, 4)


FOURTH = Exercise(
    "5.4", "examples cut to fit", "chapter 05, “Tokens: what a prompt costs”", _shown,
    _examples, mistakes({
    "insert(0, kept) >> append(kept)": "The right examples, but the most similar stands first. It "
        "comes last, next to the new input.",
    "sorted(examples, key=lambda example: -example[0]) >> examples":
        "You take the examples as they come. The most similar one is taken first.",
    "-example[0] >> example[0]": "You begin with the least similar example. The most similar one "
        "is taken first, and written last.",
    "-example[0]) >> example[0])[::-1]": "Of equally similar examples the one that stands earlier "
        "in the list goes first. Sort by the similarity alone, and in a way that keeps the order.",
    "sorted(examples, key=lambda example: -example[0]) >> sorted(examples, reverse=True)":
        "At equal similarity you also compare the texts. Sort by the similarity alone.",
    "while _cost(kept) > room and len(kept) > 2: kept.pop(-2) >>": "An example that does not fit "
        "whole is left out. Here it is shortened first, as far as it may be.",
    "pop(-2) >> pop(-1)": "You cut off the end, and with it the advice. The last line stays; the "
        "line before it goes.",
    "pop(-2) >> pop(1)":
        "You cut from the top. The lines next to the advice go first; the first line stays.",
    "pop(-2) >> pop(0)": "You drop the first line. First and last line stay; what goes is the "
        "line before the advice.",
    "len(kept) > 2 >> len(kept) > 1": "You shorten until only the advice is left. Without its "
        "first line an example says nothing: if these two lines do not fit, leave it out.",
    "while _cost(kept) > room and len(kept) > 2: kept.pop(-2) >> if _cost(kept) > room: kept = "
    "[kept[0], kept[-1]]":
        "Of a shortened example you keep only the two ends. As many lines stay as fit.",
    "if _cost(kept) <= room and >> if _cost(kept) > room:\n            break\n        if":
        "You stop at the first example that cannot be made to fit. Leave it out and go on.",
    ("_cost(kept) > room >> _cost(kept) >= room", "_cost(kept) <= room >> _cost(kept) < room"):
        "An example that fills the room exactly does fit.",
    "_cost(kept) <= room >> _cost(kept) < room":
        "An example that fills the room exactly does fit, also after it was cut.",
    "len(kept) > 2 >> len(kept) > 3":
        "You stop cutting at three lines. Only the first and the last have to stay.",
    "return shown >> return sorted(shown, key=lambda kept: [lines[:1] for _, lines in "
    "examples].index(kept[:1]))":
        "The examples are chosen well, but stand as they came. The most similar is written last.",
    "-example[0]) >> -example[0])[:most]": "You look only at the `most` most similar examples. "
        "Those that did not fit do not count: go on until `most` are taken.",
    "and len(shown) < most >>": "There are more than `most` examples.",
    "room -= _cost(kept) >> room -= _cost(lines)": "You take away the tokens of the whole "
        "example. A shortened one costs only what is left of it.",
    "room -= _cost(kept) >>":
        "Each example is measured against the whole room. What is taken makes the room smaller.",
    "len(line.split()) >> len(line)": "You count letters. Here a word is a token.",
}), cuts=("examples",))  # fmt: skip


# ---- 5.5


def _line(text: str) -> Read | None:
    number, bar, rest = text.partition("|")
    try:
        value = float(number)
    except ValueError:
        return None
    rest = rest.strip()
    verb = rest.partition("[")[0]
    depth = 0
    for place in range(len(verb), len(rest)):
        depth += {"[": 1, "]": -1}.get(rest[place], 0)
        if depth == 0:
            action, behind = rest[: place + 1], rest[place + 1 :].strip()
            if bar and verb.isidentifier() and behind[:1] in ("", "|"):
                return action, value, behind[1:].strip()
            break
    return None


def _matched(text: str, inside: str) -> Read | None:
    """A line read by a pattern, whose brackets hold `inside`."""
    form = rf"\s*(-?\d+(?:\.\d+)?)\s*\|\s*(\w+\[{inside}\])\s*(?:\|\s*(.*?)\s*)?"
    match = re.fullmatch(form, text)
    return match and (match[2], float(match[1]), match[3] or "")


def _split(text: str, most: int, ends: str = "") -> Read | None:
    """A line split at its bars, whose action holds `ends`."""
    pieces = [piece.strip() for piece in text.split("|", most)]
    try:
        value, action = float(pieces[0]), pieces[1]
    except (ValueError, IndexError):
        return None
    right = all(end in action for end in ends) and action.endswith(ends[-1:])
    return (action, value, "".join(pieces[2:3])) if right else None


def _read(reply: str) -> Read | None:
    found = []
    for text in reply.splitlines():
        if text.strip() == "Discouraged:":
            break
        line = _line(text)
        if line is not None:
            found.append(line)
    best = max(found, key=lambda line: line[1], default=None)
    return best


def _chats(reply: str) -> bool:
    told = re.split(r"(?m)^Discouraged:$", reply)[0]
    return any(_line(text) is None for text in told.splitlines())


_ACTIONS = (
    "click[buy now]", "search[usb | lightning cable]", "click[10.5 [wide]]", "search[a -> b]",
    "click[< prev]", "search[[a] | [b]]", "click[size: 4 | red]",
)  # fmt: skip
_REASONS = (
    "it fits", "", "better than click[red]", "red | blue", "not Discouraged: cheap",
    "Discounted, 0.9 | click[x]", "as in [1] -> 1.0",
)  # fmt: skip
_CHATTER = ("Let me think.", "0.9", "good | click[a]", "| click[a] | x", "0.8 | buy it | yes", "")


def _replies(rng: random.Random) -> Iterator[Case]:
    yield ("0.9 | click[buy now] | it fits",)
    yield ("0.9|click[buy now]",)
    yield ("  1 |  click[buy now]  |  it fits  ",)
    yield ("0.5 | search[usb | lightning cable] | both",)
    yield ("0.5 | click[10.5 [wide]] | it is wide",)
    yield ("0.4 | click[red] | better than click[blue]",)
    yield ("0.4 | click[red] | red | blue",)
    yield ("0.1 | click[a] | no\n0.8 | click[b] | yes",)
    yield ("0.5 | click[a] | one\n0.5 | click[b] | other",)
    yield ("-0.2 | click[a] | bad\n-0.5 | click[b] | worse",)
    yield ("0.1 | click[a] | yes\nDiscouraged:\n0.9 | click[b] | no",)
    yield ("0.1 | click[a] | not Discouraged: cheap\n0.9 | click[b] | yes",)
    yield ("0.1 | click[a] | no\nDiscouraged: click[c]\n0.9 | click[b] | yes",)
    yield ("I would buy it.",)
    yield ("0.9 click[a]\n0.1 | click[b] | yes",)
    yield ("0.9 | click[a] it fits\n0.1 | click[b] | yes",)
    yield ("0.9 | click[a] as in [1]\n0.1 | click[b] | yes",)
    yield ("0.9 | click[a\n0.1 | click[b] | yes",)
    yield ("0.9 | [a] | it fits\n0.1 | click[b] | yes",)
    yield ("",)
    for size in range(80):
        lines = []
        for _ in range(size // 20 + 1):
            bar = rng.choice([" | ", "|", "  |  "])
            value = rng.choice(["0.1", "1", "0.9", "-0.2", "-0.5", "0.9", "0.0"])
            pieces = [value, rng.choice(_ACTIONS), rng.choice(_REASONS)]
            lines.append(bar.join(pieces if pieces[2] else pieces[:2]))
            if rng.random() < 0.3:
                lines.append(rng.choice(_CHATTER))
        if rng.random() < 0.4:
            lines += ["Discouraged:", "1 | click[no] | never"]
        yield ("\n".join(lines),)


FIFTH = Exercise("5.5", "a parser for another form", _PARSER, _read, _replies, mistakes({
    'text.strip() == "Discouraged:" >> text.strip().startswith("Discouraged")':
        "A line that only begins with `Discouraged:` does not end the reading: that is one which "
        "says nothing else.",
    "_line(text) >> _split(text, -1)":
        "You split at every `|`. Words may hold one too, inside the brackets and in the reason.",
    "_line(text) >> _split(text, 2)":
        "You split at the first two `|`. The second may stand inside the brackets of the action.",
    "_line(text) >> _matched(text, r'.*')": "Your action ends at the last `]` of the line, which "
        "may stand in the reason. It ends at the bracket that closes its first one.",
    "_line(text) >> _matched(text, r'.*?')": "Your action ends at the first `]` that fits. "
        "Brackets may stand inside brackets: count how many are open.",
    "append(line) >> append((*line[:2], line[2] or None))":
        "A line without a reason is a good reply. Its reason is an empty text.",
    "if line is not None >> if line and line[2]":
        "You pass over lines without a reason. Value and action are enough.",
    "max(found, >> max(found[::-1],":
        "Of equal values the first line counts, and you take the last.",
    "max(found, key=lambda line: line[1], default=None) >> found[0] if found else None":
        "You take the first line. The one of highest value counts.",
    "max(found, key=lambda line: line[1], default=None) >> found[-1] if found else None":
        "You take the last line. The one of highest value counts.",
    "max(found, >> min(found,": "You take the line of the lowest value. The highest counts.",
    "append(line) >> append((*line[:2], text.split(line[0], 1)[1].partition('|')[2]))":
        "The space behind the bar is still a part of the reason. Spaces around the bars and at "
        "both ends do not belong to the pieces.",
    "line[1], default >> f'{line[1]:g}', default":
        "You compare the values as texts. Among texts “-0.5” comes after “-0.2”: compare numbers.",
    "if line is not None >> if line and line[1] >= 0": "A value below 0 is a value too. Does your "
        "search begin at 0, or your form leave out the minus?",
    "if line is not None >> if line and '.' in text.split('|')[0]":
        "A value without decimals, such as 1, is a value too.",
    "_line(text) >> _line(text) or _split(text, 2)": "You take words that are no action. An "
        "action is a verb and brackets, `click[…]`; a line without one is passed over.",
    'if text.strip() == "Discouraged:": break >>':
        "What stands below the line `Discouraged:` is not meant to be done.",
    "reply.splitlines() >> reply.split('Discouraged:')[0].splitlines()":
        "You stop reading wherever the word stands. Only a line that is `Discouraged:` and "
        "nothing else ends the advice; a reason may hold the word.",
    "reply.splitlines() >> reply.split('Disc')[0].splitlines()": "You stop reading at “Disc”, as "
        "the published code did. A reason may begin so: “Discounted”.",
    ", default=None >>": "A reply without an action gives None here, and raises nothing.",
    "return best >> return best and (best[0], f'{best[1]:g}', best[2])":
        "The value is still a text: make it a number.",
    "return best >> return best and (best[1], best[0], best[2])":
        "The order of the answer is action, value, reason.",
    Mistake(where=_chats): "A model also chats. A line that is not of the form, or is empty, is "
        "passed over, and must not end the reading.",
    Mistake(where=lambda reply: _read(reply) is None):
        "A reply may hold no action at all. Then there is no highest line, and the answer is None.",
    "_line(text) >> _matched(text, r'[^\\]]*')": "A line whose action holds brackets of its own "
        "is missing: your action may hold no `]`. Count how many are open.",
    "_line(text) >> _line(text) and _split(text, 2, '[]')":
        "A line whose action holds a bar is missing: you split before you look for the brackets. "
        "The action ends where its first bracket is closed.",
}), cuts=("reply",))  # fmt: skip


# ---- 5.6

Costs = Sequence[tuple[float, int]]  # similarity, tokens


def _fits(examples: Costs, wanted: int, room: float) -> bool:
    """Whether the chapter's rule takes this example."""
    taken = set()
    for place in sorted(range(len(examples)), key=lambda i: -examples[i][0]):
        if examples[place][1] <= room:
            taken.add(place)
            room -= examples[place][1]
    return wanted in taken


def _rooms(examples: Costs, wanted: int) -> tuple[int, int] | None:
    for enough in range(sum(tokens for _, tokens in examples)):
        if _fits(examples, wanted, enough) and not _fits(examples, wanted, enough + 1):
            return enough, enough + 1
    return None


def _shelves(rng: random.Random) -> Iterator[Case]:
    yield [(0.9, 3)], 0
    yield [(0.9, 5), (0.8, 3)], 1
    yield [(0.9, 3), (0.8, 5)], 1
    yield [(0.8, 3), (0.9, 5)], 0
    yield [(0.9, 9), (0.8, 5), (0.7, 3)], 2
    for size in range(50):
        similarities = rng.sample([0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], size // 10 + 2)
        yield [(f, rng.randint(2, 15)) for f in similarities], rng.randrange(len(similarities))


def _are_rooms(found: tuple[int, int] | None, *_: object) -> bool:
    if found is None:
        return True
    enough, more = found
    return 0 <= enough < more and enough == int(enough) and more == int(more)


SIXTH = Exercise(
    "5.6", "more room, and the example is gone (open)", "chapter 05, “Tokens: what a prompt costs”",
    _rooms, _shelves,
    invariants=(
        Invariant("Return a pair of whole numbers, the smaller first; or None where more room "
                  "never costs this example its place.", _are_rooms),
        Invariant("You give up too early: there is a room in which this example is taken, and a "
                  "larger one in which it is not. Try all of them.",
                  lambda found, examples, wanted: (
                      found is not None or _rooms(examples, wanted) is None)),
        Invariant("There is no such pair here: once this example fits, it stays, however much "
                  "room you add. The answer is None.",
                  lambda found, examples, wanted: (
                      found is None or _rooms(examples, wanted) is not None)),
        Invariant("With your `enough` the wanted example is not in the prompt yet. Go through the "
                  "examples by similarity, and subtract what each one takes.",
                  lambda found, examples, wanted: (
                      found is None or _fits(examples, wanted, found[0]))),
        Invariant("With your `more` the wanted example is still in the prompt. Which more similar "
                  "one has to begin to fit?",
                  lambda found, examples, wanted: (
                      found is None or not _fits(examples, wanted, found[1]))),
        Invariant("With your `more` it is gone, but with one token less it is gone too. Look for "
                  "the edge.",
                  lambda found, examples, wanted: (
                      found is None or _fits(examples, wanted, found[1] - 1))),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
