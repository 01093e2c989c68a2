"""Call an answer case by case in a separate process, and measure its time from here."""

from __future__ import annotations

import builtins
import copy
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty
from typing import Any

from rememberer_lite.checks.exercise import Case
from rememberer_lite.checks.process import Tell, start
from rememberer_lite.checks.values import printable, same

#: seconds that all calls of one exercise may take together
LIMIT = 1.5
#: seconds for everything but the learner's code: comparing, diagnosing, showing
OURS = 10.0
#: characters that a function may print while it is checked
PRINTED = 4000


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one call.

    Attributes:
        case: the arguments as they were before the call.
        value: what was returned.
        error, message: what was raised instead.
        changed: whether the call changed its arguments.
        after: the arguments after the call.
    """

    case: Case
    value: Any = None
    error: type[BaseException] | None = None
    message: str = ""
    changed: bool = False
    after: Case = ()


@dataclass(slots=True)
class Report:
    """What is known about a trial from outside.

    Attributes:
        result: what it found; None if it was ended.
        calls: how many calls had ended by then.
        all_right: whether their answers were all right.
        hung: the time was up; else the process ended by itself.
        printed: what the function printed.
        broken: the traceback of a failure that is not the function's own.
    """

    result: Any = None
    calls: int = 0
    all_right: bool = True
    hung: bool = False
    printed: str = ""
    broken: str = ""


def call(f: Callable[..., Any], case: Case) -> Outcome:
    """Make one call, on a copy of its arguments."""
    given = copy.deepcopy(case)
    try:
        value = f(*given)
    except BaseException as error:  # including an attempt to exit
        return Outcome(case, error=type(error), message=_message(error))
    return Outcome(case, value, changed=not same(given, case), after=given)


def run(f: Callable[..., Any], cases: Sequence[Case]) -> list[Outcome]:
    """The outcomes of all calls of a function that can be trusted to end."""
    return [call(f, case) for case in cases]


class Calls:
    """Calls an answer, inside the process, and reports to the one outside."""

    def __init__(self, answer: Callable[..., Any], tell: Tell) -> None:
        self.answer, self._tell = answer, tell

    def again(self) -> float:
        """Start repeating calls, which have their own time limit; returns the current time."""
        self._tell(("again",))
        return time.perf_counter()

    def keep(self, result: Any) -> None:
        """What to answer if a later call does not end."""
        self._tell(("kept", result))

    def __call__(
        self, case: Case, right: Callable[[Outcome], bool] | None = None
    ) -> tuple[Outcome, bool]:
        """One outcome, and whether it is right."""
        self._tell(("called",))
        outcome = call(self.answer, case)
        verdict = right is None or right(outcome)
        self._tell(("ended", verdict))
        return outcome, verdict


def patience() -> float:
    """How many times longer than alone a call may take: other programs use the processors too."""
    try:
        waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):  # Windows does not say
        return 1.0
    return min(max(waiting, 1.0), 10.0)


def tried(find: Callable[[Calls], Any], answer: Callable[..., Any], limit: float) -> Report:
    """What `find(calls)` finds out about the answer, in a separate process.

    Args:
        find: calls the answer only through `calls`, whose time is limited.
        answer: the function.
        limit: seconds that all calls together may take.
    """
    report, left, calling, done = Report(), limit, False, False
    child = start(partial(_find, find=find, answer=answer))
    try:
        while True:
            began = time.perf_counter()
            message = child.next(left if calling else OURS)
            left -= (time.perf_counter() - began) * calling
            match message:
                case ("called",):
                    calling = True
                case ("ended", right):
                    calling, report.calls = False, report.calls + 1
                    report.all_right &= right
                case ("again",):
                    left = limit
                case ("kept", result):
                    report.result = result
                case ("printed", text):
                    report.printed += text
                case ("broken", trace):
                    report.broken = trace
                    return report
                case ("found", result):
                    report.result, done = result, True
                    return report
                case _:
                    return report
    except Empty:
        report.hung = True
        return report
    finally:
        child.end(done)


def _find(tell: Tell, find: Callable[[Calls], Any], answer: Callable[..., Any]) -> None:
    """What the process does."""
    output = _Output(tell)
    sys.stdout = sys.stderr = output
    builtins.input = _no_input
    try:
        tell(("found", find(Calls(answer, tell))))
    except Exception:  # the exercise's own parts fail: after what the function did, or anyhow
        tell(("broken", traceback.format_exc(limit=-3)))


class _Output:
    """The output of a function that is checked: the outer process receives it at once."""

    encoding = "utf-8"

    def __init__(self, tell: Tell) -> None:
        self._tell, self._room = tell, PRINTED

    def write(self, text: str) -> int:
        if self._room > 0:
            kept = printable(text[: self._room])
            self._room -= len(text)
            self._tell(("printed", kept + "…\n" * (self._room < 0)))
        return len(text)

    def flush(self) -> None:
        """Nothing is buffered."""

    def isatty(self) -> bool:
        return False


def _no_input(prompt: object = "") -> str:
    raise EOFError("nobody answers input() while a function is checked")


def _message(error: BaseException) -> str:
    """What an error says; an error may be of a learner's own class."""
    if isinstance(error, MemoryError):
        return "it asked for more memory than a check may have"
    try:
        return printable(str(error)[:500])
    except Exception:
        return ""
