"""The space of all texts: what the simulators observe and what agents answer."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np


class AnyText(gym.Space[str]):
    """Every Unicode string, of any length.

    Gymnasium's own `Text` space wants a list of allowed letters; pages and queries have no such
    list.

    >>> "naïve • 雪\\n" in AnyText(), 3 in AnyText()
    (True, False)
    """

    def __init__(self, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(shape=None, dtype=None, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A few random letters, to try an environment with."""
        letters = self.np_random.integers(32, 0x250, size=self.np_random.integers(0, 12))
        return "".join(map(chr, letters))

    def contains(self, x: Any) -> bool:
        """Whether `x` is a string."""
        return isinstance(x, str)

    @property
    def is_np_flattenable(self) -> bool:
        """A text is no array."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyText)

    def __repr__(self) -> str:
        return "AnyText()"
