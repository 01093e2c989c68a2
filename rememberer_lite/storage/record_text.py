"""One record of a memory file: from its text, or from the value that a JSON reader made of it.

Most records stand in the file as `save` wrote them. They are read and checked in one step by
msgspec, which is compiled; anything unusual is read with care, and its fault is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rememberer_lite.memory.record_check import MOST_VISITS
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage.decoding import decode
from rememberer_lite.storage.plain_json import has_long_number, parse_json

_KEY = re.compile(rb'"[ \t\n]*:')


@dataclass(slots=True)
class _Record:
    """One record as it is in the file."""

    id: int
    task: tuple[str, ...]
    observation: tuple[str, ...]
    available: tuple[str, ...]
    instruction: str
    actions: Mapping[str, ActionValue]
    visits: int
    recent_actions: tuple[str, ...]
    recent_reasons: tuple[str, ...]
    last_reward: float
    total_reward: float


@dataclass(slots=True)
class _Value:
    """One action as `save` writes it: all four, also an empty reason."""

    q: float
    reward: float
    visits: int
    reason: str


@dataclass(slots=True)
class _Written(_Record):
    """One record as `save` writes it."""

    actions: Mapping[str, _Value]  # type: ignore[assignment]


def from_plain(entry: Any, unknown: list[str]) -> Experience:
    """A record from its plain value; `unknown` collects the keys that match no field.

    Raises:
        FieldError: if a field does not fit.
    """
    record = decode(_Record, entry, unknown)
    return _experience(record, record.actions)


def from_text(text: bytes, unknown: list[str]) -> Experience:
    """A record from its text; the same as `from_plain(parse_json(text), unknown)`.

    Raises:
        ValueError: if it is not JSON, or a field does not fit.
    """
    return _usual(text) or from_plain(parse_json(text.decode("utf-8")), unknown)


def _usual(text: bytes) -> Experience | None:
    """A record that is written as `save` writes it; None for any other, and for a damaged one."""
    if has_long_number(text):
        return None
    try:
        entry = _reader()(text)
    except ValueError:  # also msgspec's own errors
        return None
    # a key that stands twice or is not known would be passed over
    keys = len(_Record.__slots__) + len(entry.actions) * (1 + len(_Value.__slots__))
    if len(_KEY.findall(text)) != keys or abs(entry.id) > MOST_VISITS:
        return None
    values = {a: ActionValue(v.q, v.reward, v.visits, v.reason) for a, v in entry.actions.items()}
    return _experience(entry, values)


@cache
def _reader() -> Callable[[bytes], _Written]:
    from msgspec.json import Decoder  # a slow import, used only to load a memory

    return Decoder(_Written).decode


def _experience(entry: _Record, actions: Mapping[str, ActionValue]) -> Experience:
    return Experience(
        State(
            "\n".join(entry.task), "\n".join(entry.observation), entry.available, entry.instruction
        ),
        entry.id,
        actions,
        entry.visits,
        Recent(entry.recent_actions, entry.recent_reasons, entry.last_reward, entry.total_reward),
    )
