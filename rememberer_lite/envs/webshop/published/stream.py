"""The entries of a JSON file, plain or gzip, one after the other: the text is never held whole.

A library was tried first: ijson, twice as fast, keeps a path for each level of nesting, so that
200 kB of opening brackets take all memory. Here Python's own reader gets one entry at a time,
within the limits of `plain_json`.
"""

from __future__ import annotations

import json
import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gzip import GzipFile
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

from rememberer_lite.envs.webshop.products import CatalogueError
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.plain_json import Nesting, decoder, keys_once
from rememberer_lite.text import short
from rememberer_lite.training.progress import progress_bar

#: bytes of one entry with everything before it; the largest published one has less than 1 MB
LARGEST_ENTRY = 32_000_000
#: bytes of a file once it is unpacked; the largest published one has 5.2 GB
LARGEST_FILE = 32_000_000_000
#: bytes that are read at a time
_PART = 1 << 18
_SPACES = re.compile(r"[ \t\r\n]*")
_GZIP = b"\x1f\x8b"
_SOURCE = "the files are published by the WebShop project (princeton-nlp/WebShop)"
#: files up to this size are compared byte by byte, larger ones by samples
_WHOLE = 64_000_000
_SAMPLES, _SAMPLE = 64, 65_536


def entries(path: Path, progress: bool = False) -> Iterator[Any]:
    """The members of the JSON list in a file.

    Raises:
        CatalogueError: if the file cannot be read, is damaged, or is beyond the limits above.
    """
    for _, entry in _read(path, "[]", progress):
        yield entry


def pairs(path: Path) -> dict[str, Any]:
    """The JSON object in a file, whose keys are all different; see `entries`."""
    found = list(_read(path, "{}", False))
    with _errors(path):
        return keys_once(found)


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip files do.

    Raises:
        CatalogueError: if it cannot be read.
    """
    with _errors(path):
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise OSError("not a regular file")
        with path.open("rb") as file:
            return file.read(2) == _GZIP


def identity(path: Path) -> dict[str, Any]:
    """What tells this file from others: its size and a checksum.

    A file of more than 64 MB is checked by its time of change and 64 samples, because to read all
    of it takes longer than to open what was prepared from it.
    """
    with _errors(path), path.open("rb") as file:
        state = path.stat()
        digest = sha256()
        if state.st_size <= _WHOLE:
            digest.update(file.read())
        else:
            digest.update(str(state.st_mtime_ns).encode())
            for number in range(_SAMPLES):
                file.seek(max(0, state.st_size - _SAMPLE) * number // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE))
        return {"size": state.st_size, "checksum": digest.hexdigest()}


def check_whole(path: Path, checksum: str) -> None:
    """Compare a file with its SHA-256.

    Raises:
        CatalogueError: if it is another one.
    """
    digest = sha256()
    with _errors(path), path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    if digest.hexdigest() != checksum.strip().lower():
        raise CatalogueError(
            f"{shown(path)} has the SHA-256 {digest.hexdigest()}, not {short(checksum, 80)!r}: "
            "download it again, or correct the checksum"
        )


class _BeyondError(Exception):
    """A limit was reached; says which."""


class _Text:
    """A window on the text of a file, which moves on with `value` and `next_mark`."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], object]) -> None:
        self._file, self._tell = file, tell
        self._decoder = getincrementaldecoder("utf-8-sig")()
        self._json, self._nesting = decoder(), Nesting()
        self._text, self._at, self._since, self._all = "", 0, 0, 0

    def next_mark(self) -> str:
        """The next character that is not a space, which is passed over; "" at the end."""
        while True:
            self._at = _SPACES.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                self._at += 1
                return self._text[self._at - 1]
            if not self._more(_PART):
                return ""

    def back(self, mark: str) -> None:
        """Undo the `next_mark` that gave this."""
        self._at -= len(mark)

    def value(self) -> Any:
        """The next JSON value."""
        self.back(self.next_mark())
        size = _PART
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut_off = len(self._text) - error.pos < 100 or "Unterminated" in error.msg
                if not cut_off or not self._more(size):
                    raise
            else:
                length = end - self._at  # the window moves on
                # a number at the end of the window may go on behind it: of "1e-7" there is "1e-"
                if len(self._text) - end > 2 or not self._more(size):
                    self._at, self._since = self._at + length, 0
                    return value
            size *= 2  # what was read of the value is read again

    def _more(self, size: int) -> bool:
        """Read on; False at the end of the file."""
        data = self._file.read(size)
        self._since += len(data)
        self._all += len(data)
        self._tell(len(data))
        new = self._decoder.decode(data, final=not data)
        self._nesting.feed(new)
        self._text, self._at = self._text[self._at :] + new, 0
        if self._since > LARGEST_ENTRY:
            raise _BeyondError(f"more than {LARGEST_ENTRY:,} bytes without an entry")
        if self._all > LARGEST_FILE:
            raise _BeyondError(f"more than {LARGEST_FILE:,} bytes")
        return bool(data)


def _members(text: _Text, brackets: str) -> Iterator[tuple[str, Any]]:
    """The members of the list or object that is the whole text; in a list without a key."""
    keyed = brackets == "{}"
    kind = "an object with asins as keys" if keyed else "a list of products"
    if text.next_mark() != brackets[0]:
        raise ValueError(f"{kind} was expected")
    mark = text.next_mark()
    if mark != brackets[1]:
        text.back(mark)
        mark = ","
    while mark == ",":
        key = text.value() if keyed else ""
        if keyed and not (isinstance(key, str) and text.next_mark() == ":"):
            raise ValueError("an asin and a colon were expected")
        yield key, text.value()
        mark = text.next_mark()
    if mark != brackets[1]:
        raise ValueError("it ends early, or lacks a comma between two entries")
    if text.next_mark():
        raise ValueError("something follows its end")


def _read(path: Path, brackets: str, progress: bool) -> Iterator[tuple[str, Any]]:
    packed = is_gzip(path)
    with _errors(path), path.open("rb") as raw:
        size = 0 if packed else path.stat().st_size
        bar = progress_bar(f"reading {path.name}", size, "B", progress)
        bar.unit_scale = True
        try:
            plain = cast(IO[bytes], GzipFile(fileobj=raw)) if packed else raw
            yield from _members(_Text(plain, bar.update), brackets)
        finally:
            bar.close()


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Turn what goes wrong in this block into an error that names the file and the fix."""
    try:
        yield
    except FileNotFoundError as error:
        raise CatalogueError(
            f"there is no file {shown(path)}: check the path; {_SOURCE}; or use Catalogue.builtin()"
        ) from error
    except ValueError as error:
        raise CatalogueError(
            f"{shown(path)} is not a catalogue file, or is damaged ({short(str(error), 200)}): "
            f"restore it from a copy; {_SOURCE}"
        ) from error
    except (EOFError, zlib.error) as error:
        raise CatalogueError(
            f"{shown(path)} is a damaged gzip file ({error}): download it again; {_SOURCE}"
        ) from error
    except _BeyondError as error:
        raise CatalogueError(f"{shown(path)} is no catalogue file ({error}): {_SOURCE}") from error
    except OSError as error:  # gzip's own error among them
        raise CatalogueError(
            f"cannot read {shown(path)} ({error.strerror or error}): choose a readable file"
        ) from error
