"""A value of the wrong kind is refused where it comes in, by an error that names the fix."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rememberer_lite import ExperienceMemory, RecordedLLM, State, evaluate, storage, train
from rememberer_lite.agent import Random
from rememberer_lite.cli import main
from rememberer_lite.domain.page import bracketed
from rememberer_lite.envs import World, WorldError
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv, WebShopServerEnv
from rememberer_lite.envs.wikihow import tasks_from_textproto
from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.plan import Plan
from rememberer_lite.learning import episode_returns, n_step_target, update
from rememberer_lite.similarity import from_function
from rememberer_lite.state import RemembererError, SettingError
from rememberer_lite.storage import JsonLines, StorageError
from rememberer_lite.training import History, load_episodes, save_episodes

PAGE = State("task", "page")


@pytest.mark.parametrize("bad", [1, None, b"bytes", ["a"], 2.5])
@pytest.mark.parametrize("field", ["task", "observation", "instruction"])
def test_the_texts_of_a_state_are_texts(field: str, bad: Any) -> None:
    with pytest.raises(SettingError, match=rf"State\.{field} is a text, not"):
        State(**{"task": "t", "observation": "o", field: bad})


@pytest.mark.parametrize("bad", ["buy", b"buy", None, 3, [1], ("buy", None)])
def test_the_actions_of_a_state_are_texts(bad: Any) -> None:
    with pytest.raises(SettingError, match=r"State\.actions is a tuple of texts"):
        State("t", "o", bad)


def test_texts_of_numpy_and_any_sequence_of_actions_are_taken() -> None:
    assert State("t", np.str_("o"), (a for a in ["b", "c"])).actions == ("b", "c")  # type: ignore[arg-type]


def memory() -> ExperienceMemory:
    made = ExperienceMemory(from_function(lambda a, b: float(a == b)))
    made.start(PAGE)
    return made


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda m: m.start("a"), "State"),
        (lambda m: m.start(None), "State"),
        (lambda m: m.observe("go", 0.0, PAGE, "False"), "done is True or False"),
        (lambda m: m.observe("go", 0.0, PAGE, 0), "done is True or False"),
        (lambda m: m.observe("go", 0.0, PAGE, None), "done is True or False"),
        (lambda m: m.observe("go", 0.0, "page", False), "next_state is a State"),
        (lambda m: m.observe("go", 0.0, 3, True), "next_state is a State"),
        (lambda m: m.observe("go", 0.0, PAGE, False, None), "a reason is a text"),
    ],
)
def test_a_step_of_the_wrong_kind_is_refused_and_leaves_the_episode(
    call: Callable[[Any], None], named: str
) -> None:
    made = memory()
    with pytest.raises(RemembererError, match=named):
        call(made)
    made.observe("go", 1.0, None, np.bool_(True))  # type: ignore[arg-type]
    assert made[PAGE].best == 1.0 and len(made[PAGE].actions) == 1


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_target_is_other_than_a_number(bad: float) -> None:
    for call in (
        lambda: n_step_target([bad], 1.0),
        lambda: n_step_target([0.0, bad], 0.0),
        lambda: n_step_target([1.0], bad),
        lambda: n_step_target([1.0], 0.5, bad),
        lambda: episode_returns([0.0, bad], 1.0),
        lambda: update(0.0, bad, 0.5),
        lambda: update(bad, 0.0, 0.5),
    ):
        with pytest.raises(SettingError, match="finite numbers"):
            call()


@pytest.mark.parametrize("bad", [None, 3, b"a.json", ["a.json"], 2.5])
def test_a_path_of_the_wrong_kind_is_refused_everywhere(bad: Any) -> None:
    similarity = from_function(lambda a, b: 0.0)
    agent = Random(WEBSHOP)
    calls: list[Callable[[], object]] = [
        lambda: storage.save(memory(), bad),
        lambda: storage.load(bad, similarity),
        lambda: storage.load_published_pool(bad, similarity),
        lambda: storage.write_whole(bad, "text"),
        lambda: storage.read_text(bad),
        lambda: storage.read_json(bad, "JSON"),
        lambda: storage.exists(bad),
        lambda: storage.JsonLines(bad, "days 1"),
        lambda: storage.locked(bad).__enter__(),
        lambda: RecordedLLM(bad),
        lambda: save_episodes([], bad),
        lambda: load_episodes(bad),
        lambda: (
            train(agent, WebShopEnv(), [0], checkpoint=bad)
            if bad is not None
            else storage.save(memory(), bad)
        ),
        lambda: Catalogue.from_files(bad, bad),
        lambda: tasks_from_textproto(bad if not isinstance(bad, list) else [3]),  # type: ignore[list-item]
    ]
    for call in calls:
        with pytest.raises(RemembererError, match="a path is a text or a pathlib"):
            call()


def world(make: Any) -> World:
    return World("odd", WEBSHOP, make, {"train": [0], "test": [1]})


def test_what_a_world_raises_names_the_world() -> None:
    def broken(seed: int) -> Any:
        raise OSError("no such shop")

    for make, said in ((broken, "OSError: no such shop"), (lambda seed: None, "None"), (7, "int")):
        with pytest.raises(WorldError, match=f"the world 'odd' .*{said}"):
            world(make).env(0)
    again = replace(world(lambda seed: WebShopEnv()), name="other")
    assert isinstance(again.env(0), WebShopEnv)


@pytest.mark.parametrize("method", ["reset", "step"])
def test_what_an_environment_raises_names_the_environment(method: str) -> None:
    class Broken(WebShopEnv):
        pass

    def fail(self: Any, *arguments: Any, **options: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    setattr(Broken, method, fail)
    with pytest.raises(
        SettingError, match=rf"Broken\.{method}\(.*ZeroDivisionError: division"
    ) as told:
        evaluate(Random(WEBSHOP), Broken(), [0], progress=False)
    assert isinstance(told.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ({"goals": ()}, "goals is empty"),
        ({"goals": (("S0", -1),)}, "goals of 'S0' is -1"),
        ({"records": 0}, "records is 0"),
        ({"test_count": 0}, "test_count is 0"),
        ({"settings": {"exemplars": -1}}, "exemplars is -1"),
        ({"settings": {"budget": 0}}, "budget is 0"),
    ],
)
def test_a_condition_that_measures_nothing_is_refused(field: Any, named: str) -> None:
    with pytest.raises(ExperimentError, match=rf"condition 'odd': {named}.*(choose|give)"):
        Condition("odd", **field)


@pytest.mark.parametrize("field", [{"seeds": ()}, {"seeds": range(0)}, {"conditions": {}},
                                   {"conditions": {"webshop": ()}}])  # fmt: skip
def test_a_plan_that_measures_nothing_is_refused(field: Any) -> None:
    right: dict[str, Any] = {"conditions": {"webshop": (Condition("a"),)}, "seeds": [1]}
    Plan("odd", "?", reference="a", **right)
    with pytest.raises(ExperimentError, match=r"plan 'odd': .*give"):
        Plan("odd", "?", reference="a", **{**right, **field})


@pytest.mark.parametrize("name", ["time_out", "Timeout", "capacitiy", "longst"])
def test_a_setting_of_no_such_name_is_refused_with_those_there_are(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "pool.yaml").write_text("{}\n")
    same = from_function(lambda a, b: 1.0)
    for call, known in (
        (lambda: WebShopServerEnv("http://127.0.0.1:9", **{name: 1}), "timeout, longest, largest"),
        (lambda: WEBSHOP.initial_memory(**{name: 1}), "capacity, action_capacity"),
        (lambda: storage.load_published_pool(tmp_path / "pool.yaml", same, **{name: 1}), "n_steps"),
    ):
        with pytest.raises(SettingError, match=rf"no setting '{name}': choose among .*{known}"):
            call()


def test_a_journal_whose_lines_end_in_cr_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    path.write_bytes(b'{"format": "days 1"}\r{"day": 1}\r')
    for repair in (False, True):
        with pytest.raises(StorageError, match=r"CR alone.*LF"):
            JsonLines(path, "days 1").read(repair)
    assert path.read_bytes() == b'{"format": "days 1"}\r{"day": 1}\r'


def test_a_journal_of_one_long_line_is_kept_when_it_starts_over(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    old = b'{"format": "days 1"}{"day": 1}{"day": 2}'
    path.write_bytes(old)
    assert JsonLines(path, "days 1").read(repair=True) == []
    assert (tmp_path / "days.jsonl.damaged").read_bytes() == old


def test_a_line_of_a_checkpoint_changed_by_hand_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "run.jsonl"

    def run() -> History:
        return train(Random(WEBSHOP), WebShopEnv(), [0, 1], 1, 3, checkpoint=path, progress=False)

    first = run()
    assert run().episodes == first.episodes and not caplog.records
    text = path.read_text(encoding="utf-8")
    changed = text.replace('"reward": 0.0', '"reward": 0.25', 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    assert run().episodes[0].total_reward == first.episodes[0].total_reward + 0.25
    assert "line 2 of" in caplog.text and "changed by hand" in caplog.text
    assert len(load_episodes(path)) == 2


def test_a_page_of_many_labels_takes_linear_time() -> None:
    def cost(count: int) -> float:
        labels = {f"size {number}": "a" for number in range(count)}
        page = "".join(f"[{label}]" for label in labels)
        began = time.process_time()
        assert len(bracketed(page, labels)[0]) == count
        return time.process_time() - began

    assert min(cost(16_000) for _ in range(3)) < max(0.2, 8 * min(cost(4_000) for _ in range(3)))


def test_a_goal_that_does_not_exist_leaves_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert main(["train", "--env", "webshop", "--goals", "999999", "--out", str(out)]) != 0
    assert not out.exists()
