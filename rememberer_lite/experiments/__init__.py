"""Predefined experiments over many seeds: grid → cells → a result file → a table with intervals.

    rememberer-lite experiment ablation --env webshop --jobs 2

A cell is one condition with one seed. Each seed has its own shop or site, its own stand-in and
its own random draws, and the conditions of one seed are compared in pairs. A run that was
interrupted resumes where it stopped: cells that are in the file are not computed again.

Without a real model the offline stand-in decides: then the results measure the method with it, not
a language model.

| File | Holds |
|---|---|
| `place` | a world of one seed: its goals by name, and how its expert plays them |
| `errors` | `ExperimentError` |
| `hints`, `conditions` | a row of a table, checked when it is created |
| `measures` | what is measured in a cell |
| `plan`, `plans` | a grid of conditions and seeds; the declared ones |
| `later_plan` | the grid for policies of later works |
| `real` | the grid for a real, small model |
| `reproduce` | the paper's protocol |
| `models`, `starts` | which model decides; what a memory begins with |
| `forecast` | how long it will take |
| `agents`, `perturbations` | memory policies beyond the paper's; changes to a trained memory |
| `later` | what later works read out of a memory and its journal: MemRL, ExpeL, Synapse |
| `retrieval` | how good a similarity is on its own |
| `cells` | how one cell is computed |
| `results` | all cells in one file |
| `engine` | how many cells are computed, on several cores or machines |
| `layout`, `tables` | the table that summarises a result |
| `reasons`, `report` | the page of all results, and the likely reasons for them |
"""

from rememberer_lite.experiments.conditions import Condition, Training
from rememberer_lite.experiments.engine import run
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.experiments.place import Place, open_place
from rememberer_lite.experiments.plan import Plan, both
from rememberer_lite.experiments.plans import PLANS
from rememberer_lite.experiments.results import Result, load, save
from rememberer_lite.experiments.tables import as_text, cost, paired, table

__all__ = [
    "PLANS",
    "Condition",
    "ExperimentError",
    "Place",
    "Plan",
    "Result",
    "Training",
    "as_text",
    "both",
    "cost",
    "load",
    "open_place",
    "paired",
    "run",
    "save",
    "table",
]
