"""A model's replies in a file: recorded once, replayed without a network."""

from __future__ import annotations

import difflib
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.llm.budget import Budget

log = logging.getLogger("rememberer_lite.llm")

FORMAT = "rememberer-lite recording 1"


class RecordedLLM:
    """Replays recorded replies; with a model behind it, records the prompts that are new.

    The file holds JSON lines: a header, then one object for each reply, {"prompt", "text",
    "model", "prompt_tokens", "completion_tokens"}, and nothing else: no keys, no headers. A line
    is written as soon as its reply is there, so that an interrupted recording can be taken up
    again: what is in the file is replayed, and costs nothing.

    A prompt that was recorded several times (at a temperature above 0 its replies may differ)
    replays in the recorded order; after the last reply come the new ones of `llm`, or, without a
    model, the first again, so that running a cell of a notebook twice gives the same twice.

    A recording that was broken off needs no checkpoint: make the run again from its beginning.

    Args:
        path: the file, by convention ending in .jsonl.
        llm: answers, and is recorded, where the file has no reply (left); None only replays.

    Raises:
        LLMError: where the file is missing (without `llm`), damaged or of another format.

    >>> import tempfile
    >>> class Echo:
    ...     model = "echo"
    ...     def complete(self, prompt): return Reply(prompt.upper(), "echo", 1, 1)
    >>> path = Path(tempfile.mkdtemp()) / "echo.jsonl"
    >>> RecordedLLM(path, llm=Echo()).complete("hello").text
    'HELLO'
    >>> RecordedLLM(path)
    RecordedLLM('echo.jsonl', replies=1, model='echo')
    >>> RecordedLLM(path).complete("hello").text
    'HELLO'
    """

    def __init__(self, path: str | Path, llm: LLM | None = None) -> None:
        self.path = Path(path)
        self.llm = llm
        self._lock = threading.Lock()
        self._replies: dict[str, list[Reply]] = {}
        self._given: dict[str, int] = {}  # prompt → how many of its replies were handed out
        for prompt, reply in self._read():
            self._replies.setdefault(prompt, []).append(reply)

    @property
    def model(self) -> str:
        """The name of the model that was recorded."""
        names = {reply.model: None for replies in self._replies.values() for reply in replies}
        if not names and self.llm is not None:
            return self.llm.model
        return " + ".join(names) or "nothing recorded"

    @property
    def budget(self) -> Budget | None:
        """The budget of the model that is recorded; a replay needs none."""
        return getattr(self.llm, "budget", None)

    def complete(self, prompt: str) -> Reply:
        """The next recorded reply to this prompt, else the model's own, which is recorded.

        Raises:
            LLMError: where nothing is recorded for this prompt and there is no model to ask; the
                message shows the nearest recorded prompt and how it differs.
        """
        with self._lock:
            replies = self._replies.get(prompt, [])
            place = self._given.get(prompt, 0)
            if replies and (place < len(replies) or self.llm is None):
                self._given[prompt] = place + 1
                return replies[place % len(replies)]
        if self.llm is None:
            raise LLMError(self._missing(prompt))
        reply = self.llm.complete(prompt)
        with self._lock:
            self._write(prompt, reply)
            self._replies.setdefault(prompt, []).append(reply)
            self._given[prompt] = self._given.get(prompt, 0) + 1
        return reply

    def _read(self) -> Iterator[tuple[str, Reply]]:
        """The prompts and replies in the file, in order."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            if self.llm is None:
                raise LLMError(
                    f"there is no recording {self.path}: check the path, or record one with "
                    f"RecordedLLM({str(self.path)!r}, llm=…)"
                ) from None
            return
        except OSError as error:
            raise LLMError(f"cannot read {self.path} ({error}): give a recording") from error
        lines = data.split(b"\n")
        if lines[-1] and not lines[-1].endswith(b"}"):
            self._repair(len(lines), len(data) - len(lines.pop()))
        elif lines[-1] and self.llm is not None:  # an editor took the last line end away
            with self.path.open("ab") as file:
                file.write(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            entry = self._entry(line, number)
            if number == 1:
                if entry.get("format") != FORMAT:
                    raise LLMError(
                        f"{self.path} is no recording: its first line is not "
                        f'{{"format": "{FORMAT}"}}; give a file that RecordedLLM wrote'
                    )
                continue
            try:
                yield entry.pop("prompt"), Reply(**entry)
            except (KeyError, TypeError) as error:
                raise LLMError(
                    f"line {number} of {self.path} is no recorded reply ({error}): delete the line"
                ) from error

    def _entry(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry = json.loads(line.decode("utf-8"))
            if isinstance(entry, dict):
                return entry
            reason = "no object"
        except ValueError as error:
            reason = str(error)
        raise LLMError(
            f"line {number} of {self.path} cannot be read ({reason}): delete the line (its reply "
            "is then missing), or record again"
        )

    def _repair(self, number: int, length: int) -> None:
        """A last line without its end: the recording was interrupted while it was written."""
        found = f"line {number} of {self.path} is only half written: the recording was interrupted"
        if self.llm is None:
            raise LLMError(
                f"{found}. Delete that line (the {max(number - 2, 0)} replies before it are "
                "whole), or go on recording with llm=, which does so"
            )
        log.warning("%s; it is cut off, and its prompt will be asked again", found)
        with self.path.open("r+b") as file:
            file.truncate(length)

    def _write(self, prompt: str, reply: Reply) -> None:
        """Append one line (and the header, where the file is new) in one write."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"prompt": prompt, **asdict(reply)}, ensure_ascii=False) + "\n"
        with self.path.open("ab") as file:
            if file.tell() == 0:
                text = json.dumps({"format": FORMAT}) + "\n" + text
            # half a surrogate pair cannot be written: its escape is JSON too
            file.write(text.encode("utf-8", errors="backslashreplace"))

    def _missing(self, prompt: str) -> str:
        """Tell which recorded prompt is nearest, and how it differs."""
        fix = (
            "Replay with the settings, seed, data and version that were recorded, or record the "
            f"new prompts with RecordedLLM({str(self.path)!r}, llm=…)"
        )
        if not self._replies:
            return f"{self.path} holds no replies. {fix}"
        nearest, score, _ = process.extractOne(prompt, list(self._replies), scorer=fuzz.ratio)
        place = list(self._replies).index(nearest) + 1
        diff = list(
            difflib.unified_diff(
                nearest.splitlines(), prompt.splitlines(), "recorded", "asked", lineterm="", n=1
            )
        )
        shown = "\n".join(line[:200] for line in diff[:40])
        more = f"\n… ({len(diff) - 40} more lines differ)" if len(diff) > 40 else ""
        return (
            f"this prompt is not in {self.path}. The nearest of {len(self._replies)} recorded "
            f"prompts is number {place}, {score:.0f} % alike:\n{shown}{more}\n{fix}"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    def __repr__(self) -> str:
        count = sum(len(replies) for replies in self._replies.values())
        return f"RecordedLLM({self.path.name!r}, replies={count}, model={self.model!r})"
