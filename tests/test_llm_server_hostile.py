"""The local server under clients that break every rule: one answer each, and it lives on."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from rememberer_lite import OfflineLLM, OpenAILLM, Reply
from rememberer_lite.llm import server as module
from rememberer_lite.llm.api import MOST_BYTES
from rememberer_lite.llm.server import Server

GOOD = json.dumps({"model": "offline-stand-in", "messages": [{"content": "hello"}]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(OfflineLLM()) as running:
        yield running
        assert send(running, request())[0] == [200], "it lives on"


def send(server: Server, data: bytes, end: bool = False) -> tuple[list[int], bytes]:
    """Send bytes as they are; the status of every answer, and all that came until it closed.

    `end`: no more will be sent, and the server is told so.
    """
    with socket.create_connection(server.server_address, timeout=10) as connection:
        try:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has stopped listening; what it answered is still there to be read
        came = bytearray()
        try:
            while piece := connection.recv(65536):
                came += piece
        except ConnectionResetError:
            pass
    return [int(status) for status in re.findall(rb"HTTP/1\.\d (\d{3})", came)], bytes(came)


def request(
    body: bytes = GOOD, line: str = "POST /v1/chat/completions HTTP/1.1", **headers: str | None
) -> bytes:
    given = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close"}
    lines = [line]
    for name, value in {**given, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        if value is not None:
            lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_the_form_of_these_requests_is_right(server: Server) -> None:
    assert send(server, request())[0] == [200]
    assert send(server, request(b"", "GET /v1/models HTTP/1.1"))[0] == [200]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:9", "127.1"])
def test_names_of_this_machine_are_answered(server: Server, host: str) -> None:
    assert send(server, request(Host=host))[0] == [200]


FOREIGN = ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io"]
FOREIGN += ["0.0.0.0", "10.0.0.1", "", "127.0.0.1@evil.example", "[::1", "[::2]", "a b", None]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("line", ["GET /v1/models HTTP/1.1", "POST /v1/chat/completions HTTP/1.1"])
def test_other_names_are_not(server: Server, host: str | None, line: str) -> None:
    statuses, came = send(server, request(line=line, Host=host))
    assert statuses in ([403], [400]) and b"offline-stand-in" not in came


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:3000", "file://", "http://localhost"],
)
def test_pages_of_a_browser_are_refused(server: Server, origin: str) -> None:
    assert send(server, request(Origin=origin))[0] == [403]
    assert send(server, request(b"", "GET /v1/models HTTP/1.1", Origin=origin))[0] == [403]
    assert send(server, request(Sec_Fetch_Site="cross-site"))[0] == [403]
    assert send(server, request(Origin="http://127.0.0.1"))[0] == [200], "its own"


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * MOST_BYTES])
def test_a_body_that_is_too_long_is_refused_and_the_refusal_is_read(
    server: Server, size: int
) -> None:
    assert send(server, request(b" " * size))[0] == [413]
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b" " * size)
    chunked = request(b"", Content_Length=None, Transfer_Encoding="chunked")
    assert send(server, chunked + chunk)[0] == [413]


@pytest.mark.parametrize("size", ["99999999999", "9" * 30, "9" * 900])
def test_a_length_that_is_only_announced_is_refused_at_once(server: Server, size: str) -> None:
    before = time.monotonic()
    assert send(server, request(b"x", Content_Length=size))[0] == [413]
    assert time.monotonic() - before < 5


LENGTHS = ["-1", "-0", "abc", "1e3", "0x10", "1.0", "1,2", "+5", "5 5", "٣", "9" * 5000, ""]


@pytest.mark.parametrize("length", LENGTHS, ids=lambda text: text[:9])
def test_a_length_that_is_none_is_a_bad_request(server: Server, length: str) -> None:
    assert send(server, request(Content_Length=length))[0] == [400]


def test_other_bad_forms_of_a_body(server: Server) -> None:
    assert send(server, request(Content_Length=None))[0][0] == 400, "no length at all"
    both = request(Transfer_Encoding="chunked")
    assert send(server, both)[0] == [400]
    twice = request().replace(b"Connection:", b"Content-Length: 1\r\nConnection:")
    assert send(server, twice)[0] == [400]
    chunked = request(b"", Content_Length=None, Transfer_Encoding="chunked")
    assert send(server, chunked + b"zz\r\nabc\r\n0\r\n\r\n")[0] == [400]
    assert send(server, chunked + b"-1\r\nabc\r\n0\r\n\r\n")[0] == [400]


def test_a_body_in_chunks_is_read(server: Server) -> None:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(GOOD[i : i + 7]), GOOD[i : i + 7])
                      for i in range(0, len(GOOD), 7))  # fmt: skip
    chunked = request(b"", Content_Length=None, Transfer_Encoding="chunked")
    assert send(server, chunked + pieces + b"0\r\n\r\n")[0] == [200]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"messages":[{"content":'])
def test_a_deep_body_is_a_bad_request(server: Server, opening: bytes) -> None:
    assert send(server, request(opening * 100_000))[0] == [400]


def test_a_body_behind_a_get_is_no_second_request(server: Server) -> None:
    for body in (GOOD, request(), b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
        for line in ("GET /v1/models HTTP/1.1", "GET /nothing HTTP/1.1"):
            assert len(send(server, request(body, line))[0]) == 1
            kept = request(body, line, Connection="keep-alive")
            assert len(send(server, kept, end=True)[0]) == 1


@pytest.mark.parametrize("line", ["PUT /v1/models HTTP/1.1", "BREW /v1/models HTTP/1.1",
                                  "POST /v1/models HTTP/1.1", "OPTIONS / HTTP/1.1"])  # fmt: skip
def test_other_methods_are_refused_in_json(server: Server, line: str) -> None:
    statuses, came = send(server, request(line=line))
    assert statuses in ([404], [405])
    assert json.loads(came.partition(b"\r\n\r\n")[2])["error"]["message"]


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02", b"\r\n\r\n", b"GET\r\n\r\n", b"A" * 70_000, b"GET / HTTP/9.9\r\n\r\n"],
)
def test_what_is_no_http_ends(server: Server, data: bytes) -> None:
    assert send(server, data, end=True)[0] in ([400], [])


def test_slow_clients_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOWEST", 0.3)
    with Server(OfflineLLM()) as server:
        for start in (b"", b"POST /v1/ch", request()[:-9]):
            with socket.create_connection(server.server_address, timeout=8) as slow:
                slow.sendall(start)
                assert slow.recv(9) == b"", "closed without an answer"


def test_clients_that_leave_are_no_news(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    arrived = threading.Event()

    class Slow:
        model = "slow"

        def complete(self, prompt: str) -> Reply:
            arrived.set()
            time.sleep(0.2)
            return Reply("x" * 1_000_000, "slow", 1, 1)

    body = GOOD.replace(b"offline-stand-in", b"slow")
    with Server(Slow()) as server, caplog.at_level(logging.WARNING):
        for data, waits in ((request(body), True), (request(body)[:-5], False), (b"POST", False)):
            arrived.clear()
            leaving = socket.create_connection(server.server_address)
            leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            leaving.sendall(data)
            assert not waits or arrived.wait(9)
            leaving.close()  # with a reset
            time.sleep(0.3)
        assert OpenAILLM("slow", base_url=server.url).complete("a").text
    said = capfd.readouterr()
    assert said.out + said.err == "" and not caplog.records


def test_many_half_requests_do_not_stop_it(server: Server) -> None:
    held = [socket.create_connection(server.server_address) for _ in range(100)]
    for connection in held:
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert send(server, request())[0] == [200]
    for connection in held:
        connection.close()


@pytest.mark.parametrize("content", [{"messages": []}, {"model": 3, "messages": []}])
def test_a_model_that_is_none_is_named(server: Server, content: Any) -> None:
    assert send(server, request(json.dumps(content).encode()))[0] == [404]
