"""The rules of the house for a notebook's form: each takes a notebook, and tells what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import unquote

from nbformat import NotebookNode
from notebook_overrides import without_effect
from predictions import hidden, to_hide, unanswered

Rule = Callable[[NotebookNode, Path], Iterator[str]]
RULES: dict[str, Rule] = {}

LONGEST_CELL, MEDIAN_CELL = 20, 8
CELLS = range(25, 46)
QUICK_CHECKS = 3

# spelled so that no search for machine paths finds this line
_PATH = re.compile(r"(?<![\w.:/-])/(?:[r]oot|[h]ome|[t]mp|[w]ork|Users|private|mnt)/|\b[A-Z]:\\+\w")
_TIME = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b|\b[0-2]\d:[0-5]\d:[0-5]\d\b")
_MARKDOWN_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_HTML_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def rule(check: Rule) -> Rule:
    """Make `check` one of the rules."""
    RULES[check.__name__] = check
    return check


def complaints(notebook: NotebookNode, path: Path) -> list[str]:
    """Everything that is wrong with the notebook that stands (or will stand) at `path`."""
    return [f"{name}: {text}" for name, check in RULES.items() for text in check(notebook, path)]


@rule
def file_name(notebook: NotebookNode, path: Path) -> Iterator[str]:
    if not re.fullmatch(r"\d\d(_[a-z]+){2,}\.ipynb", path.name):
        yield f"{path.name} is not NN_verb_object.ipynb"


@rule
def execution_counts(notebook: NotebookNode, path: Path) -> Iterator[str]:
    counts = [cell.execution_count for cell in _code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the counts are {counts}, not 1 to {len(counts)}: run it from top to bottom"


@rule
def widget_state(notebook: NotebookNode, path: Path) -> Iterator[str]:
    if "widgets" in notebook.metadata:
        yield "widget state in the file: run it with tests/tools/run_notebook.py"


@rule
def errors(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        expected = "raises-exception" in cell.metadata.get("tags", [])
        if not expected and any(output.output_type == "error" for output in cell.outputs):
            yield f"an error among the outputs of {_first_line(cell)!r}"


@rule
def machine_paths(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for text in _all_texts(notebook):
        for match in _PATH.finditer(text):
            yield f"an absolute path: {text[match.start() : match.start() + 40]!r}"


@rule
def timestamps(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for text in (cell.source, *_texts(cell)):
            for match in _TIME.finditer(text):
                yield f"a time: {match[0]}"


@rule
def decimals(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for text in _texts(cell, html=False):
            for match in re.finditer(r"\d+\.\d{4,}", text):
                yield f"more than three decimals: {match[0]}"


@rule
def headings(notebook: NotebookNode, path: Path) -> Iterator[str]:
    levels = [level for level, _ in _headings(notebook)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of level 1 instead of one"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


@rule
def image_descriptions(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _prose(notebook):
        for image, text, target in _MARKDOWN_LINK.findall(_without_code(cell.source)):
            if image and len(text.split()) < 3:
                yield f"the image {target} has no alt text that tells what it shows"
    shown = [_without_code(cell.source) for cell in _prose(notebook)]
    for cell in _code(notebook):  # what is printed stays text, even where it reads like HTML
        shown += [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    for text in shown:
        for tag in _HTML_IMAGE.findall(text):
            if not re.search(r'alt="[^"]{10,}"', tag):
                yield f"an image without alt text: {tag[:60]}"


@rule
def plot_numbers(notebook: NotebookNode, path: Path) -> Iterator[str]:
    """A drawing is not compared between two runs; the table under it is."""
    for cell in _code(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            shown = data.get("text/html", "")
            plain = "image/png" in data or "image/svg+xml" in data
            if plain or ("rl-figure" in shown and not re.search(r"<td[^>]*>(<bdi>)?[^<]", shown)):
                yield f"a plot without its numbers, show a `Plot`: {_first_line(cell)!r}"


@rule
def code_lengths(notebook: NotebookNode, path: Path) -> Iterator[str]:
    lengths = [len(cell.source.splitlines()) for cell in _code(notebook)]
    if max(lengths, default=0) > LONGEST_CELL:
        yield f"a code cell of {max(lengths)} lines; {LONGEST_CELL} at most"
    if lengths and median(lengths) > MEDIAN_CELL:
        yield f"code cells of {median(lengths)} lines in the median; {MEDIAN_CELL} at most"


@rule
def proportions(notebook: NotebookNode, path: Path) -> Iterator[str]:
    code, prose = len(_code(notebook)), len(_prose(notebook))
    if code + prose not in CELLS:
        yield f"{code + prose} cells; {CELLS[0]} to {CELLS[-1]} fit a lesson"
    if prose < code:
        yield f"{prose} cells of prose for {code} of code: at least one each"


@rule
def shell_commands(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for line in cell.source.splitlines():
            if re.match(r"\s*(!|%%?(pip|conda|bash|sh|system|time|timeit)\b)", line):
                yield f"a shell or timing command: {line.strip()!r}"


@rule
def trailing_semicolons(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        if cell.source.rstrip().endswith(";"):
            yield f"a trailing semicolon hides the result: {_first_line(cell)!r}"


@rule
def model_clients(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for cell in _code(notebook):
        for match in re.finditer(
            r"^\s*(?:import|from)\s+(?:openai|httpx|requests)\b", cell.source, re.M
        ):
            yield f"a model is only asked through `llm`, never by {match[0].strip()!r}"


@rule
def overrides(notebook: NotebookNode, path: Path) -> Iterator[str]:
    yield from without_effect(cell.source for cell in _code(notebook))


@rule
def first_cell(notebook: NotebookNode, path: Path) -> Iterator[str]:
    cell = notebook.cells[0] if notebook.cells else None
    text = cell.source if cell is not None and cell.cell_type == "markdown" else ""
    if not re.match(r"# \S.*\n+[A-Z][^\n#]+[.!]", text):
        yield "it begins with the title (#) and a one-sentence promise"
    if "able to" not in text or len(re.findall(r"^(?:\d\.|[-*]) ", text, re.MULTILINE)) != 3:
        yield "it names three things that the reader will be able to do, as a list"
    if "rerequisites" not in text:
        yield "it names the prerequisites"
    if not re.search(r"[Oo]ffline, no key, about \d+ minutes, runs in under 60 s", text):
        yield 'it says "offline, no key, about N minutes, runs in under 60 s"'


@rule
def questions(notebook: NotebookNode, path: Path) -> Iterator[str]:
    text = "\n".join(cell.source for cell in _prose(notebook))
    if "predict first" not in text.lower():
        yield 'nothing asks the reader to "predict first"'
    if (found := text.count("<details>")) < QUICK_CHECKS:
        yield f"{found} quick checks (<details>) instead of at least {QUICK_CHECKS}"
    if text.count("<details>") != text.count("</details>"):
        yield "a <details> is not closed"


@rule
def predictions(notebook: NotebookNode, path: Path) -> Iterator[str]:
    for question in unanswered(notebook):
        yield f"the prediction {question!r} has no folded answer before the next heading"
    for number in sorted(to_hide(notebook) ^ hidden(notebook)):
        shown = "gives the prediction away" if number in to_hide(notebook) else "hides its output"
        first = _first_line(notebook.cells[number])
        yield f"{first!r} {shown}: uv run python tests/tools/predictions.py"


@rule
def neighbours(notebook: NotebookNode, path: Path) -> Iterator[str]:
    siblings = sorted({*path.parent.glob("[0-9][0-9]_*.ipynb"), path})
    place = siblings.index(path)
    last = notebook.cells[-1].source if notebook.cells else ""
    targets = {target for _, _, target in _MARKDOWN_LINK.findall(last)}
    for what, at in (("previous", place - 1), ("next", place + 1)):
        if 0 <= at < len(siblings) and siblings[at].name not in targets:
            yield f"the last cell does not link to the {what} notebook, {siblings[at].name}"


@rule
def links(notebook: NotebookNode, path: Path) -> Iterator[str]:
    anchors = {title.replace(" ", "-") for _, title in _headings(notebook)}
    for cell in _prose(notebook):
        for _, _, target in _MARKDOWN_LINK.findall(_without_code(cell.source)):
            if re.match(r"(https?|mailto|doi):", target):
                continue
            file, _, anchor = unquote(target).partition("#")
            if file and not (path.parent / file).exists():
                yield f"the link {target} leads nowhere"
            if not file and anchor not in anchors:
                yield f"the link {target} names no heading of this notebook"


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def _prose(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if c.cell_type == "markdown"]


def _headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    found = []
    for cell in _prose(notebook):
        text = _FENCE.sub("", cell.source)
        for marks, title in re.findall(r"^(#+) (.+)$", text, re.MULTILINE):
            found.append((len(marks), title.strip()))
    return found


def _texts(cell: NotebookNode, html: bool = True) -> Iterator[str]:
    """What the outputs of a code cell say."""
    for output in cell.outputs:
        yield output.get("text", "")
        for kind, data in output.get("data", {}).items():
            if kind == "text/plain" or (html and kind.startswith("text/")):
                yield data


def _all_texts(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        yield cell.source
        if cell.cell_type == "code":
            yield from _texts(cell)


def _without_code(markdown: str) -> str:
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", markdown))


def _first_line(cell: NotebookNode) -> str:
    return str(cell.source.strip().splitlines()[0])
