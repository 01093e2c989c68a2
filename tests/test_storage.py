"""The memory on disk: nothing is lost, nothing is half-written, nothing is run."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.memory.record_check import LARGEST_VALUE
from rememberer_lite.similarity import Similarity, TagSequence, TextEmbedding, from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage import (
    StorageError,
    fingerprint,
    load,
    load_published_pool,
    save,
)

EXACT = from_function(lambda query, key: float(query == key))
MIX = Similarity(TextEmbedding(), TagSequence())


def small_memory() -> ExperienceMemory:
    memory = ExperienceMemory(MIX, gamma=0.9, n_steps=2, step_size=0.5, capacity=7)
    first, second = State("buy tea\nnow", "<p>\n\n<hr>", ("search",)), State("t", "", (), "step")
    memory.start(first)
    memory.observe("search[tea]", 0.1, second, done=False, reason="it → fits")
    memory.observe("click[buy now]", 1.0, None, done=True)
    return memory


# ---- our own file

TEXT = st.text(max_size=20) | st.sampled_from(
    ["", "a\n\nb\n", "\r\n", "\x85\u2028", "\ud800", "“ß☕”"]
)
NUMBER = st.floats(-LARGEST_VALUE, LARGEST_VALUE)
COUNT = st.integers(0, 10**6)
RECORDS = st.builds(
    Experience,
    st.builds(State, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT),
    st.integers(-1, 50),
    st.dictionaries(TEXT, st.builds(ActionValue, NUMBER, NUMBER, COUNT, TEXT), max_size=4),
    COUNT,
    st.builds(
        Recent,
        st.lists(TEXT, max_size=3).map(tuple),
        st.lists(TEXT, max_size=3).map(tuple),
        NUMBER,
        NUMBER,
    ),
)


@given(st.lists(RECORDS, max_size=5, unique_by=lambda e: e.state))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_saved_is_loaded(tmp_path: Path, records: list[Experience]) -> None:
    memory = ExperienceMemory(EXACT)
    for record in records:
        memory.insert(record)
    path = tmp_path / "memory.json"
    save(memory, path)
    loaded = load(path, EXACT)
    assert list(loaded) == list(memory)
    assert [list(e.actions) for e in loaded] == [list(e.actions) for e in memory]
    assert loaded.settings == memory.settings
    assert loaded.next_id == memory.next_id
    written = path.read_bytes()
    save(loaded, path)
    assert path.read_bytes() == written


def test_settings_and_ids_come_back(tmp_path: Path) -> None:
    memory = small_memory()
    memory.next_id = 12  # as after evictions
    save(memory, tmp_path / "m.json")
    loaded = load(tmp_path / "m.json", MIX)
    assert loaded.settings == {
        "gamma": 0.9,
        "n_steps": 2,
        "step_size": 0.5,
        "capacity": 7,
        "action_capacity": 20,
    }
    stored = loaded.insert(Experience(State("new", "new"), -1))
    assert stored is not None and stored.id == 12


def test_a_loaded_memory_goes_on_as_the_saved_one(tmp_path: Path) -> None:
    memory = small_memory()
    save(memory, tmp_path / "m.json")
    loaded = load(tmp_path / "m.json", MIX)
    for each in (memory, loaded):
        each.start(State("buy tea", "<p>"))
        each.observe("click[x]", 0.5, State("buy tea", "<hr>"), done=False)
        each.observe("click[y]", 0.5, State("t", "", (), "step"), done=False)
    assert list(memory) == list(loaded)
    query = State("buy some tea", "<hr>")
    assert memory.retrieve(query) == loaded.retrieve(query)


def test_a_person_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    save(small_memory(), path)
    text = path.read_text(encoding="utf-8")
    assert '"reason": "it → fits"' in text
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "{"
    at = lines.index('"observation": [')
    assert lines[at + 1 : at + 4] == ['"<p>",', '"",', '"<hr>"']


def test_the_same_memory_gives_the_same_bytes(same_in_two_processes: Any) -> None:
    same_in_two_processes(
        textwrap.dedent(
            """
            import pathlib, tempfile
            from rememberer_lite.memory import ExperienceMemory
            from rememberer_lite.similarity import from_function
            from rememberer_lite.state import State
            from rememberer_lite.storage import save
            memory = ExperienceMemory(from_function(lambda a, b: 0.0))
            for page in ["home", "shop"]:
                memory.start(State("buy tea", page, ("search", "back")))
                for action in ["b", "a", "c"]:
                    memory.observe(action, 0.1, State("buy tea", page), action == "c", "why ☕")
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "m.json"
                save(memory, path)
                print(path.read_bytes())
            """
        )
    )


def test_folders_are_made(tmp_path: Path) -> None:
    save(small_memory(), tmp_path / "runs" / "1" / "m.json")
    assert len(load(str(tmp_path / "runs" / "1" / "m.json"), MIX)) == 2


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "m.json", tmp_path / "latest.json"
    save(small_memory(), target)
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links cannot be made here (Windows needs a permission for them)")
    save(ExperienceMemory(MIX), link)
    assert link.is_symlink()
    assert len(load(target, MIX)) == 0


def test_a_killed_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    save(small_memory(), path)
    before = path.read_bytes()
    killed = textwrap.dedent(
        """
        import os, sys
        os.fsync = lambda file: os._exit(9)  # the power goes while the new file is written
        from rememberer_lite.memory import ExperienceMemory
        from rememberer_lite.similarity import from_function
        from rememberer_lite.storage import save
        save(ExperienceMemory(from_function(lambda a, b: 0.0)), sys.argv[1])
        """
    )
    result = subprocess.run([sys.executable, "-c", killed, str(path)], check=False)
    assert result.returncode == 9
    assert len(list(tmp_path.iterdir())) == 2  # the unfinished file lies beside
    assert path.read_bytes() == before
    assert len(load(path, MIX)) == 2


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "m.json"
    save(small_memory(), path)
    before = path.read_bytes()

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"os.{step}" if step == "fsync" else f"pathlib.Path.{step}", fail)
    with pytest.raises(StorageError, match=r"m\.json \(No space left on device\): make room"):
        save(ExperienceMemory(MIX), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("field", ["q", "reward"])
def test_a_memory_that_holds_no_finite_number_leaves_the_old_file_alone(
    tmp_path: Path, field: str, value: float
) -> None:
    path = tmp_path / "m.json"
    memory = small_memory()
    save(memory, path)
    before = path.read_bytes()
    record = next(iter(memory))  # spoilt behind the memory's back: insert would refuse it
    good = record.actions["search[tea]"]
    record.actions["search[tea]"] = replace(good, **{field: value})  # type: ignore[index]
    for attempt in (lambda: save(memory, path), lambda: fingerprint(memory)):
        with pytest.raises(StorageError, match=r"no finite number .* memory\.insert"):
            attempt()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot write .*choose a folder"):
        save(ExperienceMemory(MIX), tmp_path)
    with pytest.raises(StorageError, match="choose a readable file"):
        load(tmp_path, MIX)


def damaged(change: Any) -> bytes:
    document = json.loads(json.dumps(GOOD))
    change(document)
    return json.dumps(document).encode()


GOOD: dict[str, Any] = {
    "format": "rememberer-lite memory",
    "version": 1,
    "settings": {"gamma": 1.0, "capacity": 5},
    "next_id": 1,
    "records": [
        {
            "id": 0,
            "task": ["t"],
            "observation": ["o"],
            "available": [],
            "instruction": "",
            "actions": {"x": {"q": 1.0, "reward": 0.0, "visits": 1, "reason": ""}},
            "visits": 1,
            "recent_actions": [],
            "recent_reasons": [],
            "last_reward": 0.0,
            "total_reward": 0.0,
        }
    ],
}


def test_a_file_written_by_hand_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(damaged(lambda d: None))
    assert load(path, EXACT)[State("t", "o")].actions["x"].q == 1.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"there is no file .*m\.json: check the path"),
        (b"", r"m\.json is empty: restore it"),
        (b" \n", r"m\.json is empty"),
        (b'{"format": "remem', r"m\.json is not a memory file, or is damaged \(.*line 1"),
        (b"\xff\xfe", r"m\.json is not UTF-8 text"),
        (b"[1]", r"m\.json is JSON, but not a memory file: choose a file that storage\.save wrote"),
        (b"{}", r"m\.json is JSON, but not a memory file"),
        (b"[" * 200_000, r"m\.json is not a memory file, or is damaged"),
        (damaged(lambda d: d.update(version=2)), r"version 2 of the format, .* reads version 1"),
        (damaged(lambda d: d["settings"].update(gamma=7)), "settings .*from 0 to 1"),
        (damaged(lambda d: d["settings"].update(depth=7)), "settings .*depth"),
        (damaged(lambda d: d.pop("settings")), "settings is missing"),
        (damaged(lambda d: d.pop("next_id")), "next_id is missing"),
        (damaged(lambda d: d.update(records=3)), "records should be a list, not 3"),
        (damaged(lambda d: d["records"].append(3)), r"record 1 \(.*correct that entry"),
        (damaged(lambda d: d["records"][0].pop("visits")), "record 0 .*visits"),
        (damaged(lambda d: d["records"][0].update(task="t")), "record 0 .*should be a list"),
        (damaged(lambda d: d["records"][0].update(instruction=3)), "record 0 .*should be a text"),
        (damaged(lambda d: d["records"][0].update(visits=-3)), "record 0 .*whole number from 0"),
        (
            damaged(lambda d: d["records"][0].update(total_reward="x")),
            "record 0 .*total_reward should be a number, not 'x'",
        ),
        (
            damaged(lambda d: d["records"][0]["actions"].update(x=1)),
            r"record 0 .*actions\['x'\] should be an object",
        ),
        (
            damaged(lambda d: d["records"][0]["actions"]["x"].update(q=float("nan"))),
            "NaN is not a JSON number: line 1",
        ),
    ],
)
def test_a_bad_file_is_named_with_the_fix(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "m.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StorageError, match=message):
        load(path, EXACT)


# ---- the published pools

POOL = """
? !!python/tuple
- "<p id=\\"0\\">"
- "Search an article"
- ""
: action_dict:
    ? !!python/tuple [CLICK(0), because]
    : {number: 1, qvalue: 2.0, reward: 1.0}
    ? !!python/tuple [CLICK(0), 'for another reason']
    : {number: 3, qvalue: 0.0, reward: 0.0}
  other_info: {action_history: [], last_reward: 0.0, number: 4, total_reward: 0.0}
  id: 7
"""


def test_a_pool_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "pool.yaml"
    path.write_text(POOL, encoding="utf-8")
    (record,) = load_published_pool(path, EXACT, gamma=0.5)
    assert record.state == State("Search an article", '<p id="0">')
    assert record.actions == {"CLICK(0)": ActionValue(0.5, 0.25, 4, "for another reason")}
    assert (record.id, record.visits) == (7, 4)


POOLS = {
    "init_pool.q.yaml": 2,
    "init_pool2.q.yaml": 2,
    "annotated_pool_half.q.yaml": 19,
    "init_pool.wq.yaml": 4,
    "init_pool2.wq.yaml": 4,
}


@pytest.mark.parametrize("name", POOLS)
def test_the_published_pools_load(reference_data: Path, tmp_path: Path, name: str) -> None:
    path = reference_data / "official_pools" / name
    memory = load_published_pool(path, MIX)
    assert len(memory) == POOLS[name]

    # against a loader of another kind: every tag becomes plain data, keys become text
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.UnsafeLoader)
    assert len(raw) == POOLS[name]
    for (observation, task, third), entry in raw.items():
        task = task.replace("Instruction:", "")
        shop = ".wq." in name
        actions = tuple(third.split("\n")) if shop else ()
        record = memory[State(task, observation, actions, "" if shop else third)]
        assert record.id == entry["id"]
        assert record.visits == entry["other_info"]["number"]
        assert record.total_reward == entry["other_info"]["total_reward"]
        history = [tuple(action) for action in entry["other_info"]["action_history"]]
        shown = zip(record.recent_actions, record.recent_reasons, strict=True)
        assert list(shown) == history
        assert len(record.actions) == len(entry["action_dict"])
        for (action, reason), value in entry["action_dict"].items():
            expected = ActionValue(value["qvalue"], value["reward"], value["number"], reason)
            assert record.actions[action] == expected

    save(memory, tmp_path / "m.json")
    assert list(load(tmp_path / "m.json", MIX)) == list(memory)


@pytest.mark.parametrize("name", ["init_pool.wq.yaml", "init_pool2.wq.yaml"])
def test_tasks_lose_the_word_instruction(reference_data: Path, name: str) -> None:
    memory = load_published_pool(reference_data / "official_pools" / name, MIX)
    for record in memory:
        assert "Instruction" not in record.state.task
        assert record.state.task == record.state.task.strip() != ""
        assert all(action.strip() for action in record.state.actions)


@pytest.mark.parametrize(
    "payload",
    [
        "!!python/object/apply:os.system ['touch {proof}']",
        "!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{proof}']]",
        "? !!python/object/new:os.system ['touch {proof}']\n: 1",
        "!!python/name:os.system",
        "!!python/module:os",
    ],
)
def test_defect_15_a_crafted_pool_runs_nothing(tmp_path: Path, payload: str) -> None:
    proof, path = tmp_path / "proof", tmp_path / "pool.yaml"
    path.write_text(payload.replace("{proof}", str(proof)), encoding="utf-8")
    with pytest.raises(StorageError, match=r"pool\.yaml: not YAML of plain values and tuples"):
        load_published_pool(path, EXACT)
    assert not proof.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"there is no file .*pool\.yaml"),
        ("", r"pool\.yaml is empty"),
        ("a: [", r"pool\.yaml: not YAML"),
        ("[" * 5000, r"pool\.yaml: not YAML"),
        ("- 1", r"pool\.yaml: this YAML holds no records"),
        ("a: 1", r"pool\.yaml: record 0, that of 'a', is damaged .*a key is a tuple"),
        (
            POOL.replace("number: 4", "numbr: 4"),
            r"is damaged \(other_info.number is missing\): correct it",
        ),
        (POOL.replace("qvalue: 2.0", "qvalue: .nan"), "finite"),
        (POOL.replace("[CLICK(0), because]", "[CLICK(0)]"), "is damaged"),
        (POOL.replace("number: 1", "number: -1"), r"of 'CLICK\(0\)': number is 0 or more, not -1"),
    ],
)
def test_a_bad_pool_is_named_with_the_fix(
    tmp_path: Path, content: str | None, message: str
) -> None:
    path = tmp_path / "pool.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(StorageError, match=message):
        load_published_pool(path, EXACT)


def test_loading_an_own_file_does_not_touch_what_is_shared(tmp_path: Path) -> None:
    memory = small_memory()
    before = copy.deepcopy(list(memory))
    save(memory, tmp_path / "m.json")
    other = load(tmp_path / "m.json", MIX)
    for record in other:
        other.insert(replace(record, actions={"x": ActionValue(9.0, 9.0, 9)}))
    assert list(memory) == before
