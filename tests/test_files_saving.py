"""Whatever is in a save's way: an error with the fix, nothing lost, nothing left lying about."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rememberer_lite.llm import LLMError, RecordedLLM, Reply
from rememberer_lite.storage import JsonLines, StorageError, files, read_text, write_whole
from rememberer_lite.storage.beside import beside
from rememberer_lite.storage.locks import locked

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and locks of POSIX")


# ---- at once


@posix
def test_a_name_that_another_save_took_again_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening and locking what was left behind, others cleared it and made it again."""
    left, lock = tmp_path / ".m.1.tmp", files.fcntl.flock
    left.write_text("left behind")

    def late(file: Any, how: int) -> None:
        left.unlink()
        left.write_text("in use")
        lock(file, how)

    monkeypatch.setattr(files.fcntl, "flock", late)
    files._clear(tmp_path, ".m")
    assert left.read_text() == "in use"


def test_threads_and_processes_save_to_one_path_and_readers_see_whole_files(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    texts = {name: json.dumps([name] * 20_000) for name in "abc"}
    write_whole(path, texts["a"])
    failed: list[BaseException] = []
    stop = threading.Event()

    def save(name: str) -> None:
        try:
            for _ in range(25):
                write_whole(path, texts[name])
        except BaseException as error:
            failed.append(error)

    reads = 0

    def read() -> None:
        nonlocal reads
        while not stop.is_set():
            text = path.read_text("utf-8")
            reads += 1
            if text not in texts.values():
                failed.append(AssertionError(f"{len(text)} characters, {text[:20]!r}"))
                return

    other = textwrap.dedent(
        """
        import json, sys
        from rememberer_lite.storage import write_whole
        for _ in range(25):
            write_whole(sys.argv[1], json.dumps(["c"] * 20_000))
        """
    )
    reader = threading.Thread(target=read)
    savers = [threading.Thread(target=save, args=(name,)) for name in "abab"]
    with subprocess.Popen([sys.executable, "-c", other, str(path)]) as process:
        for thread in (reader, *savers):
            thread.start()
        for thread in savers:
            thread.join()
        assert process.wait(60) == 0
    stop.set()
    reader.join()
    assert not failed
    assert reads
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import os, sys
from rememberer_lite.storage import write_whole
os.fsync = lambda file: os._exit(9)  # the power goes while the new file is written
write_whole(sys.argv[1], "new")
"""


def test_what_a_killed_save_left_goes_with_the_next(tmp_path: Path) -> None:
    path, neighbour = tmp_path / "m.json", tmp_path / ".m.json.1234.tmp"
    neighbour.write_text("of another program")
    write_whole(path, "old")
    for _ in range(2):
        assert (
            subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
        )
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3  # the second save took what the first had left
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert sorted(tmp_path.iterdir()) == [neighbour, path]


def test_a_save_leaves_alone_what_another_is_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fsync, inner = tmp_path / "m.json", os.fsync, []

    def second_save(file: int) -> None:
        monkeypatch.setattr(os, "fsync", fsync)
        inner.append(write_whole(path, "the inner one"))

    monkeypatch.setattr(os, "fsync", second_save)
    write_whole(path, "the outer one")
    assert inner and path.read_text() == "the outer one"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_new_file_that_another_save_cleared_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, cleared = files.fcntl.flock, []

    def late(file: Any, how: int) -> None:
        if not cleared:
            cleared.extend(tmp_path.iterdir())
            cleared[0].unlink()
        lock(file, how)

    monkeypatch.setattr(files.fcntl, "flock", late)
    write_whole(tmp_path / "m.json", "new")
    assert cleared and (tmp_path / "m.json").read_text() == "new"
    assert list(tmp_path.iterdir()) == [tmp_path / "m.json"]


# ---- modes and links


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_the_mode_of_a_file_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "m.json"
    write_whole(path, "old")
    path.chmod(mode)
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == mode


@posix
def test_links_stay_links(tmp_path: Path) -> None:
    target = tmp_path / "runs" / "m.json"
    first, second, loose = tmp_path / "first", tmp_path / "second", tmp_path / "loose"
    write_whole(target, "old")
    first.symlink_to(target)
    second.symlink_to(first)
    loose.symlink_to(tmp_path / "later" / "m.json")
    write_whole(second, "new")
    assert first.is_symlink() and second.is_symlink() and target.read_text() == "new"
    write_whole(loose, "made")
    assert loose.is_symlink() and (tmp_path / "later" / "m.json").read_text() == "made"


# ---- in the way

Writer = Callable[[Path], object]


class Echo:
    model = "echo"

    def complete(self, prompt: str, choices: Any = None) -> Reply:
        return Reply(prompt, "echo", 1, 1)


TURNS = count()  # no prompt is asked twice


def journal(path: Path) -> None:
    file = JsonLines(path, "days 1")
    try:
        file.append({"day": "Monday"})
    finally:
        file.close()


def lock(path: Path) -> None:
    with locked(path, wait=0):
        pass


def record(path: Path) -> None:
    model = RecordedLLM(path, llm=Echo())
    try:
        model.complete(f"hello {next(TURNS)}")
    finally:
        model.close()


WRITERS: list[Writer] = [lambda path: write_whole(path, "new"), journal, lock, record]
NAMES = ["whole", "journal", "lock", "recording"]
writers = pytest.mark.parametrize("write", WRITERS, ids=NAMES)


def refused(write: Writer, path: Path, said: str) -> None:
    with pytest.raises((StorageError, LLMError), match=said) as raised:
        write(path)
    raised.value.args[0].encode()  # it can be printed


@writers
def test_a_file_in_the_way_of_a_folder(tmp_path: Path, write: Writer) -> None:
    (tmp_path / "runs").write_text("kept")
    refused(write, tmp_path / "runs" / "1" / "m.json", "cannot (write|read|lock).*choose")
    refused(write, tmp_path / "runs" / "m.json", "cannot (write|read|lock).*choose")
    assert (tmp_path / "runs").read_text() == "kept"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("write", [w for w in WRITERS if w is not lock])
def test_a_folder_in_the_way_of_a_file(tmp_path: Path, write: Writer) -> None:
    (tmp_path / "m.json" / "inner").mkdir(parents=True)
    refused(write, tmp_path / "m.json", "cannot (write|read|lock).*choose")
    assert [file.name for file in tmp_path.iterdir()] == ["m.json"]


@writers
@pytest.mark.parametrize(
    "name", ["nul\0.json", "half \ud800.json", "x" * 256, "y/" * 3000 + "m.json"]
)
def test_a_name_that_no_file_can_have(tmp_path: Path, write: Writer, name: str) -> None:
    refused(write, tmp_path / name, "cannot (write|read|lock)")
    assert not list(tmp_path.glob("*.*"))


@writers
@pytest.mark.parametrize(
    "name", ["n" * 250 + ".json", "ä" * 127 + "x", "new\nline", "\x1b[2J \u202e"]
)
def test_a_name_as_long_or_odd_as_a_name_can_be(tmp_path: Path, write: Writer, name: str) -> None:
    write(tmp_path / name)
    assert {file.name for file in tmp_path.iterdir()} <= {name}


@pytest.mark.parametrize(
    "name", ["n" * 250 + ".json", "ä" * 127 + "x", "n" * 243, "ä" * 30 + "n" * 190]
)
def test_a_damaged_journal_of_a_long_name_is_set_aside(tmp_path: Path, name: str) -> None:
    damaged = b'{"format": "day\n{"day": 1}\n'
    for times in (1, 2):
        (tmp_path / name).write_bytes(damaged)
        assert JsonLines(tmp_path / name, "days 1").read(repair=True) == []
        assert not (tmp_path / name).exists()
        assert [file.read_bytes() for file in tmp_path.iterdir()] == [damaged] * times


def test_files_of_long_names_have_files_of_their_own_beside_them(tmp_path: Path) -> None:
    for length in range(230, 256):
        path = beside(tmp_path / ("n" * length), ".end")
        path.write_text("")
        assert len(path.name) == length + 4 if length <= 251 else path.name.endswith(".end")
        assert path != beside(tmp_path / ("n" * (length - 1) + "m"), ".end")
    assert beside(tmp_path / ("ä" * 127), ".end") != beside(tmp_path / ("ä" * 126), ".end")
    assert beside(Path(), ".end") == Path(".end")


@posix
@writers
def test_links_in_a_circle(tmp_path: Path, write: Writer) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    refused(write, tmp_path / "a" / "m.json", "cannot (write|read|lock)")


@writers
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_disk_that_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Writer, number: int
) -> None:
    """Every way to write fails, the clean-up too; the error is the first one."""
    path = tmp_path / "runs" / "m.json"
    if write is not lock:
        write(path)
    before = {file: file.read_bytes() for file in path.parent.glob("*")}

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    opened = Path.open

    def open_(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        return fail() if set(mode) & set("wax+") else opened(self, mode, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_)
        patch.setattr(Path, "unlink", fail)
        patch.setattr("os.open", fail)
        refused(write, path, os.strerror(number))
    assert {file: file.read_bytes() for file in path.parent.glob("*") if file in before} == before


def test_the_fix_fits_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, fix in (
        (tmp_path, "that is a folder: choose a folder and the name of a file"),
        (tmp_path / "file" / "m.json", "a file is in the way of a folder"),
        (tmp_path / ("x" * 300), "shorter"),
        (
            tmp_path / "a\0b",
            "cannot write .*a␀b .*null byte.*: choose a folder that can be written$",
        ),
        (tmp_path / "a\ud800b", "a⟨U.D800⟩b .its name has a character that no file's name can"),
    ):
        refused(lambda path: write_whole(path, "new"), path, fix)


@posix
@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_a_socket_or_a_device_is_neither_replaced_nor_waited_for(
    linked: bool, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = tmp_path / "link" if linked else pipe
    if linked:
        path.symlink_to(pipe)
    keep_open = os.open(pipe, os.O_RDWR)  # so that a writer does not wait for a reader
    try:
        with pytest.raises(StorageError, match=r"not a regular file.*: choose a name"):
            write_whole(path, "new")
        with pytest.raises(StorageError, match=r"not a regular file.*: choose a name"):
            JsonLines(path, "days 1").append({"day": "Monday"})
    finally:
        os.close(keep_open)
    assert pipe.is_fifo()


# ---- reading


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\ufeff \n")
    for path, said in (
        (tmp_path, "not a regular file"),
        (tmp_path / "missing", "there is no file .*missing: check the path"),
        (tmp_path / "a\0b", "a␀b"),
        (tmp_path / "\ud800", "⟨U.D800⟩"),
        (tmp_path / ("x" * 300), "too long"),
        (tmp_path / "empty", "is empty"),
    ):
        with pytest.raises(StorageError, match=said):
            read_text(path)


@posix
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(StorageError, match="not a regular file"):
            read_text(path)
        with pytest.raises(StorageError):
            JsonLines(path, "days 1").read()


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    assert read_text(path) == "one\ntwo"


def test_a_file_whose_name_is_no_text_has_files_beside_it_too() -> None:
    assert beside(Path("a\udc80"), ".damaged") == Path("a\udc80.damaged")
    long = beside(Path("a\udc80" * 99), ".damaged").name
    assert long.endswith(".damaged") and len(long) < 50
