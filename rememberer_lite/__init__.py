"""Rememberer Lite: a language model that learns by reinforcement through its memory alone.

Read the modules in this order: state, similarity, learning, memory, storage, domain, prompts,
llm, agent, training. Each imports only what stands before it.

Source of the method: Zhang et al., "Large Language Models Are Semi-Parametric Reinforcement
Learning Agents", NeurIPS 2023, arXiv 2306.07929.
"""

from rememberer_lite.agent import FixedExemplars, NoExemplars, Random, Rememberer, SolvedOnly
from rememberer_lite.llm import (
    Budget,
    BudgetExceeded,
    LLMError,
    OfflineLLM,
    OpenAILLM,
    RecordedLLM,
    Reply,
    estimate,
)
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.prompts import PromptError, ReplyError
from rememberer_lite.run import Evaluation, History
from rememberer_lite.state import RemembererError, State
from rememberer_lite.training import evaluate, train

__version__ = "0.1.0"

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Evaluation",
    "ExperienceMemory",
    "FixedExemplars",
    "History",
    "LLMError",
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
