"""`rememberer-lite course`: the course as web pages or slides; and where it is.

A wheel holds the package alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import rememberer_lite
from rememberer_lite.cli.terminal import command
from rememberer_lite.state import RemembererError

FIRST = Path("notebooks", "00_start_here.ipynb")


def run(options: argparse.Namespace) -> int:
    """Write the pages or the slides, and name each file."""
    from rememberer_lite.cli import handouts  # nbconvert takes its time

    chapter = first_chapter()
    if chapter is None:
        raise RemembererError(how_to_get_it())
    write = {"html": handouts.pages, "slides": handouts.slides}[options.form]
    for path in write(chapter.parent, options.out or Path("course", options.form)):
        print(path)
    return 0


def first_chapter() -> Path | None:
    """Chapter 00 in this folder, one above it, or beside the package; None: it is not here."""
    here = Path.cwd()
    package = Path(rememberer_lite.__file__).resolve().parents[1]
    for folder in (here, *here.parents, package):
        if (folder / FIRST).is_file():
            return folder / FIRST
    return None


def next_step(env: str) -> str:
    """What to type next: the course where it is here, or a training to be kept."""
    chapter = first_chapter()
    if chapter is None:
        return "Next: " + command(
            "rememberer-lite", "train", "--env", env, "--out", Path("runs", "first").as_posix()
        )
    if chapter.is_relative_to(Path.cwd()):
        chapter = chapter.relative_to(Path.cwd())
    return "Next: " + command("jupyter", "lab", chapter)


def how_to_get_it() -> str:
    """Where the course is, for a reader who has the package alone."""
    return (
        "the course is in the project's source folder, which is not here: clone the repository "
        "or unpack its source archive, and run there: jupyter lab " + FIRST.as_posix()
    )
