"""Whatever a learner's function does or returns: a verdict, in time, and never a traceback."""

from __future__ import annotations

import inspect
import itertools
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from rememberer_lite.checks import Exercise, Prediction, Verdict, exercises, judge, process
from rememberer_lite.checks.values import family, same, shown

#: seconds for a verdict on a call that does not end: its limit, and as much again on a busy machine
LONGEST = 30.0


def double(values: list[float]) -> list[float]:
    return [2 * value for value in values]


def lists(rng: Any) -> Iterator[tuple[list[float]]]:
    for size in range(12):
        yield ([float(rng.randint(1, 9)) for _ in range(size)],)


DOUBLE = Exercise("99.3", "doubled", "chapter 99", double, lists)


@pytest.fixture(params=["fork", "worker"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to a process: the fork of Linux, and the worker of macOS and Windows."""
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("no forks on this system")
    monkeypatch.setattr(process, "_FORKS", request.param == "fork")
    return str(request.param)


def judged(answer: Any, exercise: Exercise | Prediction = DOUBLE) -> Verdict:
    began = time.perf_counter()
    verdict = judge(exercise, answer)
    assert time.perf_counter() - began < LONGEST
    return verdict


# ---- calls that do not end -----------------------------------------------------------------------


def power(values: list[float]) -> Any:
    return 7 ** (10**9)


def long_sum(values: list[float]) -> Any:
    return sum(range(10**12))


def long_search(values: list[float]) -> Any:
    return re.match(r"(a+)+b", "a" * 60)


def long_list(values: list[float]) -> Any:
    return max(itertools.count())


def python_loop(values: list[float]) -> Any:
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            continue


@pytest.mark.parametrize(
    "answer", [power, long_sum, long_search, long_list, python_loop], ids=lambda f: str(f.__name__)
)
@pytest.mark.usefixtures("place")
def test_a_call_that_does_not_end_is_ended(answer: Callable[..., Any]) -> None:
    judge(DOUBLE, double)  # a worker has started by then
    verdict = judged(answer)
    assert verdict.kind == "endless" and "time was up" in verdict.says
    assert verdict.case == f"{answer.__name__}(values=[])" and verdict.expected == "[]"


def test_an_endless_call_after_wrong_ones_is_diagnosed_by_these() -> None:
    verdict = judged(lambda values: sum(range(10**12)) if len(values) > 5 else values)
    assert verdict.kind == "differs" and "5 of 6" in verdict.says


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
@pytest.mark.parametrize("size", [10**10, 10**13])
def test_a_function_that_asks_for_too_much_memory_is_told_so(size: int) -> None:
    verdict = judged(lambda values: "a" * size)
    assert verdict.kind == "error" and "more memory" in verdict.says


@pytest.mark.usefixtures("place")
def test_a_function_that_ends_its_process_does_not_end_this_one() -> None:
    def leaves(values: list[float]) -> Any:
        os._exit(3)

    judge(DOUBLE, double)
    verdict = judged(leaves)
    assert verdict.kind == "error" and "ended the whole process" in verdict.says
    assert judge(DOUBLE, double).kind == "solved"


def is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.skipif(sys.platform != "linux", reason="forks are used on Linux only")
@pytest.mark.parametrize("kind", ["solved", "differs"])
def test_processes_that_a_function_started_end_with_it(tmp_path: Path, kind: str) -> None:
    note = tmp_path / "numbers"

    def starts(values: list[float]) -> Any:
        if not note.exists():
            one = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid
            other = os.fork()
            if other == 0:
                time.sleep(60)
                os._exit(0)
            note.write_text(f"{one} {other}", "ascii")
        return double(values) if kind == "solved" else []

    assert judged(starts).kind == kind
    numbers = [int(text) for text in note.read_text("ascii").split()]
    end = time.monotonic() + 5
    while any(map(is_running, numbers)) and time.monotonic() < end:
        time.sleep(0.02)
    left = [number for number in numbers if is_running(number)]
    for number in left:
        os.kill(number, 9)
    assert not left


def test_a_recursion_without_end_is_an_error() -> None:
    def calls_itself(values: list[float]) -> Any:
        return calls_itself(values)

    assert "RecursionError" in judged(calls_itself).says


def endless(*_: object) -> Any:
    while True:
        pass


@pytest.mark.parametrize("method", ["__eq__", "__repr__", "__hash__", "__len__", "__iter__"])
@pytest.mark.parametrize("base", [object, list, dict, str, float])
def test_a_value_whose_methods_do_not_end_is_judged(method: str, base: type) -> None:
    kind = type("Endless", (base,), {method: endless})
    verdict = judged(lambda values: kind())
    assert verdict.kind in ("type", "differs"), verdict


# ---- values that are not what they seem ----------------------------------------------------------


class Yes:
    """Equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Raises:
    """Raises whatever is asked."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError


class Text(str):
    """A text that says it is equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class BadError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def within_itself() -> list[Any]:
    value: list[Any] = []
    value.extend([value, value])
    return value


def deep(turns: int = 20_000) -> list[Any]:
    value: list[Any] = []
    for _ in range(turns):
        value = [value]
    return value


STRANGE: dict[str, Callable[[], Any]] = {
    "equals everything": Yes,
    "raises": Raises,
    "a list of such": lambda: [Yes()] * 3,
    "a text": lambda: Text("x"),
    "within itself": within_itself,
    "deep": deep,
    "a deep dict": lambda: {"a": {"b": deep()}},
    "nan": lambda: float("nan"),
    "a list of nan": lambda: [float("nan")],
    "a huge number": lambda: 10**5000,
    "huge numbers": lambda: [10**5000, -(10**400)],
    "a generator": lambda: (i for i in itertools.count()),
    "a lone surrogate": lambda: "\ud800",
    "an array": lambda: np.zeros((2, 2)),
    "an array of no dimension": lambda: np.array(2.0),
    "objects in an array": lambda: np.array([Yes(), None], dtype=object),
    "a masked array": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    "a class": lambda: Yes,
    "bytes": lambda: b"\xff" * 10**6,
    "a long list": lambda: [0.0] * 10**6,
    "an iterator of itself": lambda: itertools.repeat(0),
    "ellipsis": lambda: ...,
    "not implemented": lambda: NotImplemented,
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_value_is_judged(name: str) -> None:
    verdict = judged(lambda values: STRANGE[name]())
    assert verdict.kind in ("type", "differs"), verdict
    assert len(verdict.yours) < 500
    verdict.yours.encode()
    for exercise in (DOUBLE, exercises()["5.2"], exercises()["2.4"]):
        assert judge(exercise, lambda *case: STRANGE[name]()).kind not in ("solved", "untried")


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_prediction_is_judged(name: str) -> None:
    for id in ("1.1", "4.1", "5.1", "10.1", "13.5"):
        verdict = judged(STRANGE[name](), exercises()[id])
        assert verdict.kind != "solved" and verdict.kind in (
            "type",
            "differs",
            "mistake",
            "untried",
        )


def test_a_right_answer_in_another_dress_is_right() -> None:
    class Own(list[float]):
        """A list that compares by identity."""

        def __eq__(self, other: object) -> bool:
            return False

        __hash__ = None  # type: ignore[assignment]

    for dress in (np.array, tuple, Own, lambda values: np.array(values, dtype=object)):
        assert judged(lambda values, dress=dress: dress(double(values))).kind == "solved"


def test_a_hostile_argument_does_not_hide_a_change() -> None:
    def appends(values: list[Any]) -> list[float]:
        found = double(values)
        values.append(Yes())
        return found

    assert judged(appends).kind == "changed"


@pytest.mark.parametrize("error", [BadError(), ValueError("\x1b[2J\u202e"), KeyError(Raises)])
def test_a_strange_error_is_told(error: Exception) -> None:
    def fails(values: list[float]) -> Any:
        raise error

    verdict = judged(fails)
    assert verdict.kind == "error" and type(error).__name__ in verdict.says
    assert verdict.says.isprintable()


def test_two_strange_values_are_not_the_same() -> None:
    assert not same(Yes(), 0.5) and not same([Yes()], ["a"]) and not same({Yes(): 1}, {"a": 1})
    assert not same({Text("b")}, {"a"}) and same({Text("a"): 1}, {"a": 1.0})
    assert same(10**400, 10**400) and not same(10**400, 0.5)
    assert not same(within_itself(), within_itself())
    assert family(Raises()) == "a Raises" and shown(Raises()) == "<a Raises>"
    assert len(shown(within_itself())) <= 400 and len(shown(deep())) <= 400


# ---- fast, and as in a notebook ------------------------------------------------------------------


@pytest.mark.usefixtures("place")
def test_a_right_answer_is_judged_at_once() -> None:
    judge(DOUBLE, double)
    began = time.perf_counter()
    assert judge(DOUBLE, double).kind == "solved"
    assert time.perf_counter() - began < 1.0


def test_what_cases_import_is_imported_once(run_python: Callable[..., str]) -> None:
    said = run_python(
        "import sys\nfrom rememberer_lite.checks import exercises, judge\n"
        "exercise = exercises()['1.4']\nprint(judge(exercise, exercise.spec).kind)\n"
        "print('rememberer_lite.envs.webshop' in sys.modules)"
    )
    assert said.split() == ["solved", "True"]


@pytest.mark.usefixtures("place")
def test_functions_of_a_notebook_are_judged_as_they_are_now() -> None:
    notebook = ModuleType("__main__")
    exec(
        "factor = 2\ndef helper(v): return factor * v\n"
        "def answer(values): return [helper(v) for v in values]",
        notebook.__dict__,
    )
    assert judged(notebook.answer).kind == "solved"
    notebook.factor = 3
    assert judged(notebook.answer).kind == "differs"


@pytest.mark.usefixtures("place")
def test_what_a_function_prints_is_handed_over_and_limited() -> None:
    def chatty(values: list[float]) -> list[float]:
        print("seen", values)
        return double(values)

    printed = judged(chatty).printed
    assert printed.startswith("seen []\nseen [") and len(printed) < 5000


def test_a_function_that_asks_the_keyboard_is_told_that_nobody_is_there() -> None:
    assert "nobody answers input()" in judged(lambda values: input("? ")).says


def test_a_function_that_breaks_python_itself_is_judged() -> None:
    def breaks(values: list[float]) -> list[float]:
        random.Random.randint = None
        inspect.signature = None
        return values

    verdict = judged(breaks)
    assert (
        verdict.kind == "error" and "The check failed after your function had run" in verdict.says
    )
    assert judged(double).kind == "solved"


def test_what_a_worker_cannot_get_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_FORKS", False)
    numbers = (i for i in range(3))
    verdict = judged(lambda values: next(numbers))
    assert verdict.kind == "error" and "generator" in verdict.says
