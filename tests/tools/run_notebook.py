"""Run notebooks in place, so that their stored outputs are what the checks will see.

    uv run python tests/tools/run_notebook.py notebooks/00_start_here.ipynb ...

Each runs from top to bottom in a fresh, offline kernel in its own folder, without progress bars.
What is stored is tidied so that a second run changes nothing: no widget state, no timings, no
version of the local Python, cell ids that follow the position. `--check` writes nothing and fails
where a run would change a file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from notebook_kernels import CELL_TIMEOUT, prepare_kernels
from predictions import hide


def run(
    path: Path, timeout: float | None = CELL_TIMEOUT, notebook: nbformat.NotebookNode | None = None
) -> nbformat.NotebookNode:
    """The notebook at this path (or this one instead) with fresh outputs.

    Raises where a cell fails, or takes longer (seconds).
    """
    notebook = notebook or nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=timeout,
        startup_timeout=CELL_TIMEOUT,  # a busy machine is no error
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute()
    return tidy(notebook)


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs from machine to machine and is no part of the lesson."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python", "file_extension": ".py"},
        }
    )
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in ("tags", "nbgrader") if key in cell.metadata}
        )
        for output in cell.get("outputs", []):
            # without a kernel there is no widget to show: the text or table beside it stays
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    hide(notebook)
    nbformat.validate(notebook)
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each notebook; 1 where `--check` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    options = parser.parse_args(arguments)
    changed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as ipython:
        prepare_kernels(os.environ, Path(ipython, "settings"))
        for path in options.notebooks:
            began = time.perf_counter()
            text = nbformat.writes(run(path.resolve())) + "\n"
            same = text == path.read_text(encoding="utf-8")
            changed += not same
            if not (same or options.check):
                path.write_text(text, encoding="utf-8", newline="\n")
            state = "unchanged" if same else "differs" if options.check else "written"
            print(f"{path}: {state}, {time.perf_counter() - began:.1f} s")
    return int(options.check and changed > 0)


if __name__ == "__main__":
    sys.exit(main())
