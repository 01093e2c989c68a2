"""Write the hand-annotated records E0, E1 and E2: `python -m …wikihow.make_initial`.

Each set holds two records of two training tasks (paper, section 4.1), on the built-in site. An
annotation says how to come to the screen, what to do there, and what the task still pays then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rememberer_lite import storage
from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.env import WikiHowEnv
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
        Annotation(120, (), "INPUT(2, change a wireless channel)", 2.0),
        Annotation(109, ("INPUT(2, grow cherry tomatoes from seed)",), "CLICK(3)", 2.0),
    ),
    "E1": (
        Annotation(104, ("INPUT(2, brighten a portrait photo)",), "CLICK(11)", 1.0),
        Annotation(121, ("INPUT(2, print a square photo)", "CLICK(3)"), "CLICK(13)", 1.0),
    ),
    "E2": (
        Annotation(122, (), "INPUT(2, make cold brew coffee at home)", 4.0),
        Annotation(123, ("INPUT(2, open a joint account online)", "CLICK(3)"), "CLICK(11)", 1.0),
    ),
}


def annotate(env: WikiHowEnv, annotation: Annotation) -> Experience:
    """Play up to the annotated screen and make the record."""
    _, info = env.reset(options={"goal": annotation.goal})
    recent = Recent()
    for action in annotation.before:
        state = info["state"]
        _, reward, _, _, info = env.step(action)
        recent = recent.after(action, reward, WIKIHOW.reason(state, action, ""))
    state = info["state"]
    _, reward, _, _, _ = env.step(annotation.action)
    element = WIKIHOW.reason(state, annotation.action, "")
    value = ActionValue(annotation.q, reward, 1, element)
    return Experience(
        state,
        -1,
        {annotation.action: value},
        visits=1,
        recent_actions=recent.actions,
        recent_reasons=recent.reasons,
        last_reward=recent.last_reward,
        total_reward=recent.total_reward,
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
