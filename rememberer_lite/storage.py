"""The memory on disk: one readable file, written whole or not at all; and the published pools.

The file is JSON, texts split into lines so that a person can read a page in it:

    {"format": "rememberer-lite memory", "version": 1, "settings": {…}, "next_id": 2,
     "records": [{"id": 0, "task": …, "observation": […], "actions": {"search[tea]": {"q": …}}}]}

The index of features is not saved: it is made again from the records, so that the two can never
be out of step.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import ActionValue, Experience, RemembererError, State

FORMAT = "rememberer-lite memory"
VERSION = 1


class StorageError(RemembererError):
    """A file could not be read or written; the message names it and the fix."""


def as_text(memory: ExperienceMemory) -> str:
    """What `save` writes: equal for equal memories, whatever their similarity."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "settings": memory.settings,
        "next_id": memory.next_id,
        "records": [_to_json(record) for record in memory],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def save(memory: ExperienceMemory, path: str | Path) -> None:
    """Write a memory's settings and records to one file.

    Steps of an episode that is still open are not saved.

    Raises:
        StorageError: where the file cannot be written; the old one stays.
    """
    write_whole(path, as_text(memory))


def write_whole(path: str | Path, text: str) -> None:
    """Write a text file in full or not at all.

    The text goes to a second file beside it first, which then takes the old one's place in one
    step: whatever happens, the old file or the new one is there in full.

    Raises:
        StorageError: where the file cannot be written; the old one stays.
    """
    path = Path(path).resolve()  # a link stays a link
    # half a surrogate pair has no UTF-8; as the escape \udXXX it is good JSON
    data = text.encode("utf-8", errors="backslashreplace")
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write {path} ({error.strerror}): choose a folder that can be written, with "
            "room left"
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def load(path: str | Path, similarity: Similarity) -> ExperienceMemory:
    """Read a memory that `save` wrote.

    Args:
        path: the file.
        similarity: how alike two states are; it is code and not in the file, so give the one
            that the memory was made with.

    Raises:
        StorageError: where the file is missing, empty, damaged, or of another format or version.
    """
    path = Path(path)
    try:
        document = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise StorageError(
            f"{path} is not a memory file, or is damaged ({error}): restore it from a copy, or "
            "train anew; published pools (.yaml) load through load_published_pool"
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise StorageError(
            f"{path} is JSON, but no memory file: give a file that storage.save wrote"
        )
    if document.get("version") != VERSION:
        raise StorageError(
            f"{path} has version {document.get('version')!r} of the format, this package reads "
            f"version {VERSION}: load it with the release that wrote it"
        )
    where = "its settings"
    try:
        memory = ExperienceMemory(similarity, **document["settings"])
        where = "its list of records"
        for number, entry in enumerate(document["records"]):
            where = f"record {number}"
            memory.insert(_from_json(entry))
        where = "next_id"
        memory.next_id = max(memory.next_id, int(document["next_id"]))
    except (RemembererError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StorageError(
            f"{path} is damaged in {where} ({type(error).__name__}: {error}): mend that entry, "
            "or restore the file from a copy"
        ) from error
    return memory


def _to_json(record: Experience) -> dict[str, Any]:
    return {
        "id": record.id,
        "task": record.state.task.split("\n"),
        "observation": record.state.observation.split("\n"),
        "available": list(record.state.actions),
        "instruction": record.state.instruction,
        "actions": {
            action: {"q": v.q, "reward": v.reward, "visits": v.visits, "reason": v.reason}
            for action, v in record.actions.items()
        },
        "visits": record.visits,
        "recent_actions": list(record.recent_actions),
        "recent_reasons": list(record.recent_reasons),
        "last_reward": record.last_reward,
        "total_reward": record.total_reward,
    }


def _from_json(entry: dict[str, Any]) -> Experience:
    return Experience(
        State(
            "\n".join(_texts(entry["task"])),
            "\n".join(_texts(entry["observation"])),
            _texts(entry["available"]),
            _text(entry["instruction"]),
        ),
        int(entry["id"]),
        {action: _value(value) for action, value in entry["actions"].items()},
        int(entry["visits"]),
        _texts(entry["recent_actions"]),
        _texts(entry["recent_reasons"]),
        float(entry["last_reward"]),
        float(entry["total_reward"]),
    )


def _value(entry: dict[str, Any]) -> ActionValue:
    return ActionValue(
        float(entry["q"]), float(entry["reward"]), int(entry["visits"]), _text(entry["reason"])
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be a text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} should be a list of texts")
    return tuple(_text(value) for value in values)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StorageError(
            f"there is no file {path}: check the path, or save a memory there first"
        ) from error
    except OSError as error:
        raise StorageError(
            f"cannot read {path} ({error.strerror}): give a readable file"
        ) from error
    except UnicodeDecodeError as error:
        raise StorageError(
            f"{path} is not UTF-8 text ({error.reason}): give the file as it was saved"
        ) from error
    if not text.strip():
        raise StorageError(f"{path} is empty: restore it from a copy, or train anew")
    return text


def load_published_pool(
    path: str | Path, similarity: Similarity, **memory_options: Any
) -> ExperienceMemory:
    """Read an experience pool of the published code (OpenDFM/Rememberer, `history-pools/`).

    Args:
        path: a `.yaml` file; `pools` tells how it is read.
        similarity: how alike two states are.
        memory_options: handed to `ExperienceMemory` (gamma, n_steps, capacity, …).

    Raises:
        StorageError: where the file is missing, empty, no pool, or holds anything but plain
            values and tuples: such a file is never run.
    """
    # imported here, for its YAML library would be a third of the package's own import time
    from rememberer_lite.pools import PoolError, read_pool

    path = Path(path)
    try:
        records = read_pool(_read(path))
    except PoolError as error:
        raise StorageError(f"{path}: {error}") from error
    memory = ExperienceMemory(similarity, **memory_options)
    for record in records:
        memory.insert(record)
    return memory
