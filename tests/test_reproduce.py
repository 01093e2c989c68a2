"""`rememberer-lite reproduce`: the paper's numbers, the question before it spends, resuming."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_domain
from local_model import require_model

from rememberer_lite.cli import experiment, main, reproduce
from rememberer_lite.envs import WORLDS
from rememberer_lite.experiments import ExperimentError, Result, engine
from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.engine import missing
from rememberer_lite.experiments.forecast import Forecast, episodes_of
from rememberer_lite.experiments.measures import Cell
from rememberer_lite.experiments.models import Local
from rememberer_lite.experiments.place import open_place
from rememberer_lite.experiments.reproduce import (
    COMPARE,
    TESTED,
    Numbers,
    check_world,
    plan_text,
    protocol,
    summary,
)
from rememberer_lite.experiments.results import empty, load, save
from rememberer_lite.experiments.starts import goals_of
from rememberer_lite.llm import BudgetExceeded, OfflineLLM, Reply
from rememberer_lite.storage import JsonLines, StorageError, locked
from rememberer_lite.training.outcome import mean_interval, share_interval

TRIAL = ["--epochs", "1", "--train-goals", "1", "--test-goals", "1"]
SMALL = Numbers(1, 1, 1)
PROGRAM = (  # an interrupt is one also where it is ignored, as in the background of a shell
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from rememberer_lite.cli import main; sys.exit(main())"
)


# ---- the paper's numbers


def test_the_protocol_has_the_papers_numbers() -> None:
    for task_set, first, tested in (("webshop", 500, 100), ("wikihow", 70, 70)):
        plan, place = protocol(task_set), open_place(task_set, 0)
        rows = plan.rows(task_set)
        trained = [row for row in rows if row.epochs]
        assert [(row.start, row.goals[0][0]) for row in trained] == [
            (start, split) for start in ("E0", "E1", "E2") for split in ("S0", "S1")
        ]
        for row in trained:
            begin = first + 10 * (row.goals[0][0] == "S1")
            assert row.epochs == 3
            assert goals_of(place, row.training) == list(range(begin, begin + 10))
            assert row.against == f"fixed exemplars {row.start}"
        assert [row.name for row in rows if not row.epochs] == [
            f"fixed exemplars {start}" for start in ("E0", "E1", "E2")
        ]
        for row in rows:
            assert list(place.goals(row.test)[: row.test_count]) == list(range(tested))
        assert place.world.max_steps == 15
        assert TESTED[task_set] == tested
        assert Numbers().are_the_papers(task_set, place.world)
        tasks = missing(empty(plan, task_set, "m"), plan, plan.seeds)
        played = sum(episodes_of(place, conditions) for _, conditions in tasks)
        assert played == 6 * (3 * 10 + tested) + 3 * tested


@pytest.mark.parametrize("numbers", [Numbers(2), Numbers(train=9), Numbers(test=99), SMALL])
def test_other_numbers_are_called_a_trial(numbers: Numbers) -> None:
    world = WORLDS["webshop"]
    assert not numbers.are_the_papers("webshop", world)
    assert "This is a trial" in plan_text("webshop", world, numbers, [0])[-1]
    assert "trial" not in "".join(plan_text("webshop", world, Numbers(), [0]))
    rows = protocol("webshop", numbers).rows("webshop")
    assert rows[0].name == f"trained {numbers.epochs} × {numbers.train} from E0, S0"
    assert {row.test_count for row in rows} == {numbers.test}


def test_a_world_that_would_mean_something_else_is_refused() -> None:
    world = WORLDS["webshop"]
    check_world("webshop", world, Numbers())
    with pytest.raises(ExperimentError, match="is shown as 'webshop', not as 'wikihow'"):
        check_world("wikihow", world, Numbers())
    with pytest.raises(ExperimentError, match="is shown as"):
        check_world("webshop", tiny_domain.WORLD, Numbers())
    for name in ("S0", "S1"):  # without one, `World.goals` would give other goals
        splits = {key: goals for key, goals in world.splits.items() if key != name}
        with pytest.raises(ExperimentError, match=f"fewer than 10 goals named '{name}'"):
            check_world("webshop", replace(world, name="x", splits=splits), Numbers())
    with pytest.raises(ExperimentError, match="fewer than 11 goals"):
        check_world("webshop", world, Numbers(train=11))


# ---- the summary


def made(success: dict[str, list[float]]) -> Result:
    """A result with these success rates, one for each seed."""
    result = empty(protocol("webshop"), "webshop", "m")
    cells: list[Cell] = [
        {"seed": seed, "condition": name, "success": value, "score": value / 2}
        for name, values in success.items()
        for seed, value in enumerate(values)
    ]
    return {**result, "cells": cells}


RATES = {
    **{f"trained 3 × 10 from E{e}, S{s}": [0.3 + 0.1 * e + 0.02 * s]
       for e in range(3) for s in range(2)},
    **{f"fixed exemplars E{e}": [0.3] for e in range(3)},
}  # fmt: skip


def test_the_summary_by_hand() -> None:
    lines = {(x["row"], x["measure"]): x for x in summary(made(RATES), 100)}
    assert len(lines) == 2 * (9 + 2)
    row = lines["trained 3 × 10 from E1, S1", "success"]
    wilson = share_interval(42, 100)
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((0.42, wilson.low, wilson.high))
    assert row["over"] == "100 goals"
    score = lines["trained 3 × 10 from E1, S1", "score"]
    assert (score["mean"], score["low"], score["high"]) == (pytest.approx(0.21), None, None)
    gains = [0.0, 0.02, 0.1, 0.12, 0.2, 0.22]
    expected = mean_interval(gains)
    gap = lines["all trained − fixed exemplars", "success"]
    assert (gap["mean"], gap["low"], gap["high"]) == pytest.approx(
        (0.11, expected.low, expected.high)
    )
    assert lines["all trained", "success"]["mean"] == pytest.approx(0.41)
    assert gap["over"] == "6 agents"


def test_several_seeds_give_intervals_over_seeds() -> None:
    lines = summary(made({"fixed exemplars E0": [0.3, 0.4, 0.5]}), 100)
    assert [line["over"] for line in lines] == ["3 seeds", "3 seeds"]
    expected = mean_interval([0.15, 0.2, 0.25])
    assert (lines[1]["low"], lines[1]["high"]) == pytest.approx((expected.low, expected.high))


def test_a_summary_is_dropped_when_cells_are_added(tmp_path: Path) -> None:
    result = made({"fixed exemplars E0": [0.3]})
    save({**result, "summary": [{"note": COMPARE}]}, tmp_path / "r.json")
    assert load(tmp_path / "r.json")["summary"] == [{"note": COMPARE}]
    save(made({"fixed exemplars E1": [0.3]}), tmp_path / "r.json")
    written = load(tmp_path / "r.json")
    assert "summary" not in written
    assert len(written["cells"]) == 2


# ---- the command


def without_times(path: Path) -> str:
    result = json.loads(path.read_text(encoding="utf-8"))
    for cell in result["cells"]:
        for name in ("seconds", "train_seconds"):
            cell.pop(name, None)
    return json.dumps(result)


@pytest.mark.parametrize("task_set", ["webshop", "wikihow"])
def test_the_stand_in_runs_without_a_question(
    in_tmp_path: Path, capsys: pytest.CaptureFixture[str], task_set: str
) -> None:
    assert main(["reproduce", task_set, *TRIAL, "--seeds", "3"]) == 0
    out = capsys.readouterr().out
    plan, estimate, result = (
        out.index(text) for text in ("6 trained agents", "Estimate, from two", "in brackets 95 %")
    )
    assert plan < estimate < result
    assert "This is a trial" in out
    assert "it costs nothing" in out
    assert COMPARE in out
    assert "The model is the offline stand-in" in out
    written = load(Path("runs") / f"reproduce_{task_set}.json")
    assert [cell["seed"] for cell in written["cells"]] == [3] * 9
    assert written["summary"][0] == {"note": COMPARE}
    assert len(written["summary"]) == 1 + 2 * (9 + 2)
    assert {row.test_count for row in written["conditions"]} == {1}
    assert written["model_settings"]["model"] == "offline-stand-in"


def test_an_interrupted_run_resumes(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["reproduce", "webshop", *TRIAL]
    assert main([*command, "--out", "whole.json"]) == 0
    plain, computed = engine.run_cell, []

    def stops(env: str, seed: int, condition: Condition, model: Any) -> Cell:
        if len(computed) == 4:
            raise KeyboardInterrupt
        computed.append(condition.name)
        return plain(env, seed, condition, model)

    monkeypatch.setattr(engine, "run_cell", stops)
    assert main([*command, "--out", "r.json"]) == 130
    assert "the same command resumes" in capsys.readouterr().out
    assert len(load("r.json")["cells"]) == 4
    first = list(computed)
    computed.insert(0, "so that it is not interrupted again")
    assert main([*command, "--out", "r.json"]) == 0
    assert not set(first) & set(computed[5:])
    assert without_times(Path("r.json")) == without_times(Path("whole.json"))
    assert "5 of 9 rows" in capsys.readouterr().out


class Paid:
    """A model on a server, each of whose calls costs; the stand-in answers."""

    model = "paid"

    def __init__(
        self, stop_after: int = 10**9, by: type[BaseException] = KeyboardInterrupt
    ) -> None:
        self.inner, self.calls, self.stop_after, self.by = OfflineLLM(), 0, stop_after, by

    def complete(self, prompt: str) -> Reply:
        if self.calls == self.stop_after:
            raise self.by("no more")
        self.calls += 1
        return replace(self.inner.complete(prompt), model="paid-2026-11")


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> Callable[[Paid], list[str]]:
    """Puts a paid model behind --model; returns the command."""

    def use(llm: Paid) -> list[str]:
        monkeypatch.setattr(experiment, "make_llm", lambda options: llm)
        return ["reproduce", "webshop", *TRIAL, "--model", "paid"]

    return use


@pytest.mark.parametrize("answer", ["", "n", "no", "yess", "maybe"])
def test_without_a_yes_nothing_is_spent(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
) -> None:
    llm = Paid()
    monkeypatch.setattr("builtins.input", lambda text: answer)
    assert main([*paid(llm), "--prices", "0.5,1.5"]) == 0
    out = capsys.readouterr().out
    assert "Nothing was run, and nothing was spent." in out
    assert "cost 0." in out
    assert llm.calls == 0
    assert list(in_tmp_path.rglob("*")) == []


def test_where_nobody_can_answer_nothing_is_spent(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    llm = Paid()

    def ended(text: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    assert main(paid(llm)) == 2
    assert (
        "rememberer-lite reproduce webshop to begin without a question" in capsys.readouterr().err
    )
    assert llm.calls == 0
    assert list(in_tmp_path.rglob("*")) == []


@pytest.mark.parametrize("answer", ["y", " YES "])
def test_a_yes_begins(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    llm = Paid()
    monkeypatch.setattr("builtins.input", lambda text: answer)
    assert main(paid(llm)) == 0
    assert llm.calls > 9
    assert load("runs/reproduce_webshop.json")["model"] == "paid"


@pytest.mark.parametrize(("by", "code"), [(KeyboardInterrupt, 130), (BudgetExceeded, 2)])
def test_no_reply_is_paid_for_twice(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    capsys: pytest.CaptureFixture[str],
    by: type[BaseException],
    code: int,
) -> None:
    whole = Paid()
    assert main([*paid(whole), "--yes", "--out", "whole.json"]) == 0
    stopped = Paid(whole.calls // 2, by)
    assert main([*paid(stopped), "--yes", "--out", "r.json"]) == code
    resumed = Paid()
    assert main([*paid(resumed), "--yes", "--out", "r.json"]) == 0
    assert stopped.calls + resumed.calls <= whole.calls
    assert without_times(Path("r.json")) == without_times(Path("whole.json"))
    nothing = Paid(stop_after=0)
    assert main([*paid(nothing), "--out", "r.json"]) == 0  # complete: no question either
    assert "Estimate" not in capsys.readouterr().out.rpartition("Model: paid")[2]


KEPT = "r.replies.jsonl"


def resumed_after(
    paid: Callable[[Paid], list[str]], change: Callable[[Path], object]
) -> tuple[int, int]:
    """What the command answers after an interruption and a change of the file; calls it made."""
    stopped = Paid(30)
    assert main([*paid(stopped), "--yes", "--out", "r.json"]) == 130
    change(Path(KEPT))
    resumed = Paid()
    code = main([*paid(resumed), "--yes", "--out", "r.json"])
    return code, resumed.calls


def in_its_place(path: Path, made: Callable[[Path], object]) -> None:
    path.unlink()
    made(path)


def cut_lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"\n".join(change(path.read_bytes().split(b"\n"))))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: in_its_place(path, Path.mkdir), "not a regular file"),
        (lambda path: in_its_place(path, lambda p: p.symlink_to(p.name)), "cannot"),
        (lambda path: path.write_bytes(bytes(4096)), "not a recording"),
        (lambda path: cut_lines(path, lambda x: [b'{"format": "x"}', *x[1:]]), "not a recording"),
        (lambda path: cut_lines(path, lambda x: [*x[:3], x[3][:30], *x[4:]]), "line 4 of"),
        (lambda path: cut_lines(path, lambda x: [*x[:3], bytes(9), *x[4:]]), "line 4 of"),
        (lambda path: cut_lines(path, lambda x: [*x[:3], b'{"text": 1}', *x[4:]]), "line 4 of"),
        (
            lambda path: path.write_text(
                path.read_text("utf-8").replace('_tokens": ', '_tokens": -')
            ),
            "0 or more",
        ),
        (lambda path: path.write_bytes(path.read_text("utf-8").encode("utf-16")), "not a rec"),
    ],
)
def test_replies_that_cannot_be_read_are_told_before_anything_is_spent(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Path], object],
    said: str,
) -> None:
    assert resumed_after(paid, change) == (2, 0)
    assert said in capsys.readouterr().err
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-40]), 31),  # half a last line
        (lambda path: path.write_bytes(path.read_bytes() + bytes(99)), 30),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")), 30),
        (lambda path: (path.rename("other"), path.symlink_to("other")), 30),
        (lambda path: in_its_place(path, lambda p: p.symlink_to("a/b.jsonl")), 60),
        (lambda path: cut_lines(path, lambda lines: [b"hello", *lines]), 60),
        (lambda path: cut_lines(path, lambda lines: lines[1:]), 60),
        (lambda path: path.write_bytes(b""), 60),
    ],
)
def test_replies_that_were_changed_are_used_as_far_as_they_are_whole(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    change: Callable[[Path], object],
    most: int,
) -> None:
    whole = Paid()
    assert main([*paid(whole), "--yes", "--out", "whole.json"]) == 0
    code, calls = resumed_after(paid, change)
    assert code == 0 and calls <= most
    assert without_times(Path("r.json")) == without_times(Path("whole.json"))


def test_the_replies_of_another_model_are_not_used(
    in_tmp_path: Path, paid: Callable[[Paid], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = Paid(1)  # before any row is finished: there is no result yet that names the model
    assert main([*paid(stopped), "--yes", "--out", "r.json"]) == 130
    other = Paid()
    other.model = "another"
    assert main([*paid(other), "--yes", "--out", "r.json"]) == 2
    assert "was recorded with model = 'paid', not 'another'" in capsys.readouterr().err
    assert other.calls == 0


def test_a_second_run_is_refused_before_anything_is_spent(
    in_tmp_path: Path, paid: Callable[[Paid], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(KEPT, wait=0):
        second = Paid()
        assert main([*paid(second), "--yes", "--out", "r.json"]) == 2
    assert f"{KEPT} is in use by another process" in " ".join(capsys.readouterr().err.split())
    assert second.calls == 0
    for _ in range(2):  # a run that is over holds it no longer
        assert main([*paid(Paid()), "--yes", "--out", "r.json"]) == 0
    with locked(KEPT, wait=0):
        pass


def test_a_run_ends_at_the_first_reply_that_cannot_be_kept(
    in_tmp_path: Path,
    paid: Callable[[Paid], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = []

    def full(file: JsonLines, entry: dict[str, Any]) -> tuple[int, int]:
        if len(kept) == 5:
            raise StorageError("the disk is full")
        kept.append(entry)
        return append(file, entry)

    append = JsonLines.append
    llm = Paid()
    with monkeypatch.context() as patch:
        patch.setattr(JsonLines, "append", full)
        assert main([*paid(llm), "--yes", "--out", "r.json"]) == 2
    assert "the disk is full" in capsys.readouterr().err
    assert llm.calls == 6
    resumed = Paid()
    assert main([*paid(resumed), "--yes", "--out", "r.json"]) == 0


def test_another_size_does_not_continue_a_file(
    in_tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce", "webshop", *TRIAL, "--out", "r.json"]) == 0
    assert main(["reproduce", "webshop", *TRIAL[:-1], "2", "--out", "r.json"]) == 2
    assert "holds another experiment" in capsys.readouterr().err


def test_a_failed_row_is_named_and_computed_again(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = engine.run_cell

    def fails(env: str, seed: int, condition: Condition, model: Any) -> Cell:
        if condition.name == "fixed exemplars E1":
            raise ExperimentError("the server is away")
        return plain(env, seed, condition, model)

    command = ["reproduce", "webshop", *TRIAL, "--out", "r.json"]
    with monkeypatch.context() as patch:
        patch.setattr(engine, "run_cell", fails)
        assert main(command) == 1
    assert "the server is away" in capsys.readouterr().out
    assert "summary" not in load("r.json")
    assert main(command) == 0
    assert "1 of 9 rows" in capsys.readouterr().out
    assert "summary" in load("r.json")


def test_a_slow_stand_in_is_asked_about_too(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Forecast(decisions=10_000, seconds=1.0, episodes=1_080)
    monkeypatch.setattr(reproduce, "forecast", lambda *arguments: slow)
    monkeypatch.setattr("builtins.input", lambda text: "n")
    assert main(["reproduce", "webshop", *TRIAL]) == 0
    assert "in 2.8 h with --jobs 1" in capsys.readouterr().out
    assert list(in_tmp_path.iterdir()) == []


def test_a_local_model_is_asked_about_with_its_time(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = []

    def trial(env: str, tasks: object, model: object) -> Forecast:
        tried.append(model)
        return Forecast(decisions=7_200, seconds=0.5, episodes=810, prompt_tokens=3_000)

    monkeypatch.setattr(reproduce, "forecast", trial)
    monkeypatch.setattr("builtins.input", lambda text: "n")
    assert main(["reproduce", "wikihow", "--model", "local", "--jobs", "2"]) == 0
    out = capsys.readouterr().out
    assert tried == [Local()]  # the trial asks the model itself: it costs nothing
    assert out.index("Two further episodes are played first") < out.index("about 7,200 calls")
    assert "in 30 min with --jobs 2; it costs nothing" in out
    assert "Nothing was run" in out
    assert list(in_tmp_path.iterdir()) == []


def test_yes_asks_a_local_model_for_no_estimate(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = []
    monkeypatch.setattr(reproduce, "forecast", None)  # would fail
    monkeypatch.setattr(reproduce, "_compute", lambda *arguments: begun.append(arguments) or 0)
    assert main(["reproduce", "webshop", *TRIAL, "--model", "local", "--yes"]) == 0
    out = capsys.readouterr().out
    assert "at most 15 episodes" in out and "No estimate of the time" in out
    assert len(begun) == 1


#: a shop whose episodes have one step; the stand-in replies in place of the local model
SHORT_SHOP = """
import time
from dataclasses import replace
from rememberer_lite.envs import WORLDS
from rememberer_lite.experiments.models import AskedOnce
from rememberer_lite.llm import OfflineLLM

WORLD = replace(WORLDS["webshop"], name="short", max_steps=1)

def complete(self, prompt, choices=None):
    time.sleep(0.2)
    return OfflineLLM().complete(prompt)

AskedOnce.complete = complete  # REPLIES
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that one process sends another")
def test_a_run_with_the_local_model_is_interrupted_and_resumed(in_tmp_path: Path) -> None:
    """With REMEMBERER_REAL_REPRODUCTION=1 the real model replies: two minutes, or more."""
    require_model()
    real = "REMEMBERER_REAL_REPRODUCTION" in os.environ
    text = re.sub("^.*# REPLIES$", "", SHORT_SHOP, flags=re.MULTILINE) if real else SHORT_SHOP
    Path("their_shop.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, "reproduce", "webshop", *TRIAL, "--yes",
               "--env", "their_shop:WORLD", "--model", "local"]  # fmt: skip
    out = Path("runs/reproduce_short.json")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(in_tmp_path), *sys.path])}
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    while first.poll() is None and not out.exists():
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    said, _ = first.communicate()
    assert first.returncode == 130 and "the same command resumes the run" in said
    done = load(out)["cells"]
    assert 1 <= len(done) < 9 and "summary" not in load(out)

    second = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=env, check=True)
    assert f"{9 - len(done)} of 9 rows" in second.stdout and COMPARE in second.stdout
    written = load(out)
    assert written["cells"][: len(done)] == done and len(written["cells"]) == 9
    assert not any("error" in cell for cell in written["cells"])
    assert written["model"].startswith("SmolLM2") and written["summary"][0] == {"note": COMPARE}
    lines = [line for line in written["summary"][1:] if "trained 1 × 1" in line["row"]]
    assert any(line["low"] is not None for line in lines)


def test_a_world_of_your_own(
    in_tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a real system is given: a World with the domain of the task set."""
    Path("their_shop.py").write_text(
        "from dataclasses import replace\n"
        "from rememberer_lite.envs import WORLDS\n"
        "WORLD = replace(WORLDS['webshop'], name='their shop')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["reproduce", "webshop", "--env", "their_shop:WORLD", *TRIAL]) == 0
    assert "in the world their shop" in capsys.readouterr().out
    assert load("runs/reproduce_their shop.json")["command"] == (
        "rememberer-lite reproduce webshop --env their_shop:WORLD"
    )
    assert main(["reproduce", "wikihow", "--env", "their_shop:WORLD", *TRIAL]) == 2
    assert "not as 'wikihow'" in capsys.readouterr().err
