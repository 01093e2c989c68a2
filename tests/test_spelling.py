"""Verbs and letters as models write them mean the action of the grammar, and of the page."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_domain import Cabinet

from rememberer_lite import NoExemplars, Reply
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.prompts import ReplyError, parse_reply
from rememberer_lite.state import Decision, Recent, State

NFD = unicodedata.normalize("NFD", "café crème")
PAGE = State(
    "t",
    "page",
    (
        "back to search",
        "< prev",
        "buy now",
        NFD,
        "men's “wide”",
        "x-large",
        "10–12",
        "b0bxx",
        "[new]",
    ),
)
SCREEN = State("t", '<p id="0" clickable="true">a</p>\n<input id="2" clickable="true">')

#: brackets of other writings
PAIRS = (
    "«»",
    "「」",
    "『』",
    "《》",
    "〈〉",
    "⟨⟩",
    "⟦⟧",
    "❲❳",
    "﹝﹞",
    "【】",
    "〔〕",
    "（）",
    "［］",
    "｛｝",
)

# what a model writes → what it means on that page
SHOP = {
    "Click[Buy Now]": "click[buy now]",
    "CLICK[BUY NOW]": "click[buy now]",
    "**Click[Buy Now]**": "click[buy now]",
    "**Click**[buy now]": "click[buy now]",
    "`click`[buy now]": "click[buy now]",
    "click[ buy now ]": "click[buy now]",
    "click[buy\u00a0now]": "click[buy now]",
    "Click [buy\u202fnow]": "click[buy now]",
    'click["buy now"]': "click[buy now]",
    "click[“Buy Now”]": "click[buy now]",
    "click('buy now')": "click[buy now]",
    "click[[buy now]]": "click[buy now]",
    "click［buy now］": "click[buy now]",
    "Click【Buy Now】": "click[buy now]",
    "click（buy now）": "click[buy now]",
    "click[ｂｕｙ　ｎｏｗ]": "click[buy now]",
    "click[buy now\u200b]": "click[buy now]",
    "Click[café crème]": f"click[{NFD}]",
    f"click[{NFD}]": f"click[{NFD}]",
    'click[Men’s "Wide"]': "click[men's “wide”]",
    "click[x\u2011large]": "click[x-large]",
    "click[10-12]": "click[10–12]",
    "click[New]": "click[[new]]",
    "Click[B0BXX]": "click[b0bxx]",
    "click[<\u00a0Prev]": "click[< prev]",
    # in brackets, quotation marks and marks of all kinds
    "Click(Buy Now)": "click[buy now]",
    "click{buy now}": "click[buy now]",
    "Click {Buy Now}": "click[buy now]",
    "click{{buy now}}": "click[buy now]",
    "click<buy now>": "click[buy now]",
    "click [[[buy now]]]": "click[buy now]",
    "click([buy now])": "click[buy now]",
    "click[(buy now)]": "click[buy now]",
    "click[<buy now>]": "click[buy now]",
    "click[**buy now**]": "click[buy now]",
    "click[`buy now`]": "click[buy now]",
    'click "buy now"': "click[buy now]",
    "click 'Buy Now'": "click[buy now]",
    "click “Buy Now”": "click[buy now]",
    "click `buy now`": "click[buy now]",
    "`click` `buy now`": "click[buy now]",
    "click **buy now**": "click[buy now]",
    "click |buy now|": "click[buy now]",
    **{f"click{pair[0]}buy now{pair[1]}": "click[buy now]" for pair in PAIRS},
    # behind a sign
    "click: buy now": "click[buy now]",
    "Click: Buy Now": "click[buy now]",
    "CLICK: BUY NOW": "click[buy now]",
    'click: "buy now"': "click[buy now]",
    "click:[buy now]": "click[buy now]",
    "Click: [Buy Now]": "click[buy now]",
    "click = buy now": "click[buy now]",
    "click=buy now": "click[buy now]",
    "click -> buy now": "click[buy now]",
    "click → buy now": "click[buy now]",
    "click.[buy now]": "click[buy now]",
    "click-[buy now]": "click[buy now]",
    "Action: click: buy now": "click[buy now]",
    "1. Click: buy now": "click[buy now]",
    "**Click: Buy Now**": "click[buy now]",
    # with a few words
    "click on [buy now]": "click[buy now]",
    'Click on "Buy Now"': "click[buy now]",
    'Click the "Buy Now" button': "click[buy now]",
    "click button [buy now]": "click[buy now]",
    'search for "red mug"': "search[red mug]",
    # as a call, an element, an object
    "click(text='buy now')": "click[buy now]",
    'click(element="Buy Now")': "click[buy now]",
    'click[text="buy now"]': "click[buy now]",
    'search(query="red mug")': "search[red mug]",
    'search["red mug"]': "search[red mug]",
    "<click>buy now</click>": "click[buy now]",
    "<search>red mug</search>": "search[red mug]",
    "\\click{buy now}": "click[buy now]",
    "click\\{buy now\\}": "click[buy now]",
    "{click: buy now}": "click[buy now]",
    '{"click": "buy now"}': "click[buy now]",
    "[click: buy now]": "click[buy now]",
    # inside of something else
    "(click[buy now])": "click[buy now]",
    "[click[buy now]]": "click[buy now]",
    "<click[buy now]>": "click[buy now]",
    "«click[buy now]»": "click[buy now]",
    "{{click[buy now]}}": "click[buy now]",
    "~~click[buy now]~~": "click[buy now]",
    "==click[buy now]==": "click[buy now]",
    "# click[buy now]": "click[buy now]",
    "[ACTION] click[buy now]": "click[buy now]",
    "action(click[buy now])": "click[buy now]",
    "do: click[buy now]": "click[buy now]",
    "Action → click[buy now]": "click[buy now]",
    "click[buy&nbsp;now]": "click[buy now]",
    # marked, and then in words
    "**click** buy now": "click[buy now]",
    "**Click** Buy Now": "click[buy now]",
    "__click__ buy now": "click[buy now]",
    "`click` buy now": "click[buy now]",
    "*search* red mug": "search[red mug]",
    "- **search** red mug": "search[red mug]",
    # in the code of addresses, of files, of programs
    "click[buy_now]": "click[buy now]",
    "click[BUY_NOW]": "click[buy now]",
    "click[buy-now]": "click[buy now]",
    "click[Buy%20Now]": "click[buy now]",
    "click[buy+now]": "click[buy now]",
    "click[back_to_search]": "click[back to search]",
    "click[%3C%20Prev]": "click[< prev]",
    "click[x_large]": "click[x-large]",
    "search[red%20mug]": "search[red mug]",
    # cut off before the bracket closes, or closed by another one
    "click[buy now": "click[buy now]",
    "Click [buy now": "click[buy now]",
    "click(buy now": "click[buy now]",
    "`click[buy now`": "click[buy now]",
    "**Action:** click[buy now": "click[buy now]",
    'click["buy now': "click[buy now]",
    "click[buy now}": "click[buy now]",
    "click[buy now)": "click[buy now]",
    "search[red mug (large)": "search[red mug (large)]",
    "search[red mug": "search[red mug]",
    "search: red mug": "search[red mug]",
    "Search: [red mug]": "search[red mug]",
    "search{red mug}": "search[red mug]",
    "**Search[red mug]**": "search[red mug]",
    "SEARCH[Red Mug]": "search[red mug]",
    "Search(red mug (large))": "search[red mug (large)]",
    "Search【red mug】": "search[red mug]",
}
APP = {
    "Input(2, green tea)": "INPUT(2, green tea)",
    "input[2, green tea]": "INPUT(2, green tea)",
    "**INPUT**(2,green tea)": "INPUT(2, green tea)",
    "Input（2, green tea）": "INPUT(2, green tea)",
    "Click(0)": "CLICK(0)",
    "click[0]": "CLICK(0)",
    "CLICK( 0 )": "CLICK(0)",
    "Scroll(Down)": "SCROLL(DOWN)",
    "scroll[ down ]": "SCROLL(DOWN)",
    "INPUT: 2, green tea": "INPUT(2, green tea)",
    "input{2, green tea}": "INPUT(2, green tea)",
    "INPUT(2, green tea": "INPUT(2, green tea)",
    "INPUT[2, green tea)": "INPUT(2, green tea)",
    "INPUT(2, green%20tea)": "INPUT(2, green tea)",
    "**CLICK** 0": "CLICK(0)",
    "CLICK(0": "CLICK(0)",
    'INPUT(2, "green tea")': "INPUT(2, green tea)",
    'INPUT("2", "green tea")': "INPUT(2, green tea)",
    'INPUT(id=2, text="green tea")': "INPUT(2, green tea)",
    "CLICK: 0": "CLICK(0)",
    "CLICK 0": "CLICK(0)",
    'CLICK "0"': "CLICK(0)",
    "CLICK{0}": "CLICK(0)",
    "CLICK(id=0)": "CLICK(0)",
    "CLICK(#0)": "CLICK(0)",
    "SCROLL: DOWN": "SCROLL(DOWN)",
    "SCROLL DOWN": "SCROLL(DOWN)",
    'SCROLL "DOWN"': "SCROLL(DOWN)",
    'SCROLL(direction="DOWN")': "SCROLL(DOWN)",
    "<GOBACK>": "GOBACK",
    "(GOBACK)": "GOBACK",
    "[GOBACK]": "GOBACK",
    "GOBACK:": "GOBACK",
    "Goback": "GOBACK",
    "goback": "GOBACK",
    "GoBack()": "GOBACK",
    "Go back": "GOBACK",
    "GO_BACK": "GOBACK",
    "**Goback**": "GOBACK",
}
CASES = [(WEBSHOP, PAGE, *case) for case in SHOP.items()]
CASES += [(WIKIHOW, SCREEN, *case) for case in APP.items()]  # type: ignore[arg-type]


class Says:
    model = "says"

    def __init__(self, text: str) -> None:
        self.text = text

    def complete(self, prompt: str) -> Reply:
        return Reply(self.text, "says", 1, 1)


@pytest.mark.parametrize(("domain", "state", "written", "wanted"), CASES)
def test_what_a_model_writes_is_what_it_means(
    domain: type, state: State, written: str, wanted: str
) -> None:
    for reply, value in (
        (written, None),
        (f"{written} -> 0.5 it fits", 0.5),
        (f"Encouraged:\n- {written} -> 0.5", 0.5),
    ):
        turn = NoExemplars(Says(reply), domain).act(state, Recent(), random.Random(0))  # type: ignore[arg-type]
        assert turn.decision is not None and turn.decision.action == wanted, reply
        assert turn.decision.value == value, reply


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Action: click\nAction Input: buy now", "click[buy now]"),
        ('Action: click\nAction Input: {"element": "buy now"}', "click[buy now]"),
        ("**Action:** `search`\n\n**Query:** red mug", "search[red mug]"),
        ("click[\n  buy now\n]", "click[buy now]"),
    ],
)
def test_an_action_of_several_lines_is_read(written: str, wanted: str) -> None:
    turn = NoExemplars(Says(written), WEBSHOP).act(PAGE, Recent(), random.Random(0))
    assert turn.decision is not None and turn.decision.action == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("Click here", "click on it", "click:", "click ''", "Search", "Search:", "[Search]"),
        *("Search results: 50", "Scroll down to see more", "size: large", "I will search the shop"),
        *(
            "**Click** here",
            "**Search** results: 50",
            "__Click__ on it",
            "click[",
            "search [ ",
            "*Click*",
        ),
        *("The click [b] is good", "He said click", "Input:", "clicks: 3"),
    ],
)
def test_prose_is_no_action(text: str) -> None:
    with pytest.raises(ReplyError):
        parse_reply(text)


def test_an_action_as_asked_for_goes_before_one_in_another_notation() -> None:
    plan = "1. Search: find the mug\n2. Click: the best one\nsearch[red mug]"
    assert parse_reply(plan).action == "search[red mug]"
    assert parse_reply("click: a\nclick: b -> 0.7\nclick: c -> 0.2").action == "click[b]"
    assert parse_reply("click: a -> 0.2\n\nObservation: b\nclick[c] -> 1").action == "click[a]"
    assert parse_reply("press: a", verbs=("press",)).action == "press[a]"


@pytest.mark.parametrize("action", ["Click[red]", "press[buy now]", "click", "Buy now", "say(a)"])
def test_what_means_no_action_of_the_page_is_not_bent(action: str) -> None:
    assert WEBSHOP.resolve(action, PAGE) not in WEBSHOP.possible_actions(PAGE)


def test_two_alike_are_not_guessed_between() -> None:
    page = State("t", "", ("a-b", "a–b", "c"))
    assert WEBSHOP.resolve("click[a‑b]", page) == "click[a‑b]"
    assert WEBSHOP.resolve("click[a–b]", page) == "click[a–b]"


@given(st.sampled_from((*WEBSHOP.possible_actions(PAGE), "search[A b]")))
def test_an_action_as_it_stands_stays(action: str) -> None:
    assert WEBSHOP.resolve(action, PAGE) in (action, action.lower())


def test_spaces_and_what_is_written_for_them_are_not_guessed_between() -> None:
    page = State("t", "", ("a b", "a-b", "+1.5", "-1.5", "50% off"))
    for action in ("click[a_b]", "click[a%2Bb]", "click[+ 1.5]", "click[_1.5]"):
        assert WEBSHOP.resolve(action, page) not in WEBSHOP.possible_actions(page)
    assert WEBSHOP.resolve("click[a-b]", page) == "click[a-b]"
    assert WEBSHOP.resolve("click[50%25 off]", page) == "click[50% off]"
    for query in ("search[50%ab]", "search[100% wool]", "search[c++]", "search[a_b]"):
        assert WEBSHOP.resolve(query, page) == query


def test_a_page_that_is_invented_behind_an_action_cut_off_is_not_read() -> None:
    cut = "click[buy now\n\nObservation: thank you\nclick[b0bxx] -> 1"
    assert parse_reply(cut).action == "click[buy now]"
    assert parse_reply("click[a\nclick[b] -> 0.2").action == "click[b]"  # as asked for
    assert parse_reply("click[a -> 0.7 it fits") == Decision("click[a]", 0.7, "it fits")


def test_words_alone_are_known_from_the_grammar() -> None:
    assert parse_reply("Leave.", Cabinet().lone_verbs).action == "Leave."
    assert Cabinet().resolve("**Leave**", State("t", "", ("leave",))) == "leave"
    with pytest.raises(ReplyError):
        parse_reply("Sure", Cabinet().lone_verbs)


def test_the_shop_understands_it_too_and_is_strict_in_parity_mode() -> None:
    for parity, moved in ((False, True), (True, False)):
        env = WebShopEnv(parity=parity)
        env.reset(options={"goal": 0})
        _, _, _, _, info = env.step("**Search[mug]**")
        assert (info["no_effect"] == "") is moved
        env.step("search[mug]")
        _, _, _, _, info = env.step("Click[Back to\u00a0Search]")
        assert (info["no_effect"] == "") is moved
