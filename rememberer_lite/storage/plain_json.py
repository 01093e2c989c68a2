"""JSON from outside: what Python's reader accepts and later code trips over is refused here.

Python reads `NaN`, turns 1e400 into infinity, keeps the last of two equal keys, and nests as deep
as its stack allows. Here each of these is an error that names the line.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np

from rememberer_lite.text import short

#: levels of lists and objects inside each other; the project's own files have 9 at most
MOST_LEVELS = 64
#: digits of a whole number; those in the project's own files have 16 at most
MOST_DIGITS = 30
#: characters of any other number
MOST_CHARACTERS = 400
_CLASSES = bytes(
    ord("0" if chr(c).isdigit() else "e" if chr(c) in "eE" else " ") for c in range(128)
).ljust(256)

#: any part of a number → 0
_OF_NUMBERS = bytes(ord("0" if chr(c) in "0123456789+-.eE" else " ") for c in range(256))

_TOO_DEEP = f"more than {MOST_LEVELS} lists and objects are nested inside each other"
#: an opening bracket → 1, a closing one → −1
_BRACKETS = bytes.maketrans(b"[{]}", b"\1\1\xff\xff")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
#: what is read of a text to see how deep it nests: strings as a whole, brackets one by one
_NESTING = re.compile(
    r"""\"[^"\\]*+(?:\\.[^"\\]*+)*+"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?|[][{}<>]""", re.DOTALL
)


def parse_json(text: str) -> Any:
    """The value of a JSON text in which all numbers are finite and all keys are different.

    Raises:
        ValueError: if anything is wrong; the message says what, and on which line.

    >>> parse_json('{"q": 0.5}')
    {'q': 0.5}
    >>> parse_json('{"q": 0.5,\\n "reward": 1e400}')
    Traceback (most recent call last):
        ...
    ValueError: 1e400 is too large a number: line 2
    """

    check_depth(text)
    reader = decoder(partial(_line, text), _may_be_refused(text))
    return reader.decode(text.removeprefix("\ufeff"))  # a byte order mark, as some editors write it


def decoder(
    where: Callable[[str], str] = lambda literal: "", numbers: bool = True
) -> json.JSONDecoder:
    """Python's reader of JSON, which refuses what `parse_json` does, but for the depth.

    Args:
        where: what a message adds about a number, such as its line.
        numbers: whether each number is looked at, which takes long.
    """

    def refused(literal: str, why: str) -> NoReturn:
        raise ValueError(f"{literal[:20]}{'…' * (len(literal) > 20)} {why}{where(literal)}")

    def number(literal: str) -> float:
        if len(literal) > MOST_CHARACTERS:
            refused(literal, f"has more than {MOST_CHARACTERS} characters")
        value = float(literal)
        return value if math.isfinite(value) else refused(literal, "is too large a number")

    def whole(literal: str) -> int:
        if len(literal) > MOST_DIGITS:
            refused(literal, f"has more than {MOST_DIGITS} digits")
        return int(literal)

    return json.JSONDecoder(
        object_pairs_hook=keys_once,
        parse_float=number if numbers else None,
        parse_int=whole if numbers else None,
        parse_constant=lambda name: refused(name, "is not a JSON number"),
    )


def keys_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; ValueError if a key appears twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        count = Counter(key for key, _ in pairs)
        twice = next(key for key in count if count[key] > 1)
        raise ValueError(f"the key {short(twice, 80)!r} appears twice in {_shown(found)}")
    return found


def loads(text: str | bytes | bytearray) -> Any:
    """The value of a JSON text from elsewhere, as Python reads it, within `MOST_LEVELS`.

    Raises:
        ValueError: if it is not JSON, not UTF-8, or nested too deeply.

    >>> loads("[" * 70)
    Traceback (most recent call last):
        ...
    ValueError: more than 64 lists and objects are nested inside each other
    """
    text = text if isinstance(text, str) else text.decode("utf-8")
    check_depth(text)
    return json.loads(text)


def check_depth(text: str, opening: str = "[{") -> None:
    """Raise ValueError for a text that is nested deeper than `MOST_LEVELS`; see `nests_deeper`."""
    if nests_deeper(text, MOST_LEVELS, opening):
        raise ValueError(_TOO_DEEP)


def _may_be_refused(text: str) -> bool:
    """Whether a number in the text may be too long or too large: to ask each one takes long."""
    classes = text.encode("utf-8", "surrogatepass").translate(_CLASSES)
    return b"0e" in classes or b"0" * MOST_DIGITS in classes


def has_long_number(text: bytes) -> bool:
    """Whether a number in a JSON text may be so long that it is refused: a quick look."""
    return b"0" * MOST_DIGITS in text.translate(_OF_NUMBERS)


def nests_deeper(text: str, most: int, opening: str = "[{") -> bool:
    """Whether more than `most` of these brackets are open at once, outside strings.

    Readers of JSON and the like recurse into each level. Their own error comes too late: whatever
    else Python has to finish at the end of the stack, such as closing a file, fails as well.

    >>> nests_deeper('{"a": ["[[[["]}', 2), nests_deeper("[[[", 2)
    (False, True)
    """
    if sum(map(text.count, opening)) <= most:
        return False
    depth = 0
    for token in _NESTING.finditer(text):
        if token[0] in opening:
            depth += 1
            if depth > most:
                return True
        elif token[0] in "]}>":
            depth -= depth > 0
    return False


class Nesting:
    """How deep a JSON text nests that comes in parts; each part is fed before it is read.

    >>> nesting = Nesting()
    >>> for part in ('[{"a": "\\\\', '" ]]", "b": [', "[" * 61):
    ...     nesting.feed(part)
    >>> nesting.feed("[")
    Traceback (most recent call last):
        ...
    ValueError: more than 64 lists and objects are nested inside each other
    """

    def __init__(self) -> None:
        self._in_string, self._rest, self._open = False, "", 0

    def feed(self, part: str) -> None:
        """Go on; ValueError if more than `MOST_LEVELS` are open."""
        part = self._rest + part
        whole = part.rstrip("\\")  # what a backslash belongs to may be in the next part
        self._rest = part[len(whole) :]
        texts = whole.replace("\\\\", "").replace('\\"', "").split('"')
        outside = "".join(texts[self._in_string :: 2]).encode("utf-8", "surrogatepass")
        self._in_string ^= len(texts) % 2 == 0
        marks = np.frombuffer(outside.translate(_BRACKETS, _NO_BRACKETS), np.int8)
        depths = self._open + np.cumsum(marks, dtype=np.int64)
        if len(depths) and depths.max() > MOST_LEVELS:
            raise ValueError(_TOO_DEEP)
        self._open = int(depths[-1]) if len(depths) else self._open


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object in one line of a file; ValueError if it is not one."""
    entry = parse_json(line.decode("utf-8"))
    if not isinstance(entry, dict):
        raise ValueError("not an object")
    return entry


def is_object(line: bytes) -> bool:
    """Whether a line of a file holds a JSON object, an empty one excepted."""
    try:
        return bool(parse_object(line))
    except ValueError:
        return False


def _line(text: str, literal: str) -> str:
    """The line of a number, which is not part of a word or of another number."""
    found = re.search(rf"(?<![\w.+\-\"]){re.escape(literal[:60])}", text)
    return f": line {text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _shown(found: dict[str, Any]) -> str:
    """A few keys, to find an object by."""
    return "the object with " + ", ".join(repr(key[:30]) for key in list(found)[:4])


def plain(value: Any) -> Any:
    """A NumPy value as a Python value; anything else as its text."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)
