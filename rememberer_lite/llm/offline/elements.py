"""What can be done on a page: controls, read from the prompt's text.

It knows three ways of writing a page: buttons in [brackets], one HTML element per line, and plain
lines. Names mean nothing here; the layout shows what kind of control something is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Form:
    """One line of the prompt's action grammar: a verb and its arguments."""

    verb: str
    brackets: str  # "[]", "()" or ""
    arguments: tuple[str, ...]

    @property
    def typed(self) -> bool:
        """Whether the last argument is free text."""
        return bool(self.arguments) and bool(_TYPED.search(self.arguments[-1]))

    @property
    def by_number(self) -> bool:
        """Whether the first argument is the number of an element."""
        return bool(self.arguments) and "id" in re.split(r"\W|_", self.arguments[0].lower())

    def write(self, *arguments: str) -> str:
        """The action with these arguments."""
        return self.verb + self.brackets[:1] + ", ".join(arguments) + self.brackets[1:]


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be done on a page.

    Attributes:
        action: how it is written, for example "click[buy now]".
        verb: its first word.
        label: the words on it, or the words to type.
        text: the label, and the text beside it that describes it.
        shape: how it is laid out: "button", "entry" (a code, with text below), "choice" (one of
            several in a row), "line", "bare" (only a verb), "typed", or an HTML <tag class>.
        row: the number of the row of choices it belongs to; −1 for none.
        position: on the page; −1 if it has none.
        marked: shown as chosen or visited.
    """

    action: str
    verb: str
    label: str
    text: str
    shape: str
    row: int = -1
    position: int = -1
    marked: bool = False


_VERB = re.compile(r"- (?P<verb>\w+)(?P<brackets>[\[(](?P<arguments>[^\])]*)[\])])?:")
_TYPED = re.compile(r"\b(text|words?|keywords?|query|phrase)\b", re.IGNORECASE)
_ACTION = re.compile(r"(?P<verb>\w+)\s*(?:\[(?P<square>.*)\]|\((?P<round>.*)\))?$", re.DOTALL)
# `++`, `*+` and `(?<!…)`: a long name is read once, and not again from each character within it
_ELEMENT = re.compile(r"<(?P<tag>\w++)(?P<attributes>[^>]*+)>(?:(?P<text>[^<]*)</\w+>)?")
_ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]++)="([^"]*)"')


@lru_cache(maxsize=64)
def forms(head: str) -> tuple[Form, ...]:
    """The action grammar that the head of a prompt explains."""
    found = []
    for match in filter(None, map(_VERB.match, head.splitlines())):
        brackets = (match["brackets"] or "")[:1] + (match["brackets"] or "")[-1:]
        arguments = (
            tuple(part.strip() for part in match["arguments"].split(",")) if brackets else ()
        )
        found.append(Form(match["verb"], brackets, arguments))
    return tuple(found)


def split(action: str) -> tuple[str, str]:
    """(verb, the text in the brackets); two empty texts if it is not an action."""
    match = _ACTION.match(action.strip())
    return (match["verb"], match["square"] or match["round"] or "") if match else ("", "")


def plain(text: str) -> str:
    """In lower case, with single spaces: the form in which texts are compared."""
    return " ".join(text.lower().split())


def past(line: str) -> tuple[str, str]:
    """(verb, label) of an action that was taken.

    The words of the element beside it replace its number, which changes from page to page.
    """
    if _ACTION.match(line):  # only an action, whatever its text
        verb, inside = split(line)
        return verb, plain(inside)
    action, mark, note = line.partition(" <")
    verb, inside = split(action)
    element = _ELEMENT.match(mark.strip() + note)
    if element and "," in inside:
        inside = inside.split(",", 1)[1]  # a number and the words typed
    elif element:
        inside = _shown(element)
    return verb, plain(inside)


def listed(actions: Sequence[str], observation: Sequence[str]) -> list[Control]:
    """The actions that a page lists, each with what the observation says about it."""
    lines = [line.lower() for line in observation]
    parts = [(*split(action), action) for action in actions]
    where = [_locate(label.lower(), lines) for _, label, _ in parts]
    controls = []
    for order, ((verb, label, action), line) in enumerate(zip(parts, where, strict=True)):
        if not label:
            controls.append(Control(action, verb, "", "", "bare", position=order))
        elif line < 0:
            controls.append(Control(action, verb, label, label, "line", position=order))
        else:
            marked = f"[[{label.lower()}]]" in lines[line]
            shape, row, text = "button", -1, label
            if lines[line].strip().strip("[]") != label.lower().strip("[]"):  # other text beside it
                in_row = f"[{label.lower()}]" in lines[line]
                shape, row = ("choice", line) if in_row else ("line", -1)
                text = label if in_row else observation[line]
            elif _is_code(label):
                end = min((n for n in where if n > line), default=len(lines))
                shape, text = "entry", " ".join([label, *observation[line + 1 : end]])
            controls.append(Control(action, verb, label, text, shape, row, line, marked))
    return controls


def _locate(label: str, lines: Sequence[str]) -> int:
    """The line of a label, preferably in brackets; −1 if there is none."""
    for wanted in (f"[{label}]", label) if label else ():
        for number, line in enumerate(lines):
            if wanted in line:
                return number
    return -1


def _is_code(label: str) -> bool:
    """Whether a label (no space, a digit) is a code, which the text below it explains."""
    return " " not in label and any(character.isdigit() for character in label)


def numbered(observation: Sequence[str], grammar: Sequence[Form]) -> list[Control]:
    """One control for each clickable element with a number, if a verb takes numbers."""
    verbs = [form for form in grammar if form.by_number and len(form.arguments) == 1]
    controls = []
    for position, line in enumerate(observation):
        element = _ELEMENT.match(line.strip())
        if element is None:
            continue
        attributes = dict(_ATTRIBUTE.findall(element["attributes"]))
        if "id" not in attributes or attributes.get("clickable") == "false":
            continue
        label, kind = _shown(element), attributes.get("class", "")
        if any(character.isdigit() for character in kind):
            kind = ""  # a generated name
        shape = f"<{element['tag']} {kind}>"
        for form in verbs:
            action = form.write(attributes["id"])
            controls.append(Control(action, form.verb, label, label, shape, position=position))
    return controls


def _shown(element: re.Match[str]) -> str:
    """What an element shows; the value of an input field was typed and does not count."""
    attributes = dict(_ATTRIBUTE.findall(element["attributes"]))
    return html.unescape(element["text"] or attributes.get("alt", "")).strip()


def typed(
    observation: Sequence[str], grammar: Sequence[Form], phrases: Sequence[str]
) -> list[Control]:
    """Phrases to type, if a verb takes text; into the first field, if it needs one."""
    fields = [number for number in map(_takes_text, observation) if number]
    controls = []
    for form in grammar:
        targets = [[number] for number in fields[:1]] if form.by_number else [[]]
        if form.typed:
            for target in targets:
                for phrase in phrases:
                    action = form.write(*target, phrase)
                    controls.append(Control(action, form.verb, phrase, "", "typed"))
    return controls


def _takes_text(line: str) -> str:
    """The number of an element that takes text; "" for any other."""
    element = _ELEMENT.match(line.strip())
    if element is None:
        return ""
    attributes: dict[str, str] = dict(_ATTRIBUTE.findall(element["attributes"]))
    names = f"{attributes.get('class', '')} {attributes.get('alt', '')}".lower()
    if attributes.get("clickable") == "false" or not (
        element["tag"] == "input" or "search" in names
    ):
        return ""
    return attributes.get("id", "")


def bare(grammar: Sequence[Form]) -> list[Control]:
    """The verbs that need no argument or name a direction."""
    controls = []
    for form in grammar:
        if not form.arguments:
            controls.append(Control(form.verb, form.verb, "", "", "bare"))
        elif "|" in form.arguments[0]:
            for word in form.arguments[0].split("|"):
                controls.append(Control(form.write(word), form.verb, word, "", "bare"))
    return controls
