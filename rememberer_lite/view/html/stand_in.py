"""What the offline stand-in sees in a prompt: the score of each action, part by part."""

from __future__ import annotations

import math

from rememberer_lite.llm.offline import Weighed, weigh
from rememberer_lite.view.html.markup import Html, code, table, tag
from rememberer_lite.view.html.style import meter, view


def stand_in_html(prompt: str, temperature: float = 0.1, limit: int = 6) -> Html:
    """The score of each possible action, before the noise: habit, examples, and the chance.

    Args:
        prompt: as the agent sends it.
        temperature: of the draw, above 0.
        limit: how many actions at most, the most likely first; the rest is counted.
    """
    found = sorted(weigh(prompt), key=lambda one: -one.score)
    if not found:
        return view(tag("p", "The stand-in finds nothing in this prompt that could be done."))
    top = found[0].score
    weights = [math.exp((one.score - top) / temperature) for one in found]
    chances = [weight / sum(weights) for weight in weights]
    rows = [_row(one, chance) for one, chance in zip(found[:limit], chances, strict=False)]
    header = ["Action", "Habit", "Examples", "Score", "Chance", "0 to 1"]
    rest = len(found) - limit
    after = [tag("p", f"{rest} more, together {sum(chances[limit:]):.3f}.")] if rest > 0 else []
    return view(
        table("The stand-in's scores, before the noise", header, rows),
        *after,
        title="The stand-in, opened",
    )


def _row(one: Weighed, chance: float) -> list[object]:
    return [
        code(one.action),
        one.habit,
        one.examples,
        one.score,
        chance,
        meter(chance, f"chance {chance:.3f}"),
    ]
