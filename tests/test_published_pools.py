"""Memories in the form of the published code's pools: both ways, nothing lost, nothing run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.memory.record_check import LARGEST_VALUE, MOST_VISITS
from rememberer_lite.similarity import Similarity, from_function
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.storage import StorageError, load_published_pool, save_published_pool

EXACT = from_function(lambda query, key: float(query == key))
POOLS = [
    "init_pool.q.yaml",
    "init_pool2.q.yaml",
    "annotated_pool_half.q.yaml",
    "init_pool.wq.yaml",
    "init_pool2.wq.yaml",
]


def raw(path: Path) -> Any:
    """The file as the published code reads it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.UnsafeLoader)


def structure(path: Path) -> list[tuple[Any, ...]]:
    """What a file consists of, in order: tags, beginnings, ends and values; aliases resolved."""
    anchored: dict[str, list[tuple[Any, ...]]] = {}
    found: list[tuple[Any, ...]] = []
    open_ones: list[tuple[str | None, int]] = []
    for event in yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            found += anchored[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            open_ones.append((event.anchor, len(found)))
            found.append((type(event).__name__, event.tag))
        elif isinstance(event, yaml.CollectionEndEvent):
            found.append((type(event).__name__,))
            anchor, start = open_ones.pop()
            if anchor:
                anchored[anchor] = found[start:]
        elif isinstance(event, yaml.ScalarEvent):
            found.append(("value", event.value, event.tag))
            if event.anchor:
                anchored[event.anchor] = found[-1:]
    return found


@pytest.mark.parametrize("name", POOLS)
def test_a_published_pool_comes_back_value_by_value(
    reference_data: Path, tmp_path: Path, name: str
) -> None:
    source, copy = reference_data / "official_pools" / name, tmp_path / "pool.yaml"
    memory = load_published_pool(source, EXACT)
    save_published_pool(memory, copy)
    assert list(load_published_pool(copy, EXACT)) == list(memory)
    assert raw(copy) == raw(source)  # for the published code too it is the same pool


def test_the_form_is_that_of_the_published_codes_own_dump(
    reference_data: Path, tmp_path: Path
) -> None:
    """The one pool that their program wrote: the same keys, tags and values in the same order."""
    source = reference_data / "official_pools" / "annotated_pool_half.q.yaml"
    copy = tmp_path / "pool.yaml"
    save_published_pool(load_published_pool(source, EXACT), copy)
    assert structure(copy) == structure(source)


@pytest.mark.parametrize("domain", [WEBSHOP, WIKIHOW])
@pytest.mark.parametrize("name", ["E0", "E1", "E2"])
def test_our_own_memories_come_back(tmp_path: Path, domain: Any, name: str) -> None:
    memory = domain.initial_memory(name)
    save_published_pool(memory, tmp_path / "pool.yaml")
    assert list(load_published_pool(tmp_path / "pool.yaml", EXACT)) == list(memory)


BY_HAND = """\
? !!python/tuple
- '[Search]'
- Instruction:buy tea
- 'search

  back'
: action_dict:
    ? !!python/tuple
    - search[tea]
    - it fits
    : number: 2
      qvalue: 0.5
      reward: 0.25
    ? !!python/tuple
    - click[back]
    - ''
    : number: 1
      qvalue: 0.0
      reward: 0.0
  id: 3
  other_info:
    action_history:
    - !!python/tuple
      - search[a]
      - because
    - !!python/tuple
      - click[b]
      - ''
    last_reward: 0.125
    number: 3
    total_reward: 1.0
"""


def test_the_file_by_hand(tmp_path: Path) -> None:
    actions = {
        "search[tea]": ActionValue(0.5, 0.25, 2, "it fits"),
        "click[back]": ActionValue(0, 0, 1),  # type: ignore[arg-type]
    }
    recent = Recent(("search[a]", "click[b]"), ("because",), 0.125, 1)
    state = State("buy tea", "[Search]", ("search", "back"))
    memory = ExperienceMemory(EXACT)
    memory.insert(Experience(state, 3, actions, 3, recent))
    save_published_pool(memory, tmp_path / "pool.yaml")
    assert (tmp_path / "pool.yaml").read_text(encoding="utf-8").splitlines() == BY_HAND.splitlines()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["a\n\nb\n", "\r\n", "\x85\u2028", "“ß☕”", "null", "2020-01-01", "=", "<<", "!!set", "1e3"]
)
LINE = TEXT.map(lambda text: "x" + "".join(text.split()))
NUMBER = st.floats(-LARGEST_VALUE, LARGEST_VALUE)
COUNT = st.integers(0, MOST_VISITS)
SHOP = st.builds(State, LINE, LINE, st.lists(LINE, max_size=3).map(tuple))
WIKI = st.builds(State, LINE, TEXT.map("<p>".__add__), st.just(()), TEXT)
STEPS = st.lists(st.tuples(TEXT, TEXT), max_size=3)
RECORDS = st.builds(
    Experience,
    SHOP | WIKI,
    st.integers(-1, 50),
    st.dictionaries(TEXT, st.builds(ActionValue, NUMBER, NUMBER, COUNT, TEXT), max_size=4),
    COUNT,
    st.builds(
        lambda steps, last, total: Recent(
            tuple(a for a, _ in steps), tuple(r for _, r in steps), last, total
        ),
        STEPS,
        NUMBER,
        NUMBER,
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(RECORDS, max_size=4, unique_by=lambda record: record.state))
def test_every_record_comes_back(tmp_path: Path, records: list[Experience]) -> None:
    memory = ExperienceMemory(EXACT)
    for record in records:
        memory.insert(record)
    save_published_pool(memory, tmp_path / "pool.yaml")
    back = list(load_published_pool(tmp_path / "pool.yaml", EXACT))
    assert back == list(memory)
    # the order of actions decides between equal values
    assert [list(record.actions) for record in back] == [list(r.actions) for r in memory]


@pytest.mark.parametrize(
    "state",
    [
        State("t", "<p>", ("click",)),  # a screen has no list of actions
        State("t", "[Search]", (), "a step"),  # a page has no instruction
        State("t", "[Search]", ("two\nlines",)),
        State("t", "[Search]", ("",)),
        State(" t", "[Search]"),  # a loader strips it
        State("Instruction: t", "<p>"),
        State("t\n", "<p>"),
        State("t", "half \ud800 a pair"),
    ],
)
def test_what_does_not_fit_the_form_is_refused(tmp_path: Path, state: State) -> None:
    path = tmp_path / "pool.yaml"
    path.write_text("before", encoding="utf-8")
    memory = ExperienceMemory(EXACT)
    memory.insert(Experience(State("buy tea", "[Search]"), 0))
    memory.insert(Experience(state, 1))
    with pytest.raises(StorageError, match=r"cannot write .*pool\.yaml.*storage\.save"):
        save_published_pool(memory, path)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "value",
    [
        "!!set {a}",
        "!!omap [a: 1]",
        "!!pairs [a: 1]",
        "!!binary aGk=",
        "!!timestamp 2020-01-01",
        "2020-01-01",
        "!!python/list [a]",
        "!!python/str a",
        "!!python/object/new:tuple [[a]]",
        "!own a",
    ],
)
def test_tags_that_no_pool_has_are_refused(tmp_path: Path, value: str) -> None:
    """Also where the value is one that nobody reads."""
    path = tmp_path / "pool.yaml"
    memory = ExperienceMemory(EXACT)
    memory.insert(Experience(State("buy tea", "[Search]"), 0))
    save_published_pool(memory, path)
    text = path.read_text(encoding="utf-8").replace("  id: 0", f"  unread: {value}\n  id: 0")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match=r"pool\.yaml: not YAML of plain values and tuples"):
        load_published_pool(path, EXACT)


def shop_states(number: int) -> State:
    lines = [f"[B0{number:04}{i:04}]\nA product with a title as long as they are, {i}\n$9"
             for i in range(10)]  # fmt: skip
    actions = tuple(f"b0{number:04}{i:04}" for i in range(10))
    return State(f"buy the product number {number}", "\n".join(lines), actions)


def wiki_states(number: int) -> State:
    line = '<div class="a name of a class" id="{}" clickable="true">How to Do Number {}</div>'
    screen = "\n".join(line.format(i, number) for i in range(30))
    return State(f"Search an article to learn how to do number {number}.", screen, (), "Access it")


@pytest.mark.parametrize(
    ("make", "similarity"),
    [(shop_states, WEBSHOP.similarity()), (wiki_states, WIKIHOW.similarity())],
)
def test_500_records_take_a_small_multiple_of_parsing_their_text(
    tmp_path: Path,
    figure: Callable[[str, object], None],
    make: Callable[[int], State],
    similarity: Similarity,
) -> None:
    memory = ExperienceMemory(similarity)
    values = {f"click[{i}]": ActionValue(0.5 + i, 0.1, 3, "because it fits") for i in range(5)}
    recent = Recent(("search[a]", "click[b]"), ("it", "fits"), 0.1, 0.2)
    for number in range(500):
        memory.insert(Experience(make(number), number, values, 15, replace(recent)))
    path, saving, loading = tmp_path / "pool.yaml", [], []
    for _ in range(2):
        start = time.process_time()  # and not the clock: other programs may run beside the tests
        save_published_pool(memory, path)
        saving.append(time.process_time() - start)
        start = time.process_time()
        assert len(load_published_pool(path, similarity)) == 500
        loading.append(time.process_time() - start)
    figure(f"{make.__name__}: save and load 500", f"{min(saving):.3f} s, {min(loading):.3f} s")
    parsing, text = [], path.read_text(encoding="utf-8")
    for _ in range(2):
        start = time.process_time()
        assert sum(1 for _ in yaml.parse(text, Loader=yaml.CLoader)) > 10_000
        parsing.append(time.process_time() - start)
    assert min(saving) < 12 * min(parsing)  # a loader in Python takes 30 times
    assert min(loading) < 12 * min(parsing)
