"""Budgets: nothing passes them, and what is counted is what was used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.llm.base import LLM, Reply
from rememberer_lite.llm.budget import Budget, BudgetExceeded, Usage
from rememberer_lite.llm.estimate import estimate
from rememberer_lite.state import RemembererError
from rememberer_lite.tokens import CHAT_OVERHEAD, count_tokens


class Echo:
    model = "echo"

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def complete(self, prompt: str) -> Reply:
        self.prompts.append(prompt)
        return Reply(prompt, self.model)


def test_cost_by_hand() -> None:
    # 2,000 · 0.50 / 1e6 + 300 · 1.50 / 1e6 = 0.001 + 0.00045
    usage = Usage(1, 2_000, 300, prices=(0.5, 1.5))
    assert usage.cost == pytest.approx(0.00145)
    assert usage.tokens == 2_300
    assert Usage(1, 2_000, 300).cost is None


@given(
    calls=st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 300), st.floats(0, 1), st.floats(0, 1)),
        max_size=30,
    ),
    max_calls=st.integers(0, 30),
    max_tokens=st.integers(0, 10_000),
    max_cost=st.floats(0, 0.02),
)
def test_no_limit_is_ever_passed(
    calls: list[tuple[int, int, float, float]], max_calls: int, max_tokens: int, max_cost: float
) -> None:
    budget = Budget(max_calls, max_tokens, max_cost, prices=(1.0, 3.0))
    for prompt, reply, of_prompt, of_reply in calls:
        try:
            with budget.call(prompt, reply) as call:
                call.used(int(prompt * of_prompt), int(reply * of_reply))
        except BudgetExceeded:
            over = budget.spent.plus(1, prompt, reply)
            assert over.cost is not None
            assert over.calls > max_calls or over.tokens > max_tokens or over.cost > max_cost
        assert budget.spent.calls <= max_calls
        assert budget.spent.tokens <= max_tokens
        assert budget.spent.cost is not None and budget.spent.cost <= max_cost


def test_calls_under_way_count_at_their_most() -> None:
    budget = Budget(max_tokens=1_000)
    with budget.call(400, 200) as first:
        with pytest.raises(BudgetExceeded), budget.call(400, 200):
            pass
        first.used(100, 50)
    with budget.call(400, 200):  # 150 + 600 fits
        pass


def test_a_call_that_raises_is_counted_and_set_free() -> None:
    budget = Budget(max_calls=2, max_tokens=100)
    with pytest.raises(KeyboardInterrupt), budget.call(50, 50):
        raise KeyboardInterrupt
    assert (budget.spent.calls, budget.spent.tokens) == (1, 0)
    with budget.call(50, 50):
        pass


@pytest.mark.parametrize(
    "options",
    [
        {"max_calls": -1},
        {"max_tokens": float("nan")},
        {"max_cost": 1.0},
        {"max_cost": -1.0, "prices": (1, 1)},
        {"prices": (1.0,)},
        {"prices": (1.0, -2.0)},
    ],
)
def test_a_senseless_budget_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(RemembererError, match=r"choose a number|pass"):
        Budget(**options)


def test_the_message_says_what_is_spent_and_what_to_raise() -> None:
    budget = Budget(max_cost=0.001, prices=(1.0, 1.0))
    with budget.call(500, 100) as call:
        call.used(500, 100)
    with pytest.raises(BudgetExceeded, match=r"1 calls, 600 tokens, cost 0\.0006.*raise max_cost"):
        budget.call(500, 100).__enter__()


def test_progress_tells_the_whole_run_from_its_part() -> None:
    budget = Budget(prices=(10.0, 10.0))
    with budget.call(900, 100) as call:
        call.used(900, 100)
    assert budget.progress() == "1 calls, 1,000 tokens, cost 0.0100"
    assert budget.progress(1, 4) == (
        "1 calls, 1,000 tokens, cost 0.0100; whole run about 4 calls, 4,000 tokens, cost 0.0400"
    )
    assert repr(Budget(max_calls=3)) == "Budget(max_calls=3): 0 calls, 0 tokens so far"


def test_an_estimate_counts_the_prompts_that_the_run_sends() -> None:
    llm, prompts = Echo(), ["red shoes", "a longer prompt, with more words", ""]

    def run(model: LLM) -> None:
        for prompt in prompts:
            assert model.complete(prompt).text == prompt
            assert model.model == "echo"

    usage = estimate(run, llm=llm, prices=(1.0, 2.0), reply_tokens=50, times=10)
    assert llm.prompts == prompts
    tokens = sum(count_tokens(prompt) + CHAT_OVERHEAD for prompt in prompts)
    assert usage == Usage(30, 10 * tokens, 10 * 150, (1.0, 2.0))
