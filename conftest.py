"""Settings that hold for tests and notebooks alike (fixtures stand in tests/conftest.py).

- Notebooks run under strict nbval: every stored output is compared. `-p no:nbval` leaves them out
  and saves two seconds at the start, for work on the unit tests.
- Their kernels cannot reach the network, and show no progress bars.
- Workers start only where whole folders are run: for a single file they would cost more than
  they save.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from notebook_kernels import CELL_TIMEOUT, prepare_kernels

ROOT = Path(__file__).parent

# read by nbgrader, which defines a name in it first
collect_ignore = ["exercises/nbgrader_config.py"]

CI = bool(os.environ.get("CI"))
# How fast examples are drawn depends on what else the machine does: it decides no test.
_BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", _BUSY)
settings.register_profile("ci", _BUSY, derandomize=True, print_blob=True)
# 200,000 inputs for tests/test_fuzz.py, new ones each night
settings.register_profile("nightly", _BUSY, max_examples=3000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if CI else "here"))


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.hasplugin("nbval"):
        return
    config.option.nbval = not config.option.nbval_lax
    config.option.nbval_current_env = True
    config.option.nbval_sanitize_with = str(ROOT / "tests" / "nbval_sanitize.cfg")
    config.option.nbval_cell_timeout = CELL_TIMEOUT
    profile = tempfile.TemporaryDirectory(prefix="rememberer-ipython-", ignore_cleanup_errors=True)
    config.add_cleanup(profile.cleanup)
    prepare_kernels(os.environ, Path(profile.name))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No workers for named files; one per core, at most four, for folders."""
    if any(Path(argument.split("::")[0]).is_file() for argument in config.args):
        return 0
    return min(4, os.cpu_count() or 1)
