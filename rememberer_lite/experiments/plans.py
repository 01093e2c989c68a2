"""The declared grids."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rememberer_lite.experiments.cells import Condition


@dataclass(frozen=True, slots=True)
class Plan:
    """A declared grid: conditions × seeds, and the condition that all are compared with."""

    name: str
    conditions: tuple[Condition, ...]
    reference: str


TRAINED = Condition("trained 4 × 50 from E0", epochs=4)
PLANS = {
    "learning": Plan(
        "learning",
        (
            TRAINED,
            Condition("random player", agent="random"),
            Condition("no exemplars", agent="none"),
            *(Condition(f"fixed exemplars {name}", "fixed", name) for name in ("E0", "E1", "E2")),
            *(Condition(f"initial memory {name}", start=name) for name in ("E0", "E1", "E2")),
            replace(TRAINED, name="trained, values shuffled", values="shuffled"),
            replace(TRAINED, name="trained, values inverted", values="inverted"),
            replace(TRAINED, name="trained, random records", retrieval="random"),
            replace(TRAINED, name="trained, γ = 0.9", memory={"gamma": 0.9}),
            replace(TRAINED, name="solved episodes only", agent="solved only"),
            Condition("scripted player", agent="scripted"),
        ),
        reference=TRAINED.name,
    )
}
