"""Chapter 07: the two halves of the loop. A step is (state, action, reward, words)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from rememberer_lite.checks.chapter_02 import Record
from rememberer_lite.checks.exercise import Case, Exercise, mistakes
from rememberer_lite.checks.part_02 import merge, new_record
from rememberer_lite.checks.part_04 import n_step_target
from rememberer_lite.checks.parts import Part
from rememberer_lite.envs.webshop import WebShopEnv

Step = tuple[Any, str, float, str]
Choose = Callable[[Any, tuple[str, ...]], tuple[str, str]]

# ---- play


def play(env: Any, goal: int, choose: Choose, max_steps: int = 15) -> list[Step]:
    """Play an episode; returns its steps."""
    steps: list[Step] = []
    done = False
    _, info = env.reset(options={"goal": goal})
    while not done and len(steps) < max_steps:
        state = info["state"]
        recent = tuple(action for _, action, _, _ in steps)
        action, why = choose(state, recent)
        _, reward, done, _, info = env.step(action)
        steps.append((state, action, reward, why))
    return steps


class Corridor:
    """A world to try the loop in: `goal` rooms in a row, and a reward in each; "out" ends it."""

    def __init__(self) -> None:
        self._room = self._rooms = 0

    def reset(self, options: dict[str, int]) -> tuple[str, dict[str, Any]]:
        """Begin in the first room."""
        self._room, self._rooms = 0, options["goal"]
        return "", self._info()

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Go on, or leave; the further, the more it earns."""
        self._room += 1
        done = action == "out" or self._room >= self._rooms
        return "", self._room / 10, done, False, self._info()

    def _info(self) -> dict[str, Any]:
        return {"state": f"room {self._room}", "actions": ("on", "out")}


@cache
def _shop() -> WebShopEnv:
    return WebShopEnv()


def _haste(state: Any, recent: tuple[str, ...], searches: int) -> str:
    """What a hasty customer does in the shop, after this many searches."""
    if len(recent) < searches or state.actions == ("search",):
        return f"search[{state.task}]"
    return "click[buy now]" if "buy now" in state.actions else f"click[{state.actions[2]}]"


def _played(
    play: Callable[..., Any], goal: int, leave: int, most: int | None, shop: bool = False
) -> Any:
    """What an answer plays: in a corridor of `goal` rooms, or this goal of the shop.

    Where `most` is None the answer has its own limit.
    """

    def choose(state: Any, recent: tuple[str, ...]) -> tuple[str, str]:
        if shop:
            return _haste(state, recent, leave), f"after {', '.join(recent)}"
        on = f"on {len(recent)}"
        return ("out" if len(recent) >= leave else on), f"in {state} after {', '.join(recent)}"

    return play(_shop() if shop else Corridor(), goal, choose, *([] if most is None else [most]))


def _corridors(rng: random.Random) -> Iterator[Case]:
    yield 1, 9, 15
    yield 2, 9, 15
    yield 3, 9, 15
    yield 9, 1, 15
    yield 9, 9, 2
    yield 30, 30, None
    yield 0, 1, 15, True
    yield 4, 3, 15, True
    yield 7, 9, 4, True
    for _ in range(60):
        yield rng.randint(1, 8), rng.randint(0, 5), rng.randint(1, 6)


PLAY = Exercise(
    "7.play", "the first half of the loop", "chapter 07, “The second half: play and learn”",
    play, _corridors, mistakes({
    "not done and len(steps) < max_steps >> len(steps) < max_steps":
        "The loop does not end where the episode ends. Ask `done`.",
    "not done and len(steps) < max_steps >> not done and len(steps) < 99":
        "An episode that does not end must stop after `max_steps` steps.",
    "len(steps) < max_steps >> len(steps) <= max_steps": "That is one step more than `max_steps`.",
    "steps.append((state >> steps.append((info['state']":
        "A step holds the state in which the action was chosen, not the one after it.",
    'state = info["state"] >> state = steps[0][0] if steps else info["state"]':
        "The state of a step is that of the page before you. You keep the first one.",
    "recent = tuple(action for _, action, _, _ in steps) >> recent = ()":
        "`recent` grows with each action: what was done before is part of the question.",
    "for _, action, _, _ in steps) >> for _, action, _, _ in steps[-1:])":
        "`recent` holds all actions before this step, not only the last one.",
    "for _, action, _, _ in steps) >> for _, action, _, _ in reversed(steps))":
        "The newest action comes last in `recent`.",
    "reward, why)) >> reward, ''))": "The words given with the action belong to the step.",
}), count=40)  # fmt: skip


# ---- learn


def insert(memory: dict[Any, Record], state: Any, record: Record) -> None:
    """Put a record into the memory, as in chapter 02."""
    memory[state] = merge(memory[state], record) if state in memory else record


def learn(memory: dict[Any, Record], steps: Sequence[Step], gamma: float = 1.0) -> None:
    """Insert each step of an episode with its return."""
    for t, (state, action, _, why) in enumerate(steps):
        G = n_step_target([reward for _, _, reward, _ in steps[t:]], gamma, 0.0)
        recent = tuple(action for _, action, _, _ in steps[:t])
        insert(memory, state, new_record(action, G, why, recent))


def _learnt(
    learn: Callable[..., Any], episodes: Sequence[Sequence[Step]], gamma: float | None
) -> Any:
    """The memory after these episodes, by an answer that writes into it; None: its own γ."""
    memory: dict[Any, Record] = {}
    for steps in episodes:
        learn(memory, steps, *([] if gamma is None else [gamma]))
    return memory


def _episodes(rng: random.Random) -> Iterator[Case]:
    hasty = [("search", "type", 0.0, ""), ("item", "buy", 0.6, "it fits")]
    careful = [
        ("search", "type", 0.0, "first"),
        ("item", "choose", 0.0, ""),
        ("ready", "buy", 1.0, ""),
    ]
    yield [[("item", "buy", 0.6, "")]], 1.0
    yield [[("item", "buy", 0.6, "it fits")]], 1.0
    yield [hasty], 1.0
    yield [hasty], 0.5
    yield [careful], 0.5
    yield [careful], None
    yield [hasty, careful], 1.0
    for goal in (0, 4):
        yield [_played(play, goal, searches, 15, True) for searches in (1, 2)], 0.9
    for _ in range(60):
        chosen = [
            rng.choice([hasty, careful])[: rng.randint(1, 3)] for _ in range(rng.randint(1, 4))
        ]
        yield chosen, rng.choice([1.0, 0.9, 0.5])


LEARN = Exercise(
    "7.learn", "the second half of the loop", "chapter 07, “The second half: play and learn”",
    learn, _episodes, mistakes({
    "for _, _, reward, _ in steps[t:]] >> for _, _, reward, _ in steps[t : t + 1]]":
        "The value is what was earned from this step *to the end*. You take the reward of the "
        "step alone.",
    "for _, _, reward, _ in steps[t:]] >> for _, _, reward, _ in steps]":
        "The value begins with the reward of this step. What was earned before it does not belong "
        "to it.",
    "reward, _ in steps[t:] >> reward, _ in steps[t + 1 :]":
        "The reward of the step itself belongs to its return.",
    "gamma, 0.0) >> 1.0, 0.0)":
        "γ is not used: a reward that comes i steps later counts γ to the power of i.",
    "in steps[:t]) >> in steps[: t + 1])":
        "`recent` holds the actions before this step, and not this step's own.",
    "G, why, recent) >> G, why)": "`recent` is missing: the actions that led to the state.",
    "G, why, recent) >> G, '', recent)": "The words given with the action belong to the record.",
    "insert(memory, state, new_record(action, G, why, recent)) >> memory[state] = "
    "new_record(action, G, why, recent)":
        "A record that is there already is lost. `insert` merges.",
    "in enumerate(steps): >> in [*enumerate(steps)][-1:]:":
        "Only the last step is learnt. Each step of the episode is.",
}), count=40)  # fmt: skip

PARTS = (Part(PLAY, play, _played), Part(LEARN, learn, _learnt))
