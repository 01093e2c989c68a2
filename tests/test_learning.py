"""The formulas of the Q-update: hand-computed numbers, and what must hold for any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.learning import (
    episode_returns,
    n_step_target,
    running_mean,
    update,
)
from rememberer_lite.state import SettingError

REWARDS = st.lists(st.floats(-10, 10), max_size=20)
GAMMA = st.floats(0, 1)


def test_n_step_target_by_hand() -> None:
    # 1 + 0.5·2 + 0.25·4 + 0.125·8
    assert n_step_target([1.0, 2.0, 4.0], gamma=0.5, bootstrap=8.0) == 4.0
    assert n_step_target([1.0, 2.0, 4.0], gamma=0.5) == 3.0
    assert n_step_target([], gamma=0.5, bootstrap=8.0) == 8.0
    assert n_step_target([3.0, 5.0], gamma=0.0, bootstrap=8.0) == 3.0


@given(REWARDS, GAMMA, st.floats(-10, 10))
def test_n_step_target_is_the_paper_s_sum(
    rewards: list[float], gamma: float, bootstrap: float
) -> None:
    n = len(rewards)
    summed = sum(gamma**i * r for i, r in enumerate(rewards)) + gamma**n * bootstrap
    assert n_step_target(rewards, gamma, bootstrap) == pytest.approx(summed, abs=1e-9)


@given(REWARDS, GAMMA)
def test_episode_returns_are_the_targets_of_the_whole_rest(
    rewards: list[float], gamma: float
) -> None:
    expected = [n_step_target(rewards[t:], gamma) for t in range(len(rewards))]
    assert episode_returns(rewards, gamma) == pytest.approx(expected, abs=1e-9)


@given(REWARDS.filter(bool))
def test_running_mean_is_the_mean(targets: list[float]) -> None:
    q = 123.0  # whatever stood there before the first target
    for visits, target in enumerate(targets, start=1):
        q = running_mean(q, target, visits)
    assert q == pytest.approx(sum(targets) / len(targets), abs=1e-9)


def test_running_mean_counts_this_target() -> None:
    with pytest.raises(ValueError, match="this target too, so it is at least 1, not 0"):
        running_mean(0.0, 1.0, visits=0)


@given(REWARDS, st.floats(0.01, 1))
def test_a_constant_step_lets_old_targets_fade(targets: list[float], alpha: float) -> None:
    q = 0.0
    for target in targets:
        q = update(q, target, alpha)
    faded = sum(alpha * (1 - alpha) ** i * t for i, t in enumerate(reversed(targets)))
    assert q == pytest.approx(faded, abs=1e-9)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_refused_and_not_learnt(bad: float) -> None:
    calls: list[Callable[[], object]] = [
        lambda: n_step_target([0.0, bad], gamma=1.0),
        lambda: n_step_target([1.0], gamma=1.0, bootstrap=bad),
        lambda: episode_returns([0.0, bad], gamma=1.0),
        lambda: update(0.0, bad, 0.5),
        lambda: update(bad, 0.0, 0.5),
        lambda: running_mean(0.0, bad, visits=2),
    ]
    for call in calls:
        with pytest.raises(SettingError, match="finite"):
            call()
    with pytest.raises(SettingError, match="this gives inf"):  # each is finite, their sum is not
        n_step_target([1e308, 1e308], gamma=1.0)
