"""The environment: every recorded page and reward, navigation, no-effects, Gymnasium's rules."""

from __future__ import annotations

import copy
import json
import random
import warnings
from pathlib import Path
from typing import Any

import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st
from webshop_shops import ATTRIBUTES, HUMAN, ITEMS, goal_of, recorded_shop, tiny_shop, traces

from rememberer_lite.envs.webshop import Catalogue, WebShopEnv, page_pattern
from rememberer_lite.envs.webshop.builtin import FILES, make_shop
from rememberer_lite.state import SettingError, State

SHOP = tiny_shop()
MUG = goal_of(SHOP, "B0MUG00001")


@pytest.fixture
def env() -> WebShopEnv:
    env = WebShopEnv(SHOP)
    env.reset(options={"goal": MUG})
    return env


def walk(env: WebShopEnv, *actions: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
    """Take the actions; what the last one gave."""
    for action in actions[:-1]:
        env.step(action)
    return env.step(actions[-1])


# -- the recordings ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["rememberer", "text_rich"])
def test_parity_with_the_recorded_environment(reference_data: Path, form: str) -> None:
    recorded = traces(reference_data)["envs"][form]
    shop = recorded_shop(reference_data)
    env = WebShopEnv(shop, observation=form, parity=True)  # type: ignore[arg-type]
    instructions = [goal.instruction for goal in shop.goals]
    episodes = [episode["steps"] for episode in recorded["episodes"]]
    states = 0
    for first, *steps in [*episodes, *recorded["probes"].values()]:
        # one probe starts with a name, for which the original drew a goal
        text = first["instruction"].removeprefix("Instruction: ")
        goal = first["reset"] if isinstance(first["reset"], int) else instructions.index(text)
        observation, info = env.reset(options={"goal": goal})
        assert info["state"].task == text
        assert observation == recorded["observations"][str(first["obs"])]
        for step in steps:
            observation, reward, done, truncated, info = env.step(step["action"])
            assert observation == recorded["observations"][str(step["obs"])], step
            assert list(info["actions"]) == step["available"][1], step
            assert (reward, done, truncated) == (step["reward"], step["done"], False), step
            # the original gives a whole number, not a fraction, for an action without effect
            assert bool(info["no_effect"]) == (step["reward_type"] == "int"), step
            states += 1
    assert states > 280


# -- pages ---------------------------------------------------------------------------------------


def test_the_papers_format(env: WebShopEnv) -> None:
    instruction = env.goals[MUG].instruction
    text, *_, info = env.step("search[spoon]")
    assert text == (
        f"\nInstruction: \n{instruction} \n[Back to Search]\nPage 1 (Total results: 14) \n[Next >]"
        "\n[B0SPOON000]\nSpoon Number 0 \n$10.0 \n[B0SPOON001]\nSpoon Number 1 \n$10.0 "
        "\n[B0SPOON002]\nSpoon Number 2 \n$10.0 "
    )
    assert info["actions"] == (
        "back to search",
        "next >",
        "b0spoon000",
        "b0spoon001",
        "b0spoon002",
    )
    assert info["state"] == State(instruction, text, info["actions"])


def test_the_text_format() -> None:
    env = WebShopEnv(SHOP, observation="text")
    env.reset(options={"goal": MUG})
    text, *_, info = walk(env, "search[clay]", "click[b0mug00001]", "click[description]")
    assert text == (
        f"Instruction: [SEP] {env.goals[MUG].instruction} [SEP] Back to Search [SEP] < Prev "
        "[SEP] A mug of clay."
    )
    assert info["actions"] == ("back to search", "< prev")


def test_the_originals_formats_have_ten_products_a_page() -> None:
    env = WebShopEnv(SHOP, observation="text_rich")
    *_, info = walk(env, "search[spoon]")
    assert len(info["actions"]) == 2 + 10
    *_, info = env.step("click[next >]")
    assert len(info["actions"]) == 3 + 4


def test_by_default_the_page_shows_the_truth(env: WebShopEnv) -> None:
    text, *_ = walk(
        env, 'search["small" clay]', "click[b0mug00001]", "click[größe blau]", "click[small]"
    )
    assert "[[größe blau]]" in text
    assert "[small]\nsize [[small]]" in text  # a value in two groups counts for the last
    text, *_ = env.step('click[say "hi" red]')
    assert '[[say "hi" red]]' in text
    assert "[größe blau]" in text
    assert text.startswith('\nYou have clicked small.\nYou have clicked say "hi" red.\nInstruction')


def test_parity_shows_what_the_original_shows() -> None:
    env = WebShopEnv(SHOP, parity=True)
    text, *_ = walk(env, 'search["small" clay]', "click[b0mug00001]", "click[größe blau]")
    assert "[größe blau]" in text
    assert "[[größe blau]]" not in text
    assert text.count("[[small]]") == 2
    assert env.reset(options={"goal": MUG})[0].startswith("\nWebShop")


# -- navigation ----------------------------------------------------------------------------------


def test_an_episode_ends_with_the_purchase(env: WebShopEnv) -> None:
    walk(env, "search[clay mug]", "click[B0MUG00001]", "click[Dusty Pink]")
    text, reward, done, truncated, info = env.step("click[Buy Now]")
    assert (reward, done, truncated) == (1.0, True, False)
    assert info["actions"] == ()
    assert info["reward_parts"]["reward"] == 1.0
    assert '{"color": "dusty pink"}' in text
    # afterwards nothing can be clicked; a search goes on, as in the original
    assert env.step("click[buy now]")[1:3] == (0.0, False)
    *_, info = env.step("search[clay mug]")
    assert "reward_parts" not in info
    assert "[[B0MUG00001]]" in info["state"].observation


def builtin_files(folder: Path) -> list[Path]:
    paths = [folder / name for name in FILES]
    for path, content in zip(paths, make_shop(0), strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    return paths


WRONG_SIZE = ("search[18 inch tape in hair]", "click[1147323425]", "click[14 inch]")


def test_which_rule_judges_the_options(tmp_path: Path) -> None:
    """Built-in shops ask for the very value; files and parity keep the original's rule."""
    builtin, files = Catalogue.builtin(0), Catalogue.from_files(*builtin_files(tmp_path))
    for env, rule, reward in (
        (WebShopEnv(), "exact", 2 / 3),
        (WebShopEnv(builtin), "exact", 2 / 3),
        (WebShopEnv(builtin, options_rule="exact"), "exact", 2 / 3),
        (WebShopEnv(builtin, options_rule="original"), "original", 1.0),
        (WebShopEnv(builtin, parity=True), "original", 1.0),
        (WebShopEnv(builtin, parity=True, options_rule="original"), "original", 1.0),
        (WebShopEnv(files), "original", 1.0),
        (WebShopEnv(files, parity=True), "original", 1.0),
        (WebShopEnv(files, options_rule="exact"), "exact", 2 / 3),
    ):
        env.reset(options={"goal": 0})
        _, paid, done, _, info = walk(env, *WRONG_SIZE, "click[buy now]")
        assert done
        assert paid == pytest.approx(reward)
        assert info["reward_parts"]["options_rule"] == env.options_rule == rule
        assert info["reward_parts"]["options_missing"] == ["18 inch"] * (rule == "exact")
        assert f"options_rule={rule!r}" in repr(env)
        env.reset(options={"goal": 0})
        right = (*WRONG_SIZE, "click[18 inch]", "click[buy now]")
        assert walk(env, *right)[1] == 1.0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"options_rule": "fuzzy"}, "exact"),
        ({"options_rule": ""}, "original"),
        ({"options_rule": "fuzzy", "parity": True}, "options_rule"),
        ({"options_rule": "exact", "parity": True}, "leave out options_rule='exact', or parity"),
    ],
)
def test_a_rule_that_cannot_be_is_an_error(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        WebShopEnv(SHOP, **wrong)
    with pytest.raises(SettingError, match="options_rule"):
        Catalogue(ITEMS, ATTRIBUTES, HUMAN, options_rule="fuzzy")  # type: ignore[arg-type]


def test_no_reward_parts_before_the_end(env: WebShopEnv) -> None:
    *_, info = walk(env, "search[clay mug]", "click[B0MUG00001]")
    assert "reward_parts" not in info


def test_options_are_kept_on_sub_pages_and_dropped_on_the_way_back(env: WebShopEnv) -> None:
    walk(env, "search[clay]", "click[b0mug00001]", "click[dusty pink]", "click[features]")
    text, *_ = env.step("click[< prev]")
    assert "[[dusty pink]]" in text
    text, *_ = walk(env, "click[< prev]", "click[b0mug00001]")
    assert "[[dusty pink]]" not in text


def test_back_to_search_forgets_what_was_visited(env: WebShopEnv) -> None:
    text, *_ = walk(env, "search[spoon]", "click[b0spoon000]", "click[< prev]")
    assert "[[B0SPOON000]]" in text
    text, *_ = walk(env, "click[back to search]", "search[spoon]")
    assert "[[B0SPOON000]]" not in text


def test_paging_past_the_end_and_back_to_the_same_page(env: WebShopEnv) -> None:
    text, *_, info = walk(env, "search[spoon]", "click[next >]", "click[b0spoon010]")
    text, *_, info = env.step("click[< prev]")
    assert "Page 2 (Total results: 14)" in text
    text, *_, info = env.step("click[next >]")
    assert info["actions"] == ("back to search", "< prev", "next >")
    assert "Page 3 (Total results: 14)" in text


def test_an_option_named_like_a_sub_page_opens_the_sub_page(env: WebShopEnv) -> None:
    *_, info = walk(env, "search[odd options]", "click[1580629571]")
    assert info["actions"].count("features") == 1
    *_, info = env.step("click[features]")
    assert info["actions"] == ("back to search", "< prev")


def test_random_products_stay_the_same_while_paging() -> None:
    shop = Catalogue.builtin()
    env = WebShopEnv(shop)
    env.reset(seed=1, options={"goal": 0})
    first, *_ = env.step("search[<r>]")
    second, *_ = walk(env, "click[next >]", "click[< prev]")
    assert "Total results: 50" in first
    assert first == second
    assert env.step("search[<r>]")[0] != first  # another draw


def test_category_and_class_searches(env: WebShopEnv) -> None:
    *_, info = env.step("search[<c> office]")
    assert info["actions"][2:] == ("b0xyzab003",)
    *_, info = env.step("search[<q> lamp]")
    assert info["actions"][2:] == ("b0xyzab003",)


# -- actions without effect ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("", "no action"),
        ("search[]", "no action"),
        ("search tea", "no action"),
        (" search[tea]", "no action"),
        ("Search[tea]", "no action"),
        ("search[tea\nblack]", "no action"),
        ("think[what next?]", "no action"),
        ("click[search]", "cannot be clicked"),
        ("click[b0mug00002]", "not on the page"),
        ("click[buy now]", "not on the page"),
        ("search[<c>]", "needs a category"),
        ("search[<a> hand made]", "not supported"),
    ],
)
def test_malformed_actions_are_counted_and_do_nothing(
    env: WebShopEnv, action: str, why: str
) -> None:
    env.parity = action.strip().lower() == "search[tea]"  # without, such spellings are understood
    before, *_ = walk(env, "search[clay]")
    text, reward, done, _, info = env.step(action)
    assert (text, reward, done) == (before, 0.0, False)
    assert why in info["no_effect"]
    assert info["no_effects"] == 1
    assert env.step(action)[4]["no_effects"] == 2
    assert env.step("click[next >]")[4]["no_effect"] == ""
    assert env.reset(options={"goal": MUG})[1]["no_effects"] == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_walk_keeps_page_and_actions_together(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["rememberer", "text_rich", "text"]))
    env = WebShopEnv(SHOP, observation=form)
    text, info = env.reset(options={"goal": data.draw(st.integers(0, len(env.goals) - 1))})
    for _ in range(12):
        clicks = [f"click[{thing}]" for thing in info["actions"]]
        queries = ["search[spoon]", "search[mug]", "search[odd]", "search[<r>]"]
        action = data.draw(st.sampled_from(clicks + queries) | st.text(max_size=20))
        before = text
        text, reward, done, _, info = env.step(action)
        assert text == info["state"].observation
        assert 0 <= reward <= 1
        assert done == (action == "click[buy now]" and not info["no_effect"])
        if info["no_effect"]:
            assert text == before
        if action in clicks + queries:
            assert bool(info["no_effect"]) == (action == "click[search]")
        for thing in info["actions"]:
            assert thing in text.lower()
        shown = text.lower()
        kind = page_pattern(info["actions"])
        assert (kind == "results") == ("total results" in shown)
        assert (kind == "item") == ("rating: n.a." in shown)
        assert (kind == "unknown") == ("thank you for shopping" in shown)


# -- Gymnasium -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["rememberer", "text_rich", "text"])
def test_gymnasiums_checker_has_nothing_to_say(form: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_env(WebShopEnv(SHOP, observation=form, render_mode="ansi"))
    said = [str(warning.message) for warning in caught]
    assert not [text for text in said if "not having a spec" not in text]  # it is no registered one


def test_spaces_accept_any_text() -> None:
    env = WebShopEnv(SHOP)
    assert "größe 🍵 \udcff" in env.action_space
    assert 5 not in env.observation_space
    env.action_space.seed(0)
    first = [env.action_space.sample() for _ in range(5)]
    env.action_space.seed(0)
    assert first == [env.action_space.sample() for _ in range(5)]
    for action in first:
        env.step(action)


def test_random_goals_repeat_with_the_seed_and_without_one() -> None:
    env = WebShopEnv(Catalogue.builtin())
    draws = [env.reset(seed=7, options={})[1]["goal"] for _ in range(3)]
    assert len(set(draws)) == 1
    follow = [env.reset()[1]["goal"] for _ in range(20)]
    assert len(set(follow)) > 10
    fresh = [WebShopEnv(env.catalogue).reset()[1]["goal"] for _ in range(2)]
    assert fresh[0] == fresh[1]  # defect 33: nothing is drawn from the clock


@pytest.mark.parametrize("goal", [-1, 2, "0", 1.0, True])
def test_a_goal_that_does_not_exist_is_an_error(goal: Any) -> None:
    with pytest.raises(SettingError, match="goal"):
        WebShopEnv(SHOP).reset(options={"goal": goal})


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(SettingError, match="text_rich"):
        WebShopEnv(SHOP, observation="html")  # type: ignore[arg-type]


def test_copies_go_their_own_way(env: WebShopEnv) -> None:
    walk(env, "search[clay]", "click[b0mug00001]")
    other = copy.deepcopy(env)
    assert other.catalogue is env.catalogue
    text, *_ = other.step("click[dusty pink]")
    assert "[[dusty pink]]" in text
    assert "[[dusty pink]]" not in env.step("click[large | tall]")[0]


def test_render_gives_the_page() -> None:
    env = WebShopEnv(SHOP, render_mode="ansi")
    text, _ = env.reset(options={"goal": 0})
    assert env.render() == text
    assert WebShopEnv(SHOP).render() is None


def test_a_random_player_buys_in_the_builtin_shop() -> None:
    env, rng = WebShopEnv(), random.Random(0)
    rewards = []
    for goal in range(20):
        env.reset(options={"goal": goal})
        *_, info = env.step(f"search[{env.goals[goal].product.query}]")
        *_, info = env.step(f"click[{rng.choice(info['actions'][2:])}]")
        _, reward, done, _, info = env.step("click[buy now]")
        assert done
        rewards.append(reward)
    assert 0 < sum(rewards) / len(rewards) < 1
