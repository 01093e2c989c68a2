"""The tea kitchen of chapter 13, as a reader of it would put it into a module of their own.

The four cells of the chapter are run as they stand in the notebook; only `WORLD` is added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rememberer_lite.envs import World

_NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "13_bring_your_own_environment.ipynb"
_CELLS = ("MENU =", "STAGES =", "class Kitchen:", "class TeaDomain(Domain):")


def _sources() -> list[str]:
    cells = json.loads(_NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [source for mark in _CELLS for source in code if f"\n{mark}" in f"\n{source}"]
    assert len(found) == len(_CELLS), "the chapter's cells have changed: name them in _CELLS"
    return found


for _source in _sources():
    exec(_source)


def expert(env: Any, goal: int) -> list[str]:
    """The right cup, and serve it."""
    env.reset(options={"goal": goal})
    return [*(f"{verb}({thing})" for verb, thing in env.wish.items()), "serve"]


WORLD = World(
    name="tea",
    domain=TeaDomain(),  # type: ignore[name-defined]  # noqa: F821
    env=lambda seed: Kitchen(),  # type: ignore[name-defined]  # noqa: F821
    splits={"train": range(40, 46), "test": range(6)},
    expert=expert,
    max_steps=6,
)
