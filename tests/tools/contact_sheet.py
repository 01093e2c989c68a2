"""Take a picture of every chapter in every state, and put them on contact sheets, to look at.

    uv run python tests/tools/contact_sheet.py FOLDER [notebooks/01_….ipynb …]

Each chapter is shown in JupyterLab as a stranger opens it (not trusted, not run) and after it was
run; 1280 and 800 pixels wide; in the light and the dark theme. FOLDER gets one sheet for each
chapter, `NN_sheet.png`, and the single pictures in `NN/`. Keep it outside of the repository.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from browser import require_chromium  # noqa: E402
from lab import THEMES, Lab, chromium, jupyter_lab  # noqa: E402
from looks import WIDTHS  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from playwright.sync_api import Page  # noqa: E402

#: a chapter is cut into columns of this height, so that a sheet stays about square
COLUMN = 3000


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sheets; returns 1 where a chapter raised an error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all chapters")
    parser.add_argument("--unrun", action="store_true", help="only as a stranger opens them")
    parser.add_argument(
        "--seconds", type=float, default=900, help="how long a chapter may run (%(default)s)"
    )
    options = parser.parse_args(arguments)
    chapters = options.notebooks or sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    if options.folder.resolve().is_relative_to(ROOT):
        parser.error("the folder is inside the repository: choose one outside")
    broken = 0
    with tempfile.TemporaryDirectory() as scratch:
        served = Path(scratch) / "course"
        shutil.copytree(ROOT / "notebooks", served)
        with jupyter_lab(served) as address, chromium(require_chromium()) as browser:
            lab = Lab(served, address, browser)
            for path in chapters:
                target = options.folder / path.stem[:2]
                target.mkdir(parents=True, exist_ok=True)
                page = lab.page()
                lab.open(page, path.name)
                _take(lab, page, target, "unrun")
                if not options.unrun:
                    errors = lab.run_all(page, options.seconds)
                    broken += bool(errors)
                    _take(lab, page, target, "run")
                    print(f"{path.name}: {'; '.join(errors) or 'ran'}", flush=True)
                lab.close(page)
                _sheet(target, options.folder / f"{path.stem[:2]}_sheet.png")
    return int(broken > 0)


def _take(lab: Lab, page: Page, target: Path, state: str) -> None:
    """Every theme and width of what is shown now."""
    for theme in THEMES:
        lab.theme(page, theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1400})
            page.wait_for_timeout(300)
            height = page.locator(".jp-Notebook .jp-Cell").evaluate_all(
                "cells => cells.reduce((sum, cell) => sum + cell.offsetHeight, 0)"
            )
            page.set_viewport_size({"width": width, "height": min(int(height) + 300, 30_000)})
            page.wait_for_timeout(300)
            file = target / f"{state}_{theme}_{width}.png"
            page.locator(".jp-WindowedPanel-outer").first.screenshot(path=str(file))


def _sheet(folder: Path, file: Path) -> None:
    """All pictures of a folder side by side at half their size, each cut into columns."""
    columns = []
    for picture in sorted(folder.glob("*.png")):
        image = Image.open(picture).convert("RGB").reduce(2)
        for number, top in enumerate(range(0, image.height, COLUMN), start=1):
            part = image.crop((0, top, image.width, min(top + COLUMN, image.height)))
            columns.append((f"{picture.stem} {number}", part))
    width = sum(part.width + 10 for _, part in columns)
    height = max(part.height for _, part in columns) + 24
    sheet = Image.new("RGB", (width, height), "white")
    left = 0
    for name, part in columns:
        ImageDraw.Draw(sheet).text((left + 4, 6), name, fill="black")
        sheet.paste(part, (left, 24))
        left += part.width + 10
    sheet.save(file)


if __name__ == "__main__":
    sys.exit(main())
