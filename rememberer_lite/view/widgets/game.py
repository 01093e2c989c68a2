"""One episode played by hand: the actions, their results, and the records that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, SettingError, State
from rememberer_lite.text import short
from rememberer_lite.training.environment import begin, take
from rememberer_lite.view.html.markup import Html, code, table, text
from rememberer_lite.view.html.outcome import end_card


@dataclass(frozen=True, slots=True)
class Move:
    """One action of the person: a transition (s, a, r, s') and the words given with it.

    `done` where the episode ended with it; `truncated` where that was only a step limit.
    """

    state: State
    action: str
    reward: float
    next_state: State
    done: bool
    reason: str = ""
    no_effect: str = ""
    truncated: bool = False


@dataclass
class Game:
    """One episode played by hand: the environment, and what was done in it.

    After `max_steps` actions it is over, as in `train`.
    """

    env: Any
    domain: Domain
    goal: int = 0
    max_steps: int = 15
    moves: list[Move] = field(default_factory=list)
    reward_parts: Any = None

    def __post_init__(self) -> None:
        self.begin(self.goal)

    def begin(self, goal: int) -> None:
        """Start the goal again."""
        state, _ = begin(self.env, goal)
        self.goal, self.moves, self.reward_parts = goal, [], None
        self.state = state

    @property
    def done(self) -> bool:
        """Whether the episode is over."""
        return bool(self.moves) and self.moves[-1].done

    @property
    def total_reward(self) -> float:
        """Σ r_t."""
        return sum(move.reward for move in self.moves)

    def do(self, action: str, reason: str = "") -> Move:
        """Take one action."""
        if self.done:
            raise SettingError("the episode is over: press “Start the goal” for another try")
        outcome = take(self.env, action)
        info, terminated = outcome.info, outcome.terminated
        truncated = outcome.truncated or len(self.moves) + 1 >= self.max_steps
        move = Move(
            self.state,
            self.domain.normalise(action),
            outcome.reward,
            outcome.state,
            terminated or truncated,
            self.domain.reason(self.state, action, reason),
            info.get("no_effect", ""),
            truncated and not terminated,
        )
        self.moves.append(move)
        self.state = move.next_state
        self.reward_parts = info.get("reward_parts", self.reward_parts)
        return move


def annotated(
    moves: Sequence[Move], similarity: Similarity, gamma: float = 1.0
) -> list[Experience]:
    """The records that a played episode leaves: each action worth its return.

    Actions that had no effect are left out: they are slips of the hand, not advice.
    """
    useful = [move for move in moves if not move.no_effect]
    own = ExperienceMemory(similarity, gamma=gamma, capacity=None, action_capacity=None)
    if useful:
        own.start(useful[0].state)
        for place, move in enumerate(useful):
            last = place == len(useful) - 1
            own.observe(move.action, move.reward, move.next_state, last, move.reason)
    return list(own)


def env_domain(env: Any) -> Domain:
    """The domain that an environment, or the one inside its wrappers, has as `domain`.

    Raises:
        SettingError: if it has none; then pass `domain=`.
    """
    for one in (env, getattr(env, "unwrapped", env)):
        domain = getattr(one, "domain", None)
        if isinstance(domain, Domain):
            return domain
    raise SettingError(
        f"{type(env).__name__} has no domain: call play(env, domain=…), or give the environment "
        "an attribute `domain`"
    )


def moves_html(game: Game) -> Html:
    """What was done so far."""
    rows = [
        [str(n), code(short(m.action, 60)), float(m.reward), text(m.no_effect or m.reason)]
        for n, m in enumerate(game.moves, start=1)
    ]
    return table("Your actions", ["Step", "Action", "Reward", "Why, or why it did nothing"], rows)


def end_html(game: Game) -> Html:
    """How the episode ended, wish by wish."""
    last = game.moves[-1] if game.moves else None
    cut = bool(last and last.truncated)
    solved = bool(last and not cut and game.domain.solved(last.reward, True))
    return end_card(
        solved,
        game.total_reward,
        game.reward_parts,
        game.domain,
        len(game.moves) if cut else None,
    )
