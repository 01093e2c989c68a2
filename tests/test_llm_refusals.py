"""What servers say where they refuse: error bodies in every shape, and options that they refuse."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from fault_server import MODEL, TEXT, Fault, FaultServer, ending, error

from rememberer_lite.llm.address import read_address
from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.complaints import read_complaint
from rememberer_lite.llm.errors import of_complaint
from rememberer_lite.llm.openai_client import OpenAILLM

PROMPT = "red shoes, at most 50 dollars"
ADDRESS = read_address("http://h.example/v1")
WORDS = "the moon is too far"


def client(server: FaultServer, path: str = "/v1", **options: Any) -> OpenAILLM:
    options = {"backoff": 0.01, "api_key": "k", "timeout": 30.0, "max_retries": 0, **options}
    return OpenAILLM(MODEL, base_url=server.url.removesuffix("/v1") + path, **options)


def shapes(words: str) -> dict[str, Any]:
    """One complaint in every shape that servers give it."""
    return {
        "OpenAI": {"error": {"message": words, "type": "x", "param": None, "code": None}},
        "error a text": {"error": words},
        "error a list": {"error": [words]},
        "error and message": {"error": "Bad Request", "message": words, "statusCode": 400},
        "detail": {"detail": words},
        "detail a list": {"detail": [{"loc": ["body"], "msg": words, "type": "value_error"}]},
        "detail an object": {"detail": {"error": {"message": words}}},
        "message": {"message": words},
        "message an object": {"message": {"detail": words}},
        "errors": {"errors": [{"message": words}]},
        "error_description": {"error": "invalid_request", "error_description": words},
        "title": {"type": "about:blank", "title": "Bad Request", "detail": words},
        "a list": [{"error": {"message": words, "code": 400}}],
        "raw": {"error": {"message": "Provider returned error", "metadata": {"raw": words}}},
        "JSON in JSON": {"error": {"message": json.dumps({"error": {"message": words}})}},
        "a JSON text": json.dumps(words).encode(),
        "plain text": words.encode(),
        "a web page": f"<!DOCTYPE html><p>{words}</p>".encode(),
        "unknown keys": {"why": words},
    }


@pytest.mark.parametrize("shape", shapes(""))
@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
def test_the_words_of_the_server_are_shown(shape: str, status: int) -> None:
    with (
        FaultServer(always=Fault(shapes(WORDS)[shape], status)) as server,
        pytest.raises(LLMError, match=WORDS) as caught,
    ):
        client(server).complete(PROMPT)
    assert str(status) in str(caught.value) and "Fix: " in str(caught.value)


def test_an_error_with_status_200_is_shown() -> None:
    for shape in ("error a text", "detail", "message", "OpenAI"):
        with (
            FaultServer(always=Fault(shapes(WORDS)[shape])) as server,
            pytest.raises(LLMError, match=WORDS),
        ):
            client(server).complete(PROMPT)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"7", b"[" * 100_000, b"\xff\xfe"])
def test_a_refusal_without_words_is_an_error_too(body: bytes) -> None:
    with FaultServer([Fault(body, 400)]) as server, pytest.raises(LLMError, match="status 400"):
        client(server).complete(PROMPT)


@pytest.mark.parametrize("sign", ["\x1b[2J", "\u202e", "\x9b", "\x00", "\r"])
def test_no_complaint_steers_the_terminal(sign: str, caplog: pytest.LogCaptureFixture) -> None:
    faults = [error(500, f"a{sign}b"), error(401, f"a{sign}b")]
    with (
        FaultServer(faults) as server,
        caplog.at_level(logging.WARNING),
        pytest.raises(LLMError) as caught,
    ):
        client(server, max_retries=1).complete(PROMPT)
    assert sign not in str(caught.value) + caplog.text and "401" in str(caught.value)


# words → the option that they refuse
REFUSED = {
    "Unsupported value: 'temperature' does not support 0.1 with this model.": "temperature",
    "temperature is not supported by this model": "temperature",
    "`temperature` must be strictly positive": "temperature",
    "Invalid value for temperature: only 1 is allowed": "temperature",
    "body.temperature: Extra inputs are not permitted": "temperature",
    "Unrecognized request argument supplied: stop": "stop",
    "Unsupported parameter: 'stop' is not supported with this model.": "stop",
    "stop sequences are not supported": "stop",
    "property 'stop' is unknown": "stop",
    "Invalid 'stop': array too long. Expected an array with maximum length 2": "stop",
    "Unknown parameter: stream": "stream",
    "stream: Extra inputs are not permitted": "stream",
    "the stream parameter is not supported": "stream",
    "streaming is not available for this model": "stream",
    "Unknown field: max_tokens": "max_tokens",
    "max_tokens is too large: 200. It must be at most 100": "max_tokens",
    "maxTokens: unexpected keyword": "max_tokens",
}


@pytest.mark.parametrize("shape", shapes(""))
@pytest.mark.parametrize("words", REFUSED)
def test_an_option_refused_in_words_is_left_out(
    words: str, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    status = 422 if shape.startswith("detail") else 400
    with FaultServer([Fault(shapes(words)[shape], status)]) as server:
        llm = client(server)
        with caplog.at_level(logging.WARNING):
            assert [llm.complete(PROMPT).text for _ in range(2)] == [TEXT, TEXT]
    first, *later = server.requests
    assert [set(first) - set(sent) for sent in later] == [{REFUSED[words]}] * 2
    warnings = [r.getMessage() for r in caplog.records if "asked without" in r.getMessage()]
    assert len(warnings) == len(caplog.records) == 1 and REFUSED[words] in warnings[0]


@pytest.mark.parametrize("body", [b"", b"<h1>413 Request Entity Too Large</h1>", {"detail": "big"}])
def test_a_request_too_large_names_the_budget(body: Any) -> None:
    with (
        FaultServer(always=Fault(body, 413)) as server,
        pytest.raises(LLMError, match="give the agent a smaller budget"),
    ):
        client(server).complete(PROMPT)


BY_NAME = {
    "the code is null": {"error": {"message": "no", "param": "temperature", "code": None}},
    "the code is a number": {"error": {"message": "no", "param": "temperature", "code": 400}},
    "the place": {"detail": [{"loc": ["body", "temperature"], "msg": "Input is bad", "input": 1}]},
    "a list in param": {"error": {"message": "no", "param": "temperature[0]"}},
    "in another place": {"parameter": "temperature", "message": "no"},
}


@pytest.mark.parametrize("body", BY_NAME.values(), ids=BY_NAME)
def test_an_option_refused_by_name_is_left_out(body: dict[str, Any]) -> None:
    with FaultServer([Fault(body, 400)]) as server:
        assert client(server).complete(PROMPT).text == TEXT
    assert set(server.requests[0]) - set(server.requests[1]) == {"temperature"}


@pytest.mark.parametrize(
    "shape", ["OpenAI", "error a text", "detail", "plain text", "JSON in JSON"]
)
@pytest.mark.parametrize(
    "words",
    [
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "this model wants max_completion_tokens instead",
    ],
)
def test_the_limit_of_the_reply_goes_by_its_other_name(words: str, shape: str) -> None:
    with FaultServer([Fault(shapes(words)[shape], 400)]) as server:
        assert client(server).complete(PROMPT).text == TEXT
    assert "max_tokens" not in server.requests[1]
    assert server.requests[1]["max_completion_tokens"] == 200


def test_everything_may_be_refused_one_after_the_other() -> None:
    names = ["max_tokens", "max_completion_tokens", "temperature", "stop", "stream"]
    faults = [
        error(400, f"Unsupported parameter: '{n}'", code="unsupported_parameter") for n in names
    ]
    with FaultServer(faults) as server:
        assert client(server).complete(PROMPT).text == TEXT
    assert set(server.requests[-1]) == {"model", "messages"}


def test_several_options_are_left_out_at_once() -> None:
    body = {"detail": [{"loc": ["body", n], "msg": "extra"} for n in ("temperature", "stop")]}
    with FaultServer([Fault(body, 422)]) as server:
        assert client(server).complete(PROMPT).text == TEXT
    assert len(server.requests) == 2 and not {"temperature", "stop"} & set(server.requests[1])


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 100 tokens. However, you requested 300 tokens (100 "
        "in the messages, 200 in the completion). Please reduce max_tokens.",
        "you must stop sending so many requests",
        "'n' is not supported",
    ],
)
def test_other_complaints_leave_no_option_out(words: str) -> None:
    with FaultServer(always=error(400, words)) as server:
        with pytest.raises(LLMError, match="status 400"):
            client(server).complete(PROMPT)
        assert len(server.requests) == 1


# what a server says → what the message must advise
ADVICE: dict[str, tuple[Fault, str]] = {
    "a model of the responses API": (
        error(404, "This model is only supported in v1/responses and not in v1/chat/completions."),
        "responses API",
    ),
    "the same with another status": (
        error(400, "o9-deep is available through the Responses API only"),
        "responses API",
    ),
    "no chat model": (error(404, "This is not a chat model and thus not supported"), "not chat"),
    "an embedding model": (error(400, "all-minilm does not support chat"), "not chat"),
    "unknown to OpenRouter": (error(400, "gpt-x is not a valid model ID"), "/v1/models"),
    "not pulled": (Fault({"error": "model 'tiny' not found, try pulling it first"}, 404), "pull"),
    "no deployment": (error(404, "no", code="DeploymentNotFound"), "/v1/models"),
    "decommissioned": (error(400, "gone", code="model_decommissioned"), "/v1/models"),
    "a filter of Azure": (
        Fault({"error": {"message": "The response was filtered due to the prompt triggering our "
                         "content management policy", "code": None,
                         "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, 400),
        "content filter",
    ),
    "a filter in other words": (
        error(400, "Input data may contain inappropriate content."),
        "content filter",
    ),
    "a filter by code": (error(400, "refused", code="content_filter"), "content filter"),
    "a filter by type": (error(400, "refused", type="content_policy_violation"), "content filter"),
    "plain http": (
        Fault(b"<html><h1>400</h1>The plain HTTP request was sent to HTTPS port</html>", 400),
        "https://",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ADVICE)
def test_right_cause_right_fix(name: str) -> None:
    fault, advice = ADVICE[name]
    with FaultServer(always=fault) as server:
        with pytest.raises(LLMError) as caught:
            client(server).complete(PROMPT)
        assert len(server.requests) == 1
    assert advice in str(caught.value).partition("Fix: ")[2]


WRONG_ROOT = {
    "plain text": Fault(b"404 page not found", 404),
    "FastAPI": Fault({"detail": "Not Found"}, 404),
    "OpenAI": error(404, "Invalid URL (POST /chat/completions)"),
    "nothing": Fault(b"", 404),
    "wrong method": Fault({"detail": "Method Not Allowed"}, 405),
    "LM Studio": Fault({"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
    "a web page": Fault(b"<html><title>Ollama is running</title></html>"),
    "a web page with 404": Fault(b"<html>Models: nothing is here</html>", 404),
    "a route": Fault({"error": "no route for POST /chat/completions"}, 404),
}


@pytest.mark.parametrize("name", WRONG_ROOT)
@pytest.mark.parametrize("path", ["", "/", "/api"])
def test_a_base_url_without_v1_is_told_with_the_right_one(name: str, path: str) -> None:
    with FaultServer(always=WRONG_ROOT[name]) as server:
        with pytest.raises(LLMError) as caught:
            client(server, path).complete(PROMPT)
        assert len(server.requests) == 1
    assert "write /v1 at its end" in str(caught.value)


SAID = [{"type": "text", "text": "click[b] -> 1"}]
# what servers send with status 200 under the addresses of their own APIs → what the message names
OTHER_APIS: dict[str, tuple[dict[str, Any], str, str]] = {
    "Ollama, chat": (
        {"model": "m", "message": {"role": "assistant", "content": "click[b]"}, "done": True},
        "Ollama's own API", "/v1",
    ),
    "Ollama, one piece of a stream": (
        {"model": "m", "message": {"role": "assistant", "content": ""}, "done": False},
        "Ollama's own API", "/v1",
    ),
    "Ollama, generate": ({"response": "click[b]", "done": True}, "Ollama's own API", "/v1"),
    "responses": (
        {"object": "response", "status": "completed", "error": None,
         "output": [{"type": "message", "content": SAID}], "usage": {"input_tokens": 1}},
        "responses API", "/chat/completions",
    ),
    "responses, empty": ({"object": "response", "output": []}, "responses API", "chat model"),
    "Anthropic": (
        {"type": "message", "role": "assistant", "content": SAID, "stop_reason": "end_turn"},
        "Anthropic", "/v1",
    ),
    "Gemini": ({"candidates": [{"content": {"parts": SAID}}]}, "Gemini", "/v1beta/openai"),
    "llama.cpp": ({"content": "click[b]", "generation_settings": {}}, "llama.cpp", "/v1"),
    "completions": (
        {"object": "text_completion", "choices": [{"text": "click[b]", "index": 0}]},
        "completions API", "chat model",
    ),
    "embeddings": (
        {"object": "list", "data": [{"embedding": [0.1]}], "usage": {"total_tokens": 3}},
        "embeddings API", "chat model",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_APIS)
def test_an_answer_of_another_api_is_named_with_the_fix(name: str) -> None:
    body, api, fix = OTHER_APIS[name]
    with FaultServer(always=Fault(body)) as server:
        with pytest.raises(LLMError) as caught:
            client(server, "/api").complete(PROMPT)
        assert len(server.requests) == 1, "it must not be repeated"
    cause, _, advice = str(caught.value).partition("Fix: ")
    assert api in cause and fix in advice


@pytest.mark.parametrize("why", ["content_filter", "SAFETY", "recitation", "sensitive"])
def test_a_held_back_reply_is_the_filters_doing(why: str) -> None:
    with (
        FaultServer(always=ending("", why)) as server,
        pytest.raises(LLMError, match="content filter"),
    ):
        client(server).complete(PROMPT)
    with FaultServer(always=ending(TEXT, why)) as server:
        assert client(server).complete(PROMPT).text == TEXT


IN_WORDS: dict[str, list[tuple[int, str]]] = {
    "content filter": [
        (400, "Your input was blocked by our safety filters"),
        (400, "prompt flagged as potentially violating our usage policy"),
        (451, "content blocked"),
        (400, "sensitive content detected"),
        (400, "The request contains prohibited content"),
    ],
    "a smaller budget": [
        (400, "Input length 5000 exceeds maximum allowed token size"),
        (400, "inputs tokens + max_new_tokens must be <= 2048. Given: 5000 inputs tokens"),
        (400, "input tokens exceed the configured limit of 4096 tokens"),
        (400, "The prompt size is larger than the window"),
    ],
    "no credit left": [
        (400, "Your credit balance is too low to access the API"),
        (403, "Insufficient funds"),
        (429, "you are out of credits"),
    ],
    "the key is missing or wrong": [
        (400, "API key not valid. Please pass a valid API key."),
        (403, "Incorrect API key provided"),
        (400, "No api_key in the request"),
    ],
}


@pytest.mark.parametrize(
    ("fix", "status", "words"),
    [(fix, status, words) for fix, said in IN_WORDS.items() for status, words in said],
)
def test_the_cause_is_found_in_the_words_of_any_shape(fix: str, status: int, words: str) -> None:
    for body in shapes(words).values():
        complaint = read_complaint(body if isinstance(body, bytes) else json.dumps(body).encode())
        if words in complaint.words:  # not under keys that nobody knows
            found = of_complaint(status, complaint, MODEL, ADDRESS, ("stop", "max_tokens"))
            assert fix in found.fix and not found.without


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("temperature", "Value error, temperature is disabled for reasoning models"),
        ("temperature", "Sampling temperature is fixed for this series"),
        ("stop", "stop: this field is disabled"),
        ("stop", "stop sequences are disallowed"),
    ],
)
def test_a_refusal_in_other_words(name: str, words: str) -> None:
    complaint = read_complaint(json.dumps({"error": words}).encode())
    assert of_complaint(400, complaint, MODEL, ADDRESS, ("temperature", "stop")).without == (name,)
