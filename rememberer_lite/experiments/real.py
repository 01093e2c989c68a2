"""The grid for a real, small model: does what it remembers help it, and what it has learnt itself?

Each row is tested twice, on the goals of the training and on goals that it has never met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rememberer_lite.experiments.conditions import AgentOptions, Condition, Goals, Start
from rememberer_lite.experiments.plan import Plan

#: one shop or site each; nothing was tuned on them
SEEDS = range(100, 108)
#: of the training, and of each test; an episode of the wiki takes five times as long
GOALS = {"webshop": 8, "wikihow": 2}
EPOCHS = 2
#: in training alone: the test takes the likeliest answer
EXPLORING = 0.5

#: the hand-written records of each world; E1 of the wiki holds no search, and no task begins
#: without one
STARTS: dict[str, Start] = {"webshop": "E1", "wikihow": "E0"}

#: what the rows are, for a reader of their results
READING = f"""Each seed is another shop or site. The model trains on a few goals
({GOALS["webshop"]} in the shop, {GOALS["wikihow"]} on the wiki) for {EPOCHS} epochs, sampling at
temperature {EXPLORING:g}. It is tested at temperature 0, on the same goals and on as many that it
has never met."""
#: what each row is
ROWS = """- **no exemplars**: the model alone. **E0**, **E1**: with hand-written records, not yet
  trained.
- **trained from …**: by the paper's rule; one exemplar, the most similar record of all.
- **known states**: what was learnt is shown only in the very state in which it was learnt, and
  hand-written records everywhere else. So on goals never met it equals its start by construction.
- **known states and similar tasks**: the same, and solved steps of tasks alike on the same kind of
  page.
- **its values shuffled**, **equal**, **its records at random**: the memory of *trained from*,
  with one thing broken.
- **the expert's episodes**: a memory of a scripted expert's solved episodes on the same
  goals."""

#: what a small model needs, see `agent.Prompted`
ALONE: AgentOptions = {
    "constrained": True,
    "queries": "task",
    "style": "short",
    "no_repeats": True,
}
ONE: AgentOptions = {**ALONE, "exemplars": 1, "random_advice": False, "discouraged": False}
TWO: AgentOptions = {**ONE, "exemplars": 2}
TESTS: dict[str, Goals] = {"goals met": "long", "goals never met": "test"}


def rows(env: str, start: Start) -> tuple[Condition, ...]:
    """The conditions of one world, from its hand-written records `start`."""
    shown = Condition(
        start,
        start=start,
        goals=(("long", GOALS[env]),),
        settings=ONE,
        similarity="richer",
        test_count=GOALS[env],
    )
    learns = replace(shown, name=f"trained from {start}", epochs=EPOCHS, temperature=EXPLORING)
    more: tuple[Condition, ...] = ()
    if env == "webshop":
        more = (
            replace(learns, name="known states and similar tasks", agent="similar task"),
            replace(shown, name=f"{start}, two exemplars", settings=TWO),
        )
    conditions = (
        replace(shown, name="no exemplars", agent="none", start="empty", settings=ALONE),
        shown,
        learns,
        replace(learns, name="known states", agent="known state"),
        replace(learns, name="its values shuffled", values="shuffled"),
        replace(learns, name="its values equal", values="equal"),
        replace(learns, name="its records at random", retrieval="random"),
        replace(learns, name="trained from nothing", start="empty"),
        replace(shown, name="the expert's episodes", start="expert"),
    )
    return tuple(_tested((*conditions, *more)))


def contrasts(env: str) -> tuple[tuple[str, str], ...]:
    """Further paired comparisons on the same goals, each a question of its own: (row, reference).

    Against the hand-written records: does it learn from its own episodes? Against the same
    training: do the values matter, and does the retrieval?
    """
    start = STARTS[env]
    names = {condition.name.rpartition(", ")[0] for condition in REAL.rows(env)}
    trained = f"trained from {start}"
    pairs = [
        (trained, start),
        ("known states", start),
        ("known states and similar tasks", start),
        ("the expert's episodes", start),
        (f"{start}, two exemplars", start),
        ("its values shuffled", trained),
        ("its values equal", trained),
        ("its records at random", trained),
    ]
    return tuple(pair for pair in pairs if names.issuperset(pair))


def _tested(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """Each condition on both tests, compared with the model alone on the same one."""
    for condition in conditions:
        for name, goals in TESTS.items():
            against = f"{conditions[0].name}, {name}"
            yield replace(condition, name=f"{condition.name}, {name}", test=goals, against=against)


REAL = Plan(
    "real",
    "Does a memory help a real, small language model, and does it learn from its own episodes?",
    {env: rows(env, start) for env, start in STARTS.items()},
    "no exemplars, goals never met",
    SEEDS,
    measures=("score", "success"),
    also=("steps", "prompt_tokens", "train_tokens", "seconds", "train_seconds"),
    language_model=True,
)

_ALL = Condition(
    "all settings",
    start="E1",
    settings=ONE,
    similarity="richer",
    test_count=4,
)
_FREE: AgentOptions = {**ONE, "constrained": False, "style": "paper", "no_repeats": False}

SMALL = Plan(
    "small_model",
    "What does each setting for small models change, switched off alone?",
    {
        "webshop": (
            _ALL,
            replace(_ALL, name="any query", settings={**ONE, "queries": "free"}),
            replace(_ALL, name="the paper's pages", settings={**ONE, "style": "paper"}),
            replace(_ALL, name="actions may be repeated", settings={**ONE, "no_repeats": False}),
            replace(_ALL, name="the shop's own similarity", similarity="domain"),
            replace(_ALL, name="two exemplars", settings=TWO),
            replace(_ALL, name="a discouraged action too", settings={**ONE, "discouraged": True}),
            replace(_ALL, name="no list of actions, the paper's pages", settings=_FREE),
        )
    },
    "all settings",
    SEEDS,
    measures=("score", "success"),
    also=("steps", "prompt_tokens", "failed_replies", "seconds"),
    language_model=True,
)
