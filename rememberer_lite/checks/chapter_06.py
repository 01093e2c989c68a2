"""Exercises of chapter 06: a bill predicted and computed, what is asked again, a recording."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

Calls = Sequence[tuple[int, int, int | None]]  # tokens of the prompt, of these cached, of the reply
Prices = Mapping[str, float]
Recording = Sequence[tuple[str, str, str]]  # model, prompt, reply
Asked = Sequence[tuple[str, str]]  # model, prompt

# ---- 6.1


def _predicted_bill() -> float:
    cost = 0.0
    for step in range(100 * 4):
        again = step % 5 == 0
        cost += 2_000 * 2.0 + 50 * 8.0
        cost += (2_020 * 2.0 + 50 * 8.0) if again else 0.0
    return round(cost / 1_000_000, 6)


# ---- 6.2


def _bill(calls: Calls, prices: Prices, longest: int) -> float:
    cost = 0.0
    for prompt, cached, reply in calls:
        cost += (prompt - cached) * prices["prompt"]
        cost += cached * prices["cached"]
        cost += (longest if reply is None else reply) * prices["reply"]
    return cost / 1_000_000


def _bill_but(
    fresh: Callable[[int, int], int] = lambda prompt, cached: prompt - cached,
    cached_price: str | None = "cached",
    told: Callable[[int | None, int], int] = lambda reply, most: most if reply is None else reply,
    names: tuple[str, str] = ("prompt", "reply"),
    million: float = 1_000_000,
    each: Callable[[float], float] = lambda cost: cost,
) -> Callable[..., Any]:
    """The bill with one thing done otherwise."""

    def wrong(calls: Calls, prices: Prices, longest: int) -> float:
        total = 0.0
        for prompt, cached, reply in calls:
            cost = fresh(prompt, cached) * prices[names[0]]
            cost += cached * prices[cached_price] if cached_price else 0
            cost += told(reply, longest) * prices[names[1]]
            total += each(cost / million)
        return total

    return wrong


def _none_times_price(calls: Calls, prices: Prices, longest: int) -> float:
    if any(reply is None for _, _, reply in calls):
        raise TypeError("unsupported operand")
    return _bill(calls, prices, longest)


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


# ---- 6.3


def _wait(status: int | None, retry_after: str | None, attempt: int, cap: float) -> float | None:
    passing = status is None or status in (408, 429) or 500 <= status <= 599
    if not passing or attempt >= 4:
        return None
    if retry_after is not None and retry_after.isdigit():
        return min(float(retry_after), cap)
    return min(2.0 ** (attempt - 1), cap)


def _wait_but(
    passing: Callable[[int | None], bool] = lambda status: (
        status is None or status in (408, 429) or 500 <= status <= 599
    ),
    most: int = 4,
    told: Callable[[str | None], Any] = lambda text: int(text) if text and text.isdigit() else None,
    own: Callable[[int], float] = lambda attempt: 2.0 ** (attempt - 1),
    both: Callable[[float, float], float] = lambda told, own: told,
    cap_told: bool = True,
    cap_own: bool = True,
    over: Callable[[float, float], Any] = lambda wait, cap: min(wait, cap),
) -> Callable[..., Any]:
    """The rule with one thing done otherwise."""

    def wrong(status: int | None, retry_after: str | None, attempt: int, cap: float) -> Any:
        if not passing(status) or attempt >= most:
            return None
        server = told(retry_after)
        if server is None:
            return over(own(attempt), cap) if cap_own else own(attempt)
        wait = both(server, own(attempt))
        return over(wait, cap) if cap_told else wait

    return wrong


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


# ---- 6.4


def _key(prompt: str) -> str:
    return "\n".join(line.rstrip() for line in prompt.splitlines())


def _replay(recording: Recording, asked: Asked) -> list[str | None]:
    found: list[str | None] = []
    for place, (model, prompt) in enumerate(asked):
        replies = [r for m, p, r in recording if m == model and _key(p) == _key(prompt)]
        before = [p for m, p in asked[:place] if m == model and _key(p) == _key(prompt)]
        found.append(replies[min(len(before), len(replies) - 1)] if replies else None)
    return found


def _replay_but(
    key: Callable[[str, str], Any] = lambda model, prompt: (model, _key(prompt)),
    pick: Callable[[list[str], int], str | None] = lambda replies, n: replies[
        min(n, len(replies) - 1)
    ],
    counted: Callable[[str, str], Any] | None = None,
    skip: bool = False,
    unknown_raises: bool = False,
) -> Callable[..., Any]:
    """The look-up with one thing done otherwise."""

    def wrong(recording: Recording, asked: Asked) -> list[str | None]:
        replies: dict[Any, list[str]] = {}
        for model, prompt, reply in recording:
            replies.setdefault(key(model, prompt), []).append(reply)
        given: dict[Any, int] = {}
        found: list[str | None] = []
        for model, prompt in asked:
            known = replies[key(model, prompt)] if unknown_raises else replies.get(
                key(model, prompt), []
            )  # fmt: skip
            count = (counted or key)(model, prompt)
            found += [pick(known, given.get(count, 0))] if known else [] if skip else [None]
            given[count] = given.get(count, 0) + 1
        return found

    return wrong


def _tapes(rng: random.Random) -> Iterator[Case]:
    yield [("m", "tea?", "yes")], [("m", "tea?")]
    yield [("m", "tea?", "yes")], [("m", "mug?")]
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


def _lines_only(model: str, prompt: str) -> Any:
    return model, prompt.replace("\r\n", "\n")


def _spaces_only(model: str, prompt: str) -> Any:
    return model, "\n".join(line.rstrip(" ") for line in prompt.split("\n"))


_COST = "chapter 06, “What a run costs”"
_FAIL = "chapter 06, “Failures that you can see”"
_RECORDED = "chapter 06, “Recorded: a model in a file”"
EXERCISES = (
    Prediction(
        "6.1", "what a run will cost", _COST, _predicted_bill,
        {
            1.76: "Those are 400 calls. In every fifth step there is a second one, with a prompt "
            "and a reply of its own.",
            2.112: "The 480 calls are right. But the second prompt of a step is 20 tokens longer, "
            "and these are paid for as well.",
            2115.2: "The prices are for a million tokens, and not for a thousand.",
            1.7632: "The complaint's 20 tokens stand in a whole second prompt: all of it is sent "
            "once more, and there is a second reply.",
            2.0832: "The second prompts are right. To each belongs a second reply, useless or not.",
            7.7408: "The two prices have changed places: replies are the dearer ones.",
            2115200: "These are tokens times price. A price is for a million tokens: divide.",
        },
    ),
    Exercise(
        "6.2", "a bill with a cache", _COST, _bill, _calls,
        (
            Mistake("The cached tokens are billed twice: they are a part of the prompt's tokens, "
                    "and only the others cost the full price.",
                    _bill_but(fresh=lambda prompt, cached: prompt)),
            Mistake("The cached tokens come on top of the prompt with you. They are a part of it, "
                    "at another price.",
                    _bill_but(fresh=lambda prompt, cached: prompt + cached)),
            Mistake("The cached tokens have no influence: all of the prompt is billed at the full "
                    "price.",
                    _bill_but(fresh=lambda prompt, cached: prompt, cached_price=None)),
            Mistake("The cached tokens cost nothing. They are cheaper, not free.",
                    _bill_but(cached_price=None)),
            Mistake("A reply of 0 tokens is not a reply that was not counted: 0 counts as false. "
                    "Ask whether it is None.",
                    _bill_but(told=lambda reply, most: reply or most)),
            Mistake("A reply that was not counted costs nothing. A bill should not be too low: "
                    "take the longest that it can be.",
                    _bill_but(told=lambda reply, most: reply or 0)),
            Mistake("Every reply is billed at its longest. Where the server counted, take its "
                    "count.", _bill_but(told=lambda reply, most: most)),
            Mistake("None cannot be multiplied. Where the server did not count a reply, take "
                    "`longest`.", _none_times_price),
            Mistake("The prices of prompt and reply have changed places.",
                    _bill_but(names=("reply", "prompt"))),
            Mistake("These are prices of a thousand tokens; they are meant for a million.",
                    _bill_but(million=1_000)),
            Mistake("The sum has to be divided by a million: that is what a price is for.",
                    _bill_but(million=1)),
            Mistake("You round call by call. Small sums vanish: round at the end, if at all.",
                    _bill_but(each=lambda cost: round(cost, 2))),
            Mistake("You round call by call. Small sums vanish, even with four digits: round at "
                    "the end, if at all.", _bill_but(each=lambda cost: round(cost, 4))),
            Mistake("You round the sum. Leave it as it is; whoever shows it rounds.",
                    lambda calls, prices, longest: round(_bill(calls, prices, longest), 2)),
            Mistake("You round the sum to four digits. Leave it as it is; whoever shows it rounds.",
                    lambda calls, prices, longest: round(_bill(calls, prices, longest), 4)),
            Mistake("`//` drops what is left over. A bill needs `/`.",
                    lambda calls, prices, longest: _bill(calls, prices, longest) // 1),
            Mistake("This is the mean of a call. All calls are to be paid.",
                    lambda calls, prices, longest:
                    _bill(calls, prices, longest) / len(calls) if calls else 0.0),
            Mistake("Only one call is in the bill. Does your function return inside the loop, or "
                    "overwrite the sum?",
                    lambda calls, prices, longest: _bill(calls[:1], prices, longest)),
            Mistake("Only the last call is in the bill: add up, do not overwrite.",
                    lambda calls, prices, longest: _bill(calls[-1:], prices, longest)),
            Mistake("Whoever made no call pays 0.", where=lambda calls, prices, longest: not calls),
        ),
    ),
    Exercise(
        "6.3", "whether and when to ask again", _FAIL, _wait, _failures,
        (
            Mistake("You repeat a call that was refused. A wrong key or an unknown model stays "
                    "wrong: repeat only what may pass.", _wait_but(passing=lambda status: True)),
            Mistake("You repeat all of 400 and above. Of these only 408 and 429 may pass.",
                    _wait_but(passing=lambda status: status is None or 400 <= status <= 599)),
            Mistake("Status 408 (the server waited too long) may pass as well.",
                    _wait_but(passing=lambda s: s is None or s == 429 or 500 <= s <= 599)),
            Mistake("Without a status the connection broke, and that may pass.",
                    _wait_but(passing=lambda s: s is not None and (
                        s in (408, 429) or 500 <= s <= 599))),
            Mistake("A broken connection has no status: None cannot be compared with a number.",
                    where=lambda status, retry_after, attempt, cap: status is None),
            Mistake("Ask first whether there is a status at all, and compare it only then.",
                    where=lambda status, retry_after, attempt, cap: status is None
                    and attempt < 4),
            Mistake("Of the server's own faults you know only some. All from 500 to 599 may pass.",
                    _wait_but(passing=lambda s: s is None or s in (408, 429, 500, 502, 503, 504))),
            Mistake("Only 500 and 503 count with you. All from 500 to 599 may pass.",
                    _wait_but(passing=lambda s: s is None or s in (408, 429, 500, 503))),
            Mistake("Only statuses from 500 to 599 are faults of a server; 600 is none.",
                    _wait_but(passing=lambda s: s is None or s in (408, 429) or s >= 500)),
            Mistake("Status 599 is still one of the server's faults: range ends before its end.",
                    _wait_but(passing=lambda s: s is None or s in (408, 429) or 500 <= s < 599)),
            Mistake("You try once too often: after the fourth failure it is over.",
                    _wait_but(most=5)),
            Mistake("You give up one try too early: only after the fourth failure it is over.",
                    _wait_but(most=3)),
            Mistake("You never give up. After the fourth failure it is over.",
                    _wait_but(most=10**9)),
            Mistake("“0” is an answer too: the server says that you may ask again at once. Ask "
                    "whether there is a number, not whether it is true.",
                    _wait_but(told=lambda text: (
                        int(text) or None if text and text.isdigit() else None))),
            Mistake("You do not listen to the server. Where it says how long to wait, that counts.",
                    _wait_but(told=lambda text: None)),
            Mistake("A header below 0 says nothing of use. Wait as long as without one.",
                    _wait_but(told=_as_float)),
            Mistake("The server's number may be smaller than your own wait. It counts all the "
                    "same: do not take the larger one.", _wait_but(both=max)),
            Mistake("You take the smaller of the server's number and your own wait. The server "
                    "knows better.", _wait_but(both=min)),
            Mistake("The server's number and your own wait are added. The server's counts alone.",
                    _wait_but(both=lambda told, own: told + own)),
            Mistake("The server may ask for an hour. Wait at most `cap` seconds.",
                    _wait_but(cap_told=False)),
            Mistake("Your own wait grows beyond `cap`. It holds for that one too.",
                    _wait_but(cap_own=False)),
            Mistake("`cap` plays no part yet. Nobody waits longer than that.",
                    _wait_but(cap_told=False, cap_own=False)),
            Mistake("You wait at least `cap`. It is the most: take the smaller of the two.",
                    _wait_but(over=max)),
            Mistake("You give up where the wait would be longer than `cap`, as the package does. "
                    "Here you wait `cap` seconds.",
                    _wait_but(over=lambda wait, cap: wait if wait <= cap else None)),
            Mistake("Your own waits are twice too long: the first one is 1 second.",
                    _wait_but(own=lambda attempt: 2.0**attempt)),
            Mistake("Your own waits are twice too short: the first one is 1 second.",
                    _wait_but(own=lambda attempt: 2.0 ** (attempt - 2))),
            Mistake("Your own wait is twice the attempt: 2, 4, 6. It is to double: 1, 2, 4.",
                    _wait_but(own=lambda attempt: 2.0 * attempt)),
            Mistake("Your own wait is what was waited so far: 1, 3, 7. It is to double: 1, 2, 4.",
                    _wait_but(own=lambda attempt: 2.0**attempt - 1)),
            Mistake("Your own wait grows by one second each time. It is to double: 1, 2, 4.",
                    _wait_but(own=lambda attempt: float(attempt))),
            Mistake("Your own wait is the square of the attempt. It is to double: 1, 2, 4.",
                    _wait_but(own=lambda attempt: float(attempt**2))),
            Mistake("Your own wait is always the same. It is to double: 1, 2, 4.",
                    _wait_but(own=lambda attempt: 1.0)),
            Mistake("The header is a text: it cannot be compared with a number as it is.",
                    where=lambda status, retry_after, attempt, cap: retry_after is not None and
                    _wait(status, None, attempt, cap) is not None),
            Mistake("You make a number of whatever the header says. A date is none, and then you "
                    "wait as long as without one.",
                    _wait_but(told=lambda text: int(text) if text else None)),
            Mistake("You make a number of any header that is there. An empty one and a date are "
                    "none, and then you wait as long as without one.",
                    _wait_but(told=lambda text: None if text is None else int(text))),
            Mistake("The header is made a number before you know whether it is one: it may be a "
                    "date, or empty.",
                    where=lambda status, retry_after, attempt, cap: retry_after is not None
                    and _as_float(retry_after) is None),
            Mistake("The header need not be a number: it may be a date, or empty. Then wait as "
                    "long as without one.", where=_unreadable),
        ),
    ),
    Exercise(
        "6.4", "a recording that answers in turn", _RECORDED, _replay, _tapes,
        (
            Mistake("You always give the first reply. What is asked again gets the next one.",
                    _replay_but(pick=lambda replies, n: replies[0])),
            Mistake("Later replies to the same prompt overwrite the earlier ones. Keep all of "
                    "them, in order.", _replay_but(pick=lambda replies, n: replies[-1])),
            Mistake("After the last reply you begin again with the first, as the package does. "
                    "Here the last one is given again and again.",
                    _replay_but(pick=lambda replies, n: replies[n % len(replies)])),
            Mistake("After the last reply there is none with you. Here the last one is given again "
                    "and again.",
                    _replay_but(pick=lambda replies, n: replies[n] if n < len(replies) else None)),
            Mistake("You run beyond the last reply of a prompt. It is given again and again.",
                    _replay_but(pick=lambda replies, n: replies[n])),
            Mistake("The replies come back to front: the first that was recorded is given first.",
                    _replay_but(pick=lambda replies, n: replies[max(len(replies) - 1 - n, 0)])),
            Mistake("You do not look at the model. Another model would have said something else.",
                    _replay_but(key=lambda model, prompt: _key(prompt))),
            Mistake("The count is kept for the prompt alone. Each model has its own replies, so "
                    "it needs a count of its own.",
                    _replay_but(counted=lambda model, prompt: _key(prompt))),
            Mistake("You count what was asked by its letters. Prompts that count as the same share "
                    "one count too.", _replay_but(counted=lambda model, prompt: (model, prompt))),
            Mistake("You compare the prompts letter by letter. Spaces at the ends of lines and the "
                    "kind of line end do not count.",
                    _replay_but(key=lambda model, prompt: (model, prompt))),
            Mistake("Spaces at the ends of lines do not count either, on each line.",
                    _replay_but(key=_lines_only)),
            Mistake("Line ends may be written \\r\\n: that is the same as \\n.",
                    _replay_but(key=_spaces_only)),
            Mistake("You strip only the end of the whole prompt. Each line has an end of its own.",
                    _replay_but(key=lambda model, prompt: (model, prompt.rstrip()))),
            Mistake("You strip both ends of the whole prompt. Spaces in front count, and each line "
                    "has an end of its own.",
                    _replay_but(key=lambda model, prompt: (model, prompt.strip()))),
            Mistake("Spaces at the beginning of a line do count: strip only its end.",
                    _replay_but(key=lambda model, prompt: (
                        model, "\n".join(line.strip() for line in prompt.splitlines())))),
            Mistake("You drop all white space. Only that at the ends of lines does not count; a "
                    "new line is not a space.",
                    _replay_but(key=lambda model, prompt: (model, " ".join(prompt.split())))),
            Mistake("Capitals do count: another prompt, another reply.",
                    _replay_but(key=lambda model, prompt: (model, _key(prompt).lower()))),
            Mistake("A prompt that is not in the recording gets None, and its place in the list.",
                    _replay_but(skip=True)),
            Mistake("A prompt that is not in the recording gets None, and raises nothing.",
                    _replay_but(unknown_raises=True)),
        ),
    ),
)  # fmt: skip
