"""The wiki as a world: its named sets of goals, and a script that finds every page."""

from __future__ import annotations

from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.scripted import solve
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.taskset import S0, S1, TEST, TRAINING
from rememberer_lite.envs.world import World


def make(seed: int) -> WikiHowEnv:
    """The built-in site of a seed."""
    return WikiHowEnv(Site.builtin(seed))


WORLD = World(
    name="wikihow",
    domain=WIKIHOW,
    env=make,
    splits={
        "train": TRAINING[:50],
        "test": TEST,
        "S0": S0,
        "S1": S1,
        "long": TRAINING[:50],
        "many": TRAINING,
    },
    expert=solve,
)
