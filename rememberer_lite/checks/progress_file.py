"""Which exercises a learner has solved: kept beside the notebook, so that a new kernel knows it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from rememberer_lite.state import RemembererError
from rememberer_lite.storage import write_whole
from rememberer_lite.storage.plain_json import loads
from rememberer_lite.training.progress import in_notebook

FILE = Path(".rememberer_progress.json")
#: set to "off", it keeps a kernel from reading and writing the file
SWITCH = "REMEMBERER_PROGRESS"


def _is_kept() -> bool:
    """Only in a learner's notebook: no grader and no test is to leave or find anything there."""
    off = os.environ.get(SWITCH) == "off" or os.environ.get("NBGRADER_EXECUTION")
    return in_notebook() and not off


def read() -> dict[str, str]:
    """Exercise → "solved" or "tried"; a file that nobody can read counts as none."""
    if not _is_kept():
        return {}
    try:
        found = loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    states = found.items() if isinstance(found, dict) else ()
    return {id: state for id, state in states if state in ("solved", "tried")}


def write(states: dict[str, str]) -> None:
    """Keep the states, with those that another kernel has kept; a folder may refuse it."""
    if not _is_kept():
        return
    merged = {**read(), **states}
    try:
        write_whole(FILE, json.dumps(merged, indent=1, sort_keys=True) + "\n")
    except (OSError, RemembererError):
        return
