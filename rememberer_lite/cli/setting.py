"""From options to an environment, a model, a memory and an agent."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from rememberer_lite import storage
from rememberer_lite.agent import Rememberer
from rememberer_lite.domain import Domain
from rememberer_lite.episode import save_episodes
from rememberer_lite.llm import LLM, Budget, OfflineLLM, OpenAILLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.run import Run
from rememberer_lite.state import RemembererError
from rememberer_lite.training import Environment

HONEST = (
    "The model is the offline stand-in: a small program, no language model. It reads nothing but\n"
    "the prompt, and its scores say nothing about a paper's or a real model's."
)


class World(NamedTuple):
    """One of the environments, and how the paper divides its goals."""

    module: str
    env: str
    domain: str
    training: Sequence[int]
    test: Sequence[int]


WORLDS = {
    "webshop": World(
        "rememberer_lite.envs.webshop", "WebShopEnv", "WEBSHOP", range(500, 510), range(100)
    ),
    "wikihow": World(
        "rememberer_lite.envs.wikihow", "WikiHowEnv", "WIKIHOW", range(70, 80), range(70)
    ),
}


def open_world(name: str) -> tuple[World, Environment, Domain]:
    """The environment with its built-in data, and its domain."""
    world = WORLDS[name]
    module = import_module(world.module)
    return world, getattr(module, world.env)(), getattr(module, world.domain)


def make_agent(options: argparse.Namespace, domain: Domain) -> Rememberer:
    """The agent that the options of `train` and `evaluate` describe."""
    return Rememberer(make_llm(options), make_memory(options, domain), domain, options.seed)


def make_llm(options: argparse.Namespace) -> LLM:
    """A model on a server where one is named, else the offline stand-in."""
    if options.model:
        budget = Budget(options.max_calls, options.max_tokens, options.max_cost, options.prices)
        return OpenAILLM(options.model, base_url=options.base_url, budget=budget)
    if options.base_url:
        raise RemembererError("--base-url names a server but no model on it: add --model NAME")
    return OfflineLLM(seed=options.seed)


def make_memory(options: argparse.Namespace, domain: Domain) -> ExperienceMemory:
    """The memory to start from."""
    if options.memory:
        return storage.load(options.memory, domain.similarity())
    if options.start == "empty":
        return ExperienceMemory(domain.similarity())
    return domain.initial_memory(options.start)


def check_folder(folder: Path | None) -> None:
    """Refuse to overwrite an earlier run, before any work is done."""
    if folder is not None and (folder / "run.json").exists():
        raise RemembererError(f"{folder} holds a run already: choose another folder for --out")


def save_run(folder: Path, run: Run, options: argparse.Namespace, **more: Any) -> None:
    """Write the episodes, and the result with everything that it takes to repeat it."""
    save_episodes(run.episodes, folder / "episodes.jsonl")
    result = {
        "options": {name: _plain(value) for name, value in vars(options).items()},
        "agent": run.agent,
        "model": run.model,
        "success_rate": asdict(run.success_rate),
        "score": asdict(run.score),
        **more,
    }
    storage.write_whole(
        folder / "run.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    )


def _plain(value: Any) -> Any:
    return value.as_posix() if isinstance(value, Path) else value
