"""Make the recording of notebook 06: the stand-in behind a local server plays a few goals.

    uv run python tests/tools/record_stand_in.py

Run it again whenever prompts, the shop or the stand-in have changed (a test tells).
"""

from __future__ import annotations

import sys
from pathlib import Path

from rememberer_lite import OpenAILLM, RecordedLLM, Rememberer, evaluate
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.llm import OfflineLLM
from rememberer_lite.llm.server import Server

RECORDING = Path(__file__).parents[2] / "notebooks" / "recordings" / "stand_in_webshop.jsonl"
GOALS = range(4)
USUAL = "http://127.0.0.1:8000/v1"


def record(path: Path) -> None:
    """Write the recording to a file that does not exist yet."""
    with Server(OfflineLLM(seed=0)) as server:
        llm = RecordedLLM(path, llm=OpenAILLM(server.llm.model, base_url=server.url))
        agent = Rememberer(llm, WEBSHOP.initial_memory("E0"), WEBSHOP, seed=0)
        evaluate(agent, WebShopEnv(), GOALS, progress=False)
        llm.close()
    # the server took a port that was free: the recording names the usual one, every time
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace(server.url, USUAL, 1), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    RECORDING.unlink(missing_ok=True)
    record(RECORDING)
    sys.stdout.write(f"{RECORDING.name}: {RecordedLLM(RECORDING)}\n")
