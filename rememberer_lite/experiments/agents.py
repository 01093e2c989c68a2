"""Memory policies beyond the paper's, each a single change to the agent (like `SolvedOnly`)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from rememberer_lite.agent import Rememberer
from rememberer_lite.prompts import advise
from rememberer_lite.state import Exemplar, Match, State

#: how many of the most similar records `PreferValue` and `AboveNeighbours` consider
NEIGHBOURS = 10


class PreferValue(Rememberer):
    """Shows, of the ten most similar records, the m whose best action has the highest value."""

    neighbours = NEIGHBOURS

    @property
    def settings(self) -> dict[str, Any]:
        """With the number of records that it chooses from."""
        return {**super().settings, "neighbours": NEIGHBOURS}

    def recall(self, state: State) -> Sequence[Match]:
        """Of the similar records, those of highest value; of equal value, the more similar."""
        near = self.memory.retrieve(state, NEIGHBOURS)
        near.sort(key=lambda match: -match.experience.best)
        return near[: self.exemplar_count]

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The value decides which records are shown, the similarity decides their order."""
        chosen = super().exemplars(state, rng)
        return sorted(chosen, key=lambda shown: shown.match.similarity or 0.0, reverse=True)


class AboveNeighbours(Rememberer):
    """Encourages an action only if its Q is above what is usual in the situation.

    The usual value is the mean Q over all actions of the ten most similar records. An action below
    it is treated as having no value, and so is discouraged if it is the record's worst.
    """

    @property
    def settings(self) -> dict[str, Any]:
        """With the number of records that define the usual value."""
        return {**super().settings, "neighbours": NEIGHBOURS}

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The m most similar records; the Q values that are not above the mean count as 0."""
        near = self.memory.retrieve(state, max(NEIGHBOURS, self.exemplar_count))
        values = [value.q for match in near for value in match.experience.actions.values()]
        usual = sum(values) / len(values) if values else 0.0
        own_rng = random.Random(f"{self.seed}/{rng.random()}")
        return [
            Exemplar(match, advise(_judged(match, usual).experience, match.experience.state,
                                   self.domain, own_rng, self.random_advice, self.discouraged))
            for match in near[: self.exemplar_count]
        ]  # fmt: skip


def _judged(match: Match, usual: float) -> Match:
    actions = {
        action: value if value.q > usual else replace(value, q=0.0)
        for action, value in match.experience.actions.items()
    }
    return replace(match, experience=replace(match.experience, actions=actions))


class KnownState(Rememberer):
    """Shows what it has learnt only in the very state in which it was learnt.

    It explores with the hand-written records alone, as long as it learns. Later, where it has been
    in this very state and something there is worth more than 0, that record comes first, and
    hand-written records take the other places.

    Unlike the paper: there what was learnt takes the places of good hand-written records as soon
    as it is more similar, be it right or not.
    """

    _learns = False

    def start(self, state: State) -> None:
        """From now on it explores."""
        self._learns = True
        super().start(state)

    def observe(
        self, action: str, reward: float, next_state: State, done: bool, reason: str = ""
    ) -> None:
        """The end of the episode ends the exploring."""
        super().observe(action, reward, next_state, done, reason)
        self._learns = not done

    def finish(self) -> None:
        """The same."""
        self._learns = False
        super().finish()

    def abandon(self) -> None:
        """The same."""
        self._learns = False
        super().abandon()

    def recall(self, state: State) -> Sequence[Match]:
        """The record of this state, if any, and the most similar hand-written ones."""
        near = self.memory.retrieve(state)
        own = [] if self._learns else self._own(state, near)
        given = [match for match in near if match.experience.state in self._given]
        shown = [*own, *(match for match in given if match not in own)]
        return shown[: self.exemplar_count]

    def _own(self, state: State, near: Sequence[Match]) -> Sequence[Match]:
        return [m for m in near if m.experience.state == state and m.experience.best > 0]

    @cached_property
    def _given(self) -> frozenset[State]:
        """The states of the domain's hand-written records."""
        sets = self.domain.initial_records().values()
        return frozenset(record.state for records in sets for record in records)


class SimilarTask(KnownState):
    """A `KnownState` that also shows solved steps of similar tasks, on the same kind of page.

    The task is as similar as `ENOUGH` or more, and the best action there is worth 1 or more.
    """

    ENOUGH = 0.5

    @property
    def settings(self) -> dict[str, Any]:
        """With the similarity that is enough."""
        return {**super().settings, "enough": self.ENOUGH}

    def _own(self, state: State, near: Sequence[Match]) -> Sequence[Match]:
        return (
            super()._own(state, near)
            or [
                match
                for match in near
                if match.experience.best >= 1
                and match.observation_similarity == 1
                and (match.task_similarity or 0) >= self.ENOUGH
            ][:1]
        )
