"""The built-in shop: invented products and requests, in the published WebShop file formats.

| File | Holds |
|---|---|
| `data/` | hand-written building blocks: kinds of things, facts about them, ways to ask for them |
| `blocks` | reads them |
| `designs` | decides what is sold |
| `listing` | writes a product's page |
| `wording` | writes a request as people would |
| `shop` | puts them together: products, attributes and requests of one seed |

    python -m rememberer_lite.envs.webshop.builtin --out shop --seed 0
"""

from rememberer_lite.envs.webshop.builtin.shop import FILES, make_shop

__all__ = ["FILES", "make_shop"]
