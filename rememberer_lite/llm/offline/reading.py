"""From one string to what it shows: the examples with their advice, and the current page.

The reader knows the prompt's form (`prompts/writing.py`, `Domain.describe`), but no words of any
shop, site or game.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rememberer_lite.llm.offline import elements
from rememberer_lite.llm.offline.elements import Control, Form
from rememberer_lite.llm.offline.words import keywords, opening, quoted, words
from rememberer_lite.text import bracketed, unescape_action


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One state as the prompt shows it.

    Attributes:
        task: what is asked for.
        step: which step of it comes next; "" if the task has no steps.
        text: what the page shows, without the task and without typed words.
        past: (verb, label) of the latest actions, oldest first.
        controls: what can be done.
    """

    task: str
    step: str
    text: str
    past: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]

    def find(self, action: str) -> Control:
        """The control that an advised action uses."""
        wanted = elements.plain(action)
        for control in self.controls:
            if elements.plain(control.action) == wanted:
                return control
        verb, inside = elements.split(action)
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
    """Everything that the stand-in can see."""

    examples: tuple[Example, ...]
    now: Page


_BLOCK = re.compile(r"^### ", re.MULTILINE)
_WORTH = re.compile(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?(?= |$)")
#: the assumed value of an example without one: its author meant it to be followed
UNVALUED = 1.0
_SECTION = re.compile(r"(?P<label>[A-Z][\w ]{0,40}):[ \t]*(?P<rest>.*)")
_VALUE = re.compile(r' value="[^"]*"')


def read(prompt: str) -> Reading:
    """Parse a prompt; what is not understood is left out, and no error is ever raised."""
    head, *blocks = _BLOCK.split(prompt)
    grammar = elements.forms(head)
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
    """The advice below the last line with this label."""
    *_, below = body.rpartition(f"\n{label}\n")
    if below is body:
        return None
    line = below.partition("\n")[0]
    action, _, behind = line.partition(" -> ")  # an action's own arrows are escaped
    if value := _WORTH.match(behind):
        is_action = elements.split(action) != ("", "")
        return Advised(unescape_action(action), float(value[0])) if is_action else None
    action = unescape_action(bracketed(line))
    return Advised(action, UNVALUED) if action else None


@lru_cache(maxsize=1024)  # the same example pages occur in many prompts
def _page(body: str, grammar: tuple[Form, ...]) -> Page:
    task = step = ""
    observation: list[str] = []
    actions: list[str] = []
    past: list[str] = []
    for label, lines in _sections(body):
        name = label.lower()
        if "action" in name:
            items = [unescape_action(line[2:].strip()) for line in lines if line[:2] == "- "]
            (past if re.search(r"last|latest|previous|recent", name) else actions).extend(items)
        elif name == "task":
            task = "\n".join(map(str.strip, lines))
        elif "step" in name or "instruction" in name:
            step = "\n".join(map(str.strip, lines))
            step = "" if step.startswith("(") else step  # "(none yet)"
        elif "reward" not in name and name != "note":
            observation += [line.removeprefix("  ") for line in lines]
    if actions:  # the page lists everything that can be done
        found = elements.listed(actions, observation)
    else:
        found = elements.numbered(observation, grammar) + elements.bare(grammar)
    found += elements.typed(observation, grammar, _phrases(task, step))
    # A repeated task, or what was typed into a field, says nothing new about the page.
    asked = set(map(str.strip, task.splitlines()))
    shown = [_VALUE.sub("", line) for line in observation if line.strip() not in asked]
    done = tuple(map(elements.past, past))
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
    """Phrases to type: the task's first line, its key words, some of them; the step."""
    first = opening(task)
    found = [first.lower().rstrip(".!? "), " ".join(keywords(first))]
    found += [" ".join(keywords(first)[:3]), " ".join(keywords(first)[-3:])]
    found += [" ".join(keywords(text)) for text in (step, *quoted(step))]
    return list(dict.fromkeys(phrase for phrase in found if words(phrase)))
