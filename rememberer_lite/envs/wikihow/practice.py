"""A phone to practise with: our simulator behind the interface of Mobile-Env.

No emulator is needed to see how `MobileEnvAdapter` translates, or to test a program that uses it.
"""

from __future__ import annotations

import enum
from types import SimpleNamespace
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.screens import Element, Screen

_VIEWS = {
    "p": "android.widget.TextView",
    "button": "android.widget.Button",
    "img": "android.widget.ImageView",
    "input": "android.widget.EditText",
    "div": "android.view.View",
}


class TimeStep(NamedTuple):
    """What a step of Mobile-Env gives, in its later versions."""

    reward: float
    observation: dict[str, Any]
    succeeds: bool | None

    def last(self) -> bool:
        """Whether the episode is over."""
        return self.succeeds is not None


class PracticePhone:
    """Our simulator as Mobile-Env's environment in its `VhIoWrapper`, for `MobileEnvAdapter`.

    Args:
        env: what is on the phone; None: the built-in site and its tasks.

    >>> phone = PracticePhone()
    >>> print(phone.switch_task(0).observation["view_hierarchy"].splitlines()[3][:54])
    <node class="android.widget.ImageView" text="" content
    """

    class ActionType(enum.IntEnum):
        """The numbers of the actions, as Mobile-Env has them."""

        NOTHING = 0
        CLICK = 1
        INPUT = 2
        SCROLL = 3
        GOBACK = 4

    class ScrollDirection(enum.IntEnum):
        """The numbers of the directions, as Mobile-Env has them."""

        LEFT = 0
        UP = 1
        RIGHT = 2
        DOWN = 3

    def __init__(self, env: WikiHowEnv | None = None) -> None:
        self.phone = WikiHowEnv() if env is None else env
        self._told: list[str] = []

    @property
    def nb_tasks(self) -> int:
        """The number of tasks."""
        return len(self.phone.tasks)

    def command(self) -> list[str]:
        """The lines of the task."""
        return list(self.phone.task.command)

    def task_instructions(self) -> list[str]:
        """The instructions that appeared in the last step."""
        return list(self._told)

    def action_spec(self) -> dict[str, Any]:
        """How many elements can be named."""
        return {"element_id": SimpleNamespace(num_values=len(self.phone.screen.elements))}

    def switch_task(self, index: int) -> Any:
        """Begin a task."""
        self.phone.reset(options={"goal": index})
        self._told = []
        return self._shown(0.0, None)

    def step(self, action: dict[str, Any]) -> Any:
        """Take one action, as `VhIoWrapper` takes it: a dictionary of NumPy arrays."""
        before, reward, done = self._instruction, 0.0, False
        if (text := self.written(action)) is not None:
            _, reward, done, _, _ = self.phone.step(text)
        self._told = [self._instruction] if self._instruction != before else []
        return self._shown(reward, True if done else None)

    def written(self, action: dict[str, Any]) -> str | None:
        """The action in our words; None for NOTHING."""
        verb = self.ActionType(action["action_type"].item()).name
        if verb == "NOTHING":
            return None
        if verb == "GOBACK":
            return verb
        if verb == "SCROLL":
            return f"SCROLL({self.ScrollDirection(action['direction'].item()).name})"
        text = f", {action['text'].item()}" if verb == "INPUT" else ""
        return f"{verb}({action['element_id'].item()}{text})"

    @property
    def _instruction(self) -> str:
        milestones = self.phone.task.milestones
        done = sum(step is not None for step in self.phone.reward_parts.values())
        return milestones[min(done, len(milestones) - 1)].instruction

    def _shown(self, reward: float, succeeds: bool | None) -> Any:
        return TimeStep(reward, {"view_hierarchy": as_hierarchy(self.phone.screen)}, succeeds)


def as_hierarchy(screen: Screen) -> str:
    """A view hierarchy of these elements, from top to bottom; `read_view` gives them back."""
    views = "\n".join(_view(element, 63 + 10 * n) for n, element in enumerate(screen.elements))
    return f'<hierarchy rotation="0">\n{views}\n</hierarchy>'


def _view(element: Element, top: int) -> str:
    image = element.tag == "img"
    attributes = {
        "class": _VIEWS[element.tag],
        "text": "" if element.alt or image else element.text,
        "content-desc": element.text if element.alt or image else element.description,
        "resource-id": element.css.replace(" ", "_"),
        "clickable": str(element.clickable).lower(),
        "bounds": f"[0,{top}][1080,{top + 9}]",
    }
    return f"<node {' '.join(f'{name}={quoteattr(text)}' for name, text in attributes.items())} />"
