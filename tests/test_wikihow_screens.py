"""The simulator's screens against the recorded screens of the real app, line by line."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wikihow_screens import Line, kind_of, lines_of, recorded, take_apart

from rememberer_lite.envs.wikihow import Site
from rememberer_lite.envs.wikihow.articles import Article, ArticlePart, Author, Category
from rememberer_lite.envs.wikihow.pages import page
from rememberer_lite.envs.wikihow.screens import (
    SCROLL,
    WINDOW,
    Element,
    Flow,
    lay_out,
    text_height,
)
from rememberer_lite.envs.wikihow.site import SiteError
from rememberer_lite.state import State

SITE = Site.builtin()


@pytest.fixture(scope="module")
def screens(reference_data: Path) -> list[str]:
    return [record.state.observation for pool in recorded(reference_data) for record in pool]


def of_kind(screens: list[str], kind: str) -> list[list[Line]]:
    found = [lines_of(screen) for screen in screens if kind_of(screen) == kind]
    assert found, f"no {kind} screen is recorded"
    return found


def compare(ours: list[Line], theirs: list[Line], cut: int) -> int:
    """Both begin alike, line for line; at the lower edge they may be cut `cut` lines apart."""
    alike = 0
    for a, b in zip(ours, theirs, strict=False):
        if a.structure != b.structure or a.attributes.get("class") == "statusBarBackground":
            break
        alike += 1
    # the status bar comes last in both
    assert len(ours) - 1 - alike <= cut, (alike, ours[alike])
    assert len(theirs) - 1 - alike <= cut, (alike, theirs[alike])
    return alike


def test_every_kind_of_page_but_about_is_recorded(screens: list[str]) -> None:
    kinds = Counter(map(kind_of, screens))
    assert kinds == {"home": 7, "results": 7, "article": 4, "category": 3, "author": 2}


def test_home_is_the_recorded_one_to_the_letter(screens: list[str]) -> None:
    ours = page(SITE, ("home",)).screens[0].html
    theirs = {screen for screen in screens if kind_of(screen) == "home"}
    assert theirs == {ours}


def hits_of(lines: list[Line]) -> list[Article]:
    """The articles that a recorded results page lists."""
    articles: list[Article] = []
    texts = [line.text for line in lines[3:-1]]
    starts = [n for n, t in enumerate(texts) if t.startswith("How to ") or " Ways to " in t]
    for begin, end in zip(starts, [*starts[1:], len(texts)], strict=True):
        facts = [text for text in texts[begin + 1 : end] if text != "• "]
        articles.append(
            Article(
                texts[begin].removeprefix("How to "),
                "C",
                ("A",),
                views=int(facts[0].split()[0].replace(",", "")),
                age=facts[2] if len(facts) > 2 else "",
                expert="Expert Co-Authored" in facts,
                badge="Tested" if "Quality Tested" in facts else "",
            )
        )
    return articles


def test_results_list_hits_as_recorded(screens: list[str]) -> None:
    """Rendered from the recorded hits, the page is the same, texts too, but for the cut below."""
    for theirs in of_kind(screens, "results"):
        articles = hits_of(theirs)
        assert len(articles) in (7, 8)
        words = theirs[1].attributes["value"].strip()
        site = Site(tuple(articles), (Category("C"),), (Author("A"),))
        site._hits[words] = tuple(articles)  # as if the search had found just these
        ours = lines_of(page(site, ("search", words)).screens[0].html)
        alike = compare(ours, theirs, cut=8)  # one hit may be cut
        assert alike >= 47
        for a, b in zip(ours[:alike], theirs[:alike], strict=True):
            assert a.attributes == b.attributes
            assert a.text == b.text or "Ways to" in b.text  # a title without "How to"


def article_of(lines: list[Line]) -> tuple[Site, str]:
    """The article that a recorded top of an article shows, on a site of its own."""
    texts = [line.text for line in lines]
    crumbs = [line.text.title() for line in lines[5:8:2]]
    title = texts[8].removeprefix("How to ")
    updated = next(t for t in texts if t.startswith("Last Updated: "))
    authors = [t for t in texts[11 : texts.index(updated)] if t != " and "]
    heading = next(t for t in texts if re.match(r"(Part|Method) 1 ", t))
    parts = int(heading.split(" of ")[1].split(":")[0])
    part = ArticlePart(heading.partition(": ")[2], (("Do", "it."), ("And", "that.")))
    visible = [t for t in texts if t.startswith("Begin with")]
    if visible:
        part = ArticlePart(part.heading, ((visible[0].split(" ")[0], visible[0].split(" ", 1)[1]),))
    article = Article(
        title,
        crumbs[1],
        tuple(authors),
        intro=texts[texts.index(heading) - 1],
        parts=(part,) * parts,
        references=("a",) if "References" in texts else (),
        updated=updated.removeprefix("Last Updated: "),
        badge=next((t for t in texts if t in ("Approved", "Tested")), ""),
        expert=texts[9] == "Co-authored by",
        methods=heading.startswith("Method"),
        tall_images=not visible,
    )
    categories = (Category(crumbs[0]), Category(crumbs[1], crumbs[0]))
    return Site((article,), categories, tuple(map(Author, authors))), article.slug


def test_articles_begin_as_recorded(screens: list[str]) -> None:
    """Rendered from the recorded contents, the top is the same, texts too."""
    for theirs in of_kind(screens, "article"):
        site, slug = article_of(theirs)
        ours = lines_of(page(site, ("article", slug)).screens[0].html)
        alike = compare(ours, theirs, cut=1)
        for a, b in zip(ours[:alike], theirs[:alike], strict=True):
            assert a.text == b.text
            if a.tag != "img":  # an image's file name is not known
                assert a.attributes == b.attributes


def test_categories_begin_as_recorded(screens: list[str]) -> None:
    field, topic = Category("Field"), Category("Topic", "Field", notice=True)
    long = "X" * 50  # so that the words about the category are about as long as the recorded ones
    articles = tuple(
        Article(f"{long} {n}", "Topic", ("A",), views=100 - n, expert=True) for n in range(9)
    )
    site = Site(articles, (field, topic), (Author("A"),))
    tops = [lines for lines in of_kind(screens, "category") if any(x.text == "<" for x in lines)]
    assert len(tops) == 2
    for theirs in tops:
        upper = any("banner" in line.attributes.get("class", "") for line in theirs)
        ours = lines_of(page(site, ("category", "Field" if upper else "Topic")).screens[0].html)
        compare(ours, theirs, cut=4)  # one card


# What the screens of a category or an author may consist of below the bar, however far the page
# was scrolled: one letter for each structure.
CARD = "I(PD?)?X?"  # image, "How to", title, "Expert": cut at the lower edge
CUT = "(P?D){0,2}"  # two cards of which the upper part is out of sight
LETTERS = {
    ("img", ("class", "alt", "id", "clickable"), "#", "true"): "I",
    ("img", ("alt", "id", "clickable"), "", "true"): "T",
    ("p", ("id", "clickable"), "", "true"): "P",
    ("div", ("id", "clickable"), "", "true"): "D",
    ("div", ("id", "clickable"), "", "false"): "d",
    ("p", ("id", "clickable"), "", "false"): "p",
    ("div", ("class", "id", "clickable"), "header container", "true"): "H",
    ("div", ("class", "id", "clickable"), "header container", "false"): "h",
}


def letters(lines: list[Line]) -> str:
    return "".join(
        "X" if line.text == "Expert" else LETTERS[line.structure]  # KeyError: unknown structure
        for line in lines[2:-1]
    )


SCROLLED = {
    "category": re.compile(rf"H?P*(D?T)*D?({CUT})D?({CARD})*D*"),
    "author": re.compile(r"h?d?d?p?p?P?d?d?(D?DD)*D{0,2}"),
}


@pytest.mark.parametrize("kind", ["category", "author"])
def test_scrolled_pages_consist_of_what_was_recorded(screens: list[str], kind: str) -> None:
    theirs = [
        lines for lines in of_kind(screens, kind) if not any(line.text == "<" for line in lines)
    ]
    assert theirs
    for lines in theirs:
        assert SCROLLED[kind].fullmatch(letters(lines)), letters(lines)
    names = [c.name for c in SITE.categories] if kind == "category" else list(SITE.author_of)
    for name in names:
        for shown in page(SITE, (kind, name)).screens[1:]:
            assert SCROLLED[kind].fullmatch(letters(lines_of(shown.html))), letters(
                lines_of(shown.html)
            )


def test_screens_have_about_as_many_lines_as_recorded() -> None:
    def lengths(kind: str, names: list[str]) -> list[int]:
        return [len(page(SITE, (kind, name)).screens[0].lines) for name in names]

    authors = [a.name for a in SITE.authors if a.job]
    assert {*lengths("author", authors)} <= {*range(12, 17)}
    assert {*lengths("category", [c.name for c in SITE.categories])} <= {*range(19, 30)}
    titles = [a.slug for a in SITE.articles]
    assert {*lengths("article", titles)} <= {*range(15, 27)}  # shorter intros
    full = [a.title for a in SITE.articles[:50] if len(SITE.search(a.title)) >= 8]
    assert len(full) > 40
    results = [page(SITE, ("search", title)).screens[0] for title in full]
    assert {len(shown.lines) for shown in results} <= {*range(47, 62)}


# -- elements and windows ----------------------------------------------------------------------


@given(st.text(max_size=40), st.sampled_from(["p", "div", "button", "img", "input"]))
def test_any_text_stays_on_one_line_and_can_be_read_back(text: str, tag: str) -> None:
    text = text.replace("\r", "")
    described = tag == "img"
    line = Element(tag, text, alt=described).line(3)
    assert "\n" not in line
    apart = take_apart(line)
    shown = apart.attributes.get({"img": "alt", "input": "value"}.get(tag, ""), apart.text)
    assert shown == text
    assert apart.attributes["id"] == "3"


def test_lines_are_written_as_recorded() -> None:
    assert Element("p", "a\nb & c", clickable=False).line(1) == (
        '<p id="1" clickable="false">a&#10;b &amp; c</p>'
    )
    assert Element("img", 'x"y', css="k", alt=True).line(2) == (
        '<img class="k" alt="x&quot;y" id="2" clickable="true">'
    )
    assert (
        Element("input", css="k").line(3) == '<input class="k" type="text" id="3" clickable="true">'
    )


def test_a_page_is_cut_into_windows_that_miss_nothing() -> None:
    flow = Flow()
    for number in range(60):
        flow.add(Element("p", str(number)))
    shown = lay_out((), flow.body, "a")
    # by hand: 60 × 55 = 3300; the window moves by 1200 and ends with the page, at 3300 − 1584
    assert (WINDOW, SCROLL, len(shown)) == (1584, 1200, 3)
    first = [e.text for e in shown[0].elements[:-1]]
    assert first == [str(n) for n in range(29)]  # 28 whole ones and one that is cut
    assert shown[1].elements[0].text == "21"  # 1200 / 55 = 21.8: it is cut above
    assert shown[2].elements[-2].text == "59"
    seen = {e.text for s in shown for e in s.elements[:-1]}
    assert seen == {str(n) for n in range(60)}


def test_the_height_of_a_text() -> None:
    assert [text_height("x" * n) for n in (0, 45, 46, 91)] == [55, 55, 110, 165]


@pytest.mark.parametrize(
    "target", [("nowhere",), ("article", "X"), ("category", "X"), ("author", "")]
)
def test_a_page_that_is_not_there_is_an_error(target: tuple[str, ...]) -> None:
    with pytest.raises(SiteError):
        page(SITE, target)


def test_references_stand_where_the_link_leads() -> None:
    for article in SITE.articles[:60]:
        made = page(SITE, ("article", article.slug))
        if article.references:
            assert made.anchor is not None
            assert made.screens[made.anchor].address.endswith("#References")
            assert not made.screens[0].address.endswith("#References")
        else:
            assert made.anchor is None
            assert not any(s.address.endswith("#References") for s in made.screens)


def test_every_link_leads_to_a_page() -> None:
    kinds: Counter[str] = Counter()
    for target in [
        ("home",),
        ("about",),
        *(("article", a.slug) for a in SITE.articles),
        *(("category", c.name) for c in SITE.categories),
        *(("author", a.name) for a in SITE.authors),
    ]:
        for shown in page(SITE, target).screens:
            for element in shown.elements:
                if element.target and element.target != ("references",):
                    assert element.clickable
                    kinds[element.target[0]] += 1
                    assert page(SITE, element.target).screens
    assert set(kinds) == {"search", "about", "category", "author", "article", "home"}


def test_every_recorded_screen_is_like_itself(screens: list[str]) -> None:
    from rememberer_lite.envs.wikihow import WIKIHOW

    similarity = WIKIHOW.similarity()
    for screen in screens:
        state = State("t", screen, (), "Check the reference list")
        assert similarity(state, state).similarity == 1
