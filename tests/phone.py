"""A phone with the wikiHow app, as Mobile-Env shows it: view hierarchies and its wrapper's form.

`hierarchy(lines)` turns HTML lines into a view hierarchy that Mobile-Env could have sent;
`Phone` has the interface of Mobile-Env's environment in its VhIoWrapper, and shows what our
simulator shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

import dm_env
import lxml.etree
import numpy as np
from dm_env import specs
from wikihow_screens import Line, lines_of

from rememberer_lite.envs.wikihow import PracticePhone, WikiHowEnv

_VIEWS = {
    "p": "android.widget.TextView",
    "button": "android.widget.ImageButton",
    "img": "android.widget.ImageView",
    "input": "android.widget.EditText",
    "div": "android.view.View",
}


def node(attributes: dict[str, str], inside: str = "") -> str:
    """One view."""
    written = " ".join(f"{name}={quoteattr(text)}" for name, text in attributes.items())
    return f"<node {written}>{inside}</node>" if inside else f"<node {written}/>"


def leaf(line: Line, number: int, bounds: str = "") -> str:
    """The view that an HTML line came from."""
    attributes = line.attributes
    text = attributes.get("value", line.text)
    css = attributes.get("class", "")
    package = "" if number % 2 else "com.wikihow.wikihowapp:id/"
    return node(
        {
            "index": str(number),
            "text": text,
            "resource-id": package + css.replace(" ", "_") if css else "",
            "class": _VIEWS[line.tag],
            "content-desc": attributes.get("alt", ""),
            "clickable": attributes["clickable"],
            "bounds": bounds or f"[0,{number * 10}][1080,{number * 10 + 9}]",
        }
    )


def hierarchy(screen: str) -> str:
    """A hierarchy whose visible leaves are the lines of a screen, among others that are hidden."""
    hidden = node({"text": "no", "class": "android.view.View", "bounds": "[0,0][0,0]"})
    flat = node({"text": "no", "class": "android.view.View", "bounds": "[0,50][1080,50]"})
    lines = [leaf(line, number) for number, line in enumerate(lines_of(screen))]
    half = len(lines) // 2
    frame = {"class": "android.widget.FrameLayout", "clickable": "false", "bounds": "[0,0][1,1]"}
    inside = node(frame, hidden + "".join(lines[:half])) + flat + "".join(lines[half:])
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return f'{head}<hierarchy rotation="0">{node(frame, inside)}</hierarchy>'


class OwnStep(NamedTuple):
    """The TimeStep of Mobile-Env's later versions."""

    step_type: dm_env.StepType
    reward: float
    observation: Any
    succeeds: bool | None

    def last(self) -> bool:
        return self.step_type == dm_env.StepType.LAST


class Phone(PracticePhone, dm_env.Environment):
    """The practice phone with dm_env's interface, and lxml's elements, as the real one has them.

    Args:
        env: what is on the phone.
        show: changes what is shown of a screen's XML; None: nothing is shown.
        limit: steps after which Mobile-Env ends the episode.
        later: whether its TimeSteps are those of later versions.
    """

    def __init__(
        self,
        env: WikiHowEnv,
        show: Callable[[str], Any] = lambda xml: lxml.etree.fromstring(xml.encode()),
        limit: int = 500,
        later: bool = False,
    ) -> None:
        super().__init__(env)
        self.show, self.limit, self.later = show, limit, later
        self.sent: list[dict[str, Any]] = []
        self.steps = 0

    def switch_task(self, index: int) -> Any:
        self.steps, self.sent = 0, []
        return super().switch_task(index)

    def task_extras(self, latest_only: bool = True) -> dict[str, Any]:
        reached = [step for step in self.phone.reward_parts.values() if step is not None]
        return {"score": np.array(len(reached))}

    def reset(self) -> Any:
        return self.switch_task(self.phone.goal)

    def step(self, action: dict[str, Any]) -> Any:
        self.sent.append(action)
        self.steps += 1
        for value in action.values():
            assert isinstance(value, np.ndarray)
            assert value.shape == ()
        if "element_id" in action:
            self.action_spec()["element_id"].validate(action["element_id"].astype(np.int32))
        return super().step(action)

    def _shown(self, reward: float, succeeds: bool | None) -> Any:
        over = bool(succeeds) or self.steps >= self.limit
        kind = dm_env.StepType.LAST if over else dm_env.StepType.MID
        if not self.steps:
            kind = dm_env.StepType.FIRST
        shown = self.show(hierarchy(self.phone.screen.html))
        seen = {"pixels": np.zeros((4, 4, 3)), "view_hierarchy": shown}
        if self.later:
            return OwnStep(kind, reward, seen, succeeds)
        return dm_env.TimeStep(kind, reward, 0.0, seen)

    def observation_spec(self) -> dict[str, specs.Array]:
        return {"pixels": specs.Array((4, 4, 3), np.float64)}

    def action_spec(self) -> dict[str, specs.Array]:
        count = len(self.phone.screen.elements)
        return {"element_id": specs.DiscreteArray(num_values=max(1, count), name="element_id")}
