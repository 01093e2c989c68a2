"""The table of what is promised names a test for each kind of fault, and no test that is gone."""

from __future__ import annotations

import ast
import base64
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tools.reliability import PAGE, Case, Row, read_cases, rows, run, with_figures

KINDS = 23
HERE = Path(__file__).parent
TABLE = rows(PAGE.read_text(encoding="utf-8"))


def missing(row: Row) -> list[str]:
    """The tests that a row names and that are not there."""
    gone = []
    for name in row.tests:
        file, _, test = name.partition("::")
        path = HERE / file
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if test not in there if test else not any(n.startswith("test_") for n in there):
            gone.append(name)
    return gone


def test_every_kind_stands_in_the_table_once() -> None:
    assert [row.number for row in TABLE] == list(range(1, KINDS + 1))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.kind)
def test_every_kind_has_tests_that_are_there(row: Row) -> None:
    assert row.tests and not missing(row)


def test_a_test_that_is_gone_is_found() -> None:
    file = Path(__file__).name
    gone = ("test_nothing.py", f"{file}::test_nothing", "test_nothing.py::test_nothing")
    assert missing(Row(1, "kind", (*gone, file, f"{file}::test_a_test_that_is_gone_is_found"))) == [
        *gone
    ]


def test_figures_are_those_of_the_run(tmp_path: Path) -> None:
    suite = ElementTree.Element("testsuite")
    properties = ElementTree.SubElement(suite, "properties")
    drawn = (
        b"during generate phase:\n - 25 passing examples, 0 failing examples, 2 invalid examples"
    )
    name, value = "hypothesis-statistics-tests/test_a.py::test_x[1]", base64.b64encode(drawn)
    ElementTree.SubElement(properties, "property", name=name, value=value.decode())
    for test, time in (
        ("test_x[1]", "1.5"),
        ("test_x[2]", "0.25"),
        ("test_y", "9"),
        ("test_x[3]", "8"),
    ):
        ElementTree.SubElement(suite, "testcase", classname="tests.test_a", name=test, time=time)
    declared = ElementTree.SubElement(suite[2], "properties")
    ElementTree.SubElement(declared, "property", name="inputs", value="1000")
    ElementTree.SubElement(suite[3], "skipped")
    ElementTree.SubElement(suite[4], "failure")
    ElementTree.ElementTree(suite).write(tmp_path / "report.xml")
    cases = list(read_cases(tmp_path / "report.xml"))
    assert cases == [
        Case("test_a.py::test_x", 25, 1.5), Case("test_a.py::test_x", 1000, 0.25)
    ]  # fmt: skip
    page = "| 1 kind | promise | `test_a.py::test_x` | | | |\n\nold\n"
    said = with_figures(page, cases, "command").splitlines()
    assert said[0] == "| 1 kind | promise | `test_a.py::test_x` | 2 | 1,025 | 1.8 |"
    assert said[2].startswith("Altogether: 2 cases, 1,025 inputs, 2 s, by `command`")


def test_a_test_may_say_how_many_inputs_it_tried(
    record_property: Callable[[str, object], None],
) -> None:
    record_property("inputs", 7)


def test_what_a_test_says_of_its_inputs_is_read(tmp_path: Path) -> None:
    name = f"{Path(__file__).name}::{test_a_test_may_say_how_many_inputs_it_tried.__name__}"
    assert run([name], tmp_path / "report.xml", "-p", "no:cacheprovider")
    [case] = read_cases(tmp_path / "report.xml")
    assert (case.name, case.inputs) == (name, 7)
