"""The Q-update as pure functions: the target, then how far the estimate moves towards it.

Everything the agent learns goes through two formulas of the paper (section 3.2):

    Q'(g, o_t, a_t) = Σ_{i<n} γ^i · r_{t+i}  +  γ^n · max_a Q(g, o_{t+n}, a)      the target
    Q ← Q + α · (Q' − Q)                                                           the step
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rememberer_lite.state import SettingError


def n_step_target(rewards: Sequence[float], gamma: float, bootstrap: float = 0.0) -> float:
    """What the last n rewards say an action was worth.

        Q' = Σ_{i<n} γ^i · r_{t+i} + γ^n · bootstrap,   n = len(rewards)

    Args:
        rewards: r_t, r_{t+1}, …, r_{t+n−1}, oldest first, in units of reward; n may be 0.
        gamma: the discount γ in [0, 1], per step.
        bootstrap: max_a Q(s_{t+n}, a); 0 if the episode ended within these n steps:
            nothing comes after the end.

    Raises:
        SettingError: if one of them is not finite.

    Source: paper, section 3.2; with n = 1 it is the target of one-step Q-learning.

    >>> n_step_target([0.0, 1.0], gamma=0.5, bootstrap=4.0)  # 0 + 0.5·1 + 0.25·4
    1.5
    >>> n_step_target([1.0], gamma=1.0)  # the last step of an episode
    1.0
    """
    target = bootstrap
    for reward in reversed(rewards):  # Horner's rule: r_t + γ(r_{t+1} + γ(… + γ·bootstrap))
        target = reward + gamma * target
    return _finite(target)


def episode_returns(rewards: Sequence[float], gamma: float) -> list[float]:
    """The discounted return after each step of a finished episode.

        G_t = Σ_{i≥0} γ^i · r_{t+i} = r_t + γ · G_{t+1},   G_T = 0

    Args:
        rewards: r_0, …, r_{T−1}, in units of reward.
        gamma: the discount γ in [0, 1], per step.

    Source: the paper's published runs learn from these returns, without bootstrapping.

    >>> episode_returns([0.0, 0.0, 1.0], gamma=0.5)
    [0.25, 0.5, 1.0]
    """
    returns: list[float] = []
    following = 0.0
    for reward in reversed(rewards):
        following = _finite(reward + gamma * following)
        returns.append(following)
    return returns[::-1]


def running_mean(q: float, target: float, visits: int) -> float:
    """Move an estimate so that it stays the plain mean of all its targets.

        Q ← Q + (Q' − Q) / N

    Args:
        q: the estimate before this target; ignored at the first one.
        target: Q'.
        visits: N, how many targets there have been, this one included.

    Raises:
        ValueError: if `visits` is below 1.

    Source: paper, section 3.2 (α = 1/N).

    >>> running_mean(running_mean(0.0, 1.0, visits=1), 0.0, visits=2)  # the mean of 1 and 0
    0.5
    """
    return update(q, target, alpha("mean", visits))


def update(q: float, target: float, step_size: float) -> float:
    """Move an estimate a share of the way towards a target.

        Q ← Q + α · (Q' − Q)

    Args:
        q: the estimate before this target.
        target: Q'.
        step_size: α in (0, 1]; a constant lets old targets fade, 1 forgets all but the last.

    Source: paper, section 3.2.

    >>> update(0.0, 1.0, step_size=0.25)
    0.25
    """
    return _finite(q + step_size * (target - q))


def alpha(step_size: float | str, visits: int) -> float:
    """The step size α that a memory's setting means at the N-th update.

        α = 1/N for "mean" (so that `update` is `running_mean`), else the constant itself

    Args:
        step_size: "mean" or a constant.
        visits: N, how many targets there have been, this one included.

    Raises:
        ValueError: if `visits` is below 1, so that "mean" has nothing to divide by.

    Source: paper, section 3.2 (α = 1/N); the constant is an option of the published code.

    >>> alpha("mean", visits=4), alpha(0.1, visits=4)
    (0.25, 0.1)
    """
    if not isinstance(step_size, str):
        return step_size
    if visits < 1:
        raise ValueError(f"visits counts this target too, so it is at least 1, not {visits}")
    return 1 / visits


def _finite(value: float) -> float:
    """The value; a nan would spread through the memory unseen."""
    if not math.isfinite(value):
        raise SettingError(f"this gives {value}: pass finite numbers, whose sums are finite too")
    return value
