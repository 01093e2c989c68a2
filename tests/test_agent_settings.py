"""Who an agent is: its memory, budget and settings; and what a checkpoint makes of them."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite import ExperienceMemory, OfflineLLM, Random, Rememberer, State, train
from rememberer_lite.agent import Agent, FixedExemplars, NoExemplars, ReAct, SolvedOnly, Turn
from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv
from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.experiments.agents import AboveNeighbours, PreferValue
from rememberer_lite.llm import Budget, OpenAILLM, RecordedLLM
from rememberer_lite.llm.base import LLM, LLMError, settings_of
from rememberer_lite.llm.estimate import Meter
from rememberer_lite.similarity import PatternTable, Similarity, TextEmbedding, from_function
from rememberer_lite.state import Decision, Experience, Recent, SettingError
from rememberer_lite.storage import StorageError
from rememberer_lite.training import CheckpointError, evaluate, load_episodes
from rememberer_lite.view.html.exemplars import recall

CABINET = Cabinet()
KEY = "sk-never-write-this-key-987654"


def agents() -> list[Agent]:
    llm, memory = OfflineLLM(), CABINET.initial_memory("E0")
    kinds = (Rememberer, SolvedOnly, PreferValue, AboveNeighbours)
    return [
        Random(CABINET),
        NoExemplars(llm, CABINET),
        FixedExemplars(llm, CABINET),
        ReAct(llm, CABINET),
        *(kind(llm, memory, CABINET) for kind in kinds),
    ]


@pytest.mark.parametrize("agent", agents(), ids=lambda agent: agent.name)
def test_settings_are_plain_and_the_same_in_every_life(agent: Agent) -> None:
    assert json.loads(json.dumps(agent.settings)) == agent.settings
    assert agent.settings["agent"] == agent.name
    assert "0x" not in json.dumps(agent.settings), "an address differs in every process"
    assert agent.budget is None
    assert (agent.memory is None) == (not isinstance(agent, Rememberer))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exemplars", "2"),
        ("exemplars", 1.5),
        ("exemplars", True),
        ("exemplars", -1),
        ("budget", "4000"),
        ("budget", float("nan")),
        ("discouraged", "no"),
        ("random_advice", None),
        ("no_repeats", "no"),
        ("constrained", "no"),
        ("queries", "fre"),
        ("style", "papr"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SettingError, match=f"{name} = "):
        Rememberer(OfflineLLM(), CABINET.initial_memory("E0"), CABINET, **{name: value})


def test_every_argument_that_decides_is_in_the_settings() -> None:
    def settings(llm: Any = None, memory: Any = None, **options: Any) -> str:
        memory = CABINET.initial_memory("E0") if memory is None else memory
        return json.dumps(Rememberer(llm or OfflineLLM(), memory, CABINET, **options).settings)

    def remembering(weight: float = 0.5, **options: Any) -> ExperienceMemory:
        return CABINET.initial_memory("E0", CABINET.similarity(weight), **options)

    def encoder(texts: Any) -> Any:
        return np.ones((len(texts), 1))

    others = [
        settings(OfflineLLM(seed=1)),
        settings(OfflineLLM(temperature=2.0)),
        settings(seed=1),
        settings(exemplars=1),
        settings(random_advice=False),
        settings(discouraged=False),
        settings(budget=500),
        settings(constrained=True),
        settings(memory=remembering(gamma=0.5)),
        settings(memory=remembering(weight=0.25)),
        settings(memory=remembering(capacity=7)),
        settings(memory=ExperienceMemory(Similarity(TextEmbedding(encoder), TextEmbedding()))),
    ]
    assert len({settings(), *others}) == len(others) + 1


def test_models_of_every_kind_say_what_decides_their_replies_and_never_the_key(
    tmp_path: Path,
) -> None:
    budget = Budget(max_calls=9)
    served = OpenAILLM(
        "m", base_url=f"http://user:{KEY}@localhost:1/v1?key={KEY}", api_key=KEY, budget=budget
    )
    assert served.settings["temperature"] == 0.1 and served.settings["max_output_tokens"] == 200
    agent = NoExemplars(served, CABINET)
    assert KEY not in json.dumps(agent.settings)
    assert agent.budget is budget
    assert NoExemplars(OpenAILLM("m", base_url="http://localhost:1/v1"), CABINET).budget is not None
    assert settings_of(Meter(OfflineLLM(seed=4), 10, None))["seed"] == 4
    assert settings_of(ScriptedLLM([])) == {"model": "scripted"}
    recorder = RecordedLLM(tmp_path / "r.jsonl", llm=OfflineLLM(seed=4))
    assert recorder.settings == OfflineLLM(seed=4).settings
    recorder.complete("a")
    assert RecordedLLM(tmp_path / "r.jsonl").settings == OfflineLLM(seed=4).settings


def test_a_recording_is_gone_on_with_by_the_same_model_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    RecordedLLM(path, llm=OfflineLLM()).complete("a")
    before = path.read_bytes()
    for other, named in (
        (OfflineLLM(seed=3), "seed = 0, not 3"),
        (OfflineLLM(temperature=1.5), "temperature = 0.1, not 1.5"),
        (ScriptedLLM([]), "model = 'offline-stand-in', not 'scripted'"),
    ):
        with pytest.raises(LLMError, match=named):
            RecordedLLM(path, llm=other)
    assert path.read_bytes() == before


def test_a_second_recorder_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    first = RecordedLLM(path, llm=ScriptedLLM(["a", "c"]))
    first.complete("a")
    asked = ScriptedLLM(["never"])
    second = RecordedLLM(path, llm=asked)
    with pytest.raises(StorageError, match="in use"):
        second.complete("b")
    assert asked.prompts == []
    first.complete("c")
    del first
    assert second.llm is asked
    fresh = RecordedLLM(path, llm=ScriptedLLM(["d"]))
    fresh.complete("d")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_recorder_whose_call_failed_locks_nobody_out(tmp_path: Path) -> None:
    class Broken(ScriptedLLM):
        def complete(self, prompt: str) -> Any:
            raise KeyboardInterrupt

    first = RecordedLLM(tmp_path / "r.jsonl", llm=Broken([]))
    with pytest.raises(KeyboardInterrupt):
        first.complete("a")
    RecordedLLM(tmp_path / "r.jsonl", llm=ScriptedLLM(["b"])).complete("a")


def test_environments_say_which_shop_and_site_they_are() -> None:
    shops = [WebShopEnv().settings, WebShopEnv(Catalogue.builtin(5)).settings]
    assert shops[0] == WebShopEnv(Catalogue.builtin()).settings
    assert shops[0]["catalogue"] != shops[1]["catalogue"]
    assert WebShopEnv(observation="text").settings != shops[0]
    assert WebShopEnv(parity=True).settings != shops[0]
    wiki = WikiHowEnv()
    assert wiki.settings == WikiHowEnv().settings
    assert WikiHowEnv(Site.builtin(3)).settings["site"] != wiki.settings["site"]
    assert WikiHowEnv(wiki.site, wiki.tasks[:5]).settings["tasks"] != wiki.settings["tasks"]
    assert len(wiki.goals) == len(wiki.tasks)


# --- a learner with a memory of its own ------------------------------------------------------


class Habit(Agent):
    """Takes what its memory values most; it is no Rememberer."""

    def __init__(self, memory: ExperienceMemory, patience: int = 1) -> None:
        super().__init__(DOMAIN)
        self.memory = memory
        self.patience = patience

    @property
    def settings(self) -> dict[str, Any]:
        return {**super().settings, "patience": self.patience}

    def act(self, state: State, recent: Recent, rng: random.Random) -> Turn:
        assert self.memory is not None
        found = self.memory.retrieve(state, 1)
        known = found[0].experience.actions if found and found[0].experience.state == state else {}
        good = [a for a, v in known.items() if v.q > 0]
        tried = [a for a in DOMAIN.possible_actions(state) if a not in known]
        return Turn(Decision((good or tried or ["press(red)"])[0]), tuple(found))


def test_a_learner_of_one_s_own_is_trained_shown_checkpointed_and_resumed(tmp_path: Path) -> None:
    def habit(**options: Any) -> Habit:
        return Habit(ExperienceMemory(DOMAIN.similarity()), **options)

    whole = habit()
    expected = train(whole, ButtonsEnv(), [0, 1, 2], 3, progress=False)
    assert len(whole.memory or ()) > 0
    q = [step.q_after for episode in expected.episodes for step in episode.steps]
    assert any(value == 1.0 for value in q), "its Q values are in the history"
    path = tmp_path / "run.jsonl"
    count = iter(range(3))
    train(habit(), ButtonsEnv(), [0, 1, 2], 3, progress=False, checkpoint=path,
          on_episode=lambda episode: next(count) == 2)  # fmt: skip
    resumed = habit()
    assert train(resumed, ButtonsEnv(), [0, 1, 2], 3, progress=False, checkpoint=path) == expected
    assert list(resumed.memory or ()) == list(whole.memory or ())
    with pytest.raises(CheckpointError, match="patience = 1, not 2"):
        train(habit(patience=2), ButtonsEnv(), [0, 1, 2], 3, progress=False, checkpoint=path)


def test_what_another_weight_would_recall_is_shown_for_every_agent_with_a_memory() -> None:
    agent = Rememberer(OfflineLLM(), CABINET.initial_memory("E1"), CABINET)
    state = CabinetEnv().reset()[1]["state"]
    assert recall(agent, state, 0.0) and agent.memory.stats.reads == 0


# --- checkpoints -----------------------------------------------------------------------------

OPTIONS: dict[str, Any] = {"epochs": 2, "max_steps": 4, "progress": False}


def cabinet(llm: LLM | None = None, similarity: Similarity | None = None) -> Rememberer:
    memory = CABINET.initial_memory("E0", similarity)
    return Rememberer(llm or OfflineLLM(), memory, CABINET)


def stopped(path: Path) -> None:
    count = iter(range(9))
    train(cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path,
          on_episode=lambda episode: next(count) == 3, **OPTIONS)  # fmt: skip
    assert len(load_episodes(path)) == 4


def other_encoder() -> Similarity:
    def lengths(texts: Any) -> Any:
        return np.array([[1.0, 0.0] if len(t) % 2 else [0.0, 1.0] for t in texts], dtype=np.float32)

    observation = CABINET.similarity().parts[1]
    assert isinstance(observation, PatternTable)
    return Similarity(TextEmbedding(lengths), observation)


@pytest.mark.parametrize(
    ("agent", "env", "named"),
    [
        (
            lambda: Rememberer(
                OfflineLLM(), CABINET.initial_memory("E0"), CABINET, constrained=True
            ),
            CabinetEnv,
            "constrained = False, not True",
        ),
        (lambda: cabinet(OfflineLLM(seed=7)), CabinetEnv, "seed = 0, not 7"),
        (lambda: cabinet(OfflineLLM(temperature=2.0)), CabinetEnv, "temperature = 0.1, not 2.0"),
        (lambda: cabinet(similarity=CABINET.similarity(0.9)), CabinetEnv, "weight = 0.5, not 0.9"),
        (lambda: cabinet(similarity=other_encoder()), CabinetEnv, "encoder = 'hashed_text', not"),
        (
            lambda: cabinet(similarity=from_function(lambda a, b: float(a == b))),
            CabinetEnv,
            "memory: similarity: weight = 0.5, not None",
        ),
        (cabinet, lambda: CabinetEnv(seed=5), "another first state of goal 0"),
        (cabinet, WebShopEnv, "environment: environment = 'CabinetEnv', not 'webshop'"),
    ],
)
def test_a_checkpoint_of_others_is_refused_with_what_differs(
    tmp_path: Path, agent: Callable[[], Agent], env: Callable[[], Any], named: str
) -> None:
    path = tmp_path / "run.jsonl"
    stopped(path)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=named):
        train(agent(), env(), [0, 1, 2], checkpoint=path, **OPTIONS)
    assert path.read_bytes() == before


def test_another_shop_and_another_site_are_refused(tmp_path: Path) -> None:
    for domain, env, other, named in (
        (WEBSHOP, WebShopEnv(), WebShopEnv(Catalogue.builtin(5)), "catalogue = "),
        (WEBSHOP, WebShopEnv(), WebShopEnv(observation="text"), "observation = 'rememberer'"),
        (WIKIHOW, WikiHowEnv(), WikiHowEnv(Site.builtin(3)), "site = "),
    ):
        path = tmp_path / f"{named}.jsonl"
        train(Random(domain), env, [0], 1, 1, progress=False, checkpoint=path)
        with pytest.raises(CheckpointError, match=named):
            train(Random(domain), other, [0], 1, 1, progress=False, checkpoint=path)


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda lines, other: [*lines[:3], lines[2], *lines[3:]], "line 4 holds goal 1 of epoch 1"),
        (lambda lines, other: [*lines[:2], *lines[3:]], "line 3 holds goal 2 .* goal 1 of epoch 1"),
        (lambda lines, other: [lines[0], lines[2], lines[1], *lines[3:]], "line 2 holds goal 1"),
        (lambda lines, other: [*lines[:2], other[2], *lines[3:]], "line 3 was written by a run"),
        (
            lambda lines, other: [*lines, *lines[1:]],
            "a line is missing, repeated, moved or from another run",
        ),
        (lambda lines, other: [*lines[:2], '{"goal": 1}', *lines[3:]], "line 3 is not an episode"),
        (lambda lines, other: [*lines[:2], '{"go', *lines[3:]], "line 3 of .* cannot be read"),
    ],
)
def test_a_line_that_does_not_belong_is_named(
    tmp_path: Path, edit: Callable[[list[str], list[str]], list[str]], named: str
) -> None:
    path = tmp_path / "run.jsonl"
    stopped(path)
    train(cabinet(OfflineLLM(seed=7)), CabinetEnv(), [0, 1, 2], checkpoint=tmp_path / "other.jsonl",
          **OPTIONS)  # fmt: skip
    lines = path.read_text(encoding="utf-8").splitlines()
    other = (tmp_path / "other.jsonl").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(edit(lines, other)) + "\n", encoding="utf-8")
    before = path.read_bytes()
    learner = cabinet()
    with pytest.raises(StorageError, match=named):
        train(learner, CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS)
    assert path.read_bytes() == before
    assert list(learner.memory) == list(cabinet().memory), "nothing was learnt from it"


def test_a_checkpoint_in_use_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    refused = []

    def again(episode: Any) -> None:
        with pytest.raises(StorageError, match="in use"):
            train(cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS)
        refused.append(episode)

    history = train(
        cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path, on_episode=again, **OPTIONS
    )
    assert len(refused) == 6 and tuple(load_episodes(path)) == history.episodes
    assert train(cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS) == history
    assert list(tmp_path.iterdir()) == [path], "no lock is left behind"


@pytest.mark.parametrize("damage", ["half header", "no header", "header without its end"])
def test_a_checkpoint_without_its_first_line_begins_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "run.jsonl"
    expected = train(cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS)
    whole = path.read_bytes()
    header, rest = whole.split(b"\n", 1)
    path.write_bytes(
        {"half header": header[:30], "no header": rest, "header without its end": header + rest}[
            damage
        ]
    )
    assert train(cabinet(), CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS) == expected
    assert path.read_bytes() == whole


def test_evaluation_shows_the_budget_of_a_recorded_model(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)  # no bar elsewhere
    llm = RecordedLLM(tmp_path / "r.jsonl", llm=Meter(OfflineLLM(), 10, (1.0, 1.0)))
    evaluate(Rememberer(llm, CABINET.initial_memory("E0"), CABINET), CabinetEnv(), [0, 1])
    assert "calls" in capsys.readouterr().err


# --- what led to a record --------------------------------------------------------------------


def test_what_led_to_a_record_is_one_value_that_can_be_read_in_parts() -> None:
    memory = ExperienceMemory(DOMAIN.similarity())
    first, second = State("t", "one"), State("t", "two")
    memory.start(first)
    memory.observe("press(red)", 0.25, second, done=False, reason="why")
    memory.observe("press(blue)", 1.0, None, done=True)
    record = memory[second]
    assert record.recent == Recent(("press(red)",), ("why",), 0.25, 0.25)
    assert (record.recent_actions, record.recent_reasons) == (("press(red)",), ("why",))
    assert (record.last_reward, record.total_reward) == (0.25, 0.25)
    with pytest.raises(TypeError, match=r"write Recent\(actions="):
        Experience(first, 0, {}, 1, ("press(red)",))  # type: ignore[arg-type]
