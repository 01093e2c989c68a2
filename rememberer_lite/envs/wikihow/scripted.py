"""A perfect player: the ceiling for agents.

It reads the site's structure, which no agent can: it searches the reachable screens, breadth
first, for the shortest path to each milestone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.pages import page
from rememberer_lite.envs.wikihow.screens import TO_REFERENCES, Target
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.tasks import Milestone, Task, TaskError

Place = tuple[Target, int]  # a page and the position of its window


def solve(env: WikiHowEnv, goal: int, max_steps: int = 15) -> list[str]:
    """The actions of a shortest path through the milestones of a goal; they have been taken.

    It types the words of the task's first line and titles that later steps name.

    Raises:
        TaskError: if there is no path within `max_steps`.

    >>> env = WikiHowEnv()
    >>> len(solve(env, 0)), env.terminated
    (2, True)
    """
    env.reset(options={"goal": goal})
    task = env.tasks[goal]
    taken: list[str] = []
    for milestone in task.milestones:
        for action in _path(env.site, task, milestone, env.place, max_steps - len(taken)):
            env.step(action)
            taken.append(action)
    return taken


def _path(site: Site, task: Task, milestone: Milestone, start: Place, limit: int) -> list[str]:
    paths: dict[Place, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if len(paths[here]) >= limit:
            break
        for action, there in _moves(site, task, here):
            target, position = there
            if milestone.reached(page(site, target).screens[position].address):
                return [*paths[here], action]
            if there not in paths:
                paths[there] = (*paths[here], action)
                queue.append(there)
    raise TaskError(f"no path to the {milestone.kind} page of {task!r} within {limit} more steps")


def _moves(site: Site, task: Task, here: Place) -> Iterator[tuple[str, Place]]:
    """Every action that leads to another screen, and that screen."""
    target, position = here
    screens = page(site, target).screens
    for number, element in enumerate(screens[position].elements):
        if element.typed:
            for words in _queries(task):
                yield f"INPUT({number}, {words})", (("search", words), 0)
        if element.clickable and element.target == TO_REFERENCES:
            yield f"CLICK({number})", (target, page(site, target).anchor or 0)
        elif element.clickable and element.target is not None:
            yield f"CLICK({number})", (element.target, 0)
    if position + 1 < len(screens):
        yield "SCROLL(DOWN)", (target, position + 1)
    if position > 0:
        yield "SCROLL(UP)", (target, position - 1)


def _queries(task: Task) -> list[str]:
    first = task.command[0].partition("how to ")[2].rstrip(".") or task.command[0]
    titles = [re.search(r'"How to (.+)"', text) for text in task.instructions]
    found = [first, *(title[1].lower() for title in titles if title)]
    return list(dict.fromkeys(" ".join(words.split()) for words in found))
