"""Success on goals never met is measured beside the training, and changes nothing in it."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature

import pytest
from buttons import DOMAIN as BUTTONS
from buttons import ManyButtonsEnv, ScriptedLLM

from rememberer_lite import ExperienceMemory, OfflineLLM, Rememberer, evaluate, train
from rememberer_lite.cli import curve
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.state import SettingError
from rememberer_lite.training import Interval, Measured, Unseen, gain
from rememberer_lite.training.outline import Outlined

TRAINING, NEW = range(3), range(3, 9)


def learner() -> Rememberer:
    llm = ScriptedLLM(lambda prompt: "press(red) -> 1")
    return Rememberer(llm, ExperienceMemory(BUTTONS.similarity()), BUTTONS)


def test_it_measures_before_every_n_episodes_and_at_the_end() -> None:
    agent, env, told = learner(), ManyButtonsEnv(), list[Measured]()
    unseen = Unseen(agent, env, NEW, TRAINING, 3, every=2, max_steps=4, tell=told.append)  # type: ignore[arg-type]
    assert [m.played for m in told] == [0]
    history = train(agent, env, TRAINING, 3, 4, progress=False, on_episode=unseen)  # type: ignore[arg-type]
    unseen.measure(end=True)
    # goal 0 (red) is solved in the first epoch, and skipped from then on: 3 + 2 + 2 episodes
    assert len(history.episodes) == 7
    assert [m.played for m in unseen.measured] == [0, 2, 4, 6, 7]
    assert [m.place for m in unseen.measured] == [0, 2, 5, 8, 9]
    assert told == unseen.measured and unseen.total == 9
    for measured in unseen.measured:
        assert [e.goal for e in measured.evaluation.outlines] == list(NEW)
        assert measured.evaluation.success_rate.mean == 1 / 3


def test_a_measurement_keeps_numbers_and_no_steps() -> None:
    agent, env = learner(), ManyButtonsEnv()
    [measured] = Unseen(agent, env, NEW, TRAINING).measured  # type: ignore[arg-type]
    whole = evaluate(agent, env, NEW, progress=False)  # type: ignore[arg-type]
    assert measured.evaluation.summary() == whole.summary()
    assert gain(measured.evaluation, whole).mean == 0.0
    with pytest.raises(SettingError, match=r"goal 3 were not kept: play the goal again"):
        measured.evaluation.episodes[0]


def test_where_nothing_was_learnt_since_nothing_is_played_again() -> None:
    agent, env = learner(), ManyButtonsEnv()
    unseen = Unseen(agent, env, NEW, [2, 0], 2, every=3, max_steps=4)  # type: ignore[arg-type]
    train(agent, env, [2, 0], 2, 4, progress=False, on_episode=unseen)  # type: ignore[arg-type]
    assert [(m.place, m.played) for m in unseen.measured] == [(0, 0), (3, 3)]
    prompts = len(agent.llm.prompts)  # type: ignore[attr-defined]
    unseen.measure(end=True)  # the last turn was skipped: the end is at 4
    unseen.measure(end=True)
    assert [(m.place, m.played) for m in unseen.measured] == [(0, 0), (3, 3), (4, 3)]
    assert len(agent.llm.prompts) == prompts  # type: ignore[attr-defined]


def test_the_training_is_the_same_with_and_without() -> None:
    def trained(watched: bool) -> object:
        agent = Rememberer(OfflineLLM(), WEBSHOP.initial_memory("E0"), WEBSHOP)
        env, goals = WebShopEnv(), range(500, 503)
        unseen = Unseen(agent, env, range(2), goals, 1, every=1) if watched else None  # type: ignore[arg-type]
        history = train(agent, env, goals, 1, progress=False, on_episode=unseen)  # type: ignore[arg-type]
        return history, list(agent.memory)

    assert trained(watched=True) == trained(watched=False)


def test_goals_of_the_training_are_not_unseen() -> None:
    with pytest.raises(SettingError, match=r"\[2\] are trained"):
        Unseen(learner(), ManyButtonsEnv(), range(2, 5), TRAINING)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="every = 0"):
        Unseen(learner(), ManyButtonsEnv(), NEW, TRAINING, every=0)  # type: ignore[arg-type]


def test_a_gain_compares_each_goal_with_itself() -> None:
    env = ManyButtonsEnv()
    red, blue = (
        Rememberer(
            ScriptedLLM(lambda prompt, c=colour: f"press({c}) -> 1"),  # type: ignore[misc]
            ExperienceMemory(BUTTONS.similarity()),
            BUTTONS,
        )
        for colour in ("red", "blue")
    )
    one, other = (evaluate(agent, env, range(4), 4, progress=False) for agent in (red, blue))  # type: ignore[arg-type]
    assert gain(one, other).mean == pytest.approx((0 + 1 - 2) / 4)
    assert gain(one, other, "score").mean == gain(one, other).mean
    half = replace(other, episodes=Outlined(replace(e, total_reward=0.5) for e in other.outlines))
    assert gain(one, half).mean == gain(one, other).mean  # success, whatever the score
    assert gain(one, half, "score").mean == 0.5 - one.score.mean
    with pytest.raises(SettingError, match="different goals"):
        gain(one, evaluate(red, env, range(1, 5), 4, progress=False))  # type: ignore[arg-type]


def test_it_plays_as_training_and_evaluation_do_by_default() -> None:
    own = signature(Unseen).parameters
    assert own["epochs"].default == signature(train).parameters["epochs"].default
    for name in ("max_steps", "seed"):
        assert own[name].default == signature(evaluate).parameters[name].default


def test_the_lines_of_a_terminal_are_on_one_scale() -> None:
    head = curve.scale()
    line = curve.dot("now", Interval(0.5, 0.25, 1.0))
    assert head.index("0.5") == line.index("●")
    assert head.index("0.25") == line.index("─")
    assert line.rindex("─") == curve.LABEL + curve.SCALE
    assert line.endswith(" 0.500")
    assert curve.dot("none", Interval(0.0, 0.0, 0.0)).index("●") == curve.LABEL
    assert max(map(len, (head, line))) <= 80
