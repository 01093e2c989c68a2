"""Every statement of the course about the paper or its code has one label and one source."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TABLE = Path(__file__).with_name("claims.toml")

NAMES = re.compile(
    r"\b(?:(?<!on )(?<!and )[Pp]apers?|[Pp]ublished|REMEMBERER|[Dd]igest|[Tt]he authors"
    r"|[Oo]riginals?|text-davinci|launched|supplement)\b"
)
LABEL = re.compile(
    r"(?:\*|<em>)(?:the|this)\s(paper says|published code does|project chose)(?:\*|</em>)",
    re.IGNORECASE,
)
#: label of the table → its words in a chapter; a mention states nothing about either
LABELS = {
    "the paper says": "paper says",
    "the published code does": "published code does",
    "this project chose": "project chose",
    "another work": "",
    "mention": "",
}
#: where a statement may come from: a part of the paper, a file of its code, a file of this project
SOURCES = {
    "the paper says": r"(?:title|abstract|section \d(?:\.\d)?|algorithm \d|supplement)",
    "the published code does": r"(?:[\w/.-]+\.(?:py|sh|md|txt)|history-pools)",
    "this project chose": r"(?:rememberer_lite|notebooks)/[\w/.]+",
    "another work": r"\[\d+\] (?:section \d\.\d|[\w/.-]+\.py)",
    "mention": r"states nothing of them: .+",
}
#: the last line of each chapter names the map from paper to code
FOOTER = "a map from paper to code"


class Statement(NamedTuple):
    """A sentence that names the paper or its code, and the section of the chapter it is in."""

    chapter: str
    heading: str
    text: str

    @property
    def labels(self) -> set[str]:
        return {label.lower() for label in LABEL.findall(self.text)}


def sentences(markdown: str) -> Iterator[str]:
    """The sentences of a text, each in one line; a list item or a row of a table ends one too."""
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-|#>]|\d\.\s))|</?(?:details|summary)>", markdown):
        line = re.sub(r"\s+", " ", block).strip()
        yield from re.split(r"(?<=[.!?:])(?:</em>|\*\*)? (?=[*<`\"“(]*[A-ZΑ-Ω])", line)


def statements(notebook: dict[str, Any], chapter: str) -> list[Statement]:
    """What a chapter says of the paper or its code, in text and in code."""
    found, heading = [], ""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        texts = [source] if cell["cell_type"] == "markdown" else source.splitlines()
        for sentence in (s for text in texts for s in sentences(text)):
            if cell["cell_type"] == "markdown" and sentence.startswith("## "):
                heading = sentence.removeprefix("## ")
            if (NAMES.search(sentence) or LABEL.search(sentence)) and FOOTER not in sentence:
                found.append(Statement(chapter, heading, sentence))
    return found


def complaints(found: list[Statement], table: list[dict[str, str]]) -> list[str]:
    """What is wrong between the statements and the table; nothing if they agree."""
    said, used = [], set()
    for one in found:
        where = f"chapter {one.chapter}, {one.heading!r}: {one.text!r}"
        rows = [n for n, row in enumerate(table) if _fits(row, one)]
        used |= set(rows)
        if len(rows) != 1:
            said.append(f"{where} has {len(rows)} rows in {TABLE.name}: it needs one")
            continue
        words = LABELS[table[rows[0]]["label"]]
        if one.labels != ({words} if words else set()):
            labels = sorted(one.labels) or "no label"
            said.append(f"{where} shows {labels}, and its row says {table[rows[0]]['label']!r}")
    said += [f"no statement fits {row}" for n, row in enumerate(table) if n not in used]
    return said


def _fits(row: dict[str, str], one: Statement) -> bool:
    here = row["chapter"] == one.chapter and row["cell"] == one.heading
    return here and row["phrase"] in one.text


def course() -> list[Statement]:
    """What chapters, exercises and pages say; the map to the code is held by another test."""
    root = NOTEBOOKS.parent
    texts = {
        f"{prefix}{path.name[:2]}": json.loads(path.read_text("utf-8"))
        for prefix, folder in (("", NOTEBOOKS), ("exercises ", root / "exercises"))
        for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    }
    for name in ("README.md", "notebooks/README.md", "notebooks/TEACHING.md"):
        page = (root / name).read_text("utf-8").partition("## From the paper to the code")[0]
        texts[name] = {"cells": [{"cell_type": "markdown", "source": [page]}]}
    return [one for name, text in texts.items() for one in statements(text, name)]


def rows() -> list[dict[str, str]]:
    claims: list[dict[str, str]] = tomllib.loads(TABLE.read_text("utf-8"))["claims"]
    return claims


def test_each_statement_has_one_label_and_one_row() -> None:
    found = course()
    assert len(found) > 50
    assert not complaints(found, rows()), "\n".join(complaints(found, rows()))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['chapter']}-{row['phrase'][:30]}")
def test_each_row_says_where_its_statement_comes_from(row: dict[str, str]) -> None:
    assert set(row) == {"chapter", "cell", "phrase", "label", "from"}
    assert row["label"] in LABELS
    one = SOURCES[row["label"]]
    assert re.fullmatch(rf"{one}(?:, {one})*", row["from"]), f"{row['from']!r} is no such source"
    if row["label"] == "this project chose":
        for path in row["from"].split(", "):
            assert (NOTEBOOKS.parent / path).exists(), f"{path} does not exist"


def test_the_labels_are_explained_in_the_first_chapter() -> None:
    assert {label for one in course() if one.chapter == "00" for label in one.labels} == {
        "paper says",
        "published code does",
        "project chose",
    }


ROW = {"chapter": "42", "cell": "Rule", "phrase": "means", "label": "the paper says", "from": "-"}
GOOD = "*The paper says* that it means a lot."


def _plant(text: str) -> list[Statement]:
    cells = [{"cell_type": "markdown", "source": ["## Rule\n", "\n", "Nothing here. ", text]}]
    return statements({"cells": cells}, "42")


def test_a_good_statement_passes() -> None:
    assert complaints(_plant(GOOD), [ROW]) == []


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("The paper means a lot.", lambda row: [row]),  # no label
        ("*The published code does* mean: it means this.", lambda row: [row]),  # another label
        (GOOD, lambda row: []),  # not in the table
        (GOOD, lambda row: [row, row]),  # twice in the table
        (GOOD, lambda row: [{**row, "chapter": "41"}]),
        (GOOD, lambda row: [{**row, "cell": "Elsewhere"}]),
        (GOOD, lambda row: [{**row, "label": "mention"}]),
        ("Nobody is named.", lambda row: [row]),  # a row without a statement
        (GOOD + " The published code has it.", lambda row: [row]),  # the second has none
        (GOOD + " The original WebShop has it.", lambda row: [row]),
        (GOOD + " As launched, it learns.", lambda row: [row]),
    ],
)
def test_a_planted_fault_is_found(
    text: str, change: Callable[[dict[str, str]], list[dict[str, str]]]
) -> None:
    assert complaints(_plant(text), change(ROW))


def test_paper_to_write_on_is_no_statement() -> None:
    assert _plant("Do it on paper, or with pencil and paper.") == []


# ---- the list of references


def test_each_reference_is_cited_by_its_number_and_each_number_is_listed() -> None:
    text = (NOTEBOOKS / "README.md").read_text("utf-8").partition("## References")[2]
    listed = re.findall(r"^(\d+)\. .*https?://", text, re.MULTILINE)
    assert listed == [str(n) for n in range(1, len(listed) + 1)] and len(listed) > 10
    prose = "".join(p.read_text("utf-8") for p in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    cited = set(re.findall(r"\[\[(\d+)\]\(README\.md#references\)\]", prose))
    assert cited == set(listed)
    assert not re.findall(r"et al\.", prose), "cite by number: [[3](README.md#references)]"
