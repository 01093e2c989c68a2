"""The archive that a teacher hands out: exercises and what they need to run, no solutions."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from rememberer_lite.checks.build import built, differing, leftovers
from rememberer_lite.checks.page import BuildError

#: what goes into the archive beside the exercise notebooks and their page, as patterns of paths
PARTS = (
    "exercises/nbgrader_config.py",
    "exercises/page_config.json",  # of which pyproject.toml makes a part of the package
    "rememberer_lite/**/*.py",
    "rememberer_lite/envs/*/builtin/data/*.json",
    "rememberer_lite/envs/*/initial/E[0-9].json",
    "notebooks/[0-9][0-9]_*.ipynb",
    "notebooks/README.md",
    "notebooks/RESULTS.md",
    "notebooks/TEACHING.md",
    "notebooks/images/*.svg",
    "notebooks/recordings/README.md",
    "notebooks/recordings/stand_in_*.jsonl",
    "notebooks/recordings/smollm2_*.jsonl",
    "notebooks/results/*_webshop.json",
    "notebooks/results/*_wikihow.json",
    "pyproject.toml",
    "environment.yml",
    "README.md",
    "LICENSE",
)
#: marks of a solution, anywhere in a notebook
_SOLUTION = b"### BEGIN SOLUTION"


def export(root: Path, out: Path) -> int:
    """Write the archive that a teacher hands out.

    Only what the build has written and what `PARTS` names goes in. A course's folder with answers
    that were handed in, a key, an archive, a hidden file, a link (whatever it leads to) or a
    notebook with a solution stays out, wherever it is.

    Returns:
        How many files it holds. The same files give the same bytes.

    Raises:
        BuildError: if the exercises are not up to date.
    """
    if problems := [*differing(root), *leftovers(root)]:
        raise BuildError(
            f"exercises/{problems[0].name} is not what the solutions give: "
            "run `rememberer-lite exercises build` first"
        )
    files = [*built(root), *(path for part in PARTS for path in _files(root, part))]
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = Path("rememberer-lite-exercises") / path.relative_to(root)
            entry = zipfile.ZipInfo(name.as_posix(), date_time=(2020, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.create_system = 3  # as on Linux, wherever it is made
            archive.writestr(entry, path.read_bytes())
    return len(files)


def _files(root: Path, part: str) -> Iterator[Path]:
    for path in sorted(root.glob(part)):
        inner = path.relative_to(root)
        links = any((root / above).is_symlink() for above in (inner, *inner.parents))
        hidden = any(name.startswith((".", "__pycache__")) for name in inner.parts)
        if path.is_file() and not links and not hidden and not _is_solution(path):
            yield path


def _is_solution(path: Path) -> bool:
    return path.suffix == ".ipynb" and _SOLUTION in path.read_bytes()
