"""One wrong value anywhere in a journal: the project's own error with file and line, or a load."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tiny_domain import Cabinet, CabinetEnv
from wrong_kinds import replaced

from rememberer_lite import LLMError, OfflineLLM, Rememberer, train
from rememberer_lite.experiments import load as load_result
from rememberer_lite.experiments import table
from rememberer_lite.experiments.errors import ExperimentError
from rememberer_lite.llm import RecordedLLM
from rememberer_lite.training import (
    CheckpointError,
    EpisodeFileError,
    load_episodes,
    save_episodes,
)

OLD = Path(__file__).parent / "old_files"
CABINET = Cabinet()


def agent() -> Rememberer:
    return Rememberer(OfflineLLM(), CABINET.initial_memory("E0"), CABINET, exemplars=1)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path: Path, entries: list[Any]) -> None:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")


@pytest.fixture(scope="module")
def episodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("episodes") / "e.jsonl"
    train(agent(), CabinetEnv(), [0, 1], epochs=1, max_steps=2, progress=False, checkpoint=path)
    return path


@pytest.mark.parametrize("old", [True, False])
def test_files_of_episodes(episodes: Path, tmp_path: Path, old: bool) -> None:
    path = tmp_path / "e.jsonl"
    head, *entries = lines(OLD / "episodes.jsonl" if old else episodes)
    entry = min(entries, key=lambda entry: len(json.dumps(entry)))
    refused = 0
    for number, (place, changed) in enumerate(replaced(entry)):
        if number % 7 and place.count("/") > 3:
            continue  # of the many deep places a part
        write(path, [head, changed])
        try:
            read = load_episodes(path)
        except EpisodeFileError as error:
            refused += 1
            assert "e.jsonl" in str(error) and "line 2" in str(error), (place, error)
        else:
            assert repr(read) and [episode.total_reward for episode in read]
            assert [episode.tokens for episode in read]
            save_episodes(read, path)
            assert load_episodes(path) == read
    assert refused > 100


def test_checkpoints(episodes: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    head, *entries = lines(episodes)
    cases = [[changed, *entries] for place, changed in replaced(head) if place.count("/") < 3]
    cases += [
        [head, changed, *entries[1:]]
        for place, changed in replaced(entries[0])
        if place.count("/") < 2
    ]
    refused = loaded = 0
    for documents in cases[::3]:
        write(path, documents)
        try:
            train(agent(), CabinetEnv(), [0, 1], epochs=1, max_steps=2, progress=False,
                  checkpoint=path)  # fmt: skip
        except CheckpointError as error:
            refused += 1
            assert "e.jsonl" in str(error)
        except Exception as error:
            assert type(error).__name__ == "StorageError" and "e.jsonl" in str(error), error
            refused += 1
        else:
            loaded += 1
        for left in tmp_path.glob("*.damaged*"):
            left.unlink()
    assert refused > loaded


def test_recordings(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    head, entry, *_ = lines(OLD / "recording.jsonl")
    choices = {"actions": ["a"], "forms": [{"before": "s[", "after": "]", "words": ["w"]}]}
    for document in (entry, {**entry, "choices": choices}):
        refused = 0
        for place, changed in replaced(document):
            write(path, [head, changed])
            try:
                model = RecordedLLM(path)
            except LLMError as error:
                refused += 1
                assert "r.jsonl" in str(error) and "line 2" in str(error), (place, error)
            else:
                assert repr(model)
        assert refused > 50
    for place, changed in replaced(head):
        write(path, [changed, entry])
        try:
            assert repr(RecordedLLM(path))
        except LLMError as error:
            assert "r.jsonl" in str(error), place


def test_results(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    document = json.loads((OLD / "result.json").read_text("utf-8"))
    document["conditions"], document["cells"] = document["conditions"][:2], document["cells"][:2]
    refused = 0
    for place, changed in replaced(document):
        path.write_text(json.dumps(changed), "utf-8")
        try:
            result = load_result(path)
        except ExperimentError as error:
            refused += 1
            assert "result.json" in str(error), place
        else:
            with suppress(ExperimentError):  # such as: rows that have no seed in common
                table(result)
    assert refused > 100


@pytest.mark.parametrize(
    "line",
    [
        "[" * 50_000,
        '{"goal": 1e400}',
        '{"goal": NaN}',
        f'{{"goal": {"9" * 5000}}}',
        '{"a":1,"a":2}',
    ],
)
def test_a_hostile_line_is_named_in_every_journal(tmp_path: Path, line: str) -> None:
    for name, load, kind in (
        ("episodes.jsonl", load_episodes, EpisodeFileError),
        ("recording.jsonl", RecordedLLM, LLMError),
    ):
        path = tmp_path / name
        shutil.copy(OLD / name, path)
        text = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([text[0], line, *text[1:]]) + "\n", "utf-8")
        with pytest.raises(kind, match=rf"line 2 of .*{name}"):  # type: ignore[type-var]
            load(path)  # type: ignore[operator]


def test_a_byte_order_mark_is_accepted_in_every_journal(tmp_path: Path) -> None:
    for name, load in (("episodes.jsonl", load_episodes), ("recording.jsonl", RecordedLLM)):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + (OLD / name).read_bytes())
        assert repr(load(path)).split(",")[1:] == repr(load(OLD / name)).split(",")[1:]  # type: ignore[operator]
