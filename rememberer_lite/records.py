"""What becomes of one record of the memory, as pure functions: old record in, new record out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rememberer_lite.learning import update
from rememberer_lite.state import ActionValue, Experience, Recent, SettingError


def visit(
    record: Experience, recent: Recent, action: str, reason: str, step_size: float | str
) -> Experience:
    """The record with one more visit of one action, whose value is still the old one (at first 0).

    Of the ways that led to the state the shortest is kept, of equally short ones the newest; the
    rewards before it move like any estimate (`learning.update`).

    Args:
        record: as it stood; with 0 visits where it is new.
        recent: how the episode had gone before this step.
        action: the action taken.
        reason: words to keep beside it; where there are none the former ones stay.
        step_size: "mean" or a constant.

    Source: the published code; the paper does not say.
    """
    first, visits = record.visits == 0, record.visits + 1
    shorter = first or len(recent.actions) <= len(record.recent_actions)
    value = record.actions.get(action, ActionValue(0.0, 0.0, 0))
    value = replace(value, visits=value.visits + 1, reason=reason or value.reason)

    def mean(old: float, new: float) -> float:
        return new if first else update(old, new, visits, step_size)

    return replace(
        record,
        actions={**record.actions, action: value},
        visits=visits,
        recent_actions=recent.actions if shorter else record.recent_actions,
        recent_reasons=recent.reasons if shorter else record.recent_reasons,
        last_reward=mean(record.last_reward, recent.last_reward),
        total_reward=mean(record.total_reward, recent.total_reward),
    )


def learn(
    record: Experience, action: str, target: float, reward: float, step_size: float | str
) -> Experience:
    """The record after one Q-update of an action just visited.

        Q ← Q + α(Q' − Q),   r̄ ← r̄ + α(r − r̄),   α = 1/N or a constant

    Args:
        record: as `visit` left it: N counts this update too.
        action: the action taken.
        target: Q'.
        reward: r, the reward that followed at once.
        step_size: "mean" (α = 1/N) or a constant α.

    Source: paper, section 3.2.

    Unlike the paper's code: r is the reward of this very action, also at an episode's end.
    """
    old = record.actions[action]
    new = replace(
        old,
        q=update(old.q, target, old.visits, step_size),
        reward=update(old.reward, reward, old.visits, step_size),
    )
    return replace(record, actions={**record.actions, action: new})


def prune(record: Experience, capacity: int | None) -> Experience:
    """The record without the actions of lowest Q that are too many (of equal ones the first).

    Unlike the paper's code: it goes by the immediate reward, and so drops good first steps.
    """
    if capacity is None or len(record.actions) <= capacity:
        return record
    actions = dict(record.actions)
    for action in sorted(actions, key=lambda action: actions[action].q)[: len(actions) - capacity]:
        del actions[action]
    return replace(record, actions=actions)


def merge(old: Experience, new: Experience) -> Experience:
    """Two records of one state as one: each value the mean of both, weighted by visits.

        Q = (N₁·Q₁ + N₂·Q₂) / (N₁ + N₂)

    The older keeps its id and its place. Under α = 1/N the result is what one memory would have
    learnt from both lives.
    """

    shorter = new if len(new.recent_actions) <= len(old.recent_actions) else old
    return Experience(
        old.state,
        old.id,
        merge_values(old.actions, new.actions),
        old.visits + new.visits,
        shorter.recent_actions,
        shorter.recent_reasons,
        _mean(old.last_reward, new.last_reward, old.visits, new.visits),
        _mean(old.total_reward, new.total_reward, old.visits, new.visits),
    )


def merge_values(
    old: Mapping[str, ActionValue], new: Mapping[str, ActionValue]
) -> dict[str, ActionValue]:
    """The actions of two records as one; the newer words are kept where there are any."""
    merged = {**old, **new}
    for action in old.keys() & new.keys():
        a, b = old[action], new[action]
        merged[action] = ActionValue(
            _mean(a.q, b.q, a.visits, b.visits),
            _mean(a.reward, b.reward, a.visits, b.visits),
            a.visits + b.visits,
            b.reason or a.reason,
        )
    return merged


def check(record: Experience) -> None:
    """Refuse a record that would spoil every later mean.

    Raises:
        SettingError: where a value is not finite or a count is negative.
    """
    numbers = [record.last_reward, record.total_reward]
    counts = [record.visits]
    for value in record.actions.values():
        numbers += [value.q, value.reward]
        counts.append(value.visits)
    if not all(math.isfinite(number) for number in numbers) or min(counts) < 0:
        raise SettingError(f"a record holds finite values and counts of 0 or more: mend {record!r}")


def _mean(a: float, b: float, n: int, m: int) -> float:
    """Weighted by n and m; plain where neither was ever visited."""
    return (n * a + m * b) / (n + m) if n + m else (a + b) / 2
