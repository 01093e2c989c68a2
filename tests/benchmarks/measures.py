"""What the page of benchmarks measures: each piece of work at several sizes, beside a plain one.

The plain reference does the same without this project's means: pair by pair, the whole text at
once, everything kept. Where it would take minutes, a part of it is timed and scaled.
"""

from __future__ import annotations

import json
import pickle
import random
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from test_bench_memory import CASES, filled, pages, plain_webshop, screens
from test_bench_webshop import clicks
from timing import seconds

from rememberer_lite import ExperienceMemory, OfflineLLM, Rememberer, train
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.similarity import from_function, hashed_text
from rememberer_lite.state import Experience
from rememberer_lite.storage import load, save


@dataclass(frozen=True)
class Measure:
    """One row of the page.

    Attributes:
        name: what is measured.
        sizes: the N at which it is measured.
        reference: what the plain reference does.
        work: N → (ours, plain), each in seconds or bytes.
        unit: of both.
    """

    name: str
    sizes: tuple[int, ...]
    reference: str
    work: Callable[[int], tuple[float, float]]
    unit: str = "s"


def _cpu(work: Callable[[], object], rounds: int = 5) -> float:
    return seconds(work, rounds, process_time)


def _retrieval(name: str) -> Callable[[int], tuple[float, float]]:
    similarity, make, pair = CASES[name]

    def work(size: int) -> tuple[float, float]:
        query, *states = make(size + 1, random.Random(0))  # the same query at all sizes
        memory = filled(similarity, states)
        memory.retrieve(query, 2)
        plain = _cpu(lambda: [pair(query, state) for state in states[:100]], 3) * size / 100
        return _cpu(lambda: memory.retrieve(query, 2), 15), plain

    return work


def insertion(size: int) -> tuple[float, float]:
    """Tasks that are all different, and the first retrieval, which encodes them."""
    *states, query = pages(size + 1, random.Random(1))
    records = [Experience(state, -1, {}, 1) for state in states]

    def ours() -> None:
        memory = ExperienceMemory(WEBSHOP.similarity(), capacity=None)
        for record in records:
            memory.insert(record)
        memory.retrieve(query, 2)

    table = np.zeros((size // 2, 1024), np.float32)  # half full, on average
    row = hashed_text(["a task"])
    plain = _cpu(lambda: np.vstack([table, hashed_text(["a task"]), row])) * size
    return _cpu(ours, 3), plain


def at_capacity(size: int) -> tuple[float, float]:
    """One insertion into a full memory that has dropped records before."""
    states = pages(size + 40, random.Random(3))
    memory = filled(WEBSHOP.similarity(), states[: size + 1], capacity=size)
    rest = iter(states[size + 1 :])
    table = np.zeros((size, size), np.float32)
    ours = _cpu(lambda: memory.insert(Experience(next(rest), -1, {}, 1)), 30)
    return ours, _cpu(lambda: table.max(axis=1))


def first_eviction(size: int) -> tuple[float, float]:
    """The first record too many: all pairs are compared once."""
    states = pages(size + 1, random.Random(3))
    memory = filled(WEBSHOP.similarity(), states[:size], capacity=size)
    memory.retrieve(states[0], 2)
    pairs = [(a, b) for a in states[:10] for b in states[:10]]
    plain = _cpu(lambda: [plain_webshop(a, b) for a, b in pairs], 3) / len(pairs)
    ours = _cpu(lambda: memory.insert(Experience(states[size], -1, {}, 1)), 1)
    return ours, plain * size * size / 2


@contextmanager
def _file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "memory.json"


def saving(size: int) -> tuple[float, float]:
    """A memory to its file, beside Python's own writer of the same text."""
    memory = filled(from_function(lambda query, key: 0.0), screens(size, random.Random(2)))
    with _file() as path:
        ours = _cpu(lambda: save(memory, path), 3)
        document = json.loads(path.read_text("utf-8"))
        return ours, _cpu(lambda: path.write_text(json.dumps(document, indent=1), "utf-8"), 3)


def loading(size: int) -> tuple[float, float]:
    """A memory from its file, every value checked, beside Python's own reader and no check."""
    similarity = from_function(lambda query, key: 0.0)
    with _file() as path:
        save(filled(similarity, screens(size, random.Random(2))), path)
        ours = _cpu(lambda: load(path, similarity), 3)
        return ours, _cpu(lambda: json.loads(path.read_text("utf-8")), 3)


def _peak(work: Callable[[], object]) -> float:
    """Bytes beyond what is left at the end."""
    tracemalloc.start()
    result = work()
    left, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return float(peak - left)


def loading_memory(size: int) -> tuple[float, float]:
    """What loading needs on the way, beside reading the whole text."""
    similarity = from_function(lambda query, key: 0.0)
    with _file() as path:
        save(filled(similarity, screens(size, random.Random(2))), path)
        ours = _peak(lambda: load(path, similarity))
        return ours, _peak(lambda: len(json.loads(path.read_text("utf-8"))))


def _trained(episodes: int, path: Path | None) -> Any:
    agent = Rememberer(OfflineLLM(), WEBSHOP.initial_memory("E0"), WEBSHOP)
    goals, played = range(500, 550), count(1)
    return train(
        agent, WebShopEnv(), goals, episodes // len(goals) + 1, skip_solved=False, progress=False,
        on_episode=lambda episode: next(played) >= episodes, episodes=path,
    )  # fmt: skip


def training(size: int) -> tuple[float, float]:
    """Episodes of the stand-in in the shop, their steps to a file or kept."""
    _trained(10, None)  # what is computed once
    with tempfile.TemporaryDirectory() as folder:
        names = count()
        ours = _cpu(lambda: _trained(size, Path(folder) / f"{next(names)}.jsonl"), 1)
    return ours, _cpu(lambda: _trained(size, None), 1)


def history(size: int) -> tuple[float, float]:
    """What the result of a training holds: the bytes of its pickle."""
    with tempfile.TemporaryDirectory() as folder:
        runs = _trained(size, Path(folder) / "x.jsonl"), _trained(size, None)
    filed, kept = (float(len(pickle.dumps(run.episodes))) for run in runs)
    return filed, kept


def shop_steps(size: int) -> tuple[float, float]:
    """Clicks without a search, beside one HTML page of the same text parsed for each."""
    env = WebShopEnv()
    plans = clicks(env)
    queries = [f"search[{env.goals[goal].product.query}]" for goal in range(len(plans))]
    spent, steps, page = 0.0, 0, ""
    while steps < size:
        for goal, plan in enumerate(plans):
            env.reset(options={"goal": goal})
            env.step(queries[goal])
            began = process_time()
            for action in plan:
                *_, info = env.step(action)
            spent += process_time() - began
            steps += len(plan)
            page = page or info["state"].observation
    markup = "".join(f"<div><p>{line}</p></div>" for line in page.split("\n")) * 2
    plain = _cpu(lambda: HTMLParser().feed(f"<html><body>{markup}</body></html>"), 50)
    return spent * size / steps, plain * size


VECTORS, TABLE = "the vectors stacked again for each record", "the highest of a table of N² pairs"
PARSED, KEPT = "one HTML page parsed for each", "steps kept in memory"
MEASURES = (
    Measure("retrieval, shop", (1000, 3000, 10_000), "pair by pair", _retrieval("WebShop")),
    Measure("retrieval, wiki", (1000, 3000, 10_000), "pair by pair", _retrieval("WikiHow")),
    Measure("N records inserted, N tasks, one retrieval", (1000, 3000, 10_000), VECTORS, insertion),
    Measure("an insertion at capacity N", (500, 1000, 2000, 4000), TABLE, at_capacity),
    Measure("the first insertion beyond N", (1000, 2000, 4000), "N²/2 pairs", first_eviction),
    Measure("N records saved", (1000, 3000), "`json.dumps(indent=1)`", saving),
    Measure("N records loaded, checked, indexed", (1000, 3000), "`json.loads` alone", loading),
    Measure("memory needed to load N records", (1000, 3000), "`json.loads`", loading_memory, "B"),
    Measure("training, N episodes, steps to a file", (50, 100, 200), KEPT, training),
    Measure("a history of N episodes, steps in a file", (50, 100, 200), KEPT, history, "B"),
    Measure("N steps in the shop, no search", (2000, 8000), PARSED, shop_steps),
)
