"""Success on goals never met, measured again and again while an agent learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rememberer_lite.agent import Agent
from rememberer_lite.state import SettingError
from rememberer_lite.training.environment import Environment
from rememberer_lite.training.episode import Episode
from rememberer_lite.training.outcome import Evaluation, Interval, mean_interval
from rememberer_lite.training.outline import Outlined
from rememberer_lite.training.runner import evaluate


@dataclass(frozen=True)
class Measured:
    """One measurement: where the training stood, and what was reached then.

    Attributes:
        place: how many of the training's turns (epochs x goals) were done, also by skipping.
        played: how many training episodes had been played.
        evaluation: of the goals never met, in numbers (`outlines`), without the steps.
    """

    place: int
    played: int
    evaluation: Evaluation


class Unseen:
    """Measures the agent on a fixed set of goals before, during and after its training.

        unseen = Unseen(agent, env, goals=range(60), training=range(500, 550), epochs=3)
        train(agent, env, range(500, 550), epochs=3, on_episode=unseen)
        unseen.measure(end=True)

    The success of the training episodes themselves cannot tell whether the agent learns: their
    goals are met again, and those that were solved are left out. These goals are always the same,
    and nothing is learnt from them: with or without this measuring, the training is the same.

    Args:
        agent: the one that is trained.
        env: an environment whose goals `goals` names; it may be the one of the training.
        goals: none of them may be trained.
        training: the training goals, in order.
        epochs: passes over them.
        every: measure after this many training episodes.
        max_steps, seed: as in `evaluate`.
        tell: called with each measurement.

    Attributes:
        measured: all measurements so far, the one before training first.
        total: turns of the whole training: epochs x goals.

    Raises:
        SettingError: if a goal is among the training goals, or `every` is not positive.
    """

    def __init__(
        self,
        agent: Agent,
        env: Environment,
        goals: Iterable[int],
        training: Iterable[int],
        epochs: int = 3,
        every: int = 10,
        max_steps: int = 15,
        seed: int = 0,
        tell: Callable[[Measured], None] | None = None,
    ) -> None:
        self.goals, self.training = tuple(goals), tuple(training)
        if shared := sorted(set(self.goals) & set(self.training)):
            raise SettingError(
                f"goals {shared[:5]} are trained, so they are not unseen: choose other goals"
            )
        if every < 1:
            raise SettingError(f"every = {every}: choose a whole number of at least 1")
        self.agent, self.env, self.every = agent, env, every
        self.max_steps, self.seed, self.tell = max_steps, seed, tell
        self.epochs, self.total = epochs, epochs * len(self.training)
        self._turns = {goal: i for i, goal in enumerate(self.training, start=1)}
        self._place = self._played = 0
        self.measured: list[Measured] = []
        self.measure()

    def __call__(self, episode: Episode) -> None:
        """A training episode has been learnt: measure if it is time to."""
        self._played += 1
        self._place = episode.epoch * len(self.training) + self._turns[episode.goal]
        if self._played % self.every == 0:
            self.measure()

    def measure(self, end: bool = False) -> None:
        """Measure now, unless nothing was learnt since the last time.

        Args:
            end: the training is over: whatever it did not play, it skipped.
        """
        last = self.measured[-1] if self.measured else None
        place = self.total if end else self._place
        if last is not None and last.played == self._played:
            evaluation = last.evaluation  # nothing was learnt since
            if last.place == place:
                return
        else:
            evaluation = evaluate(
                self.agent, self.env, self.goals, self.max_steps, self.seed, progress=False
            )
            # a long training has many measurements
            evaluation = replace(evaluation, episodes=Outlined(evaluation.outlines))
        self.measured.append(Measured(place, self._played, evaluation))
        if self.tell is not None:
            self.tell(self.measured[-1])

    @property
    def gain(self) -> Interval:
        """Success of the last measurement − the first, each goal compared with itself."""
        return gain(self.measured[0].evaluation, self.measured[-1].evaluation)


def gain(before: Evaluation, after: Evaluation, measure: str = "success") -> Interval:
    """The mean difference after − before of two evaluations on the same goals, goal by goal.

    Args:
        before, after: the evaluations.
        measure: "success" or "score".

    Raises:
        SettingError: if they played different goals.
    """
    pairs = list(zip(before.outlines, after.outlines, strict=False))
    if [e.goal for e in before.outlines] != [e.goal for e in after.outlines]:
        raise SettingError("the two evaluations played different goals: evaluate both on the same")
    if measure == "success":
        return mean_interval([float(b.solved) - float(a.solved) for a, b in pairs])
    return mean_interval([b.total_reward - a.total_reward for a, b in pairs])
