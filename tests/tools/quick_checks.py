"""The quick checks of the chapters: where their right answers are, in an order drawn by a seed.

    uv run python tests/tools/quick_checks.py

puts the options of each question into their order. The order depends on the seed and the options'
texts alone, so a second run changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
#: draws the order of the options
SEED = 9
_HEADING = re.compile(r"^#{2,3} Quick check\w*$", re.MULTILINE)
_OPTION = re.compile(r"<details><summary>(.*?)</summary>\s*(.*?)</details>", re.DOTALL)
#: options one after the other, with nothing but white space between them
_QUESTION = re.compile(
    r"<details><summary>(?:(?!</details>).)*</details>"
    r"(?:\s*<details><summary>(?:(?!</details>).)*</details>)+",
    re.DOTALL,
)


@dataclass(frozen=True)
class Question:
    """One question: its options in the order in which they are shown.

    Attributes:
        text: the options as they are written.
        options: (what can be chosen, what is said about it) of each.
    """

    text: str
    options: tuple[tuple[str, str], ...]

    @property
    def right(self) -> list[int]:
        """The positions of the right answers."""
        return [n for n, (_, said) in enumerate(self.options) if said.startswith("Right")]

    @property
    def longest(self) -> bool:
        """Whether the right answer is longer than every other."""
        lengths = [len(" ".join(option.split())) for option, _ in self.options]
        mine = lengths.pop(self.right[0])
        return mine > max(lengths)

    def ordered(self, seed: int = SEED) -> str:
        """The same options in the order that the seed draws."""
        parts = [match[0] for match in _OPTION.finditer(self.text)]
        gap = self.text[len(parts[0]) :].partition("<")[0]
        parts.sort(key=lambda part: hashlib.sha256(f"{seed} {_chosen(part)}".encode()).digest())
        return gap.join(parts)


def _chosen(part: str) -> str:
    found = _OPTION.match(part)
    return " ".join(found[1].split()) if found else part


def questions(markdown: str) -> Iterator[Question]:
    """The questions of a cell, below its heading “Quick check”."""
    heading = _HEADING.search(markdown)
    for block in _QUESTION.finditer(markdown, heading.end()) if heading else ():
        yield Question(block[0], tuple(_OPTION.findall(block[0])))


def put_in_order(markdown: str, seed: int = SEED) -> str:
    """The cell with the options of each of its questions in the order that the seed draws."""
    for question in list(questions(markdown)):
        markdown = markdown.replace(question.text, question.ordered(seed))
    return markdown


def course() -> list[tuple[str, Question]]:
    """(chapter, question) of the whole course."""
    return [
        (path.name[:2], question)
        for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
        for question in questions(cell.source)
    ]


def main() -> None:
    """Write each chapter whose order has changed."""
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        changed = False
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                source = put_in_order(cell.source)
                changed = changed or source != cell.source
                cell.source = source
        if changed:
            nbformat.write(notebook, path)
        print(f"{path.name}: {'written' if changed else 'unchanged'}")


if __name__ == "__main__":
    main()
