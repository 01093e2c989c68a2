"""Memory policies beyond the paper's, each one change to the agent. (`SolvedOnly` is another.)"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from rememberer_lite.agent import Rememberer
from rememberer_lite.prompts import advise
from rememberer_lite.state import Exemplar, Match, State

#: from how many of the most similar records `PreferValue` chooses, and `AboveNeighbours` judges
NEIGHBOURS = 10


class PreferValue(Rememberer):
    """Of the ten most similar records it shows the m whose best action is worth most."""

    def recall(self, state: State) -> Sequence[Match]:
        """Among the similar, those of higher value; of equal value, the more similar."""
        near = self.memory.retrieve(state, NEIGHBOURS)
        near.sort(key=lambda match: -match.experience.best)
        return near[: self.exemplar_count]


class AboveNeighbours(Rememberer):
    """It encourages an action only where its Q lies above the usual one of the situation.

    What is usual is the mean Q over all actions of the ten most similar records. An action below
    is treated as one of no value: discouraged, where it is the record's worst.
    """

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The m most similar records; the Q values that are not above the mean count as 0."""
        near = self.memory.retrieve(state, max(NEIGHBOURS, self.exemplar_count))
        values = [value.q for match in near for value in match.experience.actions.values()]
        usual = sum(values) / len(values) if values else 0.0
        mixed = random.Random(f"{self.seed}/{rng.random()}")
        return [
            Exemplar(match, advise(_judged(match, usual).experience, match.experience.state,
                                   self.domain, mixed, self.random_advice, self.discouraged))
            for match in near[: self.exemplar_count]
        ]  # fmt: skip


def _judged(match: Match, usual: float) -> Match:
    actions = {
        action: value if value.q > usual else replace(value, q=0.0)
        for action, value in match.experience.actions.items()
    }
    return replace(match, experience=replace(match.experience, actions=actions))
