"""Views as escaped HTML: pure functions of values, complete without a kernel.

| File | Shows |
|---|---|
| `markup` | `Html` and the pieces of which every view is made |
| `look` | the look that all views share, for each element and class |
| `style` | a whole view, its bars and drawings |
| `page` | what the agent saw: a page or a screen |
| `record_tables` | the records of a memory |
| `memory_browser` | a memory that can be searched: one page of its list, one record in full |
| `prompt` | a prompt and where its tokens go |
| `why`, `comparison` | why two states are alike |
| `exemplars` | what was recalled for a state, and the advice drawn from it |
| `update` | how one episode moves the Q values |
| `episode` | an episode, step by step |
| `outcome` | how it ended: a tick or a cross for each wish |
| `run` | the episodes of a training or an evaluation |
| `stand_in` | the scores of the offline stand-in |
| `feedback` | what an exercise answers |
"""

from rememberer_lite.view.html.comparison import comparison_html
from rememberer_lite.view.html.episode import episode_html
from rememberer_lite.view.html.exemplars import exemplars_html
from rememberer_lite.view.html.markup import Html
from rememberer_lite.view.html.page import state_html
from rememberer_lite.view.html.prompt import prompt_html
from rememberer_lite.view.html.record_tables import memory_html
from rememberer_lite.view.html.run import run_html
from rememberer_lite.view.html.stand_in import stand_in_html
from rememberer_lite.view.html.update import update_html

__all__ = [
    "Html",
    "comparison_html",
    "episode_html",
    "exemplars_html",
    "memory_html",
    "prompt_html",
    "run_html",
    "stand_in_html",
    "state_html",
    "update_html",
]
