"""The memory on disk: one readable file, written whole or not at all.

The file is JSON, texts split into lines so that a person can read a page in it:

    {"format": "rememberer-lite memory", "version": 1, "checksum": "…", "settings": {…},
     "next_id": 2, "records": [{"id": 0, "task": …, "actions": {"search[tea]": {"q": …}}}]}

You may change it by hand: `load` then reports that the checksum no longer matches, because a
damaged file looks the same. The index of features is not saved: it is rebuilt from the records, so
that the two always agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, get_type_hints

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import RemembererError
from rememberer_lite.storage.decoding import FieldError, decode
from rememberer_lite.storage.files import StorageError, shown, write_whole
from rememberer_lite.storage.log import logger
from rememberer_lite.storage.memory_text import FORMAT, VERSION, Streamed, Whole, pieces
from rememberer_lite.storage.oddities import Oddities
from rememberer_lite.storage.uncollected import uncollected
from rememberer_lite.text import short

log = logger("rememberer_lite")


@dataclass(frozen=True, slots=True)
class _Document:
    """The file as a whole; settings and records are checked separately."""

    format: str
    version: int
    settings: Mapping[str, Any]
    next_id: int
    records: tuple[Any, ...]
    checksum: str | None = None  # files of earlier releases have none


def as_text(memory: ExperienceMemory) -> str:
    """What `save` writes, but for the checksum: equal for equal memories.

    Raises:
        StorageError: if a value is no finite number, which JSON cannot hold.
    """
    return "".join(_pieces(memory))


def fingerprint(memory: ExperienceMemory) -> str:
    """Sixteen digits that differ if two memories do, in their settings or in any record."""
    summed = sha256()
    for piece in _pieces(memory):
        summed.update(piece.encode("utf-8", "surrogatepass"))
    return summed.hexdigest()[:16]


def save(memory: ExperienceMemory, path: str | Path) -> None:
    """Write a memory's settings and records to one file, record by record.

    Steps of an episode that is still open are not saved.

    Raises:
        StorageError: if the file cannot be written, or a value is no finite number; the old file
            stays.
    """
    version, summed = f' "version": {VERSION},\n', sha256()
    place = 0

    def written() -> Iterator[str]:
        nonlocal place
        for number, piece in enumerate(_pieces(memory)):
            # as it will be read: half a surrogate pair is written as the escape \\udXXX
            summed.update(piece.encode("utf-8", "backslashreplace"))
            if number == 0:  # the sum of what follows is not known yet
                before, _, after = piece.partition(version)
                before += version + ' "checksum": "'
                place = len(before.encode())
                piece = f'{before}{"0" * 16}",\n{after}'
            yield piece

    def finish(file: BinaryIO) -> None:
        file.seek(place)
        file.write(summed.hexdigest()[:16].encode())

    write_whole(path, written(), finish)


def _pieces(memory: ExperienceMemory) -> Iterator[str]:
    try:
        yield from pieces(memory)
    except ValueError as error:
        raise StorageError(
            f"the memory holds a value that is no finite number and cannot be saved ({error}): "
            "change records through memory.insert, which refuses such values"
        ) from error


def load(path: str | Path, similarity: Similarity) -> ExperienceMemory:
    """Read a memory that `save` wrote.

    Oddities that do not prevent reading are logged as warnings: a file changed since it was saved,
    two records of one state, a repeated id, more records than the capacity, unknown keys.

    Args:
        path: the file.
        similarity: how alike two states are; it is code and not in the file, so pass the one
            that the memory was made with.

    Raises:
        StorageError: if the file is missing, empty, damaged, or of another format or version.
    """
    try:
        with uncollected():
            return _loaded(path, Streamed(path), similarity)
    except (ValueError, RemembererError):  # the whole text tells what is wrong, if anything is
        try:
            whole = Whole(path)
        except ValueError as error:
            raise StorageError(
                f"{shown(path)} is not a memory file, or is damaged ({error}): restore it from a "
                "copy, or train again; published pools (.yaml) load through load_published_pool"
            ) from error
        with uncollected():
            return _loaded(path, whole, similarity)


def _loaded(path: str | Path, file: Streamed | Whole, similarity: Similarity) -> ExperienceMemory:
    unknown = list[str]()
    document = _document(file.head, shown(path), unknown)
    where = "its settings"
    try:
        memory = ExperienceMemory(similarity, **_settings(document.settings))
        odd = Oddities(shown(path), memory)
        for number, entry in enumerate(file.records()):
            where = f"record {number}"
            keys: list[str] = []
            odd.insert(file.read(entry, keys), where)
            unknown += [f"{key} of {where}" for key in keys]
        odd.set_next_id(document.next_id)
    except (RemembererError, FieldError) as error:
        raise _damaged(shown(path), where, error) from error
    if document.checksum not in (None, file.digits()):
        log.warning(
            "%s was changed by hand or damaged: its checksum does not match. If you changed it, "
            "save the memory again; if not, restore the file from a copy",
            shown(path),
        )
    odd.say(unknown)
    return memory


def _document(plain: Any, path: str, unknown: list[str]) -> _Document:
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise StorageError(
            f"{path} is JSON, but not a memory file: choose a file that storage.save wrote"
        )
    if plain.get("version") != VERSION:
        raise StorageError(
            f"{path} has version {plain.get('version')!r:.40} of the format, but this package "
            f"reads version {VERSION}: load it with the release that wrote it"
        )
    try:
        return decode(_Document, plain, unknown)
    except FieldError as error:
        raise _damaged(path, "its head", error) from error


def _damaged(path: str, where: str, error: Exception) -> StorageError:
    return StorageError(
        f"{path} is damaged in {where} ({error}): correct that entry, or restore the file from a "
        "copy"
    )


def _settings(written: Mapping[str, Any]) -> dict[str, Any]:
    """The memory's arguments, each checked against its type hint."""
    hints = get_type_hints(ExperienceMemory.__init__)
    found = {}
    for name, value in written.items():
        if name not in hints or name in ("similarity", "return"):
            raise FieldError(f"{short(name, 60)} is not a setting of a memory: remove it")
        try:
            found[name] = decode(hints[name], value)
        except FieldError as error:
            raise FieldError(f"{name}: {error}") from error
    return found
