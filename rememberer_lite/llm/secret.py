"""A key and other secrets, which are sent and never shown."""

from __future__ import annotations

import logging
import os
import re
import weakref
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from rememberer_lite.llm.base import LLMError


class Secret:
    """A key that never shows: not in a repr, a log, a traceback or a pickle.

    Args:
        text: the key.
        more: other secrets: passwords and keys in the address.
    """

    def __init__(self, text: str, more: Iterable[str] = ()) -> None:
        # a function can be neither pickled nor printed by accident
        self._read: Callable[[], str] = lambda: text
        spellings = {f(part) for part in (text, *more) for f in (str, quote, quote_plus, unquote)}
        longest_first = sorted(spellings, key=lambda part: (-len(part), part))
        self._all: Callable[[], list[str]] = lambda: longest_first

    def reveal(self) -> str:
        """The key itself, only for the code that sends it."""
        return self._read()

    def hide(self, text: str, shortest: int = 8) -> str:
        """`text` without the secrets; a shorter one may be an ordinary word of a reply."""
        for part in self._all():
            if len(part) >= shortest:
                text = text.replace(part, "[key]")
        return text

    def hide_alike(self, text: str) -> str:
        """`text` without the secrets and anything that looks like a key: for a server's complaints.

        Not for replies: SK-II is a brand of cosmetics.
        """
        hidden = self.hide(text, shortest=5)
        return re.sub(r"\bsk-[\w*.-]{4,}|(?<=[Bb]earer )[^\s\[]+", "[key]", hidden)

    def keep_out_of_logs(self) -> None:
        """Keep it out of the HTTP client's own logging, which shows addresses."""
        _FILTER.secrets.add(self)
        for name in ("httpx", "httpx2", "openai", "openai._base_client"):
            logging.getLogger(name).addFilter(_FILTER)

    def __repr__(self) -> str:
        return "[key]"


class _Filter(logging.Filter):
    """Removes the secrets of all existing clients from a record."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: weakref.WeakSet[Secret] = weakref.WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        said = hidden = record.getMessage()
        for secret in list(self.secrets):
            hidden = secret.hide(hidden, shortest=4)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


_FILTER = _Filter()


def key_for(given: Any, needed: bool) -> str:
    """The key to send: the given one, or that of the environment.

    Raises:
        LLMError: if there is none, for a server that needs one, or it cannot be sent.
    """
    if given is not None and not (isinstance(given, str) and given.isascii()):
        raise LLMError("the key is not plain text: copy it again")  # never shown
    key = (given or os.environ.get("OPENAI_API_KEY") or "").strip()
    if not key and needed:
        raise LLMError(
            "no key: set the environment variable OPENAI_API_KEY, or name a server that needs none "
            "with base_url=, or use OfflineLLM(), which needs neither"
        )
    return key or "none"
