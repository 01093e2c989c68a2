"""What tables need of an episode, so that a long run need not keep the whole episodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from rememberer_lite.state import SettingError
from rememberer_lite.training.episode import Episode


@dataclass(frozen=True, slots=True)
class Outline:
    """One episode in numbers.

    Attributes:
        goal, epoch, solved, total_reward, tokens: as in `Episode`.
        steps: how many it took.
        reads: in how many of them the memory was read and returned a record.
        no_effects: how many actions did nothing.
        failed: how many replies held no action.
        asked_again: how many replies held no action, so that the model was asked once more.
        shown: the ids of the records in its prompts, one for each time that one was shown.
    """

    goal: int
    epoch: int
    solved: bool
    total_reward: float
    tokens: tuple[int, int]
    steps: int
    reads: int
    no_effects: int
    failed: int
    asked_again: int
    shown: tuple[int, ...]


def outline(episode: Episode) -> Outline:
    """An episode in numbers."""
    turns = [step.turn for step in episode.steps]
    return Outline(
        episode.goal,
        episode.epoch,
        episode.solved,
        episode.total_reward,
        episode.tokens,
        steps=len(turns),
        reads=sum(bool(turn.matches) for turn in turns),
        no_effects=len(episode.no_effects),
        failed=len(episode.failures),
        asked_again=sum(turn.refused is not None for turn in turns),
        shown=tuple(
            exemplar.match.experience.id
            for turn in turns
            if turn.prompt
            for exemplar in turn.prompt.exemplars
        ),
    )


class Outlined(Sequence[Episode]):
    """Episodes of which only the outlines are in memory; here the rest was not kept.

    Attributes:
        outlines: of the episodes, in order.
    """

    def __init__(self, outlines: Iterable[Outline] = ()) -> None:
        self.outlines = list(outlines)

    def only(self, numbers: Iterable[int]) -> Outlined:
        """These of the episodes."""
        return Outlined(self.outlines[i] for i in numbers)

    def whole(self, number: int) -> Episode:
        """One episode with all its steps.

        Raises:
            SettingError: if it was not kept.
        """
        raise SettingError(
            f"the steps of this episode of goal {self.outlines[number].goal} were not kept: "
            "play the goal again, with evaluate(…)"
        )

    def __len__(self) -> int:
        return len(self.outlines)

    @overload
    def __getitem__(self, index: int) -> Episode: ...
    @overload
    def __getitem__(self, index: slice) -> Outlined: ...
    def __getitem__(self, index: int | slice) -> Episode | Outlined:
        if isinstance(index, slice):
            return self.only(range(len(self))[index])
        return self.whole(range(len(self))[index])

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Sequence):
            return NotImplemented
        if len(self) != len(other) or self.outlines != outlines_of(other):
            return False
        both_in_full = type(self) is not Outlined and type(other) is not Outlined
        return not both_in_full or all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} episodes)"


def outlines_of(episodes: Sequence[Episode]) -> list[Outline]:
    """The outlines of any episodes, in order."""
    if isinstance(episodes, Outlined):
        return episodes.outlines
    return [outline(episode) for episode in episodes]
