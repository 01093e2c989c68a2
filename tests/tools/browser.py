"""The browser for the browser tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def require_chromium() -> Path:
    """A Chromium to drive; without one the test skips, and fails in CI."""
    from rememberer_lite.cli import doctor

    path = doctor.find_chromium()
    if path is not None:
        return path
    message = "no Chromium found: install Debian's `chromium`, or Google Chrome"
    if os.environ.get("CI"):
        pytest.fail(f"{message} (in CI a browser test must not be skipped)")
    pytest.skip(message)
