"""Chapter 05: the functions that its reader writes. Advice: (action, value, words), or None."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, mistakes
from rememberer_lite.checks.parts import Part
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.state import State

Said = tuple[str, float, str]

# ---- advise


def advise(
    record: dict[str, Any], state: State, rng: random.Random
) -> tuple[Said | None, Said | None]:
    """What to encourage, and what to discourage."""
    said = {action: (action, q, why) for action, (q, _, why) in record["actions"].items()}
    best = max(said.values(), key=lambda one: one[1])
    worst = min(said.values(), key=lambda one: one[1])
    good = best if best[1] > 0 else None
    bad = worst if worst[1] <= 0 else None
    if good is None:
        action = WEBSHOP.random_action(state, rng, exclude={worst[0]})
        good = (action, round(rng.uniform(0, 0.1), 3), "") if action else None
    if bad is None:
        action = WEBSHOP.random_action(state, rng, exclude={good[0]} if good else ())
        bad = (action, 0.0, "") if action else None
    return good, bad


def _advised(
    advise: Callable[..., Any], values: dict[str, tuple[float, int, str]], page: State, seed: int
) -> Any:
    """The advice that an answer gives, with a generator of its own."""
    return advise({"actions": values, "visits": 1, "recent": ()}, page, random.Random(seed))


_PAGE = State(
    "buy green tea", "item page", ("back to search", "< prev", "green", "black", "buy now")
)


def _records(rng: random.Random) -> Iterator[Case]:
    yield {"click[green]": (1.0, 1, ""), "click[black]": (0.0, 1, "")}, _PAGE, 0
    yield {"click[green]": (1.0, 1, "fits"), "click[black]": (0.0, 1, "does not")}, _PAGE, 0
    yield {"click[green]": (1.0, 1, ""), "click[black]": (-0.2, 1, "")}, _PAGE, 0
    yield {"click[buy now]": (0.6, 1, "")}, _PAGE, 0
    yield {"click[buy now]": (0.6, 1, ""), "click[green]": (0.3, 1, "")}, _PAGE, 0
    yield {"click[black]": (0.0, 1, "")}, _PAGE, 0
    bare = replace(_PAGE, actions=("buy now",))  # there is no other action
    yield {"click[buy now]": (0.6, 1, "")}, bare, 0
    yield {"click[buy now]": (0.0, 1, "")}, bare, 0
    yield {"click[black]": (0.0, 1, ""), "click[< prev]": (-0.2, 1, "")}, _PAGE, 0
    for seed in range(100):
        actions = [f"click[{name}]" for name in rng.sample(_PAGE.actions, rng.randint(1, 3))]
        drawn = {
            a: (rng.choice([-0.2, 0.0, 0.3, 0.6, 1.0]), 1, rng.choice(["", "why"])) for a in actions
        }
        yield drawn, _PAGE, seed


ADVISE = Exercise(
    "5.advise", "what to encourage, what to discourage",
    "chapter 05, “The smallest worked example: one record, two pieces of advice”", advise,
    _records, mistakes({
    "best[1] > 0 >> best[1] >= 0":
        "A value of 0 is not above 0: it is no reason to encourage an action.",
    "worst[1] <= 0 >> worst[1] == 0":
        "The lowest value is discouraged if it is not above 0. You look for exactly 0.",
    "worst[1] <= 0 >> worst[1] < 0":
        "The lowest value is discouraged if it is not above 0. A 0 is not above 0.",
    "worst if worst[1] <= 0 else None >> worst": "You discourage the lowest value whatever it is. "
        "Above 0 it is not discouraged: draw a random other action.",
    "best if best[1] > 0 else None >> best": "You encourage the highest value whatever it is. "
        "Where it is not above 0, draw a random action.",
    "best = max(said >> best = min(said": "You encourage the lowest value. The highest is wanted.",
    "rng, exclude={worst[0]} >> rng":
        "The random action can be the discouraged one. Leave that out: exclude={…}.",
    "rng, exclude={good[0]} if good else () >> rng":
        "The random action can be the encouraged one. Leave that out: exclude={…}.",
    "round(rng.uniform(0, 0.1), 3) >> 0.1":
        "A random action that is encouraged has a random value, `round(rng.uniform(0, 0.1), 3)`.",
    "(action, 0.0, >> (action, round(rng.uniform(0, 0.1), 3),":
        "A random action that is discouraged has the value 0.",
    "(action, q, why) for >> (action, q, '') for": "The words of the record belong to the advice.",
}), count=40)  # fmt: skip


# ---- parse

LINE = re.compile(r"(\w+\[.*?\]) -> (-?\d+(?:\.\d+)?)\s*(.*)")


def parse(reply: str) -> Said:
    """The action of highest value in a reply."""
    told = re.split(r"^Discouraged:", reply, flags=re.MULTILINE)[0]
    matches = [LINE.fullmatch(line.strip()) for line in told.splitlines()]
    decisions = [(match[1], float(match[2]), match[3]) for match in matches if match]
    if not decisions:
        raise ValueError("no action in the reply")
    return max(decisions, key=lambda decision: decision[1])


def _read(parse: Callable[..., Any], reply: str) -> Any:
    """What an answer reads, or the name of the error that it raises."""
    try:
        return parse(reply)
    except ValueError:
        return "ValueError"


def _replies(rng: random.Random) -> Iterator[Case]:
    buy, back = "click[buy now] -> 0.9 it fits", "click[< prev] -> 0.1"
    yield (buy,)
    yield (back,)
    yield ("click[< prev] -> -0.2 too dear",)
    yield ("I cannot decide.",)
    yield ("",)
    yield (f"  {buy}  ",)
    yield (f"Encouraged:\n{buy}",)
    yield (f"{back}\n{buy}",)
    yield (f"{buy}\n{back}",)
    yield (f"{back}\nDiscouraged:\n{buy}",)
    yield (f"Discouraged:\n{buy}",)
    yield ("click[buy now] -> 0.9 Discounted today",)
    yield ("click[buy now] -> 0.9 not Discouraged: it fits",)
    yield ("click[buy now] -> 0.9 better than click[b] -> 0.1",)
    yield ("search[usb c: cable] -> 0.5 cables first",)
    yield ("click[a] -> 0.5 first\nclick[b] -> 0.5 second",)
    lines = [buy, back, "click[green] -> 0.5", "search[tea] -> 1 tea", "Well.", "", "Discouraged:"]
    for _ in range(60):
        yield ("\n".join(rng.choices(lines, k=rng.randint(1, 4))),)


PARSE = Exercise(
    "5.parse", "from a reply to a decision", "chapter 05, “From the reply to an action”", parse,
    _replies, mistakes({
    'raise ValueError("no action in the reply") >> return None':
        "A reply without an action is an error: raise a ValueError.",
    're.split(r"^Discouraged:", reply, flags=re.MULTILINE)[0] >> reply':
        "What is below `Discouraged:` is not meant to be done. Leave it out.",
    'r"^Discouraged:", reply, flags=re.MULTILINE >> "Disc", reply':
        "`Disc` can begin a word of a reason. Only a line `Discouraged:` ends the advice.",
    "max(decisions, key=lambda decision: decision[1]) >> decisions[0]":
        "The line of the *highest* value counts. You take the first.",
    "max(decisions >> min(decisions": "The line of the highest value counts. You take the lowest.",
    "float(match[2]) >> match[2]": "The value is a number: float(…).",
    "match[3]) for >> '') for": "The words of the line belong to the decision.",
    "fullmatch(line.strip()) >> fullmatch(line)":
        "Spaces at the ends of a line change nothing: strip it first.",
    "(match[1], >> (match[1].partition('[')[2][:-1],":
        "The action is asked for with its verb and brackets.",
}), count=40)  # fmt: skip

PARTS = (Part(ADVISE, advise, _advised), Part(PARSE, parse, _read))
