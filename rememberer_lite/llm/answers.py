"""What a server sent with status 200: a reply, or the reason why it is not one."""

from __future__ import annotations

import json
import re
from typing import Any

from rememberer_lite.llm.address import Address
from rememberer_lite.llm.base import Reply
from rememberer_lite.llm.complaints import one_line, read_complaint
from rememberer_lite.llm.errors import Fault, of_complaint
from rememberer_lite.llm.other_apis import other_api
from rememberer_lite.prompts import spoken, thinks
from rememberer_lite.storage.log import logger
from rememberer_lite.storage.plain_json import loads
from rememberer_lite.text import visible
from rememberer_lite.tokens import count_tokens

log = logger("rememberer_lite.llm")

_AGAIN = "ask again later; if this persists, the server does not speak chat completions"
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "thoughts", "reasoning_details")
_TOO_LONG = ("length", "max_tokens", "max_output_tokens")
_FILTERED = (
    "content_filter",
    "safety",
    "recitation",
    "prohibited_content",
    "blocklist",
    "sensitive",
    "refusal",
)
#: tokens of one call; a server that counts more cannot count
MOST_TOKENS = 10**9
_STREAM = re.compile(r"\s*(?::|data:|event:|id:|retry:)")


def read_answer(
    body: bytes, model: str, address: Address, prompt_tokens: int, sent: dict[str, Any]
) -> Reply | Fault:
    """Read the body of a chat completion.

    Args:
        body: as received.
        model: the name to use if the server names none.
        address: where it came from.
        prompt_tokens: the count to use if the server counts none.
        sent: the options of the request.
    """
    text = body.decode("utf-8", errors="replace").strip().lstrip("\ufeff")
    if text[:1] == "<":
        return Fault(
            f"a web page came instead of an answer: {one_line(text)!r}",
            f"{address.hint}; or a proxy or login page is in between",
        )
    try:
        data = _join_stream(text) if _STREAM.match(text) else loads(text)
    except (ValueError, AttributeError, TypeError):
        cause = f"the answer is not JSON: {one_line(text)!r}" if text else "the answer is empty"
        return Fault(cause, _AGAIN, passing=True, billed=True)
    if not isinstance(data, dict):
        return Fault(f"the answer is not an object: {one_line(text)!r}", _AGAIN, True, billed=True)
    if found := other_api(data, address):
        return Fault(f"{address.root} answers as {found[0]} does", found[1], billed=True)
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if data.get("error") or (choice is None and (data.get("detail") or data.get("message"))):
        return of_complaint(200, read_complaint(json.dumps(data).encode()), model, address, sent)
    if not isinstance(choice, dict):
        cause = f"the answer holds no choices: {one_line(text)!r}"
        return Fault(cause, _AGAIN, passing=True, billed=True)
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = _content(message.get("content"))
    if not content and message.get("refusal"):
        content = _content(message["refusal"])  # it holds no action, and counts as such a reply
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get("completion_tokens_details")
    hidden = _number(details.get("reasoning_tokens"), 0) if isinstance(details, dict) else 0
    thoughts = bool(hidden) or any(message.get(name) for name in _THOUGHTS)
    if fault := _unsaid(content, message, thoughts, str(choice.get("finish_reason")).lower(), sent):
        return fault
    if content is None:
        return Fault("the reply has no content (null)", _AGAIN, passing=True, billed=True)
    name = data.get("model")
    return Reply(
        content,
        visible(name)[:200] if isinstance(name, str) and name else model,
        _number(usage.get("prompt_tokens"), prompt_tokens),
        _number(usage.get("completion_tokens"), count_tokens(content)),
    )


def _unsaid(
    content: str | None, message: dict[str, Any], thoughts: bool, why: str, sent: dict[str, Any]
) -> Fault | None:
    """Why a reply says nothing; None if it says something, or is merely empty."""
    if content and spoken(content).strip():
        if why in _FILTERED:
            log.warning("the server's content filter cut a reply off")
        return None
    parts = message.get("content")
    thought = (
        thoughts
        or thinks(content or "")
        or (isinstance(parts, list) and bool(parts) and not content)
    )
    limit = sent.get("max_tokens", sent.get("max_completion_tokens"))
    longer = "raise max_output_tokens (models that think first need thousands)"
    if why in _TOO_LONG:
        used = "the model thought until" if thought else "the reply was used up:"
        return Fault(
            f"{used} the limit (max_output_tokens={limit}) was reached before it said anything",
            f"{longer}, turn the model's thinking off, or change the model",
            billed=True,
        )
    if why in _FILTERED:
        return Fault(
            "the server's content filter held the reply back",
            "leave this goal out, or use another model",
            billed=True,
        )
    if not thought:
        return None
    return Fault(
        f"the model only thought, and said nothing (finish_reason {one_line(why)!r})",
        f"set stop=() (a stop word may occur in the thoughts), {longer}, or turn the model's "
        "thinking off",
        billed=True,
        without=("stop",),
    )


def _join_stream(text: str) -> Any:
    """One answer from the pieces of a stream, which some servers send even if asked not to."""
    whole: dict[str, Any] = {}
    message: dict[str, str] = {}
    finish = None
    pieces = [line[5:].strip() for line in re.split("\r\n?|\n", text) if line.startswith("data:")]
    if not pieces:  # comments that keep the connection alive, then the answer itself
        return loads(text[text.index("{") :])
    for piece in pieces:
        if piece == "[DONE]":
            finish = finish or "stop"
            break
        chunk = loads(piece)
        if not isinstance(chunk, dict):
            raise ValueError("a piece of the stream is not an object")
        whole |= {name: value for name, value in chunk.items() if value is not None}
        for choice in (chunk.get("choices") or [])[:1]:
            said = choice.get("delta") or choice.get("message") or {}
            for name, value in said.items():
                if isinstance(value, str) and name != "role":
                    message[name] = message.get(name, "") + value
            finish = choice.get("finish_reason") or finish
    if finish is None and "error" not in whole:
        raise ValueError("the stream was cut off")
    return {**whole, "choices": [{"message": message, "finish_reason": finish}]}


def _content(value: object) -> str | None:
    """The text of a message: a string, or a list of parts; None if there is none."""
    if isinstance(value, list):
        parts = [
            part.get("text")
            for part in value
            if isinstance(part, dict) and part.get("type") not in ("thinking", "reasoning")
        ]
        value = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", errors="replace").decode("utf-8")  # half of a surrogate pair


def _number(value: object, otherwise: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return int(value) if whole else otherwise  # type: ignore[call-overload]
