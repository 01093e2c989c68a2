"""Pictures of learning: backups, the way of a reward, intervals that miss."""

from __future__ import annotations

import random

from pictures.drawing import GREY, ORANGE, Picture
from rememberer_lite.learning import running_mean
from rememberer_lite.training import share_interval


def backups() -> Picture:
    """Chapter 04."""
    p = Picture(
        820, 396, "Backup diagrams",
        "Hollow circles are states, filled ones are actions. With n = 1 one reward is real, and "
        "the best known action of the next state stands for the rest. With n = 2 two rewards are "
        "real. A whole episode has real rewards to its end, the square, and borrows nothing. An "
        "unknown next state borrows from the record that is nearest to it.",
    )  # fmt: skip
    columns = (
        (70, 1, "n = 1"), (230, 2, "n = 2"), (390, 4, "whole episode"),
    )  # fmt: skip
    for x, real, name in columns:
        p.text(x, 24, name, 15, "middle", bold=True)
        y = 48.0
        for step in range(real):
            p.dot(x, y, 9, hollow=True)
            p.line((x, y + 9), (x, y + 32))
            p.dot(x, y + 38, 6, ORANGE)
            p.line((x, y + 44), (x, y + 62), colour=ORANGE)
            p.text(x + 14, y + 43, f"r{'₁₂₃₄'[step]}", 13)
            y += 72
        if real == 4:
            p.rect(x - 8, y - 10, 16, 16, GREY)
            p.text(x, y + 26, "the end: nothing borrowed", 12.5, "middle")
            continue
        p.dot(x, y, 9, hollow=True)
        for dx in (-34, 0, 34):
            best = dx == 0
            p.line((x, y + 9), (x + dx, y + 42), colour=ORANGE if best else GREY, dashed=not best)
            p.dot(x + dx, y + 48, 6, ORANGE if best else GREY, hollow=not best)
        p.text(x, y + 76, "+ γ" + ("²" if real == 2 else "") + " max Q", 13, "middle")
    p.line((520, 16), (520, 380), dashed=True)
    p.text(670, 24, "which action counts?", 15, "middle", bold=True)
    p.dot(670, 56, 9, hollow=True)
    for dx, name in ((-70, "taken"), (70, "max")):
        best = dx > 0
        p.line((670, 65), (670 + dx, 100), colour=ORANGE if best else GREY)
        p.dot(670 + dx, 106, 6, ORANGE if best else GREY)
        p.text(670 + dx, 132, name, 14, "middle", bold=best)
    p.text(670, 154, "max: the best that could follow", 13, "middle")
    p.text(670, 172, "taken: what this player did", 13, "middle")
    p.text(670, 220, "and where s′ is unknown?", 15, "middle", bold=True)
    p.box(545, 238, 84, 46, "s′", "no record", size=12)
    p.box(712, 238, 92, 46, "nearest", "its best Q", size=12, tone="accent")
    p.arrow((712, 261), (632, 261), colour=ORANGE, dashed=True)
    p.text(671, 251, "borrow", 12.5, "middle")
    p.box(
        545, 314, 259, 56, "s′ ends the episode: × 0", "the terminal mask leaves it out", size=12.5
    )
    return p


def film() -> Picture:
    """Chapter 07: the frames of an episode, and what each step learns."""
    rewards = (0.0, 0.0, 0.0, 1.0)
    frames = (
        ("search page", "search[…]"), ("results", "click[code]"), ("item page", "click[4 oz]"),
        ("item page", "click[buy now]"),
    )  # fmt: skip
    p = Picture(
        820, 300, "An episode as a film strip",
        "Four pages from left to right, with the action taken on each. The reward of 1 at the end "
        "flows back to every step: with whole episodes each of the four actions gets the return 1. "
        "A second, worse purchase moves each value to the mean of both returns.",
    )  # fmt: skip
    p.text(20, 26, "what happens", 14, bold=True)
    p.text(20, 146, "what is learnt", 14, bold=True)
    for number, (page, action) in enumerate(frames):
        x = 20 + number * 168
        p.box(x, 40, 144, 74, page, action, tone="plain", size=13.5)
        p.arrow((x + 144, 77), (x + 165, 77))
        second = 0.667
        first = running_mean(0.0, sum(rewards[number:]), 1)
        after = running_mean(first, second, 2)
        p.box(x, 200, 144, 66, f"Q = {first:.2f}", f"then {after:.2f}", tone="accent", size=13.5)
    p.box(692, 40, 112, 74, "The end", "reward 1")
    for number in reversed(range(4)):
        x = 20 + number * 168 + 72
        p.curve((748 if number == 3 else x + 168, 118 if number == 3 else 196),
                (x + 100, 150), (x, 196), ORANGE, dashed=True)  # fmt: skip
    p.text(412, 290, "whole return after one purchase, and after a second that earns 0.667", 13,
           "middle")  # fmt: skip
    return p


def intervals() -> Picture:
    """Chapter 09: a hundred intervals from the recipe, and those that miss."""
    rng, truth, goals = random.Random(4), 0.6, 100
    drawn = [
        share_interval(sum(rng.random() < truth for _ in range(goals)), goals) for _ in range(100)
    ]
    misses = sum(not i.low <= truth <= i.high for i in drawn)
    p = Picture(
        820, 300, "A hundred intervals",
        f"A hundred samples of {goals} goals, each with its 95 % interval, from an agent whose "
        f"true success rate is {truth}. {misses} of the hundred miss it; they are orange.",
    )  # fmt: skip

    def height(share: float) -> float:
        return 270 - (share - 0.35) / 0.5 * 220

    p.text(20, 26, f"{misses} of 100 intervals miss the true rate of {truth:g}", 15, bold=True)
    for share in (0.4, 0.5, 0.6, 0.7, 0.8):
        p.text(52, height(share) + 5, f"{share:g}", 13, "end")
    p.line((60, height(truth)), (806, height(truth)), dashed=True)
    for number, interval in enumerate(drawn):
        miss = not interval.low <= truth <= interval.high
        x, colour = 66 + number * 7.45, ORANGE if miss else GREY
        p.line((x, height(interval.low)), (x, height(interval.high)), colour=colour,
               width=3 if miss else 1.6)  # fmt: skip
        p.dot(x, height(interval.mean), 2.4, colour)
    p.text(433, 292, "a hundred test runs of 100 goals each", 13, "middle")
    return p
