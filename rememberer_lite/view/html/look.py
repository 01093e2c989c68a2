"""One look for every view, written on each element: it stays where style sheets are removed.

JupyterLab removes `<style>` from a notebook that it does not trust, and keeps inline style; of that
it drops `var(…)` and `inherit`. So text has no colour of its own: it takes the theme's, light or
dark. On a coloured ground it has a fixed dark colour (contrast at least 4.5 : 1). Borders are of a
grey that both themes show. Colour is never the only sign: a word, a border or a symbol says the
same.
"""

from __future__ import annotations

_LINE = "1px solid #8a8a8a"
_WRAP = "word-wrap:break-word;overflow-wrap:anywhere"
_CODE = f"font-family:monospace;font-size:13px;background:transparent;padding:0;border:0;{_WRAP}"
_CELL = (
    f"border:{_LINE};padding:3px 7px;text-align:left;vertical-align:top;line-height:1.4;"
    "white-space:normal;word-break:normal;overflow-wrap:break-word;max-width:36em;"
    "background:transparent"
)
GOOD = "background:#d3f0da;color:#0b4a1c"
BAD = "background:#fbdcd8;color:#701510"
MARK = "background:#ffe27a;color:#1a1a1a"
INFO = "background:#d9e8fb;color:#0b3466"
PLAIN = "background:#e6e6e6;color:#1a1a1a"

#: what each element of a view looks like
ELEMENTS = {
    "caption": "caption-side:top;text-align:left;font-weight:700;padding:2px 0",
    "code": _CODE,
    "details": "margin:4px 0;padding:0",
    "mark": f"{MARK};padding:0 2px",
    "ol": "margin:4px 0;padding:0 0 0 2em",
    "p": "margin:4px 0;text-align:left",
    "pre": f"{_CODE};white-space:pre-wrap;margin:2px 0;line-height:1.4;text-align:left;"
    "word-break:normal",
    "summary": "cursor:pointer;font-weight:700;padding:2px 0",
    "table": "border-collapse:collapse;table-layout:auto;margin:4px 0;font-size:13px;"
    "background:transparent;border:0",
    "td": _CELL,
    "th": f"{_CELL};font-weight:400",
    "tr": "background:transparent",
}

#: what each class adds to that
CLASSES = {
    "rl": "font-size:14px;line-height:1.45;padding:8px;white-space:normal;text-align:left;"
    f"box-sizing:border-box;{_WRAP}",
    "rl-flat": "padding:2px 4px",
    "rl-title": "font-weight:700;font-size:15px;margin:0 0 4px 0",
    "rl-head": "font-weight:700;border-bottom-width:2px",
    "rl-text": f"min-width:8em;{_WRAP}",
    "rl-number": "text-align:right;white-space:nowrap",
    "rl-now": "border-top:3px solid #b34700;border-bottom:3px solid #b34700;font-weight:700",
    "rl-scroll": "overflow-x:auto;max-width:100%",
    "rl-columns": "display:flex;flex-wrap:wrap;gap:12px",
    "rl-card": f"border:{_LINE};border-radius:6px;padding:8px;flex:1 1 300px;min-width:0;"
    "box-sizing:border-box",
    "rl-line": "min-height:1.2em;margin:3px 0",
    "rl-button": f"display:inline-block;border:{_LINE};border-radius:4px;padding:1px 9px;"
    "margin:1px 4px 1px 0",
    "rl-option": f"display:inline-block;border:{_LINE};border-radius:12px;padding:1px 9px;"
    "margin:1px 4px 1px 0",
    "rl-link": "text-decoration:underline",
    "rl-field": f"display:inline-block;border:{_LINE};border-radius:4px;padding:1px 9px;"
    "min-width:9em",
    "rl-bare": "display:none",
    "rl-id": "font-size:11px;font-family:monospace",
    "rl-badge": "display:inline-block;border-radius:4px;padding:0 6px;border:1px solid #1a1a1a;"
    "max-width:100%",
    "rl-good": GOOD,
    "rl-bad": BAD,
    "rl-mark": MARK,
    "rl-info": INFO,
    "rl-plain": PLAIN,
    "rl-free": "background:transparent",
    "rl-taken": f"{MARK};border:3px solid #b34700;border-radius:4px;padding:1px 5px;"
    "display:inline-block",
    "rl-alert": f"{BAD};border:2px solid #701510;border-radius:6px;padding:6px 8px",
    "rl-invite": f"{INFO};display:inline-block;border:2px solid #0b3466;border-radius:4px;"
    "padding:2px 10px;margin:4px 8px;font-weight:700",
    "rl-bar": f"display:flex;width:100%;min-height:26px;border:{_LINE}",
    "rl-block": "border-right:2px solid #1a1a1a;padding:2px 0;text-align:center;min-width:14px;"
    "font-size:12px;overflow:hidden;white-space:nowrap",
    "rl-legend": "display:flex;flex-wrap:wrap;gap:4px;margin:4px 0",
    "rl-part": "border-left:6px solid #8a8a8a;padding:4px 8px;margin:4px 0",
    # a page of a shop, a screen of a telephone
    "rl-page": f"border:{_LINE};border-radius:6px;padding:8px;max-height:560px;overflow:auto",
    "rl-phone": "border:6px solid #6b6b6b;border-radius:22px;padding:12px 10px;max-width:420px;"
    "max-height:560px;overflow:auto;box-sizing:border-box",
    "rl-products": "display:flex;flex-wrap:wrap;gap:8px;margin:6px 0",
    "rl-product": f"border:{_LINE};border-radius:6px;padding:6px 10px;flex:1 1 200px;min-width:0;"
    "box-sizing:border-box",
    "rl-price": "font-weight:700;font-size:15px;margin-top:2px",
    "rl-solved": "border:2px solid #2e8b57;border-left:10px solid #2e8b57;border-radius:6px;"
    "padding:6px 12px;margin:6px 0",
    "rl-partly": "border:2px solid #c77700;border-left:10px solid #c77700;border-radius:6px;"
    "padding:6px 12px;margin:6px 0",
}


def look(element: str, classes: str = "") -> str:
    """The inline style of an element with these classes; "" where it has none.

    >>> look("mark"), look("b", "rl-free"), look("b", "other")
    ('background:#ffe27a;color:#1a1a1a;padding:0 2px', 'background:transparent', '')
    """
    found = [ELEMENTS.get(element, ""), *(CLASSES.get(name, "") for name in classes.split())]
    return ";".join(style for style in found if style)
