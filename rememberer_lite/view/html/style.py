"""A whole view, and the drawings in it that are no text: whole in every state of a notebook."""

from __future__ import annotations

from urllib.parse import quote

from rememberer_lite.view.html.markup import Html, tag

#: all else is written on each element (`look`); on paper nothing scrolls
STYLE = tag("style", Html("@media print{.rl-page,.rl-phone{max-height:none!important}}"))


def view(*children: object, title: object = None) -> Html:
    """A whole view: an optional title and the content."""
    head = [tag("div", title, class_="rl-title")] if title is not None else []
    return tag("div", STYLE, *head, *children, class_="rl")


def meter(share: float, label: str = "") -> Html:
    """A small bar for a number between 0 and 1; the number itself is beside it."""
    width = 120 * min(1.0, max(0.0, share))
    return drawing(
        '<rect x="0.5" y="0.5" width="120" height="11" fill="none" stroke="#8a8a8a"/>'
        f'<rect x="0.5" y="0.5" width="{width:.1f}" height="11" fill="#3584d4"/>',
        121, 12, label or f"a bar of {share:.3f}",
    )  # fmt: skip


def drawing(shapes: str, width: int, height: int, label: str) -> Html:
    """A picture of SVG shapes, as an image: in an untrusted notebook JupyterLab removes `<svg>`.

    Args:
        shapes: SVG elements made here, never a text from outside.
        width: in pixels.
        height: in pixels.
        label: what it shows, for those who cannot see it.
    """
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{shapes}</svg>'
    )
    return tag(
        "img",
        src=f"data:image/svg+xml,{quote(svg, safe=' =:/,.')}",
        alt=label,
        width=width,
        height=height,
        style="vertical-align:middle;display:inline-block;max-width:100%;margin:0",
    )
