"""The pages that list articles: a category's and an author's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import quote

from rememberer_lite.envs.wikihow.addresses import author_address, category_address, slug
from rememberer_lite.envs.wikihow.articles import Article, Category
from rememberer_lite.envs.wikihow.screens import (
    BAR,
    HOME,
    TRUST,
    Element,
    Flow,
    Page,
    Target,
    lay_out,
)
from rememberer_lite.envs.wikihow.site import Site, SiteError

EDITORIAL = (
    "Every author's pages are checked by an editor before they are shown. Editors talk with the "
    "experts of each field, collect what readers ask, and add answers and sources where something "
    "is missing. "
)
_HEADER = Element("div", css="header container")
BLURB_LENGTH = 217  # an author's page shows this many characters of an intro, and "..."


def category_page(site: Site, name: str) -> Page:
    """The page of a category: topics below it, featured articles, a list of the others."""
    category = site.category_of.get(name)
    if category is None:
        raise SiteError(f"no category {name!r}: Site.category_of lists them")
    shelf = site.shelf(name)
    topics = site.below(name)
    flow = Flow()
    first: tuple[Element, ...] = ()
    if not category.parent:
        first = (
            Element("div", name, css="category banner title"),
            Element("input", css="category banner search input", typed=True),
            Element("button", css="category banner submit"),
        )
        flow.skip(560)
    elif category.notice:
        first = (_HEADER,)
        flow.add(Element("div", css="header top watch"), 20)
        flow.add(Element("div", css="siteNotice"), 20)
    up: Target = ("category", category.parent) if category.parent else HOME
    flow.row((Element("p", "<", target=up), Element("div"), Element("div", name)), 260)
    flow.row(_blurb(category, shelf[:6]))
    if topics:
        flow.add(Element("div", "Featured Topics"), 90)
        for topic in topics:
            to: Target = ("category", topic.name)
            picture = f"-crop-250-100-150px-{slug(topic.name)}"
            flow.add(Element("img", picture, target=to, alt=True), 330)
            flow.add(Element("div", topic.name, target=to), 80)
    flow.add(Element("div", "Featured Articles"), 90)
    _cards(flow, shelf[:12])
    if shelf[12:]:
        flow.add(Element("div", f"Articles about {name}"), 90)
        for article in shelf[12:]:
            flow.add(Element("div", article.title, target=("article", article.slug)), 70)
    return Page(lay_out(BAR, flow.body, category_address(name), first, (_HEADER,)))


def _blurb(category: Category, articles: tuple[Article, ...]) -> list[Element]:
    """The words about a category, with links to some of its articles."""

    def plain(text: str) -> Element:
        return Element("p", text)

    def link(article: Article, text: str) -> Element:
        return Element("p", text, target=("article", article.slug))

    name = category.name
    if category.parent:
        blurb = [plain(f"All that you want to know of {name}, from articles such as ")]
        for article in articles[:3]:
            blurb += [link(article, f"How to {article.title}"), plain(", ")]
        blurb[-1] = plain(", and many more, step by step and with pictures.")
        return blurb
    words = [
        "Would you like to ",
        " or ",
        f"? Look into {name}, from ",
        " to ",
        ". Learn to ",
        ", ",
        ", and so on.",
    ]
    links = [link(a, a.title.lower()) for a in articles]
    blurb = [plain(words[0])]
    for element, word in zip(links, words[1:], strict=False):
        blurb += [element, plain(word)]
    return blurb


def _cards(flow: Flow, articles: tuple[Article, ...]) -> None:
    """Featured articles in two columns: image, "How to", title, and "Expert" for some."""
    for place, article in enumerate(articles):
        to: Target = ("article", article.slug)
        mark = hashlib.sha256(article.slug.encode()).hexdigest()[:13]
        picture = f"-crop-375-300-375px-nowatermark-{quote(article.slug, safe='-')}-Step-1.jpg"
        flow.place(Element("img", picture, css=mark, target=to, alt=True), 0, 409)
        flow.place(Element("p", "How to", target=to), 454, 37)
        flow.place(Element("div", article.title, target=to), 496, 113)
        if article.expert:
            flow.place(Element("div", "Expert", target=to), 13, 53)
        if place % 2 or place == len(articles) - 1:
            flow.skip(622)


def author_page(site: Site, name: str) -> Page:
    """The page of an author, with all their articles."""
    author = site.author_of.get(name)
    if author is None:
        raise SiteError(f"no author {name!r}: Site.author_of lists them")
    works = site.works(name)
    flow = Flow()
    flow.add(Element("img", name, clickable=False, alt=True), 560)
    flow.row((Element("p", "Website"), Element("p", "+ Follow")), 90)
    flow.add(Element("div", name, clickable=False), 90)
    flow.add(Element("div", author.job or "wikiHow Staff Writer", clickable=False), 70)
    if author.biography:
        flow.add(Element("div", author.biography, clickable=False))
    flow.add(Element("div", clickable=False), 40)
    flow.add(Element("p", "wikiHow's Editorial Process", clickable=False), 80)
    flow.add(Element("p", EDITORIAL, clickable=False))
    more = "Read how pages are checked and why readers trust them."
    flow.add(Element("p", more, target=TRUST))
    flow.add(Element("div", clickable=False), 40)
    kind = "Co-authored" if author.job else "Written"
    flow.add(Element("div", f"{kind} Articles ({len(works)})", clickable=False), 90)
    for article in works:
        to: Target = ("article", article.slug)
        flow.add(Element("div", "How to", target=to))
        flow.add(Element("div", article.title, target=to), 70)
        flow.add(Element("div", _shortened(article.intro), target=to))
    header = replace(_HEADER, clickable=False)
    return Page(lay_out(BAR, flow.body, author_address(name), moved=(header,)))


def _shortened(text: str) -> str:
    return text if len(text) <= BLURB_LENGTH else text[:BLURB_LENGTH] + "..."
