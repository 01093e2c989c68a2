"""Text from outside: what steers a terminal shows as a symbol; spellings of one text match."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.text import alike, visible

STEERING = [
    "\x00",
    "\x07",
    "\x08",
    "\x1b[2J",
    "\r",
    "\x7f",
    "\x9b31m",
    "\u202e",
    "\u2066",
    "\u200f",
]
STEERING += ["\u061c", "\ufeff", "\u2028", "\u0085", "\ud800", "\U000e0041"]


@pytest.mark.parametrize("sign", STEERING, ids=ascii)
def test_what_steers_is_shown(sign: str) -> None:
    shown = visible(f"a{sign}b")
    assert sign[0] not in shown and shown.startswith("a") and len(shown) >= 3


@pytest.mark.parametrize("text", ["a\tb\nc", "größer → 第二 😀", "👩\u200d🔬", "می\u200cخواهم", ""])
def test_what_is_written_stays(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_nothing_that_steers_is_left_and_twice_is_once(text: str) -> None:
    shown = visible(text)
    left = {unicodedata.category(sign) for sign in shown if sign not in "\n\t\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert visible(shown) == shown


@pytest.mark.parametrize(
    "other",
    [
        "BUY Café",
        "buy cafe\u0301",
        " buy\u00a0café ",
        "ｂｕｙ　café",
        "buy\u202fcafé",
        "buy\u200b café",
    ],
)
def test_one_text_in_other_letters(other: str) -> None:
    assert alike(other) == alike("buy café")


def test_quotation_marks_and_dashes() -> None:
    assert alike("men’s “x‑large” 10–12") == alike('men\'s "x-large" 10-12')
    assert alike("size 8") != alike("size 9")


def test_no_message_cuts_a_text_inside_a_word(root: Path) -> None:
    """What is shown of a long text ends between words, with "…": `text.short` does it."""
    cut = []
    for path in sorted((root / "rememberer_lite").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue):
                cut += [
                    f"{path.name}:{part.lineno}"
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Subscript)
                    and isinstance(part.slice, ast.Slice)
                    and isinstance(part.slice.upper, ast.Constant)
                    and part.slice.upper.value >= 30
                    and not ast.unparse(part.value).endswith(".name")
                    and "re.escape" not in ast.unparse(node)
                ]
    assert not cut
