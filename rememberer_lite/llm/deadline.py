"""An end for one answer of a server, whatever the server does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Deadline:
    """Breaks a connection off at a moment.

    A client's own time-out begins again with each part that arrives: a server that sends a header
    drop by drop, or "100 Continue" again and again, would hold it for ever.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._over = False

    def watch(self, event: str, told: dict[str, Any]) -> None:
        """Keep the socket of a new connection; for httpx's extension `trace`."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = told["return_value"].get_extra_info("socket")
            if self._over:  # it took that long to connect
                self._break_off()

    @contextmanager
    def until(self, end: float, too_long: Callable[[], Exception]) -> Iterator[None]:
        """Break off at `end` (of time.monotonic), and raise `too_long()` for it."""
        self._over = False
        timer = threading.Timer(max(0.0, end - time.monotonic()), self._break_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if not self._over:
                raise
            raise too_long() from error
        else:  # a page that was cut here may look whole
            if self._over:
                raise too_long()
        finally:
            timer.cancel()

    def _break_off(self) -> None:
        self._over = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)
