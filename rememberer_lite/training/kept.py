"""The episodes of a run as they are played: in memory, or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from rememberer_lite.state import SettingError
from rememberer_lite.storage import JsonLines, as_path, exists
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.journal_lines import Line
from rememberer_lite.training.checkpoint import Checkpoint
from rememberer_lite.training.episode import FORMAT, Episode, EpisodeFileError
from rememberer_lite.training.episode_file import EpisodeFile


class Kept:
    """What a run has played so far; a file is held until the run ends.

    Args:
        path: the file for whole episodes, which must be new; None: they stay in memory.
        checkpoint: writes each episode down too. If `path` is its file, no other is written.

    Raises:
        EpisodeFileError: if there is such a file.
        SettingError: if the checkpoint has another file.
    """

    def __init__(self, path: str | Path | None, checkpoint: Checkpoint | None = None) -> None:
        self._checkpoint = checkpoint
        self._count = 0
        self._episodes: list[Episode] | EpisodeFile = []
        self._file: JsonLines | None = None
        if path is None:
            return
        self._episodes = EpisodeFile(path)
        if checkpoint is not None:
            if checkpoint.episodes.path != self._episodes.path:
                raise SettingError(
                    f"the checkpoint {shown(checkpoint.path)} holds the whole episodes already: "
                    "pass episodes= the same path"
                )
            self._episodes = checkpoint.episodes
        else:
            if exists(path):
                raise EpisodeFileError(
                    f"{shown(path)} exists, and is not overwritten: name another file for the "
                    "episodes, or delete it"
                )
            self._file = JsonLines(as_path(path), FORMAT)
            self._file.hold()

    @property
    def episodes(self) -> Sequence[Episode]:
        """Those played, in order."""
        if isinstance(self._episodes, EpisodeFile):
            return self._episodes[: self._count]
        return tuple(self._episodes)

    def add(self, episode: Episode, known: bool = False) -> None:
        """One more has been played; `known` if it came from the checkpoint."""
        if self._checkpoint is not None and not known:
            self._checkpoint.append(episode)
        if isinstance(self._episodes, list):
            self._episodes.append(episode)
        elif self._file is not None:
            start, end = self._file.append(asdict(episode))
            self._episodes.note(episode, Line(self._count + 2, start, end))
        self._count += 1  # once it is kept

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        if kind is not None and not self._count:
            with suppress(OSError):  # a full disk leaves an empty file, which would be in the way
                if not self._file.path.stat().st_size:
                    self._file.path.unlink()
        self._file.close()
