"""How far a run is, and what it costs: one tqdm line."""

from __future__ import annotations

from types import TracebackType

from tqdm import tqdm

from rememberer_lite.agent import Agent
from rememberer_lite.llm.budget import Budget


class Progress:
    """A bar that counts episodes and, where the agent's model has a budget, shows its use.

    Args:
        what: what is being done.
        total: how many episodes there will be.
        agent: whose model's budget is watched.
        shown: False shows nothing.
    """

    def __init__(self, what: str, total: int, agent: Agent, shown: bool = True) -> None:
        budget = getattr(getattr(agent, "llm", None), "budget", None)
        self._budget = budget if isinstance(budget, Budget) else None
        self._before = self._budget.spent if self._budget else None
        self._played, self._left = 0, total
        self._bar = tqdm(total=total, desc=what, unit="episode", disable=not shown)

    def advance(self, played: bool = True) -> None:
        """One episode more; `played` is False where it cost nothing."""
        self._played += played
        self._left -= 1
        if self._budget:
            line = self._budget.progress(self._played, self._played + self._left, self._before)
            self._bar.set_postfix_str(line, refresh=False)
        self._bar.update()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
