"""How long the memory browser takes with 10,000 records."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from timing import seconds

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.state import ActionValue, Experience
from rememberer_lite.view import browse_memory
from rememberer_lite.view.widgets.panel import Panel

RECORDS = 10_000
WORDS = "red green blue tea shirt shoes cotton steel small large organic vegan".split()


@pytest.fixture(scope="module")
def memory() -> ExperienceMemory:
    """Pages as long as those of the shop, all different."""
    rng = random.Random(0)
    memory = ExperienceMemory(WEBSHOP.similarity(), capacity=None)
    for number in range(RECORDS):
        task = " ".join(rng.choices(WORDS, k=12)) + f" {number}"
        page = "\n".join(" ".join(rng.choices(WORDS, k=14)) for _ in range(9))
        state = State(task, f"Instruction: {task}\n[Back to Search]\n{page}", ("back to search",))
        values = {
            f"click[{word}]": ActionValue(rng.random(), 0.0, rng.randint(1, 9), "a reason")
            for word in rng.sample(WORDS, 3)
        }
        memory.insert(Experience(state, -1, values, rng.randint(1, 9)))
    return memory


def control(panel: Panel, label: str) -> Any:
    [found] = [w for w in panel.children[0].children if w.description == label]
    return found


def plain_search(memory: ExperienceMemory, words: str) -> list[Experience]:
    """The same search without anything worked out before."""
    found = []
    for record in memory:
        state = record.state
        texts = [state.task, state.instruction, state.observation, *record.actions]
        texts += [value.reason for value in record.actions.values()]
        if all(word in "\n".join(texts).lower() for word in words.split()):
            found.append(record)
    return sorted(found, key=lambda record: record.id)


def test_browser(memory: ExperienceMemory, figure: Callable[[str, object], None]) -> None:
    """To open below 1 s, and to answer a letter typed or a filter moved below 200 ms."""
    opened = seconds(lambda: browse_memory(memory), rounds=3)
    panel = browse_memory(memory)
    typed = iter([f"vegan shoes {number}" for number in range(100, 1000)])
    orders = iter(list(control(panel, "Sort by").options) * 10)
    least = iter(list(range(1, 9)) * 10)

    def type_on() -> None:
        control(panel, "Search").value = next(typed)

    def choose() -> None:
        control(panel, "Sort by").value = next(orders)
        control(panel, "Visits at least").value = next(least)

    searched = seconds(type_on)
    listing = panel.listing.value
    assert f" of {RECORDS} records found" in listing
    control(panel, "Search").value = ""
    filtered = seconds(choose) / 2  # two controls are moved
    plain = seconds(lambda: plain_search(memory, "vegan shoes 107"), rounds=3)
    figure(f"memory browser, {RECORDS:,} records: open", f"{opened * 1e3:,.0f} ms")
    figure(f"memory browser, {RECORDS:,} records: search", f"{searched * 1e3:,.0f} ms")
    figure(f"memory browser, {RECORDS:,} records: filter or sort", f"{filtered * 1e3:,.0f} ms")
    figure(f"memory browser, {RECORDS:,} records: a plain search alone", f"{plain * 1e3:,.0f} ms")
    assert searched < plain
    assert opened < 20 * plain
