"""What happened in an episode, kept in full, and its place on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rememberer_lite.agent import Turn
from rememberer_lite.llm.base import Reply
from rememberer_lite.prompts import Part, Prompt
from rememberer_lite.state import (
    ActionValue,
    Advice,
    Decision,
    Exemplar,
    Experience,
    Match,
    Recent,
    RemembererError,
    State,
    Suggestion,
)
from rememberer_lite.storage import write_whole

FORMAT = "rememberer-lite episodes 1"


class EpisodeFileError(RemembererError):
    """A file of episodes cannot be read; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the loop: seen → remembered → asked → decided → rewarded → learnt.

    Attributes:
        state: what the agent saw.
        recent: what had led to it.
        turn: matches, prompt, reply and decision.
        action: what was done; None where the reply failed (the environment was not stepped).
        reward: the immediate reward r.
        done: True where the episode ended with this step.
        no_effect: "" where the action did something, else why it did nothing.
        q_before: Q(s, a) in the memory when the action was chosen; None where unknown.
        q_after: Q(s, a) in the memory when the episode had been learnt; None where unknown.
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


@dataclass(frozen=True, slots=True)
class Episode:
    """All steps towards one goal.

    Attributes:
        goal: the index of the goal in its environment.
        steps: in order.
        solved: whether the task was solved (WebShop: reward 1; WikiHow: the last milestone).
        epoch: which pass over the training goals; −1 in an evaluation.
        reward_parts: what the final reward was made of, where the environment tells.
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
    """Write episodes as JSON lines, one a line after a header, atomically."""
    lines = [json.dumps({"format": FORMAT})]
    lines += [json.dumps(asdict(episode), ensure_ascii=False) for episode in episodes]
    write_whole(path, "\n".join(lines) + "\n")


def load_episodes(path: str | Path) -> list[Episode]:
    """Read what `save_episodes` wrote.

    Raises:
        EpisodeFileError: where the file is missing, damaged or of another format.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EpisodeFileError(
            f"cannot read {path} ({error}): give a file that save_episodes wrote"
        ) from error
    try:
        header = json.loads(lines[0]) if lines else {}
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError(f"its first line is not the header {FORMAT!r}")
        return [_episode(json.loads(line)) for line in lines[1:] if line]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EpisodeFileError(
            f"{path} is no file of episodes or is damaged ({error}): save the episodes again"
        ) from error


def _episode(data: dict[str, Any]) -> Episode:
    steps = tuple(_step(step) for step in data["steps"])
    last_state = _state(data["last_state"]) if data.get("last_state") else None
    return Episode(**{**data, "steps": steps, "last_state": last_state})


def _step(data: dict[str, Any]) -> Step:
    recent = data["recent"]
    return Step(
        **{
            **data,
            "state": _state(data["state"]),
            "recent": Recent(
                tuple(recent["actions"]),
                tuple(recent["reasons"]),
                recent["last_reward"],
                recent["total_reward"],
            ),
            "turn": _turn(data["turn"]),
        }
    )


def _turn(data: dict[str, Any]) -> Turn:
    prompt = data["prompt"]
    if prompt is not None:
        prompt = Prompt(
            **{
                **prompt,
                "exemplars": tuple(_exemplar(e) for e in prompt["exemplars"]),
                "parts": tuple(Part(**part) for part in prompt["parts"]),
                "left_out": tuple(_exemplar(e) for e in prompt["left_out"]),
            }
        )
    return Turn(
        decision=Decision(**data["decision"]) if data["decision"] else None,
        matches=tuple(_match(m) for m in data["matches"]),
        prompt=prompt,
        reply=Reply(**data["reply"]) if data["reply"] else None,
        error=data["error"],
        refused=Reply(**data["refused"]) if data.get("refused") else None,
    )


def _exemplar(data: dict[str, Any]) -> Exemplar:
    encouraged, discouraged = (
        Suggestion(**data["advice"][side]) if data["advice"][side] else None
        for side in ("encouraged", "discouraged")
    )
    return Exemplar(_match(data["match"]), Advice(encouraged, discouraged))


def _match(data: dict[str, Any]) -> Match:
    record = data["experience"]
    experience = Experience(
        **{
            **record,
            "state": _state(record["state"]),
            "actions": {a: ActionValue(**value) for a, value in record["actions"].items()},
            "recent_actions": tuple(record["recent_actions"]),
            "recent_reasons": tuple(record["recent_reasons"]),
        }
    )
    return Match(**{**data, "experience": experience})


def _state(data: dict[str, Any]) -> State:
    return State(**{**data, "actions": tuple(data["actions"])})
