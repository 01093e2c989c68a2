"""The functions that a chapter's reader writes: the folded solutions, and the chapter with them.

    uv run python tests/tools/parts.py

writes each folded solution as the text of the function in `rememberer_lite/checks/part_NN.py`.
"""

from __future__ import annotations

import ast
import re
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from rememberer_lite.checks.parts import parts, solution_text

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_FOLDED = re.compile(
    r"(<details><summary>Solution: <code>(\w+)</code></summary>\n\n```python\n)(.*?)(\n```)",
    re.DOTALL,
)


def chapters() -> list[Path]:
    """The chapters that have such functions."""
    numbers = {id.split(".")[0].zfill(2) for id in parts()}
    return [path for number in sorted(numbers) for path in NOTEBOOKS.glob(f"{number}_*.ipynb")]


def ids(chapter: str) -> list[str]:
    """The parts of one chapter ("04")."""
    return [id for id in parts() if id.split(".")[0].zfill(2) == chapter]


def folded(notebook: NotebookNode) -> dict[str, str]:
    """Function → its folded solution."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return {found[2]: found[3] for text in texts for found in _FOLDED.finditer(text)}


def stubs(notebook: NotebookNode) -> dict[str, tuple[int, ast.FunctionDef]]:
    """Part → the number of its cell, and the function there that is checked as this part."""
    found = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            body = ast.parse(cell.source).body
            functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
            for id, name in re.findall(r'built\("([\w.]+)", (\w+)\)', cell.source):
                found[id] = number, functions[name]
    return found


def fold(notebook: NotebookNode, chapter: str) -> NotebookNode:
    """The notebook with each folded solution as its function is now."""
    sources = {id.split(".")[1]: solution_text(parts()[id].solution) for id in ids(chapter)}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _FOLDED.sub(lambda m: f"{m[1]}{sources[m[2]]}{m[4]}", cell.source)
    return notebook


def solved(notebook: NotebookNode) -> NotebookNode:
    """The notebook as of a reader who has written each folded solution into its stub."""
    notebook, solutions = deepcopy(notebook), folded(notebook)
    for number, function in reversed(stubs(notebook).values()):  # so that line numbers stay right
        lines = notebook.cells[number].source.splitlines()
        lines[function.lineno - 1 : function.end_lineno] = solutions[function.name].splitlines()
        notebook.cells[number].source = "\n".join(lines)
    return notebook


def main() -> None:
    """Write each chapter that changes."""
    for path in chapters():
        old = nbformat.read(path, as_version=4)
        new = fold(deepcopy(old), path.name[:2])
        if new != old:
            nbformat.write(new, path)
        print(f"{path.name}: {'written' if new != old else 'unchanged'}")


if __name__ == "__main__":
    main()
