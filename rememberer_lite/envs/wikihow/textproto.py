"""Real task definitions (Mobile-Env's protobuf text format) as tasks of this simulator.

The message type is declared here at run time, with only the fields that are read; the parser skips
all others (set-up steps, screen recognition, …). What remains of an event are its log patterns: the
addresses that the app logs when it opens a page.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from rememberer_lite.envs.wikihow.tasks import Milestone, Task, TaskError, compiled, write_command
from rememberer_lite.storage import StorageError, as_path, read_text
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.plain_json import check_depth
from rememberer_lite.text import short

# message → its fields: (name, type, repeated); other types than string and int32 refer to
# a message, or to the enum below
_MESSAGES: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "LogEvent": (("filters", "string", True), ("pattern", "string", True)),
    "EventSource": (("id", "int32", False), ("log_event", "LogEvent", False)),
    "Event": (("id", "int32", False), ("event", "EventSlot", False)),
    "EventSlot": (
        ("type", "EventType", False),
        ("id", "int32", False),
        ("events", "Event", True),
        ("transformation", "string", True),
    ),
    "EventSlots": (
        ("reward_listener", "EventSlot", False),
        ("episode_end_listener", "EventSlot", False),
        ("instruction_listener", "EventSlot", False),
    ),
    "Task": (
        ("id", "string", False),
        ("name", "string", False),
        ("command", "string", True),
        ("vocabulary", "string", True),
        ("event_sources", "EventSource", True),
        ("event_slots", "EventSlots", False),
    ),
}


# the parser fails on some texts with other errors than its own
_PARSER_ERRORS = (text_format.ParseError, ValueError, LookupError, AttributeError, TypeError)
_EVENT_TYPES = ("SINGLE", "AND", "OR")  # how the events of a slot are combined


@cache
def _task_message() -> Any:
    """The message class `Task`."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="rememberer_lite/wikihow_task.proto", package="rememberer_lite", syntax="proto2"
    )
    enum = file.enum_type.add(name="EventType")
    for number, name in enumerate(_EVENT_TYPES):
        enum.value.add(name=name, number=number)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        message.extension_range.add(start=1000, end=2**29)  # else an extension is an error
        for number, (field_name, kind, repeated) in enumerate(fields, start=1):
            added = message.field.add(name=field_name, number=number)
            added.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            if kind in ("string", "int32"):
                added.type = field.TYPE_STRING if kind == "string" else field.TYPE_INT32
            else:
                added.type = field.TYPE_ENUM if kind == "EventType" else field.TYPE_MESSAGE
                added.type_name = f".rememberer_lite.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("rememberer_lite.Task"))


def tasks_from_textproto(paths: str | Path | Iterable[str | Path]) -> list[Task]:
    """Read task definitions, one task per file, in the given order.

    Args:
        paths: files; a folder means its `*.textproto` files in the order of their names.

    Raises:
        TaskError: if a file is missing, truncated or not a WikiHow task; the message names it.
    """
    given = list(paths) if isinstance(paths, Iterable) and not isinstance(paths, str) else [paths]
    files: list[Path] = []
    for path in map(_path, given):
        files += sorted(path.glob("*.textproto")) if path.is_dir() else [path]
    if not files:
        raise TaskError(
            f"no *.textproto files in {', '.join(map(shown, given)) or 'an empty list'}: name the "
            "files or their folder"
        )
    return [_read(path) for path in files]


def _path(path: object) -> Path:
    try:
        return as_path(path)
    except StorageError as error:
        raise TaskError(str(error)) from error


def _read(path: Path) -> Task:
    try:
        text = read_text(path)
    except StorageError as error:
        raise TaskError(str(error)) from error
    try:
        check_depth(text, "[{<")  # the parser recurses into each level
        with warnings.catch_warnings():  # of escapes that Python's texts do not have
            warnings.simplefilter("ignore", DeprecationWarning)
            message = text_format.Parse(
                text, _task_message()(), allow_unknown_field=True, allow_unknown_extension=True
            )
    except _PARSER_ERRORS as error:
        raise TaskError(
            f"{shown(path)} is not a task definition in protobuf's text format, or is truncated "
            f"({short(str(error), 160)}): copy the complete file again"
        ) from error
    try:
        return _task(message, path)
    except TaskError as error:
        raise TaskError(
            f"{shown(path)} is not a playable WikiHow task: {error}. Use definitions of "
            "Mobile-Env's WikiHow task set"
        ) from error


def _task(message: Any, path: Path) -> Task:
    if not message.command:
        raise TaskError("it has no `command`")
    patterns = {
        source.id: tuple(source.log_event.pattern)
        for source in message.event_sources
        if source.log_event.pattern
    }
    rewards = [event.event for event in message.event_slots.reward_listener.events]
    if not rewards:
        raise TaskError("its `reward_listener` names no milestone")
    instructions = _instructions(message.event_slots.instruction_listener)
    steps = [
        Milestone(
            _checked(slot, patterns, number),
            # an instruction appears when the milestone before it is reached
            instructions.get(rewards[number - 2].id, "") if number > 1 else "",
        )
        for number, slot in enumerate(rewards, start=1)
    ]
    ends = [event.id for event in message.event_slots.episode_end_listener.events if event.id]
    if ends and ends[0] != rewards[-1].id:
        raise TaskError("its episode does not end with its last milestone")
    return Task(message.id or path.stem, _command(message.command, steps), tuple(steps))


def _checked(slot: Any, patterns: dict[int, tuple[str, ...]], number: int) -> tuple[str, ...]:
    """The log patterns of an OR-group of events."""
    if _EVENT_TYPES[slot.type] == "AND" and len(slot.events) > 1:
        raise TaskError(f"milestone {number} asks for several events together (type: AND)")
    found = [pattern for event in slot.events for pattern in patterns.get(event.id, ())]
    if not found:
        raise TaskError(f"milestone {number} has no `log_event`, so no page address decides it")
    for pattern in found:
        try:
            compiled(pattern)
        except TaskError as error:
            raise TaskError(f"in milestone {number} {error}") from error
    return tuple(found)


def _instructions(listener: Any) -> dict[int, str]:
    """Milestone's id → the instruction that is shown after it is reached."""
    found = {}
    for slot in (event.event for event in listener.events):
        for transformation in slot.transformation:
            for event in slot.events:
                found[event.id] = _text_of(transformation)
    return found


def _text_of(transformation: str) -> str:
    """The text in `y = ['…']`."""
    text = transformation.partition("=")[2].strip()
    try:  # brackets are all that can nest
        value = ast.literal_eval(text) if len(text) <= 100_000 and text.count("[") < 50 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
        raise TaskError(f"the instruction {short(transformation, 80)!r} is not `y = ['text']`")
    return " ".join(lines)


def _command(lines: Sequence[str], steps: Sequence[Milestone]) -> tuple[str, ...]:
    """All lines of the task; the files contain only the first, the instructions the rest."""
    if len(lines) > 1:
        return tuple(lines)
    return write_command(lines[0], [step.instruction for step in steps if step.instruction])
