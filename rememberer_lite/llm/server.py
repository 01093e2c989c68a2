"""Any model behind a local server, so that the client can be practised without a key."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.state import RemembererError

HOST = "127.0.0.1"  # loopback only: nobody else can reach it


class Server(ThreadingHTTPServer):
    """Serves `llm` as chat completions under http://127.0.0.1:<port>/v1.

    Use it in a `with` block, or between `start` and `close`.

    The model sees the texts of all messages, joined by line ends; for one message, as `OpenAILLM`
    sends it, that is the prompt itself. `stop` is honoured. Sampling settings of a request
    (temperature, max_tokens) are not: the model keeps those that it was made with.

    Args:
        llm: any model.
        port: 0 takes a free one; `url` tells which.

    Raises:
        RemembererError: where the port is taken or not allowed.
    """

    daemon_threads = True

    def __init__(self, llm: LLM, port: int = 0) -> None:
        self.llm = llm
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise RemembererError(
                f"cannot serve on port {port} ({error}): choose another one, or 0 for any free one"
            ) from error

    @property
    def url(self) -> str:
        """What to give as `OpenAILLM(base_url=…)`."""
        return f"http://{HOST}:{self.server_address[1]}/v1"

    def start(self) -> Server:
        """Serve in a thread of its own, until `close`."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving, and give the port back."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait(self) -> None:
        """Serve until Ctrl-C."""
        self._thread.join()

    def __repr__(self) -> str:
        return f"Server(model={self.llm.model!r}, url={self.url!r})"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "rememberer-lite"

    def do_GET(self) -> None:
        if self.path.rstrip("/") != "/v1/models":
            return self._refuse(404, f"there is no {self.path}: GET /v1/models is all there is")
        model = {"id": self.server.llm.model, "object": "model", "created": 0, "owned_by": "local"}
        return self._send(200, {"object": "list", "data": [model]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.rstrip("/") != "/v1/chat/completions":
            return self._refuse(404, f"there is no {self.path}: POST to /v1/chat/completions")
        try:
            request = json.loads(body)
            prompt = "\n".join(_text(message["content"]) for message in request["messages"])
            stops = _stops(request.get("stop"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._refuse(400, "send a JSON object with `messages`, each with `content`")
        if request.get("stream"):
            return self._refuse(400, "this server does not stream: leave `stream` out")
        if request.get("model") != self.server.llm.model:
            return self._refuse(
                404, f"there is no model {request.get('model')!r}: use {self.server.llm.model!r}"
            )
        try:
            reply = self.server.llm.complete(prompt)
        except LLMError as error:
            return self._refuse(500, str(error))
        return self._send(200, _completion(reply, stops))

    def _refuse(self, status: int, message: str) -> None:
        self._send(status, {"error": {"message": message, "type": "invalid_request_error"}})

    def _send(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: a class's terminal is for its own output."""


def _text(content: Any) -> str:
    """A message's text: a string, or a list of parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _stops(value: Any) -> list[str]:
    stops = [value] if isinstance(value, str) else list(value or ())
    if not all(isinstance(stop, str) for stop in stops):
        raise TypeError
    return stops


def _completion(reply: Reply, stops: list[str]) -> dict[str, Any]:
    """The reply as a chat completion, cut before the first stop text."""
    text = reply.text
    for stop in filter(None, stops):
        text = text.partition(stop)[0]
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion",
        "created": 0,
        "model": reply.model,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
            "total_tokens": reply.prompt_tokens + reply.completion_tokens,
        },
    }
