"""Exercises of chapter 03: λ, common subsequences, look-ups with gaps, the first k, a mix."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

_LCS, _TABLE = "chapter 03, “The smallest worked example”", "chapter 03, “A table of page patterns”"


# ---- 3.1

A, B = (0.8, 0.3), (0.5, 1.0)  # f_g and f_o of two records


def _turning_point() -> float:
    task, page = A[0] - B[0], B[1] - A[1]  # λ·task = (1 − λ)·page where both are as similar
    return page / (task + page)


FIRST = Prediction(
    "3.1", "where λ turns the retrieval", "chapter 03, “Mix the parts”", _turning_point, {
    0.3: "That is what the *page* weighs at the turning point, 1 − λ.",
    0.5: "At λ = 0.5 record A has 0.55 and record B 0.75: B is still ahead.",
    1.0: "At λ = 1 record A has long been ahead, 0.8 to 0.5. Where do the two change places?",
    0.0: "At λ = 0 only the page counts, and there B is ahead.",
    7 / 3: "That is λ : (1 − λ), the ratio of the two weights. λ is a share, from 0 to 1.",
    3 / 7: "That is (1 − λ) : λ, the ratio of the two weights, and not λ itself.",
    0.6: "At λ = 0.6 record A has 0.60 and record B 0.70: B is still ahead.",
    0.8: "At λ = 0.8 record A has 0.70 and record B 0.60: A is ahead, and has been so for a while.",
})  # fmt: skip


# ---- 3.2


def _lcs_table(a: Sequence[str], b: Sequence[str]) -> list[list[int]]:
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, start=1):
        for j, y in enumerate(b, start=1):
            if x == y:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table


def _tag_lists(rng: random.Random) -> Iterator[Case]:
    yield ["p"], ["p"]
    yield ["p"], ["img"]
    yield [], ["p"]
    yield ["p"], []
    yield [], []
    yield ["p", "img"], ["img", "p"]
    yield ["p", "p"], ["p"]
    yield ["p"], ["p", "p"]
    yield ["p", "img", "p"], ["p", "p"]
    for size in range(50):
        yield tuple(
            [rng.choice(["p", "img", "button"]) for _ in range(rng.randint(1, size // 10 + 2))]
            for _ in range(2)
        )


SECOND = Exercise(
    "3.2", "the table of common subsequences", _LCS, _lcs_table, _tag_lists, mistakes({
    "return table >> return table[-1][-1]":
        "You return the last cell. The whole table is asked for.",
    "return table >> return [row[1:] for row in table[1:]]": "The row and the column for *no* tag "
        "are missing from what you return: they are part of the table.",
    "return table >> return [list(column) for column in zip(*table)]":
        "Rows and columns have changed places: row i is about the first i tags of `a`.",
    "table[i - 1][j - 1] + 1 >> max(table[i - 1][j], table[i][j - 1]) + 1":
        "A match adds 1 to the larger neighbour, so a tag of one list is matched with several of "
        "the other. It adds 1 to the cell *diagonally* before: what was common without either tag.",
    "table[i - 1][j - 1] + 1 >> table[i][j - 1] + 1": "A match goes on with the cell *diagonally* "
        "before. The cell to the left has counted this tag of `a` already.",
    "table[i - 1][j - 1] + 1 >> table[i - 1][j] + 1": "A match goes on with the cell *diagonally* "
        "before. The cell above has counted this tag of `b` already.",
    "return table >> return table[1:]":
        "The table begins with a row for no tag of `a`. You leave it out.",
    "return table >> return [row[1:] for row in table]":
        "Each row begins with a column for no tag of `b`. You leave it out.",
    "max(table[i - 1][j], table[i][j - 1]) >> 0":
        "Where the tags differ you begin again at 0. What was common so far stays common: the "
        "larger of the cell above and the cell to the left.",
    "max(table[i - 1][j], table[i][j - 1]) >> table[i - 1][j]":
        "Where the tags differ you look at the cell above only. The one to the left may hold more.",
    "max(table[i - 1][j], table[i][j - 1]) >> table[i][j - 1]":
        "Where the tags differ you look at the cell to the left only. The one above may hold more.",
    "max(table[i - 1][j], table[i][j - 1]) >> table[i - 1][j - 1]":
        "Where the tags differ you take the cell diagonally before. One of the two tags may be "
        "left out alone: the larger of above and left.",
    "[[0] * (len(b) + 1) for _ in range(len(a) + 1)] >> [[0] * (len(b) + 1)] * (len(a) + 1)":
        "All rows of your table are one and the same list: `[row] * n` repeats the list, it does "
        "not copy it.",
    Mistake(where=lambda a, b: not a or not b):
        "An empty list has a table too: the row and the column of zeros.",
}), cuts=("a", "b"))  # fmt: skip


# ---- 3.3

Tags = Sequence[str]
Weights = Mapping[str, float]


def _best(a: Tags, b: Tags, gain: Callable[[str, str], float]) -> float:
    """The last cell of the table; `gain` is what two tags bring that match, else 0."""
    table = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, start=1):
        for j, y in enumerate(b, start=1):
            table[i][j] = max(table[i - 1][j], table[i][j - 1])
            if gain(x, y):
                table[i][j] = max(table[i][j], table[i - 1][j - 1] + gain(x, y))
    return table[-1][-1]


def _weight(tags: Tags, weights: Weights) -> float:
    return sum(weights.get(tag, 1.0) for tag in tags)


def _overlap(a: Tags, b: Tags, weights: Weights) -> float:
    if not a and not b:
        return 1.0
    if not a or not b:
        return 0.0
    common = _best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0)
    return common / min(_weight(a, weights), _weight(b, weights))


def _longest_then_weighed(a: Tags, b: Tags, weights: Weights) -> float:
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, start=1):
        for j, y in enumerate(b, start=1):
            longer = max(lengths[i - 1][j], lengths[i][j - 1])
            lengths[i][j] = lengths[i - 1][j - 1] + 1 if x == y else longer
    i, j, total = len(a), len(b), 0.0
    while i and j:
        if a[i - 1] == b[j - 1]:
            i, j, total = i - 1, j - 1, total + weights.get(a[i - 1], 1.0)
        elif lengths[i - 1][j] >= lengths[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return total


def _in_a_row(a: Tags, b: Tags, weights: Weights) -> float:
    runs = [0.0]
    for i in range(len(a)):
        for j in range(len(b)):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            runs.append(_weight(a[i : i + n], weights))
    return max(runs)


def _any_order(a: Tags, b: Tags, weights: Weights) -> float:
    return _weight(list((Counter(a) & Counter(b)).elements()), weights)


def _first_that_fits(a: Tags, b: Tags, weights: Weights) -> float:
    total, rest = 0.0, list(b)
    for tag in a:
        if tag in rest:
            rest = rest[rest.index(tag) + 1 :]
            total += weights.get(tag, 1.0)
    return total


def _screens(rng: random.Random) -> Iterator[Case]:
    yield ["p"], ["p"], {}
    yield ["p"], ["img"], {}
    yield ["p"], ["p", "p"], {}
    yield ["p", "img"], ["img", "p"], {"img": 3.0}
    yield ["img", "p", "p"], ["p", "p", "img"], {"img": 5.0}
    yield ["p", "img"], ["p", "hr"], {"img": 0.5}
    yield ["p", "p", "p"], ["img", "p"], {"img": 4.0}
    yield [], [], {"p": 2.0}
    yield [], ["p"], {}
    yield ["p"], [], {"p": 2.0}
    names = ["p", "img", "div", "hr", "button"]
    for size in range(70):
        most = size // 7 + 2
        a, b = (rng.choices(names, k=rng.randint(0, most)) for _ in range(2))
        weights = {name: rng.choice([0.5, 2.0, 5.0]) for name in rng.sample(names, 3)}
        yield a, b, weights
    for _ in range(6):
        a, b = (rng.choices(names, k=18) for _ in range(2))
        yield a, b, {"img": 3.0}


THIRD = Exercise("3.3", "the heaviest common subsequence", _LCS, _overlap, _screens, mistakes({
    "min(_weight >> max(_weight": "You divide by the heavier of the two, as the chapter divides "
        "by the longer. Here it is the lighter one.",
    ("weights.get(x, 1.0) if x == y else 0.0 >> float(x == y)",
     "min(_weight(a, weights), _weight(b, weights)) >> min(len(a), len(b))"):
        "You count tags and leave the weights out of it, above and below the line.",
    ("weights.get(x, 1.0) if x == y else 0.0 >> float(x == y)",
     "min(_weight(a, weights), _weight(b, weights)) >> max(len(a), len(b))"):
        "That is the chapter's share: no weights, and the longer one below the line.",
    "weights.get(x, 1.0) if x == y else 0.0 >> float(x == y)":
        "Each match brings 1 in your table. It brings the weight of its tag.",
    "min(_weight(a, weights), _weight(b, weights)) >> min(len(a), len(b))":
        "The weights are missing below the line: there stands what the lighter list weighs, not "
        "how many tags it has.",
    "min(_weight(a, weights), _weight(b, weights)) >> _weight(min(a, b, key=len), weights)":
        "You divide by the weight of the list with fewer tags. A short list of heavy tags can be "
        "the heavier one: take the lighter.",
    "min(_weight(a, weights), _weight(b, weights)) >> _weight(a, weights)":
        "You divide by the weight of `a`, whichever is lighter.",
    "min(_weight(a, weights), _weight(b, weights)) >> ((_weight(a, weights) + _weight(b, "
    "weights)) / 2)":
        "You divide by the mean weight of the two. The lighter one stands below the line.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _longest_then_weighed(a, "
    "b, weights)": "You look for the longest subsequence and weigh it afterwards. One heavy tag "
        "can outweigh two light ones: let the table collect weights.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _in_a_row(a, b, weights)":
        "Your common tags stand side by side. In a subsequence others may stand between.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _any_order(a, b, weights)":
        "You ignore the order. What is common has to stand in the same order in both.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _first_that_fits(a, b, "
    "weights)": "You take the first match that fits. It can block a better one further on: that "
        "is what the table is for.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _weight([x for x, y in "
    "zip(a, b) if x == y], weights)": "You compare place by place. One tag more at the beginning, "
        "and nothing fits any longer: both lists may leave tags out.",
    "_best(a, b >> _best(a[:-1], b[:-1]": "The last tag of each list is never looked at: row and "
        "column 0 of the table stand for *no* tag, so there is one more of them than tags.",
    "_best(a, b >> _best(a[1:], b[1:]": "The first tag of each list is never looked at: give the "
        "table a row and a column for *no* tag before it.",
    "max(table[i - 1][j], table[i][j - 1]) >> table[i - 1][j - 1]": "Where two tags differ, the "
        "better of the cells above and to the left goes on, not the one diagonally above.",
    "_best(a, b, lambda x, y: weights.get(x, 1.0) if x == y else 0.0) >> _weight([tag for tag in "
    "a if tag in b], weights)": "You keep each tag of `a` that is somewhere in `b`. Order counts, "
        "and each tag of `b` can be used once only.",
    ("weights.get(x, 1.0) >> weights[x]", "weights.get(tag, 1.0) >> weights[tag]"):
        "A tag that has no entry in `weights` weighs 1, and is no error: look it up with a "
        "default.",
    ("weights.get(x, 1.0) >> weights.get(x, 0.0)",
     "weights.get(tag, 1.0) >> weights.get(tag, 0.0)"):
        "A tag that has no entry in `weights` weighs 1, not 0.",
    ("if not a and not b: return 1.0 >>", "if not a or not b: return 0.0 >>"):
        "With an empty list you divide by zero. Two empty ones are equal, 1.0; one empty and one "
        "not have nothing in common, 0.0.",
    Mistake(where=lambda a, b, w: not a and not b): "Two empty lists are equal, so the answer is "
        "1.0; only *one* empty list has nothing in common with the other.",
    Mistake(where=lambda a, b, w: bool(a) != bool(b)): "Only two empty lists are equal. An empty "
        "one and one that is not have nothing in common: 0.0.",
}),
    cuts=("a", "b", "weights"),
    slow="Without a table the same beginnings are compared again and again, and each tag "
    "doubles the work: keep what you have worked out.",
)  # fmt: skip


# ---- 3.7


def _length(a: str, pattern: str) -> int:
    start, ends = 0, (len(a), len(pattern))  # what both begin with is common, and need not be tried
    while start < min(ends) and pattern[start] in (a[start], "?"):
        start += 1
    left, right = a[start:], [tag for tag in pattern[start:] if tag == "?" or tag in a]
    if "?" not in pattern:  # what the other one does not have matches nothing
        left = "".join(tag for tag in left if tag in pattern)
    if list(left) == right:
        return start + len(right)
    return start + int(_best(left, right, lambda x, y: float(y in (x, "?"))))


def _in_one_row(a: str, pattern: str) -> int:
    """The same as learners write it, a row of the table in one number; they slip in this."""
    masks = {tag: sum(1 << i for i, x in enumerate(a) if x == tag) for tag in set(a)}
    row = full = (1 << len(a)) - 1
    for tag in pattern:
        hit = row & (full if tag == "?" else masks.get(tag, 0))
        row = ((row + hit) | (row - hit)) & full
    return len(a) - row.bit_count()


def _long_screens(rng: random.Random) -> Iterator[Case]:
    yield "p", "p"
    yield "p", "?"
    yield "p", "i"
    yield "pp", "pp"
    yield "pi", "ip"
    yield "pip", "ppdd"
    yield "", "p?"
    yield "p", ""
    yield "", ""

    def draw(names: str, size: int) -> str:
        return "".join(rng.choices(names, k=size))

    for size in range(60):
        lengths = [rng.randint(0, size // 5 + 2) for _ in range(2)]
        yield draw("pidh", lengths[0]), draw("pidhb?", lengths[1])
    for _ in range(2):  # longer than a machine's word
        yield draw("pidh", 100), draw("pidh?", 90)
    common = draw("pidh", 4000)  # long, and known from how the two are made
    a, b = ("".join(other * (rng.random() < 0.3) + tag for tag in common) for other in "ab")
    yield a, b


SIXTH = Exercise(
    "3.7", "a whole row in one number (optional)", _LCS, _length, _long_screens, mistakes({
    Mistake(edit='full if tag == "?" else masks.get(tag, 0) '
                 ">> masks.get(tag, 0)",
            of=_in_one_row): 'A "?" of the pattern matches every tag: its mask has all bits set.',
    Mistake(edit="sum(1 << i for i, x in enumerate(a) if x == tag) "
                 ">> 1 << a.rindex(tag)",
            of=_in_one_row): "You keep one place for each tag, the last. A tag may stand at "
        "several: set all its bits, with `|`.",
    Mistake(edit="sum(1 << i for i, x in enumerate(a) if x == tag) "
                 ">> 1 << a.index(tag)",
            of=_in_one_row): "You keep one place for each tag, the first. A tag may stand at "
        "several: set all its bits, with `|`.",
    Mistake(edit="len(a) - row.bit_count() >> row.bit_count()", of=_in_one_row):
        "You count the ones. A bit that is still 1 stands for a tag that adds nothing: count the "
        "zeros.",
    Mistake(edit="row = full = (1 << len(a)) - 1 "
                 ">> row, full = 0, (1 << len(a)) - 1",
            of=_in_one_row):
        "The row begins with all bits 1: before the first tag of the pattern nothing is matched.",
    Mistake(edit="enumerate(a) >> enumerate(a[::-1])", of=_in_one_row):
        "Your first tag stands at the highest bit. The carry of the addition runs upwards, so the "
        "first tag belongs at bit 0.",
    Mistake(edit="(row - hit) >> row", of=_in_one_row):
        "Your row never loses a bit. The second half of the formula is the row *without* the bits "
        "that match; and the row is cut to its len(a) bits, or each carry leaves a 1 above them.",
    Mistake(always=True, wrong=lambda a, pattern: _length(a, pattern) + (1 if a else 2)):
        'You count one too many. `bin` puts "0b" before the digits, with a zero of its own.',
    Mistake(always=True, wrong=lambda a, pattern: _length(a, pattern) + 1):
        "Your length is one too large in every case. Where nothing is common it is 0.",
    Mistake(always=True, wrong=lambda a, pattern: _length(a, pattern) + bool(a)):
        'Your length is one too large wherever `a` has tags. In a text like "0b101" the first '
        "zero is no digit.",
    Mistake(wrong=lambda a, pattern: _length(a, pattern.replace("?", "")) + pattern.count("?")):
        'You add 1 for each "?", and so get more than `a` has tags. A "?" matches one tag, at its '
        "own place.",
    Mistake(wrong=lambda a, pattern: min(len(a), _length(a, pattern.replace("?", ""))
                                   + pattern.count("?"))):
        'Each "?" adds 1 in yours, wherever it stands. It matches one tag at its own place: where '
        "the tags around it are matched already, it may find none left.",
    Mistake(edit='len(a) - row.bit_count() >> bin(row)[2:].count("0")', of=_in_one_row):
        "`bin` writes no zeros at the front, so you miss those. Take the ones away from len(a) "
        "instead.",
    Mistake(edit='len(a) - row.bit_count() >> bin(row).count("0")', of=_in_one_row):
        '`bin` writes no zeros at the front, and in "0b" one that does not count. Take the ones '
        "away from len(a) instead.",
    Mistake(edit="masks.get(tag, 0) >> masks[tag]", of=_in_one_row):
        "A tag of the pattern that `a` does not have matches nothing: its mask is 0, and no error.",
    Mistake(where=lambda a, pattern: not a): "An empty `a` has nothing in common with any "
        'pattern: 0. (`bin(0)` is "0b0", with a zero that stands for no tag.)',
    Mistake(edit="masks.get(tag, 0) >> masks.get(tag, full)", of=_in_one_row):
        "A tag of the pattern that `a` does not have matches nothing: its mask is 0, not all ones.",
    Mistake(edit="(row + hit) | >> (row + hit) &", of=_in_one_row):
        "The two halves of the formula are joined with `|`; you use `&`.",
    Mistake(wrong=lambda a, p: _length(a, p) / max(len(a), len(p)) if a or p else 1.0):
        "That is a share. The length itself was asked for, a whole number.",
}),
    slow="What it has answered so far is right, but it is too slow for lists of thousands of "
    "tags: the table has millions of cells. Let one number hold a whole row.",
    limit=1.0,
)  # fmt: skip


# ---- 3.4

Kinds = tuple[str | None, str | None]
Table = Mapping[tuple[str, str], float]


def _similar(query: Kinds, key: Kinds, tables: tuple[Table, Table], weight: float) -> float:
    parts: list[float | None] = []
    for a, b, table in zip(query, key, tables, strict=True):
        if a is None or b is None:
            parts.append(None)
        elif a == b:
            parts.append(1.0)
        else:
            parts.append(table.get((a, b), table.get((b, a), 0.0)))
    task, page = parts
    if task is None or page is None:
        return task if task is not None else page if page is not None else 0.0
    return weight * task + (1 - weight) * page


def _divides_by_weight(
    query: Kinds, key: Kinds, tables: tuple[Table, Table], weight: float
) -> float:
    no_task, no_page = (None in pair for pair in zip(query, key, strict=True))
    if (weight == 0 and no_page and not no_task) or (weight == 1 and no_task and not no_page):
        raise ZeroDivisionError
    return _similar(query, key, tables, weight)


def _two_states(rng: random.Random) -> Iterator[Case]:
    tables: tuple[Table, Table] = (
        {("article", "author"): 0.4, ("author", "about"): 0.8},
        {("item", "sub"): 0.3, ("results", "item"): 0.1},
    )
    yield ("author", "item"), ("author", "item"), tables, 0.5
    yield ("author", "item"), ("about", "item"), tables, 0.75
    yield ("about", "item"), ("author", "item"), tables, 0.75
    yield ("author", "item"), ("author", "sub"), tables, 0.75
    yield ("article", "item"), ("about", "sub"), tables, 0.5
    yield (None, "item"), ("author", "item"), tables, 0.5
    yield ("author", "item"), (None, "sub"), tables, 0.5
    yield (None, "item"), (None, "sub"), tables, 0.5
    yield ("author", None), ("about", None), tables, 0.0
    yield (None, None), (None, None), tables, 0.5
    yield ("author", None), (None, "item"), tables, 0.5
    yield (None, "sub"), (None, "item"), tables, 1.0
    steps, pages = ["article", "author", "about", None], ["item", "sub", "results", None]
    for _ in range(90):
        query, key = ((rng.choice(steps), rng.choice(pages)) for _ in range(2))
        yield query, key, tables, rng.choice([0.0, 0.25, 0.5, 0.75, 1.0])


FOURTH = Exercise(
    "3.4", "a look-up with gaps, and the mix", _TABLE, _similar, _two_states, mistakes({
    "append(None) >> append(0.0)": "A part that is missing counts as 0, as in the package. Here "
        "the other part counts alone, with its whole weight.",
    "append(None) >> append(1.0)": "A part that is missing counts as 1. Nothing is known of it, "
        "so the other part counts alone.",
    "append(None) >> append(0.5)": "A part that is missing counts as 0.5. Nothing is known of it, "
        "so the other part counts alone.",
    "a is None or b is None >> (a is None) != (b is None)": "Two unknown kinds are not the same "
        "kind: `None == None` is true, but nothing is known of either. Ask for None first.",
    "a is None or b is None >> False": "Two unknown kinds are not the same kind, and an unknown "
        "one is not unlike every other: in both cases the part is missing.",
    "or b is None >>":
        "You look for a gap in the query only. The key may be of unknown kind as well.",
    "a is None or b >> a is None and b":
        "A part is missing where *either* side is unknown, not only where both are.",
    "table.get((b, a), 0.0) >> 0.0":
        "The table holds each pair in one order only. Look for the other order too.",
    "a == b >> False": "A kind is equal to itself, 1.0, although the table does not say so.",
    "weight * task + (1 - weight) * page >> (1 - weight) * task + weight * page":
        "λ and 1 − λ have changed places: λ is the weight of the task part.",
    "weight * task + (1 - weight) * page >> (task + page) / 2":
        "You take the plain mean of the two parts. λ weighs them.",
    "page is not None else 0.0 >> page is not None else 1 // 0":
        "Where nothing at all is known the answer is 0.0, and no error.",
    "page is not None else 0.0 >> page is not None else 1.0":
        "Where nothing at all is known the answer is 0.0, not 1.0.",
    "table.get((a, b), table.get((b, a), 0.0)) >> table[(a, b) if (a, b) in table else (b, a)]":
        "Two different kinds that are in no table are 0.0 alike. Look them up with a default.",
    ("task is None or page is None >> not task or not page",
     "task if task is not None else page if page is not None else 0.0 >> task or page or 0.0"):
        "A part of 0.0 is known, and is not missing. But `if part` and `or` take it for a gap: "
        "ask for `is None`.",
    Mistake(wrong=_divides_by_weight): "You divide by the weight of the part that is there, and "
        "it may be 0. Return that part itself.",
    Mistake(where=lambda query, key, tables, weight: all(
                None in pair for pair in zip(query, key, strict=True))):
        "Where nothing at all is known the answer is 0.0: both parts are missing.",
}))  # fmt: skip


# ---- 3.5

Records = Sequence[tuple[float, str]]


def _top(records: Records, k: int) -> list[int]:
    ranked = sorted(range(len(records)), key=lambda i: (-records[i][0], -i))  # the newest first
    chosen: list[int] = []
    for i in ranked:
        if records[i][1] not in [records[j][1] for j in chosen]:
            chosen.append(i)
    return chosen[:k]


def _memories(rng: random.Random) -> Iterator[Case]:
    yield [(0.5, "tea")], 1
    yield [(0.5, "tea"), (0.9, "mug")], 2
    yield [(0.5, "tea"), (0.5, "mug")], 1
    yield [(0.9, "tea"), (0.8, "tea"), (0.5, "mug")], 2
    yield [(0.5, "tea"), (0.5, "tea")], 2
    yield [(0.9, "tea"), (0.7, "mug"), (0.6, "tea")], 3
    yield [(0.5, "tea"), (0.9, "tea"), (0.6, "tea")], 1
    yield [], 2
    yield [(0.5, "tea")], 0
    for size in range(80):
        records = [
            (
                rng.choice([0.2, 0.5, 0.5, 0.8, 0.9]),
                rng.choice(["tea", "mug", "sofa", "cable", "oil"]),
            )
            for _ in range(size // 8 + 1)
        ]
        yield records, rng.randint(0, 4)


FIFTH = Exercise(
    "3.5", "the first k, each task once", "chapter 03, “Retrieve”", _top, _memories, mistakes({
    "key=lambda i: (-records[i][0], -i)) >> key=lambda i: -records[i][0])":
        "Of equally similar records you take the older first, as the package does. Here the "
        "newest comes first.",
    ("key=lambda i: (-records[i][0], -i)) >> key=lambda i: -records[i][0])",
     "records[i][1] not in [records[j][1] for j in chosen] >> True"):
        "`reverse=True` keeps equals in their old order, the older first. Here the newest comes "
        "first. (And each task may be there once.)",
    "records[i][1] not in [records[j][1] for j in chosen] >> True": "A task may be there only "
        "once: two records of one task tell a prompt little more than one.",
    "in ranked >> in ranked[:k]": "You take the first k and then drop the repeated tasks, so too "
        "few are left. Drop them first.",
    "in ranked >> in [i for i in ranked if records[i][1] not in [r[1] for r in records[:i]]]":
        "Of a task you keep the record that stands first in the list. It is the most similar one "
        "that stays.",
    "in ranked >> in [i for i in ranked if records[i][1] not in [r[1] for r in records[i + 1 :]]]":
        "Of a task you keep the newest record. It is the most similar one that stays; age decides "
        "between equals only.",
    "in chosen >> in chosen[-1:]":
        "You drop a task only where it repeats in a row. It may come back later.",
    "-records[i][0], -i >> records[i][0], -i":
        "The least similar come first. The best belongs at the front.",
    "key=lambda i: (-records[i][0], -i)) >> key=lambda i: records[i][0])":
        "The least similar come first, of equals the older. The best belongs at the front, and of "
        "equals the newest.",
    "return chosen[:k] >> return chosen[:k][::-1]":
        "The right records, but their order is turned round: the best belongs at the front.",
    "return chosen[:k] >> return sorted(chosen[:k])":
        "The right records, but sorted by place. The best belongs at the front.",
    "key=lambda i: (-records[i][0], -i)) >> key=lambda i: (*records[i], i))[::-1]":
        "At equal similarity your sort goes on to the task's text. The newest comes first, "
        "whatever it is called.",
    "key=lambda i: (-records[i][0], -i)) >> key=lambda i: records[i], reverse=True)":
        "At equal similarity your sort goes on to the task's text, then the older comes first. "
        "The newest comes first, whatever it is called.",
    ("key=lambda i: (-records[i][0], -i)) >> key=lambda i: -records[i][0])",
     "return chosen[:k] >> return sorted(chosen, key=lambda i: (-records[i][0], -i))[:k]"):
        "Of two equally similar records of one task you keep the older. The newest stays there "
        "too.",
    "return chosen[:k] >> return [records[i] for i in chosen[:k]]":
        "You return records. Their places were asked for, counted from 0.",
    "return chosen[:k] >> return [records[i][1] for i in chosen[:k]]":
        "You return the tasks. The places of the records were asked for, counted from 0.",
    "return chosen[:k] >> return [i + 1 for i in chosen[:k]]":
        "The places are counted from 0; you count from 1.",
    "ranked = sorted(range(len(records)), key=lambda i: (-records[i][0], -i)) >> "
    "records.sort(key=lambda record: -record[0]); ranked = range(len(records))":
        "You sort the caller's list, and its places are no longer theirs. `sorted` makes a new "
        "one.",
    Mistake(where=lambda records, k: bool(records) and k == 0):
        "With k = 0 nothing is to be returned: test before you take one, not after.",
}), cuts=("records",))  # fmt: skip


# ---- 3.6

Candidate = tuple[tuple[float, ...], float]  # how alike in each part, what was earned
Mix = Sequence[float]


class Seen(list[list[Candidate]]):
    """Queries that a learner sees; the check keeps others of the same world."""

    hidden: list[list[Candidate]]
    equal: float  # what equal weights retrieve from the hidden ones
    most: float  # and the best ones

    def __deepcopy__(self, memo: object) -> list[list[Candidate]]:
        return [list(query) for query in self]  # what a learner gets


def _earned(mix: Mix, queries: Sequence[Sequence[Candidate]]) -> float:
    """What the most similar candidates earn, in the mean."""
    first, second, third = mix
    best = (
        max(query, key=lambda c: first * c[0][0] + second * c[0][1] + third * c[0][2])
        for query in queries
    )
    return sum(earned for _, earned in best) / len(queries)


def _weights(seen: Seen) -> tuple[float, ...]:
    grid = (mix for mix in product((0.0, 0.5, 1.0), repeat=3) if any(mix))
    return max(grid, key=lambda mix: _earned(mix, seen))


def _worlds(rng: random.Random) -> Iterator[Case]:
    def query(world: Mix) -> list[Candidate]:
        found = []
        for _ in range(5):
            parts = tuple(round(rng.random(), 2) for _ in range(3))
            truth = sum(w * f for w, f in zip(world, parts, strict=True)) / sum(world)
            found.append((parts, float(truth + rng.gauss(0, 0.1) > 0.7)))
        return found

    worlds = [(1, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 0), (4, 1, 0), (0, 1, 4)]
    for world in worlds:
        seen = Seen(query(world) for _ in range(60))
        seen.hidden = [query(world) for _ in range(200)]
        seen.equal, seen.most = _earned((1, 1, 1), seen.hidden), _earned(world, seen.hidden)
        yield (seen,)


SEVENTH = Exercise(
    "3.6", "a better mix, on records it has not seen (open)", "chapter 03, “Design a better one”",
    _weights, _worlds, limit=6.0,
    invariants=(
        Invariant("Return three numbers, none of them below 0, and not all of them 0.",
                  lambda mix, seen: (
                      len(mix) == 3 and all(0 <= w < float("inf") for w in mix) and any(mix))),
        Invariant("On the queries that you have not seen your weights retrieve no more than equal "
                  "ones do. Which part is noise in this world?",
                  lambda mix, seen: _earned(mix, seen.hidden) > seen.equal),
        Invariant("That is better than equal weights, but brings less than half of what is "
                  "possible in this world. Try more mixes, and choose by what they earn.",
                  lambda mix, seen: (
                      _earned(mix, seen.hidden) >= (seen.equal + seen.most) / 2)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SEVENTH, SIXTH)
