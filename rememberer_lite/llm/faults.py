"""Why a server gave no answer: every way in which that happens, told with its cause and its fix.

`of_error` reads what the `openai` package raises, `read_answer` what a server sent with status
200. Neither trusts the server to keep to the protocol.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from rememberer_lite.llm.base import Reply
from rememberer_lite.tokens import count_tokens

_OVERFLOW = ("context length", "context_length", "context size", "context window", "too long")


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed call.

    Attributes:
        cause: what happened.
        fix: what the reader can do about it.
        passing: whether the same call may succeed a little later.
        wait: for how many seconds the server asks to be left alone, if it does.
        billed: whether the server may have done the work, and count it.
    """

    cause: str
    fix: str
    passing: bool = False
    wait: float | None = None
    billed: bool = False


def of_error(error: Exception, model: str, base_url: str, connected: bool) -> Fault:
    """What an exception of the client means.

    Args:
        error: what the `openai` package raised.
        model: the model that was asked for.
        base_url: where the server is.
        connected: whether the server has answered before; then a refused connection may pass.
    """
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Fault(
            f"no answer from {base_url} within the timeout",
            "raise timeout (a model on a laptop can need minutes), or ask again later",
            passing=True,
            billed=True,
        )
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, model, base_url)
    if isinstance(error, openai.APIConnectionError):
        root = _root(error)
        if type(error.__cause__).__name__ == "ConnectError":
            return Fault(
                f"no connection to {base_url} ({root})",
                "start the server, and check the host and port of base_url, and the network",
                passing=connected,
            )
        return Fault(
            f"the connection to {base_url} broke off ({root})",
            "ask again later; if it goes on, look at the server's log",
            passing=True,
            billed=True,
        )
    if isinstance(error, UnicodeEncodeError):
        return Fault(
            f"the request cannot be written ({error.reason})",
            "the key, or base_url, holds a sign that does not belong there: copy it again",
        )
    return Fault(
        f"the call failed: {type(error).__name__}: {error}",
        "check model, base_url and api_key; if they are right, the installed openai package and "
        "the server do not understand each other",
    )


def _of_status(error: Any, model: str, base_url: str) -> Fault:
    """What a status of 400 and above means; `error` is an openai.APIStatusError."""
    status: int = error.status_code
    body = error.body if isinstance(error.body, dict) else {}
    said = _line(str(body.get("message") or error.message))
    code = str(body.get("code") or body.get("type") or "")
    cause = f"status {status} from {base_url}: {said}"
    if status in (400, 413, 422) and any(mark in f"{said} {code}".lower() for mark in _OVERFLOW):
        return Fault(
            cause,
            f"the prompt is longer than the context of {model}: give the agent a smaller budget "
            "(tokens of prompt and reply), or take a model with a larger context",
        )
    if status == 429 and "insufficient_quota" in f"{code} {body.get('type')}":
        return Fault(cause, "the account has no credit left: add some, or use another key")
    if status == 429:
        return Fault(
            cause,
            "the rate limit is reached: use fewer workers, or ask again later",
            passing=True,
            wait=_retry_after(error),
        )
    if status in (408, 409) or status >= 500:
        return Fault(
            cause,
            "the server is in trouble: ask again later, or look at its log",
            passing=True,
            wait=_retry_after(error),
        )
    not_the_root = "base_url is not the root of such an API, which mostly ends in /v1"
    no_model = (
        f"the server has no model {model!r} (unknown, not yet pulled, or retired): choose one that "
        "it lists under /v1/models"
    )
    fixes = {
        401: "the key is missing or wrong: set OPENAI_API_KEY (or api_key=) to a right one",
        403: "this key may not use this model, or not from here: use another key or model",
        404: no_model if "model" in f"{said} {code}".lower() else not_the_root,
        405: not_the_root,
    }
    return Fault(
        cause,
        fixes.get(status, "the server refuses the request: read what it says, and check the model"),
    )


def read_answer(body: bytes, model: str, prompt_tokens: int, most_tokens: int) -> Reply | Fault:
    """Read the body of a chat completion.

    Args:
        body: as it came.
        model: the name to give where the server names none.
        prompt_tokens: the count to give where the server counts none.
        most_tokens: the limit that the reply had, to name it.
    """
    again = "ask again later; if it goes on, the server does not speak chat completions"
    text = body.decode("utf-8", errors="replace").strip()
    if text[:1] == "<":
        return Fault(
            f"a web page came instead of an answer: {_line(text)!r}",
            "base_url is not the root of the API (it mostly ends in /v1), or a proxy or login page "
            "stands between",
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        cause = f"the answer is no JSON: {_line(text)!r}" if text else "the answer is empty"
        return Fault(cause, again, passing=True, billed=True)
    if not isinstance(data, dict):
        return Fault(f"the answer is no object: {_line(text)!r}", again, passing=True, billed=True)
    if data.get("error"):
        return Fault(f"status 200 with an error: {_line(str(data['error']))}", again, passing=True)
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return Fault("the answer holds no choices", again, passing=True, billed=True)
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = _content(message.get("content"))
    if not content and message.get("refusal"):
        content = _content(message["refusal"])  # it holds no action, and is counted as such
    why = choice.get("finish_reason")
    if not content and why == "length":
        return Fault(
            f"the reply was used up (max_output_tokens={most_tokens}) before it said anything",
            "raise max_output_tokens (models that think first need thousands), or change the model",
        )
    if not content and why == "content_filter":
        return Fault(
            "the server's content filter held the reply back",
            "leave this goal out, or take another model",
        )
    if content is None:
        return Fault("the reply has no content (null)", again, passing=True, billed=True)
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    name = data.get("model")
    return Reply(
        content,
        name if isinstance(name, str) and name else model,
        _number(usage.get("prompt_tokens"), prompt_tokens),
        _number(usage.get("completion_tokens"), count_tokens(content)),
    )


def _content(value: object) -> str | None:
    """The text of a message: a string, or a list of parts; None where there is none."""
    if isinstance(value, list):
        parts = [part.get("text") for part in value if isinstance(part, dict)]
        value = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", errors="replace").decode("utf-8")  # half of a surrogate pair


def _number(value: object, otherwise: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return int(value) if whole else otherwise  # type: ignore[call-overload]


def _retry_after(error: Any) -> float | None:
    """Seconds from the headers retry-after-ms and retry-after (a number or a date)."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        date = parsedate_to_datetime(headers["retry-after"])
        now = parsedate_to_datetime(headers["date"])  # the server's own clock: ours may be off
        return max(0.0, (date - now).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def _root(error: BaseException) -> str:
    """The first cause's own words."""
    while error.__cause__ is not None:
        error = error.__cause__
    return _line(str(error) or type(error).__name__)


def _line(text: str, width: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
