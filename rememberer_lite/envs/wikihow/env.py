"""The WikiHow app as a Gymnasium environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym

from rememberer_lite.envs.fingerprint import fingerprint_of
from rememberer_lite.envs.goal import goal_number
from rememberer_lite.envs.spaces import AnyText
from rememberer_lite.envs.wikihow.actions import Parsed, parse_action
from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.pages import page
from rememberer_lite.envs.wikihow.screens import HOME, TO_REFERENCES, Element, Screen, Target
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.tasks import Task, TaskError
from rememberer_lite.envs.wikihow.taskset import builtin_tasks
from rememberer_lite.state import State
from rememberer_lite.text import short

_MOVES = {"DOWN": 1, "UP": -1}  # pages have one column: there is nothing to the left or right


class WikiHowEnv(gym.Env[str, str]):
    """A simulator of the wikiHow app: search, read and follow links until the task is done.

    Observation: the visible elements, one line of HTML each.
    Action: `INPUT(id, text)`, `CLICK(id)`, `SCROLL(UP|DOWN|LEFT|RIGHT)` or `GOBACK`.
    Reward: 1 for each milestone of the task, in order; the last one terminates the episode.
    An action that is not understood or does nothing costs a step and is explained in
    `info["no_effect"]`. The environment never truncates: the step limit is the runner's.

    `info` holds "state" (a `State` with the step's instruction), "actions" (the labels of the
    clickable elements), "goal", "no_effect" (the reason, or ""), "no_effects" (how many so far)
    and, once the task is done, "reward_parts" (milestone → the step at which it was reached).

    Args:
        site: the wiki; by default `Site.builtin(0)`, or a site made for `tasks` if given.
        tasks: the goals; by default `builtin_tasks(site)`.

    Source: Mobile-Env's WikiHow task set.

    Unlike Mobile-Env: a milestone counts only after those before it, so the last one is worth
    the full reward.

    >>> env = WikiHowEnv()
    >>> screen, info = env.reset(options={"goal": 0})
    >>> print(screen.splitlines()[2])
    <img class="search button" alt="Search" id="2" clickable="true">
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"]}  # noqa: RUF012 (Gymnasium's form)

    domain = WIKIHOW  # how its screens are shown to an agent and to a person

    def __init__(
        self,
        site: Site | None = None,
        tasks: Sequence[Task] | None = None,
        render_mode: str | None = None,
    ) -> None:
        if site is None:
            site = Site.builtin() if tasks is None else Site.for_tasks(tasks)
        self.site = site
        self.tasks = tuple(builtin_tasks(site) if tasks is None else tasks)
        if not self.tasks:
            raise TaskError("no tasks: pass at least one, or leave `tasks` out")
        self.observation_space = AnyText()
        self.action_space = AnyText()
        self.render_mode = render_mode
        super().reset(seed=0)  # runs are repeatable even if the user sets no seed
        self._begin(0)

    @property
    def goals(self) -> Sequence[Task]:
        """The tasks, by number."""
        return self.tasks

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that decides what the app shows and rewards, as plain JSON values."""
        return {
            "environment": "wikihow",
            "site": self.site.fingerprint,
            "tasks": fingerprint_of(self.tasks),
        }

    def _begin(self, goal: int) -> None:
        self.goal = goal
        self.task = self.tasks[goal]
        self._text = self.task.text
        self._history: list[tuple[Target, int]] = []
        self._here: tuple[Target, int] = (HOME, 0)
        self._reached: list[int] = []  # the steps at which the milestones were reached
        self._steps = self._no_effects = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Begin a task on the home page.

        Args:
            seed: seeds the random goal if none is given.
            options: {"goal": i} chooses task i; without it one is chosen at random.

        Raises:
            SettingError: if there is no such goal.
        """
        super().reset(seed=seed)
        goal = (options or {}).get("goal")
        if goal is None:
            goal = self.np_random.integers(len(self.tasks))
        self._begin(goal_number(goal, len(self.tasks)))
        return self.screen.html, self._info("")

    @property
    def screen(self) -> Screen:
        """What is visible now."""
        target, place = self._here
        return page(self.site, target).screens[place]

    @property
    def place(self) -> tuple[Target, int]:
        """The open page, and the position of its window."""
        return self._here

    @property
    def terminated(self) -> bool:
        """Whether the task is done."""
        return len(self._reached) == len(self.task.milestones)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one action; after the end the app can still be used, without rewards."""
        self._steps += 1
        no_effect = self._act(action)
        reward = 0.0
        if no_effect:
            self._no_effects += 1
        elif not self.terminated:
            milestone = self.task.milestones[len(self._reached)]
            if milestone.reached(self.screen.address):
                self._reached.append(self._steps)
                reward = 1.0
        return self.screen.html, reward, self.terminated, False, self._info(no_effect)

    def render(self) -> str | None:
        """The screen as text (render_mode "ansi")."""
        return self.screen.html if self.render_mode == "ansi" else None

    def _info(self, no_effect: str) -> dict[str, Any]:
        milestones, done = self.task.milestones, len(self._reached)
        # after the end the last instruction remains, as in the app's own log
        instruction = milestones[min(done, len(milestones) - 1)].instruction
        screen = self.screen
        info: dict[str, Any] = {
            "state": State(self._text, screen.html, (), instruction),
            "actions": screen.texts,
            "goal": self.goal,
            "no_effect": no_effect,
            "no_effects": self._no_effects,
        }
        if self.terminated:
            info["reward_parts"] = self.reward_parts
        return info

    @property
    def reward_parts(self) -> dict[str, int | None]:
        """Each milestone, numbered, and the step at which it was reached (None: not yet)."""
        names = [f"{n} {m.kind}" for n, m in enumerate(self.task.milestones, start=1)]
        missing = [None] * (len(names) - len(self._reached))
        return dict(zip(names, [*self._reached, *missing], strict=True))

    # Each of the following performs one kind of action and returns why it had no effect, or "".

    def _act(self, action: str) -> str:
        parsed = parse_action(action) if isinstance(action, str) else None
        if parsed is None:
            return (
                f"{short(str(action), 40)!r} is no action: write INPUT(id, text), CLICK(id), "
                "SCROLL(UP|DOWN|LEFT|RIGHT) or GOBACK"
            )
        if parsed.verb == "SCROLL":
            return self._scroll(parsed.text)
        if parsed.verb == "GOBACK":
            return self._go_back()
        elements = self.screen.elements
        if parsed.element >= len(elements):
            return f"no element {parsed.element}: the screen has 0 to {len(elements) - 1}"
        touch = self._type if parsed.verb == "INPUT" else self._click
        return touch(elements[parsed.element], parsed)

    def _type(self, element: Element, parsed: Parsed) -> str:
        if not element.typed:
            return f"element {parsed.element} takes no text"
        if not parsed.text:
            return "nothing to type"
        self._open(("search", parsed.text))
        return ""

    def _click(self, element: Element, parsed: Parsed) -> str:
        if not element.clickable:
            return f"element {parsed.element} is not clickable"
        if element.target is None:
            return f"element {parsed.element} leads nowhere"
        if element.target == TO_REFERENCES:
            target, _ = self._here
            self._open(target, page(self.site, target).anchor or 0)
        else:
            self._open(element.target)
        return ""

    def _scroll(self, direction: str) -> str:
        target, place = self._here
        moved = place + _MOVES.get(direction, 0)
        if moved == place or not 0 <= moved < len(page(self.site, target).screens):
            return f"nothing further {direction.lower()}"
        self._here = (target, moved)
        return ""

    def _go_back(self) -> str:
        if not self._history:
            return "nothing to go back to"
        self._here = self._history.pop()
        return ""

    def _open(self, target: Target, place: int = 0) -> None:
        self._history.append(self._here)
        self._here = (target, place)
