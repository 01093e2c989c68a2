"""The course's pictures are what the code draws; their texts fit; chapters show them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from pictures import PICTURES
from pictures.drawing import GREY, ORANGE, PAPER, TONES, Picture

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
every_picture = pytest.mark.parametrize("name", PICTURES)


@every_picture
def test_the_file_is_what_the_code_draws(name: str) -> None:
    path = NOTEBOOKS / "images" / f"{name}.svg"
    assert path.read_text(encoding="utf-8") == PICTURES[name]().svg(), (
        "draw it again: uv run python tests/tools/draw_pictures.py"
    )


def test_no_picture_is_drawn_by_hand() -> None:
    assert {path.stem for path in (NOTEBOOKS / "images").iterdir()} == set(PICTURES)


@every_picture
def test_a_chapter_shows_it_with_alt_text(name: str) -> None:
    alts = []
    for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                alts += re.findall(rf"!\[([^\]]*)\]\(images/{name}\.svg\)", cell.source)
    assert alts, f"no chapter shows images/{name}.svg"
    assert all(len(alt.split()) >= 8 for alt in alts), alts


@every_picture
def test_it_is_readable_in_both_themes(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name]().svg())
    used = set(re.findall(r'(?:fill|stroke)="(#\w+)"', PICTURES[name]().svg()))
    [ground] = [e for e in root if e.get("fill") == PAPER]
    assert [ground.get(side) for side in ("x", "y")] == [None, None]
    assert [ground.get(side) for side in ("width", "height")] == [
        root.get("width"),
        root.get("height"),
    ]
    assert used <= {GREY, ORANGE, PAPER, *(colour for tone in TONES.values() for colour in tone)}
    described = [e.text or "" for e in root if e.tag.endswith(("title", "desc"))]
    assert len(described) == 2 and len(described[1].split()) > 15
    for ground, _, ink in TONES.values():
        assert contrast(ground, ink) > 7
    for colour in (GREY, ORANGE):  # text outside of boxes, and lines
        assert contrast(colour, PAPER) >= 4.5


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_text_that_does_not_fit_is_refused() -> None:
    picture = Picture(200, 100, "title", "description")
    with pytest.raises(ValueError, match="does not fit"):
        picture.box(0, 0, 60, 40, "much too long for it")
    with pytest.raises(ValueError, match="do not fit in a height"):
        picture.box(0, 0, 100, 20, "one", "two")
    overlapping = Picture(200, 100, "title", "description")
    overlapping.text(10, 50, "one text")
    overlapping.text(20, 55, "another")
    with pytest.raises(ValueError, match="overlap"):
        overlapping.svg()
    outside = Picture(200, 100, "title", "description")
    outside.text(150, 50, "leaves the picture")
    with pytest.raises(ValueError, match="leaves"):
        outside.svg()
