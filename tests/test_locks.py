"""One writer at a time: real processes that count up in one file."""

from __future__ import annotations

import errno
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rememberer_lite.storage import StorageError, locked

COUNT_UP = """
import sys
from pathlib import Path
from rememberer_lite.storage import locked
path = Path(sys.argv[1])
for _ in range(200):
    with locked(path):
        number = int(path.read_text())
        path.write_text(str(number + 1))
"""

HOLD = """
import sys
from rememberer_lite.storage import locked
with locked(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(code: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_no_count_of_three_processes_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    processes = [start(COUNT_UP, path) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=300)  # the machine may be busy
        assert process.returncode == 0
    assert path.read_text() == "600"
    assert [file.name for file in tmp_path.iterdir()] == ["count"], "a lock was left behind"


@pytest.mark.parametrize("name", ["file", "é" * 127])  # the longest name there is: 254 bytes
def test_a_file_in_use_is_refused_until_its_holder_ends(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new" / "folder" / name
    with start(HOLD, path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="in use by another process"), locked(path, wait=0):
            pass
        with locked(path.with_name("other"), wait=0):
            pass
        holder.kill()  # it cannot tidy up: the operating system releases the lock
    with locked(path, wait=10):
        pass


def test_a_folder_that_is_a_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match=r"cannot write .*: a file is in the way of a folder"),
        locked(tmp_path / "file" / "out.json"),
    ):
        pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotImplementedError(), r"cannot lock .*file \(its file system has no locks\): choose"),
        (OSError(errno.EROFS, "Read-only file system"), r"cannot lock .*\(Read-only file system\)"),
    ],
)
def test_where_there_are_no_locks_nothing_is_written_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    with pytest.raises(StorageError, match=said), locked(tmp_path / "file"):
        pytest.fail("not locked")


def test_one_thread_may_take_a_lock_and_another_release_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    held = locked(path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(held.__enter__).result()
    with pytest.raises(StorageError, match="in use"), locked(path, wait=0):
        pass
    held.__exit__(None, None, None)
    with locked(path, wait=0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_name_is_no_text_can_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "a\udc80"
    with locked(path), pytest.raises(StorageError, match="in use"), locked(path, wait=0):
        pass
    with locked(path, wait=0):
        pass
