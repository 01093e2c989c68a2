"""A memory file that changed since it was saved is refused, or a word is said about it."""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage import StorageError, as_text, load, save

EXACT = from_function(lambda query, key: float(query == key))
REPLACED = "ids that do not ascend, or are above 1000000000000000, were replaced"
CHANGED = "was changed by hand or damaged"


def example() -> ExperienceMemory:
    memory = ExperienceMemory(EXACT, gamma=0.9, capacity=7, action_capacity=3)
    for number in range(3):
        actions = {
            "search[tea]": ActionValue(0.5, 2.5e-7, 2, "it → fits \ud800"),
            "checksum": ActionValue(1 / 3, 0.0, 1),
        }
        state = State(f"buy tea {number}", "<p>\nBuy ☕ now\n", ("search", "back"))
        memory.insert(Experience(state, number, actions, 3, Recent(("a",), ("b",), 0.1, 0.2)))
    return memory


def test_every_flipped_bit_is_refused_or_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, figure: Callable[[str, object], None]
) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    good = path.read_bytes()
    rng = random.Random(0)
    bits = rng.sample(range(8 * len(good)), 3_000)
    refused = told = 0
    for bit in bits:
        data = bytearray(good)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        caplog.clear()
        try:
            load(path, EXACT)
        except StorageError:
            refused += 1
        else:
            assert caplog.records, f"byte {bit // 8}: {good[bit // 8 - 20 : bit // 8 + 20]!r}"
            told += 1
    figure("flipped bits of a memory file", f"{refused} refused, {told} told, of {len(bits)}")
    assert refused + told == len(bits) and told


def test_what_save_wrote_is_loaded_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "m.json"
    memory = example()
    save(memory, path)
    saved = path.read_text("utf-8")
    old = "".join(line for line in saved.splitlines(True) if ' "checksum": "' not in line)
    assert old.encode() == as_text(memory).encode("utf-8", "backslashreplace")
    for text in (saved, "\ufeff" + saved, saved.replace("\n", "\r\n"), old):
        path.write_bytes(text.encode())
        assert list(load(path, EXACT)) == list(memory)
    assert not caplog.records


def change(document: dict[str, Any], name: str) -> None:
    records = document["records"]
    if name == "twice":
        records.append({**records[0], "id": 9})
    elif name == "id":
        records[2]["id"] = 1
    elif name == "huge id":
        records[2]["id"] = 2**53
    elif name == "huge next id":
        document["next_id"] = 2**53
    elif name == "negative next id":
        document["next_id"] = -1
    elif name == "order":
        records.reverse()
    elif name == "capacity":
        document["settings"]["capacity"] = 2
    elif name == "actions":
        document["settings"]["action_capacity"] = 1
    elif name == "keys":
        document["note"] = records[1]["colour"] = "red"
        records[2]["actions"]["search[tea]"]["vists"] = 1
    elif name == "value":
        records[0]["actions"]["search[tea]"]["q"] = 0.75


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("twice", "records of one state were merged: record 3 with record 0"),
        ("id", rf"{REPLACED}: record 2 \(id 1\)"),
        ("order", rf"{REPLACED}: record 1 \(id 1\), record 2 \(id 0\)"),
        ("huge id", rf"{REPLACED}: record 2 \(id 9007199254740992\)"),
        ("huge next id", rf"{REPLACED}: next_id \(9007199254740992\)"),
        ("negative next id", rf"{REPLACED}: next_id \(-1\)"),
        ("capacity", "3 records exceed its capacity of 2: 1 were dropped"),
        ("actions", "actions above the capacity were dropped: record 0, record 1, record 2"),
        (
            "keys",
            "were left out: note, colour of record 1, "
            r"actions\['search\[tea\]'\]\.vists of record 2",
        ),
        ("value", CHANGED),
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_a_change_by_hand_is_possible_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, said: str, sealed: bool
) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    document = json.loads(path.read_text("utf-8"))
    change(document, name)
    if not sealed:  # as an earlier release wrote it
        del document["checksum"]
    path.write_text(json.dumps(document, indent=1), "utf-8")
    with caplog.at_level(logging.WARNING):
        memory = load(path, EXACT)
    if sealed:
        assert f"m.json {CHANGED}" in caplog.text
    else:
        assert CHANGED not in caplog.text
    if name != "value":
        assert any(
            record.levelno == logging.WARNING and "m.json: " in record.getMessage()
            for record in caplog.records
        )
        assert re.search(said, caplog.text)
    caplog.clear()
    save(memory, path)
    assert list(load(path, EXACT)) == list(memory)
    assert not caplog.records


def test_a_record_by_hand_needs_no_id(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "m.json"
    memory = example()
    save(memory, path)
    document = json.loads(path.read_text("utf-8"))
    del document["checksum"]
    document["records"].append({**document["records"][0], "id": -1, "task": ["another"]})
    path.write_text(json.dumps(document), "utf-8")
    last = list(load(path, EXACT))[-1]
    assert (last.id, last.state) == (3, replace(last.state, task="another"))
    assert not caplog.records


@pytest.mark.parametrize(("count", "more"), [(1, ""), (3, ""), (4, ", …"), (9, ", …")])
def test_three_of_a_kind_are_named_and_more_are_only_hinted_at(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int, more: str
) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    document = json.loads(path.read_text("utf-8"))
    del document["checksum"]
    states = [{**document["records"][0], "id": -1} for _ in range(count)]
    document["records"] += states  # all of the state of record 0
    path.write_text(json.dumps(document), "utf-8")
    load(path, EXACT)
    named = ", ".join(f"record {number} with record 0" for number in range(3, 3 + count)[:3])
    assert caplog.messages == [f"{path}: records of one state were merged: {named}{more}"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("actions", "actions above the capacity were dropped: record 0, record 1, record 2"),
        ("id", f"{REPLACED}: record 2 (id 1)"),
        ("capacity", "3 records exceed its capacity of 2: 1 were dropped"),
    ],
)
def test_what_is_said_of_an_oddity_in_full(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, said: str
) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    document = json.loads(path.read_text("utf-8"))
    change(document, name)
    del document["checksum"]
    path.write_text(json.dumps(document), "utf-8")
    load(path, EXACT)
    assert caplog.messages == [f"{path}: {said}"]


def test_a_record_with_as_many_actions_as_it_may_have_is_nothing_odd(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = ExperienceMemory(EXACT, action_capacity=2)
    actions = {text: ActionValue(0.5, 0.5, 1) for text in ("a", "b")}
    memory.insert(Experience(State("task", "page"), 0, actions, 2))
    save(memory, tmp_path / "m.json")
    assert list(load(tmp_path / "m.json", EXACT)) == list(memory)
    assert not caplog.records
