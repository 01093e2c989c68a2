"""Bars: a widget in a notebook, a line in a terminal, else nothing; they count what is played."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM
from nbclient import NotebookClient

from rememberer_lite import ExperienceMemory, Rememberer, evaluate, train
from rememberer_lite.training import runner
from rememberer_lite.training.progress import Progress, progress_bar


def agent() -> Rememberer:
    llm = ScriptedLLM(lambda prompt: "press(red) -> 1")
    return Rememberer(llm, ExperienceMemory(DOMAIN.similarity()), DOMAIN)


def as_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on stderr is a terminal."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def test_nothing_is_drawn_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(agent(), ButtonsEnv(), [0, 1])
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_terminal_gets_a_line_that_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    evaluate(agent(), ButtonsEnv(), [0, 1])
    said = capsys.readouterr()
    assert "evaluating" in said.err and said.out == ""
    assert "2/2" in said.err and said.err.count("\n") == 1


def test_what_need_not_be_played_is_not_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    bars: list[Any] = []

    class Watched(Progress):
        def __enter__(self) -> Progress:
            bars.append(self._bar)
            return super().__enter__()

    monkeypatch.setattr(runner, "Progress", Watched)
    history = train(agent(), ButtonsEnv(), [0, 1, 2], epochs=3)
    [bar] = bars
    # goal 0 is solved in the first epoch, and not played again
    assert len(history.episodes) == 7
    assert (bar.n, bar.total) == (7, 7)


def test_a_notebook_gets_a_widget_and_nothing_on_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes to stderr is painted red there."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # without the startup that hides all bars
    cell = (
        "from rememberer_lite.training.progress import progress_bar\n"
        "with progress_bar('playing', 2, 'episode') as bar:\n"
        "    bar.update(2)\n"
        "bar.container.children[1].value"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    assert not [one for one in outputs if one.output_type == "stream"]
    assert outputs[-1].data["text/plain"] == "2.0"
    assert any("application/vnd.jupyter.widget-view+json" in one.data for one in outputs)


def test_no_bar_where_none_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    with progress_bar("playing", 2, "episode", shown=False) as bar:
        bar.update(2)
    assert capsys.readouterr().err == ""
