"""What a run may cost, what it has cost so far, and what it would cost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.state import RemembererError
from rememberer_lite.tokens import CHAT_OVERHEAD, count_tokens


class BudgetExceeded(LLMError):
    """The next call could pass the budget, so it was not made."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked of a model: calls, tokens and, where prices are known, money.

    cost = (prompt_tokens · prices[0] + completion_tokens · prices[1]) / 1,000,000

    >>> Usage(2, 3_000, 400, prices=(0.5, 1.5))
    2 calls, 3,400 tokens, cost 0.0021
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prices: tuple[float, float] | None = None

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def cost(self) -> float | None:
        """Money, in the currency of the prices; None where they are not known."""
        if self.prices is None:
            return None
        cost = self.prompt_tokens * self.prices[0] + self.completion_tokens * self.prices[1]
        return cost / 1_000_000

    def plus(self, calls: int, prompt_tokens: int, completion_tokens: int) -> Usage:
        """The usage after some more."""
        return Usage(
            self.calls + calls,
            self.prompt_tokens + prompt_tokens,
            self.completion_tokens + completion_tokens,
            self.prices,
        )

    def times(self, factor: float) -> Usage:
        """The usage of `factor` such runs."""
        return Usage(
            round(self.calls * factor),
            round(self.prompt_tokens * factor),
            round(self.completion_tokens * factor),
            self.prices,
        )

    def __repr__(self) -> str:
        money = "" if self.cost is None else f", cost {self.cost:.4f}"
        return f"{self.calls:,} calls, {self.tokens:,} tokens{money}"


class Call:
    """One call that the budget has let through; tell it what the call really took."""

    def __init__(self) -> None:
        self.prompt_tokens = 0
        self.completion_tokens = 0

    def used(self, prompt_tokens: int, completion_tokens: int) -> None:
        """What the server counted. A call that is told nothing counts as a call of no tokens."""
        self.prompt_tokens, self.completion_tokens = prompt_tokens, completion_tokens


class Budget:
    """A limit that a run never passes, and the count of what it has used; safe in threads.

    Before each call the most that it can take is set aside (the estimated prompt, which errs
    upwards, and a reply of full length); where that would pass a limit, the call is not made.

    Args:
        max_calls: calls to the server, repeated ones included.
        max_tokens: tokens of prompts and replies together.
        max_cost: money, in the currency of `prices`; needs `prices`.
        prices: (price of a million prompt tokens, price of a million reply tokens), as the
            provider's page lists them today: this package keeps no prices, they go stale.

    Raises:
        RemembererError: for a limit below 0, or `max_cost` without `prices`.

    >>> budget = Budget(max_calls=1, prices=(0.5, 1.5))
    >>> with budget.call(prompt_tokens=900, completion_tokens=200) as call:
    ...     call.used(850, 120)
    >>> budget.spent
    1 calls, 970 tokens, cost 0.0006
    >>> with budget.call(900, 200): pass
    Traceback (most recent call last):
    rememberer_lite.llm.budget.BudgetExceeded: the next call could pass max_calls=1 ...
    """

    def __init__(
        self,
        max_calls: int | None = None,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        prices: tuple[float, float] | None = None,
    ) -> None:
        limits = {"max_calls": max_calls, "max_tokens": max_tokens, "max_cost": max_cost}
        for name, limit in limits.items():
            if limit is not None and not limit >= 0:
                raise RemembererError(f"{name}={limit}: give a number of at least 0, or None")
        if prices is not None and (len(prices) != 2 or not min(prices) >= 0):
            raise RemembererError(
                f"prices={prices!r}: give two numbers of at least 0, the price of a million prompt "
                "tokens and that of a million reply tokens"
            )
        if max_cost is not None and prices is None:
            raise RemembererError(
                "max_cost needs prices: give prices=(price of a million prompt tokens, price of a "
                "million reply tokens), as on the provider's page"
            )
        self.max_calls, self.max_tokens, self.max_cost = max_calls, max_tokens, max_cost
        self._spent = Usage(prices=prices)
        self._set_aside = Usage(prices=prices)
        self._lock = threading.Lock()

    @property
    def spent(self) -> Usage:
        """What has been used so far."""
        return self._spent

    @contextmanager
    def call(self, prompt_tokens: int, completion_tokens: int) -> Iterator[Call]:
        """Set the most that a call can take aside while it is made.

        Raises:
            BudgetExceeded: where the call could pass a limit.
        """
        with self._lock:
            self._set_aside = self._allowed(prompt_tokens, completion_tokens)
        call = Call()
        try:
            yield call
        finally:
            with self._lock:
                self._set_aside = self._set_aside.plus(-1, -prompt_tokens, -completion_tokens)
                self._spent = self._spent.plus(1, call.prompt_tokens, call.completion_tokens)

    def _allowed(self, prompt_tokens: int, completion_tokens: int) -> Usage:
        """What is set aside with one call more, if no limit can be passed by it."""
        aside = self._set_aside.plus(1, prompt_tokens, completion_tokens)
        most = self._spent.plus(aside.calls, aside.prompt_tokens, aside.completion_tokens)
        for name, limit, needed in (
            ("max_calls", self.max_calls, most.calls),
            ("max_tokens", self.max_tokens, most.tokens),
            ("max_cost", self.max_cost, most.cost),
        ):
            if limit is not None and needed is not None and needed > limit:
                raise BudgetExceeded(
                    f"the next call could pass {name}={limit:g} (so far: {self._spent}): the run "
                    f"stops here; raise {name} to go on"
                )
        return aside

    def progress(self, done: int = 0, total: int = 0, before: Usage | None = None) -> str:
        """One line: used so far and, from the share that is done, the whole run.

        Args:
            done: how many episodes were played.
            total: how many there will be.
            before: what was used before the run began.

        >>> budget = Budget(); budget.progress()
        '0 calls, 0 tokens'
        """
        if not 0 < done <= total:
            return str(self._spent)
        before = before or Usage()
        used = self._spent.plus(-before.calls, -before.prompt_tokens, -before.completion_tokens)
        return f"{used}; whole run about {used.times(total / done)}"

    def __repr__(self) -> str:
        limits = (
            f"{name}={limit:g}"
            for name, limit in (
                ("max_calls", self.max_calls),
                ("max_tokens", self.max_tokens),
                ("max_cost", self.max_cost),
            )
            if limit is not None
        )
        return f"Budget({', '.join(limits)}): {self._spent} so far"


class Meter:
    """Another model, with what a server would have counted for it written down."""

    def __init__(self, llm: LLM, reply_tokens: int, prices: tuple[float, float] | None) -> None:
        self.llm, self.reply_tokens = llm, reply_tokens
        self.budget = Budget(prices=prices)

    @property
    def model(self) -> str:
        """The name of the model within."""
        return self.llm.model

    def complete(self, prompt: str) -> Reply:
        """Answer, and count the prompt and a reply of full length."""
        tokens = count_tokens(prompt) + CHAT_OVERHEAD
        with self.budget.call(tokens, self.reply_tokens) as call:
            reply = self.llm.complete(prompt)
            call.used(tokens, self.reply_tokens)
        return reply


def estimate(
    run: Callable[[LLM], object],
    llm: LLM | None = None,
    prices: tuple[float, float] | None = None,
    reply_tokens: int = 200,
    times: float = 1.0,
) -> Usage:
    """Tell what a run would cost, by making it once with a model that costs nothing.

    The prompts are those that the run would send, as far as the stand-in's decisions are like the
    real model's: a model that buys early needs fewer steps, one that wanders needs more. Each
    reply is counted at full length. So this is a careful guess and no bound; a `Budget` is one.

    Args:
        run: makes the run with the model that it is given. What it builds must be new, so that
            nothing of the rehearsal is left in a memory or a file that you go on using.
        llm: the model of the rehearsal; None is the offline stand-in.
        prices: as in `Budget`.
        reply_tokens: tokens of a reply, as in `OpenAILLM(max_output_tokens=…)`.
        times: how many such runs there will be; with a run over 2 of 100 goals, 50.

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
