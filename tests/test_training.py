"""Training and evaluation: what is learnt when, what is counted, and the intervals."""

from __future__ import annotations

import copy
import dataclasses
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM

from rememberer_lite import (
    ExperienceMemory,
    NoExemplars,
    Random,
    Rememberer,
    SolvedOnly,
    State,
    evaluate,
    train,
)
from rememberer_lite.agent import Agent, Turn
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.llm import Reply
from rememberer_lite.memory import EpisodeError
from rememberer_lite.state import Recent, SettingError
from rememberer_lite.training import (
    Episode,
    EpisodeFileError,
    Step,
    load_episodes,
    mean_interval,
    run_episode,
    save_episodes,
    share_interval,
)
from rememberer_lite.training.progress import Progress

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
    with pytest.raises(EpisodeError, match="no episode is open"):
        agent.memory.observe("press(red)", 1.0, START, True)
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


def test_an_episode_tells_failed_replies_from_actions_without_effect() -> None:
    one, two = Reply("a", "m", 10, 3), Reply("b", "m", 20, 4)
    failed = Step(START, Recent(), Turn(None, reply=one, error="no action"), None, 0.0, False, "x")
    asked_again = Step(START, Recent(), Turn(None, reply=two, refused=one), "press(red)", 0.5)
    idle = Step(SECOND, Recent(), Turn(None), "press(pink)", 0.25, False, "there is no pink")
    episode = Episode(3, (failed, asked_again, idle), solved=False)
    assert episode.failures == (failed,)
    assert episode.no_effects == (idle,)  # a failed reply was no action at all
    assert episode.tokens == (40, 10)  # 10 + (10 + 20), 3 + (3 + 4)
    assert episode.total_reward == 0.75
    assert repr(episode) == "Episode(goal=3, steps=3, reward=0.750, solved=False)"


def test_an_evaluation_is_no_epoch() -> None:
    agent = rememberer(["press(green)", "press(red)"] * 3)
    history = train(agent, ButtonsEnv(), [0], 2, skip_solved=False, progress=False)
    assert [episode.epoch for episode in history.episodes] == [0, 1]
    result = evaluate(agent, ButtonsEnv(), [0], progress=False)
    assert [episode.epoch for episode in result.episodes] == [-1]


def test_mean_interval_equals_the_hand_computed_one() -> None:
    # mean 2, s = 1, n = 3: t(2) = 4.302653, half width 4.302653 / √3 = 2.484138
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2.0
    assert interval.high - 2 == pytest.approx(2.484138, abs=1e-5)
    assert 2 - interval.low == pytest.approx(2.484138, abs=1e-5)
    assert mean_interval([1.0]).low == -float("inf")
    with pytest.raises(ValueError, match="at least one"):
        mean_interval([])


def test_an_interval_of_shares_stays_in_bounds_and_constants_claim_no_certainty() -> None:
    free, kept = mean_interval([0.3, 1.0, 1.0]), mean_interval([0.3, 1.0, 1.0], bounds=(0, 1))
    assert free.high > 1 == kept.high and free.low < 0 == kept.low
    for value in (0.0, 0.4, 1.0):
        equal = mean_interval([value] * 8, bounds=(0, 1))
        wilson = share_interval(value * 8, 8)
        assert (equal.low, equal.high) == pytest.approx((wilson.low, wilson.high))
        assert 0 <= equal.low <= value <= equal.high <= 1 and equal.high - equal.low > 0.2
    doubled = mean_interval([2.0] * 8, bounds=(0, 2))
    assert doubled.low == pytest.approx(2 * share_interval(8, 8).low) and doubled.high == 2
    with pytest.raises(ValueError, match="outside"):
        mean_interval([0.5, 1.5], bounds=(0, 1))


def test_the_score_of_the_shop_stays_within_what_an_episode_can_earn() -> None:
    run = evaluate(Random(WEBSHOP), WebShopEnv(), range(2), progress=False)
    assert run.reward_bounds == (0, 1) and 0 <= run.score.low <= run.score.high <= 1
    assert dataclasses.replace(run, reward_bounds=None).score.mean == run.score.mean


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


# --- truncation, user code, workers, threads -------------------------------------------------


class Cut:
    """Cuts an environment's episodes off after some steps, as gymnasium.wrappers.TimeLimit does."""

    def __init__(self, env: Any, steps: int) -> None:
        self.env, self.steps = env, steps

    def reset(self, **options: Any) -> Any:
        self.taken = 0
        return self.env.reset(**options)

    def step(self, action: str) -> Any:
        observation, reward, terminated, _, info = self.env.step(action)
        self.taken += 1
        return observation, reward, terminated, self.taken >= self.steps, info


class Generous(ButtonsEnv):
    """Gives the whole reward for any press."""

    def step(self, action: str) -> Any:
        observation, _, terminated, truncated, info = super().step(action)
        return observation, 1.0, terminated, truncated, info


def presses(count: int = 99) -> list[str]:
    return ["press(red)"] * count


@pytest.mark.parametrize("kind", [Rememberer, SolvedOnly])
def test_a_truncated_episode_is_that_of_the_step_limit(kind: type[Rememberer]) -> None:
    def play(env: Any, max_steps: int) -> tuple[Any, Any, Any]:
        memory = ExperienceMemory(DOMAIN.similarity(), n_steps=1)
        agent = kind(ScriptedLLM(presses()), memory, DOMAIN)
        history = train(agent, env, [0, 0], 2, max_steps, progress=False)
        return history, list(memory), evaluate(agent, env, [0], max_steps, progress=False)

    history, records, test = play(Cut(Generous(), 1), 15)
    limited, same, _ = play(Generous(), 1)
    assert records == same and bool(records) == (kind is Rememberer)
    assert len(history.episodes) == len(limited.episodes) == 4, "a goal not solved is not skipped"
    for run in (history, test):
        assert run.success_rate.mean == 0.0
        for episode in run.episodes:
            assert [(s.done, s.truncated) for s in episode.steps] == [(False, True)]
    assert play(Cut(Generous(), 2), 15)[0].success_rate.mean == 1.0, "terminated as well: solved"


def test_a_truncated_episode_survives_a_checkpoint(tmp_path: Path) -> None:
    def agent() -> Rememberer:
        return rememberer(presses(), n_steps=1)

    env, path = Cut(Generous(), 1), tmp_path / "run.jsonl"
    whole, resumed = agent(), agent()
    expected = train(whole, env, [0, 1], 2, progress=False)
    train(agent(), env, [0, 1], 2, progress=False, checkpoint=path, on_episode=lambda e: True)
    assert train(resumed, env, [0, 1], 2, progress=False, checkpoint=path) == expected
    assert list(resumed.memory) == list(whole.memory)


def test_gymnasium_s_time_limit_solves_nothing_and_workers_are_as_one() -> None:
    import gymnasium

    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
    from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv

    gymnasium.register("TestShop-v0", entry_point=WebShopEnv, max_episode_steps=9)
    for domain, env, limit in (
        (WIKIHOW, gymnasium.wrappers.TimeLimit(WikiHowEnv(), 1), 1),
        (WEBSHOP, gymnasium.wrappers.TimeLimit(WebShopEnv(), 6), 6),
        (WEBSHOP, gymnasium.make("TestShop-v0", disable_env_checker=True), 9),
        (WEBSHOP, gymnasium.make("TestShop-v0"), 9),
    ):
        agent = Random(domain)
        alone = evaluate(agent, env, range(12), progress=False)
        assert evaluate(agent, env, range(12), progress=False, workers=4) == alone
        assert max(len(e.steps) for e in alone.episodes) <= limit
        cut = [e for e in alone.episodes if e.steps[-1].truncated and not e.steps[-1].done]
        assert cut and not any(e.solved for e in cut)
    gymnasium.registry.pop("TestShop-v0")


class AlwaysRandom:
    """A model that asks for products at random, on each page."""

    model = "random pages"

    def complete(self, prompt: str) -> Reply:
        return Reply("search[<r>] -> 0.5\n", self.model, 1, 1)


def test_what_an_environment_draws_depends_on_no_other_episode(tmp_path: Path) -> None:
    import gymnasium

    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv

    agent = NoExemplars(AlwaysRandom(), WEBSHOP)
    wrapped = gymnasium.wrappers.TimeLimit(WebShopEnv(), 6)
    for env in (WebShopEnv(), wrapped):
        alone = evaluate(agent, env, range(4), 3, progress=False)
        assert evaluate(agent, env, range(4), 3, progress=False) == alone
        assert evaluate(agent, env, range(4), 3, progress=False, workers=3) == alone
        assert evaluate(agent, env, [2], 3, progress=False).episodes[0] == alone.episodes[2]
        assert evaluate(agent, env, range(4), 3, seed=1, progress=False) != alone
        whole = train(agent, env, [0, 1], 2, 3, progress=False)
        path = tmp_path / f"{type(env).__name__}.jsonl"
        stop = iter([False, False, True])
        train(
            agent,
            env,
            [0, 1],
            2,
            3,
            progress=False,
            checkpoint=path,
            on_episode=lambda episode, stop=stop: next(stop),
        )
        assert train(agent, env, [0, 1], 2, 3, progress=False, checkpoint=path) == whole


def test_an_environment_that_cannot_be_copied_is_refused_for_workers_alone() -> None:
    class Locked(ButtonsEnv):
        lock = None

        def __init__(self) -> None:
            self.lock = threading.Lock()

    class Shared(ButtonsEnv):
        def __deepcopy__(self, memo: object) -> Shared:
            return self

    for env, said in (
        (Locked(), "Locked cannot be copied"),
        (Shared(), "a copy of Shared is the same object"),
    ):
        agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
        assert len(evaluate(agent, env, [0, 1, 2], progress=False).episodes) == 3
        with pytest.raises(SettingError, match=rf"^{said}.*workers=1"):
            evaluate(agent, env, [0, 1, 2], progress=False, workers=2)


def counting(place: str) -> ButtonsEnv:
    """An environment that keeps how far its episode is in a place that copies share."""
    inside: dict[str, int] = {}

    class Counting(ButtonsEnv):
        shared: dict[str, int] = {}  # noqa: RUF012

        def where(self) -> dict[str, int]:
            return {"class": self.shared, "closure": inside, "module": MODULE}.get(
                place, vars(self)
            )

        def reset(self, **options: Any) -> Any:
            self.where()["presses"] = 0
            return super().reset(**options)

        def step(self, action: str) -> Any:
            self.where()["presses"] += 1
            observation, _, *rest = super().step(action)
            return observation, float(self.where()["presses"]), *rest

    return Counting()


MODULE: dict[str, int] = {}


@pytest.mark.parametrize("place", ["class", "closure", "module"])
def test_copies_that_share_an_episode_are_refused_for_workers_alone(place: str) -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    assert len(evaluate(agent, counting(place), [0, 1, 2], progress=False).episodes) == 3
    with pytest.raises(SettingError, match=r"Counting share their episode .*workers=1"):
        evaluate(agent, counting(place), [0, 1, 2], progress=False, workers=2)


class Later(ButtonsEnv):
    """What copies share shows from the second step on."""

    shared: dict[str, int] = {}  # noqa: RUF012

    def reset(self, **options: Any) -> Any:
        self.shared["presses"] = 0
        return super().reset(**options)

    def step(self, action: str) -> Any:
        self.shared["presses"] += 1
        observation, reward, *rest = super().step(action)
        return observation, self.shared["presses"] if self.presses > 1 else reward, *rest


def test_an_episode_that_is_shared_from_a_later_step_on_is_refused_too() -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    with pytest.raises(SettingError, match="Later share their episode"):
        evaluate(agent, Later(), [0, 1, 2], progress=False, workers=2)


class Lasting(ButtonsEnv):
    """Goal i takes i + 1 steps."""

    played: list[int] = []  # noqa: RUF012

    def reset(self, **options: Any) -> Any:
        answer = super().reset(options={"goal": 0})
        self.steps = options["options"]["goal"] + 1
        self.played.append(self.steps)
        return answer

    def step(self, action: str) -> Any:
        self.steps -= 1
        observation, reward, _, *rest = super().step(action)
        return observation, reward, not self.steps, *rest


def test_copies_whose_episodes_end_at_different_steps_are_separate() -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    one = evaluate(agent, Lasting(), range(5), progress=False)
    Lasting.played.clear()
    assert evaluate(agent, Lasting(), range(5), progress=False, workers=2) == one
    assert Lasting.played[:-5] == [1, 2, 3] * 2  # three goals, alone and side by side


def test_copies_that_are_separate_are_tried_without_a_trace() -> None:
    agent = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    env, again = counting("instance"), counting("instance")
    env.reset(options={"goal": 1})
    before = dict(vars(env))
    one = evaluate(agent, again, [0, 1, 2, 0], progress=False)
    assert evaluate(agent, env, [0, 1, 2, 0], progress=False, workers=3) == one
    assert vars(env) == before


class Answering(ButtonsEnv):
    """Answers with what a test puts into it."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def reset(self, **options: Any) -> Any:
        answer = super().reset(**options)
        return self.answers.get("reset", answer)

    def step(self, action: str) -> Any:
        observation, reward, terminated, truncated, info = super().step(action)
        return self.answers.get("step") or (
            observation,
            self.answers.get("reward", reward),
            self.answers.get("terminated", terminated),
            self.answers.get("truncated", truncated),
            self.answers.get("info", info),
        )


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        *(
            ({"reward": r}, r"Answering\.step returned the reward ")
            for r in (float("nan"), float("inf"), None, "1.0", [1.0, 2.0], np.array([1.0, 2.0]))
        ),
        ({"terminated": "no"}, "terminated = 'no'"),
        ({"truncated": None}, "truncated = None"),
        ({"info": {}}, r'step returned info\["state"\] = None'),
        ({"info": {"state": "page"}}, r'step returned info\["state"\] = \'page\''),
        ({"info": None}, "step returned None"),
        ({"step": ("page", 1.0, True, {})}, r"Answering\.step returned \('page'"),
        ({"reset": "page"}, r"Answering\.reset returned 'page'"),
        ({"reset": ("page", {})}, r'reset returned info\["state"\] = None'),
    ],
)
def test_what_an_environment_answers_is_checked(answers: dict[str, Any], named: str) -> None:
    agent = rememberer(presses())
    with pytest.raises(SettingError, match=named):
        train(agent, Answering(**answers), [0], progress=False)
    assert len(agent.memory) == 0
    with pytest.raises(SettingError, match=named):
        evaluate(agent, Answering(**answers), [0], progress=False)


@pytest.mark.parametrize("reward", [1, True, np.float32(1.0), np.int64(1), np.array(1.0)])
def test_rewards_of_every_numeric_kind_are_taken(reward: Any) -> None:
    env = Answering(reward=reward, terminated=np.bool_(True))
    [episode] = evaluate(rememberer(presses()), env, [0], progress=False).episodes
    assert episode.total_reward == 1.0 and type(episode.total_reward) is float
    assert episode.solved is True and episode.steps[0].done is True


@pytest.mark.parametrize("answer", [None, 1, "yes", 0.5])
def test_what_a_domain_says_of_success_is_checked(answer: Any) -> None:
    class Odd(type(DOMAIN)):  # type: ignore[misc]
        def solved(self, reward: float, done: bool) -> Any:
            return answer

    agent = NoExemplars(ScriptedLLM(presses()), Odd())
    with pytest.raises(SettingError, match=r"Odd\.solved returned"):
        evaluate(agent, ButtonsEnv(), [0], progress=False)


def test_what_an_agent_answers_is_checked() -> None:
    class Odd(Agent):
        def act(self, state: Any, recent: Any, rng: Any) -> Any:
            return "press(red)"

    with pytest.raises(SettingError, match=r"Odd\.act returned 'press\(red\)'"):
        evaluate(Odd(DOMAIN), ButtonsEnv(), [0], progress=False)


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        ({"epochs": 0}, "epochs = 0"),
        ({"epochs": 1.5}, "epochs = 1.5"),
        ({"max_steps": 0}, "max_steps = 0"),
        ({"max_steps": None}, "max_steps = None"),
        ({"goals": [0, 0.5]}, "goal 0.5"),
        ({"goals": ["0"]}, "goal '0'"),
        ({"goals": [True]}, "goal True"),
        ({"goals": 3}, "goals = 3"),
        ({"goals": "012"}, "goals = '012'"),
        ({"goals": [0, 3]}, "no goal 3: this environment has goals 0 to 2"),
        ({"goals": [-1]}, "no goal -1"),
    ],
)
def test_an_argument_that_is_wrong_is_refused_before_anything_is_played(
    argument: dict[str, Any], named: str, tmp_path: Path
) -> None:
    class Counted(ButtonsEnv):
        goals = ("red", "green", "blue")

        def reset(self, **options: Any) -> Any:
            raise AssertionError("something was played")

    options = {"goals": [0], "progress": False, **argument}
    with pytest.raises(SettingError, match=named):
        train(rememberer(presses()), Counted(), checkpoint=tmp_path / "run.jsonl", **options)
    assert list(tmp_path.iterdir()) == []
    options.pop("epochs", None)
    if "epochs" not in argument:
        with pytest.raises(SettingError, match=named):
            evaluate(rememberer(presses()), Counted(), **options)
    for workers in (0, -1, 2.0):
        with pytest.raises(SettingError, match="workers = "):
            evaluate(rememberer(presses()), Counted(), [0], workers=workers)  # type: ignore[arg-type]


def test_the_goals_of_both_worlds_are_checked_before_the_first_episode() -> None:
    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
    from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv

    for domain, env in ((WEBSHOP, WebShopEnv()), (WIKIHOW, WikiHowEnv())):
        with pytest.raises(SettingError, match=f"no goal {len(env.goals)}: .* 0 to"):
            evaluate(Random(domain), env, [0, len(env.goals)], max_steps=1, progress=False)
        assert evaluate(Random(domain), env, np.arange(2), max_steps=1, progress=False).episodes


def test_numbers_of_numpy_are_goals_and_leave_no_trace(tmp_path: Path) -> None:
    agent, path = Random(DOMAIN), tmp_path / "run.jsonl"
    history = train(agent, ButtonsEnv(), np.arange(3), 1, progress=False, checkpoint=path)
    assert {type(episode.goal) for episode in history.episodes} == {int}
    assert load_episodes(path) == list(history.episodes)


def test_an_agent_is_not_evaluated_or_trained_while_another_thread_trains_it() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def reply(prompt: str) -> str:
        inside.set()
        assert go_on.wait(30)
        return "press(red)"

    agent = rememberer([])
    agent.llm = ScriptedLLM(reply)
    twin = Rememberer(ScriptedLLM(presses()), agent.memory, DOMAIN)
    copied = copy.deepcopy(twin)
    with ThreadPoolExecutor(1) as pool:
        try:
            training = pool.submit(train, agent, ButtonsEnv(), [0], 1, progress=False)
            assert inside.wait(30)
            for other in (agent, twin):
                with pytest.raises(SettingError, match="trained by another thread"):
                    evaluate(other, ButtonsEnv(), [0], progress=False)
                with pytest.raises(SettingError, match="trained by another thread"):
                    train(other, ButtonsEnv(), [0], progress=False)
            assert evaluate(copied, ButtonsEnv(), [0], progress=False).episodes
        finally:
            go_on.set()
        training.result()
    assert evaluate(agent, ButtonsEnv(), [0], progress=False).success_rate.mean == 1.0


def test_an_agent_is_not_trained_while_another_thread_evaluates_it() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def reply(prompt: str) -> str:
        inside.set()
        assert go_on.wait(30)
        return "press(red)"

    agent = rememberer([])
    agent.llm = ScriptedLLM(reply)
    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(evaluate, agent, ButtonsEnv(), [0], progress=False)
            assert inside.wait(30)
            with pytest.raises(SettingError, match="used by another thread"):
                train(agent, ButtonsEnv(), [0], progress=False)
            second = pool.submit(evaluate, agent, ButtonsEnv(), [0], progress=False)
        finally:
            go_on.set()
        assert first.result() == second.result(), "two may read"


def test_a_training_may_evaluate_its_own_agent_between_episodes() -> None:
    agent = rememberer([])
    agent.llm = ScriptedLLM(lambda prompt: "press(red)")
    env, scores = ButtonsEnv(), []

    def test(episode: Any) -> None:
        run = evaluate(agent, env, [0, 1, 2], progress=False, workers=2)
        assert run == evaluate(agent, env, [0, 1, 2], progress=False)
        scores.append(run.success_rate.mean)

    train(agent, env, [0, 1], 1, progress=False, on_episode=test)
    assert scores == [pytest.approx(1 / 3)] * 2


def test_two_threads_do_not_play_in_one_environment() -> None:
    import gymnasium

    inside, go_on = threading.Event(), threading.Event()

    def reply(prompt: str) -> str:
        inside.set()
        assert go_on.wait(30)
        return "press(red)"

    class Buttons(ButtonsEnv, gymnasium.Env[str, str]):
        pass

    first = NoExemplars(ScriptedLLM(reply), DOMAIN)
    other = NoExemplars(ScriptedLLM(lambda prompt: "press(red)"), DOMAIN)
    env = Buttons()
    with ThreadPoolExecutor(1) as pool:
        try:
            evaluation = pool.submit(evaluate, first, env, [0], progress=False)
            assert inside.wait(30)
            for same in (env, gymnasium.wrappers.TimeLimit(env, 3)):
                with pytest.raises(SettingError, match="another thread plays"):
                    evaluate(other, same, [0], progress=False)
                with pytest.raises(SettingError, match="another thread plays"):
                    train(other, same, [0], progress=False)
            assert evaluate(other, Buttons(), [0], progress=False).episodes
        finally:
            go_on.set()
        evaluation.result()
    assert evaluate(other, env, [0], progress=False).episodes


def test_a_truncation_is_no_success_whatever_a_domain_says_of_the_reward() -> None:
    class Lenient(type(DOMAIN)):  # type: ignore[misc]
        def solved(self, reward: float, done: bool) -> bool:
            return reward > 0

    memory = ExperienceMemory(DOMAIN.similarity())
    agent = SolvedOnly(ScriptedLLM(presses()), memory, Lenient())
    history = train(agent, Cut(Generous(), 1), [0], 1, progress=False)
    assert history.score.mean > 0 and not history.episodes[0].solved and not len(memory)
    train(agent, Generous(), [0], 1, progress=False)
    assert len(memory)


@pytest.mark.parametrize(("length", "shown"), [(80, "x" * 78), (81, "x" * 78 + "…")])
def test_what_was_returned_is_shown_up_to_80_characters(length: int, shown: str) -> None:
    answer = "x" * (length - 2)  # and two quotes
    with pytest.raises(SettingError) as error:
        evaluate(rememberer([]), Answering(reset=answer), [0], progress=False)
    assert f"reset returned '{shown}" in str(error.value)
    assert "x" * 79 not in str(error.value) and ("…" in str(error.value)) == (length > 80)


def test_evaluations_have_the_seed_0_unless_told_otherwise() -> None:
    def actions(**seed: int) -> list[list[str | None]]:
        run = evaluate(Random(DOMAIN), ButtonsEnv(), range(3), progress=False, **seed)
        return [[step.action for step in episode.steps] for episode in run.episodes]

    assert actions() == actions(seed=0) != actions(seed=1)


def test_two_workers_play_at_the_same_time() -> None:
    both = threading.Barrier(2)

    def reply(prompt: str) -> str:
        both.wait(10)  # BrokenBarrierError where the other one has not begun
        return "press(red)"

    agent = NoExemplars(ScriptedLLM(reply), DOMAIN)
    assert len(evaluate(agent, ButtonsEnv(), [0, 1], progress=False, workers=2).episodes) == 2


def as_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on stderr is a terminal: elsewhere no bar is shown."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def test_the_bar_counts_the_episodes_and_what_they_cost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    from rememberer_lite.llm.estimate import Meter

    meter = Meter(ScriptedLLM(lambda prompt: "press(red)"), 10, (1.0, 1.0))
    agent, other = (NoExemplars(model, DOMAIN) for model in (meter, meter.llm))
    evaluate(agent, ButtonsEnv(), [0, 1])
    evaluated = capsys.readouterr().err
    assert "evaluating: 100%" in evaluated and "2/2" in evaluated
    assert "whole run about 4 calls" in evaluated
    train(agent, ButtonsEnv(), [0, 1, 2], 2)  # goal 0 is solved, and skipped in the second epoch
    trained = capsys.readouterr().err
    assert "training: 100%" in trained and "5/5" in trained and "episode/s" in trained
    assert "whole run about 10 calls" in trained
    evaluate(other, ButtonsEnv(), [0])
    unmetered = capsys.readouterr().err
    assert "1/1" in unmetered and "calls" not in unmetered
    evaluate(agent, ButtonsEnv(), [0, 1], progress=False)
    assert capsys.readouterr().err == ""


def test_what_a_run_will_cost_is_extrapolated_from_the_episodes_that_were_played() -> None:
    asked = []

    class Watched:
        spent = "what was spent before"

        def progress(self, done: int, total: int, before: str) -> str:
            asked.append((done, total, before))
            return ""

    agent: Any = SimpleNamespace(budget=Watched())
    with Progress("training", 3, agent, shown=False) as bar:
        bar.advance()
        bar.advance(played=False)  # it costs nothing, so there are only two
        bar.advance()
    assert asked == [(done, total, Watched.spent) for done, total in ((1, 3), (1, 2), (2, 2))]


def test_the_bar_s_line_ends_with_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_terminal(monkeypatch)
    with Progress("training", 1, Random(DOMAIN), shown=True) as bar:
        bar.advance()
    assert capsys.readouterr().err.endswith("\n") and bar
