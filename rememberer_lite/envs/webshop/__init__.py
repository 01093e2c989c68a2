"""WebShop: a simulated shop where one product is to be bought."""

from rememberer_lite.envs.webshop.catalogue import Catalogue
from rememberer_lite.envs.webshop.domain import WEBSHOP, page_pattern
from rememberer_lite.envs.webshop.env import WebShopEnv

__all__ = ["WEBSHOP", "Catalogue", "WebShopEnv", "page_pattern"]
