"""What becomes of one record of the memory, as pure functions: old record in, new record out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rememberer_lite.learning import alpha, update
from rememberer_lite.memory.record_check import MOST_VISITS
from rememberer_lite.state import ActionValue, Experience, Recent


def visit(
    record: Experience, recent: Recent, action: str, reason: str, step_size: float | str
) -> Experience:
    """The record with one more visit of one action, whose value is still the old one (at first 0).

    Of the paths that led to the state the shortest is kept (of equally short ones, the newest);
    the rewards before it move like any estimate (`learning.update`).

    Args:
        record: as it was; with 0 visits if it is new.
        recent: what had happened in the episode before this step.
        action: the action taken.
        reason: words to store with it; if there are none, the earlier ones stay.
        step_size: "mean" or a constant.

    Source: the published code; the paper does not say.
    """
    first, visits = record.visits == 0, _one_more(record.visits)
    shorter = first or len(recent.actions) <= len(record.recent.actions)
    value = record.actions.get(action, ActionValue(0.0, 0.0, 0))
    value = replace(value, visits=_one_more(value.visits), reason=reason or value.reason)

    def mean(old: float, new: float) -> float:
        return new if first else update(old, new, alpha(step_size, visits))

    return replace(
        record,
        actions={**record.actions, action: value},
        visits=visits,
        recent=replace(
            recent if shorter else record.recent,
            last_reward=mean(record.last_reward, recent.last_reward),
            total_reward=mean(record.total_reward, recent.total_reward),
        ),
    )


def _one_more(visits: int) -> int:
    """The next count; at `MOST_VISITS` it stays, so that what was loaded can be saved again."""
    return min(visits + 1, MOST_VISITS)


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

    Unlike the paper's code: r is the reward of this very action, even at an episode's end.
    """
    old = record.actions[action]
    share = alpha(step_size, old.visits)
    new = replace(old, q=update(old.q, target, share), reward=update(old.reward, reward, share))
    return replace(record, actions={**record.actions, action: new})


def prune(record: Experience, capacity: int | None) -> Experience:
    """The record without its surplus actions: those of lowest Q (of equal ones, the first) go.

    Unlike the paper's code: it ranks by the immediate reward, and so drops good first steps.
    """
    if capacity is None or len(record.actions) <= capacity:
        return record
    actions = dict(record.actions)
    for action in sorted(actions, key=lambda action: actions[action].q)[: len(actions) - capacity]:
        del actions[action]
    return replace(record, actions=actions)


def merge(old: Experience, new: Experience) -> Experience:
    """Merge two records of one state: each value is the mean of both, weighted by visits.

        Q = (N₁·Q₁ + N₂·Q₂) / (N₁ + N₂)

    The older record keeps its id and its position. With α = 1/N the result is what one memory
    would have learnt from both histories.
    """

    shorter = new if len(new.recent.actions) <= len(old.recent.actions) else old
    return Experience(
        old.state,
        old.id,
        merge_values(old.actions, new.actions),
        old.visits + new.visits,
        replace(
            shorter.recent,
            last_reward=_mean(old.last_reward, new.last_reward, old.visits, new.visits),
            total_reward=_mean(old.total_reward, new.total_reward, old.visits, new.visits),
        ),
    )


def merge_values(
    old: Mapping[str, ActionValue], new: Mapping[str, ActionValue]
) -> dict[str, ActionValue]:
    """Merge the actions of two records; the newer reason is kept if there is one."""
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


def _mean(a: float, b: float, n: int, m: int) -> float:
    """Weighted by n and m; the plain mean if neither was ever visited."""
    return (n * a + m * b) / (n + m) if n + m else (a + b) / 2
