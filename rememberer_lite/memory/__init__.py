"""The experience memory: what the agent has learnt, and how it is found again.

| File | Holds |
|---|---|
| `record_check` | which records are accepted: plain numbers within limits, and texts |
| `record_update` | how one record changes, as pure functions: an old record in, a new one out |
| `growing`, `column` | an array that grows; the features that one part looks at |
| `nearest` | which stored states are most alike, for a full memory |
| `index` | the features of the stored states, scored against a query |
| `record_store` | the records with their index: how they rank, and which one is dropped |
| `episode_buffer` | the open episode: steps that wait for the rewards they learn from |
| `settings`, `stats`, `guard` | its checked settings; counts of what it has done; its lock |
| `experience_memory` | `ExperienceMemory`: episodes go in, the most similar records come out |
"""

from rememberer_lite.memory.episode_buffer import EpisodeError
from rememberer_lite.memory.experience_memory import ExperienceMemory
from rememberer_lite.memory.stats import Stats

__all__ = ["EpisodeError", "ExperienceMemory", "Stats"]
