"""What this package reports while it works, through Python's `logging`."""

from __future__ import annotations

import logging

from rememberer_lite.text import visible


class _Shown(logging.Filter):
    """Shows what a message quotes of a file, a server or a page: it steers no terminal."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = visible(record.getMessage()).replace("\n", "␊")
        record.args = None
        return True


_SHOWN = _Shown()


def logger(name: str) -> logging.Logger:
    """The logger of that name; each of its messages is one line, with nothing hidden in it."""
    log = logging.getLogger(name)
    log.addFilter(_SHOWN)
    return log
