"""What became of mutants: kept per module, told as a table, and written into `RELIABILITY.md`."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mutants import chosen, mutants_of
from reliability import PAGE, TESTS, with_section

#: one file per module that was tried
KEPT = TESTS.parent / ".mutants"
#: the heading of the page's section
HEADING = "## Mutation testing"
#: what has to die of those that are not equivalent
LEAST = 0.95

Table = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """The mutants of a module that were tried: their names, in the order of the code.

    Attributes:
        whole: all mutants of the module, tried or not.
        code: changes with the module and the faults that are planted.
        tests: changes with its tests.
        commit: what was checked out during the run.
    """

    module: str
    whole: list[str]
    died: list[str]
    lived: list[str]
    code: str = ""
    tests: str = ""
    commit: str = ""


@dataclass
class Tally:
    """An outcome judged by the list of mutants that may live."""

    module: str
    whole: int = 0
    died: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def row(self) -> str:
        """One line of the table."""
        mortal = len(self.died) + len(self.survived)
        share = f"{len(self.died) / mortal:.1%}" if mortal else "–"
        counts = (self.died, self.equivalent, self.survived)
        tried = mortal + len(self.equivalent)
        cells = [self.module, f"{self.whole:,}", tried, *map(len, counts), share]
        return "| " + " | ".join(map(str, cells)) + " |"


def judged(outcome: Outcome, table: Table) -> Tally:
    """Which of the mutants that live are equivalent, which survived, and which are not listed."""
    equivalent = table["equivalent"].get(outcome.module, {})
    survivors = table["survivors"].get(outcome.module, {})
    tally = Tally(outcome.module, len(outcome.whole), outcome.died)
    tally.equivalent = [name for name in outcome.lived if name in equivalent]
    tally.survived = [name for name in outcome.lived if name not in equivalent]
    listed = {*equivalent, *survivors}
    gone = listed - {*outcome.whole}
    tally.faults += [f"{name}: listed, but no mutant" for name in sorted(gone)]
    dead = [name for name in outcome.died if name in listed]
    tally.faults += [f"{name}: listed as living, but dies" for name in dead]
    tally.faults += [f"{name}: lives" for name in tally.survived if name not in survivors]
    return tally


def keys_of(project: Path, module: str, table: Table, per_module: int) -> tuple[str, str]:
    """Two texts that change with the module and its faults, and with its tests."""
    named = table["tests"][module]
    files = sorted({f"tests/{name.split('::')[0]}" for name in named})
    source = (project / "rememberer_lite" / module).read_text(encoding="utf-8")
    faults = _faults(source, per_module)

    def hashed(*parts: str) -> str:
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    tests = (project.joinpath(name).read_text(encoding="utf-8") for name in files)
    return hashed(source, *faults), hashed(*named, *tests)


@cache
def _faults(source: str, per_module: int) -> tuple[str, ...]:
    """The names of the mutants of a module that are tried."""
    return tuple(mutant.name for mutant in chosen(mutants_of(source), per_module))


def commit() -> str:
    """The commit that is checked out, with "+" where files differ from it."""
    asked = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    ran = subprocess.run(asked, cwd=TESTS, capture_output=True, text=True, check=False)
    return ran.stdout.strip() or "unknown"


def keep(outcome: Outcome) -> None:
    """Keep a module's outcome, so that a run that was stopped goes on behind it."""
    KEPT.mkdir(exist_ok=True)
    _file(outcome.module).write_text(json.dumps(asdict(outcome), indent=1), encoding="utf-8")


def kept(module: str, code: str) -> Outcome | None:
    """The outcome of an earlier run, if the module has not changed since."""
    if not _file(module).exists():
        return None
    outcome = Outcome(**json.loads(_file(module).read_text(encoding="utf-8")))
    return outcome if outcome.code == code else None


def _file(module: str) -> Path:
    return KEPT / f"{module.replace('/', '.')}.json"


def summed(tallies: Sequence[Tally]) -> Tally:
    """All of them as one, with a fault where too few died."""
    every = Tally("all", sum(tally.whole for tally in tallies))
    for tally in tallies:
        for kind in ("died", "equivalent", "survived"):
            getattr(every, kind).extend(getattr(tally, kind))
        every.faults += [f"{tally.module}: {fault}" for fault in tally.faults]
    mortal = len(every.died) + len(every.survived)
    if len(every.died) < LEAST * mortal:
        few = f"only {len(every.died)} of {mortal} died: at least {LEAST:.0%} have to"
        every.faults.append(few)
    return every


def as_table(tallies: Sequence[Tally]) -> str:
    """The tallies and their sum, in Markdown."""
    head = "| Module | Mutants | Tried | Died | Equivalent | Survived | Share that died |"
    return "\n".join(
        [head, "|---|--:|--:|--:|--:|--:|--:|", *(t.row() for t in [*tallies, summed(tallies)])]
    )


def write_section(project: Path, table: Table, per_module: int) -> None:
    """Write what is kept of all modules into the page; nothing else there changes."""
    keys = {module: keys_of(project, module, table, per_module)[0] for module in table["tests"]}
    known = {module: kept(module, code) for module, code in keys.items()}
    outcomes = [outcome for outcome in known.values() if outcome]
    tallies = [judged(outcome, table) for outcome in outcomes]
    commits = ", ".join(sorted({outcome.commit for outcome in outcomes}))
    lines = [
        HEADING,
        "",
        "A small fault is planted in a module, and one of its tests should fail (README.md here).",
        f"`uv run python tests/tools/mutate.py` writes this section; run at {commits}.",
        "",
        as_table(tallies),
    ]
    if changed := [module for module, outcome in known.items() if outcome is None]:
        lines += ["", f"Not yet tried, or changed since: {', '.join(changed)}."]
    for kind, said in (("survived", "Survivors"), ("equivalent", "Equivalent to the module")):
        lines += ["", f"{said}:", ""]
        listed = table["survivors" if kind == "survived" else kind]
        found = [(tally.module, name) for tally in tallies for name in getattr(tally, kind)]
        for module, name in found:
            reason = listed.get(module, {}).get(name, "**not listed**")
            lines.append(f"- {module}, ``{name}``: {reason}")
        if not found:
            lines.append("- none")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_section(page, HEADING, "\n".join(lines)), encoding="utf-8")
