"""How alike two states are: the λ-mix of a task part and an observation part.

    f(s, s') = λ · f_g(g, g') + (1 − λ) · f_o(o, o')          (paper, section 3.1; λ = 0.5)

A `Part` is one of the two terms. It turns a state into a feature once, and scores a query's
feature against many stored ones. To try an idea of your own, write a Part of two methods and
hand it over, `Similarity(task=TextEmbedding(), observation=MyPart())`, or, for a first try,
wrap a plain function: `from_function(f)`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import isfinite
from threading import Lock
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cdist

from rememberer_lite.encoder import Encoder, Vectors, hashed_text
from rememberer_lite.state import SettingError, State

Scores = NDArray[np.float32]

_ONE_AT_A_TIME = Lock()


def lcs(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """The longest common subsequence of two sequences, as a share of the longer one.

        f_o(o, o') = |LCS(o, o')| / max(|o|, |o'|)

    Args:
        a, b: sequences of anything that can be hashed: tags, words, characters.

    Returns:
        0.0 (nothing in common) to 1.0 (equal; also for two empty sequences).

    Source: paper, section 4.1 (WikiHow's observation similarity, on HTML tags).

    >>> lcs(["p", "img", "p"], ["p", "p", "div", "div"])
    0.5
    """
    longer = max(len(a), len(b))
    return LCSseq.similarity(a, b) / longer if longer else 1.0


class Part(ABC):
    """One view of how alike two states are: f_g or f_o.

    >>> class SameLength(Part):
    ...     def feature(self, state):
    ...         return len(state.observation)
    ...     def scores(self, query, packed):
    ...         return np.array([query == key for key in packed], dtype=np.float32)
    >>> mix = Similarity(task=TextEmbedding(), observation=SameLength())
    >>> mix(State("buy tea", "page 1"), State("buy tea", "page 2")).similarity
    1.0
    """

    @abstractmethod
    def feature(self, state: State) -> Hashable:
        """What this part looks at in a state; computed once for a stored state."""

    def pack(self, features: Sequence[Any]) -> Any:
        """The distinct features of all stored states, ready to be scored many times."""
        return features

    @abstractmethod
    def scores(self, query: Any, packed: Any) -> Scores:
        """How alike one feature and each packed feature are: (n,) float32."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Part:
        return self  # it holds nothing but caches: copies of a memory share it


class TagSequence(Part):
    """f_o on WikiHow: the longest common subsequence of two screens' HTML tags.

    Lines that open no tag are left out; two empty screens are equal.

    Source: paper, section 4.1; see `lcs`.

    >>> similar = Similarity(task=TextEmbedding(), observation=TagSequence())
    >>> a, b = State("t", '<p id="0">\\n<hr>'), State("t", "<hr>")
    >>> similar(a, b).observation_similarity
    0.5
    """

    _tag = re.compile(r"^\s*<([A-Za-z][^\s/>]*)", re.MULTILINE)

    def __init__(self) -> None:
        # one character for each tag: a string of them is compared three times as fast as a list
        self._codes: dict[str, str] = {}

    def tags(self, state: State) -> list[str]:
        """The screen's tags by name, in order."""
        return [match[1] for match in self._tag.finditer(state.observation)]

    def feature(self, state: State) -> str:
        """The screen's tags, one character each."""
        return "".join(
            self._codes.setdefault(tag, chr(len(self._codes) + 1)) for tag in self.tags(state)
        )

    def scores(self, query: str, packed: Sequence[str]) -> Scores:
        """|LCS| / longer length, for each stored screen."""
        # rapidfuzz's normalized similarity is exactly that, 1 for two empty sequences
        scores = cdist([query], packed, scorer=LCSseq.normalized_similarity, dtype=np.float32)
        return np.asarray(scores[0], dtype=np.float32)

    def __repr__(self) -> str:
        return "TagSequence()"


class PatternTable(Part):
    """A table of how alike kinds of states are: f_o on WebShop, f_g on WikiHow.

        f(s, s') = table[pattern(s), pattern(s')]

    Args:
        pattern: the name of a state's kind; any name that is not in `names` means unknown.
        names: the kinds, in the order of the table's rows and columns.
        table: (len(names), len(names)), each entry from 0 to 1.

    A state of unknown kind scores 0 against all others but an equal state, which scores 1.

    Raises:
        SettingError: where the table's shape does not fit the names.

    Source: paper, section 4.1; the domains hold the two tables.

    Unlike the paper: an unknown state is at least like itself, so that it can be found again.

    >>> kind = PatternTable(lambda s: s.observation, ["item", "other"], [[1.0, 0.3], [0.3, 1.0]])
    >>> similar = Similarity(task=TextEmbedding(), observation=kind)
    >>> round(similar(State("t", "item"), State("t", "other")).observation_similarity, 3)
    0.3
    >>> similar(State("t", "item"), State("t", "new")).observation_similarity
    0.0
    """

    def __init__(
        self, pattern: Callable[[State], str], names: Sequence[str], table: ArrayLike
    ) -> None:
        self.pattern = pattern
        self.names = tuple(names)
        self.table: Scores = np.array(table, dtype=np.float32)
        if self.table.shape != (len(self.names), len(self.names)):
            raise SettingError(
                f"a table for {len(self.names)} patterns has shape "
                f"({len(self.names)}, {len(self.names)}), not {self.table.shape}: give one row "
                f"and one column for each of {', '.join(self.names)}"
            )

    def feature(self, state: State) -> int | State:
        """The row of the table, or the state itself where no row is its."""
        name = self.pattern(state)
        return self.names.index(name) if name in self.names else state

    def scores(self, query: int | State, packed: Sequence[int | State]) -> Scores:
        """One look-up for each stored state."""

        def score(key: int | State) -> float:
            if isinstance(query, int) and isinstance(key, int):
                return float(self.table[query, key])
            return float(query == key)

        return np.array([score(key) for key in packed], dtype=np.float32)

    def __repr__(self) -> str:
        return f"PatternTable({', '.join(self.names)})"


class TextEmbedding(Part):
    """f_g on WebShop: the cosine of the two tasks' vectors.

        f_g(g, g') = e(g) · e(g'),   |e| = 1

    Args:
        encoder: texts → unit vectors; None: `encoder.hashed_text`, which needs no download.
        text: what to read in a state.

    Source: paper, section 4.1 (there with all-MiniLM-L12-v2).

    >>> f_g = Similarity(task=TextEmbedding(), observation=TagSequence(), weight=1.0)
    >>> f_g(State("buy green tea", ""), State("buy green tea", "")).similarity
    1.0
    """

    def __init__(self, encoder: Encoder | None = None, text: Callable[[State], str] | None = None):
        self.encoder: Encoder = encoder or hashed_text
        self.text = text
        self._vectors: dict[str, Vectors] = {}  # a sentence model is slow: each text once

    def feature(self, state: State) -> str:
        """The text that is compared."""
        return self.text(state) if self.text else state.task

    def pack(self, features: Sequence[str]) -> Vectors:
        """(n, d): one row for each text."""
        unseen = [text for text in dict.fromkeys(features) if text not in self._vectors]
        if unseen:
            self._vectors.update(zip(unseen, self.encoder(unseen), strict=True))
        return np.stack([self._vectors[text] for text in features])

    def scores(self, query: str, packed: Vectors) -> Scores:
        """(n, d) · (d,): n cosines, rounded so that every machine finds the same ties."""
        # row by row: a matrix product would wake threads, which costs more than it saves here
        return np.asarray(np.round(np.vecdot(packed, self.pack([query])), 6), dtype=np.float32)

    def __repr__(self) -> str:
        return f"TextEmbedding({getattr(self.encoder, '__name__', repr(self.encoder))})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two states are, and why; the parts are None where there are none."""

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

    Raises:
        SettingError: where λ is outside [0, 1].

    Source: paper, section 3.1.

    >>> similarity = Similarity(TextEmbedding(), TagSequence(), weight=0.25)
    >>> similarity(State("buy tea", "<p>"), State("buy tea", "<div>"))
    Comparison(similarity=0.25, task_similarity=1.0, observation_similarity=0.0)
    """

    def __init__(self, task: Part, observation: Part, weight: float = 0.5) -> None:
        if not 0.0 <= weight <= 1.0:
            raise SettingError(
                f"weight (λ) is the task's share of the mix: choose it from 0 to 1, not {weight}"
            )
        self.parts: tuple[Part, ...] = (task, observation)
        self.weight = weight

    def mix(self, scores: Sequence[Scores]) -> Scores:
        """The parts' scores as one: λ · f_g + (1 − λ) · f_o."""
        task, observation = scores
        return np.float32(self.weight) * task + np.float32(1.0 - self.weight) * observation

    def with_weight(self, weight: float) -> Similarity:
        """The same parts under another λ."""
        task, observation = self.parts
        return Similarity(task, observation, weight)

    def __call__(self, query: State, key: State) -> Comparison:
        """Compare two states."""
        scores = [
            part.scores(part.feature(query), part.pack([part.feature(key)])) for part in self.parts
        ]
        return Comparison(float(self.mix(scores)[0]), *self.reported(scores, 0))

    def reported(self, scores: Sequence[Scores], i: int) -> tuple[float | None, float | None]:
        """f_g and f_o of the i-th stored state, as a match shows them."""
        return float(scores[0][i]), float(scores[1][i])

    def __deepcopy__(self, memo: dict[int, Any]) -> Similarity:
        return self  # it never changes: copies of a memory share it

    def __repr__(self) -> str:
        return f"Similarity({self.weight:g}·{self.parts[0]} + {1 - self.weight:g}·{self.parts[1]})"


def from_function(f: Callable[[State, State], float]) -> Similarity:
    """A similarity that is one function of two states, without parts.

    Args:
        f: (query, key) → how alike they are; higher is more alike, 1.0 for equal states.

    Source: this project: a learner's own idea, or a test's recorded one.

    >>> exact = from_function(lambda query, key: float(query == key))
    >>> exact(State("a", ""), State("b", ""))
    Comparison(similarity=0.0, task_similarity=None, observation_similarity=None)
    """
    return _FunctionSimilarity(f)


class _Function(Part):
    def __init__(self, f: Callable[[State, State], float]) -> None:
        self.f = f

    def feature(self, state: State) -> State:
        return state

    def scores(self, query: State, packed: Sequence[State]) -> Scores:
        values = [self.f(query, key) for key in packed]
        if not all(isinstance(value, SupportsFloat) and isfinite(value) for value in values):
            raise SettingError(f"a similarity is a finite number: {self.f!r} gave {values[0]!r}")
        return np.array(values, dtype=np.float32)


class _FunctionSimilarity(Similarity):
    def __init__(self, f: Callable[[State, State], float]) -> None:
        self.f = f
        self.parts = (_Function(f),)

    def mix(self, scores: Sequence[Scores]) -> Scores:
        return scores[0]

    def with_weight(self, weight: float) -> Similarity:
        raise SettingError("a similarity made from one function has no parts to weigh")

    def reported(self, scores: Sequence[Scores], i: int) -> tuple[None, None]:
        return None, None

    def __repr__(self) -> str:
        return f"from_function({getattr(self.f, '__name__', 'f')})"
