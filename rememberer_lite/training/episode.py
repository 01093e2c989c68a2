"""What happened in an episode, kept in full, and how it is stored on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rememberer_lite.agent import Turn
from rememberer_lite.state import Recent, State
from rememberer_lite.storage import JsonLines, StorageError, exists, write_whole
from rememberer_lite.storage.decoding import FieldError, decode
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.journal_lines import Line

FORMAT = "rememberer-lite episodes 1"


class EpisodeFileError(StorageError):
    """A file of episodes cannot be read; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the loop: seen → remembered → asked → decided → rewarded → learnt.

    Attributes:
        state: what the agent saw.
        recent: what had led to it.
        turn: matches, prompt, reply and decision.
        action: what was done; None if the reply failed (the environment was not stepped).
        reward: the immediate reward r.
        done: True if the environment ended the episode with this step: s' is terminal.
        no_effect: "" if the action had an effect, else why it had none.
        q_before: Q(s, a) in the memory when the action was chosen; None if unknown.
        q_after: Q(s, a) in the memory when the episode had been learnt; None if unknown.
        truncated: True if the environment cut the episode off after this step (a step limit).
    """

    state: State
    recent: Recent
    turn: Turn
    action: str | None
    reward: float = 0.0
    done: bool = False
    no_effect: str = ""
    q_before: float | None = None
    q_after: float | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Episode:
    """All steps towards one goal.

    Attributes:
        goal: the index of the goal in its environment.
        steps: in order.
        solved: whether the task was solved (WebShop: reward 1; WikiHow: the last milestone).
        epoch: which pass over the training goals; −1 in an evaluation.
        reward_parts: what the final reward was made of, if the environment says so.
        last_state: where the last action led.
    """

    goal: int
    steps: tuple[Step, ...]
    solved: bool
    epoch: int = -1
    reward_parts: Mapping[str, Any] | None = None
    last_state: State | None = None

    @property
    def total_reward(self) -> float:
        """Σ r_t over the episode."""
        return sum(step.reward for step in self.steps)

    @property
    def failures(self) -> tuple[Step, ...]:
        """The steps whose reply held no action."""
        return tuple(step for step in self.steps if step.action is None)

    @property
    def no_effects(self) -> tuple[Step, ...]:
        """The steps whose action did nothing."""
        return tuple(step for step in self.steps if step.action is not None and step.no_effect)

    @property
    def tokens(self) -> tuple[int, int]:
        """(prompt tokens, completion tokens) over the episode."""
        turns = [step.turn for step in self.steps]
        replies = [r for turn in turns for r in (turn.refused, turn.reply) if r is not None]
        return sum(r.prompt_tokens for r in replies), sum(r.completion_tokens for r in replies)

    def __repr__(self) -> str:
        return (
            f"Episode(goal={self.goal}, steps={len(self.steps)}, "
            f"reward={self.total_reward:.3f}, solved={self.solved})"
        )


def save_episodes(episodes: Iterable[Episode], path: str | Path) -> None:
    """Write a header and the episodes as JSON lines, one per line, atomically."""
    entries = (asdict(episode) for episode in episodes)
    documents: Iterator[dict[str, Any]] = chain([{"format": FORMAT}], entries)
    write_whole(path, (json.dumps(entry, ensure_ascii=False) + "\n" for entry in documents))


def load_episodes(path: str | Path) -> list[Episode]:
    """Read what `save_episodes` wrote.

    Raises:
        EpisodeFileError: if the file is missing, damaged or of another format.
    """
    return [episode for _, episode in episodes_in(path)]


def episodes_in(path: str | Path) -> Iterator[tuple[Line, Episode]]:
    """The episodes of a file one by one, each with where it is; errors as `load_episodes`."""
    file = JsonLines(path, FORMAT, what="file of episodes", entries="episodes")
    if not exists(path):
        raise EpisodeFileError(
            f"there is no file {shown(path)}: choose one that save_episodes wrote"
        )
    try:
        for line, entry in file.stream():
            try:
                yield line, read_episode(entry)
            except FieldError as error:
                raise EpisodeFileError(
                    f"line {line.number} of {shown(path)} is not an episode, or is damaged "
                    f"({error}): delete the line, or save the episodes again"
                ) from error
    except EpisodeFileError:
        raise
    except StorageError as error:
        raise EpisodeFileError(str(error)) from error
    if not Path(path).stat().st_size:
        raise EpisodeFileError(f"{shown(path)} is empty: choose a file that save_episodes wrote")


#: what a checkpoint adds to each line
MARKS = ("run", "check")


def read_episode(data: Mapping[str, Any]) -> Episode:
    """One line of the file as an episode; FieldError where it is none."""
    plain = {name: value for name, value in data.items() if name not in MARKS}
    return decode(Episode, plain)
