"""The experience memory: learning, retrieval, capacity, finished records, and wrong use."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Callable
from dataclasses import astuple, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite import storage
from rememberer_lite.memory import EpisodeError, ExperienceMemory
from rememberer_lite.memory.episode_buffer import LARGEST_REWARD
from rememberer_lite.memory.record_check import MOST_ID
from rememberer_lite.similarity import (
    PatternTable,
    Similarity,
    TagSequence,
    TextEmbedding,
    from_function,
)
from rememberer_lite.state import ActionValue, Experience, Recent, SettingError, State

EXACT = from_function(lambda query, key: float(query == key))


def state(name: object) -> State:
    return State("a task", f"page {name}")


def record(name: object, q: float = 0.0, visits: int = 1, **fields: Any) -> Experience:
    return Experience(state(name), -1, {"go": ActionValue(q, 0.0, visits)}, visits, **fields)


def near(table: dict[str, float]) -> Similarity:
    """The similarity of pages named by one letter, from a table of pairs such as "ab"."""

    def f(query: State, key: State) -> float:
        pair = query.observation[-1] + key.observation[-1]
        return 1.0 if query == key else table.get(pair, table.get(pair[::-1], 0.0))

    return from_function(f)


def episode(
    memory: ExperienceMemory, steps: list[tuple[object, str, float]], done: bool = True
) -> None:
    """Steps (state, action, reward); it ends after the last."""
    memory.start(state(steps[0][0]))
    for step, following in pairwise([*steps, ("the end", "", 0.0)]):
        last = following[0] == "the end"
        memory.observe(step[1], step[2], state(following[0]), done=last and done)


# ---- learning


def test_a_whole_episode_by_hand() -> None:
    memory = ExperienceMemory(EXACT, gamma=0.5)
    episode(memory, [("a", "x", 0.0), ("b", "y", 1.0), ("c", "z", 4.0)])
    assert [e.actions for e in memory] == [
        {"x": ActionValue(1.5, 0.0, 1)},  # 0 + 0.5·1 + 0.25·4
        {"y": ActionValue(3.0, 1.0, 1)},
        {"z": ActionValue(4.0, 4.0, 1)},
    ]
    episode(memory, [("a", "x", 1.0), ("b", "w", 0.0)])
    assert memory[state("a")].actions == {"x": ActionValue(1.25, 0.5, 2)}  # the means of two
    assert list(memory[state("b")].actions) == ["y", "w"]
    assert memory[state("b")].visits == 2


def test_two_steps_by_hand() -> None:
    memory = ExperienceMemory(EXACT, gamma=0.5, n_steps=2)
    memory.insert(record("c", q=8.0))
    memory.start(state("a"))
    memory.observe("x", 1.0, state("b"), done=False)
    assert state("a") not in memory  # one reward is in, two are needed
    memory.observe("y", 2.0, state("c"), done=False)
    assert memory[state("a")].actions["x"].q == 4.0  # 1 + 0.5·2 + 0.25·8
    assert state("b") not in memory
    memory.observe("z", 4.0, state("d"), done=True)
    assert memory[state("b")].actions["y"].q == 4.0  # 2 + 0.5·4, and nothing after the end
    assert memory[state("c")].actions["z"].q == 4.0


def test_the_end_of_an_episode_never_bootstraps() -> None:
    memory = ExperienceMemory(EXACT, n_steps=1)
    memory.insert(record("b", q=100.0))
    memory.start(state("a"))
    memory.observe("x", 1.0, state("b"), done=True)
    assert memory[state("a")].actions["x"].q == 1.0


def test_finish_ends_an_episode_as_done_does() -> None:
    steps = [("a", "x", 0.0), ("b", "y", 1.0), ("c", "z", 4.0)]
    for n_steps in (None, 2, 5):
        by_done, by_finish = (ExperienceMemory(EXACT, 0.5, n_steps) for _ in range(2))
        episode(by_done, steps)
        episode(by_finish, steps, done=False)
        by_finish.finish()
        if n_steps == 2:  # there the value of "b" was already bootstrapped, from nothing known
            assert by_finish[state("c")] == by_done[state("c")]
        else:
            assert list(by_finish) == list(by_done)


def test_an_unknown_next_state_takes_the_value_of_its_neighbour() -> None:
    memory = ExperienceMemory(near({"uk": 0.7, "uf": 0.2}), n_steps=1)
    memory.insert(record("f", q=9.0, visits=50))
    memory.insert(record("k", q=3.0))
    memory.start(state("a"))
    memory.observe("x", 1.0, state("u"), done=False)
    assert memory[state("a")].actions["x"].q == 4.0
    assert state("u") not in memory


def test_defect_25_is_kept_the_new_record_may_be_its_own_neighbour() -> None:
    memory = ExperienceMemory(near({"ua": 0.9, "uk": 0.7}), n_steps=1)
    memory.insert(record("k", q=3.0))
    memory.start(state("a"))
    memory.observe("x", 1.0, state("u"), done=False)
    assert memory[state("a")].actions["x"].q == 1.0  # from its own new action, which has 0


def test_an_episode_leads_to_its_records() -> None:
    memory = ExperienceMemory(EXACT)
    memory.start(state("a"))
    memory.observe("x", 0.25, state("b"), done=False, reason="why x")
    memory.observe("y", 0.5, state("c"), done=False)
    memory.observe("z", 1.0, state("d"), done=True, reason="why z")
    last = memory[state("c")]
    assert (last.recent_actions, last.recent_reasons) == (("x", "y"), ("why x", ""))
    assert (last.last_reward, last.total_reward) == (0.5, 0.75)
    assert last.actions["z"].reason == "why z"

    memory.start(state("c"))  # reached sooner: the shorter way is kept, the rewards are means
    memory.observe("z", 0.0, state("d"), done=True)
    last = memory[state("c")]
    assert last.recent_actions == ()
    assert (last.last_reward, last.total_reward) == (0.25, 0.375)
    assert last.actions["z"].reason == "why z"  # no words came: the last ones stay


def test_defect_05_each_action_keeps_its_own_reward() -> None:
    for n_steps in (None, 1, 2):
        memory = ExperienceMemory(EXACT, n_steps=n_steps)
        episode(memory, [("a", "x", 0.0), ("b", "y", 0.0), ("c", "z", 1.0)])
        assert [next(iter(e.actions.values())).reward for e in memory] == [0.0, 0.0, 1.0]


def test_defect_09_a_reason_never_splits_a_value() -> None:
    memory = ExperienceMemory(EXACT)
    for reward, reason in [(1.0, "it fits"), (0.0, "it is cheap")]:
        memory.start(state("a"))
        memory.observe("click[buy now]", reward, state("b"), done=True, reason=reason)
    expected = {"click[buy now]": ActionValue(0.5, 0.5, 2, "it is cheap")}
    assert memory[state("a")].actions == expected


@pytest.mark.parametrize("action", [None, ""])
def test_defects_12_and_13_a_failed_reply_cannot_be_stored(action: Any) -> None:
    memory = ExperienceMemory(EXACT)
    memory.start(state("a"))
    memory.observe("x", 0.0, state("b"), done=False)
    with pytest.raises(EpisodeError, match=r"reply failed, observe nothing"):
        memory.observe(action, 0.0, state("b"), done=False)
    memory.observe("y", 1.0, state("c"), done=True)  # the refused step left no trace
    assert [list(e.actions) for e in memory] == [["x"], ["y"]]
    assert memory[state("b")].recent_actions == ("x",)


def test_defect_30_every_setting_has_an_effect() -> None:
    steps = [("a", "x", 0.5), ("b", "y", 1.0), ("a", "x", 0.0), ("c", "z", 1.0), ("d", "v", 0.0)]

    def learnt(**settings: Any) -> list[Any]:
        memory = ExperienceMemory(EXACT, **settings)
        episode(memory, steps)
        episode(memory, [("a", "other", -1.0)])
        return [(e.state, dict(e.actions)) for e in memory]

    plain = learnt()
    assert plain == learnt()
    changes: list[dict[str, Any]] = [
        {"gamma": 0.5},
        {"n_steps": 1},
        {"step_size": 0.5},
        {"capacity": 2},
        {"action_capacity": 1},
    ]
    for change in changes:
        assert learnt(**change) != plain, change
    assert set(ExperienceMemory(EXACT).settings) == {name for c in changes for name in c}


EPISODES = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.floats(-1, 1)),
        min_size=1,
        max_size=8,
    ),
    min_size=1,
    max_size=4,
)


@given(EPISODES, st.floats(0, 1))
def test_many_steps_are_a_whole_episode(episodes: Any, gamma: float) -> None:
    whole, eight = (ExperienceMemory(EXACT, gamma, n) for n in (None, 8))
    for steps in episodes:
        episode(whole, steps)
        episode(eight, steps)
    assert list(whole) == list(eight)


@given(EPISODES, st.sampled_from([None, 1, 3]))
def test_visits_add_up(episodes: Any, n_steps: int | None) -> None:
    memory = ExperienceMemory(EXACT, n_steps=n_steps)
    for steps in episodes:
        episode(memory, steps)
    assert sum(e.visits for e in memory) == sum(map(len, episodes)) == memory.stats.updates
    for e in memory:
        assert e.visits == sum(value.visits for value in e.actions.values())
    assert memory.stats.added == len(memory)
    assert [e.id for e in memory] == list(range(len(memory)))


# ---- against tabular Q-learning


class Chain:
    """Five states in a row; "left" and "right" slip with probability `slip`; the ends are goals."""

    states, actions, gamma = range(5), ("left", "right"), 0.9

    def __init__(self, slip: float) -> None:
        self.slip = slip

    def outcomes(self, s: int, action: str) -> list[tuple[float, float, int, bool]]:
        """(probability, reward, next state, done)."""
        move = 1 if action == "right" else -1
        both = [(1 - self.slip, s + move), (self.slip, s - move)]
        rewards = {-1: 0.3, 5: 1.0}
        return [(p, rewards.get(t, -0.01), t, t in rewards) for p, t in both if p > 0]

    def step(self, s: int, action: str, rng: random.Random) -> tuple[float, int, bool]:
        outcomes = self.outcomes(s, action)
        _, reward, t, done = rng.choices(outcomes, weights=[o[0] for o in outcomes])[0]
        return reward, t, done


def memory_of(chain: Chain, step_size: float) -> ExperienceMemory:
    """All states known, with values of 0, as in a table."""
    memory = ExperienceMemory(EXACT, chain.gamma, n_steps=1, step_size=step_size)
    for s in chain.states:
        zeros = {action: ActionValue(0.0, 0.0, 0) for action in chain.actions}
        memory.insert(Experience(state(s), -1, zeros))
    return memory


@given(st.integers(0, 2**32), st.floats(0, 0.4), st.floats(0.05, 1.0))
def test_values_are_those_of_tabular_q_learning(seed: int, slip: float, alpha: float) -> None:
    chain, rng = Chain(slip), random.Random(seed)
    memory = memory_of(chain, alpha)
    table = {(s, a): 0.0 for s in chain.states for a in chain.actions}
    for _ in range(8):
        s, done = rng.choice(chain.states), False
        memory.start(state(s))
        while not done:
            action = rng.choice(chain.actions)
            reward, t, done = chain.step(s, action, rng)
            memory.observe(action, reward, state(t), done)
            best = 0.0 if done else max(table[t, a] for a in chain.actions)
            table[s, action] += alpha * (reward + chain.gamma * best - table[s, action])
            for (known, a), q in table.items():
                assert memory[state(known)].actions[a].q == pytest.approx(q, abs=1e-12)
            s = t


def test_values_reach_those_of_value_iteration() -> None:
    chain, rng = Chain(slip=0.0), random.Random(0)
    optimal = {(s, a): 0.0 for s in chain.states for a in chain.actions}
    for _ in range(200):
        for s, a in optimal:
            optimal[s, a] = sum(
                p * (r + (0.0 if done else chain.gamma * max(optimal[t, b] for b in chain.actions)))
                for p, r, t, done in chain.outcomes(s, a)
            )
    memory = memory_of(chain, step_size=0.5)
    for _ in range(200):
        s, done = rng.choice(chain.states), False
        memory.start(state(s))
        while not done:
            action = rng.choice(chain.actions)
            reward, t, done = chain.step(s, action, rng)
            memory.observe(action, reward, state(t), done)
            s = t
    for (s, a), q in optimal.items():
        assert memory[state(s)].actions[a].q == pytest.approx(q, abs=1e-6)
    assert optimal[2, "right"] > optimal[2, "left"] > 0  # a problem with something to learn


# ---- retrieval


def test_retrieval_is_by_similarity_then_visits_then_age() -> None:
    memory = ExperienceMemory(near({"qa": 0.5, "qb": 0.9, "qc": 0.5, "qd": 0.5}))
    for name, visits in [("a", 1), ("b", 1), ("c", 7), ("d", 1)]:
        memory.insert(record(name, visits=visits))
    matches = memory.retrieve(state("q"))
    assert [m.experience.state.observation[-1] for m in matches] == ["b", "c", "a", "d"]
    assert matches[0].similarity == pytest.approx(0.9)
    assert memory.retrieve(state("q"), k=2) == matches[:2]
    assert memory.retrieve(state("q"), k=0) == []
    assert memory.retrieve(state("q"), k=99) == matches


def test_similarities_compare_in_single_precision() -> None:
    memory = ExperienceMemory(near({"qa": 0.3, "qb": 0.3 + 1e-12}))
    memory.insert(record("a", visits=2))
    memory.insert(record("b", visits=1))
    assert memory.retrieve(state("q"))[0].experience.state == state("a")


def test_a_match_reports_both_parts() -> None:
    similarity = Similarity(TextEmbedding(), TagSequence(), weight=0.25)
    memory = ExperienceMemory(similarity)
    memory.insert(Experience(State("buy tea", "<p>\n<hr>"), -1))
    (match,) = memory.retrieve(State("buy tea", "<p>"))
    assert (match.task_similarity, match.observation_similarity) == (1.0, 0.5)
    assert match.similarity == 0.625
    (other,) = memory.with_records(memory, similarity.with_weight(1.0)).retrieve(
        State("buy tea", "")
    )
    assert other.similarity == 1.0


def test_defect_29_an_empty_memory_can_be_read_and_learnt_from() -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()), n_steps=1, capacity=1)
    assert memory.retrieve(state("a")) == memory.retrieve(state("a"), k=2) == []
    memory.start(state("a"))
    memory.observe("x", 1.0, state("b"), done=False)  # there is nothing else to bootstrap from
    assert memory[state("a")].actions["x"].q == 1.0


def test_a_match_never_changes_later() -> None:
    memory = ExperienceMemory(EXACT)
    episode(memory, [("a", "x", 1.0)])
    (match,) = memory.retrieve(state("a"))
    before = copy.deepcopy(match)
    episode(memory, [("a", "x", 0.0), ("a", "y", 0.0)])
    assert match == before
    assert memory[state("a")] != match.experience


def test_looking_up() -> None:
    memory = ExperienceMemory(EXACT)
    episode(memory, [("b", "x", 1.0), ("a", "x", 1.0)])
    assert [e.state for e in memory] == [state("b"), state("a")]
    assert state("a") in memory
    assert state("c") not in memory
    assert len(memory) == 2
    with pytest.raises(KeyError):
        memory[state("c")]


def test_reads_are_counted_and_bootstraps_are_not_reads() -> None:
    memory = ExperienceMemory(EXACT, n_steps=1)
    episode(memory, [("a", "x", 0.0), ("b", "y", 1.0)])
    assert (memory.stats.reads, memory.stats.updates) == (0, 2)
    memory.retrieve(state("a"))
    assert memory.stats.reads == 1


# ---- capacity


def letters(memory: ExperienceMemory) -> str:
    return "".join(e.state.observation[-1] for e in memory)


def test_defect_03_a_full_memory_still_takes_in() -> None:
    memory = ExperienceMemory(near({"ab": 0.8, "ac": 0.1, "bc": 0.1}), capacity=2)
    for name in "abc":
        episode(memory, [(name, "x", 1.0)])
    assert letters(memory) == "bc"  # a and b were twins; a was the older
    assert [e.id for e in memory] == [1, 2]
    assert (memory.stats.evicted, memory.stats.refused) == (1, 0)


def test_defect_04_the_less_visited_twin_goes() -> None:
    for visits, kept in [((9, 1), "ac"), ((1, 9), "bc")]:
        memory = ExperienceMemory(near({"ab": 0.8}), capacity=2)
        for name, count in zip("ab", visits, strict=True):
            memory.insert(record(name, visits=count))
        episode(memory, [("c", "x", 1.0)])
        assert letters(memory) == kept


def test_a_new_record_s_better_known_twin_stays() -> None:
    memory = ExperienceMemory(near({"bc": 0.8, "ab": 0.1}), capacity=2)
    memory.insert(record("a"))
    memory.insert(record("b", visits=2))
    episode(memory, [("c", "x", 1.0), ("a", "x", 1.0)])
    assert letters(memory) == "ab"
    assert memory[state("a")].visits == 2  # the rest of the episode is learnt
    assert memory.stats.refused == 1
    episode(memory, [("d", "x", 1.0)])  # and now nothing is alike: the least visited, oldest goes
    assert letters(memory) in ("ab", "bd", "ad")
    assert len(memory) == 2


def test_ids_are_never_used_twice() -> None:
    memory = ExperienceMemory(near({"ab": 0.9, "cd": 0.9, "ef": 0.9}), capacity=2)
    seen = []
    for name in "abcdef":
        episode(memory, [(name, "x", 1.0)])
        seen += [e.id for e in memory if e.id not in seen]
    assert seen == list(range(6))


def test_a_memory_of_one() -> None:
    memory = ExperienceMemory(EXACT, capacity=1)
    for name in "abc":
        episode(memory, [(name, "x", 1.0)])
    assert letters(memory) == "c"


@given(st.lists(st.text("<pdiv> \n", max_size=12), min_size=1, max_size=25), st.integers(1, 5))
def test_capacity_holds_and_the_closest_go(pages: list[str], capacity: int) -> None:
    similarity = Similarity(TextEmbedding(), TagSequence())
    memory = ExperienceMemory(similarity, capacity=capacity)
    for page in pages:
        before = list(memory)
        memory.start(State("t", page))
        memory.observe("x", 1.0, None, done=True)
        assert len(memory) <= capacity
        after = list(memory)
        gone = [e for e in before if e.state not in memory]
        if gone:
            (victim,) = gone
            everyone = [*before, after[-1]]
            pairs = {
                (one.id, other.id): similarity(one.state, other.state).similarity
                for one in everyone
                for other in everyone
                if one.id < other.id
            }
            best = max(pairs.values())
            twins = [e for e in everyone for pair, f in pairs.items() if f == best and e.id in pair]
            assert victim == min(twins, key=lambda e: (e.visits, e.id))


@pytest.mark.parametrize("capacity", [63, 64, 65, 130])
def test_of_many_records_too_the_closest_go(capacity: int) -> None:
    """Points on a line, 2n + 1 apart: of the two nearest the older one goes."""
    points = {state(n): n * n for n in range(capacity + 12)}
    similarity = from_function(lambda a, b: 1 - abs(points[a] - points[b]) / 2**15)
    memory = ExperienceMemory(similarity, capacity=capacity)
    order = list(points)
    random.Random(0).shuffle(order)
    kept: list[State] = []
    for page in order:
        memory.insert(Experience(page, -1, {}, 1))
        kept.append(page)
        if len(kept) > capacity:
            line = sorted(kept, key=points.__getitem__)
            nearest = min(pairwise(line), key=lambda pair: points[pair[1]] - points[pair[0]])
            kept.remove(min(nearest, key=kept.index))
        assert [e.state for e in memory] == kept


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_under_another_weight_forgets_as_a_new_memory_does(seed: int) -> None:
    rng = random.Random(seed)

    def page() -> State:
        tags = rng.choices(["<p>", "<div>", "<hr>", "<b>"], k=rng.randint(1, 6))
        return State(rng.choice(["buy tea", "buy a red mug", "find shoes"]), "\n".join(tags))

    similarity = Similarity(TextEmbedding(), TagSequence())
    memory = ExperienceMemory(similarity, capacity=5)
    for _ in range(12):  # some have gone by now
        memory.insert(Experience(page(), -1, {}, rng.randint(1, 3)))
    copied = memory.with_weight(0.1)
    new = ExperienceMemory(similarity.with_weight(0.1), capacity=5)
    for old in copied:
        new.insert(old)
    assert copied.next_id == memory.next_id  # no id is used twice, in a copy neither
    new.next_id = copied.next_id
    for _ in range(6):
        further = Experience(page(), -1, {}, rng.randint(1, 3))
        copied.insert(further)
        new.insert(further)
        assert [e.state for e in copied] == [e.state for e in new]
        assert len(copied) == 5
    query = page()
    assert copied.retrieve(query) == new.retrieve(query)


def test_defect_26_similarities_are_only_computed_when_they_count() -> None:
    calls = 0

    def f(query: State, key: State) -> float:
        nonlocal calls
        calls += 1
        return float(query == key)

    memory = ExperienceMemory(from_function(f), capacity=40)
    for i in range(40):
        episode(memory, [(i, "x", 1.0)])
    assert calls == 0
    episode(memory, [("one more", "x", 1.0)])  # now all pairs are needed, once
    assert 0 < calls <= 41 * 41
    calls = 0
    for i in range(100, 110):
        episode(memory, [(i, "x", 1.0)])
    # and from then on one row for each new record, in which a few that went are scored too
    assert 10 * 40 <= calls <= 10 * 50


def test_defect_06_actions_over_capacity_go_by_q() -> None:
    memory = ExperienceMemory(EXACT, action_capacity=2)
    # "x" is worth most, though its own reward is the lowest
    episode(memory, [("a", "x", 0.0), ("b", "go", 1.0)])
    for action, reward in [("y", 0.2), ("z", 0.5)]:
        episode(memory, [("a", action, reward)])
    assert list(memory[state("a")].actions) == ["x", "z"]
    assert memory[state("a")].visits == 3


# ---- finished records


def test_defect_02_two_memories_merge_into_what_both_learnt() -> None:
    one, other = ExperienceMemory(EXACT), ExperienceMemory(EXACT)
    episode(one, [("a", "x", 1.0)])
    for reward in (4.0, 4.0, 1.0):
        episode(other, [("b", "y", 0.0), ("a", "x", reward)])
    episode(other, [("a", "z", 5.0)])
    for experience in other:
        one.insert(experience)
    assert one[state("a")].actions == {
        "x": ActionValue(2.5, 2.5, 4),  # (1·1 + 3·3) / 4
        "z": ActionValue(5.0, 5.0, 1),
    }
    assert one[state("a")].visits == 5
    assert one[state("a")].id == 0
    for reason, kept in [("new words", "new words"), ("", "new words")]:
        values = {"x": ActionValue(0.0, 0.0, 0, reason)}
        one.insert(Experience(state("a"), -1, values))
        assert one[state("a")].actions["x"] == ActionValue(2.5, 2.5, 4, kept)
    assert one[state("a")].recent_actions == ()
    assert letters(one) == "ab"


def test_records_never_visited_merge_into_the_plain_mean() -> None:
    memory = ExperienceMemory(EXACT)
    for q, reward in [(1.0, 0.0), (4.0, 8.0)]:
        values = {"x": ActionValue(q, reward, 0)}
        memory.insert(Experience(state("a"), -1, values, 0, Recent((), (), q, reward)))
    merged = memory[state("a")]
    assert merged.actions == {"x": ActionValue(2.5, 4.0, 0)}
    assert (merged.visits, merged.last_reward, merged.total_reward) == (0, 2.5, 4.0)
    # what was never visited weighs nothing beside what was
    memory.insert(record("a", visits=3, recent=Recent((), (), 1.0, 2.0)))
    assert (memory[state("a")].last_reward, memory[state("a")].total_reward) == (1.0, 2.0)


@given(EPISODES, EPISODES)
def test_merging_is_learning_in_one_go(first: Any, second: Any) -> None:
    together, one, other = (ExperienceMemory(EXACT) for _ in range(3))
    for steps in first:
        episode(together, steps)
        episode(one, steps)
    for steps in second:
        episode(together, steps)
        episode(other, steps)
    for experience in other:
        one.insert(experience)
    assert {e.state for e in one} == {e.state for e in together}
    for e in together:
        merged = one[e.state]
        assert merged.visits == e.visits
        assert merged.recent_actions == e.recent_actions
        assert merged.total_reward == pytest.approx(e.total_reward, abs=1e-9)
        assert merged.actions.keys() == e.actions.keys()
        for action, value in e.actions.items():
            assert merged.actions[action].visits == value.visits
            assert merged.actions[action].q == pytest.approx(value.q, abs=1e-9)
            assert merged.actions[action].reward == pytest.approx(value.reward, abs=1e-9)


def test_ids_of_ready_records() -> None:
    memory = ExperienceMemory(EXACT)
    ids = []
    for name, id_ in [("a", 4), ("b", -1), ("c", 2), ("d", 9)]:
        stored = memory.insert(replace(record(name), id=id_))
        assert stored is not None
        ids.append(stored.id)
    assert ids == [4, 5, 6, 9]  # 2 may have been used and dropped
    assert memory.next_id == 10


def test_a_ready_record_may_find_no_room() -> None:
    memory = ExperienceMemory(EXACT, capacity=1, action_capacity=1)
    many = {"x": ActionValue(0.0, 0.0, 1), "y": ActionValue(1.0, 0.0, 1)}
    stored = memory.insert(Experience(state("a"), -1, many, 2))
    assert stored is not None and list(stored.actions) == ["y"]
    assert memory.insert(record("b", visits=1)) is None
    assert letters(memory) == "a"


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (record("a", q=float("nan")), "q of 'go' .* finite number .* not nan"),
        (record("a", q=1e308), "q of 'go' .* within"),
        (record("a", q="0.5"), "q of 'go' .* not '0.5'"),  # type: ignore[arg-type]
        (record("a", visits=-1), "visits in .* 0 to .* not -1"),
        (replace(record("a"), id=2**53 + 1), "id in .* not 9007199254740993"),
        (replace(record("a"), id="first"), "id in .* whole number .* not 'first'"),
        (record("a", visits=2**63), "visits in .* 0 to .* not 9223372036854775808"),
        (record("a", visits=True), "visits in .* not True"),
        (record("a", visits=1.5), "visits in .* not 1.5"),  # type: ignore[arg-type]
        (
            replace(record("a"), actions={"go": ActionValue(0.0, 0.0, -1)}),
            "visits of 'go' .* not -1",
        ),
        (
            replace(record("a"), actions={"go": ActionValue(0.0, float("-inf"), 1)}),
            "reward of 'go' .* not -inf",
        ),
        (
            replace(record("a"), actions={"go": ActionValue(0.0, 0.0, 2**63)}),
            "visits of 'go' .* not 9223372036854775808",
        ),
        (
            replace(record("a"), actions={7: ActionValue(0.0, 0.0, 1)}),  # type: ignore[dict-item]
            "an action is a text, not 7",
        ),
        (
            replace(record("a"), actions={"go": ActionValue(0.0, 0.0, 1, None)}),  # type: ignore[arg-type]
            "a reason is a text, not None",
        ),
        (replace(record("a"), actions={"go": 0.5}), "the value of 'go' .* not 0.5"),  # type: ignore[dict-item]
        (replace(record("a"), actions=None), "actions are .*not None"),  # type: ignore[arg-type]
        (replace(record("a"), state="page"), "is a State, not 'page'"),  # type: ignore[arg-type]
        (replace(record("a"), id=-2), "id in .* from -1 to .* not -2"),
        (replace(record("a"), id=True), "id in .* not True"),
        (replace(record("a"), id=1.0), "id in .* not 1.0"),  # type: ignore[arg-type]
        (replace(record("a"), id="1"), "id in .* not '1'"),  # type: ignore[arg-type]
        (replace(record("a"), id=None), "id in .* not None"),  # type: ignore[arg-type]
        (replace(record("a"), id=10**40), "id in .* not 1000"),
        (replace(record("a"), id=np.array([1])), "id in .* not array"),
        (record("a", recent=Recent((1,))), "of `recent` is a text, not 1"),  # type: ignore[arg-type]
        (record("a", recent=Recent(("b",), (None,))), "`recent` is a text, not None"),  # type: ignore[arg-type]
        (record("a", recent=Recent(last_reward=float("inf"))), "last_reward .* not inf"),
        (record("a", recent=Recent(total_reward=float("nan"))), "total_reward .* not nan"),
        (record("a", recent=Recent(total_reward=-1e308)), "total_reward .* within"),
    ],
)
def test_a_spoilt_record_is_refused(bad: Experience, named: str) -> None:
    memory = ExperienceMemory(EXACT)
    with pytest.raises(SettingError, match=named):
        memory.insert(bad)
    assert len(memory) == 0


@pytest.mark.parametrize(
    "one", [1, np.int64(1), np.float32(1), Fraction(1), Decimal(1), True, np.float64(1)]
)
def test_numbers_of_any_kind_become_plain_ones(one: Any) -> None:
    memory = ExperienceMemory(EXACT)
    whole = one if isinstance(one, np.int64) else 1
    values = {"go": ActionValue(one, one, whole)}
    recent = Recent(last_reward=one, total_reward=one)
    found = memory.insert(Experience(state("a"), whole, values, whole, recent))
    assert found is not None
    numbers = [*astuple(found.actions["go"])[:2], found.last_reward, found.total_reward]
    assert [(type(number), number) for number in numbers] == [(float, 1.0)] * 4
    counts = [found.id, found.visits, found.actions["go"].visits]
    assert [(type(count), count) for count in counts] == [(int, 1)] * 3


@pytest.mark.parametrize("most", [MOST_ID, 2**53 - 1, 2**53])
def test_what_is_at_its_limit_can_be_learnt_from_saved_and_loaded(
    tmp_path: Path, most: int
) -> None:
    memory = ExperienceMemory(EXACT)
    go = {"go": ActionValue(1e150, -1e150, most)}
    memory.insert(Experience(state("a"), most, go, most, Recent((), (), -1e150, 1e150)))
    assert memory[state("a")].id == (most if most == 10**15 else 0)  # larger ones are replaced
    for _ in range(3):  # each time more visits and another record
        memory.start(state("a"))
        memory.observe("go", 1e100, state("b"), done=False)
        memory.observe("go", -1e100, state(str(len(memory))), done=False)
        memory.observe("go", 1e100, None, done=True)
        storage.save(memory, tmp_path / "m.json")
        read = storage.load(tmp_path / "m.json", EXACT)
        assert list(read) == list(memory)
        assert (read[state("a")].visits, read.next_id) == (
            memory[state("a")].visits,
            memory.next_id,
        )
        memory = read
    assert memory[state("a")].visits == min(most + 3, 2**53)
    assert len({record.id for record in memory}) == len(memory)


def test_two_records_with_too_many_visits_together_are_refused() -> None:
    memory = ExperienceMemory(EXACT)
    half = record("a", visits=2**52 + 1)
    memory.insert(half)
    with pytest.raises(SettingError, match=r"visits in .* not 9007199254740994"):
        memory.insert(half)
    assert memory[state("a")].visits == 2**52 + 1
    assert memory.retrieve(state("a"))[0].experience.best == half.best


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("n_steps", [None, 2])
def test_rewards_that_could_sum_to_infinity_are_refused(sign: int, n_steps: int | None) -> None:
    memory = ExperienceMemory(EXACT, n_steps=n_steps)
    memory.start(state("a"))
    with pytest.raises(EpisodeError, match="so that sums stay finite"):
        for _ in range(3):
            memory.observe("go", sign * 1e308, state("b"), done=False)
        memory.observe("go", sign * 1e308, None, done=True)
    memory.start(state("a"))
    for _ in range(50):  # the largest that is allowed, as often as one likes
        memory.observe("go", sign * LARGEST_REWARD, state("a"), done=False)
    memory.finish()
    twin = memory.with_records(memory)  # what was learnt can be loaded again
    assert twin[state("a")].actions == memory[state("a")].actions


def test_controls_are_easy_to_build() -> None:
    memory = ExperienceMemory(EXACT, gamma=0.5, n_steps=3)
    episode(memory, [("a", "x", 0.0), ("b", "y", 1.0)])

    def inverted(e: Experience) -> Experience:
        return replace(e, actions={a: replace(v, q=-v.q) for a, v in e.actions.items()})

    control = memory.with_records(map(inverted, memory))
    assert control.settings == memory.settings
    assert [e.id for e in control] == [e.id for e in memory]
    assert control[state("a")].actions["x"].q == -memory[state("a")].actions["x"].q == -0.5


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_lives_its_own_life(clone: Callable[[Any], ExperienceMemory]) -> None:
    similarity = Similarity(PatternTable(first_word, ["page"], [[1.0]]), TagSequence(), weight=0.25)
    memory = ExperienceMemory(similarity, capacity=3)
    for name in "abcd":
        episode(memory, [(name, "x", 1.0)])
    twin = clone(memory)
    assert list(twin) == list(memory)
    assert twin.stats == memory.stats
    for each in (memory, twin):
        assert [m.experience.id for m in each.retrieve(state("d"))] == [
            m.experience.id for m in memory.retrieve(state("d"))
        ]
    before = list(memory)
    episode(twin, [("e", "x", 0.0), ("d", "x", 0.0)])
    assert list(memory) == before != list(twin)
    episode(memory, [("e", "x", 0.0), ("d", "x", 0.0)])
    assert list(memory) == list(twin)


def first_word(s: State) -> str:
    return s.observation.split(" ", maxsplit=1)[0]


# ---- wrong use


def test_steps_outside_an_episode_are_refused() -> None:
    memory = ExperienceMemory(EXACT)
    with pytest.raises(EpisodeError, match=r"call start\(state\) before observe"):
        memory.observe("x", 0.0, state("b"), done=False)
    with pytest.raises(EpisodeError, match=r"call start\(state\) before finish"):
        memory.finish()
    episode(memory, [("a", "x", 1.0)])
    with pytest.raises(EpisodeError, match=r"call start\(state\) before observe"):
        memory.observe("x", 0.0, state("b"), done=False)
    assert memory[state("a")].visits == 1


def test_steps_that_cannot_be_are_refused() -> None:
    memory = ExperienceMemory(EXACT)
    memory.start(state("a"))
    with pytest.raises(EpisodeError, match="finite"):
        memory.observe("x", float("nan"), state("b"), done=False)
    with pytest.raises(EpisodeError, match="next_state is missing"):
        memory.observe("x", 0.0, None, done=False)
    memory.observe("x", 1.0, None, done=True)
    assert memory[state("a")].visits == 1


def test_an_abandoned_episode_teaches_nothing_and_is_counted() -> None:
    memory = ExperienceMemory(EXACT)
    for drop in (memory.abandon, lambda: memory.start(state("z"))):
        memory.start(state("a"))
        memory.observe("x", 1.0, state("b"), done=False)
        drop()
    memory.observe("go", 1.0, None, done=True)  # the episode that began with "z"
    assert letters(memory) == "z"
    assert memory[state("z")].recent_actions == ()
    assert memory.stats.abandoned == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gamma": 1.5}, "from 0 to 1, not 1.5"),
        ({"gamma": float("nan")}, "from 0 to 1"),
        ({"n_steps": 0}, "n_steps is a whole number of at least 1"),
        ({"n_steps": 1.5}, "n_steps"),
        ({"capacity": 0}, "capacity is a whole number"),
        ({"capacity": True}, "capacity is a whole number"),
        ({"action_capacity": -3}, "action_capacity is a whole number"),
        ({"step_size": "median"}, '"mean" or a number'),
        ({"step_size": 0}, '"mean" or a number'),
        ({"step_size": 1.1}, '"mean" or a number'),
        ({"step_size": None}, '"mean" or a number'),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        ExperienceMemory(EXACT, **settings)


def test_a_similarity_is_needed() -> None:
    with pytest.raises(SettingError, match="from_function"):
        ExperienceMemory(lambda a, b: 1.0)  # type: ignore[arg-type]


def test_k_below_zero_is_refused() -> None:
    with pytest.raises(SettingError, match="0 or more"):
        ExperienceMemory(EXACT).retrieve(state("a"), k=-1)


def test_repr_says_what_it_holds() -> None:
    memory = ExperienceMemory(EXACT, gamma=0.9, n_steps=2, capacity=None)
    assert repr(memory) == "ExperienceMemory(0 of ∞ records, γ=0.9, n=2)"
    whole = "ExperienceMemory(0 of 500 records, γ=1, episode return)"
    assert repr(ExperienceMemory(EXACT)) == whole
