"""The terms of a similarity: one view each of how alike two states are.

A `Part` turns a state into a feature once, and scores a query's feature against many stored ones.
To try an idea of your own, write a Part with two methods and pass it to
`Similarity(task=TextEmbedding(), observation=MyPart())`. For a first try, wrap a plain function:
`from_function(f)`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rememberer_lite.state import SettingError, State

Scores = NDArray[np.float32]


def name_of(function: Callable[..., Any]) -> str:
    """The name of a function, or of an object that can be called; the same in any process."""
    return str(getattr(function, "__qualname__", type(function).__qualname__))


class Part(ABC):
    """One view of how alike two states are: f_g or f_o.

    >>> from rememberer_lite.similarity import Similarity, TextEmbedding
    >>> class SameLength(Part):
    ...     def feature(self, state):
    ...         return len(state.observation)
    ...     def scores(self, query, packed):
    ...         return np.array([query == key for key in packed], dtype=np.float32)
    >>> mix = Similarity(task=TextEmbedding(), observation=SameLength())
    >>> mix(State("buy tea", "page 1"), State("buy tea", "page 2")).similarity
    1.0
    """

    #: whether f(s, s') = f(s', s) to the last bit, which saves a full memory much work; a part
    #: that says so must keep to it
    symmetric = False

    @abstractmethod
    def feature(self, state: State) -> Hashable:
        """What this part looks at in a state; computed once for a stored state."""

    def pack(self, features: Sequence[Any]) -> Any:
        """Distinct features of stored states, ready to be scored many times; in any portions."""
        return features

    @abstractmethod
    def scores(self, query: Any, packed: Any) -> Scores:
        """How alike one feature and each packed feature are: (n,) float32."""

    def rough(self, query: Any, packed: Any) -> tuple[Scores, float] | None:
        """Scores that are quicker to find, and how far each may be from the true one at most.

        They only say which records can be among the most similar; `scores` of `packed[numbers]`
        then decides. None: there is no quicker way.
        """
        return None

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the scores, as plain JSON values; a part with settings adds its own."""
        return {"part": type(self).__name__}

    def __deepcopy__(self, memo: dict[int, Any]) -> Part:
        return self  # it holds nothing but caches: copies of a memory share it


def feature_of(part: Part, state: State) -> Hashable:
    """What a part looks at in a state.

    Raises:
        SettingError: if it cannot be stored because it cannot be hashed.
    """
    feature = part.feature(state)
    try:
        hash(feature)
    except TypeError as error:
        raise SettingError(
            f"{part!r}.feature gave a {type(feature).__name__}, which cannot be hashed ({error}): "
            "return a tuple instead of a list, a frozenset instead of a set"
        ) from error
    return feature


def real_numbers(given: object) -> Scores:
    """What a user's own code returned, as an array in single precision.

    Raises:
        TypeError, ValueError: if it holds anything but real numbers. NumPy alone would drop the
            imaginary part, count the days of a date and show what is masked.
    """
    if np.ma.is_masked(given):
        raise ValueError("some of its values are masked")
    array = np.asarray(given)
    if array.dtype.kind not in "biufO":
        raise TypeError(f"its values are of the type {array.dtype}")
    with np.errstate(over="ignore"):  # what becomes infinite is refused by the caller
        return np.asarray(array, dtype=np.float32)


def scores_of(part: Part, query: Any, packed: Any, count: int) -> Scores:
    """How alike a feature and each of `count` packed features are: (count,) float32.

    Raises:
        SettingError: if the part returns anything else.
    """
    given = part.scores(query, packed)
    try:
        scores = real_numbers(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise SettingError(f"{part!r}.scores gave no array of numbers ({error})") from error
    if scores.shape != (count,) or not np.isfinite(scores).all():
        raise SettingError(
            f"{part!r}.scores gives one finite number for each packed feature, {count} of them: "
            f"not {scores.tolist()!r:.200} of shape {scores.shape}"
        )
    return scores
