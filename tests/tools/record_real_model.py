"""Make the recordings of the real model that chapters show beside the stand-in.

    uv run --extra local python tests/tools/record_real_model.py              # all of them
    uv run --extra local python tests/tools/record_real_model.py 05 12        # two chapters

A chapter runs as ever, but SmolLM2-135M-Instruct answers instead of its recording, and is recorded.
So a chapter and its recording never differ in what they ask. An interrupted run leaves a .part
file, and the same command resumes it. On one machine, two runs give the same bytes; another
processor may give other replies.

Run it again whenever a chapter's prompts have changed: the chapter itself fails then.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from notebook_kernels import prepare_kernels
from run_notebook import run

from rememberer_lite import RecordedLLM

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
#: how a chapter names the recording that it replays
NAMED = re.compile(r'RecordedLLM\("(recordings/smollm2_\w+\.jsonl)"\)')
#: one thread, so that the replies do not depend on how many processors there are
MODEL = """
from rememberer_lite import LocalLLM
model = LocalLLM(threads=1, max_output_tokens=40)
"""
#: what a kernel does first: whoever opens the recording gets a recorder instead
HOOK = """
def _record():
    from pathlib import Path
    import rememberer_lite
    replay, scope = rememberer_lite.RecordedLLM, {{}}

    def opened(path, llm=None):
        if Path(path).name != {name!r}:
            return replay(path, llm)
        exec({model!r}, scope)
        return replay({part!r}, llm=scope["model"])

    rememberer_lite.RecordedLLM = opened


_record()
del _record
"""


def recordings(folder: Path = NOTEBOOKS) -> dict[Path, Path]:
    """Each chapter that replays the real model → its recording."""
    found: dict[Path, Path] = {}
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        named = {name for cell in cells for name in NAMED.findall(cell.source)}
        if len(named) > 1:
            raise SystemExit(f"{path.name} replays {sorted(named)}: one recording a chapter")
        if named:
            found[path] = folder / named.pop()
    return found


def record(chapter: Path, recording: Path, model: str = MODEL) -> RecordedLLM:
    """Run a chapter with this model; replace recording and outputs once all of it is there."""
    part = recording.with_suffix(".part")
    hook = HOOK.format(name=recording.name, part=str(part), model=model)
    before = os.environ.get("IPYTHONDIR")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        prepare_kernels(os.environ, Path(folder, "settings"))
        try:
            startup = Path(os.environ["IPYTHONDIR"], "profile_default", "startup")
            (startup / "01_record.py").write_text(hook, encoding="utf-8")
            notebook = run(chapter, timeout=None)
        finally:
            os.environ.pop("IPYTHONDIR")
            os.environ |= {} if before is None else {"IPYTHONDIR": before}
    chapter.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    part.replace(recording)
    return RecordedLLM(recording)


def main(arguments: Sequence[str] | None = None) -> None:
    """Record the chapters that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", help="numbers of chapters, such as 05; none: all")
    options = parser.parse_args(arguments)
    for chapter, recording in recordings().items():
        if not options.chapters or chapter.name[:2] in options.chapters:
            began = time.monotonic()
            made, took = record(chapter, recording), time.monotonic() - began
            size = recording.stat().st_size / 1e6
            print(f"{chapter.name}: {made}, {size:.2f} MB, {took:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
