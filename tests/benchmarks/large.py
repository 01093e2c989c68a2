"""Sizes that take minutes and gigabytes, each measured in a process of its own.

`uv run python tests/tools/benchmarks.py --large` asks for them; by hand, one of them is

    uv run python tests/benchmarks/large.py memory wiki 1000000
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import process_time

from rememberer_lite import ExperienceMemory
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import ActionValue, Experience, State
from rememberer_lite.storage import load, save

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
#: what is measured → seconds or bytes
Figures = dict[str, tuple[float, str]]
SHARED = 10  # states of one task in the shop, or of one screen on the wiki
MILLION = 1_000_000
#: what is measured, and at which sizes
MEASURES = {
    "memory shop": (MILLION,),
    "memory own": (MILLION,),
    "memory wiki": (MILLION,),
    "full own": (100_000,),
    "full shop": (100_000,),
    "shop": (1_000, 20_000, 100_000, MILLION),
}


def states(kind: str, count: int) -> Iterator[State]:
    """States as an agent meets them: ten of one task, or ten tasks that meet one screen.

    "own": each state in the shop has a task of its own.
    """
    from test_bench_memory import PAGES, STEPS, TAGS, WORDS

    rng, task, screen = random.Random(0), "", ""
    for number in range(count):
        if number % SHARED == 0 or kind == "own":
            task = " ".join([*rng.choices(WORDS, k=12), str(number)])
            tags = rng.choices(TAGS, k=rng.randint(5, 55))
            screen = "\n".join(f'<{tag} id="{number}">' for tag in tags)
        if kind != "wiki":
            yield State(task, f"page {number}", rng.choice(PAGES))
        else:
            yield State(f"task {number}", screen, instruction=rng.choice(STEPS))


def memory(kind: str, count: int) -> Figures:
    """A memory without a limit: filled, asked, saved and loaded."""
    found: Figures = {}
    similarity, spent, records = _similarity(kind), 0.0, _records(kind, count)
    filled = ExperienceMemory(similarity, capacity=None)
    while some := list(islice(records, 1000)):
        began = process_time()
        for record in some:
            filled.insert(record)
        spent += process_time() - began
    query = next(states(kind, 1))
    filled.retrieve(query, 2)
    found[f"an insertion, {kind}"] = spent / count, "s"
    found[f"retrieval, {kind}"] = _cpu(partial(filled.retrieve, query, 2), 7), "s"
    found[f"memory of the process, {kind}"] = _most(), "B"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.json"
        found[f"records saved, {kind}"] = _cpu(partial(save, filled, path)), "s"
        del filled
        found[f"records loaded, {kind}"] = _cpu(lambda: load(path, similarity)), "s"
    return found


def full(kind: str, count: int) -> Figures:
    """A memory with room for this many: the first record too many, and further ones."""
    filled = ExperienceMemory(_similarity(kind), capacity=count)
    records = _records(kind, count + 60)
    for record in islice(records, count):
        filled.insert(record)
    query = next(states(kind, 1))
    filled.retrieve(query, 2)
    insert = lambda: filled.insert(next(records))  # noqa: E731
    return {
        f"the first insertion beyond N, {kind}": (_cpu(insert), "s"),
        f"an insertion at capacity N, {kind}": (_cpu(insert, 40), "s"),
        f"retrieval at capacity N, {kind}": (_cpu(lambda: filled.retrieve(query, 2), 15), "s"),
        f"memory of the process at capacity N, {kind}": (_most(), "B"),
    }


def _similarity(kind: str) -> Similarity:
    return (WIKIHOW if kind == "wiki" else WEBSHOP).similarity()


def _records(kind: str, count: int) -> Iterator[Experience]:
    for number, state in enumerate(states(kind, count)):
        values = {
            f"click[{(7 * number + i) % 1000}]": ActionValue((number + i) / 4, 0.0, 1, "it fits")
            for i in range(3)
        }
        yield Experience(state, -1, values, 3)


def shop(count: int) -> Figures:
    """Published files with this many products: prepared, opened again, searched, played."""
    from webshop_files import write_files

    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in write_files(Path(folder), count)]
        found = _asked("prepare", *files)
        return found | _asked("opened", *files)


def prepare(*files: str) -> Figures:
    """The first reading, which prepares the file beside the items."""
    spent = _cpu(lambda: Catalogue.from_files(*files, index=True, progress=False))
    return {"products read and prepared": (spent, "s"), "memory to prepare them": (_most(), "B")}


def opened(*files: str) -> Figures:
    """The prepared shop."""
    ready = _cpu(lambda: Catalogue.from_files(*files, index=True, progress=False))
    env = WebShopEnv(Catalogue.from_files(*files, index=True, progress=False))
    queries = cycle([env.goals[number].instruction for number in range(min(41, len(env.goals)))])
    env.catalogue.search(next(queries))
    search = _cpu(lambda: env.catalogue.search(next(queries)), 40)
    steps = []
    for goal in range(min(20, len(env.goals))):
        env.reset(options={"goal": goal})
        *_, info = env.step(f"search[{env.goals[goal].product.query}]")
        for action in (f"click[{info['actions'][2]}]", "click[features]", "click[< prev]"):
            began = process_time()
            env.step(action)
            steps.append(process_time() - began)
    return {
        "products ready from the prepared file": (ready, "s"),
        "a search among products": (search, "s"),
        "a step without a search": (sorted(steps)[len(steps) // 2], "s"),
        "memory to open and play them": (_most(), "B"),
    }


def measured(name: str, size: int) -> list[tuple[str, int, float, str]]:
    """One of `MEASURES`: what, at which size, the figure and its unit."""
    found = _asked(*name.split(), str(size))
    return [(what, size, value, unit) for what, (value, unit) in found.items()]


def _asked(*words: str) -> Figures:
    """The figures of another process, which begins with nothing in memory."""
    run = subprocess.run(
        [sys.executable, __file__, *words], check=True, text=True, stdout=subprocess.PIPE
    )
    return {what: (value, unit) for what, (value, unit) in json.loads(run.stdout).items()}


def _cpu(work: Callable[[], object], rounds: int = 1) -> float:
    from timing import seconds

    return seconds(work, rounds, process_time)


def _most() -> float:
    """The most memory that this process has had at a time."""
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    work: dict[str, Callable[..., Figures]] = {
        "memory": lambda kind, count: memory(kind, int(count)),
        "full": lambda kind, count: full(kind, int(count)),
        "shop": lambda count: shop(int(count)),
        "prepare": prepare,
        "opened": opened,
    }
    print(json.dumps(work[what](*given)))
