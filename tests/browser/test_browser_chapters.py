"""Every chapter as a stranger opens it, not trusted and not run: its views are those of a run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lab import Lab
from looks import contrast, misplaced
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CHAPTERS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
#: the chapters that are run as well: each kind of view and each widget is in one of them
RUN = ("01", "05", "12")

# for each output that holds a view: its cells with their alignment, its bars with their size, and
# which parts stand side by side
_SEEN = """
() => [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
  const output = cell.querySelector('.jp-Cell-outputArea');
  if (!output || !output.querySelector('.rl')) return null;
  const visible = [...output.querySelectorAll('.rl th, .rl td, .rl img, .rl .rl-card')]
    // a card alone, as the verdict on an answer, has nothing beside it
    .filter(e => e.checkVisibility() && (!e.classList.contains('rl-card')
      || e.parentElement.classList.contains('rl-columns')
      || e.parentElement.querySelectorAll(':scope > .rl-card').length > 1));
  const parts = visible.map(e => {
    const style = getComputedStyle(e);
    if (e.tagName === 'IMG') return ['bar', e.alt, e.complete && e.naturalWidth > 0];
    if (e.classList.contains('rl-card'))
      return ['card', '', getComputedStyle(e.parentElement).display];
    return ['cell', e.textContent.trim(), style.textAlign];
  });
  return {widget: !!output.querySelector('.jupyter-widgets'), parts};
})
"""


@pytest.fixture(scope="module", autouse=True)
def course(lab: Lab) -> None:
    """The chapters, where the server can see them; nobody has trusted them there."""
    for path in CHAPTERS:
        shutil.copy(path, lab.folder / path.name)
    for name in ("images", "recordings", "results"):
        shutil.copytree(CHAPTERS[0].parent / name, lab.folder / name)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem[:2])
def test_a_chapter_is_whole_before_it_is_run(lab: Lab, path: Path) -> None:
    page = lab.page(800)
    lab.open(page, path.name)
    # what a prediction asks for is hidden until it is asked for
    assert page.locator(".jp-OutputPlaceholder").count() == _hidden(path)
    page.evaluate("void window.jupyterapp.commands.execute('notebook:show-all-cell-outputs')")
    expect(page.locator(".jp-OutputPlaceholder")).to_have_count(0)
    before: list[Any] = page.evaluate(_SEEN)
    outputs = page.locator(".jp-Cell-outputArea:has(.rl)")
    assert outputs.count() == sum(one is not None for one in before)
    for theme in ("light", "dark"):
        lab.theme(page, theme)
        for output in outputs.all():
            assert (contrast(output)[1], misplaced(output)) == ([], []), theme
    for one in filter(None, before):
        assert not one["widget"]
        for kind, what, how in one["parts"]:
            if kind == "bar":
                assert how, f"the bar {what!r} is not drawn"
            if kind == "card":
                assert how == "flex"
            if kind == "cell":
                number = what.lstrip("+−-").replace(".", "").isdigit() and "." in what
                assert how in ("left", "start", "right") and (how == "right" or not number), what
    if path.stem[:2] in RUN:
        assert lab.run_all(page, seconds=300) == []
        after: list[Any] = page.evaluate(_SEEN)
        for old, new in zip(before, after, strict=True):
            _same(old, new)
    lab.close(page)


def _hidden(path: Path) -> int:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return sum(c["metadata"].get("jupyter", {}).get("outputs_hidden", False) for c in cells)


def _same(old: Any, new: Any) -> None:
    """What stood there before the run stands there after it, in the same order and alignment."""
    if old is None or new is None:
        assert old is new
        return
    if not new["widget"]:
        assert old["parts"] == new["parts"]
        return
    # a widget shows more than its static form: what both show looks the same
    known = {tuple(part) for part in new["parts"]}
    shown = {part[:2] for part in known}
    for part in map(tuple, old["parts"]):
        assert part in known or part[:2] not in shown, part
