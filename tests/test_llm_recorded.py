"""Recordings: what is in the file, what comes out of it, and what happens when it is damaged."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fault_server import MODEL, Fault, FaultServer, completion
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.llm.base import LLMError, Reply
from rememberer_lite.llm.openai_client import OpenAILLM
from rememberer_lite.llm.recorded import RecordedLLM
from rememberer_lite.prompts.choices import Choices, Form

KEY = "sk-never-write-this-key-987654"
HEADER = '{"format": "rememberer-lite recording 1"}\n'
WITH_SETTINGS = HEADER.replace("}", ', "settings": {"model": "counting"}}')


class Counting:
    """Answers with a number that grows: no two replies are alike."""

    model = "counting"

    def __init__(self) -> None:
        self.calls = 0
        self.lock = threading.Lock()

    def complete(self, prompt: str) -> Reply:
        with self.lock:
            self.calls += 1
            return Reply(f"{prompt} → {self.calls}", self.model, 3, 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "on the way.jsonl"


def test_repeated_prompts_replay_in_order(path: Path) -> None:
    recorder = RecordedLLM(path, llm=Counting())
    recorded = [recorder.complete(prompt) for prompt in ("a", "b", "a", "a", "b")]
    replay = RecordedLLM(path)
    assert [replay.complete(prompt) for prompt in ("a", "a", "b", "a", "b")] == [
        recorded[0],
        recorded[2],
        recorded[1],
        recorded[3],
        recorded[4],
    ]
    assert replay.complete("a") == recorded[0], "without a model the first one comes again"
    assert replay.model == recorder.model == "counting"
    assert repr(replay) == "RecordedLLM('on the way.jsonl', replies=5, model='counting')"


def test_the_file_can_be_read_by_a_person(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("größer\n第二")
    assert path.read_text(encoding="utf-8") == WITH_SETTINGS + (
        '{"prompt": "größer\\n第二", "text": "größer\\n第二 → 1", "model": "counting", '
        '"prompt_tokens": 3, "completion_tokens": 4}\n'
    )


def test_a_model_that_has_only_a_name_is_told_from_another(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("a")
    other = Counting()
    other.model = "another"
    with pytest.raises(LLMError, match="recorded with model = 'counting', not 'another'"):
        RecordedLLM(path, llm=other)


@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens"])
def test_a_negative_count_is_refused(path: Path, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"prompt": "a", "text": "b", "model": "m", name: -1}
    path.write_text(HEADER + json.dumps(entry) + "\n", encoding="utf-8")
    with pytest.raises(LLMError, match=r"line 2 of .*a count of tokens is 0 or more"):
        RecordedLLM(path)


def test_recording_goes_on_where_it_stopped(path: Path) -> None:
    first, second = Counting(), Counting()
    before = [RecordedLLM(path, llm=first).complete("a")]
    recorder = RecordedLLM(path, llm=second)
    assert recorder.complete("a") == before[0]
    assert second.calls == 0, "what is in the file costs nothing"
    assert recorder.complete("a").text == "a → 1"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


@given(st.lists(st.tuples(st.text(), st.text()), max_size=6))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list) -> None:
    path = tmp_path_factory.mktemp("recordings") / "r.jsonl"

    class Fixed:
        model = "fixed"

        def complete(self, prompt: str) -> Reply:
            return Reply(answers.pop(0), self.model)

    answers = [text for _, text in texts]
    recorder = RecordedLLM(path, llm=Fixed())
    for prompt, _ in texts:
        recorder.complete(prompt)
    if texts:
        replay = RecordedLLM(path)
        assert [replay.complete(prompt).text for prompt, _ in texts] == [t for _, t in texts]


def test_half_a_surrogate_pair_is_kept(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("\ud83d")
    assert RecordedLLM(path).complete("\ud83d").text == "\ud83d → 1"


def test_a_prompt_that_was_not_recorded_shows_the_nearest_and_the_difference(path: Path) -> None:
    recorder = RecordedLLM(path, llm=Counting())
    for prompt in ("Task:\n  red shoes\nPage 1", "Task:\n  green tea\nPage 1"):
        recorder.complete(prompt)
    with pytest.raises(LLMError) as caught:
        RecordedLLM(path).complete("Task:\n  green tea\nPage 2")
    message = str(caught.value)
    assert "number 2" in message and "of 2 recorded" in message
    assert "-Page 1\n+Page 2" in message and "red shoes" not in message
    assert "llm=" in message and str(path) in message


def test_a_long_difference_is_cut_visibly(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("a\n" * 100)
    with pytest.raises(LLMError, match=r"more lines differ"):
        RecordedLLM(path).complete("b\n" * 100)


def test_an_empty_recording_and_a_missing_one(path: Path) -> None:
    with pytest.raises(LLMError, match=r"no recording .*llm="):
        RecordedLLM(path)
    path.parent.mkdir()
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(LLMError, match="holds no replies"):
        RecordedLLM(path).complete("a")
    with pytest.raises(LLMError, match="cannot read"):
        RecordedLLM(path.parent)


def test_a_failed_call_leaves_no_trace(path: Path) -> None:
    class Broken:
        model = "broken"

        def complete(self, prompt: str) -> Reply:
            raise LLMError("no")

    with pytest.raises(LLMError):
        RecordedLLM(path, llm=Broken()).complete("a")
    assert not path.exists()


@pytest.mark.parametrize("kept", [5, 60, -20, -2])
def test_a_half_written_last_line_is_diagnosed_and_repaired(
    path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = RecordedLLM(path, llm=Counting())
    recorder.complete("a")
    whole = path.read_bytes()
    recorder.complete("b")
    lines = path.read_bytes()[len(whole) :]
    recorder.close()
    path.write_bytes(whole + lines[:kept])
    with pytest.raises(LLMError, match=r"line 3 .* half written.*1 replies before it are whole"):
        RecordedLLM(path)
    llm = Counting()
    with caplog.at_level(logging.WARNING):
        mended = RecordedLLM(path, llm=llm)
    assert "half written" in caplog.text
    assert path.read_bytes() == whole
    assert mended.complete("a").text == "a → 1" and llm.calls == 0
    mended.complete("b")
    assert RecordedLLM(path).complete("b").text == "b → 1"


def test_an_editor_may_take_the_last_line_end_away(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("a")
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert RecordedLLM(path).complete("a").text == "a → 1"
    RecordedLLM(path, llm=Counting()).complete("b")
    assert RecordedLLM(path).complete("b").text == "b → 1"


def test_windows_line_ends_do_no_harm(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("a")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert RecordedLLM(path).complete("a").text == "a → 1"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a poem\nof two lines\n", "line 1"),
        ('{"format": "another 1"}\n', "not a recording"),
        (HEADER + "[1, 2]\n" + '{"prompt": "a"}\n', "line 2"),
        (HEADER + '{"prompt": "a"}\n', "line 2"),
        (HEADER + '{"prompt": "a", "text": "b", "model": "c", "key": "d"}\n', "line 2"),
        (HEADER + '{"prompt": "a", "te\n{"prompt": "b", "text": "", "model": "m"}\n', "line 2"),
    ],
)
def test_a_damaged_file_is_named_by_its_line(path: Path, text: str, named: str) -> None:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LLMError, match=named):
        RecordedLLM(path)
    assert path.read_text(encoding="utf-8") == text, "a damaged file is not touched"


def test_threads_write_whole_lines(path: Path) -> None:
    prompts = [f"prompt {number} " + "x" * 5000 for number in range(60)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads meet everywhere
    try:
        for _ in range(5):
            path.unlink(missing_ok=True)
            recorder = RecordedLLM(path, llm=Counting())
            with ThreadPoolExecutor(8) as pool:
                replies = list(pool.map(recorder.complete, prompts))
            assert path.read_text(encoding="utf-8").count(WITH_SETTINGS) == 1
    finally:
        sys.setswitchinterval(interval)
    assert RecordedLLM(path).model == "counting"
    assert [RecordedLLM(path).complete(p) for p in prompts[:5]] == replies[:5]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 61


def test_a_replay_can_be_sent_to_other_processes(path: Path) -> None:
    RecordedLLM(path, llm=Counting()).complete("a")
    replay = RecordedLLM(path)
    for other in (pickle.loads(pickle.dumps(replay)), copy.deepcopy(replay)):
        assert other.complete("a") == RecordedLLM(path).complete("a")


def test_no_key_and_no_header_reaches_the_file(path: Path) -> None:
    echo = Fault(lambda headers, _: completion(f"click[{headers['Authorization']}]"))
    with FaultServer([echo]) as server:
        llm = OpenAILLM(MODEL, base_url=server.url, api_key=KEY)
        RecordedLLM(path, llm=llm).complete("hello")
    text = path.read_text(encoding="utf-8")
    assert KEY not in text and "click[Bearer [key]]" in text
    entry = json.loads(text.splitlines()[1])
    assert list(entry) == ["prompt", "text", "model", "prompt_tokens", "completion_tokens"]
    replayed = RecordedLLM(path).complete("hello")
    assert (replayed.model, replayed.prompt_tokens) == (MODEL, 7)


def test_choices_are_kept_with_the_prompt_and_asked_for_again(tmp_path: Path) -> None:
    """An answer that was held to some actions is no answer to the free question."""

    class Held:
        model = "held"
        prefers_choices = True

        def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
            return Reply("free" if choices is None else choices.actions[0], "held")

    path = tmp_path / "held.jsonl"
    some = Choices(("click[a]", "click[ü]"), (Form("search[", "]", ("red",)),))
    recorder = RecordedLLM(path, llm=Held())
    assert recorder.prefers_choices
    assert recorder.complete("p", some).text == "click[a]"
    assert recorder.complete("p").text == "free"

    replay = RecordedLLM(path)
    assert replay.prefers_choices
    assert replay.complete("p", Choices(some.actions, some.forms)).text == "click[a]"
    assert replay.complete("p").text == "free"
    with pytest.raises(LLMError, match="not with these choices"):
        replay.complete("p", Choices(("click[a]",)))
    with pytest.raises(LLMError, match="% alike"):
        replay.complete("q", some)


def test_a_recording_without_choices_is_read_and_asks_for_none(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    line = '{"prompt": "p", "text": "t", "model": "m", "prompt_tokens": 1, "completion_tokens": 1}'
    path.write_text(f'{{"format": "rememberer-lite recording 1"}}\n{line}\n', encoding="utf-8")
    old = RecordedLLM(path)
    assert not old.prefers_choices
    assert old.complete("p").text == "t"
    with pytest.raises(LLMError, match="constrained"):
        old.complete("p", Choices(("click[a]",)))


@pytest.mark.parametrize("choices", ["7", "{}", '{"actions": [], "forms": []}', '"click[a]"'])
def test_damaged_choices_name_their_line(tmp_path: Path, choices: str) -> None:
    path = tmp_path / "bad.jsonl"
    line = f'{{"prompt": "p", "choices": {choices}, "text": "t", "model": "m"}}'
    path.write_text(f'{{"format": "rememberer-lite recording 1"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(LLMError, match="line 2"):
        RecordedLLM(path)
