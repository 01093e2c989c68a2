"""A local server that speaks chat completions and breaks in every way that real ones do.

It answers each call with the next fault of its script, and, when the script is used up, properly:
with a text of its own, or, where the environment variable REMEMBERER_TEST_SERVER names the root of
another OpenAI-compatible server (and REMEMBERER_TEST_MODEL a model there), with that server's
answer. So the same tests run against a real server:

    REMEMBERER_TEST_SERVER=http://localhost:11434/v1 REMEMBERER_TEST_MODEL=llama3.2 \
        pytest tests/test_llm_openai.py

OPENAI_API_KEY is passed on to that server if it is set. pytest refuses to reach other machines: for
one of them add --allow-hosts=… with its address.
"""

from __future__ import annotations

import json
import os
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

UPSTREAM = os.environ.get("REMEMBERER_TEST_SERVER", "").rstrip("/")
MODEL = os.environ.get("REMEMBERER_TEST_MODEL", "tiny")
UPSTREAM_KEY = os.environ.get("OPENAI_API_KEY", "none")
TEXT = "click[buy now] -> 1.0 everything is chosen"


@dataclass(frozen=True)
class Fault:
    """One answer that is wrong: bytes to send, and how.

    `cut` closes the connection after so many bytes of the body; −1 before anything is sent.
    `raw` is sent as it stands, in place of an HTTP answer.
    `drip` is sent behind `raw` again and again, each time after a pause in seconds.
    `delay` waits first. A callable body sees the request's headers and data.
    """

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    delay: float = 0.0
    raw: bytes = b""
    drip: tuple[bytes, float] | None = None

    def data(self, headers: Any, request: dict[str, Any]) -> bytes:
        body = self.body(headers, request) if callable(self.body) else self.body
        return body if isinstance(body, bytes) else json.dumps(body).encode()


def error(
    status: int, message: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Fault:
    """A status with an error body as OpenAI writes it."""
    return Fault({"error": {"message": message, **more}}, status, headers or {})


def completion(text: str | None = TEXT, **message: Any) -> dict[str, Any]:
    """A proper answer."""
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
    }


def stream(text: str = TEXT, end: bool = True, **first: str) -> Fault:
    """What a server sends that streams although told not to: the text in pieces."""
    pieces: list[dict[str, Any]] = [{"role": "assistant", **first}]
    pieces += [{"content": sign} for sign in text]
    lines = [": keep-alive", ""]
    for piece in pieces:
        choice = {"index": 0, "delta": piece, "finish_reason": None}
        lines += [f"data: {json.dumps({'model': MODEL, 'choices': [choice]})}", ""]
    if end:
        last = {"index": 0, "delta": {}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 7, "completion_tokens": 5}
        lines += [
            f"data: {json.dumps({'choices': [last], 'usage': usage})}",
            "",
            "data: [DONE]",
            "",
        ]
    return Fault("\n".join(lines).encode(), headers={"content-type": "text/event-stream"})


def ending(text: str | None, finish_reason: str, **message: Any) -> Fault:
    """An answer that ended for a reason of its own."""
    answer = completion(text, **message)
    answer["choices"][0]["finish_reason"] = finish_reason
    return Fault(answer)


class FaultServer:
    """Serves on a free port of loopback until the `with` block ends."""

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        always: Fault | None = None,
        reply: Callable[[str], str] = lambda prompt: TEXT,
        delay: float = 0.0,
    ) -> None:
        self.faults = deque(faults)
        self.always = always
        self.reply = reply
        self.delay = delay
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def __enter__(self) -> FaultServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.handle(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, address: Any) -> None:
                pass  # clients that gave up

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers["content-length"]))
        request = json.loads(raw)
        with self.lock:
            self.requests.append(request)
            self.paths.append(handler.path)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self.times.append(time.monotonic())
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            fault = self.faults.popleft() if self.faults else self.always
        try:
            if fault is None:
                fault = Fault(self.proper(request, raw), delay=self.delay)
            self.send(handler, fault, request)
        finally:
            with self.lock:
                self.at_once -= 1

    def proper(self, request: dict[str, Any], raw: bytes) -> Any:
        if not UPSTREAM:
            return completion(self.reply(request["messages"][-1]["content"]))
        call = urllib.request.Request(
            f"{UPSTREAM}/chat/completions",
            data=raw,
            headers={
                "content-type": "application/json",
                "authorization": f"Bearer {UPSTREAM_KEY}",
            },
        )
        with urllib.request.urlopen(call, timeout=120) as answer:
            return answer.read()

    def send(self, handler: BaseHTTPRequestHandler, fault: Fault, request: dict[str, Any]) -> None:
        time.sleep(fault.delay)
        handler.close_connection = True
        if fault.cut == -1:
            return
        if fault.raw:
            handler.wfile.write(fault.raw)
        while fault.drip:  # until the client has had enough: an OSError
            handler.wfile.write(fault.drip[0])
            time.sleep(fault.drip[1])
        if fault.raw:
            return
        data = fault.data(handler.headers, request)
        handler.send_response_only(fault.status)
        for name, value in {"content-type": "application/json", **fault.headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(data)))
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.wfile.write(data[: fault.cut])
