"""The memory itself: episodes go in, the records most similar to a state come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Self

from rememberer_lite.learning import n_step_target
from rememberer_lite.memory.episode_buffer import EpisodeBuffer, Pending
from rememberer_lite.memory.guard import Guard
from rememberer_lite.memory.record_check import MOST_ID, checked
from rememberer_lite.memory.record_store import RecordStore
from rememberer_lite.memory.record_update import learn, merge, prune, visit
from rememberer_lite.memory.settings import count, discount, positive_whole, step_size_setting
from rememberer_lite.memory.stats import Stats
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, Match, SettingError, State


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

    At capacity the less visited record of the most similar pair is dropped (at equal visits, the
    older one). When a record has too many actions, the one with the lowest Q is dropped.

    Raises:
        SettingError: if a setting is out of range.

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
                f"{similarity!r} is not a Similarity: wrap a plain function in from_function(f)"
            )
        self.similarity = similarity
        self.gamma = discount(gamma)
        self.n_steps = positive_whole("n_steps", n_steps)
        self.step_size = step_size_setting(step_size)
        self.capacity = positive_whole("capacity", capacity)
        self.action_capacity = positive_whole("action_capacity", action_capacity)
        #: the id of the next new record; an id is never used twice
        self.next_id = 0
        self.stats = Stats()
        self._store = RecordStore(similarity, self.capacity)
        self._episode = EpisodeBuffer(self.n_steps)
        self._guard = Guard()  # others may read while one thread trains

    @property
    def settings(self) -> dict[str, Any]:
        """All arguments but the similarity: `ExperienceMemory(similarity, **memory.settings)`."""
        names = ("gamma", "n_steps", "step_size", "capacity", "action_capacity")
        return {name: getattr(self, name) for name in names}

    # ---- reading

    def retrieve(self, state: State, k: int | None = None) -> list[Match]:
        """The records most similar to a state, best first.

        Sorted by similarity (in single precision), then by visits, then the older first.

        Args:
            state: the query; it need not be known.
            k: how many at most (paper, section 3.1: m = 2); None: all.
        """
        with self._guard:
            matches = self.rank(state, k)
            self.stats += Stats(reads=1)
            return matches

    def rank(self, state: State, k: int | None = None) -> list[Match]:
        """The same as `retrieve`, without counting as a read: for views and other observers."""
        if k is not None:
            count(k)
        with self._guard:
            return self._store.rank(state, k)

    def with_weight(self, weight: float) -> Self:
        """A copy of this memory that ranks its records under another λ.

        Raises:
            SettingError: if the similarity is one function, without parts to weigh.
        """
        with self._guard:
            copy = type(self)(self.similarity.with_weight(weight), **self.settings)
            copy.next_id = self.next_id
            copy._store = self._store.with_weight(weight)
        return copy

    def __getitem__(self, state: State) -> Experience:
        return self._store.records[state]

    def __iter__(self) -> Iterator[Experience]:
        with self._guard:
            return iter(list(self._store.records.values()))

    def __len__(self) -> int:
        return len(self._store.records)

    def __contains__(self, state: object) -> bool:
        return state in self._store.records

    def __repr__(self) -> str:
        limit = "∞" if self.capacity is None else self.capacity
        steps = "episode return" if self.n_steps is None else f"n={self.n_steps}"
        return f"ExperienceMemory({len(self)} of {limit} records, γ={self.gamma:g}, {steps})"

    # ---- an episode

    def start(self, state: State) -> None:
        """Begin an episode; one still open is abandoned, as with an environment's reset."""
        with self._guard:
            self.stats += Stats(abandoned=self._episode.start(state))

    def observe(
        self, action: str, reward: float, next_state: State | None, done: bool, reason: str = ""
    ) -> None:
        """Record one step, and learn what can be learnt now.

        As soon as n rewards follow a step, its value moves towards the n-step target; at the
        end of the episode the steps that still wait learn from the rewards there were.

        Args:
            action: the action's text; its identity.
            reward: the reward that followed, in units of reward.
            next_state: where it led; not used where `done`.
            done: whether the episode is over.
            reason: the words stored with the action.

        Raises:
            EpisodeError: if no episode is open, or the step is impossible.
        """
        with self._guard:
            for ready in self._episode.add(action, reward, next_state, done, reason):
                self._learn(ready.step, ready.rewards, ready.bootstrap_from)

    def finish(self) -> None:
        """End the open episode, as a runner's step limit does: learn what waits, no bootstrap."""
        with self._guard:
            for ready in self._episode.finish():
                self._learn(ready.step, ready.rewards)

    def abandon(self) -> None:
        """Drop the open episode: what it has buffered is not learnt."""
        with self._guard:
            self.stats += Stats(abandoned=self._episode.abandon())

    # ---- learning

    def _learn(
        self, step: Pending, rewards: Sequence[float], bootstrap_from: State | None = None
    ) -> None:
        """One Q-update: Q ← Q + α(Q' − Q), Q' = Σ γ^i r_i + γ^n max_a Q(s_n, a)."""
        # The visit is written first and the bootstrap is looked up second, as in the published
        # code: the new record, its new action with 0, may itself be the nearest to s_n.
        record = self._store.records.get(step.state) or Experience(step.state, self.next_id)
        record = visit(record, step.recent, step.action, step.reason, self.step_size)
        if not self._put(record):
            return
        bootstrap = 0.0 if bootstrap_from is None else self._value(bootstrap_from)
        target = n_step_target(rewards, self.gamma, bootstrap)
        record = learn(record, step.action, target, step.reward, self.step_size)
        self._store.records[step.state] = prune(record, self.action_capacity)
        self.stats += Stats(updates=1)

    def _value(self, state: State) -> float:
        """max_a Q(s, a); of the most similar record where the state is unknown."""
        if state in self._store.records:
            return self._store.records[state].best
        nearest = self.rank(state, k=1)
        return nearest[0].experience.best if nearest else 0.0

    def _put(self, record: Experience) -> bool:
        """Store a record; False if it was dropped at once."""
        change = self._store.put(record)
        self.stats += change
        self.next_id = max(self.next_id, record.id + 1)
        return not change.refused

    # ---- finished records

    def insert(self, experience: Experience) -> Experience | None:
        """Add a finished record: annotated by hand, loaded, or changed.

        Its id is kept if it is from `next_id` to `MOST_ID`, and otherwise replaced by the former
        (-1 always). If the state is known, the two records are merged: each value is the mean
        of both, weighted by visits.

        Returns:
            The record as it is now; None if the memory had no room for it.

        Raises:
            SettingError: if a value or a count is impossible (see `record_check.checked`).
        """
        record = checked(experience)
        with self._guard:
            known = self._store.records.get(record.state)
            if known is not None:
                record = checked(merge(known, record))  # together, maybe too many visits
            elif not self.next_id <= record.id <= MOST_ID:
                record = replace(record, id=self.next_id)
            record = prune(record, self.action_capacity)
            return record if self._put(record) else None

    def with_records(
        self, records: Iterable[Experience], similarity: Similarity | None = None
    ) -> ExperienceMemory:
        """A new memory of the same settings that holds these records.

            inverted = memory.with_records(invert(record) for record in memory)

        `similarity` replaces the memory's own, if given.
        """
        copy = ExperienceMemory(similarity or self.similarity, **self.settings)
        for record in records:
            copy.insert(record)
        return copy
