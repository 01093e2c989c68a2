"""A simulator of the wikiHow app, with an invented site and tasks like those of the paper."""

from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.steps import step_pattern
from rememberer_lite.envs.wikihow.tasks import Task
from rememberer_lite.envs.wikihow.textproto import tasks_from_textproto

__all__ = ["WIKIHOW", "Site", "Task", "WikiHowEnv", "step_pattern", "tasks_from_textproto"]
