"""The experience pools of the published code (OpenDFM/Rememberer, `history-pools/*.yaml`).

A pool maps a key of three texts, (observation, task, third), to a record. The third text is the
step instruction on WikiHow, whose observations are HTML, and on WebShop the clickable texts, one
a line. An action is a tuple (text, reason).
"""

from __future__ import annotations

from typing import Any

import yaml

from rememberer_lite.records import check, merge_values
from rememberer_lite.state import ActionValue, Experience, RemembererError, State


class PoolError(RemembererError):
    """A pool that cannot be read; the message names the place and the fix."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without code: plain values, and the tuples that the pools use as keys."""


def _tuple(loader: Any, node: yaml.SequenceNode) -> tuple[Any, ...]:
    return tuple(loader.construct_sequence(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:python/tuple", _tuple)


def read_pool(text: str) -> list[Experience]:
    """The records of a pool, in the order in which they were made.

    "Instruction:" is taken off the tasks; two actions that differ in the reason alone become one.

    Raises:
        PoolError: where the text is no YAML of plain values and tuples, or a record is damaged.

    Unlike the paper's code: its loader runs whatever a file tells it to.
    """
    try:
        pool = yaml.load(text, Loader=_Loader)  # a safe loader: see above
    except (yaml.YAMLError, RecursionError) as error:
        raise PoolError(
            f"not YAML of plain values and tuples ({' '.join(str(error).split())}): load only "
            "files of the published form"
        ) from error
    if not isinstance(pool, dict):
        raise PoolError("this YAML holds no records: give a file of the published form")
    records = []
    for key, entry in pool.items():
        try:
            records.append(_record(key, entry))
        except (RemembererError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise PoolError(
                f"the record of {str(key)[:60]!r} is damaged ({type(error).__name__}: {error}): "
                "mend it, or load a fresh copy of the pool"
            ) from error
    return sorted(records, key=lambda record: record.id)  # the file is sorted by its texts


def _record(key: Any, entry: dict[str, Any]) -> Experience:
    if not isinstance(key, tuple) or len(key) != 3:
        raise TypeError("a key is a tuple (observation, task, actions or instruction)")
    observation, task, third = map(_text, key)
    task = task.removeprefix("Instruction:").strip()
    if observation.lstrip().startswith("<"):
        state = State(task, observation, instruction=third)
    else:
        state = State(task, observation, tuple(third.splitlines()))
    actions: dict[str, ActionValue] = {}
    for named, value in entry["action_dict"].items():
        text, reason = _action(named)
        q, reward, visits = float(value["qvalue"]), float(value["reward"]), int(value["number"])
        actions = merge_values(actions, {text: ActionValue(q, reward, visits, reason)})
    info = entry["other_info"]
    recent = [_action(named) for named in info["action_history"]]
    record = Experience(
        state,
        int(entry["id"]),
        actions,
        int(info["number"]),
        tuple(text for text, _ in recent),
        tuple(reason for _, reason in recent),
        float(info["last_reward"]),
        float(info["total_reward"]),
    )
    check(record)
    return record


def _action(named: Any) -> tuple[str, str]:
    """(text, reason) of an action, which is a tuple of the two or a text alone."""
    text, reason = (named, "") if isinstance(named, str) else named
    return _text(text), _text(reason)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} should be a text")
    return value
