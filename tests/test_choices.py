"""What may be answered on a page: all that is possible, and nothing else."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite import State
from rememberer_lite.domain import Domain
from rememberer_lite.envs import WORLDS
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.llm.schema import response_format
from rememberer_lite.prompts import choices_of, parse_reply
from rememberer_lite.prompts.choices import Choices, Form, chosen
from rememberer_lite.prompts.objects import action_lines
from rememberer_lite.state import SettingError


def pages(name: str, goals: int, steps: int = 6) -> list[State]:
    """The pages of a random walk."""
    world, rng = WORLDS[name], random.Random(name)
    env, seen = world.env(0), []
    for goal in range(goals):
        _, info = env.reset(options={"goal": goal})
        for _ in range(steps):
            seen.append(info["state"])
            action = world.domain.random_action(info["state"], rng)
            if action is None:
                break
            *_, info = env.step(action)
    return seen


def test_every_possible_action_and_every_search_is_allowed() -> None:
    for name in ("webshop", "wikihow"):
        domain: Domain = WORLDS[name].domain
        for state in pages(name, goals=10):
            choices = choices_of(domain, state)
            if choices is None:
                assert not domain.possible_actions(state)
                continue
            assert choices.actions == domain.possible_actions(state)
            search = domain.search_action(state, "red tea")
            assert bool(choices.forms) == (search is not None)
            assert search is None or choices.allow(search)
            assert not choices.allow("click[no such thing at all]")


def test_a_search_can_be_held_to_the_words_of_the_task() -> None:
    task = "i need a blue mug with a lid, and price lower than 20.00 dollars"
    page = State(task, "[Search]", ("search",))
    choices = choices_of(WEBSHOP, page, "task")
    assert choices is not None
    assert choices.forms == (Form("search[", "]", ("blue", "mug", "lid")),)
    assert choices.allow("search[blue mug]")
    assert not choices.allow("search[red mug]")
    assert choices_of(WEBSHOP, page).forms == (Form("search[", "]"),)

    screen = '<input id="4" clickable="true"></input>'
    app = choices_of(WIKIHOW, State("How to bake a Lobster Tail", screen), "task")
    assert app is not None
    assert app.forms == (Form("INPUT(4, ", ")", ("bake", "lobster", "tail")),)


def test_a_task_without_words_leaves_the_search_free() -> None:
    choices = choices_of(WEBSHOP, State("to the", "", ("search",)), "task")
    assert choices is not None
    assert choices.allow("search[anything]")


def test_where_nothing_can_be_done_there_are_no_choices() -> None:
    class Closed(type(WEBSHOP)):  # type: ignore[misc]
        def search_action(self, state: State, words: str) -> str | None:
            return None

    assert choices_of(Closed(), State("t", "Thank you", ())) is None


def test_choices_without_any_are_refused() -> None:
    with pytest.raises(SettingError, match="no choices"):
        Choices()


def test_a_character_that_came_in_halves_is_one_that_can_be_chosen() -> None:
    halves, whole = "click[\ud83d\ude00]", "click[\N{GRINNING FACE}]"
    assert Choices((halves,)).allow(whole)
    assert chosen(Choices((halves,)), f" {whole}\n") == whole
    assert chosen(Choices((halves,)), "click[buy now]") is None


# ---- as a JSON schema, for servers


def test_the_schema_holds_actions_and_patterns_and_nothing_else() -> None:
    choices = Choices(
        ('click[5" x]', "click[a]"),
        (Form("search[", "]", ("c++", "a.b", "tea", "x-y")), Form("INPUT(3, ", ")")),
    )
    wanted = response_format(choices)["json_schema"]
    assert wanted["strict"] is True
    action = wanted["schema"]["properties"]["action"]["anyOf"]
    assert action[0] == {"type": "string", "enum": ['click[5" x]', "click[a]"]}
    held, free = (re.compile(kind["pattern"]) for kind in action[1:])
    for text in ("search[c++ a.b tea]", "search[a.b x-y]"):
        assert held.search(text) and choices.allow(text), text
    for text in (
        "search[c++]",
        "search[aXb tea]",
        "search[tea a.b]",
        "search[tea tea]",
        "search[red tea cup]",
        "a search[c++ tea tea]",
    ):
        assert not held.search(text), text
    assert free.search("INPUT(3, how to bake)")
    for text in ("INPUT(3, )", "INPUT(4, tea)", "INPUT(3, a) -> 1)", "INPUT(3, two\nlines)"):
        assert not free.search(text), text


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_an_object_is_read_back_as_the_action_that_it_names(label: str, value: float) -> None:
    action = f"click[{label}]"
    line = action_lines(json.dumps({"action": action, "value": value}))
    assert parse_reply(line).action == action


@pytest.mark.parametrize("text", ["", "click[a] -> 1", "[1]", '{"action": 3}', "7", "{" * 9000])
def test_what_is_no_such_object_stays_as_it_came(text: str) -> None:
    assert action_lines(text) == text
