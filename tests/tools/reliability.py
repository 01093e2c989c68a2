"""Run the tests that `tests/RELIABILITY.md` names, and write what was tried into its table.

uv run python tests/tools/reliability.py
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

TESTS = Path(__file__).parents[1]
PAGE = TESTS / "RELIABILITY.md"
_ROW = re.compile(
    r"\| (?P<number>\d+) (?P<kind>[^|]+) \| (?P<promise>[^|]+) \| (?P<tests>[^|]+) \|"
)
_NAMED = re.compile(r"`(test_\w+\.py(?:::test_\w+)?)`")
_EXAMPLES = re.compile(r"(\d+) passing(?: examples)?, (\d+) failing")


@dataclass(frozen=True)
class Row:
    """A kind of fault, and the tests that try it ("test_x.py" or "test_x.py::test_name")."""

    number: int
    kind: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A test that was run."""

    name: str  # "test_x.py::test_name", without its parameters
    inputs: int
    seconds: float


def rows(page: str) -> list[Row]:
    """The table's rows, in order."""
    found = map(_ROW.match, page.splitlines())
    return [
        Row(int(row["number"]), row["kind"], tuple(_NAMED.findall(row["tests"])))
        for row in found
        if row
    ]


def with_figures(page: str, cases: list[Case], command: str) -> str:
    """The page with what was tried in each row, and altogether."""
    lines = []
    for line in page.splitlines():
        if (row := _ROW.match(line)) is None:
            lines.append(line)
            continue
        named = _NAMED.findall(row["tests"])
        own = [case for case in cases if any(_belongs(case, name) for name in named)]
        lines.append(f"{row[0]} {_figures(own)}")
    last = max(n for n, line in enumerate(lines) if _ROW.match(line))
    total = f"Altogether: {_sum(cases)}, by `{command}` on Python {sys.version.split()[0]}."
    after = next((n for n in range(last, len(lines)) if lines[n].startswith("## ")), len(lines))
    return "\n".join([*lines[: last + 1], "", total, "", *lines[after:]]).rstrip() + "\n"


def with_section(page: str, heading: str, section: str) -> str:
    """The page with a section of that heading, in place of an earlier one."""
    before, _, rest = page.partition(f"{heading}\n")
    _, mark, after = rest.partition("\n## ")
    return f"{before.rstrip()}\n\n{section}\n{mark}{after}"


def _belongs(case: Case, name: str) -> bool:
    return case.name == name or case.name.split("::")[0] == name


def _figures(cases: list[Case]) -> str:
    seconds = sum(case.seconds for case in cases)
    return f"{len(cases):,} | {sum(case.inputs for case in cases):,} | {seconds:.1f} |"


def _sum(cases: list[Case]) -> str:
    inputs, seconds = sum(case.inputs for case in cases), sum(case.seconds for case in cases)
    return f"{len(cases):,} cases, {inputs:,} inputs, {seconds:.0f} s"


def read_cases(report: Path) -> Iterator[Case]:
    """The tests of a JUnit file that passed, each with the inputs that it tried."""
    root = ElementTree.parse(report).getroot()
    drawn: dict[str, int] = {}
    for found in root.iter("property"):
        name, value = found.get("name", ""), found.get("value", "")
        if name.startswith("hypothesis-statistics-"):
            text = base64.b64decode(value).decode("utf-8")
            examples = _EXAMPLES.findall(text)
            place = name.removeprefix("hypothesis-statistics-").removeprefix("tests/")
            drawn[place] = sum(int(passed) for passed, _ in examples)
    for case in root.iter("testcase"):
        if any(case.find(outcome) is not None for outcome in ("skipped", "failure", "error")):
            continue
        file = case.get("classname", "").rpartition(".")[2] + ".py"
        place = f"{file}::{case.get('name', '')}"
        own = [p.get("value", "") for p in case.iter("property") if p.get("name") == "inputs"]
        inputs = int(own[0]) if own else drawn.get(place, 1)
        yield Case(place.split("[")[0], inputs, float(case.get("time", "0")))


def run(named: list[str], report: Path, *options: str) -> bool:
    """Run tests and write a JUnit file; whether all of them passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:nbval", "-n", "0", *options]
    # the family of JUnit files in which a test may have properties
    command += [
        "-o",
        "junit_family=xunit1",
        f"--junitxml={report}",
        *(f"tests/{name}" for name in named),
    ]
    return subprocess.run(command, cwd=TESTS.parent, check=False).returncode == 0


def main() -> int:
    """Run the tests; rewrite the page where all of them pass."""
    page = PAGE.read_text(encoding="utf-8")
    named = list(dict.fromkeys(name for row in rows(page) for name in row.tests))
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder, "first.xml")]
        if not run(named, reports[0]):
            print("what failed is run once more: the machine may have been busy", file=sys.stderr)
            reports.append(Path(folder, "again.xml"))
            if not run(named, reports[1], "--last-failed"):
                print("not all of them pass: the page stays as it is", file=sys.stderr)
                return 1
        cases = [case for report in reports for case in read_cases(report)]
    command = "uv run python tests/tools/reliability.py"
    PAGE.write_text(with_figures(page, cases, command), encoding="utf-8")
    print(_sum(cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
