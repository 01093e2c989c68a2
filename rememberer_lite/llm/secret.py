"""A key, kept so that it is sent and never shown."""

from __future__ import annotations

import re
from collections.abc import Callable


class Secret:
    """A key that does not show: not in a repr, a log, a traceback or a pickle."""

    def __init__(self, text: str) -> None:
        self._read: Callable[[], str] = lambda: (
            text
        )  # a function can be neither pickled nor printed by accident

    def reveal(self) -> str:
        """The key itself, for the one place that sends it."""
        return self._read()

    def hide(self, text: str) -> str:
        """`text` without the key."""
        key = self.reveal()
        return text.replace(key, "[key]") if len(key) > 7 else text

    def hide_alike(self, text: str) -> str:
        """`text` without the key and what looks like one: for a server's complaints.

        Not for replies: SK-II is a brand of cosmetics.
        """
        return re.sub(r"\bsk-[\w*.-]{4,}|(?<=[Bb]earer )[^\s\[]+", "[key]", self.hide(text))

    def __repr__(self) -> str:
        return "[key]"
