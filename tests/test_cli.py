"""The command line: what each command does, and how it says what is wrong."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rememberer_lite import OfflineLLM, storage
from rememberer_lite.agent import Turn
from rememberer_lite.cli import main, numbers
from rememberer_lite.cli.doctor import Finding, examine
from rememberer_lite.cli.explain import explain
from rememberer_lite.cli.trace import choose_step
from rememberer_lite.llm import LLMError
from rememberer_lite.prompts import Prompt
from rememberer_lite.similarity import from_function
from rememberer_lite.state import (
    Advice,
    Decision,
    Exemplar,
    Experience,
    Match,
    Recent,
    State,
    Suggestion,
)
from rememberer_lite.training import Episode, Step, load_episodes, save_episodes

Captured = pytest.CaptureFixture[str]


def one_line(capsys: Captured) -> str:
    """What an error said: one line on stderr."""
    text = capsys.readouterr().err
    lines = [line for line in text.splitlines() if line.startswith("rememberer-lite: ")]
    assert len(lines) == 1 and "Traceback" not in text
    return lines[0]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small training."""
    out = tmp_path_factory.mktemp("runs") / "first"
    code = main(["train", "--goals", "500-502", "--epochs", "2", "--out", str(out)])
    assert code == 0
    return out


# ---- train, evaluate, inspect --------------------------------------------------------------------


def test_train_saves_memory_episodes_and_settings(trained: Path) -> None:
    memory = storage.load(trained / "memory.json", from_function(lambda a, b: 0.0))
    episodes = load_episodes(trained / "episodes.jsonl")
    run = json.loads((trained / "run.json").read_text(encoding="utf-8"))
    assert {episode.goal for episode in episodes} == {500, 501, 502}
    assert all(step.state in memory for episode in episodes for step in episode.steps)
    assert run["settings"]["goals"] == [500, 501, 502] and run["settings"]["epochs"] == 2
    assert run["options"]["seed"] == 0 and run["model"] == OfflineLLM().model
    solved = sum(episode.solved for episode in episodes) / len(episodes)
    assert run["success_rate"]["mean"] == solved


def test_training_again_gives_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    arguments = ["train", "--goals", "500-502", "--epochs", "2", "--out", str(again)]
    assert program(*arguments, PYTHONHASHSEED="77").returncode == 0
    for name in ("memory.json", "episodes.jsonl"):
        assert (again / name).read_bytes() == (trained / name).read_bytes()


def test_evaluate_leaves_the_memory_as_it_is(
    trained: Path, tmp_path: Path, capsys: Captured
) -> None:
    before = (trained / "memory.json").read_bytes()
    memory = str(trained / "memory.json")
    out = tmp_path / "test"
    assert main(["evaluate", "--memory", memory, "--goals", "0,1", "--out", str(out)]) == 0
    assert (trained / "memory.json").read_bytes() == before
    said = capsys.readouterr().out
    assert "no language model" in said and "2 episodes" in said and "memory read in" in said
    assert [e.goal for e in load_episodes(out / "episodes.jsonl")] == [0, 1]


def test_results_go_to_stdout_and_progress_to_stderr(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    main(["evaluate", "--start", "empty", "--goals", "0"])
    said = capsys.readouterr()
    assert "evaluating" in said.err and "evaluating" not in said.out
    assert "success" in said.out


def test_inspect_shows_a_memory_and_a_record(trained: Path, capsys: Captured) -> None:
    file = trained / "memory.json"
    records = list(storage.load(file, from_function(lambda a, b: 0.0)))
    main(["inspect", str(file)])
    said = capsys.readouterr().out
    assert f"{len(records)} of 500 records" in said
    record = max(records, key=lambda record: record.visits)
    main(["inspect", str(file), "--record", str(record.id)])
    said = capsys.readouterr().out
    for action, value in record.actions.items():
        assert action in said and f"{value.q:.3f}" in said


def test_inspect_follows_a_step_to_its_roots(trained: Path, capsys: Captured) -> None:
    file = trained / "episodes.jsonl"
    main(["inspect", str(file)])
    assert "episodes" in capsys.readouterr().out
    episode = [e for e in load_episodes(file) if e.goal == load_episodes(file)[-1].goal][-1]
    main(["inspect", str(file), "--goal", str(episode.goal)])
    assert capsys.readouterr().out.count("click[") >= len(episode.steps) - 1
    main(["inspect", str(file), "--goal", str(episode.goal), "--step", "1"])
    said = " ".join(capsys.readouterr().out.split())
    step = episode.steps[0]
    assert step.turn.prompt is not None and step.turn.prompt.exemplars
    for exemplar in step.turn.prompt.exemplars:
        match = exemplar.match
        assert f"record {match.experience.id}, similarity {match.similarity:.3f}" in said
    assert f"it did {step.action}" in said and "Q of it" in said


# ---- explaining ----------------------------------------------------------------------------------

PAGE, OTHER = State("buy tea", "[Buy Now]", ("buy now",)), State("buy tea", "[Search]", ("search",))


def step(state: State, action: str | None, **more: object) -> Step:
    return Step(state, Recent(), Turn(None), action, **more)  # type: ignore[arg-type]


def test_explain_tells_of_a_reply_that_failed() -> None:
    failed = Step(PAGE, Recent(), Turn(None, error="no action in the reply"), None)
    assert "no action in the reply" in explain(failed)
    assert "recalled    nothing" in explain(failed)


@pytest.mark.parametrize("page", ["", "\n", " \n ", "one line", "buy tea"])
def test_explain_shows_a_page_of_any_length(page: str) -> None:
    failed = Step(State("buy tea", page), Recent(), Turn(None, error="no action"), None)
    assert "no action" in explain(failed)


def test_explain_tells_of_advice_that_is_not_in_its_record() -> None:
    """As in a file of episodes that was changed by hand."""
    advice = Advice(Suggestion("click[buy now]", 1.0), None)
    shown = Prompt("text", (Exemplar(Match(Experience(PAGE, 0)), advice),), 1)
    said = explain(Step(PAGE, Recent(), Turn(Decision("search[a]"), prompt=shown), "search[a]"))
    assert "advises click[buy now] (not in the record)" in said


def test_the_chosen_step_is_one_where_the_agents_part() -> None:
    alone = (step(OTHER, "search[a]"), step(PAGE, "click[buy now]", done=True))
    trained = (step(OTHER, "search[a]"), step(PAGE, "click[red]"))
    missed, solved = Episode(3, alone, solved=False), Episode(3, trained, solved=True)
    assert choose_step([missed], [solved]) == (3, 2, trained[1], alone[1])
    assert choose_step([missed], [Episode(3, trained, solved=False)]) is None
    assert choose_step([Episode(3, alone, solved=True)], [solved]) is None
    assert choose_step([missed], [Episode(3, alone, solved=True)]) is None


def test_a_page_where_the_agent_alone_ended_the_episode_is_preferred() -> None:
    early = Episode(1, (step(OTHER, "search[a]"),), solved=False)
    other = Episode(1, (step(OTHER, "search[b]"),), solved=True)
    late = Episode(2, (step(PAGE, "click[buy now]", done=True),), solved=False)
    better = Episode(2, (step(PAGE, "click[red]"),), solved=True)
    chosen = choose_step([early, late], [other, better])
    assert chosen is not None and chosen[0] == 2
    chosen = choose_step([early], [other, better])
    assert chosen is not None and chosen[0] == 1


# ---- what can go wrong ---------------------------------------------------------------------------


def test_numbers() -> None:
    assert numbers("500-503") == [500, 501, 502, 503]
    assert numbers("1, 4,7-8") == [1, 4, 7, 8]


@pytest.mark.parametrize("text", ["", "a", "5-", "-5", "9-3", "1;2", "1-2-3"])
def test_bad_goals_are_refused(text: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", f"--goals={text}"])
    assert stop.value.code == 2
    assert "write" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evaluate", "--memory", "nothing.json"], "nothing.json"),
        (["evaluate", "--goals", "99999"], "99999"),
        (["evaluate", "--base-url", "http://localhost:1/v1"], "--model"),
        (["evaluate", "--model", "local:no_such_file.gguf"], "no file no_such_file.gguf"),
        (["evaluate", "--model", "local", "--max-calls", "3"], "--max-calls is for a model on"),
        (["evaluate", "--model", "local", "--temperature", "none"], "--temperature: the local"),
        (["inspect", "nothing.json"], "nothing.json"),
        (["inspect", "empty.json"], "empty"),
        (["inspect", "text.json"], "text.json"),
    ],
)
def test_an_error_is_one_clear_line(
    arguments: list[str], says: str, capsys: Captured, in_tmp_path: Path
) -> None:
    Path("empty.json").write_text("", encoding="utf-8")
    Path("text.json").write_text("hello", encoding="utf-8")
    assert main(arguments) == 2
    assert says in one_line(capsys)


def test_inspect_refuses_what_the_file_does_not_hold(trained: Path, capsys: Captured) -> None:
    memory, episodes = str(trained / "memory.json"), str(trained / "episodes.jsonl")
    for arguments in (
        [memory, "--goal", "500"],
        [memory, "--record", "99999"],
        [episodes, "--record", "1"],
        [episodes, "--goal", "99999"],
        [episodes, "--goal", "500", "--step", "99"],
        [episodes, "--step", "1"],
    ):
        assert main(["inspect", *arguments]) == 2
        one_line(capsys)


def test_an_empty_file_of_episodes_can_be_inspected(tmp_path: Path, capsys: Captured) -> None:
    save_episodes([], tmp_path / "none.jsonl")
    assert main(["inspect", str(tmp_path / "none.jsonl")]) == 0
    assert "0 episodes" in capsys.readouterr().out


def test_an_earlier_run_is_not_overwritten(trained: Path, capsys: Captured) -> None:
    before = {path.name: path.read_bytes() for path in trained.iterdir()}
    assert main(["train", "--goals", "500", "--out", str(trained)]) == 2
    assert "choose another folder" in one_line(capsys)
    assert {path.name: path.read_bytes() for path in trained.iterdir()} == before


ODD_NAMES = ["n" * 5000, "a\0b", "\ud800", "\x1b[2J", "/dev/zero", "/dev/null"]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize(
    "command",
    [
        ["inspect"],
        ["explain"],
        ["report"],
        ["evaluate", "--goals", "0", "--memory"],
        ["evaluate", "--goals", "0", "--model"],
        ["train", "--goals", "0", "--out"],
    ],
)
def test_a_name_that_no_file_can_have_is_told(
    command: list[str],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tmp_path)
    named = f"local:{name}" if command[-1] == "--model" else name
    try:
        code = main([*command, named])
        assert code == 2 or (code == 0 and name == "\x1b[2J")  # a folder can have this name
    except SystemExit as end:
        assert end.code == 2
    said = capsys.readouterr().err
    assert not {"\0", "\x1b", "\ud800"} & set(said)


@pytest.mark.parametrize("name", [".", "..", "/", "folder", *ODD_NAMES[:3], *ODD_NAMES[4:]])
@pytest.mark.parametrize(
    "command",
    [
        ["reproduce", "webshop", "--yes"],
        ["reproduce", "webshop", "--yes", "--model", "m", "--base-url", "http://127.0.0.1:9"],
        ["experiment", "depth"],
    ],
)
def test_a_result_file_that_cannot_be_one_is_told_before_anything_is_computed(
    command: list[str],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    assert main([*command, "--out", name]) == 2
    assert "choose" in one_line(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (LLMError, 2)])
def test_a_broken_training_keeps_what_was_learnt(
    error: type[BaseException],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    complete, calls = OfflineLLM.complete, []

    def fail_later(self: OfflineLLM, prompt: str) -> object:
        calls.append(prompt)
        if len(calls) > 40:
            raise error("the server is gone")
        return complete(self, prompt)

    monkeypatch.setattr(OfflineLLM, "complete", fail_later)
    out = tmp_path / "broken"
    assert main(["train", "--start", "empty", "--goals", "500-540", "--out", str(out)]) == code
    assert len(storage.load(out / "memory.json", from_function(lambda a, b: 0.0))) > 5
    said = capsys.readouterr()
    assert "has been learnt so far" in said.out and "Traceback" not in said.err


# ---- doctor --------------------------------------------------------------------------------------


def test_doctor_finds_nothing_to_mend_here(capsys: Captured) -> None:
    assert main(["doctor"]) == 0
    assert "numpy" in capsys.readouterr().out


def test_doctor_never_shows_the_key(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    main(["doctor"])
    said = capsys.readouterr()
    assert "secret" not in said.out + said.err
    assert ("OPENAI_API_KEY", "set") in {(f.name, f.found) for f in examine()}


def findings() -> dict[str, Finding]:
    return {finding.name: finding for finding in examine()}


def test_doctor_names_a_fix_for_each_thing_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from rememberer_lite.cli import doctor

    versions = {"numpy": "1.9"}

    def version(name: str) -> str:
        if name == "rapidfuzz":
            raise doctor.metadata.PackageNotFoundError(name)
        return versions.get(name, "99.0")

    def no_file(**options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.metadata, "version", version)
    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", no_file)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "_BROWSER_FILES", ())
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (9, 0))
    monkeypatch.setenv("REMEMBERER_REFERENCE_DATA", "no/such/folder")
    found = findings()
    for name in ("Python", "numpy", "rapidfuzz", "this folder", "Chromium", "recordings"):
        assert found[name].fix, f"{name} has no fix"
    assert found["Chromium"].mark == "-" and found["numpy"].mark == "MISSING"
    assert main(["doctor"]) == 1
    assert "to fix" in capsys.readouterr().out


# ---- as a program --------------------------------------------------------------------------------


PROGRAM = "import sys; from rememberer_lite.cli import main; sys.exit(main())"


def program(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        env={**os.environ, **environ},
        timeout=300,
        check=False,
    )


def test_the_output_is_utf8_whatever_the_console_says(trained: Path) -> None:
    file = str(trained / "memory.json")
    done = program("inspect", file, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "γ" in done.stdout.decode("utf-8")


def test_without_a_command_the_help_is_shown() -> None:
    done = program()
    assert done.returncode == 2 and b"demo" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no head and no such pipes")
def test_a_closed_pipe_is_no_error(trained: Path) -> None:
    memory = trained / "memory.json"
    command = f"{sys.executable} -c '{PROGRAM}' inspect {memory} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.slow
def test_the_demo_shows_learning_and_one_decision(run_python: Callable[..., str]) -> None:
    said = run_python("from rememberer_lite.cli import main; main(['demo'])")
    assert "no language model" in said and "Next:" in said
    rows = [line for line in said.splitlines() if "●" in line]
    shown = [float(line.split()[-1]) for line in rows]
    assert rows[0].startswith("before training") and rows[-1].startswith("trained, ")
    before, after = shown[0], shown[[line.startswith("after") for line in rows].index(False, 1) - 1]
    assert 0 <= before < after <= 1, "the curve on goals never met does not rise"
    gains = [line for line in said.splitlines() if line.startswith("trained, over ")]
    assert len(gains) == 2 and all(line.count("[") == 1 for line in gains)
    assert gains[0].endswith("a gain")
    assert "it recalled" in said and "advises" in said and "learnt from goal" in said


@pytest.mark.parametrize("asked", ["0-99999999999", "1,5-1000005"])
def test_more_numbers_than_any_world_has_are_refused_at_once(asked: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="too many"):
        numbers(asked)
