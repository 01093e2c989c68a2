"""A character that came as its two halves is one character: what is saved is what is read back."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fault_server import MODEL, FaultServer
from hypothesis import given, settings
from hypothesis import strategies as st

from rememberer_lite import (
    ExperienceMemory,
    NoExemplars,
    OpenAILLM,
    RecordedLLM,
    Reply,
    State,
    storage,
)
from rememberer_lite.domain import Domain
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.memory.record_update import merge
from rememberer_lite.prompts.choices import Choices, Form
from rememberer_lite.state import ActionValue, Decision, Experience, Recent
from rememberer_lite.text import joined
from rememberer_lite.training.episode import Episode, Step, load_episodes, save_episodes

HIGH, LOW = "\ud83d", "\ude00"
TEXT = st.text(st.sampled_from([HIGH, LOW, "\udbff", "\udc00", "\N{GRINNING FACE}", "a", "\n"]))
LINE = TEXT.map(lambda text: text.replace("\n", " "))


class Says:
    """Answers with one text, whatever it is asked."""

    model = f"says{HIGH}{LOW}"

    def __init__(self, text: str) -> None:
        self.text = text

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        return Reply(self.text, self.model, 1, 1)


def learnt(task: str, page: str, action: str, reason: str) -> ExperienceMemory:
    memory = ExperienceMemory(WEBSHOP.similarity())
    memory.start(State(task, page, (action,), reason))
    memory.observe(action, 1.0, State(page, task), False, reason)
    memory.observe(action + "b", 0.5, None, True, reason)
    return memory


@settings(max_examples=20)
@given(task=TEXT, page=TEXT, action=LINE.filter(bool), reason=LINE)
def test_a_memory_is_read_back_as_it_was(task: str, page: str, action: str, reason: str) -> None:
    memory = learnt(task, page, action, reason)
    with TemporaryDirectory() as folder:
        storage.save(memory, Path(folder) / "m.json")
        again = storage.load(Path(folder) / "m.json", WEBSHOP.similarity())
    assert list(again) == list(memory)
    assert all(record.actions == other.actions for record, other in zip(again, memory, strict=True))
    assert State(task, page, (action,), reason) in again


@settings(max_examples=20)
@given(prompt=TEXT, reply=TEXT, label=LINE)
def test_a_recording_replays_what_was_recorded(prompt: str, reply: str, label: str) -> None:
    choices = Choices((label,), (Form(label, label, (label,)),))
    with TemporaryDirectory() as folder:
        recorder = RecordedLLM(Path(folder) / "r.jsonl", llm=Says(reply))
        said = [recorder.complete(prompt), recorder.complete(prompt, choices)]
        recorder.close()
        replay = RecordedLLM(Path(folder) / "r.jsonl")
        assert [replay.complete(prompt), replay.complete(prompt, choices)] == said
        assert replay.complete(joined(prompt)) == said[0]


@settings(max_examples=20)
@given(page=TEXT, label=LINE, reason=LINE)
@pytest.mark.parametrize("domain", [WEBSHOP, WIKIHOW], ids=lambda domain: domain.name)
def test_episodes_are_read_back_as_they_were(
    domain: Domain, page: str, label: str, reason: str
) -> None:
    llm = Says(f"search[{label}x] -> 0.5 {reason}")
    state, recent = State(page, page, (label,)), Recent((label,), (reason,))
    turn = NoExemplars(llm, domain).act(state, recent, random.Random(0))
    assert turn.decision is not None
    step = Step(state, recent, turn, turn.decision.action, done=True)
    episode = Episode(0, (step,), False, last_state=state)
    with TemporaryDirectory() as folder:
        save_episodes([episode], Path(folder) / "e.jsonl")
        assert load_episodes(Path(folder) / "e.jsonl") == [episode]


@given(TEXT)
def test_halves_that_meet_are_one_character_everywhere(text: str) -> None:
    whole = joined(text)
    assert f"{HIGH}{LOW}" not in whole
    assert whole == text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    state = State(text, text, (text,), text)
    assert state == State(whole, whole, (whole,), whole)
    assert hash(state) == hash(State(whole, whole, (whole,), whole))
    assert Decision(text, None, text) == Decision(whole, None, whole)
    assert ActionValue(0.0, 0.0, 1, text) == ActionValue(0.0, 0.0, 1, whole)
    assert Reply(text, text) == Reply(whole, whole)
    assert Recent().after(text, 1.0, text) == Recent((whole,), (whole,), 1.0, 1.0)
    one = ActionValue(1.0, 1.0, 1)
    record = Experience(state, 0, {text: one}, 1, Recent((text,), (text,)))
    assert record.actions == {whole: one}
    assert merge(record, record).actions.keys() == {whole}


def test_a_half_alone_stays_as_it_is() -> None:
    for text in (HIGH, LOW, LOW + HIGH, f"{HIGH} {LOW}", f"{HIGH}\n{LOW}"):
        assert joined(text) is text
        assert State(text, "").task == text


def test_half_a_character_is_sent_to_a_server_as_a_question_mark() -> None:
    choices = Choices((f"click[{HIGH}]",), (Form(f"search{LOW}[", "]"),))
    with FaultServer() as server:
        llm = OpenAILLM(MODEL, base_url=server.url, api_key="sk-test", timeout=30.0)
        for held in (None, choices):
            llm.complete(f"a{HIGH} mug {HIGH}{LOW}", held)
        sent = [request["messages"][0]["content"] for request in server.requests]
    assert sent == ["a? mug \N{GRINNING FACE}"] * 2
