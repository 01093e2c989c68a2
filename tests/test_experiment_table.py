"""The table on a terminal: it fits, no word is broken, and nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.cli import main
from rememberer_lite.experiments import as_text, load
from rememberer_lite.experiments.layout import aligned, wrapped

RESULTS = sorted((Path(__file__).parents[1] / "notebooks" / "results").glob("*.json"))
words = st.lists(st.text("abc12.-", min_size=1, max_size=9), max_size=5).map(" ".join)


@pytest.mark.parametrize("width", [40, 80, 100, 146])
@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_the_tables_fit_the_terminal(path: Path, width: int) -> None:
    result = load(path)
    narrow, wide = as_text(result, width=width), as_text(result)
    if width >= 80:
        assert max(map(len, narrow.splitlines())) <= width
    assert set(narrow.split()) == set(wide.split())  # no word is broken, and none is lost
    for interval in re.findall(r"\S+ ± \S+", wide):
        assert interval in narrow, "a mean and its interval stay together"


def test_a_wide_terminal_has_the_table_as_it_is() -> None:
    result = load(RESULTS[0])
    assert as_text(result, width=500) == as_text(result)


@given(
    st.lists(st.tuples(words, words, words), min_size=2, max_size=4).filter(
        lambda rows: any(map(str.strip, rows[0]))
    ),
    st.integers(1, 60),
)
def test_no_word_is_broken_or_lost(rows: list[tuple[str, ...]], width: int) -> None:
    head, *body = rows
    lines = aligned(head, body, width)
    whole = [word for row in rows for cell in row for word in cell.split()]
    assert set(" ".join(lines).split()) == set(whole)
    if max(map(len, whole)) * 2 + 2 <= width:  # the first column, and one beside it
        assert max(map(len, lines)) <= width


def test_a_table_is_wrapped_then_parted() -> None:
    head, body = ["name", "gap to it", "calls"], [["a long name", "-0.250 ± 0.621", "12"]]
    assert aligned(head, body) == [
        "name         gap to it       calls",
        "a long name  -0.250 ± 0.621  12",
    ]
    higher = ["name", "this minus reference", "calls"]
    assert aligned(higher, body, 35) == [
        "name         this minus       calls",
        "             reference",
        "a long name  -0.250 ± 0.621   12",
    ]
    assert aligned(head, body, 24) == [
        "name      gap to it",
        "a long    -0.250 ± 0.621",
        "name",
        "",
        "name         calls",
        "a long name  12",
    ]


def test_long_lines_break_between_words() -> None:
    assert wrapped(["one two-three four"], 10) == ["one", "two-three", "four"]
    assert wrapped(["a\nb c"], None) == ["a", "b c"]


def test_the_command_asks_how_wide_the_terminal_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next(path for path in RESULTS if path.stem == "protocol_webshop")
    out = tmp_path / "out.json"
    out.write_bytes(path.read_bytes())
    for width in (80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        assert main(["experiment", "protocol", "--out", str(out)]) == 0
        table = capsys.readouterr().out.split("cost:")[0]
        assert (max(map(len, table.splitlines())) <= 80) == (width == 80)
