"""Mutation testing: plant small faults in the package, one at a time, and see that a test fails.

    uv run python tests/tools/mutate.py                                   # all modules
    uv run python tests/tools/mutate.py learning.py memory/index.py       # some
    uv run python tests/tools/mutate.py prompts/replies.py --per-module 0 # every mutant of one

`mutants.toml` says which tests belong to a module, and lists the mutants that live: `equivalent`
ones, which no test can see, and `survivors`, which none sees yet; each with the reason. The command
fails where a mutant lives that is not listed, where a listed one is gone or dies, and where less
than 95 % of the others die. Of each module the same share is tried every time, chosen by the
hashes of the mutants' names, so that a change of the code elsewhere changes nothing. What became
of a module's mutants is kept in `.mutants`, so that a run that was stopped goes on where it was:
a module is tried again once its code has changed, and the mutants that lived also once its tests
have. The figures of all modules stand
in `RELIABILITY.md`.

Of the tools at hand, mutmut rewrites each function and knows no doctests, cosmic-ray starts a new
process for each mutant and changes the files that you work on. Here, a copy of the project is
changed, and each mutant is a fork of a process that has already imported NumPy and pytest.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from mutants import chosen, mutants_of
from mutation_results import (
    Outcome,
    Table,
    as_table,
    commit,
    judged,
    keep,
    kept,
    keys_of,
    summed,
    write_section,
)

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("mutants.toml")
PACKAGE = "rememberer_lite"
#: how many mutants of a module are tried
PER_MODULE = 16
#: what the package needs: imported once, before all forks
_IMPORTED = ["numpy", "scipy.sparse", "rapidfuzz", "yaml", "tqdm", "gymnasium", "filelock"]
_IMPORTED += ["snowballstemmer"]
#: in the copy: how long the tests of the last fork took, and which failed
SEEN = Path("seen.json")
#: seconds: no test sets a time limit below this
SLOW = 0.2
#: bytes that a mutant may use
MEMORY = 8 * 2**30
_OPTIONS = "-x -q -s --tb=no -p no:nbval -p no:cacheprovider -n 0".split()
_QUICK = ["-m", "not slow and not learning and not browser and not real_model"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants of the modules named; 1 where the list and the outcome differ."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="all, if none is named")
    parser.add_argument(
        "--per-module", type=int, default=PER_MODULE, metavar="N", help="how many; 0: every one"
    )
    parser.add_argument("--anew", action="store_true", help="forget what is kept of earlier runs")
    options = parser.parse_args(arguments)
    for unknown in set(options.modules) - set(table["tests"]):
        parser.error(f"{unknown} has no tests in {TABLE.name}: add a line there")
    os.nice(5)
    parent = os.getpid()
    folder = tempfile.mkdtemp(prefix="mutants-")
    copy = _prepare(Path(folder))

    modules = options.modules or list(table["tests"])
    ran_at = commit()

    def work(forks: Forks) -> int:
        tallies = []
        for module in modules:
            code, tests = keys_of(copy, module, table, options.per_module)
            outcome = None if options.anew else kept(module, code)
            if outcome is None or (outcome.lived and outcome.tests != tests):
                dead = outcome.died if outcome else []
                outcome = try_module(forks, copy, module, table, options.per_module, dead)
                outcome = replace(outcome, code=code, tests=tests, commit=ran_at)
                keep(outcome)
            tally = judged(outcome, table)
            tallies.append(tally)
            print("\n".join([tally.row(), *(f"  {fault}" for fault in tally.faults)]), flush=True)
            if options.per_module == PER_MODULE:  # so that a run that is stopped has its figures
                write_section(copy, table, PER_MODULE)
        print("\n" + as_table(tallies))
        faults = summed(tallies).faults
        print("".join(f"fault: {fault}\n" for fault in faults), end="", flush=True)
        return int(bool(faults))

    forks = Forks(work)
    status = pytest.main([*_OPTIONS, *_QUICK, PACKAGE, "tests"], plugins=[forks])
    if os.getpid() != parent:
        os._exit(status)
    shutil.rmtree(folder, ignore_errors=True)
    return forks.result


def try_module(
    forks: Forks, copy: Path, module: str, table: Table, per_module: int, dead: Sequence[str]
) -> Outcome:
    """Plant a module's mutants, one after another, in the copy; not those that are `dead`."""
    path = copy / PACKAGE / module
    source = path.read_text(encoding="utf-8")
    tests = [f"{PACKAGE}/{module}", *(f"tests/{name}" for name in table["tests"][module])]
    every = mutants_of(source)
    names = [mutant.name for mutant in every]
    outcome = Outcome(module, names, [], [])

    began = time.monotonic()
    forks.seconds = {}
    if not forks.passes(tests, limit=600):
        raise SystemExit(f"{module}: its tests fail without any fault planted: fix that first")
    forks.seconds = json.loads(SEEN.read_text(encoding="utf-8"))[0]
    limit = 20 + 2 * min(time.monotonic() - began, 60)
    # A compiled file counts as up to date by its time in whole seconds: each mutant has its own.
    stamp = int(path.stat().st_mtime)
    for mutant in chosen(every, per_module):
        if mutant.name in dead:
            outcome.died.append(mutant.name)
            continue
        stamp += 1
        path.write_text(mutant.source, encoding="utf-8")
        os.utime(path, (stamp, stamp))
        lives = forks.passes(tests, limit)
        if not lives and (slow := forks.failed_slowly()):
            # a time limit in a test may have failed because the machine is busy
            lives = forks.passes([slow], limit) and forks.passes(tests, limit)
        (outcome.lived if lives else outcome.died).append(mutant.name)
        if lives:
            print(f"  lives: {mutant.name}", flush=True)
        else:
            forks.learn_what_failed()
    path.write_text(source, encoding="utf-8")
    os.utime(path, (stamp + 1, stamp + 1))
    return outcome


def _prepare(folder: Path) -> Path:
    """A copy of the project to change, with what its tests need already imported."""
    copy = folder / "project"
    leave = shutil.ignore_patterns(".git*", ".venv", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, copy, ignore=leave, symlinks=True)
    os.chdir(copy)
    os.environ |= {"PYTHONPATH": str(copy), "CI": "true", "OPENBLAS_NUM_THREADS": "1"}
    sys.path.insert(0, str(copy))
    for name in _IMPORTED:
        importlib.import_module(name)
    return copy


class Forks:
    """A pytest plugin that runs `work` instead of tests, and tests in forks where `work` asks."""

    def __init__(self, work: Callable[[Forks], int]) -> None:
        self.work = work
        self.result = 1
        #: how long each test took; the quickest run first, and those that found a mutant before
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        SEEN.write_text(json.dumps([self.seconds, self.failed]), encoding="utf-8")

    def failed_slowly(self) -> str:
        """The test that ended the last fork, if it took long; else ""."""
        if not SEEN.exists():
            return ""
        seconds, failed = json.loads(SEEN.read_text(encoding="utf-8"))
        return next((test for test in failed if seconds.get(test, 0) > SLOW), "")

    def learn_what_failed(self) -> None:
        """Let the tests that ended the last fork run earlier in the next ones."""
        if SEEN.exists():  # else it was ended from outside
            for test in json.loads(SEEN.read_text(encoding="utf-8"))[1]:
                self.seconds[test] = self.seconds.get(test, 0) / 10

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Everything but the package and its tests is loaded by now."""
        self.session = session
        from hypothesis import Phase, settings  # not before pytest, which rewrites it

        quick = [Phase.explicit, Phase.generate]  # a failure is enough, it need not be small
        settings.register_profile(
            "mutants", settings.get_profile("ci"), phases=quick, max_examples=30
        )
        settings.load_profile("mutants")
        try:
            self.result = self.work(self)
        except _InFork:
            return  # collects and runs the tests as ever
        pytest.exit("all mutants were tried", returncode=0)

    def passes(self, tests: Sequence[str], limit: float) -> bool:
        """Whether the tests pass, in a fork of this process, within a time limit in seconds."""
        SEEN.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            self._become_child(tests, limit)
        began, delayed = time.monotonic(), 0.0
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status == 0
            if time.monotonic() - began - delayed > limit:  # it waits for ever
                delayed = max(delayed, _delayed(child))
                if time.monotonic() - began - delayed > limit:
                    os.killpg(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    return False
            time.sleep(0.02)

    def _become_child(self, tests: Sequence[str], limit: float) -> NoReturn:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if "MUTATE_SHOW" not in os.environ:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        self.session.config.args = list(tests)
        raise _InFork


def _delayed(group: int) -> float:
    """For how many seconds the processes of a group were ready to run, and others ran instead."""
    seconds = 0.0
    for place in Path("/proc").glob("[0-9]*/schedstat"):
        with suppress(OSError):
            if os.getpgid(int(place.parent.name)) == group:
                seconds += int(place.read_text(encoding="utf-8").split()[1]) / 1e9
    return seconds


class _InFork(Exception):
    """This process is the fork: it leaves the loop over the mutants."""


if __name__ == "__main__":
    sys.exit(main())
