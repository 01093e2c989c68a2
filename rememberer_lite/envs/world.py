"""What a world is: an environment, its domain, and its goals by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from rememberer_lite.domain import Domain
from rememberer_lite.state import RemembererError, SettingError
from rememberer_lite.training import Environment

#: the split to use if a world has none of this name
_INSTEAD = {"S0": "train", "S1": "train", "long": "train", "many": "train"}


class WorldError(SettingError, KeyError):
    """A world cannot be found or is not a world; the message names the fix."""

    __str__ = Exception.__str__  # a KeyError would show its message in quotes


@dataclass(frozen=True)
class _Opening:
    """`World.env`: makes the environment; whatever goes wrong is an error that names the world."""

    world: str
    make: Callable[[int], Environment]

    def __call__(self, seed: int) -> Environment:
        name = f"the world {self.world!r}"
        try:
            env: object = self.make(seed)
        except RemembererError:
            raise
        except Exception as error:  # whatever the code of a world raises
            raise WorldError(
                f"{name} cannot be opened with seed {seed} ({type(error).__name__}: {error}): "
                "correct its env, a function seed → environment"
            ) from error
        if not (hasattr(env, "reset") and hasattr(env, "step")):
            raise WorldError(
                f"{name} gave {env!r:.80} for seed {seed}: let its env return an environment, with "
                "reset and step"
            )
        return cast(Environment, env)


@dataclass(frozen=True)
class World:
    """An environment that commands, experiments and views can enter by its name.

    Attributes:
        name: its name in files and commands.
        domain: how it is presented to an agent and to a person.
        env: seed → the environment; another seed is another shop, or another site.
        splits: name → the indices of goals. "train" and "test" share no goal. Worlds of the paper
            also have "S0" and "S1", its two training sets of ten goals; "long", 50 training goals;
            and "many", several hundred. In other worlds these four are "train".
        expert: (environment, goal) → the actions of a script that plays the goal as well as it
            can: the ceiling in tables. None if there is no such script.
        max_steps: how many steps an episode may take.

    Raises:
        SettingError: if the splits are unusable.
    """

    name: str
    domain: Domain
    env: Callable[[int], Environment]
    splits: Mapping[str, Sequence[int]]
    expert: Callable[[Any, int], Sequence[str]] | None = None
    max_steps: int = 15

    def __post_init__(self) -> None:
        """Refuse splits that a command could not use."""
        if not isinstance(self.env, _Opening):
            object.__setattr__(self, "env", _Opening(self.name, self.env))
        for name in ("train", "test"):
            if not self.splits.get(name):
                raise SettingError(f'the world {self.name!r} has no goals named "{name}": add some')
        if shared := set(self.splits["train"]) & set(self.splits["test"]):
            raise SettingError(
                f"the world {self.name!r} trains on goals that it also tests on, such as "
                f'{min(shared)}: let "train" and "test" share no goals'
            )

    def goals(self, split: str) -> Sequence[int]:
        """The goals of a split, by its name.

        Raises:
            SettingError: if there is no such split.
        """
        name = split if split in self.splits else _INSTEAD.get(split, split)
        if name not in self.splits:
            raise SettingError(
                f"the world {self.name!r} has no goals named {split!r}: choose one of "
                f"{', '.join(self.splits)}"
            )
        return self.splits[name]

    @property
    def settings(self) -> dict[str, Any]:
        """What a run in this world depends on, for the files that describe it."""
        return {"world": self.name, "domain": self.domain.name, "max_steps": self.max_steps}

    def __repr__(self) -> str:
        splits = ", ".join(f"{name}: {len(goals)}" for name, goals in self.splits.items())
        return f"World({self.name!r}, goals={{{splits}}})"
