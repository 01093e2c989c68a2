"""From what a model writes to a decision: the reply parser.

Models are asked for lines `action -> value reason`. What they write is close to that: fenced as
code, numbered, with "Action:" in front, with the value on a line of its own or none at all. All of
that is read; what holds no action is an error, and never a guess.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from rememberer_lite.state import Decision, RemembererError


class ReplyError(RemembererError):
    """The reply holds no action; the message says what is missing."""


_ARROW = re.compile(r"\s*(?:->|→|=>)\s*")
_NUMBER = re.compile(
    r"[\[(*~≈]*\s*(?:(?:expected )?value\s*[:=]?\s*)?"  # "(", "[", "value: "
    r"(?P<number>[-+−]?(?:\d+(?:[.,]\d+)?|\.\d+))\.?(?P<percent>\s?%)?"
    r"\s*[\])*]*(?=$|[\s,;:.)\]])[\s,;:]*",
    re.IGNORECASE,
)
_COMPLETE = re.compile(r"[A-Za-z_]\w*(?:\[.*\]|\(.*\))?")
_VERB = re.compile(r"(?P<verb>[A-Za-z_]\w*)\s?(?=[\[(])")
_CAPITALS = re.compile(r"[A-Z][A-Z_]+")
_QUOTES = "`*_\"'“”‘’ \t"
_PREFIX = re.compile(
    r"(?:[-*•>]\s+|\d+[.)]\s+"  # a bullet or a number
    r"|[*_]*(?:next |encouraged )?(?:encouraged|actions?)[*_]*\s*:[*_]*\s*)+",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\W*(?:encouraged|(?P<bad>discouraged|actions to avoid|avoid))(?: actions?)?\W*(?::.*)?",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\W*(?:expected )?value\W*:\W*?(?=[-+−.\d])", re.IGNORECASE)
_REASON = re.compile(r"\W*(?:reason|because)\W*:\W*", re.IGNORECASE)


def parse_reply(text: str) -> Decision:
    """Read lines `action -> value reason` and take the one of the highest value.

    What stands below a line "Discouraged:" is not read, nor are a model's thoughts
    (`<think>…</think>`). Of equal values, or where no line has one, the first line counts.

    Raises:
        ReplyError: where no line holds an action.

    >>> parse_reply("search[usb c: cable] -> 0.5 cables first\\nclick[next >] -> 0.1")
    Decision(action='search[usb c: cable]', value=0.5, reason='cables first')
    >>> parse_reply("search[a -> b]").action
    'search[a -> b]'
    >>> parse_reply("Action: `click[buy now]`\\nValue: 0.9")
    Decision(action='click[buy now]', value=0.9, reason='')

    Unlike the published code: an arrow, a colon or the letters "Disc" inside an action or a
    reason do no harm (its defect 18).
    """
    decisions: list[Decision] = []
    reading = True
    for line in _spoken(text).splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            reading = not heading["bad"]
        decision = _parse_line(line) if reading else None
        if decision is not None:
            decisions.append(decision)
        elif reading and decisions:
            decisions[-1] = _add(decisions[-1], line)
    if not decisions:
        shown = " ".join(text.split())[:80]
        raise ReplyError(
            f"no action in the reply {shown!r}: expected a line such as `action -> value reason`"
            if shown
            else "the reply is empty: expected a line such as `action -> value reason`"
        )
    return max(decisions, key=lambda d: -math.inf if d.value is None else d.value)


def _spoken(text: str) -> str:
    """The reply without the thoughts of models that write them down."""
    text = text.rpartition("</think>")[2]
    return text.partition("<think>")[0]


def _parse_line(line: str) -> Decision | None:
    """The decision that a line states, if it does."""
    line = line.strip(_QUOTES)
    line = line[prefix.end() :] if (prefix := _PREFIX.match(line)) else line
    line = line.strip(_QUOTES)
    if verb := _VERB.match(line):  # `click [buy now]` is meant as `click[buy now]`
        line = verb["verb"] + line[verb.end() :]
    for arrow in _ARROW.finditer(line):
        action = line[: arrow.start()].strip(_QUOTES)
        if _COMPLETE.fullmatch(action) and (found := _value(line[arrow.end() :])):
            return Decision(action, *found)
    # No value: an action with its bracket closed, or a lone verb in capitals such as GOBACK.
    if action := _bracketed(line):
        rest = line[len(action) :].lstrip(_QUOTES)
        found = _value(rest[1:].lstrip()) if rest[:1] in (":", "=", "|") else None
        if rest[:1] == "(":
            found = _value(rest)
        return Decision(action, *(found or (None, _ARROW.sub("", rest, count=1).strip())))
    return Decision(line) if _CAPITALS.fullmatch(line) else None


def _value(text: str) -> tuple[float, str] | None:
    """A value at the head of a text, and the reason behind it."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    value = float(match["number"].replace("−", "-").replace(",", "."))
    if not math.isfinite(value):
        return None
    return value / 100 if match["percent"] else value, text[match.end() :].strip()


def _add(decision: Decision, line: str) -> Decision:
    """The decision with what a line of its own, "Value: 0.9" or "Reason: …", adds to it."""
    if decision.value is None and (label := _VALUE.match(line)):
        found = _value(line[label.end() :])
        if found:
            return replace(decision, value=found[0], reason=found[1] or decision.reason)
    if not decision.reason and (label := _REASON.match(line)):
        return replace(decision, reason=line[label.end() :].strip())
    return decision


def _bracketed(line: str) -> str:
    """The action that the line begins with, up to the bracket that closes its first one."""
    head = _VERB.match(line)
    if head is None:
        return ""
    opening = line[head.end()]
    closing = {"[": "]", "(": ")"}[opening]
    depth = 0
    for place in range(head.end(), len(line)):
        depth += (line[place] == opening) - (line[place] == closing)
        if depth == 0:
            return line[: place + 1]
    last = line.rfind(closing)  # brackets that do not pair: take the longest
    return line[: last + 1] if last > head.end() else ""
