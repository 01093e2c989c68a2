"""A prompt never exceeds its budget: any number of exemplars, any text, any way of counting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from buttons import DOMAIN
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.prompts import PromptError, Style, build, template
from rememberer_lite.prompts.fitting import fitted
from rememberer_lite.state import (
    ActionValue,
    Advice,
    Exemplar,
    Experience,
    Match,
    Recent,
    SettingError,
    State,
    Suggestion,
)
from rememberer_lite.tokens import count_tokens

REPLY = 50


def example(text: str) -> Exemplar:
    state = State(text, text, (text,), text)
    record = Experience(state, 0, {text or "a": ActionValue(1.0, 1.0, 1, text)}, 1)
    return Exemplar(Match(record), Advice(Suggestion(text or "a", 1.0, text), None))


def in_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def in_pairs(text: str) -> int:
    """Joins are cheaper than their parts, as in any vocabulary of longer pieces."""
    return (len(text) + 1) // 2


def always(number: int) -> Callable[[str], int]:
    return lambda text: number


def in_lines(text: str) -> int:
    return text.count("\n")


COUNTS = [count_tokens, in_bytes, in_pairs, in_lines, always(0), always(1)]


@pytest.mark.parametrize("count", [count_tokens, in_bytes, in_pairs])
@pytest.mark.parametrize("number", [9, 10, 11, 99, 100, 101, 130])
def test_any_number_of_exemplars_fits(number: int, count: Callable[[str], int]) -> None:
    page = State("t", "p", ("a",))
    given = [example("a")] * number
    whole = build(DOMAIN, page, Recent(), given, 10**6, REPLY, count=count)
    assert len(whole.exemplars) == number
    for less in range(4):  # at the edge: just enough, and a little too little
        budget = whole.tokens + REPLY - less
        prompt = build(DOMAIN, page, Recent(), given, budget, REPLY, count=count)
        assert prompt.tokens == count(prompt.text) <= budget - REPLY
        assert len(prompt.exemplars) == number - (less > 0)
        assert "".join(part.text for part in prompt.parts) == prompt.text


TEXT = st.text(max_size=30) | st.sampled_from(
    ["x " * 900, "\U0001f600" * 500, "7" * 999, "\n" * 400]
)


@given(
    texts=st.lists(TEXT, max_size=14),
    page=TEXT,
    complaint=TEXT,
    domain=st.sampled_from([DOMAIN, WEBSHOP, WIKIHOW]),
    room=st.integers(100, 2000),
    count=st.sampled_from(COUNTS),
    style=st.sampled_from(["paper", "short"]),
)
def test_any_text_fits(
    texts: list[str],
    page: str,
    complaint: str,
    domain: type[DOMAIN],  # type: ignore[valid-type]
    room: int,
    count: Callable[[str], int],
    style: Style,
) -> None:
    head = template(domain) if style == "paper" else ""
    budget = count(head) + room + REPLY
    state, recent = State(page, page, (page,), page), Recent((page,), (page,))
    prompt = build(
        domain, state, recent, [example(t) for t in texts], budget, REPLY, complaint, count, style
    )
    assert prompt.tokens == count(prompt.text) <= budget - REPLY
    if style == "paper":
        assert prompt.text.startswith(head + "### ")
    assert prompt.text.endswith("\nEncouraged:\n" if head else "\nBest action:\n")
    assert len(prompt.exemplars) + len(prompt.left_out) == len(texts)


def test_the_page_needs_a_hundred_tokens_by_the_count_that_is_given() -> None:
    page = State("t", "p", ("a",))
    needed = in_bytes(template(DOMAIN)) + 100 + REPLY
    with pytest.raises(PromptError, match=f"at least {needed},"):
        build(DOMAIN, page, Recent(), [], needed - 1, REPLY, count=in_bytes)
    assert build(DOMAIN, page, Recent(), [], needed, REPLY, count=in_bytes).text


@pytest.mark.parametrize("bad", [None, "3", -1, float("nan"), float("inf"), [1]])
def test_a_count_that_is_none_is_refused(bad: object) -> None:
    with pytest.raises(SettingError, match=r"count\(text\) is how many tokens"):
        build(DOMAIN, State("t", "p", ("a",)), Recent(), [], count=lambda text: bad)  # type: ignore[arg-type, return-value]


def test_a_count_in_fractions_is_rounded_up() -> None:
    page = State("t", "p", ("a",))
    prompt = build(DOMAIN, page, Recent(), [], count=lambda text: len(text) / 3)  # type: ignore[arg-type, return-value]
    assert prompt.tokens == -(-len(prompt.text) // 3)


def test_a_budget_that_no_page_fits_is_said() -> None:
    def count(text: str) -> int:
        return 151 if text else 0

    with pytest.raises(PromptError, match="no page fits a budget of 200 tokens"):
        build(DOMAIN, State("t", "p"), Recent(), [], 200, 50, count=count, style="short")


def test_a_page_whose_lines_are_shortened_loses_none_of_them() -> None:
    text, cut = fitted("x" * 600 + "\nfirst\nsecond", lambda text: len(text) < 500)
    head, *rest = text.splitlines()
    assert cut and head.endswith("(line shortened)") and rest == ["first", "second"]
    lines = "\n".join(str(number) * 9 for number in range(9))
    text, cut = fitted(lines, lambda text: len(text) < 70)
    left_out = 9 - (len(text.splitlines()) - 1)
    assert cut and f"… ({left_out} lines left out to fit the budget)" in text.splitlines()
