"""Why a server refuses to answer: the cause and the fix."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rememberer_lite.llm.address import Address
from rememberer_lite.llm.complaints import Complaint

_OVERFLOW = re.compile(
    r"context[ _](?:length|size|window)|(?:prompt|input)(?: is)? too long|too many tokens"
    r"|request too large|reduce the length"
    r"|\b(?:inputs?|prompts?)(?:'s)?[ _](?:tokens?|length|size)\b.{0,80}"
    r"(?:exceed|must be|maximum|limit|larger|longer|greater|more than)"
)
_FILTER = re.compile(
    r"content[ _-](?:filter|policy|management policy)|responsibleaipolicy|safety system|moderation"
    r"|inappropriate content|data_inspection|invalid_prompt|safety (?:filter|polic|reason)"
    r"|(?:input|prompt|request|content)(?: (?:was|is|has been))? (?:flagged|blocked|filtered)"
    r"|(?:sensitive|prohibited|harmful|unsafe) (?:content|words?|information)|敏感"
    r"|(?:usage|use|safety|acceptable use) polic(?:y|ies)|policy[ _]violation"
)
_NO_MODEL = re.compile(
    r"model_not_found|model_decommissioned|unknown_model|invalid_model|no such model"
    r"|(?:unknown|invalid|no) model\b|deploymentnotfound|deployment .{0,40}not exist"
    r"|model\b.{0,120}?(?:not (?:found|exist|available|loaded|a valid)|n't exist|no longer"
    r"|unknown|deprecated|retired|decommissioned|pull)|not a valid model|pull(?:ing)? (?:it|the)"
)
_RESPONSES = re.compile(r"\bresponses api\b|/responses\b|\bresponses endpoint")
_OTHER_KIND = re.compile(
    r"not a chat model|/v1/completions\b|does not support chat|embedding model"
)
_NO_PATH = re.compile(r"unexpected endpoint|invalid url|no route|unknown (?:path|endpoint|route)")
_NO_CREDIT = re.compile(
    r"insufficient[ _](?:balance|funds|credits?|quota)|credit balance|(?:out of|no) credits?\b"
    r"|billing (?:hard )?limit|payment required"
)
_NO_KEY = re.compile(
    r"api[ _-]?key\b.{0,40}(?:not valid|invalid|incorrect|missing|expired|required)"
    r"|(?:invalid|incorrect|missing|expired|no|provide an?)\b.{0,20}\bapi[ _-]?key|unauthenticated"
)
_TLS_PORT = re.compile(r"http request (?:was sent )?to (?:an )?https (?:port|server)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed call.

    Attributes:
        cause: what happened.
        fix: what the reader can do about it.
        passing: whether the same call may succeed later.
        wait: how many seconds the server asks the client to wait, if it does.
        billed: whether the server may have done the work and charge for it.
        without: options without which the call may succeed at once.
        instead: what to send instead of "max_tokens", if that is one of them.
    """

    cause: str
    fix: str
    passing: bool = False
    wait: float | None = None
    billed: bool = False
    without: tuple[str, ...] = ()
    instead: str = ""


def of_complaint(
    status: int,
    complaint: Complaint,
    model: str,
    address: Address,
    sent: Collection[str],
    wait: float | None = None,
) -> Fault:
    """What a refusal means; `status` is 200 if an error came as an answer."""
    marks = complaint.all
    said = complaint.words or "(it says nothing)"
    cause = f"status {status} from {address.root}: {said}"
    refuses = status in (200, 400, 404, 405, 413, 415, 422, 500, 501)
    if status == 413 or (refuses and _OVERFLOW.search(marks)):
        return Fault(
            cause,
            f"the prompt is too long for {model}, or its server: give the agent a smaller budget "
            "(tokens of prompt and reply), or use a model with a larger context",
        )
    if status in (200, 400, 403, 422, 451) and _FILTER.search(marks):
        return Fault(
            cause,
            "the server's content filter refuses this prompt: leave this goal out, or use another "
            "model",
        )
    if refuses and _RESPONSES.search(marks):
        return Fault(cause, "this model knows only the responses API: use a chat model")
    if refuses and _OTHER_KIND.search(marks):
        return Fault(cause, "this model does not chat: use one that knows chat completions")
    without = complaint.refused(sent) if status in (200, 400, 415, 422, 500, 501) else ()
    if without:
        instead = "max_completion_tokens" if _other_name(status, complaint) else ""
        return Fault(cause, "leave these options out", without=without, instead=instead)
    if refuses and status != 500 and _NO_MODEL.search(marks):
        return Fault(
            cause,
            f"the server has no model {model!r} (unknown, not yet pulled, or retired): choose one "
            "that it lists under /v1/models",
        )
    if status in (200, 400, 403) and (_NO_KEY.search(marks) or _NO_CREDIT.search(marks)):
        status = 401 if _NO_KEY.search(marks) else 402
    if refuses and _TLS_PORT.search(marks):
        return Fault(cause, "the server speaks https: write https:// in base_url")
    if refuses and _NO_PATH.search(marks):
        return Fault(cause, address.hint)
    return _of_status(status, cause, marks, address, wait)


def _other_name(status: int, complaint: Complaint) -> bool:
    """Whether the reply limit has another name here, rather than another maximum."""
    return "unsupported_parameter" in complaint.code or (
        "max_completion_tokens" in complaint.words and "too large" not in complaint.words
    )


def _of_status(status: int, cause: str, marks: str, address: Address, wait: float | None) -> Fault:
    if status == 429 and _NO_CREDIT.search(marks):
        return Fault(cause, "the account has no credit left: add some, or use another key")
    if status == 429:
        return Fault(
            cause,
            "the rate limit is reached: use fewer workers, or ask again later",
            passing=True,
            wait=wait,
        )
    if status in (200, 408, 409) or status >= 500:
        return Fault(
            cause,
            "the server is in trouble: ask again later, or look at its log",
            passing=True,
            wait=wait,
        )
    fixes = {
        401: "the key is missing or wrong: set OPENAI_API_KEY (or api_key=) to a valid one",
        402: "the account has no credit left: add some, or use another key",
        403: "this key may not use this model, or not from this address: use another key or model",
        404: address.hint,
        405: address.hint,
        407: "the proxy wants a name and a password: write them into HTTPS_PROXY",
    }
    refuses = "the server refuses the request: read what it says, and check the model"
    return Fault(cause, fixes.get(status, refuses))
