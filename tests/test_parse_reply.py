"""The reply parser: what real models write, and properties over all that they might."""

from __future__ import annotations

import contextlib
import json
import math
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.prompts import ReplyError, parse_reply
from rememberer_lite.state import Decision
from rememberer_lite.text import visible

# reply → action, value, reason
REPLIES = {
    "as asked": ("click[buy now] -> 0.9 all chosen", "click[buy now]", 0.9, "all chosen"),
    "without a reason": ("click[buy now] -> 1", "click[buy now]", 1.0, ""),
    "without a value": ("click[buy now]", "click[buy now]", None, ""),
    "arrow without a value": ("click[buy now] -> it fits", "click[buy now]", None, "it fits"),
    "reason without an arrow": ("click[buy now] as it fits", "click[buy now]", None, "as it fits"),
    "bracketed words behind it": ("click[x] [it fits]", "click[x]", None, "[it fits]"),
    "words in round brackets behind it": ("click[x] (it fits)", "click[x]", None, "(it fits)"),
    "bracketed words behind a form": (
        "INPUT(2, tea) (it fits)",
        "INPUT(2, tea)",
        None,
        "(it fits)",
    ),
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
    "long arrow": ("click[x] --> 0.7 it fits", "click[x]", 0.7, "it fits"),
    "double arrow sign": ("click[x] ⇒ 0.7", "click[x]", 0.7, ""),
    "long arrow sign": ("click[x] ⟶ 0.7", "click[x]", 0.7, ""),
    "a dash for the minus": ("click[x] -> –0.5\nclick[y] -> −0.6", "click[x]", -0.5, ""),
    "powers of ten": ("click[x] -> 2e-1 a\nclick[y] -> 1.5E-2", "click[x]", 0.2, "a"),
    "a full stop before the arrow": ("click[x]. -> 0.5 a", "click[x]", 0.5, "a"),
    "an element with its value": ("INPUT: 2, tea -> 0.5 a", "INPUT[2, tea]", 0.5, "a"),
    "a value behind a colon": ("click: x (0.5) a", "click[x]", 0.5, "a"),
    "a row in another notation": ("| click: x | 0.5 | a |", "click[x]", 0.5, "a"),
    "a mark of inches": ('click: 12" x 8" -> 0.5', 'click[12" x 8"]', 0.5, ""),
    "an apostrophe": ("click 'men's' -> 0.5", "click[men's]", 0.5, ""),
    "brackets behind a colon": ("search: a [b] c -> 0.5", "search[a [b] c]", 0.5, ""),
    "a range is no value": ("click[x] -> 0.5-0.7 a", "click[x]", None, "0.5-0.7 a"),
    "a ratio is no value": ("click[x] -> 0.9/1.0", "click[x]", None, "0.9/1.0"),
    "a version is no value": ("click[x] -> 3.5.1 is new", "click[x]", None, "3.5.1 is new"),
    "wrapped as an answer": ("<answer>click[x] -> 0.5 a</answer>", "click[x]", 0.5, "a"),
    "wrapped as a solution": (
        "<|begin_of_solution|>click[x] -> 0.5<|end_of_solution|>",
        "click[x]",
        0.5,
        "",
    ),
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
    "an object": ('{"action": "click[x]", "value": 0.5, "reason": "a"}', "click[x]", 0.5, "a"),
    "a fenced object": (
        '```json\n{\n  "action": "click[x]",\n  "value": 0.5\n}\n```',
        "click[x]",
        0.5,
        "",
    ),
    "an object without a value": (
        '{"thought": "click[y] -> 9", "action": "click[x]"}',
        "click[x]",
        None,
        "",
    ),
    "an object behind words": ('Sure: {"Action": "click[x]", "Value": "0.5"}', "click[x]", 0.5, ""),
    "an object of Python": ("{'action': 'click[x]', 'value': 0.5}", "click[x]", 0.5, ""),
    "an object cut off": ('{"action": "click[x]", "value": 0.5', "click[x]", 0.5, ""),
    "a line in an object": ('{"action": "click[x] -> 0.5 a"}', "click[x]", 0.5, "a"),
    "two objects": (
        '{"action": "click[y]", "value": 0.1}\n{"action": "click[x]", "value": 0.5}',
        "click[x]",
        0.5,
        "",
    ),
    "a list of objects": (
        '[{"action": "click[y]", "value": 0.1}, {"action": "click[x]", "value": 0.5}]',
        "click[x]",
        0.5,
        "",
    ),
    "both kinds in an object": (
        '{"encouraged": {"click[x]": 0.5}, "discouraged": {"click[y]": 9}}',
        "click[x]",
        0.5,
        "",
    ),
    "a verb and its argument": (
        '{"action": "search", "action_input": "red mug"}',
        "search[red mug]",
        None,
        "",
    ),
    "a call of a tool": ('{"name": "click", "arguments": {"element": "x"}}', "click[x]", None, ""),
    "an object in a search": (
        'search[{"action": "click[y]"}] -> 0.5',
        'search[{"action": "click[y]"}]',
        0.5,
        "",
    ),
    "a numbered action": (
        "Action 1: click[x] -> 0.5\nAction 2: click[y] -> 0.4",
        "click[x]",
        0.5,
        "",
    ),
    "a numbered value": ("Action #1: click[x]\nValue 1: 0.5", "click[x]", 0.5, ""),
    "the best action": ("The best next action is: `click[x]` -> `0.5`", "click[x]", 0.5, ""),
    "a final answer": ("**Final answer:** click[x] -> 0.5", "click[x]", 0.5, ""),
    "other bullets": (
        "→ click[y] -> 0.1\n✅ click[x] -> 0.5\n– click[z] -> 0.2",
        "click[x]",
        0.5,
        "",
    ),
    "a box to tick": ("- [x] click[x] -> 0.5", "click[x]", 0.5, ""),
    "a table": (
        "| Action | Value |\n|---|--:|\n| click[y] | 0.1 | b |\n| `click[x]` | **0.5** | a |",
        "click[x]",
        0.5,
        "a",
    ),
    "a table with numbers": ("| 1 | click[x] | 0.5 |", "click[x]", 0.5, ""),
    "a row without its ends": ("click[x] | 0.5 | a", "click[x]", 0.5, "a"),
    "a dash for the arrow": (
        "click[x] - 0.5 a\nclick[y] – 0.2\nclick[z] — 0.3",
        "click[x]",
        0.5,
        "a",
    ),
    "a comma for the arrow": ("click[x], 0.5", "click[x]", 0.5, ""),
    "a comma before a reason": ("click[x], 3 pieces", "click[x]", None, ", 3 pieces"),
    "a dash before a reason": ("click[x] - 3 pieces", "click[x]", None, "- 3 pieces"),
    "nothing for the arrow": ("click[x] 0.5", "click[x]", 0.5, ""),
    "other arrows": (
        "click[x] ⇨ 0.5\nclick[y] ↦ 0.2\nclick[z] —> 0.3\nclick[w] >> 0.1",
        "click[x]",
        0.5,
        "",
    ),
    "an arrow of HTML": ("click[x] -&gt; 0.5 a", "click[x]", 0.5, "a"),
    "an arrow of Markdown": ("click\\[x\\] -\\> 0.5 a", "click[x]", 0.5, "a"),
    "the number on the next line": ("click[x] ->\n0.5 a", "click[x]", 0.5, "a"),
    "the number below": ("Action:\n\nclick[x]\n\nExpected return:\n\n0.5", "click[x]", 0.5, ""),
    "the number alone below": ("click[x]\n0.5\nclick[y]\n0.4", "click[x]", 0.5, ""),
    "the arrow on the next line": ("click[x]\n-> 0.5 a", "click[x]", 0.5, "a"),
    "no number below": ("click[x]\n3 pieces are left", "click[x]", None, ""),
    "Q": ("Action: click[x]\nQ-value: 0.5", "click[x]", 0.5, ""),
    "value behind a comma": ("Action: click[x], Value: 0.5", "click[x]", 0.5, ""),
    "value as an assignment": ("action=click[x] value=0.5", "click[x]", 0.5, ""),
    "tags": ("<action>click[x]</action>\n<value>0.5</value>", "click[x]", 0.5, ""),
    "tags on one line": ("<action>click[x]</action><value>0.5</value>", "click[x]", 0.5, ""),
    "bold tags": ("<b>click[x]</b> -> 0.5 a", "click[x]", 0.5, "a"),
    "a boxed answer": ("\\boxed{click[x]} -> 0.5", "click[x]", 0.5, ""),
    "a bold verb": ("**click**[x] -> 0.5", "click[x]", 0.5, ""),
    "a verb in quotes": ('"click"[x] -> 0.5', "click[x]", 0.5, ""),
    "a verb underlined": ("__click__[x] -> 0.5", "click[x]", 0.5, ""),
    "two spaces before the bracket": ("click  [x] -> 0.5", "click[x]", 0.5, ""),
    "a byte order mark": ("\ufeffclick[x] -> 0.5", "click[x]", 0.5, ""),
    "an exclamation": ("click[x] -> 0.5!", "click[x]", 0.5, ""),
    "capitals with a dash": ("GOBACK - 0.5", "GOBACK", 0.5, ""),
    "Windows lines": ("Encouraged:\r\nclick[x] -> 0.5 a\r\n", "click[x]", 0.5, "a"),
}

# A thinking model's marks, as many servers pass them on; `{}` is a thought.
MARKS = [
    *("<scratch_pad>{}</scratch_pad>", "<reflect>{}</reflect>", "[thinking]{}[/thinking]"),
    *("[Thinking]\n{}it fits[/Thinking]", "{thought}{}it fits{/thought}", "[THINK]{}fits[/THINK]"),
    "<inner_thoughts>{}</inner_thoughts>",
    "<chain_of_thought>{}</chain_of_thought>",
    "<reasoning_content>\n{}\n</reasoning_content>",
    "<inner_monologue>\n{}\n</inner_monologue>",
    "<cot>\n{}\n</cot>",
    "<|begin_of_thinking|>{}<|end_of_thinking|><|begin_of_solution|>",
    "<unused94>thought\n{}<unused95>",
    "<thinking>{}</thinking><answer>",
    "{}[/think]",
    "<think>{}</think>",
    "<thinking>{}</thinking>",
    "<Thought>{}</Thought>",
    "<reasoning>{}</reasoning>",
    '<think time="3">{}</think>',
    "<seed:think>{}</seed:think>",
    "<|begin_of_thought|>{}<|end_of_thought|>",
    "<|START_THINKING|>{}<|END_THINKING|>",
    "◁think▷{}◁/think▷",
    "[THINK]{}[/THINK]",
    "<|channel>thought\n{}<channel|>",
    "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
    "<|start|>assistant<|channel|>analysis<|message|>{}<|end|>"
    "<|start|>assistant<|channel|>commentary<|message|>{}<|end|><|channel|>final<|message|>",
    "{}<|end|><|start|>assistant<|channel|>final<|message|>",  # only the end was passed on
    "analysisWe need: {}assistantfinal",
    "<rationale>{}</rationale>",
    "<plan>{}</plan>",
    "<思考>{}</思考>",
    "&lt;think&gt;{}&lt;/think&gt;",
    "\\<think\\>{}\\</think\\>",
    "＜think＞{}＜/think＞",
    "【think】{}【/think】",
    "<|thinking_start|>{}<|thinking_end|>",
    "<｜begin▁of▁thinking｜>{}<｜end▁of▁thinking｜>",
    "<|channel|>analysis\n{}<|channel|>final\n",
    "```thinking\n{}```\n",
    "~~~ reasoning\n{}~~~\n",
    '<details type="reasoning">\n<summary>Thought for 3 s</summary>\n{}</details>\n',
    "<!-- {} -->\n",
    "Thinking Process:\n{}\nFinal answer:\n",
    "Thinking Process:\n{}Action: click[z] -> 9\n\n**Final Answer:** ",
    "Here's a thinking process:\n\n1. {}\nEncouraged:\n",
    "Thinking...\n{}...done thinking.\n\n",
    "{}</think>",
    "{}[/THINK]",
    "{}</thinking>",
]
UNCLOSED = ["<think>", "<thinking>", "[THINK]", "◁think▷", "<|channel|>analysis<|message|>"]
UNCLOSED += ["```thinking\n", "<!-- ", "Thinking Process:\n\n", "&lt;think&gt;", "<details>\n"]
UNCLOSED += ["<|START_THINKING|>", "<thought>", "<|channel>thought\n", "analysisWe may "]

# what may stand at the head of a page that a model invents
NEW_PAGES = [
    *("(The page loads.)", "The search results page now shows 50 products.", "A new page opens"),
    *("After searching, you see:", "<observation>a page</observation>", "<page>", "<tool_result>"),
    *("<tool_response>ok</tool_response>", "> Observation: a page", "2nd turn", "System> ok"),
    *("Environment feedback: ok", "Tool result: ok", "The website returns:", "3rd page: x"),
    "### Now",
    "### Example 3",
    "## Page",
    "Last 5 actions:",
    "Last actions:",
    "Task:",
    "Observation:",
    "**Observation:** Page 1",
    "Observation 2:",
    "New observation:",
    "Next page:",
    "Input:",
    "Input 2:",
    "Example 4:",
    "Screen:",
    "Step instruction: open it",
    "Last reward: 0",
    "Possible actions:",
    "Actions:",
    "Discouraged:",
    "**Discouraged actions**",
    "Page 2 (Total results: 50)",
    "[back to search]",
    "Search results:",
    "Item page:",
    "=== Page ===",
    "--- Observation ---",
    "<webpage>",
    "<observation>",
    "HTML:",
    "Turn 2",
    "Clickable actions: click[a], click[b]",
    "Admissible actions:",
    "You are now on the item page.",
    "After the search, the page shows:",
    "WebShop [SEP] Instruction: [SEP] a mirror",
    '<p id="0" clickable="true">a</p>',
    "User: go on",
    "<|im_start|>user",
    "<|end|><|start|>user",
    "[INST]",
    "Reward: 0.0",
    "**Reward:** 1",
    "Response:",
    "Response: [Back to Search]",
    "Page:",
    "Output:",
    "Obs 2:",
    "Env:",
    "Environment response:",
    "Done: false",
    "Feedback:",
    "Action history:",
    "Actions available:",
    "Round 2:",
    "Next: click[z]",
    "After the click:",
    "The shop replies:",
    "<eos>",
    *("---", "***", "===", "___", "- - -", "* * *", "——", "────────"),
    *("WebShop", "**WebShop**", "# WebShop", "wikiHow", "Amazon Shopping Game", "WebShop\n---"),
    *("<html>", "<body>", '<div class="page">', "<!DOCTYPE html>", "<title>Shop</title>"),
]

# headings below which the model writes about its thoughts, and no answer
HEADINGS = [
    "Thinking:",
    "### Reasoning",
    "**Thoughts:**",
    "Analysis:",
    "Let me think step by step.",
]

FAILED = [
    "<think>",
    "<|channel|>analysis<|message|>click[x] -> 1",
    "Possible actions:\n- click[x]\n- click[y]",
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


@pytest.mark.parametrize("mark", MARKS)
def test_thoughts_are_no_answer(mark: str) -> None:
    thought = "perhaps click[y] -> 9\nDiscouraged: click[z]\n### Now\nclick[z] -> 8\n"
    reply = mark.replace("{}", thought)
    assert parse_reply(f"{reply}click[x] -> 0.5 a") == Decision("click[x]", 0.5, "a")
    assert parse_reply(f"{reply}\n\nEncouraged:\nclick[x] -> 0.5").action == "click[x]"
    with pytest.raises(ReplyError):
        parse_reply(reply)


@pytest.mark.parametrize("mark", UNCLOSED)
def test_an_unclosed_thought_reaches_to_the_end(mark: str) -> None:
    with pytest.raises(ReplyError):
        parse_reply(f"{mark}click[y] -> 9\nclick[z] -> 1")


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(
    "answer", ["Action:", "### Answer\n", "**Final answer:**", "Encouraged:\n"]
)
def test_thoughts_below_a_heading_end_at_the_answer(heading: str, answer: str) -> None:
    said = f"{heading}\nclick[y] -> 9\n- click[z] -> 8\n\n{answer} click[x] -> 0.5"
    assert parse_reply(said) == Decision("click[x]", 0.5)
    assert parse_reply(f"{heading}\nIt fits.\nclick[x] -> 0.5").action == "click[x]"


def test_an_empty_thought_is_nothing() -> None:
    for mark in ("<think/>", "<think />\n", "<think></think>"):
        assert parse_reply(f"{mark}click[x] -> 0.5") == Decision("click[x]", 0.5)


def test_what_stands_before_a_thought_counts() -> None:
    said = "click[x] -> 0.5\n<think>click[y] -> 9"
    assert parse_reply(said).action == parse_reply(f"{said}</think>").action == "click[x]"


@pytest.mark.parametrize(
    "name", ["brainstorm", "considerations", "mythinking", "my-notes", "Draft", "inner_voice"]
)
def test_an_element_of_any_other_name_is_no_answer_where_one_follows(name: str) -> None:
    draft = f"<{name}>perhaps click[y] -> 9</{name}>"
    assert parse_reply(f"{draft}\nclick[x] -> 0.5") == Decision("click[x]", 0.5)
    assert parse_reply(f"{draft}{draft}click[x]\n<done>").action == "click[x]"
    assert parse_reply(draft.replace("perhaps ", "")).action == "click[y]"


@pytest.mark.parametrize(
    "name", ["answer", "final_answer", "action", "response", "output", "option1", "step", "strong"]
)
def test_an_element_that_holds_an_answer_is_read(name: str) -> None:
    reply = f"<{name}>click[y] -> 0.9</{name}>\n<{name}>click[x] -> 0.5</{name}>\nclick[z] -> 0.1"
    assert parse_reply(reply).action == "click[y]"


@pytest.mark.parametrize("name", ["RESPONSE", "ANSWER", "TEXT"])
def test_an_answer_may_have_marks_of_its_own(name: str) -> None:
    marked = f"<|START_THINKING|>click[y] -> 9<|END_THINKING|><|START_{name}|>click[x] -> 0.5 a"
    assert parse_reply(f"{marked}<|END_{name}|>") == Decision("click[x]", 0.5, "a")


def test_bare_names_of_channels_end_thoughts() -> None:
    for final in ("final", "assistantfinal", "**Final**"):
        assert parse_reply(f"analysis\nclick[y] -> 9\n{final}\nclick[x]").action == "click[x]"


@pytest.mark.parametrize(
    "action",
    [
        "click[think]",
        "click[/think]",
        "click[reason]",
        "click[thought]",
        "search[a <thinkpad> case]",
    ],
)
def test_an_action_that_looks_like_a_mark_stays(action: str) -> None:
    assert parse_reply(f"{action} -> 0.5") == Decision(action, 0.5)


@pytest.mark.parametrize("heading", NEW_PAGES)
def test_reading_ends_where_a_new_page_begins(heading: str) -> None:
    said = f"search[mirror] -> 0.4 it is wanted\n\n{heading}\nEncouraged:\nclick[buy now] -> 1.0"
    assert parse_reply(said) == Decision("search[mirror]", 0.4, "it is wanted")
    assert parse_reply(said.replace(" -> 0.4 it is wanted", "")).action == "search[mirror]"


@pytest.mark.parametrize(
    "thought",
    [
        "> click[y] -> 9\n> or click[z] -> 8",
        "> **Thought:** click[y] -> 9\n>\n> **Observation:** a page\n> click[z] -> 8",
        '"click[y] -> 9" would be too early.',
        "“click[y] -> 9” is what I thought at first.",
    ],
)
def test_quoted_thoughts_are_no_answer(thought: str) -> None:
    assert parse_reply(f"{thought}\n\nclick[x] -> 0.5 a") == Decision("click[x]", 0.5, "a")
    assert parse_reply(f"click[x] -> 0.5\n\n{thought}").action == "click[x]"
    assert parse_reply(thought).action in ("click[y]", "click[z]")  # nothing else is said


def test_a_quoted_answer_plays_on_as_any_other() -> None:
    for page in ("> ### Now\n> click[y] -> 1", "### Now\nclick[y] -> 1"):
        assert parse_reply(f"> click[x] -> 0.5\n{page}").action == "click[x]"


@pytest.mark.parametrize("heading", ["Alternatively:", "Second option:", "Other actions:", "Or:"])
def test_a_heading_of_another_answer_ends_nothing(heading: str) -> None:
    assert parse_reply(f"click[y] -> 0.4\n\n{heading}\nclick[x] -> 0.5").action == "click[x]"


@pytest.mark.parametrize("listed", ["Possible actions:", "Last 5 actions:", "Available actions:"])
def test_a_list_of_actions_is_no_answer(listed: str) -> None:
    said = f"### Now\n{listed}\n- click[y]\n- click[z]\nEncouraged:\nclick[x]"
    assert parse_reply(said).action == "click[x]"


@pytest.mark.parametrize("head", ["### Encouraged", "## Action", "Observation: shoes", "Task: buy"])
def test_a_heading_before_the_first_action_does_no_harm(head: str) -> None:
    assert parse_reply(f"{head}\nclick[x] -> 0.5\nclick[y] -> 0.6").action == "click[y]"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\u202e", "\x9b"])
def test_a_reply_cannot_steer_the_terminal(sign: str) -> None:
    with pytest.raises(ReplyError) as caught:
        parse_reply(f"none{sign}here")
    assert f"none{visible(sign)}here" in str(caught.value)


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


@given(
    st.sampled_from(["[", "(", "click[", "-> ", "a -> ", "action:", "* ", "discouraged ", "(0"])
    | st.sampled_from(
        ["<", "< ", "<think", "<|channel|>", "<think>", "[THINK]", "# ", "page ", "\t"]
    )
)
def test_long_nonsense_is_read_in_good_time(piece: str) -> None:
    # exponential patterns would never end here (the suite's time limit turns this red)
    with contextlib.suppress(ReplyError):
        parse_reply(piece * 3000)


# --- objects: the names that models give their parts --------------------------------------------

ACTIONS = ("action", "next_action", "final_action", "best_action", "answer", "final_answer",
           "encouraged", "encouraged_action", "name", "tool", "function", "command")  # fmt: skip
VALUES = ("value", "expected_value", "q", "q_value", "expected_return", "return", "score",
          "expected_reward", "confidence", "estimated_value", "action_value")  # fmt: skip
REASONS = ("reason", "reasoning", "explanation", "rationale", "because", "why")
INPUTS = ("action_input", "argument", "arguments", "args", "parameter", "parameters", "input",
          "target", "element", "query", "keywords", "text", "label", "button")  # fmt: skip


@pytest.mark.parametrize("spelled", [str, str.title, lambda key: key.replace("_", "-").upper()])
def test_an_object_s_parts_go_by_many_names(spelled: Callable[[str], str]) -> None:
    for action in ACTIONS:
        said = {spelled(action): "click[x]", "value": 0.5}
        assert parse_reply(json.dumps(said)) == Decision("click[x]", 0.5), action
    for value in VALUES:
        said = {"action": "click[x]", spelled(value): 0.5}
        assert parse_reply(json.dumps(said)) == Decision("click[x]", 0.5), value
    for reason in REASONS:
        said = {"action": "click[x]", "value": 0.5, spelled(reason): "it fits"}
        assert parse_reply(json.dumps(said)) == Decision("click[x]", 0.5, "it fits"), reason
    for part in INPUTS:
        said = {"action": "click", spelled(part): "x", "value": 0.5}
        assert parse_reply(json.dumps(said)) == Decision("click[x]", 0.5), part


@pytest.mark.parametrize(
    "name", ["page", "observation", "thought", "available", "possible", "avoid"]
)
def test_an_object_of_something_else_holds_no_answer(name: str) -> None:
    said = {f"the {name}": {"action": "click[y]", "value": 9}, "next": {"action": "click[x]"}}
    assert parse_reply(json.dumps(said)).action == "click[x]"


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("{'action': 'click[x]', 'value': 0.5, ", Decision("click[x]", 0.5)),
        ('{"action": "click[x]", "reason": "it fits", "val', Decision("click[x]", None, "it fits")),
        ('{"click[y]": "a nice one", "click[x]": 0.5}', Decision("click[x]", 0.5)),
        ('{"rating": 3, "next": {"action": "click[x]"}}', Decision("click[x]")),
        ('{"action": "click[x]", "value": 1e300}', Decision("click[x]")),
        ('{"action": "click[x]", "value": true}', Decision("click[x]")),
        ('{"action": "click[x]", "value": "0.5"}', Decision("click[x]", 0.5)),
    ],
)
def test_what_an_object_says_and_no_more(text: str, decision: Decision) -> None:
    assert parse_reply(text) == decision


@pytest.mark.parametrize("depth", [0, 6, 7])
def test_objects_are_read_to_a_depth_of_six(depth: int) -> None:
    said = '{"a": ' * depth + '{"action": "click[x]", "value": 0.5}' + "}" * depth
    if depth <= 6:
        assert parse_reply(said) == Decision("click[x]", 0.5)
    else:
        with pytest.raises(ReplyError):
            parse_reply(said)


def test_a_value_on_the_next_line_belongs_to_an_action_with_a_reason() -> None:
    reply = "click[a] because it fits\nValue: 0.9"
    assert parse_reply(reply) == Decision("click[a]", 0.9, "because it fits")
    assert parse_reply(f"{reply} at last") == Decision("click[a]", 0.9, "at last")
    assert parse_reply("click[a] because it fits\nValue: none") == Decision(
        "click[a]", None, "because it fits"
    )
    assert parse_reply("click[a] -> 0.5 it fits\nValue: 0.9") == Decision(
        "click[a]", 0.5, "it fits"
    )


def test_a_quoted_answer_ends_at_a_quoted_rule_too() -> None:
    for rule in ("---", "~~~", "***"):
        assert parse_reply(f"> click[y] -> 0.5\n> {rule}\n> click[z] -> 9").action == "click[y]"
