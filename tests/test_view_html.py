"""Markup that cannot be broken by the texts in it."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.view.html.look import CLASSES, ELEMENTS
from rememberer_lite.view.html.markup import (
    Html,
    badge,
    code,
    details,
    escape,
    join,
    pre,
    table,
    tag,
    text,
)
from rememberer_lite.view.html.style import meter, view


class Reader(HTMLParser):
    """Reads markup back: its elements and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {}))


anything = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("<>&\"'`$\\/"))


@given(anything)
def test_text_is_read_back_as_it_went_in(value: str) -> None:
    reader = Reader(text(value))
    assert "".join(reader.pieces) == value
    assert {name for name, _ in reader.elements} <= {"bdi", "span"}


@given(anything)
def test_attributes_are_read_back_as_they_went_in(value: str) -> None:
    [(name, attributes)] = Reader(tag("i", title=value)).elements
    assert (name, attributes) == ("i", {"title": value})


@given(anything)
def test_every_builder_escapes(value: str) -> None:
    shown = view(
        pre(value), code(value), badge(value, "good"), details(value, value), tag("p", value),
        table(value, [value], [[value], [text(value)]]), join([value, value], value), title=value,
    )  # fmt: skip
    known = set(
        "div style pre code bdi span details summary p table caption thead tbody tr th td".split()
    )
    assert {name for name, _ in Reader(shown).elements} <= known


def test_a_price_is_no_formula() -> None:
    """JupyterLab sets `$…$` and `\\(…\\)` as formulas where both marks stand in one text."""
    for value in ("$5 to $6", "\\(x\\)", "\\[x\\]"):
        for piece in Reader(text(value)).pieces:
            assert piece in ("$", "\\") or not {"$", "\\"} & set(piece)


def test_what_cannot_be_seen_or_sent_gets_a_stand_in() -> None:
    assert Html(text("a\x00b\x1bc\ud800d")).plain == "a␀b␛c\ufffdd"
    text("\ud800").encode("utf-8")


def test_plain_text_has_a_line_for_each_row() -> None:
    shown = table("Values", ["Action", "Q"], [["a < b", 0.5], ["c", None]])
    assert shown.plain == "Values\nAction | Q\na < b | 0.500\nc | –"


def test_a_notebook_gets_html_and_plain_text() -> None:
    assert tag("i", "a")._repr_mimebundle_() == {"text/html": " \n<i>a</i>", "text/plain": "a"}


def test_numbers_stand_to_the_right_and_rows_have_heads() -> None:
    shown = Reader(table("t", ["name", "n"], [["a", 1], ["b", 2.5]]))
    cells = [
        (name, a.get("class"), a.get("scope")) for name, a in shown.elements if name in ("th", "td")
    ]
    assert cells == [
        ("th", "rl-head", "col"), ("th", "rl-head rl-number", "col"),
        ("th", None, "row"), ("td", "rl-number", None),
        ("th", None, "row"), ("td", "rl-number", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "width"), [(-1.0, 0), (0.25, 30), (2.0, 120)])
def test_a_meter_stays_within_its_track(share: float, width: float) -> None:
    [(name, attributes)] = Reader(meter(share)).elements
    shapes = Reader(unquote(str(attributes["src"]))).elements
    track, bar = (float(str(inner["width"])) for shape, inner in shapes if shape == "rect")
    assert (name, track, bar) == ("img", 120, width)


#: JupyterLab drops these from the inline style of a notebook that it does not trust
DROPPED = ("var(", "inherit", "currentColor", "@", "font-variant-numeric", "outline-offset")


@pytest.mark.parametrize(("name", "style"), [*ELEMENTS.items(), *CLASSES.items()])
def test_no_look_needs_what_an_untrusted_notebook_loses(name: str, style: str) -> None:
    """The browser tests measure what stays; this names the culprit at once."""
    assert not [word for word in DROPPED if word in style]
    for declaration in style.split(";"):
        key, colon, value = declaration.partition(":")
        assert key and colon and value, f"{name}: {declaration!r}"


def test_each_element_of_a_view_has_its_look_inline() -> None:
    shown = view(table("t", ["name", "n"], [["a", 1]], ["rl-now"]), details("more", code("x")))
    for name, attributes in Reader(shown).elements:
        if name in ELEMENTS:
            assert str(attributes.get("style")).startswith(ELEMENTS[name])
    assert shown.count("text-align:right") == 2  # the number and the head of its column


def test_text_in_lines_is_broken_between_words() -> None:
    """JupyterLab breaks its own `pre` anywhere, as long as a view does not say otherwise."""
    assert "word-break:normal" in ELEMENTS["pre"]


def test_escape_leaves_markup_alone() -> None:
    assert escape(Html("<b>")) == "<b>"
