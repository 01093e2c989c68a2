"""The grid for the policies of later works: one training a seed, read in different ways."""

from __future__ import annotations

from dataclasses import replace

from rememberer_lite.experiments.conditions import Condition
from rememberer_lite.experiments.plan import Plan, both

NEAREST = Condition("nearest records", epochs=4)
TWO_PHASES = replace(NEAREST, name="two phases", policy="two phases")
RULES = replace(NEAREST, name="rules and records", policy="rules")

LATER = Plan(
    "later",
    "Do later ways to read a memory and its journal beat the paper's, on the same training?",
    both(
        NEAREST,
        TWO_PHASES,
        replace(TWO_PHASES, name="two phases, values shuffled", values="shuffled"),
        replace(TWO_PHASES, name="two phases, by use", policy="two phases by use"),
        RULES,
        replace(RULES, name="rules alone", policy="rules alone"),
        replace(NEAREST, name="solved episodes of the journal", policy="solved episodes"),
        Condition("no exemplars", agent="none"),
    ),
    NEAREST.name,
    also=("exemplars",),
)
