"""A third domain, small enough to read at a glance: a cabinet of folders, with its environment.

It shows what a new world needs (a `Domain`, an environment whose info holds "state", a `World`
that names its goals), and it is what the offline stand-in has never seen: nothing of it is written
into the package.

To be solved in four steps: open the folder, open the sheet, choose the reader, press copy; then
leave. Whoever leaves before the copy is made gets nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rememberer_lite.domain import Domain, Verb
from rememberer_lite.envs import World
from rememberer_lite.similarity import PatternTable, Similarity, TextEmbedding
from rememberer_lite.state import ActionValue, Experience, State

FOLDERS = {
    "animals": ("whales", "otters", "herons", "badgers"),
    "plants": ("ferns", "mosses", "orchids", "lichens"),
    "stars": ("quasars", "comets", "novae", "dwarfs"),
    "rivers": ("deltas", "springs", "rapids", "canals"),
    "metals": ("copper", "nickel", "cobalt", "bronze"),
}
READERS = ("anna", "bruno", "clara", "dmitri")
PAGES = ("cabinet", "folder", "sheet")


@dataclass(frozen=True)
class Place:
    """Where the visitor stands and what was done there."""

    folder: str = ""
    sheet: str = ""
    reader: str = ""
    copied: str = ""
    left: bool = False


class Cabinet(Domain):
    """How the cabinet is shown to an agent."""

    name = "cabinet"
    role = "You fetch copies of sheets from a cabinet of folders."
    grammar = (
        Verb("open(name)", "open a folder or a sheet"),
        Verb("reader(name)", "say who the copy is for"),
        Verb("copy", "copy the sheet"),
        Verb("up", "close what is open"),
        Verb("leave", "go away with what was copied"),
    )

    def similarity(self, weight: float = 0.5) -> Similarity:
        def kind(state: State) -> str:
            return state.observation.split()[0].lower()

        same = [[float(a == b) for a in PAGES] for b in PAGES]
        return Similarity(TextEmbedding(), PatternTable(kind, PAGES, same), weight)

    def possible_actions(self, state: State) -> tuple[str, ...]:
        return state.actions

    def initial_records(self) -> Mapping[str, Sequence[Experience]]:
        """E0: one record, of the step that the stand-in would not take. E1: a whole happy path."""
        env = CabinetEnv(seed=-1)
        _, info = env.reset(options={"goal": 0})
        records = []
        for action in env.solution():
            state = info["state"]
            records.append(Experience(state, -1, {action: ActionValue(1.0, 0.0, 1)}, visits=1))
            _, _, _, _, info = env.step(action)
        return {"E0": records[3:4], "E1": records}


class CabinetEnv:
    """The cabinet with the contract of the package's environments; `seed` makes the tasks."""

    domain = Cabinet()

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.reset()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        rng = random.Random(f"cabinet {self.seed}/{(options or {}).get('goal', 0)}")
        self.folder = rng.choice(sorted(FOLDERS))
        self.sheet = rng.choice(FOLDERS[self.folder])
        self.reader = rng.choice(READERS)
        form = rng.choice(
            ["{sheet} from {folder} for {reader}", "for {reader}, please: {folder}, {sheet}"]
        )
        self.task = form.format(sheet=self.sheet, folder=self.folder, reader=self.reader)
        self.order = rng.sample(sorted(FOLDERS), len(FOLDERS))
        self.place = Place()
        return self._seen()

    def solution(self) -> list[str]:
        """The shortest way to solve the present task."""
        return [
            f"open({self.folder})",
            f"open({self.sheet})",
            f"reader({self.reader})",
            "copy",
            "leave",
        ]

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        possible = self._actions()
        place = self.place
        name = action.partition("(")[2].rstrip(")")
        if action not in possible:
            observation, info = self._seen()
            return observation, 0.0, place.left, False, {**info, "no_effect": "no such action here"}
        if action == "leave":
            self.place = replace(place, left=True)
        elif action == "up":
            self.place = Place(place.folder if place.sheet else "", copied=place.copied)
        elif action == "copy":
            self.place = replace(place, copied=f"{place.sheet} for {place.reader}")
        elif action.startswith("reader"):
            self.place = replace(place, reader=name)
        elif place.folder:
            self.place = replace(place, sheet=name)
        else:
            self.place = replace(place, folder=name)
        solved = self.place.left and self.place.copied == f"{self.sheet} for {self.reader}"
        observation, info = self._seen()
        return observation, float(solved), self.place.left, False, info

    def _actions(self) -> tuple[str, ...]:
        place = self.place
        if place.left:
            return ()
        if place.sheet:
            return (*(f"reader({name})" for name in READERS), "up", "copy", "leave")
        if place.folder:
            return (*(f"open({name})" for name in FOLDERS[place.folder]), "up", "leave")
        return (*(f"open({name})" for name in self.order), "leave")

    def _seen(self) -> tuple[str, dict[str, Any]]:
        place = self.place
        copied = f"Copied: {place.copied or 'nothing'}."
        if place.sheet:
            text = f"Sheet {place.sheet}. Reader: {place.reader or 'nobody'}.\n{copied}"
        elif place.folder:
            text = f"Folder {place.folder}.\n{copied}"
        else:
            text = f"Cabinet of {len(FOLDERS)} folders.\n{copied}"
        state = State(self.task, text, self._actions())
        return text, {"state": state, "actions": state.actions, "no_effect": ""}


def expert(env: CabinetEnv, goal: int) -> list[str]:
    """The shortest way to solve a goal."""
    env.reset(options={"goal": goal})
    return env.solution()


WORLD = World(
    name="cabinet",
    domain=CabinetEnv.domain,
    env=CabinetEnv,
    splits={"train": range(500, 506), "test": range(6)},
    expert=expert,
    max_steps=8,
)
