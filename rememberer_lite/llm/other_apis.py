"""Answers of APIs that are not chat completions: which one it is, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rememberer_lite.llm.address import Address

_ROOT = "let base_url be the root of the server's OpenAI-compatible API, such as {root}"
_CHAT = "use a chat model, and a base_url under which /chat/completions is answered"
_GEMINI = "let base_url be the root of its OpenAI-compatible API, which ends in /v1beta/openai"
#: the fields that tell, the API, the fix; the first that fits counts
_FORMS: tuple[tuple[frozenset[str], str, str], ...] = tuple(
    (frozenset(fields.split()), api, fix)
    for fields, api, fix in (
        ("done message", "Ollama's own API (/api/chat)", _ROOT),
        ("done response", "Ollama's own API (/api/generate)", _ROOT),
        ("output object", "the responses API", _CHAT),
        ("output_text", "the responses API", _CHAT),
        ("content stop_reason", "Anthropic's own API (/v1/messages)", _ROOT),
        ("candidates", "Gemini's own API", _GEMINI),
        ("content generation_settings", "llama.cpp's own API (/completion)", _ROOT),
        ("content tokens_predicted", "llama.cpp's own API (/completion)", _ROOT),
        ("generated_text", "Hugging Face's own API", _ROOT),
        ("data usage", "the embeddings API", _CHAT),
    )
)


def other_api(data: Mapping[str, Any], address: Address) -> tuple[str, str] | None:
    """The API whose answer this is, and the fix; None if it is not one that is known.

    >>> from rememberer_lite.llm.address import read_address
    >>> api, fix = other_api({"done": True, "message": {}}, read_address("http://localhost:9/api"))
    >>> print(api, "→", fix[-29:])
    Ollama's own API (/api/chat) → such as http://localhost:9/v1
    """
    choices = data.get("choices")
    if isinstance(choices, list) and choices:
        first = choices[0]
        if isinstance(first, dict) and "text" in first and first.get("message") is None:
            return "the completions API, which does not chat", _CHAT
        return None
    for fields, api, fix in _FORMS:
        if all(isinstance(data.get(field), list | dict | str | bool | int) for field in fields):
            return api, fix.format(root=f"{address.origin}/v1")
    return None
