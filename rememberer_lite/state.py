"""The frozen values that every other module passes around.

Read this file first: it names what the agent sees (`State`), remembers (`Experience`,
`ActionValue`), recalls (`Match`), advises (`Advice`, `Exemplar`) and decides (`Decision`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rememberer_lite.text import WithTexts, short, visible


class RemembererError(Exception):
    """Base of every error that this package raises on purpose; the message names the fix.

    What it quotes of a page, a model, a server or a file is shown, and steers no terminal:

    >>> print(RemembererError("no option \x1b[2Jred"))
    no option ␛[2Jred
    """

    def __str__(self) -> str:
        return visible(super().__str__())


class SettingError(RemembererError, ValueError):
    """A setting or a value outside its meaningful range."""


class KindError(SettingError, TypeError):
    """A value of the wrong kind, such as a number where a text belongs."""


def is_share(value: object) -> bool:
    """Whether it is one number from 0 to 1."""
    try:
        return bool(0.0 <= value <= 1.0)  # type: ignore[operator]
    except (TypeError, ValueError):  # a text, an array of several numbers
        return False


@dataclass(frozen=True, slots=True)
class State(WithTexts):
    """What the agent can distinguish: a task g and an observation o (paper, section 3.1).

    Two states share one record of the memory if all four fields are equal.

    Args:
        task: what is asked for, as text.
        observation: the page or screen, as text.
        actions: the texts that can be clicked, in order; empty if the observation shows them.
        instruction: the present step of the task (WikiHow); empty elsewhere.

    >>> State("buy tea", "[Search]", ("search",)) == State("buy tea", "[Search]", ("search",))
    True
    """

    task: str
    observation: str
    actions: tuple[str, ...] = ()
    instruction: str = ""

    def __post_init__(self) -> None:
        for name in ("task", "observation", "instruction"):
            if not isinstance(value := getattr(self, name), str):
                raise KindError(f"State.{name} is a text, not {value!r:.80}: write str(…)")
        listed = isinstance(self.actions, Iterable) and not isinstance(self.actions, str)
        actions: tuple[object, ...] = tuple(self.actions) if listed else (None,)
        if not all(isinstance(action, str) for action in actions):
            raise KindError("State.actions is a tuple of texts, such as ('buy now',)")
        object.__setattr__(self, "actions", actions)
        WithTexts.__post_init__(self)

    def __repr__(self) -> str:
        return (
            f"State(task={short(self.task, 48)!r}, observation={short(self.observation, 48)!r}, "
            f"actions={len(self.actions)}, instruction={short(self.instruction, 48)!r})"
        )


@dataclass(frozen=True, slots=True)
class ActionValue(WithTexts):
    """What is known of one action in one state.

    Attributes:
        q: the estimate Q(g, o, a) of the return, in units of reward.
        reward: the mean immediate reward.
        visits: how many updates this pair has had (N in the paper's α = 1/N).
        reason: the words that last came with the action; never part of its identity.
    """

    q: float
    reward: float
    visits: int
    reason: str = ""

    def __repr__(self) -> str:
        return f"ActionValue(q={self.q:.3f}, reward={self.reward:.3f}, visits={self.visits})"


@dataclass(frozen=True, slots=True)
class Recent(WithTexts):
    """What led to a state: it is shown in the prompt beside the observation.

    Attributes:
        actions: the episode's actions so far, oldest first.
        reasons: for each of them, the words stored with it (on WikiHow: the element).
        last_reward: the reward of the last step.
        total_reward: the sum of the rewards so far.
    """

    actions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    last_reward: float = 0.0
    total_reward: float = 0.0

    def after(self, action: str, reward: float, reason: str = "") -> Recent:
        """The same episode, one step later."""
        total = self.total_reward + reward
        return Recent((*self.actions, action), (*self.reasons, reason), reward, total)


@dataclass(frozen=True, slots=True)
class Experience(WithTexts):
    """One record of the memory: a state and the values of the actions tried there.

    Attributes:
        state: the state (task and observation) that the record is about.
        id: its number, in the order of insertion; never used twice.
        actions: action text → `ActionValue`, in the order in which they were first tried.
        visits: how many updates the record has had, over all its actions.
        recent: the shortest path that led here; its rewards are the means, over the visits, of
            the reward just before this state and of all the reward gathered before it.
    """

    state: State
    id: int
    actions: Mapping[str, ActionValue] = field(default_factory=dict, hash=False)
    visits: int = 0
    recent: Recent = Recent()

    def __post_init__(self) -> None:
        if not isinstance(self.recent, Recent):
            raise KindError(f"Experience.recent: write Recent(actions=…), not {self.recent!r:.80}")
        WithTexts.__post_init__(self)

    @property
    def recent_actions(self) -> tuple[str, ...]:
        """The actions that led here, oldest first."""
        return self.recent.actions

    @property
    def recent_reasons(self) -> tuple[str, ...]:
        """The words stored with each of them."""
        return self.recent.reasons

    @property
    def last_reward(self) -> float:
        """The mean, over the visits, of the reward just before this state."""
        return self.recent.last_reward

    @property
    def total_reward(self) -> float:
        """The mean, over the visits, of the reward gathered before this state."""
        return self.recent.total_reward

    @property
    def best(self) -> float:
        """max_a Q(s, a); 0 where no action was tried."""
        return max((value.q for value in self.actions.values()), default=0.0)

    def __repr__(self) -> str:
        values = ", ".join(f"{a!r}: {v.q:.3f}" for a, v in self.actions.items())
        return f"Experience(id={self.id}, visits={self.visits}, q={{{values}}}, {self.state!r})"


@dataclass(frozen=True, slots=True)
class Match:
    """A record that was chosen as an example, and how similar its state is to the query's.

    Attributes:
        experience: the record as it was when it was chosen.
        similarity: f = λ·f_g + (1 − λ)·f_o, or None if the record was not retrieved: a fixed
            example does not depend on the page.
        task_similarity: f_g, or None if the similarity has no parts.
        observation_similarity: f_o, or None if the similarity has no parts.
    """

    experience: Experience
    similarity: float | None = None
    task_similarity: float | None = None
    observation_similarity: float | None = None

    def __repr__(self) -> str:
        def part(value: float | None) -> str:
            return "–" if value is None else f"{value:.3f}"

        return (
            f"Match(similarity={part(self.similarity)}, task={part(self.task_similarity)}, "
            f"observation={part(self.observation_similarity)}, record={self.experience.id})"
        )


@dataclass(frozen=True, slots=True)
class Suggestion(WithTexts):
    """An action with the value and the words that accompany it in the prompt.

    `value` is None in an example that shows no values (`FixedExemplars(values=False)`). `recorded`
    is False if the action was drawn at random and the memory holds no value for it.
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
class Decision(WithTexts):
    """What the model's reply says: an action, its expected value if given, and a reason."""

    action: str
    value: float | None = None
    reason: str = ""
