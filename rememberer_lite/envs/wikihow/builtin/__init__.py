"""The built-in wiki: invented articles, made by a seeded generator from hand-written blocks.

| File | Holds |
|---|---|
| `data/` | the blocks: topics with title grammars, names, jobs, phrases |
| `site` | the articles, categories and authors of one seed |
| `fitting` | the same, extended by what given tasks need |
"""

from rememberer_lite.envs.wikihow.builtin.fitting import fit_site
from rememberer_lite.envs.wikihow.builtin.site import data, make_site

__all__ = ["data", "fit_site", "make_site"]
