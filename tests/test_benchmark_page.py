"""The page of benchmarks: it is of today's measures, and its sums are right."""

from __future__ import annotations

import re
from pathlib import Path

import benchmarks as tool
import large
import pytest

PAGE = Path(__file__).parent / "benchmarks" / "README.md"


def test_it_has_a_row_in_both_tables_for_each_measure() -> None:
    source = (PAGE.parent / "measures.py").read_text("utf-8")
    names = re.findall(r'^    Measure\("([^"]+)"', source, re.MULTILINE)
    text = PAGE.read_text("utf-8")
    assert len(names) >= 10
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    assert [name for name in rows if name in names] == names * 2, (
        "make it: tests/tools/benchmarks.py"
    )
    assert "Machine: " in text and "Load of the machine" in text


def test_what_it_says_follows_from_the_figures() -> None:
    row = tool.Row("a walk", "by foot", "s", (10, 100), [0.002, 0.2], [0.5, 5.0])
    text = tool.page([row], "a machine", "imports")
    assert "| a walk | 100 | 200 ms | 5 s (by foot) | 25 |" in text
    assert "| a walk | 10, 100 | 2 ms, 200 ms | 2.00 | 1.00 |" in text
    assert text.index("a machine") < text.index("a walk") and "imports" in text


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_order_of_growth_is_that_of_a_power_law(power: float) -> None:
    sizes = (100, 300, 1000)
    assert tool.order(sizes, [3.0 * size**power for size in sizes]) == power


def test_ratios_of_one_run_are_asserted_and_no_seconds() -> None:
    """A figure in seconds in an assertion would fail on another machine."""
    for path in PAGE.parent.glob("test_*.py"):
        asserted = re.findall(r"^ *assert .*$", path.read_text("utf-8"), re.MULTILINE)
        assert asserted, f"{path.name} asserts nothing"
        for line in asserted:
            assert not re.search(r"\b(ours|seconds|spent)\b *[<>]=? *[\d.]+ *$", line), line


def test_the_large_sizes_stay_on_the_page_until_they_are_measured_again() -> None:
    row = tool.Row("a walk", "by foot", "s", (10, 100), [0.002, 0.2], [0.5, 5.0])
    lines = tool.large_lines([("a march", 10**6, 1.5, "s"), ("a leap", 10**6, 2.5, "s")])
    large = tool.large_section(lines, "a large machine")
    text = tool.page([row], "machine 1", "imports", large)
    assert "| a march | 1,000,000 | 1.5 s |" in text and "a large machine" in text
    assert tool.page([row], "machine 2", "imports", tool.kept(text)) == text.replace(
        "machine 1", "machine 2"
    )
    assert tool.kept(tool.page([row], "a machine", "imports")) == ""
    more = [("a leap", 10**6, 3.5, "s"), ("a march", 10**3, 0.5, "s")]
    again = tool.with_large(text, tool.large_lines(more), "a large machine")
    table = re.findall(r"^\| (a (?:march|leap).*) \| [\d.]+ \|$", again, re.MULTILINE)
    assert table == ["a march | 1,000 | 500 ms", "a march | 1,000,000 | 1.5 s",
                     "a leap | 1,000,000 | 3.5 s"]  # fmt: skip
    assert tool.with_large(again, {}, "a large machine") == again
    bare = tool.page([row], "machine 1", "imports")
    assert tool.with_large(bare, lines, "a large machine") == text


def test_the_large_sizes_are_measured_in_processes_of_their_own() -> None:
    figures = [figure for name in large.MEASURES for figure in large.measured(name, 40)]
    assert len({what for what, *_ in figures}) == len(figures) >= 26
    assert all(value > 0 for *_, value, _ in figures)
    assert min(value for *_, value, unit in figures if unit == "B") > 10_000_000
