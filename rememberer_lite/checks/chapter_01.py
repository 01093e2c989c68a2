"""Exercises of chapter 01: actions without effect, rewards, page kinds, scores, options."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

# ---- 1.1

WALK = (
    "search[gluten free kosher certified turmeric herbal tea]",
    "click[b03h6xvlsl]",
    "click[turmeric]",
    "click[features]",
)
TRIES = (
    "click[turmeric]",
    "search[mint tea]",
    "click[Buy Now]",
    "click[Back to Search], please",
    "CLICK[< prev]",
    "click[features]",
)


def _without_effect() -> list[int]:
    """By the shop's rules in short: to open the shop itself would take a second.

    >>> from rememberer_lite.envs.webshop import WebShopEnv
    >>> env, found = WebShopEnv(), []
    >>> for number, action in enumerate(TRIES, start=1):
    ...     _ = env.reset(options={"goal": 2})
    ...     walked = [env.step(step)[4]["no_effect"] for step in WALK]
    ...     assert not any(walked)
    ...     if env.step(action)[4]["no_effect"]:
    ...         found.append(number)
    >>> found == _without_effect()
    True
    """
    found = []
    for number, action in enumerate(TRIES, start=1):
        verb, _, rest = action.partition("[")
        thing = rest.rpartition("]")[0].lower()
        on_the_page = thing in ("back to search", "< prev")  # all that a sub page has
        if not ((verb == "search" and thing) or (verb == "click" and on_the_page)):
            found.append(number)
    return found


# ---- 1.2

Wishes = Mapping[str, Any]


def _reward(wanted: Wishes, bought: Wishes, kind: float) -> float:
    matched = everything = 0
    for attribute in wanted["attributes"]:
        everything += 1
        matched += attribute in bought["attributes"]
    for option in wanted["options"]:
        everything += 2
        matched += 2 * (option in bought["options"])
    if wanted["limit"] is not None:
        everything += 1
        matched += bought["price"] <= wanted["limit"]
    return kind * matched / everything if everything else kind


def _reward_but(
    top: int = 2,
    bottom: int = 2,
    no_limit: str = "left out",
    within: Callable[[float, float], bool] = lambda price, limit: price <= limit,
    extras: bool = False,
    nothing: float | None = None,
) -> Callable[[Wishes, Wishes, float], float]:
    def wrong(wanted: Wishes, bought: Wishes, kind: float) -> float:
        u, y, limit = wanted, bought, wanted["limit"]
        hits = [len(y[part] if extras else set(u[part]) & set(y[part]))
                for part in ("attributes", "options")]  # fmt: skip
        price = int(no_limit == "kept") if limit is None else within(y["price"], limit)
        counts = limit is not None or no_limit != "left out"
        below = len(u["attributes"]) + bottom * len(u["options"]) + counts
        if not below and nothing is not None:
            return nothing
        if not below and (bottom, no_limit) == (2, "left out") and nothing is None:
            return kind
        return kind * (hits[0] + top * hits[1] + price) / below

    return wrong


def _compares_none(wanted: Wishes, bought: Wishes, kind: float) -> float:
    if wanted["limit"] is None:
        raise TypeError
    return _reward(wanted, bought, kind)


def _divides_by_nothing(wanted: Wishes, bought: Wishes, kind: float) -> float:
    if not wanted["attributes"] and not wanted["options"] and wanted["limit"] is None:
        raise ZeroDivisionError
    return _reward(wanted, bought, kind)


def _whole_division(wanted: Wishes, bought: Wishes, kind: float) -> float:
    return kind * (_reward(wanted, bought, 1.0) // 1)


def _all_or_nothing(wanted: Wishes, bought: Wishes, kind: float) -> float:
    return float(_reward(wanted, bought, kind) == 1.0)


def _purchases(rng: random.Random) -> Iterator[Case]:
    def wish(attributes: list[str], options: list[str], limit: float | None) -> dict[str, Any]:
        return {"attributes": attributes, "options": options, "limit": limit}

    def buy(attributes: list[str], options: list[str], price: float) -> dict[str, Any]:
        return {"attributes": attributes, "options": options, "price": price}

    yield wish(["vegan"], [], 30.0), buy(["vegan"], [], 12.0), 1.0
    yield wish([], ["red"], 30.0), buy([], [], 12.0), 1.0
    yield wish([], ["red"], 30.0), buy([], ["red"], 40.0), 1.0
    yield wish(["vegan"], [], 30.0), buy([], [], 30.0), 1.0
    yield wish(["vegan"], ["red"], None), buy(["vegan"], [], 12.0), 1.0
    yield wish(["vegan"], ["red"], None), buy(["vegan"], ["red"], 12.0), 0.5
    yield wish([], ["red"], 30.0), buy(["vegan"], ["blue"], 12.0), 1.0
    yield wish([], [], None), buy([], [], 12.0), 1.0
    yield wish([], [], None), buy(["vegan"], [], 12.0), 0.1
    qualities, values = ["vegan", "soft", "loose leaf", "heavy duty"], ["red", "xl", "50 count"]
    for _ in range(80):
        attributes, options = (rng.sample(of, rng.randint(0, 3)) for of in (qualities, values))
        wanted = wish(attributes, options, rng.choice([None, 20.0, 30.0]))
        attributes, options = (rng.sample(of, rng.randint(0, 3)) for of in (qualities, values))
        bought = buy(attributes, options, rng.choice([10.0, 20.0, 30.0, 40.0]))
        yield wanted, bought, rng.choice([1.0, 1.0, 0.5, 0.1, 0.0])


# ---- 1.3


def _page_kind(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    if "[Search]" in lines:
        return "search"
    if "[Buy Now]" in lines:
        return "item"
    if "[Next >]" in lines:
        return "results"
    return "other" if "[< Prev]" in lines else "end"


_SIGNS = [
    ("[Search]", "search"),
    ("[Buy Now]", "item"),
    ("[Next >]", "results"),
    ("[< Prev]", "other"),
]


def _first_sign(
    seen: Callable[[str], Any], signs: Sequence[tuple[str, str]] = _SIGNS
) -> Callable[[str], str]:
    def wrong(text: str) -> str:
        where = seen(text)
        return next((kind for sign, kind in signs if sign in where), "end")

    return wrong


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _bare_lines(text: str) -> list[str]:
    return [line.strip("[] ") for line in _lines(text)]


def _by_codes(text: str) -> str:
    if "[Buy Now]" in _lines(text):
        return "item"
    if re.search(r"^\[+B0\d\w*\]", text, re.MULTILINE | re.IGNORECASE):
        return "results"
    left = _page_kind(text)
    return ("other" if "[< Prev]" in text else "end") if left == "results" else left


def _by_words(text: str) -> str:
    kind = _page_kind(text)
    if kind in ("search", "item") or "Total results" not in text:
        return "other" if kind == "results" else kind
    return "results"


def _no_end(text: str) -> bool:
    return _page_kind(text) == "end"


Options = Mapping[str, tuple[str, ...]]


def _page_texts(rng: random.Random) -> Iterator[Case]:
    from rememberer_lite.envs.webshop import pages
    from rememberer_lite.envs.webshop.products import Product

    def text(page: pages.Page) -> str:
        return pages.write(page, "rememberer")

    def product(asin: str, title: str, bullet: str, options: Options) -> Product:
        rest = ("$9.0", 9.0, "tea", "food", ("Food",))
        return Product(asin, title, bullet, (bullet, "Steeps in 5 minutes"), options, (), *rest)

    size = {"size": ("small", "next >", "50 count")}
    plain = product("B03H6XVLSL", "Green Tea", "Picked by hand.", size)
    book = product("1460222800", "Total Results: a Search for Tea", "Rating: N.A.", {})
    loud = product("B0NXV5ZGX7", "Tea [Buy Now] and Save", "Press [Buy Now] today! [Next >]", size)
    hits = "Page 1 (Total results: 1) [Search]"
    thanks = product("B0YM55W1KN", "Buy Now Tea", "Thank you for shopping with us! " + hits, {})
    bare = product("B02QK1NWTR", "Buy Now", "Search", {})
    tasks = ["i want green tea", "search a tea to buy now, and price lower than 30.00 dollars"]
    for task in tasks:
        yield (text(pages.search_page(task)),)
        for one in (plain, book, loud, thanks, bare):
            yield (text(pages.sub_page(task, one, "Description")),)
            yield (text(pages.item_page(task, one, [("size", "small")])),)
            yield (text(pages.results_page(task, [one], 1)),)
            yield (text(pages.results_page(task, [one] * 12, 2, [one.asin], 3)),)
            yield (text(pages.sub_page(task, one, "Features")),)
            yield (text(pages.end_page(one, {"size": "small"}, rng.choice([0.5, 1.0]))),)
        yield (text(pages.results_page(task, [plain], 7)),)


# ---- 1.4

Summary = dict[str, float]


def _summary(rewards: Sequence[float | None]) -> Summary:
    count = len(rewards)
    if count == 0:
        return {"score": 0.0, "success": 0.0, "bought": 0.0}
    bought = [reward for reward in rewards if reward is not None]
    solved = [reward for reward in bought if reward == 1]
    return {
        "score": sum(bought) / count,
        "success": len(solved) / count,
        "bought": len(bought) / count,
    }


def _bought_only(rewards: Sequence[float | None], both: bool = True) -> Summary:
    right, bought = _summary(rewards), [reward for reward in rewards if reward is not None]
    mean = _summary(bought)
    return {**right, "score": mean["score"], **({"success": mean["success"]} if both else {})}


def _success_from(least: float) -> Callable[[Sequence[float | None]], Summary]:
    def wrong(rewards: Sequence[float | None]) -> Summary:
        good = sum(reward is not None and reward > least for reward in rewards)
        return {**_summary(rewards), "success": good / len(rewards) if rewards else 0.0}

    return wrong


def _true_rewards(rewards: Sequence[float | None]) -> Summary:
    share = sum(bool(reward) for reward in rewards) / len(rewards) if rewards else 0.0
    return {**_summary(rewards), "bought": share}


def _times(rewards: Sequence[float | None], factor: float, score: bool) -> Summary:
    right = _summary(rewards)
    return {k: v * (factor if score or k != "score" else 1) for k, v in right.items()}


def _sums_none(rewards: Sequence[float | None]) -> Summary:
    if None in rewards:
        raise TypeError
    return _summary(rewards)


def _runs(rng: random.Random) -> Iterator[Case]:
    yield ([1.0],)
    yield ([0.6],)
    yield ([None],)
    yield ([0.0],)
    yield ([1.0, None],)
    yield ([1.0, 0.6, None, 0.0],)
    yield ([],)
    for size in range(2, 60):
        yield ([rng.choice([None, 0.0, 0.1, 0.6, 0.8, 0.999, 1.0]) for _ in range(size // 2 + 1)],)


# ---- 1.5

Groups = Mapping[str, Sequence[str]]


def _wishes(task: str, groups: Groups) -> dict[str, str]:
    def named(value: str) -> bool:
        words = rf"(?<![a-z0-9]){re.escape(value.lower())}(?![a-z0-9])"
        return re.search(words, task.lower()) is not None

    found: dict[str, str] = {}
    for group, values in groups.items():
        for value in values:
            if named(value) and len(value) > len(found.get(group, "")):
                found[group] = value
    return found


def _picked(
    named: Callable[[str, str], object] | None = None,
    pick: Callable[[list[str]], str] = lambda values: max(values, key=len),
) -> Callable[[str, Groups], dict[str, str]]:
    def right(value: str, task: str) -> object:
        return _wishes(task, {"": [value]})

    def wrong(task: str, groups: Groups) -> dict[str, str]:
        hits = {g: [v for v in values if (named or right)(v, task)] for g, values in groups.items()}
        return {group: pick(values) for group, values in hits.items() if values}

    return wrong


def _unescaped(value: str, task: str) -> object:
    return re.search(rf"(?<![a-z0-9]){value.lower()}(?![a-z0-9])", task.lower())


def _edges(value: str, task: str) -> object:
    return re.search(rf"\b{re.escape(value.lower())}\b", task.lower())


def _no_hyphen(value: str, task: str) -> object:
    return re.search(rf"(?<![a-z0-9-]){re.escape(value.lower())}(?![a-z0-9-])", task.lower())


def _words(value: str, task: str) -> object:
    return value.lower() in task.lower().split()


def _same_case(value: str, task: str) -> object:
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", task)


def _one_group(task: str, groups: Groups) -> dict[str, str]:
    return dict(list(_wishes(task, groups).items())[:1])


def _always_something(task: str, groups: Groups) -> dict[str, str]:
    rest = {group: values[0] for group, values in groups.items() if values}
    return {**rest, **_wishes(task, groups)}


def _item_pages(rng: random.Random) -> Iterator[Case]:
    yield "a red mug", {"colour": ["blue", "red"]}
    yield "a tired mug", {"colour": ["blue", "red"]}
    yield "an x-large shirt", {"size": ["large", "x-large"]}
    yield "a red-rimmed mug", {"colour": ["red"]}
    yield "a Red mug", {"colour": ["red"]}
    yield "tea, 16 count (pack of 6), mint", {"size": ["16 count", "16 count (pack of 6)"]}
    yield "a mug", {"colour": ["blue", "red"], "size": []}
    yield "a dark blue mug", {"colour": ["blue", "dark", "dark blue"]}
    yield "a blue or pink mug", {"colour": ["blue", "pink"]}
    yield "a mug", {}
    values = [
        "red",
        "dark red",
        "ink",
        "pink",
        "Large",
        "x-large",
        "5 oz",
        "15 oz",
        "c (new)",
        "b (6) xl",
    ]
    for size in range(70):
        named = rng.sample(values, rng.randint(0, 3))
        words = ["a", "tired", "thinker's", *named, "mug", "enlarged", "c++"]
        rng.shuffle(words)
        names = ["a", "b", "c"][: size // 25 + 1]
        yield " ".join(words), {name: rng.sample(values, rng.randint(0, 5)) for name in names}


EXERCISES = (
    Prediction(
        "1.1", "which actions have no effect", "chapter 01, “Actions without effect”",
        _without_effect,
        {
            (3, 5, 6): "Have another look at 1. Options stand on the item page; you are on a page "
            "below it, and there is nothing of that name to click.",
            (1, 2, 3, 5, 6): "Have another look at 2. No page needs to be left before you search: "
            "in this shop a search works from everywhere.",
            (1, 5, 6): "Have another look at 3. Only the item page has that button; from a sub "
            "page you must go back first.",
            (1, 3, 4, 5, 6): "Have another look at 4. The thing is read in lower case, and what "
            "follows the last bracket is ignored.",
            (1, 3, 6): "Have another look at 5. Only the thing in the brackets is read in lower "
            "case; the verb is taken as it stands.",
            (1, 3, 5): "Have another look at 6. You are on that page already, and it has no button "
            "that leads to itself.",
            (2, 4): "These are the two that do something. The others were asked for.",
            (5,): "That one is no action at all. But a click on a thing that is not on the page "
            "has no effect either: which buttons does this page have?",
            (3, 5): "A sub page has neither options nor the buttons of its neighbours: look at 1 "
            "and 6 once more.",
            (): "Some of them do nothing. Which things can be clicked on this page?",
        },
    ),
    Exercise(
        "1.2", "a reward with other weights", "chapter 01, “What the reward is made of”",
        _reward, _purchases,
        (
            Mistake("These are the chapter's weights. Here an option counts double, in what is "
                    "matched and in what is wanted.", _reward_but(top=1, bottom=1)),
            Mistake("You count an option double only above the line. Then the reward can pass 1: "
                    "what is wanted must count double too.", _reward_but(bottom=1)),
            Mistake("You count an option double only below the line. Then nobody ever earns 1: "
                    "what is matched must count double too.", _reward_but(top=1)),
            Mistake("Without a limit you give the price away as a fulfilled wish. Nobody wished "
                    "for it: leave it out, above and below the line.",
                    _reward_but(no_limit="kept")),
            Mistake("Without a limit you count the price as a broken wish. Nobody wished for it: "
                    "leave it out, below the line too.", _reward_but(no_limit="broken")),
            Mistake("A price that equals the limit is within it.",
                    _reward_but(within=lambda price, limit: price < limit)),
            Mistake("The price test is the wrong way round: within the limit is what costs no "
                    "more than it.", _reward_but(within=lambda price, limit: price >= limit)),
            Mistake("Your answer does not know the kind of product. A hot sauce is no tea, "
                    "whatever else it matches: multiply by `kind`.",
                    lambda wanted, bought, kind: _reward(wanted, bought, 1.0)),
            Mistake("You count what was bought, wished for or not. Only what is in both lists "
                    "counts.", _reward_but(extras=True)),
            Mistake("Where there is no limit it is None, and a number cannot be compared with "
                    "None: ask for that first.", _compares_none),
            Mistake("Nobody wanted anything (no attribute, no option, no limit), and you divide "
                    "by zero. Then every wish is fulfilled, and the answer is `kind`.",
                    _divides_by_nothing),
            Mistake("Who wants nothing has every wish fulfilled: the answer is `kind` there, not "
                    "0.", _reward_but(nothing=0.0)),
            Mistake("Who wants nothing has every wish fulfilled, but the kind of product still "
                    "counts: the answer is `kind` there, not 1.", _reward_but(nothing=1.0)),
            Mistake("The price plays no part in your answer. Where there is a limit, keeping it is "
                    "a wish of its own.",
                    lambda wanted, bought, kind: _reward({**wanted, "limit": None}, bought, kind)),
            Mistake("`//` throws away what is behind the point; a share needs `/`.",
                    _whole_division),
            Mistake("That is success, which is all or nothing. The reward is a share.",
                    _all_or_nothing),
        ),
    ),
    Exercise(
        "1.3", "the kind of a page, from its text", "chapter 01, “One page, three text formats”",
        _page_kind, _page_texts,
        (
            Mistake("You look for the button anywhere in the text. A title or a description can "
                    "say [Buy Now] too: a button stands alone on its line.",
                    _first_sign(lambda text: text)),
            Mistake("You look for the words of a button, without its brackets. Tasks, titles and "
                    "[Back to Search] hold them too.",
                    _first_sign(lambda t: t, [(s.strip("[]"), kind) for s, kind in _SIGNS])),
            Mistake("You strip the brackets off each line, and a product that is *called* Buy Now "
                    "is taken for a button. The brackets belong to it.",
                    _first_sign(_bare_lines, [(s.strip("[]"), kind) for s, kind in _SIGNS])),
            Mistake("In the text the buttons are written as they are shown, [Buy Now]; only the "
                    "list of actions is in lower case.",
                    _first_sign(_lines, [(s.lower(), k) for s, k in _SIGNS])),
            Mistake("You ask for [< Prev] too early: item pages and later pages of results have it "
                    "as well.", _first_sign(_lines, [_SIGNS[0], _SIGNS[3], *_SIGNS[1:3]])),
            Mistake("You know a results page by codes that begin with B0. A book's code is a "
                    "number, and a page past the end shows no product at all: go by [Next >].",
                    _by_codes),
            Mistake("You know a results page by its words, but a seller may use them too. Go by "
                    "the button [Next >], alone on its line.", _by_words),
            Mistake("You cut the text at every blank, and [Buy Now] falls into two. Cut it into "
                    "lines.", _first_sign(str.split)),
            Mistake("The lines have their line end, or a blank, still on them: strip each before "
                    "you compare.", _first_sign(lambda text: text.splitlines(keepends=True))),
            Mistake("A page without any button is the receipt: the answer is \"end\".",
                    where=_no_end),
        ),
    ),
    Exercise(
        "1.4", "score and success of a player", "chapter 01, “Three players”", _summary, _runs,
        (
            Mistake("You leave out the goals where nothing was bought. They count, with a reward "
                    "of 0: divide by the number of all goals.", _bought_only),
            Mistake("Your score leaves out the goals where nothing was bought. They count, with a "
                    "reward of 0: divide by the number of all goals.",
                    lambda rewards: _bought_only(rewards, both=False)),
            Mistake("You call every reward above 0 a success. Solved is only a reward of exactly "
                    "1.", _success_from(0.0)),
            Mistake("You call a high reward a success. Solved is only a reward of exactly 1: 0.999 "
                    "misses a wish.", _success_from(0.9)),
            Mistake("More than half of the wishes is no success. Solved is only a reward of "
                    "exactly 1.", _success_from(0.5)),
            Mistake("A purchase that earned 0.0 was a purchase: 0.0 and None are both false in an "
                    "`if`, so ask for `is not None`.", _true_rewards),
            Mistake("Everything counts as bought: you turn None into 0 first, and then ask what is "
                    "not None. Count the purchases before that.",
                    lambda rewards: {**_summary(rewards), "bought": float(bool(rewards))}),
            Mistake("These are counts (and a sum). Shares were asked for: divide by the number of "
                    "goals.", lambda rewards: _times(rewards, len(rewards), score=True)),
            Mistake("You count successes and purchases, but do not divide by the number of goals.",
                    lambda rewards: _times(rewards, len(rewards), score=False)),
            Mistake("That is the share of goals where *nothing* was bought. The others were asked "
                    "for.", lambda rewards: {**_summary(rewards),
                                             "bought": 1 - _summary(rewards)["bought"]}),
            Mistake("`if reward` is true for every reward above 0. Solved is exactly 1, and bought "
                    "is everything but None, 0.0 too.",
                    lambda rewards: {**_true_rewards(rewards),
                                     "success": _true_rewards(rewards)["bought"]}),
            Mistake("These are percentages. Shares were asked for, from 0 to 1.",
                    lambda rewards: _times(rewards, 100, score=True)),
            Mistake("None is no number: it can be neither added nor compared with one. Turn it "
                    "into 0, or leave it out of the sum.", _sums_none),
            Mistake("Without a goal there is nothing to divide by: each of the three is 0.0 then.",
                    where=lambda rewards: not rewards),
        ),
    ),
    Exercise(
        "1.5", "the options that a task names", "chapter 01, “Three players”", _wishes,
        _item_pages,
        (
            Mistake("You find \"red\" in \"tired\": a value is named only where no letter or digit "
                    "touches it.", _picked(lambda value, task: value.lower() in task.lower())),
            Mistake("You find \"red\" in \"tired\", and take capitals seriously: a value is named "
                    "only where no letter or digit touches it, in lower case on both sides.",
                    _picked(lambda value, task: value in task)),
            Mistake("Of several values that are named you take the first. \"large\" stands in "
                    "\"x-large\": the longest wins.", _picked(pick=lambda values: values[0])),
            Mistake("Of several values that are named you take the last. The longest wins, of "
                    "equally long ones the first.", _picked(pick=lambda values: values[-1])),
            Mistake("Of equally long values that are named the first one wins.",
                    _picked(pick=lambda values: max(reversed(values), key=len))),
            Mistake("You take the shortest value that is named. The longest wins: it says most.",
                    _picked(pick=lambda values: min(values, key=len))),
            Mistake("You take the value that is last in the alphabet. The longest wins: `max` of "
                    "texts needs `key=len`.", _picked(pick=max)),
            Mistake("You compare single words. A value may be several, and a comma may touch it.",
                    _picked(_words)),
            Mistake("A capital letter hides a value from you: compare in lower case on both "
                    "sides.", _picked(_same_case)),
            Mistake("`\\b` asks for a letter or digit at the value's edge, so values that end in a "
                    "bracket are never found. Look at the characters beside the value instead.",
                    _picked(_edges)),
            Mistake("A bracket in a value means something else in a regular expression: use "
                    "`re.escape`.", _picked(_unescaped)),
            Mistake("A hyphen is neither a letter nor a digit: it may touch a value that is named.",
                    _picked(_no_hyphen)),
            Mistake("You give all values that are named. One for each group was asked for, the "
                    "longest.", lambda task, groups: {
                        g: [v for v in values if _wishes(task, {"": [v]})]
                        for g, values in groups.items()}),
            Mistake("A group of which nothing is named does not belong in the answer, not even "
                    "with None.", lambda task, groups: {
                        **dict.fromkeys(groups), **_wishes(task, groups)}),
            Mistake("Only one group has a value. Every group of which the task names a value "
                    "belongs in the answer.", _one_group),
            Mistake("You choose a value where the task names none. Leave that group out.",
                    _always_something),
        ),
    ),
)  # fmt: skip
