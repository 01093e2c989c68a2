"""An honest stand-in for a language model: it runs without network, key or weights.

**What it is.** A fixed function from the prompt to a reply, made so that an experience memory can
be studied in seconds. It reads the prompt (`reading`, `elements`, `words`), relates each possible
action to what is asked (`relations`), adds what its habits (`habits`) and the prompt's examples
(`imitation`) say for it, and draws one at random:

    score(a) = habit(a) + 1.6 · Σ_e w_e · (v_e⁸ · K(a, a_e) − 0.1 · K(a, b_e)) + noise
    P(a) ∝ exp(score(a) / temperature)

where example e encourages the action a_e with value v_e (divided by the prompt's largest, if that
exceeds 1), discourages b_e, and shows a page that resembles the current one by w_e. K is 1 if two
actions have the same relations to their own task and page, and falls off quickly.

**What general knowledge is in it.** Which English words merely make a request, phrases that set
a limit ("lower than 40"), words for "back" and "next"; that one clicks what the task names, types
key words where a page offers little else, and finds the last button of a page tempting. This last
habit is a flaw; another is that it follows the first line of the task even if the current step is
a different one. Such flaws are what examples can correct.

**What it is not.** It is not a language model: it understands nothing, and its scores say nothing
about one. It knows no shop, no site and no game, no goals and no rewards. Whatever it learns comes
from the examples in the prompt.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rememberer_lite.llm.base import Reply
from rememberer_lite.llm.checked import number
from rememberer_lite.llm.offline.habits import habit
from rememberer_lite.llm.offline.imitation import Imitation, imitate, study
from rememberer_lite.llm.offline.reading import read
from rememberer_lite.llm.offline.relations import Candidate, look
from rememberer_lite.prompts.choices import Choices
from rememberer_lite.text import escape_action
from rememberer_lite.tokens import count_tokens

IMITATION = 1.6  # weight of the examples against the habits
NOISE = 0.2  # standard deviation; half of it for an action that shares no word with the request


@dataclass(frozen=True, slots=True)
class Weighed:
    """A possible action, and what speaks for it before the noise is added.

    Attributes:
        candidate: the action.
        habit: what the habits say for it.
        why: the habit in words.
        imitation: what the prompt's examples say for it.
    """

    candidate: Candidate
    habit: float
    why: str
    imitation: Imitation

    @property
    def action(self) -> str:
        """The action as it is written."""
        return self.candidate.control.action

    @property
    def examples(self) -> float:
        """1.6 · Σ_e w_e · (v_e⁸ · K(a, a_e) − 0.1 · K(a, b_e))."""
        return IMITATION * self.imitation.push

    @property
    def score(self) -> float:
        """Both together, without noise."""
        return self.habit + self.examples


def weigh(prompt: str) -> list[Weighed]:
    '''What the stand-in sees in a prompt: each possible action with its score, before the noise.

    >>> prompt = """### Now
    ... Task:
    ...   press the green button
    ... Possible actions:
    ... - press(red)
    ... - press(green)
    ... Encouraged:
    ... """
    >>> [(one.action, round(one.habit, 3), one.examples) for one in weigh(prompt)]
    [('press(red)', 0.0, 0.0), ('press(green)', 0.467, 0.0)]
    '''
    reading = read(prompt)
    view = look(reading.now)
    imitations = imitate(view, [study(example) for example in reading.examples])
    return [
        Weighed(candidate, *habit(candidate, view), imitation)
        for candidate, imitation in zip(view.candidates, imitations, strict=True)
    ]


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

    #: it knows the form of the paper's prompts, and no other
    styles = ("paper",)

    def __init__(self, seed: int = 0, temperature: float = 0.1) -> None:
        self.seed = seed
        self.temperature = number("temperature", temperature)

    @property
    def model(self) -> str:
        """The name stored with every result."""
        return "offline-stand-in"

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the replies: `OfflineLLM(seed, temperature)`."""
        return {"model": self.model, "seed": self.seed, "temperature": self.temperature}

    def __repr__(self) -> str:
        return f"OfflineLLM(seed={self.seed}, temperature={self.temperature})"

    def complete(self, prompt: str, choices: Choices | None = None) -> Reply:
        """Answer with one line `action -> value reason`, or say that there is nothing to do."""
        text = self._decide(prompt, choices)
        return Reply(text, self.model, count_tokens(prompt), count_tokens(text))

    def _decide(self, prompt: str, choices: Choices | None) -> str:
        weighed = weigh(prompt)
        possible = [choices is None or choices.allow(one.action) for one in weighed]
        if not any(possible):
            return "(The offline stand-in finds nothing in this prompt that could be done.)"
        rng = _generator(self.seed, prompt)
        scores = [
            one.score + rng.gauss(0.0, NOISE if one.candidate.named else NOISE / 2)
            for one in weighed
        ]
        open_to_it = (s if may else -math.inf for s, may in zip(scores, possible, strict=True))
        chosen = weighed[_draw(list(open_to_it), self.temperature, rng)]
        if chosen.imitation.push > 0.1:
            value = round(chosen.imitation.value, 3)
            reason = f"as in example {chosen.imitation.number}, worth {value}"
        else:
            value = round(min(0.1, max(0.0, chosen.habit / 10)), 3)
            reason = f"a guess: {chosen.why}"
        return f"{escape_action(chosen.action)} -> {value} {reason}"


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
