"""A short name for a whole shop or site: any difference gives another name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from hashlib import sha256


class Fingerprint:
    """Reads values one after the other; equal values in the same order give equal digits."""

    def __init__(self) -> None:
        self._digest = sha256()

    def add(self, value: object) -> None:
        """The next plain value or dataclass."""
        if is_dataclass(value) and not isinstance(value, type):
            value = {field.name: getattr(value, field.name) for field in fields(value)}
        self._digest.update(json.dumps(value, default=_plain).encode() + b"\n")

    @property
    def digits(self) -> str:
        """Sixteen hexadecimal digits."""
        return self._digest.hexdigest()[:16]


def fingerprint_of(values: Iterable[object]) -> str:
    """Sixteen digits that identify plain values and dataclasses, in their order.

    >>> fingerprint_of(["tea", 4]) == fingerprint_of(["tea", 4])
    True
    >>> fingerprint_of(["tea", 4]) == fingerprint_of([4, "tea"])
    False
    """
    fingerprint = Fingerprint()
    for value in values:
        fingerprint.add(value)
    return fingerprint.digits


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
