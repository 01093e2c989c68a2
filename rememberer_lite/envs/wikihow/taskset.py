"""The built-in tasks, drawn from a site. Their indices are

    0–69    test
    70–79   S0, the first training set        80–89   S1, the second
    90–269  the rest of the training tasks

and no article that a training task names is named by a test task.
"""

from __future__ import annotations

import random

from rememberer_lite.envs.wikihow.articles import Article
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.tasks import Task, TaskError, write_task

TEST = range(70)
S0, S1 = range(70, 80), range(80, 90)
TRAINING = range(70, 270)

# The chains: search, article, reference list, author, category, about page; a second article.
# Any ten in a row contain all six kinds.
CHAINS = ("SA", "SAR", "SACA", "SAU", "SAB", "SAUA", "SAC", "SACAR", "SA", "SAUA", "SACA", "SAUAB")
_KINDS = {
    "S": "search", "A": "article", "R": "reference", "U": "author", "C": "category", "B": "about"
}  # fmt: skip


def builtin_tasks(site: Site, seed: int = 0, count: int = 270) -> list[Task]:
    """Draw tasks from a site, all chains in turn; see the module for their indices.

    Raises:
        TaskError: if the site is too small for `count` tasks without repetition.
    """
    rng = random.Random(f"wikihow tasks {seed}")
    articles = sorted(site.articles, key=lambda a: a.slug)
    rng.shuffle(articles)
    third = len(articles) // 3
    pools = {True: articles[:third], False: articles[third:]}
    reserved = {article.slug for article in pools[True]}
    tasks: list[Task] = []
    seen: set[str] = set()
    for number in range(count):
        chain = CHAINS[number % len(CHAINS)]
        if number // len(CHAINS) % 2 and len(chain) == 5:  # the long chains have alternating ends
            chain = chain[:-1] + {"R": "B", "B": "R"}[chain[-1]]
        pool = pools[number in TEST]
        for _ in range(200):
            article = pool.pop(0)  # in turn: every article is used before one repeats
            pool.append(article)
            drawn = _draw(site, chain, article, reserved, rng)
            if drawn is not None and (task := write_task(drawn)).text not in seen:
                break
        else:
            raise TaskError(
                f"a site of {len(articles)} articles is too small for {count} tasks: use "
                "Site.builtin() or write tasks of your own"
            )
        seen.add(task.text)
        tasks.append(task)
    return tasks


def _draw(
    site: Site, chain: str, first: Article, reserved: set[str], rng: random.Random
) -> list[tuple[str, str]] | None:
    """Names for the steps of a chain that begins with this article; None if there are none.

    Either both articles are in the test pool (`reserved`), or neither is.
    """
    article, shelf = first, site.articles
    drawn: list[tuple[str, str]] = []
    for letter in chain:
        kind = _KINDS[letter]
        if kind == "article" and len(drawn) > 1:
            side = first.slug in reserved
            others = [a for a in shelf if a is not first and (a.slug in reserved) == side]
            if not others:
                return None
            article = rng.choice(others)
        name = article.title
        if kind == "author":
            name = rng.choice(article.authors)
            shelf = site.works(name)
        elif kind == "category":
            category = site.category_of[article.category]
            name = rng.choice([category.name, category.name, category.parent or category.name])
            shelf = site.shelf(name)
        elif kind == "reference" and not article.references:
            return None
        drawn.append((kind, name))
    return drawn
