"""Files read and written whole, and the one error for everything that goes wrong with them."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from rememberer_lite.state import RemembererError
from rememberer_lite.storage.plain_json import parse_json
from rememberer_lite.text import visible

if sys.platform != "win32":
    import fcntl


class StorageError(RemembererError):
    """A file could not be read or written; the message names it and the fix."""


# what the system says → what to do about it
_FIXES = {
    errno.ENOSPC: "make room on the disk, or choose a folder on another one",
    errno.EDQUOT: "make room, or choose a folder on another disk",
    errno.EEXIST: "a file is in the way of a folder of that path: choose a folder",
    errno.ENOTDIR: "a file is in the way of a folder of that path: choose a folder",
    errno.EISDIR: "that is a folder: choose a folder and the name of a file in it",
    errno.ENAMETOOLONG: "choose a folder and a name that are shorter",
    errno.ELOOP: "its links lead in a circle: choose a folder without them",
}


def shown(path: str | Path) -> str:
    """A path as messages show it: printable, on one line, whatever the name contains."""
    return visible(str(path)).replace("\n", "␊").replace("\t", "␉")


def as_path(path: object) -> Path:
    """The path that a caller passed.

    Raises:
        StorageError: if it is neither a text nor a path.
    """
    if not isinstance(path, str | Path):
        raise StorageError(f"a path is a text or a pathlib.Path, not {path!r:.80}: pass 'runs/a'")
    return Path(path)


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Turn what the system refuses in this block into the error that `path` cannot be written.

    A device or a pipe is refused at once: it would be replaced, or never answer.
    """
    path = as_path(path)
    if exists(path) and not (path.is_file() or path.is_dir()):
        raise StorageError(
            f"cannot write {shown(path)} (not a regular file): choose a name that is free, or an "
            "ordinary file"
        )
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        why, number = _why(error)
        fix = _FIXES.get(number, "choose a folder that can be written")
        raise StorageError(f"cannot write {shown(path)} ({why}): {fix}") from error


def _why(error: Exception) -> tuple[str, int]:
    """What an error says, and its number; a name that holds NUL or surrogates has none."""
    if isinstance(error, OSError):
        return error.strerror or str(error), error.errno or 0
    if isinstance(error, UnicodeError):
        return "its name has a character that no file's name can have", 0
    return str(error), 0


def write_whole(
    path: str | Path,
    text: str | Iterable[str],
    finish: Callable[[BinaryIO], object] = lambda file: None,
) -> None:
    """Write a text file in full or not at all, as `replacing` does; the text may come in pieces.

    `finish` may still change the new file, before it replaces the old one.

    Raises:
        StorageError: if the file cannot be written; the old one stays.
    """
    with writing(path), replacing(path) as file:
        for piece in [text] if isinstance(text, str) else text:
            # half a surrogate pair has no UTF-8 form; as the escape \udXXX it is JSON
            file.write(piece.encode("utf-8", errors="backslashreplace"))
        finish(file)


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A new file to be written in this block, which replaces the old one at its end.

    It is a second file beside the old one, which it replaces in one step: whatever happens, either
    the old file or the new one exists in full. The mode of the old file stays, and a link stays a
    link. The next save removes what a killed one has left behind.

    Raises:
        StorageError: if it cannot be made, or cannot replace the old one, which then stays.
    """
    with ExitStack() as stack:
        with writing(path):
            target = Path(path).resolve()
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            target.parent.mkdir(parents=True, exist_ok=True)
            # a short name, because the file's own may have the maximal length
            start = "." + sha256(os.fsencode(target.name)).hexdigest()[:16]
            _clear(target.parent, start)
            beside = target.with_name(f"{start}.{uuid4().hex[:12]}.tmp")
            stack.callback(_remove, beside)
            file = stack.enter_context(_made(beside))
        yield file
        with writing(path):
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            if sys.platform == "win32":
                file.close()  # a file that is open cannot be moved there
            beside.replace(target)


def _remove(path: Path) -> None:
    with suppress(OSError):  # only the first error matters
        path.unlink(missing_ok=True)


@contextmanager
def _made(path: Path) -> Iterator[BinaryIO]:
    """A new file, locked so that `_clear` sees that it is in use."""
    while True:
        file = path.open("xb")
        try:
            if sys.platform != "win32":
                with suppress(OSError):  # a file system without locks: nothing is cleared there
                    fcntl.flock(file, fcntl.LOCK_EX)
                if not os.fstat(file.fileno()).st_nlink:
                    continue  # cleared by another save before it was held
            yield file
        finally:
            with suppress(OSError):  # it would write the rest; only the first error matters
                file.close()
        return


def _clear(folder: Path, start: str) -> None:
    """Remove what killed saves have left behind: files that no running program holds."""
    for left in folder.glob(f"{start}.*.tmp"):
        with suppress(OSError):
            if sys.platform != "win32":
                with left.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if os.fstat(file.fileno()).st_nlink:  # else the name is another save's by now
                        left.unlink()
            elif left.stat().st_mtime < time.time() - 3600:  # no save takes an hour
                left.unlink()


def exists(path: str | Path) -> bool:
    """Whether anything of that name exists; also False if no file can have such a name."""
    path = as_path(path)
    try:
        return path.exists()
    except (OSError, ValueError, RuntimeError):
        return False


@contextmanager
def reading(path: str | Path) -> Iterator[BinaryIO]:
    """A file to be read in this block.

    Raises:
        StorageError: if there is no such file, or it cannot be read.
    """
    path = as_path(path)
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise OSError("not a regular file")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise StorageError(f"there is no file {shown(path)}: check the path") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise StorageError(
            f"cannot read {shown(path)} ({_why(error)[0]}): choose a readable file"
        ) from error


def read_data(path: str | Path) -> bytes:
    """The bytes of a file; StorageError as `reading`."""
    with reading(path) as file:
        return file.read()


def read_text(path: str | Path) -> str:
    """The text of a file that is not empty: without a byte order mark, its lines ended by "\\n".

    Raises:
        StorageError: if there is no such file, or no UTF-8 text in it.
    """
    try:
        text = read_data(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StorageError(
            f"{shown(path)} is not UTF-8 text ({error.reason} at byte {error.start}): pass the "
            "file as it was saved"
        ) from error
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise StorageError(f"{shown(path)} is empty: restore it from a copy, or create it again")
    return text


def read_json(path: str | Path, what: str) -> Any:
    """The value in a JSON file (see `parse_json`); `what` is what messages say it should be.

    Raises:
        StorageError: if the file cannot be read, or does not hold such JSON.
    """
    text = read_text(path)
    try:
        return parse_json(text)
    except ValueError as error:
        raise StorageError(
            f"{shown(path)} is not {what}, or is damaged ({error}): restore it from a copy, or "
            "create it again"
        ) from error
