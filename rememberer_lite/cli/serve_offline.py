"""`rememberer-lite serve-offline`: the stand-in behind a local server, to practise the client."""

from __future__ import annotations

import argparse

from rememberer_lite.llm import OfflineLLM
from rememberer_lite.llm.server import Server


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C; say how to use it."""
    llm = OfflineLLM(seed=options.seed)
    with Server(llm, options.port) as server:
        print(f"The offline stand-in answers at {server.url} (this machine only; no key needed).")
        print("In Python:")
        print(f'    OpenAILLM("{llm.model}", base_url="{server.url}")')
        print("In another terminal:")
        print(
            f"    rememberer-lite train --out runs/served --model {llm.model} "
            f"--base-url {server.url}"
        )
        print("Stop with Ctrl-C.", flush=True)
        server.wait()
    return 0
