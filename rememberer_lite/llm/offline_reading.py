"""How the offline stand-in reads a prompt: from one string to pages, controls and advice.

The reader knows the prompt's form (`prompts.py`, `Domain.describe`) and three ways in which a
page may be written down: buttons in [brackets], one HTML element a line, or plain lines. It
knows no words of any shop, site or game.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from rememberer_lite.llm.offline_words import keywords, opening, quoted, words


@dataclass(frozen=True, slots=True)
class Form:
    """One line of the prompt's action grammar: a verb and what it is told."""

    verb: str
    pattern: str  # for example "{verb}({},{})": how the verb's arguments are put together
    arguments: tuple[str, ...]

    @property
    def typed(self) -> bool:
        """Whether the last argument is text of one's own."""
        return bool(self.arguments) and bool(_TYPED.search(self.arguments[-1]))

    @property
    def by_number(self) -> bool:
        """Whether the first argument is the number of an element on the page."""
        return bool(self.arguments) and "id" in re.split(r"\W|_", self.arguments[0].lower())

    def write(self, *arguments: str) -> str:
        """The action with these arguments."""
        return self.pattern.format(", ".join(arguments))


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be done on a page.

    Attributes:
        action: how it is written, for example "click[buy now]".
        verb: its first word.
        label: the words on it, or the words to type.
        text: the label and whatever stands beside it and says what it is.
        shape: how it is laid out: "button", "entry" (text stands below it), "choice" (one of
            several in a row), "typed", "bare" (a verb alone), "line" or an HTML <tag class>.
        row: the number of the row of choices it belongs to; −1 for none.
        place: its position on the page.
        marked: shown as chosen or visited.
    """

    action: str
    verb: str
    label: str
    text: str
    shape: str
    row: int = -1
    place: int = 0
    marked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One state as the prompt shows it."""

    task: str
    step: str
    text: str
    past: tuple[tuple[str, str], ...]  # (verb, label) of the latest actions, oldest first
    controls: tuple[Control, ...]

    def find(self, action: str) -> Control | None:
        """The control that an advised action stands for."""
        wanted = _plain(action)
        for control in self.controls:
            if _plain(control.action) == wanted:
                return control
        match = _ACTION.match(action.strip())
        if match is None:
            return None
        verb, inside = match["verb"], match["square"] or match["round"] or ""
        for control in self.controls:
            if control.shape == "typed" and control.verb == verb:  # other words, the same verb
                return Control(action, verb, inside.split(", ", 1)[-1], "", "typed")
        return Control(action, verb, inside, inside, "bare" if not inside else "unseen")


@dataclass(frozen=True, slots=True)
class Advised:
    """An action that an example encourages or discourages, with the value beside it."""

    action: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One exemplar of the prompt."""

    number: int
    page: Page
    encouraged: Advised | None
    discouraged: Advised | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the stand-in can see: the examples, in the prompt's order, and the present page."""

    examples: tuple[Example, ...]
    now: Page


_BLOCK = re.compile(r"^### ", re.MULTILINE)
_VERB = re.compile(r"- (?P<verb>\w+)(?P<rest>[\[(](?P<arguments>[^\])]*)[\])])?:")
_TYPED = re.compile(r"\b(text|words?|keywords?|query|phrase)\b", re.IGNORECASE)
_ACTION = re.compile(r"(?P<verb>\w+)\s*(?:\[(?P<square>.*)\]|\((?P<round>.*)\))?$", re.DOTALL)
_ADVICE = re.compile(
    r"(?P<action>\w+(?:[\[(].*?[\])])?) -> (?P<value>[-+]?\d*\.?\d+(?:e[-+]?\d+)?)"
)
_SECTION = re.compile(r"(?P<label>[A-Z][\w ]{0,40}):[ \t]*(?P<rest>.*)")
_ELEMENT = re.compile(r"<(?P<tag>\w+)(?P<attributes>[^>]*)>(?:(?P<text>[^<]*)</\w+>)?")
_VALUE = re.compile(r' value="[^"]*"')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def read(prompt: str) -> Reading:
    """Parse a prompt; whatever is not understood is left out, and nothing is ever raised."""
    head, *blocks = _BLOCK.split(prompt)
    grammar = _grammar(head)
    examples: list[Example] = []
    now = _page("", grammar)
    for block in blocks:
        title, _, body = block.partition("\n")
        if title.startswith("Example"):
            examples.append(_example(len(examples) + 1, body, grammar))
        else:
            now = _page(body.split("\nEncouraged:")[0], grammar)
    return Reading(tuple(examples), now)


@lru_cache(maxsize=64)
def _grammar(head: str) -> tuple[Form, ...]:
    forms = []
    for match in map(_VERB.match, head.splitlines()):
        if match is None:
            continue
        arguments = tuple(part.strip() for part in (match["arguments"] or "").split(","))
        if not match["rest"]:
            forms.append(Form(match["verb"], match["verb"].replace("{", "{{"), ()))
        else:
            opened, closed = match["rest"][0], match["rest"][-1]
            forms.append(Form(match["verb"], match["verb"] + opened + "{}" + closed, arguments))
    return tuple(forms)


def _example(number: int, body: str, grammar: tuple[Form, ...]) -> Example:
    lines = body.splitlines()
    advice: dict[str, Advised] = {}
    for label in ("Encouraged:", "Discouraged:"):
        if label in lines:
            place = len(lines) - 1 - lines[::-1].index(label)
            match = _ADVICE.match(lines[place + 1]) if place + 1 < len(lines) else None
            if match:
                advice[label] = Advised(match["action"], float(match["value"]))
    page = _page(body.split("\nEncouraged:")[0].split("\nDiscouraged:")[0], grammar)
    return Example(number, page, advice.get("Encouraged:"), advice.get("Discouraged:"))


@lru_cache(maxsize=1024)  # the pages of examples come again in many prompts
def _page(body: str, grammar: tuple[Form, ...]) -> Page:
    task = step = ""
    observation: list[str] = []
    listed: list[str] = []
    past: list[str] = []
    for label, lines in _sections(body):
        name = label.lower()
        items = [line[2:].strip() for line in lines if line.startswith("- ")]
        if "action" in name:
            (past if re.search(r"last|latest|previous|recent", name) else listed).extend(items)
        elif name == "task":
            task = "\n".join(line.strip() for line in lines)
        elif "step" in name or "instruction" in name:
            step = "\n".join(line.strip() for line in lines)
            step = "" if step.startswith("(") else step  # "(none yet)"
        elif "reward" not in name and name != "note":
            observation += [line.removeprefix("  ") for line in lines]
    controls = _listed(listed, observation) if listed else _numbered(observation, grammar)
    controls += _by_verb(observation, grammar, bool(listed), _phrases(task, step))
    placed = tuple(controls)
    done = tuple(_past(line) for line in past)
    # The task repeated, or what was typed into a field, is no news about the page.
    asked = set(map(str.strip, task.splitlines()))
    shown = [_VALUE.sub("", line) for line in observation if line.strip() not in asked]
    return Page(task, step, "\n".join(shown), done, placed)


def _sections(body: str) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        match = _SECTION.fullmatch(line)
        if match:
            sections.append((match["label"], [match["rest"]] if match["rest"] else []))
        elif sections and line:
            sections[-1][1].append(line)
    return sections


def _past(line: str) -> tuple[str, str]:
    """(verb, label) of a past action; an element's words stand for its number."""
    action, mark, note = line.partition("<")
    match = _ACTION.match(action.strip().rstrip("#:-").strip() if mark else line)
    if match is None:
        return line, ""
    inside = match["square"] or match["round"] or ""
    element = _ELEMENT.search(mark + note)
    if element and "," in inside:
        inside = inside.split(",", 1)[1]  # INPUT(3, words): the words
    elif element:
        inside = _shown(element)
    return match["verb"], _plain(inside)


def _listed(actions: list[str], observation: list[str]) -> list[Control]:
    """The actions that the page lists, each with what the observation says of it."""
    lines = [line.lower() for line in observation]
    labels = [(_ACTION.match(action), action) for action in actions]
    inside = [(m["square"] or m["round"] or "") if m else "" for m, _ in labels]
    where = [_locate(label.lower(), lines) for label in inside]
    used = {place for place in where if place >= 0}
    controls = []
    for order, (match, action) in enumerate(labels):
        if match is None:
            continue
        label, place = inside[order], where[order]
        if not label:
            controls.append(Control(action, match["verb"], "", "", "bare", place=order))
            continue
        if place < 0:
            controls.append(Control(action, match["verb"], label, label, "line", place=order))
            continue
        line, bracket = lines[place], f"[{label.lower()}]"
        marked = f"[{bracket}]" in line
        below = []
        for number in range(place + 1, len(lines)):
            if number in used:
                break
            below.append(observation[number])
        if line.strip().strip("[]") != label.lower().strip("[]"):
            shape, text, row = ("choice", label, place) if bracket in line else ("line", line, -1)
        elif _is_code(label):
            shape, text, row = "entry", " ".join([label, *below]), -1
        else:
            shape, text, row = "button", label, -1
        controls.append(Control(action, match["verb"], label, text, shape, row, place, marked))
    return controls


def _locate(label: str, lines: list[str]) -> int:
    """The line on which a label stands, in brackets if anywhere so; −1 where it does not."""
    if not label:
        return -1
    bracket = f"[{label}]"
    for number, line in enumerate(lines):
        if bracket in line:
            return number
    for number, line in enumerate(lines):
        if label in line:
            return number
    return -1


def _is_code(label: str) -> bool:
    """A label without a blank and with a digit names nothing: the text below it does."""
    return " " not in label and any(letter.isdigit() for letter in label)


def _numbered(observation: list[str], grammar: tuple[Form, ...]) -> list[Control]:
    """One control for each clickable element with a number, where a verb takes numbers."""
    forms = [form for form in grammar if form.by_number and len(form.arguments) == 1]
    controls = []
    for place, line in enumerate(observation):
        element = _ELEMENT.match(line.strip())
        if element is None:
            continue
        attributes = dict(_ATTRIBUTE.findall(element["attributes"]))
        if "id" not in attributes or attributes.get("clickable") == "false":
            continue
        label, kind = _shown(element), attributes.get("class", "")
        if any(letter.isdigit() for letter in kind):
            kind = ""  # a generated name
        shape = f"<{element['tag']} {kind}>"
        for form in forms:
            action = form.write(attributes["id"])
            controls.append(Control(action, form.verb, label, label, shape, place=place))
    return controls


def _shown(element: re.Match[str]) -> str:
    """What an element shows; the value of an input field is one's own and does not count."""
    attributes = dict(_ATTRIBUTE.findall(element["attributes"]))
    return html.unescape(element["text"] or attributes.get("alt", "")).strip()


def _by_verb(
    observation: list[str], grammar: tuple[Form, ...], listed: bool, phrases: list[str]
) -> list[Control]:
    """The actions that follow from the grammar: typing, directions, verbs alone."""
    fields = [match for match in map(_ELEMENT.match, map(str.strip, observation)) if match]
    controls = []
    for form in grammar:
        if form.typed:
            numbers = [n for n in map(_takes_text, fields) if n][:1] if form.by_number else [""]
            for number in numbers:
                for phrase in phrases:
                    action = form.write(*filter(None, [number]), phrase)
                    controls.append(Control(action, form.verb, phrase, "", "typed"))
        elif listed:
            continue  # the page lists all that can be done
        elif not form.arguments:
            controls.append(Control(form.write(), form.verb, "", "", "bare", place=-1))
        elif "|" in form.arguments[0]:
            for word in form.arguments[0].split("|"):
                controls.append(Control(form.write(word), form.verb, word, "", "bare", place=-1))
    return controls


def _takes_text(element: re.Match[str]) -> str:
    """The number of an element that one can type into, else an empty text."""
    attributes = dict(_ATTRIBUTE.findall(element["attributes"]))
    names = f"{attributes.get('class', '')} {attributes.get('alt', '')}".lower()
    if attributes.get("clickable") == "false" or "id" not in attributes:
        return ""
    return attributes["id"] if element["tag"] == "input" or "search" in names else ""


def _phrases(task: str, step: str) -> list[str]:
    """What one might type: the first line of the task, its key words, some of them; the step."""
    first = opening(task)
    found = [first.lower().rstrip(".!? "), " ".join(keywords(first))]
    found += [" ".join(keywords(first)[:3]), " ".join(keywords(first)[-3:])]
    found += [" ".join(keywords(text)) for text in (step, *quoted(step))]
    return list(dict.fromkeys(phrase for phrase in found if words(phrase)))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
