"""Quick checks cannot be passed blind: neither the place nor the length gives an answer away."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from quick_checks import NOTEBOOKS, Question, course, put_in_order, questions
from scipy.stats import binomtest

CHAPTERS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def places(found: list[Question], options: int = 3) -> Counter[int]:
    """How often the right answer is in each place."""
    return Counter(q.right[0] for q in found if len(q.options) == options)


def lopsided(found: list[Question], options: int = 3) -> list[int]:
    """The places that hold the right answer more or less often than chance would."""
    counts, total = places(found, options), sum(len(q.options) == options for q in found)
    chances = [binomtest(counts[n], total, 1 / options).pvalue for n in range(options)]
    return [n for n, chance in enumerate(chances) if chance < 0.05]


def too_long(found: list[Question]) -> bool:
    """Whether the right answer is the longest more often than chance would have it."""
    chance = sum(1 / len(q.options) for q in found) / len(found)
    longest = sum(q.longest for q in found)
    return bool(binomtest(longest, len(found), chance, alternative="greater").pvalue < 0.05)


def test_each_question_has_one_right_answer() -> None:
    found = course()
    assert len({chapter for chapter, _ in found}) == len(CHAPTERS)
    wrong = [(chapter, q.options[0][0]) for chapter, q in found if len(q.right) != 1]
    assert not wrong, "the explanation of a right answer begins with “Right”"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem[:2])
def test_the_order_is_the_one_that_the_seed_draws(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            assert put_in_order(cell.source) == cell.source, (
                "put them in order: uv run python tests/tools/quick_checks.py"
            )


def test_places_and_lengths_are_near_chance() -> None:
    found = [question for _, question in course()]
    assert lopsided(found) == []
    assert not too_long(found)


@pytest.mark.parametrize("chapter", ["02", "03", "04", "05", "06", "07"])
def test_one_question_is_answered_by_a_number(chapter: str) -> None:
    """Then it has to be worked out, and cannot be guessed from how the options sound."""
    mine = [question for number, question in course() if number == chapter]
    assert any(all(re.match(r"\d", option) for option, _ in q.options) for q in mine)


def planted(place: int, words: int = 1) -> Question:
    options = [("an option of some length", "No.") for _ in range(3)]
    options[place] = ("right " * words, "Right.")
    return Question("", tuple(options))


def test_a_planted_lean_is_found() -> None:
    even = [planted(n % 3) for n in range(45)]
    assert lopsided(even) == [] and not too_long(even)
    assert lopsided([planted(1)] * 38 + [planted(2)] * 7) == [0, 1, 2]
    assert too_long([planted(n % 3, words=20) for n in range(45)])


TEXT = """Before.

## Quick check

**1. One?**

<details><summary>a</summary>No, `a`.</details>
<details><summary>b

c</summary>Right.</details>

<details><summary>d</summary>No.</details>

**2. Two?**

<details><summary>yes</summary>No.</details>
<details><summary>no</summary>Right.</details>
"""


def test_the_order_moves_options_and_nothing_else() -> None:
    ordered = {put_in_order(TEXT, seed) for seed in range(200)}
    assert len(ordered) == 12, "six orders of three options, two of two"
    for text in ordered:
        one, two = questions(text)
        assert {*one.options} == {("a", "No, `a`."), ("b\n\nc", "Right."), ("d", "No.")}
        assert {*two.options} == {("yes", "No."), ("no", "Right.")}
        assert put_in_order(put_in_order(text, 3), 3) == put_in_order(TEXT, 3)
        assert text.startswith("Before.\n\n## Quick check\n\n**1. One?**\n\n<details>")
    answer = "<details><summary>Answer</summary>It depends.</details>\n"
    assert put_in_order(f"{answer}{answer}") == f"{answer}{answer}", "no quick check"
