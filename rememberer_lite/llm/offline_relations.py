"""How the offline stand-in sees a page: each control in its relations to the task.

Names never matter here, only relations that hold in any domain's text: how much of what is asked
does a control name, is it the best of its page at that, was it done already, is something still
open. So what was learnt on one page can be carried over to another, and to another domain.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rememberer_lite.llm.offline_reading import Control, Page
from rememberer_lite.llm.offline_words import amount, filler, limit, opening, words

# What the stand-in likes without any example, in units of value. Mostly competent; two flaws are
# planted: the last button tempts before all is chosen, and the task's first line draws attention
# even when its present step is another.
TYPING = 0.8  # on an empty page
CROWD = 0.2  # less for typing with each further control
FILLER = 0.4  # less for typing words that carry no meaning
IN_FULL = 0.2  # for having its own label named in full
FIRST_LINE = 0.55  # for naming all of the task's first line
STEP = 0.25  # for naming all of the present step
PRECISE = 0.35  # for a choice that the task names in full
LAST_BUTTON = 0.45
RANK = 0.05  # less with each place further down
AGAIN = 0.5  # less for what was done already
BACK = 0.2  # less for going back
TOO_MUCH = 0.3  # less for what exceeds the limit
_BACK = re.compile(r"\b(back|prev|previous|up|goback)\b|^<")
_NEXT = re.compile(r"\b(next|more|forward|down)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A control and all that can be compared of it.

    Attributes:
        control: what can be done.
        own: the relations of the control, all between −1 and 1 (`_own` lists them).
        page: the relations of its page as a whole (`_page_facts` lists them).
        named: whether it shares a word with what is asked now.
        habit: what the stand-in thinks of it without any example.
        why: the same in words.
    """

    control: Control
    own: tuple[float, ...]
    page: tuple[float, ...]
    named: bool
    habit: float
    why: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes it recognisable on another page of the same kind."""
        return self.control.shape, self.control.label.lower()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A page in its relations.

    Attributes:
        page: as it was read.
        candidates: one for each control.
        frame: the keys of controls that belong to the page's frame: they stand on it once, and
            share no word with what is asked.
        layout: the buttons, and the shapes of all other controls: how the page is built.
    """

    page: Page
    candidates: tuple[Candidate, ...]
    frame: frozenset[tuple[str, str]]
    layout: frozenset[tuple[str, str]]

    def candidate(self, action: str) -> Candidate | None:
        """The candidate that an advised action stands for, or None where the page has none."""
        control = self.page.find(action)
        if control is None:
            return None
        for candidate in self.candidates:
            if candidate.control is control:
                return candidate
        return _Eye(self.page).see(control)


@lru_cache(maxsize=1024)  # a page that was read once is the same object ever after
def look(page: Page) -> View:
    """Relate every control of a page to its task."""
    eye = _Eye(page)
    candidates = tuple(eye.see(control) for control in page.controls)
    often = Counter(candidate.key for candidate in candidates)
    frame = frozenset(
        c.key
        for c in candidates
        if not c.named and often[c.key] == 1 and c.control.shape not in {"typed", "choice", "entry"}
    )
    layout = frozenset(
        c.key if c.control.shape in {"button", "bare", "line"} else (c.control.shape, "")
        for c in candidates
    )
    return View(page, candidates, frame, layout)


class _Eye:
    """What is asked on one page, and what the page as a whole tells about it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked = frozenset(words(page.step or page.task))
        self.first = frozenset(words(opening(page.task)))
        self.limit = limit(page.task)
        self.last_done = page.past[-1] if page.past else None
        self.done = frozenset(page.past)
        things = [c for c in page.controls if c.shape not in {"typed", "bare"}]
        self.count = len(things)
        self.best = max((self._recall(c.text) for c in things), default=0.0)
        self.chosen_rows = {c.row for c in things if c.row >= 0 and c.marked}
        self.rows = {c.row for c in things if c.row >= 0}
        buttons = [
            c for c in page.controls if c.shape in {"button", "line", "bare"} and c.place >= 0
        ]
        self.last_button = max(buttons, key=lambda c: c.place) if len(buttons) > 1 else None
        self.ranks: dict[str, int] = {}  # the order among the controls that name something asked
        for c in things:
            if c.row < 0 and self._recall(c.text) > 0:
                self.ranks[c.action] = len(self.ranks)
        self.page_facts = self._page_facts(things)

    def see(self, control: Control) -> Candidate:
        """One control with its relations and habit."""
        own = self._typed(control) if control.shape == "typed" else self._own(control)
        habit, why = self._habit(control, own)
        return Candidate(control, own, self.page_facts, own[0] > 0, habit, why)

    def _recall(self, text: str) -> float:
        return _share(self.asked, words(text))

    def _own(self, c: Control) -> tuple[float, ...]:
        """Recall, lead over the page, precision, named in full, done, row decided, limit, rank."""
        found = words(c.label if c.row >= 0 else c.text)
        recall = _share(self.asked, found)
        precision = _share(frozenset(found), self.asked)
        return (
            recall,
            0.0 if c.row >= 0 else recall - self.best,
            precision,
            float(bool(found) and precision == 1.0),
            float(self._is_done(c)),
            float(c.row in self.chosen_rows),
            self._exceeds(c.text),
            0.1 * min(5, self.ranks.get(c.action, 0)),
        )

    def _typed(self, c: Control) -> tuple[float, ...]:
        """Recall, recall of the first line, precision, filler, done; the rest does not apply."""
        found = words(c.label)
        return (
            _share(self.asked, found),
            _share(self.first, found),
            _share(frozenset(found), self.asked),
            filler(c.label),
            float(self._is_done(c)),
            0.0,
            0.0,
            0.0,
        )

    def _page_facts(self, things: list[Control]) -> tuple[float, ...]:
        """Open choice, undecided rows, coverage of the task, best control, limit exceeded."""
        undecided = [c for c in things if c.row >= 0 and c.row not in self.chosen_rows]
        named = any(self._own(c)[3] for c in undecided)
        return (
            float(named),
            0.5 * len({c.row for c in undecided}) / max(1, len(self.rows)),
            _share(self.asked, words(self.page.text)) / 2,
            self.best / 2,
            self._exceeds(self.page.text),
        )

    def _exceeds(self, text: str) -> float:
        money = amount(text) if self.limit is not None else None
        return 0.0 if money is None or self.limit is None else float(money > self.limit)

    def _is_done(self, c: Control) -> bool:
        done = (c.verb, " ".join(c.label.lower().split()))
        return c.marked or (done == self.last_done if c.shape == "bare" else done in self.done)

    def _habit(self, c: Control, own: tuple[float, ...]) -> tuple[float, str]:
        """What is done without examples, and the words for it."""
        again = -AGAIN * own[4]
        if c.shape == "typed":
            value = TYPING - CROWD * max(0, self.count - 1) - FILLER * own[3] + 0.3 * own[1]
            return value + again, "little else to do here but to ask"
        name = f"{c.verb} {c.label}".lower() if c.shape == "bare" else c.label.lower()
        if _BACK.search(name):
            return again - BACK, "one can always go back"
        if _NEXT.search(name):
            return again, "there may be more"
        if c.row >= 0:
            return PRECISE * own[2] + again - 0.3 * own[5], "a choice that the task names"
        first = _share(self.first, words(c.text))
        value = FIRST_LINE * first + STEP * own[0] + IN_FULL * own[3]
        value -= RANK * 10 * own[7] + TOO_MUCH * own[6]
        if c is self.last_button and value < LAST_BUTTON:
            return LAST_BUTTON + again, "the last button of the page is tempting"
        return value + again, "it names what is asked" if first or own[0] else "why not"


def _share(whole: frozenset[str], found: frozenset[str] | tuple[str, ...]) -> float:
    """The share of `whole` that is found."""
    return sum(word in whole for word in found) / len(whole) if whole else 0.0
