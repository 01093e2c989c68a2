"""The agent learns, and what it learnt lies in the values: a thinned version of the full table.

The full ones: `rememberer-lite experiment protocol` and `ablation`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rememberer_lite.experiments import Condition, Plan, as_text, both, run, table

TRAINED = Condition("trained 2 × 50 from E0", epochs=2)
THINNED = Plan(
    "learning, thinned",
    "Does the agent learn, and in the values?",
    both(
        TRAINED,
        Condition("no exemplars", agent="none"),
        Condition("trained, values shuffled", epochs=2, values="shuffled"),
        Condition("trained, values inverted", epochs=2, values="inverted"),
    ),
    reference=TRAINED.name,
)


@pytest.mark.slow
@pytest.mark.learning
@pytest.mark.parametrize(("env", "seeds"), [("webshop", range(16, 20)), ("wikihow", range(16, 18))])
def test_trained_beats_no_exemplars_and_its_own_values_shuffled(
    env: str, seeds: range, figure: Callable[[str, object], None]
) -> None:
    result = run(THINNED, env, seeds, progress=False)
    print(as_text(result))
    reference, *others = table(result)
    assert reference.seeds == len(seeds)
    for row in others:
        assert row.difference is not None
        figure(f"success on {env}, {row.condition} − trained", row.difference)
        assert row.difference.mean < 0, row.condition
