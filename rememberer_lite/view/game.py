"""One episode played by hand: what was done, what it brought, and the records that it leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rememberer_lite.domain import Domain
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import Similarity
from rememberer_lite.state import Experience, SettingError, State
from rememberer_lite.view.html import Html, code, join, table, tag, text
from rememberer_lite.view.records import short
from rememberer_lite.view.replay import parts_html


@dataclass(frozen=True, slots=True)
class Move:
    """One action of the person: a transition (s, a, r, s') and the words given with it."""

    state: State
    action: str
    reward: float
    next_state: State
    done: bool
    reason: str = ""
    no_effect: str = ""


@dataclass
class Game:
    """One episode played by hand: the environment, and what was done in it."""

    env: Any
    domain: Domain
    goal: int = 0
    moves: list[Move] = field(default_factory=list)
    reward_parts: Any = None

    def __post_init__(self) -> None:
        self.begin(self.goal)

    def begin(self, goal: int) -> None:
        """Start the goal anew."""
        _, info = self.env.reset(options={"goal": goal})
        self.goal, self.moves, self.reward_parts = goal, [], None
        self.state: State = info["state"]

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
        _, reward, terminated, truncated, info = self.env.step(action)
        move = Move(
            self.state,
            self.domain.normalise(action),
            float(reward),
            info["state"],
            bool(terminated or truncated),
            self.domain.reason(self.state, action, reason),
            info.get("no_effect", ""),
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


def domain_of(env: Any) -> Domain:
    """The domain of one of the package's environments.

    Raises:
        SettingError: for another environment; give `domain=` then.
    """
    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
    from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv

    if isinstance(env, WebShopEnv):
        return WEBSHOP
    if isinstance(env, WikiHowEnv):
        return WIKIHOW
    raise SettingError(f"the domain of {type(env).__name__} is not known: call play(env, domain=…)")


def search_action(state: State, domain: Domain, words: str) -> str | None:
    """The action that searches for words on this page; None where the page has no search."""
    forms = " ".join(verb.form for verb in domain.grammar)
    if "search[" in forms:
        return f"search[{words}]"
    if "INPUT(" in forms:
        for line in state.observation.split("\n"):
            number = re.search(r'\bid="(\d+)"', line)
            if number and re.search(r'<input\b|class="[^"]*search|alt="Search"', line):
                return f"INPUT({number[1]}, {words})"
    return None


def moves_html(game: Game) -> Html:
    """What was done so far."""
    rows = [
        [str(n), code(short(m.action, 60)), float(m.reward), text(m.no_effect or m.reason)]
        for n, m in enumerate(game.moves, start=1)
    ]
    return table("Your actions", ["Step", "Action", "Reward", "Why, or why it did nothing"], rows)


def end_html(game: Game) -> Html:
    """The reward and what it is made of."""
    parts = [parts_html(game.reward_parts)] if game.reward_parts else []
    solved = game.domain.solved(game.moves[-1].reward, True) if game.moves else False
    said = "solved" if solved else "not solved"
    return join(
        [tag("p", tag("strong", f"The episode is over: {said}. "), "Total reward ",
             float(game.total_reward), "."), *parts]
    )  # fmt: skip
