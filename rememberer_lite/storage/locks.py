"""One writer of a file at a time, on every platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from rememberer_lite.storage.files import StorageError, shown, writing


@contextmanager
def locked(path: str | Path, wait: float = 30.0) -> Iterator[None]:
    """Hold the lock of a file: anyone else who asks for it waits until it is released.

    The lock is a file beside it, held by the operating system: it ends with the process that
    holds it, however that process ends, and leaves nothing behind.

    Args:
        path: the file; it need not exist yet.
        wait: how many seconds to wait for another holder.

    Raises:
        StorageError: if another process or thread holds it for longer, if the folder cannot be
            written, or if no file can have such a name.
    """
    from filelock import FileLock, Timeout

    with writing(path):
        path = Path(path).resolve()
        with suppress(FileNotFoundError):
            path.lstat()  # a name that no file can have is refused now, and not when it is written
    # a short name: `path.name` may already have the maximal length
    key = sha256(path.name.encode("utf-8", "replace")).hexdigest()[:16]
    beside = path.parent / f".{key}.lock"
    # one thread may acquire it and another release it; missing folders are made by `acquire`
    lock = FileLock(beside, timeout=wait, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"{shown(path)} is in use by another process: wait until it has ended, or choose "
            "another file"
        ) from error
    except NotImplementedError as error:
        raise StorageError(
            f"cannot lock {shown(path)} (its file system has no locks): choose a folder on another"
        ) from error
    except OSError as error:
        raise StorageError(
            f"cannot lock {shown(path)} ({error.strerror}): choose a folder that can be written"
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it at the release
            beside.unlink()  # before the release: a waiting process sees that it is gone
        lock.release()
