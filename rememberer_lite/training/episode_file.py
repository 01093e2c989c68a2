"""Episodes that stay in their file, and are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rememberer_lite.storage import StorageError, as_path
from rememberer_lite.storage.decoding import FieldError
from rememberer_lite.storage.files import shown
from rememberer_lite.storage.journal_lines import Line, entry_at
from rememberer_lite.training.episode import (
    Episode,
    EpisodeFileError,
    episodes_in,
    read_episode,
)
from rememberer_lite.training.outline import Outline, Outlined, outline


class EpisodeFile(Outlined):
    """A sequence of episodes of which only the outlines are in memory.

    Each `episodes[3]` reads that episode from the file, and a loop reads one after the other.

    Args:
        path: the file.
        lines: where the episodes are in it.
        outlines: of the same episodes.

    Raises:
        EpisodeFileError: on reading an episode, if the file is gone or another one by now.
    """

    def __init__(
        self, path: str | Path, lines: Iterable[Line] = (), outlines: Iterable[Outline] = ()
    ) -> None:
        super().__init__(outlines)
        self.path = as_path(path).absolute()  # a notebook may change its folder
        self._lines = list(lines)

    def note(self, episode: Episode, line: Line) -> None:
        """The file holds one more episode."""
        self._lines.append(line)
        self.outlines.append(outline(episode))

    def only(self, numbers: Iterable[int]) -> EpisodeFile:
        """These of the episodes."""
        chosen = list(numbers)
        outlines = (self.outlines[i] for i in chosen)
        return EpisodeFile(self.path, (self._lines[i] for i in chosen), outlines)

    def whole(self, number: int) -> Episode:
        """One episode with all its steps, as it is in the file."""
        line = self._lines[number]
        try:
            episode = read_episode(entry_at(self.path, line))
        except (StorageError, FieldError) as error:
            raise self._changed(line) from error
        if outline(episode) != self.outlines[number]:
            raise self._changed(line)
        return episode

    def _changed(self, line: Line) -> EpisodeFileError:
        return EpisodeFileError(
            f"line {line.number} of {shown(self.path)} no longer holds the episode that it held: "
            "put the file back, or open it again with open_episodes"
        )

    def __repr__(self) -> str:
        return f"EpisodeFile({shown(self.path)!r}, {len(self)} episodes)"


def open_episodes(path: str | Path) -> EpisodeFile:
    """The same as `load_episodes`, for a file that is larger than the memory should be.

    The whole file is read once, to check it and to count.

    Raises:
        EpisodeFileError: if the file is missing, damaged or of another format.
    """
    file = EpisodeFile(path)
    for line, episode in episodes_in(path):
        file.note(episode, line)
    return file
