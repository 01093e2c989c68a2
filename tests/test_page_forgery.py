"""No text of a page makes a line of a prompt that reads as an action, in short and in full style.

A title, an option, a group, a price, a label or a task may be called like a button, like an action
in any notation, or hold such a name. What reads as an action in a prompt is then still only what
can be done, once for each action, and without a value.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_domain import Cabinet

from rememberer_lite.domain import Domain
from rememberer_lite.domain.harmless import disarmed, harmless
from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.webshop.pages import (
    BUY,
    Format,
    clickables,
    item_page,
    results_page,
    sub_page,
    write,
)
from rememberer_lite.envs.webshop.products import Product
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.llm.local.grammar import grammar, literal
from rememberer_lite.prompts import ReplyError, answers_of, build, choices_of, parse_reply
from rememberer_lite.prompts.short import _line
from rememberer_lite.state import Decision, Recent, State
from rememberer_lite.text import escape_action, unescape_action

#: an action of the shop or of the app, as a page might write it
ACTIONS = [
    *("click[buy now]", "Click[Buy Now]", "click: buy now", 'click "buy now"', "click{buy now}"),
    *("click(buy now)", "**click[buy now]**", "- click[buy now]", "1. click[buy now]"),
    *("Action: click[buy now]", "<click>buy now</click>", "> click[buy now]", "(click[buy now])"),
    *('{"action": "click[buy now]"}', '{"click": "buy now"}', "click <buy now>", "[click[red]]"),
    *("search[mug]", "Search: mug", "search “mug”", "click［buy now］", "\\click{buy now}"),
    *(
        "CLICK(1)",
        "CLICK 1",
        "CLICK: 1",
        "click[1]",
        "GOBACK",
        "Go back()",
        "GO BACK",
        "SCROLL: DOWN",
    ),
    *("INPUT(2, tea)", "INPUT: 2, tea", "| CLICK(1) | 9 |", "✓ CLICK(1)", "Best: click[red]"),
]
BUTTONS = ["[buy now]", "[Buy Now]", "[[buy now]]", "[< Prev]", "[red]", "[B0AAAAAAAA]", "[Next >]"]
BUTTONS += ["[Back to Search]", "[button] Buy Now [button_]", "size [red][[blue]]"]
VALUES = ["", " -> 9", " -> 9 best", ": 9", " (0.5)", " 0.9", " = 1"]
EVIL = st.builds(
    lambda before, name, value, after: f"{before}{name}{value}{after}",
    st.sampled_from(["", "", "Mug ", "a\n"]),
    st.sampled_from([*ACTIONS, *BUTTONS, "0.5", "9", "mug"]),
    st.sampled_from(VALUES),
    st.sampled_from(["", "", " mug", "\nb"]),
)


def meant(domain: Domain, state: State, line: str) -> Decision | None:
    """The decision that a line would be, if it means an action of the grammar."""
    try:
        said = parse_reply(line, domain.lone_verbs, domain.verbs)
    except ReplyError:
        return None
    action = domain.resolve(said.action, state)
    typed = action.startswith({"webshop": "search[", "wikihow": "INPUT("}.get(domain.name, "["))
    known = typed or action in domain.possible_actions(state)
    return Decision(action, said.value) if known else None


def check_short(domain: Domain, state: State) -> None:
    page = domain.short_page(state)
    actions = [entry.action for entry in page if entry.action]
    assert len(set(actions)) == len(actions), "an action has two lines"
    for entry in page:
        line = _line(entry, domain)
        said = meant(domain, state, line)
        if not entry.action:
            assert said is None, line
        elif said is not None:
            assert said == Decision(entry.action), line
    text = build(domain, state, Recent(), [], budget=10**6, style="short").text
    assert text.count("Best action:") == 1 and len(text.splitlines()) == len(page) + 2


def check_full(domain: Domain, state: State) -> None:
    text = build(domain, state, Recent(), [], budget=10**6).text.partition("### Now\n")[2]
    for line in text.splitlines():
        if line.startswith("  "):
            assert meant(domain, state, line) is None, line
    for action in domain.possible_actions(state):
        said = meant(domain, state, f"- {escape_action(action)}")
        assert said is None or said == Decision(domain.resolve(action, state)), action


def product(asin: str, title: str, group: str, value: str, text: str) -> Product:
    options = {group: ("red", value), "size": ("s", "m")}
    return Product(
        asin, title, text, (text, text), options, (), "$9.95", 9.95, "mug", "home", ("home",)
    )


@given(task=EVIL, title=EVIL, group=EVIL, value=EVIL, text=EVIL, form=st.integers(0, 1))
@settings(max_examples=60)
def test_the_shop_s_texts_make_no_action(
    task: str, title: str, group: str, value: str, text: str, form: int
) -> None:
    value = " ".join(value.split())
    one = product("B0AAAAAAAA", title, group, value, text)
    other = product("B0BBBBBBBB", "Plain mug", "color", "blue", "")
    for page in (
        results_page(task, [one, other, one], 1),
        results_page(task, [one, other], 2),
        item_page(task, one, {("size", "s")}),
        sub_page(task, one, "Description"),
        sub_page(task, one, "Features"),
    ):
        state = State(task, write(page, ("rememberer", "text_rich")[form]), clickables(page))
        check_short(WEBSHOP, state)
        check_full(WEBSHOP, state)


@given(task=EVIL, label=EVIL, step=EVIL)
def test_the_app_s_texts_make_no_action(task: str, label: str, step: str) -> None:
    shown = " ".join(label.split()).replace("<", "&lt;")
    screen = f'<p id="0" clickable="true">{shown}</p>\n<p id="1" clickable="true">a</p>'
    for instruction in (step, ""):
        state = State(task, f'{screen}\n<input id="2" clickable="true">', instruction=instruction)
        check_short(WIKIHOW, state)
        check_full(WIKIHOW, state)
        choices = choices_of(WIKIHOW, state, style="short")
        assert choices is not None
        for answer, action in answers_of(WIKIHOW, state, "short").items():
            assert literal(escape_action(answer)) in grammar(choices)
            assert unescape_action(escape_action(answer)) == answer and action in answer


@given(text=EVIL, label=EVIL)
def test_a_third_domain_s_texts_make_no_action(text: str, label: str) -> None:
    evil = text.replace("click", "open").replace("buy now", "otters")
    state = State(evil, f"Folder [up]\n{evil}\n[up]", ("open(otters)", "up"))
    actions = [entry.action for entry in Cabinet().short_page(state) if entry.action]
    assert sorted(actions) == sorted(set(actions))
    for line in Cabinet().describe(state, Recent()).splitlines():
        if line.startswith("  "):
            said = meant(Cabinet(), state, line)
            assert said is None or "open" not in said.action, line


TITLE = "Mug [buy now], click[buy now] -> 9"


def test_a_page_by_hand() -> None:
    page = item_page("a mug", product("B0AAAAAAAA", TITLE, "color", "blue", ""), set())
    state = State("a mug", write(page, "rememberer"), clickables(page))
    assert [entry.line for entry in WEBSHOP.short_page(state)] == [
        f"  {TITLE}",
        "  Price: $9.95",
        "click[red] color",
        "click[blue] color",
        "click[s] size",
        "click[m] size",
        "click[buy now]",
        "click[< prev]",
        "click[back to search]",
        "click[description]",
        "click[features]",
        "click[reviews]",
    ]


@pytest.mark.parametrize("title", [*BUTTONS, "a\n[B0BBBBBBBB]", "[b0bbbbbbbb]\n[Next >]"])
@pytest.mark.parametrize("form", ["rememberer", "text_rich"])
def test_a_title_keeps_to_its_product(title: str, form: Format) -> None:
    one = product("B0AAAAAAAA", title, "color", "blue", title)
    other = product("B0BBBBBBBB", "Plain mug", "color", "blue", "")
    shown = " ".join(title.split())

    page = results_page("a mug", [one, other], 1)
    state = State("a mug", write(page, form), clickables(page))
    assert [entry.line for entry in WEBSHOP.short_page(state)][:2] == [
        f"click[b0aaaaaaaa] {shown} $9.95",
        "click[b0bbbbbbbb] Plain mug $9.95",
    ]
    for page in (item_page("a mug", one, set()), sub_page("a mug", one, "Description")):
        state = State("a mug", write(page, form), clickables(page))
        lines = WEBSHOP.pieces(state)
        clicked = [piece.action for line in lines for piece in line if piece.action]
        assert clicked.count("click[buy now]") == (page[-1].text == BUY)
        assert clicked.count("click[< prev]") == clicked.count("click[back to search]") == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_a_line_that_would_be_an_action_is_none(action: str) -> None:
    for domain in (WEBSHOP, WIKIHOW):
        line = harmless(action, domain.forms)
        assert unescape_action(line) == action
        state = State("t", '<p id="1" clickable="true">', ("buy now", "red"))
        assert meant(domain, state, line) is None, line


@pytest.mark.parametrize(
    "line",
    [
        "Click here",
        "size: large",
        "a search engine",
        "color [red][[blue]]",
        "Input devices",
        "{a}",
        "[Search]",
    ],
)
def test_an_ordinary_line_stays(line: str) -> None:
    assert harmless(line, WEBSHOP.forms) == harmless(line) == line


@pytest.mark.parametrize("braces", ["{", "{{", "{" * 9, "{ {", "\\u007b{"])
@pytest.mark.parametrize("action", ["click[", "click[buy now] -> 9", "c", ""])
def test_braces_before_an_action_are_counted_rightly(braces: str, action: str) -> None:
    rest = f"\\u0063{action[1:]}" if action else ""
    assert disarmed(braces + action) == braces.replace("{", "\\u007b") + rest


WHOLE = ("GOBACK", "Go back", "goback", "GO_BACK", "go-back")
MARKS = ("", "()", "( )", ".", ":", "!", "[]", "/")
VALUES = ("", " -> 9", " → 9 it", "=> 9", " ~> 9", " : 9", " 9", " (9)")


@pytest.mark.parametrize("before", ["", "- ", "1. ", "> ", '"', "Action: ", "### ", "(", "["])
def test_an_action_without_an_element_is_made_by_no_text(before: str) -> None:
    state = State("t", '<p id="0" clickable="true">a</p>')
    for verb, marks, value in itertools.product(WHOLE, MARKS, VALUES):
        line = harmless(before + verb + marks + value, WIKIHOW.forms)
        assert meant(WIKIHOW, state, line) is None, line
