"""Texts that a parser chokes on: depth, bombs, numbers out of range, keys written twice."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.envs.wikihow.textproto import tasks_from_textproto
from rememberer_lite.llm.address import read_address
from rememberer_lite.llm.answers import read_answer
from rememberer_lite.llm.complaints import read_complaint
from rememberer_lite.prompts.objects import action_lines
from rememberer_lite.state import RemembererError
from rememberer_lite.storage.plain_json import MOST_LEVELS, Nesting, parse_json
from rememberer_lite.storage.plain_yaml import YamlError, parse_yaml


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Processor time: another program on the machine does not count."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


# ---- JSON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n"b": NaN}', "NaN is not a JSON number: line 2"),
        ("[1, -Infinity]", "-Infinity is not a JSON number: line 1"),
        ('["1e400",\n\n1e400]', "1e400 is too large a number: line 3"),
        ("[-1.5e999]", "-1.5e999 is too large"),
        ("9" * 5_000, "99999999999999999999… has more than 30 digits: line 1"),
        (f"[-{'9' * 31}]", "more than 30 digits"),
        ("0." + "1" * 2_000_000, "more than 400 characters"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' appears twice in the object with 'c'"),
        ("[" * 65 + "]" * 65, "more than 64 lists and objects are nested"),
        ('{"a":' * 900 + "1" + "}" * 900, "nested"),
        ("[" * 200_000, "nested"),
        ('{"a": [' * 200_000, "nested"),
        ('[{"a": 1,}]', "line 1"),
        ("", "line 1"),
    ],
)
def test_json_that_spoils_what_comes_later_is_refused(text: str, said: str) -> None:
    with within(1), pytest.raises(ValueError, match="(?s)" + said):
        parse_json(text)


class Unfinished:
    """An object that needs a little of the stack when Python clears it away."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.down(40)

    def down(self, levels: int) -> None:
        if levels:
            self.down(levels - 1)


def read_task_file(text: str) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.textproto")
        path.write_text(text, encoding="utf-8")
        return tasks_from_textproto(path)


DEEP: dict[str, Callable[[str], object]] = {
    "a file": parse_json,
    "an answer": lambda text: read_answer(text.encode(), "m", read_address("http://x/v1"), 1, {}),
    "a stream": lambda text: read_answer(
        b"data: " + text.encode(), "m", read_address("http://x/v1"), 1, {}
    ),
    "an error": lambda text: read_complaint(text.encode()),
    "an error within": lambda text: read_complaint(json.dumps({"error": text}).encode()),
    "a reply": action_lines,
    "a task file": read_task_file,
}


@pytest.mark.parametrize("level", ["[", '{"a": ', "a { ", "a < "])
@pytest.mark.parametrize("read", DEEP.values(), ids=DEEP)
def test_a_deep_text_never_comes_near_the_end_of_the_stack(
    read: Callable[[str], object], level: str
) -> None:
    """What Python clears away meanwhile is cleared away: once it failed, in a test that met it."""
    failed: list[object] = []
    hook, limits = sys.unraisablehook, gc.get_threshold()
    sys.unraisablehook = failed.append
    try:
        for allocated in range(550, 1_000, 50):  # the collection comes at one of these depths
            gc.collect(0)
            gc.disable()
            for _ in range(10):
                Unfinished()
            gc.set_threshold(allocated)
            gc.enable()
            with suppress(ValueError, RemembererError):
                read(level * 2_000)
    finally:
        gc.enable()
        gc.set_threshold(*limits)
        gc.collect()
        sys.unraisablehook = hook
    assert not failed


def test_json_up_to_the_limits_is_read() -> None:
    longest = "0." + "1" * 398
    assert parse_json(f"[{longest}, {'9' * 30}]") == [float(longest), int("9" * 30)]
    assert parse_json("[" * 64 + "]" * 64) == json.loads("[" * 64 + "]" * 64)
    assert parse_json("[" * 64 + "1, 2" + "]" * 64) == json.loads("[" * 64 + "1, 2" + "]" * 64)


def test_an_object_with_a_repeated_key_is_named_by_its_first_keys() -> None:
    keys = ["x" * 99, "b", "c", "d", "e", "f", "e"]
    with pytest.raises(ValueError) as error:
        parse_json("{" + ", ".join(f'"{key}": 0' for key in keys) + "}")
    shown = f"the object with '{'x' * 30}', 'b', 'c', 'd'"
    assert str(error.value) == f"the key 'e' appears twice in {shown}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON)
def test_json_of_finite_values_is_read_as_python_reads_it(value: object) -> None:
    text = json.dumps(value)
    assert parse_json(text) == parse_json("\ufeff" + text) == json.loads(text)


@given(st.text(alphabet='[]{}",:0123456789.eE+-NaInfity\\u \n\ufeff', max_size=60))
def test_any_other_text_is_a_value_error(text: str) -> None:
    try:
        parse_json(text)
    except ValueError as error:
        assert len(str(error)) < 400


# ---- YAML

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {x: 1, y: 2}\n" + "".join(
    f"{b}: &{b}\n  <<: [{', '.join([f'*{a}'] * 9)}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
KEY_BOMB = "? &a !!python/tuple [x, x]\n: 1\n" + "".join(
    f"? &{b}{i} !!python/tuple [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n: 1\n"
    for i, (a, b) in enumerate(
        [("a", "b"), *((f"b{n}", "b") for n in range(20))],
    )
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 40_000, "more than 32 lists and mappings are nested .*line 1"),
        ("[" * 40_000 + "]" * 40_000, "nested"),
        ("".join("\n" + " " * n + "- a:" for n in range(0, 400, 2)), "nested"),
        ("{a: " * 40_000, "nested"),
        ("- " * 40_000, "nested"),
        ("? " * 40_000, "nested"),
        ("!!python/tuple [" * 40_000, "nested"),
        ("".join(f"%TAG !{n}! a{n}:\n" for n in range(50_000)), "more than 20 %TAG .*: line 21"),
        (BOMB, "its aliases expand to more than 10 times what is written: line"),
        (MERGE_BOMB, "its aliases expand to|merge keys"),
        (KEY_BOMB, "its aliases expand to"),
        ("a: {x: 1}\nb:\n  <<: {y: 2}", r"merge keys \(<<\) are not read: line 3"),
        ("&a [*b, *b]", "the alias .b names nothing"),
        ("&a [*a, *a]", "the alias .a names nothing that is complete before it: line 1"),
        ("? &a {b: *a}\n: 1", "the alias .a names nothing"),
        ("a: 1\na: 2", "a key appears twice in the mapping of line 1"),
        ("9" * 5_000, "a number has more than 30 digits: line 1"),
        ("x: 1" + ":1" * 50_000, "more than 30 digits"),
        ("!!bool maybe", "a value does not fit its tag"),
        ("!!timestamp never", "could not determine a constructor"),
        ("!!int ''", "does not fit its tag"),
        ("!!float x", "does not fit its tag"),
        ("2001-13-45", "could not determine a constructor"),
        ("? [a]\n: 1", "line 1"),
        ("? !!python/tuple [[a]]\n: 1", "does not fit its tag .*unhashable"),
        ("!!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("a: 1\n---\nb: 1", "expected a single document"),
        ("a: \x07", "special characters|control characters"),
    ],
)
def test_yaml_that_kills_or_hangs_is_refused(text: str, said: str) -> None:
    with within(1), pytest.raises(YamlError, match=said):
        parse_yaml(text)


def test_yaml_up_to_the_limits_is_read() -> None:
    assert parse_yaml("9" * 30) == int("9" * 30)
    assert parse_yaml("[" * 32 + "]" * 32) == json.loads("[" * 32 + "]" * 32)
    # written out: 20 values in 1 list; "a" is 11 of them each time it is named, "b" is 1. 10 times
    # what is written may be added, and 1,000
    text = "[&a [" + ", ".join("x" * 10) + "], &b x" + ", x" * 8 + ", *a" * 109 + ", *b" * 11
    assert len(parse_yaml(text + "]")) == 10 + 109 + 11
    with pytest.raises(YamlError, match="more than 10 times what is written: line 1"):
        parse_yaml(text + ", *b]")


def test_what_is_shared_and_small_is_read() -> None:
    assert parse_yaml("a: &a [x, !!python/tuple [1, 2]]\nb: *a") == {
        "a": ["x", (1, 2)],
        "b": ["x", (1, 2)],
    }


@given(
    st.lists(st.sampled_from(["[", "]", "{", "}", '"', "\\", "a", "é", ":"]), max_size=40),
    st.integers(1, 5),
)
def test_a_text_in_parts_nests_as_the_whole(marks: list[str], size: int) -> None:
    """Of valid beginnings: the brackets of strings do not count, however the text is cut."""
    text, inside, skip, depth, deepest = "", False, False, 0, 0
    for mark in marks:
        if not inside and mark not in '[]{}"':
            continue  # no JSON
        text += mark
        if inside:
            inside, skip = mark != '"' or skip, mark == "\\" and not skip
        elif mark == '"':
            inside = True
        else:
            depth += 1 if mark in "[{" else -1
            deepest = max(deepest, depth)
    for more, fits in ((MOST_LEVELS - deepest, True), (MOST_LEVELS + 1 - deepest, False)):
        whole, nesting = "[" * more + text, Nesting()
        with nullcontext() if fits else pytest.raises(ValueError, match="nested inside"):
            for start in range(0, len(whole), size):
                nesting.feed(whole[start : start + size])


@given(st.text(alphabet="&*ab[]{}:?-!<|>%#'\"\n ,0.1~\ufeff", max_size=60))
def test_any_text_is_yaml_or_a_yaml_error(text: str) -> None:
    with suppress(YamlError):
        parse_yaml(text)
