"""Wrong answers to the exercises of chapter 01, as learners write them.

Each stands in `WRONG` under its exercise, behind a few words of the diagnosis that it has to get.
"""

from __future__ import annotations

import re

# ---- 1.2


def mean_of_the_bought(rewards):
    bought = [r for r in rewards if r is not None]
    if not bought:
        return {"score": 0.0, "success": 0.0, "bought": 0.0}
    return {
        "score": sum(bought) / len(bought),
        "success": bought.count(1.0) / len(bought),
        "bought": len(bought) / len(rewards),
    }


def anything_is_a_success(rewards):
    n = len(rewards) or 1
    earned = [r for r in rewards if r is not None]
    return {
        "score": sum(earned) / n,
        "success": sum(1 for r in earned if r > 0) / n,
        "bought": len(earned) / n,
    }


def zero_is_no_purchase(rewards):
    n = len(rewards) or 1
    earned = [r for r in rewards if r]
    return {
        "score": sum(earned) / n,
        "success": sum(1 for r in earned if r == 1) / n,
        "bought": len(earned) / n,
    }


def adds_none(rewards):
    n = len(rewards) or 1
    return {
        "score": sum(rewards) / n,
        "success": sum(r == 1 for r in rewards) / n,
        "bought": sum(r is not None for r in rewards) / n,
    }


def needs_a_goal(rewards):
    earned = [0.0 if r is None else r for r in rewards]
    return {
        "score": sum(earned) / len(earned),
        "success": sum(r == 1 for r in earned) / len(earned),
        "bought": sum(r is not None for r in rewards) / len(earned),
    }


def none_is_gone_too_early(rewards):
    rewards, n = [reward or 0.0 for reward in rewards], max(1, len(rewards))
    return {
        "score": sum(rewards) / n,
        "success": rewards.count(1.0) / n,
        "bought": len([r for r in rewards if r is not None]) / n,
    }


def numbers_instead_of_shares(rewards):
    earned = [0.0 if r is None else r for r in rewards]
    return {
        "score": sum(earned) / max(1, len(earned)),
        "success": sum(r == 1 for r in earned),
        "bought": sum(r is not None for r in rewards),
    }


# ---- 1.3


def weights_of_the_chapter(wanted, bought, kind):
    attributes = len([a for a in wanted["attributes"] if a in bought["attributes"]])
    options = len([o for o in wanted["options"] if o in bought["options"]])
    n = len(wanted["attributes"]) + len(wanted["options"])
    if wanted["limit"] is None:
        return kind * (attributes + options) / n if n else kind
    return kind * (attributes + options + (bought["price"] <= wanted["limit"])) / (n + 1)


def doubles_above_only(wanted, bought, kind):
    top = sum(a in bought["attributes"] for a in wanted["attributes"])
    top += sum(2 for o in wanted["options"] if o in bought["options"])
    bottom = len(wanted["attributes"]) + len(wanted["options"])
    if wanted["limit"] is not None:
        top += int(bought["price"] <= wanted["limit"])
        bottom += 1
    if bottom == 0:
        return kind
    return top / bottom * kind


def doubles_below_only(wanted, bought, kind):
    top = sum(a in bought["attributes"] for a in wanted["attributes"])
    top += sum(o in bought["options"] for o in wanted["options"])
    bottom = len(wanted["attributes"]) + len(wanted["options"]) * 2
    if wanted["limit"] is not None:
        top += bought["price"] <= wanted["limit"]
        bottom += 1
    return top / bottom * kind if bottom else kind


def _right_but(wanted, bought, kind, price_of_no_limit):
    hit = lambda part: len(set(wanted[part]).intersection(bought[part]))  # noqa: E731
    price = price_of_no_limit if wanted["limit"] is None else bought["price"] <= wanted["limit"]
    wishes = len(wanted["attributes"]) + 2 * len(wanted["options"]) + 1
    return kind * (hit("attributes") + 2 * hit("options") + price) / wishes


def no_limit_is_kept(wanted, bought, kind):
    return _right_but(wanted, bought, kind, 1)


def no_limit_is_broken(wanted, bought, kind):
    return _right_but(wanted, bought, kind, 0)


def compares_with_none(wanted, bought, kind):
    return _right_but({**wanted, "limit": wanted["limit"] + 0}, bought, kind, 0)


def cheaper_than_the_limit(wanted, bought, kind):
    top = bottom = 0
    for part, weight in (("attributes", 1), ("options", 2)):
        for wish in wanted[part]:
            bottom += weight
            if wish in bought[part]:
                top += weight
    if wanted["limit"] is not None:
        bottom += 1
        if bought["price"] < wanted["limit"]:
            top += 1
    return kind if bottom == 0 else kind * top / bottom


def forgets_the_kind(wanted, bought, kind):
    top = bottom = 0
    for part, weight in (("attributes", 1), ("options", 2)):
        bottom += weight * len(wanted[part])
        top += weight * sum(wish in bought[part] for wish in wanted[part])
    if wanted["limit"] is not None:
        bottom, top = bottom + 1, top + (bought["price"] <= wanted["limit"])
    return top / bottom if bottom else 1.0


def divides_by_zero(wanted, bought, kind):
    top = bottom = 0
    for part, weight in (("attributes", 1), ("options", 2)):
        bottom += weight * len(wanted[part])
        top += weight * sum(wish in bought[part] for wish in wanted[part])
    if wanted["limit"] is not None:
        bottom, top = bottom + 1, top + (bought["price"] <= wanted["limit"])
    return kind * top / bottom


def nothing_wanted_earns_nothing(wanted, bought, kind):
    try:
        return divides_by_zero(wanted, bought, kind)
    except ZeroDivisionError:
        return 0.0


def counts_what_was_bought(wanted, bought, kind):
    top = len(bought["attributes"]) + 2 * len(bought["options"])
    bottom = len(wanted["attributes"]) + 2 * len(wanted["options"])
    if wanted["limit"] is not None:
        bottom, top = bottom + 1, top + (bought["price"] <= wanted["limit"])
    return kind * top / bottom if bottom else kind


# ---- 1.4


def anywhere_in_the_text(text):
    if "[Search]" in text:
        return "search"
    if "[Buy Now]" in text:
        return "item"
    if "[Next >]" in text:
        return "results"
    if "[< Prev]" in text:
        return "other"
    return "end"


def words_of_buttons(text):
    for words, kind in (("Search", "search"), ("Buy Now", "item"), ("Next >", "results")):
        if words in text:
            return kind
    return "other" if "< Prev" in text else "end"


def in_lower_case(text):
    lines = text.split("\n")
    for button, kind in (("search", "search"), ("buy now", "item"), ("next >", "results")):
        if f"[{button}]" in lines:
            return kind
    return "other" if "[< prev]" in lines else "end"


def prev_before_the_rest(text):
    lines = [line.strip() for line in text.split("\n")]
    if "[Search]" in lines:
        return "search"
    if "[< Prev]" in lines:
        return "other"
    if "[Buy Now]" in lines:
        return "item"
    return "results" if "[Next >]" in lines else "end"


def results_by_product_codes(text):
    lines = [line.strip() for line in text.split("\n")]
    if "[Search]" in lines:
        return "search"
    if "[Buy Now]" in lines:
        return "item"
    if any(re.match(r"\[+B0\d", line) for line in lines):
        return "results"
    return "other" if "[< Prev]" in lines else "end"


def brackets_taken_off(text):
    seen = {re.sub(r"^\[|\]$", "", line.strip()) for line in text.split("\n")}
    for button, kind in (("Search", "search"), ("Buy Now", "item"), ("Next >", "results")):
        if button in seen:
            return kind
    return "other" if "< Prev" in seen else "end"


def nothing_for_the_receipt(text):
    lines = [line.strip() for line in text.split("\n")]
    if "[Search]" in lines:
        return "search"
    if "[Buy Now]" in lines:
        return "item"
    if "[Next >]" in lines:
        return "results"
    if "[< Prev]" in lines:
        return "other"
    return None


# ---- 1.5


def red_in_tired(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            if value.lower() in task.lower() and len(value) > len(found.get(group, "")):
                found[group] = value
    return found


def _standing_alone(value, task):
    value, task = value.lower(), f" {task.lower()} "
    for start in range(1, len(task) - len(value)):
        if task[start : start + len(value)] == value:
            around = task[start - 1] + task[start + len(value)]
            if not (around[0].isalnum() or around[1].isalnum()):
                return True
    return False


def first_that_is_named(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            if _standing_alone(value, task):
                found[group] = value
                break
    return found


def last_that_is_named(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            if _standing_alone(value, task):
                found[group] = value
    return found


def last_of_equals(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            if _standing_alone(value, task) and len(value) >= len(found.get(group, "")):
                found[group] = value
    return found


def word_by_word(task, groups):
    words, found = set(task.lower().split(" ")), {}
    for group, values in groups.items():
        named = [value for value in values if value.lower() in words]
        if named:
            found[group] = max(named, key=len)
    return found


def capitals_matter(task, groups):
    found = {}
    for group, values in groups.items():
        pattern = r"(?<![a-zA-Z\d])%s(?![a-zA-Z\d])"
        named = [value for value in values if re.search(pattern % re.escape(value), task)]
        if named:
            found[group] = sorted(named, key=len, reverse=True)[0]
    return found


def word_boundaries(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            named = re.search(r"\b" + re.escape(value) + r"\b", task, re.IGNORECASE)
            if named and len(value) > len(found.get(group, "")):
                found[group] = value
    return found


def brackets_are_groups(task, groups):
    found = {}
    for group, values in groups.items():
        for value in values:
            named = re.search(rf"(?<![a-z\d]){value}(?![a-z\d])", task, re.IGNORECASE)
            if named and len(value) > len(found.get(group, "")):
                found[group] = value
    return found


def only_one_group(task, groups):
    for group, values in groups.items():
        named = [value for value in values if _standing_alone(value, task)]
        if named:
            return {group: max(named, key=len)}
    return {}


def last_line_alone(text):
    last = text.strip().splitlines()[-1].strip() if text.strip() else ""
    return {
        "[Search]": "search",
        "[Buy Now]": "item",
        "[Next >]": "results",
        "[< Prev]": "other",
    }.get(last, "end")


# ---- 1.6


def first_tea(shop):
    walk = ["search"]
    walk.append(shop(walk)[1][0])
    return [*walk, "click[buy now]"]


def never_buys(shop):
    return ["search"]


def clicks_what_the_task_says(shop):
    page = shop([])[0]
    options = page.partition("(")[2].partition(")")[0].split(", ")
    walk = ["search"]
    walk.append(shop(walk)[1][0])
    return walk + [f"click[{o}]" for o in options] + ["click[buy now]"]


def first_page_only(shop):
    top = []
    for title in shop(["search"])[1][:2]:
        walks = [["search", title]]
        for walk in walks:
            for action in shop(walk)[1]:
                if action == "click[buy now]":
                    top.append([*walk, action])
                elif len(walk) < 4 and action not in [
                    *walk,
                    "click[< prev]",
                    "click[back to search]",
                ]:
                    walks.append([*walk, action])
    return max(top, key=lambda w: shop(w)[2])


def one_text(shop):
    return "search"


def one_click_too_many(shop):
    return ["search", "search", shop(["search"])[1][0], "click[buy now]"]


def begins_with_a_button(text):
    lines = [line.strip() for line in text.splitlines()]
    kinds = {"[Search]": "search", "[Buy Now]": "item", "[Next >]": "results", "[< Prev]": "other"}
    for button, kind in kinds.items():
        if any(line.startswith(button) for line in lines):
            return kind
    return "end"


WRONG = {
    "1.1": [
        ("look at 1. Options", [3, 6]),
        ("needs to be left before you search", [1, 2, 3, 6]),
        ("What follows the last bracket", [1, 3, 4, 6]),
        ("Capitals make no difference", [1, 3, 5, 6]),
        ("A verb in capitals", [1, 3, 4, 5, 6]),
        ("three that do something", [2, 4, 5]),
        ("leads to itself", (1, 3)),
    ],
    "1.2": [
        ("You leave out the goals", mean_of_the_bought),
        ("You call every reward above 0", anything_is_a_success),
        ("was a purchase", zero_is_no_purchase),
        ("None is no number", adds_none),
        ("Without a goal", needs_a_goal),
        ("Everything counts as bought", none_is_gone_too_early),
        ("successes and purchases, but", numbers_instead_of_shares),
    ],
    "1.3": [
        ("the chapter's weights", weights_of_the_chapter),
        ("double only above", doubles_above_only),
        ("double only below", doubles_below_only),
        ("give the price away", no_limit_is_kept),
        ("a broken wish", no_limit_is_broken),
        ("compared with None", compares_with_none),
        ("equals the limit", cheaper_than_the_limit),
        ("A hot sauce is no tea", forgets_the_kind),
        ("divide by zero", divides_by_zero),
        ("there, not 0", nothing_wanted_earns_nothing),
        ("wished for or not", counts_what_was_bought),
    ],
    "1.4": [
        ("only begins or ends with one", begins_with_a_button),
        ("the last line alone", last_line_alone),
        ("anywhere in the text. A title", anywhere_in_the_text),
        ("without its brackets", words_of_buttons),
        ("that is *called* Buy Now", brackets_taken_off),
        ("written as they are shown", in_lower_case),
        ("too early", prev_before_the_rest),
        ("past the end shows no product", results_by_product_codes),
        ("is the receipt", nothing_for_the_receipt),
    ],
    "1.5": [
        ("no letter or digit touches it.", red_in_tired),
        ("you take the first", first_that_is_named),
        ("you take the last", last_that_is_named),
        ("Of equally long values", last_of_equals),
        ("single words", word_by_word),
        ("A capital letter", capitals_matter),
        ("at the value's edge", word_boundaries),
        ("re.escape", brackets_are_groups),
        ("Only one group", only_one_group),
    ],
    "1.6": [
        ("a purchase in this shop that earns more", first_tea),
        ("does not end in a purchase", never_buys),
        ("has no effect", clicks_what_the_task_says),
        ("a purchase in this shop that earns more", first_page_only),
        ("one to eight actions", one_text),
        ("has no effect", one_click_too_many),
    ],
}
