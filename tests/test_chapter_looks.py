"""What a reader sees at first sight in the chapters, the exercises and their solutions."""

from __future__ import annotations

import ast
import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from PIL import Image, ImageChops

from rememberer_lite.cli.terminal import WIDTH
from rememberer_lite.view.html.markup import _PlainText

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PAPERS = [
    *sorted((ROOT / "solutions").glob("*.ipynb")),
    *sorted((ROOT / "exercises").glob("*.ipynb")),
]
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem[:2])
each_notebook = pytest.mark.parametrize(
    "path", CHAPTERS + PAPERS, ids=lambda path: f"{path.parent.name}-{path.stem[:2]}"
)


def codes(path: Path) -> Iterator[NotebookNode]:
    yield from (c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")


@each_chapter
def test_no_view_shows_its_source_once_it_is_hidden(path: Path) -> None:
    """Of a hidden output JupyterLab shows the first line that is not empty, HTML as its source."""
    for cell in codes(path):
        for output in cell.outputs[:1]:
            html = output.get("data", {}).get("text/html", "")
            assert not html.lstrip("\n").startswith("<"), cell.source[:200]


def cuts(source: str) -> Iterator[str]:
    """The texts that code shows cut at a number of characters, be it inside of a word."""
    for node in ast.walk(ast.parse(source)):
        shown: list[ast.expr] = []
        if isinstance(node, ast.FormattedValue):
            shown = [node.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "repr"):
            shown = list(node.args)
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            shown = [node.elt]
        while shown:
            one = shown.pop()
            if isinstance(one, ast.IfExp):
                shown += [one.body, one.orelse]
            elif isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Slice):
                ends = [ast.unparse(end) for end in (one.slice.lower, one.slice.upper) if end]
                if any(re.fullmatch(r"-?\d\d+", end) for end in ends):
                    yield ast.unparse(one)


@each_notebook
def test_no_text_is_cut_inside_a_word(path: Path) -> None:
    for cell in codes(path):
        assert list(cuts(cell.source)) == [], cell.source[:200]


@pytest.mark.parametrize(
    "source",
    [
        "print(task[:80])",
        "print(f'{page[-60:]!r}')",
        "print(repr(text[:40]), '…')",
        "print(*(line[:80] for line in lines))",
        "said = [reply.strip()[:44] if reply else '' for reply in replies]",
    ],
)
def test_a_cut_is_found(source: str) -> None:
    assert len(list(cuts(source))) == 1


def test_a_part_of_a_list_is_no_cut() -> None:
    assert not list(cuts("print(*lines[:13], sum(wins[:15]), [a for a in b[:10]], line[:2])"))


@each_chapter
def test_an_explanation_fits_into_a_narrow_page(path: Path) -> None:
    """JupyterLab breaks what does not fit inside of a word: 800 pixels have room for 78 letters."""
    for cell in codes(path):
        if "print(explain(" in cell.source:
            lines = cell.outputs[0].text.splitlines()
            assert len(lines) > 5 and max(map(len, lines)) <= WIDTH <= 78


@each_chapter
def test_each_question_of_the_quick_check_is_a_heading(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    texts = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    asked = texts[texts.index("Quick check") :]
    assert len(re.findall(r"^### \d\. .*[?.…:]\S*$", asked, re.MULTILINE)) >= 3
    assert not re.findall(r"^\*\*\d\.", asked, re.MULTILINE)


class WithoutStyle(_PlainText):
    """A view's text as on GitHub, which keeps no style: parts of a line stand side by side."""

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(name, attrs)
        if name == "span" and dict(attrs).get("class"):
            self.pieces.append("\0")

    def handle_endtag(self, name: str) -> None:
        super().handle_endtag(name)
        if name == "span":
            self.pieces.append("\0")


@each_chapter
def test_words_that_style_keeps_apart_are_apart_without_it(path: Path) -> None:
    for cell in codes(path):
        for output in cell.outputs:
            reader = WithoutStyle()
            reader.feed(output.get("data", {}).get("text/html", ""))
            assert not re.findall(r"\w+\0+\w+", "".join(reader.pieces)), cell.source[:200]


@each_chapter
def test_no_plot_is_cut_at_its_edge(path: Path) -> None:
    """Around what is drawn there is a margin of a twentieth of an inch, at 160 dots an inch."""
    html = "".join(
        output.get("data", {}).get("text/html", "")
        for cell in codes(path)
        for output in cell.outputs
    )
    for data in re.findall(r'src="data:image/png;base64,([^"]+)"', html):
        picture = Image.open(BytesIO(b64decode(data))).convert("L")
        ground = Image.new("L", picture.size, picture.getpixel((0, 0)))
        left, top, right, bottom = ImageChops.difference(picture, ground).getbbox()
        margins = (left, top, picture.width - right, picture.height - bottom)
        assert min(margins) >= 8, (margins, re.findall('alt="([^"]{0,80})', html))


@each_chapter
def test_a_chapter_has_a_picture(path: Path) -> None:
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert re.search(r"!\[[^\]]{40,}\]\(images/\w+\.svg\)", "\n".join(sources))
