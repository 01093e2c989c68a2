"""What a server says when it refuses: its words, in whatever form they come."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from rememberer_lite.storage.plain_json import loads
from rememberer_lite.text import visible

_WORDS = (
    *("message", "detail", "details", "msg", "error_description", "error_message", "error"),
    *("errors", "title", "description", "reason", "raw", "metadata", "data", "fault", "cause"),
)
_CODES = ("code", "type", "error_code", "status", "error", "innererror", "inner_error", "errors")
_DEEPEST = 6

# How the options are named in words.
_NAMED = {
    "max_tokens": re.compile(r"\bmax(?:imum)?[ _]?(?:output[ _]?|new[ _]?)?tokens?\b", re.I),
    "max_completion_tokens": re.compile(r"\bmax[ _]?completion[ _]?tokens?\b", re.I),
    "temperature": re.compile(r"\btemperature\b", re.I),
    "stop": re.compile(
        r"(?<!must )(?<!to )(?<!please )(?<!will )(?<!and )\bstop\b(?! \w+ing\b)"
        r"|\bstop[ _-]?(?:sequences?|words?|tokens?|strings?)\b",
        re.I,
    ),
    "response_format": re.compile(r"\bresponse[ _-]?format\b|\bjson[ _-]?schema\b", re.I),
    "stream": re.compile(
        r"['\"`.]stream(?:['\"`:.]|\s*:)|^stream\b|[:;] stream:"
        r"|\bstream(?:ing)?(?= (?:option|param|parameter|field|argument|property|key|mode|is|are"
        r"|must|should|cannot|can't|not)\b)"
        r"|(?:parameter|argument|option|field|property|key|input|supplied)s?:? stream\b",
        re.I,
    ),
}
_REFUSED = re.compile(
    r"unsupported|unavailable|unrecogni[sz]ed|unknown|unexpected|extra |invalid|illegal|deprecated"
    r"|forbidden|disabled|disallowed|fixed|not |n't |no such|cannot|must|should|only"
    r"|too (?:large|small|high|low|many|big|long)|out of range|exceed"
    r"|greater|less|larger|at (?:most|least)|between|instead|remove|fail",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A refusal.

    Attributes:
        words: what the server says, on one line.
        code: its codes and types, in lower case.
        params: the parameters that it blames.
    """

    words: str
    code: str = ""
    params: tuple[str, ...] = ()

    @property
    def all(self) -> str:
        """Words and codes in lower case, to search in."""
        return f"{self.words} {self.code}".lower()

    def refused(self, sent: Collection[str]) -> tuple[str, ...]:
        """The options among `sent` that it refuses, by name or in words."""
        by_name = [name for name in sent if name in self.params]
        if by_name:
            return tuple(by_name)
        if not _REFUSED.search(self.words):
            return ()
        named = [name for name in sent if name in _NAMED and _NAMED[name].search(self.words)]
        if (
            not named
            and "max_tokens" in sent
            and _NAMED["max_completion_tokens"].search(self.words)
        ):
            return ("max_tokens",)  # it says only what to send instead
        return tuple(named)


def read_complaint(body: bytes) -> Complaint:
    """Read an error's body: JSON of any shape, a web page, plain text.

    >>> read_complaint(b'{"detail": [{"loc": ["body", "stop"], "msg": "extra input"}]}').words
    'body.stop: extra input'
    """
    text = body.decode("utf-8", errors="replace").strip()
    try:
        data = loads(text)
    except ValueError:
        data = None
    if not isinstance(data, (dict, list, str)):
        return Complaint(one_line(_without_tags(text) or text))
    words = list(dict.fromkeys(_words(data)))
    return Complaint(
        one_line("; ".join(words) or text),
        " ".join(_values(data, _CODES)).lower(),
        tuple(name for value in _values(data, ("param", "parameter", "loc"))
              for name in re.findall(r"\w+", value)),
    )  # fmt: skip


def one_line(text: str, width: int = 300) -> str:
    """The text on one line, no longer than `width`, with nothing in it that controls a terminal."""
    line = visible(" ".join(text[: 20 * width].split()))
    return line if len(line) <= width else line[: width - 1] + "…"


def _words(value: Any, depth: int = 0) -> Iterator[str]:
    """Everything it says, outermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        inner = _inner(value)
        if inner is not None:  # JSON as text within JSON: a gateway passes on what it received
            yield from _words(inner, depth + 1)
        elif said := " ".join(value.split()):
            yield said
    elif isinstance(value, list):
        for item in value[:5]:
            yield from _words(item, depth + 1)
    elif isinstance(value, dict):
        location = (
            ".".join(str(part) for part in value["loc"]) if _is_list(value.get("loc")) else ""
        )
        for name in _WORDS:
            for said in _words(value.get(name), depth + 1):
                yield f"{location}: {said}" if location else said


def _values(value: Any, names: tuple[str, ...], depth: int = 0) -> Iterator[str]:
    """The values under any of the names, at any depth."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and (inner := _inner(value)) is not None:
        value = inner
    if isinstance(value, list):
        for item in value[:5]:
            yield from _values(item, names, depth + 1)
    elif isinstance(value, dict):
        for name, item in list(value.items())[:50]:
            if name in names and isinstance(item, (str, int)):
                yield str(item)[:200]
            elif name in names and _is_list(item):
                yield from (str(part)[:200] for part in item[-1:] if isinstance(part, str))
            yield from _values(item, names, depth + 1)


def _inner(text: str) -> Any:
    """The JSON object that a text holds; None if it holds none."""
    if not text.lstrip().startswith(("{", "[{")):
        return None
    try:
        return loads(text)
    except ValueError:
        return None


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, (str, int)) for part in value)


def _without_tags(text: str) -> str:
    """A web page's words."""
    if not text.startswith("<"):
        return text
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text[:8000], flags=re.I | re.S)
    return re.sub(r"<[^<>]*>", " ", text).strip()
