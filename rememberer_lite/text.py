"""Text from outside, before it is shown, compared or written into a prompt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

#: join characters (Persian, Hindi) and the parts of an emoji; they move nothing
_JOINERS = "\u200c\u200d"
_PLAIN_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‘’‚‛′`´＇", "'"),
        **dict.fromkeys("‐‑‒–—―−－", "-"),
    }
)


_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def joined(text: str) -> str:
    """The text with each surrogate pair that came as two characters joined into the one it means.

    Files cannot tell the two apart. Half a pair alone stays as it is.

    >>> joined("\\ud83d\\ude00") == "\N{GRINNING FACE}", ascii(joined("a\\ud83d"))
    (True, "'a\\\\ud83d'")
    """
    if text.isascii() or not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def encodable(text: str) -> str:
    """The text with "?" for each half of a surrogate pair, which no server can be sent.

    >>> encodable("mug \\ud83d")
    'mug ?'
    """
    return text if text.isascii() else joined(text).encode("utf-8", "replace").decode("utf-8")


class WithTexts:
    """Base of frozen dataclasses that hold texts: fields, tuples and keys are `joined`.

    So two values that are written to a file alike are equal, and a value is read back as itself.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:  # type: ignore[attr-defined]
            value = getattr(self, name)
            kind = type(value)
            if kind is float or kind is int:  # looked at first: a memory holds millions of them
                continue
            if isinstance(value, str):
                if not value.isascii():
                    object.__setattr__(self, name, joined(value))
            elif isinstance(value, (tuple, dict, MappingProxyType)) and _has_halves(value):
                object.__setattr__(self, name, _joined_inside(value))


def _has_halves(texts: Iterable[object]) -> bool:
    for text in texts:
        if isinstance(text, str) and not text.isascii() and _SURROGATES.search(text):
            return True
    return False


def _joined_inside(value: Any) -> Any:
    """A tuple with its texts joined, or a mapping with its keys."""
    new = [joined(text) if isinstance(text, str) else text for text in value]
    return tuple(new) if isinstance(value, tuple) else dict(zip(new, value.values(), strict=True))


def short(value: str, width: int = 70) -> str:
    """One line of at most `width` characters, cut between words where there is a place for it.

    >>> short("a  long\\ntext", width=7), short("a long text", width=6), short("a_longer_text", 6)
    ('a long…', 'a…', 'a_lon…')
    """
    line = " ".join(value.split())
    if len(line) <= width:
        return line
    head = line[: width - 1]
    if line[width - 1] != " " and " " in head:
        head = head[: head.rindex(" ")]
    return head.rstrip() + "…"


def visible(text: str) -> str:
    """The text with a symbol in place of each character that would control a terminal or a line.

    Control characters, characters that turn the direction of writing and half surrogates can hide
    what a message says, or make it say something else. Line ends and tabs stay.

    >>> visible("\\x1b[2Jgone \\u202eesrever")
    '␛[2Jgone ⟨U+202E⟩esrever'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_symbol(character) for character in text)


def _symbol(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    if character < " ":
        return chr(0x2400 + ord(character))  # Unicode's pictures of the control characters
    if character == "\x7f":
        return "␡"
    steers = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return f"⟨U+{ord(character):04X}⟩" if steers else character


def alike(text: str) -> str:
    """A form that is equal for two texts which a reader takes for the same.

    Case, composed and decomposed characters (NFC, NFD), full-width forms, and the kinds of spaces,
    quotation marks and dashes make no difference.

    >>> alike(" Buy\\u00a0Now") == alike("buy now")
    True
    >>> alike("cafe\\u0301 “small”") == alike('CAFÉ "small"')
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN_MARKS)).translate(_PLAIN_MARKS)
    shown = re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", plain)
    return unicodedata.normalize("NFC", " ".join(shown.split()).casefold())


_THOUGHT = r"(?i:(?:ant)?think|thought|reason|reflect|analysis|scratch|monologue|cot|rationale"
_THOUGHT += r"|deliberation|plan|思考)"
#: what a reader may take for the end of a line, an arrow before a value, an escape, or thoughts
_MEANS_MORE = re.compile(
    r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029→⇒⟶⟹➔➜◁]|(?<=[-=])>|\\(?=u[0-9a-fA-F]{4})"
    r"|<(?=[|｜]|channel\||unused9|!--|/?(?i:details))"
    rf"|(?:<|&(?=lt;)|(?<=\\)<|＜)(?=(?:lt;)?\s?/?\s?(?:\w{{1,20}}[:_])?{_THOUGHT})"
    rf"|(?<!\w)[\[【{{](?=/?{_THOUGHT})"
)
_A_VALUE = re.compile(  # what would give a value to an action that has none
    # no part gives back what it has read (++), so that the time is linear
    r"\W*+(?:(?:with|an?|the|expected|estimated|predicted|action|q|values?|returns?|rewards?"
    r"|scores?|utility|is|of|gt|to|arrow|rightarrow)\W++){0,6}\d|[:=|(]\W*+(?:\w++\W++){0,2}\d",
    re.IGNORECASE,
)
_HEADS_A_LINE = re.compile(r"#|(?<=[a-z]):")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_CLOSING = {"[": "]", "(": ")"}


def escape_action(action: str) -> str:
    """An action as part of one line of a prompt, which no reader can take for anything else.

    A page may call a button `buy now] -> 9 best [`. Whatever would end an action early, attach a
    value to it or begin a line (line ends, arrows, unpaired brackets) is written as `\\uXXXX`, as
    in JSON; any other action is left unchanged. `unescape_action` restores it.

    >>> escape_action("click[buy now]")
    'click[buy now]'
    >>> print(escape_action("click[buy now] -> 9 best []"))
    click[buy now\\u005d -\\u003e 9 best \\u005b]
    """
    written = _MEANS_MORE.sub(_escape, action)
    verb = re.match(r"\w+\s?(?=[\[(])", written)
    if verb is None:
        label = re.match(r"#|[A-Za-z][\w ]*:", written)
        return _HEADS_A_LINE.sub(_escape, written, count=1) if label else written
    opening = written[verb.end()]
    closing = _CLOSING[opening]
    inside = written[verb.end() + 1 : -1]
    if written.endswith(closing) and not _pairs(inside, opening, closing):
        inside = re.sub(rf"[\{opening}\{closing}]", _escape, inside)
        return written[: verb.end() + 1] + inside + closing
    return written


def escape_reason(reason: str, valued: bool = True) -> str:
    """The words beside an action, with nothing in them that would give it a value or change it.

    >>> print(escape_reason("it fits -> 9"), escape_reason(": 9", valued=False))
    it fits -\\u003e 9 \\u003a 9
    """
    written = _MEANS_MORE.sub(_escape, reason.strip())
    if valued:
        return re.sub("^%", _escape, written)
    return re.sub("^.", _escape, written, flags=re.DOTALL) if _A_VALUE.match(written) else written


def unescape_action(text: str) -> str:
    """The action that was passed to `escape_action`.

    >>> unescape_action(escape_action("click[a -> b]"))
    'click[a -> b]'
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def bracketed(line: str) -> str:
    """The action that a line begins with: a word, and everything up to its closing bracket.

    >>> bracketed("INPUT(2, tea (green)) <input>")
    'INPUT(2, tea (green))'
    >>> bracketed("GOBACK because nothing fits")
    'GOBACK'
    """
    verb = re.match(r"\w+", line)
    if verb is None:
        return ""
    opening = line[verb.end() : verb.end() + 1]
    closing = _CLOSING.get(opening, "")
    depth = 0
    for mark in re.finditer(rf"[\{opening}\{closing}]", line) if closing else ():
        depth += 1 if mark[0] == opening else -1
        if depth == 0:
            return line[: mark.end()]
    return verb[0]


def _pairs(text: str, opening: str, closing: str) -> bool:
    """Whether each bracket of this kind closes, and none closes before it opens."""
    depth = 0
    for mark in re.findall(rf"[\{opening}\{closing}]", text):
        depth += 1 if mark == opening else -1
        if depth < 0:
            return False
    return depth == 0


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
