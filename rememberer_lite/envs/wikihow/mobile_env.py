"""The real wikiHow app behind Mobile-Env, as an environment like the simulator."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rememberer_lite.envs.goal import goal_number
from rememberer_lite.envs.spaces import AnyText
from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.mobile_actions import number_of, translated
from rememberer_lite.envs.wikihow.mobile_answers import check_step, count_of, reward_of, texts_of
from rememberer_lite.envs.wikihow.screens import Screen
from rememberer_lite.envs.wikihow.steps import step_pattern
from rememberer_lite.envs.wikihow.view_hierarchy import MobileEnvError, View, read_view
from rememberer_lite.state import State

#: how often a screen that Mobile-Env did not deliver is asked for again
RETRIES = 3

#: what Mobile-Env's environment and its VhIoWrapper offer, and what is used here
NEEDED = (
    *("step", "switch_task", "nb_tasks", "command", "task_instructions"),
    *("ActionType", "ScrollDirection", "action_spec"),
)


class MobileEnvAdapter(gym.Env[str, str]):
    """Mobile-Env's wikiHow tasks with the States, actions, rewards and `info` of `WikiHowEnv`.

        env = android_env.load(task_path, …, with_view_hierarchy=True)   # Mobile-Env's own call
        env = MobileEnvAdapter(VhIoWrapper(env, tokenizer))

    Observation: the visible elements, one line of HTML each (`read_view`).
    Action: as the simulator's; an action that is not understood, or touches nothing that can be
    clicked, is explained in `info["no_effect"]` and not sent to the phone.
    Reward: what Mobile-Env pays, 1 for each milestone. The episode is terminated when Mobile-Env
    ends it with success, and truncated when it ends without: at its own step limit, or because the
    emulator was restarted.
    `info` is that of `WikiHowEnv`, and "extras" holds Mobile-Env's task extras.

    Args:
        env: an environment of Mobile-Env inside its `VhIoWrapper`: dm_env's `reset` and `step`,
            and Mobile-Env's `switch_task`, `nb_tasks`, `command` and `task_instructions`.

    Raises:
        MobileEnvError: if `env` has another interface.

    Source: `android_env/wrappers/vh_io_wrapper.py` of X-LANCE/Mobile-Env, in the versions with
    dm_env's TimeStep and with its own, and the loop of `wikihow.py` of OpenDFM/Rememberer.

    Unlike the published code: a wrong element id does nothing, and is not moved to the nearest.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"]}  # noqa: RUF012 (Gymnasium's form)

    domain = WIKIHOW  # how its screens are shown to an agent and to a person

    def __init__(self, env: Any, render_mode: str | None = None) -> None:
        missing = [name for name in NEEDED if not hasattr(env, name)]
        if missing:
            raise MobileEnvError(
                f"{type(env).__name__} has no {', '.join(missing)}: pass Mobile-Env's environment "
                "inside its VhIoWrapper"
            )
        self.env = env
        self.observation_space = AnyText()
        self.action_space = AnyText()
        self.render_mode = render_mode
        self._view: View | None = None
        super().reset(seed=0)  # runs are repeatable even if the user sets no seed

    @property
    def goals(self) -> range:
        """The tasks, by number."""
        return range(count_of(self.env))

    @property
    def settings(self) -> dict[str, Any]:
        """What is known of what the app shows and rewards, as plain JSON values."""
        return {"environment": "mobile-env", "tasks": len(self.goals)}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Begin a task.

        Args:
            seed: seeds the random goal if none is given.
            options: {"goal": i} chooses task i; without it one is chosen at random.

        Raises:
            SettingError: if there is no such goal.
            MobileEnvError: if Mobile-Env shows no screen, or answers what it never does.
        """
        super().reset(seed=seed)
        count = len(self.goals)
        goal = (options or {}).get("goal")
        if goal is None:
            goal = self.np_random.integers(count)
        self.goal = goal_number(goal, count)
        self._view = None
        self._instruction = ""
        self._reached: list[int] = []  # the steps at which the milestones were reached
        self._steps = self._no_effects = 0
        self._terminated = self._truncated = False
        first = self.env.switch_task(self.goal)
        self._command = texts_of("command", self.env.command())
        self._see(first)
        return self.screen.html, self._info("")

    @property
    def view(self) -> View:
        """The screen as it was read last, with what can be touched."""
        if self._view is None:
            raise MobileEnvError("no task has begun: call reset first")
        return self._view

    @property
    def screen(self) -> Screen:
        """What is visible now."""
        return self.view.screen

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take one action; after the end nothing is sent to the phone.

        Raises:
            MobileEnvError: if Mobile-Env shows no screen, counts other elements, or answers what
                it never does.
        """
        view = self.view
        self._steps += 1
        over = self._terminated or self._truncated
        sent = "the episode is over" if over else translated(action, view, self.env)
        reward, no_effect = 0.0, ""
        if isinstance(sent, str):
            no_effect = sent
            self._no_effects += 1
        else:
            reward = self._see(self.env.step(sent))
            self._reached += [self._steps] * round(reward)
        info = self._info(no_effect)
        return self.screen.html, reward, self._terminated, self._truncated, info

    def render(self) -> str | None:
        """The screen as text (render_mode "ansi")."""
        return self.screen.html if self.render_mode == "ansi" else None

    def close(self) -> None:
        """Close Mobile-Env's environment."""
        if hasattr(self.env, "close"):
            self.env.close()

    # ---- from Mobile-Env

    def _see(self, step: Any) -> float:
        """Read a TimeStep, and ask again while it has no screen; returns the reward."""
        reward = self._read(step)
        for _ in range(RETRIES):
            if step.last() or _hierarchy(step) is not None:
                break
            step = self.env.step({"action_type": number_of(self.env, "ActionType", "NOTHING")})
            reward += self._read(step)
        hierarchy = _hierarchy(step)
        if hierarchy is not None:
            self._view = read_view(hierarchy)
        elif not step.last() or self._view is None:
            raise MobileEnvError(
                f"Mobile-Env showed no screen in {RETRIES + 1} steps: load it with "
                "with_view_hierarchy=True, and give VhIoWrapper a wait_sec of some seconds"
            )
        return reward

    def _read(self, step: Any) -> float:
        """The reward, and the end or the new instruction, of one TimeStep."""
        check_step(step)
        reward = reward_of(step)
        for text in texts_of("task_instructions", self.env.task_instructions()):
            self._instruction = text
        if step.last():
            self._terminated = _solved(step, reward)
            self._truncated = not self._terminated
        return reward

    # ---- to the agent

    def _info(self, no_effect: str) -> dict[str, Any]:
        screen = self.screen
        task = "\n".join(self._command)
        info: dict[str, Any] = {
            "state": State(task, screen.html, (), self._instruction),
            "actions": screen.texts,
            "goal": self.goal,
            "no_effect": no_effect,
            "no_effects": self._no_effects,
            "extras": self.env.task_extras() if hasattr(self.env, "task_extras") else {},
        }
        if self._terminated:
            info["reward_parts"] = self.reward_parts
        return info

    @property
    def reward_parts(self) -> dict[str, int | None]:
        """Each line of the task, numbered, and the step of its milestone (None: not yet)."""
        kinds = ["search", *(_kind(line) for line in self._command[1:])]
        missing = [None] * (len(kinds) - len(self._reached))
        names = [f"{number} {kind}" for number, kind in enumerate(kinds, start=1)]
        return dict(zip(names, [*self._reached, *missing], strict=False))


def _hierarchy(step: Any) -> Any:
    """The view hierarchy of a TimeStep; None if it has none."""
    return (step.observation or {}).get("view_hierarchy")


def _solved(step: Any, reward: float) -> bool:
    """Whether an episode ended because its last milestone was reached.

    Later versions say so (`succeeds`). Earlier ones end every episode with dm_env's `termination`,
    also at the step limit and after a restart of the emulator; but the last milestone pays, and
    those do not.
    """
    if hasattr(step, "succeeds"):
        return step.succeeds is True
    return step.discount == 0.0 and reward > 0.0


def _kind(line: str) -> str:
    """The kind of step that a line of a task asks for."""
    text = line.removeprefix("Then, ")
    return step_pattern(text[:1].upper() + text[1:])
