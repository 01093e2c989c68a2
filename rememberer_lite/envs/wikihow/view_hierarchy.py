"""Android's view hierarchy as the screen that an agent reads, by the published rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import TreeBuilder

from defusedxml import DefusedXmlException, ElementTree

from rememberer_lite.envs.wikihow.screens import Element, Screen
from rememberer_lite.state import RemembererError
from rememberer_lite.text import short

#: limits of what is read; the largest recorded hierarchy has 0.4 million characters
MOST_CHARACTERS, MOST_NODES, MOST_LEVELS = 2_000_000, 20_000, 500

_BOUNDS = re.compile(r"\[(-?\d{1,9}),(-?\d{1,9})\]\[(-?\d{1,9}),(-?\d{1,9})\]")
# the end of a view's class → the HTML tag
_TAGS = {
    "TextView": "p",
    "Button": "button",
    "MenuItemView": "button",
    "ImageView": "img",
    "IconView": "img",
    "Image": "img",
    "EditText": "input",
}


class MobileEnvError(RemembererError):
    """Mobile-Env, or what it shows, is not as this package needs it; the message names the fix."""


@dataclass(frozen=True, slots=True)
class View:
    """A screen, and which of its elements can be touched.

    Attributes:
        screen: the elements; its address is unknown and empty.
        upright: for each element, whether its box has a positive width and height. The published
            observation also shows boxes that are cut off at an edge and end above their beginning;
            later versions of Mobile-Env do not count them.
    """

    screen: Screen
    upright: tuple[bool, ...]


def read_view(hierarchy: Any) -> View:
    """The visible leaves of a view hierarchy, in document order.

    A text view becomes <p>, a button or menu item <button>, an image <img>, a text field <input>,
    anything else <div>. The resource id's last part is the class, the content description the
    `alt`. A leaf can be clicked if it or a view around it can.

    Args:
        hierarchy: XML as a text or bytes, or its root as an element of lxml or of
            xml.etree.ElementTree (Mobile-Env passes one of lxml).

    Raises:
        MobileEnvError: if it is not a view hierarchy, or exceeds the limits of this module.

    Source: `vh_to_html.py` of OpenDFM/Rememberer.

    Unlike the published code: a double quote within an attribute is always written as &quot;. There
    it stays, between single quotes, and a description could pretend to be another element's id.

    >>> view = read_view('<node><node class="android.widget.TextView" text="How to"'
    ...     ' resource-id="app:id/a_title" bounds="[0,0][9,9]" clickable="true"/></node>')
    >>> view.screen.html
    '<p class="a title" id="0" clickable="true">How to</p>'
    """
    elements, upright = [], []
    for node, clickable in _leaves(_root(hierarchy)):
        bounds = node.get("bounds", "")
        if bounds == "[0,0][0,0]":
            continue
        found = _BOUNDS.fullmatch(bounds)
        if found is None:
            raise MobileEnvError(
                f"a view has the bounds {short(bounds, 60)!r}: pass a hierarchy as Mobile-Env or "
                "`uiautomator dump` writes it, with bounds such as [0,63][1080,210]"
            )
        left, top, right, bottom = map(int, found.groups())
        if left == right or top == bottom:
            continue
        elements.append(_element(node, clickable))
        upright.append(left < right and top < bottom)
    if not elements:
        raise MobileEnvError("the view hierarchy has no visible view: wait until the app is shown")
    return View(Screen(tuple(elements), ""), tuple(upright))


def _root(hierarchy: Any) -> Any:
    if not isinstance(hierarchy, str | bytes):
        if callable(getattr(hierarchy, "get", None)) and hasattr(hierarchy, "tag"):
            return hierarchy
        raise MobileEnvError(
            f"a view hierarchy is XML or its root element, not {hierarchy!r:.60}: load Mobile-Env "
            "with with_view_hierarchy=True"
        )
    if len(hierarchy) > MOST_CHARACTERS:
        raise MobileEnvError(
            f"the view hierarchy has {len(hierarchy):,} characters and may have "
            f"{MOST_CHARACTERS:,}: pass that of one screen"
        )
    parser = ElementTree.XMLParser(target=_BoundedTree(), forbid_dtd=True)
    try:
        parser.feed(hierarchy)
        return parser.close()
    except DefusedXmlException as error:
        raise MobileEnvError(
            f"the view hierarchy defines a document type or entities ({type(error).__name__}), "
            "which no screen needs: pass it as Mobile-Env writes it"
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise MobileEnvError(
            f"the view hierarchy is not XML ({short(str(error), 100)}): pass it as Mobile-Env "
            "writes it"
        ) from error


class _BoundedTree(TreeBuilder):
    """Breaks off where the tree grows too large or too deep, before it takes time and memory."""

    def __init__(self) -> None:
        super().__init__()
        self._nodes = self._levels = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Any:
        self._nodes += 1
        self._levels += 1
        _check_size(self._nodes, self._levels)
        return super().start(tag, attrs)

    def end(self, tag: str) -> Any:
        self._levels -= 1
        return super().end(tag)


def _check_size(nodes: int, levels: int) -> None:
    if nodes > MOST_NODES or levels > MOST_LEVELS:
        raise MobileEnvError(
            f"the view hierarchy has more than {MOST_NODES:,} views or {MOST_LEVELS} levels: "
            "pass that of one screen"
        )


def _leaves(root: Any) -> Iterator[tuple[Any, bool]]:
    """(leaf, whether it can be clicked), in document order; without recursion."""
    open_ones: list[tuple[Iterator[Any], bool]] = [(iter([root]), False)]
    count = 0
    while open_ones:
        siblings, inherited = open_ones[-1]
        node = next(siblings, None)
        if node is None:
            open_ones.pop()
            continue
        if not isinstance(node.tag, str):  # a comment, to lxml
            continue
        count += 1
        clickable = inherited or node.get("clickable") == "true"
        _check_size(count, len(open_ones))
        if len(node):
            open_ones.append((iter(node), clickable))
        else:
            yield node, clickable


def _element(node: Any, clickable: bool) -> Element:
    text, description = node.get("text", ""), node.get("content-desc", "")
    css = node.get("resource-id", "").rsplit("/", 1)[-1].replace("_", " ")
    kind = node.get("class", "")
    tag = next((tag for end, tag in _TAGS.items() if kind.endswith(end)), "div")
    if tag == "img":
        both = ": ".join(part for part in (description, text) if part)
        return Element(tag, both, css, clickable, alt=bool(both))
    if description and not text:
        return Element(tag, description, css, clickable, alt=True, typed=tag == "input")
    return Element(
        tag, text, css, clickable, typed=tag == "input", description=description if text else ""
    )
