"""The hand-annotated records that a memory of the shop may start from: E0, E1 and E2.

Each set holds four records of one task of the built-in shop (seed 0): what to do on a page and
why, sometimes what not to do. The pages are those of the environment, played again here, so that
they are exactly what an agent sees. The tasks are beyond goal 600: neither the tests (0–99) nor
the training goals of the paper (500–519) are among them.

- E0, a task without options: turn back from a wrong product, buy the right one.
- E1, a complete happy path with an option: search, open, choose, buy.
- E2, a task with two options, and a look at the features; it stops short of the purchase.

After a change of the shop, see that the tasks still make sense, and write the files again:

    python -m rememberer_lite.envs.webshop.make_initial
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rememberer_lite import storage
from rememberer_lite.envs.webshop.domain import WEBSHOP
from rememberer_lite.envs.webshop.env import WebShopEnv
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.state import ActionValue, Experience, Recent, RemembererError

FOLDER = Path(__file__).with_name("initial")


class Step(NamedTuple):
    """One annotated step.

    Attributes:
        action: what was done, and is advised (Q = 1).
        reason: why; without one the step is played and makes no record.
        avoid: what is advised against on the same page (Q = 0).
        avoid_reason: why.
    """

    action: str
    reason: str = ""
    avoid: str = ""
    avoid_reason: str = ""


#: name → goal number and steps
TASKS: dict[str, tuple[int, tuple[Step, ...]]] = {
    "E0": (
        649,
        (
            Step(
                "search[anti yellowing silicone phone case card holder]",
                "The kind of product and all of its features, without filler words and price.",
                "click[search]",
                "The search button cannot be clicked; a search needs words.",
            ),
            Step("click[b01ldmaj1z]"),
            Step(
                "click[< prev]",
                "It has a card holder and does not yellow, but is not made of silicone; there "
                "may be a better one on the page before.",
                "click[buy now]",
                "Silicone is asked for, and this title does not say it.",
            ),
            Step(
                "click[b07aybfsfp]",
                "A silicone phone case with a card holder within the price limit.",
                "click[b01ldmaj1z]",
                "I was there already, it is not made of silicone.",
            ),
            Step(
                "click[buy now]",
                "Silicone, card holder and price fit, and there are no options to choose.",
            ),
        ),
    ),
    "E1": (
        681,
        (
            Step(
                "search[aluminum free cedar & sage deodorant sensitive skin]",
                "The kind of product, its scent and its features; why it is wanted does not help.",
            ),
            Step(
                "click[b0b11waav9]",
                "It is an aluminum free deodorant for sensitive skin, and within the price limit.",
                "click[b09x3v0kd4]",
                "It comes first, but its title says nothing of aluminum free.",
            ),
            Step(
                "click[cedar & sage]",
                "The scent cedar & sage is asked for and has to be chosen before buying.",
                "click[buy now]",
                "The wanted scent is not chosen yet.",
            ),
            Step(
                "click[buy now]",
                "Product and price fit, and the only wanted option, cedar & sage, is chosen.",
            ),
        ),
    ),
    "E2": (
        715,
        (
            Step(
                "search[foldable cat scratcher large cats walnut 2 pack]",
                "All features and options that the instruction names, and nothing else.",
                "search[in need of a cat scratcher, and price lower than 50.00 dollars]",
                "Filler words and the price find the wrong products.",
            ),
            Step(
                "click[b064tmdk7b]",
                "Foldable and within the limit; whether it suits large cats can be looked up.",
            ),
            Step("click[features]"),
            Step(
                "click[< prev]",
                "The features say large cats: back to the product to choose walnut and 2 pack.",
                "click[back to search]",
                "This product fits, a new search would lose it.",
            ),
            Step("click[walnut]"),
            Step(
                "click[2 pack]",
                "Walnut is chosen; 2 pack is asked for too and still has to be chosen.",
                "click[buy now]",
                "The wanted size, 2 pack, is not chosen yet.",
            ),
            Step("click[buy now]"),
        ),
    ),
}


def play(env: WebShopEnv, name: str) -> list[Experience]:
    """Play an annotated task and keep its records.

    Raises:
        RemembererError: where an annotated action has no effect, or the purchase is not perfect.
    """
    goal, steps = TASKS[name]
    _, info = env.reset(options={"goal": goal})
    recent, reward = Recent(), 0.0
    records: list[Experience] = []
    for step in steps:
        state = info["state"]
        _, reward, _, _, info = env.step(step.action)
        if info["no_effect"]:
            raise RemembererError(
                f"{name}: {step.action} has no effect ({info['no_effect']}): the shop has "
                "changed, annotate the task anew in make_initial.py"
            )
        if step.reason:
            actions = {step.action: ActionValue(1.0, reward, 1, step.reason)}
            if step.avoid:
                actions[step.avoid] = ActionValue(0.0, 0.0, 1, step.avoid_reason)
            records.append(
                Experience(
                    state,
                    len(records),
                    actions,
                    visits=len(actions),
                    recent_actions=recent.actions,
                    recent_reasons=recent.reasons,
                    last_reward=recent.last_reward,
                    total_reward=recent.total_reward,
                )
            )
        recent = recent.after(step.action, reward, step.reason)
    if reward != 1.0:
        raise RemembererError(
            f"{name}: the purchase earns {reward}, not 1: annotate the task anew in make_initial.py"
        )
    return records


def main(folder: Path = FOLDER) -> None:
    """Write E0, E1 and E2."""
    env = WebShopEnv()
    for name in TASKS:
        memory = ExperienceMemory(WEBSHOP.similarity())
        for record in play(env, name):
            memory.insert(record)
        storage.save(memory, folder / f"{name}.json")


if __name__ == "__main__":
    main()
