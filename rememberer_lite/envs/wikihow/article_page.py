"""The page of an article: credits, intro, parts with steps, references, related articles."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from rememberer_lite.envs.wikihow.addresses import REFERENCES, article_address, slug
from rememberer_lite.envs.wikihow.articles import Article
from rememberer_lite.envs.wikihow.screens import (
    BAR,
    LINE,
    MORE,
    TO_REFERENCES,
    TRUST,
    Element,
    Flow,
    Page,
    Screen,
    Target,
    lay_out,
)
from rememberer_lite.envs.wikihow.site import Site, SiteError


def article_page(site: Site, name: str) -> Page:
    """The page of the article with this slug."""
    article = site.article_of.get(name)
    if article is None:
        raise SiteError(f"no article at {name!r}: Site.article_of lists them")
    category = site.category_of[article.category]
    flow = Flow()
    trust = ("Learn why people ", "trust wikiHow")
    flow.row(Element("p", words, target=TRUST) for words in trust)
    crumbs = [c for c in (category.parent, category.name) if c]
    for place, crumb in enumerate(crumbs):
        if place:
            flow.place(Element("p", " »", clickable=False), 0, LINE)
        flow.place(Element("p", crumb.upper(), target=("category", crumb)), 0, LINE)
    flow.skip(LINE)
    flow.add(Element("p", f"How to {article.title}"), 120)
    credit = "Co-authored by" if article.expert else "Written by"
    flow.place(Element("p", credit, clickable=False), 0, LINE)
    flow.place(Element("p", " ", clickable=False), 0, LINE)
    for place, author in enumerate(article.authors):
        if place:
            flow.place(Element("p", " and ", clickable=False), 0, LINE)
        flow.place(Element("p", author, target=("author", author)), 0, LINE)
    flow.skip(LINE)
    flow.add(Element("button", f"Last Updated: {article.updated}"))
    if article.references:
        flow.place(Element("p", "References", target=TO_REFERENCES), 0, LINE)
        if article.badge:
            flow.place(Element("p", " ", clickable=False), 0, LINE)
    if article.badge:
        flow.place(Element("button", article.badge), 0, LINE)
    flow.skip(LINE if article.references or article.badge else 0)
    flow.add(Element("div", article.intro, clickable=False))
    _parts(flow, article)
    for element in _end(article, site):
        flow.add(element)
    address = article_address(article.title)
    screens = lay_out((*BAR, MORE), flow.body, address)
    if not article.references:
        return Page(screens)
    # The list counts as seen whenever its heading is visible, however the agent got there.
    listed = tuple(_with_references(s) for s in screens)
    anchor = next(i for i, s in enumerate(listed) if s.address != address)
    return Page(listed, anchor)


def _with_references(shown: Screen) -> Screen:
    if any(e.tag == "div" and e.text == "References" for e in shown.elements):
        return replace(shown, address=shown.address + REFERENCES)
    return shown


def _parts(flow: Flow, article: Article) -> None:
    word = "Method" if article.methods else "Part"
    of = len(article.parts)
    image = 620 if article.tall_images else 450
    count = 0
    for number, part in enumerate(article.parts, start=1):
        heading = f"{word} {number} {word} {number} of {of}: {part.heading}"
        flow.add(Element("div", heading, clickable=False), 130)
        for place, (bold, rest) in enumerate(part.steps, start=1):
            # the image is above the step's text, but after it in the document
            count += 1
            text = Element("div", f"{bold} {rest}", clickable=False)
            flow.place(Element("div", str(place), clickable=False), image, LINE)
            flow.place(text, image, 330)
            alt = f"v4-460px-{quote(article.slug, safe='-')}-Step-{count}.jpg"
            flow.place(Element("img", alt, clickable=False, alt=True), 0, image)
            flow.skip(image + 330)


def _end(article: Article, site: Site) -> list[Element]:
    """The reference list, then the related articles."""
    end: list[Element] = []
    if article.references:
        end.append(Element("div", "References", clickable=False))
        end += [Element("p", f"↑ {address}") for address in article.references]
    related = [title for title in article.related if slug(title) in site.article_of]
    if related:
        end.append(Element("div", "You Might Also Like", clickable=False))
    for title in related:
        to: Target = ("article", slug(title))
        end += [Element("div", "How to", target=to), Element("div", title, target=to)]
    return end
