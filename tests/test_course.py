"""The course as a whole: its README names what exists, and it can be read without a kernel."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from reading_time import STATED, TOTAL, minutes

FOLDER = Path(__file__).parents[1] / "notebooks"
README = FOLDER / "README.md"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


@cache
def readme() -> str:
    return README.read_text(encoding="utf-8")


@cache
def notebook(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def prose(path: Path) -> str:
    return "\n\n".join(c.source for c in notebook(path).cells if c.cell_type == "markdown")


def code(path: Path) -> str:
    return "\n".join(c.source for c in notebook(path).cells if c.cell_type == "code")


def rows(text: str, first_header: str) -> list[dict[str, str]]:
    """The rows of every Markdown table whose first column has this header."""
    found: list[dict[str, str]] = []
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        # a bar inside of `code` or $formula$ divides no cells
        lines = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in table.splitlines()]
        header, body = [cell.strip() for cell in lines[0]], lines[2:]
        if header[0] == first_header:
            found += [
                dict(zip(header, (cell.strip() for cell in line), strict=True)) for line in body
            ]
    return found


def quoted(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def resolve(name: str) -> Any:
    """The thing with this dotted name; `rememberer_lite.` may be left out.

    Raises:
        LookupError: where there is none.
    """
    parts = name.removeprefix("rememberer_lite").strip(".").split(".")
    for module in ("", ".state", ".memory", ".training", ".agent", ".domain"):
        try:  # where a class may stand that is named alone
            return _follow(import_module(f"rememberer_lite{module}"), parts)
        except LookupError:
            continue
    raise LookupError(f"{name} does not exist in rememberer_lite")


def _follow(thing: Any, parts: list[str]) -> Any:
    for part in parts:
        if hasattr(thing, part):
            thing = getattr(thing, part)
        elif dataclasses.is_dataclass(thing) and part in {
            f.name for f in dataclasses.fields(thing)
        }:
            return thing
        else:
            try:
                thing = import_module(f"{thing.__name__}.{part}")
            except (ImportError, AttributeError) as error:
                raise LookupError(part) from error
    return thing


def test_a_wrong_name_is_found() -> None:
    assert resolve("learning.n_step_target") is resolve("rememberer_lite.learning.n_step_target")
    assert resolve("ActionValue.visits") and resolve("ExperienceMemory.retrieve")
    for wrong in ("learning.two_step_target", "ActionValue.value", "nothing.at_all"):
        with pytest.raises(LookupError):
            resolve(wrong)


# ---- notebooks/README.md


def test_every_link_of_the_readme_leads_somewhere() -> None:
    targets = [t for t in re.findall(r"\]\(([^)\s]+)\)", readme()) if "://" not in t]
    assert targets
    missing = [t for t in targets if not (FOLDER / t.partition("#")[0]).exists()]
    assert not missing, f"notebooks/README.md links to {missing}"


@every_notebook
def test_the_readme_lists_every_chapter(path: Path) -> None:
    assert f"[{path.stem}]({path.name})" in readme(), f"add a row for {path.name}"


def test_every_name_of_the_readme_exists() -> None:
    names = [name for name in quoted(readme()) if name.startswith("rememberer_lite.")]
    assert len(names) > 10
    for name in names:
        resolve(name)


def test_the_map_goes_from_the_paper_to_functions() -> None:
    found = rows(readme(), "Paper")
    assert found
    for row in found:
        assert quoted(row["Function"]), f"no function beside {row['Paper']!r}"
        assert re.search(r"\b\d\d\b", row["Chapter"]), f"no chapter beside {row['Paper']!r}"


def test_the_glossary_says_each_term_once_in_one_sentence() -> None:
    found = rows(readme(), "Term")
    terms = [row["Term"].lower() for row in found]
    assert len(terms) > 10 and len(set(terms)) == len(terms)
    for row in found:
        assert re.fullmatch(r"[^.]+(?:\.\d[^.]*)*\.", row["Meaning"]), row


@pytest.mark.parametrize(
    "row", rows(README.read_text("utf-8"), "Term"), ids=lambda row: row["Term"]
)
def test_a_term_stands_in_bold_where_it_is_introduced(row: dict[str, str]) -> None:
    number = re.findall(r"\d\d", row["Chapter"])[0]
    chapters = [path for path in NOTEBOOKS if path.name.startswith(number)]
    if not chapters:
        pytest.skip(f"chapter {number} is not written yet")
    bold = [b.lower() for b in re.findall(r"\*\*([^*]+?)\.?\*\*", prose(chapters[0]))]
    for term in row["Term"].split(", "):
        assert term.lower() in bold, f"chapter {number} nowhere says **{term}**"


# ---- the notebooks


@every_notebook
def test_a_formula_stands_beside_its_function(path: Path) -> None:
    found = rows(prose(path), "Symbol")
    if "$$" in prose(path):
        assert found, "it shows formulas and has no table that begins with the column Symbol"
    named = [name for row in found for name in quoted(row.get("Function", ""))]
    if found:
        assert named, "its table of symbols names no function: add the column Function"
    for name in named:
        if not re.search(rf"^(?:class|def) {name.split('.')[0]}\b", code(path), re.MULTILINE):
            resolve(name)


@every_notebook
def test_a_symbol_stands_beside_a_variable_that_the_code_has(path: Path) -> None:
    for row in rows(prose(path), "Symbol"):
        for variable in quoted(row["Variable"]):
            words = re.findall(r"[^\W\d]\w*", variable)  # of `state.task` one is enough
            assert any(re.search(rf"\b{word}\b", code(path)) for word in words), variable


@every_notebook
def test_the_time_to_read_is_measured(path: Path) -> None:
    stated, need = STATED.search(notebook(path).cells[0].source), minutes(notebook(path))
    assert stated, "the first cell does not say how long it takes"
    assert abs(int(stated[1]) - need) <= max(3, 0.1 * need), (
        f"say about {need:.0f}: uv run python tests/tools/reading_time.py"
    )


def test_the_readme_says_how_long_all_chapters_take() -> None:
    stated = TOTAL.search((FOLDER.parent / "README.md").read_text("utf-8"))
    total = sum(minutes(notebook(path)) for path in NOTEBOOKS) / 60
    assert stated and abs(int(stated[1]) - total) <= 1, f"say about {total:.0f} hours"


@pytest.mark.parametrize(
    ("source", "need"),
    [
        ("word " * 150, 1.0),
        ("[five](https://example.org/a/b/c) " * 150, 1.0),  # an address is not read
        ("### Predict first\n\n" + "word " * 148, 2.5),
        ("word " * 150 + "\n\n$$x = 1$$\n", 1.5 + 2 / 150),
        ("![a picture](images/loop.svg)", 0.5 + 2 / 150),
    ],
)
def test_each_part_of_a_chapter_takes_its_time(source: str, need: float) -> None:
    cell = nbformat.v4.new_markdown_cell(source)
    assert minutes(nbformat.v4.new_notebook(cells=[cell])) == pytest.approx(need)


@every_notebook
def test_it_can_be_read_without_a_kernel(path: Path) -> None:
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_filename(str(path))
    page = visible(html)
    assert "".join(notebook(path).cells[0].source.splitlines()[0].removeprefix("#").split()) in page
    for cell in notebook(path).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:  # a widget's static view, say
                assert visible(data["text/html"]) in page


def visible(html: str) -> str:
    """What a reader sees, without the white space, which is not the same everywhere."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(["style", "script"]):
        hidden.decompose()
    return "".join(soup.get_text().split())
