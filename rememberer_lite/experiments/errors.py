"""The error of experiments."""

from rememberer_lite.state import RemembererError


class ExperimentError(RemembererError):
    """An experiment cannot be run or read; the message names the fix."""
