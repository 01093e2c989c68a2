"""The list of planted faults covers the core, and the page says what became of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import mutation_results as results
import pytest
from mutants import chosen, mutants_of
from reliability import with_figures, with_section
from test_reliability import missing
from tools.reliability import Row

HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "tools/mutants.toml").read_text(encoding="utf-8"))
FOLDERS = ["memory", "prompts", "similarity", "storage", "training"]


def test_every_module_of_the_core_is_tried_or_left_out_with_a_reason() -> None:
    package = HERE.parent / "rememberer_lite"
    files = [package / "learning.py", *(f for d in FOLDERS for f in (package / d).glob("*.py"))]
    modules = {f.relative_to(package).as_posix() for f in files if f.name != "__init__.py"}
    assert modules == {*TABLE["tests"], *TABLE["left_out"]}
    assert {*TABLE["equivalent"], *TABLE["survivors"]} <= {*TABLE["tests"]}
    tests = tuple(name for names in TABLE["tests"].values() for name in names)
    assert not missing(Row(0, "mutants", tests))


LISTED = {
    "tests": {"a.py": []},
    "equivalent": {"a.py": {"f: 1 → 2": "no one can tell", "f: 3 → 4": "gone"}},
    "survivors": {"a.py": {"f: 5 → 6": "only a word", "f: 7 → 8": "dies by now"}},
}


def test_what_lives_is_judged_by_the_list() -> None:
    mutants = ["f: 1 → 2", "f: 5 → 6", "f: 7 → 8", "f: 9 → 10", "f: 11 → 12"]
    tally = results.judged(
        results.Outcome("a.py", mutants, died=mutants[2:4], lived=[*mutants[:2], mutants[4]]),
        LISTED,
    )
    assert (tally.equivalent, tally.survived) == (["f: 1 → 2"], ["f: 5 → 6", "f: 11 → 12"])
    assert tally.faults == [
        "f: 3 → 4: listed, but no mutant",
        "f: 7 → 8: listed as living, but dies",
        "f: 11 → 12: lives",
    ]
    assert tally.row() == "| a.py | 5 | 5 | 2 | 1 | 2 | 50.0% |"
    assert results.summed([tally]).faults[-1] == "only 2 of 4 died: at least 95% have to"
    enough = results.Tally("b.py", 38, [str(n) for n in range(38)], survived=["one", "two"])
    assert results.summed([enough]).faults == []


def test_an_outcome_is_kept_until_the_module_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "KEPT", tmp_path / "kept")
    outcome = results.Outcome("memory/a.py", ["x", "y"], ["x"], ["y"], "code", "tests", "abc")
    assert results.kept("memory/a.py", "code") is None
    results.keep(outcome)
    assert results.kept("memory/a.py", "code") == outcome
    assert results.kept("memory/a.py", "other code") is None

    table = {"tests": {"a.py": ["test_a.py"]}}
    files = ["rememberer_lite/a.py", "tests/test_a.py"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = [1, 2, 3]")
    code, tests = results.keys_of(tmp_path, "a.py", table, 16)
    (tmp_path / files[1]).write_text("other tests")
    assert results.keys_of(tmp_path, "a.py", table, 16)[0] == code
    assert results.keys_of(tmp_path, "a.py", table, 16)[1] != tests
    assert results.keys_of(tmp_path, "a.py", table, 2)[0] != code
    (tmp_path / files[0]).write_text("x = [1, 2, 4]")
    assert results.keys_of(tmp_path, "a.py", table, 16)[0] != code


def test_a_section_is_replaced_and_the_rest_of_the_page_stays() -> None:
    page = "# Page\n\n| 1 kind | promise | `test_a.py` | | | |\n\nNot yet run.\n"
    page = with_section(page, "## Mutants", "## Mutants\n\nfirst")
    page = with_section(page + "\n## Last\n\nwords\n", "## Mutants", "## Mutants\n\nsecond")
    assert page.endswith("Not yet run.\n\n## Mutants\n\nsecond\n\n## Last\n\nwords\n")
    page = with_figures(page, [], "command")
    assert "Not yet run" not in page and page.count("Altogether: 0 cases") == 1
    assert page.endswith("\n\n## Mutants\n\nsecond\n\n## Last\n\nwords\n")
    assert with_figures(page, [], "command") == page


def test_the_same_mutants_are_chosen_wherever_they_stand() -> None:
    source = "def f(a, b):\n    return (a < b) + (a == 3) * 7"
    mutants = mutants_of(source)
    some = [mutant.name for mutant in chosen(mutants, 3)]
    moved = mutants_of("x = 1\n\n\n" + source)
    assert len(some) == 3 and len(chosen(mutants, 0)) == len(mutants)
    assert [m.name for m in chosen(moved[-len(mutants) :], 3)] == some
