"""The original WebShop behind the interface of our simulator.

| File | Holds |
|---|---|
| `connection` | pages from one address, within limits |
| `html` | WebShop's HTML as the elements of our pages, and where a click leads |
| `judged` | the reward's parts, from what the original reports of a purchase |
| `server_env` | `WebShopServerEnv`: the Flask application, over HTTP |
| `gym_env` | `WebShopGymEnv`: a `WebAgentTextEnv` that you have built |

Nothing here is imported before it is used: `httpx` and `beautifulsoup4` load with the first page.
"""

from rememberer_lite.envs.webshop.real.connection import ShopServerError
from rememberer_lite.envs.webshop.real.gym_env import WebShopGymEnv
from rememberer_lite.envs.webshop.real.server_env import WebShopServerEnv

__all__ = ["ShopServerError", "WebShopGymEnv", "WebShopServerEnv"]
