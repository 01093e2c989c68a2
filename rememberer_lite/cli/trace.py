"""Which decision of many to trace back."""

from __future__ import annotations

from collections.abc import Iterable

from rememberer_lite.training import Episode, Step


def choose_step(
    alone: Iterable[Episode], trained: Iterable[Episode]
) -> tuple[int, int, Step, Step] | None:
    """A step that the memory decided.

    Its goal is one that the agent misses without a memory and reaches when trained, and its page
    one that both reach and where they decide differently. The clearest page is one where the agent
    without a memory ended the episode, then one where only the trained agent earns something.

    Returns:
        (goal, number of the step from 1, the trained agent's step, the step that the agent took
        alone), or None if there is no such page.
    """
    missed = {episode.goal: episode for episode in alone if not episode.solved}
    found = []
    for episode in trained:
        if not episode.solved or episode.goal not in missed:
            continue
        on_page = {step.state: step for step in missed[episode.goal].steps}
        for number, step in enumerate(episode.steps, start=1):
            other = on_page.get(step.state)
            if other is not None and other.action != step.action:
                found.append((episode.goal, number, step, other))
                break  # after this page their paths differ

    def clarity(parting: tuple[int, int, Step, Step]) -> tuple[bool, bool, bool]:
        _, _, step, other = parting
        return other.done, step.reward > other.reward, not step.no_effect

    return max(found, key=clarity, default=None)
