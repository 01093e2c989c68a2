"""A site made for given tasks: what they name, among the articles of the built-in site.

The patterns of real definitions say which addresses must exist: articles, categories and authors.
Everything else in such a site is invented. Neighbours with confusable titles are added, so that a
search finds more than the wanted article.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from rememberer_lite.envs.wikihow.addresses import ROOT, slug
from rememberer_lite.envs.wikihow.articles import Article, Category
from rememberer_lite.envs.wikihow.builtin.site import (
    Tables,
    data,
    make_site,
    write_article,
    write_author,
    write_reference,
)
from rememberer_lite.envs.wikihow.tasks import Milestone, Task, TaskError

# verbs that fit many things, to turn a title into a neighbour
_NEIGHBOURLY = ("Choose", "Clean", "Store", "Fix", "Draw", "Buy", "Make", "Describe")


@dataclass
class _Wish:
    """What the tasks need from one article."""

    title: str
    categories: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    references: bool = False


def fit_site(tasks: Sequence[Task], seed: int = 0) -> Tables:
    """The tables of a site on which each task can be solved.

    Raises:
        TaskError: if a pattern does not show which page it means, or an article would have to be
            in three categories.
    """
    rng = random.Random(f"wikihow site for tasks {seed}")
    wishes: dict[str, _Wish] = {}
    for task in tasks:
        _collect(task, wishes)
    invented = make_site(seed)
    articles = {article.slug: article for article in invented[0]}
    categories = {category.name: category for category in invented[1]}
    authors = {author.name: author for author in invented[2]}
    for key, wish in wishes.items():
        category = _shelve(wish, categories, articles.get(key), rng)
        names = wish.authors or [rng.choice(sorted(authors))]
        for name in names:
            if name not in authors:
                authors[name] = replace(write_author(name, *_job(rng), rng), name=name)
        topic = {**rng.choice(rng.choice(data("topics"))["topics"]), "name": category.name}
        neighbours = _neighbours(wish.title, rng)
        writers = [authors[name] for name in names]
        for title in [wish.title, *neighbours]:
            writer = writers if title == wish.title else [authors[rng.choice(sorted(authors))]]
            made = write_article(title, topic, writer, [wish.title, *neighbours], rng)
            if title == wish.title or made.slug not in articles:
                articles[made.slug] = _with_references(made, rng) if wish.references else made
    kept = [a for a in articles.values() if a.slug in wishes or not _clashes(a.title, wishes)]
    return tuple(kept), tuple(categories.values()), tuple(authors.values())


def _collect(task: Task, wishes: dict[str, _Wish]) -> None:
    """Go through a task and note what it needs from each article that it names."""
    current: list[_Wish] = []
    shared: dict[str, list[str]] = {"Category": [], "Author": []}
    for step in task.milestones:
        if step.kind in ("search", "about"):
            continue
        name = _page_name(step, task)
        if step.kind == "article":
            title = _quoted_or(step, slug(name))
            wish = wishes.setdefault(slug(name), _Wish(title))
            wish.categories += [c for c in shared["Category"] if c not in wish.categories]
            wish.authors += [a for a in shared["Author"] if a not in wish.authors]
            current = [wish]
        elif not current:
            raise TaskError(f"task {task.id!r} asks for a {step.kind} page before any article")
        elif step.kind == "reference":
            current[0].references = True
        else:
            kind, wanted = ("Category", current[0].categories)
            if step.kind == "author":
                kind, wanted = ("Author", current[0].authors)
            shown = _shown_name(step, name.partition(":")[2] or name.partition("/")[2])
            shared[kind].append(shown)
            if shown not in wanted:
                wanted.append(shown)


def _page_name(step: Milestone, task: Task) -> str:
    """The part of a page's address after the site's, from a pattern such as `…\\.com/Bake`."""
    for pattern in step.patterns:
        _, found, rest = pattern.partition(r"wikihow\.com/")
        if not found:
            _, found, rest = re.sub(r"\\(.)", r"\1", pattern).partition(ROOT)
        rest = re.split(r"\(\?|\\\?|\?|#|\\#|\\b|\$", rest)[0]
        name = unquote(re.sub(r"\\(.)", r"\1", rest))
        if found and re.fullmatch(r"[^\s*+|\[\]{}^]+", name):
            return name
    raise TaskError(
        f"task {task.id!r}: the pattern {step.patterns[0]!r} does not show which page is meant; "
        "it should contain a whole address"
    )


def _quoted_or(step: Milestone, name: str) -> str:
    """The title as the instruction quotes it, if its address is the pattern's."""
    found = re.search(r'"How to (.+)"', step.instruction)
    return found[1] if found and slug(found[1]) == name else name.replace("-", " ")


def _shown_name(step: Milestone, name: str) -> str:
    """A category's or author's name as the instruction writes it."""
    for beginning in ("Check the author page of ", "Access the page of category "):
        shown = step.instruction.removeprefix(beginning)
        for candidate in (shown, shown.removesuffix(".")):
            if slug(candidate) == name:
                return candidate
    return name.replace("-", " ")


def _shelve(
    wish: _Wish, categories: dict[str, Category], known: Article | None, rng: random.Random
) -> Category:
    """The category of an article; its parent is the second one that the tasks name."""
    wanted = wish.categories or [known.category if known else rng.choice(sorted(categories))]
    upper = [n for n in wanted if n in categories and not categories[n].parent]
    lower = [n for n in wanted if n not in upper]
    if len(upper) > 1 or len(lower) > 1:
        raise TaskError(
            f"article {wish.title!r} is asked for in {', '.join(wanted)}: this site has one topic "
            "and one field above it, so play these tasks in separate sites"
        )
    if lower and lower[0] in categories and upper and categories[lower[0]].parent != upper[0]:
        raise TaskError(f"{lower[0]!r} is not below {upper[0]!r}: play the tasks separately")
    fields = upper or [c.name for c in categories.values() if not c.parent]
    parent = rng.choice(fields)
    if lower:
        return categories.setdefault(lower[0], Category(lower[0], parent))
    below = [c for c in categories.values() if c.parent == parent]
    return rng.choice(below)


def _neighbours(title: str, rng: random.Random) -> list[str]:
    """Titles that are easily confused with this one: the same things, other verbs."""
    _, _, rest = title.partition(" ")
    verbs = rng.sample([v for v in _NEIGHBOURLY if not title.startswith(v)], k=3)
    return [f"{verb} {rest or title}" for verb in verbs]


def _clashes(title: str, wishes: dict[str, Any]) -> bool:
    """Whether an unanchored pattern for a wanted article would also match this one."""
    return any(slug(title).startswith(wanted) for wanted in wishes)


def _with_references(article: Article, rng: random.Random) -> Article:
    listed = article.references or (write_reference(article.title, rng),)
    return replace(article, references=listed)


def _job(rng: random.Random) -> tuple[str, str, str]:
    subject = rng.choice(sorted(data("people")["jobs"]))
    job, _ = rng.choice(data("people")["jobs"][subject])
    return job, "", subject
