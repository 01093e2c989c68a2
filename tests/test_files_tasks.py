"""Task files from outside: patterns that explode, fields that nobody knows, texts cut anywhere."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rememberer_lite.envs.wikihow import tasks_from_textproto
from rememberer_lite.envs.wikihow.tasks import Milestone, TaskError

ROOT = "https://www.wikihow.com/"
GOOD = r"""
id: "tea"
command: "Search an article to learn how to brew tea."
event_sources: { id: 1 log_event: { filters: "jd" pattern: "\\bmUrl is: .*search=.*tea.*" } }
event_sources: { id: 2 log_event: { pattern: "\\bmUrl is: .*/Brew-Tea" } }
event_slots: {
  reward_listener: {
    events: { event: { id: 3 type: OR events: { id: 1 } } }
    events: { event: { id: 4 events: { id: 2 } } }
  }
  instruction_listener: {
    events: { event: {
      transformation: "y = ['Access the article \"How to Brew Tea\"']" events: { id: 3 }
    } }
  }
}
"""


def read(folder: Path, text: str) -> None:
    path = folder / "task.textproto"
    path.write_text(text, "utf-8", errors="surrogatepass")
    start = time.process_time()
    try:
        [task] = tasks_from_textproto(path)
    except TaskError as error:
        assert "task.textproto" in str(error) and len(str(error)) < 1_000
        str(error).encode()
        raise
    finally:
        assert time.process_time() - start < 2
    for milestone in task.milestones:
        assert milestone.reached(ROOT + "Brew-Tea") in (True, False)
    assert repr(task) and task.text


@pytest.mark.parametrize(
    "more",
    [
        "",
        '[com.example.owner]: "me"',
        '[com.example.owner] { name: "me" deep { deeper: [1, 2] } }',
        "owner { [type.googleapis.com/com.example.Owner] { id: 7 } }",
        'colour: "red" sizes: [1, 2.5, -inf] nested < a: true b { } >',
        "event_sources: { id: 9 [a.b.c]: 3 unknown: 0x7F }",
        "# a comment",
    ],
)
def test_fields_and_extensions_that_nobody_knows_are_left_out(tmp_path: Path, more: str) -> None:
    read(tmp_path, GOOD + more)
    read(tmp_path, more + GOOD)
    read(tmp_path, "\ufeff" + GOOD + more)


PATTERNS = {
    r"(a+)+$": True,
    r"(a|aa)+$": True,
    r"(.*)*(.*)*(.*)*z": True,
    r"(\\w+\\s?)*!": True,
    r"(a|a)*" * 30 + "b": True,
    "(a": False,
    "(?=tea)": False,
    r"(a)\\1": False,
    "a{100000}": False,
    "((a{900}){900}){900}": False,
    "(" * 20_000: False,
    "x" * 4_000_000: False,
}


@pytest.mark.parametrize("pattern", PATTERNS, ids=[pattern[:20] for pattern in PATTERNS])
def test_a_pattern_explodes_neither_in_time_nor_in_memory(tmp_path: Path, pattern: str) -> None:
    text = GOOD.replace(r"\\bmUrl is: .*/Brew-Tea", pattern)
    assert text != GOOD
    if PATTERNS[pattern]:
        read(tmp_path, text)
        start = time.process_time()
        Milestone((pattern.replace("\\\\", "\\"),)).reached(ROOT + "a" * 5_000 + " ?")
        assert time.process_time() - start < 1
    else:
        with pytest.raises(TaskError, match=r"milestone 2 the pattern .* cannot be used .*RE2"):
            read(tmp_path, text)


DEEP = 40_000


def instruction(text: str) -> str:
    """The good file with another transformation."""
    return GOOD.replace("y = ['Access the article \\\"How to Brew Tea\\\"']", text)


@pytest.mark.parametrize(
    "text",
    [
        "unknown {" * DEEP,
        "unknown {" * DEEP + "}" * DEEP,
        "unknown: [" * DEEP,
        "event_slots { reward_listener {" + "events { event {" * DEEP,
        "[a.b] {" * DEEP,
        "[",
        "[a.b",
        "[type.googleapis.com/",
        "id: " + "9" * 5_000,
        "event_sources { id: " + "9" * 5_000 + "}",
        "event_sources { id: 1e400 }",
        "event_sources { id: 3.5 }",
        "event_sources: 3",
        'id: "a" id: "b"',
        'command: "\\xff\\xfe"',
        'command: "\\ud800"',
        'command: "\\U7fffffff"',
        'command: "half',
        "command: '\ud800'",
        'command: "x"',
        "\x00",
        "",
        " \ufeff",
        instruction("y = 3"),
        instruction("y = " + "[" * 40_000),
        instruction("y = " + "(" * 150),
        instruction("y = " + "-" * 90_000 + "1"),
        instruction("y = {'a': 1}"),
        instruction("y = [1e400]"),
    ],
    ids=range(29),
)  # fmt: skip
def test_what_is_no_task_is_a_task_error(tmp_path: Path, text: str) -> None:
    assert text != GOOD
    with pytest.raises(TaskError):
        read(tmp_path, text)


@given(
    st.integers(0, len(GOOD)),
    st.text(alphabet="{}[]<>:;\"'\\ \n#.aid0-9", max_size=8),
    st.integers(0, 6),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_and_patched_anywhere_is_a_task_or_a_task_error(
    tmp_path: Path, at: int, patch: str, length: int
) -> None:
    with suppress(TaskError):
        read(tmp_path, GOOD[:at] + patch + GOOD[at + length :])


def test_the_real_tasks_mean_what_they_meant(reference_data: Path) -> None:
    """RE2 finds what Python's engine finds, on every address that the tasks are about."""
    tasks = tasks_from_textproto(reference_data / "wikihow_tasks")
    patterns = [p for task in tasks for m in task.milestones for p in m.patterns]
    assert len(patterns) > 10
    addresses = [
        re.sub(r"\\b|\\|\.\*|mUrl is: |url is: ", "", pattern).replace("(", "").split("|")[0]
        for pattern in patterns
    ]
    addresses += [address + end for address in addresses for end in ("?x=1", "#top", "-more", "\n")]
    found = 0
    for pattern in patterns:
        for address in addresses:
            log = f"mUrl is: {address}\nurl is: {address}"
            expected = re.search(pattern, log) is not None
            found += expected
            if "'" not in address and "\n" not in address:
                assert Milestone((pattern,)).reached(address) == expected
    assert found
