"""What a memory holds before it is trained: hand-written records, an expert's episodes, nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rememberer_lite.experiments.conditions import Training
from rememberer_lite.experiments.place import Place
from rememberer_lite.experiments.retrieval import similarity
from rememberer_lite.memory import ExperienceMemory


def initial(place: Place, training: Training) -> ExperienceMemory:
    """The memory that a training begins with."""
    alike = similarity(place, training.similarity, training.weight)
    if training.start == "expert":
        return of_expert(place, goals_of(place, training), ExperienceMemory(alike))
    if training.start == "empty":
        return ExperienceMemory(alike, **training.memory)
    return place.domain.initial_memory(training.start, similarity=alike, **training.memory)


def goals_of(place: Place, training: Training) -> list[int]:
    """The goals that are trained on."""
    return [goal for name, count in training.goals for goal in place.goals(name)[:count]]


def of_expert(place: Place, goals: Sequence[int], memory: ExperienceMemory) -> ExperienceMemory:
    """Every step of the episodes that the world's expert solves, each worth 1."""
    for goal in goals:
        walk = place.walk(goal)
        if not walk.solved:
            continue
        states = [state for state, _ in walk.pairs]
        memory.start(states[0])
        following = [*states[1:], states[-1]]  # what comes after the last step does not count
        for number, ((state, action), after) in enumerate(
            zip(walk.pairs, following, strict=True), start=1
        ):
            last = number == len(states)
            reason = place.domain.reason(state, action, "")
            memory.observe(action, float(last), after, last, reason)
    return memory
