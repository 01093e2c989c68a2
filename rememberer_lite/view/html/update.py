"""What one episode teaches: the rewards, the resulting targets, and how far each Q moves."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rememberer_lite.learning import alpha, n_step_target, update
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import RemembererError, State
from rememberer_lite.text import short
from rememberer_lite.training import Episode, Step
from rememberer_lite.view.html.markup import Html, code, join, number, table, tag
from rememberer_lite.view.html.style import view

#: a sum of at most this many terms is written in full
SHORT = 4


@dataclass(frozen=True, slots=True)
class Update:
    """One Q-update with all its numbers.

    Attributes:
        step: which step of the episode it is about, counted from 1.
        action: the action whose value moves.
        rewards: r_t, …, r_{t+n−1}, or fewer at the end of the episode.
        bootstrap: max_a Q(s_{t+n}, a); None: the episode ended first.
        target: Q'.
        before: Q before; 0 for a new action.
        visits: N, this update included.
        after: Q after, as the memory itself computed it.
    """

    step: int
    action: str
    rewards: tuple[float, ...]
    bootstrap: float | None
    target: float
    before: float
    visits: int
    after: float


class _Telling(ExperienceMemory):
    """A copy of a memory that records each of its updates."""

    @classmethod
    def copy_of(cls, memory: ExperienceMemory, n: int | None, gamma: float) -> _Telling:
        told = cls(memory.similarity, **{**memory.settings, "n_steps": n, "gamma": gamma})
        for name in ("_store", "next_id"):
            setattr(told, name, copy.deepcopy(getattr(memory, name)))
        told.updates = []
        return told

    def _value(self, state: State) -> float:
        self.bootstrap: float | None = super()._value(state)
        return self.bootstrap

    def _learn(
        self, step: Any, rewards: Sequence[float], bootstrap_from: State | None = None
    ) -> None:
        self.bootstrap = None
        known = self[step.state].actions.get(step.action) if step.state in self else None
        super()._learn(step, rewards, bootstrap_from)
        now = self[step.state].actions.get(step.action) if step.state in self else None
        if now is None:  # there was no room for the record, or the action was pruned at once
            return
        place = len(step.recent.actions) + 1
        target = n_step_target(rewards, self.gamma, self.bootstrap or 0.0)
        self.updates.append(
            Update(place, step.action, tuple(rewards), self.bootstrap, target,
                   known.q if known else 0.0, now.visits, now.q)
        )  # fmt: skip

    updates: list[Update]


def updates(
    episode: Episode, memory: ExperienceMemory, n: int | None, gamma: float
) -> list[Update]:
    """What the memory in its current state would learn from an episode; it is not changed.

    Args:
        episode: its failed replies are skipped, as in training.
        memory: the values before; a copy of it learns.
        n: rewards before the bootstrap; None: the whole episode.
        gamma: the discount γ.

    The page after an episode's last step is not kept, so the last step counts as an end even if it
    was only the step limit: nothing is bootstrapped from there.
    """
    steps = _taken(episode)
    if not steps:
        return []
    told = _Telling.copy_of(memory, n, gamma)
    told.start(steps[0].state)
    following = [step.state for step in steps[1:]]
    for place, step in enumerate(steps):
        last = place == len(steps) - 1
        action = step.action or ""
        told.observe(action, step.reward, None if last else following[place], last)
    return sorted(told.updates, key=lambda update: update.step)


def _taken(episode: Episode) -> list[Step]:
    return [step for step in episode.steps if step.action is not None]


def update_html(
    episode: Episode, memory: ExperienceMemory, n: int | None = None, gamma: float = 1.0
) -> Html:
    """The rewards on a time line, and each step's target and update with the numbers filled in.

    Args:
        episode: the episode to explain.
        memory: the values before; it is not changed.
        n: rewards before the bootstrap; None: the whole episode.
        gamma: the discount γ.
    """
    learnt = updates(episode, memory, n, gamma)
    if not learnt:
        return view(tag("p", "This episode holds no action, so nothing can be learnt."))
    steps = "the whole episode" if n is None else f"n = {n}"
    return view(
        tag("p", tag("code", "Q' = Σ γ^i · r(t+i) + γ^n · max Q(s(t+n), a)"), "   then   ",
            tag("code", _step_formula(memory))),
        tag("p", f"Here: {steps}, γ = {gamma:.2f}. The memory is not changed by looking."),
        timeline_html(_taken(episode), learnt),
        table(
            "Target and update of each step",
            ["Step", "Action", "Target Q'", "Q moves", "Change"],
            [_row(update, gamma, memory.step_size) for update in learnt],
        ),
        title="What this episode teaches",
    )  # fmt: skip


def _step_formula(memory: ExperienceMemory) -> str:
    if memory.step_size == "mean":
        return "Q ← Q + (Q' − Q) / N"
    return f"Q ← Q + {memory.step_size} · (Q' − Q)"


def timeline_html(steps: Sequence[Step], learnt: Sequence[Update]) -> Html:
    """A column for each step: the reward, the target, Q after."""
    by_step = {update.step: update for update in learnt}
    places = range(1, len(steps) + 1)

    def row(name: str, values: Sequence[float | None]) -> list[object]:
        return [name, *(None if value is None else float(value) for value in values)]

    rows = [
        row("reward r", [step.reward for step in steps]),
        row("target Q'", [by_step[t].target if t in by_step else None for t in places]),
        row("Q before", [by_step[t].before if t in by_step else None for t in places]),
        row("Q after", [by_step[t].after if t in by_step else None for t in places]),
    ]
    marks = ["rl-now" if name == "reward r" else "" for name, *_ in rows]
    return table("Time line", ["Step t", *map(str, places)], rows, marks)


def _row(update: Update, gamma: float, step_size: float | str) -> list[object]:
    return [
        str(update.step),
        code(short(update.action, 50)),
        join([tag("code", target_formula(update, gamma)), " = ", tag("b", number(update.target))]),
        join([tag("code", step_formula(update, step_size)), " = ",
              tag("b", number(update.after))]),
        f"{update.after - update.before:+.3f}",
    ]  # fmt: skip


def target_formula(update: Update, gamma: float) -> str:
    """The n-step target with the numbers filled in; of a long sum only the terms that are not 0.

    >>> target_formula(Update(1, "a", (0.0, 1.0), 0.5, 1.0, 0.0, 1, 1.0), gamma=0.9)
    '0.000 + 0.90·1.000 + 0.90^2·0.500'
    """
    terms = [*update.rewards, *([] if update.bootstrap is None else [update.bootstrap])]
    powers = ["", f"{gamma:.2f}·", *(f"{gamma:.2f}^{i}·" for i in range(2, len(terms)))]
    shown = [
        f"{power}{number(term)}"
        for power, term in zip(powers, terms, strict=False)
        if term or len(terms) <= SHORT
    ]
    if not shown:
        return f"{len(terms)} terms, all 0"
    left_out = len(terms) - len(shown)
    return " + ".join(shown) + (f" + {left_out} terms that are 0" if left_out else "")


def step_formula(step: Update, step_size: float | str) -> str:
    """The update with the numbers filled in.

    >>> step_formula(Update(1, "a", (1.0,), None, 1.0, 0.5, 2, 0.75), "mean")
    '0.500 + (1.000 − 0.500) / 2'
    """
    difference = f"({number(step.target)} − {number(step.before)})"
    if step_size == "mean":
        shown = f"{number(step.before)} + {difference} / {step.visits}"
    else:
        shown = f"{number(step.before)} + {step_size}·{difference}"
    result = update(step.before, step.target, alpha(step_size, step.visits))
    if abs(result - step.after) > 1e-9:  # what is shown must be what was learnt
        raise RemembererError(f"the formula gives {result}, but the memory learnt {step.after}")
    return shown
