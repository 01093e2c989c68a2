"""The shop as a world: its named sets of goals, and a script that buys."""

from __future__ import annotations

from rememberer_lite.envs.webshop.catalogue import Catalogue
from rememberer_lite.envs.webshop.domain import WEBSHOP
from rememberer_lite.envs.webshop.env import WebShopEnv
from rememberer_lite.envs.webshop.scripted import Scripted
from rememberer_lite.envs.world import World
from rememberer_lite.training import evaluate


def make(seed: int) -> WebShopEnv:
    """The built-in shop of a seed."""
    return WebShopEnv(Catalogue.builtin(seed))


def expert(env: WebShopEnv, goal: int) -> list[str]:
    """The actions of the scripted shopper."""
    (episode,) = evaluate(Scripted(WEBSHOP), env, [goal], progress=False).episodes
    return [step.action for step in episode.steps if step.action is not None]


WORLD = World(
    name="webshop",
    domain=WEBSHOP,
    env=make,
    splits={
        "train": range(500, 550),
        "test": range(100),
        "S0": range(500, 510),
        "S1": range(510, 520),
        "long": range(500, 550),
        "many": range(132, 532),
    },
    expert=expert,
)
