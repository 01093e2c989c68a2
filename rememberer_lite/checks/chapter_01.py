"""Exercises of chapter 01: actions without effect, rewards, page kinds, scores, a search."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

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
        verb = verb.lower()
        if not ((verb == "search" and thing) or (verb == "click" and on_the_page)):
            found.append(number)
    return found


FIRST = Prediction(
    "1.1", "which actions have no effect", "chapter 01, “Actions without effect”", _without_effect,
    {
    (3, 6): "Have another look at 1. Options stand on the item page; you are on a page below it, "
        "and there is nothing of that name to click.",
    (1, 2, 3, 6): "Have another look at 2. No page needs to be left before you search: in this "
        "shop a search works from everywhere.",
    (1, 6): "Have another look at 3. Only the item page has that button; from a sub page you must "
        "go back first.",
    (1, 3, 4, 6): "Have another look at 4. What follows the last bracket is ignored.",
    (1, 3, 5, 6): "Have another look at 5. Capitals make no difference to this shop, neither in "
        "the verb nor in the brackets.",
    (1, 3): "Have another look at 6. You are on that page already, and it has no button that "
        "leads to itself.",
    (3, 4, 6): "Look at 1 and 4 once more. The page has no options, and what follows the last "
        "bracket is ignored.",
    (1, 2, 3, 4, 6): "Look at 2 and 4 once more. A search works from everywhere, and what follows "
        "the last bracket is ignored.",
    (1, 3, 4, 5, 6): "Look at 4 and 5 once more. A verb in capitals is still a verb, and what "
        "follows the last bracket is ignored.",
    (2, 4, 5): "These are the three that do something. The others were asked for.",
    (5,): "The verb in capitals is read as a click. But a click on a thing that is not on the "
        "page has no effect: which buttons does this page have?",
    (3,): "A sub page has neither options nor the buttons of its neighbours: look at 1 and 6 once "
        "more.",
    (): "Some of them do nothing. Which things can be clicked on this page?",
})  # fmt: skip


# ---- 1.2

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


SECOND = Exercise(
    "1.2", "score and success of a player", "chapter 01, “Three players”", _summary,
    _runs, mistakes({
    ("sum(bought) / count >> sum(bought) / len(bought) if bought else 0.0",
     "len(solved) / count >> len(solved) / len(bought) if bought else 0.0"):
        "You leave out the goals where nothing was bought. They count, with a reward of 0: divide "
        "by the number of all goals.",
    "sum(bought) / count >> sum(bought) / len(bought) if bought else 0.0":
        "Your score leaves out the goals where nothing was bought. They count, with a reward of "
        "0: divide by the number of all goals.",
    "== 1 >> > 0": "You call every reward above 0 a success. Solved is only a reward of exactly 1.",
    "== 1 >> > 0.9": "You call a high reward a success. Solved is only a reward of exactly 1: "
        "0.999 misses a wish.",
    "== 1 >> > 0.5":
        "More than half of the wishes is no success. Solved is only a reward of exactly 1.",
    "len(bought) / count >> sum(map(bool, rewards)) / count": "A purchase that earned 0.0 was a "
        "purchase: 0.0 and None are both false in an `if`, so ask for `is not None`.",
    "len(bought) / count >> 1.0": "Everything counts as bought: you turn None into 0 first, and "
        "then ask what is not None. Count the purchases before that.",
    ("sum(bought) / count >> sum(bought)",
     "len(solved) / count >> len(solved)",
     "len(bought) / count >> len(bought)"):
        "These are counts (and a sum). Shares were asked for: divide by the number of goals.",
    ("len(solved) / count >> len(solved)", "len(bought) / count >> len(bought)"):
        "You count successes and purchases, but do not divide by the number of goals.",
    "len(bought) / count >> 1 - len(bought) / count":
        "That is the share of goals where *nothing* was bought. The others were asked for.",
    ("== 1 >>", "len(bought) / count >> sum(map(bool, rewards)) / count"):
        "`if reward` is true for every reward above 0. Solved is exactly 1, and bought is "
        "everything but None, 0.0 too.",
    ("sum(bought) / count >> 100 * sum(bought) / count",
     "len(solved) / count >> 100 * len(solved) / count",
     "len(bought) / count >> 100 * len(bought) / count"):
        "These are percentages. Shares were asked for, from 0 to 1.",
    "if reward is not None >>": "None is no number: it can be neither added nor compared with "
        "one. Turn it into 0, or leave it out of the sum.",
    Mistake(where=lambda rewards: not rewards):
        "Without a goal there is nothing to divide by: each of the three is 0.0 then.",
}), cuts=("rewards",))  # fmt: skip


# ---- 1.3

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
    yield wish([], ["red"], 0.0), buy([], [], 0.0), 1.0
    yield wish([], ["red"], 0.0), buy([], ["red"], 5.0), 1.0
    yield wish([], [], None), buy([], [], 12.0), 1.0
    yield wish([], [], None), buy(["vegan"], [], 12.0), 0.1
    qualities, values = ["vegan", "soft", "loose leaf", "heavy duty"], ["red", "xl", "50 count"]
    for _ in range(80):
        attributes, options = (rng.sample(of, rng.randint(0, 3)) for of in (qualities, values))
        wanted = wish(attributes, options, rng.choice([None, 20.0, 30.0]))
        attributes, options = (rng.sample(of, rng.randint(0, 3)) for of in (qualities, values))
        bought = buy(attributes, options, rng.choice([10.0, 20.0, 30.0, 40.0]))
        yield wanted, bought, rng.choice([1.0, 1.0, 0.5, 0.1, 0.0])


THIRD = Exercise(
    "1.3", "a reward with other weights", "chapter 01, “What the reward is made of”", _reward,
    _purchases, mistakes({
    ("everything += 2 >> everything += 1", "2 * (option >> (option"):
        "These are the chapter's weights. Here an option counts double, in what is matched and in "
        "what is wanted.",
    "everything += 2 >> everything += 1": "You count an option double only above the line. Then "
        "the reward can pass 1: what is wanted must count double too.",
    "2 * (option >> (option": "You count an option double only below the line. Then nobody ever "
        "earns 1: what is matched must count double too.",
    ('wanted["limit"] is not None >> True',
     'bought["price"] <= wanted["limit"] >> wanted["limit"] is None or bought["price"] <= '
     'wanted["limit"]'): "Without a limit you give the price away as a fulfilled wish. Nobody "
        "wished for it: leave it out, above and below the line.",
    ('if wanted["limit"] is not None >> if True',
     'bought["price"] <= wanted["limit"] >> wanted["limit"] is not None and bought["price"] <= '
     'wanted["limit"]'): "Without a limit you count the price as a broken wish. Nobody wished for "
        "it: leave it out, below the line too.",
    'bought["price"] <= wanted["limit"] >> bought["price"] < wanted["limit"]':
        "A price that equals the limit is within it.",
    'bought["price"] <= wanted["limit"] >> bought["price"] >= wanted["limit"]':
        "The price test is the wrong way round: within the limit is what costs no more than it.",
    "kind * matched / everything if everything else kind >> matched / everything if everything "
    "else 1.0": "Your answer does not know the kind of product. A hot sauce is no tea, whatever "
        "else it matches: multiply by `kind`.",
    ('for attribute in wanted["attributes"]: everything += 1 matched += attribute in '
     'bought["attributes"] >> everything, matched = len(wanted["attributes"]), '
     'len(bought["attributes"])',
     'for option in wanted["options"]: everything += 2 matched += 2 * (option in '
     'bought["options"]) >> everything += 2 * len(wanted["options"]); matched += 2 * '
     'len(bought["options"])'):
        "You count what was bought, wished for or not. Only what is in both lists counts.",
    'wanted["limit"] is not None >> True': "Where there is no limit it is None, and a number "
        "cannot be compared with None: ask for that first.",
    "if everything else kind >>": "Nobody wanted anything (no attribute, no option, no limit), "
        "and you divide by zero. Then every wish is fulfilled, and the answer is `kind`.",
    "else kind >> else 0.0":
        "Who wants nothing has every wish fulfilled: the answer is `kind` there, not 0.",
    "else kind >> else 1.0": "Who wants nothing has every wish fulfilled, but the kind of product "
        "still counts: the answer is `kind` there, not 1.",
    'wanted["limit"] is not None >> wanted["limit"]':
        "A limit of 0 is a limit: 0 and None are both false in an `if`, so ask for `is not None`.",
    'wanted["limit"] is not None >> False': "The price plays no part in your answer. Where there "
        "is a limit, keeping it is a wish of its own.",
    "kind * matched / everything >> kind * (matched // everything)":
        "`//` throws away what is behind the point; a share needs `/`.",
    "kind * matched / everything if everything else kind >> float((kind * matched / everything if "
    "everything else kind) == 1.0)":
        "That is success, which is all or nothing. The reward is a share.",
}))  # fmt: skip


# ---- 1.4


def _page_kind(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    if "[Search]" in lines:
        return "search"
    if "[Buy Now]" in lines:
        return "item"
    if "[Next >]" in lines:
        return "results"
    return "other" if "[< Prev]" in lines else "end"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


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
    buttons = ("[Search]", "[Buy Now]", "[Next >]", "[< Prev]")
    for one_button, other in permutations(buttons, 2):  # the first row decides, wherever it is
        yield (f"\nWebShop \n  {one_button}\nred tea\n{other} \n",)
    for button in buttons:  # a button need not stand on the last line
        yield (f"\nWebShop \n{button} \nred tea \n",)
        yield (f"\nWebShop \n{button} and save \nsave: {button} \n",)
    tasks = ["i want green tea", "search a tea to buy now, and price lower than 30.00 dollars"]
    for task in tasks:
        yield (text(pages.search_page(task)),)
        for one in (plain, book, loud, thanks, bare):
            yield (text(pages.sub_page(task, one, "Description")),)
            yield (text(pages.item_page(task, one, [("size", "small")])),)
            yield (text(pages.results_page(task, [one], 1)),)
            yield (text(pages.results_page(task, [one] * 12, 2, [one.asin], 3)),)
            yield (text(pages.sub_page(task, one, "Features")),)
            yield (text(pages.end_page(one.asin, {"size": "small"}, rng.choice([0.5, 1.0]))),)
        yield (text(pages.results_page(task, [plain], 7)),)


FOURTH = Exercise(
    "1.4", "the kind of a page, from its text", "chapter 01, “One page, three text formats”",
    _page_kind, _page_texts, mistakes({
    Mistake(where=lambda text: "and save" in text):
        "You take a line for a button that only begins or ends with one. A button stands alone on"
        " its line.",
    "[line.strip() for line in text.splitlines()] >> text":
        "You look for the button anywhere in the text. A title or a description can say [Buy Now] "
        "too: a button stands alone on its line.",
    "for line in text.splitlines() >> for line in text.strip().splitlines()[-1:]":
        "You look at the last line alone. A button may stand on any line, and the first row of "
        "the table that fits decides.",
    ("[line.strip() for line in text.splitlines()] >> text",
     '"[Search]" >> "Search"',
     '"[Buy Now]" >> "Buy Now"',
     '"[Next >]" >> "Next >"',
     '"[< Prev]" >> "< Prev"'): "You look for the words of a button, without its brackets. Tasks, "
        "titles and [Back to Search] hold them too.",
    ('line.strip() >> line.strip().strip("[] ")',
     '"[Search]" >> "Search"',
     '"[Buy Now]" >> "Buy Now"',
     '"[Next >]" >> "Next >"',
     '"[< Prev]" >> "< Prev"'): "You strip the brackets off each line, and a product that is "
        "*called* Buy Now is taken for a button. The brackets belong to it.",
    ('"[Search]" >> "[search]"',
     '"[Buy Now]" >> "[buy now]"',
     '"[Next >]" >> "[next >]"',
     '"[< Prev]" >> "[< prev]"'): "In the text the buttons are written as they are shown, [Buy "
        "Now]; only the list of actions is in lower case.",
    ('return "item" >> return "other" if "[< Prev]" in lines else "item"',
     'return "results" >> return "other" if "[< Prev]" in lines else "results"'):
        "You ask for [< Prev] too early: item pages and later pages of results have it as well.",
    Mistake(wrong=_by_codes): "You know a results page by codes that begin with B0. A book's code "
        "is a number, and a page past the end shows no product at all: go by [Next >].",
    Mistake(wrong=_by_words): "You know a results page by its words, but a seller may use them "
        "too. Go by the button [Next >], alone on its line.",
    "[line.strip() for line in text.splitlines()] >> text.split()":
        "You cut the text at every blank, and [Buy Now] falls into two. Cut it into lines.",
    "[line.strip() for line in text.splitlines()] >> text.splitlines(keepends=True)":
        "The lines have their line end, or a blank, still on them: strip each before you compare.",
    Mistake(where=_no_end): 'A page without any button is the receipt: the answer is "end".',
}), cuts=("text",))  # fmt: skip


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


def _item_pages(rng: random.Random) -> Iterator[Case]:
    yield "a red mug", {"colour": ["blue", "red"]}
    yield "a tired mug", {"colour": ["blue", "red"]}
    yield "a reddish mug", {"colour": ["blue", "red"]}
    yield "a size m shirt", {"size": ["l", "m"]}
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
        words = ["a", "tired", "reddish", "thinker's", *named, "mug", "enlarged", "c++"]
        rng.shuffle(words)
        names = ["a", "b", "c"][: size // 25 + 1]
        yield " ".join(words), {name: rng.sample(values, rng.randint(0, 5)) for name in names}


FIFTH = Exercise(
    "1.5", "the options that a task names", "chapter 01, “Three players”", _wishes,
    _item_pages, mistakes({
    "return re.search(words, task.lower()) is not None >> return value.lower() in task.lower()":
        'You find "red" in "tired": a value is named only where no letter or digit touches it.',
    "(?![a-z0-9]) >>": 'You find "red" in "reddish": a letter or digit may touch a named value on '
        "neither side, and you look only in front of it.",
    "(?<![a-z0-9]) >>": 'You find "red" in "tired": a letter or digit may touch a named value on '
        "neither side, and you look only behind it.",
    "return re.search(words, task.lower()) is not None >> return value in task":
        'You find "red" in "tired", and take capitals seriously: a value is named only where no '
        "letter or digit touches it, in lower case on both sides.",
    'and len(value) > len(found.get(group, "")) >> and group not in found':
        'Of several values that are named you take the first. "large" stands in "x-large": the '
        "longest wins.",
    'and len(value) > len(found.get(group, "")) >>': "Of several values that are named you take "
        "the last. The longest wins, of equally long ones the first.",
    "> len(found >> >= len(found": "Of equally long values that are named the first one wins.",
    'and len(value) > len(found.get(group, "")) >> and len(value) < len(found.get(group, value + '
    '" "))': "You take the shortest value that is named. The longest wins: it says most.",
    'and len(value) > len(found.get(group, "")) >> and value > found.get(group, "")':
        "You take the value that is last in the alphabet. The longest wins: `max` of texts needs "
        "`key=len`.",
    "return re.search(words, task.lower()) is not None >> return value.lower() in "
    "task.lower().split()":
        "You compare single words. A value may be several, and a comma may touch it.",
    ('rf"(?<![a-z0-9]){re.escape(value.lower())}(?![a-z0-9])" >> '
     'rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"',
     "task.lower() >> task"):
        "A capital letter hides a value from you: compare in lower case on both sides.",
    ("(?<![a-z0-9]) >> \\b", "(?![a-z0-9]) >> \\b"):
        "`\\b` asks for a letter or digit at the value's edge, so values that end in a bracket "
        "are never found. Look at the characters beside the value instead.",
    "re.escape(value.lower()) >> value.lower()":
        "A bracket in a value means something else in a regular expression: use `re.escape`.",
    ("(?<![a-z0-9]) >> (?<![a-z0-9-])", "(?![a-z0-9]) >> (?![a-z0-9-])"):
        "A hyphen is neither a letter nor a digit: it may touch a value that is named.",
    ("found: dict[str, str] = {} >> found = {group: [] for group in groups}",
     'and len(value) > len(found.get(group, "")) >>',
     "found[group] = value >> found[group].append(value)"):
        "You give all values that are named. One for each group was asked for, the longest.",
    ("found: dict[str, str] = {} >> found = dict.fromkeys(groups)",
     'found.get(group, "") >> found[group] or ""'):
        "A group of which nothing is named does not belong in the answer, not even with None.",
    "return found >> return dict(list(found.items())[:1])": "Only one group has a value. Every "
        "group of which the task names a value belongs in the answer.",
    "return found >> return {group: found.get(group, values[0]) for group, values in "
    "groups.items() if values}":
        "You choose a value where the task names none. Leave that group out.",
}), cuts=("task", "groups"))  # fmt: skip


# ---- 1.6

Offers = Mapping[str, tuple[str, int, Mapping[str, Sequence[str]]]]  # title → kind, price, options
Walk = Sequence[str]


@dataclass(frozen=True, slots=True)
class Shop:
    """A small shop: `shop(actions)` plays a list of actions from the first page on.

    Attributes:
        wanted: the kind of product, the highest price, and the options that the task names.
    """

    wanted: tuple[str, int, tuple[str, ...]]
    offers: Offers = field(repr=False)

    def __call__(self, actions: Walk) -> tuple[str, tuple[str, ...], float, bool]:
        """The page, the possible actions, the reward, and whether the episode is over."""
        chosen: dict[str, str] = {}
        at, reward = "search", 0.0
        for action in actions:
            name = action.removeprefix("click[").removesuffix("]")
            if action not in self._possible(at):
                continue
            if action == "click[buy now]":
                at, reward = "receipt", self._reward(at, chosen)
            elif action in ("search", "click[next >]", "click[< prev]", "click[back to search]"):
                pages = {"search": "results 1", "click[next >]": "results 2"}
                at, chosen = pages.get(action, "results 1" if "prev" in action else "search"), {}
            elif name in self.offers:
                at, chosen = name, {}
            else:
                group = next(g for g, values in self.offers[at][2].items() if name in values)
                chosen = {**chosen, group: name}
        kind, limit, options = self.wanted
        task = f"{kind} ({', '.join(options)}), at most {limit}"
        bought = " ".join(sorted(chosen.values()))
        return f"{task}: {at} {bought}".rstrip(), self._possible(at), reward, at == "receipt"

    def _possible(self, at: str) -> tuple[str, ...]:
        titles = [f"click[{title}]" for title in self.offers]
        if at in self.offers:
            values = [f"click[{v}]" for group in self.offers[at][2].values() for v in group]
            return (*values, "click[buy now]", "click[< prev]", "click[back to search]")
        return {
            "search": ("search",),
            "results 1": (*titles[:2], "click[next >]", "click[back to search]"),
            "results 2": (*titles[2:], "click[< prev]", "click[back to search]"),
        }.get(at, ())

    def _reward(self, title: str, chosen: Mapping[str, str]) -> float:
        kind, limit, options = self.wanted
        offered, price, _ = self.offers[title]
        hits = sum(option in chosen.values() for option in options) + (price <= limit)
        return hits / (len(options) + 1) if offered == kind else 0.0


_MINT = {"size": ("20 bags", "50 bags"), "blend": ("green", "black")}
SHOP = Shop(
    ("tea", 10, ("50 bags", "green")),
    {"mint tea": ("tea", 8, _MINT), "mug": ("mug", 5, {}), "tea box": ("tea", 12, _MINT)},
)


def _best(shop: Shop) -> list[str]:
    seen, waiting, bought = {shop([])[0]}, list[list[str]]([[]]), list[list[str]]()
    for walk in waiting:
        for action in shop(walk)[1]:
            page, _, _, over = shop([*walk, action])
            if over:
                bought.append([*walk, action])
            elif page not in seen:
                waiting.append([*walk, action])
            seen.add(page)
    return max(bought, key=lambda walk: shop(walk)[2])


def _shops(rng: random.Random) -> Iterator[Case]:
    yield (SHOP,)
    for _ in range(11):
        groups = {"size": ("20 bags", "50 bags", "1 pound"), "blend": ("green", "black", "mint")}
        titles = rng.sample(["Alba", "Brun", "Cora", "Dero", "Elmo"], rng.randint(3, 5))
        offers = {
            title: (
                rng.choice(["tea", "tea", "mug"]), rng.choice([5, 9, 12, 20]),
                {g: tuple(rng.sample(values, rng.randint(1, 3))) for g, values in groups.items()},
            )
            for title in titles
        }  # fmt: skip
        options = tuple(rng.choice(values) for values in groups.values())
        yield (Shop(("tea", rng.choice([8, 10, 15]), options), offers),)


def _has_effects(walk: Walk, shop: Shop) -> bool:
    pages = [shop(walk[:end]) for end in range(len(walk) + 1)]
    return all(
        action in before[1] and before != after
        for action, before, after in zip(walk, pages, pages[1:], strict=False)
    )


SIXTH = Exercise(
    "1.6", "the best purchase there is (open)", "chapter 01, “Three players”", _best, _shops,
    limit=4.0,
    invariants=(
        Invariant('Return a list of one to eight actions, each a text such as "search" or '
                  '"click[buy now]".',
                  lambda walk, shop: (
                      1 <= len(walk) <= 8 and not isinstance(walk, str)
                      and all(isinstance(action, str) for action in walk))),
        Invariant("One of your actions has no effect: it is not possible on the page where it is "
                  "done, or it changes nothing there. The list of possible actions comes with "
                  "each page.", _has_effects),
        Invariant("Your walk does not end in a purchase. As long as nothing is bought, nothing is "
                  "earned.", lambda walk, shop: shop(walk)[3]),
        Invariant("There is a purchase in this shop that earns more. Look at all products, also "
                  "at those on the second page of results, and at each combination of options.",
                  lambda walk, shop: shop(walk)[2] >= shop(_best(shop))[2] - 1e-9),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
