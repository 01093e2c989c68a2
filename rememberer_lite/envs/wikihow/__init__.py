"""A simulator of the wikiHow app, with an invented site and tasks like the paper's; and the app."""

from rememberer_lite.envs.wikihow.domain import WIKIHOW
from rememberer_lite.envs.wikihow.env import WikiHowEnv
from rememberer_lite.envs.wikihow.mobile_env import MobileEnvAdapter
from rememberer_lite.envs.wikihow.practice import PracticePhone
from rememberer_lite.envs.wikihow.site import Site
from rememberer_lite.envs.wikihow.steps import step_pattern
from rememberer_lite.envs.wikihow.tasks import Task
from rememberer_lite.envs.wikihow.textproto import tasks_from_textproto
from rememberer_lite.envs.wikihow.view_hierarchy import MobileEnvError, read_view

__all__ = [
    "WIKIHOW",
    "MobileEnvAdapter",
    "MobileEnvError",
    "PracticePhone",
    "Site",
    "Task",
    "WikiHowEnv",
    "read_view",
    "step_pattern",
    "tasks_from_textproto",
]
