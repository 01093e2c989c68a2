"""Models that think before they answer: what comes of their thoughts, and of stop words in them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fault_server import MODEL, TEXT, Fault, FaultServer, completion, ending, error, stream

from rememberer_lite.cli import main
from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.openai_client import OpenAILLM

PROMPT = "red shoes, at most 50 dollars"
THOUGHT = "click[x] may be Discouraged"


def client(server: FaultServer, **options: Any) -> OpenAILLM:
    options = {"backoff": 0.01, "api_key": "k", "timeout": 30.0, **options}
    return OpenAILLM(MODEL, base_url=server.url, **options)


def counted() -> Fault:
    """The thoughts are hidden; only the count of tokens tells of them."""
    answer = completion("")
    answer["usage"]["completion_tokens_details"] = {"reasoning_tokens": 180}
    return Fault(answer)


ONLY_THOUGHTS = {
    "reasoning_content": ending("", "stop", reasoning_content=THOUGHT),
    "reasoning": ending(None, "stop", reasoning=THOUGHT),
    "thinking": ending(" \n", "stop", thinking=THOUGHT),
    "reasoning_details": ending("", "stop", reasoning_details=[{"text": THOUGHT}]),
    "a thinking part": ending([{"type": "thinking", "thinking": THOUGHT}], "stop"),  # type: ignore[arg-type]
    "a reasoning part": ending([{"type": "reasoning", "text": THOUGHT}], "stop"),  # type: ignore[arg-type]
    "an open mark": ending(f"<think>{THOUGHT}", "stop"),
    "another mark": ending(f"[THINK]{THOUGHT}", "stop"),
    "a channel": ending(f"<|channel|>analysis<|message|>{THOUGHT}", "stop"),
    "no finish_reason": ending(f"<thinking>{THOUGHT}", None),  # type: ignore[arg-type]
    "a stream": stream("", reasoning_content=THOUGHT),
    "hidden": counted(),
}


@pytest.mark.parametrize("name", ONLY_THOUGHTS)
def test_thoughts_cut_by_a_stop_word_are_asked_for_again_without(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = Fault(completion())
    with FaultServer([ONLY_THOUGHTS[name], good, good]) as server, caplog.at_level(logging.WARNING):
        llm = client(server, max_retries=0)
        assert [llm.complete(PROMPT).text for _ in range(2)] == [TEXT, TEXT]
    assert ["stop" in sent for sent in server.requests] == [True, False, False]
    assert [r.getMessage().count("without stop") for r in caplog.records] == [1]


@pytest.mark.parametrize("name", ONLY_THOUGHTS)
def test_thoughts_alone_end_with_the_fixes(name: str) -> None:
    with FaultServer(always=ONLY_THOUGHTS[name]) as server:
        with pytest.raises(LLMError) as caught:
            client(server).complete(PROMPT)
        assert len(server.requests) == 2
        with pytest.raises(LLMError):
            client(server, stop=()).complete(PROMPT)
        assert len(server.requests) == 3, "there is nothing to leave out"
    for fix in ("stop=()", "max_output_tokens", "thinking off"):
        assert fix in str(caught.value)


@pytest.mark.parametrize("why", ["length", "max_tokens", "MAX_TOKENS"])
@pytest.mark.parametrize("text", ["", None, f"<think>{THOUGHT}", f"<reasoning>{THOUGHT}"])
def test_thoughts_cut_by_the_limit_name_the_limit(text: str | None, why: str) -> None:
    with FaultServer(always=ending(text, why, reasoning=THOUGHT)) as server:
        with pytest.raises(LLMError, match=r"limit \(max_output_tokens=123\).*thinking off"):
            client(server, max_output_tokens=123).complete(PROMPT)
        assert len(server.requests) == 1, "the same limit would cut them again"


def test_thoughts_beside_an_answer_do_no_harm() -> None:
    beside = Fault(completion(TEXT, reasoning_content=THOUGHT))
    within = Fault(completion(f"<think>{THOUGHT}</think>{TEXT}"))
    with FaultServer([beside, within]) as server:
        llm = client(server)
        assert llm.complete(PROMPT).text == TEXT
        assert llm.complete(PROMPT).text.endswith(TEXT)
    assert len(server.requests) == 2


def test_an_answer_in_pieces_is_put_together() -> None:
    with FaultServer([stream(), stream("größer → \u2028x")]) as server:
        llm = client(server)
        reply = llm.complete(PROMPT)
        assert llm.complete(PROMPT).text == "größer → \u2028x"
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == (TEXT, 7, 5)
    assert server.requests[0]["stream"] is False


def test_a_stream_that_breaks_off_is_repeated() -> None:
    with FaultServer([stream(end=False)]) as server:
        assert client(server).complete(PROMPT).text == TEXT
    assert len(server.requests) == 2


def test_an_error_in_a_stream_is_told() -> None:
    fault = Fault(b'data: {"error": {"message": "the GPU is gone"}}\n\n')
    with FaultServer(always=fault) as server, pytest.raises(LLMError, match="the GPU is gone"):
        client(server, max_retries=1).complete(PROMPT)


def test_comments_before_the_answer_are_passed_over() -> None:
    with FaultServer([Fault(b": PROCESSING\n\n" + Fault(completion()).data({}, {}))]) as server:
        assert client(server).complete(PROMPT).text == TEXT


def test_a_reply_ends_where_it_would_play_on() -> None:
    with FaultServer() as server:
        client(server).complete(PROMPT)
        client(server, stop=()).complete(PROMPT)
        client(server, stop=None, temperature=None, max_output_tokens=None).complete(PROMPT)
    default, empty, none = server.requests
    assert {"### Now", "### Example", "Discouraged"} <= set(default["stop"])
    assert len(default["stop"]) <= 4, "OpenAI takes no more"
    assert "stop" not in empty and empty["temperature"] == 0.1
    assert not {"stop", "temperature", "max_tokens", "max_completion_tokens"} & set(none)


# --- on the command line ---------------------------------------------------------------------


def sent_by(*options: str) -> dict[str, Any]:
    with FaultServer() as server:
        command = ["evaluate", "--goals", "0", "--model", MODEL, "--base-url", server.url]
        assert main([*command, "--max-calls", "1", *options]) == 2, "the budget is used up"
    return server.requests[0]


def test_the_options_of_a_model_stand_on_the_command_line() -> None:
    sent = sent_by("--temperature", "0.7", "--max-output-tokens", "5000", "--stop", "A", "--stop=B")
    assert (sent["temperature"], sent["max_tokens"], sent["stop"]) == (0.7, 5000, ["A", "B"])
    sent = sent_by("--temperature", "none", "--max-output-tokens", "none", "--stop", "")
    assert not {"temperature", "max_tokens", "stop"} & set(sent)
    plain = sent_by()
    assert (plain["temperature"], plain["max_tokens"]) == (0.1, 200) and plain["stop"]


def test_a_timeout_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    slow = Fault(completion(), delay=0.5)
    with FaultServer([slow], always=error(401, "no")) as server:
        command = ["evaluate", "--goals", "0", "--model", MODEL, "--base-url", server.url]
        assert main([*command, "--timeout", "0.1"]) == 2
    assert len(server.requests) == 2 and "401" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--temperature=hot", "--temperature=-1", "--temperature=nan",
                                    "--max-output-tokens=0", "--max-output-tokens=1.5",
                                    "--timeout=-3", "--timeout=inf"])  # fmt: skip
def test_what_is_no_number_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "--model", "m", option])
    assert "choose a number above 0, or none" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--temperature=1", "--stop=A", "--timeout=9"])
def test_they_need_a_model_on_a_server(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--goals", "0", option]) == 2
    assert "add --model NAME" in capsys.readouterr().err
