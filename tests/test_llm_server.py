"""The stand-in behind a local server: the same decisions as in-process, and loopback only."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite import (
    Budget,
    LLMError,
    OfflineLLM,
    OpenAILLM,
    RecordedLLM,
    Rememberer,
    RemembererError,
    Reply,
    estimate,
    evaluate,
    train,
)
from rememberer_lite.cli import main
from rememberer_lite.llm.server import Server
from rememberer_lite.storage import as_text

DOMAIN = Cabinet()


def client(server: Server, **options: Any) -> OpenAILLM:
    return OpenAILLM(server.llm.model, base_url=server.url, backoff=0.01, **options)


def ask(server: Server, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, data if method == "POST" else None)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def agent(llm: Any) -> Rememberer:
    return Rememberer(llm, DOMAIN.initial_memory("E0"), DOMAIN)


def test_training_through_the_server_decides_as_in_process() -> None:
    options: dict[str, Any] = {"epochs": 2, "max_steps": 6, "progress": False}
    here = agent(OfflineLLM(seed=3))
    expected = train(here, CabinetEnv(), [0, 1, 2], **options)
    with Server(OfflineLLM(seed=3)) as server:
        there = agent(client(server))
        history = train(there, CabinetEnv(), [0, 1, 2], **options)
        tested = evaluate(there, CabinetEnv(), range(3, 11), progress=False, workers=8)
    assert history == expected
    assert as_text(there.memory) == as_text(here.memory)
    assert tested == evaluate(here, CabinetEnv(), range(3, 11), progress=False)


def test_an_estimate_is_what_the_run_then_takes_at_most() -> None:
    """With the same model behind the server the calls are equal, and no token is missing."""

    def run(llm: Any) -> None:
        train(agent(llm), CabinetEnv(), [0, 1, 2], epochs=2, max_steps=6, progress=False)

    expected = estimate(run, prices=(1.0, 2.0))
    with Server(OfflineLLM()) as server:
        llm = client(server, budget=Budget(prices=(1.0, 2.0)))
        run(llm)
    spent = llm.budget.spent
    assert spent.calls == expected.calls
    assert spent.prompt_tokens <= expected.prompt_tokens <= 1.1 * spent.prompt_tokens
    assert spent.cost is not None and expected.cost is not None and spent.cost <= expected.cost


def test_a_recording_of_the_served_stand_in_replays_without_it(tmp_path: Path) -> None:
    path = tmp_path / "class.jsonl"
    with Server(OfflineLLM()) as server:
        recorder = RecordedLLM(path, llm=client(server))
        recorded = evaluate(agent(recorder), CabinetEnv(), range(4), progress=False)
    replay = RecordedLLM(path)
    assert evaluate(agent(replay), CabinetEnv(), range(4), progress=False) == recorded
    assert replay.model == "offline-stand-in"


def test_any_unicode_prompt_arrives_unchanged() -> None:
    class Echo:
        model = "echo"

        def complete(self, prompt: str) -> Reply:
            return Reply(prompt[::-1], self.model, 1, 1)

    with Server(Echo()) as server:
        for prompt in ("größer → 第二 😀", 'a "quoted"\\ line\nand\ttab', " \n", "\u2028\x00"):
            assert client(server, stop=()).complete(prompt).text == prompt[::-1]


def test_it_listens_on_loopback_only() -> None:
    with Server(OfflineLLM()) as server:
        assert server.socket.getsockname()[0] == "127.0.0.1"
        assert repr(server) == f"Server(model='offline-stand-in', url='{server.url}')"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.server_address[1])) != 0, "it has ended"


def test_a_taken_port_is_named() -> None:
    with Server(OfflineLLM()) as server, pytest.raises(RemembererError, match="another one, or 0"):
        Server(OfflineLLM(), server.server_address[1])
    with pytest.raises(RemembererError, match="70000"):
        Server(OfflineLLM(), 70000)


def test_it_lists_its_model_and_refuses_another() -> None:
    with Server(OfflineLLM()) as server:
        status, content = ask(server, "GET", "/v1/models")
        assert (status, content["data"][0]["id"]) == (200, "offline-stand-in")
        with pytest.raises(LLMError, match=r"404.*use 'offline-stand-in'"):
            OpenAILLM("gpt-9", base_url=server.url).complete("hello")
        with pytest.raises(LLMError, match=r"404.*/v1"):
            root = server.url.removesuffix("/v1")
            OpenAILLM("offline-stand-in", base_url=root).complete("hello")


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b"\xff",
        [],
        {},
        {"messages": [{}]},
        {"messages": [{"content": 7}]},
        {"messages": 3},
        {"messages": [{"content": "a"}], "stop": 4},
        {"messages": [{"content": "a"}], "stop": [4]},
        {"messages": [{"content": "a"}], "stream": True},
    ],
)
def test_a_bad_request_is_refused_and_the_server_lives_on(body: Any) -> None:
    with Server(OfflineLLM()) as server:
        status, content = ask(server, "POST", "/v1/chat/completions", body)
        assert status == 400 and content["error"]["message"]
        assert ask(server, "GET", "/v1/models")[0] == 200


def test_stop_and_parts_and_several_messages() -> None:
    class Echo:
        model = "echo"

        def complete(self, prompt: str) -> Reply:
            return Reply(f"{prompt}\nDiscouraged:\nleave", self.model, 1, 1)

    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "go "}, {"text": "on"}]},
    ]
    request = {"model": "echo", "messages": messages, "stop": "Discouraged"}
    with Server(Echo()) as server:
        status, content = ask(server, "POST", "/v1/chat/completions", request)
    assert status == 200
    assert content["choices"][0]["message"]["content"] == "be brief\ngo on\n"


def test_the_command_line_stops_at_its_budget_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Server(OfflineLLM()) as server:
        command = ["train", "--goals", "500-502", "--epochs", "1"]
        command += ["--model", "offline-stand-in", "--base-url", server.url, "--out"]
        assert main([*command, str(tmp_path / "whole")]) == 0
        limited = [*command, str(tmp_path / "parts"), "--max-calls", "6"]
        assert main(limited) == 2
        said = capsys.readouterr()
        assert "max_calls=6" in said.err and "the same command resumes the training" in said.out
        assert 0 in [main(limited) for _ in range(2)], "each part takes the run further"
    for name in ("memory.json", "episodes.jsonl"):
        whole, parts = (tmp_path / run / name for run in ("whole", "parts"))
        assert parts.read_bytes() == whole.read_bytes(), name


@pytest.mark.parametrize("text", ["1", "a,b", "1,2,3", ""])
def test_prices_are_two_numbers(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--out", "x", "--model", "m", "--prices", text])
    assert "0.15,0.60" in capsys.readouterr().err


def test_a_cost_without_prices_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "run")
    command = ["train", "--out", out, "--model", "m", "--base-url", "http://127.0.0.1:9/v1"]
    assert main([*command, "--max-cost", "1"]) == 2
    assert "max_cost needs prices" in capsys.readouterr().err


def test_serve_says_where_and_ends_with_ctrl_c() -> None:
    command = [
        sys.executable,
        "-c",
        "from rememberer_lite.cli import main; raise SystemExit(main())",
    ]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--seed", "5"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split()[0]
        assert url.startswith("http://127.0.0.1:")
        while "Ctrl-C" not in process.stdout.readline():
            pass
        served = OpenAILLM("offline-stand-in", base_url=url).complete("hello")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in said
    assert served == OfflineLLM(seed=5).complete("hello")


def test_a_model_that_fails_is_a_server_error() -> None:
    class Broken:
        model = "broken"

        def complete(self, prompt: str) -> Reply:
            raise LLMError("the recording ends here")

    with Server(Broken()) as server, pytest.raises(LLMError, match="recording ends here"):
        client(server, max_retries=1).complete("hello")


def test_the_recording_of_the_course_is_up_to_date(tmp_path: Path) -> None:
    from record_stand_in import RECORDING, record

    record(tmp_path / "new.jsonl")
    same = RECORDING.read_bytes() == (tmp_path / "new.jsonl").read_bytes()
    assert same, "run: uv run python tests/tools/record_stand_in.py, then notebook 06 again"
