"""Exercises of chapter 06: two bills, retries, a recording, and a reader that obeys."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

Calls = Sequence[tuple[int, int, int | None]]  # tokens of the prompt, of these cached, of the reply
Prices = Mapping[str, float]
Recording = Sequence[tuple[str, str, str]]  # model, prompt, reply
Asked = Sequence[tuple[str, str]]  # model, prompt
_COST = "chapter 06, “What a run costs”"
_FAIL = "chapter 06, “Failures that you can see”"
_RECORDED = "chapter 06, “Recorded: a model in a file”"

# ---- 6.1


def _predicted_bill() -> float:
    cost = 0.0
    for step in range(100 * 4):
        again = step % 5 == 0
        cost += 2_000 * 2.0 + 50 * 8.0
        cost += (2_020 * 2.0 + 50 * 8.0) if again else 0.0
    return round(cost / 1_000_000, 6)


FIRST = Prediction(
    "6.1", "what a run will cost", _COST, _predicted_bill, {
    1.76: "Those are 400 calls. In every fifth step there is a second one, with a prompt and a "
        "reply of its own.",
    2.112: "The 480 calls are right. But the second prompt of a step is 20 tokens longer, and "
        "these are paid for as well.",
    2115.2: "The prices are for a million tokens, and not for a thousand.",
    1.7632: "The complaint's 20 tokens stand in a whole second prompt: all of it is sent once "
        "more, and there is a second reply.",
    2.0832: "The second prompts are right. To each belongs a second reply, useless or not.",
    7.7408: "The two prices have changed places: replies are the dearer ones.",
    2115200: "These are tokens times price. A price is for a million tokens: divide.",
})  # fmt: skip


# ---- 6.2


def _bill(calls: Calls, prices: Prices, longest: int) -> float:
    total = 0.0
    for prompt, cached, reply in calls:
        cost = (prompt - cached) * prices["prompt"] + cached * prices["cached"]
        cost += (longest if reply is None else reply) * prices["reply"]
        total += cost / 1_000_000
    return total


def _calls(rng: random.Random) -> Iterator[Case]:
    prices = {"prompt": 2.0, "cached": 0.5, "reply": 8.0}
    yield [(1000, 0, 100)], prices, 200
    yield [(1000, 400, 100)], prices, 200
    yield [(1000, 0, None)], prices, 200
    yield [(1000, 0, 0)], prices, 200
    yield [(2000, 1500, 50), (2100, 1500, None)], prices, 200
    yield [], prices, 200
    for size in range(70):
        calls = []
        for _ in range(size // 10 + 1):
            prompt = rng.randint(500, 4000)
            calls.append(
                (prompt, rng.choice([0, prompt // 2, prompt]), rng.choice([0, None, 40, 180]))
            )
        yield calls, {"prompt": rng.choice([1.0, 3.0]), "cached": 0.25, "reply": 12.0}, 200


SECOND = Exercise("6.2", "a bill with a cache", _COST, _bill, _calls, mistakes({
    "prompt - cached >> prompt": "The cached tokens are billed twice: they are a part of the "
        "prompt's tokens, and only the others cost the full price.",
    "prompt - cached >> prompt + cached": "The cached tokens come on top of the prompt with you. "
        "They are a part of it, at another price.",
    ("prompt - cached >> prompt", '+ cached * prices["cached"] >>'):
        "The cached tokens have no influence: all of the prompt is billed at the full price.",
    '+ cached * prices["cached"] >>': "The cached tokens cost nothing. They are cheaper, not free.",
    "longest if reply is None else reply >> reply or longest": "A reply of 0 tokens is not a "
        "reply that was not counted: 0 counts as false. Ask whether it is None.",
    "longest if reply is None else reply >> reply or 0": "A reply that was not counted costs "
        "nothing. A bill should not be too low: take the longest that it can be.",
    "longest if reply is None else reply >> longest":
        "Every reply is billed at its longest. Where the server counted, take its count.",
    "longest if reply is None else >>":
        "None cannot be multiplied. Where the server did not count a reply, take `longest`.",
    ('(prompt - cached) * prices["prompt"] >> (prompt - cached) * prices["reply"]',
     'else reply) * prices["reply"] >> else reply) * prices["prompt"]'):
        "The prices of prompt and reply have changed places.",
    "1_000_000 >> 1_000": "These are prices of a thousand tokens; they are meant for a million.",
    "/ 1_000_000 >>": "The sum has to be divided by a million: that is what a price is for.",
    "total += cost / 1_000_000 >> total += round(cost / 1_000_000, 2)":
        "You round call by call. Small sums vanish: round at the end, if at all.",
    "total += cost / 1_000_000 >> total += round(cost / 1_000_000, 4)":
        "You round call by call. Small sums vanish, even with four digits: round at the end, if "
        "at all.",
    "return total >> return total // 1": "`//` drops what is left over. A bill needs `/`.",
    "return total >> return total / max(len(calls), 1)":
        "This is the mean of a call. All calls are to be paid.",
    "total += cost / 1_000_000 >> return cost / 1_000_000": "Only one call is in the bill. Does "
        "your function return inside the loop, or overwrite the sum?",
    "total += >> total =": "Only the last call is in the bill: add up, do not overwrite.",
    Mistake(where=lambda calls, prices, longest: not calls): "Whoever made no call pays 0.",
}), cuts=("calls",))  # fmt: skip


# ---- 6.3


def _wait(status: int | None, retry_after: str | None, attempt: int, cap: float) -> float | None:
    passing = status is None or status in (408, 429) or 500 <= status <= 599
    if not passing or attempt >= 4:
        return None
    seconds = 2.0 ** (attempt - 1)
    if retry_after is not None and retry_after.isdigit():
        seconds = float(retry_after)
    return min(seconds, cap)


def _as_float(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _unreadable(status: int | None, retry_after: str | None, attempt: int, cap: float) -> bool:
    waits = _wait(status, retry_after, attempt, cap) is not None
    return waits and retry_after is not None and _as_float(retry_after) is None


def _failures(rng: random.Random) -> Iterator[Case]:
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    yield 429, None, 1, 60.0
    yield 429, "7", 1, 60.0
    yield 429, "0", 1, 60.0
    yield 429, "3600", 1, 60.0
    yield 429, date, 2, 60.0
    yield 503, "", 2, 60.0
    yield 503, "-5", 2, 60.0
    yield 500, None, 3, 60.0
    yield 500, None, 4, 60.0
    yield 500, None, 3, 3.0
    yield 599, None, 2, 60.0
    yield 499, None, 1, 60.0
    yield 600, None, 1, 60.0
    yield 401, None, 1, 60.0
    yield 400, "7", 1, 60.0
    yield 404, None, 1, 60.0
    yield None, None, 1, 60.0
    yield 408, None, 2, 60.0
    yield 200, None, 1, 60.0
    yield 600, None, 1, 60.0
    for _ in range(90):
        status = rng.choice([None, 400, 401, 403, 404, 408, 422, 429, 429, 500, 502, 503, 529])
        after = rng.choice([None, None, None, "0", "1", "20", "90", date, "", "-5"])
        yield status, after, rng.randint(1, 5), rng.choice([3.0, 30.0, 60.0])


THIRD = Exercise("6.3", "whether and when to ask again", _FAIL, _wait, _failures, mistakes({
    "status is None or status in (408, 429) or 500 <= status <= 599 >> True":
        "You repeat a call that was refused. A wrong key or an unknown model stays wrong: repeat "
        "only what may pass.",
    "status in (408, 429) or 500 <= status >> 400 <= status":
        "You repeat all of 400 and above. Of these only 408 and 429 may pass.",
    "(408, 429) >> (429,)": "Status 408 (the server waited too long) may pass as well.",
    "status is None or status in (408, 429) or 500 <= status <= 599 >> status is not None and "
    "(status in (408, 429) or 500 <= status <= 599)":
        "Without a status the connection broke, and that may pass.",
    Mistake(where=lambda status, retry_after, attempt, cap: status is None):
        "A broken connection has no status: None cannot be compared with a number.",
    Mistake(where=lambda status, retry_after, attempt, cap: status is None and attempt < 4):
        "Ask first whether there is a status at all, and compare it only then.",
    "500 <= status <= 599 >> status in (500, 502, 503, 504)":
        "Of the server's own faults you know only some. All from 500 to 599 may pass.",
    "500 <= status <= 599 >> status in (500, 503)":
        "Only 500 and 503 count with you. All from 500 to 599 may pass.",
    "<= 599 >>": "Only statuses from 500 to 599 are faults of a server; 600 is none.",
    "<= 599 >> < 599": "Status 599 is still one of the server's faults: range ends before its end.",
    ">= 4 >> >= 5": "You try once too often: after the fourth failure it is over.",
    ">= 4 >> >= 3": "You give up one try too early: only after the fourth failure it is over.",
    "or attempt >= 4 >>": "You never give up. After the fourth failure it is over.",
    "retry_after.isdigit() >> retry_after.isdigit() and int(retry_after)":
        "“0” is an answer too: the server says that you may ask again at once. Ask whether there "
        "is a number, not whether it is true.",
    "retry_after is not None and retry_after.isdigit() >> False":
        "You do not listen to the server. Where it says how long to wait, that counts.",
    "retry_after is not None and retry_after.isdigit() >> _as_float(retry_after) is not None":
        "A header below 0 says nothing of use. Wait as long as without one.",
    "seconds = float(retry_after) >> seconds = max(seconds, float(retry_after))":
        "The server's number may be smaller than your own wait. It counts all the same: do not "
        "take the larger one.",
    "seconds = float(retry_after) >> seconds = min(seconds, float(retry_after))":
        "You take the smaller of the server's number and your own wait. The server knows better.",
    "seconds = float >> seconds += float":
        "The server's number and your own wait are added. The server's counts alone.",
    "seconds = float >> return float":
        "The server may ask for an hour. Wait at most `cap` seconds.",
    "min(seconds, cap) >> min(seconds, cap) if retry_after and retry_after.isdigit() else seconds":
        "Your own wait grows beyond `cap`. It holds for that one too.",
    "min(seconds, cap) >> seconds": "`cap` plays no part yet. Nobody waits longer than that.",
    "min(seconds, cap) >> max(seconds, cap)":
        "You wait at least `cap`. It is the most: take the smaller of the two.",
    "min(seconds, cap) >> seconds if seconds <= cap else None": "You give up where the wait would "
        "be longer than `cap`, as the package does. Here you wait `cap` seconds.",
    "(attempt - 1) >> attempt": "Your own waits are twice too long: the first one is 1 second.",
    "(attempt - 1) >> (attempt - 2)":
        "Your own waits are twice too short: the first one is 1 second.",
    "2.0 ** (attempt - 1) >> 2.0 * attempt":
        "Your own wait is twice the attempt: 2, 4, 6. It is to double: 1, 2, 4.",
    "2.0 ** (attempt - 1) >> 2.0**attempt - 1":
        "Your own wait is what was waited so far: 1, 3, 7. It is to double: 1, 2, 4.",
    "2.0 ** (attempt - 1) >> float(attempt)":
        "Your own wait grows by one second each time. It is to double: 1, 2, 4.",
    "2.0 ** (attempt - 1) >> float(attempt**2)":
        "Your own wait is the square of the attempt. It is to double: 1, 2, 4.",
    "2.0 ** (attempt - 1) >> 1.0": "Your own wait is always the same. It is to double: 1, 2, 4.",
    Mistake(where=lambda status, retry_after, attempt, cap: retry_after is not None and
                _wait(status, None, attempt, cap) is not None):
        "The header is a text: it cannot be compared with a number as it is.",
    "retry_after is not None and retry_after.isdigit() >> retry_after":
        "You make a number of whatever the header says. A date is none, and then you wait as long "
        "as without one.",
    "and retry_after.isdigit() >>": "You make a number of any header that is there. An empty one "
        "and a date are none, and then you wait as long as without one.",
    Mistake(where=lambda status, retry_after, attempt, cap: retry_after is not None
                and _as_float(retry_after) is None): "The header is made a number before you know "
        "whether it is one: it may be a date, or empty.",
    Mistake(where=_unreadable): "The header need not be a number: it may be a date, or empty. "
        "Then wait as long as without one.",
}))  # fmt: skip


# ---- 6.4


def _question(model: str, prompt: str) -> tuple[str, ...]:
    lines = [line.rstrip() for line in prompt.splitlines()]
    return model, *lines


def _replay(recording: Recording, asked: Asked) -> list[str | None]:
    replies: dict[tuple[str, ...], list[str]] = {}
    for model, prompt, reply in recording:
        replies.setdefault(_question(model, prompt), []).append(reply)
    found: list[str | None] = []
    given = Counter[tuple[str, ...]]()
    for model, prompt in asked:
        question = _question(model, prompt)
        known = replies.get(question)
        found.append(known[min(given[question], len(known) - 1)] if known else None)
        given[question] += 1
    return found


def _tapes(rng: random.Random) -> Iterator[Case]:
    yield [("m", "tea?", "yes")], [("m", "tea?")]
    yield [("m", "tea?", "yes")], [("m", "mug?")]
    yield [("m", "tea?", "")], [("m", "tea?")]
    yield [("m", "tea?", "yes")], [("other", "tea?")]
    yield [("m", "tea?", "yes"), ("m", "tea?", "no")], [("m", "tea?")] * 4
    yield [("m", "tea?  ", "yes")], [("m", "tea?")]
    yield [("m", "tea?\r\nor mug?", "yes")], [("m", "tea?\nor mug?")]
    yield [("m", "tea?\n  mug", "yes")], [("m", "tea?\nmug")]
    yield [("m", "tea?\nmug", "yes")], [("m", "tea? mug")]
    yield [("m", "Tea?", "yes")], [("m", "tea?")]
    yield [("m", "tea?", "1"), ("n", "tea?", "2"), ("m", "tea?", "3")], [
        ("n", "tea?"), ("m", "tea?"), ("m", "tea?"), ("n", "tea?"),
    ]  # fmt: skip
    yield [], [("m", "tea?")]
    yield [("m", "tea?", "yes")], []
    prompts = ["tea?", "tea?\nmug", "tea?  \nmug", "tea?\r\nmug", "tea?\n  mug", "Tea?", " tea?"]
    for size in range(80):
        recording = [
            (rng.choice("mn"), rng.choice(prompts), f"reply {i}") for i in range(size // 8 + 1)
        ]
        yield recording, [(rng.choice("mmn"), rng.choice(prompts)) for _ in range(size // 8 + 1)]


FOURTH = Exercise("6.4", "a recording that answers in turn", _RECORDED, _replay, _tapes, mistakes({
    "known[min(given[question], len(known) - 1)] if known >> known[min(given[question], "
    "len(known) - 1)] or None if known":
        "An empty reply was recorded too, and is no missing one: it counts as false, and is not "
        "None.",
    "min(given[question], len(known) - 1) >> 0":
        "You always give the first reply. What is asked again gets the next one.",
    "min(given[question], len(known) - 1) >> -1":
        "Later replies to the same prompt overwrite the earlier ones. Keep all of them, in order.",
    "min(given[question], len(known) - 1) >> given[question] % len(known)":
        "After the last reply you begin again with the first, as the package does. Here the last "
        "one is given again and again.",
    "if known else >> if known and given[question] < len(known) else":
        "After the last reply there is none with you. Here the last one is given again and again.",
    "min(given[question], len(known) - 1) >> given[question]":
        "You run beyond the last reply of a prompt. It is given again and again.",
    "min(given[question], len(known) - 1) >> max(len(known) - 1 - given[question], 0)":
        "The replies come back to front: the first that was recorded is given first.",
    "return model, >> return 0,":
        "You do not look at the model. Another model would have said something else.",
    ("min(given[question] >> min(given[question[1:]]",
     "given[question] += 1 >> given[question[1:]] += 1"): "The count is kept for the prompt "
        "alone. Each model has its own replies, so it needs a count of its own.",
    ("min(given[question] >> min(given[model, prompt]",
     "given[question] += 1 >> given[model, prompt] += 1"): "You count what was asked by its "
        "letters. Prompts that count as the same share one count too.",
    "[line.rstrip() for line in prompt.splitlines()] >> [prompt]": "You compare the prompts "
        "letter by letter. Spaces at the ends of lines and the kind of line end do not count.",
    "line.rstrip() >> line": "Spaces at the ends of lines do not count either, on each line.",
    ("line.rstrip() >> line.rstrip(' ')", "prompt.splitlines() >> prompt.split(chr(10))"):
        "Line ends may be written \\r\\n: that is the same as \\n.",
    "[line.rstrip() for line in prompt.splitlines()] >> [prompt.rstrip()]":
        "You strip only the end of the whole prompt. Each line has an end of its own.",
    "[line.rstrip() for line in prompt.splitlines()] >> [prompt.strip()]":
        "You strip both ends of the whole prompt. Spaces in front count, and each line has an end "
        "of its own.",
    "line.rstrip() >> line.strip()":
        "Spaces at the beginning of a line do count: strip only its end.",
    "[line.rstrip() for line in prompt.splitlines()] >> prompt.split()":
        "You drop all white space. Only that at the ends of lines does not count; a new line is "
        "not a space.",
    "line.rstrip() >> line.rstrip().lower()": "Capitals do count: another prompt, another reply.",
    "found.append(known[min(given[question], len(known) - 1)] if known else None) >> found += "
    "[known[min(given[question], len(known) - 1)]] if known else []":
        "A prompt that is not in the recording gets None, and its place in the list.",
    "replies.get(question) >> replies[question]":
        "A prompt that is not in the recording gets None, and raises nothing.",
}), cuts=("recording", "asked"))  # fmt: skip


# ---- 6.5

_BUTTONS = "buy now|< prev|back to search|description|features|reviews"
_HAIR, _TEA, _NOTEBOOK, _SAUCE, _POPCORN = (
    [f"click[{name}]" for name in f"{options}|{_BUTTONS}".split("|")]
    for options in (
        "dark brown #2|ash blonde #18|wine red #99j|14 inch|18 inch|20 inch",
        "lemon ginger|turmeric|apple cinnamon|16 count (pack of 6)|50 count|4 ounce tin",
        "kraft brown|a5|b5|a5 (pack of 3)|8.5 x 11 inches",
        "habanero mango|ghost pepper|pineapple|smoked peach|5 fl oz (pack of 1)|1 gallon",
        "sea salt|kettle corn|cinnamon sugar|1 pound|12 count|24 count (pack of 1)",
    )
)

#: from notebooks/recordings/smollm2_exemplars.jsonl and smollm2_episodes.jsonl: what the free model
#: of 135 million parameters said, most of it cut, and a part of the page that it was shown
REPLIES = [
    ("\nWhat is the best way to prepare a 4 ounce tin turmeric flavored herbal tea?", _TEA),
    ("Click[a5] size\nClick[b5] size\nClick[a5 (pack of 3)] size\nClick[8.5 x", _NOTEBOOK),
    ("click[forest green]\n\n  click[forest green]\n\n  click[forest green]", _HAIR),
    ("1. 18 inch hair extensions\n2. 14 inch hair extensions\n3. 20 inch hair", _HAIR),
    ("\nWhat is the best way to prepare a vegan 1 gallon hot sauce?", _SAUCE),
    ("1.11.2018\n\nWhat is the best action for finding popcorn in cinnamon sugar?", _POPCORN),
    ("search[turmeric] flavor name\nclick[lemon ginger] flavor name\nclick[apple", _TEA),
    ("search[habanero mango] flavor name\nclick[ghost pepper] flavor name\nclick[pin", _SAUCE),
    ("search[cinnamon sugar]\nclick[cinnamon sugar]\nclick[cinnamon sugar]", _POPCORN),
    ("search[a5] -> 1.0 The search button cannot be clicked; a search needs words.", _NOTEBOOK),
    ("click[buy now]\n\n  Spiral Notebook by MapleOrchard | Kraft | Tab Dividers", _NOTEBOOK),
    ("1. 1.1.1.1: 1.1.1.1.1: 1.1.1.1.1: 1.1.1.", _NOTEBOOK),
    ("click[< prev] -> 1.0 In a 1000-page book, and price lower than 60.00 dollars", _NOTEBOOK),
]


def words(text: str) -> set[str]:
    """The words of a text in small letters, without the verb of an action.

    >>> sorted(words("Click[a5 (pack of 3)]"))
    ['3', 'a5', 'of', 'pack']
    """
    return set(re.findall("[a-z0-9]+", text.lower())) - {"click"}


def _shared(action: str, reply: str) -> int:
    return len(words(action) & words(reply))


def _obey(reply: str, page: Sequence[str]) -> str:
    if named := [action for action in page if action in reply.lower()]:
        return named[-1]
    if any(_shared(action, reply) for action in page):
        return max(reversed(page), key=lambda action: _shared(action, reply))
    return next(action for action in page if action != "click[buy now]")


def _said(rng: random.Random) -> Iterator[Case]:
    yield "Click[Red], or red", ["click[blue]", "click[red]", "click[buy now]"]
    yield "I would buy the red one now", ["click[buy now]", "click[red]", "click[blue]"]
    yield from REPLIES
    yield "", ["click[buy now]", "click[< prev]"]
    for _ in range(40):
        reply, _ = rng.choice(REPLIES)
        _, page = rng.choice(REPLIES)
        yield reply, rng.sample(page, len(page))


FIFTH = Exercise(
    "6.5", "make the recorded model obey (open)", "chapter 06, “A real, small model beside it”",
    _obey, _said,
    invariants=(
        Invariant("Return an action of the page, to the letter. Whatever the reply says, "
                  "something on the page has to be done.",
                  lambda action, reply, page: action in page),
        Invariant("The reply names an action of this page, and you do something else. Capitals do "
                  "not matter, and it may stand anywhere in the reply.",
                  lambda action, reply, page: (
                      action in reply.lower() or not any(a in reply.lower() for a in page))),
        Invariant("The reply names no action of this page, and another one shares more words with "
                  "it than yours does.",
                  lambda action, reply, page: action in reply.lower() or all(
                      _shared(a, reply) <= _shared(action, reply) for a in page)),
        Invariant("The reply has no word in common with the page, and you buy. Do something that "
                  "can be undone.",
                  lambda action, reply, page: action != "click[buy now]" or (
                      _shared(action, reply) > 0)),
    ),
    cuts=("reply",),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
