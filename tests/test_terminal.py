"""Texts from pages, models, servers, files and the command line steer no terminal."""

from __future__ import annotations

import io
import json
import re
import shlex
import unicodedata
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_domain
from webshop_shops import item

from rememberer_lite import ExperienceMemory, LLMError, RemembererError, Reply, State, storage
from rememberer_lite.agent import Agent, Turn
from rememberer_lite.cli import main
from rememberer_lite.cli.course import first_chapter, how_to_get_it, next_step
from rememberer_lite.cli.doctor import examine
from rememberer_lite.cli.explain import explain
from rememberer_lite.cli.terminal import command
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue
from rememberer_lite.envs.wikihow import Task
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.prompts import ReplyError, parse_reply
from rememberer_lite.state import ActionValue, Experience, Recent, SettingError
from rememberer_lite.storage.log import logger
from rememberer_lite.text import visible
from rememberer_lite.training import Episode, Step, save_episodes
from rememberer_lite.training.progress import progress_bar
from rememberer_lite.view import state_html

#: clears the screen, renames the window, turns the line round, writes over it, rings, hides
HOSTILE = "b\x1b[2J\x1b]0;x\x07ad\u202eesrever\u2066\x9b31m\x7f\x08y\rz\u200e\u2028w\ufeff"


def steering(said: str) -> set[str]:
    """Characters that steer a terminal; of a progress bar its carriage return is its own."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    found = {c for c in said if unicodedata.category(c) in kinds} - set("\n\t\r")
    return found | set(re.findall(r"[^\n\r]\r(?!\n)(?=z)", said))


# ---- a world that is hostile wherever it can be --------------------------------------------------


class HostileDomain(tiny_domain.Cabinet):
    """A cabinet with a hostile name and page."""

    name = "cabinet" + HOSTILE


class HostileEnv(tiny_domain.CabinetEnv):
    """Each page, action and answer holds the text."""

    domain = HostileDomain()

    def reset(self, **options: Any) -> tuple[str, dict[str, Any]]:
        return self._worse(*super().reset(**options))

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        text, reward, done, _, info = super().step(action.replace(HOSTILE, ""))
        text, info = self._worse(text, info)
        return text, reward, done, False, {**info, "reward_parts": {HOSTILE: HOSTILE}}

    def _worse(self, text: str, info: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        state: State = info["state"]
        actions = tuple(action.replace(")", f"{HOSTILE})") for action in state.actions)
        state = State(state.task + HOSTILE, text + HOSTILE, actions, HOSTILE)
        return text, {**info, "state": state, "actions": actions}


WORLD = replace(tiny_domain.WORLD, name="hostile", domain=HostileEnv.domain, env=HostileEnv)
HERE = f"{Path(__file__).stem}:WORLD"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A memory, episodes and results with the text wherever a file of this kind can hold one."""
    state = State(HOSTILE, f"[{HOSTILE}]\n{HOSTILE}", (HOSTILE,), HOSTILE)
    values = {f"click[{HOSTILE}]": ActionValue(0.5, 0.5, 1, HOSTILE)}
    record = Experience(state, 0, values, 1, Recent((HOSTILE,), (HOSTILE,)))
    memory = ExperienceMemory(WEBSHOP.similarity())
    memory.insert(record)
    storage.save(memory, tmp_path / "memory.json")
    turn = Turn(None, tuple(memory.retrieve(state)), None, Reply(HOSTILE, HOSTILE), HOSTILE)
    failed = Step(state, Recent(), turn, None)
    done = Step(state, Recent(), turn, f"click[{HOSTILE}]", 0.5, no_effect=HOSTILE)
    episode = Episode(3, (failed, done), False, 0, {HOSTILE: HOSTILE}, state)
    save_episodes([episode], tmp_path / "episodes.jsonl")
    (tmp_path / "other.json").write_text(json.dumps({"format": HOSTILE}), encoding="utf-8")
    return tmp_path


DONE = [
    "demo --env {here}",
    "train --out {out} --env {here} --goals 500 --epochs 1 --start empty",
    "evaluate --out {out}/{hostile} --env {here} --goals 0",
    "evaluate --memory {folder}/memory.json --goals 0",
    "inspect {folder}/memory.json",
    "inspect {folder}/memory.json --record 0",
    "inspect {folder}/episodes.jsonl",
    "inspect {folder}/episodes.jsonl --goal 3",
    "inspect {folder}/episodes.jsonl --goal 3 --step 1",
    "inspect {folder}/episodes.jsonl --goal 3 --step 2",
]
REFUSED = [
    "exercises export --out {folder}/{hostile}",
    "report {folder}",
    "demo --env {hostile}",
    "train --out {out} --env {hostile}",
    "train --out {out} --goals {hostile}",
    "train --out {out} --start {hostile}",
    "train --out {out} --model {hostile} --base-url http://127.0.0.1:9/v1 --goals 500 --timeout 1",
    "train --out {out} --model m --base-url {hostile}",
    "train --out {out} --memory {folder}/other.json",
    "train --out {out} --memory {folder}/{hostile}",
    "train --out /dev/null/{hostile}",
    "evaluate --goals 0 --temperature {hostile}",
    "inspect {folder}/other.json",
    "inspect {folder}/{hostile}",
    "experiment {hostile}",
    "experiment protocol --env {hostile}",
    "experiment protocol --seeds {hostile}",
    "report {folder}/{hostile}",
    "exercises {hostile}",
    "doctor {hostile}",
    "serve --port {hostile}",
    "{hostile}",
]


@pytest.mark.parametrize("command", DONE + REFUSED)
def test_no_command_lets_a_text_steer_the_terminal(
    command: str,
    folder: Path,
    in_tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    out = folder / f"out{HOSTILE}"
    words = {"hostile": HOSTILE, "here": HERE, "folder": str(folder), "out": str(out)}
    code = 2  # argparse's own way to refuse
    with suppress(SystemExit):
        code = main([part.format(**words) for part in command.split(" ")])
    assert code == (2 if command in REFUSED else 0)
    said = capsys.readouterr()
    assert said.out + said.err
    assert not steering(said.out + said.err)


def test_what_is_shown_can_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["inspect", str(folder / "memory.json"), "--record", "0"])
    assert visible(HOSTILE) in capsys.readouterr().out


@pytest.mark.parametrize(
    "kind", [RemembererError, SettingError, LLMError, ReplyError, ExperimentError]
)
def test_no_error_lets_what_it_quotes_steer_a_notebook(kind: type[RemembererError]) -> None:
    error = kind(f"the page says {HOSTILE}")
    assert str(error) == f"the page says {visible(HOSTILE)}" and not steering(repr(error))


def test_errors_that_quote_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    for refuse in (
        lambda: parse_reply(HOSTILE),
        lambda: storage.load(tmp_path / HOSTILE, WEBSHOP.similarity()),
        lambda: Catalogue.from_files(tmp_path / HOSTILE, tmp_path / HOSTILE),
        lambda: WEBSHOP.initial_memory(HOSTILE),
    ):
        with pytest.raises(RemembererError) as raised:
            refuse()
        assert not steering(str(raised.value))


@pytest.mark.parametrize("where", ["key of a file", "key of a record", "name of the folder"])
def test_what_is_reported_on_the_way_is_shown_and_not_obeyed(
    where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = HOSTILE + "\nERROR forged: a line of its own"
    folder = tmp_path / (text.replace("/", "") if where == "name of the folder" else "plain")
    storage.save(WEBSHOP.initial_memory(), folder / "m.json")
    file = json.loads((folder / "m.json").read_text())
    (file if where == "key of a file" else file["records"][0])[text] = 1
    (folder / "m.json").write_text(json.dumps(file))
    storage.load(folder / "m.json", WEBSHOP.similarity())
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2 and "unknown keys were left out: b␛[2J" in said[1]
    assert not any(steering(line) or "\n" in line for line in said)


def test_a_message_of_a_log_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    logger("rememberer_lite").warning("the page says %s", "a\nb\x1b[2J")
    assert caplog.messages == ["the page says a␊b␛[2J"]


def test_every_logger_of_the_package_shows_what_it_quotes(root: Path) -> None:
    made = {
        path.relative_to(root).as_posix()
        for path in (root / "rememberer_lite").rglob("*.py")
        if re.search(r"logging\.(?:getLogger\(\)|getLogger\([\"']reme|warning|error|info)",
                     path.read_text("utf-8"))
        or re.search(r"\bwarnings\.warn\(", path.read_text("utf-8"))
    }  # fmt: skip
    assert not made, "use storage.log.logger"


def test_a_progress_bar_steers_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress_bar(f"reading {HOSTILE}\nforged", 3, "episode", shown=False) as bar:
        bar.desc = getattr(bar, "desc", "")
    with io.StringIO() as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
        progress_bar(f"reading {HOSTILE}\nforged", 3, "episode").close()
        said = terminal.getvalue()
    assert not steering(said) and "\n" not in said.rstrip("\n")


def test_a_view_in_plain_text_steers_no_terminal() -> None:
    assert not steering(state_html(State(HOSTILE, HOSTILE, (HOSTILE,))).plain)


def test_what_prints_itself_steers_no_terminal() -> None:
    entry = item(f"B{HOSTILE[:8]}", HOSTILE)
    human = {"instruction": HOSTILE, "instruction_attributes": [HOSTILE], "instruction_options": []}
    shop = Catalogue([entry], {entry["asin"]: {"attributes": [HOSTILE]}}, {entry["asin"]: [human]})
    state = State(HOSTILE, HOSTILE, (HOSTILE,), HOSTILE)
    shown = [
        *shop.products,
        *shop.goals,
        state,
        Experience(state, 0, {HOSTILE: ActionValue(0, 0, 1)}),
    ]
    shown += [Reply(HOSTILE, HOSTILE), Task(HOSTILE, (HOSTILE,), ()), Agent(HostileEnv.domain)]
    for value in shown:
        assert not steering(repr(value))


# ---- what a reader is told to type, and how wide it is written -----------------------------------


def test_what_comes_next_can_be_typed_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "my runs/it's.json"
    for name, begun in (("", []), ("1", ["uv", "run"])):
        monkeypatch.setenv("UV", name)
        typed = command("rememberer-lite", "inspect", file)
        assert shlex.split(typed) == [*begun, "rememberer-lite", "inspect", file]


def test_a_wheel_in_an_empty_folder_says_where_the_course_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV", raising=False)
    assert next_step("webshop").startswith("Next: jupyter lab ")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rememberer_lite.__file__", str(tmp_path / "site" / "p" / "__init__.py"))
    assert first_chapter() is None
    assert next_step("my shop:W") == (
        "Next: rememberer-lite train --env 'my shop:W' --out runs/first"
    )
    monkeypatch.setenv("UV", "uv")
    assert next_step("webshop").startswith("Next: uv run rememberer-lite train ")
    assert "source folder" in how_to_get_it()
    [course] = [finding for finding in examine() if finding.name == "course"]
    assert course.mark == "-" and "clone" in course.fix


@pytest.mark.parametrize(
    ("arguments", "usage"),
    [(["train", "--out", "x", "--gaols", "1"], "rememberer-lite train"),
     (["--x"], "rememberer-lite [-h]"), (["inspect", "a", "b"], "rememberer-lite inspect")],
)  # fmt: skip
def test_a_wrong_option_shows_the_usage_of_its_command(
    arguments: list[str], usage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith(f"usage: {usage}")


@pytest.mark.parametrize("width", [50, 80, 100])
def test_an_explanation_is_as_wide_as_it_may_be_and_breaks_no_word(width: int) -> None:
    words = "extraordinarily uncharacteristic internationalisation " * 8
    state = State(words, "[Search]", ("search",), "a step")
    step = Step(state, Recent(), Turn(None, error=words), None)
    said = explain(step, width=width)
    assert max(map(len, said.splitlines())) <= width
    assert set(re.findall(r"\w{12,}", said)) <= set(words.split())
