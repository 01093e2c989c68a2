"""Anything at all, given to every function that takes a text and to every reader of a file.

What holds for each: it answers, or raises an error of this project; and it does so at once. The
profile `nightly` tries 200,000 inputs (tests/README.md).
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import pytest
from entries import ENTRIES
from file_entries import FILES, valid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wrong_kinds import WRONG

from rememberer_lite.state import RemembererError

#: seconds of computing after which an input counts as one that hangs
AT_ONCE = 5.0

unhurried = settings(suppress_health_check=list(HealthCheck))


@contextmanager
def at_once(seconds: float = AT_ONCE) -> Iterator[None]:
    """Fails where what is done within it computes for longer than so many seconds."""
    if (
        not hasattr(signal, "SIGVTALRM")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield  # Windows has no such clock; Linux and macOS do
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still computing after {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# ---- texts ---------------------------------------------------------------------------------------

#: what means something to a reader of pages, prompts, replies, answers, addresses or actions
PIECES = [
    *("click[", "search[", "]", "[", "[[", "]]", "(", ")", "CLICK(", "INPUT(0, ", "SCROLL(DOWN)"),
    *("GOBACK", " -> ", "->", "→", "=>", ": ", ":", "\n", "\r\n", "\t", " ", "\u3000", "\x0b"),
    *("\x1c", "\u2028", "\x00", "\x1b[2J", "\u202e", "\ud800", "\udc80", "\u0301", "İ", "ﬃ", "²"),
    *("0.5", "-1", "1e999", "9" * 400, "٣", "½", "50 %", "nan", "inf", "$", "$1,0.0.0 - $", "#"),
    *("### Now\n", "### Example 1\n", "Task:\n", "Observation:\n", "Possible actions:\n- "),
    *("Encouraged:\n", "Discouraged:\n", "Value: ", "Reason: ", "Last 5 actions:\n- ", "actions"),
    *("<think>", "</think>", "<|channel|>final<|message|>", "[THINK]", "◁think▷", "analysis"),
    *('<p id="0" clickable="true">', "</p>", '<input class="', '" id="', '">', "<", ">", "&lt;"),
    *('{"error":', '{"choices":[{"message":{"content":"', '"}}]}', "null", "{", "}", "[{", '"'),
    *("data: ", "max_tokens", "not supported", "model not found", "\\u005d", "\\", "\\ud83d"),
    *("http://", "https://[::1", "/v1", "?api-version=", "user:pw@", ":99999", "%00", "sk-"),
    *("lower than 40.00 dollars", "and price lower than ", "a", "red mug", "Back to Search"),
    *('Access the article "', "How to ", "x" * 300, "ab " * 50, "{0}", "%s", "\\1", "(?P<x>"),
]
TEXTS = st.one_of(
    st.lists(
        st.one_of(
            st.sampled_from(PIECES),
            st.text(max_size=4),
            st.builds(lambda piece, n: piece * n, st.sampled_from(PIECES), st.integers(2, 30)),
        ),
        max_size=12,
    ).map("".join),
    st.text(max_size=80),
)


@pytest.mark.parametrize("name", ENTRIES)
@unhurried
@given(text=TEXTS)
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    with at_once(), suppress(RemembererError):
        ENTRIES[name](text)


# ---- files ---------------------------------------------------------------------------------------

ODD = [json.dumps(value).encode() for value in WRONG]
ODD += [b"1e400", b"-1e308", b"9" * 5000, b"[" * 5000, b"{" * 5000, b"NaN", b'"\\ud800"', b"\xff"]
ODD += [b"\xef\xbb\xbf", b"\x00", b"*a", b"&a [*a, *a]", b"!!python/object:os.system", b"\r", b"- "]
ODD += [b"(a+)+$", b"0x10", b"...", b"---", b"<<: ", b"? ", b'"', b"{}", b"{", b"}", b"#", b":"]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A valid file with some of its bytes cut, doubled, or replaced by something odd."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(["odd", "value", "cut", "double", "bytes", "rest"]))
        if kind == "value":  # all between two marks of its form
            ends = [found for mark in (b",", b"}", b"\n") if (found := data.find(mark, start)) >= 0]
            end = min(ends, default=len(data))
            start = max(data.rfind(mark, 0, end) for mark in (b":", b"[", b",", b"\n")) + 1
        elif kind == "rest":
            end = len(data)
        new = b""
        if kind in ("odd", "value"):
            new = draw(st.sampled_from(ODD))
        elif kind == "double":
            new = data[start:end] * 2
        elif kind == "bytes":
            new = draw(st.binary(max_size=6))
        data = data[:start] + new + data[end:]
    return data


@pytest.mark.parametrize("name", FILES)
@unhurried
@given(data=st.data())
def test_any_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = data.draw(st.one_of(damaged(valid(name)), st.binary(max_size=60)))
    with TemporaryDirectory() as folder:
        path = Path(folder, f"file.{name}")
        path.write_bytes(content)
        with at_once(), suppress(RemembererError):
            FILES[name](path)


@pytest.mark.parametrize("name", FILES)
def test_the_file_that_is_damaged_was_good(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"file.{name}"
    path.write_bytes(valid(name))
    FILES[name](path)


def test_what_hangs_is_found() -> None:
    if not hasattr(signal, "SIGVTALRM"):
        return
    with pytest.raises(AssertionError, match="still computing"), at_once(0.1):
        while True:
            sum(range(1000))
