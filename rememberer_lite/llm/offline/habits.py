"""What the stand-in does without any example: mostly competent, with two planted flaws.

The last button of a page tempts it before everything that the task names is chosen; and the first
line of a task draws its attention even when the current step is a different one.
"""

from __future__ import annotations

import re

from rememberer_lite.llm.offline.relations import Candidate, View, share
from rememberer_lite.llm.offline.words import words

# In the same units as the weight of the examples.
TYPING = 0.8  # typing, on an empty page
CROWD = 0.2  # less for typing with each further control
FILLER = 0.4  # less for typing words that carry no meaning
TYPED_LINE = 0.3  # for typing all of the task's first line
FIRST_LINE = 0.55  # for naming all of the task's first line (a flaw if the step is another)
STEP = 0.25  # for naming all of the current step
IN_FULL = 0.2  # for a label of which every word is asked for
CHOICE = 0.35  # for a choice of which every word is asked for
LAST_BUTTON = 0.45  # for the last button (a flaw if a choice is open)
RANK = 0.5  # less for being further down
AGAIN = 0.5  # less for what has been done already
DECIDED = 0.3  # less for a row in which something is chosen
EXCEEDS = 0.3  # less for what costs more than the limit
BACK = 0.2  # less for going back
_BACK = re.compile(r"\b(back|prev|previous|up|goback)\b|^<")
_NEXT = re.compile(r"\b(next|more|forward|down)\b")


def habit(candidate: Candidate, view: View) -> tuple[float, str]:
    """How attractive a candidate is without any example, as a number and in words."""
    control, own = candidate.control, candidate.own
    again = AGAIN * own.done
    if control.shape == "typed":
        crowd = CROWD * max(0, len(view.things) - 1)
        value = TYPING - crowd - FILLER * own.in_full + TYPED_LINE * own.lead
        return value - again, "little else to do here but to ask"
    if control.row >= 0:
        value = CHOICE * own.precision - DECIDED * own.decided
        return value - again, "a choice that the task names"
    name = f"{control.verb} {control.label}".lower() if control.shape == "bare" else control.label
    if _BACK.search(name.lower()):
        return -BACK - again, "one can always go back"
    if _NEXT.search(name.lower()):
        return -again, "there may be more"
    first = share(view.first, words(control.text))
    value = FIRST_LINE * first + STEP * own.recall + IN_FULL * own.in_full
    value -= RANK * own.rank + EXCEEDS * own.exceeds
    if control is view.last_button and value < LAST_BUTTON:
        return LAST_BUTTON - again, "the last button of the page is tempting"
    return value - again, "it names what is asked" if first or own.recall else "why not"
