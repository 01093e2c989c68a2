"""What a run may cost, and what it has cost so far."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rememberer_lite.llm.base import LLM, LLMError
from rememberer_lite.state import SettingError


class BudgetExceeded(LLMError):
    """The next call could pass the budget, so it was not made."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model was used for: calls, tokens and, if prices are known, money.

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
    """One call that the budget has allowed; report to it what the call really used."""

    def __init__(self) -> None:
        self.prompt_tokens = 0
        self.completion_tokens = 0

    def used(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Report what the server counted. A call without a report counts as a call of no tokens."""
        self.prompt_tokens, self.completion_tokens = prompt_tokens, completion_tokens


class Budget:
    """A limit that a run never exceeds, and the count of what it has used; thread-safe.

    Before each call the most that it can use is set aside (the estimated prompt, which is not too
    low, and a reply of full length); if that would exceed a limit, the call is not made.

    Args:
        max_calls: calls to the server, repeated ones included.
        max_tokens: tokens of prompts and replies together.
        max_cost: money, in the currency of `prices`; needs `prices`.
        prices: (price of a million prompt tokens, price of a million reply tokens), as the
            provider's page lists them today: this package holds none, because they change.

    Raises:
        SettingError: if a limit is below 0, or `max_cost` is set without `prices`.

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
                raise SettingError(f"{name}={limit}: choose a number of at least 0, or None")
        if prices is not None and (len(prices) != 2 or not min(prices) >= 0):
            raise SettingError(
                f"prices={prices!r}: pass two numbers of at least 0, the price of a million prompt "
                "tokens and that of a million reply tokens"
            )
        if max_cost is not None and prices is None:
            raise SettingError(
                "max_cost needs prices: pass prices=(price of a million prompt tokens, price of a "
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
        """Set aside the most that a call can use while it is made.

        Raises:
            BudgetExceeded: if the call could pass a limit.
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
        """What is set aside with one more call, if that cannot exceed a limit."""
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
                    f"stops here; raise {name} to continue"
                )
        return aside

    def progress(self, done: int = 0, total: int = 0, before: Usage | None = None) -> str:
        """One line: the use so far, and the whole run as extrapolated from the part that is done.

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


def budget_of(llm: LLM) -> Budget | None:
    """What a model may spend; None if it does not count."""
    budget = getattr(llm, "budget", None)
    return budget if isinstance(budget, Budget) else None
