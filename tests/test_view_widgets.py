"""The widgets without a browser: what their controls change, and what they leave alone."""

from __future__ import annotations

import copy
import random
from typing import Any

import ipywidgets as widgets
import pytest
import view_demo as demo
from buttons import DOMAIN as BUTTONS
from buttons import ButtonsEnv, ScriptedLLM

from rememberer_lite import (
    ExperienceMemory,
    FixedExemplars,
    NoExemplars,
    Rememberer,
    State,
    train,
    view,
)
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.envs.wikihow import WikiHowEnv
from rememberer_lite.prompts import REPLY_TOKENS
from rememberer_lite.run import History
from rememberer_lite.similarity import from_function
from rememberer_lite.state import Recent, SettingError
from rememberer_lite.view.exemplars import Ranking, recall
from rememberer_lite.view.html import Html
from rememberer_lite.view.memory_browser import Shelf
from rememberer_lite.view.panel import Panel, button
from rememberer_lite.view.play import play


@pytest.fixture(scope="module")
def shop() -> tuple[Rememberer, History]:
    return demo.trained()


def control(panel: Panel, description: str) -> Any:
    """The control of this label, wherever it stands."""

    def walk(widget: widgets.Widget) -> list[widgets.Widget]:
        inner = [w for child in getattr(widget, "children", ()) for w in walk(child)]
        return [widget, *inner]

    [found] = [w for w in walk(panel) if getattr(w, "description", "") == description]
    return found


def area(panel: Panel, place: int = 2) -> str:
    """What a panel's view shows, as plain text."""
    return Html(panel.children[place].value).plain


# ---- every panel


def panels(shop: tuple[Rememberer, History]) -> list[Panel]:
    agent, history = shop
    episode = history.episodes[0]
    return [
        view.inspect_exemplars(agent, episode.steps[0].state),
        view.browse_memory(agent.memory),
        view.replay_episode(episode),
        view.compare_states(episode.steps[0].state, episode.steps[1].state, WEBSHOP.similarity()),
        view.explain_update(episode, agent.memory),
        view.play(WebShopEnv()),
        view.watch_training(agent, WebShopEnv(), range(2)),
    ]


def test_each_carries_a_static_view_that_is_the_same_at_every_run(
    shop: tuple[Rememberer, History],
) -> None:
    for one, other in zip(panels(shop), panels(demo.trained()), strict=True):
        bundle = one._repr_mimebundle_()
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == one.model_id
        assert bundle["text/html"].startswith('<div class="rl"><style>')
        assert one.model_id not in bundle["text/html"]
        assert bundle["text/plain"]
        assert "<" not in bundle["text/plain"].replace("< Prev", "").replace("< prev", "")
        again = other._repr_mimebundle_()
        assert (again["text/html"], again["text/plain"]) == (
            bundle["text/html"],
            bundle["text/plain"],
        )


def test_only_core_widgets_and_every_control_has_a_label(shop: tuple[Rememberer, History]) -> None:
    for panel in panels(shop):
        waiting: list[widgets.Widget] = [panel]
        while waiting:
            widget = waiting.pop()
            waiting += getattr(widget, "children", ())
            assert widget._model_module == "@jupyter-widgets/controls"
            if not isinstance(widget, widgets.Box | widgets.HTML):
                assert widget.description.strip()


def test_looking_changes_nothing(shop: tuple[Rememberer, History]) -> None:
    agent, _ = shop
    before = (copy.deepcopy(list(agent.memory)), agent.memory.stats)
    for panel in panels(shop):
        del panel
    assert (list(agent.memory), agent.memory.stats) == before


def test_an_error_in_a_callback_is_shown_and_goes_when_all_is_well() -> None:
    press = button("Press")
    panel = Panel([press], [], view.state_html(State("t", "o")))
    failing = True

    def callback() -> None:
        if failing:
            raise SettingError("<b>turn it round</b>")

    panel.on_click(press, callback)
    press.click()
    assert 'role="alert"' in panel.alert.value
    assert "SettingError" in panel.alert.value
    assert "&lt;b&gt;turn it round" in panel.alert.value
    failing = False
    press.click()
    assert panel.alert.value == ""


# ---- inspect_exemplars


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 1.0])
def test_ranking_is_the_memory_s_own_under_that_weight(
    shop: tuple[Rememberer, History], weight: float
) -> None:
    agent, history = shop
    oracle = agent.memory.with_records(agent.memory, agent.memory.similarity.with_weight(weight))
    for episode in history.episodes[:3]:
        for step in episode.steps:
            got = Ranking(agent.memory, step.state).best(weight)
            want = oracle.retrieve(step.state)
            assert [(m.experience.id, m.similarity) for m in got] == [
                (m.experience.id, m.similarity) for m in want
            ]


def test_at_the_agent_s_own_weight_its_own_exemplars_are_shown(
    shop: tuple[Rememberer, History],
) -> None:
    agent, history = shop
    state = history.episodes[-1].steps[0].state
    ranking = Ranking(agent.memory, state)
    shown = recall(agent, state, agent.memory.similarity.weight, ranking)
    assert [e.match for e in shown] == agent.memory.retrieve(state, agent.exemplar_count)


def test_the_slider_ranks_anew_at_once(shop: tuple[Rememberer, History]) -> None:
    agent, history = shop
    state = history.episodes[0].steps[1].state
    panel = view.inspect_exemplars(agent, state, Recent(("search[x]",)))
    slider = control(panel, "λ, weight of the task part")
    assert slider.value == agent.memory.similarity.weight
    seen = []
    for weight in (0.0, 1.0):
        slider.value = weight
        shown = area(panel)
        seen.append(shown)
        [best, *_] = agent.memory.with_records(
            agent.memory, agent.memory.similarity.with_weight(weight)
        ).retrieve(state, 1)
        assert f"Exemplar 1: record #{best.experience.id}," in shown
        assert f"f = λ·task + (1 − λ)·page = {weight:.2f}·" in shown
    assert seen[0] != seen[1]


def test_what_does_not_fit_the_prompt_is_named(shop: tuple[Rememberer, History]) -> None:
    trained, history = shop
    state = history.episodes[0].steps[0].state
    whole = trained.act(state, Recent(), random.Random(0)).prompt
    assert whole is not None
    assert len(whole.exemplars) == 2
    budget = whole.tokens + REPLY_TOKENS - 50
    agent = Rememberer(trained.llm, trained.memory, WEBSHOP, budget=budget)
    shown = view.inspect_exemplars(agent, state).static.plain
    second = trained.memory.retrieve(state, 2)[1].experience.id
    assert f"Left out: record #{second} did not fit." in shown
    assert f"Token budget: {budget} tokens" in shown


def test_baselines_and_similarities_without_parts() -> None:
    state = State("press red", "0 pressed", ("red", "green"))
    llm = ScriptedLLM(["press(red)"])
    memory = ExperienceMemory(BUTTONS.similarity())
    nothing = view.inspect_exemplars(Rememberer(llm, memory, BUTTONS), state)
    assert "there are no records to recall" in nothing.static.plain
    assert control(nothing, "λ, weight of the task part").disabled
    memory.start(state)
    memory.observe("press(red)", 1.0, None, True)
    one = view.inspect_exemplars(Rememberer(llm, memory, BUTTONS), state).static.plain
    assert "(one function, without parts)" in one
    assert "+ encouraged" in one
    shopping = State("buy tea", "[Search]", ("search",))
    fixed = view.inspect_exemplars(FixedExemplars(llm, WEBSHOP), shopping).static.plain
    assert "A fixed example" in fixed
    assert (
        "no records to recall"
        in view.inspect_exemplars(NoExemplars(llm, WEBSHOP), shopping).static.plain
    )


# ---- browse_memory


def test_search_filters_and_sort(shop: tuple[Rememberer, History]) -> None:
    memory = shop[0].memory
    shelf = Shelf(memory)
    records = list(memory)
    assert shelf.find() == records
    word = records[5].state.task.split()[-4]
    assert shelf.find(words=word.upper()) == [
        r for r in records
        if word in "\n".join([r.state.task, r.state.observation, *r.actions,
                              *(v.reason for v in r.actions.values())]).lower()
    ]  # fmt: skip
    kinds = shelf.find(kind="item")
    assert kinds
    assert all(shelf.kind(r.state) == "item" for r in kinds)
    assert all(r.visits >= 2 for r in shelf.find(visits=2))
    assert {r.id for r in shelf.find(lowest_q=0.7)} == {r.id for r in records if r.best >= 0.7}
    best = [r.best for r in shelf.find(sort="best Q, highest first")]
    assert best == sorted(best, reverse=True)


def test_the_browser_shows_a_record_its_neighbours_and_its_file(
    shop: tuple[Rememberer, History],
) -> None:
    memory = shop[0].memory
    panel = view.browse_memory(memory)
    assert f"{len(memory)} of {len(memory)} records found" in area(panel)
    control(panel, "Search").value = "no such words anywhere"
    assert "No record passes the search and the filters." in area(panel)
    control(panel, "Search").value = ""
    chosen = control(panel, "Record in full")
    chosen.value = 3
    shown = area(panel, 3)
    matches = copy.deepcopy(memory).retrieve(memory_record(memory, 3).state)
    nearest = next(match for match in matches if match.experience.id != 3)
    assert f"#{nearest.experience.id} |" in shown.split("Nearest neighbours of record #3")[1]
    assert '"format": "rememberer-lite memory"' in shown
    last = control(panel, "Table page")
    last.value = last.max
    assert chosen.value == -1  # the record is not on this page of the table


def memory_record(memory: ExperienceMemory, number: int) -> Any:
    return next(record for record in memory if record.id == number)


def test_an_empty_memory_says_so() -> None:
    memory = ExperienceMemory(from_function(lambda a, b: 0.0))
    panel = view.browse_memory(memory)
    assert "the memory is empty" in area(panel)
    assert "the memory is empty" in panel.static.plain


# ---- replay_episode


def test_replay_steps_through_the_episode(shop: tuple[Rememberer, History]) -> None:
    episode = shop[1].episodes[0]
    panel = view.replay_episode(episode, WEBSHOP)
    back, forth = control(panel, "Previous step"), control(panel, "Next step")
    assert back.disabled
    for place, step in enumerate(episode.steps):
        shown = area(panel)
        assert f"Step {place + 1} of {len(episode.steps)}" in shown
        assert f"Reward: {step.reward:.3f}" in shown
        assert step.action in shown
        for match in step.turn.matches:
            assert f"#{match.experience.id} | {match.similarity:.3f}" in shown
        forth.click()
    assert forth.disabled
    assert "What the reward was made of" in area(panel)
    back.click()
    assert f"Step {len(episode.steps) - 1} of" in area(panel)


def test_a_failed_reply_is_shown() -> None:
    agent = Rememberer(
        ScriptedLLM(lambda p: "no idea"), ExperienceMemory(BUTTONS.similarity()), BUTTONS
    )
    history = train(agent, ButtonsEnv(), [0], epochs=1, max_steps=2, progress=False)  # type: ignore[arg-type]
    shown = area(view.replay_episode(history.episodes[0]))
    assert "✗ failed reply" in shown
    assert "no action in the reply" in shown
    empty = view.explain_update(history.episodes[0], agent.memory)
    assert "nothing can be learnt" in empty.static.plain


# ---- compare_states


def test_compare_is_live_in_the_weight(shop: tuple[Rememberer, History]) -> None:
    a, b = (shop[1].episodes[i].steps[0].state for i in (0, 1))
    similarity = WEBSHOP.similarity()
    panel = view.compare_states(a, b, similarity)
    for weight in (0.0, 0.3, 1.0):
        control(panel, "λ, weight of the task part").value = weight
        f = similarity.with_weight(weight)(a, b).similarity
        assert f"mix f | {f:.3f}" in area(panel)
    plain = view.compare_states(a, b, from_function(lambda x, y: 0.25))
    assert "Similarity f = 0.250" in area(plain)
    assert control(plain, "λ, weight of the task part").disabled


# ---- play


def test_a_person_can_buy_and_keep_the_episode() -> None:
    env = WebShopEnv()
    memory = ExperienceMemory(WEBSHOP.similarity())
    panel = play(env, memory=memory)
    control(panel, "Why (optional)").value = "look for it"
    control(panel, "Search for").value = env.goals[0].instruction
    control(panel, "Search").click()
    product = next(
        a for a in WEBSHOP.possible_actions(panel.game.state) if "b0" in a or "click[1" in a
    )
    control(panel, "Any action").value = product
    control(panel, "Do it").click()
    control(panel, "Buy Now").click()
    assert panel.game.done
    shown = "".join(child.value for child in panel.children if isinstance(child, widgets.HTML))
    assert "The episode is over" in shown
    assert "What the reward was made of" in shown
    control(panel, "Keep this episode in the memory").click()
    reward = panel.game.total_reward
    assert len(memory) == 3
    for record in memory:
        [value] = record.actions.values()
        assert (value.q, value.visits) == (reward, 1)
    first = next(iter(memory))
    assert next(iter(first.actions.values())).reason == "look for it"
    assert control(panel, "Keep this episode in the memory").disabled
    control(panel, "Start the goal").click()
    assert panel.game.moves == []


def test_play_shows_what_did_nothing_and_refuses_what_cannot_be() -> None:
    panel = play(WikiHowEnv())
    control(panel, "Any action").value = "CLICK(999)"
    control(panel, "Do it").click()
    assert "No effect:" in panel.head.value
    control(panel, "Goal").value = 10**6
    control(panel, "Start the goal").click()
    assert 'role="alert"' in panel.alert.value
    control(panel, "Any action").value = " "
    control(panel, "Do it").click()
    assert "type an action first" in panel.alert.value
    with pytest.raises(SettingError, match="domain="):
        play(ButtonsEnv())
    buttons = play(ButtonsEnv(), domain=BUTTONS)
    control(buttons, "press(red)").click()
    control(buttons, "press(red)").click()
    assert buttons.game.total_reward == 1.0


# ---- watch_training


def test_training_is_that_of_train_and_stops_cleanly() -> None:
    panel = view.watch_training(_learner(), ButtonsEnv(), range(3), epochs=2, max_steps=4)
    assert "Training: ready." in panel.static.plain
    panel.begin.click()
    panel.thread.join(60)
    want = train(_learner(), ButtonsEnv(), range(3), epochs=2, max_steps=4, progress=False)  # type: ignore[arg-type]
    assert panel.history == want
    assert "Training: finished." in area(panel)
    assert f"{len(want.episodes)} of at most 6 episodes" in area(panel)

    stopped = view.watch_training(_learner(), ButtonsEnv(), range(3), epochs=2, max_steps=4)
    learnt = stopped._learnt

    def press_stop(episode: Any) -> bool:
        stopped.stop.disabled = False
        stopped.stop.click()
        return learnt(episode)

    stopped._learnt = press_stop
    stopped.begin.click()
    stopped.thread.join(60)
    assert len(stopped.history.episodes) == 1
    assert stopped.history.episodes == want.episodes[:1]
    assert "Training: stopped." in area(stopped)
    assert not stopped.begin.disabled


def test_an_error_while_training_is_shown() -> None:
    def fail(prompt: str) -> str:
        raise SettingError("the model is gone")

    agent = Rememberer(ScriptedLLM(fail), ExperienceMemory(BUTTONS.similarity()), BUTTONS)
    panel = view.watch_training(agent, ButtonsEnv(), range(2))
    panel.begin.click()
    panel.thread.join(60)
    assert "the model is gone" in panel.alert.value
    assert "stopped by an error" in area(panel)


def _learner() -> Rememberer:
    llm = ScriptedLLM(lambda prompt: "press(red) -> 1")
    return Rememberer(llm, ExperienceMemory(BUTTONS.similarity()), BUTTONS)
