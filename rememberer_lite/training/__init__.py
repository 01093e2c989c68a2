"""Epochs of learning, and evaluation with a frozen memory.

| File | Holds |
|---|---|
| `episode` | `Step` and `Episode`: what happened, kept in full, and how it is stored on disk |
| `outline` | an episode in numbers |
| `episode_file` | whole episodes that stay in a file, and are read when they are asked for |
| `kept` | the episodes of a run as they are played: in memory, or in a file |
| `outcome` | `History`, `Evaluation` and intervals: what the episodes amount to |
| `environment` | what an environment must offer, with checks of what it returns |
| `copies` | copies of it for several workers, and whether they share an episode |
| `checkpoint` | the file from which an interrupted training resumes |
| `in_use` | no one else uses an agent while it learns |
| `progress` | the progress bar |
| `runner` | `train`, `evaluate` and `run_episode`: the loop itself |
| `unseen` | success on goals never met, measured while an agent learns |
"""

from rememberer_lite.training.checkpoint import Checkpoint, CheckpointError
from rememberer_lite.training.environment import Environment
from rememberer_lite.training.episode import (
    Episode,
    EpisodeFileError,
    Step,
    load_episodes,
    save_episodes,
)
from rememberer_lite.training.episode_file import EpisodeFile, open_episodes
from rememberer_lite.training.outcome import (
    Evaluation,
    History,
    Interval,
    mean_interval,
    share_interval,
)
from rememberer_lite.training.outline import Outline
from rememberer_lite.training.runner import evaluate, run_episode, train
from rememberer_lite.training.unseen import Measured, Unseen, gain

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "Environment",
    "Episode",
    "EpisodeFile",
    "EpisodeFileError",
    "Evaluation",
    "History",
    "Interval",
    "Measured",
    "Outline",
    "Step",
    "Unseen",
    "evaluate",
    "gain",
    "load_episodes",
    "mean_interval",
    "open_episodes",
    "run_episode",
    "save_episodes",
    "share_interval",
    "train",
]
