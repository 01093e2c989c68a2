"""The experience memory: what the agent learnt, and how it is found again.

An episode goes in through `start` and `observe`; the memory learns the value Q(g, o, a) of each
action taken and keeps it in the record of the state. `retrieve` finds the records most similar
to a new state. Nothing else in this package learns.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from rememberer_lite.index import Index
from rememberer_lite.learning import n_step_target
from rememberer_lite.records import check, learn, merge, prune, visit
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import (
    Experience,
    Match,
    Recent,
    RemembererError,
    SettingError,
    State,
)

_ONE_AT_A_TIME = Lock()


class EpisodeError(RemembererError):
    """The steps of an episode came in an order that cannot be."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory has done since it was made.

    Attributes:
        reads: calls of `retrieve`.
        updates: Q-updates.
        added: records made.
        evicted: records that went to make room.
        refused: new records that went at once, being the lesser twin of an older one.
        abandoned: steps that were observed and never learnt.
    """

    reads: int = 0
    updates: int = 0
    added: int = 0
    evicted: int = 0
    refused: int = 0
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the open episode."""

    state: State
    recent: Recent
    action: str
    reward: float
    reason: str


class ExperienceMemory:
    """Records of states with the values of the actions tried there.

    Args:
        similarity: how alike two states are.
        gamma: the discount γ in [0, 1], per step.
        n_steps: learn from n rewards and a bootstrap; None: from the whole episode's return,
            without bootstrapping.
        step_size: "mean" (α = 1/N, N the updates of this state and action), or a constant α.
        capacity: how many records are kept; None: no limit.
        action_capacity: how many actions a record keeps; None: no limit.

    At capacity the less visited record of the most similar pair goes, at equal visits the older.
    Of the actions over capacity the one of lowest Q goes.

    Raises:
        SettingError: where a setting is out of its range.

    Source: paper, section 3; its published runs use the defaults.

    >>> from rememberer_lite.similarity import from_function
    >>> memory = ExperienceMemory(from_function(lambda a, b: float(a == b)), gamma=0.5)
    >>> search, page = State("buy tea", "[Search]"), State("buy tea", "[Buy Now]")
    >>> memory.start(search)
    >>> memory.observe("search[tea]", 0.0, page, done=False)
    >>> memory.observe("click[buy now]", 1.0, page, done=True)
    >>> memory[search].actions
    {'search[tea]': ActionValue(q=0.500, reward=0.000, visits=1)}
    >>> memory.retrieve(page, k=1)
    [Match(similarity=1.000, task=–, observation=–, record=1)]
    """

    def __init__(
        self,
        similarity: Similarity,
        gamma: float = 1.0,
        n_steps: int | None = None,
        step_size: float | str = "mean",
        capacity: int | None = 500,
        action_capacity: int | None = 20,
    ) -> None:
        if not isinstance(similarity, Similarity):
            raise SettingError(
                f"{similarity!r} is no Similarity: wrap a plain function in from_function(f)"
            )
        if not 0.0 <= gamma <= 1.0:
            raise SettingError(f"gamma is a discount: choose it from 0 to 1, not {gamma}")
        self.similarity = similarity
        self.gamma = float(gamma)
        self.n_steps = _whole("n_steps", n_steps)
        self.step_size = _step_size(step_size)
        self.capacity = _whole("capacity", capacity)
        self.action_capacity = _whole("action_capacity", action_capacity)
        #: the id of the next new record; an id is never used twice
        self.next_id = 0
        self.stats = Stats()
        self._records: dict[State, Experience] = {}  # in the order of insertion, as is the index
        self._index = Index(similarity)
        self._state: State | None = None  # where the open episode stands; None: none is open
        self._recent = Recent()
        self._buffer: list[_Step] = []  # steps that wait for n rewards

    @property
    def settings(self) -> dict[str, Any]:
        """All arguments but the similarity: `ExperienceMemory(similarity, **memory.settings)`."""
        return {
            "gamma": self.gamma,
            "n_steps": self.n_steps,
            "step_size": self.step_size,
            "capacity": self.capacity,
            "action_capacity": self.action_capacity,
        }

    # ---- reading

    def retrieve(self, state: State, k: int | None = None) -> list[Match]:
        """The records most similar to a state, best first.

        Sorted by similarity (in single precision), then by visits, then the older first.

        Args:
            state: the query; it need not be known.
            k: how many at most (the paper shows m = 2); None: all.

        Source: paper, section 3.1.
        """
        if k is not None and k < 0:
            raise SettingError(f"k is how many records to retrieve: 0 or more, not {k}")
        self._count(reads=1)
        return self._nearest(state, k)

    def _nearest(self, state: State, k: int | None) -> list[Match]:
        records = list(self._records.values())
        mix, parts = self._index.score(state)
        visits = np.fromiter((record.visits for record in records), dtype=np.intp)
        order = np.lexsort((-visits, -mix))[:k]  # stable: the older first
        return [
            Match(records[i], float(mix[i]), *self.similarity.reported(parts, i)) for i in order
        ]

    def __getitem__(self, state: State) -> Experience:
        return self._records[state]

    def __iter__(self) -> Iterator[Experience]:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, state: object) -> bool:
        return state in self._records

    def __repr__(self) -> str:
        limit = "∞" if self.capacity is None else self.capacity
        steps = "episode return" if self.n_steps is None else f"n={self.n_steps}"
        return f"ExperienceMemory({len(self)} of {limit} records, γ={self.gamma:g}, {steps})"

    # ---- an episode

    def start(self, state: State) -> None:
        """Begin an episode; one still open is abandoned, as with an environment's reset."""
        self.abandon()
        self._state = state

    def observe(
        self,
        action: str,
        reward: float,
        next_state: State | None,
        done: bool,
        reason: str = "",
    ) -> None:
        """Take in one step, and learn what can be learnt now.

        As soon as n rewards follow a step, its value moves towards the n-step target; at the
        end of the episode the steps that still wait learn from what rewards there were.

        Args:
            action: the action's text; its identity.
            reward: the reward that followed, in units of reward.
            next_state: where it led; not used where `done`.
            done: whether the episode is over.
            reason: words kept beside the action.

        Raises:
            EpisodeError: where no episode is open, or the step cannot be one.
        """
        state = self._open("observe")
        if not isinstance(action, str) or not action:
            raise EpisodeError(
                f"an action is a text, not {action!r}: where the model's reply failed, "
                "observe nothing"
            )
        if not math.isfinite(reward):
            raise EpisodeError(f"a reward is a finite number, not {reward}")
        if next_state is None and not done:
            raise EpisodeError("next_state is missing: only the last step (done=True) has none")
        reward = float(reward)
        self._buffer.append(_Step(state, self._recent, action, reward, reason))
        self._recent = self._recent.after(action, reward, reason)
        self._state = next_state
        if done:
            self.finish()
        elif self.n_steps is not None and len(self._buffer) == self.n_steps:
            rewards = [step.reward for step in self._buffer]
            self._learn(self._buffer.pop(0), rewards, bootstrap_from=next_state)

    def finish(self) -> None:
        """End the open episode: what still waits is learnt, and nothing is bootstrapped.

        `observe(…, done=True)` does this by itself; a runner calls it at its step limit.
        """
        if not self._buffer:
            self._open("finish")
        buffer, self._buffer, self._state, self._recent = self._buffer, [], None, Recent()
        for i, step in enumerate(buffer):  # no more than n wait: their rewards are all there is
            self._learn(step, [later.reward for later in buffer[i:]])

    def abandon(self) -> None:
        """Drop the open episode: what it has buffered is not learnt."""
        self._count(abandoned=len(self._buffer))
        self._buffer, self._state, self._recent = [], None, Recent()

    def _open(self, call: str) -> State:
        if self._state is None:
            raise EpisodeError(f"no episode is open: call start(state) before {call}")
        return self._state

    # ---- learning

    def _learn(
        self, step: _Step, rewards: list[float], bootstrap_from: State | None = None
    ) -> None:
        """One Q-update: Q ← Q + α(Q' − Q), Q' = Σ γ^i r_i + γ^n max_a Q(s_n, a)."""
        # The visit is written first and the bootstrap is looked up second, as in the published
        # code: the new record, its new action with 0, may itself be the nearest to s_n.
        record = self._records.get(step.state) or Experience(step.state, self.next_id)
        record = visit(record, step.recent, step.action, step.reason, self.step_size)
        if not self._store(record):
            return
        bootstrap = 0.0 if bootstrap_from is None else self._value(bootstrap_from)
        target = n_step_target(rewards, self.gamma, bootstrap)
        record = learn(record, step.action, target, step.reward, self.step_size)
        self._records[step.state] = prune(record, self.action_capacity)
        self._count(updates=1)

    def _value(self, state: State) -> float:
        """max_a Q(s, a); of the most similar record where the state is unknown."""
        if state in self._records:
            return self._records[state].best
        nearest = self._nearest(state, k=1)
        return nearest[0].experience.best if nearest else 0.0

    def _store(self, record: Experience) -> bool:
        """Put a record in its place or behind the others; False where it had to go at once."""
        new = record.state not in self._records
        if new:
            self._index.add(record.state)
        self._records[record.state] = record
        if not new:
            return True
        self.next_id = record.id + 1
        if self.capacity is None or len(self._records) <= self.capacity:
            self._count(added=1)
            return True
        records = list(self._records.values())
        position = min(
            self._index.closest(), key=lambda i: (records[i].visits, records[i].id), default=0
        )
        self._index.remove(position)
        del self._records[records[position].state]
        kept = position < len(records) - 1
        self._count(evicted=1, added=1) if kept else self._count(refused=1)
        return kept

    # ---- ready records

    def insert(self, experience: Experience) -> Experience | None:
        """Put in a record that is ready: annotated by hand, loaded, or changed.

        Its id is kept where it is not below `next_id`, and else replaced by it (-1 is always
        replaced). Where the state is known the two records are merged: each value is the mean
        of both, weighted by visits.

        Returns:
            The record as it now stands; None where the memory had no room for it.

        Raises:
            SettingError: where a value is not finite or a count is negative.
        """
        check(experience)
        known = self._records.get(experience.state)
        if known is None:
            record = replace(experience, id=max(experience.id, self.next_id))
        else:
            record = merge(known, experience)
        record = prune(record, self.action_capacity)
        return record if self._store(record) else None

    def with_records(
        self, records: Iterable[Experience], similarity: Similarity | None = None
    ) -> ExperienceMemory:
        """A new memory of the same settings that holds these records.

            inverted = memory.with_records(invert(record) for record in memory)

        Args:
            records: what it holds; its own, changed, say.
            similarity: another similarity (under another λ, say); None: the same.
        """
        copy = ExperienceMemory(similarity or self.similarity, **self.settings)
        for record in records:
            copy.insert(record)
        return copy

    def _count(self, **counts: int) -> None:
        with _ONE_AT_A_TIME:  # an evaluation may read from several threads
            self.stats = replace(
                self.stats, **{name: getattr(self.stats, name) + n for name, n in counts.items()}
            )


def _step_size(value: float | str) -> float | str:
    if value == "mean":
        return value
    if isinstance(value, str) or value is None or not 0.0 < value <= 1.0:
        raise SettingError(f'step_size is "mean" or a number above 0, at most 1: not {value!r}')
    return float(value)


def _whole(name: str, value: int | None) -> int | None:
    """A whole number of at least 1 (numpy's too), or None for no limit."""
    if value is None:
        return None
    try:
        whole = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = 0
    if whole < 1:
        raise SettingError(f"{name} is a whole number of at least 1, or None: not {value!r}")
    return whole
