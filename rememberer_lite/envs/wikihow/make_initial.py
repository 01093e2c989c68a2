"""Write the hand-annotated records E0, E1 and E2: `python -m …wikihow.make_initial`.

Each set holds two records of two training tasks (paper, section 4.1), on the built-in site. An
annotation says how to reach the screen, what to do there, and which reward is still to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rememberer_lite import storage
from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.tasks import TaskError
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import ActionValue, Experience, Recent


@dataclass(frozen=True)
class Annotation:
    """One record: the goal, the actions that lead to the screen, the best action there, its Q."""

    goal: int
    before: tuple[str, ...]
    action: str
    q: float


#: goals outside the test and outside S0 and S1
ANNOTATIONS = {
    "E0": (
        Annotation(128, (), "INPUT(2, treat a nosebleed)", 2.0),
        Annotation(121, ("INPUT(2, prepare for a second interview)",), "CLICK(3)", 2.0),
    ),
    "E1": (
        Annotation(92, ("INPUT(2, merge two cells in a spreadsheet)",), "CLICK(11)", 1.0),
        Annotation(133, ("INPUT(2, end a love letter)", "CLICK(11)"), "CLICK(15)", 1.0),
    ),
    "E2": (
        Annotation(122, (), "INPUT(2, lower your water bill)", 4.0),
        Annotation(
            99, ("INPUT(2, add a drop down list to a spreadsheet)", "CLICK(3)"), "CLICK(11)", 1.0
        ),
    ),
}


def annotate(env: WikiHowEnv, annotation: Annotation) -> Experience:
    """Play up to the annotated screen and make the record.

    Raises:
        TaskError: if an action brings no reward: the site or its tasks have changed, so the
            annotation must be rewritten.
    """
    _, info = env.reset(options={"goal": annotation.goal})
    recent = Recent()
    for action in (*annotation.before, annotation.action):
        state, before = info["state"], recent
        _, reward, _, _, info = env.step(action)
        if reward != 1:
            raise TaskError(
                f"{action} brings no reward for goal {annotation.goal}: annotate it again"
            )
        element = WIKIHOW.reason(state, action, "")
        recent = recent.after(action, reward, element)
    value = ActionValue(annotation.q, reward, 1, element)
    return Experience(
        state,
        -1,
        {annotation.action: value},
        visits=1,
        recent=before,
    )


def main() -> None:
    """Write the three files beside this one."""
    env = WikiHowEnv()
    for name, pair in ANNOTATIONS.items():
        memory = ExperienceMemory(WIKIHOW.similarity())
        for annotation in pair:
            memory.insert(annotate(env, annotation))
        storage.save(memory, Path(__file__).parent / "initial" / f"{name}.json")


if __name__ == "__main__":
    main()
