"""README's promises about the code: its order, its size, the time that it takes to read."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "rememberer_lite"
README = (ROOT / "README.md").read_text(encoding="utf-8")

#: how fast an engineer reads, per minute: prose by the common measure, code by our own guess
WORDS, LINES = 200, 40


def rooms() -> list[str]:
    """The rooms of the package in the order that import-linter enforces, first one first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c.get("containers") == ["rememberer_lite"])
    assert layers["exhaustive"], "a room that is in no layer would go unnoticed"
    return list(reversed(layers["layers"]))


def named_in(text: str, before: str) -> list[str]:
    """The names in backticks of the sentence that ends at `before`."""
    sentence = text.partition(before)[0].rpartition("in this order")[2]
    assert sentence, f"no list of rooms before {before!r}"
    return re.findall(r"`(\w+)`", sentence)


def test_the_rooms_are_the_folder() -> None:
    entries = {
        path.stem
        for path in PACKAGE.iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert set(rooms()) == entries
    assert len(rooms()) <= 17


def test_the_order_in_the_readme_is_the_order_that_is_enforced() -> None:
    assert named_in(README, "Each imports only") == rooms()


def test_the_order_in_the_package_is_the_order_that_is_enforced() -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")))
    assert text is not None
    told = re.search(r"in this order: (.*?)\. Each imports only", " ".join(text.split()))
    assert told is not None
    assert re.findall(r"\w+", told[1]) == rooms()[: rooms().index("envs")]


def test_no_file_is_long() -> None:
    lines = {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in PACKAGE.rglob("*.py")
        if "checks" not in path.relative_to(PACKAGE).parts
    }
    assert not {name: count for name, count in lines.items() if count > 250}


def prose_and_code(path: Path) -> tuple[int, int]:
    """(words of docstrings and comments, lines that hold code) of a file."""
    source = path.read_text(encoding="utf-8")
    words, told, code = 0, set[int](), set[int]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                words += len(text.split())
                told |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    blank = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            words += len(token.string.split())
        elif token.type not in blank:
            code |= set(range(token.start[0], token.end[0] + 1))
    return words, len(code - told)


def test_the_method_is_as_long_as_the_readme_says() -> None:
    row = re.search(r"The method itself is in (.*?): ([\d,]+) lines of code and ([\d,]+) words of "
                    r"explanation, about (\d+) minutes", " ".join(README.split()))  # fmt: skip
    assert row is not None, "README does not say how long the method is"
    files = [PACKAGE / name for name in re.findall(r"`([\w/]+\.py)`", row[1])]
    assert len(files) >= 5
    counted = [prose_and_code(path) for path in files]
    words, code = (sum(column) for column in zip(*counted, strict=True))
    told_code, told_words, told_minutes = (int(n.replace(",", "")) for n in row.groups()[1:])
    assert abs(told_code - code) <= 0.03 * code, f"README says {told_code} lines, there are {code}"
    assert abs(told_words - words) <= 0.03 * words, f"README says {told_words}, there are {words}"
    minutes = words / WORDS + code / LINES
    assert abs(told_minutes - minutes) <= 2, f"README says {told_minutes}, it is {minutes:.0f}"


def test_prose_and_code_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text('"""Two words."""\n\n# one comment\nx = """a\nb"""\n', encoding="utf-8")
    assert prose_and_code(path) == (5, 2)
