"""The real client over real HTTP against a server that breaks in every way (fault_server.py)."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import pickle
import socket
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fault_server import MODEL, TEXT, UPSTREAM, Fault, FaultServer, completion, ending, error

from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.budget import Budget, BudgetExceeded
from rememberer_lite.llm.connections import MOST_BYTES
from rememberer_lite.llm.openai_client import OpenAILLM
from rememberer_lite.prompts import parse_reply
from rememberer_lite.prompts.choices import Choices, Form
from rememberer_lite.state import Decision

KEY = "sk-never-show-this-key-123456"
PROMPT = "red shoes, at most 50 dollars"
GOOD = json.dumps(completion()).encode()


def client(server: FaultServer, **options: Any) -> OpenAILLM:
    options = {"backoff": 0.01, "api_key": KEY, "timeout": 30.0, **options}
    return OpenAILLM(MODEL, base_url=server.url, **options)


# what breaks for good → what the message must name (the cause, and the fix)
FINAL = {
    "wrong key": (error(401, "Incorrect API key provided"), ["401", "OPENAI_API_KEY"]),
    "forbidden": (error(403, "Project has no access"), ["403", "another key or model"]),
    "retired model": (
        error(404, "The model `tiny` has been deprecated", code="model_not_found"),
        ["404", "deprecated", "retired"],
    ),
    "no such path": (Fault(b"404 page not found", 404), ["404", "/v1"]),
    "wrong method": (Fault(b"", 405), ["405", "/v1"]),
    "context overflow": (
        error(400, "maximum context length is 4096 tokens", code="context_length_exceeded"),
        ["context", "budget"],
    ),
    "context overflow of llama.cpp": (
        error(400, "the request exceeds the available context size", type="exceed_context_size"),
        ["context size", "budget"],
    ),
    "too large": (error(413, "prompt too long"), ["413", "budget"]),
    "bad request": (error(400, "invalid value"), ["400", "invalid value"]),
    "unprocessable": (error(422, "field required"), ["422", "field required"]),
    "no credit": (error(429, "check your plan", code="insufficient_quota"), ["429", "credit"]),
    "web page": (Fault(b"<!DOCTYPE html><title>Log in</title>"), ["web page", "/v1"]),
    "thought too long": (ending(None, "length"), ["max_output_tokens"]),
    "thought too long, empty": (ending("", "length"), ["max_output_tokens"]),
    "flagged": (error(403, "Your input was flagged"), ["403", "content filter"]),
    "content filter": (ending(None, "content_filter"), ["content filter"]),
    "long pause": (error(429, "slow down", {"retry-after": "90"}), ["90 s", "max_wait"]),
    "long pause by date": (
        error(
            503,
            "maintenance",
            {
                "date": "Wed, 21 Oct 2026 07:00:00 GMT",
                "retry-after": "Wed, 21 Oct 2026 08:00:00 GMT",
            },
        ),
        ["503", "max_wait"],
    ),
}

# what may pass
PASSING = {
    "rate limit": error(429, "slow down"),
    "rate limit with a pause": error(429, "slow down", {"retry-after": "0.02"}),
    "rate limit in ms": error(429, "slow down", {"retry-after-ms": "20"}),
    "rate limit, nonsense pause": error(429, "slow down", {"retry-after": "soon"}),
    "request timeout": error(408, "too slow"),
    "conflict": error(409, "locked"),
    "server error": error(500, "oops"),
    "bad gateway": Fault(b"<html>502 Bad Gateway</html>", 502),
    "overloaded": error(503, "overloaded"),
    "gateway timeout": Fault(b"", 504),
    "dropped connection": Fault(cut=-1),
    "cut answer": Fault(GOOD, cut=40),
    "cut stream": Fault(
        raw=b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n" + GOOD[:16] + b"\r\n"
    ),
    "no HTTP at all": Fault(raw=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "broken compression": Fault(GOOD, headers={"content-encoding": "gzip"}),
    "broken JSON": Fault(GOOD[:-20]),
    "empty body": Fault(b""),
    "a list": Fault([]),
    "JSON null": Fault(b"null"),
    "deep nonsense": Fault(b"[" * 200_000),
    "no choices": Fault({**completion(), "choices": []}),
    "choices missing": Fault({"id": "x"}),
    "choices null": Fault({**completion(), "choices": None}),
    "choices of strings": Fault({**completion(), "choices": ["no"]}),
    "message null": Fault({**completion(), "choices": [{"message": None}]}),
    "null content": Fault(completion(None)),
    "content of a wrong type": Fault({**completion(), "choices": [{"message": {"content": 7}}]}),
    "error with status 200": Fault({"error": {"message": "upstream failed"}}),
    "not UTF-8": Fault(b"\xff\xfe\x00"),
}


def test_a_proper_reply() -> None:
    with FaultServer() as server:
        llm = client(server)
        reply = llm.complete(PROMPT)
    assert reply.text
    assert reply.prompt_tokens > 0 and reply.completion_tokens > 0
    assert llm.budget.spent.calls == 1
    assert llm.budget.spent.tokens == reply.prompt_tokens + reply.completion_tokens
    sent = server.requests[0]
    assert sent["model"] == MODEL
    assert sent["messages"] == [{"role": "user", "content": PROMPT}]
    assert (sent["temperature"], sent["max_tokens"]) == (0.1, 200)
    assert sent["stop"][0] == "Discouraged" and len(sent["stop"]) <= 4
    if not UPSTREAM:
        assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == (TEXT, 7, 5)


@pytest.mark.parametrize("name", FINAL)
def test_what_breaks_for_good_ends_at_once_and_names_the_fix(name: str) -> None:
    fault, words = FINAL[name]
    with FaultServer([fault]) as server:
        with pytest.raises(LLMError) as caught:
            client(server).complete(PROMPT)
        assert len(server.requests) == 1, "it must not be repeated"
    for word in [*words, MODEL, "Fix: "]:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_repeated_in_sight(name: str, caplog: pytest.LogCaptureFixture) -> None:
    fault = PASSING[name]
    with FaultServer([fault, fault]) as server, caplog.at_level(logging.WARNING):
        llm = client(server)
        assert llm.complete(PROMPT).text
        assert len(server.requests) == 3
    assert llm.budget.spent.calls == 3
    shown = [r.getMessage() for r in caplog.records if r.name == "rememberer_lite.llm"]
    assert len([line for line in shown if "asking again in" in line]) == 2
    assert "repetition 2 of 4" in shown[1]


@pytest.mark.parametrize("name", PASSING)
def test_repetitions_are_bounded(name: str) -> None:
    with FaultServer(always=PASSING[name]) as server:
        with pytest.raises(LLMError, match=r"asked 3 times") as caught:
            client(server, max_retries=2).complete(PROMPT)
        assert len(server.requests) == 3
    assert "Fix: " in str(caught.value)


def test_a_timeout_is_repeated_and_then_ends() -> None:
    with FaultServer(always=Fault(GOOD, delay=0.4)) as server:
        with pytest.raises(LLMError, match=r"timeout .*asked 2 times.*raise timeout"):
            client(server, timeout=0.1, max_retries=1).complete(PROMPT)
        assert len(server.requests) == 2


OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.mark.parametrize("timeout", [0.5])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(drip=(b"H", 0.05)),
        Fault(raw=OK + b"x: ", drip=(b"x", 0.05)),
        Fault(raw=OK, drip=(b"x: y\r\n", 0.05)),
        Fault(drip=(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05)),
        Fault(raw=OK + b"content-length: 100000\r\n\r\n", drip=(b" ", 0.05)),
        Fault(raw=OK + b"transfer-encoding: chunked\r\n\r\n", drip=(b"1\r\n \r\n", 0.05)),
        Fault(raw=OK + b"\r\n" + GOOD, drip=(b" ", 0.05)),
        Fault(raw=OK + b"\r\n", drip=(b": keep-alive\n\n", 0.05)),
    ],
)
def test_an_answer_that_never_ends_is_broken_off(fault: Fault, timeout: float) -> None:
    with FaultServer([fault] * 2) as server:
        llm = client(server, timeout=timeout, max_retries=1)
        began = time.monotonic()
        with pytest.raises(LLMError, match=r"no whole answer .*asked 2 times.*raise timeout"):
            llm.complete(PROMPT)
        assert time.monotonic() - began < 4 * timeout + 2
        assert llm.complete(PROMPT).text  # the next call has a connection that works


@pytest.mark.parametrize("zipped", [False, True])
def test_an_answer_of_no_end_is_not_kept(zipped: bool) -> None:
    body = b" " * (MOST_BYTES + 1)
    if zipped:
        fault = Fault(gzip.compress(body, 1), headers={"content-encoding": "gzip"})
    else:
        fault = Fault(body)
    with FaultServer([fault]) as server:
        with pytest.raises(LLMError, match=r"longer than .* bytes.*Fix: check base_url"):
            client(server).complete(PROMPT)
        assert len(server.requests) == 1


def test_a_refused_connection_ends_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    llm = OpenAILLM(MODEL, base_url=f"http://127.0.0.1:{port}/v1", max_retries=50, backoff=9)
    with pytest.raises(LLMError, match=r"refused.*start the server"):
        llm.complete(PROMPT)


def test_a_server_that_has_answered_may_come_back() -> None:
    with FaultServer() as server:
        llm = client(server, max_retries=1)
        llm.complete(PROMPT)
    with pytest.raises(LLMError, match="asked 2 times"):
        llm.complete(PROMPT)


@pytest.mark.parametrize("url", ["localhost:11434", "nonsense", "http://", "http://[::1"])
def test_a_bad_address_is_named(url: str) -> None:
    with pytest.raises(LLMError, match="Fix: ") as caught:
        OpenAILLM(MODEL, base_url=url, max_retries=0).complete(PROMPT)
    assert "base_url" in str(caught.value)


def test_no_key_for_openai_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(LLMError, match="OfflineLLM"):
        OpenAILLM("gpt-9")


def test_the_environment_names_server_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    with FaultServer(
        [Fault(lambda headers, _: keys.append(headers["Authorization"]) or GOOD)]
    ) as s:
        monkeypatch.setenv("OPENAI_BASE_URL", s.url)
        monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")  # as pasted
        OpenAILLM(MODEL).complete(PROMPT)
    assert keys == [f"Bearer {KEY}"]


def test_a_proxy_does_not_stand_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with FaultServer() as server:
        assert client(server).complete(PROMPT).text


def test_an_option_that_the_model_does_not_take_is_left_out() -> None:
    def refuse(name: str) -> Fault:
        return error(
            400, f"Unsupported parameter: '{name}'", param=name, code="unsupported_parameter"
        )

    faults = [refuse("max_tokens"), refuse("temperature"), refuse("stop")]
    with FaultServer(faults, always=None if UPSTREAM else Fault(completion())) as server:
        llm = client(server)
        llm.complete(PROMPT)
        llm.complete(PROMPT)
    last = server.requests[-1]
    assert last["max_completion_tokens"] == 200
    assert not {"max_tokens", "temperature", "stop"} & set(last)
    assert len(server.requests) == 5, "what was learnt holds for later calls"


def test_other_refused_options_end_the_call() -> None:
    fault = error(400, "Unsupported parameter: 'n'", param="n", code="unsupported_parameter")
    with FaultServer([fault]) as server, pytest.raises(LLMError, match="Unsupported parameter"):
        client(server).complete(PROMPT)


def test_an_empty_reply_and_a_refusal_are_replies() -> None:
    refusal = completion(None, refusal="I cannot help")
    parts = completion()
    parts["choices"][0]["message"]["content"] = [{"type": "text", "text": "a"}, {"text": "b"}]
    with FaultServer([Fault(completion("")), Fault(refusal), Fault(parts)]) as server:
        llm = client(server)
        assert [llm.complete(PROMPT).text for _ in range(3)] == ["", "I cannot help", "ab"]


@pytest.mark.parametrize("number", [10**40, 10**9 + 1, -1, True, "7", 1.5, None])
def test_a_count_that_no_call_can_have_is_estimated(number: Any) -> None:
    answer = completion()
    answer["usage"] = {"prompt_tokens": number, "completion_tokens": number}
    with FaultServer([Fault(answer)]) as server:
        llm = client(server)
        reply = llm.complete("click or search?")
        assert 0 < reply.prompt_tokens < 100 and 0 < reply.completion_tokens < 100
        llm.complete("once more")  # the next estimate is not spoilt


def test_missing_usage_is_estimated_upwards() -> None:
    answer = {k: v for k, v in completion().items() if k not in ("usage", "model")}
    with FaultServer([Fault(answer)]) as server:
        reply = client(server).complete(PROMPT)
    assert reply.model == MODEL
    assert reply.prompt_tokens >= 9 and reply.completion_tokens >= 9


def test_a_low_estimate_warns_once_and_is_corrected(caplog: pytest.LogCaptureFixture) -> None:
    answer = completion()
    answer["usage"]["prompt_tokens"] = 500
    with FaultServer(always=Fault(answer)) as server, caplog.at_level(logging.WARNING):
        llm = client(server, budget=Budget(max_tokens=1300))
        llm.complete(PROMPT)
        shown = [record.getMessage() for record in caplog.records]
        assert any("counted 500 tokens" in line for line in shown)
        llm.complete(PROMPT)
        assert len([line for line in caplog.text.splitlines() if "counted 500" in line]) == 1
        # 1,010 tokens are spent; a third call is now known to take 700, not 230
        with pytest.raises(BudgetExceeded):
            llm.complete(PROMPT)


# --- the key ---------------------------------------------------------------------------------


def everything_shown(error: BaseException) -> str:
    """What a traceback can show: the chain of exceptions, and the frames' variables."""
    shown = []
    seen: BaseException | None = error
    while seen is not None:
        trace = traceback.TracebackException.from_exception(seen, capture_locals=True)
        shown += list(trace.format())
        shown += [repr(vars(seen)), repr(seen.args)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(shown)


ECHO = Fault(
    lambda headers, _: {"error": {"message": f"bad key {headers['Authorization']} {KEY}"}}, 401
)


@pytest.mark.parametrize(
    "fault", [ECHO, *(f for f, _ in FINAL.values()), *PASSING.values()], ids=lambda f: f.status
)
def test_the_key_never_shows(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    with FaultServer(always=fault) as server, caplog.at_level(logging.DEBUG):
        llm = client(server, max_retries=1)
        # the test's own frame holds the key: only the frames of the package count
        caught = None
        try:
            llm.complete(PROMPT)
        except LLMError as error:
            caught = error
        assert caught is not None and caught.__cause__ is None and caught.__context__ is None
        assert caught.__traceback__ is not None
        caught.__traceback__ = caught.__traceback__.tb_next
    assert KEY not in everything_shown(caught)
    assert KEY not in caplog.text
    assert KEY not in repr(llm) + str(llm) + repr(vars(llm)) + repr(llm.budget)


def test_a_client_is_never_written_down() -> None:
    llm = OpenAILLM(MODEL, base_url="http://127.0.0.1:9/v1", api_key=KEY)
    with pytest.raises(LLMError, match="its key would go along"):
        pickle.dumps(llm)
    assert copy.deepcopy({"llm": llm})["llm"] is llm


def test_the_package_is_imported_only_when_a_model_is_asked(
    run_python: Callable[..., str],
) -> None:
    said = run_python(
        "import sys, rememberer_lite\n"
        "llm = rememberer_lite.OpenAILLM('m', base_url='http://127.0.0.1:9/v1')\n"
        "print('openai' in sys.modules)\n"
        "try:\n    llm.complete('hello')\n"
        "except rememberer_lite.LLMError:\n    print('openai' in sys.modules)"
    )
    assert said.split() == ["False", "True"]


def test_an_echoed_key_is_taken_out_of_the_reply() -> None:
    with FaultServer(
        [Fault(lambda headers, _: completion(f"click[{headers['Authorization']}]"))]
    ) as s:
        reply = client(s).complete(PROMPT)
    assert KEY not in reply.text and "[key]" in reply.text


def test_what_only_looks_like_a_key_stays_in_replies() -> None:
    text = "click[sk-iicream] -> 0.5 a bearer bond"
    with FaultServer([Fault(completion(text))]) as server:
        assert client(server).complete(PROMPT).text == text


def test_another_key_does_not_show_in_a_complaint() -> None:
    complaint = error(401, "Incorrect API key: sk-abc*****wxyz")
    with FaultServer([complaint]) as server, pytest.raises(LLMError) as caught:
        client(server).complete(PROMPT)
    assert "wxyz" not in str(caught.value)


def test_a_password_in_the_address_does_not_show() -> None:
    llm = OpenAILLM(MODEL, base_url="http://me:secret@127.0.0.1:9/v1?token=hush")
    with pytest.raises(LLMError) as caught:
        llm.complete(PROMPT)
    for text in (repr(llm), str(caught.value)):
        assert "secret" not in text and "hush" not in text


# --- budget and threads ----------------------------------------------------------------------


def test_a_budget_stops_before_the_call() -> None:
    with FaultServer() as server:
        llm = client(server, budget=Budget(max_calls=2))
        llm.complete(PROMPT)
        llm.complete(PROMPT)
        with pytest.raises(BudgetExceeded, match="max_calls=2"):
            llm.complete(PROMPT)
        assert len(server.requests) == 2


def test_repetitions_count_as_calls() -> None:
    with FaultServer(always=PASSING["server error"]) as server:
        with pytest.raises(BudgetExceeded, match="max_calls=3"):
            client(server, budget=Budget(max_calls=3)).complete(PROMPT)
        assert len(server.requests) == 3


def test_a_cost_is_never_passed_by_threads() -> None:
    budget = Budget(max_cost=0.01, prices=(2.0, 8.0))
    with FaultServer(delay=0.01) as server:
        llm = client(server, budget=budget)

        def ask(number: int) -> bool:
            try:
                llm.complete(f"{PROMPT} {number}")
            except BudgetExceeded:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(ask, range(40)))
    assert True in done and False in done
    assert budget.spent.cost is not None and budget.spent.cost <= 0.01
    assert budget.spent.calls == done.count(True) == len(server.requests)


def test_a_rate_limit_holds_all_threads_back() -> None:
    pause = 0.4
    limit = error(429, "slow down", {"retry-after": str(pause)})
    with FaultServer([limit]) as server:
        llm = client(server)
        first = threading.Thread(target=llm.complete, args=(PROMPT,))
        first.start()
        while not server.times:
            time.sleep(0.001)
        time.sleep(0.1)  # the client has read the 429 by now
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(llm.complete, [PROMPT] * 4))
        first.join()
        limited, *later = server.times
        assert len(later) == 5
        assert min(later) - limited >= pause


def test_threads_really_run_side_by_side() -> None:
    with FaultServer(delay=0.05) as server, ThreadPoolExecutor(4) as pool:
        list(pool.map(client(server).complete, [PROMPT] * 8))
    assert server.most_at_once > 1


# ---- held to choices

CHOICES = Choices(("click[buy now]", "click[a -> 9]"), (Form("search[", "]"),))
OBJECT = '{"action": "click[a -> 9]", "value": 0.5}'


def test_choices_go_as_a_schema_and_come_back_as_a_line() -> None:
    with FaultServer(reply=lambda prompt: OBJECT) as server:
        llm = client(server)
        held, free = llm.complete("p", CHOICES), llm.complete("p")
    assert parse_reply(held.text) == Decision("click[a -> 9]", 0.5)
    assert free.text == OBJECT, "without choices a reply is left as it came"
    first, second = server.requests
    schema = first["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["action"]["anyOf"][0]["enum"] == list(CHOICES.actions)
    assert "response_format" not in second


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "Unsupported parameter", param="response_format", code="unsupported_parameter"),
        error(400, "This response_format type is unavailable now"),
        error(422, "extra inputs are not permitted: json_schema"),
    ],
)
def test_a_server_without_schemas_is_told_of_once(
    refusal: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    with FaultServer([refusal]) as server:
        llm = client(server)
        assert llm.complete("p", CHOICES).text == llm.complete("q", CHOICES).text == TEXT
    assert ["response_format" in request for request in server.requests] == [True, False, False]
    assert caplog.text.count("asked without response_format") == 1
