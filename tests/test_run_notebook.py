"""The tool that runs notebooks in place: offline, repeatable, without what differs each time."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_kernels import prepare_kernels
from run_notebook import main, run


@pytest.fixture(autouse=True)
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels that start in this test are prepared, and the surroundings come back after it."""
    surroundings: dict[str, str] = {}
    prepare_kernels(surroundings, tmp_path / "ipython")
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)


def write(folder: Path, *sources: str) -> Path:
    path = folder / "01_try_things.ipynb"
    cells = [new_markdown_cell("# Try"), *(new_code_cell(source) for source in sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.mark.slow
def test_outputs_and_counts_stay_and_a_second_run_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        tmp_path,
        "import ipywidgets\nipywidgets.IntSlider(3)",
        "from tqdm import tqdm\nprint(sum(tqdm(range(4), disable=False)))",
        "from pathlib import Path\nprint(Path.cwd().name == Path('.').resolve().name)",
    )
    assert main([str(path)]) == 0
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2, 3]
    assert "widgets" not in notebook.metadata
    slider, total, _ = (cell.outputs for cell in notebook.cells[1:])
    assert list(slider[0].data) == ["text/plain"]
    assert [(output.name, output.text) for output in total] == [("stdout", "6\n")]
    capsys.readouterr()
    assert main([str(path), "--check"]) == 0
    assert "unchanged" in capsys.readouterr().out


@pytest.mark.slow
def test_a_notebook_that_reaches_out_fails(tmp_path: Path) -> None:
    path = write(tmp_path, "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)")
    with pytest.raises(CellExecutionError, match="notebooks run offline"):
        run(path)
