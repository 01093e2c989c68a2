"""`rememberer-lite doctor`: is everything there, and what to do if not."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rememberer_lite.cli.course import first_chapter, how_to_get_it
from rememberer_lite.cli.terminal import command

OLDEST_PYTHON = (3, 11)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_BROWSER_FILES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path(
        os.environ.get("PROGRAMFILES", "C:/Program Files"), "Google/Chrome/Application/chrome.exe"
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        name: what was checked.
        found: what was found.
        fix: what to do; empty if there is nothing to do.
        needed: False for things that only some uses need.
    """

    name: str
    found: str
    fix: str = ""
    needed: bool = True

    @property
    def mark(self) -> str:
        """ok, MISSING, or "-" for something missing that is rarely needed."""
        return "ok" if not self.fix else "MISSING" if self.needed else "-"


def run(options: argparse.Namespace) -> int:
    """Print every finding; returns 1 if something needed is missing."""
    findings = list(examine())
    for finding in findings:
        print(f"{finding.mark:<8}{finding.name:<18}{finding.found}")
        if finding.fix:
            print(f"{'':<8}{'':<18}-> {finding.fix}")
    broken = [finding for finding in findings if finding.fix and finding.needed]
    print()
    if broken:
        print(f"{len(broken)} to fix: {', '.join(finding.name for finding in broken)}")
        return 1
    chapter = first_chapter()
    here = "Everything that the course needs is here." if chapter else "The package works."
    print(f"{here} Next: {command('rememberer-lite', 'demo')}")
    return 0


def examine() -> Iterator[Finding]:
    """Look at Python, packages, folder, browser, key and recordings."""
    yield _python()
    yield from _packages()
    yield _folder(Path.cwd())
    yield _course()
    yield _browser()
    yield _key()
    yield _recordings()


def find_chromium() -> Path | None:
    """A Chromium or Chrome on this machine, or None."""
    on_path = (shutil.which(name) for name in _BROWSERS)
    for path in [*(Path(found) for found in on_path if found), *_BROWSER_FILES]:
        if path.is_file():
            return path
    return None


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    fix = "" if sys.version_info >= OLDEST_PYTHON else f"install Python {oldest} or newer"
    return Finding("Python", version, fix)


def _packages() -> Iterator[Finding]:
    """Every package that pyproject.toml requires, with its version."""
    good = []
    for requirement in metadata.requires("rememberer-lite") or []:
        match = re.match(r"([\w.-]+)>=([\d.]+)$", requirement)
        if not match:  # the requirement of an extra, which has a condition
            continue
        name, oldest = match.groups()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = ""
        if not version:
            yield Finding(name, "not installed", "uv sync, or pip install --editable .")
        elif _numbers(version) < _numbers(oldest):
            yield Finding(name, version, f"{oldest} or newer is needed: pip install -U {name}")
        else:
            good.append(f"{name} {version}")
    yield Finding("packages", ", ".join(good))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _folder(folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding("this folder", "can be written")
    except OSError as error:
        fix = "change to a folder of your own before you train or save"
        return Finding("this folder", f"cannot be written ({error.strerror})", fix)


def _course() -> Finding:
    chapter = first_chapter()
    fix = "" if chapter else how_to_get_it()
    return Finding("course", str(chapter.parent) if chapter else "not here", fix, needed=False)


def _browser() -> Finding:
    path = find_chromium()
    fix = "only the browser tests need it: install Chromium or Google Chrome"
    return Finding("Chromium", path.name if path else "not found", "" if path else fix, False)


def _key() -> Finding:
    present = bool(os.environ.get("OPENAI_API_KEY"))
    fix = "only a real model needs it: set the variable; the course runs without"
    return Finding("OPENAI_API_KEY", "set" if present else "unset", "" if present else fix, False)


def _recordings() -> Finding:
    name = "REMEMBERER_REFERENCE_DATA"
    folder = os.environ.get(name)
    if not folder:
        fix = f"only some tests need them: set {name} to their folder, else those tests skip"
        return Finding("recordings", "unset", fix, needed=False)
    if not Path(folder).is_dir():
        return Finding("recordings", "no such folder", f"correct or unset {name}")
    return Finding("recordings", f"{len(list(Path(folder).iterdir()))} entries")
