"""Look into every step: what the agent sees, remembers and learns.

Each view is a plain function that turns values into escaped HTML (`…_html`) or into a `Plot`;
the widgets are a thin layer of core ipywidgets over them. This is the only part of the package
that imports ipywidgets or matplotlib.
"""

from rememberer_lite.view.compare import compare_states, comparison_html
from rememberer_lite.view.exemplars import exemplars_html, inspect_exemplars
from rememberer_lite.view.grids import q_heatmap, similarity_matrix
from rememberer_lite.view.lines import line_chart
from rememberer_lite.view.live import watch_training
from rememberer_lite.view.memory_browser import browse_memory
from rememberer_lite.view.page import state_html
from rememberer_lite.view.play import play
from rememberer_lite.view.plots import (
    ablation_bars,
    learning_curve,
    memory_growth,
    success_curve,
)
from rememberer_lite.view.prompt import prompt_html
from rememberer_lite.view.records import memory_html
from rememberer_lite.view.replay import episode_html, replay_episode
from rememberer_lite.view.update import explain_update, update_html

__all__ = [
    "ablation_bars",
    "browse_memory",
    "compare_states",
    "comparison_html",
    "episode_html",
    "exemplars_html",
    "explain_update",
    "inspect_exemplars",
    "learning_curve",
    "line_chart",
    "memory_growth",
    "memory_html",
    "play",
    "prompt_html",
    "q_heatmap",
    "replay_episode",
    "similarity_matrix",
    "state_html",
    "success_curve",
    "update_html",
    "watch_training",
]
