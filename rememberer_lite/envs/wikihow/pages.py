"""The pages of the app: home, search results, article, category, author, about.

Element kinds, classes, order and `clickable` flags follow the recorded screens of the real app
(tests compare them line by line). It is simplified: the drawer, menus, pages of images and the
home page's moving contents lead nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from rememberer_lite.envs.wikihow.addresses import ABOUT, APP_SUFFIX, ROOT, search_address
from rememberer_lite.envs.wikihow.article_page import article_page
from rememberer_lite.envs.wikihow.articles import Article
from rememberer_lite.envs.wikihow.builtin import data
from rememberer_lite.envs.wikihow.listing_pages import author_page, category_page
from rememberer_lite.envs.wikihow.screens import (
    BAR,
    DRAWER,
    MORE,
    NEW_SEARCH,
    SEARCH,
    WINDOW,
    Element,
    Flow,
    Page,
    Target,
    lay_out,
    screen,
)
from rememberer_lite.envs.wikihow.site import Site, SiteError

PAGES_KEPT = 2_000  # there is no end of searches, but of memory


def page(site: Site, target: Target) -> Page:
    """The page of a target, laid out once and then cached in the site.

    Raises:
        SiteError: if there is no such page.
    """
    known: Page | None = site.cache.get(target)
    if known is not None:
        return known
    kind, *rest = target
    if kind not in _PAGES:
        raise SiteError(f"no page of kind {kind!r}: choose one of {', '.join(_PAGES)}")
    if len(site.cache) >= PAGES_KEPT:
        site.cache.clear()
    made = site.cache[target] = _PAGES[kind](site, *rest)
    return made


def _home(site: Site) -> Page:
    logo = Element("img", css="wikihow toolbar logo", clickable=False)
    web = Element("div", css="webView")
    return Page((screen((DRAWER, logo, SEARCH, web), ROOT + "Main-Page" + APP_SUFFIX),))


def _results(site: Site, words: str) -> Page:
    field = Element("input", words and f"{words} ", css="search src text", typed=True)
    clear = Element("img", "Clear query", css="search close btn", target=NEW_SEARCH, alt=True)
    flow = Flow()
    for article in site.search(words) if words else ():
        _hit(flow, article)
    return Page(lay_out((DRAWER, field, clear), flow.body, search_address(words)))


def _hit(flow: Flow, article: Article) -> None:
    """One hit, all of it a link: the title, then •-separated facts on up to three lines."""
    to: Target = ("article", article.slug)
    mark = "Expert Co-Authored" if article.expert else ""
    mark = "Quality Tested" if article.badge == "Tested" else mark
    facts = [
        (0, "div", f"How to {article.title}"),
        (70, "div", "• "),
        (70, "p", f"{article.views:,} views"),
        (130, "div", "• "),
        (130, "p", "Updated"),
        (130, "p", article.age),
    ]
    if mark:
        facts += [(180, "div", "• "), (180, "p", mark)]
    for top, tag, text in facts:
        flow.place(Element(tag, text, target=to), top, 50)
    flow.skip(250 if mark else 220)


def _about(site: Site) -> Page:
    flow = Flow()
    flow.add(Element("div", "Information You Can Trust", clickable=False), 150)
    flow.add(Element("div", "A Guide to our Editorial Process", clickable=False), 90)
    for text in data("phrases")["trust"]:
        flow.add(Element("p", text, clickable=False), WINDOW // 6)
    for subject in [c for c in site.categories if not c.parent]:
        flow.add(Element("p", subject.name, target=("category", subject.name)), 70)
    return Page(lay_out((*BAR, MORE), flow.body, ABOUT))


_PAGES: dict[str, Callable[..., Page]] = {
    "home": _home,
    "search": _results,
    "article": article_page,
    "category": category_page,
    "author": author_page,
    "about": _about,
}
