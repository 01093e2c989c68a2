"""What an environment must tell an agent, a view and the command line.

| File | Holds |
|---|---|
| `base` | `Domain`, the one class to inherit from, and the lines of its action grammar |
| `page` | `Piece`: the parts of a page, as they are drawn and clicked; `Wish`: a part of a task |
| `short` | `Entry`: a line of a page that is written short |
| `notations` | actions as models write them on a line → `verb[…]`; lines that are none |
| `spelling` | actions as models write them → the grammar's or the page's action |
"""

from rememberer_lite.domain.base import Domain, Verb, labelled, one_line
from rememberer_lite.domain.page import Kind, Line, Part, Piece, Wish, argument, bracketed
from rememberer_lite.domain.short import Entry, answered, entries
from rememberer_lite.domain.spelling import plain_verb

__all__ = [
    "Domain",
    "Entry",
    "Kind",
    "Line",
    "Part",
    "Piece",
    "Verb",
    "Wish",
    "answered",
    "argument",
    "bracketed",
    "entries",
    "labelled",
    "one_line",
    "plain_verb",
]
