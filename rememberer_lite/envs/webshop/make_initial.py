"""The hand-annotated records that a memory of the shop may start from: E0, E1 and E2.

Each set holds four records of one task of the built-in shop (seed 0): what to do on a page and
why, and sometimes what not to do. The pages come from the environment, replayed here, so that
they are exactly what an agent sees. The tasks are above goal 600: neither the tests (0–99) nor
the training goals of the paper (500–519) are among them.

- E0, a task without options: turn back from a wrong product, buy the right one.
- E1, a complete happy path with an option: search, open, choose, buy.
- E2, a task with two options, and a look at the features; it stops short of the purchase.

After a change of the shop, check that the tasks still make sense, and write the files again:

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


class Annotation(NamedTuple):
    """One annotated step.

    Attributes:
        action: what was done and is encouraged (Q = 1).
        reason: why; a step without one is played but makes no record.
        avoid: what is discouraged on the same page (Q = 0).
        avoid_reason: why.
    """

    action: str
    reason: str = ""
    avoid: str = ""
    avoid_reason: str = ""


#: name → goal number and steps
TASKS: dict[str, tuple[int, tuple[Annotation, ...]]] = {
    "E0": (
        689,
        (
            Annotation(
                "search[breathable mesh ethylene vinyl lace up running shoes]",
                "The kind of product and all of its features, without filler words and price.",
                "click[search]",
                "The search button cannot be clicked; a search needs words.",
            ),
            Annotation("click[b05lfl46h2]"),
            Annotation(
                "click[< prev]",
                "At $140.49 these shoes cost more than 90 dollars; there may be cheaper ones on "
                "the page before.",
                "click[buy now]",
                "The price is above the limit.",
            ),
            Annotation(
                "click[b0ahjvsmpz]",
                "Ethylene vinyl running shoes with laces for $73.0, within the limit.",
                "click[b05lfl46h2]",
                "I was there already, and it costs too much.",
            ),
            Annotation(
                "click[buy now]",
                "Shoes, features and price fit, and there are no options to choose.",
            ),
        ),
    ),
    "E1": (
        667,
        (
            Annotation(
                "search[15000mah portable power bank lightweight usb port]",
                "The kind of product, its capacity and its features, and nothing else.",
            ),
            Annotation(
                "click[b09g14pnld]",
                "A portable power bank that is lightweight and has a usb port, within the limit.",
                "click[b0w7cymhzh]",
                "It is heavy duty; lightweight is asked for.",
            ),
            Annotation(
                "click[15000mah]",
                "15000mah is asked for and has to be chosen before buying.",
                "click[buy now]",
                "The wanted capacity is not chosen yet.",
            ),
            Annotation(
                "click[buy now]",
                "Product and price fit, and the only wanted option, 15000mah, is chosen.",
            ),
        ),
    ),
    "E2": (
        702,
        (
            Annotation(
                "search[bar stools adjustable height kitchen island swivel seat beige 26 inch "
                "set of 2]",
                "All features and options that the instruction names.",
                "search[i need bar stools, and price lower than 80.00 dollars]",
                "Filler words and the price find the wrong products.",
            ),
            Annotation(
                "click[b0hq4m7fy1]",
                "Bar stools of adjustable height for $47.0; the other features can be looked up.",
                "click[b0k6rkff60]",
                "It has a swivel seat too, but costs more than 80 dollars.",
            ),
            Annotation("click[features]"),
            Annotation(
                "click[< prev]",
                "The features say swivel seat and kitchen island: back to choose the options.",
                "click[back to search]",
                "This product fits, a new search would lose it.",
            ),
            Annotation("click[beige]"),
            Annotation(
                "click[26 inch, set of 2]",
                "Beige is chosen; 26 inch, set of 2 is asked for too and still has to be chosen.",
                "click[buy now]",
                "The wanted size, 26 inch, set of 2, is not chosen yet.",
            ),
            Annotation("click[buy now]"),
        ),
    ),
}


def play(env: WebShopEnv, name: str) -> list[Experience]:
    """Play an annotated task and keep its records.

    Raises:
        RemembererError: if an annotated action has no effect, or the purchase is not perfect.
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
                "changed, annotate the task again in make_initial.py"
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
                    recent=recent,
                )
            )
        recent = recent.after(step.action, reward, step.reason)
    if reward != 1.0:
        raise RemembererError(
            f"{name}: the purchase earns {reward}, not 1: annotate it again in make_initial.py"
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
