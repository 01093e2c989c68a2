"""The lines of a journal, read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from rememberer_lite.storage.files import StorageError, reading, shown
from rememberer_lite.storage.plain_json import parse_object

#: how much of a file is read at a time when the end of its lines is looked for
_BLOCK = 65536


class Line(NamedTuple):
    """Where an entry is: the number of its line, and its bytes from `start` up to `end`."""

    number: int
    start: int
    end: int


def entries(path: Path) -> Iterator[tuple[Line, dict[str, Any]]]:
    """The entries after the first line, each with where it is.

    Raises:
        StorageError: if the file or a line of it cannot be read.
    """
    with reading(path) as file:
        end = len(file.readline())
        for number, data in enumerate(file, start=2):
            start, end = end, end + len(data)
            if data.strip():
                line = Line(number, start, end)
                yield line, _entry(path, line, data)


def entry_at(path: Path, line: Line) -> dict[str, Any]:
    """One entry, where it was found before; StorageError as `entries`."""
    with reading(path) as file:
        file.seek(line.start)
        return _entry(path, line, file.read(line.end - line.start))


def _entry(path: Path, line: Line, data: bytes) -> dict[str, Any]:
    try:
        return parse_object(data.removesuffix(b"\n"))
    except ValueError as error:
        raise StorageError(
            f"line {line.number} of {shown(path)} cannot be read ({error}): delete it "
            "(what it held is then missing), or create the file again"
        ) from error


def end_of_lines(file: BinaryIO, size: int) -> int:
    """The byte after the end of the last whole line; looked for from the end of the file."""
    end = size
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
