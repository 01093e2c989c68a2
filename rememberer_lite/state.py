"""The frozen values that every other module passes around.

Read this file first: it names what the agent sees (`State`), what it remembers (`Experience`,
`ActionValue`), what it recalls (`Match`), what it advises (`Advice`, `Exemplar`) and what it
decides (`Decision`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class RemembererError(Exception):
    """Base of every error that this package raises on purpose; the message names the fix."""


class SettingError(RemembererError, ValueError):
    """A setting or a value outside the range in which it means something."""


@dataclass(frozen=True, slots=True)
class State:
    """What the agent can tell apart: a task g and an observation o (paper, section 3.1).

    Two states are the same record of the memory where all four fields are equal.

    Args:
        task: what is asked for, as text.
        observation: the page or screen, as text.
        actions: the texts that can be clicked, in order; empty where the observation tells.
        instruction: the present step of the task (WikiHow); empty elsewhere.

    >>> State("buy tea", "[Search]", ("search",)) == State("buy tea", "[Search]", ("search",))
    True
    """

    task: str
    observation: str
    actions: tuple[str, ...] = ()
    instruction: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.actions, str):  # type: ignore[unreachable]
            raise TypeError(
                f"State.actions is a tuple of texts, not one text: write ({self.actions!r},)"
            )
        object.__setattr__(self, "actions", tuple(self.actions))

    def __repr__(self) -> str:
        return (
            f"State(task={_short(self.task)!r}, observation={_short(self.observation)!r}, "
            f"actions={len(self.actions)}, instruction={_short(self.instruction)!r})"
        )


@dataclass(frozen=True, slots=True)
class ActionValue:
    """What is known of one action in one state.

    Attributes:
        q: the estimate Q(g, o, a) of the return, in units of reward.
        reward: the mean immediate reward.
        visits: how many updates this pair has had (N in the paper's α = 1/N).
        reason: the words that came with the action last; never part of its identity.
    """

    q: float
    reward: float
    visits: int
    reason: str = ""

    def __repr__(self) -> str:
        return f"ActionValue(q={self.q:.3f}, reward={self.reward:.3f}, visits={self.visits})"


@dataclass(frozen=True, slots=True)
class Recent:
    """What led to a state: it stands in the prompt beside the observation.

    Attributes:
        actions: the episode's actions so far, oldest first.
        reasons: for each of them the words kept beside it (on WikiHow: the element).
        last_reward: the reward of the last step.
        total_reward: the sum of the rewards so far.
    """

    actions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    last_reward: float = 0.0
    total_reward: float = 0.0

    def after(self, action: str, reward: float, reason: str = "") -> Recent:
        """The same episode, one step later."""
        return Recent(
            (*self.actions, action),
            (*self.reasons, reason),
            reward,
            self.total_reward + reward,
        )


@dataclass(frozen=True, slots=True)
class Experience:
    """One record of the memory: a state and the values of the actions tried there.

    Attributes:
        state: the state (task and observation) that the record is about.
        id: its number, in the order of insertion; never used twice.
        actions: action text → `ActionValue`, in the order in which they were first tried.
        visits: how many updates the record has had, over all its actions.
        recent_actions: the actions that led here when the record was made, oldest first.
        recent_reasons: the words kept beside each of them.
        last_reward: the mean, over the visits, of the reward just before this state.
        total_reward: the mean, over the visits, of the reward gathered before this state.
    """

    state: State
    id: int
    actions: Mapping[str, ActionValue] = field(default_factory=dict, hash=False)
    visits: int = 0
    recent_actions: tuple[str, ...] = ()
    recent_reasons: tuple[str, ...] = ()
    last_reward: float = 0.0
    total_reward: float = 0.0

    @property
    def recent(self) -> Recent:
        """How the episode had gone when this record was made."""
        return Recent(self.recent_actions, self.recent_reasons, self.last_reward, self.total_reward)

    @property
    def best(self) -> float:
        """max_a Q(s, a); 0 where no action was tried."""
        return max((value.q for value in self.actions.values()), default=0.0)

    def __repr__(self) -> str:
        values = ", ".join(f"{a!r}: {v.q:.3f}" for a, v in self.actions.items())
        return f"Experience(id={self.id}, visits={self.visits}, q={{{values}}}, {self.state!r})"


@dataclass(frozen=True, slots=True)
class Match:
    """A record that was retrieved, and how similar its state is to the query's.

    Attributes:
        experience: the record as it stood when it was retrieved.
        similarity: f = λ·f_g + (1 − λ)·f_o.
        task_similarity: f_g, or None where the similarity has no parts.
        observation_similarity: f_o, or None where the similarity has no parts.
    """

    experience: Experience
    similarity: float
    task_similarity: float | None = None
    observation_similarity: float | None = None

    def __repr__(self) -> str:
        def part(value: float | None) -> str:
            return "–" if value is None else f"{value:.3f}"

        return (
            f"Match(similarity={self.similarity:.3f}, task={part(self.task_similarity)}, "
            f"observation={part(self.observation_similarity)}, record={self.experience.id})"
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An action with the value and the words that stand beside it in the prompt.

    `value` is None in an example that shows no values (`agent.ReAct`). `recorded` is False where
    the action was drawn at random and the memory holds no value for it.
    """

    action: str
    value: float | None
    reason: str = ""
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Advice:
    """What an exemplar recommends and what it warns of (either may be missing)."""

    encouraged: Suggestion | None
    discouraged: Suggestion | None


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A retrieved record and the advice drawn from it: one example of the prompt."""

    match: Match
    advice: Advice


@dataclass(frozen=True, slots=True)
class Decision:
    """What the model's reply says: an action, its expected value if given, and a reason."""

    action: str
    value: float | None = None
    reason: str = ""


def _short(text: str, width: int = 48) -> str:
    """One line of at most `width` characters, for a `__repr__`."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
