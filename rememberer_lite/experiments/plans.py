"""The declared grids: which conditions, over which seeds, to answer which question.

To add an experiment, add a `Plan` here: everything else reads this table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rememberer_lite.experiments.cells import Condition

#: seeds that were used to tune nothing; the headline plans have more of them
SEEDS, MORE_SEEDS = range(100, 110), range(100, 116)


@dataclass(frozen=True, slots=True)
class Plan:
    """A declared grid: conditions × seeds in one or both environments.

    Attributes:
        name: what the command calls it.
        question: what it asks, in a sentence.
        conditions: environment → the rows of its table.
        reference: the row that all are compared with, unless they say otherwise.
        seeds: one shop or site each.
        measures: what is compared, the first one foremost.
        also: what the table shows beside it, without a comparison.
    """

    name: str
    question: str
    conditions: Mapping[str, tuple[Condition, ...]]
    reference: str
    seeds: Sequence[int] = SEEDS
    measures: tuple[str, ...] = ("success", "score")
    also: tuple[str, ...] = ()


def both(*conditions: Condition) -> dict[str, tuple[Condition, ...]]:
    """The same rows in the shop and on the wiki."""
    return {"webshop": conditions, "wikihow": conditions}


NONE = Condition("no exemplars", agent="none")
STARTS = ("E0", "E1", "E2")
INITIAL = tuple(Condition(f"initial memory {name}", start=name) for name in STARTS)
TRAINED = Condition("trained 4 × 50 from E0", epochs=4)
BOOTSTRAPPED = replace(TRAINED, name="n = 1, bootstrapped", memory={"n_steps": 1})


def _variant(name: str, of: Condition = TRAINED, **changes: object) -> Condition:
    return replace(of, name=name, **changes)  # type: ignore[arg-type]


PROTOCOL = Plan(
    "protocol",
    "What do initial memory and training set matter, and what does training add to the baselines?",
    both(
        TRAINED,
        _variant("trained 4 × 50 from E1", start="E1"),
        _variant("trained 4 × 50 from E2", start="E2"),
        *(
            _variant(f"trained 3 × 10 from {e}, {s}", start=e, epochs=3, goals=((s, 10),))
            for e in STARTS
            for s in ("S0", "S1")
        ),
        *INITIAL,
        NONE,
        *(Condition(f"fixed exemplars {name}", "fixed", name) for name in STARTS),
        Condition("ReAct-style prompt E1", "react", "E1"),
        Condition("random player", "random"),
        Condition("scripted player", "scripted"),
    ),
    TRAINED.name,
    MORE_SEEDS,
)

ABLATION = Plan(
    "ablation",
    "What is each part of the method worth?",
    both(
        BOOTSTRAPPED,
        # γ = 0 leaves nothing of the next state: the target is the step's own reward
        _variant("n = 1, not bootstrapped", BOOTSTRAPPED, memory={"n_steps": 1, "gamma": 0.0}),
        _variant("whole episode"),
        _variant("no discouraged", BOOTSTRAPPED, settings={"discouraged": False}),
        _variant("no random advice", BOOTSTRAPPED, settings={"random_advice": False}),
        _variant("task similarity only", BOOTSTRAPPED, weight=1.0),
        _variant("observation similarity only", BOOTSTRAPPED, weight=0.0),
        _variant("random retrieval", BOOTSTRAPPED, retrieval="random"),
        _variant("values shuffled", BOOTSTRAPPED, values="shuffled"),
        _variant("whole episode, no discouraged", settings={"discouraged": False},
                 against="whole episode"),
        _variant("whole episode, no random advice", settings={"random_advice": False},
                 against="whole episode"),
        _variant("whole episode, task similarity only", weight=1.0, against="whole episode"),
        _variant("whole episode, observation similarity only", weight=0.0,
                 against="whole episode"),
        _variant("whole episode, random retrieval", retrieval="random", against="whole episode"),
        _variant("whole episode, values shuffled", values="shuffled", against="whole episode"),
        _variant("whole episode, values inverted", values="inverted", against="whole episode"),
        replace(NONE, against="whole episode"),
    ),
    BOOTSTRAPPED.name,
)  # fmt: skip


def _policies(start: str, against: str = "") -> list[Condition]:
    """Each policy beyond the paper's rule, from the same initial memory."""
    of = replace(TRAINED, start=start, against=against)
    return [
        _variant(f"solved episodes only, from {start}", of, agent="solved only"),
        _variant(f"γ = 0.9, from {start}", of, memory={"gamma": 0.9}),
        _variant(f"higher values preferred, from {start}", of, agent="prefer value"),
        _variant(f"judged by neighbours, from {start}", of, agent="above neighbours"),
        _variant(
            f"solved only and γ = 0.9, from {start}", of,
            agent="solved only", memory={"gamma": 0.9},
        ),
    ]  # fmt: skip


POLICIES = Plan(
    "policies",
    "Which memory policy beats well-chosen initial records, in which domain?",
    both(
        TRAINED,
        *_policies("E0"),
        _variant("the paper's rule from E1", start="E1", against="initial memory E1"),
        *_policies("E1", against="initial memory E1"),
        *INITIAL[:2],
        NONE,
    ),
    TRAINED.name,
    MORE_SEEDS,
)  # fmt: skip

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000)
LARGE = Condition("no limit", epochs=2, goals=(("many", 400),), memory={"capacity": None})
MEMORY_SIZE = Plan(
    "memory_size",
    "How do results change with the size of the memory, and what does the rule of eviction do?",
    both(
        LARGE,
        *(_variant(f"capacity {n}", LARGE, memory={"capacity": n}) for n in SIZES),
        *(_variant(f"{n} records at random", LARGE, records=n) for n in SIZES[:-1]),
        NONE,
    ),
    LARGE.name,
    also=("records", "evicted", "seconds"),
)

LAMBDA = Plan(
    "lambda",
    "Which λ is best, and does it depend on the domain?",
    both(
        _variant("λ = 0.5"),
        *(_variant(f"λ = {w:g}", weight=w) for w in (0.0, 0.1, 0.25, 0.75, 0.9, 1.0)),
        NONE,
    ),
    "λ = 0.5",
)

DEPTH = Plan(
    "depth",
    "How does the depth n of the target change success, the spread of Q, and the cost?",
    both(
        _variant("whole episode", twice=True),
        *(_variant(f"n = {n}", memory={"n_steps": n}, twice=True) for n in (1, 2, 3, 5)),
    ),
    "whole episode",
    also=("q_variance", "updates", "train_seconds"),
)

EXEMPLARS = Plan(
    "exemplars",
    "How many exemplars, and how many tokens for them?",
    both(
        _variant("m = 2, 4000 tokens"),
        *(_variant(f"m = {m}, 4000 tokens", settings={"exemplars": m}) for m in (0, 1, 3, 4, 5, 6)),
        *(_variant(f"m = 2, {b} tokens", settings={"budget": b}) for b in (2500, 3000, 8000)),
        _variant("m = 6, 16000 tokens", settings={"exemplars": 6, "budget": 16000}),
    ),
    "m = 2, 4000 tokens",
    also=("exemplars", "prompt_tokens"),
)


#: foreign records must not push own ones out: that would be eviction, and no transfer
NO_LIMIT: dict[str, object] = {"capacity": None}


def _departments() -> tuple[Condition, ...]:
    """One department of the shop: own goals, with and without 50 of another department."""
    most = Condition("own 50", epochs=4, goals=(("own", 50),), test="own test",
                     memory=NO_LIMIT, against="own 50")  # fmt: skip
    rows = [most, _variant("own 50 + other 50", most, goals=(("other", 50), ("own", 50)),
                           against="own 50")]  # fmt: skip
    for own in (0, 5, 10, 25):
        few, name = (("own", own),), f"own {own}"
        rows += [
            _variant(name, most, goals=few, against="own 50"),
            _variant(f"{name} + other 50", most, goals=(("other", 50), *few), against=name),
        ]
    return (
        *rows,
        _variant(
            "own 50 + other 50, capacity 500",
            most,
            goals=(("other", 50), ("own", 50)),
            memory={"capacity": 500},
        ),
        _variant("50 of all departments", most, goals=(("mixed", 50),), against="own 50"),
        replace(NONE, name="no exemplars, own test", test="own test", against="own 50"),
    )


def _worlds() -> tuple[Condition, ...]:
    """The same test with and without what was learnt in the other environment."""
    rows = [
        NONE,
        Condition("foreign records alone", start="empty", foreign=True, memory=NO_LIMIT),
    ]
    for own in (0, 10, 50):
        base = Condition(f"E0 and {own} goals", epochs=4, goals=(("long", own),), memory=NO_LIMIT)
        mixed = _variant(f"{base.name} + foreign", base, foreign=True, against=base.name)
        rows += [base, mixed]
    return (*rows, _variant(f"{mixed.name}, capacity 500", mixed, memory={}))


TRANSFER = Plan(
    "transfer",
    "When does experience help other goals, and when does it hurt? From shop to wiki and back?",
    {"webshop": (*_departments(), *_worlds()), "wikihow": _worlds()},
    NONE.name,
    also=("records",),
)

SIMILARITY = Plan(
    "similarity",
    "Does the similarity put states first in which an expert does the same kind of thing?",
    both(
        Condition("the paper's, λ = 0.5", agent="retrieval"),
        Condition("task only", agent="retrieval", weight=1.0),
        Condition("observation only", agent="retrieval", weight=0.0),
        Condition("richer observation, λ = 0.5", agent="retrieval", similarity="richer"),
        Condition("richer observation only", agent="retrieval", similarity="richer", weight=0.0),
        Condition("words of the page, λ = 0.5", agent="retrieval", similarity="page text"),
        Condition("drawn by lot", agent="retrieval", similarity="lot"),
    ),
    "the paper's, λ = 0.5",
    measures=("precision_1", "precision_5", "separation", "auc"),
)

PLANS: dict[str, Plan] = {
    plan.name: plan
    for plan in (PROTOCOL, ABLATION, POLICIES, MEMORY_SIZE, LAMBDA, DEPTH, EXEMPLARS, TRANSFER,
                 SIMILARITY)
}  # fmt: skip
