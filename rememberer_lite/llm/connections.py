"""The connections of one model to its server: a call ends in time, and holds little."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from rememberer_lite.llm.address import Address, is_loopback
from rememberer_lite.llm.deadline import Deadline
from rememberer_lite.llm.secret import Secret

#: the longest answer, in bytes
MOST_BYTES = 32 * 2**20


class TooLargeError(Exception):
    """A server sent more than any answer has."""


class _Connection(NamedTuple):
    client: Any  # an openai.OpenAI
    deadline: Deadline


class Connections:
    """As many clients of the `openai` package as there are calls at the same time.

    Args:
        address: of the server.
        key: what it is sent.
        timeout: seconds for one answer, from the request to its last byte; None: no limit.
    """

    def __init__(self, address: Address, key: Secret, timeout: float | None) -> None:
        self.address, self.timeout = address, timeout
        self._key = key
        self._lock = threading.Lock()
        self._free: list[_Connection] = []

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client for one call, which ends in time.

        Raises:
            TimeoutError: if the call in this block took longer.
        """
        with self._lock:
            own = self._free.pop() if self._free else None
        own = own or self._connect()
        try:
            if self.timeout is None:
                yield own.client
            else:
                with own.deadline.until(time.monotonic() + self.timeout, TimeoutError):
                    yield own.client
        finally:
            with self._lock:
                self._free.append(own)

    def close(self) -> None:
        """Close them all."""
        while self._free:
            self._free.pop().client.close()

    def _connect(self) -> _Connection:
        import openai

        address, deadline = self.address, Deadline()
        own = is_loopback(address.host)  # a proxy cannot reach this machine's own servers
        secure = address.root.startswith("https")
        http = _bounded(openai.DefaultHttpxClient, deadline)(
            timeout=self.timeout,
            trust_env=not own,
            **({"verify": ssl.create_default_context() if secure else True} if own else {}),
        )
        self._key.keep_out_of_logs()
        client = openai.OpenAI(
            api_key=self._key.reveal(),
            base_url=address.root,
            default_query=dict(address.query),
            default_headers=address.headers(self._key),
            timeout=self.timeout,
            max_retries=0,
            http_client=http,
        )
        return _Connection(client, deadline)


def _bounded(base: type[Any], deadline: Deadline) -> type[Any]:
    """A class of clients, with an end to the time and the length of each answer."""

    class Bounded(base):  # type: ignore[misc]
        def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
            request.extensions["trace"] = deadline.watch
            answer = super().send(request, stream=True, **options)
            if stream:
                return answer
            data = bytearray()
            try:
                for part in answer.iter_bytes():
                    data += part
                    if len(data) > MOST_BYTES:
                        raise TooLargeError
            finally:
                answer.close()
            headers = answer.headers.copy()
            for name in ("content-encoding", "content-length", "transfer-encoding"):
                headers.pop(name, None)  # they are about the bytes on the way
            return type(answer)(
                answer.status_code, headers=headers, content=bytes(data), request=answer.request
            )

    return Bounded
