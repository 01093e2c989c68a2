"""The widgets without a browser: what their controls change, and what they leave alone."""

from __future__ import annotations

import copy
import random
import re
from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import IPython
import ipywidgets as widgets
import pytest
import view_demo as demo
from buttons import DOMAIN as BUTTONS
from buttons import ButtonsEnv, ManyButtonsEnv, ScriptedLLM
from IPython.core.formatters import DisplayFormatter

import rememberer_lite
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
from rememberer_lite.similarity import from_function
from rememberer_lite.state import Recent, SettingError
from rememberer_lite.training import History
from rememberer_lite.view.html.exemplars import recall
from rememberer_lite.view.html.markup import Html
from rememberer_lite.view.html.memory_browser import Shelf
from rememberer_lite.view.plots import success_curve
from rememberer_lite.view.widgets.game import Game, end_html
from rememberer_lite.view.widgets.panel import Panel, button
from rememberer_lite.view.widgets.play import play


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
        view.open_stand_in(lambda value: f"{PROMPT} -> {value}{NOW}"),
        view.play(WebShopEnv()),
    ]


def test_each_carries_a_static_view_that_is_the_same_at_every_run(
    shop: tuple[Rememberer, History],
) -> None:
    for one, other in zip(panels(shop), panels(demo.trained()), strict=True):
        bundle = one._repr_mimebundle_()
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == one.model_id
        assert bundle["text/plain"].startswith("▶ Run this cell to ")
        assert bundle["text/html"].count('class="rl"') == 1
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
    panel = Panel([press], [], view.state_html(State("t", "o")), "press")
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
            got = agent.memory.with_weight(weight).retrieve(step.state)
            want = oracle.retrieve(step.state)
            shown = [exemplar.match for exemplar in recall(agent, step.state, weight)]
            assert shown == want[: agent.exemplar_count]
            assert [(m.experience.id, m.similarity) for m in got] == [
                (m.experience.id, m.similarity) for m in want
            ]


def test_at_the_agent_s_own_weight_its_own_exemplars_are_shown(
    shop: tuple[Rememberer, History],
) -> None:
    agent, history = shop
    state = history.episodes[-1].steps[0].state
    wanted = agent.memory.rank(state, agent.exemplar_count)
    for weight in (None, agent.memory.similarity.weight):
        assert [e.match for e in recall(agent, state, weight)] == wanted


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
        assert f"Example 2, the most similar: record #{best.experience.id}," in shown
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


def test_the_static_list_is_short_and_writes_a_task_once(
    shop: tuple[Rememberer, History],
) -> None:
    memory = shop[0].memory
    shown = view.browse_memory(memory).static.plain
    tasks = [record.state.task for record in memory][:8]
    again = sum(one == other for one, other in pairwise(tasks))
    assert 0 < again == shown.count("| the same |")
    assert f"… and {len(memory) - 8} more" in shown


def test_the_browser_shows_a_record_its_neighbours_and_its_file(
    shop: tuple[Rememberer, History],
) -> None:
    memory = shop[0].memory
    panel = view.browse_memory(memory)

    def listed() -> str:
        return Html(panel.listing.value).plain

    assert f"{len(memory)} of {len(memory)} records found; records 1 to 8 " in listed()
    control(panel, "Search").value = "no such words anywhere"
    assert "No record passes the search and the filters." in listed()
    control(panel, "Search").value = ""
    rows = [row for row in panel.rows.children if isinstance(row, widgets.Button)]
    assert len(rows) == 8
    rows[3].click()
    assert ["rl-chosen" in row._dom_classes for row in rows].index(True) == 3
    shown = Html(panel.full.value).plain
    matches = copy.deepcopy(memory).retrieve(memory_record(memory, 3).state)
    nearest = next(match for match in matches if match.experience.id != 3)
    assert f"#{nearest.experience.id} |" in shown.split("Nearest neighbours of record #3")[1]
    assert '"format": "rememberer-lite memory"' in shown
    control(panel, "Next page").click()
    assert "records 9 to 16 " in listed()
    assert Html(panel.full.value).plain == shown  # what was chosen stays
    while not panel.forth.disabled:
        panel.forth.click()
    assert f" to {len(memory)} are listed" in listed()


def memory_record(memory: ExperienceMemory, number: int) -> Any:
    return next(record for record in memory if record.id == number)


def test_an_empty_memory_says_so() -> None:
    memory = ExperienceMemory(from_function(lambda a, b: 0.0))
    panel = view.browse_memory(memory)
    assert "the memory is empty" in panel.listing.value
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


# ---- open_stand_in

PROMPT = """### Example 1
Task:
  press the green button
Possible actions:
- press(red)
- press(green)
Encouraged:
press(green)"""
NOW = """
### Now
Task:
  press the blue button
Possible actions:
- press(red)
- press(blue)
Encouraged:
"""


def test_the_stand_in_is_opened_under_any_value_of_its_examples() -> None:
    panel = view.open_stand_in(lambda value: f"{PROMPT} -> {value}{NOW}")
    found = {}
    for value in (0.0, 0.5, 0.9, 1.0):
        control(panel, "v, value of the examples").value = value
        row = re.search(r"^press\(blue\) \| (.+)$", area(panel), re.MULTILINE)
        assert row
        habit, examples, score, chance = (float(x) for x in row[1].split(" | ")[:4])
        assert score == pytest.approx(habit + examples, abs=0.002)
        found[value] = examples, chance
    assert found[0.0][0] == 0 < found[1.0][0]
    assert found[0.9][0] == pytest.approx(found[1.0][0] * 0.9**8, abs=0.001), "the eighth power"
    assert found[0.0][1] < found[0.9][1] < found[1.0][1]
    assert "finds nothing" in view.stand_in_html("").plain
    assert "1 more, together 0.00" in view.stand_in_html(PROMPT + " -> 1" + NOW, limit=1).plain


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
    assert " wishes" in shown
    assert "What the reward was made of" in shown
    assert f"step 3 of {panel.game.max_steps}" in shown
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


def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the notebook was given to display."""
    seen: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda thing, **_: seen.append(thing))
    return seen


def test_watched_training_is_that_of_train_and_leaves_its_curve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, drawn = shown(monkeypatch), []
    monkeypatch.setattr(
        import_module("rememberer_lite.view.widgets.watch_training"),
        "success_curve",
        lambda unseen, levels: drawn.append(len(unseen.measured)) or success_curve(unseen, levels),
    )
    watched = view.watch_training(
        _learner(), ManyButtonsEnv(), range(3), range(4, 7), epochs=2, every=1, max_steps=4
    )
    want = train(_learner(), ManyButtonsEnv(), range(3), epochs=2, max_steps=4, progress=False)  # type: ignore[arg-type]
    assert watched == want
    live, curve = seen
    assert live["text/html"].strip() == "<span></span>", "without a kernel the curve alone remains"
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "goals never met" in curve.reading
    assert drawn == [*range(1, len(curve.rows) + 1), len(curve.rows)], "it grows"
    assert curve.rows[-1][0] == "6", "the training is over"


def test_watched_training_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = shown(monkeypatch)
    replies = iter(range(1000))

    def interrupted(prompt: str) -> str:
        if next(replies) == 10:
            raise KeyboardInterrupt
        return "press(red) -> 1"

    agent = Rememberer(ScriptedLLM(interrupted), ExperienceMemory(BUTTONS.similarity()), BUTTONS)
    history = view.watch_training(agent, ManyButtonsEnv(), range(8), range(9, 11), epochs=2)
    assert 0 < len(history.episodes) < 16
    assert f"Stopped after {len(history.episodes)} episodes" in capsys.readouterr().out
    assert "goals never met" in seen[-1].reading


def test_an_error_while_training_is_raised_in_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(prompt: str) -> str:
        raise SettingError("the model is gone")

    shown(monkeypatch)
    agent = Rememberer(ScriptedLLM(fail), ExperienceMemory(BUTTONS.similarity()), BUTTONS)
    with pytest.raises(SettingError, match="the model is gone"):
        view.watch_training(agent, ManyButtonsEnv(), range(2), range(3, 5))
    with pytest.raises(SettingError, match="are trained"):
        view.watch_training(_learner(), ManyButtonsEnv(), range(2), range(1, 5))


def _learner() -> Rememberer:
    llm = ScriptedLLM(lambda prompt: "press(red) -> 1")
    return Rememberer(llm, ExperienceMemory(BUTTONS.similarity()), BUTTONS)


def test_a_game_that_a_step_limit_ends_is_not_solved() -> None:
    class Cut(ButtonsEnv):
        def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
            observation, _, _, _, info = super().step(action)
            return observation, 1.0, False, True, info

    game = Game(Cut(), BUTTONS)
    game.do("press(red)")
    assert game.done and "Not solved" in end_html(game).plain


def test_a_game_ends_at_its_own_step_limit_as_training_does() -> None:
    panel = play(WikiHowEnv(), max_steps=2)
    panel.do("SCROLL(DOWN)")
    assert not panel.game.done and "step 2 of 2" in panel.head.value
    panel.do("SCROLL(UP)")
    assert panel.game.done and "Not solved within 2 steps" in Html(panel.end.value).plain
    with pytest.raises(SettingError, match="the episode is over"):
        panel.do("SCROLL(UP)")


def test_each_wish_of_a_purchase_gets_a_tick_or_a_cross() -> None:
    env = WebShopEnv()
    game = Game(env, WEBSHOP, goal=2)
    game.do("search[herbal tea]")
    game.do(next(a for a in WEBSHOP.possible_actions(game.state) if a.startswith("click[b0")))
    game.do("click[buy now]")
    parts = game.reward_parts
    wanted = [f"✓ {a}" for kind in ("attributes", "options") for a in parts[f"{kind}_matched"]]
    wanted += [f"✗ {a}" for kind in ("attributes", "options") for a in parts[f"{kind}_missing"]]
    shown = end_html(game).plain
    assert all(f"\n{line}\n" in shown for line in wanted)
    met = len(parts["attributes_matched"]) + len(parts["options_matched"]) + parts["price_ok"]
    assert shown.startswith(f"✗ Not solved: {met} of {len(wanted) + 1} wishes")


def test_enter_searches_and_the_field_is_empty_afterwards() -> None:
    panel = play(WebShopEnv())
    panel.words.value = "tea"
    panel.words._handle_custom_msg({"event": "submit"}, [])
    assert [move.action for move in panel.game.moves] == ["search[tea]"]
    assert panel.words.value == ""


def test_one_button_matters_most() -> None:
    def primary(panel: Any) -> list[str]:
        waiting, found = [panel], list[str]()
        while waiting:
            widget = waiting.pop()
            waiting += getattr(widget, "children", ())
            if getattr(widget, "button_style", "") == "primary":
                found.append(widget.description)
        return found

    panel = play(WebShopEnv(), goal=2)
    assert primary(panel) == ["Search"]
    panel.do("search[herbal tea]")
    assert primary(panel) == ["Search"]
    panel.do(next(a for a in WEBSHOP.possible_actions(panel.game.state) if "click[b0" in a))
    assert primary(panel) == ["Buy Now"]


def test_the_last_line_of_a_cell_shows_a_memory_an_episode_or_a_run_as_a_table(
    shop: tuple[Rememberer, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    rememberer_lite._show_as_views()
    agent, history = shop
    shown = {}
    for value in (agent.memory, history, history.episodes[0]):
        bundle, _ = shell.display_formatter.format(value)
        shown[type(value).__name__] = bundle
        assert "<table" in bundle["text/html"] and bundle["text/plain"] == repr(value)
    assert "Memory: " in shown["ExperienceMemory"]["text/html"]
    assert f"Training: {len(history.episodes)} episodes" in shown["History"]["text/html"]
