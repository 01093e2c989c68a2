"""A memory in the form of the published code's pools, for use with that code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import Experience, State
from rememberer_lite.storage.files import StorageError, shown, write_whole
from rememberer_lite.storage.published import TASK_PREFIX, is_screen


def save_published_pool(memory: ExperienceMemory, path: str | Path) -> None:
    """Write a memory as an experience pool of the published code (OpenDFM/Rememberer).

    `load_published_pool` reads the same records back: ids, states, actions in their order, values,
    counts, reasons, and the path that led to each state. The settings of the memory are not part
    of the form, nor are steps of an episode that is still open.

    Args:
        memory: of WebShop or WikiHow; the form has no place for states of another kind.
        path: the `.yaml` file.

    Raises:
        StorageError: if a state does not fit the form, a text has no form in YAML, or the file
            cannot be written. The old file stays.

    Source: `history-pools/annotated_pool_half.q.yaml` of the published code: records are sorted
    by their texts, and the fields by their names.
    """
    # imported here, because its YAML library would add a third to the package's import time
    from rememberer_lite.storage.plain_yaml import YamlError, yaml_text

    entries = sorted((_key(record, path), _entry(record)) for record in memory)
    try:
        text = yaml_text(dict(entries))
    except YamlError as error:
        raise StorageError(
            f"cannot write {shown(path)} ({error}): write the memory with storage.save, which has "
            "a form for it"
        ) from error
    write_whole(path, text)


def _key(record: Experience, path: str | Path) -> tuple[str, str, str]:
    """(observation, task, third): the third is WikiHow's instruction or the shop's actions."""
    state = record.state
    screen = is_screen(state.observation)
    third = state.instruction if screen else "\n".join(state.actions)
    task = state.task if screen else TASK_PREFIX + state.task
    if screen:
        back = State(state.task.removeprefix(TASK_PREFIX).strip(), state.observation, (), third)
    else:
        back = State(state.task.strip(), state.observation, tuple(third.splitlines()))
    if back != state:
        raise StorageError(
            f"cannot write {shown(path)}: record {record.id} does not fit the published form, "
            "which holds a screen of HTML with an instruction, or a shop's page with actions of "
            "one line each, and tasks without spaces around them. Write the memory with "
            "storage.save"
        )
    return state.observation, task, third


def _entry(record: Experience) -> dict[str, Any]:
    recent = record.recent
    # an action without words of its own has the empty text there
    reasons = (*recent.reasons, *[""] * len(recent.actions))
    return {
        "action_dict": {
            (action, value.reason): {
                "number": int(value.visits),
                "qvalue": float(value.q),
                "reward": float(value.reward),
            }
            for action, value in record.actions.items()
        },
        "id": record.id,
        "other_info": {
            "action_history": list(zip(recent.actions, reasons, strict=False)),
            "last_reward": float(recent.last_reward),
            "number": int(record.visits),
            "total_reward": float(recent.total_reward),
        },
    }
