"""No small fault gets past a check: a sample of what `tools/mutate_exercises.py` tries."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import mutate_exercises
import pytest
from mutants import mutants_of
from mutate_exercises import chosen, is_accepted, main, mutants_in

from rememberer_lite.checks import Exercise, exercises
from rememberer_lite.checks.exercise import Case

#: mutants of all exercises that are tried; the command without `--sample` tries every one
SAMPLE = 150


def test_no_mutant_of_a_sample_is_called_solved(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--sample", str(SAMPLE)])
    said = capsys.readouterr().out
    assert status == 0, said
    assert f"{SAMPLE} tried" in said


def test_a_check_with_a_hole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the tasks in which a text goes on behind a value, `red` in `reddish` gets past."""
    exercise = exercises()["1.5"]
    assert isinstance(exercise, Exercise)

    def blind(rng: random.Random) -> Iterator[Case]:
        return (case for case in exercise.cases(rng) if "reddish" not in case[0])

    (boundary,) = (
        mutant
        for mutant in mutants_in("01")
        if mutant.name == "solution: wishes.named: '(?![a-z0-9])' → ''"
    )
    assert not is_accepted(boundary)
    monkeypatch.setattr(
        mutate_exercises, "exercises", lambda: {"1.5": replace(exercise, cases=blind)}
    )
    assert is_accepted(boundary)


def test_learners_slips_are_among_the_mutants() -> None:
    source = (
        "def f(a, b):\n"
        "    found = None\n"
        "    found = [x for x in sorted(a)[1:] if x is not None and x.strip()]\n"
        "    return max(found, key=len) if re.search('^a(?!b)', b) else found\n"
    )
    names = [mutant.name for mutant in mutants_of(source, learners=True)]
    plain = [mutant.name for mutant in mutants_of(source)]
    for slip in (
        "sorted(a) → a", "sorted(a)[1:] → sorted(a)", "x is not None → x", "x.strip() → x",
        "max(found, key=len) → max(found)", "'^a(?!b)' → '^a'", "'^a(?!b)' → 'a(?!b)'",
        "max(found, key=len) → min(found, key=len)",
    ):  # fmt: skip
        assert [name for name in names if name.endswith(slip)], slip
        assert not [name for name in plain if name.endswith(slip)], slip
    assert len(names) == len(set(names))


def test_a_sample_is_the_same_every_time_and_another_with_another_seed() -> None:
    mutants = list(mutants_in("04"))
    names = [[mutant.line for mutant in chosen(mutants, 20, seed)] for seed in ("", "", "b")]
    assert names[0] == names[1] != names[2] and len(set(names[0])) == 20
    everything = [mutant.line for mutant in mutants]
    assert [line for line in everything if line in names[2]] == names[2]


def test_an_entry_that_names_no_mutant_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutate_exercises, "table", lambda: {"4.3": {"solution: gone": "was once"}})
    assert main(["4.3", "--sample", "1"]) == 1
    assert "4.3 solution: gone: listed, but no mutant" in capsys.readouterr().out


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["99"])
    assert "no exercise 99" in capsys.readouterr().err
