"""From one string to what it shows: the examples with their advice, and the present page.

The reader knows the prompt's form (`prompts.py`, `Domain.describe`), and no words of any shop,
site or game.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rememberer_lite.llm.offline import controls
from rememberer_lite.llm.offline.controls import Control, Form
from rememberer_lite.llm.offline.words import keywords, opening, quoted, words


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One state as the prompt shows it.

    Attributes:
        task: what is asked for.
        step: which step of it comes next; "" where the task has no steps.
        text: what the page shows, without the task and without one's own words.
        past: (verb, label) of the latest actions, oldest first.
        controls: what can be done.
    """

    task: str
    step: str
    text: str
    past: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]

    def find(self, action: str) -> Control:
        """The control that an advised action stands for."""
        wanted = controls.plain(action)
        for control in self.controls:
            if controls.plain(control.action) == wanted:
                return control
        verb, inside = controls.split(action)
        for control in self.controls:
            if control.shape == "typed" and control.verb == verb:  # other words, the same verb
                return Control(action, verb, inside.split(", ", 1)[-1], "", "typed")
        return Control(action, verb, inside, inside, "unseen")


@dataclass(frozen=True, slots=True)
class Advised:
    """An action that an example encourages or discourages, with the value beside it."""

    action: str
    value: float


@dataclass(frozen=True, slots=True)
class Example:
    """One exemplar of the prompt."""

    number: int
    page: Page
    encouraged: Advised | None
    discouraged: Advised | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the stand-in can see."""

    examples: tuple[Example, ...]
    now: Page


_BLOCK = re.compile(r"^### ", re.MULTILINE)
_ADVICE = re.compile(
    r"(?P<action>\w+(?:[\[(].*?[\])])?)"
    r"(?: -> (?P<value>[-+]?\d*\.?\d+(?:e[-+]?\d+)?)|(?= |$)(?!.* -> [-+]?[\d.]))",
    re.MULTILINE,
)
#: what an example without a value is taken to be worth: whoever wrote it meant it to be followed
UNVALUED = 1.0
_SECTION = re.compile(r"(?P<label>[A-Z][\w ]{0,40}):[ \t]*(?P<rest>.*)")
_VALUE = re.compile(r' value="[^"]*"')


def read(prompt: str) -> Reading:
    """Parse a prompt; what is not understood is left out, and nothing is ever raised."""
    head, *blocks = _BLOCK.split(prompt)
    grammar = controls.forms(head)
    examples: list[Example] = []
    now = _page("", grammar)
    for block in blocks:
        title, _, body = block.partition("\n")
        shown = re.split(r"\n(?:En|Dis)couraged:", body)[0]
        if title.startswith("Example"):
            page = _page(shown, grammar)
            good, bad = (_advice(body, f"{kind}:") for kind in ("Encouraged", "Discouraged"))
            examples.append(Example(len(examples) + 1, page, good, bad))
        else:
            now = _page(shown, grammar)
    return Reading(tuple(examples), now)


def _advice(body: str, label: str) -> Advised | None:
    """What stands below the last line that is this label."""
    *_, below = body.rpartition(f"\n{label}\n")
    match = _ADVICE.match(below) if below is not body else None
    return Advised(match["action"], float(match["value"] or UNVALUED)) if match else None


@lru_cache(maxsize=1024)  # the pages of examples come again in many prompts
def _page(body: str, grammar: tuple[Form, ...]) -> Page:
    task = step = ""
    observation: list[str] = []
    actions: list[str] = []
    past: list[str] = []
    for label, lines in _sections(body):
        name = label.lower()
        if "action" in name:
            items = [line[2:].strip() for line in lines if line.startswith("- ")]
            (past if re.search(r"last|latest|previous|recent", name) else actions).extend(items)
        elif name == "task":
            task = "\n".join(map(str.strip, lines))
        elif "step" in name or "instruction" in name:
            step = "\n".join(map(str.strip, lines))
            step = "" if step.startswith("(") else step  # "(none yet)"
        elif "reward" not in name and name != "note":
            observation += [line.removeprefix("  ") for line in lines]
    if actions:  # the page lists all that can be done
        found = controls.listed(actions, observation)
    else:
        found = controls.numbered(observation, grammar) + controls.bare(grammar)
    found += controls.typed(observation, grammar, _phrases(task, step))
    # The task repeated, or what was typed into a field, is no news about the page.
    asked = set(map(str.strip, task.splitlines()))
    shown = [_VALUE.sub("", line) for line in observation if line.strip() not in asked]
    done = tuple(map(controls.past, past))
    return Page(task, step, "\n".join(shown), done, tuple(found))


def _sections(body: str) -> list[tuple[str, list[str]]]:
    """(label, lines) of each "Label:" at the beginning of a line."""
    sections: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        match = _SECTION.fullmatch(line)
        if match:
            sections.append((match["label"], [match["rest"]] if match["rest"] else []))
        elif sections and line:
            sections[-1][1].append(line)
    return sections


def _phrases(task: str, step: str) -> list[str]:
    """What one might type: the first line of the task, its key words, some of them; the step."""
    first = opening(task)
    found = [first.lower().rstrip(".!? "), " ".join(keywords(first))]
    found += [" ".join(keywords(first)[:3]), " ".join(keywords(first)[-3:])]
    found += [" ".join(keywords(text)) for text in (step, *quoted(step))]
    return list(dict.fromkeys(phrase for phrase in found if words(phrase)))
