"""The archive that a teacher hands out: exercises and what they need to run, no solutions."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from rememberer_lite.checks.build import built, differing, leftovers
from rememberer_lite.checks.page import BuildError

#: what goes into the archive beside the exercise notebooks and their page
PARTS = (
    "exercises/nbgrader_config.py",
    "rememberer_lite",
    "notebooks",
    "pyproject.toml",
    "environment.yml",
    "README.md",
    "LICENSE",
)


def export(root: Path, out: Path) -> int:
    """Write the archive that a teacher hands out.

    Of `exercises/` only what the build has written goes in: a course's folder that stands there,
    with what others have handed in, stays out.

    Returns:
        How many files it holds. The same files give the same bytes.

    Raises:
        BuildError: where the exercises are not up to date.
    """
    if problems := [*differing(root), *leftovers(root)]:
        raise BuildError(
            f"exercises/{problems[0].name} is not what the solutions give: "
            "run `rememberer-lite exercises build` first"
        )
    files = [*built(root), *(path for part in PARTS for path in _files(root / part))]
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = Path("rememberer-lite-exercises") / path.relative_to(root)
            entry = zipfile.ZipInfo(name.as_posix(), date_time=(2020, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.create_system = 3  # as on Linux, wherever it is made
            archive.writestr(entry, path.read_bytes())
    return len(files)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        hidden = any(p.startswith((".", "__pycache__")) for p in inner.relative_to(path).parts)
        if inner.is_file() and not hidden and inner.suffix != ".pyc":
            yield inner
