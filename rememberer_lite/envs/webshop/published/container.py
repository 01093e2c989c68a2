"""Arrays and lines of text in one file, which is checked before it is used.

The first line is a JSON header: what the file was made from, and for each section its place, its
kind and a CRC-32. Nothing in it is ever run or unpickled. The sections follow as plain numbers or
bytes, and are mapped into memory, so that opening takes no copy.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from rememberer_lite.storage.files import reading, replacing, writing
from rememberer_lite.storage.plain_json import loads

#: bytes of the header, padded with spaces
HEADER = 65_536
FORMAT = "rememberer_lite prepared catalogue"
VERSION = 1
#: kinds of numbers that a section may hold; "|u1" are bytes
KINDS = ("|u1", "<i4", "<u4", "<i8", "<f8")
#: larger sections of bytes are checked line by line as they are read
_CHECKED_AT_ONCE = 128_000_000


class UnfitError(Exception):
    """A container that must not be used; says why."""


class Writer:
    """Writes a container in full or not at all; use it in a `with` block.

    Raises:
        StorageError: if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sections: dict[str, dict[str, Any]] = {}
        self._held = ExitStack()
        self._file = self._held.enter_context(replacing(path))
        self._file.seek(HEADER)

    def __enter__(self) -> Writer:
        return self

    def array(self, name: str, values: npt.NDArray[Any]) -> None:
        """A section of numbers."""
        data = np.ascontiguousarray(values)
        self.bytes(name, (data.data.cast("B"),) if data.size else (), data.dtype.str)

    def bytes(self, name: str, parts: Iterable[Any], kind: str = "|u1") -> None:
        """A section of bytes, given in parts; it begins at a multiple of 8."""
        self._file.seek(-self._file.tell() % 8, os.SEEK_CUR)
        start, crc = self._file.tell(), 0
        for part in parts:
            with writing(self._path):
                self._file.write(part)
            crc = zlib.crc32(part, crc)
        length = self._file.tell() - start
        self._sections[name] = {"start": start, "length": length, "kind": kind, "crc": crc}

    def finish(self, made_from: Mapping[str, Any], says: Mapping[str, Any]) -> None:
        """Write the header; the file is put where it belongs when the block ends."""
        header = {
            "format": FORMAT,
            "version": VERSION,
            "size": self._file.tell(),
            "made_from": made_from,
            "says": says,
            "sections": self._sections,
        }
        line = json.dumps({"crc": _crc(header), **header}).encode()
        with writing(self._path):
            self._file.truncate()
            self._file.seek(0)
            self._file.write(line.ljust(HEADER - 1) + b"\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.__exit__(kind, error, trace)


class Container:
    """A container that was written before.

    Args:
        path: the file.
        made_from: what it should have been made from.

    Raises:
        UnfitError: if it was made from something else, or is damaged.
    """

    def __init__(self, path: Path, made_from: Mapping[str, Any]) -> None:
        self.path = path
        with reading(path) as file:
            header = _header(file.read(HEADER), os.fstat(file.fileno()).st_size)
            if header["made_from"] != json.loads(json.dumps(made_from)):
                raise UnfitError("it was made from other files or settings")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.says: dict[str, Any] = header["says"]
        self._sections: dict[str, dict[str, Any]] = header["sections"]
        for name, section in self._sections.items():
            at_once = section["kind"] != "|u1" or section["length"] <= _CHECKED_AT_ONCE
            if at_once and zlib.crc32(self.raw(name)) != section["crc"]:
                raise UnfitError("it is damaged")

    def array(self, name: str, kind: str) -> npt.NDArray[Any]:
        """A section of numbers.

        Raises:
            UnfitError: if there is none of this kind.
        """
        if self._sections.get(name, {}).get("kind") != kind:
            raise UnfitError("it is damaged")
        return np.frombuffer(self.raw(name), kind)

    def raw(self, name: str) -> memoryview:
        """The bytes of a section."""
        section = self._sections[name]
        return memoryview(self._map)[section["start"] : section["start"] + section["length"]]


def _header(line: bytes, size: int) -> dict[str, Any]:
    try:
        header = loads(line)
        if header.pop("crc") != _crc(header) or header["size"] != size:
            raise UnfitError("it is damaged")
        if (header["format"], header["version"]) != (FORMAT, VERSION):
            raise UnfitError("another version wrote it")
        for section in header["sections"].values():
            end = section["start"] + section["length"]
            if not (HEADER <= section["start"] <= end <= size and section["kind"] in KINDS):
                raise UnfitError("it is damaged")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnfitError("it is damaged") from error
    found: dict[str, Any] = header
    return found


def _crc(header: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(header, sort_keys=True).encode())
