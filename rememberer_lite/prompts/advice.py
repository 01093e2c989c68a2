"""From a record's values to advice: one action to encourage and one to discourage."""

from __future__ import annotations

import random

from rememberer_lite.domain import Domain
from rememberer_lite.state import (
    ActionValue,
    Advice,
    Experience,
    State,
    Suggestion,
)

#: "a random small value" of the paper: the largest value shown for a random encouraged action
SMALL_VALUE = 0.1


def advise(
    experience: Experience,
    state: State,
    domain: Domain,
    rng: random.Random,
    random_advice: bool = True,
    discouraged: bool = True,
) -> Advice:
    """Choose the action to encourage and the one to discourage (paper, section 3.3).

    - encouraged: argmax_a Q(s, a); where max_a Q(s, a) ≤ 0, a random action of the page;
    - discouraged: argmin_a Q(s, a) where min_a Q(s, a) ≤ 0; else a random other action, value 0.

    Args:
        experience: the record whose values are read.
        state: the page that random actions are drawn from: the record's own state.
        domain: lists the possible actions of the page.
        rng: the source of the random actions and of the small random values.
        random_advice: False leaves the random actions out (an ablation).
        discouraged: False leaves the discouraged action out (an ablation).

    Unlike the published code: an action is never both encouraged and discouraged (its defect 10),
    and a negative Q is discouraged too (its defect 11).
    """
    ranked = sorted(experience.actions.items(), key=lambda item: -item[1].q)
    best = ranked[0] if ranked and ranked[0][1].q > 0 else None
    lowest = min(ranked, key=lambda item: item[1].q) if ranked else None
    worst = lowest if lowest and lowest[1].q <= 0 else None

    good = _recorded(best)
    bad = _recorded(worst) if discouraged else None
    if good is None and random_advice:
        taken = {worst[0]} if worst else set()
        action = domain.random_action(state, rng, exclude=taken)
        if action is not None:
            good = Suggestion(action, round(rng.uniform(0, SMALL_VALUE), 3), recorded=False)
    if bad is None and random_advice and discouraged:
        action = domain.random_action(state, rng, exclude={good.action} if good else set())
        if action is not None:
            bad = Suggestion(action, 0.0, recorded=False)
    return Advice(good, bad)


def _recorded(entry: tuple[str, ActionValue] | None) -> Suggestion | None:
    if entry is None:
        return None
    action, value = entry
    return Suggestion(action, value.q, value.reason)
