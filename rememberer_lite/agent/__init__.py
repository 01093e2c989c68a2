"""REMEMBERER and the baselines that it is compared with: the glue of the loop, nothing more.

An agent has no state of its own within an episode: `act` receives the state, what led to it and a
generator, and returns a `Turn` that holds everything that went into the decision. An agent learns
only through `start` and `observe`, which pass the steps on to its memory.

| File | Holds |
|---|---|
| `base` | `Agent`, what training needs from an agent; `Turn`, one decision; `Random` |
| `settings` | the settings of an agent, checked |
| `prompted` | agents that ask a model: without examples, with fixed ones, ReAct-style |
| `rememberer` | the agent of the paper, and one that remembers only what was solved |
"""

from rememberer_lite.agent.base import Agent, Random, Turn
from rememberer_lite.agent.prompted import FixedExemplars, NoExemplars, Prompted, ReAct
from rememberer_lite.agent.rememberer import Rememberer, SolvedOnly

__all__ = [
    "Agent",
    "FixedExemplars",
    "NoExemplars",
    "Prompted",
    "Random",
    "ReAct",
    "Rememberer",
    "SolvedOnly",
    "Turn",
]
