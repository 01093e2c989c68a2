"""A plan: a predefined grid of conditions and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.measures import NAMES

#: seeds that were never used for tuning; the most important plans have more of them
SEEDS, MORE_SEEDS = range(100, 110), range(100, 116)


@dataclass(frozen=True, slots=True)
class Plan:
    """A predefined grid: conditions × seeds in one or more worlds.

    Attributes:
        name: its name on the command line.
        question: what it asks, in a sentence.
        conditions: world → the rows of its table.
        reference: the row with which all others are compared, unless they say otherwise.
        seeds: one shop or site each.
        measures: what is compared; the first one is the main one.
        also: further measures that the table shows without a comparison.
        language_model: whether only a language model can be asked: the stand-in does not read
            short prompts.
        command: what computes it, after `rememberer-lite`; "": experiment NAME --env WORLD.

    Raises:
        ExperimentError: if two rows have the same name, a row is compared with a missing one, or
            a measure is unknown.
    """

    name: str
    question: str
    conditions: Mapping[str, tuple[Condition, ...]]
    reference: str
    seeds: Sequence[int] = SEEDS
    measures: tuple[str, ...] = ("success", "score")
    also: tuple[str, ...] = ()
    language_model: bool = False
    command: str = ""

    def __post_init__(self) -> None:
        """Refuse a table that would make no sense."""
        for measure in (*self.measures, *self.also):
            if measure not in NAMES:
                raise ExperimentError(
                    f"plan {self.name!r}: no measure {measure!r}; choose from {', '.join(NAMES)}"
                )
        if not isinstance(self.conditions, Mapping):
            raise ExperimentError(f"plan {self.name!r}: conditions is a dictionary: world → rows")
        if not self.conditions or not all(self.conditions.values()):
            raise ExperimentError(f"plan {self.name!r}: give each world at least one condition")
        seeds = self.seeds if isinstance(self.seeds, Sequence) else [None]
        if not seeds or len({*seeds}) < len(seeds) or any(type(seed) is not int for seed in seeds):
            raise ExperimentError(
                f"plan {self.name!r}: seeds is {self.seeds!r}; give different whole numbers, such "
                "as range(100, 110)"
            )
        if not self.measures:
            raise ExperimentError(f"plan {self.name!r}: name at least one measure to compare")
        for env, rows in self.conditions.items():
            names = [row.name for row in rows]
            for row in rows:
                if names.count(row.name) > 1:
                    raise ExperimentError(
                        f"plan {self.name!r}: {env} has two conditions named {row.name!r}; "
                        "give each its own name"
                    )
                if (other := row.against or self.reference) not in names:
                    raise ExperimentError(
                        f"plan {self.name!r}: {row.name!r} is compared with {other!r}, and {env} "
                        f"has no such condition; choose one of {', '.join(names)}"
                    )

    def rows(self, env: str) -> tuple[Condition, ...]:
        """The rows of a world: its own, or the plan's if they are the same in all its worlds.

        Raises:
            ExperimentError: if the plan has rows for certain worlds only.
        """
        if env in self.conditions:
            return self.conditions[env]
        rows = list(self.conditions.values())
        if len(rows) < 2 or any(others != rows[0] for others in rows):
            raise ExperimentError(
                f"{self.name} has no conditions for {env!r}: choose {' or '.join(self.conditions)}"
            )
        return rows[0]


def both(*conditions: Condition) -> dict[str, tuple[Condition, ...]]:
    """The same rows in the shop and on the wiki; any other world has them too."""
    return {"webshop": conditions, "wikihow": conditions}
