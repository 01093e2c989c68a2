"""The verdict on a predicted value: any spelling of the right one counts."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from rememberer_lite.checks.diagnosis import Verdict
from rememberer_lite.checks.exercise import Prediction
from rememberer_lite.checks.values import family, parts, plain_number, same, shown

#: words between the parts of an answer, or before it
_FILLERS = re.compile(r"\b(?:and|then|the|only)\b")
_NUMBER = re.compile(r"[-−+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?(?:\s*[/%]\s*\d*)?", re.IGNORECASE)


def predicted(prediction: Prediction, answer: Any) -> Verdict:
    """The verdict on a prediction."""
    if answer is ...:
        return Verdict("untried")
    right = prediction.expected()
    if _means(answer, right, prediction.ordered):
        return Verdict("solved")
    for value, says in prediction.wrong.items():
        if _means(answer, list(value) if isinstance(value, tuple) else value, prediction.ordered):
            return Verdict("mistake", says)
    readable = _number(answer) if family(right) == "a number" else _text(answer, prediction.ordered)
    if family(answer) != family(right) and (readable is None or family(right) == "a list"):
        return Verdict("type", f"You predict {family(answer)}; {family(right)} was asked for.")
    near = _distance(answer, right)
    return Verdict(
        "differs", f"{shown(answer)} is not what comes out. {near}Work it out once more, on paper."
    )


def _distance(answer: Any, right: Any) -> str:
    """How far a wrong prediction is from the right one; "" where nothing helpful can be said.

    >>> _distance(["A", "D"], ["B", "D"])
    'Of the 2 that belong there you have 1, and 1 that does not. '
    """
    if family(right) == "a number":
        return _off(_number(answer), plain_number(right))
    wanted, mine = _names(right), _names(answer)
    if not wanted or not mine:
        return ""
    if {*wanted} == {*mine}:
        return "These are the right ones, but not as they stand here. "
    false = len({*mine} - {*wanted})
    others = f", and {false} that {'does' if false == 1 else 'do'} not" if false else ""
    return f"Of the {len(wanted)} that belong there you have {len({*wanted} & {*mine})}{others}. "


def _off(mine: float | None, right: float | None) -> str:
    """How far a number is from the right one.

    >>> _off(60.0, 0.6), _off(1.76, 2.1152)
    ('The digits are right, but it is 100 times too large. ', '')
    """
    if mine is None or not right:
        return ""
    ratio = mine / right
    if same(ratio, -1.0):
        return "The size is right, and the sign is not. "
    for times in (10**power for power in range(1, 7)):
        for factor, size in ((times, "large"), (1 / times, "small")):
            if abs(ratio / factor - 1) < 1e-3:
                return f"The digits are right, but it is {times:,} times too {size}. "
    near = abs(ratio - 1) < 0.01 and right != int(right)
    return "That is close: did you round on the way? " if near else ""


def _names(value: Any) -> list[str]:
    """The things that a prediction lists: parts of a list, characters of a text in capitals."""
    if family(value) in ("a list", "a set"):
        return [name for part in parts(value) if (name := _text(part, True, depth=1))]
    text = _text(value, True) or ""
    return [*text] if family(value) == "a text" and str.__str__(value).isupper() else []


def _means(answer: Any, value: Any, ordered: bool) -> bool:
    """Whether an answer is this value, however it is written."""
    if same(answer, value):
        return True
    if family(value) == "a number":
        number = _number(answer)
        return number is not None and _rounds_to(value, number)
    mine, theirs = _text(answer, ordered), _text(value, ordered)
    if mine is None or theirs is None:
        return False
    inside = re.fullmatch(r"\w+\[(.*)\]", value) if isinstance(value, str) else None
    return mine == theirs or (inside is not None and mine == _text(inside[1], ordered))


def _rounds_to(value: Any, number: float) -> bool:
    """Whether a number is this value, or the value rounded to three digits or more.

    >>> _rounds_to(1.629, 1.63), _rounds_to(1.629, 1.6), _rounds_to(0.7, 0.7), _rounds_to(0.7, 0.71)
    (True, False, True, False)
    """
    if same(value, number):
        return True
    digits = re.sub(r"e.*", "", f"{number:.12g}").replace(".", "").lstrip("-0")
    return len(digits) >= 3 and same(float(f"{value:.{len(digits)}g}"), number)


def _number(answer: Any) -> float | None:
    """The number that an answer is or spells out: 0.6, "0.6", "3/5", "60 %", "about 0.6", [0.6]."""
    if family(answer) == "a list" and len(alone := parts(answer)) == 1:
        (answer,) = alone
    if family(answer) == "a number":
        return plain_number(answer)
    if family(answer) != "a text":
        return None
    found = _NUMBER.findall(str.__str__(answer)[:1000])
    if len(found) != 1:
        return None
    text = found[0].replace("−", "-").replace(",", ".").replace(" ", "")
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(Fraction(text))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _text(answer: Any, ordered: bool, depth: int = 0) -> str | None:
    """What an answer names, without the text in between: "E, C and A" is "eca".

    >>> _text("E, C and A", True), _text(["E", "C", "A"], True), _text({3, 1}, False)
    ('eca', 'eca', '13')
    """
    if depth == 0 and family(answer) in ("a list", *["a set"] * (not ordered)):
        inner = [_text(part, ordered, depth=1) for part in parts(answer)]
        text = None if None in inner else "".join(filter(None, inner))
    elif family(answer) == "a text":
        text = _FILLERS.sub(" ", str.__str__(answer)[:1000].casefold())
    elif (number := _number(answer)) is not None and number == int(number):
        text = str(int(number))
    else:
        return None
    if text is None:
        return None
    text = "".join(c for c in text if c.isalnum())
    return text if ordered else "".join(sorted(set(text)))
