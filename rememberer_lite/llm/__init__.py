"""The model: an offline stand-in, any OpenAI-compatible server, or a recording of either."""

from __future__ import annotations

from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.llm.budget import Budget, BudgetExceeded, Usage, estimate
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.llm.openai_client import OpenAILLM
from rememberer_lite.llm.recorded import RecordedLLM

__all__ = [
    "LLM",
    "Budget",
    "BudgetExceeded",
    "LLMError",
    "OfflineLLM",
    "OpenAILLM",
    "RecordedLLM",
    "Reply",
    "Usage",
    "estimate",
]
