"""WebShop: a shop in which the agent has to buy one product, simulated or the real one.

| File or folder | Holds |
|---|---|
| `products`, `goals` | what can be bought, and what the customer asks for |
| `options`, `reward` | how a purchase is judged |
| `published` | the published files at full size: streamed, and prepared on disk |
| `catalogue` | products, goals and search, from the generator or from the published files |
| `pages`, `session` | the pages as elements and as text, and where the customer is |
| `patterns`, `drawing`, `short`, `domain` | how an agent and a person see the pages |
| `base`, `env` | the simulator as a Gymnasium environment |
| `real` | the original application and the original gym environment behind the same interface |
| `builtin` | the generator of invented shops |
| `scripted`, `world` | a script that buys, and the shop by its name |
"""

from rememberer_lite.envs.webshop.catalogue import Catalogue
from rememberer_lite.envs.webshop.domain import WEBSHOP
from rememberer_lite.envs.webshop.env import WebShopEnv
from rememberer_lite.envs.webshop.patterns import page_pattern
from rememberer_lite.envs.webshop.real import ShopServerError, WebShopGymEnv, WebShopServerEnv

__all__ = [
    "WEBSHOP",
    "Catalogue",
    "ShopServerError",
    "WebShopEnv",
    "WebShopGymEnv",
    "WebShopServerEnv",
    "page_pattern",
]
