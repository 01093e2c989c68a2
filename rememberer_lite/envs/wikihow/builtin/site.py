"""The built-in site: invented how-tos, made by a seeded generator from hand-written blocks.

The blocks stand in `data/`: topics with title grammars such as "Clean {a Copper|an Iron} {Pan|Pot}"
(so that many titles are easily confused), names, jobs, and phrases for the texts. Every seed draws
other articles, authors and texts from them.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from rememberer_lite.envs.wikihow.addresses import slug
from rememberer_lite.envs.wikihow.articles import Article, ArticlePart, Author, Category

ARTICLES_PER_TOPIC = 9
EXPERTS_PER_FIELD = 4
STAFF = 12
# verbs that double their last letter before -ing
_DOUBLING = """
beg begin can chop crop cut dig get hop knit let map plan put repot reset run set shop stop swim
trim unclog win wrap
"""
_DOUBLED = frozenset(_DOUBLING.split())


@cache
def data(name: str) -> Any:
    """The building blocks of one file of `data/`."""
    path = resources.files("rememberer_lite.envs.wikihow.builtin") / "data" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


Tables = tuple[tuple[Article, ...], tuple[Category, ...], tuple[Author, ...]]


def make_site(seed: int) -> Tables:
    """Draw a site: fields with topics below them, experts and staff, articles.

    Returns:
        The parts of a `Site`: articles, categories, authors.
    """
    rng = random.Random(f"wikihow site {seed}")
    names = _names(rng)
    staff = [Author(next(names)) for _ in range(STAFF)]
    categories, authors, articles = [], list(staff), []
    for subject in data("topics"):
        categories.append(Category(subject["name"]))
        jobs = data("people")["jobs"][subject["name"]]
        experts = [
            write_author(next(names), job, letters, subject["name"], rng)
            for job, letters in itertools.islice(itertools.cycle(jobs), EXPERTS_PER_FIELD)
        ]
        authors += experts
        for topic in subject["topics"]:
            categories.append(Category(topic["name"], subject["name"], rng.random() < 0.5))
            titles = rng.sample(expand(topic["titles"]), k=ARTICLES_PER_TOPIC)
            for title in titles:
                writers = _writers(experts, staff, rng)
                articles.append(write_article(title, topic, writers, titles, rng))
    rng.shuffle(articles)  # the order decides between equal scores of a search
    return tuple(articles), tuple(categories), tuple(authors)


def expand(grammars: Sequence[str]) -> list[str]:
    """All titles that the grammars describe.

    >>> expand(["Clean {a Pan|an Oven}"])
    ['Clean a Pan', 'Clean an Oven']
    """
    titles = []
    for grammar in grammars:
        pieces = re.split(r"\{([^}]*)\}", grammar)
        choices = [piece.split("|") if odd % 2 else [piece] for odd, piece in enumerate(pieces)]
        titles += ["".join(combination) for combination in itertools.product(*choices)]
    return titles


def gerund(title: str) -> str:
    """A title as an activity.

    >>> gerund("Bake Rye Bread"), gerund("Knit a Hat"), gerund("Tie a Knot")
    ('baking rye bread', 'knitting a hat', 'tying a knot')
    """
    verb, _, rest = title.lower().partition(" ")
    if verb in _DOUBLED:
        verb += verb[-1]
    elif verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith("ee"):
        verb = verb[:-1]
    return f"{verb}ing {rest}"


def write_author(name: str, job: str, letters: str, subject: str, rng: random.Random) -> Author:
    """An expert: a name with letters after it, a job and a biography."""
    people = data("people")
    biography = rng.choice(people["biographies"]).format(
        name=name,
        first=name.split()[0],
        job=job,
        town=rng.choice(people["towns"]),
        years=rng.randint(4, 30),
        topic=subject.lower(),
    )
    return Author(f"{name}, {letters}" if letters else name, job, biography)


def write_article(
    title: str,
    topic: dict[str, Any],
    authors: Sequence[Author],
    titles: Sequence[str],
    rng: random.Random,
) -> Article:
    """An article of a topic; `titles` are those of the whole topic, from which cousins are chosen.

    The intro names some cousins, so that a search over titles and intros is not a perfect guide.
    """
    phrases = data("phrases")
    cousins = rng.sample([t for t in titles if t != title], k=min(4, len(titles) - 1))
    expert = any(author.job for author in authors)
    return Article(
        title=title,
        category=topic["name"],
        authors=tuple(author.name for author in authors),
        intro=_intro(title, topic, cousins[: rng.randint(1, 3)], rng),
        parts=tuple(_parts(topic, rng)),
        references=tuple(
            write_reference(rng.choice([title, *cousins]), rng)
            for _ in range(rng.randint(3, 8) if expert else rng.choice([0, 3, 4, 6]))
        ),
        views=int(10 ** rng.uniform(3.7, 6.6)),
        age=rng.choice(phrases["ages"]),
        updated=f"{rng.choice(phrases['months'])} {rng.randint(1, 28)}, {rng.randint(2019, 2021)}",
        badge=rng.choice(["Approved", "Approved", ""] if expert else ["Tested", "", ""]),
        expert=expert,
        methods=rng.random() < 0.4,
        tall_images=rng.random() < 0.7,
        related=tuple(cousins),
    )


def write_reference(title: str, rng: random.Random) -> str:
    """The address of an invented source."""
    return f"https://www.{rng.choice(data('phrases')['hosts'])}/{slug(title).lower()}"


def _intro(title: str, topic: dict[str, Any], cousins: Sequence[str], rng: random.Random) -> str:
    phrases = data("phrases")
    words = {"gerund": gerund(title), "Gerund": gerund(title).capitalize()}
    openers = phrases[rng.choice(["openers", "plain_openers", "plain_openers"])]
    sentences = [rng.choice(openers).format(**words), rng.choice(topic["facts"])]
    for cousin, phrase in zip(cousins, rng.sample(phrases["cousins"], k=4), strict=False):
        sentences.append(phrase.format(cousin=gerund(cousin)))
    thing, minutes = rng.choice(topic["things"]), 5 * rng.randint(1, 9)
    sentences.append(rng.choice(phrases["closers"]).format(thing=thing, minutes=minutes))
    return " ".join(sentences)


def _parts(topic: dict[str, Any], rng: random.Random) -> list[ArticlePart]:
    phrases = data("phrases")
    headings = rng.sample(phrases["headings"], k=rng.randint(2, 3))
    parts = []
    for heading in headings:
        steps = []
        for number in sorted(rng.sample(range(len(phrases["steps"])), k=rng.randint(2, 3))):
            bold, rest = phrases["steps"][number]
            thing, thing2 = rng.sample(topic["things"], k=2)
            fill = {"thing": thing, "thing2": thing2, "fact": rng.choice(topic["facts"])}
            fill["minutes"] = str(5 * rng.randint(1, 9))
            steps.append((bold.format(**fill), rest.format(**fill)))
        parts.append(ArticlePart(heading, tuple(steps)))
    return parts


def _writers(
    experts: Sequence[Author], staff: Sequence[Author], rng: random.Random
) -> tuple[Author, ...]:
    """An expert, an expert with a member of staff, or only staff."""
    expert, helper = rng.choice(experts), rng.choice(staff)
    return rng.choice([(expert,), (expert,), (expert, helper), (helper,)])


def _names(rng: random.Random) -> itertools.chain[str]:
    """Names that are never used twice: each round pairs the two shuffled lists differently."""
    first, last = data("people")["first"][:], data("people")["last"][:]
    rng.shuffle(first)
    rng.shuffle(last)
    rounds = (zip(first, last[k:] + last[:k], strict=False) for k in range(len(last)))
    return itertools.chain.from_iterable(
        (f"{given} {family}" for given, family in pairs) for pairs in rounds
    )
