"""Every reader of a file, by name: each reads one file, and uses what was in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tiny_domain import Cabinet, CabinetEnv
from webshop_shops import ATTRIBUTES, HUMAN, ITEMS

from rememberer_lite import (
    ExperienceMemory,
    OfflineLLM,
    RecordedLLM,
    Rememberer,
    RemembererError,
    State,
    storage,
    train,
)
from rememberer_lite.cli import main
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
from rememberer_lite.envs.wikihow import WikiHowEnv, tasks_from_textproto
from rememberer_lite.experiments import load as load_result
from rememberer_lite.experiments import table
from rememberer_lite.training import load_episodes, save_episodes

OLD = Path(__file__).parent / "old_files"
CABINET = Cabinet()
TASK = r"""
id: "bake"
command: "Search an article to learn how to bake bread."
event_sources: {
  id: 1
  log_event: { pattern: "\\bmUrl is: https://www\\.wikihow\\.com/wikiHowTo\\?search=.*(bread).*" }
}
event_slots: {
  reward_listener: { type: OR events: { event: { type: OR id: 2 events: { id: 1 } } } }
  episode_end_listener: { events: { id: 2 } }
  instruction_listener: {
    events: { event: { transformation: "y = ['Access it']" events: { id: 2 } } }
  }
}
"""
POOL = """
? !!python/tuple
- "[Search]"
- "Instruction: buy tea"
- search
: action_dict:
    ? !!python/tuple ["search[tea]", it fits]
    : {number: 2, qvalue: 0.5, reward: 0.25}
  id: 0
  other_info: {action_history: [], last_reward: 0.0, number: 2, total_reward: 0.0}
"""
_MADE: dict[str, Any] = {"items": ITEMS, "attributes": ATTRIBUTES, "human": HUMAN}


def valid(name: str) -> bytes:
    """A file of this kind without a fault."""
    if name in _MADE:
        return json.dumps(_MADE[name]).encode()
    if name in ("pool", "tasks"):
        return (POOL if name == "pool" else TASK).encode()
    ending = "json" if name in ("memory", "result") else "jsonl"
    return (OLD / f"{name}.{ending}").read_bytes()


def _use(memory: ExperienceMemory) -> None:
    """Nothing of what was loaded breaks later."""
    for record in list(memory)[:3]:
        memory.retrieve(record.state, 2)
        memory.start(record.state)
        memory.observe("click[a]", 0.5, State("t", "o"), True)
    storage.as_text(memory)


def _episodes(path: Path) -> None:
    save_episodes(load_episodes(path), path.with_suffix(".again"))
    for options in ([], ["--goal", "0"], ["--goal", "0", "--step", "1"]):
        main(["inspect", str(path), *options])


def _checkpoint(path: Path) -> None:
    agent = Rememberer(OfflineLLM(), CABINET.initial_memory("E0"), CABINET, exemplars=1)
    options: dict[str, Any] = {"epochs": 2, "max_steps": 4, "progress": False}
    train(agent, CabinetEnv(), [0, 1, 2], checkpoint=path, **options)


def _recording(path: Path) -> None:
    llm = RecordedLLM(path)
    with suppress(RemembererError):  # not recorded
        llm.complete("a prompt")
    llm.close()


def _result(path: Path) -> None:
    table(load_result(path))
    main(["report", str(path.parent), "--out", str(path.with_suffix(".md"))])


def _catalogue(path: Path, place: str) -> None:
    named = {name: path if name == place else path.with_suffix(f".{name}2") for name in _MADE}
    for name, file in named.items():
        if name != place:
            file.write_bytes(valid(name))
    env = WebShopEnv(Catalogue.from_files(*named.values()))
    env.reset(options={"goal": 0})
    for action in ("search[mug]", "click[b0mug00001]", "click[small]", "click[buy now]"):
        env.step(action)


def _tasks(path: Path) -> None:
    env = WikiHowEnv(tasks=tasks_from_textproto(path))
    env.reset(options={"goal": 0})
    env.step("INPUT(0, bake bread)")


FILES: dict[str, Callable[[Path], None]] = {
    "memory": lambda path: _use(storage.load(path, WEBSHOP.similarity())),
    "pool": lambda path: _use(storage.load_published_pool(path, WEBSHOP.similarity())),
    "episodes": _episodes,
    "checkpoint": _checkpoint,
    "recording": _recording,
    "result": _result,
    "items": lambda path: _catalogue(path, "items"),
    "attributes": lambda path: _catalogue(path, "attributes"),
    "human": lambda path: _catalogue(path, "human"),
    "tasks": _tasks,
}
