"""The limits that keep reading in linear time: what lies within them is read as before."""

from __future__ import annotations

import random

import pytest

from rememberer_lite import State
from rememberer_lite.domain import bracketed
from rememberer_lite.domain.page import LONGEST_LABEL
from rememberer_lite.envs.search import LONGEST_WORD, SearchIndex, analyse
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.webshop.pages import parse_action
from rememberer_lite.envs.webshop.scripted import Scripted
from rememberer_lite.prompts import parse_reply
from rememberer_lite.prompts.lines import MOST_ARROWS
from rememberer_lite.state import Decision, Recent


@pytest.mark.parametrize("length", [LONGEST_LABEL, LONGEST_LABEL + 1])
def test_a_label_is_clicked_up_to_the_longest(length: int) -> None:
    label = "a" * length
    ((piece,),) = bracketed(f"[{label}]", {label: "click"})
    assert (piece.action == "click") == (length <= LONGEST_LABEL)
    assert label in piece.text


def test_a_long_word_is_searched_in_pieces_as_in_lucene() -> None:
    word = "z" * LONGEST_WORD
    assert analyse(word) == [word]
    assert analyse(word + "mug") == [word, "mug"]
    assert SearchIndex([word + "mug", "pot"]).search("mug")[0][0] == 0


@pytest.mark.parametrize(
    ("action", "read"),
    [
        ("click[a [b]] now", ("click[a ", "b]")),
        ("click[a][b]", ("click[a]", "b")),
        ("click[[]]", ("click[", "]")),
        ("[a]", None),
        ("[[a]", ("[", "a")),
        ("click[]", None),
        ("click[a\n]", None),
        ("click]a[", None),
    ],
)
def test_an_action_is_read_to_its_last_brackets(action: str, read: tuple[str, str] | None) -> None:
    assert parse_action(action) == read


@pytest.mark.parametrize("price", ["", "free", "$", "$1.2.3", "[a]", "9" * 400])
def test_the_scripted_agent_passes_over_a_page_without_prices(price: str) -> None:
    page = f"[B000000001]\nclay mug\n{price}\n[B000000002]\ntin mug\n$5.0"
    state = State("a mug, and price lower than 9.00 dollars", page, ("b000000001", "b000000002"))
    decision = Scripted(WEBSHOP).act(state, Recent(), random.Random(0)).decision
    assert decision is not None and decision.action == "click[b000000002]"


@pytest.mark.parametrize("arrows", [MOST_ARROWS - 1, MOST_ARROWS, 10 * MOST_ARROWS])
def test_arrows_beyond_the_limit_hide_no_value(arrows: int) -> None:
    action = f"search[{'-> 1 ' * arrows}]"
    assert parse_reply(f"{action} -> 0.5 it fits") == Decision(action, 0.5, "it fits")
