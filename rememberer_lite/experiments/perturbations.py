"""Changes to a trained memory before it is tested: negative controls, and fewer records."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import replace

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import State


def shuffled(memory: ExperienceMemory, seed: int) -> ExperienceMemory:
    """The same records and actions, their values redistributed among all pairs."""
    values = [value.q for record in memory for value in record.actions.values()]
    random.Random(f"shuffled {seed}").shuffle(values)
    return _revalued(memory, values)


def inverted(memory: ExperienceMemory) -> ExperienceMemory:
    """The same records and actions, each value subtracted from the largest."""
    values = [value.q for record in memory for value in record.actions.values()]
    return _revalued(memory, [max(values) - value for value in values])


def equal(memory: ExperienceMemory) -> ExperienceMemory:
    """The same records and actions, each worth the mean of all values: what is left is imitation.

    Of equal values an action's place decides: the one tried first is encouraged.
    """
    values = [value.q for record in memory for value in record.actions.values()]
    return _revalued(memory, [sum(values) / len(values)] * len(values))


def _revalued(memory: ExperienceMemory, values: Iterable[float]) -> ExperienceMemory:
    dealt = iter(values)
    return memory.with_records(
        replace(
            record,
            actions={a: replace(value, q=next(dealt)) for a, value in record.actions.items()},
        )
        for record in memory
    )


def fewer(memory: ExperienceMemory, records: int, seed: int) -> ExperienceMemory:
    """Some of the records, drawn at random, in their order; all if there are not more."""
    drawn = random.Random(f"fewer {seed}").sample(list(memory), min(records, len(memory)))
    return memory.with_records(sorted(drawn, key=lambda record: record.id))


def unrelated(query: State, key: State) -> float:
    """A meaningless similarity: a random number for each pair of states, always the same one."""
    texts = [text for s in (query, key) for text in (s.task, s.instruction, s.observation)]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).digest()[0] / 255
