"""A lock whose owner can still be copied, or sent to another process."""

from __future__ import annotations

from threading import RLock


class Guard:
    """One thread at a time: `with guard:`; a deep copy or a pickle gets a new one.

    >>> with Guard():
    ...     print("alone")
    alone
    """

    def __init__(self) -> None:
        self._lock = RLock()  # the thread that holds it may take it again

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def __deepcopy__(self, memo: object) -> Guard:
        return Guard()

    def __reduce__(self) -> tuple[type[Guard], tuple[()]]:
        return Guard, ()
