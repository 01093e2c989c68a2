"""The slides in a browser: every one fits the window, and the arrow keys turn them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from rememberer_lite.cli.handouts import slides

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.browser
def test_the_arrow_keys_turn_the_slides(lab: Lab, tmp_path: Path) -> None:
    (*_, last) = slides(NOTEBOOKS, tmp_path)
    page = lab.context.new_page()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(last.as_uri(), wait_until="domcontentloaded")
    shown = page.locator("section > section")
    assert shown.count() > 5
    heights = shown.evaluate_all("all => all.map(one => one.offsetHeight)")
    assert max(heights) <= 720, "a slide is higher than the window"
    for key, turned in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        page.wait_for_function(f"scrollY === {turned * 720}")  # it scrolls smoothly
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.close()
