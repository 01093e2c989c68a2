"""Policies of later works, which read what a training left: its memory, and its journal.

The journal is the list of its episodes, failed and solved. Nothing here changes the training, so
that all of these policies, and the paper's, can be compared on the same experience.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.agent import Rememberer
from rememberer_lite.domain import Domain
from rememberer_lite.experiments.agents import PreferValue
from rememberer_lite.experiments.conditions import Policy
from rememberer_lite.llm import LLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import ActionValue, Exemplar, Experience, Match, State
from rememberer_lite.training import Episode, Step


class TwoPhases(PreferValue):
    """Similarity finds ten candidates; then similarity and worth together choose the m shown.

        score = w·z(f) + (1 − w)·z(worth),   z(x) = (x − mean) / standard deviation, w = 0.5

    Args:
        worth: id of a record → its worth; None: the Q of its best action.

    Source: MemRL (arXiv 2601.03192), phases A and B. Unlike MemRL: ten candidates without a
    threshold, and no exploration in the choice.
    """

    WEIGHT = 0.5

    def __init__(
        self, *args: Any, worth: Mapping[int, float] | None = None, **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.worth = worth

    @property
    def settings(self) -> dict[str, Any]:
        """With what decides the worth of a record."""
        worth = "Q" if self.worth is None else "use"
        return {**super().settings, "weight": self.WEIGHT, "worth": worth}

    def recall(self, state: State) -> Sequence[Match]:
        """The candidates of the highest scores; of equal scores, the more similar."""
        near = self.memory.rank(state, max(self.neighbours, self.exemplar_count))
        f = _standard([match.similarity or 0.0 for match in near])
        worth = _standard([self._worth(match.experience) for match in near])
        order = np.argsort(-(self.WEIGHT * f + (1 - self.WEIGHT) * worth), kind="stable")
        return [near[i] for i in order[: self.exemplar_count]]

    def _worth(self, record: Experience) -> float:
        return record.best if self.worth is None else self.worth.get(record.id, 0.0)


def _standard(values: Sequence[float]) -> NDArray[np.float64]:
    """z: mean 0 and standard deviation 1; all 0 if they are equal."""
    x = np.asarray(values, dtype=np.float64)
    spread = x.std() if len(x) else 0.0
    return np.asarray((x - x.mean()) / spread if spread > 1e-9 else np.zeros(len(x)))


class Rules(Rememberer):
    """Shows the nearest rule, and beside it the most similar records.

    Args:
        rules: what `rules_from` drew from a journal.
        alone: show nothing but rules.

    Source: ExpeL (arXiv 2308.10144), which compares each failed episode with each solved one of
    its task. Unlike ExpeL: there a language model writes a rule as a sentence, and every prompt
    shows the rules.
    """

    def __init__(
        self, *args: Any, rules: ExperienceMemory, alone: bool = False, **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.rules, self.alone = rules, alone

    @property
    def settings(self) -> dict[str, Any]:
        """With the number of rules."""
        return {**super().settings, "rules": len(self.rules), "alone": self.alone}

    def recall(self, state: State) -> Sequence[Match]:
        """One rule and similar records; or rules alone."""
        if self.alone:
            return self.rules.rank(state, self.exemplar_count)
        first = self.rules.rank(state, 1)
        near = self.memory.rank(state, self.exemplar_count + 1)
        others = [m for m in near if m.experience.state not in {r.experience.state for r in first}]
        return [*first, *others][: self.exemplar_count]

    def exemplars(self, state: State, rng: random.Random) -> Sequence[Exemplar]:
        """The most similar first, as always."""
        shown = super().exemplars(state, rng)
        return sorted(shown, key=lambda exemplar: -(exemplar.match.similarity or 0.0))


def rules_from(
    episodes: Iterable[Episode], memory: ExperienceMemory, domain: Domain
) -> ExperienceMemory:
    """A rule for each pair of a failed and a solved episode of one goal: where they part.

    A rule is a record of that page: the solved episode's action there is worth 1, the failed one's
    0. Where several pairs part on one page, their mean decides: each pair has one vote.

    Args:
        episodes: the journal.
        memory: gives the similarity and the limits of the memory that holds the rules.
        domain: words the reason beside an action.
    """
    rules = memory.with_records(())
    for failed, solved in _pairs(episodes):
        if (parting := _parting(failed, solved)) is not None:
            bad, good = parting
            rules.insert(
                Experience(
                    good.state,
                    -1,
                    {
                        _action(good): ActionValue(1.0, 1.0, 1, _reason(good, domain)),
                        _action(bad): ActionValue(0.0, 0.0, 1, _reason(bad, domain)),
                    },
                    visits=1,
                )
            )
    return rules


def usefulness(episodes: Iterable[Episode], step_size: float = 0.1) -> dict[int, float]:
    """What each record was worth to the episodes that were shown it: U ← U + α(r − U).

    r is 1 for a solved episode and −1 for a failed one; U begins with 0, and each episode counts
    once. α, r and the first value are the defaults of MemRL's code.

    Returns:
        id of a record → U, from −1 to 1.
    """
    worth: dict[int, float] = {}
    for episode in episodes:
        reward = 1.0 if episode.solved else -1.0
        for number in {m.experience.id for step in episode.steps for m in step.turn.matches}:
            worth[number] = worth.get(number, 0.0) + step_size * (reward - worth.get(number, 0.0))
    return worth


def steps_of_solved(
    episodes: Iterable[Episode], memory: ExperienceMemory, domain: Domain
) -> ExperienceMemory:
    """Every step of the solved episodes, each worth 1, and nothing else.

    Synapse (arXiv 2306.07863) shows whole solved episodes as exemplars. Unlike Synapse: the
    agent's own episodes instead of demonstrations, cut into steps.
    """
    kept = memory.with_records(())
    for episode in episodes:
        done = _taken(episode)
        if not episode.solved or not done:
            continue
        kept.start(done[0].state)
        following = [step.state for step in done[1:]] + [episode.last_state or done[-1].state]
        for step, after in zip(done, following, strict=True):
            last = step is done[-1]
            kept.observe(_action(step), float(last), after, last, _reason(step, domain))
    return kept


def reader(
    policy: Policy,
    llm: LLM,
    memory: ExperienceMemory,
    domain: Domain,
    seed: int,
    episodes: Sequence[Episode],
    **settings: Any,
) -> Rememberer:
    """The agent of a policy, over the memory and the journal of one training."""
    match policy:
        case "two phases":
            return TwoPhases(llm, memory, domain, seed, **settings)
        case "two phases by use":
            worth = usefulness(episodes)
            return TwoPhases(llm, memory, domain, seed, worth=worth, **settings)
        case "rules" | "rules alone":
            rules = rules_from(episodes, memory, domain)
            alone = policy == "rules alone"
            return Rules(llm, memory, domain, seed, rules=rules, alone=alone, **settings)
        case "solved episodes":
            kept = steps_of_solved(episodes, memory, domain)
            return Rememberer(llm, kept, domain, seed, **settings)


def _pairs(episodes: Iterable[Episode]) -> Iterator[tuple[Episode, Episode]]:
    """Each failed episode with each solved one of the same goal."""
    goals: dict[int, list[Episode]] = {}
    for episode in episodes:
        goals.setdefault(episode.goal, []).append(episode)
    for same in goals.values():
        for solved in (e for e in same if e.solved):
            for failed in (e for e in same if not e.solved):
                yield failed, solved


def _parting(failed: Episode, solved: Episode) -> tuple[Step, Step] | None:
    """The first steps that differ, if both were taken on the same page."""
    for bad, good in zip(_taken(failed), _taken(solved), strict=False):
        if bad.state != good.state:
            return None
        if bad.action != good.action:
            return bad, good
    return None


def _taken(episode: Episode) -> list[Step]:
    """The steps whose reply held an action."""
    return [step for step in episode.steps if step.action is not None]


def _action(step: Step) -> str:
    return step.action or ""


def _reason(step: Step, domain: Domain) -> str:
    said = step.turn.decision.reason if step.turn.decision else ""
    return domain.reason(step.state, _action(step), said)
