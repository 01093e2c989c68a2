"""How long a chapter takes: reading, predicting, answering; estimated from what is in it.

    uv run python tests/tools/reading_time.py

writes the minutes into the first cell of each chapter, and their sum into README.md. Nobody was
timed: the rates below are assumptions, and the sums are stated as estimates.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from quick_checks import questions

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
#: words of prose and lines of code that are read in a minute
WORDS, LINES = 150, 20
#: minutes for a prediction, a question of the quick check, a formula on its own line, a picture
PREDICTION, QUESTION, FORMULA, PICTURE = 1.5, 0.75, 0.5, 0.5
#: minutes for a function that is the reader's to write
STUB = 6

STATED = re.compile(r"about (\d+) minutes")
TOTAL = re.compile(r"about (\d+) hours of reading")
_LINK = re.compile(r"\]\([^)]*\)|<[^>]+>")


def minutes(notebook: NotebookNode, before: str = "") -> float:
    """The minutes for all cells, or for what comes before a heading.

    Raises:
        ValueError: if no cell has that heading.
    """
    total = 0.0
    for cell in notebook.cells:
        source = cell.source
        found = re.search(rf"^#+ {re.escape(before)}$", source, re.MULTILINE) if before else None
        if found:
            source = source[: found.start()]
        total += _prose(source) if cell.cell_type == "markdown" else _code(cell)
        if found:
            return total
    if before:
        raise ValueError(f"no heading {before!r}")
    return total


def _prose(source: str) -> float:
    text = _LINK.sub("", source)
    return (
        len(re.findall(r"\w+", text)) / WORDS
        + PREDICTION * len(re.findall(r"(?i)predict first|take a pencil|one question", text))
        + QUESTION * len(list(questions(source)))
        + FORMULA * (source.count("$$") // 2)
        + PICTURE * source.count("![")
    )


def _code(cell: NotebookNode) -> float:
    pictures = sum("text/html" in output.get("data", {}) for output in cell.get("outputs", []))
    return len([line for line in cell.source.splitlines() if line.strip()]) / LINES + (
        (PICTURE if pictures else 0) + STUB * cell.source.count("raise NotImplementedError(")
    )


def main() -> None:
    """Write the minutes and their sum."""
    total = 0.0
    for path in CHAPTERS:
        notebook = nbformat.read(path, as_version=4)
        need = round(minutes(notebook))
        total += need
        first = notebook.cells[0]
        changed = STATED.sub(f"about {need} minutes", first.source, count=1)
        print(f"{path.name}: {need} minutes")
        if changed != first.source:
            first.source = changed
            nbformat.write(notebook, path)
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    new = TOTAL.sub(f"about {total / 60:.0f} hours of reading", text)
    if new != text:
        readme.write_text(new, "utf-8")
    print(f"together {total:.0f} minutes")


if __name__ == "__main__":
    main()
