"""A training run as a journal: each episode is written down as soon as it ends.

What an agent has learnt follows from the memory that it began with and the steps that it took.
So the journal holds the episodes alone; to resume, the steps are learnt again from it, without
the model, and training goes on where it stopped. An episode that was broken off is not in the
journal and is played anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rememberer_lite.agent import Agent, Rememberer
from rememberer_lite.episode import FORMAT, Episode, load_episodes
from rememberer_lite.state import RemembererError
from rememberer_lite.storage import as_text

log = logging.getLogger("rememberer_lite")


class CheckpointError(RemembererError):
    """A journal cannot be resumed; the message names the reason and the fix."""


class Checkpoint:
    """The journal of one run; `load_episodes` reads it too.

    Args:
        path: the file; made, with its folder, at the first episode.
        agent: as it is when the run begins.
        settings: of the run. A journal of other settings is not resumed.

    Raises:
        CheckpointError: where the file belongs to another run, or is damaged.
    """

    def __init__(self, path: str | Path, agent: Agent, settings: dict[str, Any]) -> None:
        self.path = Path(path)
        memory = as_text(agent.memory) if isinstance(agent, Rememberer) else ""
        plain = {k: v for k, v in vars(agent).items() if isinstance(v, str | int | float)}
        run = {
            **settings,
            "agent": agent.name,
            "agent's settings": plain,
            "model": agent.model,
            "memory": hashlib.sha256(memory.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        }
        self._header = json.dumps({"format": FORMAT, "run": run}, ensure_ascii=False)
        self.episodes = self._read(run)
        for episode in self.episodes:
            learn_again(agent, episode)

    def _read(self, run: dict[str, Any]) -> list[Episode]:
        if not self.path.exists():
            return []
        self._cut_half_line()
        episodes = load_episodes(self.path)
        with self.path.open(encoding="utf-8") as file:
            written = json.loads(file.readline()).get("run", {})
        for name, value in json.loads(json.dumps(run)).items():
            if written.get(name) == value:
                continue
            if name == "memory":
                raise CheckpointError(
                    f"the run in {self.path} began with another memory: make the agent anew, just "
                    "as it was when the run began (its memory is learnt again from the file), or "
                    "name another file"
                )
            raise CheckpointError(
                f"{self.path} holds a run with {name} = {written.get(name)!r}, not {value!r}: "
                "resume with the same settings, or name another file"
            )
        return episodes

    def _cut_half_line(self) -> None:
        """Drop a last line that was being written when the program ended."""
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if 0 < whole < len(data):
            log.warning("the last episode of %s is half written: it is played anew", self.path)
            with self.path.open("r+b") as file:
                file.truncate(whole)

    def append(self, episode: Episode) -> None:
        """Write one episode down, for good."""
        line = json.dumps(asdict(episode), ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            text = f"{line}\n" if file.tell() else f"{self._header}\n{line}\n"
            # half a surrogate pair has no UTF-8; as the escape \udXXX it is good JSON
            file.write(text.encode("utf-8", errors="backslashreplace"))
            file.flush()
            os.fsync(file.fileno())


def learn_again(agent: Agent, episode: Episode) -> None:
    """Let the agent learn from the steps of an episode, as it did when it took them."""
    agent.start(episode.steps[0].state)
    taken = [step for step in episode.steps if step.action is not None]
    for step, later in zip(taken, [*taken[1:], None], strict=True):
        next_state = later.state if later else episode.last_state
        if step.action is None or step.turn.decision is None or next_state is None:
            raise CheckpointError(f"{episode!r} lacks a state: the file is damaged; start anew")
        reason = agent.domain.reason(step.state, step.action, step.turn.decision.reason)
        agent.observe(step.action, step.reward, next_state, step.done, reason)
    if not episode.steps[-1].done:
        agent.finish()
