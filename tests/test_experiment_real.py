"""The experiment with a real model: its plan, its policies, how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_experiments import PLAN, cabinets, memory
from tiny_domain import WORLD, Cabinet, CabinetEnv

from rememberer_lite import OfflineLLM, State
from rememberer_lite.agent import Prompted
from rememberer_lite.cli import experiment, main
from rememberer_lite.experiments import Condition, Place, cells, engine, models, results
from rememberer_lite.experiments import forecast as forecasts
from rememberer_lite.experiments.agents import KnownState, SimilarTask
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.forecast import episodes_of, forecast
from rememberer_lite.experiments.models import Local, exploring
from rememberer_lite.experiments.perturbations import equal
from rememberer_lite.experiments.plan import Plan
from rememberer_lite.experiments.real import GOALS, ONE, REAL, SMALL
from rememberer_lite.experiments.starts import of_expert
from rememberer_lite.llm.base import Reply
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.state import ActionValue, Experience
from rememberer_lite.training import train

__all__ = ["cabinets"]  # a fixture: every environment is a small cabinet


class Held:
    """Takes a choice that depends on the prompt, the seed and the temperature."""

    model = "held"
    made: list[Held] = []  # noqa: RUF012 - one list for all, read by the tests

    def __init__(self, seed: int, temperature: float = 0.0) -> None:
        self.seed, self.temperature = seed, temperature
        Held.made.append(self)

    @property
    def settings(self) -> dict[str, object]:
        return {"model": self.model, "seed": self.seed, "size": 3}

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        assert choices is not None
        assert not choices.values
        number = len(prompt) + (self.seed if self.temperature else 0)
        return Reply(choices.actions[number % len(choices.actions)], self.model, 10, 1)


class HeldOnes(Local):
    """One for each seed, in the place of the local model."""

    def __call__(self, seed: int) -> Held:  # type: ignore[override]
        return Held(seed)


@pytest.fixture(autouse=True)
def none_made() -> Iterator[None]:
    Held.made = []
    yield


# ---- the plan


@pytest.mark.parametrize("env", ["webshop", "wikihow"])
def test_every_condition_is_tested_on_goals_met_and_never_met(env: str) -> None:
    rows = {row.name: row for row in REAL.rows(env)}
    assert len(REAL.seeds) >= 8
    names = {name.rpartition(", goals ")[0] for name in rows}
    assert len(rows) == 2 * len(names)
    for name in names:
        met, new = rows[f"{name}, goals met"], rows[f"{name}, goals never met"]
        assert met.training == new.training, "the two would be trained twice"
        assert met.goals == ((met.test, GOALS[env]),), "the goals met are those of the training"
        assert new.test == "test"
        assert met.test_count == new.test_count == GOALS[env]


def test_every_condition_of_the_plan_runs(tmp_path: Path) -> None:
    short = tuple(
        replace(row, goals=(("long", 2),), test_count=2, epochs=min(row.epochs, 2),
                similarity="domain")
        for row in REAL.rows("webshop")
    )  # fmt: skip
    plan = replace(REAL, conditions={"webshop": short}, seeds=(100,))
    out = tmp_path / "real.json"
    result = engine.run(plan, "webshop", out=out, model=Held, progress=False)
    assert [cell["condition"] for cell in result["cells"]] == [row.name for row in short]
    assert not [cell["error"] for cell in result["cells"] if "error" in cell]
    assert result["model_settings"] == {"model": "held", "size": 3}
    asked = len(Held.made)
    kept = results.load(out)
    assert engine.run(plan, "webshop", out=out, model=Held, progress=False) == kept
    assert len(Held.made) == asked + 1, "what is in the file was computed again"


def test_each_setting_for_small_models_is_switched_off_alone(tmp_path: Path) -> None:
    rows = SMALL.rows("webshop")
    first = rows[0]
    assert first.settings == ONE
    for row in rows[1:-1]:
        changed = {key for key in ONE if row.settings[key] != ONE[key]}  # type: ignore[literal-required]
        other = {"similarity"} if row.similarity != first.similarity else set()
        assert len(changed | other) == 1, row.name
    for row in rows:
        model = Held if row.settings["style"] == "short" else OfflineLLM
        cell = cells.run_cell("webshop", 100, replace(row, similarity="domain"), model)
        assert 0 <= cell["score"] <= 1, row.name


def test_a_result_of_a_model_with_other_settings_is_not_continued(tmp_path: Path) -> None:
    out = tmp_path / "m.json"
    results.save(results.empty(PLAN, "webshop", "m", {"sha256": "a"}), out)
    results.resume(out, results.empty(PLAN, "webshop", "m", {"sha256": "a"}))
    with pytest.raises(ExperimentError, match=r"other settings of the model.*'a'.*'b'"):
        results.resume(out, results.empty(PLAN, "webshop", "m", {"sha256": "b"}))
    old = tmp_path / "old.json"
    results.save(results.empty(PLAN, "webshop", "m"), old)
    results.resume(old, results.empty(PLAN, "webshop", "m", {"sha256": "b"}))


# ---- policies


def filled(agent: type[KnownState], *learnt: Experience, exemplars: int = 2) -> KnownState:
    memory = Cabinet().initial_memory("E1", similarity=Cabinet().similarity())
    for record in learnt:
        memory.insert(record)
    return agent(OfflineLLM(), memory, Cabinet(), exemplars=exemplars)


def record(page: str, q: float, task: str = "copy herons") -> Experience:
    state = State(task, page, ("up", "leave"))
    return Experience(state, -1, {"up": ActionValue(q, q, 1)}, visits=1)


def shown(agent: KnownState, state: State) -> list[str]:
    given = {r.state for r in Cabinet().initial_memory("E1")}
    return [
        "given" if m.experience.state in given else m.experience.state.observation
        for m in agent.recall(state)
    ]


def test_what_was_learnt_is_shown_in_the_very_state_and_nowhere_else() -> None:
    half, whole, failed = record("Folder a", 0.4), record("Folder b", 1.0), record("Folder c", 0.0)
    agent = filled(KnownState, half, whole, failed)
    assert shown(agent, half.state) == ["Folder a", "given"]
    assert shown(agent, whole.state) == ["Folder b", "given"]
    assert shown(agent, failed.state) == ["given", "given"], "worth nothing"
    assert shown(agent, State("copy herons", "Folder z", ("up",))) == ["given", "given"]
    assert shown(filled(KnownState, half, exemplars=1), half.state) == ["Folder a"]


def test_it_explores_by_the_hand_written_records_as_long_as_it_learns() -> None:
    whole, end = record("Folder b", 1.0), record("Sheet b", 0.0).state
    for stop in ("observe", "finish", "abandon"):
        agent = filled(KnownState, whole)
        agent.start(whole.state)
        assert shown(agent, whole.state) == ["given", "given"]
        agent.observe("leave", 0.0, whole.state, False)
        assert shown(agent, whole.state) == ["given", "given"]
        if stop == "observe":
            agent.observe("up", 1.0, end, True)
        else:
            getattr(agent, stop)()
        assert shown(agent, whole.state) == ["Folder b", "given"], stop


def test_a_hand_written_record_of_this_very_state_is_shown_once() -> None:
    agent = filled(KnownState)
    known = next(r for r in agent.memory if r.best > 0)
    assert [m.experience.state == known.state for m in agent.recall(known.state)] == [True, False]


def test_solved_steps_of_similar_tasks_are_shown_on_the_same_kind_of_page() -> None:
    half, whole, sheet = record("Folder a", 0.4), record("Folder b", 1.0), record("Sheet c", 1.0)
    agent = filled(SimilarTask, half, whole, sheet)
    assert shown(agent, State("copy herons", "Folder z", ("up",))) == ["Folder b", "given"]
    assert shown(agent, half.state) == ["Folder a", "given"], "the very state comes first"
    assert shown(agent, State("copy herons", "Cabinet", ())) == ["given", "given"]
    assert shown(agent, State("sell 3 boats", "Folder z", ("up",))) == ["given", "given"]


def test_equal_values_keep_the_records_and_nothing_else() -> None:
    first = memory([[0.1, 0.9], [0.5]])
    same = equal(first)
    assert [list(r.actions) for r in same] == [list(r.actions) for r in first]
    assert [v.q for r in same for v in r.actions.values()] == pytest.approx([0.5] * 3)


def test_an_experts_episodes_are_worth_1_in_every_step() -> None:
    place = Place(replace(WORLD, expert=lambda env, goal: _solution(env, goal)), CabinetEnv(0), {})
    kept = of_expert(place, [0, 1], ExperienceMemory(Cabinet().similarity()))
    walks = [place.walk(goal) for goal in (0, 1)]
    assert all(walk.solved for walk in walks)
    expected = {(state, action) for walk in walks for state, action in walk.pairs}
    assert {(r.state, a) for r in kept for a in r.actions} == expected
    assert {v.q for r in kept for v in r.actions.values()} == {1.0}
    missed = Place(replace(WORLD, expert=lambda env, goal: ["leave"]), CabinetEnv(0), {})
    assert not len(of_expert(missed, [0], ExperienceMemory(Cabinet().similarity())))


def _solution(env: CabinetEnv, goal: int) -> list[str]:
    env.reset(options={"goal": goal})
    return list(env.solution())


# ---- the training


def test_each_epoch_of_an_exploring_training_draws_with_a_seed_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, float]] = []

    def noting(agent: Prompted, *args: object, **options: object) -> object:
        assert isinstance(agent.llm, Held)
        asked.append((agent.llm.seed, agent.llm.temperature))
        return train(agent, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(models, "train", noting)
    row = next(row for row in REAL.rows("webshop") if row.name == "trained from E1, goals met")
    row = replace(row, goals=(("long", 1),), test_count=1, similarity="domain")
    cells.run_cell("webshop", 100, row, Held)
    seeds, temperatures = zip(*asked, strict=True)
    assert len(set(seeds)) == row.epochs == 2, "the goal is not solved in the first epoch"
    assert set(temperatures) == {row.temperature}
    assert {made.temperature for made in Held.made} == {0.0}, "the test explores as well"


def test_what_the_first_epoch_solves_is_not_trained_again(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[list[int]] = []

    def noting(agent: Prompted, env: object, goals: list[int], *args: object, **options: object):  # type: ignore[no-untyped-def]
        played.append(list(goals))
        history = train(agent, env, goals, *args, **options)  # type: ignore[arg-type]
        first = [replace(history.episodes[0], solved=True), *history.episodes[1:]]
        return replace(history, episodes=tuple(first))

    monkeypatch.setattr(models, "train", noting)
    row = next(row for row in REAL.rows("webshop") if row.name == "trained from E1, goals met")
    row = replace(row, goals=(("long", 3),), test_count=1, similarity="domain", epochs=3)
    cells.run_cell("webshop", 100, row, Held)
    assert [len(goals) for goals in played] == [3, 2, 2]
    assert played[0][0] not in played[1]
    assert played[1] == played[2]


def test_the_same_reply_is_not_computed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def complete(self: models.LocalLLM, prompt: str, choices: object = None) -> Reply:
        asked.append(prompt)
        sum(range(200_000))
        return Reply(f"{prompt} {self.seed if self.temperature else ''}", "m", 1, 1)

    monkeypatch.setattr(models.LocalLLM, "complete", complete)
    monkeypatch.setattr(
        models.LocalLLM, "settings", property(lambda self: {"temperature": self.temperature})
    )
    monkeypatch.setattr(models, "_REPLIES", {})
    one, other = Local()(1), Local()(2)
    before = models.processor_time()
    first = one.complete("a")
    took = models.processor_time() - before
    before = models.processor_time()
    assert other.complete("a") is first, "without a temperature the seed decides nothing"
    assert models.processor_time() - before >= took / 2, "as if it had been computed"
    for llm, prompt, choices in (
        (one, "b", None), (one, "a", Choices(("x",))),
        (exploring(one, 0.5, 1), "a", None), (exploring(other, 0.5, 2), "a", None),
    ):  # fmt: skip
        asked.clear()
        assert llm.complete(prompt, choices) is llm.complete(prompt, choices)
        assert asked == [prompt]


def test_a_model_without_a_temperature_cannot_explore() -> None:
    class Fixed:
        model = "fixed"

        def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
            raise NotImplementedError

    with pytest.raises(ExperimentError, match="'fixed' has no temperature"):
        exploring(Fixed(), 0.5, 1)


def test_only_so_many_goals_are_tested() -> None:
    for count, episodes in ((2, 2), (None, 6)):
        cell = cells.run_cell("webshop", 0, Condition("r", "random", test_count=count))
        assert cell["success"] * episodes == pytest.approx(round(cell["success"] * episodes))
        assert episodes_of(cells.open_place("webshop", 0), [Condition("r", test_count=count)]) == (
            episodes
        )


# ---- how long it takes


def test_a_forecast_counts_a_shared_training_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasts, "open_place", cells.open_place)
    clock = iter([10.0, 12.0])
    monkeypatch.setattr(forecasts.time, "process_time", lambda: next(clock))
    held = {"constrained": True, "style": "short"}
    one = Condition("one", epochs=2, goals=(("long", 3),), settings=held, test_count=4)  # type: ignore[arg-type]
    plan = Plan("p", "?", {"webshop": (one, replace(one, name="two"))}, "one", seeds=(0, 1))
    tasks = engine.missing(results.empty(plan, "webshop", "held"), plan, plan.seeds)
    ahead = forecast("webshop", tasks, Held, goals=2)
    steps = 2.0 / ahead.seconds  # of two episodes
    assert ahead.decisions == pytest.approx(2 * (2 * 3 + 4 + 4) * steps / 2)
    assert ahead.hours(2) == pytest.approx(ahead.decisions * ahead.seconds / 7200)


def test_an_interrupted_experiment_with_a_model_of_many_settings_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each part of the command looks into the file, and each knows the model's settings."""
    monkeypatch.setattr(experiment, "Local", HeldOnes)
    held = {"constrained": True, "style": "short"}
    one = Condition("one", settings=held, test_count=2)  # type: ignore[arg-type]
    monkeypatch.setitem(experiment.PLANS, "real", Plan("real", "?", {"webshop": (one,)}, "one"))
    for seeds in ("100", "100-101"):  # the second begins where the first has ended
        command = ["experiment", "real", "--model", "local", "--out", str(tmp_path / "m.json")]
        assert main([*command, "--seeds", seeds]) == 0, capsys.readouterr().err
    cells = results.load(tmp_path / "m.json")["cells"]
    assert sorted({cell["seed"] for cell in cells}) == [100, 101]


def test_the_real_experiment_asks_for_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "real"]) == 2
    assert "add --model local" in capsys.readouterr().err


def test_the_local_model_is_asked_for_one_model_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def computed(plan: Plan, env: str, seeds: object, out: object, **more: object) -> object:
        asked.append(more["model"])
        raise ExperimentError("enough")

    monkeypatch.setattr(experiment, "compute", computed)
    monkeypatch.setattr(experiment, "_say_how_long", lambda *args: None)
    main(["experiment", "real", "--model", "local", "--jobs", "2", "--temperature", "0.3"])
    assert asked == [Local(None, (("temperature", 0.3),))]


def test_the_local_model_goes_to_other_processes() -> None:
    import pickle

    model = pickle.loads(pickle.dumps(Local(None, (("temperature", 0.5),))))(7)
    assert (model.seed, model.temperature, model.threads) == (7, 0.5, 1)
