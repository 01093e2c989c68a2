"""What a reader of the later chapters sees at first sight."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

#: the chapters that were looked at in this way so far
CHAPTERS = [
    path
    for path in sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if path.name >= "08"
]
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem[:2])


def codes(path: Path) -> Iterator[NotebookNode]:
    yield from (c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")


@each_chapter
def test_a_hidden_output_begins_with_words(path: Path) -> None:
    """JupyterLab shows the first line of a hidden output: HTML would be shown as its source."""
    for cell in codes(path):
        if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
            assert cell.outputs[0].output_type == "stream", cell.source[:200]


@each_chapter
def test_no_text_is_cut_inside_a_word(path: Path) -> None:
    for cell in codes(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Subscript):
                cut = node.value.slice
                assert not (isinstance(cut, ast.Slice) and cut.upper), ast.unparse(node)


@each_chapter
def test_a_chapter_has_a_picture(path: Path) -> None:
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert re.search(r"!\[[^\]]{40,}\]\(images/\w+\.svg\)", "\n".join(sources))
