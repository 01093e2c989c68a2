"""One look for every view: the same in the light and the dark theme, and on paper.

Text takes the theme's own colours. Where a ground is coloured, the text on it has a fixed dark
colour too, so that the contrast (at least 4.5 : 1) does not depend on the theme. Colour never
stands alone: a word, a border or a sign says the same.
"""

from __future__ import annotations

from rememberer_lite.view.html import Html, tag

_CSS = """
.rl{color:var(--jp-content-font-color1,#1a1a1a);background:var(--jp-layout-color0,#fff);
font-family:var(--jp-content-font-family,sans-serif);font-size:14px;line-height:1.45;
padding:8px;overflow-wrap:anywhere;white-space:normal;box-sizing:border-box}
.rl *{box-sizing:border-box}
.rl.rl-flat{padding:2px 4px}
.rl-title{font-weight:700;font-size:15px;margin:0 0 4px}
.rl p{margin:4px 0}
.rl pre,.rl code{font-family:var(--jp-code-font-family,monospace);font-size:13px;color:inherit;
background:transparent;white-space:pre-wrap;overflow-wrap:break-word;word-break:normal;
line-height:1.4}
.rl pre{margin:2px 0;padding:0}
.rl table{border-collapse:collapse;margin:4px 0;font-size:13px;color:inherit;background:transparent}
.rl caption{caption-side:top;text-align:left;font-weight:700;padding:2px 0;color:inherit}
.rl th,.rl td{border:1px solid var(--jp-border-color1,#bdbdbd);padding:3px 7px;text-align:left;
vertical-align:top;max-width:36em;color:inherit;background:transparent;white-space:normal;
overflow-wrap:break-word;word-break:normal}
.rl .rl-text,.rl .rl-text code{overflow-wrap:anywhere}
.rl .rl-text{min-width:8em}
.rl thead th{border-bottom-width:2px}
.rl tbody th{font-weight:400}
.rl .rl-number{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
.rl tr.rl-now>*{border-top:2px solid;border-bottom:2px solid;font-weight:700}
.rl-scroll{overflow-x:auto;max-width:100%}
.rl-columns{display:flex;flex-wrap:wrap;gap:12px}
.rl-columns>*{flex:1 1 300px;min-width:0}
.rl-card,.rl-page{border:1px solid var(--jp-border-color1,#bdbdbd);border-radius:6px;padding:8px}
.rl-page{max-height:560px;overflow:auto}
@media print{.rl-page{max-height:none}}
.rl-line{min-height:1.2em;margin:2px 0}
.rl-button,.rl-option{display:inline-block;border:1px solid;border-radius:4px;padding:0 7px;
margin:1px 4px 1px 0}
.rl-option{border-radius:12px}
.rl-link{text-decoration:underline}
.rl-field{display:inline-block;border:1px solid;border-bottom-width:3px;padding:0 7px;min-width:9em}
.rl-bare{display:none}
.rl-id{font-size:12px;font-family:var(--jp-code-font-family,monospace)}
.rl-badge{display:inline-block;white-space:nowrap;border-radius:4px;padding:0 6px;
border:1px solid #1a1a1a}
.rl-good,.rl mark.rl-good{background:#d3f0da;color:#0b4a1c}
.rl-bad,.rl mark.rl-bad{background:#fbdcd8;color:#701510}
.rl-mark,.rl mark{background:#ffe27a;color:#1a1a1a}
.rl-info,.rl mark.rl-info{background:#d9e8fb;color:#0b3466}
.rl-plain{background:#e6e6e6;color:#1a1a1a}
.rl-taken{outline:3px solid #b34700;outline-offset:1px;background:#ffe27a;color:#1a1a1a}
.rl-alert{border:2px solid #701510;border-radius:6px;padding:6px 8px;background:#fbdcd8;
color:#701510}
.rl-bar{display:flex;width:100%;min-height:26px;border:1px solid var(--jp-border-color1,#bdbdbd)}
.rl-bar>span{border-right:2px solid #1a1a1a;padding:2px 0;text-align:center;min-width:14px;
font-size:12px}
.rl-legend{display:flex;flex-wrap:wrap;gap:4px;margin:4px 0}
.rl-part{border-left:6px solid;border-radius:3px;padding:4px 8px;margin:4px 0}
.rl-track{display:inline-block;width:9em;height:.8em;border:1px solid;vertical-align:baseline}
.rl-fill{display:block;height:100%;background:#0072b2}
.rl summary{cursor:pointer;font-weight:700;padding:2px 0}
"""
STYLE = tag("style", Html(" ".join(_CSS.split())))


def view(*children: object, title: object = None) -> Html:
    """A whole view: the style, an optional title and what stands below."""
    head = [tag("div", title, class_="rl-title")] if title is not None else []
    return tag("div", STYLE, *head, *children, class_="rl")


def meter(share: float, label: str = "") -> Html:
    """A small bar for a number between 0 and 1; the number itself stands beside it."""
    width = 100 * min(1.0, max(0.0, share))
    fill = tag("span", class_="rl-fill", style=f"width:{width:.1f}%")
    return tag("span", fill, class_="rl-track", role="img", aria_label=label or f"{share:.3f}")
