"""Fixtures for every test; tests/README.md says how to use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import require_chromium

ROOT = Path(__file__).parents[1]
_FIGURE = "figure: "

collect_ignore = ["tools"]  # programs, not tests
collect_ignore_glob = ["conftest.py", "*/conftest.py"]  # several of that name, and no doctests


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with the recordings of the real systems; the test skips where there is none."""
    folder = os.environ.get("REMEMBERER_REFERENCE_DATA")
    if not folder:
        pytest.skip(
            "REMEMBERER_REFERENCE_DATA is unset: this test compares with recordings of the real "
            "systems, which are not part of the project"
        )
    path = Path(folder).resolve()
    if not path.is_dir():
        pytest.fail(f"REMEMBERER_REFERENCE_DATA names {folder}, which is no folder")
    return path


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A Chromium to drive; without one the test skips, and fails in CI."""
    return require_chromium()


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Run a text as a Python program of its own; returns what it printed.

    `run_python(code, hash_seed=1)` sets PYTHONHASHSEED; a failure shows the program's stderr.
    """

    def run(code: str, hash_seed: int = 0, **environ: str) -> str:
        result = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed), **environ},
            cwd=ROOT,
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture
def same_in_two_processes(run_python: Callable[..., str]) -> Callable[[str], str]:
    """Run a program under two hash seeds and assert that it prints the same bytes."""

    def check(code: str) -> str:
        first, second = run_python(code, hash_seed=1), run_python(code, hash_seed=2)
        assert first, "the program printed nothing, so nothing was compared"
        assert first == second
        return first

    return check


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Print a measured figure at the end of the run: `figure("share of equal rewards", "97 %")`."""

    def record(name: str, value: object) -> None:
        record_property(_FIGURE + name, str(value))

    return record


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures = [
        (name.removeprefix(_FIGURE), value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in getattr(report, "user_properties", [])
        if name.startswith(_FIGURE)
    ]
    if figures:
        terminalreporter.section("figures measured in this run")
        for name, value in sorted(figures):
            terminalreporter.line(f"{name}: {value}")


@pytest.fixture
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work inside an empty folder."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
