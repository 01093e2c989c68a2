"""The predefined grids: which conditions, over which seeds, to answer which question.

To add an experiment, add a `Plan` here: everything else reads this table.
"""

from __future__ import annotations

from dataclasses import replace

from rememberer_lite.experiments.conditions import Condition, Goals, MemoryOptions, Start
from rememberer_lite.experiments.later_plan import LATER
from rememberer_lite.experiments.plan import MORE_SEEDS, Plan, both
from rememberer_lite.experiments.real import REAL, SMALL

NONE = Condition("no exemplars", agent="none")
STARTS: tuple[Start, ...] = ("E0", "E1", "E2")
TRAINING_SETS: tuple[Goals, ...] = ("S0", "S1")
INITIAL = tuple(Condition(f"initial memory {name}", start=name) for name in STARTS)
TRAINED = Condition("trained 4 × 50 from E0", epochs=4)
BOOTSTRAPPED = replace(TRAINED, name="n = 1, bootstrapped", memory={"n_steps": 1})

PROTOCOL = Plan(
    "protocol",
    "What do initial memory and training set matter, and what does training add to the baselines?",
    both(
        TRAINED,
        replace(TRAINED, name="trained 4 × 50 from E1", start="E1"),
        replace(TRAINED, name="trained 4 × 50 from E2", start="E2"),
        *(
            replace(
                TRAINED, name=f"trained 3 × 10 from {e}, {s}", start=e, epochs=3, goals=((s, 10),)
            )
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
        # γ = 0 ignores the next state: the target is the step's own reward
        replace(BOOTSTRAPPED, name="n = 1, not bootstrapped", memory={"n_steps": 1, "gamma": 0.0}),
        replace(TRAINED, name="whole episode"),
        replace(BOOTSTRAPPED, name="no discouraged", settings={"discouraged": False}),
        replace(BOOTSTRAPPED, name="no random advice", settings={"random_advice": False}),
        replace(BOOTSTRAPPED, name="task similarity only", weight=1.0),
        replace(BOOTSTRAPPED, name="observation similarity only", weight=0.0),
        replace(BOOTSTRAPPED, name="random retrieval", retrieval="random"),
        replace(BOOTSTRAPPED, name="values shuffled", values="shuffled"),
        *(
            replace(row, name=f"whole episode, {row.name}", against="whole episode")
            for row in (
                replace(TRAINED, name="no discouraged", settings={"discouraged": False}),
                replace(TRAINED, name="no random advice", settings={"random_advice": False}),
                replace(TRAINED, name="task similarity only", weight=1.0),
                replace(TRAINED, name="observation similarity only", weight=0.0),
                replace(TRAINED, name="random retrieval", retrieval="random"),
                replace(TRAINED, name="values shuffled", values="shuffled"),
                replace(TRAINED, name="values inverted", values="inverted"),
            )
        ),
        replace(NONE, against="whole episode"),
    ),
    BOOTSTRAPPED.name,
)  # fmt: skip


def _policies(start: Start, against: str = "") -> list[Condition]:
    """Each policy beyond the plain rule, from the same initial memory."""
    of = replace(TRAINED, start=start, against=against)
    return [
        replace(of, name=f"solved episodes only, from {start}", agent="solved only"),
        replace(of, name=f"γ = 0.9, from {start}", memory={"gamma": 0.9}),
        replace(of, name=f"higher values preferred, from {start}", agent="prefer value"),
        replace(of, name=f"judged by neighbours, from {start}", agent="above neighbours"),
        replace(
            of, name=f"solved only and γ = 0.9, from {start}",
            agent="solved only", memory={"gamma": 0.9},
        ),
    ]  # fmt: skip


POLICIES = Plan(
    "policies",
    "Which memory policy beats well-chosen initial records, in which domain?",
    both(
        TRAINED,
        *_policies("E0"),
        replace(TRAINED, name="plain rule from E1", start="E1", against="initial memory E1"),
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
        *(replace(LARGE, name=f"capacity {n}", memory={"capacity": n}) for n in SIZES),
        *(replace(LARGE, name=f"{n} records at random", records=n) for n in SIZES[:-1]),
        NONE,
    ),
    LARGE.name,
    also=("records", "evicted", "seconds"),
)

LAMBDA = Plan(
    "lambda",
    "Which λ is best, and does it depend on the domain?",
    both(
        replace(TRAINED, name="λ = 0.5"),
        *(replace(TRAINED, name=f"λ = {w:g}", weight=w) for w in (0.0, 0.1, 0.25, 0.75, 0.9, 1.0)),
        NONE,
    ),
    "λ = 0.5",
)

DEPTH = Plan(
    "depth",
    "How does the depth n of the target change success, the spread of Q, and the cost?",
    both(
        replace(TRAINED, name="whole episode", twice=True),
        *(
            replace(TRAINED, name=f"n = {n}", memory={"n_steps": n}, twice=True)
            for n in (1, 2, 3, 5)
        ),
    ),
    "whole episode",
    also=("q_variance", "updates", "train_seconds"),
)

EXEMPLARS = Plan(
    "exemplars",
    "How many exemplars, and how many tokens for them?",
    both(
        replace(TRAINED, name="m = 2, 4000 tokens"),
        *(
            replace(TRAINED, name=f"m = {m}, 4000 tokens", settings={"exemplars": m})
            for m in (0, 1, 3, 4, 5, 6)
        ),
        *(
            replace(TRAINED, name=f"m = 2, {b} tokens", settings={"budget": b})
            for b in (2500, 3000, 8000)
        ),
        replace(TRAINED, name="m = 6, 16000 tokens", settings={"exemplars": 6, "budget": 16000}),
        *(
            replace(row, settings={"budget": 8000}, against="m = 2, 8000 tokens")
            for row in (
                replace(TRAINED, name="m = 2, 8000 tokens, untrained", epochs=0),
                replace(TRAINED, name="m = 2, 8000 tokens, γ = 0.9", memory={"gamma": 0.9}),
            )
        ),
    ),
    "m = 2, 4000 tokens",
    also=("exemplars", "prompt_tokens"),
)


#: records from elsewhere must not evict own ones: that would be eviction, not transfer
NO_LIMIT: MemoryOptions = {"capacity": None}


def _departments() -> tuple[Condition, ...]:
    """One department of the shop: own goals, with and without 50 of another department."""
    most = Condition("own 50", epochs=4, goals=(("own", 50),), test="own test",
                     memory=NO_LIMIT, against="own 50")  # fmt: skip
    rows = [most, replace(most, name="own 50 + other 50", goals=(("other", 50), ("own", 50)),
                           against="own 50")]  # fmt: skip
    for own in (0, 5, 10, 25):
        name = f"own {own}"
        few: tuple[Goals, int] = ("own", own)
        rows += [
            replace(most, name=name, goals=(few,), against="own 50"),
            replace(most, name=f"{name} + other 50", goals=(("other", 50), few), against=name),
        ]
    return (
        *rows,
        replace(
            most,
            name="own 50 + other 50, capacity 500",
            goals=(("other", 50), ("own", 50)),
            memory={"capacity": 500},
        ),
        replace(most, name="50 of all departments", goals=(("mixed", 50),), against="own 50"),
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
        mixed = replace(base, name=f"{base.name} + foreign", foreign=True, against=base.name)
        rows += [base, mixed]
    return (*rows, replace(mixed, name=f"{mixed.name}, capacity 500", memory={}))


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
        Condition("drawn at random", agent="retrieval", similarity="random"),
    ),
    "the paper's, λ = 0.5",
    measures=("precision_1", "precision_5", "separation", "auc"),
)

PLANS: dict[str, Plan] = {
    plan.name: plan
    for plan in (PROTOCOL, ABLATION, POLICIES, MEMORY_SIZE, LAMBDA, DEPTH, EXEMPLARS, TRANSFER,
                 SIMILARITY, LATER, REAL, SMALL)
}  # fmt: skip
