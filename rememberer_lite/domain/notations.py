"""The notations in which models write an action, as the one that is asked for: `verb[…]`.

    click: buy now      Click{Buy Now}      click "buy now"      <click>buy now</click>

Only the verbs of the grammar are known in them: `size: large` is no action.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from rememberer_lite.text import escape_action

#: the verbs of the two worlds, for texts that are read without a domain
USUAL_VERBS = ("search", "click", "input", "scroll")
#: what models put around an action
QUOTES = "`*_\"'“”‘’ \t\u00a0\ufeff\u200b\x00"
#: what a model may write in front of an action: bullets, numbers, tags, "The best action is"
HEAD = re.compile(
    r"(?:[-*•>+–—·▪◦‣✓✔✅➤►▶]\s+|\|\s*|(?:->|=>|→)\s*|\[[ x]\]\s"  # a bullet, a cell, a box
    r"|\(?(?:\d{1,3}|[a-h])[.):]\s+|\[\d{1,3}\]\s+|\d{1,3}\s*\|\s*|[①-⑳]\s*"  # a number
    r"|<[|｜](?:begin|start)_(?:of_)?\w{1,20}[|｜]>\s*|</?[A-Za-z][\w-]{0,20}\s?/?>\s*|\\[a-z]{1,10}\{|\$+"
    r"|[*_]*(?:(?:the|my|your|next|best|final|first|second|third|then|suggested|recommended|chosen"
    r"|encouraged|optimal|most|promising|correct) ){0,4}(?:encouraged|actions?|answer|option"
    r"|choice|decision|alternative|candidate|step|recommendation|suggestion)\s?#?\d{0,3}[*_]*\s?"
    r"(?:[:=→]|is\b:?)[*_]*\s*|[`*_\"'“‘])*+",
    re.IGNORECASE,
)
_CLOSING = dict(zip("[({<|«「『《〈⟨⟦❲﹝【〔", "])}>|»」』》〉⟩⟧❳﹞】〕", strict=True))
_CLOSING |= dict(zip("（［｛＜", "）］｝＞", strict=True))
_CLOSING |= {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "‘": "’", "**": "**"}
_OPENING = r"\*\*|[" + re.escape("".join(key for key in _CLOSING if key != "**")) + "]"
_ARROW = r"(?:-{1,3}>|={1,2}>|[→⇒⟶⟹➔➜])"
# what ends the text of `click: buy now`: an arrow and a value, or a value in brackets
_END = re.compile(rf"(?<!\s)\s*+(?:(?:{_ARROW}|[(\[|])\s*+[-+−–*_`]?\.?\d|$)")
# what ends the text of a bracket that is never closed
_VALUE = re.compile(rf"(?<!\s)\s*+(?:{_ARROW}\s*+[-+−–*_`]?\.?\d|$)")
# `**click** here`: words about a verb
_PROSE = re.compile(
    r"(?:on|in|at|for|to|by|of|with|from|into|the|an?|its?|this|that|these|those|here|there|is|was"
    r"|are|will|results?|buttons?|if|when|and|or|then|any|each|both|one|again|actions?)\b|\W*$",
    re.IGNORECASE,
)
_AROUND = re.compile(r"(?:\\?[\])}>»~=|*_`\"'])*")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Written:
    """An action that was written in another notation.

    Attributes:
        verb: as the model wrote it.
        inside: the text of its brackets.
        rest: what follows on the line.
        standard: whether it was written as asked for, inside of more brackets or marks.
    """

    verb: str
    inside: str
    rest: str
    standard: bool = False

    @property
    def line(self) -> str:
        """The same as it was asked for."""
        return escape_action(f"{self.verb}[{self.inside}]") + self.rest


@lru_cache(maxsize=100)
def _patterns(verbs: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    verb = "|".join(re.escape(word) for word in sorted(verbs, key=len, reverse=True))
    named = r"(?P<lead>(?:\[\w{1,12}\]|(?:final[ _])?(?:action|answer|do)\s?[\[({:]|"
    named += rf"[\[({{<«~=#>|*_`\"'\s]){{0,9}})(?P<verb>{verb})\b"
    words = r"(?:\s(?:on|for|the|an?|button|link|option|product|item|element|tab)\b){0,3}"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"[\W_]{{0,9}}(?:<\s?(?P<verb>{verb})\s?>(?P<tagged>[^<>]{{1,{_LONGEST}}})"
            rf"</\s?(?:{verb})\s?>|\\(?P<macro>{verb})\{{(?P<boxed>[^{{}}]{{1,{_LONGEST}}})\}})",
            rf"{named}[*_`\"']{{0,3}}(?P<words>{words})\s{{0,3}}(?P<sign>[:=.-]?)\s{{0,3}}"
            rf"(?P<escaped>\\?)(?P<opening>{_OPENING})",
            rf"{named}[*_`\"']{{0,3}}\s{{0,3}}(?:[:=]|{_ARROW}(?!\s*[-+−–]?\.?\d))\s{{0,3}}(?=\S)",
            rf"{named}\s(?P<bare>\d{{1,3}}|(?-i:[A-Z]{{2,9}}))(?=\s*(?:$|{_ARROW}))",
            # **click** buy now
            rf"[\W_]{{0,9}}?(?P<mark>\*\*?|__?|`)(?P<verb>{verb})(?P=mark)[ \t]{{1,3}}(?=\w)",
            # click[buy now
            rf"{named}[*_`\"']{{0,3}}(?:\s?\\?\[|\()\s{{0,3}}(?=\S)",
            rf"(?<![^\W_])(?:{verb})(?![^\W_])",
        )
    )


def written(line: str, verbs: Collection[str]) -> Written | None:
    """The action that a line begins with, if it is one in another notation.

    >>> written('Click: "Buy Now" -> 0.5', ["click"])
    Written(verb='Click', inside='Buy Now', rest=' -> 0.5', standard=False)
    >>> written("click[buy now]", ["click"]) is written("size: large", ["click"]) is None
    True
    """
    if not verbs:
        return None
    element, bracket, sign, bare, marked, opened, anywhere = _patterns(frozenset(verbs))
    if not anywhere.search(line[:_LONGEST]):
        return None
    if (found := marked.match(line)) and not _PROSE.match(line, found.end()):
        return _named(line.rstrip(), found)
    line = line.rstrip().lstrip(QUOTES)
    if found := element.match(line):
        verb, inside = found["verb"] or found["macro"], found["tagged"] or found["boxed"]
        return Written(verb, inside.strip(), line[found.end() :])
    head = HEAD.match(line)
    line = line[head.end() :].lstrip(QUOTES) if head else line
    if (found := bracket.match(line)) and (pair := _closed(line, found)):
        return pair
    if found := sign.match(line):
        return _named(line, found)
    if (found := opened.match(line)) and (cut := _unclosed(line, found)):
        return cut
    if found := bare.match(line):
        return Written(found["verb"], found["bare"], line[found.end() :])
    return None


def _named(line: str, found: re.Match[str]) -> Written | None:
    """The action of a verb and the words behind it; None if they are only a value."""
    end = _END.search(line, found.end())
    inside = line[found.end() : end.start() if end else len(line)]
    if set(found.groupdict().get("lead") or "") & set("[({<"):
        inside = inside.rstrip("])}>")
    inside = _bare(inside)
    if not inside or re.match(r"[-+−–]?\d*\.\d", inside):
        return None
    return Written(found["verb"], inside, line[end.start() :] if end else "")


def _unclosed(line: str, found: re.Match[str]) -> Written | None:
    """The action whose bracket opens where `found` ends, and is never closed: a reply was cut."""
    opening = line[: found.end()].rstrip()[-1]
    if _CLOSING[opening] in line[found.end() :]:
        return None
    end = _VALUE.search(line, found.end())
    inside = line[found.end() : end.start() if end else len(line)].rstrip(QUOTES)
    for other in "[({<":
        if inside.endswith(_CLOSING[other]) and other not in inside:
            inside = inside[:-1]
    inside = _bare(inside)
    return Written(found["verb"], inside, line[end.start() :] if end else "") if inside else None


def on_one_line(text: str, verbs: Collection[str]) -> str:
    """The text with each action of several lines on one.

    >>> on_one_line("Action: click\\nAction Input: buy now", ["click"])
    'Action: click[buy now]'
    >>> on_one_line("search[\\n  red mug\\n] -> 0.5", ["search"])
    'search[red mug] -> 0.5'
    """
    if not verbs or "\n" not in text:
        return text
    named, broken = _long_patterns(frozenset(verbs))
    text = broken.sub(r"\1\2\3", text)
    return named.sub(lambda found: found["head"] + _with_input(found["verb"], found["in"]), text)


@lru_cache(maxsize=100)
def _long_patterns(verbs: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    verb = "|".join(re.escape(word) for word in sorted(verbs, key=len, reverse=True))
    inputs = r"(?:action[ _]?)?(?:input|arguments?|args|parameters?|query|keywords|words|element"
    inputs += r"|target|text|thing|button)"
    return re.compile(
        rf"^(?P<head>[^\w\n]{{0,9}}(?:\w[\w ]{{0,20}}[*_]{{0,3}}:[ *_]{{0,3}})?)[*_`\"']{{0,3}}"
        rf"(?P<verb>{verb})[*_`\"']{{0,3}}[ \t\r]*\n\s{{0,9}}[*_`\"']{{0,3}}{inputs}[*_`\"']{{0,3}}"
        rf"\s?[:=][ \t*_]*(?P<in>[^\n]{{1,{_LONGEST}}})$",
        re.IGNORECASE | re.MULTILINE,
    ), re.compile(
        rf"\b((?:{verb})\s?[\[(])\s{{0,9}}\n\s{{0,9}}([^\n\[\]()]{{1,{_LONGEST}}}?)\s{{0,9}}\n"
        r"\s{0,9}([\])])",
        re.IGNORECASE,
    )


def _with_input(verb: str, given: str) -> str:
    """The action of a verb and its input, which may be an object of one text."""
    only = re.fullmatch(r'\s*\{\s*"\w+"\s*:\s*"?([^"{}]*)"?\s*\}\s*', given)
    return escape_action(f"{verb}[{_bare(only[1] if only else given)}]")


def mentions(line: str, verbs: Collection[str]) -> bool:
    """Whether one of the verbs is in a line, with what may open its element behind it."""
    return bool(_patterns(frozenset(verbs))[-1].search(line))


def _closed(line: str, found: re.Match[str]) -> Written | None:
    """The action whose bracket or quotation mark opens where `found` ends."""
    opening = found["opening"]
    closing, start = _CLOSING[opening], found.end()
    standard = opening in "[(" and not found["words"] and not found["sign"]
    if standard and not found["lead"].strip():
        return None  # as it was asked for
    if opening in "\"'`“„‘|**":
        quote = re.compile(rf"{re.escape(closing)}(?!\w)").search(line, start)
        end = quote.start() if quote else -1
    else:
        end, depth = -1, 1
        for mark in re.finditer(rf"[{re.escape(opening + closing)}]", line[start:]):
            depth += 1 if mark[0] == opening else -1
            if depth == 0:
                end = start + mark.start()
                break
    inside = _bare(line[start:end].rstrip("\\") if found["escaped"] else line[start:end])
    if end < 0 or not inside:
        return None
    rest = line[end + len(closing) :]
    if found["words"]:
        rest = re.sub(r"^\s(?:button|link|option|product|item|element|tab)\b", "", rest)
    around = _AROUND.match(rest) if found["lead"].strip() or opening == "{" else None
    return Written(found["verb"], inside, rest[around.end() :] if around else rest, standard)


def _bare(inside: str) -> str:
    """The text without marks, quotation marks and brackets around all of it."""
    text = inside.strip().strip("`*").strip()
    while len(text) > 2 and _CLOSING.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    for quote in "\"'”’":  # one that opened before the verb
        if text.count(quote) == 1:
            text = text.removesuffix(quote).rstrip()
    return text
