"""How the shoppers of the built-in shop express what they want.

A wish is a kind of thing and a few facts about it, each with a grammar ("adj", "made", "with a",
"color", …). The grammar says how a fact is written before the noun, after it, or in a separate
sentence; a template gives the form of the whole request; a few requests contain a slip of the pen.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Grammar = Mapping[str, Sequence[str]]  # "pre", "post", "more" → patterns

_VOWEL_SOUND = re.compile(r"(?:[aeio]|u(?!s[bei]|ni|v)|8|11\b|18\b|x-|xx-|fm\b|led\b)")
_VERBS = {"comes": "come", "works": "work", "fits": "fit", "needs": "need", "holds": "hold",
          "measures": "measure", "smells": "smell", "is": "are", "has": "have"}  # fmt: skip
_SINGULAR = {**{verb: verb for verb in _VERBS}, "it": "it", "it_is": "it's", "it_obj": "it"}
_PLURAL = {**_VERBS, "it": "they", "it_is": "they're", "it_obj": "them"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One wanted feature: its words and how they fit into a sentence."""

    text: str
    grammar: Grammar


def with_article(words: str) -> str:
    """The words after "a" or "an", by their sound.

    >>> with_article("usb port"), with_article("inner pocket"), with_article("8 ounce bottle")
    ('a usb port', 'an inner pocket', 'an 8 ounce bottle')
    """
    return f"{'an' if _VOWEL_SOUND.match(words) else 'a'} {words}"


def request(
    rng: random.Random, ask: str, facts: Sequence[Fact], aside: str, phrases: Mapping[str, Any]
) -> str:
    """A whole request, as a person would write it.

    Args:
        rng: makes every choice.
        ask: article and noun, "a pair of|sandals".
        facts: what is wanted; each is named once.
        aside: why it is wanted; used by some templates only.
        phrases: the templates, joins, slips and respellings of `phrases.json`.

    >>> adj = {"pre": ["{a}"], "post": ["that {is} {a}"], "more": ["{it} must be {a}"]}
    >>> phrases = {"templates": ["i need {np}"], "slips": {}, "respellings": {}}
    >>> request(random.Random(2), "a|table lamp", [Fact("dimmable", adj)], "", phrases)
    'i need a dimmable table lamp'
    """
    article, noun = ask.split("|")
    plural = noun.split(" for ")[0].endswith("s") and article in {"", "some", "a pair of"}
    forms = _PLURAL if plural else _SINGULAR

    def say(fact: Fact, place: str) -> str:
        pattern = rng.choice(fact.grammar[place])
        return pattern.format(a=fact.text, v=fact.text, an_a=with_article(fact.text), **forms)

    template = _template(rng, len(facts), phrases["templates"])
    wanted = list(facts)
    rng.shuffle(wanted)
    sentences = {"more": "", "last": ""}
    for slot in sentences:
        if f"{{{slot}}}" in template:
            sentences[slot] = say(wanted.pop(), "more")

    before: list[str] = []
    after: list[str] = []
    for fact in wanted:
        if fact.grammar["pre"] and len(before) < 2 and rng.random() < 0.5:
            before.append(say(fact, "pre"))
        else:
            after.append(say(fact, "post"))
    thing = " ".join([*before, noun])
    phrase = with_article(thing) if article in {"a", "an"} else f"{article} {thing}".strip()
    for position, words in enumerate(after):
        last = position == len(after) - 1
        join = rng.choice(phrases["last joins" if last else "joins"]) if position else " "
        phrase += join + words
    text = template.format(np=phrase, aside=aside, **sentences)
    return _slip(rng, text, phrases)


def _template(rng: random.Random, facts: int, templates: Sequence[str]) -> str:
    """A template that does not need more sentences than there are facts."""
    while True:
        template = rng.choice(templates)
        if ("{more}" in template) + ("{last}" in template) < max(facts, 1):
            return template


def _slip(rng: random.Random, text: str, phrases: Mapping[str, Any]) -> str:
    """The same text, sometimes with a misspelt word or a doubled space."""
    if rng.random() < 0.10:
        slips = phrases["slips"]
        words = text.split(" ")
        spots = [i for i, word in enumerate(words) if word in slips]
        if spots:
            spot = rng.choice(spots)
            words[spot] = rng.choice(slips[words[spot]])
            text = " ".join(words)
    if rng.random() < 0.12:
        for words_, respelt in phrases["respellings"].items():
            text = text.replace(words_, respelt)
    if rng.random() < 0.03:
        text = text.replace(". ", ".  ").replace(", ", ",  ", 1)
    return text
