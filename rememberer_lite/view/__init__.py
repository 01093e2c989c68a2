"""Look into every step: what the agent sees, remembers and learns.

Three packages, by what their functions return: `html` (escaped HTML), `plots` (figures) and
`widgets` (core ipywidgets over the HTML). This is the only part of the package that imports
ipywidgets or matplotlib.
"""

from rememberer_lite.view.html import (
    comparison_html,
    episode_html,
    exemplars_html,
    memory_html,
    prompt_html,
    run_html,
    stand_in_html,
    state_html,
    update_html,
)
from rememberer_lite.view.plots import (
    forest_plot,
    line_chart,
    memory_map,
    scatter_chart,
    similarity_matrix,
    success_curve,
)
from rememberer_lite.view.widgets import (
    browse_memory,
    compare_states,
    explain_update,
    inspect_exemplars,
    open_stand_in,
    play,
    replay_episode,
    watch_training,
)

__all__ = [
    "browse_memory",
    "compare_states",
    "comparison_html",
    "episode_html",
    "exemplars_html",
    "explain_update",
    "forest_plot",
    "inspect_exemplars",
    "line_chart",
    "memory_html",
    "memory_map",
    "open_stand_in",
    "play",
    "prompt_html",
    "replay_episode",
    "run_html",
    "scatter_chart",
    "similarity_matrix",
    "stand_in_html",
    "state_html",
    "success_curve",
    "update_html",
    "watch_training",
]
