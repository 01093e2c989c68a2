"""The course as pages and slides: predictions stay closed, each drawing is there, plans fit."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from predictions import hide
from reading_time import CHAPTERS, minutes

from rememberer_lite.cli import main
from rememberer_lite.cli.handouts import SESSIONS, pages, slides

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TEACHING = NOTEBOOKS / "TEACHING.md"
DRAWING = re.compile(r"!\[[^\]]+\]\(images/")
CLOSED = re.compile(r'<details class="prediction">.*?</details>', re.DOTALL)


def chapter(number: str) -> nbformat.NotebookNode:
    return nbformat.read(next(NOTEBOOKS.glob(f"{number}_*.ipynb")), as_version=4)


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A folder with two chapters: a prediction with its output, and an open output."""
    folder = tmp_path / "notebooks"
    folder.mkdir()

    def code(text: str) -> nbformat.NotebookNode:
        output = new_output("stream", name="stdout", text=text)
        return new_code_cell("print()", outputs=[output], execution_count=1)

    cells = [
        new_markdown_cell("# One\n\nA promise. [Next](01_two.ipynb), [list](README.md#Terms)"),
        code("in the open"),
        new_markdown_cell("### Predict first\n\nHow many?"),
        code("given away"),
    ]
    for name in ("00_one.ipynb", "01_two.ipynb"):
        nbformat.write(hide(new_notebook(cells=cells)), folder / name)
    return folder


def test_an_output_that_a_prediction_asks_for_is_behind_a_click(notebooks: Path) -> None:
    one, _ = pages(notebooks, notebooks.parent / "html")
    text = one.read_text("utf-8")
    (closed,) = CLOSED.findall(text)
    assert "given away" in closed and '<details class="prediction" open' not in text
    assert "in the open" in CLOSED.sub("", text) and "given away" not in CLOSED.sub("", text)


def test_the_links_of_a_page_lead_on(notebooks: Path) -> None:
    one, _ = pages(notebooks, notebooks.parent / "course" / "html")
    text = one.read_text("utf-8")
    assert 'href="01_two.html"' in text
    assert 'href="../../notebooks/README.md#Terms"' in text


@pytest.mark.slow
def test_every_chapter_closes_what_jupyterlab_hides(tmp_path: Path) -> None:
    for page in pages(NOTEBOOKS, tmp_path):
        notebook = nbformat.read(NOTEBOOKS / f"{page.stem}.ipynb", as_version=4)
        hidden = [c for c in notebook.cells if c.metadata.get("jupyter", {}).get("outputs_hidden")]
        assert hidden and len(CLOSED.findall(page.read_text("utf-8"))) == len(hidden)


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("slides")
    return [path.read_text("utf-8") for path in slides(NOTEBOOKS, folder)]


def test_each_session_shows_every_drawing_of_its_chapters(decks: list[str]) -> None:
    assert len(decks) == len(SESSIONS) == 6
    for session, deck in zip(SESSIONS, decks, strict=True):
        chapters = [chapter(number) for number in session.chapters]
        sources = [c.source for n in chapters for c in n.cells if c.cell_type == "markdown"]
        drawings = sum(len(DRAWING.findall(source)) for source in sources)
        asked = sum(source.count("### Predict first") for source in sources)
        assert drawings and deck.count("data:image/svg+xml") == drawings
        assert asked and deck.count(">Predict first") == asked


def test_slides_need_no_network_and_give_no_answer(decks: list[str]) -> None:
    for deck in decks:
        assert "<summary>Answer" not in deck and "reveal.js" not in deck
        assert "require(" not in deck and 'rel="stylesheet"' not in deck


def test_the_command_says_what_it_wrote(
    tmp_path: Path,
    notebooks: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (notebooks / "00_one.ipynb").rename(notebooks / "00_start_here.ipynb")
    monkeypatch.chdir(tmp_path)
    assert main(["course", "html"]) == 0
    written = capsys.readouterr().out.split()
    assert written == ["course/html/00_start_here.html", "course/html/01_two.html"]
    assert all((tmp_path / name).exists() for name in written)


# ---- notebooks/TEACHING.md


def test_the_page_names_the_sessions_of_the_slides() -> None:
    table = TEACHING.read_text("utf-8").partition("## Six sessions")[2].partition("\n## ")[0]
    found = [re.findall(r"\[(\d\d)\]\(", row) for row in re.findall(r"^\| \d .*", table, re.M)]
    assert found == [list(session.chapters) for session in SESSIONS]


def stops() -> list[tuple[int, int, str, str]]:
    """(first minute, last minute, chapter, heading) of each row of a lesson that has a stop."""
    lessons = TEACHING.read_text("utf-8").partition("## Lessons of 90 minutes")[2]
    row = re.compile(r"^\| (\d+)–(\d+) \|.*\| \[([^\]]+)\]\((\d\d)_", re.MULTILINE)
    return [(int(a), int(b), number, heading) for a, b, heading, number in row.findall(lessons)]


def test_a_lesson_leaves_time_to_read_up_to_each_stop() -> None:
    found = stops()
    assert {number for _, _, number, _ in found} == {"01", "02", "03", "12", "13"}
    for _, end, number, heading in found:
        assert minutes(chapter(number), heading) <= end, (number, heading)


@pytest.mark.parametrize("lesson", re.split(r"^### ", TEACHING.read_text("utf-8"), flags=re.M)[1:])
def test_a_lesson_has_90_minutes_without_a_gap(lesson: str) -> None:
    times = re.findall(r"^\| (\d+)–(\d+) \|", lesson, re.MULTILINE)
    assert times[0][0] == "0" and times[-1][1] == "90"
    assert all(a[1] == b[0] for a, b in pairwise(times))


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#([^)]+))?\)", TEACHING.read_text("utf-8"))
    assert len(links) > 30
    for target, anchor in links:
        assert (NOTEBOOKS / target).exists(), target
        if anchor:
            cells = nbformat.read(NOTEBOOKS / target, as_version=4).cells
            text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            headings = [h.replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
            assert anchor in headings, f"{target} has no heading {anchor}"


def test_a_missing_heading_is_an_error() -> None:
    with pytest.raises(ValueError, match="no heading 'Nowhere'"):
        minutes(nbformat.read(CHAPTERS[1], as_version=4), "Nowhere")
