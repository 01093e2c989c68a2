"""A separate process for a learner's function, so that whatever it does can be stopped from here.

A loop in Python could be stopped from another thread, but `7 ** (10**9)` or a regular expression
that runs away blocks the interpreter until it is done. On Linux the process is a fork: it starts at
once and has everything that the notebook has. Forking is unsafe on macOS and missing on Windows:
there one worker process is started with the first check and kept, and the function is sent to it
by cloudpickle, as in joblib, together with what it uses from the notebook.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

#: a message from the process: what it is, and more about it
Message = tuple[Any, ...]
Tell = Callable[[Message], None]
#: work that a process does: it reports what it has found, message by message
Work = Callable[[Tell], None]

#: bytes that a function may ask for beyond what the notebook holds (where the system can limit it)
MEMORY = 2 << 30
_FORKS = sys.platform == "linux"


class NotSent(Exception):
    """The work cannot be done in a process that is not a fork; the message says why."""


class Child:
    """A process that sends messages until its work is done.

    Args:
        stream: where its messages arrive.
        end: what to do with it in the end; called with whether the work was done.
    """

    def __init__(self, stream: IO[bytes], end: Callable[[bool], None]) -> None:
        self.end = end
        self._messages: SimpleQueue[Message | None] = SimpleQueue()
        Thread(target=self._read, args=(stream,), daemon=True).start()

    def next(self, seconds: float) -> Message | None:
        """The next message; None if the process has ended. `queue.Empty`: the time is up."""
        return self._messages.get(timeout=max(seconds, 0.0))

    def _read(self, stream: IO[bytes]) -> None:
        with suppress(EOFError, OSError, ValueError, pickle.UnpicklingError), stream:
            while True:
                self._messages.put(pickle.load(stream))
        self._messages.put(None)


def start(work: Work) -> Child:
    """Let a process do this work.

    Raises:
        NotSent: if the work cannot be sent to a process that is not a fork.
    """
    return _fork(work) if _FORKS else _worker.take(work)


def _fork(work: Work) -> Child:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of threads that hold a lock for ever in a fork: the work there is short,
        # needs none of them, and is stopped from here
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:  # from here to _exit: the new process
        try:
            os.setpgid(0, 0)  # a group of its own: what it starts is ended with it
            os.close(reading)
            _limit_memory()
            with os.fdopen(writing, "wb") as stream:
                work(_teller(stream))
        finally:
            os._exit(0)
    os.close(writing)
    with suppress(OSError):  # the process may have done so, or have ended
        os.setpgid(process, process)

    def end(done: bool) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process, 9)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)

    return Child(os.fdopen(reading, "rb"), end)


def _limit_memory() -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY
    with suppress(ValueError, OSError):  # a lower limit holds already
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


class _Worker:
    """The process that is kept from check to check on systems without forks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._child: Child | None = None

    def take(self, work: Work) -> Child:
        request = _packed(work)
        process, child = self._process, self._child
        if process is None or child is None or process.poll() is not None:
            self._end(done=False)
            process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            assert process.stdin is not None and process.stdout is not None
            child = Child(process.stdout, self._end)
            self._process, self._child = process, child
        assert process.stdin is not None
        process.stdin.write(request)
        process.stdin.flush()
        if child.next(60.0) is None:  # otherwise it has started: from now on the time counts
            raise NotSent(f"{sys.executable} did not start")
        return child

    def _end(self, done: bool) -> None:
        if self._process is not None and not done:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None
            with suppress(OSError):  # what is left in the pipe has nowhere to go
                self._process.stdin.close()
            self._process = self._child = None


_worker = _Worker()


def _packed(work: Work) -> bytes:
    """The work as bytes, with the current contents of a learner's own module."""
    import cloudpickle

    answer = getattr(work, "keywords", {}).get("answer")
    module = sys.modules.get(getattr(answer, "__module__", None) or "")
    own = module is not None and module.__name__.partition(".")[0] not in (
        "__main__", "rememberer_lite", *sys.stdlib_module_names
    )  # fmt: skip
    if own:
        cloudpickle.register_pickle_by_value(module)
    try:
        packed: bytes = cloudpickle.dumps(work)
    except Exception as error:  # whatever a learner's object raises
        raise NotSent(str(error)) from error
    finally:
        if own:
            cloudpickle.unregister_pickle_by_value(module)
    return packed


def serve() -> None:
    """What the worker runs: one piece of work after another, until its input ends."""
    requests, stream = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    tell = _teller(stream)
    with suppress(EOFError):
        while True:
            work = pickle.load(requests)
            tell(("ready",))
            work(tell)


def _teller(stream: IO[bytes]) -> Tell:
    def tell(message: Message) -> None:
        stream.write(pickle.dumps(message))
        stream.flush()

    return tell
