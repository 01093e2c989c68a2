"""Predict first: what follows a prediction is hidden until the cell is run or opened.

    uv run python tests/tools/predictions.py

marks the cells of every chapter; `run_notebook.py` marks them as well. JupyterLab then shows three
dots instead of the output, and the output itself once the cell is run.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def to_hide(notebook: NotebookNode) -> set[int]:
    """The code cells that show what a prediction asks for.

    That is the first cell with an output after the prediction, and those that follow it directly.
    """
    found: set[int] = set()
    waiting = following = False
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            waiting = "predict first" in cell.source.lower() or waiting
            following = False
        elif cell.cell_type == "code" and cell.get("outputs") and (waiting or following):
            found.add(number)
            waiting, following = False, True
    return found


def hidden(notebook: NotebookNode) -> set[int]:
    """The cells whose outputs are hidden."""
    return {
        number
        for number, cell in enumerate(notebook.cells)
        if cell.metadata.get("jupyter", {}).get("outputs_hidden")
    }


def unanswered(notebook: NotebookNode) -> list[str]:
    """The predictions without a folded answer before the next heading."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    asked = re.split(r"(?i)predict first", _FENCE.sub("", "\n\n".join(texts)))[1:]
    parts = [re.split(r"\n#{1,6} ", part)[0] for part in asked]
    return [" ".join(part.split())[:60] for part in parts if "<details>" not in part]


def hide(notebook: NotebookNode) -> NotebookNode:
    """The notebook with exactly those outputs hidden."""
    wanted = to_hide(notebook)
    for number, cell in enumerate(notebook.cells):
        kept = {k: v for k, v in cell.metadata.get("jupyter", {}).items() if k != "outputs_hidden"}
        if number in wanted:
            kept["outputs_hidden"] = True
        cell.metadata.pop("jupyter", None)
        if kept:
            cell.metadata["jupyter"] = nbformat.from_dict(kept)
    return notebook


def main() -> None:
    """Write each chapter that changes."""
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        old = nbformat.read(path, as_version=4)
        before = hidden(old)
        new = hide(old)
        if hidden(new) != before:
            nbformat.write(new, path)
        print(f"{path.name}: {len(hidden(new))} outputs hidden")


if __name__ == "__main__":
    main()
