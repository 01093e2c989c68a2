"""The space of all texts: the simulators' observations and the agents' actions."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np


class AnyText(gym.Space[str]):
    """Every Unicode string, of any length.

    Gymnasium's own `Text` space needs a list of allowed characters; pages and queries have none.

    >>> "naïve • 雪\\n" in AnyText(), 3 in AnyText()
    (True, False)
    """

    def __init__(self, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(shape=None, dtype=None, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A few random characters, to try an environment."""
        characters = self.np_random.integers(32, 0x250, size=self.np_random.integers(0, 12))
        return "".join(map(chr, characters))

    def contains(self, x: Any) -> bool:
        """Whether `x` is a string."""
        return isinstance(x, str)

    @property
    def is_np_flattenable(self) -> bool:
        """A text is not an array."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyText)

    def __repr__(self) -> str:
        return "AnyText()"
