"""Texts in columns, fitted to the width of a terminal: lines break only between words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

GAP = "  "
#: a space at which no line breaks: a mean stays with its interval, "0.473 ± 0.028"
_TIED = "\N{NO-BREAK SPACE}"


def aligned(
    head: Sequence[str], body: Sequence[Sequence[str]], width: int | None = None
) -> list[str]:
    """The lines of a table; if it is too wide it is wrapped, and split into parts if necessary.

    Each part begins with the first column, and an empty line is between two parts. Only words
    longer than the terminal's width extend beyond it.

    >>> head, body = ["name", "gap", "calls"], [["a long name", "0.25 ± 0.62", "12"]]
    >>> print("\\n".join(aligned(head, body, width=22)))
    name       gap
    a long     0.25 ± 0.62
    name
    <BLANKLINE>
    name         calls
    a long name  12
    """
    rows = [[cell.replace(" ± ", f"{_TIED}±{_TIED}") for cell in row] for row in (head, *body)]
    columns = list(zip(*rows, strict=True))
    natural = [max(map(len, column)) for column in columns]
    if width is None:
        return _lines_of(rows, natural)
    least = [max(len(word) for cell in column for word in cell.split(" ")) for column in columns]
    least[0] = max(least[0], min(natural[0], width // 3))  # the names of rows stay readable
    lines: list[str] = []
    for part in _parts(least, width):
        lines += [""] if lines else []
        widths = _shrunk([natural[i] for i in part], [least[i] for i in part], width)
        lines += _lines_of([[row[i] for i in part] for row in rows], widths)
    return lines


def _parts(least: Sequence[int], width: int) -> list[list[int]]:
    """The numbers of the columns of each part, as many as fit beside the first column."""
    parts = [[0]]
    used = least[0]
    for column in range(1, len(least)):
        needed = len(GAP) + least[column]
        if used + needed > width and len(parts[-1]) > 1:
            parts.append([0])
            used = least[0]
        parts[-1].append(column)
        used += needed
    return parts


def _shrunk(natural: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Widths that fit if possible: the widest column shrinks first."""
    widths = list(natural)
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        spare = [i for i in range(len(widths)) if widths[i] > least[i]]
        if not spare:
            break
        widths[max(spare, key=lambda i: widths[i])] -= 1
    return widths


def _lines_of(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> list[str]:
    return [line for row in rows for line in _row(row, widths)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [_split(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = (part[number] if number < len(part) else "" for part in parts)
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        yield GAP.join(padded).replace(_TIED, " ").rstrip()


def wrapped(lines: Iterable[str], width: int | None) -> list[str]:
    """Lines of text, broken between words if they are longer than `width`."""
    single = [line for text in lines for line in text.splitlines()]
    if width is None:
        return single
    return [part for line in single for part in _split(line, width)]


def _split(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
