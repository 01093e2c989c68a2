"""What was written before agents said who they are (commit e30adbd) still loads and is resumed.

`tests/old_files/` was made by that commit with the cabinet of `tiny_domain.py`: a training of
three goals stopped after two episodes, a recording, episodes, a memory; and a result.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite import OfflineLLM, Rememberer, storage, train
from rememberer_lite.experiments.results import load as load_result
from rememberer_lite.llm import RecordedLLM
from rememberer_lite.training import CheckpointError, load_episodes

CABINET = Cabinet()


@pytest.fixture
def old(root: Path) -> Path:
    return root / "tests" / "old_files"


def agent(seed: int = 0, exemplars: int = 1) -> Rememberer:
    memory = CABINET.initial_memory("E0")
    return Rememberer(OfflineLLM(), memory, CABINET, seed=seed, exemplars=exemplars)


OPTIONS = {"epochs": 2, "max_steps": 4, "progress": False}


def test_an_old_checkpoint_is_resumed_and_what_it_lacks_is_not_compared(
    old: Path, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.jsonl"
    shutil.copy(old / "checkpoint.jsonl", path)
    before = load_episodes(path)
    learner = agent()
    history = train(learner, CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS)
    assert list(history.episodes[:2]) == before and len(history.episodes) == 6
    again = agent()
    assert train(again, CabinetEnv(), [0, 1, 2], checkpoint=path, **OPTIONS) == history
    assert storage.as_text(again.memory) == storage.as_text(learner.memory)


def test_what_an_old_checkpoint_names_is_compared(old: Path, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.jsonl"
    shutil.copy(old / "checkpoint.jsonl", path)
    for other, env, named in (
        (agent(seed=1), CabinetEnv(), "seed = 0, not 1"),
        (agent(exemplars=2), CabinetEnv(), "exemplars = 1, not 2"),
        (agent(), CabinetEnv(seed=5), "line 2 begins with another state"),
    ):
        with pytest.raises(CheckpointError, match=named):
            train(other, env, [0, 1, 2], checkpoint=path, **OPTIONS)
    assert path.read_bytes() == (old / "checkpoint.jsonl").read_bytes()


def test_an_old_recording_replays_and_is_gone_on_with(old: Path, tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    shutil.copy(old / "recording.jsonl", path)
    [entry, *_] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert RecordedLLM(path).complete(entry["prompt"]).text == entry["text"]
    recorder = RecordedLLM(path, llm=OfflineLLM())
    assert recorder.complete(entry["prompt"]).text == entry["text"]
    recorder.complete("a new prompt")
    recorder.close()
    assert len(path.read_text(encoding="utf-8").splitlines()) == 5


def test_old_episodes_and_memories_and_results_load(old: Path) -> None:
    episodes = load_episodes(old / "episodes.jsonl")
    assert [(e.goal, len(e.steps)) for e in episodes] == [(0, 2), (1, 1)]
    steps = [step for e in episodes for step in e.steps]
    assert [step.done for step in steps] == [False, True, True]
    assert not any(step.truncated for step in steps)
    shown = [m.experience for step in steps for m in step.turn.matches]
    assert shown and all(record.actions for record in shown)
    assert steps[1].recent.actions == (steps[0].action,)
    memory = storage.load(old / "memory.json", CABINET.similarity())
    assert len(memory) > 1 and all(step.state in memory for step in steps)
    result = load_result(old / "result.json")
    assert len(result["cells"]) == 4
