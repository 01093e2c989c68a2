"""The exercises are what the solutions give, and the archive holds them and no solution."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml
from exercise_notebooks import SOLUTIONS, normalised, solution_lines, telling

from rememberer_lite.checks import page
from rememberer_lite.checks.archive import PARTS, export
from rememberer_lite.checks.build import build, differing, leftovers, stub
from rememberer_lite.checks.page import BuildError, with_table
from rememberer_lite.cli import main

INDEX = "# Exercises\n\n{}\n{}\n\nThe end.\n".format(*page.TABLE)


@pytest.fixture
def course(in_tmp_path: Path) -> Path:
    """A folder with the solutions of one chapter and an empty teacher's page, where we stand."""
    (in_tmp_path / "solutions").mkdir()
    (in_tmp_path / "exercises").mkdir()
    shutil.copy(SOLUTIONS[0], in_tmp_path / "solutions")
    (in_tmp_path / "exercises" / "README.md").write_text(INDEX, encoding="utf-8")
    return in_tmp_path


# ---- building ------------------------------------------------------------------------------------


def test_building_again_changes_nothing(root: Path) -> None:
    assert [path.name for path in differing(root) + leftovers(root)] == []


def test_build_writes_and_then_has_nothing_to_do(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exercises", "build"]) == 0
    said = capsys.readouterr().out.replace("\\", "/")
    name = SOLUTIONS[0].name
    assert said == f"changed: exercises/{name}\nchanged: exercises/README.md\n"
    assert b"\r" not in (course / "exercises" / name).read_bytes()
    assert main(["exercises", "build"]) == 0 and capsys.readouterr().out == ""
    assert main(["exercises", "build", "--check"]) == 0 and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [("solutions", "*.ipynb"), ("exercises", "*.ipynb"), ("exercises", "*.md")],
)
def test_check_names_what_differs_and_writes_nothing(
    folder: str, pattern: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["exercises", "build"])
    (path,) = (course / folder).glob(pattern)
    path.write_text(path.read_text("utf-8").replace("xercises", "xercisez", 1), encoding="utf-8")
    if path.suffix == ".md":  # its prose is written by hand: only the made part is compared
        text = path.read_text("utf-8").replace("| 4 | ", "| 9 | ").replace("minutes", "hours")
        path.write_text(text, encoding="utf-8")
    before = {file: file.read_bytes() for file in (course / "exercises").iterdir()}
    capsys.readouterr()
    assert main(["exercises", "build", "--check"]) == 1
    said = capsys.readouterr().out
    name = path.name if folder == "exercises" else SOLUTIONS[0].name
    assert name in said and "run `rememberer-lite exercises build`" in said
    assert before == {file: file.read_bytes() for file in (course / "exercises").iterdir()}


def test_a_leftover_is_named_and_taken_away(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = course / "solutions" / SOLUTIONS[1].name
    shutil.copy(SOLUTIONS[1], source)
    main(["exercises", "build"])
    old = course / "exercises" / source.name
    assert old.exists()
    source.unlink()
    capsys.readouterr()
    assert main(["exercises", "build", "--check"]) == 1
    assert source.name in capsys.readouterr().out
    assert old in build(course) and not old.exists()
    assert main(["exercises", "build", "--check"]) == 0


def test_what_the_build_has_not_made_stays(course: Path, tmp_path: Path) -> None:
    for path in SOLUTIONS[1:4]:
        shutil.copy(path, course / "solutions")
    build(course)
    folder = course / "exercises"
    solved, linked, run = (folder / path.name for path in SOLUTIONS[1:4])
    solved.write_text(re.sub(r"raise NotImplementedError[^\n]*\)", "return 1", solved.read_text()))
    real = tmp_path / "real.ipynb"
    shutil.move(linked, real)
    linked.symlink_to(real)
    notebook = nbformat.read(run, as_version=4)
    notebook.cells[1].execution_count = 1
    nbformat.write(notebook, run)
    own = [folder / name for name in ("99_old.ipynb", "notes.ipynb", "04_a-Copy1.ipynb")]
    for path in own:
        path.write_text("{}", encoding="utf-8")
    for path in SOLUTIONS[1:4]:
        (course / "solutions" / path.name).unlink()
    assert leftovers(course) == []
    build(course)
    build(course)
    assert all(path.exists() for path in (*own, solved, run, real)) and linked.is_symlink()


def test_the_same_solutions_give_the_same_bytes(
    same_in_two_processes: Callable[[str], str],
) -> None:
    same_in_two_processes(
        "import hashlib\nfrom pathlib import Path\nfrom rememberer_lite.checks.build import built\n"
        "for path, text in built(Path()).items():\n"
        "    print(path.name, hashlib.sha256(text.encode()).hexdigest())"
    )


def test_a_stub_stands_in_place_of_each_solution() -> None:
    marks = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
    assert stub(marks.format("answer = 3"), "1.1") == "answer = ..."
    several = "a, b = 1, 2\nc: list = [\n    3\n]\na = 4"
    assert stub(marks.format(several), "1.1") == "a = ...\nb = ...\nc = ..."
    head = "class A:\n    def f(self):\n"
    inside = "\n".join(" " * 8 + line for line in marks.format("return 1").splitlines())
    raises = 'raise NotImplementedError("Exercise 1.2: write f")'
    assert stub(head + inside, "1.2") == f"{head}{' ' * 8}{raises}"
    with pytest.raises(BuildError, match="inside f"):
        stub(marks.format("def f(x):\n    return x"), "1.2")


@pytest.mark.parametrize("marks", ["    ### BEGIN SOLUTION\n    x", "### BEGIN SOLUTION"])
def test_marks_that_do_not_pair_are_an_error(marks: str) -> None:
    with pytest.raises(BuildError, match=r"1\.2.*do not pair"):
        stub(marks, "1.2")


def test_a_damaged_solution_or_a_wrong_folder_is_an_error(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "solutions" / SOLUTIONS[0].name
    path.write_text(path.read_text("utf-8")[:900], encoding="utf-8")
    with pytest.raises(BuildError, match=SOLUTIONS[0].name):
        build(course)
    path.unlink()
    with pytest.raises(BuildError, match="run this in the project's folder"):
        build(course)


def test_the_teachers_page_needs_a_place_for_its_table(course: Path) -> None:
    with pytest.raises(BuildError, match="has no table"):
        with_table("# Exercises\n", SOLUTIONS[:1])


def test_the_teachers_page_names_every_notebook(root: Path) -> None:
    text = (root / "exercises" / "README.md").read_text("utf-8")
    for path in SOLUTIONS:
        assert f"]({path.name}) |" in text
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (root / "exercises" / link).exists(), link


# ---- running them unsolved -----------------------------------------------------------------------


@pytest.mark.slow
def test_an_exercise_that_fails_unsolved_turns_the_run_red(root: Path, tmp_path: Path) -> None:
    """Exercise notebooks have no outputs to compare with: an error has to count all the same."""
    (source,) = (root / "exercises").glob(SOLUTIONS[0].name)
    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [notebook.cells[1], nbformat.v4.new_code_cell("1 / 0")]
    nbformat.write(notebook, tmp_path / "fails.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-n0"]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", os.devnull, "fails.ipynb"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 failed, 1 passed" in result.stdout


# ---- the archive ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("archive") / "exercises.zip"
    export(root, out)
    return out


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder / "rememberer-lite-exercises"


def test_the_archive_holds_what_is_needed_and_no_more(unpacked: Path, root: Path) -> None:
    assert {path.name for path in unpacked.iterdir()} == {part.split("/")[0] for part in PARTS}
    names = {
        path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()
    }
    assert {f"exercises/{path.name}" for path in SOLUTIONS} <= names
    assert {"exercises/README.md", "exercises/nbgrader_config.py", "pyproject.toml"} <= names
    assert not [
        name for name in names if re.search(r"(^|/)(solutions|tests)/|__pycache__|/\.", name)
    ]


def test_the_archive_holds_no_line_of_a_solution(unpacked: Path) -> None:
    """In the notebooks, pages and settings, whole lines and parts of them.

    The package is not searched: a few lines of a solution are lines that every program on the
    subject has. What it must not hold is a solution as such.
    """
    texts = {}
    for path in unpacked.rglob("*"):
        if path.suffix == ".ipynb" and path.parent.name == "exercises":
            cells = nbformat.read(path, as_version=4).cells
            texts[path.name] = normalised("\n".join(cell.source for cell in cells))
        elif path.suffix in (".md", ".toml", ".yml"):
            texts[path.name] = normalised(path.read_text("utf-8"))
    assert len(texts) > len(SOLUTIONS)
    for solution in SOLUTIONS:
        for _, line in solution_lines(nbformat.read(solution, as_version=4)):
            if telling(line):
                assert not [name for name, text in texts.items() if normalised(line) in text], line


def test_no_whole_solution_stands_in_the_package(unpacked: Path) -> None:
    package = normalised(
        "\n".join(path.read_text("utf-8") for path in (unpacked / "rememberer_lite").rglob("*.py"))
    )
    for solution in SOLUTIONS:
        bodies: dict[str, list[str]] = {}
        for id, line in solution_lines(nbformat.read(solution, as_version=4)):
            bodies.setdefault(id, []).append(line)
        for id, lines in bodies.items():
            if len(lines) > 1:
                assert normalised("\n".join(lines)) not in package, (solution.name, id)


def test_the_archive_runs_by_itself(unpacked: Path) -> None:
    name = SOLUTIONS[0].name
    id = f"{int(name[:2])}.1"
    code = (
        "import rememberer_lite, json, pathlib\n"
        "from rememberer_lite.checks import check, progress\n"
        f"cells = json.loads(pathlib.Path('exercises/{name}').read_text('utf-8'))['cells']\n"
        "for cell in cells:\n"
        "    if cell['cell_type'] == 'code': exec(''.join(cell['source']))\n"
        "print(rememberer_lite.__file__)\n"
    )
    result = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    *said, where = result.stdout.splitlines()
    assert Path(where).is_relative_to(unpacked)
    assert said[0].startswith(f"{id} not tried yet") and " 0 solved, 0 tried, " in said[-1]


def test_the_same_files_give_the_same_archive(root: Path, course: Path) -> None:
    build(course)
    shutil.copytree(root / "rememberer_lite" / "checks", course / "rememberer_lite")
    assert export(course, course / "one.zip") > 5
    for path in course.rglob("*.*"):
        os.utime(path, (1e9, 1e9))
    export(course, course / "two.zip")
    assert (course / "one.zip").read_bytes() == (course / "two.zip").read_bytes()


def test_what_else_stands_in_the_folder_stays_out(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(course)
    secret = course / "exercises" / "course" / "submitted" / "ada" / "answer.ipynb"
    secret.parent.mkdir(parents=True)
    secret.write_text(json.dumps({"cells": []}), encoding="utf-8")
    assert main(["exercises", "export", "--out", "out/archive.zip"]) == 0
    assert "no solutions" in capsys.readouterr().out
    with zipfile.ZipFile("out/archive.zip") as file:
        assert sorted(name.split("/", 1)[1] for name in file.namelist()) == [
            f"exercises/{SOLUTIONS[0].name}",
            "exercises/README.md",
        ]


@pytest.mark.parametrize(
    "name",
    [
        "rememberer_lite/keys.json",
        "rememberer_lite/server.pem",
        "rememberer_lite/.env",
        "rememberer_lite/.hidden/a.py",
        "rememberer_lite/__pycache__/a.py",
        "rememberer_lite/a.zip",
        "notebooks/.ipynb_checkpoints/04_a.ipynb",
        "notebooks/api_key.txt",
        "notebooks/old.tar.gz",
        "notebooks/my_notes.ipynb",
        "notebooks/solutions/04_a.ipynb",
        "notebooks/04_a_solution.ipynb",
        "notebooks/results/exercises.zip",
        "notebooks/recordings/private.jsonl",
        "exercises/secret.py",
        "solutions/01_a.py",
        "README.md~",
    ],
)
def test_the_archive_holds_what_it_names_and_nothing_else(name: str, course: Path) -> None:
    build(course)
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("### BEGIN SOLUTION", encoding="utf-8")
    export(course, course / "out.zip")
    with zipfile.ZipFile("out.zip") as file:
        assert len(file.namelist()) == 2


@pytest.mark.parametrize(
    "name", ["rememberer_lite/a.py", "notebooks/04_a.ipynb", "README.md", "rememberer_lite/envs"]
)
def test_the_archive_follows_no_link(name: str, course: Path, tmp_path: Path) -> None:
    build(course)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("key = 1", encoding="utf-8")
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside if not path.suffix else outside / "a.py")
    export(course, course / "out.zip")
    with zipfile.ZipFile("out.zip") as file:
        assert len(file.namelist()) == 2


def test_no_archive_of_stale_exercises(course: Path) -> None:
    with pytest.raises(BuildError, match="exercises build"):
        export(course, course / "out.zip")
    assert not (course / "out.zip").exists()


# ---- before a commit -----------------------------------------------------------------------------


def test_the_hook_before_a_commit_checks_the_exercises(root: Path) -> None:
    text = (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (repository,) = yaml.safe_load(text)["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local" and hook["language"] == "system"
    assert hook["entry"] == "uv run rememberer-lite exercises build --check"
    for path in ("solutions/04_a.ipynb", "exercises/README.md", "rememberer_lite/checks/x.py"):
        assert re.search(hook["files"], path)
