"""The published code's defects, by number: which test shows that each is absent here.

A defect's own test is named `test_defect_NN_…` and stands beside the tests of its part. Where a
part has no counterpart in this project, the list says so.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rememberer_lite import ReplyError
from rememberer_lite.prompts import parse_reply

TESTED = "tested by number"
#: what becomes of each of the 37 defects here
DEFECTS = {
    **dict.fromkeys(range(1, 19), TESTED),
    19: "tested in test_llm_openai.py: every fault of a server ends in one error, never a no-op",
    20: "tested in test_llm_openai.py: a rate limit holds all threads back, failing calls too",
    21: TESTED,
    22: TESTED,
    23: "no counterpart: there is one memory, and an empty one is never replaced by another",
    24: "no counterpart: there is one table of values (double learning was the paper's supplement)",
    25: TESTED,  # kept on purpose; a chapter shows what it does
    **dict.fromkeys(range(26, 32), TESTED),
    32: TESTED,
    33: TESTED,
    34: TESTED,
    35: "no counterpart: nothing is logged to a folder; files make theirs when they are saved",
    36: "no counterpart: a merged record keeps its own id, and none is used twice",
    37: TESTED,
}


def test_every_published_defect_is_accounted_for(root: Path) -> None:
    sources = (root / "tests").rglob("test_*.py")
    numbers = {
        int(number)
        for path in sources
        for number in re.findall(r"def test_defect_(\d+)_", path.read_text(encoding="utf-8"))
    }
    assert sorted(DEFECTS) == list(range(1, 38))
    assert numbers == {number for number, fate in DEFECTS.items() if fate == TESTED}


@pytest.mark.parametrize(
    ("reply", "action", "reason"),
    [
        ("search[usb c: cable] -> 0.5 cables", "search[usb c: cable]", "cables"),
        ("search[a -> b] -> 0.5 an arrow", "search[a -> b]", "an arrow"),
        ("search[a -> b]", "search[a -> b]", ""),
        ("click[buy now] -> 1.0 Discounted: cheap", "click[buy now]", "Discounted: cheap"),
        (
            "Encouraged: click[discs] -> 1.0 Disc\nDiscouraged:\nclick[x] -> 9",
            "click[discs]",
            "Disc",
        ),
    ],
)
def test_defect_18_signs_inside_an_action_or_a_reason_do_no_harm(
    reply: str, action: str, reason: str
) -> None:
    decision = parse_reply(reply)
    assert (decision.action, decision.reason) == (action, reason)


def test_defect_18_a_reply_without_an_action_is_one_error_of_ours() -> None:
    with pytest.raises(ReplyError):
        parse_reply("->")


def test_defect_32_a_person_can_play_and_keep_the_records() -> None:
    from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
    from rememberer_lite.view.widgets.game import Game, annotated

    game = Game(WebShopEnv(), WEBSHOP)
    game.do("search[dress shirt]", "what is asked")
    product = next(a for a in game.state.actions if re.fullmatch(r"[a-z0-9]{10}", a))
    game.do(f"click[{product}]")
    game.do("click[buy now]")
    records = annotated(game.moves, WEBSHOP.similarity())
    assert game.done and [len(record.actions) for record in records] == [1, 1, 1]
    assert records[0].actions["search[dress shirt]"].reason == "what is asked"
    assert records[2].recent_actions == ("search[dress shirt]", f"click[{product}]")
