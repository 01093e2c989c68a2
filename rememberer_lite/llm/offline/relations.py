"""Each control of a page, in its relations to what is asked.

Names never matter here, only relations that exist in any domain's text: how much of what is asked
a control names, whether it is the best of its page at that, whether it was done already, whether
something is still open. So what was learnt on one page transfers to others, and to other domains.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rememberer_lite.llm.offline.elements import Control
from rememberer_lite.llm.offline.reading import Page
from rememberer_lite.llm.offline.words import amount, filler, limit, opening, words


class Relations(NamedTuple):
    """How a control relates to what is asked (the step if there is one, else the task).

    All are from 0 to 1, except `lead`, from −1 to 0. For words to type, `lead` is the share of the
    task's first line that they contain, and `in_full` their share of words without meaning.
    """

    recall: float  # the share of what is asked that it names
    lead: float  # its recall minus the best on the page
    precision: float  # the share of its words that are asked for
    in_full: float  # 1 if that is all of them
    done: float  # 1 if it was done already
    decided: float  # 1 if another choice of its row is chosen
    exceeds: float  # 1 if it costs more than the task's limit
    rank: float  # a tenth for each control above it that names something asked


class PageFacts(NamedTuple):
    """Facts about a page as a whole; they decide about controls such as "next"."""

    pending: float  # 1 if a choice is named in the task and its row is not decided
    undecided: float  # half the share of rows that are not decided
    coverage: float  # half the share of what is asked that the page shows
    best: float  # half the best recall of a control
    exceeds: float  # 1 if the first sum on the page is above the task's limit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A control with everything that can be compared."""

    control: Control
    own: Relations
    page: PageFacts

    @property
    def named(self) -> bool:
        """Whether it shares a word with what is asked now."""
        return self.own.recall > 0

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it on another page."""
        return self.control.shape, self.control.label.lower()


class View:
    """A page with its controls related to what is asked.

    Attributes:
        page: as it was read.
        asked: the words of the step, or of the task if there is none.
        first: the words of the task's first line.
        things: the controls on the page.
        candidates: one for each control.
        frame: the keys of what belongs to the page's frame: controls that appear once and share
            no word with what is asked.
        layout: the buttons, and the shapes of all other controls: how the page is built.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked = frozenset(words(page.step or page.task))
        self.first = frozenset(words(opening(page.task)))
        self.things = [c for c in page.controls if c.shape not in {"typed", "bare"}]
        self._limit = limit(page.task)
        self._done = frozenset(page.past)
        self._decided = {c.row for c in self.things if c.row >= 0 and c.marked}
        recalls = [share(self.asked, words(c.text)) for c in self.things]
        self._best = max(recalls, default=0.0)
        naming = [c.action for c, r in zip(self.things, recalls, strict=True) if r and c.row < 0]
        self._ranks = {action: rank for rank, action in enumerate(naming)}
        self._facts = self._page_facts()
        self.candidates = tuple(map(self._relate, page.controls))
        often = Counter(candidate.key for candidate in self.candidates)
        self.frame = frozenset(
            c.key
            for c in self.candidates
            if not c.named
            and often[c.key] == 1
            and c.control.shape not in {"typed", "choice", "entry"}
        )
        self.layout = frozenset(
            c.key if c.control.shape in {"button", "bare", "line"} else (c.control.shape, "")
            for c in self.candidates
        )

    def candidate(self, action: str) -> Candidate:
        """The candidate of an advised action."""
        return self._relate(self.page.find(action))

    @cached_property
    def last_button(self) -> Control | None:
        """The last button on the page, if there are several."""
        shapes = {"button", "line", "bare"}
        buttons = [c for c in self.page.controls if c.shape in shapes and c.position >= 0]
        return max(buttons, key=lambda c: c.position) if len(buttons) > 1 else None

    def _relate(self, c: Control) -> Candidate:
        own = self._typed(c) if c.shape == "typed" else self._relations(c)
        return Candidate(c, own, self._facts)

    def _relations(self, c: Control) -> Relations:
        found = words(c.label if c.row >= 0 else c.text)
        recall = share(self.asked, found)
        precision = share(found, self.asked)
        return Relations(
            recall=recall,
            lead=0.0 if c.row >= 0 else recall - self._best,
            precision=precision,
            in_full=float(precision == 1.0),
            done=float(self._is_done(c)),
            decided=float(c.row in self._decided),
            exceeds=self._exceeds(c.text),
            rank=0.1 * min(5, self._ranks.get(c.action, 0)),
        )

    def _typed(self, c: Control) -> Relations:
        found = words(c.label)
        return Relations(
            recall=share(self.asked, found),
            lead=share(self.first, found),
            precision=share(found, self.asked),
            in_full=filler(c.label),
            done=float(self._is_done(c)),
            decided=0.0,
            exceeds=0.0,
            rank=0.0,
        )

    def _page_facts(self) -> PageFacts:
        rows = {c.row for c in self.things if c.row >= 0}
        undecided = [c for c in self.things if c.row in rows - self._decided]
        return PageFacts(
            pending=float(any(share(words(c.label), self.asked) == 1.0 for c in undecided)),
            undecided=0.5 * len(rows - self._decided) / max(1, len(rows)),
            coverage=0.5 * share(self.asked, words(self.page.text)),
            best=0.5 * self._best,
            exceeds=self._exceeds(self.page.text),
        )

    def _exceeds(self, text: str) -> float:
        money = amount(text) if self._limit is not None else None
        return 0.0 if money is None or self._limit is None else float(money > self._limit)

    def _is_done(self, c: Control) -> bool:
        taken = (c.verb, " ".join(c.label.lower().split()))
        if c.shape == "bare":  # scrolling or going back may be repeated, but not at once
            return self.page.past[-1:] == (taken,)
        return c.marked or taken in self._done


@lru_cache(maxsize=1024)  # a page that was read once stays the same object
def look(page: Page) -> View:
    """Relate every control of a page to what is asked."""
    return View(page)


def share(
    whole: frozenset[str] | tuple[str, ...], found: frozenset[str] | tuple[str, ...]
) -> float:
    """The share of `whole` that is in `found`; 0 if `whole` is empty."""
    return sum(word in found for word in whole) / len(whole) if whole else 0.0
