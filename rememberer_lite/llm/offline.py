"""An honest stand-in for a language model: it runs without network, key or weights.

**What it is.** A fixed function from the prompt to a reply, made so that an experience memory can
be studied in seconds. It reads the prompt (`offline_reading`), relates each possible action to
the task (`offline_relations`), adds what its habits and the prompt's examples say, and draws:

    score(a) = habit(a) + 1.6 · Σ_e w_e · (v_e² · K(a, a_e) − 0.1 · K(a, b_e)) + noise
    P(a) ∝ exp(score(a) / temperature)

where example e encourages the action a_e with value v_e (divided by the prompt's largest, if that
exceeds 1), discourages b_e, and shows a page that resembles the present one by w_e. K is 1 where
two actions stand in the same relations to their own task and page, and falls off quickly.

**What general knowledge is in it.** Which English words merely make a request, phrases that set
a limit ("lower than 40"), words for "back" and "next"; that one clicks what the task names, types
key words where a page offers little else, and finds the last button of a page tempting. This last
habit is a flaw, and so is that the first line of the task draws it when the present step is
another: such flaws are what examples can correct.

**What it is not.** No language model: it understands nothing, and its scores say nothing about
one. It knows no shop, no site and no game, no goals and no rewards. Whatever it learns comes in
through the examples of the prompt.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from rememberer_lite.llm.base import Reply
from rememberer_lite.llm.offline_reading import Example, read
from rememberer_lite.llm.offline_relations import Candidate, View, look
from rememberer_lite.tokens import count_tokens

IMITATION = 1.6  # weight of the examples against the habits
WARNING = 0.1  # weight of a discouraged action against an encouraged one
SHARPNESS = 2.0  # power of the values: a half-good example counts a quarter
WIDTH = 0.3  # of the kernel: how much relations may differ
SAME = 0.0
NOISE = 0.2  # standard deviation; halved for what shares no word with the task


class OfflineLLM:
    """The stand-in as a model: one string in, one reply out (see the head of this file).

    The same prompt, seed and temperature give the same reply, in any process.

    Args:
        seed: of the noise.
        temperature: of the draw among the scores; 0 takes the highest.

    >>> prompt = '''You press buttons.
    ...
    ... Actions:
    ... - press(name): press a button
    ...
    ... ### Now
    ... Task:
    ...   press the green button
    ... Possible actions:
    ... - press(red)
    ... - press(green)
    ... Encouraged:
    ... '''
    >>> OfflineLLM(temperature=0).complete(prompt).text
    'press(green) -> 0.047 a guess: it names what is asked'
    """

    def __init__(self, seed: int = 0, temperature: float = 0.1) -> None:
        self.seed = seed
        self.temperature = temperature

    @property
    def model(self) -> str:
        """The name kept with every result."""
        return "offline-stand-in"

    def __repr__(self) -> str:
        return f"OfflineLLM(seed={self.seed}, temperature={self.temperature})"

    def complete(self, prompt: str) -> Reply:
        """Answer with one line `action -> value reason`, or say that there is nothing to do."""
        text = self._decide(prompt)
        # Counted block by block: examples come again in many prompts, and their counts are kept.
        asked = sum(count_tokens(block) for block in prompt.split("\n### "))
        return Reply(text, self.model, asked, count_tokens(text))

    def _decide(self, prompt: str) -> str:
        reading = read(prompt)
        view = look(reading.now)
        if not view.candidates:
            return "(The offline stand-in finds nothing in this prompt that could be done.)"
        rng = _generator(self.seed, prompt)
        lessons = [study(example) for example in reading.examples]
        imitations = imitate(view, lessons)
        scores = [
            candidate.habit
            + IMITATION * imitation.push
            + rng.gauss(0.0, NOISE if candidate.named else NOISE / 2)
            for candidate, imitation in zip(view.candidates, imitations, strict=True)
        ]
        chosen = _draw(scores, self.temperature, rng)
        candidate, imitation = view.candidates[chosen], imitations[chosen]
        if imitation.push > 0.1:
            value = imitation.value
            why = f"as in example {imitation.number}, worth {round(value, 3)}"
        else:
            value = min(0.1, max(0.0, candidate.habit / 10))
            why = f"a guess: {candidate.why}"
        return f"{candidate.control.action} -> {round(value, 3)} {why}"


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """An example in its relations: what was encouraged and discouraged on what kind of page."""

    number: int
    view: View
    encouraged: Candidate | None
    discouraged: Candidate | None
    value: float  # of the encouraged action, as the prompt gives it


@dataclass(frozen=True, slots=True)
class Imitation:
    """What the examples say for one candidate, and which of them says most."""

    push: float
    number: int = 0
    value: float = 0.0


def study(example: Example) -> Lesson:
    """Relate an example's advice to the example's own task and page."""
    view = look(example.page)
    good, bad = example.encouraged, example.discouraged
    return Lesson(
        example.number,
        view,
        view.candidate(good.action) if good else None,
        view.candidate(bad.action) if bad else None,
        good.value if good else 0.0,
    )


def imitate(view: View, lessons: Sequence[Lesson]) -> list[Imitation]:
    """For each candidate Σ_e w_e · (v_e² · K(a, a_e) − 0.1 · K(a, b_e)).

    Values are divided by the largest of the prompt where it exceeds 1: only their contrast counts.
    """
    scale = max([1.0, *(lesson.value for lesson in lessons)])
    weights = [resemblance(view, lesson.view) for lesson in lessons]
    imitations = []
    for candidate in view.candidates:
        push, most, source = 0.0, 0.0, None
        for lesson, weight in zip(lessons, weights, strict=True):
            if lesson.encouraged is not None:
                worth = max(0.0, lesson.value / scale) ** SHARPNESS
                if SAME and lesson.view.page.task == view.page.task:
                    worth -= SAME * (1.0 - min(1.0, lesson.value / scale))
                pull = weight * worth * kernel(candidate, view, lesson.encouraged, lesson.view)
                push += pull
                if pull > most:
                    most, source = pull, lesson
            if lesson.discouraged is not None:
                alike = kernel(candidate, view, lesson.discouraged, lesson.view)
                push -= WARNING * weight * alike
        number, value = (source.number, source.value) if source else (0, 0.0)
        imitations.append(Imitation(push, number, value))
    return imitations


def resemblance(a: View, b: View) -> float:
    """How alike two pages are built: the share of buttons and shapes that they have in common."""
    return len(a.layout & b.layout) / max(1, len(a.layout | b.layout))


def kernel(a: Candidate, a_view: View, b: Candidate, b_view: View) -> float:
    """How alike two candidates are: exp(−d² / 2·WIDTH²), or 0 where they differ in kind.

    Controls of the pages' frame ("next") are alike only where they are the same, and d compares
    what their pages tell. All others are compared by their own relations, whatever their names.
    """
    if a.control.verb != b.control.verb or a.control.shape != b.control.shape:
        return 0.0
    a_fixed = a.key in a_view.frame and a.key in b_view.frame
    b_fixed = b.key in b_view.frame and b.key in a_view.frame
    if a_fixed or b_fixed or a.control.shape in {"button", "bare"}:
        if a.key != b.key:
            return 0.0
        distance = sum((x - y) ** 2 for x, y in zip(a.page, b.page, strict=True))
        distance += (a.own[4] - b.own[4]) ** 2  # done already
    else:
        distance = sum((x - y) ** 2 for x, y in zip(a.own, b.own, strict=True))
    return math.exp(-distance / (2 * WIDTH * WIDTH))


def _generator(seed: int, prompt: str) -> random.Random:
    digest = hashlib.sha256(f"{seed}\n{prompt}".encode("utf-8", "replace")).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


def _draw(scores: Sequence[float], temperature: float, rng: random.Random) -> int:
    """An index drawn with P(i) ∝ exp(score_i / temperature)."""
    top = max(scores)
    if temperature <= 0:
        return scores.index(top)
    weights = [math.exp((score - top) / temperature) for score in scores]
    return rng.choices(range(len(scores)), weights)[0]
