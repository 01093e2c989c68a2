"""A run that was broken off and resumed is the run that was not; threads change nothing."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite import (
    ExperienceMemory,
    History,
    LLMError,
    OfflineLLM,
    Rememberer,
    Reply,
    SolvedOnly,
    evaluate,
    train,
)
from rememberer_lite.agent import Agent
from rememberer_lite.storage import as_text
from rememberer_lite.training import CheckpointError, load_episodes


class Breaking:
    """The stand-in, which raises at one of its calls."""

    model = OfflineLLM().model

    def __init__(self, at: int, error: type[BaseException] = LLMError) -> None:
        self.calls, self.at, self.error = 0, at, error
        self.llm = OfflineLLM()

    def complete(self, prompt: str) -> Reply:
        self.calls += 1
        if self.calls == self.at:
            raise self.error("broken off")
        return self.llm.complete(prompt)


class Failing(Breaking):
    """Besides, every third prompt gets a useless reply."""

    def complete(self, prompt: str) -> Reply:
        reply = super().complete(prompt)
        return Reply("no idea", self.model) if sum(prompt.encode()) % 3 == 1 else reply


class Counting(Breaking):
    """First useless replies, as many as there are, then those of the stand-in."""

    def __init__(self, useless: list[str]) -> None:
        super().__init__(-1)
        self.useless = useless

    def complete(self, prompt: str) -> Reply:
        reply = super().complete(prompt)
        return Reply(self.useless.pop(), self.model) if self.useless else reply


CABINET = Cabinet()
GOALS = [0, 1, 2]


def cabinet(llm: Any, **memory: Any) -> Rememberer:
    return Rememberer(llm, CABINET.initial_memory("E0", **memory), CABINET)


def run(agent: Agent, path: Path | None = None, **options: Any) -> History:
    options = {"epochs": 2, "max_steps": 6, "progress": False, **options}
    return train(agent, CabinetEnv(), GOALS, checkpoint=path, **options)


@pytest.mark.parametrize("error", [LLMError, KeyboardInterrupt])
@pytest.mark.parametrize("memory", [{}, {"n_steps": 1}, {"n_steps": 2, "capacity": 5}])
@pytest.mark.parametrize("kind", [Rememberer, SolvedOnly])
def test_resumed_equals_uninterrupted(
    tmp_path: Path, error: type[BaseException], memory: dict[str, Any], kind: type[Rememberer]
) -> None:
    def agent(at: int) -> Rememberer:
        return kind(Failing(at, error), CABINET.initial_memory("E0", **memory), CABINET)

    whole = agent(at=0)
    expected = run(whole)
    assert any(step.action is None for e in expected.episodes for step in e.steps)
    path = tmp_path / "new folder" / "run.jsonl"
    with pytest.raises(error):
        run(agent(at=9), path)
    with pytest.raises(error):
        run(agent(at=6), path)
    before = len(load_episodes(path)) if path.exists() else 0
    assert 0 < before < len(expected.episodes)
    resumed = agent(at=0)
    history = run(resumed, path)
    assert history == expected
    assert as_text(resumed.memory) == as_text(whole.memory)
    assert tuple(load_episodes(path)) == expected.episodes
    again = agent(at=1)  # a run that is complete asks nothing
    assert run(again, path) == expected
    assert as_text(again.memory) == as_text(whole.memory)


@pytest.mark.parametrize("failed", [1, 2, 6])
def test_a_run_whose_replies_all_failed_in_an_episode_is_resumed(
    failed: int, tmp_path: Path
) -> None:
    def agent(fails: int) -> Rememberer:
        # asked twice a step; then every reply is good
        said = ["no idea"] * (2 * 6 * fails)
        return cabinet(Counting(said))

    whole = run(agent(failed), tmp_path / "whole.jsonl")
    lines = (tmp_path / "whole.jsonl").read_text().splitlines(keepends=True)
    assert all(len(e.failures) == len(e.steps) for e in whole.episodes[:failed])
    (tmp_path / "part.jsonl").write_text("".join(lines[: 1 + failed]))
    again = agent(0)
    assert run(again, tmp_path / "part.jsonl").episodes[:failed] == whole.episodes[:failed]


def test_a_run_with_a_checkpoint_is_the_run_without(tmp_path: Path) -> None:
    plain, kept = cabinet(OfflineLLM()), cabinet(OfflineLLM())
    assert run(plain) == run(kept, tmp_path / "run.jsonl")
    assert as_text(plain.memory) == as_text(kept.memory)


def broken_off(path: Path) -> None:
    with pytest.raises(LLMError):
        run(cabinet(Breaking(at=12)), path)
    assert load_episodes(path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"epochs": 3}, "run with epochs = 2, not 3"),
        ({"seed": 1}, "run with seed = 0, not 1"),
        ({"max_steps": 7, "seed": 1}, "run with max_steps = 6, not 7; seed = 0, not 1"),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    path = tmp_path / "run.jsonl"
    broken_off(path)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=named):
        run(cabinet(OfflineLLM()), path, **change)
    assert path.read_bytes() == before


def test_another_memory_or_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    broken_off(path)
    learnt = cabinet(Breaking(at=0))
    run(learnt)
    with pytest.raises(CheckpointError, match="create the agent again"):
        run(learnt, path)
    with pytest.raises(CheckpointError, match="another memory"):
        run(cabinet(OfflineLLM(), gamma=0.5), path)
    with pytest.raises(CheckpointError, match="model = "):
        run(cabinet(ScriptedLLM([])), path)


def test_an_agent_of_other_settings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    broken_off(path)
    other = Rememberer(OfflineLLM(), CABINET.initial_memory("E0"), CABINET, exemplars=1)
    with pytest.raises(CheckpointError, match="exemplars = 2, not 1"):
        run(other, path)


@pytest.mark.parametrize(("length", "end"), [(80, "x'"), (81, "x…")])
def test_a_setting_that_differs_is_shown_up_to_80_characters(
    length: int, end: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    long = Breaking(at=0)
    long.model = "x" * (length - 2)  # and two quotes
    run(cabinet(long), path)
    with pytest.raises(CheckpointError, match=rf"model = '{'x' * 77}{end}, not '"):
        run(cabinet(OfflineLLM()), path)


def solving(prompt: str) -> str:
    """Solves goal 0 of the buttons."""
    return "press(red) -> 1"


def test_a_goal_solved_in_the_first_epoch_is_skipped_by_a_resumed_run_too(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    def play(stop: int = 99) -> History:
        agent = Rememberer(ScriptedLLM(solving), ExperienceMemory(DOMAIN.similarity()), DOMAIN)
        left = iter([False] * (stop - 1) + [True] * 99)
        return train(
            agent, ButtonsEnv(), GOALS, 3, 4, progress=False, checkpoint=path,
            on_episode=lambda episode: next(left),
        )  # fmt: skip

    assert [(e.epoch, e.goal) for e in play(4).episodes] == [(0, 0), (0, 1), (0, 2), (1, 1)]
    whole = [*[(0, goal) for goal in GOALS], *[(e, goal) for e in (1, 2) for goal in (1, 2)]]
    for _ in range(2):
        assert [(e.epoch, e.goal) for e in play().episodes] == whole

    lines = path.read_text().splitlines(keepends=True)
    for changed, said in (
        (
            [*lines[:3], *lines[4:]],
            "line 4 holds goal 1 of epoch 2, where goal 2 of epoch 1 is due",
        ),
        ([*lines, lines[1]], "line 9 holds goal 0 of epoch 1, where no further episode is due"),
    ):
        path.write_text("".join(changed))
        with pytest.raises(CheckpointError, match=said):
            play()


def test_a_half_written_episode_is_played_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "run.jsonl"
    expected = run(cabinet(OfflineLLM()), path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with caplog.at_level(logging.WARNING):
        assert run(cabinet(OfflineLLM()), path) == expected
    assert "half written" in caplog.text
    assert path.read_bytes() == whole


def test_a_callback_may_stop_the_run_and_it_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    first = run(cabinet(OfflineLLM()), path, on_episode=lambda episode: True)
    assert len(first.episodes) == 1
    assert run(cabinet(OfflineLLM()), path) == run(cabinet(OfflineLLM()))


# --- workers ---------------------------------------------------------------------------------


class Meeting:
    """The stand-in; its calls wait until as many as there are workers are under way."""

    model = OfflineLLM().model

    def __init__(self, workers: int) -> None:
        self.llm = OfflineLLM()
        self.barrier = threading.Barrier(workers)

    def complete(self, prompt: str) -> Reply:
        try:
            self.barrier.wait(0.02)
        except threading.BrokenBarrierError:
            self.barrier.reset()
        return self.llm.complete(prompt)


def test_workers_change_nothing() -> None:
    agent = cabinet(OfflineLLM())
    run(agent)
    goals, before = list(range(12)), as_text(agent.memory)
    alone = evaluate(agent, CabinetEnv(), goals, progress=False)
    reads = agent.memory.stats.reads
    agent.llm = Meeting(4)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads meet everywhere
    try:
        together = evaluate(agent, CabinetEnv(), goals, progress=False, workers=4)
    finally:
        sys.setswitchinterval(interval)
    assert together == alone
    assert [episode.goal for episode in together.episodes] == goals
    assert as_text(agent.memory) == before
    per_evaluation = sum(len(episode.steps) for episode in alone.episodes)
    assert agent.memory.stats.reads == reads + per_evaluation


def world(name: str) -> tuple[Any, Any]:
    if name == "webshop":
        from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv

        return WEBSHOP, WebShopEnv()
    from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv

    return WIKIHOW, WikiHowEnv()


@pytest.mark.parametrize("name", ["webshop", "wikihow"])
def test_workers_and_checkpoints_on_the_two_environments(name: str, tmp_path: Path) -> None:
    domain, env = world(name)

    def agent() -> Rememberer:
        return Rememberer(OfflineLLM(), domain.initial_memory("E0"), domain)

    options: dict[str, Any] = {"epochs": 1, "max_steps": 8, "progress": False}
    whole, stopped, resumed = agent(), agent(), agent()
    expected = train(whole, env, [0, 1, 2], **options)
    path = tmp_path / "run.jsonl"
    stopped.llm = Breaking(at=len(expected.episodes[0].steps) + 2)
    with pytest.raises(LLMError):
        train(stopped, env, [0, 1, 2], checkpoint=path, **options)
    assert len(load_episodes(path)) in (1, 2)
    assert train(resumed, env, [0, 1, 2], checkpoint=path, **options) == expected
    assert as_text(resumed.memory) == as_text(whole.memory)
    alone = evaluate(whole, env, range(6), 8, progress=False)
    whole.llm = Meeting(3)
    assert evaluate(whole, env, range(6), 8, progress=False, workers=3) == alone


def test_an_error_in_one_worker_ends_the_evaluation() -> None:
    agent = cabinet(Breaking(at=5))
    with pytest.raises(LLMError, match="broken off"):
        evaluate(agent, CabinetEnv(), range(50), progress=False, workers=4)
    assert agent.llm.calls < 150  # type: ignore[attr-defined]  # of about 300


def test_many_threads_may_read_a_fresh_memory() -> None:
    for _ in range(20):
        memory = CABINET.initial_memory("E0")
        env = CabinetEnv()
        states = [env.reset(options={"goal": goal})[1]["state"] for goal in range(8)]
        expected = [CABINET.initial_memory("E0").retrieve(state) for state in states]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(memory.retrieve, states)) == expected


def test_progress_shows_calls_tokens_cost_and_the_whole_run(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rememberer_lite.llm.estimate import Meter

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    agent = Rememberer(
        Meter(ScriptedLLM(lambda prompt: "press(red)"), 10, (1.0, 1.0)),
        ExperienceMemory(DOMAIN.similarity()),
        DOMAIN,
    )
    evaluate(agent, ButtonsEnv(), [0, 0])
    shown = capsys.readouterr().err
    assert "4 calls" in shown and "tokens, cost 0.00" in shown
    assert "whole run about 4 calls" in shown


def test_the_summary_counts_failed_replies_and_shows_three() -> None:
    replies: Callable[[str], str] = lambda prompt: f"hm {len(prompt) % 7}"  # noqa: E731
    agent = Rememberer(ScriptedLLM(replies), ExperienceMemory(DOMAIN.similarity()), DOMAIN)
    summary = evaluate(agent, ButtonsEnv(), [0], max_steps=5, progress=False).summary()
    assert "5 replies asked again, 5 failed" in summary
    assert summary.count("failed reply, for example: no action in the reply 'hm ") == 3


def test_both_replies_of_a_step_are_counted() -> None:
    agent = Rememberer(
        ScriptedLLM(["hm", "press(red)", "press(red)"]),
        ExperienceMemory(DOMAIN.similarity()),
        DOMAIN,
    )
    episode = evaluate(agent, ButtonsEnv(), [0], progress=False).episodes[0]
    turns = [step.turn for step in episode.steps]
    replies = [turns[0].refused, turns[0].reply, turns[1].reply]
    assert all(replies)
    assert episode.tokens[0] == sum(reply.prompt_tokens for reply in replies if reply)
    assert dataclasses.asdict(episode)["last_state"]["observation"] == "2 pressed"


class Wrapped(gymnasium.Env[str, str]):
    """The cabinet as Gymnasium's wrappers want it."""

    def __init__(self) -> None:
        self.cabinet = CabinetEnv()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return self.cabinet.reset(options=options)

    def step(self, action: str) -> Any:
        return self.cabinet.step(action)


class Scaled(gymnasium.Wrapper[str, str, str, str]):
    """A wrapper of one's own, which says what it was made with."""

    def __init__(self, env: Any, scale: float) -> None:
        super().__init__(env)
        self.settings = {"scale": scale}


def double(reward: Any) -> Any:
    return 2 * reward


def same(reward: Any) -> Any:
    return reward


LIMIT, REWARD = gymnasium.wrappers.TimeLimit, gymnasium.wrappers.TransformReward


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (Wrapped(), LIMIT(Wrapped(), 3), "wrappers"),
        (LIMIT(Wrapped(), 5), Wrapped(), "wrappers"),
        (LIMIT(Wrapped(), 5), LIMIT(Wrapped(), 3), "max_episode_steps"),
        (REWARD(Wrapped(), same), REWARD(Wrapped(), double), "wrapper settings"),
        (Scaled(Wrapped(), 1.0), Scaled(Wrapped(), 2.0), "scale"),
        (Scaled(LIMIT(Wrapped(), 5), 1.0), Scaled(LIMIT(Wrapped(), 3), 1.0), "max_episode_steps"),
    ],
)
def test_another_wrapper_or_other_settings_of_it_are_refused(
    tmp_path: Path, before: Any, after: Any, named: str
) -> None:
    path = tmp_path / "run.jsonl"

    def go(env: Any, **options: Any) -> History:
        agent = cabinet(OfflineLLM())
        return train(agent, env, GOALS, 2, 6, progress=False, checkpoint=path, **options)

    go(before, on_episode=lambda episode: True)
    with pytest.raises(CheckpointError, match=named):
        go(after)
    assert len(go(before).episodes) > 1


def test_a_domain_or_memory_of_another_class_is_refused(tmp_path: Path) -> None:
    class Rude(Cabinet):
        role = "Fetch!"

    class Own(ExperienceMemory):
        pass

    path = tmp_path / "run.jsonl"
    broken_off(path)
    records = CABINET.initial_memory("E0")
    own = Own(CABINET.similarity())
    for record in records:
        own.insert(record)
    with pytest.raises(CheckpointError, match="domain class = 'Cabinet', not 'Rude'"):
        run(Rememberer(OfflineLLM(), records, Rude()), path)
    with pytest.raises(CheckpointError, match="class = 'ExperienceMemory', not 'Own'"):
        run(Rememberer(OfflineLLM(), own, CABINET), path)


def test_settings_that_numpy_made_are_kept_and_compared(tmp_path: Path) -> None:
    def agent(seed: Any) -> Rememberer:
        records = CABINET.initial_memory("E0")
        return Rememberer(OfflineLLM(), records, CABINET, seed, exemplars=np.int64(2))  # type: ignore[arg-type]

    path = tmp_path / "run.jsonl"
    run(agent(np.int64(3)), path, seed=np.int64(4), on_episode=lambda episode: True)
    assert len(run(agent(3), path, seed=4).episodes) > 1
    with pytest.raises(CheckpointError, match="seed = 3, not 5"):
        run(agent(np.int64(5)), path, seed=4)


def test_steps_that_no_episode_can_have_release_the_file(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    broken_off(path)
    whole = path.read_bytes()
    header, first, *rest = whole.splitlines()
    entry = json.loads(first)
    entry["steps"] = [{**entry["steps"][0], "done": True}, *entry["steps"]]
    path.write_bytes(b"\n".join([header, json.dumps(entry).encode(), *rest, b""]))
    kept = []  # an error that is kept keeps what its frames hold
    for _ in range(2):
        with pytest.raises(CheckpointError, match="cannot be resumed: no episode is open") as error:
            run(cabinet(OfflineLLM()), path)
        kept.append(error)
    path.write_bytes(whole)
    assert run(cabinet(OfflineLLM()), path) == run(cabinet(OfflineLLM()))
