"""What the local server answers, and to whom: `/v1/models` and `/v1/chat/completions`."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from tornado.web import RequestHandler, stream_request_body

from rememberer_lite.llm.address import is_loopback
from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.storage.plain_json import loads
from rememberer_lite.text import short

#: the longest request, in bytes: a hundred times the longest prompt
MOST_BYTES = 4 * 2**20
#: how much of a longer request is still read, so that its sender gets to read the refusal
_READ_ON = 64 * 2**20
#: seconds for the rest of a request that was refused
_REFUSED_FOR = 2.0


@stream_request_body
class Handler(RequestHandler):
    """What applies to every request; on its own it answers that there is no such path."""

    def initialize(self) -> None:
        """Begin a request."""
        self.llm: LLM = self.settings["llm"]
        self.body = bytearray()
        self.received = 0
        self.answered = False

    def prepare(self) -> None:
        """Check who asks and how much they send, before any of the body is read."""
        headers = self.request.headers
        length = headers.get("Content-Length", "")
        # Tornado refuses a length that is not a number.
        size = int(length) if length.isdecimal() and len(length) < 1000 else 0
        if not _is_ours(headers.get("Host", ""), headers.get("Origin"), self.request.protocol):
            self.refuse(403, "only programs on this machine are answered, and no browser's pages")
        elif headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            self.refuse(403, "pages of a browser are not answered")
        elif size > MOST_BYTES:
            self.refuse(413, f"the body is longer than {MOST_BYTES} bytes")
        if self.answered:
            self.request.connection.set_body_timeout(_REFUSED_FOR)  # type: ignore[union-attr]
            if size > _READ_ON:
                self.finish()

    def data_received(self, chunk: bytes) -> None:
        """Keep what has arrived of the body, up to the limit."""
        self.received += len(chunk)
        if self.received > _READ_ON:
            self.request.connection.close()  # type: ignore[union-attr]
        elif self.answered:
            return
        elif self.received > MOST_BYTES:
            self.body.clear()
            self.refuse(413, f"the body is longer than {MOST_BYTES} bytes")
        else:
            self.body += chunk

    async def get(self) -> None:
        """Answer GET."""
        self.refuse(404, f"there is no {self.request.path}: only GET /v1/models exists")

    async def post(self) -> None:
        """Answer POST."""
        self.refuse(404, f"there is no {self.request.path}: POST to /v1/chat/completions")

    def refuse(self, status: int, message: str) -> None:
        """Send an error as OpenAI writes it."""
        self.answer({"error": {"message": message, "type": "invalid_request_error"}}, status)

    def answer(self, content: dict[str, Any], status: int = 200) -> None:
        """Send `content`, unless the request was answered before its body was read."""
        if self.answered:
            return
        self.answered = True
        body = json.dumps(content).encode("utf-8")
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Length", str(len(body)))
        self.set_header("Server", "rememberer-lite")
        if status in (403, 413):
            self.set_header("Connection", "close")
        self.write(body)
        self.flush()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tornado's own refusals (a method that is not allowed, …) as JSON too."""
        self.refuse(status_code, self._reason)


class Models(Handler):
    """The one model."""

    async def get(self) -> None:
        """Answer GET."""
        model = {"id": self.llm.model, "object": "model", "created": 0, "owned_by": "local"}
        self.answer({"object": "list", "data": [model]})


class Completions(Handler):
    """What the model answers."""

    async def post(self) -> None:
        """Answer POST."""
        if self.answered:
            return
        try:
            request = loads(self.body)
            prompt = "\n".join(_text(message["content"]) for message in request["messages"])
            stops = _stops(request.get("stop"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.refuse(400, "send a JSON object with `messages`, each with `content`")
        if request.get("stream"):
            return self.refuse(400, "this server does not stream: leave `stream` out")
        if request.get("model") != self.llm.model:
            asked = short(str(request.get("model")), 80)
            return self.refuse(404, f"there is no model {asked!r}: use {self.llm.model!r}")
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(None, self.llm.complete, prompt)
        except LLMError as error:
            return self.refuse(500, str(error))
        return self.answer(_completion(reply, stops))


def _is_ours(host: str, origin: str | None, protocol: str) -> bool:
    """Whether a request names this machine, and does not come from another site's page.

    A web page can point a name of its own to 127.0.0.1; its requests show that name in `Host`.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    here = is_loopback(name) and name not in ("0.0.0.0", "::")
    return here and origin in (None, f"{protocol}://{host}")


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
