"""The open episode: its steps wait here until the rewards that they learn from are in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from threading import get_ident
from typing import SupportsFloat

import numpy as np

from rememberer_lite.state import Recent, RemembererError, State
from rememberer_lite.text import WithTexts

#: the largest reward: sums of rewards stay far from infinity, and values can be saved and loaded
LARGEST_REWARD = 1e100


class EpisodeError(RemembererError):
    """The steps of an episode came in an impossible order."""


@dataclass(frozen=True, slots=True)
class Pending(WithTexts):
    """One step of the open episode.

    Attributes:
        state: where the action was taken.
        recent: what had led there.
        action: the action's text.
        reward: r, the reward that followed at once.
        reason: the words stored with the action.
    """

    state: State
    recent: Recent
    action: str
    reward: float
    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A step that has all the rewards that it learns from.

    Attributes:
        step: the step.
        rewards: its own reward and those that followed, oldest first.
        bootstrap_from: the state n steps later; None if the episode ended earlier.
    """

    step: Pending
    rewards: Sequence[float]
    bootstrap_from: State | None = None


class EpisodeBuffer:
    """The steps of the open episode that wait for n rewards (None: for the episode's end).

    >>> buffer = EpisodeBuffer(n_steps=1)
    >>> page = State("buy tea", "[Buy Now]")
    >>> buffer.start(page)  # no step of an earlier episode waited
    0
    >>> [(r.step.action, r.rewards) for r in buffer.add("wait", 0.5, page, False, "")]
    [('wait', [0.5])]
    """

    def __init__(self, n_steps: int | None) -> None:
        self.n_steps = n_steps
        self._state: State | None = None  # the episode's latest state; None: no episode is open
        self._recent = Recent()
        self._steps: list[Pending] = []
        self._thread = 0  # that began the open episode
        self._replaced: set[int] = set()  # threads whose open episode another one has replaced

    def start(self, state: State) -> int:
        """Begin an episode; return how many steps of an open one still waited.

        Raises:
            EpisodeError: if it does not begin with a `State`.
        """
        if not isinstance(state, State):
            raise EpisodeError(f"an episode starts with a State, not {state!r:.80}: State(task, …)")
        own = get_ident()
        if self._state is not None and self._thread != own:
            self._replaced.add(self._thread)
        self._replaced.discard(own)
        waited = self.abandon()
        self._state, self._thread = state, own
        return waited

    def add(
        self, action: str, reward: float, next_state: State | None, done: bool, reason: str
    ) -> list[Ready]:
        """Add one step; return the steps that are ready now, oldest first.

        Raises:
            EpisodeError: if no episode is open, or the step is impossible.
        """
        state = self._open("observe")
        if not isinstance(action, str) or not action:
            raise EpisodeError(
                f"an action is a text, not {action!r}: where the model's reply failed, "
                "observe nothing"
            )
        reward = _number(reward)
        if not isinstance(done, bool | np.bool_):
            raise EpisodeError(f"done is True or False, not {done!r:.80}")
        if not isinstance(next_state, State | None):
            raise EpisodeError(f"next_state is a State, not {next_state!r:.80}: State(task, …)")
        if not isinstance(reason, str):
            raise EpisodeError(f"a reason is a text, not {reason!r:.80}")
        if next_state is None and not done:
            raise EpisodeError("next_state is missing: only the last step (done=True) has none")
        self._steps.append(Pending(state, self._recent, action, reward, reason))
        self._recent = self._recent.after(action, reward, reason)
        self._state = next_state
        if done:
            return self.finish()
        if self.n_steps is None or len(self._steps) < self.n_steps:
            return []
        rewards = [step.reward for step in self._steps]
        return [Ready(self._steps.pop(0), rewards, next_state)]

    def finish(self) -> list[Ready]:
        """End the episode; what still waits is ready, without a bootstrap.

        Raises:
            EpisodeError: if no episode is open.
        """
        if not self._steps or get_ident() in self._replaced:
            self._open("finish")
        steps = self._steps
        self.abandon()
        # at most n steps wait, and no further rewards will come
        return [Ready(s, [later.reward for later in steps[i:]]) for i, s in enumerate(steps)]

    def abandon(self) -> int:
        """Drop the episode; return how many of its steps still waited."""
        if get_ident() in self._replaced:  # the open one is another thread's
            self._replaced.discard(get_ident())
            return 0
        waited = len(self._steps)
        self._steps, self._state, self._recent = [], None, Recent()
        return waited

    def _open(self, call: str) -> State:
        if get_ident() in self._replaced:
            raise EpisodeError(
                "another thread has started an episode in this memory: let one thread train it "
                "at a time, or give each its own (copy.deepcopy(memory))"
            )
        if self._state is None:
            raise EpisodeError(f"no episode is open: call start(state) before {call}")
        return self._state


def _number(reward: object) -> float:
    """The reward as a plain number.

    Raises:
        EpisodeError: if it is none, or so large that sums would not stay finite.
    """
    number = math.nan
    if isinstance(reward, SupportsFloat) and not isinstance(reward, str):
        try:
            number = float(reward)
        except (TypeError, ValueError):  # an array of several numbers
            number = math.nan
        except OverflowError:
            number = math.inf
    if not math.isfinite(number):
        raise EpisodeError(f"a reward is a finite number, not {reward!r:.80}")
    if abs(number) > LARGEST_REWARD:
        raise EpisodeError(
            f"a reward is within ±{LARGEST_REWARD:g}, so that sums stay finite: not {number}"
        )
    return number
