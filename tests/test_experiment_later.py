"""Policies of later works: what they read out of a memory and a journal, by hand-made examples."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_domain import WORLD, Cabinet, CabinetEnv

from rememberer_lite.agent import Rememberer, Turn
from rememberer_lite.experiments import Condition, cells
from rememberer_lite.experiments.cells import run_cell
from rememberer_lite.experiments.conditions import Policy
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.later import (
    Rules,
    TwoPhases,
    reader,
    rules_from,
    steps_of_solved,
    usefulness,
)
from rememberer_lite.experiments.later_plan import LATER
from rememberer_lite.experiments.place import Place
from rememberer_lite.llm import OfflineLLM
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import ActionValue, Decision, Experience, Match, Recent, State
from rememberer_lite.training import Episode, Step

DOMAIN = Cabinet()


def alike(query: State, key: State) -> float:
    """1 for the same page, else what the key's page says."""
    return 1.0 if query.observation == key.observation else float(key.observation or 0)


def page(observation: str) -> State:
    return State("copy herons", observation, ("up", "leave"))


def empty() -> ExperienceMemory:
    return ExperienceMemory(from_function(alike))


def holding(*records: tuple[float, float]) -> ExperienceMemory:
    """Records of (similarity to the query, Q)."""
    memory = empty()
    for f, q in records:
        memory.insert(Experience(page(str(f)), -1, {"up": ActionValue(q, q, 1)}, visits=1))
    return memory


def episode(
    goal: int, solved: bool, *steps: tuple[str, str | None], shown: Sequence[int] = ()
) -> Episode:
    """An episode of (page, action); None is a failed reply. Each step was shown these records."""
    matches = tuple(Match(Experience(page(str(n)), n, {}, 1), 0.5) for n in shown)
    made = [
        Step(
            page(at),
            Recent(),
            Turn(Decision(action, reason="because") if action else None, matches),
            action,
            done=number == len(steps),
        )
        for number, (at, action) in enumerate(steps, start=1)
    ]
    return Episode(goal, tuple(made), solved, 0, last_state=page("end"))


QUERY = page("now")


# ---- two phases


@pytest.mark.parametrize(
    ("records", "worth", "chosen"),
    [
        # z(f) = 1.22, 0, −1.22 and z(Q) = −1.41, 0.71, 0.71: scores −0.10, 0.35, −0.26
        ([(0.9, 0.0), (0.6, 1.0), (0.3, 1.0)], None, ["0.6", "0.9"]),
        ([(0.9, 0.5), (0.6, 0.5), (0.3, 0.5)], None, ["0.9", "0.6"]),  # equal Q: similarity alone
        # the same three, with a worth that says the opposite of Q; unknown records are worth 0
        ([(0.9, 0.0), (0.6, 1.0), (0.3, 1.0)], {0: 1.0}, ["0.9", "0.6"]),
        # z(worth) = −0.71, −0.71, 1.41: scores 0.26, −0.35, 0.10
        ([(0.9, 0.0), (0.6, 1.0), (0.3, 1.0)], {0: -1.0, 1: -1.0, 2: 1.0}, ["0.9", "0.3"]),
        (
            [(0.6, 0.0), (0.6, 1.0), (0.3, 1.0)],
            {1: 1.0},
            ["0.6", "0.3"],
        ),  # equal scores: the nearer
        ([(0.9, 0.0)], None, ["0.9"]),
        ([], None, []),
    ],
)
def test_similarity_and_worth_choose_together(
    records: list[tuple[float, float]], worth: dict[int, float] | None, chosen: list[str]
) -> None:
    agent = TwoPhases(OfflineLLM(), holding(*records), DOMAIN, worth=worth)
    assert [match.experience.state.observation for match in agent.recall(QUERY)] == chosen


def test_what_is_not_among_the_ten_most_similar_is_never_shown() -> None:
    near = [(0.5 + n / 100, 0.0) for n in range(10)]
    agent = TwoPhases(OfflineLLM(), holding(*near, (0.1, 1.0)), DOMAIN)
    assert "0.1" not in [match.experience.state.observation for match in agent.recall(QUERY)]
    assert len(TwoPhases(OfflineLLM(), holding(*near), DOMAIN, exemplars=12).recall(QUERY)) == 10


values = st.floats(0, 1, width=32)


@given(st.lists(st.tuples(values, values), max_size=12, unique_by=lambda pair: str(pair[0])))
def test_no_record_that_is_both_nearer_and_better_is_left_out(
    records: list[tuple[float, float]],
) -> None:
    memory = holding(*records)
    near = memory.rank(QUERY, 10)
    shown = TwoPhases(OfflineLLM(), memory, DOMAIN).recall(QUERY)
    assert len(shown) == min(2, len(near))
    for left in (match for match in near if match not in shown):
        for taken in shown:
            f = (left.similarity or 0) - (taken.similarity or 0)
            q = left.experience.best - taken.experience.best
            assert not (f > 1e-6 and q > 1e-6)


# ---- rules


def learnt(rules: ExperienceMemory) -> dict[str, dict[str, float]]:
    return {r.state.observation: {a: v.q for a, v in r.actions.items()} for r in rules}


HASTY, PATIENT = (("1", "open"), ("2", "leave")), (("1", "open"), ("2", "copy"), ("2", "leave"))
FAILED, SOLVED = episode(3, False, *HASTY), episode(3, True, *PATIENT)


@pytest.mark.parametrize(
    ("journal", "found"),
    [
        ([FAILED, SOLVED], {"2": {"copy": 1.0, "leave": 0.0}}),
        ([SOLVED, FAILED], {"2": {"copy": 1.0, "leave": 0.0}}),  # the order plays no part
        ([FAILED], {}),
        ([SOLVED], {}),
        ([FAILED, replace(SOLVED, goal=4)], {}),  # another goal proves nothing
        ([FAILED, replace(FAILED, solved=True)], {}),  # they never part
        # the first page differs already: no choice was made there
        ([FAILED, episode(3, True, ("0", "copy"))], {}),
        # a failed reply is no choice
        ([FAILED, episode(3, True, ("1", None), *PATIENT)], {"2": {"copy": 1.0, "leave": 0.0}}),
        # one vote for each pair: two to one
        (
            [
                episode(3, False, ("2", "up")),
                *(episode(3, True, ("2", "copy")), episode(4, True, ("2", "copy"))),
                *(episode(4, False, ("2", "up")), episode(5, True, ("2", "up"))),
                episode(5, False, ("2", "copy")),
            ],
            {"2": {"copy": 2 / 3, "up": 1 / 3}},
        ),
    ],
)
def test_a_rule_is_where_a_failed_and_a_solved_episode_part(
    journal: list[Episode], found: dict[str, dict[str, float]]
) -> None:
    rules = learnt(rules_from(journal, empty(), DOMAIN))
    assert rules.keys() == found.keys()
    for at, votes in found.items():
        assert rules[at] == pytest.approx(votes)


def test_a_rule_stands_beside_the_most_similar_record() -> None:
    memory, rules = holding((0.9, 0.1), (0.8, 0.2), (0.2, 0.3)), holding((0.2, 1.0))
    by = Rules(OfflineLLM(), memory, DOMAIN, rules=rules)
    assert [m.experience.best for m in by.recall(QUERY)] == [1.0, 0.1]
    shown = by.exemplars(QUERY, random.Random(0))
    assert [e.match.experience.best for e in shown] == [0.1, 1.0], "the most similar comes first"
    three = Rules(OfflineLLM(), memory, DOMAIN, rules=rules, exemplars=3)
    # the memory's record of that page would be the same page twice
    assert [m.experience.best for m in three.recall(QUERY)] == [1.0, 0.1, 0.2]
    alone = Rules(OfflineLLM(), memory, DOMAIN, rules=rules, alone=True)
    assert [m.experience.best for m in alone.recall(QUERY)] == [1.0]
    none = Rules(OfflineLLM(), memory, DOMAIN, rules=empty())
    assert none.recall(QUERY) == memory.rank(QUERY, 2)


# ---- worth by use, and solved episodes


def test_a_record_is_worth_what_became_of_those_who_saw_it() -> None:
    journal = [
        episode(1, True, ("1", "up"), ("2", "up"), shown=(7,)),  # shown twice, counted once
        episode(1, False, ("1", "up"), shown=(7, 8)),
    ]
    worth = usefulness(journal)
    assert worth == pytest.approx({7: 0.1 + 0.1 * (-1 - 0.1), 8: -0.1})
    assert usefulness(journal, step_size=1.0) == {7: -1.0, 8: -1.0}
    assert usefulness([]) == {}


def test_every_step_of_a_solved_episode_is_worth_1() -> None:
    journal = [FAILED, SOLVED, episode(5, True, ("4", None)), episode(6, True, ("5", "up"))]
    kept = steps_of_solved(journal, empty(), DOMAIN)
    assert learnt(kept) == {"1": {"open": 1.0}, "2": {"copy": 1.0, "leave": 1.0}, "5": {"up": 1.0}}


# ---- as conditions


def test_a_policy_without_a_training_is_refused() -> None:
    with pytest.raises(ExperimentError, match="reads the journal of a training; set epochs"):
        Condition("rules", policy="rules")


def test_older_files_are_written_back_unchanged() -> None:
    assert "policy" not in Condition("plain").as_json()
    row = Condition("rules", epochs=1, policy="rules")
    assert Condition.from_json(row.as_json()) == row


@pytest.mark.parametrize("policy", get_args(Policy))
def test_each_policy_has_an_agent_that_differs_from_the_papers(policy: Policy) -> None:
    memory = holding((0.9, 0.0), (0.6, 1.0), (0.3, 1.0))
    journal = [FAILED, SOLVED, episode(1, False, ("1", "up"), shown=(0,))]
    agent = reader(policy, OfflineLLM(), memory, DOMAIN, 4, journal, exemplars=2)
    assert agent.seed == 4
    shown = [learnt(agent.memory.with_records([m.experience])) for m in agent.recall(QUERY)]
    plain = Rememberer(OfflineLLM(), memory, DOMAIN)
    assert shown != [learnt(memory.with_records([m.experience])) for m in plain.recall(QUERY)]


def test_all_rows_of_the_plan_read_one_training(monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[int] = []
    real: Any = cells.train

    def counting(*args: Any, **options: Any) -> Any:
        trained.append(1)
        return real(*args, **options)

    def cabinet(env: str, seed: int) -> Place:
        world = replace(WORLD, name=env, splits={"train": range(500, 505), "test": range(6)})
        return Place(world, CabinetEnv(seed), {})

    monkeypatch.setattr(cells, "train", counting)
    monkeypatch.setattr(cells, "open_place", cabinet)
    cells._trained.cache_clear()
    rows = [replace(row, goals=(("train", 5),)) for row in LATER.conditions["webshop"]]
    found = {row.name: run_cell("webshop", 0, row) for row in rows}
    cells._trained.cache_clear()
    assert trained == [1], "each row trained again: they would not be compared on one journal"
    assert all(np.isfinite(cell["success"]) for cell in found.values())
    trainings = {
        row.name: cell.get("train_calls") for row, cell in zip(rows, found.values(), strict=True)
    }
    assert len({calls for calls in trainings.values() if calls is not None}) == 1
