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
from rememberer_lite.memory.record_check import checked
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Experience, Recent, RemembererError, State
from rememberer_lite.storage import (
    StorageError,
    as_text,
    fingerprint,
    load,
    memory_file,
    memory_text,
    record_text,
    save,
)
from rememberer_lite.storage.memory_text import OtherLayout, Streamed, Whole
from rememberer_lite.storage.plain_json import parse_json
from rememberer_lite.storage.record_text import from_plain, from_text

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
        assert [parse_json(text.decode()) for text in streamed.records()] == list(whole.records())
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


def told(read: Callable[[], Experience]) -> tuple[str, object]:
    """A record with all it holds, or the kind of its fault."""
    try:
        record = read()
        checked(record)
        return repr([(v, type(v)) for v in everything(record)]), None
    except (RemembererError, ValueError):  # a fault is told by the careful reader alone
        return "", ValueError


def everything(record: Experience) -> list[object]:
    state, recent = record.state, record.recent
    values = [x for a, v in record.actions.items() for x in (a, v.q, v.reward, v.visits, v.reason)]
    return [
        *(record.id, record.visits, state.task, state.observation, state.actions),
        *(state.instruction, recent.actions, recent.reasons),
        *(recent.last_reward, recent.total_reward, *values),
    ]


#: a record's text before and after a change by hand
CHANGES: dict[str, tuple[str, str]] = {
    "a key twice": ('"visits": 3,', '"visits": 3,\n   "visits": 4,'),
    "a key twice on a line": ('"visits": 3,', '"visits": 4,"visits" : 3,'),
    "an action's key twice": ('"q": 0.5', '"q": 0.75, "q": 0.5'),
    "an action twice": ('"search[tea]": {', '"search[tea]": {}, "search[tea]": {'),
    "an unknown key": ('"visits": 3,', '"visits": 3, "note": "mine",'),
    "an unknown key in an action": ('"q": 0.5', '"q": 0.5, "note": [1]'),
    "a key left out": ('"visits": 3,\n', ""),
    "a reason left out": (',\n     "reason": "it fits"', ""),
    "a reason left out and a key twice": (
        '"visits": 2,\n     "reason": "it fits"',
        '"visits": 2, "visits": 2',
    ),
    "NaN": ('"q": 0.5', '"q": NaN'),
    "infinity": ('"q": 0.5', '"q": -Infinity'),
    "too large": ('"q": 0.5', '"q": 1e400'),
    "larger than a value": ('"q": 0.5', '"q": 1e160'),
    "an exponent": ('"q": 0.5', '"q": 5e-1'),
    "a whole number": ('"q": 0.5', '"q": 5'),
    "minus nothing": ('"q": 0.5', '"q": -0.0'),
    "a long whole number": ('"q": 0.5', f'"q": {"1" * 40}'),
    "many digits": ('"q": 0.5', f'"q": 0.{"3" * 390}'),
    "too many digits": ('"q": 0.5', f'"q": 0.{"3" * 500}'),
    "visits with a point": ('"visits": 3,', '"visits": 3.0,'),
    "negative visits": ('"visits": 3,', '"visits": -3,'),
    "visits as a text": ('"visits": 3,', '"visits": "3",'),
    "visits are true": ('"visits": 3,', '"visits": true,'),
    "far too many visits": ('"visits": 3,', f'"visits": {2**53 + 1},'),
    "a far id": ('"id": 0', f'"id": {2**53 + 1}'),
    "a list is a text": ('"available": []', '"available": "buy"'),
    "a number among the lines": ('"available": []', '"available": ["buy", 1]'),
    "half a pair": ("it fits", r"\ud83d fits"),
    "a pair": ("it fits", r"\ud83d\ude00 fits"),
    "two texts that become one": ('"checksum"', r'"search[te\u0061]"'),
    "no text": ("it fits", "it\tfits"),
    "a wrong escape": ("it fits", r"it\x20fits"),
    "a colon after a quotation mark": ("it fits", r"it \": fits"),
    "spaces": ('"visits": 3', '"visits" \t:\n 3'),
    "nested": ('"available": []', f'"available": {"[" * 100}{"]" * 100}'),
    "more behind it": ('"total_reward": 0.0\n', '"total_reward": 0.0\n}, {\n'),
}


@pytest.mark.parametrize("name", [None, *CHANGES])
def test_the_quick_reader_is_the_careful_one(name: str | None) -> None:
    text = memory_text._record(example(1)[State("tea", "<p>\n0")])
    if name is not None:
        assert CHANGES[name][0] in text
        text = text.replace(*CHANGES[name], 1)
    found: tuple[list[str], list[str]] = [], []
    quick, careful = (
        told(lambda: from_text(text.encode(), found[0])),
        told(lambda: from_plain(parse_json(text), found[1])),
    )
    assert quick == careful and found[0] == found[1]


@given(st.lists(records(), min_size=1, max_size=4), st.data())
def test_the_quick_reader_is_the_careful_one_for_any_record(
    found: list[Experience], data: st.DataObject
) -> None:
    for record in filled(found):
        text = memory_text._record(record).encode("utf-8", "backslashreplace")
        place = data.draw(st.integers(0, len(text) - 1))
        cut = text[:place] + data.draw(st.sampled_from([b"", b"0", b'"', b":", b"e9", b"}"]))
        for changed in (text, cut + text[place + 1 :], cut + text[place:]):
            try:
                decoded = changed.decode()
            except UnicodeDecodeError:
                continue
            quick, careful = (
                told(lambda: from_text(changed, [])),  # noqa: B023
                told(lambda: from_plain(parse_json(decoded), [])),  # noqa: B023
            )
            assert quick == careful


def test_a_file_as_it_was_saved_is_read_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.json"
    save(example(200), path)
    monkeypatch.setattr(record_text, "from_plain", None)  # would fail
    monkeypatch.setattr(memory_text, "_PIECE", 100)
    monkeypatch.setattr(memory_file, "Whole", None)
    assert list(load(path, EXACT)) == list(example(200))
