"""The results of a run of episodes: rates with intervals, and what the memory contributed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from rememberer_lite.training.episode import Episode, Step
from rememberer_lite.training.outline import Outline, Outlined, outlines_of


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the interval that holds the true mean with 95 % confidence."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(values: Sequence[float], bounds: tuple[float, float] | None = None) -> Interval:
    """Student's 95 % interval of a mean: x̄ ± t₀.₉₇₅(n−1) · s / √n.

    A single value says nothing about the spread: its interval is infinite.

    Args:
        values: independent draws, one for each goal or seed.
        bounds: the smallest and the largest value that can occur, such as (0, 1) for shares. The
            interval stays within them, and values that are all equal do not claim certainty:
            they get Wilson's interval on that scale. Not for differences and open scales.

    >>> mean_interval([1.0] * 10, bounds=(0, 1))
    Interval(mean=1.0, low=0.7224671..., high=1.0)
    """
    if not values:
        raise ValueError("no values: an interval needs at least one")
    from scipy.special import stdtrit  # a slow import, used only here

    array = np.asarray(values, dtype=float)
    mean, n = float(array.mean()), len(array)
    if bounds is not None:
        least, most = bounds
        if not (least < most and least <= array.min() and array.max() <= most):
            raise ValueError(f"values from {array.min()} to {array.max()} are outside {bounds}")
        if n == 1 or array.min() == array.max():
            share = share_interval((mean - least) / (most - least) * n, n)
            low, high = (least + end * (most - least) for end in (share.low, share.high))
            return Interval(mean, min(mean, low), max(mean, high))
    if n == 1:
        return Interval(mean, -math.inf, math.inf)
    half = float(stdtrit(n - 1, 0.975)) * float(array.std(ddof=1)) / math.sqrt(n)
    low, high = mean - half, mean + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Interval(mean, low, high)


def share_interval(successes: float, trials: int) -> Interval:
    """Wilson's 95 % interval of a share, which stays within 0 and 1.

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96
    """
    if trials < 1:
        raise ValueError("no trials: an interval needs at least one")
    z = 1.959964
    p = successes / trials
    centre = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(p * (1 - p) / trials + (z / (2 * trials)) ** 2)
    # rounding must not put the share itself outside: at 0 and at n the interval ends there
    return Interval(p, min(p, max(0.0, centre - half)), max(p, min(1.0, centre + half)))


@dataclass(frozen=True)
class Run:
    """Episodes, and what they show together.

    Attributes:
        episodes: in order. If the run was given a file for them, they are read from it one by one.
    """

    agent: str
    model: str
    episodes: Sequence[Episode]
    #: the smallest and the largest total reward of an episode, where the environment says so
    reward_bounds: tuple[float, float] | None = field(default=None, compare=False, kw_only=True)

    @cached_property
    def outlines(self) -> Sequence[Outline]:
        """The episodes in numbers: all that the tables need, and always in memory."""
        return outlines_of(self.episodes)

    @property
    def score(self) -> Interval:
        """The mean total reward of an episode; its interval stays within what can be earned."""
        return mean_interval([e.total_reward for e in self.outlines], self.reward_bounds)

    @property
    def success_rate(self) -> Interval:
        """The share of episodes that solved their task."""
        return share_interval(sum(e.solved for e in self.outlines), len(self.outlines))

    @property
    def reads(self) -> int:
        """In how many steps the memory was read and returned a record."""
        return sum(episode.reads for episode in self.outlines)

    @property
    def records_used(self) -> dict[int, int]:
        """Record id → the number of prompts that showed it, the most used first."""
        counts: dict[int, int] = {}
        for episode in self.outlines:
            for record in episode.shown:
                counts[record] = counts.get(record, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def failed_replies(self) -> tuple[Step, ...]:
        """The steps whose reply held no action."""
        return tuple(self._failures())

    @property
    def asked_again(self) -> int:
        """How many replies held no action, so that the model was asked once more."""
        return sum(episode.asked_again for episode in self.outlines)

    @property
    def no_effects(self) -> int:
        """How many actions did nothing."""
        return sum(episode.no_effects for episode in self.outlines)

    @property
    def tokens(self) -> tuple[int, int]:
        """(prompt tokens, completion tokens)."""
        pairs = [episode.tokens for episode in self.outlines]
        return sum(p for p, _ in pairs), sum(c for _, c in pairs)

    def _failures(self) -> Iterator[Step]:
        """Only the episodes that have some are read."""
        for number, episode in enumerate(self.outlines):
            if episode.failed:
                yield from self.episodes[number].failures

    def summary(self) -> str:
        """A few lines about how the run went and what the memory contributed."""
        steps = sum(episode.steps for episode in self.outlines)
        failed = sum(episode.failed for episode in self.outlines)
        prompt, completion = self.tokens
        lines = [
            f"{self.agent} with {self.model}: {len(self.episodes)} episodes, {steps} steps",
            f"  success {self.success_rate} (95 %)",
            f"  score   {self.score} (95 %)",
            f"  memory read in {self.reads} steps, {len(self.records_used)} records used",
            f"  {self.no_effects} actions had no effect, {self.asked_again} replies asked again, "
            f"{failed} failed",
            f"  {prompt} prompt tokens, {completion} completion tokens",
        ]
        for step in islice(self._failures(), 3):
            lines.append(f"    failed reply, for example: {step.turn.error}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary() if self.episodes else f"{type(self).__name__}(no episodes)"


@dataclass(frozen=True, repr=False)
class Evaluation(Run):
    """Test episodes with the memory frozen."""


@dataclass(frozen=True, repr=False)
class History(Run):
    """Training episodes, with the settings that made them."""

    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def epochs(self) -> list[Run]:
        """The episodes, epoch by epoch: the learning curve."""
        places: dict[int, list[int]] = {}
        for place, episode in enumerate(self.outlines):
            places.setdefault(episode.epoch, []).append(place)
        return [
            Run(self.agent, self.model, self._only(numbers), reward_bounds=self.reward_bounds)
            for _, numbers in sorted(places.items())
        ]

    def _only(self, numbers: Sequence[int]) -> Sequence[Episode]:
        if isinstance(self.episodes, Outlined):
            return self.episodes.only(numbers)
        return tuple(self.episodes[number] for number in numbers)


def reward_bounds(env: object) -> tuple[float, float] | None:
    """The smallest and the largest total reward of an episode, where the environment says so."""
    bounds: tuple[float, float] | None
    bounds = getattr(getattr(env, "unwrapped", env), "reward_bounds", None)
    return bounds
