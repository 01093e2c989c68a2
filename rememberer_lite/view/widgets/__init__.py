"""Interactive views, by mouse or keyboard: a thin layer of core ipywidgets over `view.html`.

| File | Lets you |
|---|---|
| `panel` | `Panel` and the controls of which every widget is made |
| `browse_memory` | search, sort and filter a memory |
| `compare_states` | compare two states under any λ |
| `inspect_exemplars` | see what an agent recalls, and the prompt that it builds from it |
| `explain_update` | follow the updates of an episode under any n and γ |
| `open_stand_in` | see what decides a reply of the stand-in, under any value of its examples |
| `replay_episode` | step through an episode |
| `watch_training` | watch an agent learn |
| `game`, `live_page`, `play` | play an episode by hand |
"""

from rememberer_lite.view.widgets.browse_memory import browse_memory
from rememberer_lite.view.widgets.compare_states import compare_states
from rememberer_lite.view.widgets.explain_update import explain_update
from rememberer_lite.view.widgets.inspect_exemplars import inspect_exemplars
from rememberer_lite.view.widgets.open_stand_in import open_stand_in
from rememberer_lite.view.widgets.panel import Panel
from rememberer_lite.view.widgets.play import play
from rememberer_lite.view.widgets.replay_episode import replay_episode
from rememberer_lite.view.widgets.watch_training import watch_training

__all__ = [
    "Panel",
    "browse_memory",
    "compare_states",
    "explain_update",
    "inspect_exemplars",
    "open_stand_in",
    "play",
    "replay_episode",
    "watch_training",
]
