"""A journal on disk: a header and JSON objects, one per line, each written as soon as it exists.

    {"format": "rememberer-lite recording 1", …}
    {"prompt": …, "text": …}

However a program ends, the lines before the last one are whole. A half-written last line is cut
off when the file is next written to; until then every reader reports it.
"""

from __future__ import annotations

import codecs
import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from rememberer_lite.storage.beside import beside
from rememberer_lite.storage.files import StorageError, as_path, exists, reading, shown, writing
from rememberer_lite.storage.journal_lines import Line, end_of_lines, entries
from rememberer_lite.storage.locks import locked
from rememberer_lite.storage.log import logger
from rememberer_lite.storage.plain_json import is_object, parse_json, parse_object, plain

log = logger("rememberer_lite")


class JsonLines:
    """One such file; a writer holds it alone until `close`.

    Args:
        path: the file; created, with its folder, at the first entry.
        format: what the header's "format" says.
        about: what else the header of a new file says.
        what, entries: how messages name the file and its lines: "recording", "replies".

    Attributes:
        header: as read from the file, or as it will be written to a new file.

    >>> import tempfile
    >>> file = JsonLines(Path(tempfile.mkdtemp()) / "days.jsonl", "days 1", {"of": "a week"})
    >>> file.append({"day": "Monday"})  # from which byte to which
    (37, 55)
    >>> file.read(), file.header
    ([(2, {'day': 'Monday'})], {'format': 'days 1', 'of': 'a week'})
    >>> file.close()
    """

    def __init__(
        self,
        path: str | Path,
        format: str,
        about: Mapping[str, Any] | None = None,
        what: str = "journal",
        entries: str = "entries",
    ) -> None:
        self.path = as_path(path)
        self.format = format
        self.what, self.entries = what, entries
        self.header: dict[str, Any] = {"format": format, **(about or {})}
        self._held = ExitStack()
        self._holds = False
        self._size: int | None = None  # of the file, as this writer last saw it

    def read(self, repair: bool = False) -> list[tuple[int, dict[str, Any]]]:
        """The entries, each with the number of its line; none if there is no file.

        Args:
            repair: prepare the file for writing: cut off a half-written last line, end the last
                line, and start the file over if its first line is not a header. The old content
                of a file that starts over is kept beside it.

        Raises:
            StorageError: if the file cannot be read, has another format, or is damaged.
        """
        return [(line.number, entry) for line, entry in self.stream(repair)]

    def stream(self, repair: bool = False) -> Iterator[tuple[Line, dict[str, Any]]]:
        """The same one by one, so that the file is never in memory as a whole.

        First line and last line are looked at (and repaired) before this returns, the others when
        they are due.
        """
        self._size = self._prepared(repair) if exists(self.path) else 0
        if not self._size:
            return iter(())
        with reading(self.path) as file:
            self.header = parse_object(file.readline().removeprefix(codecs.BOM_UTF8))
        return entries(self.path)

    def append(self, entry: Mapping[str, Any]) -> tuple[int, int]:
        """Write one entry to disk (after the header, if the file is new).

        Returns:
            The bytes of the file where the entry is: from, to.

        Raises:
            StorageError: if another holds the file or has changed it, or it cannot be written;
                the entries before this one stay whole.
        """
        self.hold()
        try:
            text = json.dumps(entry, ensure_ascii=False, allow_nan=False, default=plain) + "\n"
            parse_json(text)  # what could not be read back is not written
        except (ValueError, RecursionError) as error:
            raise StorageError(
                f"{shown(self.path)} cannot hold this entry ({error}): write finite numbers, and "
                "do not nest values deeply"
            ) from error
        with writing(self.path), self.path.open("ab", buffering=0) as file:
            start = file.tell()
            if self._size is not None and start != self._size:
                raise StorageError(
                    f"{shown(self.path)} was changed by another program while it was written to: "
                    "start again with its new content, or name another file"
                )
            head = json.dumps(self.header, ensure_ascii=False) + "\n" if start == 0 else ""
            # half a surrogate pair has no UTF-8 form; as the escape \udXXX it is valid JSON
            before, own = (part.encode("utf-8", errors="backslashreplace") for part in (head, text))
            data = before + own
            try:
                if file.write(data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):  # later entries must not follow half a line
                    file.truncate(start)
                raise
            self._size = file.tell()
            return self._size - len(own), self._size

    def hold(self) -> None:
        """Keep other writers out until `close`, or until this process ends.

        Raises:
            StorageError: if another writer holds the file.
        """
        if not self._holds:
            self._held.enter_context(locked(self.path, wait=0))
            self._holds = True

    def close(self) -> None:
        """Let others write to the file; the next `append` takes hold of it again."""
        self._holds = False
        self._held.close()

    def _prepared(self, repair: bool) -> int:
        """How many bytes the file has once it is repaired; 0 if it starts over."""
        with reading(self.path) as file:
            first = file.readline().removeprefix(codecs.BOM_UTF8)
            if first.endswith(b"\n") or b"\r" not in first:
                header = parse_object(first) if is_object(first) else {}
                if header.get("format") == self.format:
                    return self._ended(file, repair)
            file.seek(0)
            self._start_over(file.read(), repair)
        return 0

    def _start_over(self, data: bytes, repair: bool) -> None:
        """The first line is no header: clear the file for a new one, or say what is wrong."""
        text = data.removeprefix(codecs.BOM_UTF8)
        if not text.strip():
            if repair and data:
                self._cut(0)
            return
        if b"\r" in text and b"\n" not in text:
            raise StorageError(
                f"the lines of {shown(self.path)} end in CR alone: save it with LF (in editors: "
                "Unix), or name another file"
            )
        first = text.partition(b"\n")[0]
        wanted = json.dumps({"format": self.format})
        if (is_object(first) and "format" in parse_object(first)) or not self._is_ours(text):
            raise StorageError(
                f"{shown(self.path)} is not a {self.what}: line 1 is not the header {wanted}; name "
                "another file"
            )
        if not repair:
            raise StorageError(
                f"line 1 of {shown(self.path)} is missing or damaged: begin it with "
                f"{wanted[:-1]}, or name another file"
            )
        kept = "it was half written"
        if json.dumps(self.header, ensure_ascii=False).encode().startswith(text.strip()):
            self._cut(0)
        else:
            kept = f"its old text is in {shown(self._set_aside())}"
        log.warning("line 1 of %s is damaged: the file starts over; %s", shown(self.path), kept)

    def _is_ours(self, text: bytes) -> bool:
        """Whether a file without a valid first line was of this kind at all."""
        start = json.dumps({"format": self.format}).encode()[:-1]
        begun = text.startswith(start) or start.startswith(text.strip())
        return begun or any(is_object(line) for line in text.split(b"\n"))

    def _ended(self, file: BinaryIO, repair: bool) -> int:
        """How many bytes the file has once its last line is ended."""
        size = file.seek(0, os.SEEK_END)
        whole = end_of_lines(file, size)
        file.seek(whole)
        last = file.read()
        if not last:
            return size
        if is_object(last.removeprefix(codecs.BOM_UTF8)):  # an editor removed the line's end
            if repair:
                self._cut(size, b"\n")
            return size + 1
        file.seek(0)
        number = sum(1 for _ in file)
        found = (
            f"line {number} of {shown(self.path)} is only half written: the program was interrupted"
        )
        if not repair:
            raise StorageError(
                f"{found}. Delete that line (the {max(number - 2, 0)} {self.entries} before it "
                "are whole), or continue writing to the file, which does so"
            )
        log.warning("%s; it is cut off, and its work is repeated", found)
        self._cut(whole)
        return whole

    def _set_aside(self) -> Path:
        names = (beside(self.path, f".damaged{n or ''}") for n in count())
        kept = next(path for path in names if not exists(path))
        with writing(self.path):
            return self.path.rename(kept)

    def _cut(self, size: int, end: bytes = b"") -> None:
        """Keep the first `size` bytes and append `end`; not while another process writes."""
        held = self._holds
        self.hold()
        try:
            with writing(self.path), self.path.open("r+b") as file:
                file.truncate(size)
                file.seek(size)
                file.write(end)
        finally:
            if not held:
                self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_held": None, "_holds": False}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _held=ExitStack())
