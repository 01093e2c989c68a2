"""A memory as the text of its file: written record by record, and read so.

The text is that of `json.dumps(…, indent=1)`. Python writes indented JSON slowly, and reads a text
only as a whole; here the memory is never in memory twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from json import JSONEncoder, dumps
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, BinaryIO

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import ActionValue, Experience
from rememberer_lite.storage.files import read_text, reading
from rememberer_lite.storage.plain_json import parse_json
from rememberer_lite.storage.record_text import from_plain, from_text

FORMAT = "rememberer-lite memory"
VERSION = 1

_CHECKSUM_LINE = re.compile(r'^[ \t]*"checksum": .*\n', re.MULTILINE)
_RECORDS = b' "records": [\n'
#: between two records; no text holds a line end, so this stands nowhere else
_BETWEEN = b"\n  },\n"
_LAST = b"\n  }\n ]\n}\n"
#: bytes that are read at a time
_PIECE = 1 << 16
#: lines before the records; today's files have 11
_MOST_HEAD = 100
#: bytes of such a line
_LONGEST = 100_000


class OtherLayout(ValueError):
    """The file is not laid out as it was saved, so it has to be read as a whole."""


def pieces(memory: ExperienceMemory) -> Iterator[str]:
    """The text of a memory's file, without the checksum: its head, and a piece for each record.

    Raises:
        ValueError: if a value is no finite number, which JSON cannot hold.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "settings": memory.settings,
        "next_id": memory.next_id,
        "records": [],
    }
    yield dumps(document, ensure_ascii=False, indent=1, allow_nan=False).removesuffix("]\n}")
    comma = ""
    for record in memory:
        yield f"{comma}\n  {_record(record)}"
        comma = ","
    yield ("\n ]" if comma else "]") + "\n}\n"


def _record(record: Experience) -> str:
    state, recent = record.state, record.recent
    actions = [_action(text, value) for text, value in record.actions.items()]
    fields = (
        f'"id": {_number(record.id)}',
        f'"task": {_listed(state.task.split(chr(10)))}',
        f'"observation": {_listed(state.observation.split(chr(10)))}',
        f'"available": {_listed(state.actions)}',
        f'"instruction": {_text(state.instruction)}',
        '"actions": ' + ("{\n    " + ",\n    ".join(actions) + "\n   }" if actions else "{}"),
        f'"visits": {_number(record.visits)}',
        f'"recent_actions": {_listed(recent.actions)}',
        f'"recent_reasons": {_listed(recent.reasons)}',
        f'"last_reward": {_number(recent.last_reward)}',
        f'"total_reward": {_number(recent.total_reward)}',
    )
    return "{\n   " + ",\n   ".join(fields) + "\n  }"


def _action(text: str, value: ActionValue) -> str:
    fields = (
        f'"q": {_number(value.q)}',
        f'"reward": {_number(value.reward)}',
        f'"visits": {_number(value.visits)}',
        f'"reason": {_text(value.reason)}',
    )
    return f"{_text(text)}: {{\n     " + ",\n     ".join(fields) + "\n    }"


_encoded = JSONEncoder(allow_nan=False).encode
_text = encode_basestring


def _number(value: float) -> str:
    if type(value) in (int, float) and value - value == 0:  # the encoder takes ten times as long
        return repr(value)
    return _encoded(value)  # refuses nan and inf


def _listed(texts: Sequence[str]) -> str:
    """A list whose bracket is three spaces in, one text a line."""
    return "[\n    " + ",\n    ".join(map(_text, texts)) + "\n   ]" if texts else "[]"


def digits(text: str) -> str:
    """The checksum of a text: sixteen digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Whole:
    """A memory file whose text is read as a whole, however it is laid out.

    Attributes:
        head: the document; ValueError if the text is not JSON.
    """

    read = staticmethod(from_plain)

    def __init__(self, path: str | Path) -> None:
        self._text = read_text(path)
        self.head: Any = parse_json(self._text)

    def records(self) -> Iterator[Any]:
        """The records, one by one."""
        yield from self.head["records"]

    def digits(self) -> str:
        """The checksum of the text, as `save` would write it."""
        return digits(_CHECKSUM_LINE.sub("", self._text, count=1))


class Streamed:
    """A memory file laid out as it was saved, of which one record at a time is read.

    Attributes:
        head: the document without its records; OtherLayout if the file looks different.
    """

    read = staticmethod(from_text)

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._sum = sha256()
        with reading(path) as file:
            self._start = self._read_head(file)

    def _read_head(self, file: BinaryIO) -> int:
        lines: list[bytes] = []
        while not lines or lines[-1] != _RECORDS:
            lines.append(file.readline(_LONGEST))
            if len(lines) > _MOST_HEAD or not lines[-1] or lines[0] != b"{\n":
                raise OtherLayout
        text = self._bytes(b"".join(lines)).decode("utf-8")
        self.head: Any = parse_json(text + "]}")
        summed, found = _CHECKSUM_LINE.subn("", text, count=1)
        if found != ("checksum" in self.head):
            raise OtherLayout
        self._sum = sha256(summed.encode())
        return file.tell()

    def records(self) -> Iterator[bytes]:
        """The texts of the records, one by one; OtherLayout if the end looks different."""
        summed, rest = self._sum.copy(), b""
        with reading(self._path) as file:
            file.seek(self._start)
            # a record that is longer than a piece is put together from ever longer ones
            while piece := file.read(max(_PIECE, len(rest))):
                summed.update(piece)
                *texts, rest = self._bytes(rest + piece).split(_BETWEEN)
                for text in texts:
                    yield text + b"}"
        if not rest.endswith(_LAST):
            raise OtherLayout
        yield rest.removesuffix(_LAST) + b"}"
        self._digits = summed.hexdigest()[:16]

    def digits(self) -> str:
        """The checksum of the text, once all records have been read."""
        return self._digits

    @staticmethod
    def _bytes(data: bytes) -> bytes:
        if b"\r" in data:
            raise OtherLayout
        return data
