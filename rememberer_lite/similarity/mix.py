"""The λ-mix of a task part and an observation part.

f(s, s') = λ · f_g(g, g') + (1 − λ) · f_o(o, o')          (paper, section 3.1; λ = 0.5)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np

from rememberer_lite.similarity.parts import Part, Scores, feature_of, name_of, scores_of
from rememberer_lite.state import SettingError, State, is_share


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two states are, and why; the parts are None if there are none."""

    similarity: float
    task_similarity: float | None = None
    observation_similarity: float | None = None


class Similarity:
    """The λ-mix of a task part and an observation part.

        f = λ · f_g + (1 − λ) · f_o,   in single precision

    Args:
        task: f_g.
        observation: f_o.
        weight: λ in [0, 1], the weight of the task part (paper: 0.5).

    Attributes:
        parts: f_g and f_o; a single part if it was made by `from_function`.
        weights: λ and 1 − λ; 1 for a single part.

    Raises:
        SettingError: if λ is outside [0, 1], or a part is not a `Part`.

    Source: paper, section 3.1.

    >>> from rememberer_lite.similarity import TagSequence, TextEmbedding
    >>> similarity = Similarity(TextEmbedding(), TagSequence(), weight=0.25)
    >>> similarity(State("buy tea", "<p>"), State("buy tea", "<div>"))
    Comparison(similarity=0.25, task_similarity=1.0, observation_similarity=0.0)
    """

    def __init__(self, task: Part, observation: Part, weight: float = 0.5) -> None:
        if not is_share(weight):
            raise SettingError(
                f"weight (λ) is the task's share of the mix: choose it from 0 to 1, not {weight!r}"
            )
        for part in (task, observation):
            if not isinstance(part, Part):
                raise SettingError(
                    f"{part!r} is not a Part: write a subclass with `feature` and `scores`, or "
                    "make the whole similarity from one function, from_function(f)"
                )
        self.parts: tuple[Part, ...] = (task, observation)
        self.weights: tuple[float, ...] = (weight, 1.0 - weight)

    @classmethod
    def of_one_part(cls, part: Part) -> Similarity:
        """A similarity that is one part, of weight 1."""
        similarity = cls(part, part)
        similarity.parts, similarity.weights = (part,), (1.0,)
        return similarity

    @property
    def can_be_weighed(self) -> bool:
        """Whether there are two parts, so that λ means something."""
        return len(self.parts) == 2

    @property
    def weight(self) -> float | None:
        """λ; None where there is nothing to weigh."""
        return self.weights[0] if self.can_be_weighed else None

    @property
    def symmetric(self) -> bool:
        """Whether f(s, s') = f(s', s) to the last bit, as far as the parts say."""
        return all(part.symmetric for part in self.parts)

    def with_weight(self, weight: float) -> Similarity:
        """The same parts under another λ.

        Raises:
            SettingError: if there is only one part.
        """
        if not self.can_be_weighed:
            raise SettingError(f"{self!r} is one function: it has no parts to weigh")
        task, observation = self.parts
        return Similarity(task, observation, weight)

    def mix(self, scores: Sequence[Scores]) -> Scores:
        """The parts' scores as one: Σ wᵢ · fᵢ."""
        first, *others = (
            np.float32(weight) * score for weight, score in zip(self.weights, scores, strict=True)
        )
        return sum(others, start=first)

    def __call__(self, query: State, key: State) -> Comparison:
        """Compare two states."""
        scores = [
            scores_of(part, part.feature(query), part.pack([feature_of(part, key)]), count=1)
            for part in self.parts
        ]
        return Comparison(float(self.mix(scores)[0]), *self.reported(scores, 0))

    def reported(self, scores: Sequence[Scores], i: int) -> tuple[float | None, float | None]:
        """f_g and f_o of the i-th stored state, as a match shows them."""
        if not self.can_be_weighed:
            return None, None
        task, observation = scores
        return float(task[i]), float(observation[i])

    @property
    def settings(self) -> dict[str, Any]:
        """λ and the parts, as plain JSON values, for the files of what was learnt with them."""
        if not self.can_be_weighed:
            return self.parts[0].settings
        task, observation = self.parts
        return {
            "weight": self.weight,
            "task": task.settings,
            "observation": observation.settings,
        }

    def __deepcopy__(self, memo: dict[int, Any]) -> Similarity:
        return self  # it never changes: copies of a memory share it

    def __repr__(self) -> str:
        if not self.can_be_weighed:
            return repr(self.parts[0])
        terms = (f"{w:g}·{part}" for w, part in zip(self.weights, self.parts, strict=True))
        return f"Similarity({' + '.join(terms)})"


def from_function(f: Callable[[State, State], float]) -> Similarity:
    """A similarity that is one function of two states: one part, of weight 1.

    Args:
        f: (query, key) → how alike they are; higher is more alike, 1.0 for equal states.

    Source: this project: a learner's own idea, or a test's recorded one.

    >>> exact = from_function(lambda query, key: float(query == key))
    >>> exact(State("a", ""), State("b", ""))
    Comparison(similarity=0.0, task_similarity=None, observation_similarity=None)
    """
    return Similarity.of_one_part(_Function(f))


#: the largest number in single precision, in which similarities are compared
LARGEST = float(np.finfo(np.float32).max)


class _Function(Part):
    def __init__(self, f: Callable[[State, State], float]) -> None:
        self.f = f

    def feature(self, state: State) -> State:
        return state

    def scores(self, query: State, packed: Sequence[State]) -> Scores:
        return np.array([self._number(self.f(query, key)) for key in packed], dtype=np.float32)

    def _number(self, value: object) -> float:
        if isinstance(value, SupportsFloat) and not isinstance(value, str):
            try:
                number = float(value)
            except (TypeError, ValueError, OverflowError):
                number = np.inf
            if abs(number) <= LARGEST:  # also false for nan
                return number
        raise SettingError(f"a similarity is a finite number: {self!r} gave {value!r}")

    @property
    def settings(self) -> dict[str, Any]:
        """The function's name."""
        return {"function": name_of(self.f)}

    def __repr__(self) -> str:
        return f"from_function({getattr(self.f, '__name__', 'f')})"
