"""From options to an environment, a model, a memory and an agent."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rememberer_lite import storage
from rememberer_lite.agent import Rememberer
from rememberer_lite.domain import Domain
from rememberer_lite.envs import WORLDS, World
from rememberer_lite.llm import LLM, Budget, LocalLLM, OfflineLLM, OpenAILLM
from rememberer_lite.llm.address import read_address
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import SettingError
from rememberer_lite.storage.files import shown
from rememberer_lite.training import EpisodeFile, save_episodes
from rememberer_lite.training.outcome import Run

HONEST = (
    "The model is the offline stand-in: a small program, no language model. It reads nothing but\n"
    "the prompt, and its scores say nothing about a paper's or a real model's."
)


def open_world(name: str) -> World:
    """The world of `--env`: one of `WORLDS`, or package.module:NAME, also in this folder."""
    here = str(Path.cwd())
    if ":" in name and here not in sys.path:
        sys.path.append(here)  # last, so that no file here replaces an installed module
    return WORLDS[name]


#: options that are passed on to `OpenAILLM` if given
SENT = ("temperature", "max_output_tokens", "stop", "timeout")


def make_agent(options: argparse.Namespace, domain: Domain) -> Rememberer:
    """The agent that the options of `train` and `evaluate` describe."""
    return Rememberer(make_llm(options), make_memory(options, domain), domain, options.seed)


def make_llm(options: argparse.Namespace) -> LLM:
    """The model of `--model`, on this machine or on a server; without it the stand-in."""
    sent = {name: value for name, value in vars(options).items() if name in SENT}
    if "stop" in sent:
        sent["stop"] = [text for text in sent["stop"] if text]
    kind, _, path = (options.model or "").partition(":")
    if kind == "local" and not options.base_url:
        given = {name: value for name, value in vars(options).items() if value is not None}
        for name in ("timeout", "max_calls", "max_tokens", "max_cost", "prices"):
            if name in given:
                raise SettingError(f"--{name.replace('_', '-')} is for a model on a server")
        for name, value in sent.items():
            if value is None:
                raise SettingError(f"--{name.replace('_', '-')}: the local model needs a number")
        return LocalLLM(path or None, seed=getattr(options, "seed", 0), **sent)
    if options.model:
        budget = Budget(options.max_calls, options.max_tokens, options.max_cost, options.prices)
        return OpenAILLM(options.model, base_url=options.base_url, budget=budget, **sent)
    for name in (*(["base_url"] if options.base_url else []), *sent):
        option = f"--{name.replace('_', '-')}"
        raise SettingError(f"{option} is for a model on a server: add --model NAME")
    return OfflineLLM(seed=options.seed)


def make_memory(options: argparse.Namespace, domain: Domain) -> ExperienceMemory:
    """The memory to start from."""
    if options.memory:
        return storage.load(options.memory, domain.similarity())
    return start_memory(domain, options.start)


def start_memory(domain: Domain, start: str | None = None) -> ExperienceMemory:
    """The hand-annotated records `start`, or "empty"; None: E0 if the domain has any records."""
    if start is None:
        start = "E0" if domain.initial_records() else "empty"
    if start == "empty":
        return ExperienceMemory(domain.similarity())
    return domain.initial_memory(start)


def check_folder(folder: Path | None) -> None:
    """Refuse to overwrite an earlier run, before any work is done."""
    if folder is not None and storage.exists(folder / "run.json"):
        raise SettingError(f"{shown(folder)} already holds a run: choose another folder for --out")


def save_run(folder: Path, run: Run, options: argparse.Namespace, **more: Any) -> None:
    """Write the episodes, and the result with everything that is needed to repeat it."""
    if not isinstance(run.episodes, EpisodeFile):  # otherwise its file is there already
        save_episodes(run.episodes, folder / "episodes.jsonl")
    result = {
        "options": {name: _plain(name, value) for name, value in vars(options).items()},
        "agent": run.agent,
        "model": run.model,
        "success_rate": asdict(run.success_rate),
        "score": asdict(run.score),
        **more,
    }
    storage.write_whole(
        folder / "run.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    )


def _plain(name: str, value: Any) -> Any:
    if name == "base_url" and value:
        return read_address(value).root  # without a password or a key
    return value.as_posix() if isinstance(value, Path) else value
