"""A run whose whole episodes go to a file: the same results, and no memory that grows."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_domain import Cabinet, CabinetEnv

from rememberer_lite import LLMError, OfflineLLM, Random, Rememberer, evaluate, train
from rememberer_lite.cli.explain import explain
from rememberer_lite.llm import Reply
from rememberer_lite.state import SettingError
from rememberer_lite.storage import JsonLines, StorageError, as_text
from rememberer_lite.training import (
    EpisodeFile,
    EpisodeFileError,
    Evaluation,
    History,
    load_episodes,
    open_episodes,
    save_episodes,
)
from rememberer_lite.training.episode import FORMAT
from rememberer_lite.training.kept import Kept
from rememberer_lite.training.outcome import Run
from rememberer_lite.training.outline import Outlined, outlines_of
from rememberer_lite.view import run_html

CABINET = Cabinet()
GOALS = [0, 1, 2]


class Mumbling:
    """The stand-in, whose every fifth reply holds no action; it fails for good at call `at`."""

    model = "mumbling"

    def __init__(self, at: int = 0) -> None:
        self.calls, self.at = 0, at
        self._llm = OfflineLLM()

    @property
    def settings(self) -> dict[str, Any]:
        return {"model": self.model}

    def complete(self, prompt: str) -> Reply:
        self.calls += 1
        if self.calls == self.at:
            raise LLMError("the server is gone")
        return Reply("hm", "mumbling") if self.calls % 5 < 2 else self._llm.complete(prompt)


def agent(at: int = 0) -> Rememberer:
    return Rememberer(Mumbling(at), CABINET.initial_memory("E0"), CABINET)


def trained(path: Path | None = None, who: Rememberer | None = None, **more: Any) -> History:
    options = {"epochs": 3, "max_steps": 6, "skip_solved": False, "progress": False, **more}
    return train(who or agent(), CabinetEnv(), GOALS, episodes=path, **options)


def evaluated(path: Path | None = None, **more: Any) -> Evaluation:
    return evaluate(
        agent(), CabinetEnv(), GOALS * 2, max_steps=6, progress=False, episodes=path, **more
    )


MEASURES = ("score", "success_rate", "reads", "records_used", "failed_replies", "asked_again",
            "no_effects", "tokens")  # fmt: skip


@pytest.mark.parametrize("play", [trained, evaluated])
def test_a_file_changes_no_result(play: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "x.jsonl"
    whole, filed = play(), play(path)
    assert isinstance(filed.episodes, EpisodeFile) and type(whole.episodes) is tuple
    assert whole.failed_replies and whole.asked_again and whole.reads, "nothing to compare"
    for name in MEASURES:
        assert getattr(filed, name) == getattr(whole, name), name
    assert filed.summary() == whole.summary() and run_html(filed) == run_html(whole)
    assert filed == whole and tuple(filed.episodes) == whole.episodes
    assert load_episodes(path) == list(whole.episodes) == list(open_episodes(path))
    save_episodes(whole.episodes, tmp_path / "saved.jsonl")
    assert (tmp_path / "saved.jsonl").read_bytes() == path.read_bytes()


def test_what_is_learnt_and_the_epochs_are_the_same(tmp_path: Path) -> None:
    one, other = agent(), agent()
    whole, filed = trained(None, one), trained(tmp_path / "x.jsonl", other)
    assert as_text(one.memory) == as_text(other.memory)
    assert [epoch.summary() for epoch in filed.epochs] == [e.summary() for e in whole.epochs]
    assert [tuple(epoch.episodes) for epoch in filed.epochs] == [e.episodes for e in whole.epochs]
    step = whole.episodes[-1].steps[0]
    told = explain(step, whole.episodes, CABINET)
    assert explain(step, filed.episodes, CABINET) == told
    assert explain(step, iter(filed.episodes), CABINET) == told, "the file is read once"


def test_episodes_in_a_file_are_a_sequence(tmp_path: Path) -> None:
    whole, filed = trained().episodes, trained(tmp_path / "x.jsonl").episodes
    assert len(filed) == len(whole) == 9
    for index in (0, 4, -1, -9):
        assert filed[index] == whole[index]
    for part in (slice(2, 5), slice(None, None, -2), slice(20, 30)):
        assert tuple(filed[part]) == whole[part]
        assert isinstance(filed[part], EpisodeFile)
    for index in (9, -10):
        with pytest.raises(IndexError):
            filed[index]
    assert filed != whole[:8] and filed[:8] == whole[:8] and filed != "episodes"
    assert repr(filed).endswith("x.jsonl', 9 episodes)")


@pytest.mark.parametrize("run", [trained, evaluated], ids=["train", "evaluate"])
def test_a_run_that_could_keep_nothing_leaves_nothing_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    path = tmp_path / "x.jsonl"

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("rememberer_lite.storage.jsonlines.os.fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            run(path)
    assert not path.exists()
    run(path)
    assert len(load_episodes(path)) > 0


def test_what_was_played_before_the_disk_was_full_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, turns = tmp_path / "x.jsonl", iter(range(100))
    synced = os.fsync

    def full_at_last(file: int) -> None:
        if next(turns) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        synced(file)

    with monkeypatch.context() as patch:
        patch.setattr("rememberer_lite.storage.jsonlines.os.fsync", full_at_last)
        with pytest.raises(StorageError, match="No space left"):
            trained(path)
    assert tuple(load_episodes(path)) == trained().episodes[:3]


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    trained(path)
    before, asked = path.read_bytes(), agent()
    with pytest.raises(EpisodeFileError, match="name another file"):
        trained(path, asked)
    with pytest.raises(EpisodeFileError, match="name another file"):
        evaluated(path)
    assert path.read_bytes() == before and asked.llm.calls == 0  # type: ignore[attr-defined]


def test_a_file_belongs_to_one_run_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"

    def others_are_refused(_: object) -> None:
        with pytest.raises(StorageError, match="in use"):
            JsonLines(path, FORMAT).hold()

    with Kept(path) as kept:
        others_are_refused(None)  # before the first episode is written
    trained(path, on_episode=others_are_refused)
    after = JsonLines(path, FORMAT)
    after.hold()
    after.close()
    assert len(kept.episodes) == 0


def test_outlines_are_compared_as_far_as_they_say_the_same(tmp_path: Path) -> None:
    whole, filed = trained().episodes, trained(tmp_path / "x.jsonl").episodes
    short = Outlined(outlines_of(whole))
    assert short == whole and short == filed and filed == short and filed == whole
    assert (short == 3) is False and short != whole[:2] and short[:2] == whole[:2]
    other = tmp_path / "y.jsonl"
    lines = (tmp_path / "x.jsonl").read_text("utf-8")
    first = json.loads(lines.splitlines()[1])
    first["steps"][0]["state"]["observation"] += " (another page)"
    head, _, *rest = lines.splitlines(keepends=True)
    other.write_text("".join([head, json.dumps(first) + "\n", *rest]), "utf-8")
    assert open_episodes(other).outlines == short.outlines
    assert open_episodes(other) != filed and open_episodes(other) != whole
    assert open_episodes(other) == short  # no more is known of these


def test_an_agent_that_asks_no_model_has_shown_no_record() -> None:
    run = evaluate(Random(CABINET), CabinetEnv(), [0], max_steps=2, progress=False)
    assert outlines_of(run.episodes)[0].shown == ()


def test_an_interrupted_run_leaves_the_episodes_that_ended(tmp_path: Path) -> None:
    path, whole = tmp_path / "x.jsonl", trained()
    with pytest.raises(LLMError):
        trained(path, agent(at=20))
    kept = load_episodes(path)
    assert kept and tuple(kept) == whole.episodes[: len(kept)]


class Steady(Mumbling):
    """Fails once and for all at call `at`; every other reply is the stand-in's."""

    def complete(self, prompt: str) -> Reply:
        self.calls += 1
        if self.calls == self.at:
            raise LLMError("the server is gone")
        return self._llm.complete(prompt)


def steady(at: int = 0) -> Rememberer:
    return Rememberer(Steady(at), CABINET.initial_memory("E0"), CABINET)


def test_a_checkpoint_is_such_a_file_too(tmp_path: Path) -> None:
    path, learner = tmp_path / "x.jsonl", steady()
    expected = trained(None, learner)
    with pytest.raises(LLMError):
        trained(path, steady(at=9), checkpoint=path)
    assert 0 < len(load_episodes(path)) < 9
    seen: list[Any] = []
    resumed = steady()
    filed = trained(path, resumed, checkpoint=path, on_episode=seen.append)
    assert isinstance(filed.episodes, EpisodeFile) and filed == expected
    assert tuple(seen) == expected.episodes and as_text(resumed.memory) == as_text(learner.memory)
    stopped = trained(path, steady(), checkpoint=path, on_episode=lambda episode: True)
    assert tuple(stopped.episodes) == expected.episodes[:1], "not what else the file holds"


def test_a_resumed_agent_has_learnt_no_more_than_was_played_so_far(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"

    def sizes(learner: Rememberer) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []

        def note(episode: object) -> None:
            found.append((len(learner.memory), learner.memory.stats.updates))

        trained(None, learner, checkpoint=path, on_episode=note)
        return found

    assert sizes(steady()) == sizes(steady())


def test_a_second_file_beside_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="holds the whole episodes already"):
        trained(tmp_path / "x.jsonl", steady(), checkpoint=tmp_path / "run.jsonl")
    assert not (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize("change", ["gone", "another line", "another goal", "shorter", "nonsense"])
def test_a_file_that_changed_under_the_reader_is_reported(tmp_path: Path, change: str) -> None:
    path = tmp_path / "x.jsonl"
    episodes = trained(path).episodes
    header, first, second, *rest = path.read_text("utf-8").splitlines(keepends=True)
    if change == "gone":
        path.unlink()
    elif change == "another line":
        path.write_text("".join([header, second, first, *rest]), "utf-8")
    elif change == "another goal":  # a line as long as before
        assert '"goal": 0' in first
        first = first.replace('"goal": 0', '"goal": 1')
        path.write_text("".join([header, first, second, *rest]), "utf-8")
    elif change == "shorter":
        path.write_text(header, "utf-8")
    else:
        path.write_text("x" * len("".join([header, first, second, *rest])), "utf-8")
    with pytest.raises(EpisodeFileError, match=r"line 2 of .* no longer holds the episode"):
        episodes[0]


def grown(play: Callable[[], object]) -> int:
    """Bytes that a run leaves in memory as long as its result is kept."""
    tracemalloc.start()
    result = play()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return size


def test_a_run_with_a_file_keeps_a_small_part_of_the_memory(tmp_path: Path) -> None:
    def play(path: Path | None, epochs: int) -> Callable[[], object]:
        return lambda: trained(path, steady(), epochs=epochs)

    for path in (None, tmp_path / "first.jsonl"):
        play(path, 25)()  # fills what is kept once, such as the tokens of words
    few, many = (grown(play(None, epochs)) for epochs in (5, 25))
    few_filed, many_filed = (grown(play(tmp_path / f"{n}.jsonl", n)) for n in (5, 25))
    assert many_filed - few_filed < (many - few) / 5


def test_a_journal_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    line = json.dumps({"day": "Monday", "what": "x" * 1000}) + "\n"
    path.write_text(json.dumps({"format": "days 1"}) + "\n" + line * 2000, "utf-8")
    tracemalloc.start()
    count = sum(1 for _ in JsonLines(path, "days 1").stream())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2000 and peak < path.stat().st_size / 5


def test_lines_say_where_they_are(tmp_path: Path) -> None:
    path, file = tmp_path / "days.jsonl", JsonLines(tmp_path / "days.jsonl", "days 1")
    places = [file.append({"day": day}) for day in ("Monday", "Tüesday", "x" * 100_000)]
    file.close()
    data = path.read_bytes().replace(b'\n{"day": "T', b'\n\n{"day": "T')  # an empty line within
    path.write_bytes(data)
    found: Sequence[Any] = list(JsonLines(path, "days 1").stream())
    assert [json.loads(data[line.start : line.end]) for line, _ in found] == [e for _, e in found]
    assert [line.number for line, _ in found] == [2, 4, 5]
    assert places[0] == found[0][0][1:] and places[1][1] + 1 == found[1][0].end


def test_a_train_command_leaves_a_file_that_reads_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    trained(path)
    shutil.copy(path, tmp_path / "y.jsonl")
    path.unlink()
    assert len(open_episodes(tmp_path / "y.jsonl")) == 9
    with pytest.raises(StorageError, match="there is no file"):
        open_episodes(path)
