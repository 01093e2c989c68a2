"""What an agent needs to know about WikiHow: similarity, actions, how a screen is written."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources

from rememberer_lite import storage
from rememberer_lite.domain import Domain, Entry, Line, Piece, Verb, labelled, one_line
from rememberer_lite.domain.harmless import harmless
from rememberer_lite.domain.spelling import respell
from rememberer_lite.envs.wikihow.actions import DIRECTIONS, parse_action
from rememberer_lite.envs.wikihow.drawing import draw, is_screen
from rememberer_lite.envs.wikihow.steps import PATTERNS, step_pattern
from rememberer_lite.similarity import PatternTable, Similarity, TagSequence
from rememberer_lite.state import Experience, Recent, State
from rememberer_lite.text import escape_action

# How similar the steps are (paper, section 4.1), in the order of `steps.PATTERNS`.
STEP_TABLE = (
    # search article author category reference about
    (1.0, 0.1, 0.0, 0.0, 0.0, 0.0),  # search
    (0.1, 1.0, 0.3, 0.3, 0.0, 0.0),  # article
    (0.0, 0.3, 1.0, 0.8, 0.3, 0.3),  # author
    (0.0, 0.3, 0.8, 1.0, 0.3, 0.3),  # category
    (0.0, 0.0, 0.3, 0.3, 1.0, 0.8),  # reference
    (0.0, 0.0, 0.3, 0.3, 0.8, 1.0),  # about
)
_ID = re.compile(r' id="(\d+)" clickable="(true|false)"')
_TYPED = re.compile(r'<input |<img class="search button"')


def elements(screen: str) -> dict[int, str]:
    """The screen's elements: number → HTML line.

    >>> elements('<p id="0" clickable="true">a</p>')
    {0: '<p id="0" clickable="true">a</p>'}
    """
    return {int(found[1]): line for line in screen.split("\n") if (found := _ID.search(line))}


def _class_of(line: str) -> str:
    """The class of an element; "" where it has none."""
    found = re.search(r'class="([^"]*)"', line)
    return found[1] if found else ""


def _without_id(line: str) -> str:
    """An element's line without its number, which changes from screen to screen."""
    return _ID.sub("", line)


def _step_of(state: State) -> str:
    """A named function, so that a memory can be sent to another process."""
    return step_pattern(state.instruction)


class WikiHowDomain(Domain):
    """The wikiHow app; the observation is a screen as HTML lines."""

    name = "wikihow"
    device = "phone"
    role = (
        "You use the app of a how-to wiki. Fulfil the task step by step; the step that comes next "
        "is named below the screen. Each line of the screen is one element, and its id is the "
        "number to use."
    )
    grammar = (
        Verb("INPUT(id, text)", "type the text into the search element with this id and submit it"),
        Verb("CLICK(id)", "tap the element with this id"),
        Verb("SCROLL(UP|DOWN|LEFT|RIGHT)", "move the view; DOWN shows what stands below"),
        Verb("GOBACK", "return to the screen before"),
    )
    principles = (
        "Follow the step instruction; where there is none yet, search for the article.",
        'Only elements with clickable="true" can be tapped.',
        "Use only ids that are on the screen.",
        "If what you need is not on the screen, scroll or go back.",
        "Do not repeat an action that brought nothing.",
    )

    def similarity(self, weight: float = 0.5) -> Similarity:
        """λ·(table of step patterns) + (1 − λ)·LCS of tag sequences (paper, section 4.1)."""
        steps = PatternTable(_step_of, PATTERNS, STEP_TABLE)
        return Similarity(task=steps, observation=TagSequence(), weight=weight)

    def possible_actions(self, state: State) -> tuple[str, ...]:
        """A click on each clickable element, the scrolls, and GOBACK.

        >>> WIKIHOW.possible_actions(State("t", '<p id="0" clickable="true">a</p>'))[:2]
        ('CLICK(0)', 'SCROLL(DOWN)')
        """
        # the first id of a line is its element's: the text behind it may look like another
        ids = (_ID.search(line) for line in state.observation.split("\n"))
        clicks = [f"CLICK({found[1]})" for found in ids if found and found[2] == "true"]
        return (*clicks, *(f"SCROLL({direction})" for direction in DIRECTIONS), "GOBACK")

    def random_action(
        self, state: State, rng: random.Random, exclude: Collection[str] = ()
    ) -> str | None:
        """A random possible action, or random words of the task in a field that takes text."""
        choices = list(self.possible_actions(state))
        words = re.findall(r"\w+", state.task.lower())
        for number, line in elements(state.observation).items():
            if _TYPED.match(line) and words:
                text = " ".join(rng.sample(words, k=min(len(words), rng.randint(1, 4))))
                choices.append(f"INPUT({number}, {text})")
        choices = [action for action in choices if action not in exclude]
        return rng.choice(choices) if choices else None

    def normalise(self, action: str) -> str:
        """The action as `str(parse_action(…))` writes it; unchanged if it is not an action.

        >>> WIKIHOW.normalise("INPUT( 2,tea )"), WIKIHOW.normalise("GOBACK()")
        ('INPUT(2, tea)', 'GOBACK')
        """
        written = respell(action, self.forms)
        parsed = parse_action(written) or parse_action(written.upper())  # SCROLL(Down)
        return written if parsed is None else str(parsed)

    def reason(self, state: State, action: str, reason: str) -> str:
        """The HTML line of the element that is touched; "" for a scroll or GOBACK.

        Ids change from screen to screen: only the element shows what CLICK(3) did.
        """
        parsed = parse_action(action)
        if parsed is None or parsed.element < 0:
            return ""
        return elements(state.observation).get(parsed.element, "")

    def describe(self, state: State, recent: Recent) -> str:
        """Latest actions with their elements, task, screen, step, last and total reward."""
        step = state.instruction or "(none yet: search)"
        return "\n".join(
            [
                *self.describe_recent(recent),
                *labelled("Task", state.task, self.forms),
                *labelled("Screen", state.observation, self.forms),
                f"Step instruction: {one_line(step)}",
                f"Last reward: {recent.last_reward:g}",
                f"Total reward: {recent.total_reward:g}",
            ]
        )

    def describe_recent(self, recent: Recent) -> list[str]:
        """The latest actions, each with the element that it touched."""
        reasons = recent.reasons + ("",) * (len(recent.actions) - len(recent.reasons))
        shown = list(zip(recent.actions, reasons, strict=False))[-self.recent_shown :]
        return [
            f"Last {self.recent_shown} actions:",
            *(
                f"- {escape_action(action)} {one_line(element)}".rstrip()
                for action, element in shown
            ),
        ]

    def short_task(self, state: State) -> str:
        """The step that comes next; before there is one, the first line of the task."""
        return one_line(state.instruction or state.task.split("\n")[0])

    def short_page(self, state: State) -> tuple[Entry, ...]:
        """Each element that can be tapped and says something, as "its text CLICK(number)".

        The text stands first, for it is what the step names: a small model that begins with a
        number has nothing to go by. Of several with the same text the first is listed. Sideways
        nothing is ever hidden: of the scrolls UP and DOWN are left.
        """
        found: dict[str, Entry] = {}
        for piece in (piece for line in self.pieces(state) for piece in line if piece.action):
            text = " ".join(piece.text.split())
            if piece.kind != "field" and re.search(r"\w", text):
                answer = f"{harmless(text, self.forms)} {piece.action}"
                found.setdefault(text, Entry(answer, piece.action))
        return (*found.values(), *(Entry(a, a) for a in ("SCROLL(DOWN)", "SCROLL(UP)", "GOBACK")))

    def repeated(self, state: State, action: str, recent: Recent) -> bool:
        """No element twice, whatever its number is now; a scroll and GOBACK once between two."""
        touched = _without_id(self.reason(state, action, ""))
        if touched:
            return touched in map(_without_id, recent.reasons)
        last = max((i for i, element in enumerate(recent.reasons, start=1) if element), default=0)
        return action in recent.actions[last:]

    def query_words(self, state: State) -> tuple[str, ...]:
        """Those of the article that the task's first line asks for."""
        first = state.task.split("\n")[0].lower()
        return super().query_words(replace(state, task=first.partition("how to ")[2] or first))

    def recognises(self, state: State) -> bool:
        """A screen has one line of HTML for each of its numbered elements."""
        return is_screen(state.observation)

    def pieces(self, state: State) -> list[Line]:
        """The screen's elements, each with its number."""
        return draw(state.observation)

    def touched(self, state: State, action: str) -> Piece | None:
        """The element whose number a CLICK or an INPUT names."""
        parsed = parse_action(action)
        number = str(parsed.element) if parsed is not None else ""
        pieces = (piece for line in self.pieces(state) for piece in line if piece.id)
        return next((piece for piece in pieces if piece.id == number), None)

    def label(self, state: State, action: str) -> str:
        """The text on the element; for a search field, its kind and not the typed words."""
        piece = self.touched(state, action)
        if piece is None or piece.kind != "field":
            return piece.text if piece else ""
        return _class_of(self.reason(state, action, "")) or piece.text

    def kind(self, state: State, action: str) -> str:
        """CLICK or INPUT with the element's tag and class; for a scroll, the whole action.

        >>> page = State("t", '<p class="title" id="0" clickable="true">How to Rest</p>')
        >>> WIKIHOW.kind(page, "CLICK(0)"), WIKIHOW.kind(page, "SCROLL(UP)")
        ('CLICK <p title', 'SCROLL(UP)')
        """
        parsed = parse_action(action)
        if parsed is None or parsed.element < 0:
            return self.normalise(action)
        line = self.reason(state, action, "")
        return f"{parsed.verb} {line.split(' ')[0]} {_class_of(line)}"

    def search_action(self, state: State, words: str) -> str | None:
        """Type the words into the first element of the screen that takes text."""
        for number, line in elements(state.observation).items():
            if _TYPED.match(line):
                return f"INPUT({number}, {words})"
        return None

    def initial_records(self) -> Mapping[str, Sequence[Experience]]:
        """E0, E1, E2: two records each, of two tasks of the built-in site, annotated by hand."""
        return _initial_records()


@cache
def _initial_records() -> dict[str, tuple[Experience, ...]]:
    folder = resources.files("rememberer_lite.envs.wikihow") / "initial"
    records = {}
    for name in ("E0", "E1", "E2"):
        with resources.as_file(folder / f"{name}.json") as path:
            records[name] = tuple(storage.load(path, WIKIHOW.similarity()))
    return records


WIKIHOW = WikiHowDomain()
