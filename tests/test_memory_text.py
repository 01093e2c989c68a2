"""The text of a memory file is that of plain JSON, and neither written nor read as a whole."""

from __future__ import annotations

import json
import logging
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage import StorageError, as_text, fingerprint, load, memory_file, save
from rememberer_lite.storage.memory_text import OtherLayout, Streamed, Whole

EXACT = from_function(lambda query, key: float(query == key))
TEXTS = st.text(st.characters(codec=None, exclude_characters="\r"), max_size=12)
NUMBERS = st.floats(-1e6, 1e6)
COUNTS = st.integers(1, 10**6)
ACTIONS = st.dictionaries(
    TEXTS, st.builds(ActionValue, NUMBERS, NUMBERS, COUNTS, TEXTS), max_size=3
)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3)


@st.composite
def records(draw: Any) -> Experience:
    state = State(draw(TEXTS), draw(TEXTS), tuple(draw(st.lists(TEXTS, max_size=3))), draw(TEXTS))
    recent = [*zip(*draw(PAIRS), strict=True)] or [(), ()]
    rewards = draw(NUMBERS), draw(NUMBERS)
    return Experience(state, -1, draw(ACTIONS), draw(COUNTS), Recent(*recent, *rewards))


def filled(found: list[Experience]) -> ExperienceMemory:
    memory = ExperienceMemory(EXACT, gamma=0.9, capacity=None)
    for record in found:
        memory.insert(record)
    return memory


def plain_text(memory: ExperienceMemory) -> str:
    """The same text by Python's own writer, from the definition of the format."""
    entries = [
        {
            "id": record.id,
            "task": record.state.task.split("\n"),
            "observation": record.state.observation.split("\n"),
            "available": list(record.state.actions),
            "instruction": record.state.instruction,
            "actions": {
                text: {"q": v.q, "reward": v.reward, "visits": v.visits, "reason": v.reason}
                for text, v in record.actions.items()
            },
            "visits": record.visits,
            "recent_actions": list(record.recent_actions),
            "recent_reasons": list(record.recent_reasons),
            "last_reward": record.last_reward,
            "total_reward": record.total_reward,
        }
        for record in memory
    ]
    document = {
        "format": "rememberer-lite memory",
        "version": 1,
        "settings": memory.settings,
        "next_id": memory.next_id,
        "records": entries,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


@given(st.lists(records(), max_size=4))
def test_it_is_the_text_of_pythons_own_writer(found: list[Experience]) -> None:
    memory = filled(found)
    assert as_text(memory) == plain_text(memory)
    assert fingerprint(memory) == fingerprint(filled(list(memory)))


@given(st.lists(records(), max_size=4))
def test_what_is_read_piece_by_piece_is_what_is_read_as_a_whole(
    tmp_path_factory: pytest.TempPathFactory, found: list[Experience]
) -> None:
    path = tmp_path_factory.mktemp("m") / "m.json"
    memory = filled(found)
    save(memory, path)
    whole = Whole(path)
    assert whole.digits() == whole.head["checksum"]
    if len(memory):
        streamed = Streamed(path)
        assert list(streamed.records()) == list(whole.records())
        assert streamed.head == {**whole.head, "records": []}
        assert streamed.digits() == whole.digits()
    assert list(load(path, EXACT)) == list(memory)


def example(count: int = 3) -> ExperienceMemory:
    values = {"search[tea]": ActionValue(0.5, 0.25, 2, "it fits"), "checksum": ActionValue(1, 0, 1)}
    return filled([Experience(State("tea", f"<p>\n{n}"), -1, values, 3) for n in range(count)])


def reordered(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("records", *(n for n in document if n != "records"))}


LAYOUTS: dict[str, Callable[[str], str]] = {
    "one line": lambda text: json.dumps(json.loads(text)),
    "four spaces": lambda text: json.dumps(json.loads(text), indent=4),
    "another order": lambda text: json.dumps(reordered(json.loads(text)), indent=1),
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "a mark": lambda text: "\ufeff" + text,
    "a key at the end": lambda text: text.replace("\n ]\n}", '\n ],\n "note": 1\n}'),
    "a space at the end": lambda text: text + " ",
    "no line end": lambda text: text.rstrip(),
    "two records on a line": lambda text: text.replace("  },\n  {", "  }, {", 1),
    "an empty line": lambda text: text.replace("  },\n", "  },\n\n", 1),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_file_laid_out_by_hand_loads_all_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    text = path.read_text("utf-8")
    assert LAYOUTS[name](text) != text
    path.write_bytes(LAYOUTS[name](text).encode())
    assert list(load(path, EXACT)) == list(example())


@pytest.mark.parametrize("end", ["", "]", "\n ]\n}\n", "\n ],\n}\n", " ]\n}\n{}"])
def test_another_end_is_no_file_of_this_layout(tmp_path: Path, end: str) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    path.write_text(path.read_text("utf-8").removesuffix(" ]\n}\n") + end, "utf-8")
    with pytest.raises(OtherLayout):
        list(Streamed(path).records())
    if end != "\n ]\n}\n":  # an empty line more: JSON all the same
        with pytest.raises(StorageError, match="is not a memory file, or is damaged"):
            load(path, EXACT)


def test_a_fault_is_reported_by_its_line_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    before, found, after = path.read_text("utf-8").rpartition('"q": 0.5')
    assert found
    path.write_text(f'{before}"q": 1e400{after}', "utf-8")
    with pytest.raises(StorageError, match=f"too large a number: line {before.count(chr(10)) + 1}"):
        load(path, EXACT)


@pytest.mark.parametrize("change", [("0.5", "0.75"), (' "visits": 3', ' "visits": 4')])
def test_a_change_by_hand_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: tuple[str, str]
) -> None:
    path = tmp_path / "m.json"
    save(example(), path)
    path.write_text(path.read_text("utf-8").replace(*change, 1), "utf-8")
    with caplog.at_level(logging.WARNING):
        load(path, EXACT)
    assert [r.getMessage().count("its checksum does not match") for r in caplog.records] == [1]


def test_neither_saving_nor_loading_holds_the_whole_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rng = tmp_path / "m.json", random.Random(0)
    page = "\n".join(f'<p id="{rng.random()}">' for _ in range(60))
    memory = filled([Experience(State("tea", f"{page}{n}"), -1, {}, 1) for n in range(600)])
    save(memory, path)  # what is imported at the first time is not counted
    load(path, EXACT)
    monkeypatch.setattr(memory_file, "Whole", None)  # would fail
    size = path.stat().st_size
    tracemalloc.start()
    save(memory, path)
    saving = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    loaded = load(path, EXACT)
    left, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(loaded) == 600 and left > size / 2
    assert saving < size / 5 and peak - left < size / 5
