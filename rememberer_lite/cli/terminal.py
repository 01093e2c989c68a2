"""The terminal shows what pages, models, servers and files say, and never obeys it."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from rememberer_lite.text import visible

#: characters of a line where nobody says how many there is room for: a notebook 800 pixels wide
WIDTH = 76


def columns(most: int = 100) -> int:
    """Characters of a line: as wide as the terminal, within what can be read."""
    return max(40, min(most, shutil.get_terminal_size((WIDTH, 24)).columns))


def command(*words: object) -> str:
    """A command as it can be typed where this one was: quoted, and with `uv run` if that began it.

    >>> os.environ.pop("UV", None) and None
    >>> command("rememberer-lite", "inspect", "my runs/memory.json")
    "rememberer-lite inspect 'my runs/memory.json'"
    """
    begun = ["uv", "run"] if os.environ.get("UV") else []
    typed = [*begun, *(str(word) for word in words)]
    return subprocess.list2cmdline(typed) if os.name == "nt" else shlex.join(typed)


class Visible:
    """A stream on which each character that would steer the terminal becomes a symbol.

    A carriage return at the head of what is written stays: a progress bar draws itself again with
    it, and nothing stands before it on that line that could be hidden.

    >>> import io
    >>> stream = io.StringIO()
    >>> Visible(stream).write("\\x1b[2Jgone")
    8
    >>> stream.getvalue()
    '␛[2Jgone'
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text as it can be seen."""
        head, body = ("\r", text[1:]) if text.startswith("\r") else ("", text)
        self.stream.write(head + visible(body))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write each line as it can be seen."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def visible_streams() -> Iterator[None]:
    """Within it, whatever is printed, warned, logged or refused is shown as it can be seen."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows consoles may have another encoding
            stream.reconfigure(encoding="utf-8", errors="replace")
    out, err = (cast("TextIO", Visible(stream)) for stream in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield
