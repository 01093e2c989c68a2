"""`rememberer-lite serve`: a model behind a server on this machine, to practise the client."""

from __future__ import annotations

import argparse
import threading

from rememberer_lite.llm import LocalLLM, OfflineLLM
from rememberer_lite.llm.server import Server
from rememberer_lite.state import SettingError


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C; say how to use it."""
    kind, _, path = (options.model or "").partition(":")
    if options.model and kind != "local":
        raise SettingError(
            f"--model {options.model}: serve has local, local:FILE.gguf or, without --model, the "
            "offline stand-in"
        )
    if options.model:
        _serve_local(LocalLLM(path or None, seed=options.seed), options.port)
    else:
        _serve_offline(OfflineLLM(seed=options.seed), options.port)
    return 0


def _serve_offline(llm: OfflineLLM, port: int) -> None:
    with Server(llm, port) as server:
        print(f"The offline stand-in answers at {server.url} (this machine only; no key needed).")
        _say_how(llm.model, server.url)
        server.wait()


def _serve_local(llm: LocalLLM, port: int) -> None:
    """llama.cpp's own server, which holds the model to the choices that `OpenAILLM` sends."""
    server = llm.serve(port)
    print(f"{llm.model} answers at {server.url}, from llama.cpp's own server: for this machine,")
    print("and for programs that have the key, so that no page in a browser can ask it.")
    _say_how(llm.model, server.url, server.key)
    threading.Event().wait()


def _say_how(model: str, url: str, key: str = "") -> None:
    """The commands; the last line is printed when the server answers."""
    with_key = f', api_key="{key}"' if key else ""
    print("In Python:")
    print(f'    OpenAILLM("{model}", base_url="{url}"{with_key})')
    print("In another terminal:")
    if key:
        print(f"    export OPENAI_API_KEY={key}")
    print(f"    rememberer-lite train --out runs/served --model {model} --base-url {url}")
    print("Stop with Ctrl-C.", flush=True)
