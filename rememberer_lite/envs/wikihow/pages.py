"""The pages of the app: home, search results, article, category, author, about.

Element kinds, classes, order and `clickable` flags follow the recorded screens of the real app
(tests compare them line by line). Simplified: the drawer, the menus, images' own pages and the
home page's moving contents lead nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from rememberer_lite.envs.wikihow.builtin import data
from rememberer_lite.envs.wikihow.screens import (
    LINE,
    WINDOW,
    Element,
    Flow,
    Page,
    Screen,
    Target,
    lay_out,
    screen,
)
from rememberer_lite.envs.wikihow.site import (
    ABOUT,
    APP_SUFFIX,
    REFERENCES,
    ROOT,
    Article,
    Author,
    Category,
    Site,
    SiteError,
    article_address,
    author_address,
    category_address,
    search_address,
    slug,
)

HOME: Target = ("home",)
TRUST: Target = ("about",)
#: within an article: to its reference list
TO_REFERENCES: Target = ("references",)
_NEW_SEARCH: Target = ("search", "")
_DRAWER = Element("button", "Open navigation drawer", alt=True)
_SEARCH = Element("img", "Search", css="search button", target=_NEW_SEARCH, typed=True, alt=True)
_MORE = Element("img", "More options", alt=True)
_BAR = (_DRAWER, _SEARCH)
EDITORIAL = (
    "Every author's pages are checked by an editor before they are shown. Editors talk with the "
    "experts of each field, collect what readers ask, and add answers and sources where something "
    "is missing. "
)
BLURB_LETTERS = 217  # an author's page shows so much of an intro, and "..."


def page(site: Site, target: Target) -> Page:
    """The page that a target names, laid out once and then kept with the site.

    Raises:
        SiteError: where there is no such page.
    """
    known = site.cache.get(target)
    if known is None:
        if len(site.cache) >= 5_000:  # searches are endless, memory is not
            site.cache.clear()
        kind, *rest = target
        if kind not in _PAGES:
            raise SiteError(f"no page of kind {kind!r}: choose one of {', '.join(_PAGES)}")
        known = site.cache[target] = _PAGES[kind](site, *rest)
    page_: Page = known
    return page_


def _home(site: Site) -> Page:
    logo = Element("img", css="wikihow toolbar logo", clickable=False)
    web = Element("div", css="webView")
    return Page((screen((_DRAWER, logo, _SEARCH, web), ROOT + "Main-Page" + APP_SUFFIX),))


def _results(site: Site, words: str) -> Page:
    field = Element("input", f"{words} ", css="search src text", typed=True)
    clear = Element("img", "Clear query", css="search close btn", target=_NEW_SEARCH, alt=True)
    flow = Flow()
    for article in site.search(words) if words else ():
        _hit(flow, article)
    return Page(lay_out((_DRAWER, field, clear), flow.body, search_address(words)))


def _hit(flow: Flow, article: Article) -> None:
    """One hit, wholly a link: the title, then •-separated facts on up to three lines."""
    to: Target = ("article", article.slug)

    def facts(top: int, *elements: Element) -> None:
        for element in elements:
            flow.place(replace(element, target=to), top, 50)

    dot = Element("div", "• ")
    facts(0, Element("div", f"How to {article.title}"))
    facts(70, dot, Element("p", f"{article.views:,} views"))
    facts(130, dot, Element("p", "Updated"), Element("p", article.age))
    if article.expert:
        facts(180, dot, Element("p", "Expert Co-Authored"))
    flow.skip(250 if article.expert else 220)


def _article(site: Site, name: str) -> Page:
    article = site.article_of.get(name)
    if article is None:
        raise SiteError(f"no article at {name!r}: Site.article_of lists them")
    category = site.category_of[article.category]
    flow = Flow()
    flow.row(
        (Element("p", "Learn why people ", target=TRUST), Element("p", "trust wikiHow", target=TRUST))
    )
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
    screens = lay_out((*_BAR, _MORE), flow.body, address)
    if not article.references:
        return Page(screens)
    # The list counts as seen wherever its heading is in view, however one got there.
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
    image = 620 if article.tall_images else 300
    count = 0
    for number, part in enumerate(article.parts, start=1):
        heading = f"{word} {number} {word} {number} of {of}: {part.heading}"
        flow.add(Element("div", heading, clickable=False), 130)
        for place, (bold, rest) in enumerate(part.steps, start=1):
            # the image stands above the step's text, but after it in the document
            count += 1
            text = Element("div", f"{bold} {rest}", clickable=False)
            flow.place(Element("div", str(place), clickable=False), image, LINE)
            flow.place(text, image, 330)
            alt = f"v4-460px-{quote(article.slug, safe='-')}-Step-{count}.jpg"
            flow.place(Element("img", alt, clickable=False, alt=True), 0, image)
            flow.skip(image + 330)


def _end(article: Article, site: Site) -> list[Element]:
    """The reference list, then what else one might read."""
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


def _category(site: Site, name: str) -> Page:
    category = site.category_of.get(name)
    if category is None:
        raise SiteError(f"no category {name!r}: Site.category_of lists them")
    shelf = site.shelf(name)
    topics = site.below(name)
    flow = Flow()
    bar: list[Element] = list(_BAR)
    if not category.parent:
        bar.append(Element("div", name, css="category banner title"))
        bar.append(Element("input", css="category banner search input", typed=True))
        bar.append(Element("button", css="category banner submit"))
        flow.skip(300)
    elif category.notice:
        bar.append(Element("div", css="header container"))
        flow.add(Element("div", css="header top watch"), 20)
        flow.add(Element("div", css="siteNotice"), 20)
    up: Target = ("category", category.parent) if category.parent else HOME
    flow.row((Element("p", "<", target=up), Element("div"), Element("div", name)), 150)
    flow.row(_blurb(category, shelf[:5]))
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
    moved = (*_BAR, Element("div", css="header container"))
    return Page(lay_out(bar, flow.body, category_address(name), moved))


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
    words = ["Would you like to ", " or ", f"? Look into {name}. Learn to ", ", ", ", and so on."]
    links = [link(a, a.title.lower()) for a in articles[:4]]
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


def _author(site: Site, name: str) -> Page:
    author = site.author_of.get(name)
    if author is None:
        raise SiteError(f"no author {name!r}: Site.author_of lists them")
    works = site.works(name)
    flow = Flow()
    flow.add(Element("img", name, clickable=False, alt=True), 300)
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
    moved = (*_BAR, Element("div", css="header container", clickable=False))
    return Page(lay_out(_BAR, flow.body, author_address(name), moved))


def _shortened(text: str) -> str:
    return text if len(text) <= BLURB_LETTERS else text[:BLURB_LETTERS] + "..."


def _about(site: Site) -> Page:
    flow = Flow()
    flow.add(Element("div", "Information You Can Trust", clickable=False), 150)
    flow.add(Element("div", "A Guide to our Editorial Process", clickable=False), 90)
    for text in data("phrases")["trust"]:
        flow.add(Element("p", text, clickable=False), WINDOW // 6)
    for subject in [c for c in site.categories if not c.parent]:
        flow.add(Element("p", subject.name, target=("category", subject.name)), 70)
    return Page(lay_out((*_BAR, _MORE), flow.body, ABOUT))


_PAGES: dict[str, Callable[..., Page]] = {
    "home": _home,
    "search": _results,
    "article": _article,
    "category": _category,
    "author": _author,
    "about": _about,
}
