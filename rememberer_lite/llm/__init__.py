"""The model: an offline stand-in, a real one on this machine or on a server, or a recording."""

from __future__ import annotations

from rememberer_lite.llm.base import LLM, LLMError, Reply
from rememberer_lite.llm.budget import Budget, BudgetExceeded, Usage
from rememberer_lite.llm.estimate import estimate
from rememberer_lite.llm.local import LocalLLM
from rememberer_lite.llm.offline import OfflineLLM
from rememberer_lite.llm.openai_client import OpenAILLM
from rememberer_lite.llm.recorded import RecordedLLM

__all__ = [
    "LLM",
    "Budget",
    "BudgetExceeded",
    "LLMError",
    "LocalLLM",
    "OfflineLLM",
    "OpenAILLM",
    "RecordedLLM",
    "Reply",
    "Usage",
    "estimate",
]
