"""The course's pictures, drawn by code: `draw_pictures.py` writes them to notebooks/images.

| File | Draws |
|---|---|
| `drawing` | boxes, arrows and texts in one style, which fit by measure |
| `course` | the loop, the map of the shop, the models, the attacks |
| `learning` | backup diagrams, an episode as a film strip, a hundred intervals |
| `chapters` | detour, ablation, transfer, inspectors, contracts |
| `memory` | similarity, eviction, the way of a record into a prompt, later works |
"""

from __future__ import annotations

from collections.abc import Callable

from pictures import chapters, course, learning, memory
from pictures.drawing import Picture

#: name of the file → what draws it
PICTURES: dict[str, Callable[[], Picture]] = {
    "ablation": chapters.ablation,
    "attacks": course.attacks,
    "backups": learning.backups,
    "contracts": chapters.contracts,
    "detour": chapters.detour,
    "eviction": memory.eviction,
    "exemplar": memory.exemplar,
    "film": learning.film,
    "halves": chapters.halves,
    "intervals": learning.intervals,
    "loop": course.loop,
    "models": course.models,
    "plane": memory.plane,
    "shop_map": course.shop_map,
    "subsequence": memory.subsequence,
    "successors": memory.successors,
    "transfer": chapters.transfer,
}
