"""Every notebook keeps the rules of the house, and every rule catches what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import RULES, complaints
from predictions import hidden, hide, to_hide

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))

FIRST = """# Learn to count

You count to three, and know why.

You will be able to

1. count,
2. add,
3. stop.

Prerequisites: none. Offline, no key, about 5 minutes, runs in under 60 s.
"""
CHECK = "<details><summary>2</summary>No, because …</details>\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_keeps_every_rule(path: Path) -> None:
    assert complaints(nbformat.read(path, as_version=4), path) == []


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS, "no notebook was found, so none was guarded"


def good() -> NotebookNode:
    """A notebook that keeps every rule."""
    return deepcopy(_good())


@cache
def _good() -> NotebookNode:
    cells = [new_markdown_cell(FIRST)]
    for number in range(1, 14):
        cells.append(new_markdown_cell(f"## Step {number}\n\nPredict first.\n\n{CHECK}"))
        output = new_output("stream", name="stdout", text="0.125\n")
        cells.append(new_code_cell("print(1 / 8)", execution_count=number, outputs=[output]))
    return hide(new_notebook(cells=[*cells, new_markdown_cell("The end. [Back](#Step-1)")]))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the planted notebooks stand."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "loop.svg").write_text("<svg/>", encoding="utf-8")
    return tmp_path / "01_count_things.ipynb"


def test_a_good_notebook_passes(place: Path) -> None:
    notebook = good()
    notebook.cells[1].source += "\n![the loop of the agent](images/loop.svg)"
    notebook.cells[1].source += "\n```python\n# no heading, ![](no/image.png)\n```"
    notebook.cells[2].outputs[0].text = '<img id="1">'  # a screen of the wiki, printed
    assert complaints(notebook, place) == []


def prose(text: str) -> Callable[[NotebookNode], None]:
    """A fault: this text in a markdown cell."""

    def plant(notebook: NotebookNode) -> None:
        notebook.cells[3].source += "\n\n" + text

    return plant


def first(old: str, new: str) -> Callable[[NotebookNode], None]:
    """A fault: the first cell says `new` where it should say `old`."""

    def plant(notebook: NotebookNode) -> None:
        assert old in notebook.cells[0].source
        notebook.cells[0].source = notebook.cells[0].source.replace(old, new)

    return plant


def code(source: str) -> Callable[[NotebookNode], None]:
    """A fault: this text in a code cell."""

    def plant(notebook: NotebookNode) -> None:
        notebook.cells[2].source = source

    return plant


def stdout(text: str) -> Callable[[NotebookNode], None]:
    """A fault: this text among the outputs."""

    def plant(notebook: NotebookNode) -> None:
        notebook.cells[2].outputs[0].text = text

    return plant


def result(**data: str) -> Callable[[NotebookNode], None]:
    """A fault: a rich output, and no printed line beside it."""

    def plant(notebook: NotebookNode) -> None:
        rich = {kind.replace("_", "/"): text for kind, text in data.items()}
        notebook.cells[2].outputs = [new_output("display_data", data=rich)]

    return plant


RENAMED = """from rememberer_lite import ExperienceMemory as Memory


class Full(Memory):
    def __init__(self, room):
        super().__init__(room)

    def _was_renamed(self, record):
        return False
"""


def no_count(notebook: NotebookNode) -> None:
    notebook.cells[4].execution_count = None


def run_out_of_order(notebook: NotebookNode) -> None:
    notebook.cells[4].execution_count = 7


def state_of_widgets(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {}


def failed(notebook: NotebookNode) -> None:
    error = new_output("error", ename="KeyError", evalue="3", traceback=[])
    notebook.cells[2].outputs = [error]


def long_in_the_median(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = "\n".join(["x = 1"] * 9)


def too_few_cells(notebook: NotebookNode) -> None:
    del notebook.cells[5:-1]


def too_much_code(notebook: NotebookNode) -> None:
    del notebook.cells[1::2]


def without_checks(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace(CHECK, "")


def without_prediction(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("Predict first", "Look")


def given_away(notebook: NotebookNode) -> None:
    del notebook.cells[4].metadata["jupyter"]


def hidden_without_prediction(notebook: NotebookNode) -> None:
    notebook.cells[3].source = "No question here."


def code_first(notebook: NotebookNode) -> None:
    notebook.cells.insert(0, new_code_cell("print(1)", execution_count=1))


FAULTS: list[tuple[str, str, Callable[[NotebookNode], None]]] = [
    ("execution_counts", "None", no_count),
    ("execution_counts", "7", run_out_of_order),
    ("widget_state", "widget state", state_of_widgets),
    ("errors", "an error", failed),
    ("machine_paths", "absolute path", prose("Look at /" + "home/me/notes.txt.")),
    ("machine_paths", "absolute path", code("open('C:\\\\me\\\\me')")),
    ("machine_paths", "absolute path", stdout("saved /" + "tmp/x/memory.json")),
    ("timestamps", "a time", stdout("[12:30:01] done")),
    ("timestamps", "a time", code("print('2026-11-22')")),
    ("decimals", "0.12345", stdout("0.12345")),
    ("decimals", "0.3333", result(text_plain="0.3333")),
    ("headings", "level 4 follows one of level 2", prose("#### Deep")),
    ("headings", "2 headings of level 1", prose("# Another title")),
    ("image_descriptions", "no alt text", prose("![](images/loop.svg)")),
    ("image_descriptions", "without alt text", prose('<img src="images/loop.svg">')),
    ("image_descriptions", "without alt text", result(text_html="<img src='x.png' alt=''>")),
    ("plot_numbers", "a plot without", result(image_png="aGk=")),
    ("plot_numbers", "a plot without", result(text_html='<svg class="rl-figure"></svg>')),
    ("code_lengths", "21 lines", code("\n".join(["x = 1"] * 21))),
    ("code_lengths", "in the median", long_in_the_median),
    ("proportions", "cells", too_few_cells),
    ("proportions", "of prose for", too_much_code),
    ("shell_commands", "!pip install numpy", code("x = 1\n!pip install numpy")),
    ("shell_commands", "%pip", code("%pip install numpy")),
    ("trailing_semicolons", "semicolon", code("1 + 1;")),
    ("model_clients", "openai", code("x = 1\nfrom openai import OpenAI")),
    ("overrides", "Full._was_renamed overrides nothing of ExperienceMemory", code(RENAMED)),
    ("first_cell", "title", code_first),
    ("first_cell", "promise", first("You count to three, and know why.\n", "")),
    ("first_cell", "three things", first("3. stop.", "")),
    ("first_cell", "prerequisites", first("Prerequisites", "Also")),
    ("first_cell", "about N minutes", first("about 5 minutes", "short")),
    ("questions", "predict first", without_prediction),
    ("questions", "0 quick checks", without_checks),
    ("questions", "not closed", prose("<details>open")),
    ("predictions", "gives the prediction away", given_away),
    ("predictions", "has no folded answer", prose("### Predict first\n\nHow many?\n\n## Next")),
    ("predictions", "hides its output", hidden_without_prediction),
    ("links", "leads nowhere", prose("[more](02_nothing_here.ipynb)")),
    ("links", "leads nowhere", prose("![a picture of nothing](images/none.svg)")),
    ("links", "names no heading", prose("[more](#Nowhere)")),
]


@pytest.mark.parametrize(
    ("rule", "says", "plant"), FAULTS, ids=[f"{n}-{f[0]}" for n, f in enumerate(FAULTS)]
)
def test_a_planted_fault_is_found(
    rule: str, says: str, plant: Callable[[NotebookNode], None], place: Path
) -> None:
    notebook = good()
    plant(notebook)
    found = list(RULES[rule](notebook, place))
    assert found and says in " ".join(found)


def test_what_follows_a_prediction_is_hidden_and_nothing_else() -> None:
    def code(shown: bool = True) -> NotebookNode:
        outputs = [new_output("stream", name="stdout", text="1\n")] if shown else []
        return new_code_cell("print(1)", outputs=outputs)

    cells = [
        code(),
        new_markdown_cell("### Predict first\n\nHow many?"),
        code(shown=False),  # a definition
        new_markdown_cell("Now run it:"),
        code(),  # 4
        code(),  # 5: the same question
        new_markdown_cell("### What you should notice"),
        code(),
        new_markdown_cell("**Predict first.** And now?"),
        code(),  # 9
    ]
    notebook = new_notebook(cells=cells)
    assert to_hide(notebook) == {4, 5, 9} and hidden(notebook) == set()
    assert hidden(hide(notebook)) == hidden(hide(hide(notebook))) == {4, 5, 9}


def test_a_bad_file_name_is_found(tmp_path: Path) -> None:
    assert list(RULES["file_name"](good(), tmp_path / "Count.ipynb"))


def test_a_missing_neighbour_is_found(place: Path) -> None:
    for name in ("00_start_here.ipynb", "02_add_things.ipynb"):
        place.with_name(name).write_text("{}", encoding="utf-8")
    notebook = good()
    assert len(list(RULES["neighbours"](notebook, place))) == 2
    notebook.cells[-1].source = "[back](00_start_here.ipynb) [on](02_add_things.ipynb)"
    assert complaints(notebook, place) == []


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule for rule, _, _ in FAULTS} | {"file_name", "neighbours"} == set(RULES)
