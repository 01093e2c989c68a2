"""Worlds by name: the package's own, those of installed packages, and any module's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from rememberer_lite.domain import Domain
from rememberer_lite.envs.world import World, WorldError
from rememberer_lite.state import State

#: a package that offers worlds names them in its pyproject.toml under
#: [project.entry-points."rememberer_lite.worlds"], each as  name = "package.module:WORLD"
GROUP = "rememberer_lite.worlds"


class Worlds(Mapping[str, World]):
    """Name → world. A world is imported when it is asked for, not before.

    Besides the names that it lists, it accepts "package.module:NAME": a `World` in a module.

    Args:
        builtin: name → where the world is, as "package.module:NAME".
    """

    def __init__(self, builtin: Mapping[str, str]) -> None:
        self._builtin = dict(builtin)

    @cached_property
    def _installed(self) -> dict[str, list[EntryPoint]]:
        found: dict[str, list[EntryPoint]] = {}
        for entry in entry_points(group=GROUP):
            found.setdefault(entry.name, []).append(entry)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._builtin, *self._installed]))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return name in self._builtin or name in self._installed

    def __getitem__(self, name: str) -> World:
        """The world of this name.

        Raises:
            WorldError: if there is none, it cannot be imported, or two have the
                name.
        """
        if ":" in name:
            return self._only(_load(name))
        offers = [self._builtin[name]] if name in self._builtin else []
        offers += [entry.value for entry in self._installed.get(name, [])]
        if not offers:
            raise WorldError(
                f"no world is named {name!r}: choose {', '.join(self)}, or write "
                "package.module:NAME for a World of your own"
            )
        if len(offers) > 1:
            raise WorldError(
                f"the name {name!r} is used twice, by {' and by '.join(offers)}: uninstall one of "
                "the packages, or write package.module:NAME"
            )
        world = _load(offers[0])
        if world.name != name:
            raise WorldError(
                f"{offers[0]} is offered as {name!r} but calls itself {world.name!r}: give both "
                "the same name"
            )
        return world

    def _only(self, world: World) -> World:
        """The world, if no other has its name: files would confuse the two."""
        if world.name in self and self[world.name] is not world:
            raise WorldError(f"the name {world.name!r} is taken: give your World another name")
        return world

    def domain_of(self, state: State) -> Domain | None:
        """The domain of the built-in world that recognises a state's page; None if none does."""
        domains = (self[name].domain for name in self._builtin)
        return next((domain for domain in domains if domain.recognises(state)), None)

    def __repr__(self) -> str:
        return f"Worlds({', '.join(self)})"


def _load(location: str) -> World:
    """Import "package.module:NAME"."""
    module, _, name = location.partition(":")
    if not module or module.startswith("."):
        raise WorldError(f"{location!r}: write package.module:NAME")
    try:
        found = import_module(module)
    except (Exception, SystemExit) as error:  # whatever the module raises on its way
        kind = "" if isinstance(error, ImportError) else f"{type(error).__name__}: "
        raise WorldError(
            f"{location}: the module {module!r} cannot be imported ({kind}{error})"
        ) from error
    world = found
    for part in name.split("."):
        try:
            world = getattr(world, part)
        except Exception as error:  # of an attribute that is computed: whatever it raises
            raise WorldError(
                f"{location}: the module {module!r} has no {name!r} ({error}); look for a typo"
            ) from error
    if not isinstance(world, World):
        raise WorldError(
            f"{location} is {type(world).__name__}, not World: make one with "
            "rememberer_lite.envs.World(name, domain, env, splits)"
        )
    return world
