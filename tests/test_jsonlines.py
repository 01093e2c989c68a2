"""The journal on disk: what ends a program, a disk or an editor does to it, and who may write."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.storage import JsonLines, StorageError
from rememberer_lite.storage.journal_lines import entry_at

FORMAT = "days 1"


def journal(path: Path, **about: Any) -> JsonLines:
    return JsonLines(path, FORMAT, about, "diary", "days")


def written(path: Path, *days: str) -> bytes:
    file = journal(path, of="a week")
    for day in days:
        file.append({"day": day})
    file.close()
    return path.read_bytes()


def days(path: Path) -> list[str]:
    return [entry["day"] for _, entry in journal(path).read()]


def test_a_journal_cut_off_anywhere_goes_on_with_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "diary.jsonl"
    whole = written(path, "Monday", "Tuesday", "Wednesday")
    ends = [i for i, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        file = journal(path, of="a week")
        kept = [entry["day"] for _, entry in file.read(repair=True)]
        # an entry counts once its last brace is there
        assert kept == ["Monday", "Tuesday", "Wednesday"][: sum(e <= size for e in ends[1:])]
        file.append({"day": "new"})
        file.close()
        assert days(path) == [*kept, "new"]
        assert journal(path).read() and json.loads(path.read_text().splitlines()[0])["of"]
    assert list(tmp_path.iterdir()) == [path], "nothing was set aside"


@pytest.mark.parametrize(
    "first",
    [
        b"",  # the header is missing
        b'{"format": "day\n',
        b'{"format": "days 1", "of": "a we',  # half, and what followed stands behind it
        b'{"format": "days 1"}',  # its end is lost
        b"\n\n",
        b'{"other": 1}\n',
    ],
)
def test_a_damaged_first_line_begins_anew_and_what_was_there_is_kept(
    tmp_path: Path, first: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "diary.jsonl"
    whole = written(path, "Monday", "Tuesday")
    damaged = first + whole.split(b"\n", 1)[1]
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match=r"line 1 of .*diary\.jsonl is missing or damaged"):
        journal(path).read()
    assert path.read_bytes() == damaged, "reading changes nothing"
    file = journal(path)
    with caplog.at_level(logging.WARNING):
        assert file.read(repair=True) == []
    assert "starts over" in caplog.text and "diary.jsonl.damaged" in caplog.text
    file.append({"day": "Friday"})
    file.close()
    assert days(path) == ["Friday"]
    assert (tmp_path / "diary.jsonl.damaged").read_bytes() == damaged


@pytest.mark.parametrize(
    "text",
    ["a poem\nof two lines", "a poem", '{"format": "nights 1"}\n{"night": 1}\n', "[1]"],
)
def test_a_file_of_another_kind_is_never_touched(tmp_path: Path, text: str) -> None:
    path = tmp_path / "poem.txt"
    path.write_text(text)
    for repair in (False, True):
        with pytest.raises(StorageError, match="is not a diary: line 1"):
            journal(path).read(repair=repair)
    assert path.read_text() == text and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("line", ["[1, 2]", '{"day": "Mon', "[" * 100_000, "nonsense"])
def test_a_damaged_line_within_is_named_and_kept(tmp_path: Path, line: str) -> None:
    path = tmp_path / "diary.jsonl"
    header, first, rest = written(path, "Monday", "Tuesday").decode().split("\n", 2)
    path.write_text("\n".join([header, first, line, rest]))
    with pytest.raises(StorageError, match=r"line 3 of .*diary\.jsonl cannot be read"):
        journal(path).read(repair=True)


@pytest.mark.parametrize("cut", [3, 30])
def test_reading_repairs_nothing_unless_it_is_asked_to(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "diary.jsonl"
    whole = written(path, "Monday")
    path.write_bytes(whole[:-cut])
    for read in (journal(path).read, journal(path).stream):
        with pytest.raises(StorageError, match=r"half written|missing or damaged"):
            list(read())
    assert path.read_bytes() == whole[:-cut]


def test_marks_and_line_ends_of_editors_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "diary.jsonl"
    whole = written(path, "Monday", "Tuesday")
    path.write_bytes(b"\xef\xbb\xbf" + whole.replace(b"\n", b"\r\n").rstrip())
    file = journal(path)
    assert len(file.read(repair=True)) == 2
    file.append({"day": "Friday"})
    file.close()
    assert days(path) == ["Monday", "Tuesday", "Friday"]


FINITE = st.floats(allow_nan=False, allow_infinity=False)
ENTRIES = st.text() | FINITE | st.integers(-(2**63), 2**63)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**40, [1]])
def test_what_could_not_be_read_again_is_not_written(tmp_path: Path, value: Any) -> None:
    written(tmp_path / "j.jsonl", "Monday")
    file = journal(tmp_path / "j.jsonl")
    if isinstance(value, list):
        for _ in range(100):
            value = [value]
    with pytest.raises(StorageError, match=r"j\.jsonl cannot hold this entry .*finite numbers"):
        file.append({"day": value})
    file.close()
    assert days(tmp_path / "j.jsonl") == ["Monday"]


@given(st.lists(st.dictionaries(st.text(), ENTRIES)))
def test_any_entries_survive(tmp_path_factory: pytest.TempPathFactory, entries: list[Any]) -> None:
    file = journal(tmp_path_factory.mktemp("journals") / "j.jsonl")
    for entry in entries:
        file.append(entry)
    file.close()
    assert [entry for _, entry in file.read()] == entries


def test_half_a_surrogate_pair_survives(tmp_path: Path) -> None:
    written(tmp_path / "j.jsonl", "\ud83d")
    assert days(tmp_path / "j.jsonl") == ["\ud83d"]


# --- who may write ---------------------------------------------------------------------------


def test_a_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    path = tmp_path / "diary.jsonl"
    first, second = journal(path), journal(path)
    first.append({"day": "Monday"})
    with pytest.raises(StorageError, match="in use"):
        second.append({"day": "other"})
    first.append({"day": "Tuesday"})
    first.close()
    assert days(path) == ["Monday", "Tuesday"]
    assert len(second.read(repair=True)) == 2
    second.append({"day": "Friday"})
    second.close()
    assert days(path) == ["Monday", "Tuesday", "Friday"]


def test_a_writer_that_comes_back_does_not_write_past_what_it_has_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "diary.jsonl"
    first = journal(path)
    first.append({"day": "Monday"})
    first.close()
    second = journal(path)
    second.read()
    second.append({"day": "Tuesday"})
    second.close()
    with pytest.raises(StorageError, match="changed by another program"):
        first.append({"day": "Wednesday"})
    first.close()
    assert days(path) == ["Monday", "Tuesday"]


HOLD = """
import sys
from rememberer_lite.storage import JsonLines
JsonLines(sys.argv[1], "days 1").append({"day": "Monday"})
file = JsonLines(sys.argv[1], "days 1")
file.hold()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "diary.jsonl"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="in use by another"):
            journal(path).append({"day": "other"})
        other.kill()
        other.wait()
    file = journal(path)
    file.append({"day": "Tuesday"})
    file.close()
    assert days(path) == ["Monday", "Tuesday"]


# --- what the disk does ----------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["short", "fsync"])
def test_a_full_disk_is_told_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = tmp_path / "diary.jsonl"
    whole = written(path, "Monday")
    file = journal(path)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        if fault == "fsync":
            patch.setattr("os.fsync", full)
        else:
            opened = Path.open

            class Short:
                def __init__(self, inner: Any) -> None:
                    self.inner = inner

                def write(self, data: bytes) -> int:
                    return int(self.inner.write(data[:5]))

                def __enter__(self) -> Short:
                    return self

                def __exit__(self, *_: Any) -> None:
                    self.inner.close()

                def __getattr__(self, name: str) -> Any:
                    return getattr(self.inner, name)

            patch.setattr(Path, "open", lambda self, *a, **k: Short(opened(self, *a, **k)))
        with pytest.raises(StorageError, match=r"No space left on device.*make room"):
            file.append({"day": "Tuesday"})
    assert path.read_bytes() == whole
    file.append({"day": "Wednesday"})
    file.close()
    assert days(path) == ["Monday", "Wednesday"]


def test_what_stands_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "diary.jsonl", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(StorageError):
            journal(path).append({"day": "Monday"})
    with pytest.raises(StorageError, match="cannot read"):
        journal(tmp_path).read()
    path = tmp_path / ("x" * 255)  # the longest name that there is
    assert written(path, "Monday") and days(path) == ["Monday"]


def test_an_entry_is_read_again_where_it_was_found(tmp_path: Path) -> None:
    file = JsonLines(tmp_path / "days.jsonl", "days 1")
    days = [{"day": name} for name in ("Monday", "Dienstag", "miércoles", "木曜日")]
    places = [file.append(day) for day in days]
    file.close()
    found = list(file.stream())
    assert [(line.start, line.end) for line, _ in found] == places
    assert [entry_at(file.path, line) for line, _ in reversed(found)] == days[::-1]


@pytest.mark.parametrize("blank", ["\n", " \n\n", "\ufeff\n"])
def test_a_blank_file_begins_with_the_header_once_it_is_written_to(
    tmp_path: Path, blank: str
) -> None:
    path = tmp_path / "days.jsonl"
    path.write_text(blank, encoding="utf-8")
    file = JsonLines(path, "days 1")
    assert file.read(repair=True) == []
    file.append({"day": "Monday"})
    file.close()
    assert path.read_text("utf-8") == '{"format": "days 1"}\n{"day": "Monday"}\n'
