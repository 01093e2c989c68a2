"""Rememberer Lite: a language model that learns by reinforcement through its memory alone.

Read the rooms in this order: text, state, similarity, learning, memory, storage, domain, tokens,
prompts, llm, agent, training. Each imports only what comes before it. Then come the worlds in envs.

Source of the method: Zhang et al., "Large Language Models Are Semi-Parametric Reinforcement
Learning Agents", NeurIPS 2023, arXiv 2306.07929.
"""

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # each name is imported when it is first used: see `__getattr__`
    from rememberer_lite.agent import FixedExemplars, NoExemplars, Random, Rememberer, SolvedOnly
    from rememberer_lite.llm import (
        Budget,
        BudgetExceeded,
        LLMError,
        LocalLLM,
        OfflineLLM,
        OpenAILLM,
        RecordedLLM,
        Reply,
        estimate,
    )
    from rememberer_lite.memory import ExperienceMemory
    from rememberer_lite.prompts import PromptError, ReplyError
    from rememberer_lite.state import RemembererError, State
    from rememberer_lite.training import Evaluation, History, evaluate, train

__version__ = "0.1.0"

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Evaluation",
    "ExperienceMemory",
    "FixedExemplars",
    "History",
    "LLMError",
    "LocalLLM",
    "NoExemplars",
    "OfflineLLM",
    "OpenAILLM",
    "PromptError",
    "Random",
    "RecordedLLM",
    "Rememberer",
    "RemembererError",
    "Reply",
    "ReplyError",
    "SolvedOnly",
    "State",
    "estimate",
    "evaluate",
    "train",
]


#: module → the names above that it holds
_HOLDS = {
    "agent": ("FixedExemplars", "NoExemplars", "Random", "Rememberer", "SolvedOnly"),
    "llm": (
        "Budget",
        "BudgetExceeded",
        "LLMError",
        "LocalLLM",
        "OfflineLLM",
        "OpenAILLM",
        "RecordedLLM",
        "Reply",
        "estimate",
    ),
    "memory": ("ExperienceMemory",),
    "prompts": ("PromptError", "ReplyError"),
    "state": ("RemembererError", "State"),
    "training": ("Evaluation", "History", "evaluate", "train"),
}
_MODULE = {name: module for module, names in _HOLDS.items() for name in names}
_ROOMS = ("text", "state", "similarity", "learning", "memory", "storage", "domain", "tokens",
          "prompts", "llm", "agent", "training")  # fmt: skip

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import what a name needs at its first use, so that the package itself loads at once."""
        if name in _ROOMS:
            return import_module(f"rememberer_lite.{name}")
        if name not in _MODULE:
            raise AttributeError(f"module 'rememberer_lite' has no attribute {name!r}")
        value = getattr(import_module(f"rememberer_lite.{_MODULE[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ROOMS})


def _view(name: str, value: Any) -> str:
    from rememberer_lite import view

    return str(getattr(view, name)(value)._repr_mimebundle_()["text/html"])


def _show_as_views() -> None:
    """As the last line of a notebook's cell, a memory, an episode or a run is a table."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    html = shell.display_formatter.formatters["text/html"]
    for module, kind, name in (
        ("memory.experience_memory", "ExperienceMemory", "memory_html"),
        ("training.episode", "Episode", "episode_html"),
        ("training.outcome", "History", "run_html"),
        ("training.outcome", "Evaluation", "run_html"),
    ):
        html.for_type_by_name(f"rememberer_lite.{module}", kind, partial(_view, name))


_show_as_views()
