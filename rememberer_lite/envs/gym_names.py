"""The names of our environments in Gymnasium: `gymnasium.make("RemembererLite/WebShop-v0")`.

`import rememberer_lite.envs` makes them known, and does not import Gymnasium, which takes longer
than all the rest: if Gymnasium is imported already, they are registered at once, else as soon as it
is imported. (Gymnasium 1.0 gave up the entry points by which packages used to do that.)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

#: name in Gymnasium → the environment's class, which is imported when one is made
NAMES = {
    "RemembererLite/WebShop-v0": "rememberer_lite.envs.webshop:WebShopEnv",
    "RemembererLite/WikiHow-v0": "rememberer_lite.envs.wikihow:WikiHowEnv",
}


def register() -> None:
    """Tell Gymnasium the names, which takes place now or when Gymnasium is imported.

    The environments never truncate by themselves: pass `max_episode_steps` to `gymnasium.make` for
    a limit. All other arguments of `gymnasium.make` are those of the class.

    >>> import gymnasium, rememberer_lite.envs
    >>> env = gymnasium.make("RemembererLite/WebShop-v0", observation="text_rich")
    >>> _, info = env.reset(options={"goal": 0})
    >>> info["actions"]
    ('search',)
    """
    if "gymnasium" in sys.modules:
        _tell()
    elif not any(isinstance(finder, _AfterGymnasium) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterGymnasium())


def _tell() -> None:
    import gymnasium

    for name, place in NAMES.items():
        if name not in gymnasium.registry:
            gymnasium.register(id=name, entry_point=place)


class _AfterGymnasium(MetaPathFinder):
    """Is asked for each module that is imported, and waits for Gymnasium."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Telling(spec.loader)
        return spec


class _Telling(Loader):
    """Loads Gymnasium, then registers the names."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        _tell()
