"""A page as a person would see it, made by hand and against the recordings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import view_demo as demo
import yaml
from buttons import DOMAIN as BUTTONS

from rememberer_lite import State
from rememberer_lite.domain import argument
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.envs.wikihow.drawing import is_screen
from rememberer_lite.view import state_html

ITEM = State(
    "buy tea",
    "\nYou have clicked b.\nInstruction: \nbuy tea \n[Back to Search]\n[B012345678]\n"
    "Tea [Pack of 3] \n$3.50 \n[[B087654321]]\nsize [a, b [x]][[b]]\n[Buy Now]",
    ("back to search", "buy now", "b012345678", "b087654321", "a, b [x]", "b"),
)
SCREEN = State(
    "find",
    '<button alt="Open navigation drawer" id="0" clickable="true"></button>\n'
    '<img class="search button" alt="Search" id="1" clickable="true">\n'
    '<input class="search input" value="old words" type="text" id="2" clickable="true">\n'
    '<p id="3" clickable="true">check </p>\n<p id="4" clickable="true">this</p>\n'
    '<p id="5" clickable="false">5 &lt; 6&#10;next</p>\n'
    '<div class="statusBarBackground" id="6" clickable="false"></div>',
)


def test_a_shop_page_is_read_into_pieces() -> None:
    pieces = [(p.text, p.kind, p.chosen) for line in WEBSHOP.pieces(ITEM) for p in line]
    assert pieces == [
        ("You have clicked b.", "text", False),
        ("Instruction:", "text", False),
        ("buy tea", "text", False),
        ("Back to Search", "button", False),
        ("B012345678", "link", False),
        ("Tea [Pack of 3]", "text", False),
        ("$3.50", "text", False),
        ("B087654321", "link", True),
        ("size", "text", False),
        ("a, b [x]", "option", False),
        ("b", "option", True),
        ("Buy Now", "button", False),
    ]
    actions = [p.action for line in WEBSHOP.pieces(ITEM) for p in line if p.action]
    assert actions == [
        "click[back to search]", "click[b012345678]", "click[b087654321]", "click[a, b [x]]",
        "click[b]", "click[buy now]",
    ]  # fmt: skip


def test_the_rich_format_is_read_alike() -> None:
    page = (
        "[button] Back to Search [button_]\nsize\n  [button] a [button_]\n"
        "  [clicked button] b [clicked button_]"
    )
    pieces = [
        p for line in WEBSHOP.pieces(State("t", page, ("back to search", "a", "b"))) for p in line
    ]
    assert [(p.text, p.kind, p.chosen) for p in pieces] == [
        ("Back to Search", "button", False), ("size", "text", False),
        ("a", "option", False), ("b", "option", True),
    ]  # fmt: skip


def test_a_screen_is_read_into_pieces() -> None:
    lines = [[(p.id, p.text, p.kind, p.action) for p in line] for line in WIKIHOW.pieces(SCREEN)]
    assert lines == [
        [("0", "Open navigation drawer", "button", "CLICK(0)")],
        [("1", "Search", "image", "CLICK(1)")],
        [("2", "old words", "field", "CLICK(2)")],
        [("3", "check", "link", "CLICK(3)"), ("4", "this", "link", "CLICK(4)")],
        [("5", "5 < 6\nnext", "text", "")],
    ]


@pytest.mark.parametrize(
    ("state", "action", "marked"),
    [
        (ITEM, "click[Buy Now]", "▶ [Buy Now]"),
        (ITEM, "click[b]", "▶ ☑ b"),
        (SCREEN, "CLICK(4)", "▶ 4 this"),
        (SCREEN, "INPUT(1, tea)", "▶ 1 image: Search"),
        (ITEM, "search[tea]", ""),
        (SCREEN, "GOBACK", ""),
        (SCREEN, "CLICK(44)", ""),
    ],
)
def test_the_action_is_marked_where_it_touches_the_page(
    state: State, action: str, marked: str
) -> None:
    shown = state_html(state, action)
    assert shown.count('class="rl-taken"') == bool(marked)
    framed = re.search(r"<mark.*?</mark>", shown)
    assert framed is None or "border" not in framed[0].split(">", 1)[1], "one frame is enough"
    assert marked in shown.plain
    assert action in shown.plain  # the action stands above the page in any case


def test_a_third_domain_shows_its_page_and_its_actions() -> None:
    state = State("press red", "0 pressed", ("red", "green"))
    assert "Also possible: press(red) press(green)" in state_html(state, domain=BUTTONS).plain
    assert "Also possible: red green" in state_html(state).plain


def test_what_only_looks_like_a_button_is_none() -> None:
    """The shop's search button cannot be clicked; its domain knows."""
    state = State("buy tea", "\nWebShop \n[Search]", ("search",))
    [piece] = [p for line in WEBSHOP.pieces(state) for p in line if p.kind == "button"]
    possible = WEBSHOP.possible_actions(state)
    assert piece.action in ("", *possible)


def test_every_clickable_of_the_recorded_shops_is_found(reference_data: Path) -> None:
    traces = json.loads((reference_data / "webshop_traces.json").read_text(encoding="utf-8"))
    pages = 0
    for env in traces["envs"].values():
        for episode in env["episodes"]:
            for step in episode["steps"]:
                if "obs" not in step or not step["available"]:
                    continue
                clickables = [text.lower() for text in step["available"][1]]
                state = State("t", env["observations"][str(step["obs"])]
                              if isinstance(env["observations"], dict)
                              else env["observations"][step["obs"]], tuple(clickables))  # fmt: skip
                pieces = [p for line in WEBSHOP.pieces(state) for p in line]
                found = {p.text.lower() for p in pieces if p.kind != "text"}
                assert found == set(clickables), state.observation
                pages += 1
    assert pages > 100


def test_every_element_of_the_published_screens_is_shown(reference_data: Path) -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor(
        "tag:yaml.org,2002:python/tuple",
        lambda loader, node: tuple(loader.construct_sequence(node)),
    )
    file = reference_data / "official_pools" / "init_pool.q.yaml"
    pool = yaml.load(file.read_text(encoding="utf-8"), Loader)
    for screen, *_ in pool:
        pieces = [p for line in WIKIHOW.pieces(State("t", screen)) for p in line]
        clickable = screen.count('clickable="true"')
        named = [p for p in pieces if p.action]
        assert is_screen(screen)
        assert len(named) == clickable
        assert not any("<p " in p.text or "clickable=" in p.text for p in pieces)


def test_arguments_and_targets() -> None:
    assert argument("click[a [b]]") == "a [b]"
    touched = WIKIHOW.touched(SCREEN, "CLICK(01)")
    assert touched is not None and touched.id == "1"  # as the environment reads it
    assert WIKIHOW.touched(SCREEN, "CLICK(44)") is None
    assert WEBSHOP.touched(ITEM, "search[b]") is None  # words that a label also has


@pytest.mark.parametrize("domain", [WEBSHOP, WIKIHOW])
def test_initial_records_can_be_shown(domain: object) -> None:
    memory = domain.initial_memory("E0")  # type: ignore[attr-defined]
    for record in memory:
        for action in record.actions:
            assert record.state.task.split()[0] in state_html(record.state, action, domain).plain  # type: ignore[arg-type]


def test_hostile_pages_stay_text() -> None:
    for state in (demo.hostile_state(), demo.hostile_screen()):
        shown = state_html(state, "click[buy now]")
        assert "<script" not in shown.replace("&lt;script", "")
        assert "onerror=window" in shown.plain
