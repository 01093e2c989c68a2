"""Helpers for the WikiHow tests: the recorded screens, and what a line of HTML consists of."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from rememberer_lite import storage
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.memory import ExperienceMemory

POOLS = ("annotated_pool_half.q.yaml", "init_pool.q.yaml", "init_pool2.q.yaml")
_LINE = re.compile(r"<(\w+)((?: [\w]+=\"[^\"]*\")*)>(?:([^<]*)</(\w+)>)?")


@dataclass(frozen=True)
class Line:
    """One HTML line, taken apart."""

    tag: str
    attributes: dict[str, str]
    text: str

    @property
    def structure(self) -> tuple[object, ...]:
        """Tag, attributes in order, class (a generated one as "#"), and whether it is clickable."""
        css = self.attributes.get("class", "")
        css = "#" if re.fullmatch(r"[0-9a-f]{13}", css) else css
        return (self.tag, tuple(self.attributes), css, self.attributes["clickable"])


def take_apart(line: str) -> Line:
    """Parse one line; fails where it is not exactly one element."""
    found = _LINE.fullmatch(line)
    assert found, f"not one element: {line!r}"
    assert (found[4] or found[1]) == found[1]
    pairs = re.findall(r'(\w+)="([^"]*)"', found[2])
    attributes = {name: html.unescape(value) for name, value in pairs}
    return Line(found[1], attributes, html.unescape(found[3] or ""))


def lines_of(screen: str) -> list[Line]:
    """The lines of a screen; their ids must count from 0."""
    lines = [take_apart(line) for line in screen.split("\n")]
    assert [line.attributes["id"] for line in lines] == [str(n) for n in range(len(lines))]
    return lines


def recorded(folder: Path) -> list[ExperienceMemory]:
    """The recorded pools of the published code."""
    names = [folder / "official_pools" / name for name in POOLS]
    return [storage.load_published_pool(name, WIKIHOW.similarity()) for name in names]


def kind_of(screen: str) -> str:
    """Which kind of screen a recorded one is."""
    if "webView" in screen:
        return "home"
    if "search src text" in screen:
        return "results"
    if 'alt="More options"' in screen:
        return "article"
    if "Co-authored Articles" in screen or "<img" not in screen.split("\n", 2)[2]:
        return "author"
    return "category"
