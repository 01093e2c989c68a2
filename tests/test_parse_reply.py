"""The reply parser: what real models write, and properties over all that they might."""

from __future__ import annotations

import contextlib
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.prompts import ReplyError, parse_reply
from rememberer_lite.state import Decision

# reply → action, value, reason
REPLIES = {
    "as asked": ("click[buy now] -> 0.9 all chosen", "click[buy now]", 0.9, "all chosen"),
    "without a reason": ("click[buy now] -> 1", "click[buy now]", 1.0, ""),
    "without a value": ("click[buy now]", "click[buy now]", None, ""),
    "arrow without a value": ("click[buy now] -> it fits", "click[buy now]", None, "it fits"),
    "reason without an arrow": ("click[buy now] as it fits", "click[buy now]", None, "as it fits"),
    "label": ("Encouraged:\nclick[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "label on the line": ("Encouraged: click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "bold label": ("**Encouraged:**\nclick[x] -> 0.5", "click[x]", 0.5, ""),
    "bold action": ("**click[x]** -> **0.5** why", "click[x]", 0.5, "why"),
    "code fence": ("```\nclick[x] -> 0.5 a\n```", "click[x]", 0.5, "a"),
    "code fence with a language": ("```text\nclick[x] -> 0.5 a\n```", "click[x]", 0.5, "a"),
    "backticks": ("`click[x]` -> 0.5 a", "click[x]", 0.5, "a"),
    "backticks around all": ("`click[x] -> 0.5`", "click[x]", 0.5, ""),
    "quotes": ('"click[x]" -> 0.5 a', "click[x]", 0.5, "a"),
    "bullet": ("- click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "number": ("1. click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "number and bullet": ("1) * click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "quoted": ("> click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "prefix": ("Action: click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "bold prefix": ("**Action:** click[x] -> 0.5 a", "click[x]", 0.5, "a"),
    "next action": ("Next action: click[x]", "click[x]", None, ""),
    "thought before": ("Thought: I need shoes.\nAction: click[x]", "click[x]", None, ""),
    "talk before": ("Sure! Here it is:\n\nclick[x] -> 0.5", "click[x]", 0.5, ""),
    "thinking": ("<think>click[y] -> 1?</think>\nclick[x] -> 0.5", "click[x]", 0.5, ""),
    "end of thinking": ("click[y] -> 1?</think>click[x] -> 0.5", "click[x]", 0.5, ""),
    "value on its own line": ("Action: click[x]\nValue: 0.7", "click[x]", 0.7, ""),
    "three lines": (
        "Action: click[x]\nExpected value: 0.7\nReason: it fits",
        "click[x]",
        0.7,
        "it fits",
    ),
    "value word": ("click[x] -> value: 0.7 it fits", "click[x]", 0.7, "it fits"),
    "value in brackets": ("click[x] -> (0.7) it fits", "click[x]", 0.7, "it fits"),
    "value in square brackets": ("click[x] -> [0.7] it fits", "click[x]", 0.7, "it fits"),
    "colon for the arrow": ("click[x]: 0.7, it fits", "click[x]", 0.7, "it fits"),
    "bracket for the arrow": ("click[x] (0.7) it fits", "click[x]", 0.7, "it fits"),
    "double arrow": ("click[x] => 0.7", "click[x]", 0.7, ""),
    "arrow sign": ("click[x] → 0.7", "click[x]", 0.7, ""),
    "no blanks": ("click[x]->0.7", "click[x]", 0.7, ""),
    "negative": ("click[x] -> -0.5 bad", "click[x]", -0.5, "bad"),
    "minus sign": ("click[x] -> −0.5", "click[x]", -0.5, ""),
    "point first": ("click[x] -> .5", "click[x]", 0.5, ""),
    "point last": ("click[x] -> 1. Good", "click[x]", 1.0, "Good"),
    "decimal comma": ("click[x] -> 0,5 passt", "click[x]", 0.5, "passt"),
    "percent": ("click[x] -> 90% sure", "click[x]", 0.9, "sure"),
    "reason that begins with a number": ("click[x] -> 0.5 3 pieces", "click[x]", 0.5, "3 pieces"),
    "no value but a number": ("click[x] -> 3rd hit", "click[x]", None, "3rd hit"),
    "too large": (f"click[x] -> {'9' * 400}", "click[x]", None, "9" * 400),
    "arrow in the search": ("search[a -> b]", "search[a -> b]", None, ""),
    "arrow and number in the search": ("search[a -> 3] -> 0.5", "search[a -> 3]", 0.5, ""),
    "colon in the search": (
        "search[usb c: cable] -> 0.5 cables first",
        "search[usb c: cable]",
        0.5,
        "cables first",
    ),
    "brackets in the search": ("search[a [new] b] -> 0.5", "search[a [new] b]", 0.5, ""),
    "open bracket in the search": ("search[a [new b] -> 0.5", "search[a [new b]", 0.5, ""),
    "Disc in the search": ("search[disc brakes] -> 0.5", "search[disc brakes]", 0.5, ""),
    "Disc in the reason": (
        "click[x] -> 0.5 Discounted, and not Discouraged: yet",
        "click[x]",
        0.5,
        "Discounted, and not Discouraged: yet",
    ),
    "arrow in the reason": ("click[x] -> 0.5 then -> 0.9", "click[x]", 0.5, "then -> 0.9"),
    "action in the reason": (
        "click[x] -> 0.5 before search[y] -> 0.9",
        "click[x]",
        0.5,
        "before search[y] -> 0.9",
    ),
    "the highest value": ("click[x] -> 0.2\nclick[y] -> 0.8 b\nclick[z]", "click[y]", 0.8, "b"),
    "the first of equal ones": ("click[x] -> 0.2\nclick[y] -> 0.2", "click[x]", 0.2, ""),
    "the first without values": ("click[x]\nclick[y]", "click[x]", None, ""),
    "discouraged is not read": (
        "click[x] -> 0.2\nDiscouraged:\nclick[y] -> 0.9",
        "click[x]",
        0.2,
        "",
    ),
    "discouraged on the line": ("click[x] -> 0.2\nDiscouraged: click[y] -> 9", "click[x]", 0.2, ""),
    "bold discouraged": ("click[x] -> 0.2\n**Discouraged**:\nclick[y] -> 9", "click[x]", 0.2, ""),
    "discouraged first": (
        "Discouraged:\nclick[y] -> 0.9\nEncouraged:\nclick[x] -> 0.2",
        "click[x]",
        0.2,
        "",
    ),
    "round brackets": (
        "INPUT(2, how to (not) sing) -> 3 a",
        "INPUT(2, how to (not) sing)",
        3.0,
        "a",
    ),
    "capitals alone": ("GOBACK", "GOBACK", None, ""),
    "capitals with a value": ("GOBACK -> 2 lost", "GOBACK", 2.0, "lost"),
    "a verb alone, with a value": ("leave -> 1 done", "leave", 1.0, "done"),
    "a blank before the bracket": ("click [x] -> 0.5", "click[x]", 0.5, ""),
    "Windows lines": ("Encouraged:\r\nclick[x] -> 0.5 a\r\n", "click[x]", 0.5, "a"),
}

FAILED = [
    "",
    "  \n\t",
    "I cannot help with that.",
    "Sure!",
    "-> 0.5",
    "0.9",
    "click x",
    "click[",
    "[x] -> 0.5",
    "<think>click[x] -> 1",
    "Discouraged:\nclick[x] -> 0.5",
    "```",
    "Value: 0.5",
]


@pytest.mark.parametrize("name", REPLIES)
def test_what_models_write(name: str) -> None:
    text, action, value, reason = REPLIES[name]
    assert parse_reply(text) == Decision(action, value, reason)


@pytest.mark.parametrize("text", FAILED)
def test_what_holds_no_action_is_an_error(text: str) -> None:
    with pytest.raises(ReplyError, match="expected a line such as"):
        parse_reply(text)


# --- properties ------------------------------------------------------------------------------

inside = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029[]()<>"),
    min_size=1,
    max_size=30,
).map(str.strip)
verbs = st.sampled_from(["search", "click", "INPUT", "open_it"])
actions = st.builds(
    lambda verb, words, round_: f"{verb}({words})" if round_ else f"{verb}[{words}]",
    verbs,
    inside,
    st.booleans(),
)
values = st.floats(-10, 10).map(lambda value: round(value, 3))
reasons = st.text(string.ascii_letters + " ,;:.->[]()'", max_size=40).map(
    lambda text: " ".join(text.split()).strip("`*_\"' .,;:)]")
)
decorations = st.sampled_from(
    [
        "{}",
        "- {}",
        "* {}",
        "1. {}",
        "Action: {}",
        "**Action:** {}",
        "`{}`",
        "```\n{}\n```",
        "  {}  ",
        "Encouraged:\n{}\nDiscouraged:\nclick[no] -> 99",
        "Let me see.\n\n{}",
        "<think>a</think>{}",
    ]
)


@given(actions, values, reasons, decorations)
def test_a_written_decision_is_read_back(
    action: str, value: float, reason: str, decoration: str
) -> None:
    line = f"{action} -> {value:.3f} {reason}".rstrip()
    assert parse_reply(decoration.format(line)) == Decision(action, value, reason)


@given(st.lists(st.tuples(actions, values), min_size=1, max_size=5))
def test_the_line_of_the_highest_value_wins(lines: list[tuple[str, float]]) -> None:
    text = "\n".join(f"{action} -> {value:.3f}" for action, value in lines)
    best = max(value for _, value in lines)
    decision = parse_reply(text)
    assert decision.value == best
    assert decision.action == next(action for action, value in lines if value == best)


@given(st.text() | st.text("click[]()-> 0.19:`*\n<think>/DEdiscouraged"))
def test_any_text_gives_a_decision_or_an_error(text: str) -> None:
    try:
        decision = parse_reply(text)
    except ReplyError as error:
        assert str(error)
        return
    assert decision.action.strip() == decision.action != ""
    assert decision.value is None or math.isfinite(decision.value)
    assert len(decision.action.splitlines()) == 1


@given(st.sampled_from(["[", "(", "click[", "-> ", "a -> ", "action:", "* ", "discouraged ", "(0"]))
def test_long_nonsense_is_read_in_good_time(piece: str) -> None:
    # exponential patterns would never end here (the suite's time limit turns this red)
    with contextlib.suppress(ReplyError):
        parse_reply(piece * 3000)
