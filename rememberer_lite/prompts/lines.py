"""One line of a reply: the action that it states, and the value and the reason behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from rememberer_lite.domain import plain_verb
from rememberer_lite.domain.notations import HEAD, QUOTES
from rememberer_lite.state import Decision

_ARROW = re.compile(r"(?:-{1,3}>|={1,2}>|[→⇒⟶⟹➔➜])\s*")
_LABEL = (
    r"(?:(?:with|an?|the|expected|estimated|predicted|action|q)[ -]){0,3}"
    r"(?:values?|returns?|rewards?|scores?|utility|q)\b[ *_`\"']*+(?:[:=]|is\b|of\b)?"
)
_NUMBER = re.compile(
    rf"[\[({{*~≈`\"'_]*+\s*+(?P<label>{_LABEL})?[\s*`\"_(\[]*+"  # "(", "[", "value: "
    r"(?P<number>[-+−–]?(?:\d++(?:[.,]\d++)?+(?:e[-+]?\d{1,3})?|\.\d++))\.?(?P<percent>\s?%)?"
    r"\s*[\])}*`\"']*(?=$|[\s;:)\]!|<]|[.,](?!\d))[\s,;:!|]*",
    re.IGNORECASE,
)
#: how many arrows of a line may be followed by its value
MOST_ARROWS = 50
_PLAIN = str.maketrans("−–,", "--.")
_WORD = re.compile(r"[A-Za-z_]\w*")
_VERB = re.compile(r"(?P<verb>[A-Za-z_]\w*)[*`\"']{0,3}\s{0,3}(?P<escaped>\\?)(?=[\[(])")
_WIDE = re.compile(
    r"(?P<verb>[A-Za-z_]\w*)[*`\"']{0,3}\s?[［（【〔](?P<inside>[^］）】〕]*)[］）】〕]"
)
_CAPITALS = re.compile(r"[A-Z][A-Z_]+")
_TAG = re.compile(r"(?:[-*•]\s+)?<([A-Za-z_]\w{0,20})\s?/?>")
_AROUND = "[](){}<>: "  # of a lone verb
# </answer> and the like, where a line ends
_TAIL = re.compile(
    r"(?:</[A-Za-z][\w-]{0,20}>|<[|｜]end_(?:of_)?\w{1,20}[|｜]>|\|)\s*$", re.IGNORECASE
)
# what may be between an action and its value instead of an arrow
_BEHIND = re.compile(
    r"(?:[.;!]+(?=\s))?(?:[\s`*_\"'“”‘’}$]|</?[A-Za-z]\w{0,20}>)*+"
    r"(?P<between>[:=|]|[-–—−=~]{0,3}\s?(?:\\?>|&gt;){1,2}|[↦⇨➞▶►≈~→]|\\(?:right)?arrow\b|\\to\b"
    r"|(?=[(\[{]))?(?P<weak>[,;]|[-–—−]{1,3}(?=\s))?\s*"
)
_ENDS_OPEN = re.compile(rf"(?:[-=]>|[→⇒:=]|{_LABEL}[:=])[\s*_`]*$", re.IGNORECASE)
_PAID = re.compile(r"\W*rewards?\b", re.IGNORECASE)  # "Reward: 0" is what a page says
_VALUE = re.compile(
    rf"\W*{_LABEL.removesuffix('?')}|\W*{_LABEL}(?: ?#?\d{{1,2}})?\W*:|[^\w.+−–-]*->",
    re.IGNORECASE,
)
_REASON = re.compile(r"\W*(?:reason(?:ing)?|because|rationale|explanation|why)\W*:\W*", re.I)


def parse_line(line: str, alone: Collection[str]) -> Decision | None:
    """The decision that a line states, if any.

    Args:
        line: of the reply.
        alone: the grammar's actions that are a single word, as `plain_verb` writes them.
    """
    line = _TAIL.sub("", line.strip()).strip(QUOTES)
    if (tag := _TAG.match(line)) and _stands_alone(tag[1], alone):
        return _with_value(tag[1], line[tag.end() :])
    if head := HEAD.match(line):
        line = line[head.end() :].strip(QUOTES)
    if verb := _VERB.match(line):  # `click [buy now]` is meant as `click[buy now]`
        behind = line[verb.end() :]
        if verb["escaped"]:
            behind = re.sub(r"\\([^\w\s])", r"\1", behind)
        line = (verb["verb"].rstrip("_") or verb["verb"]) + behind
    if wide := _WIDE.match(line):
        line = f"{wide['verb']}[{wide['inside']}]{line[wide.end() :]}"
    for arrow in islice(_ARROW.finditer(line), MOST_ARROWS):
        if _NUMBER.match(line, arrow.end()) and (found := _value(line[arrow.end() :])):
            action = line[: arrow.start()].strip().strip(QUOTES)
            if _is_complete(action) or _stands_alone(action, alone):
                return Decision(action, *found)
            if len(action) < 60 and _stands_alone(action.strip(_AROUND), alone):
                return Decision(action.strip(_AROUND), *found)
    # No arrow: an action with its bracket closed, or a lone verb in capitals such as GOBACK.
    if action := _bracketed(line):
        rest = line[len(action) :]
        if found := _behind(rest):
            return Decision(action, *found)
        return Decision(action, None, _ARROW.sub("", rest.lstrip(QUOTES), count=1).strip())
    lone = _CAPITALS.fullmatch(line) or _stands_alone(line, alone)
    if lone:
        return Decision(line)
    if _stands_alone(line.strip(_AROUND), alone):
        return Decision(line.strip(_AROUND))
    word = _WORD.match(line)
    if word and (_CAPITALS.fullmatch(word[0]) or _stands_alone(word[0], alone)):
        found = _behind(line[word.end() :])
        return Decision(word[0], *found) if found else None
    return None


def _with_value(action: str, rest: str) -> Decision:
    """The decision for an action, with what follows it on its line."""
    arrow = _ARROW.match(rest.lstrip())
    found = _value(rest.lstrip()[arrow.end() :]) if arrow else _behind(rest)
    return Decision(action, *found) if found else Decision(action, None, rest.strip())


def ends_open(line: str) -> bool:
    """Whether a line ends where a value would follow."""
    return bool(_ENDS_OPEN.search(line[-80:]))


def add_line(decision: Decision, line: str, is_open: bool) -> Decision:
    """The decision, with what a separate line "Value: 0.9" or "Reason: …" adds to it.

    Args:
        decision: so far.
        line: the next one.
        is_open: whether the line before ended where a value would follow.
    """
    plain = _TAIL.sub("", re.sub(r"^\s*<[A-Za-z]\w{0,20}>", "", line)).strip(QUOTES)
    if _PAID.match(plain):
        return decision
    if decision.value is None and not decision.reason.strip(":=-> "):
        label = _VALUE.match(plain)
        found = _value(plain[label.end() :].lstrip(QUOTES + ":=") if label else plain)
        if found and (label or is_open or not found[1]):
            return replace(decision, value=found[0], reason=found[1])
    elif decision.value is None and (label := _VALUE.match(plain)):
        found = _value(plain[label.end() :].lstrip(QUOTES + ":="))
        if found:
            return replace(decision, value=found[0], reason=found[1] or decision.reason)
    if not decision.reason and (label := _REASON.match(line)):
        return replace(decision, reason=line[label.end() :].strip())
    return decision


def _stands_alone(text: str, alone: Collection[str]) -> bool:
    """Whether it is one of the grammar's single words, however it is spelled."""
    return len(text) < 40 and plain_verb(text) in alone


def _is_complete(action: str) -> bool:
    """Whether a text is an action: a word, or a word with one bracket around all the rest."""
    word = _WORD.match(action)
    brackets = (action[word.end() : word.end() + 1], action[-1:]) if word else ("", "")
    return word is not None and (
        word.end() == len(action)
        or (brackets in (("[", "]"), ("(", ")")) and len(action) > word.end() + 1)
    )


def _behind(rest: str) -> tuple[float, str] | None:
    """The value and reason in what follows an action, without an arrow of the usual form."""
    between = _BEHIND.match(rest)
    number = _NUMBER.match(rest, between.end()) if between else None
    if between is None or number is None:
        return None
    alone = number.end() == len(rest) or "." in number["number"]
    if not (between["between"] is not None or number["label"] or alone):
        return None  # "click[x], 3 pieces"
    return _value(rest[between.end() :])


def _value(text: str) -> tuple[float, str] | None:
    """A value at the head of a text, and the reason behind it."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    value = float(match["number"].translate(_PLAIN))
    if not math.isfinite(value):
        return None
    reason = _TAIL.sub("", text[match.end() :].strip())
    return value / 100 if match["percent"] else value, reason.strip()


def _bracketed(line: str) -> str:
    """The action that the line begins with, up to the bracket that closes its first one."""
    head = _VERB.match(line)
    if head is None:
        return ""
    opening = line[head.end()]
    closing = {"[": "]", "(": ")"}[opening]
    depth = 0
    for position in range(head.end(), len(line)):
        depth += (line[position] == opening) - (line[position] == closing)
        if depth == 0:
            return line[: position + 1]
    last = line.rfind(closing)  # brackets that do not pair: take the longest
    return line[: last + 1] if last > head.end() else ""
