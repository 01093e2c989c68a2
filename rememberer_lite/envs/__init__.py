"""The worlds in which agents act: simulated environments with their domains, and their registry.

| Folder or file | Holds |
|---|---|
| `webshop` | a shop in which the agent has to buy one product |
| `wikihow` | the app of a how-to wiki, in which the agent searches and reads |
| `world` | `World`: an environment, its domain, and its goals by name |
| `registry` | how a world is found by its name |
| `search` | the search engine of both simulators |
| `spaces` | the space of any text, for Gymnasium |
| `gym_names` | `gymnasium.make("RemembererLite/WebShop-v0")` and `WikiHow-v0` |

>>> sorted(WORLDS)[:2]
['webshop', 'wikihow']
>>> WORLDS["webshop"].splits["S0"]
range(500, 510)
"""

from rememberer_lite.envs.gym_names import register
from rememberer_lite.envs.registry import Worlds
from rememberer_lite.envs.world import World, WorldError

#: every world that has a name: each is in a folder here, or in a package of its own
WORLDS = Worlds(
    {
        "webshop": "rememberer_lite.envs.webshop.world:WORLD",
        "wikihow": "rememberer_lite.envs.wikihow.world:WORLD",
    }
)

register()  # the names in Gymnasium, which itself is not imported here

__all__ = ["WORLDS", "World", "WorldError", "Worlds"]
