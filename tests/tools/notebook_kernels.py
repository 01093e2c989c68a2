"""The surroundings in which every notebook runs: offline, and the same on every machine."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

CELL_TIMEOUT = 120.0  # seconds; a notebook has 60 in all, but a busy machine is no error


def prepare_kernels(environ: MutableMapping[str, str], folder: Path) -> None:
    """Let every kernel that starts with `environ` run kernel_startup.py first.

    `folder` becomes IPython's settings folder, so that the user's own settings play no part.
    """
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    source = Path(__file__).with_name("kernel_startup.py").read_text(encoding="utf-8")
    (startup / "00_rememberer.py").write_text(source, encoding="utf-8")
    environ["IPYTHONDIR"] = str(folder)
    environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
