"""A training run on disk: each episode is written down as soon as it ends.

What an agent has learnt follows from the memory that it began with and the steps that it took.
So a checkpoint holds only the episodes, after a header that says what made them. To resume, the
agent learns these steps again, without the model, and training continues from there. An
interrupted episode is not in the checkpoint and is played again.

Each line has a check, so that a line changed by hand is reported; the run then goes on with what it
says. Not noticed: a class of your own (a model, an agent) whose code has changed, but neither its
name nor its settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

from rememberer_lite.agent import Agent
from rememberer_lite.state import RemembererError, State
from rememberer_lite.storage import JsonLines, StorageError, as_path, fingerprint
from rememberer_lite.storage.decoding import FieldError
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.journal_lines import Line
from rememberer_lite.storage.log import logger
from rememberer_lite.storage.plain_json import plain
from rememberer_lite.text import short
from rememberer_lite.training.environment import Environment, begin, settings_of
from rememberer_lite.training.episode import FORMAT, Episode, read_episode
from rememberer_lite.training.episode_file import EpisodeFile

log = logger("rememberer_lite")

#: what the settings of agents were called in headers that hold `"agent's settings"`
_OLD_NAMES = {"exemplar_count": "exemplars", "set_name": "name"}


class CheckpointError(StorageError):
    """A checkpoint cannot be resumed; the message names the reason and the fix."""


def due(
    goals: Sequence[int], epochs: int, skip_solved: bool, solved: set[int]
) -> Iterator[tuple[int, int, bool]]:
    """The plan of a run: epoch, goal, and whether it is skipped.

    Args:
        goals: of each epoch, in order.
        epochs: passes over them.
        skip_solved: skip the goals in `solved`.
        solved: what was solved in the first epoch; the caller adds to it on the way.
    """
    for epoch in range(epochs):
        for goal in goals:
            yield epoch, goal, skip_solved and goal in solved


class Checkpoint:
    """The file of one run, which holds it until it ends; `load_episodes` reads it too.

    Args:
        path: the file; created, with its folder, at the first episode.
        agent: in its state at the beginning of the run.
        env: the environment; it is reset to each goal once, to see its first state.
        settings: of the run: goals, epochs, max_steps, seed, skip_solved.

    Raises:
        CheckpointError: if the file belongs to another run, or is damaged; it names each
            setting that differs, or the line that does not belong there.
        StorageError: if another run writes to the file.
    """

    def __init__(
        self, path: str | Path, agent: Agent, env: Environment, settings: dict[str, Any]
    ) -> None:
        self.path = as_path(path)
        seed, goals = settings["seed"], dict.fromkeys(settings["goals"])
        states = {goal: begin(env, goal, f"{seed}/{goal}")[0] for goal in goals}
        run = {
            **settings,
            "agent": agent.settings,
            "environment": settings_of(env),
            "memory at the start": "" if agent.memory is None else fingerprint(agent.memory),
            "first states": {str(goal): _digest(state) for goal, state in states.items()},
        }
        run = json.loads(json.dumps(run, default=plain))  # as it will be read from the file
        self._file = JsonLines(path, FORMAT, {"run": run}, "checkpoint", "episodes")
        self._file.hold()
        try:
            self.episodes = self._read(run, states)
        except BaseException:
            self._file.close()
            raise

    def replayed(self, agent: Agent) -> Iterator[Episode]:
        """The episodes in the file, each once the agent has learnt its steps again."""
        for episode in self.episodes[:]:
            try:
                replay(agent, episode)
            except RemembererError as error:  # steps that no episode can have
                agent.abandon()
                raise self._error(str(error)) from error
            yield episode

    def _read(self, run: dict[str, Any], states: Mapping[int, State]) -> EpisodeFile:
        entries = self._file.stream(repair=True)
        written = self._file.header.get("run")
        if not isinstance(written, dict):
            raise self._error("line 1 does not describe the run that made the file")
        different = list(_differences(_renewed(written, run["agent"]), run))
        if different:
            raise self._error(f"it holds a run with {'; '.join(different[:5])}")
        self._mark = _digest(self._file.header)
        self._last = Line(1, 0, 0)
        solved: set[int] = set()
        turns = due(run["goals"], run["epochs"], run["skip_solved"], solved)
        plan = ((epoch, goal) for epoch, goal, skipped in turns if not skipped)
        episodes = EpisodeFile(self.path)
        for line, entry in entries:
            number, self._last = line.number, line
            try:
                check = entry.pop("check", None)  # lines of older files have none
                changed = check is not None and check != _digest(entry)
                marked = entry.pop("run", self._mark)  # lines of older files have no mark
                episode = read_episode(entry)
            except FieldError as error:
                raise self._error(f"line {number} is not an episode ({error})") from error
            planned = next(plan, None)
            if planned != (episode.epoch, episode.goal):
                raise self._error(
                    f"line {number} holds goal {episode.goal} of epoch {episode.epoch + 1}, where "
                    f"{_turn(planned)} is due: a line is missing, repeated, moved or from another "
                    "run"
                )
            if marked != self._mark:
                raise self._error(f"line {number} was written by a run with other settings")
            if not episode.steps or episode.steps[0].state != states[episode.goal]:
                raise self._error(
                    f"line {number} begins with another state than goal {episode.goal} does now: "
                    "the environment has changed"
                )
            if changed:
                log.warning(
                    "line %d of %s was changed by hand or damaged: its check does not match. If "
                    "you did not change it, restore the file from a copy; the run goes on with "
                    "what the line says",
                    number,
                    shown(self.path),
                )
            episodes.note(episode, line)
            if episode.epoch == 0 and episode.solved:
                solved.add(episode.goal)
        return episodes

    def _error(self, why: str) -> CheckpointError:
        return CheckpointError(
            f"{shown(self.path)} cannot be resumed: {why}. Resume with the agent, environment and "
            "settings that the run began with, or name another file"
        )

    def append(self, episode: Episode) -> None:
        """Write one episode to disk."""
        entry = {**asdict(episode), "run": self._mark}
        start, end = self._file.append({**entry, "check": _digest(entry)})
        self._last = Line(self._last.number + 1, start, end)
        self.episodes.note(episode, self._last)

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def replay(agent: Agent, episode: Episode) -> None:
    """Let the agent learn from the steps of an episode, as it did when it took them."""
    agent.start(episode.steps[0].state)
    taken = [step for step in episode.steps if step.action is not None]
    for step, later in zip_longest(taken, taken[1:]):
        next_state = later.state if later else episode.last_state
        if step.action is None or step.turn.decision is None or next_state is None:
            raise CheckpointError(f"{episode!r} lacks a state: the file is damaged")
        reason = agent.domain.reason(step.state, step.action, step.turn.decision.reason)
        agent.observe(step.action, step.reward, next_state, step.done, reason)
    if not episode.steps[-1].done:
        agent.finish()


def _differences(
    written: Mapping[str, Any], run: Mapping[str, Any], within: str = ""
) -> Iterator[str]:
    """The differences, as texts; only what the file names is compared."""
    for name, old in written.items():
        new = run.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, f"{within}{name}: ")
        elif old != new and name == "memory at the start":
            yield (
                "another memory at its start (create the agent again, just as it was when the run "
                "began; what it has learnt since is learnt again from the file)"
            )
        elif old != new and within == "first states: ":
            yield f"another first state of goal {name}"
        elif old != new:
            yield f"{within}{name} = {short(repr(old), 80)}, not {short(repr(new), 80)}"


def _renewed(written: dict[str, Any], agent: Mapping[str, Any]) -> dict[str, Any]:
    """A header as it would be written now; older ones hold less, and only the agent's name."""
    if not isinstance(written.get("agent"), str):
        return written
    old = dict(written)
    agent_settings = {"agent": old.pop("agent"), "model": {"model": old.pop("model", None)}}
    written_settings = old.pop("agent's settings", {})
    plain: dict[str, Any] = written_settings if isinstance(written_settings, dict) else {}
    agent_settings |= {_OLD_NAMES.get(name, name): value for name, value in plain.items()}
    old["agent"] = {name: value for name, value in agent_settings.items() if name in agent}
    old["memory at the start"] = old.pop("memory", "")
    return old


def _turn(planned: tuple[int, int] | None) -> str:
    return f"goal {planned[1]} of epoch {planned[0] + 1}" if planned else "no further episode"


def _digest(value: State | dict[str, Any]) -> str:
    fields = asdict(value) if isinstance(value, State) else value
    return sha256(json.dumps(fields, default=plain).encode()).hexdigest()[:12]
