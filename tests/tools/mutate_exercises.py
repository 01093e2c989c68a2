"""Mutation testing of the exercises: no answer with a small fault in it may be called solved.

    uv run python tests/tools/mutate_exercises.py            # every exercise: some minutes
    uv run python tests/tools/mutate_exercises.py 04 7.2     # a chapter, and one exercise
    uv run python tests/tools/mutate_exercises.py 2.merge    # a part of chapter 02
    uv run python tests/tools/mutate_exercises.py --sample 200

Small faults are planted, one at a time, in the solution of each exercise and in its specification
(`mutants.py`: what a tired programmer does, and the slips of learners), and the check is asked for
its verdict. The parts that the reader of a chapter writes ("2.merge") are tried as well.
`exercise_mutants.toml` lists the mutants that the checks accept: `equivalent` ones, right answers
wherever the statement of the exercise promises something, each with the reason.
The command fails where any other mutant is accepted, and where a listed one is gone or refused.
Open tasks are left out: whatever meets their invariants is right (`test_exercises.py` sees that
each invariant is broken by some planted answer). A sample is chosen by the hashes of the mutants'
names and the seed: `--seed` gives another one.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import inspect
import io
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import nbformat
from exercise_notebooks import SOLUTIONS, chapter_of
from mutants import mutants_of

from rememberer_lite.checks import exercises, judge, trial
from rememberer_lite.checks.edits import reached
from rememberer_lite.checks.exercise import Exercise
from rememberer_lite.checks.judge import cases_of, is_right
from rememberer_lite.checks.parts import parts
from rememberer_lite.checks.trial import Calls

TABLE = Path(__file__).with_name("exercise_mutants.toml")
#: seconds for all calls of a mutant: the right answers take far less
LIMIT = 1.0


class Planted(NamedTuple):
    """A mutant of an exercise: `make` runs its code and returns the function to judge."""

    id: str
    name: str
    make: Callable[[], Any]

    @property
    def line(self) -> str:
        """How it is printed."""
        return f"{self.id} {self.name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for a verdict on every mutant; 1 where one is accepted that is not listed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="04, 7.2 or 2.merge: what to try; default: all")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many; 0: all")
    parser.add_argument("--seed", default="", help="another sample")
    options = parser.parse_args(arguments)
    ids = [id for id, one in asked().items() if not one.invariants]
    if options.names:
        named = [id for id in ids if id in options.names or chapter_of(id) in options.names]
        if unknown := set(options.names) - {*named, *map(chapter_of, named)}:
            parser.error(f"no exercise {min(unknown)}: choose of {', '.join(ids)}, or chapters")
        ids = named
    chapters = dict.fromkeys(map(chapter_of, ids))
    planted = [m for chapter in chapters for m in mutants_in(chapter) if m.id in ids]
    faults = unlisted(planted, ids)
    tried = chosen(planted, options.sample, options.seed)
    refused = equivalent = 0
    listed = table()
    for mutant in tried:
        reason = listed.get(mutant.id, {}).get(mutant.name)
        accepted = is_accepted(mutant) if reason is None else is_right_everywhere(mutant)
        refused += not accepted
        equivalent += accepted and reason is not None
        if accepted and reason is None:
            faults.append(f"{mutant.line}: accepted")
        elif not accepted and reason is not None:
            faults.append(f"{mutant.line}: listed as equivalent, but refused")
    print(f"{len(planted)} mutants, {len(tried)} tried: {refused} refused, {equivalent} equivalent")
    print(*(f"fault: {fault}" for fault in faults), sep="\n")
    return int(bool(faults))


def asked() -> dict[str, Exercise]:
    """Every function that is asked for, in the exercises and in the chapters, by its id."""
    found = {id: one for id, one in exercises().items() if isinstance(one, Exercise)}
    return found | {id: part.exercise for id, part in parts().items()}


def table() -> dict[str, dict[str, str]]:
    """The mutants that are right answers: id → name → reason."""
    found: dict[str, dict[str, str]] = tomllib.loads(TABLE.read_text("utf-8"))["equivalent"]
    return found


def unlisted(planted: Sequence[Planted], ids: Sequence[str]) -> list[str]:
    """The entries of the table that name no mutant."""
    names = {(mutant.id, mutant.name) for mutant in planted}
    return [
        f"{id} {name}: listed, but no mutant"
        for id, entries in table().items()
        for name in entries
        if id in ids and (id, name) not in names
    ]


def chosen(planted: Sequence[Planted], count: int, seed: str = "") -> list[Planted]:
    """So many of the mutants; which ones, their names and the seed decide."""

    def key(mutant: Planted) -> bytes:
        return hashlib.sha256(f"{seed}{mutant.line}".encode()).digest()

    kept = {mutant.line for mutant in sorted(planted, key=key)[: count or None]}
    return [mutant for mutant in planted if mutant.line in kept]


def mutants_in(chapter: str) -> Iterator[Planted]:
    """The mutants of the solutions of a chapter, of the specifications, and of its parts."""
    (path,) = (path for path in SOLUTIONS if path.name.startswith(chapter))
    before: list[str] = []
    waiting: list[str] = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("exercise-"):
            waiting.append(cell.source)
        elif grade_id.startswith("check-"):
            id = ast.literal_eval(cell.source.partition("(")[2].partition(",")[0])
            exercise, source = exercises()[id], waiting.pop()
            if isinstance(exercise, Exercise):
                make = partial(_handed_in, tuple(before), check=cell.source, id=id)
                unchanged = Planted(id, "solution", partial(make, cell=source))
                assert is_right_everywhere(unchanged), f"{id}: the solution itself is refused"
                for mutant in mutants_of(source, learners=True):
                    yield Planted(id, f"solution: {mutant.name}", partial(make, cell=mutant.source))
                functions = reached(exercise.spec)  # type: ignore[arg-type]
                yield from _mutants(id, "specification", exercise.spec, functions)
            before.append(source)
        else:
            before.append(cell.source)
    for id, part in parts().items():
        if chapter_of(id) == chapter:
            # the functions that it calls are the chapter's
            yield from _mutants(id, "solution", part.solution, [part.solution], part.tried)


def _mutants(
    id: str,
    kind: str,
    asked: Callable[..., Any],
    functions: Sequence[Callable[..., Any]],
    tried: Callable[[Any], Any] = lambda answer: answer,
) -> Iterator[Planted]:
    """The mutants of a function that is asked for, with a fault in one of these functions."""
    sources = {f.__name__: inspect.getsource(f) for f in functions}
    for name, source in sources.items():
        for mutant in mutants_of(source, learners=True):
            make = partial(_made, asked, [*(sources | {name: mutant.source}).values()], tried)
            yield Planted(id, f"{kind}: {mutant.name}", make)


def _made(asked: Callable[..., Any], sources: Sequence[str], tried: Callable[[Any], Any]) -> Any:
    module = dict(asked.__globals__)
    exec(compile("\n\n".join(sources), "<mutant>", "exec"), module)
    return tried(module[asked.__name__])


@cache
def _after(cells: tuple[str, ...]) -> dict[str, Any]:
    """The variables of a notebook after these cells."""
    module: dict[str, Any] = {"__name__": "__main__"}
    with (
        patch("rememberer_lite.checks.check", lambda id, answer: None),
        patch("rememberer_lite.checks.progress", lambda chapter: None),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        exec(compile("\n\n".join(cells), "<notebook>", "exec"), module)
    return module


def _handed_in(before: tuple[str, ...], cell: str, check: str, id: str) -> Any:
    """What a notebook hands to the check of an exercise."""
    found: dict[str, Any] = {}
    module = {**_after(before), "check": found.__setitem__}
    exec(compile(f"{cell}\n\n{check}", "<mutant>", "exec"), module)
    return found[id]


def is_accepted(mutant: Planted) -> bool:
    """Whether the check calls a mutant solved.

    Most are wrong in one of the first cases: so the calls are compared first, up to the first wrong
    one, as the check compares them; only where none is wrong the check itself is asked.
    """
    return is_right_everywhere(mutant, LIMIT) and (
        judge(asked()[mutant.id], mutant.make()).kind == "solved"
    )


def is_right_everywhere(mutant: Planted, limit: float = 10 * LIMIT) -> bool:
    """Whether a mutant's calls are all right, and end within so many seconds."""
    exercise = asked()[mutant.id]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            answer = mutant.make()
        except Exception:
            return False  # the learner's own cell fails
    report = trial.tried(partial(_finds_nothing_wrong, exercise), answer, limit)
    return report.result is True


def _finds_nothing_wrong(exercise: Exercise, calls: Calls) -> bool:
    return all(
        calls(case, partial(is_right, exercise=exercise, expected=exercise.spec(*case)))[1]
        for case in cases_of(exercise)
    )


if __name__ == "__main__":
    sys.exit(main())
