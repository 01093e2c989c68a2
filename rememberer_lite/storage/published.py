"""The experience pools of the published code (OpenDFM/Rememberer, `history-pools/*.yaml`).

A pool maps a key of three texts, (observation, task, third), to a record. The third text is the
step instruction on WikiHow, whose observations are HTML, and on WebShop the clickable texts, one
a line. An action is a tuple (text, reason).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.memory.record_check import checked
from rememberer_lite.memory.record_update import merge_values
from rememberer_lite.memory.settings import check_names
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import ActionValue, Experience, Recent, RemembererError, State
from rememberer_lite.storage.decoding import IGNORED, FieldError, decode
from rememberer_lite.storage.files import StorageError, read_text, shown
from rememberer_lite.storage.uncollected import uncollected
from rememberer_lite.text import short

#: begins the task of a WebShop record in a pool
TASK_PREFIX = "Instruction:"


def is_screen(observation: str) -> bool:
    """Whether a record is one of WikiHow: a pool does not name its task set."""
    return observation.lstrip().startswith("<")


class PoolError(RemembererError):
    """A pool that cannot be read; the message names the record and the fix."""


def load_published_pool(
    path: str | Path, similarity: Similarity, **memory_options: Any
) -> ExperienceMemory:
    """Read an experience pool of the published code (OpenDFM/Rememberer, `history-pools/`).

    Args:
        path: a `.yaml` file; see `read_pool`.
        similarity: how alike two states are.
        memory_options: passed to `ExperienceMemory` (gamma, n_steps, capacity, …).

    Raises:
        SettingError: if a setting is out of range, or there is none of that name.
        StorageError: if the file is missing, empty, not a pool, or holds anything but plain
            values and tuples: such a file is never run.
    """
    check_names(memory_options)
    try:
        with uncollected():
            records = read_pool(read_text(path))
    except PoolError as error:
        raise StorageError(f"{shown(path)}: {error}") from error
    memory = ExperienceMemory(similarity, **memory_options)
    for record in records:
        memory.insert(record)
    return memory


def read_pool(text: str) -> list[Experience]:
    """The records of a pool, in the order in which they were made.

    "Instruction:" is removed from the tasks; two actions that differ only in the reason become one.

    Raises:
        PoolError: if the text is not YAML of plain values and tuples, or a record is damaged.

    Unlike the paper's code: its loader runs any code that a file contains.
    """
    # imported here, because its YAML library would add a third to the package's import time
    from rememberer_lite.storage.plain_yaml import YamlError, parse_yaml

    try:
        pool = parse_yaml(text)
    except YamlError as error:
        raise PoolError(
            f"not YAML of plain values and tuples ({error}): load only files of the published form"
        ) from error
    if not isinstance(pool, dict):
        raise PoolError("this YAML holds no records: choose a file of the published form")
    records = []
    for number, (key, entry) in enumerate(pool.items()):
        try:
            records.append(_record(key, entry))
        except (RemembererError, FieldError) as error:
            raise PoolError(
                f"record {number}, that of {_start(key)}, is damaged ({error}): correct it, or "
                "load a fresh copy of the pool"
            ) from error
    return sorted(records, key=lambda record: record.id)  # the file is sorted by its texts


@dataclass(frozen=True, slots=True)
class _Value:
    """One action's entry in the file."""

    qvalue: float
    reward: float
    number: int


@dataclass(frozen=True, slots=True)
class _Info:
    """How a state was reached, as it is in the file."""

    action_history: tuple[Any, ...]
    last_reward: float
    total_reward: float
    number: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record of the file."""

    action_dict: Any  # its keys are tuples
    other_info: _Info
    id: int


def _record(key: Any, entry: Any) -> Experience:
    if not isinstance(key, tuple) or len(key) != 3:
        raise FieldError("a key is a tuple (observation, task, actions or instruction)")
    observation, task, third = decode(tuple[str, ...], key)
    task = task.removeprefix(TASK_PREFIX).strip()
    if is_screen(observation):
        state = State(task, observation, instruction=third)
    else:
        state = State(task, observation, tuple(third.splitlines()))
    # the other fields of a pool are used only by the published code
    read = decode(_Entry, entry, unknown=IGNORED)
    if not isinstance(read.action_dict, dict):
        raise FieldError(f"action_dict should be a mapping, not {read.action_dict!r:.80}")
    actions: dict[str, ActionValue] = {}
    for named, plain in read.action_dict.items():
        text, reason = _action(named)
        try:
            value = decode(_Value, plain, unknown=IGNORED)
        except FieldError as error:
            raise FieldError(f"of {short(text, 60)!r}: {error}") from error
        if value.number < 0:  # seen before it is merged with another
            raise FieldError(f"of {short(text, 60)!r}: number is 0 or more, not {value.number}")
        one = {text: ActionValue(value.qvalue, value.reward, value.number, reason)}
        actions = merge_values(actions, one)
    recent = [_action(named) for named in read.other_info.action_history]
    record = Experience(
        state,
        read.id,
        actions,
        read.other_info.number,
        Recent(
            tuple(text for text, _ in recent),
            tuple(reason for _, reason in recent),
            read.other_info.last_reward,
            read.other_info.total_reward,
        ),
    )
    return checked(record)


def _action(named: Any) -> tuple[str, str]:
    """(text, reason) of an action, which is either such a tuple or only a text."""
    if isinstance(named, str):
        return named, ""
    if not isinstance(named, tuple | list) or len(named) != 2:
        raise FieldError(f"an action should be a tuple (text, reason), not {named!r:.80}")
    text, reason = decode(tuple[str, ...], named)
    return text, reason


def _start(key: Any) -> str:
    """The first text of a key, to find the record by."""
    return repr(str(key[0] if isinstance(key, tuple) and key else key)[:60])
