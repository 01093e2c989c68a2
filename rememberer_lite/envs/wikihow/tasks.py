"""Tasks: chains of milestones, each reached on a page whose address fits a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import re2

from rememberer_lite.envs.wikihow.addresses import (
    ABOUT,
    REFERENCES,
    article_address,
    author_address,
    category_address,
)
from rememberer_lite.envs.wikihow.steps import step_pattern, write_step
from rememberer_lite.state import RemembererError
from rememberer_lite.text import short

# words of a title that a search need not contain
_SMALL = """
a about after an and as at be by do down for from how in into is it no not of off on or out over
that the this to two up when while with without you your
"""
_SMALL_WORDS = frozenset(_SMALL.split())
#: what may follow an address in the app's log: its suffix, an anchor, or the end
_END = r"(?:[?#\s]|$)"
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # they are raised instead
_SAFE = ":/?#&=+%!,;@-._~"  # characters of an address that are never percent-encoded


class TaskError(RemembererError):
    """A task that cannot be read or played; the message names the fix."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of a task: worth a reward of 1, once.

    Attributes:
        patterns: regular expressions; one of them must be found in the log line of a page.
        instruction: the step's instruction, shown once the step before is done; "" for a search.
    """

    patterns: tuple[str, ...]
    instruction: str = ""

    def reached(self, address: str) -> bool:
        """Whether the page at this address fulfils the step.

        >>> Milestone((r"\\bmUrl is: https://www\\.wikihow\\.com/Bake",)).reached(
        ...     "https://www.wikihow.com/Bake-Bread")
        True
        """
        log = _log(address)
        return any(compiled(pattern).search(log) for pattern in self.patterns)

    @property
    def kind(self) -> str:
        """One of the six patterns of `step_pattern`."""
        return step_pattern(self.instruction)


@lru_cache(maxsize=10_000)
def _log(address: str) -> str:
    """What the app logs when it opens a page: the address, plain and percent-encoded."""
    quoted = (quote(address, _SAFE + more, errors="replace") for more in ("", "()'"))
    forms = dict.fromkeys([address, *quoted])
    return "\n".join(f"mUrl is: {form}\nurl is: {form}" for form in forms)


@lru_cache(maxsize=10_000)
def compiled(pattern: str) -> re2._Regexp:
    """A log pattern, ready to be searched for.

    RE2 takes a time that grows with the length of the text alone. Python's own engine tries one
    way after the other, and a task file with `(a+)+$` could stop it for years. What RE2 leaves
    out, look-around and back references, no task of the real set uses.

    Raises:
        TaskError: where it is no such pattern, or one that would need too much memory.
    """
    try:
        return re2.compile(pattern, _OPTIONS)
    except (re2.error, UnicodeError) as error:
        why = error.args[0] if error.args else ""
        why = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(error)
        raise TaskError(
            f"the pattern {short(pattern, 80)!r} cannot be used ({short(why, 120)}): write a "
            "regular expression in RE2's syntax, which has no look-around and no back references"
        ) from error


@dataclass(frozen=True, slots=True)
class Task:
    """What an agent is asked to do.

    Attributes:
        id: the task's name.
        command: the lines of the task's text.
        milestones: its steps, in order; the last one ends the episode.
    """

    id: str
    command: tuple[str, ...]
    milestones: tuple[Milestone, ...]

    @property
    def text(self) -> str:
        """The task as the agent reads it: one line for each step."""
        return "\n".join(self.command)

    @property
    def instructions(self) -> tuple[str, ...]:
        """The step instructions, in order; a search has none."""
        return tuple(m.instruction for m in self.milestones if m.instruction)

    def __deepcopy__(self, memo: dict[int, Any]) -> Task:
        return self  # it never changes, so environments can be copied cheaply

    def __repr__(self) -> str:
        return f"Task({' → '.join(m.kind for m in self.milestones)}: {self.command[0]!r})"


def write_command(first: str, instructions: Iterable[str]) -> tuple[str, ...]:
    """The text of a task: the search, then each step after the word "Then".

    >>> write_command("Search.", ["Check the reference list"])
    ('Search.', 'Then, check the reference list')
    """
    return (first, *(f"Then, {text[:1].lower()}{text[1:]}" for text in instructions))


def search_milestone(title: str) -> Milestone:
    """A search counts if it contains any of the title's content words, as in the real tasks."""
    words = re.findall(r"[^\W_]+", title.lower())
    content = [word for word in dict.fromkeys(words) if word not in _SMALL_WORDS] or words
    choice = "|".join(re.escape(word) for word in content)
    address = r"https://www\.wikihow\.com/wikiHowTo\?search="
    return Milestone((rf"\bmUrl is: {address}.*({choice}).*",))


def _page_milestone(kind: str, name: str) -> Milestone:
    address = {
        "article": lambda: "mUrl is: " + article_address(name).partition("?")[0],
        "author": lambda: "mUrl is: " + author_address(name),
        "category": lambda: "mUrl is: " + category_address(name),
        "about": lambda: "mUrl is: " + ABOUT,
        "reference": lambda: "url is: " + article_address(name) + REFERENCES,
    }[kind]()
    return Milestone((rf"\b{re.escape(address)}{_END}",), write_step(kind, name))


def write_task(chain: Iterable[tuple[str, str]]) -> Task:
    """A task from (kind, name) pairs; a search and a reference list are named by their article.

    >>> write_task([("search", "Bake Rye Bread"), ("article", "Bake Rye Bread")]).command
    ('Search an article to learn how to bake rye bread.',
     'Then, access the article "How to Bake Rye Bread"')
    """
    chain = list(chain)
    steps = [
        search_milestone(name) if kind == "search" else _page_milestone(kind, name)
        for kind, name in chain
    ]
    first = f"Search an article to learn how to {chain[0][1].lower()}."
    instructions = [step.instruction for step in steps if step.instruction]
    name = "-".join(f"{kind}_{name.lower()}" for kind, name in chain)
    return Task(name, write_command(first, instructions), tuple(steps))
