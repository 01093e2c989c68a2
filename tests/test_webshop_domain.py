"""The domain: page patterns on real and built-in pages, actions, similarity, initial records."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.envs.webshop import WEBSHOP, Catalogue, WebShopEnv, page_pattern
from rememberer_lite.envs.webshop.domain import content_words
from rememberer_lite.envs.webshop.pages import parse_action
from rememberer_lite.envs.webshop.patterns import PATTERNS, open_pattern_of
from rememberer_lite.prompts import template
from rememberer_lite.state import Recent, State

BUTTONS = "Search|Back to Search|Next >|< Prev|Description|Features|Reviews|Buy Now"


def read_clickables(page: str) -> list[str]:
    """What can be clicked on a page in the paper's format, read off its text."""
    things: list[str] = []
    for line in page.split("\n"):
        whole = re.fullmatch(r"\[(.+)\] ?", line)
        options = re.fullmatch(r"[^\[\]]+ (\[.+\])", line)  # a title line ends with a blank
        if options:
            things += options[1][1:-1].split("][")
        elif whole and re.fullmatch(rf"[A-Z0-9]{{10}}|{BUTTONS}", whole[1]):
            things.append(whole[1])
    return [thing.lower() for thing in things]


def kind_of(page: str) -> str:
    """The kind of a real page, from words that do not depend on what can be clicked."""
    if page.startswith("\nWebshop"):
        return "search"
    return "results" if "(Total results: " in page else "item" if "\nPrice: " in page else "other"


@pytest.fixture(scope="module")
def real(reference_data: Path) -> dict[str, Any]:
    """250 episodes of an agent on the real site."""
    recorded: dict[str, Any] = json.loads(
        (reference_data / "react_trajectories.json").read_text(encoding="utf-8")
    )
    return recorded


def test_real_pages_are_classified_rightly(real: dict[str, Any]) -> None:
    pages = [page for e in real["episodes"] for _, page in e["steps"] if page.startswith("\n")]
    assert {kind: sum(kind_of(p) == kind for p in pages) > 200 for kind in PATTERNS[:3]} == {
        "search": True,
        "results": True,
        "item": True,
    }
    for page in pages:
        assert page_pattern(read_clickables(page)) == kind_of(page), page


def test_clickable_things_are_found_in_the_text_of_real_pages(real: dict[str, Any]) -> None:
    """The parser is checked against the recorded options, so that it cannot be blind itself."""
    opened = 0
    for episode in real["episodes"]:
        for action, page in episode["steps"]:
            verb, thing = parse_action(action) or ("", "")
            options = real["items"].get(thing.upper(), {}).get("options")
            if verb == "click" and page.startswith("\n") and options:
                values = [value for group in options.values() for value in group]
                assert [t for t in read_clickables(page) if t in values] == values
                opened += 1
    assert opened > 100


def test_actions_that_the_real_site_accepted_are_possible(real: dict[str, Any]) -> None:
    clicks = 0
    for episode in real["episodes"]:
        state = State("", "")
        for action, answer in episode["steps"]:
            if action.startswith(("search", "click")) and "Invalid" not in answer:
                assert parse_action(action), action
                if action.startswith("click"):
                    assert WEBSHOP.normalise(action) in WEBSHOP.possible_actions(state), action
                    clicks += 1
            if answer.startswith("\n"):
                things = read_clickables(answer)
                state = State(episode["instruction"], answer, tuple(things))
    assert clicks > 700


@cache
def builtin_states() -> list[State]:
    """Every page of some long walks through the built-in shop."""
    env, rng, states = WebShopEnv(), random.Random(0), []
    for goal in range(12):
        _, info = env.reset(options={"goal": goal})
        for _ in range(60):
            states.append(info["state"])
            action = WEBSHOP.random_action(info["state"], rng) or "search[<r>]"
            *_, info = env.step(action)
    return states


def test_defect_08_page_two_and_any_product_code_are_known() -> None:
    """The published code takes a page for results only where ASINs look like `b0` + digit."""
    kinds = set()
    for state in builtin_states():
        text = state.observation
        expected = (
            "search" if "\nWebShop " in text
            else "results" if "(Total results: " in text
            else "item" if "\nRating: N.A." in text
            else "unknown" if "Thank you for shopping" in text
            else "other"
        )  # fmt: skip
        assert page_pattern(state.actions) == expected, state.actions
        kinds.add(expected)
    assert kinds == {*PATTERNS, "unknown"}
    env = WebShopEnv()
    asins = [product.asin.lower() for product in env.catalogue.products]
    assert any(re.match(r"b0[a-z]{2}", asin) for asin in asins)
    assert any(asin.isdigit() for asin in asins)  # like an ISBN
    env.step("search[gift]")
    for _ in range(8):
        *_, info = env.step("click[next >]")
        assert page_pattern(info["actions"]) == "results"  # page 2 and later, past the end too


@pytest.mark.parametrize(
    ("actions", "kind"),
    [
        (("search",), "search"),
        (("back to search", "next >"), "results"),
        (("back to search", "next >", "b0bxqjhn4g"), "results"),
        (("back to search", "< prev", "next >", "0061120081"), "results"),
        (("back to search", "< prev"), "other"),
        ((), "unknown"),
        (("home", "cart"), "unknown"),
    ],
)
def test_page_patterns(actions: tuple[str, ...], kind: str) -> None:
    assert page_pattern(actions) == kind


ITEM = ("back to search", "< prev", "description", "features", "reviews", "buy now")


@given(st.lists(st.sampled_from([*ITEM, "next >", "search", "b0bxqjhn4g", "red"])), st.randoms())
def test_options_named_like_buttons_leave_an_item_an_item(
    options: list[str], rng: random.Random
) -> None:
    actions = list(dict.fromkeys([*ITEM, *options]))
    rng.shuffle(actions)
    assert page_pattern(actions) == "item"


# -- actions -------------------------------------------------------------------------------------


def test_possible_actions_are_the_clicks_in_order() -> None:
    state = State("t", "", ("back to search", "< prev", "red, white", "search"))
    assert WEBSHOP.possible_actions(state) == (
        "click[back to search]",
        "click[< prev]",
        "click[red, white]",
    )


def test_defect_31_a_random_search_takes_words_of_the_task_alone() -> None:
    rng = random.Random(0)
    env = WebShopEnv()
    for goal in range(200):
        _, info = env.reset(options={"goal": goal})
        action = WEBSHOP.random_action(info["state"], rng)
        assert action
        _, query = parse_action(action) or ("", "")
        assert "instruction" not in query
        assert all(word in info["state"].task.lower() for word in query.split())
        assert "dollars" not in query
        assert env.step(action)[4]["no_effect"] == ""


def test_random_actions_avoid_what_is_excluded() -> None:
    rng, task = random.Random(0), "i need a red mug"
    first = State(task, "", ("search",))
    queries = {WEBSHOP.random_action(first, rng) for _ in range(50)}
    assert queries == {"search[red mug]"}
    assert WEBSHOP.random_action(first, rng, exclude=queries) is None  # type: ignore[arg-type]
    page = State(task, "", ("back to search", "next >"))
    assert WEBSHOP.random_action(page, rng, exclude={"click[next >]"}) == "click[back to search]"
    assert WEBSHOP.random_action(State(task, "", ()), rng) is None
    assert WEBSHOP.random_action(State("i need a", "", ("search",)), rng) is None


def test_content_words_leave_out_filler_and_the_limit() -> None:
    task = (
        "i'm looking for a 12 ounce, non-gmo herbal tea for mom, and price lower than 40.00 dollars"
    )
    assert content_words(task) == ["12", "ounce", "non-gmo", "herbal", "tea", "mom"]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("click[B0MUG00001]", "click[b0mug00001]"),
        (" Search[Tea] ", "search[tea]"),  # the original knows the verb in lower case only
        ("search[a [b] C] and more", "search[a [b] C] and more"),
        ("click[Red] because [it] fits", "click[Red] because [it] fits"),  # nor does the shop
        ("nonsense", "nonsense"),
    ],
)
def test_normalise(written: str, normal: str) -> None:
    assert WEBSHOP.normalise(written) == normal


@given(st.text(max_size=30), st.sampled_from(["", "click[{}]", "search[{}]"]))
def test_normalising_changes_nothing_for_the_shop(text: str, form: str) -> None:
    action = form.format(text).strip() if form else text.strip()
    assert WEBSHOP.normalise(WEBSHOP.normalise(action)) == WEBSHOP.normalise(action)
    assert parse_action(WEBSHOP.normalise(action)) == parse_action(action)


# -- prompt and similarity -----------------------------------------------------------------------


def test_the_prompt_shows_task_page_and_one_action_a_line() -> None:
    state = State("buy a mug", "\n[Back to Search]", ("back to search", "red, white"))
    text = WEBSHOP.describe(state, Recent(("search[a]", "search[b]")))
    assert "\n- click[back to search]\n- click[red, white]" in text
    assert "search[b]" in text
    assert "buy a mug" in text
    assert len(WEBSHOP.principles) == 9
    assert "search[words]" in template(WEBSHOP)


def test_similarity_mixes_task_and_page_pattern() -> None:
    search = State("buy green tea", "", ("search",))
    item = State("buy green tea", "", ITEM)
    sub = State("buy green tea", "", ("back to search", "< prev"))
    lost = State("buy green tea", "", ())
    similarity = WEBSHOP.similarity(weight=0.25)
    assert similarity(item, sub).observation_similarity == pytest.approx(0.3)
    assert similarity(item, sub).similarity == pytest.approx(0.25 + 0.75 * 0.3)
    assert similarity(item, search).similarity == pytest.approx(0.25)
    assert similarity(lost, item).observation_similarity == 0
    assert similarity(lost, lost).observation_similarity == 1


def test_initial_records_are_real_pages_of_the_shop() -> None:
    records = WEBSHOP.initial_records()
    assert set(records) == {"E0", "E1", "E2"}
    for name, record_set in records.items():
        assert record_set, name
        for record in record_set:
            assert page_pattern(record.state.actions) in PATTERNS
            assert not record.state.task.lower().startswith("instruction")
            for action in record.actions:
                assert parse_action(action), action
    memory = WEBSHOP.initial_memory("E1")
    assert len(memory) == len(records["E1"])
    assert WEBSHOP.initial_records() is records  # read once


def test_defect_34_the_shop_needs_no_other_environment(run_python: Callable[..., str]) -> None:
    loaded = run_python(
        "import sys\n"
        "from rememberer_lite.envs.webshop import WebShopEnv\n"
        "WebShopEnv().reset(options={'goal': 0})\n"
        "print('\\n'.join(sys.modules))"
    ).split()
    assert "rememberer_lite.envs.webshop.env" in loaded
    others = ("rememberer_lite.envs.wikihow", "android_env", "dm_env", "google.protobuf", "torch")
    assert not [name for name in loaded if name.startswith(others)]
    assert not [name for name in loaded if name.partition(".")[0] in ("openai", "matplotlib")]


def test_two_catalogues_share_no_state_with_the_domain() -> None:
    one, two = (WebShopEnv(Catalogue.builtin(seed=seed)) for seed in (1, 2))
    assert one.reset(options={"goal": 0})[0] != two.reset(options={"goal": 0})[0]


def test_a_similarity_can_see_open_options() -> None:
    actions = ("back to search", "< prev", "buy now", "red", "blue")
    open_, done = (State("t", f"\ncolor [red]{blue}\n", actions) for blue in ("[blue]", "[[blue]]"))
    assert [open_pattern_of(page) for page in (open_, done)] == ["open", "item"]
    search, sub_page = State("t", "", ("search",)), State("t", "", ("back to search", "< prev"))
    assert open_pattern_of(search) == "search"

    seen = WEBSHOP.similarity(0.0, options_open=True)
    assert seen(open_, done).similarity == pytest.approx(0.3)
    assert seen(open_, open_).similarity == 1.0
    assert seen(open_, sub_page).similarity == 0.0
    assert WEBSHOP.similarity(0.0)(open_, done).similarity == 1.0, "the paper's tells no difference"
    assert seen.settings != WEBSHOP.similarity(0.0).settings
