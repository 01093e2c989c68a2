"""What a run of episodes amounts to: rates with intervals, and what the memory contributed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rememberer_lite.episode import Episode, Step


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the interval that holds the true mean with 95 % confidence."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(values: Sequence[float]) -> Interval:
    """Student's 95 % interval of a mean: x̄ ± t₀.₉₇₅(n−1) · s / √n.

    Of one value alone nothing is known about the spread: the interval is infinite.
    """
    if not values:
        raise ValueError("no values: an interval needs at least one")
    from scipy.special import stdtrit  # a slow import, used only here

    array = np.asarray(values, dtype=float)
    mean, n = float(array.mean()), len(array)
    if n == 1:
        return Interval(mean, -math.inf, math.inf)
    half = float(stdtrit(n - 1, 0.975)) * float(array.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def share_interval(successes: int, trials: int) -> Interval:
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
    """Episodes and what can be told of them together."""

    agent: str
    model: str
    episodes: tuple[Episode, ...]

    @property
    def score(self) -> Interval:
        """The mean total reward of an episode."""
        return mean_interval([episode.total_reward for episode in self.episodes])

    @property
    def success_rate(self) -> Interval:
        """The share of episodes that solved their task."""
        return share_interval(sum(e.solved for e in self.episodes), len(self.episodes))

    @property
    def reads(self) -> int:
        """In how many steps the memory was asked and answered with a record."""
        return sum(bool(step.turn.matches) for step in self._steps)

    @property
    def records_used(self) -> dict[int, int]:
        """Record id → in how many prompts it stood, the most used first."""
        counts: dict[int, int] = {}
        for step in self._steps:
            for exemplar in step.turn.prompt.exemplars if step.turn.prompt else ():
                record = exemplar.match.experience.id
                counts[record] = counts.get(record, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def failed_replies(self) -> tuple[Step, ...]:
        """The steps whose reply held no action."""
        return tuple(step for step in self._steps if step.action is None)

    @property
    def asked_again(self) -> int:
        """How many replies held no action, so that the model was asked once more."""
        return sum(step.turn.refused is not None for step in self._steps)

    @property
    def no_effects(self) -> int:
        """How many actions did nothing."""
        return sum(bool(step.action is not None and step.no_effect) for step in self._steps)

    @property
    def tokens(self) -> tuple[int, int]:
        """(prompt tokens, completion tokens)."""
        pairs = [episode.tokens for episode in self.episodes]
        return sum(p for p, _ in pairs), sum(c for _, c in pairs)

    @property
    def _steps(self) -> list[Step]:
        return [step for episode in self.episodes for step in episode.steps]

    def summary(self) -> str:
        """A few lines that tell how the run went and what the memory contributed."""
        steps = len(self._steps)
        prompt, completion = self.tokens
        lines = [
            f"{self.agent} with {self.model}: {len(self.episodes)} episodes, {steps} steps",
            f"  success {self.success_rate} (95 %)",
            f"  score   {self.score} (95 %)",
            f"  memory read in {self.reads} steps, {len(self.records_used)} records used",
            f"  {self.no_effects} actions had no effect, {self.asked_again} replies asked again, "
            f"{len(self.failed_replies)} failed",
            f"  {prompt} prompt tokens, {completion} completion tokens",
        ]
        for step in self.failed_replies[:3]:
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
        numbers = sorted({episode.epoch for episode in self.episodes})
        return [
            Run(self.agent, self.model, tuple(e for e in self.episodes if e.epoch == number))
            for number in numbers
        ]
