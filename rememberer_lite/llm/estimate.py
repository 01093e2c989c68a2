"""What a run would cost, found by running it once with a model that costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rememberer_lite.llm.base import LLM, Reply, ask, settings_of
from rememberer_lite.llm.budget import Budget, Usage
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.tokens import CHAT_OVERHEAD, count_tokens


class Meter:
    """Another model, with a count of what a server would have charged for it."""

    def __init__(self, llm: LLM, reply_tokens: int, prices: tuple[float, float] | None) -> None:
        self.llm, self.reply_tokens = llm, reply_tokens
        self.budget = Budget(prices=prices)

    @property
    def model(self) -> str:
        """The name of the model within."""
        return self.llm.model

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the model within."""
        return settings_of(self.llm)

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """Answer, and count the prompt and a reply of full length."""
        tokens = count_tokens(prompt) + CHAT_OVERHEAD
        with self.budget.call(tokens, self.reply_tokens) as call:
            reply = ask(self.llm, prompt, choices)
            call.used(tokens, self.reply_tokens)
        return reply


def estimate(
    run: Callable[[LLM], object],
    llm: LLM | None = None,
    prices: tuple[float, float] | None = None,
    reply_tokens: int = 200,
    times: float = 1.0,
) -> Usage:
    """Estimate what a run would cost, by running it once with a model that costs nothing.

    The prompts are those that the run would send, as far as the stand-in decides like the real
    model: a model that buys early needs fewer steps, one that wanders needs more. Each reply is
    counted at full length. So this is a careful guess and not a bound; a `Budget` is a bound.

    Args:
        run: runs with the model that it receives. What it builds must be new, so that
            nothing of the rehearsal is left in a memory or a file that you go on using.
        llm: the model of the rehearsal; None: the offline stand-in.
        prices: as in `Budget`.
        reply_tokens: tokens of a reply, as in `OpenAILLM(max_output_tokens=…)`.
        times: how many such runs there will be; if the run covers 2 of 100 goals, 50.

    >>> class Echo:
    ...     model = "echo"
    ...     def complete(self, prompt): return Reply("click[buy now]", "echo")
    >>> estimate(lambda llm: llm.complete("red shoes"), llm=Echo(), prices=(1.0, 2.0), times=10)
    10 calls, 2,190 tokens, cost 0.0042
    """
    if llm is None:
        from rememberer_lite.llm.offline import OfflineLLM

        llm = OfflineLLM()
    meter = Meter(llm, reply_tokens, prices)
    run(meter)
    return meter.budget.spent.times(times)
