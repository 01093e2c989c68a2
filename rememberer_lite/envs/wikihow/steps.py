"""The six kinds of steps in a task, and how their instructions are written."""

from __future__ import annotations

#: the kinds of step, in the order of the paper's table
PATTERNS = ("search", "article", "author", "category", "reference", "about")

_BEGINNINGS = {
    "article": "Access the article",
    "author": "Check the author page",
    "category": "Access the page of category",
    "reference": "Check the reference list",
    "about": "Access the about page",
}


def step_pattern(instruction: str) -> str:
    """The kind of a step, read from its instruction; without an instruction it is a search.

    Source: paper, section 4.1 (the six patterns of WikiHow's task similarity).

    Unlike the published code: the reference list is recognised (its defect 7).

    >>> step_pattern(""), step_pattern("Check the reference list"), step_pattern("Sing")
    ('search', 'reference', 'unknown')
    """
    text = instruction.strip()
    if not text:
        return "search"
    for kind, beginning in _BEGINNINGS.items():
        if text.startswith(beginning):
            return kind
    return "unknown"


def write_step(kind: str, name: str = "") -> str:
    """The instruction of a step of this kind, worded as in the real tasks.

    >>> write_step("category", "Camping")
    'Access the page of category Camping'
    """
    return {
        "search": "",
        "article": f'Access the article "How to {name}"',
        "author": f"Check the author page of {name}.",
        "category": f"Access the page of category {name}",
        "reference": "Check the reference list",
        "about": "Access the about page to learn why people trust wikihow.",
    }[kind]
