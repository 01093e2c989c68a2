"""WebShop's published files at full size: streamed, and prepared on disk for the next time.

| File | Holds |
|---|---|
| `stream` | the entries of a JSON file, plain or gzip, one after the other and within limits |
| `container` | arrays and lines in one file, which is checked before it is used |
| `records` | products and goals as lines of such a file |
| `prepare` | building the prepared file, and opening it if it still fits |
"""

from rememberer_lite.envs.webshop.published.prepare import Prepared, Sources, prepared

__all__ = ["Prepared", "Sources", "prepared"]
