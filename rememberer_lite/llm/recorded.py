"""A model's replies in a file: recorded once, replayed without a network."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rememberer_lite.llm.base import LLM, LLMError, Reply, ask, prefers_choices, settings_of
from rememberer_lite.llm.budget import Budget, budget_of
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.storage import JsonLines, StorageError, as_path, exists
from rememberer_lite.storage.decoding import FieldError, decode
from rememberer_lite.storage.files import shown
from rememberer_lite.text import joined

FORMAT = "rememberer-lite recording 1"

#: what a model was asked: a prompt, and what the answer might be
Question = tuple[str, Choices | None]


@dataclass(frozen=True, slots=True)
class _Question:
    """What a reply answers; lines of older recordings have no choices."""

    prompt: str
    choices: Choices | None = None


class RecordedLLM:
    """Replays recorded replies; with a model behind it, also records new prompts.

    The file holds JSON lines: a header, then one object for each reply, {"prompt", "text",
    "model", "prompt_tokens", "completion_tokens"}, with "choices" if the model was held to some,
    and nothing else: no keys, no headers. A line is written as soon as its reply arrives, so that
    you can resume an interrupted recording: what is in the file is replayed, and costs nothing.

    A prompt that was recorded several times (at a temperature above 0 its replies may differ)
    replays in the recorded order; after the last reply come the new ones of `llm`, or, without a
    model, the first again, so that running a cell of a notebook twice gives the same twice.

    An interrupted recording needs no checkpoint: start the run again from its beginning.

    Args:
        path: the file, by convention ending in .jsonl.
        llm: answers, and is recorded, if the file has no reply (left); None only replays.

    One recorder at a time writes to a file: it holds the file from its first new reply until it
    is closed or deleted, or a call fails.

    Raises:
        LLMError: if the file is missing (without `llm`), damaged, of another format, or
            recorded with other settings than the model's.

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
        self.path = as_path(path)
        self.llm = llm
        self._lock = threading.Lock()
        self._replies: dict[Question, list[Reply]] = {}
        self._given: dict[Question, int] = {}  # how many of its replies were returned
        about = {"settings": settings_of(llm)} if llm is not None else {}
        self._file = JsonLines(self.path, FORMAT, about, "recording", "replies")
        if llm is None and not exists(self.path):
            raise LLMError(
                f"there is no recording {shown(self.path)}: check the path, or record one with "
                f"RecordedLLM({str(self.path)!r}, llm=…)"
            )
        for question, reply in self._read():
            self._replies.setdefault(question, []).append(reply)
        self._compare(about)

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
        return budget_of(self.llm) if self.llm is not None else None

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the recorded model, as far as the recording holds them."""
        written = self._file.header.get("settings")
        return dict(written) if isinstance(written, dict) else {"model": self.model}

    @property
    def prefers_choices(self) -> bool:
        """Whether agents hold it to the possible actions: the same as for the recorded model."""
        if self.llm is not None:
            return prefers_choices(self.llm)
        return any(choices is not None for _, choices in self._replies)

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """The next recorded reply to this prompt, else the model's own, which is recorded.

        Raises:
            LLMError: if nothing is recorded for this prompt and there is no model to ask; the
                message shows the nearest recorded prompt and how it differs.
            StorageError: if another recorder holds the file, or it cannot be written.
        """
        prompt = joined(prompt)  # as it is read back
        question = (prompt, choices)
        with self._lock:
            replies = self._replies.get(question, [])
            position = self._given.get(question, 0)
            if replies and (position < len(replies) or self.llm is None):
                self._given[question] = position + 1
                return replies[position % len(replies)]
        if self.llm is None:
            raise LLMError(self._missing(question))
        try:
            with self._lock:
                self._file.hold()  # never ask if the reply could not be saved
            reply = ask(self.llm, prompt, choices)
        except BaseException:
            self.close()  # an interrupted run must not lock out the one that resumes it
            raise
        held = {} if choices is None else {"choices": asdict(choices)}
        with self._lock:
            self._file.append({"prompt": prompt, **held, **asdict(reply)})
            self._replies.setdefault(question, []).append(reply)
            self._given[question] = self._given.get(question, 0) + 1
        return reply

    def close(self) -> None:
        """Let others record to the file; the next new reply locks it again."""
        with self._lock:
            self._file.close()

    def _read(self) -> Iterator[tuple[Question, Reply]]:
        """The questions and replies in the file, in order."""
        try:
            entries = self._file.read(repair=self.llm is not None)
        except StorageError as error:
            raise LLMError(str(error)) from error
        for number, entry in entries:
            try:
                asked = {key: entry.pop(key) for key in ("prompt", "choices") if key in entry}
                question = decode(_Question, asked)
                reply = decode(Reply, entry)
                if min(reply.prompt_tokens, reply.completion_tokens) < 0:
                    raise FieldError("a count of tokens is 0 or more")
            except FieldError as error:
                raise LLMError(
                    f"line {number} of {shown(self.path)} is not a recorded reply ({error}): "
                    "delete the line"
                ) from error
            yield (question.prompt, question.choices), reply

    def _compare(self, about: dict[str, Any]) -> None:
        """Refuse to mix the replies of two models in one file."""
        written = self._file.header.get("settings")
        if self.llm is None or not isinstance(written, dict):
            return
        asked = about.get("settings", settings_of(self.llm))
        written, asked = json.loads(json.dumps([written, asked]))  # both as a file gives them back
        for name in {**written, **asked}:
            if written.get(name) != asked.get(name):
                raise LLMError(
                    f"{shown(self.path)} was recorded with {name} = {written.get(name)!r}, not "
                    f"{asked.get(name)!r}: record with the same settings, or to another file"
                )

    def _missing(self, question: Question) -> str:
        """Which recorded prompt is nearest, and how it differs."""
        prompt, choices = question
        fix = (
            "Replay with the settings, seed, data and version that were recorded, or record the "
            f"new prompts with RecordedLLM({str(self.path)!r}, llm=…)"
        )
        if not self._replies:
            return f"{shown(self.path)} holds no replies. {fix}"
        prompts = [recorded for recorded, _ in self._replies]
        if prompt in prompts:
            return (
                f"this prompt is in {shown(self.path)}, but not with "
                f"{'these choices' if choices else 'free choice'}. {fix} (`constrained` is the "
                "agent's setting that holds a model to the possible actions)"
            )
        import difflib  # slow imports, used only where something is wrong

        from rapidfuzz import fuzz, process

        nearest, score, _ = process.extractOne(prompt, prompts, scorer=fuzz.ratio)
        position = prompts.index(nearest) + 1
        diff = list(
            difflib.unified_diff(
                nearest.splitlines(), prompt.splitlines(), "recorded", "asked", lineterm="", n=1
            )
        )
        differing = "\n".join(line[:200] for line in diff[:40])
        more = f"\n… ({len(diff) - 40} more lines differ)" if len(diff) > 40 else ""
        return (
            f"this prompt is not in {shown(self.path)}. The nearest of {len(self._replies)} "
            f"recorded prompts is number {position}, {score:.0f} % alike:\n{differing}{more}\n{fix}"
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> RecordedLLM:
        if self.llm is not None:
            return self  # copies of an agent write to one file, through one recorder
        made = RecordedLLM.__new__(RecordedLLM)
        made.__setstate__(copy.deepcopy(self.__getstate__(), memo))
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    def __del__(self) -> None:
        """Let others record to the file."""
        file = vars(self).get("_file")
        if file is not None:
            file.close()

    def __repr__(self) -> str:
        count = sum(len(replies) for replies in self._replies.values())
        return f"RecordedLLM({self.path.name!r}, replies={count}, model={self.model!r})"
