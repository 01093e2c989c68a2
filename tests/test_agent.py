"""The agents: what they put before the model, and what they learn."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from buttons import DOMAIN, ButtonsEnv, ScriptedLLM

from rememberer_lite import ExperienceMemory, NoExemplars, Random, Rememberer, SolvedOnly
from rememberer_lite.agent import FixedExemplars, ReAct
from rememberer_lite.cli.explain import explain
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.llm import Reply
from rememberer_lite.prompts import REPLY_TOKENS, choices_of
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.state import ActionValue, Experience, Recent, State
from rememberer_lite.training import load_episodes, run_episode, save_episodes
from rememberer_lite.view.html.episode import step_html

PAGE = State("press red", "0 pressed", ("red", "green", "blue"))


def memory_with(values: dict[str, float]) -> ExperienceMemory:
    memory = ExperienceMemory(DOMAIN.similarity())
    memory.insert(Experience(PAGE, -1, {a: ActionValue(q, q, 1) for a, q in values.items()}, 1))
    return memory


def test_rememberer_shows_what_it_retrieved_and_takes_the_decision() -> None:
    llm = ScriptedLLM(["press(red) -> 1.0 as before"])
    agent = Rememberer(llm, memory_with({"press(red)": 1.0, "press(blue)": 0.0}), DOMAIN)
    turn = agent.act(PAGE, Recent(), random.Random(0))
    assert turn.decision is not None and turn.decision.action == "press(red)"
    assert [m.similarity for m in turn.matches] == [1.0]
    assert "press(red) -> 1.0" in llm.prompts[0] and "press(blue) -> 0.0" in llm.prompts[0]


def test_an_empty_memory_asks_without_exemplars() -> None:
    llm = ScriptedLLM(["press(red)"])
    agent = Rememberer(llm, ExperienceMemory(DOMAIN.similarity()), DOMAIN)
    turn = agent.act(PAGE, Recent(), random.Random(0))
    assert turn.matches == () and "### Example" not in llm.prompts[0]


def test_no_exemplars_never_shows_an_example() -> None:
    llm = ScriptedLLM(["press(red)"])
    NoExemplars(llm, DOMAIN).act(PAGE, Recent(), random.Random(0))
    assert "### Example" not in llm.prompts[0]


def test_fixed_exemplars_show_the_annotated_records_in_order_whatever_the_state() -> None:
    class Annotated(type(DOMAIN)):  # type: ignore[misc]
        def initial_records(self) -> dict[str, list[Experience]]:
            tried = {"press(red)": ActionValue(1.0, 1.0, 1)}
            return {
                "E0": [Experience(State(f"task {n}", "page", ("red",)), n, tried) for n in (1, 2)]
            }

    llm = ScriptedLLM(["press(red)"] * 2)
    agent = FixedExemplars(llm, Annotated())
    for state in (PAGE, State("other", "other", ("blue",))):
        agent.act(state, Recent(), random.Random(0))
    first, second = llm.prompts
    assert first.index("task 1") < first.index("task 2")
    assert first.split("### Now")[0] == second.split("### Now")[0]


def test_random_takes_only_possible_actions_and_differs_by_seed() -> None:
    taken = {
        seed: [
            Random(DOMAIN, seed).act(PAGE, Recent(), random.Random(n)).decision.action  # type: ignore[union-attr]
            for n in range(20)
        ]
        for seed in (0, 1)
    }
    assert taken[0] != taken[1]
    assert set(taken[0]) == set(DOMAIN.possible_actions(PAGE))


def test_a_failed_reply_is_told_and_decides_nothing() -> None:
    llm = ScriptedLLM(["I would rather not.", "No."])
    turn = NoExemplars(llm, DOMAIN).act(PAGE, Recent(), random.Random(0))
    assert turn.decision is None and "no action in the reply 'No.'" in turn.error
    assert turn.refused is not None and turn.refused.text == "I would rather not."
    assert len(llm.prompts) == 2


def test_a_failed_reply_is_asked_once_more_with_the_complaint() -> None:
    llm = ScriptedLLM(["I would rather not.", "press(red) -> 0.5"])
    turn = NoExemplars(llm, DOMAIN).act(PAGE, Recent(), random.Random(0))
    assert turn.decision is not None and turn.decision.action == "press(red)"
    assert turn.refused is not None and turn.error == ""
    first, second = llm.prompts
    assert "I would rather not." not in first
    assert "could not be used: no action in the reply 'I would rather not.'" in second
    assert second.endswith("Encouraged:\n")
    assert turn.prompt is not None and turn.prompt.text == second


def test_the_complaint_stays_within_the_budget() -> None:
    page = State("press red", "x " * 3000, ("red",))
    llm = ScriptedLLM(["word " * 300, "press(red)"])
    turn = NoExemplars(llm, DOMAIN, budget=600).act(page, Recent(), random.Random(0))
    assert turn.prompt is not None and turn.prompt.tokens + REPLY_TOKENS <= 600
    assert "could not be used" in turn.prompt.text and turn.prompt.shortened


def test_solved_only_keeps_solved_episodes_and_gives_each_step_the_value_one() -> None:
    replies = ["press(green)", "press(red)", "press(red)", "press(green)"]
    agent = SolvedOnly(ScriptedLLM(replies), ExperienceMemory(DOMAIN.similarity()), DOMAIN)
    solved = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert solved.solved and len(agent.memory) == 2
    assert [v.q for record in agent.memory for v in record.actions.values()] == [1.0, 1.0]
    lost = run_episode(agent, ButtonsEnv(), 0, 15, "luck", learn=True)
    assert not lost.solved and len(agent.memory) == 2
    assert all(record.visits == 1 for record in agent.memory)


def test_the_same_generator_gives_the_same_prompt() -> None:
    prompts = []
    for _ in range(2):
        llm = ScriptedLLM(["press(red)"])
        agent = Rememberer(llm, memory_with({"press(red)": 0.0}), DOMAIN, seed=3)
        agent.act(PAGE, Recent(), random.Random(5))
        prompts += llm.prompts
    assert prompts[0] == prompts[1]


def annotated() -> type:
    class Annotated(type(DOMAIN)):  # type: ignore[misc]
        def initial_records(self) -> dict[str, list[Experience]]:
            tried = {"press(red)": ActionValue(1.0, 1.0, 1), "press(blue)": ActionValue(0, 0, 1)}
            return {
                name: [Experience(State(f"task {n}", "page", ("red",)), n, tried) for n in range(3)]
                for name in ("E0", "E1")
            }

    return Annotated


@pytest.mark.parametrize("kind", [FixedExemplars, ReAct])
def test_fixed_exemplars_carry_no_similarity_not_even_on_disk(
    kind: type[FixedExemplars], tmp_path: Path
) -> None:
    agent = kind(ScriptedLLM(["press(red)"] * 9), annotated()())
    episode = run_episode(agent, ButtonsEnv(), 0, max_steps=1, seed=0, learn=False)
    assert [m.similarity for m in episode.steps[0].turn.matches] == [None] * 3
    save_episodes([episode], tmp_path / "episodes.jsonl")
    assert '"similarity": 0' not in (tmp_path / "episodes.jsonl").read_text(encoding="utf-8")
    assert load_episodes(tmp_path / "episodes.jsonl") == [episode]
    assert "similarity=–" in repr(episode.steps[0].turn.matches[0])
    assert "a fixed example" in explain(episode.steps[0])
    assert "#2 | – |" in step_html(episode, 0, agent.domain).plain


def test_react_is_the_fixed_exemplars_without_values() -> None:
    shown = FixedExemplars(ScriptedLLM([]), annotated()(), "E1", values=False)
    react = ReAct(ScriptedLLM([]), annotated()())
    for agent in (shown, react):
        advice = [e.advice for e in agent.exemplars(PAGE, random.Random(0))]
        assert [a.discouraged for a in advice] == [None] * 3
        assert [a.encouraged and a.encouraged.value for a in advice] == [None] * 3
    assert react.exemplars(PAGE, random.Random(0)) == shown.exemplars(PAGE, random.Random(0))


def test_episodes_of_the_time_when_fixed_exemplars_had_a_similarity_still_load(
    tmp_path: Path,
) -> None:
    agent = FixedExemplars(ScriptedLLM(["press(red)"]), annotated()())
    episode = run_episode(agent, ButtonsEnv(), 0, max_steps=1, seed=0, learn=False)
    save_episodes([episode], tmp_path / "episodes.jsonl")
    text = (tmp_path / "episodes.jsonl").read_text(encoding="utf-8")
    older = text.replace('"similarity": null', '"similarity": 0.01')
    assert older != text
    (tmp_path / "episodes.jsonl").write_text(older, encoding="utf-8")
    [loaded] = load_episodes(tmp_path / "episodes.jsonl")
    assert {m.similarity for m in loaded.steps[0].turn.matches} == {0.01}
    assert "similarity 0.010" in explain(loaded.steps[0])


# ---- held to the possible actions


class Wanting:
    """Says what it was asked, and wants to be held to choices."""

    model = "wanting"

    def __init__(self, prefers_choices: bool) -> None:
        self.prefers_choices = prefers_choices
        self.asked: list[Choices | None] = []
        self.counted: list[str] = []

    def count_tokens(self, text: str) -> int:
        self.counted.append(text)
        return len(text.split())

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        self.asked.append(choices)
        return Reply("click[search] -> 0.5", self.model)


@pytest.mark.parametrize(
    ("prefers", "constrained", "held"),
    [(True, None, True), (False, None, False), (True, False, False), (False, True, True)],
)
def test_a_model_is_held_to_choices_where_it_wants_or_where_it_is_told(
    prefers: bool, constrained: bool | None, held: bool
) -> None:
    page = State("i need green tea", "[Search]", ("search",))
    for make in (
        lambda llm, **more: NoExemplars(llm, WEBSHOP, **more),
        lambda llm, **more: FixedExemplars(llm, WEBSHOP, "E1", **more),
        lambda llm, **more: ReAct(llm, WEBSHOP, "E1", **more),
        lambda llm, **more: Rememberer(llm, WEBSHOP.initial_memory("E1"), WEBSHOP, **more),
    ):
        llm = Wanting(prefers)
        agent = make(llm, constrained=constrained, queries="task")
        turn = agent.act(page, Recent(), random.Random(0))
        assert llm.asked == [choices_of(WEBSHOP, page, "task") if held else None]
        assert agent.settings.get("constrained", False) is held
        assert agent.settings.get("queries") == ("task" if held else None)
        assert turn.prompt is not None
        assert turn.prompt.text in llm.counted
        assert turn.prompt.tokens == len(turn.prompt.text.split()), "not the model's own count"
