"""How far a run has come, and what it costs: one bar."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from rememberer_lite.agent import Agent
from rememberer_lite.text import visible


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this; IPython is not imported to find out."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def progress_bar(what: str, total: int, unit: str, shown: bool = True) -> Any:
    """A tqdm bar: a widget that goes away in a notebook, a line in a terminal, nothing in a pipe.

    A notebook paints all that goes to stderr red, as an error; its widget does not go there.
    """
    what = visible(what).replace("\n", "␊")
    if in_notebook():
        from tqdm.auto import tqdm as widget

        return widget(total=total, desc=what, unit=unit, disable=not shown, leave=False)
    from tqdm import tqdm  # a slow import, used only here

    # None: only where stderr is a terminal
    return tqdm(total=total, desc=what, unit=unit, disable=None if shown else True)


class Progress:
    """A bar that counts episodes and, where the agent's model has a budget, shows its use.

    Args:
        what: what is being done.
        total: how many episodes there will be at most.
        agent: whose model's budget is watched.
        shown: False shows nothing.
    """

    def __init__(self, what: str, total: int, agent: Agent, shown: bool) -> None:
        self._budget = agent.budget
        self._before = self._budget.spent if self._budget else None
        self._played, self._left = 0, total
        self._bar = progress_bar(what, total, "episode", shown)

    def advance(self, played: bool = True) -> None:
        """Count one more episode; `played` is False if it was taken from a checkpoint."""
        self._played += played
        self._left -= 1
        self._say_cost()
        self._bar.update()

    def skip(self) -> None:
        """An episode that need not be played: there is one less to wait for."""
        self._left -= 1
        self._say_cost()
        self._bar.total -= 1
        self._bar.refresh()

    def _say_cost(self) -> None:
        if self._budget:
            line = self._budget.progress(self._played, self._played + self._left, self._before)
            self._bar.set_postfix_str(line, refresh=False)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
