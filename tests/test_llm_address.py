"""The server's address: what is wrong with it, what stands between, and what it must not show."""

from __future__ import annotations

import base64
import json
import logging
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from fault_server import MODEL, TEXT, Fault, FaultServer, completion, error

from rememberer_lite import LocalLLM, OfflineLLM
from rememberer_lite.llm.address import is_loopback, read_address
from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.openai_client import OpenAILLM
from rememberer_lite.llm.recorded import RecordedLLM
from rememberer_lite.state import SettingError

PROMPT = "red shoes, at most 50 dollars"
FAR = "https://far.invalid/v1"
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NETWORK:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(LLMError) as caught:
        OpenAILLM(MODEL, base_url=url, api_key="k", max_retries=0, **options).complete(PROMPT)
    return str(caught.value)


# --- this machine ----------------------------------------------------------------------------

HERE = ["localhost", "LOCALHOST", "localhost.", "LocalHost.", "ollama.localhost", "127.0.0.1"]
HERE += ["127.0.0.53", "127.255.255.254", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "::1"]
HERE += ["[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::", "ip6-localhost"]
AWAY = ["example.org", "localhost.example.org", "notlocalhost", "128.0.0.1", "10.0.0.1", "::2"]
AWAY += ["127.0.0.1.nip.io", "::ffff:10.0.0.1", "", "192.168.0.7", "1270.0.0.1"]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_in_every_spelling_goes_around_proxies(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    assert is_loopback(host)
    shown = f"[{host}]" if ":" in host and "[" not in host else host
    llm = OpenAILLM(MODEL, base_url=f"http://{shown}:11434/v1")
    with llm._connections.client() as client:
        assert not any(client._client._mounts.values())


@pytest.mark.parametrize("host", AWAY)
def test_another_machine_does_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_it_is_really_reached(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "socks5h://127.0.0.1:9")
    with FaultServer() as server:
        url = server.url.replace("127.0.0.1", host)
        assert OpenAILLM(MODEL, base_url=url).complete(PROMPT).text == TEXT


# --- what stands between ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_without_its_package_is_told(
    name: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(name, f"{scheme}://me:hushhush@127.0.0.1:9")
    said = refusal(FAR)
    assert name.upper() in said and "pip install socksio" in said and "hushhush" not in said


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:9", "socks4://x", "http://[::1", "http://x:y"])
def test_a_proxy_that_is_no_address_is_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    said = refusal(FAR)
    assert "HTTPS_PROXY" in said and "http://host:3128" in said


def test_a_dead_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hushhush@127.0.0.1:9")
    said = refusal(FAR)
    assert "HTTPS_PROXY" in said and "hushhush" not in said


@pytest.mark.parametrize("kind", ["missing", "no certificate", "a folder"])
def test_a_bad_certificate_file_is_named(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ca.pem"
    if kind == "no certificate":
        path.write_text("nothing here", encoding="utf-8")
    elif kind == "a folder":
        path.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    said = refusal(FAR)
    assert "SSL_CERT_FILE" in said and "PEM" in said


def test_https_where_the_server_speaks_http_is_told() -> None:
    with FaultServer() as server:
        assert "write http:// in base_url" in refusal(server.url.replace("http:", "https:"))


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/chat/completions/", "/v1/completions", "/v1/responses"]
)
def test_the_address_of_a_call_is_told_with_the_root(path: str) -> None:
    assert "write its root, 'http://localhost:1/v1'" in refusal(f"http://localhost:1{path}?a=b")


@pytest.mark.parametrize("url", ["http://localhost:port/v1", "http://a\x1b[2Jb/v1", "ftp://a/v1"])
def test_no_address_is_told(url: str) -> None:
    assert "base_url is not an address" in refusal(url)


@pytest.mark.parametrize("url", [5, ["http://a/v1"], b"http://a/v1", True])
def test_what_is_no_text_is_no_address(url: Any) -> None:
    assert "base_url is not an address" in refusal(url)


@pytest.mark.parametrize("key", [5, "hush\udc80hush", "hüsch"])
def test_a_key_that_cannot_be_sent_is_told_and_not_shown(key: Any) -> None:
    with pytest.raises(LLMError, match="the key is not plain text") as caught:
        OpenAILLM(MODEL, base_url="http://localhost:1/v1", api_key=key)
    assert "h" not in str(key) or str(key) not in str(caught.value)


WRONG = [("model", value) for value in ("", None, 5, "a\0b", "\ud800")]
WRONG += [("temperature", value) for value in (-1, math.nan, math.inf, "x", 10**400, True)]
WRONG += [("max_output_tokens", value) for value in (0, -3, "7", 1.5, True)]
WRONG += [("timeout", value) for value in (0, -1, "x", math.nan, math.inf)]
WRONG += [("max_retries", value) for value in (-1, None, "x", 1.5)]
WRONG += [("backoff", value) for value in (-1, None, math.nan)]
WRONG += [("max_wait", value) for value in (-1, None, math.nan)]
WRONG += [("stop", value) for value in (5, [None], [""], ["\ud800"], "")]
WRONG += [("budget", 5)]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_setting_that_cannot_be_meant_is_refused_at_once(name: str, value: Any) -> None:
    given = {"model": MODEL, "base_url": "http://localhost:1/v1", name: value}
    with pytest.raises(SettingError, match=f"^{name} = "):
        OpenAILLM(**given)


@pytest.mark.parametrize("model", [OfflineLLM, LocalLLM])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "x", None])
def test_other_models_check_their_temperature_too(model: Any, value: Any) -> None:
    with pytest.raises(SettingError, match=r"^temperature = "):
        model(temperature=value)


# --- what must not show ----------------------------------------------------------------------


def test_azure_is_asked_with_its_version_and_its_header() -> None:
    with FaultServer() as server:
        url = server.url.replace("/v1", "/openai/deployments/tiny?api-version=2024-06-01")
        OpenAILLM(MODEL, base_url=url, api_key="azure-key").complete(PROMPT)
    assert server.paths == ["/openai/deployments/tiny/chat/completions?api-version=2024-06-01"]
    assert server.headers[0]["api-key"] == "azure-key"


ADDRESSES = {
    "a password": ("http://me:hush-hush@{}/v1", "hush-hush"),
    "a password with signs": ("http://me:hush%40%2Fhush@{}/v1", "hush@/hush"),
    "a name alone": ("http://hush-hush@{}/v1", "hush-hush"),
    "api-key": ("http://{}/v1?api-key=hush-hush", "hush-hush"),
    "key": ("http://{}/v1?key=hush-hush", "hush-hush"),
    "a signature": ("http://{}/v1?sv=2024&sig=hu%2Fsh%2Bhush%3D", "hu/sh+hush="),
    "beside the version": ("http://{}/v1?api-version=1&subscription-key=hush-hush", "hush-hush"),
    "an unusual name": ("http://{}/v1?x=hush-hush#hush-hush", "hush-hush"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_secret_in_the_address_is_sent_and_never_shown(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url, secret = ADDRESSES[name]

    def echo(headers: Any, request: Any) -> Any:
        return {"error": {"message": f"no {url} with {secret} at all, {headers.items()}"}}

    faults = [Fault(echo, 500), Fault(completion(f"click[{secret}] -> 0.5")), Fault(echo, 401)]
    with FaultServer(faults) as server, caplog.at_level(logging.DEBUG):
        url = url.format(server.url.removeprefix("http://").removesuffix("/v1"))
        llm = OpenAILLM(MODEL, base_url=url, backoff=0.01)
        reply = RecordedLLM(tmp_path / "r.jsonl", llm=llm).complete(PROMPT)
        with pytest.raises(LLMError) as caught:
            llm.complete(PROMPT)
    login = url.partition("//")[2].rpartition("@")[0]
    if login:
        sent = server.headers[0]["authorization"].removeprefix("Basic ")
        assert secret in base64.b64decode(sent).decode()
    else:
        assert url.partition("?")[2].partition("#")[0].split("=")[-1] in server.paths[0]
    shown = [repr(llm), str(llm), repr(vars(llm)), llm.base_url, str(caught.value), caplog.text]
    shown += [reply.text, (tmp_path / "r.jsonl").read_text(encoding="utf-8")]
    written = url.partition("//")[2].rpartition("@")[0].rpartition(":")[2]
    written = written or url.partition("#")[0].rpartition("=")[2] or secret
    for text in shown:
        assert secret not in text and written not in text


def test_a_secret_does_not_show_in_what_a_run_keeps(tmp_path: Path) -> None:
    from rememberer_lite.cli import main

    with FaultServer() as server:
        url = server.url.replace("http://", "http://me:hush-hush@") + "?key=hush-too"
        command = ["evaluate", "--goals", "0", "--model", MODEL, "--base-url", url]
        assert main([*command, "--out", str(tmp_path / "run")]) == 0
    for path in (tmp_path / "run").iterdir():
        assert "hush" not in path.read_text(encoding="utf-8"), path.name
    kept = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert kept["options"]["base_url"] == server.url


def test_a_short_login_is_no_reason_to_change_a_reply() -> None:
    with FaultServer() as server:
        url = server.url.replace("http://", "http://buy:now@")
        assert OpenAILLM(MODEL, base_url=url).complete(PROMPT).text == TEXT


def test_the_parts_of_an_address() -> None:
    address = read_address("https://me:a%40b@far.org:8/v1?key=c&api-version=1#d")
    assert address.root == "https://far.org:8/v1" == eval(repr(address))
    assert address.query == (("key", "c"), ("api-version", "1"))
    assert {"me:a@b", "a@b", "c"} <= set(address.secrets) and "1" not in address.secrets


def test_an_error_does_not_hide_the_servers_words(caplog: pytest.LogCaptureFixture) -> None:
    with FaultServer(always=error(401, "the key is wrong")) as server:
        assert "the key is wrong" in refusal(server.url)
