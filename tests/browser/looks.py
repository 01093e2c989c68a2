"""How a widget looks: contrast, overlaps and cuts, measured in the page itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lab import THEMES, Lab
from playwright.sync_api import Locator, Page

WIDTHS = (1280, 800)

_CONTRAST = """
root => {
  const rgba = text => {
    const m = text.match(/rgba?\\(([^)]+)\\)/);
    if (!m) return [0, 0, 0, 0];
    const v = m[1].split(/[ ,\\/]+/).map(Number);
    return [v[0], v[1], v[2], v.length > 3 ? v[3] : 1];
  };
  const over = (top, below) => {
    const a = top[3];
    return [0, 1, 2].map(i => a * top[i] + (1 - a) * below[i]).concat([1]);
  };
  const light = c => {
    const f = c.slice(0, 3).map(v => {
      v /= 255;
      return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
  };
  const ground = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const wrong = [];
  let measured = 0;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('style, option, .jp-OutputPrompt')) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    if (element.closest(':disabled, .mod-disabled')) continue;
    const below = ground(element);
    const a = light(over(rgba(getComputedStyle(element).color), below)), b = light(below);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    measured += 1;
    if (ratio < 4.5) wrong.push(`${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`);
  }
  return {measured, wrong};
}
"""

_PLACES = """
root => {
  const wrong = [];
  const frame = root.getBoundingClientRect();
  const scrolls = e => e.closest('.rl-scroll, .rl-page, .rl-phone, .rl-block');
  for (const e of root.querySelectorAll('*')) {
    if (!e.checkVisibility() || !e.textContent.trim()) continue;
    if (e.closest('style, option, select')) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || !box.height) continue;
    if (!scrolls(e) && box.right > frame.right + 1)
      wrong.push(`leaves the output: ${e.className} ${e.textContent.trim().slice(0, 40)}`);
    if (e.matches('.rl-block')) continue;  // the legend below the bar says the same
    if (['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
      wrong.push(`is cut: ${e.className} ${e.textContent.trim().slice(0, 40)}`);
  }
  const parts = [...root.querySelectorAll(
    '.jupyter-button, .widget-label, .widget-inline-hbox input, select, .widget-readout, ' +
    '.noUi-target, .widget-html-content'
  )].filter(e => e.checkVisibility() && e.getBoundingClientRect().width);
  for (let i = 0; i < parts.length; i++) for (let j = i + 1; j < parts.length; j++) {
    if (parts[i].contains(parts[j]) || parts[j].contains(parts[i])) continue;
    const a = parts[i].getBoundingClientRect(), b = parts[j].getBoundingClientRect();
    const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (x > 2 && y > 2) wrong.push(`overlap: ${parts[i].textContent} with ${parts[j].textContent}`);
  }
  return wrong;
}
"""


def contrast(output: Locator) -> tuple[int, list[str]]:
    """How many texts were measured, and those of a contrast below 4.5 : 1."""
    found: dict[str, Any] = output.evaluate(_CONTRAST)
    return found["measured"], found["wrong"]


def misplaced(output: Locator) -> list[str]:
    """What overlaps, is cut or leaves the output."""
    return list(output.evaluate(_PLACES))


def assert_looks(
    lab: Lab, page: Page, output: Locator, name: str, widths: Sequence[int] = WIDTHS
) -> None:
    """Both themes and both widths: enough contrast, nothing overlaps, nothing is cut.

    With SCREENSHOTS=folder the pictures are kept there, for a look by eye.
    """
    folder = os.environ.get("SCREENSHOTS")
    for theme in THEMES:
        lab.theme(page, theme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 1400})
            page.wait_for_timeout(200)
            measured, faint = contrast(output)
            assert measured, "no text was measured"
            wrong = misplaced(output)
            assert (faint, wrong) == ([], []), f"{theme}, {width}: {faint[:5]} {wrong[:5]}"
            if folder:
                output.screenshot(path=str(Path(folder) / f"{name}_{theme}_{width}.png"))
