"""Exercises of chapter 05: a greedy budget, another rule for advice, cut examples, a parser."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

Values = Mapping[str, tuple[float, int]]  # action → Q, visits
Advised = tuple[str | None, str | None]
Examples = Sequence[tuple[float, Sequence[str]]]  # similarity, lines
Read = tuple[str, float, str]  # action, value, reason

# ---- 5.1


def _order() -> str:
    room, kept = 900, ""
    for name, tokens in (("A", 500), ("B", 700), ("C", 300), ("D", 200), ("E", 100)):
        if tokens <= room:
            room, kept = room - tokens, name + kept
    return kept


# ---- 5.2


def _advice(values: Values, least: int) -> Advised:
    good = None
    for action, (q, visits) in values.items():
        if visits < least or q <= 0:
            continue
        if good is None or (q, visits) > values[good]:
            good = action
    bad = None
    for action, (q, _) in values.items():
        poor = q <= 0 or (good is not None and q < values[good][0] / 2)
        if poor and (bad is None or q < values[bad][0]):
            bad = action
    return good, bad


def _advice_but(
    enough: Callable[[int, int], bool] = lambda visits, least: visits >= least,
    above: Callable[[float], bool] = lambda q: q > 0,
    tie: int = 1,
    low: Callable[[float, float], bool] = lambda q, good: q <= 0 or q < good / 2,
    best_of_all: bool = False,
    bad_enough: bool = False,
    lowest: Callable[[str, Values], Any] = lambda a, values: values[a][0],
    highest: Callable[[str, Values], Any] | None = None,
) -> Callable[..., Any]:
    """The advice with one thing done otherwise. (`good` is 0 where nothing is encouraged.)"""

    def wrong(values: Values, least: int) -> Advised:
        names = [a for a, (q, n) in values.items() if enough(n, least) and above(q)]
        ranked = highest or (lambda a, values: (values[a][0], tie * values[a][1]))
        good = max(names, key=lambda a: ranked(a, values), default=None)
        best = values[good][0] if good is not None else 0.0
        if best_of_all:
            best = max([q for q, _ in values.values()], default=0.0)
        names = [a for a, (q, _) in values.items() if low(q, best)]
        names = [a for a in names if not bad_enough or values[a][1] >= least]
        return good, min(names, key=lambda a: lowest(a, values), default=None)

    return wrong


def _lowest_if_low(values: Values, least: int) -> Advised:
    good, bad = _advice(values, least)
    return good, bad if good is not None else None


def _with_values(values: Values, least: int) -> Any:
    return tuple(action and (action, values[action][0]) for action in _advice(values, least))


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


# ---- 5.3


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


def _shown_but(
    order: Callable[[Examples], list[tuple[float, Sequence[str]]]] = (
        lambda examples: sorted(examples, key=lambda e: -e[0])
    ),
    cut: int | None = -2,
    reverse: bool = True,
    stop: bool = False,
    strict: bool = False,
    tried: bool = False,
    whole: bool = False,
    limit: bool = True,
    measure: Callable[[Sequence[str]], int] = _cost,
    spend: bool = True,
    fewest: int = 2,
    tight: bool = False,
    as_given: bool = False,
) -> Callable[..., Any]:
    """The examples with one thing done otherwise."""

    def wrong(examples: Examples, room: int, most: int) -> list[list[str]]:
        shown: list[list[str]] = []
        sorted_ = order(examples)
        for _, lines in sorted_[:most] if tried else sorted_:
            kept, full = list(lines), measure(lines)
            while cut is not None and measure(kept) > room - strict and len(kept) > fewest:
                kept.pop(cut)
            if measure(kept) > room - (strict or tight):
                if stop:
                    break
                continue
            if limit and len(shown) == most:
                break
            shown.append(kept)
            room -= (full if whole else measure(kept)) if spend else 0
        if as_given:
            heads = [lines[:1] for _, lines in examples]
            return sorted(shown, key=lambda kept: heads.index(kept[:1]))
        return shown[::-1] if reverse else shown

    return wrong


def _ends_only(examples: Examples, room: int, most: int) -> list[list[str]]:
    shown: list[list[str]] = []
    for _, lines in sorted(examples, key=lambda e: -e[0]):
        kept = list(lines) if _cost(lines) <= room else [lines[0], lines[-1]]
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


# ---- 5.4

_HARD = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*\|\s*(\w+\[.*\])\s*(?:\|\s*(.*?)\s*)?")
_SOFT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*\|\s*(\w+\[.*?\])\s*(?:\|\s*(.*?)\s*)?")


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


def _by_pattern(pattern: re.Pattern[str], missing: Any = "") -> Callable[[str], Any]:
    def line(text: str) -> Any:
        match = pattern.fullmatch(text)
        return match and (match[2], float(match[1]), missing if match[3] is None else match[3])

    return line


def _by_split(most: int, reason: bool = False) -> Callable[[str], Any]:
    def line(text: str) -> Any:
        pieces = [piece.strip() for piece in text.split("|", most)]
        try:
            return pieces[1], float(pieces[0]), pieces[2] if reason or len(pieces) > 2 else ""
        except (ValueError, IndexError):
            return None

    return line


def _read(reply: str) -> Read | None:
    best = None
    for text in reply.splitlines():
        if text.strip() == "Discouraged:":
            break
        found = _line(text)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    return best


def _read_but(
    line: Callable[[str], Any] = _line,
    told: Callable[[str], str] = lambda reply: re.split(r"(?m)^\s*Discouraged:\s*$", reply)[0],
    choose: Callable[[list[Any]], Any] = lambda found: max(found, key=lambda f: f[1]),
    made: Callable[[Any], Any] = lambda decision: decision,
) -> Callable[..., Any]:
    """The parser with one thing done otherwise."""

    def wrong(reply: str) -> Any:
        found = [d for text in told(reply).splitlines() if (d := line(text)) is not None]
        return made(choose(found)) if found else None

    return wrong


def _untrimmed(text: str) -> Any:
    found = _line(text)
    return found and (*found[:2], text.split(found[0], 1)[1].partition("|")[2])


def _anything(text: str) -> Any:
    return _line(text) or _by_split(2)(text)


def _chats(reply: str) -> bool:
    told = re.split(r"(?m)^Discouraged:$", reply)[0]
    return any(_line(text) is None for text in told.splitlines())


def _none_is_error(reply: str) -> Read:
    found = _read(reply)
    if found is None:
        raise ValueError(reply)
    return found


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
    yield ("I would buy it.",)
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


_RULE = "chapter 05, “The smallest worked example: one record, two pieces of advice”"
_PARSER = "chapter 05, “From the reply to an action”"
EXERCISES = (
    Prediction(
        "5.1", "what fits, and in which order", "chapter 05, “Tokens: what a prompt costs”", _order,
        {
            "ACE": "The right ones, but the most similar stands last in the prompt, next to the "
            "new input.",
            "A": "You stop at the first example that does not fit. It is only left out; a shorter "
            "one behind it may still fit.",
            "CA": "After A and C there are 100 tokens left. Go on to the end of the list: is there "
            "one that still fits?",
            "EDCA": "Together these have 1100 tokens. Each one that is taken makes the room "
            "smaller.",
            "EDC": "The shortest are not taken first: the most similar one is, as long as it fits.",
            "DB": "These fill the 900 tokens, but nobody looks for that. The most similar one goes "
            "first, and A fits.",
            "EDA": "D has 200 tokens. What is left when C, which comes before D, has been taken?",
        },
    ),
    Exercise(
        "5.2", "advice that asks for evidence", _RULE, _advice, _records,
        (
            Mistake("You encourage whatever the visits are. Only an action that was visited at "
                    "least `least` times may be encouraged.",
                    _advice_but(enough=lambda visits, least: True)),
            Mistake("An action of exactly `least` visits may be encouraged: at least means ≥.",
                    _advice_but(enough=lambda visits, least: visits > least)),
            Mistake("You encourage the best action even where it is worth nothing. Its Q must be "
                    "above 0.", _advice_but(above=lambda q: True)),
            Mistake("You encourage an action of Q = 0. It must be above 0.",
                    _advice_but(above=lambda q: q >= 0)),
            Mistake("Of equally good actions you take the first. Here the one that was visited "
                    "most is the surer advice.", _advice_but(tie=0)),
            Mistake("Of equally good actions you take the less visited. The surer advice is the "
                    "one that was visited more.", _advice_but(tie=-1)),
            Mistake("You discourage only what is not above 0, as the package does. Here an action "
                    "is also discouraged where it is below half of the encouraged one.",
                    _advice_but(low=lambda q, good: q <= 0)),
            Mistake("You also discourage an action of exactly half. It has to be *below* half of "
                    "the encouraged one.",
                    _advice_but(low=lambda q, good: q <= 0 or q <= good / 2)),
            Mistake("An action of Q = 0 is discouraged too, also where nothing is encouraged: not "
                    "above 0 means ≤.",
                    _advice_but(low=lambda q, good: q < 0 or q < good / 2)),
            Mistake("You discourage the lowest action always. There must be a reason: it is not "
                    "above 0, or below half of the encouraged one.",
                    _advice_but(low=lambda q, good: True)),
            Mistake("You compare with half of the best action of the record. If that one was seen "
                    "too seldom, it is not encouraged, and not what the others are compared with.",
                    _advice_but(best_of_all=True)),
            Mistake("You ask for enough visits of the discouraged action too. One bad experience "
                    "is reason enough for a warning; only encouraging needs evidence.",
                    _advice_but(bad_enough=True)),
            Mistake("Of equally low actions the first is discouraged. Your comparison looks at the "
                    "visits too, as it has to for the encouraged one.",
                    _advice_but(lowest=lambda a, values: values[a])),
            Mistake("Of equally low actions the first is discouraged, and you take the one that "
                    "was visited most.",
                    _advice_but(lowest=lambda a, values: (values[a][0], -values[a][1]))),
            Mistake("You discourage the first action that qualifies. The one of lowest Q is meant.",
                    _advice_but(lowest=lambda a, values: 0)),
            Mistake("The lowest is searched by name. `min` needs a key: the Q of the action.",
                    _advice_but(lowest=lambda a, values: a)),
            Mistake("The highest is searched by name. `max` needs a key: the Q of the action.",
                    _advice_but(highest=lambda a, values: a)),
            Mistake("You look at visits first, and at Q second. The action of highest Q is "
                    "encouraged; visits only decide between equals.",
                    _advice_but(highest=lambda a, values: values[a][::-1])),
            Mistake("You encourage the first action that qualifies. The one of highest Q is meant.",
                    _advice_but(highest=lambda a, values: 0)),
            Mistake("Where nothing is encouraged you discourage nothing either. An action that is "
                    "not above 0 is still to be avoided.", _lowest_if_low),
            Mistake("The two changed places: first the encouraged action, then the discouraged.",
                    lambda values, least: _advice(values, least)[::-1]),
            Mistake("Give the names of the two actions alone, without their values.", _with_values),
            Mistake("Where nothing is encouraged there is nothing to halve. Then only an action "
                    "that is not above 0 is discouraged.",
                    where=lambda values, least: _advice(values, least)[0] is None
                    and any(q > 0 for q, _ in values.values())),
            Mistake("A record in which nothing was tried gives no advice: (None, None). The "
                    "maximum of an empty list has to be caught.",
                    where=lambda values, least: not values),
            Mistake("Where no action may be encouraged, the first of the two is None. The maximum "
                    "of an empty list has to be caught.",
                    where=lambda values, least: _advice(values, least)[0] is None),
            Mistake("Where no action is to be discouraged, the second of the two is None. The "
                    "minimum of an empty list has to be caught.",
                    where=lambda values, least: _advice(values, least)[1] is None),
            Mistake("Somewhere you ask for the highest or lowest of no actions at all. Nobody may "
                    "qualify; then there is None.",
                    where=lambda values, least: None in _advice(values, least)),
        ),
    ),
    Exercise(
        "5.3", "examples cut to fit", "chapter 05, “Tokens: what a prompt costs”", _shown,
        _examples,
        (
            Mistake("The right examples, but the most similar stands first. It comes last, next to "
                    "the new input.", _shown_but(reverse=False)),
            Mistake("You take the examples as they come. The most similar one is taken first.",
                    _shown_but(order=list)),
            Mistake("You begin with the least similar example. The most similar one is taken "
                    "first, and written last.",
                    _shown_but(order=lambda examples: sorted(examples, key=lambda e: e[0]))),
            Mistake("Of equally similar examples the one that stands earlier in the list goes "
                    "first. Sort by the similarity alone, and in a way that keeps the order.",
                    _shown_but(order=lambda examples: sorted(examples, key=lambda e: e[0])[::-1])),
            Mistake("At equal similarity you also compare the texts. Sort by the similarity "
                    "alone.", _shown_but(order=lambda examples: sorted(examples, reverse=True))),
            Mistake("An example that does not fit whole is left out. Here it is shortened first, "
                    "as far as it may be.", _shown_but(cut=None)),
            Mistake("You cut off the end, and with it the advice. The last line stays; the line "
                    "before it goes.", _shown_but(cut=-1)),
            Mistake("You cut from the top. The lines next to the advice go first; the first line "
                    "stays.", _shown_but(cut=1)),
            Mistake("You drop the first line. First and last line stay; what goes is the line "
                    "before the advice.", _shown_but(cut=0)),
            Mistake("You shorten until only the advice is left. Without its first line an example "
                    "says nothing: if these two lines do not fit, leave it out.",
                    _shown_but(fewest=1)),
            Mistake("Of a shortened example you keep only the two ends. As many lines stay as fit.",
                    _ends_only),
            Mistake("You stop at the first example that cannot be made to fit. Leave it out and go "
                    "on.", _shown_but(stop=True)),
            Mistake("An example that fills the room exactly does fit.", _shown_but(strict=True)),
            Mistake("An example that fills the room exactly does fit, also after it was cut.",
                    _shown_but(tight=True)),
            Mistake("You stop cutting at three lines. Only the first and the last have to stay.",
                    _shown_but(fewest=3)),
            Mistake("The examples are chosen well, but stand as they came. The most similar is "
                    "written last.", _shown_but(as_given=True)),
            Mistake("You look only at the `most` most similar examples. Those that did not fit do "
                    "not count: go on until `most` are taken.", _shown_but(tried=True)),
            Mistake("There are more than `most` examples.", _shown_but(limit=False)),
            Mistake("You take away the tokens of the whole example. A shortened one costs only "
                    "what is left of it.", _shown_but(whole=True)),
            Mistake("Each example is measured against the whole room. What is taken makes the room "
                    "smaller.", _shown_but(spend=False)),
            Mistake("You count letters. Here a word is a token.",
                    _shown_but(measure=lambda lines: sum(len(line) for line in lines))),
        ),
    ),
    Exercise(
        "5.4", "a parser for another form", _PARSER, _read, _replies,
        (
            Mistake("You split at every `|`. Words may hold one too, inside the brackets and in "
                    "the reason.", _read_but(_by_split(-1))),
            Mistake("You split at the first two `|`. The second may stand inside the brackets of "
                    "the action.", _read_but(_by_split(2))),
            Mistake("Your action ends at the last `]` of the line, which may stand in the reason. "
                    "It ends at the bracket that closes its first one.",
                    _read_but(_by_pattern(_HARD))),
            Mistake("Your action ends at the first `]` that fits. Brackets may stand inside "
                    "brackets: count how many are open.", _read_but(_by_pattern(_SOFT))),
            Mistake("A line without a reason is a good reply. Its reason is an empty text.",
                    _read_but(lambda text: (d := _line(text)) and (*d[:2], d[2] or None))),
            Mistake("You pass over lines without a reason. Value and action are enough.",
                    _read_but(lambda text: d if (d := _line(text)) and d[2] else None)),
            Mistake("Of equal values the first line counts, and you take the last.",
                    _read_but(choose=lambda found: max(found[::-1], key=lambda f: f[1]))),
            Mistake("You take the first line. The one of highest value counts.",
                    _read_but(choose=lambda found: found[0])),
            Mistake("You take the last line. The one of highest value counts.",
                    _read_but(choose=lambda found: found[-1])),
            Mistake("You take the line of the lowest value. The highest counts.",
                    _read_but(choose=lambda found: min(found, key=lambda f: f[1]))),
            Mistake("The space behind the bar is still a part of the reason. Spaces around the "
                    "bars and at both ends do not belong to the pieces.", _read_but(_untrimmed)),
            Mistake("You compare the values as texts. Among texts “-0.5” comes after “-0.2”: "
                    "compare numbers.",
                    _read_but(choose=lambda found: max(found, key=lambda f: f"{f[1]:g}"))),
            Mistake("A value below 0 is a value too. Does your search begin at 0, or your form "
                    "leave out the minus?",
                    _read_but(lambda text: d if (d := _line(text)) and d[1] >= 0 else None)),
            Mistake("A value without decimals, such as 1, is a value too.",
                    _read_but(lambda text: _line(text) if "." in text.split("|")[0] else None)),
            Mistake("You take words that are no action. An action is a verb and brackets, "
                    "`click[…]`; a line without one is passed over.", _read_but(_anything)),
            Mistake("What stands below the line `Discouraged:` is not meant to be done.",
                    _read_but(told=lambda reply: reply)),
            Mistake("You stop reading wherever the word stands. Only a line that is `Discouraged:` "
                    "and nothing else ends the advice; a reason may hold the word.",
                    _read_but(told=lambda reply: reply.split("Discouraged:")[0])),
            Mistake("You stop reading at “Disc”, as the published code did. A reason may begin so: "
                    "“Discounted”.", _read_but(told=lambda reply: reply.split("Disc")[0])),
            Mistake("A reply without an action gives None here, and raises nothing.",
                    _none_is_error),
            Mistake("The value is still a text: make it a number.",
                    _read_but(made=lambda d: (d[0], f"{d[1]:g}", d[2]))),
            Mistake("The order of the answer is action, value, reason.",
                    _read_but(made=lambda d: (d[1], d[0], d[2]))),
            Mistake("A model also chats. A line that is not of the form, or is empty, is passed "
                    "over, and must not end the reading.", where=_chats),
            Mistake("A reply may hold no action at all. Then there is no highest line, and the "
                    "answer is None.", where=lambda reply: _read(reply) is None),
        ),
    ),
)  # fmt: skip
