"""Training and evaluation: what is learnt when, what is counted, and the intervals."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM

from rememberer_lite import ExperienceMemory, NoExemplars, Rememberer, State, evaluate, train
from rememberer_lite.episode import EpisodeFileError, load_episodes, save_episodes
from rememberer_lite.run import mean_interval, share_interval
from rememberer_lite.training import run_episode

START = State("press red", "0 pressed", ("red", "green", "blue"))
SECOND = State("press red", "1 pressed", ("red", "green", "blue"))


def rememberer(replies: list[str], **memory: object) -> Rememberer:
    return Rememberer(
        ScriptedLLM(replies),
        ExperienceMemory(DOMAIN.similarity(), **memory),  # type: ignore[arg-type]
        DOMAIN,
    )


def test_an_episode_is_learnt_and_kept_in_full() -> None:
    agent = rememberer(["press(green) -> 0.5 try", "press(red) -> 1 sure"], gamma=0.5)
    episode = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert episode.solved and episode.total_reward == 1.0
    assert [step.action for step in episode.steps] == ["press(green)", "press(red)"]
    assert [step.q_before for step in episode.steps] == [None, None]
    assert [step.q_after for step in episode.steps] == [0.5, 1.0]  # γ·1, then 1
    assert episode.steps[1].recent.actions == ("press(green)",)
    assert episode.reward_parts == {"right button": 1.0}
    assert agent.memory[START].actions["press(green)"].reason == "try"


def test_evaluation_leaves_the_memory_as_it_is() -> None:
    agent = rememberer(["press(green)", "press(red)"] * 2)
    train(agent, ButtonsEnv(), [0], epochs=1, progress=False)
    before = list(agent.memory)
    result = evaluate(agent, ButtonsEnv(), [0], progress=False)
    assert list(agent.memory) == before
    assert result.success_rate.mean == 1.0 and result.reads == 2
    assert result.records_used == {0: 2, 1: 2}  # two records, both shown in both prompts


def test_goals_solved_in_the_first_epoch_are_skipped_only_where_asked() -> None:
    for skip, expected in ((True, 1), (False, 3)):
        agent = rememberer(["press(green)", "press(red)"] * 3)
        history = train(agent, ButtonsEnv(), [0], 3, skip_solved=skip, progress=False)
        assert len(history.episodes) == expected
        assert len(history.epochs) == expected


def test_a_goal_solved_later_is_trained_in_every_epoch() -> None:
    lost, won = ["press(green)", "press(green)"], ["press(green)", "press(red)"]
    agent = rememberer(lost + won + won)
    history = train(agent, ButtonsEnv(), [0], 3, progress=False)
    assert [episode.solved for episode in history.episodes] == [False, True, True]


def test_defect_12_a_failed_reply_uses_a_step_and_teaches_nothing() -> None:
    agent = rememberer(["no idea", "no", "press(green)", "hm", "hm", "press(red)"])
    episode = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert [step.action for step in episode.steps] == [None, "press(green)", None, "press(red)"]
    assert len(episode.failures) == 2 and episode.solved
    assert [v.visits for record in agent.memory for v in record.actions.values()] == [1, 1]


def test_defect_13_a_failed_first_reply_stores_no_record() -> None:
    agent = rememberer(["no idea", "none"])
    episode = run_episode(agent, ButtonsEnv(), 0, 1, "luck", learn=True)
    assert len(episode.steps) == 1 and len(agent.memory) == 0
    assert agent.memory.retrieve(START) == []


def test_defect_17_a_task_solved_on_the_last_step_is_solved() -> None:
    agent = rememberer(["hm"] * 26 + ["press(green)", "press(red)"])
    episode = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert len(episode.steps) == 15 and episode.solved


def test_the_step_limit_ends_the_episode_and_what_was_seen_is_learnt() -> None:
    agent = rememberer(["press(green)", "press(red)"])
    episode = run_episode(agent, ButtonsEnv(), 0, 1, "luck", learn=True)
    assert not episode.solved and not episode.steps[-1].done
    assert agent.memory[START].actions["press(green)"].q == 0.0
    with pytest.raises(Exception, match="start"):
        agent.memory.observe("press(red)", 1.0, START, True)


def test_defect_16_no_effects_are_counted_steps_and_cannot_loop_for_ever() -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(wait) -> 1"), DOMAIN)
    result = evaluate(agent, ButtonsEnv(), [0], max_steps=15, progress=False)
    assert result.no_effects == 15 and len(result.episodes[0].steps) == 15
    assert "15 actions had no effect" in result.summary()


def test_an_episode_that_breaks_off_leaves_the_memory_clean() -> None:
    agent = rememberer(["press(green)"])  # the script ends after one reply
    with pytest.raises(StopIteration):
        run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert len(agent.memory) == 0
    agent.llm = ScriptedLLM(["press(green)", "press(red)"])
    assert run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True).solved


def test_an_episode_s_luck_does_not_depend_on_the_others() -> None:
    def play(goals: list[int]) -> list[str]:
        llm = ScriptedLLM(lambda prompt: "press(red)")
        agent = Rememberer(llm, ExperienceMemory(DOMAIN.similarity()), DOMAIN)
        for action in ("press(red)", "press(green)"):
            agent.start(START)
            agent.observe(action, 0.0, SECOND, True)
        evaluate(agent, ButtonsEnv(), goals, progress=False)
        return [prompt for prompt in llm.prompts if "press blue" in prompt.split("### Now")[1]]

    assert play([0, 1, 2]) == play([2])


def test_mean_interval_equals_the_hand_computed_one() -> None:
    # mean 2, s = 1, n = 3: t(2) = 4.302653, half width 4.302653 / √3 = 2.484138
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2.0
    assert interval.high - 2 == pytest.approx(2.484138, abs=1e-5)
    assert mean_interval([1.0]).low == -float("inf")
    with pytest.raises(ValueError, match="at least one"):
        mean_interval([])


def test_share_interval_equals_wilson_s_and_stays_within_bounds() -> None:
    # 39 of 100, by hand from the formula
    interval = share_interval(39, 100)
    assert (interval.low, interval.high) == pytest.approx((0.30014, 0.48796), abs=2e-4)
    for n in range(1, 60):
        assert share_interval(0, n).low == 0.0 and share_interval(n, n).high == 1.0


def test_results_are_plain_floats() -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    result = evaluate(agent, ButtonsEnv(), [0, 1, 2], progress=False)
    for interval in (result.score, result.success_rate):
        assert {type(value) for value in dataclasses.astuple(interval)} == {float}


def test_episodes_survive_the_disk(tmp_path: Path) -> None:
    agent = rememberer(["hm", "no", "hm", "press(green)", "press(red)"] + ["press(red)"] * 2)
    history = train(agent, ButtonsEnv(), [0], 1, progress=False)
    again = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    path = tmp_path / "folder" / "episodes.jsonl"
    save_episodes([*history.episodes, again], path)
    assert load_episodes(path) == [*history.episodes, again]
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["format"]


@pytest.mark.parametrize("content", ["", "{}\n", '{"format": "x"}\n', "\x00\x01"])
def test_a_damaged_file_of_episodes_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "episodes.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EpisodeFileError, match=r"episodes\.jsonl"):
        load_episodes(path)
    with pytest.raises(EpisodeFileError, match=r"missing\.jsonl"):
        load_episodes(tmp_path / "missing.jsonl")


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    save_episodes([], path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        save_episodes([object()], path)  # type: ignore[list-item]
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
