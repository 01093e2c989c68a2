"""The package's English keeps to the style sheet in tests/README.md."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "rememberer_lite"

PROMPT = "words of the prompt, which recorded replies answer"
#: (file, word) → why the word is right there
EXCEPTIONS = {
    ("envs/search.py", "letters"): "Unicode's own distinction of letters and digits",
    ("envs/wikihow/builtin/site.py", "letters"): "the letters after an expert's name",
    ("experiments/conditions.py", "lot"): "a name that earlier result files hold",
    ("experiments/conditions.py", "foreign"): "the public field `foreign`",
    ("experiments/place.py", "foreign"): "the public field `foreign`",
    ("experiments/results.py", "lot"): "a name that earlier result files hold",
    ("experiments/results.py", "by lot"): "a name that earlier result files hold",
    ("envs/webshop/domain.py", "speaks of"): PROMPT,
    ("envs/webshop/domain.py", "what stands"): PROMPT,
    ("envs/webshop/domain.py", "stands there"): PROMPT,
    ("envs/webshop/domain.py", "as it stands"): PROMPT,
    ("envs/wikihow/domain.py", "what stands"): PROMPT,
    ("envs/wikihow/domain.py", "stands below"): PROMPT,
    ("experiments/plans.py", "foreign"): "names of conditions, which result files hold",
    ("experiments/reasons.py", "foreign"): "names of conditions, which result files hold",
}


def words() -> list[str]:
    """What the left column of the style sheet has in backticks."""
    _, _, sheet = (ROOT / "tests" / "README.md").read_text("utf-8").partition("## Style sheet")
    rows = [line for line in sheet.splitlines() if line.startswith("| ")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def texts(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each docstring and other text, and of each block of comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value if isinstance(p, ast.Constant) else "…" for p in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    block, last = "", 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1:
                yield last, block
                block = ""
            block, last = f"{block} {token.string.lstrip('#: ')}", token.start[0]
    yield last, block


def found(source: str, listed: list[str]) -> list[tuple[int, str]]:
    """(line, word) of each listed word in a module's texts."""
    patterns = {word: re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE) for word in listed}
    return [
        (line, word)
        for line, text in texts(source)
        for word, pattern in patterns.items()
        if pattern.search(" ".join(text.split()))
    ]


def checked_files() -> list[Path]:
    files = sorted(PACKAGE.rglob("*.py"))
    # the diagnoses of exercises, which the chapters' own words are part of
    return [path for path in files if not path.name.startswith("chapter_")]


def test_the_package_keeps_to_the_style_sheet() -> None:
    listed = words()
    assert len(listed) > 30
    faults = []
    for path in checked_files():
        name = path.relative_to(PACKAGE).as_posix()
        for line, word in found(path.read_text(encoding="utf-8"), listed):
            if (name, word) not in EXCEPTIONS:
                faults.append(f"{name}:{line}: {word!r}")
    assert not faults, "tests/README.md, Style sheet, says what to write instead"


def test_the_readme_keeps_to_the_style_sheet() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert [w for w in words() if re.search(rf"\b{re.escape(w)}\b", readme, re.IGNORECASE)] == []


def test_each_exception_is_needed() -> None:
    for name, word in EXCEPTIONS:
        source = (PACKAGE / name).read_text(encoding="utf-8")
        assert word in {hit for _, hit in found(source, words())}, f"{name}: {word} is gone"


@pytest.mark.parametrize(
    "source",
    [
        '"""It is made\n    anew."""',
        "x = 1  # made anew",
        "# it is made\n# anew",
        'x = "made anew"',
        'x = f"made {1} anew"',
        'x = ("made "\n     "anew")',
    ],
)
def test_a_word_of_the_sheet_is_found_wherever_it_hides(source: str) -> None:
    assert [word for _, word in found(source, ["anew"])][:1] == ["anew"]
    assert not found(source.replace("anew", "again"), ["anew"])
    assert not found(source.replace("anew", "renewed"), ["anew", "new"])
