"""A condition: one row of an experiment's table, checked when it is created."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from functools import cache
from math import inf
from typing import Any, Literal, TypedDict, get_args, get_type_hints

from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.hints import fault
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import Queries, Style
from rememberer_lite.similarity import from_function

#: agents with a memory that learns
Learner = Literal[
    "memory", "solved only", "prefer value", "above neighbours", "known state", "similar task"
]
#: everything that can fill a row; "scripted" plays by rules, "retrieval" only judges a similarity
Player = Literal[Learner, "fixed", "react", "none", "random", "scripted", "retrieval"]
Start = Literal["E0", "E1", "E2", "empty", "expert"]
#: goals by name: `envs.World` defines them, and the shop has more for its departments
Goals = Literal["train", "test", "S0", "S1", "long", "many", "own", "own test", "other", "mixed"]
SimilarityName = Literal["domain", "richer", "page text", "random"]
Values = Literal["learnt", "shuffled", "inverted", "equal"]
Retrieval = Literal["similar", "random"]
#: how later works read a trained memory and the journal of its training, see `experiments.later`
Policy = Literal["two phases", "two phases by use", "rules", "rules alone", "solved episodes"]


class MemoryOptions(TypedDict, total=False):
    """Options of `ExperienceMemory`; missing ones keep its defaults."""

    gamma: float
    n_steps: int | None
    step_size: float | Literal["mean"]
    capacity: int | None
    action_capacity: int | None


class AgentOptions(TypedDict, total=False):
    """Options of the agent; missing ones keep its defaults."""

    exemplars: int
    random_advice: bool
    discouraged: bool
    budget: int
    constrained: bool
    queries: Queries
    style: Style
    no_repeats: bool


@dataclass(frozen=True, slots=True)
class Training:
    """How a memory is trained: conditions with the same training share the trained memory.

    Attributes: those of `Condition` with the same names.
    """

    agent: Player
    start: Start
    epochs: int
    goals: tuple[tuple[Goals, int], ...]
    # dictionaries have no hash, but they count when two trainings are compared
    memory: MemoryOptions = field(hash=False)
    settings: AgentOptions = field(hash=False)
    similarity: SimilarityName
    weight: float | None
    foreign: bool
    temperature: float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of an experiment's table: an agent, how it is trained, and how it is tested.

    Attributes:
        name: the row's name.
        agent: a learner, another player, or "retrieval", which plays nothing and judges the
            similarity.
        start: the initial records "E0", "E1" or "E2", or "empty", where the agent has any; or
            "expert", every step of the training goals that a script solves.
        epochs: of training; 0 leaves the memory unchanged.
        goals: the training goals: names of splits, each with the number of goals to use.
        test: the goals of the test, by name.
        memory: options of the memory.
        settings: options of the agent.
        similarity: the domain's own; "richer", which sees more of the page; "page text", the
            words of the page; or "random", a random number for each pair of states.
        weight: λ; None: the domain's.
        values: after training: as learnt, or the same numbers "shuffled" among all pairs of state
            and action, "inverted" (the largest minus each) or "equal" (the mean for
            each).
        retrieval: in the test: similar records, or random ones.
        policy: in the test: a later work's way to read memory and journal. None: the agent's own.
        records: in the test: only this many records, drawn at random.
        foreign: before training: the memory also gets what was learnt in the other environment.
        temperature: of the model in training, which then explores; each epoch samples with a seed
            of its own. None: as in the test.
        test_count: how many goals of the test; None: all.
        twice: train once more with another seed, to see how far the Q values scatter.
        against: the row to compare with; "": the plan's reference.

    Raises:
        ExperimentError: if a field holds anything that its type does not allow; the message says
            what is allowed.
        SettingError: if an option of the memory is out of range.

    >>> Condition("a control", epochs=4, values="shufled")
    Traceback (most recent call last):
        ...
    rememberer_lite.experiments.errors.ExperimentError: condition 'a control': values is 'shufled';
    choose one of 'learnt', 'shuffled', ...
    """

    name: str
    agent: Player = "memory"
    start: Start = "E0"
    epochs: int = 0
    goals: tuple[tuple[Goals, int], ...] = (("long", 50),)
    test: Goals = "test"
    memory: MemoryOptions = field(default_factory=MemoryOptions, hash=False)
    settings: AgentOptions = field(default_factory=AgentOptions, hash=False)
    similarity: SimilarityName = "domain"
    weight: float | None = None
    values: Values = "learnt"
    retrieval: Retrieval = "similar"
    records: int | None = None
    foreign: bool = False
    temperature: float | None = None
    test_count: int | None = None
    twice: bool = False
    against: str = ""
    policy: Policy | None = None

    def __post_init__(self) -> None:
        """Refuse meaningless values: a misspelt control would measure something else."""
        for name, hint in _hints().items():
            if found := fault(getattr(self, name), hint, name):
                raise ExperimentError(f"condition {self.name!r}: {found}")
        if not self.goals:
            raise ExperimentError(
                f"condition {self.name!r}: goals is empty; give splits and numbers, such as "
                '(("long", 50),)'
            )
        least: dict[str, tuple[int | None, int]] = {
            "epochs": (self.epochs, 0),
            "records": (self.records, 1),
            "test_count": (self.test_count, 1),
            "exemplars": (self.settings.get("exemplars"), 0),
            "budget": (self.settings.get("budget"), 1),
            **{f"goals of {name!r}": (count, 0) for name, count in self.goals},
        }
        for name, (count, low) in least.items():
            if count is not None and count < low:
                raise ExperimentError(
                    f"condition {self.name!r}: {name} is {count}; choose a number of at least {low}"
                )
        if self.weight is not None and not 0 <= self.weight <= 1:
            raise ExperimentError(
                f"condition {self.name!r}: weight is {self.weight}; λ is between 0 and 1"
            )
        if self.temperature is not None and not 0 <= self.temperature < inf:
            raise ExperimentError(
                f"condition {self.name!r}: temperature is {self.temperature}; choose 0 or more"
            )
        if self.epochs and self.agent not in get_args(Learner):
            raise ExperimentError(
                f"condition {self.name!r}: {self.agent!r} does not learn; leave out epochs, or "
                f"choose one of {', '.join(map(repr, get_args(Learner)))}"
            )
        if self.policy and not self.epochs:
            raise ExperimentError(
                f"condition {self.name!r}: the policy {self.policy!r} reads the journal of a "
                "training; set epochs, or leave out the policy"
            )
        ExperienceMemory(from_function(lambda query, key: 0.0), **self.memory)  # it checks them

    @property
    def training(self) -> Training:
        """Everything that decides how the memory is trained."""
        return Training(*(getattr(self, part.name) for part in fields(Training)))

    def as_json(self) -> dict[str, Any]:
        """The form in which it is written to a result file.

        Fields that the first files did not have are left out while they are None, so that an
        older file is written back unchanged.
        """
        written = asdict(self)
        later = ("temperature", "test_count", "policy")
        return {n: v for n, v in written.items() if not (n in later and v is None)}

    @classmethod
    def from_json(cls, written: object) -> Condition:
        """Read what `as_json` wrote, now or in an earlier version.

        Raises:
            ExperimentError: if it is not a condition.
        """
        known = [part.name for part in fields(cls)]
        if not isinstance(written, dict) or "name" not in written or not set(written) <= set(known):
            raise ExperimentError(
                f"{written!r:.80} is not a condition: write a name, and any of {', '.join(known)}"
            )
        read = dict(written)
        if isinstance(read.get("goals"), list):  # JSON has no tuples
            read["goals"] = tuple(
                tuple(part) if isinstance(part, list) else part for part in read["goals"]
            )
        if read.get("similarity") == "lot":  # its name in earlier files
            read["similarity"] = "random"
        return cls(**read)


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Condition)
