"""Wrong answers to the exercises of chapter 06, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

from collections import Counter, defaultdict

# ---- 6.2


def _sum(calls, prices, longest, million=1_000_000):
    total = 0
    for prompt, cached, reply in calls:
        if reply is None:
            reply = longest
        total += prices["prompt"] * (prompt - cached) + prices["cached"] * cached
        total += prices["reply"] * reply
    return total / million


def cache_billed_twice(calls, prices, longest):
    return _sum([(p + c, c, r) for p, c, r in calls], prices, longest)


def cache_overlooked(calls, prices, longest):
    return _sum([(p, 0, r) for p, _, r in calls], prices, longest)


def cache_for_free(calls, prices, longest):
    return _sum(calls, {**prices, "cached": 0}, longest)


def zero_is_nothing(calls, prices, longest):
    total = 0.0
    for prompt, cached, reply in calls:
        reply = reply or longest
        total += ((prompt - cached) * prices["prompt"] + cached * prices["cached"]) / 1e6
        total += reply * prices["reply"] / 1e6
    return total


def nothing_is_zero(calls, prices, longest):
    return _sum(calls, prices, 0)


def crashes_on_none(calls, prices, longest):
    total = 0.0
    for prompt, cached, reply in calls:
        total += (prompt - cached) * prices["prompt"] + cached * prices["cached"]
        total += reply * prices["reply"]
    return total / 1e6


def for_a_thousand(calls, prices, longest):
    return _sum(calls, prices, longest, million=1000)


def rounded_each(calls, prices, longest):
    return sum(round(_sum([call], prices, longest), 2) for call in calls)


def returns_in_the_loop(calls, prices, longest):
    total = 0.0
    for call in calls:
        total += _sum([call], prices, longest)
        return total
    return total


# ---- 6.3


def _may_pass(status):
    return status is None or status in (408, 429) or status in range(500, 600)


def _told(retry_after):
    return int(retry_after) if retry_after and retry_after.isnumeric() else None


def repeats_everything(status, retry_after, attempt, cap):
    if attempt >= 4:
        return None
    told = _told(retry_after)
    return min(cap, 2 ** (attempt - 1) if told is None else told)


def repeats_all_four_hundreds(status, retry_after, attempt, cap):
    if attempt >= 4 or (status is not None and not 400 <= status < 600):
        return None
    return repeats_everything(status, retry_after, attempt, cap)


def connection_is_final(status, retry_after, attempt, cap):
    if status is None or not _may_pass(status):
        return None
    return repeats_everything(status, retry_after, attempt, cap)


def compares_none(status, retry_after, attempt, cap):
    if not (status >= 500 and status < 600) and status not in (408, 429):
        return None
    return repeats_everything(status, retry_after, attempt, cap)


def one_try_more(status, retry_after, attempt, cap):
    if attempt > 4:
        return None
    told = _told(retry_after)
    seconds = 2 ** (attempt - 1) if told is None else told
    return min(seconds, cap) if _may_pass(status) else None


def zero_is_no_header(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    return min(_told(retry_after) or 2 ** (attempt - 1), cap)


def header_in_vain(status, retry_after, attempt, cap):
    return repeats_everything(status, None, attempt, cap) if _may_pass(status) else None


def larger_of_both(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    return min(max(_told(retry_after) or 0, 2 ** (attempt - 1)), cap)


def an_hour_if_told(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    told = _told(retry_after)
    return told if told is not None else min(2 ** (attempt - 1), cap)


def gives_up_above_the_cap(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    told = _told(retry_after)
    seconds = 2 ** (attempt - 1) if told is None else told
    return None if seconds > cap else seconds


def two_four_eight(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    told = _told(retry_after)
    return min(2**attempt if told is None else told, cap)


def one_two_three(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    told = _told(retry_after)
    return min(attempt if told is None else told, cap)


def date_as_a_number(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    if retry_after is not None:
        seconds = float(retry_after)
        if seconds >= 0:
            return min(seconds, cap)
    return min(2 ** (attempt - 1), cap)


def int_of_a_date(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    seconds = int(retry_after) if retry_after else 2 ** (attempt - 1)
    return min(seconds, cap)


def cap_upside_down(status, retry_after, attempt, cap):
    if not _may_pass(status) or attempt >= 4:
        return None
    told = _told(retry_after)
    return max(2 ** (attempt - 1) if told is None else told, cap)


# ---- 6.4


def _norm(prompt):
    return [line.rstrip() for line in prompt.replace("\r\n", "\n").split("\n")]


def _tape(recording, norm=_norm):
    tape = defaultdict(list)
    for model, prompt, reply in recording:
        tape[model, str(norm(prompt))].append(reply)
    return tape


def _play(recording, asked, norm=_norm):
    tape, count, out = _tape(recording, norm), Counter(), []
    for model, prompt in asked:
        k = model, str(norm(prompt))
        replies = tape[k] or [None]
        out.append(replies[count[k]] if count[k] < len(replies) else replies[-1])
        count[k] += 1
    return out


def only_the_first(recording, asked):
    tape = _tape(recording)
    return [(tape[m, str(_norm(p))] or [None])[0] for m, p in asked]


def last_one_wins(recording, asked):
    tape = {(m, str(_norm(p))): r for m, p, r in recording}
    return [tape.get((m, str(_norm(p)))) for m, p in asked]


def round_and_round(recording, asked):
    tape, count, out = _tape(recording), Counter(), []
    for model, prompt in asked:
        k = model, str(_norm(prompt))
        out.append(tape[k][count[k] % len(tape[k])] if tape[k] else None)
        count[k] += 1
    return out


def used_up(recording, asked):
    tape = _tape(recording)
    return [r.pop(0) if (r := tape[m, str(_norm(p))]) else None for m, p in asked]


def any_model(recording, asked):
    return _play([("", p, r) for _, p, r in recording], [("", p) for _, p in asked])


def letter_by_letter(recording, asked):
    return _play(recording, asked, norm=lambda prompt: prompt)


def line_ends_only(recording, asked):
    return _play(recording, asked, norm=str.splitlines)


def no_carriage_return(recording, asked):
    return _play(recording, asked, norm=lambda p: [x.rstrip(" ") for x in p.split("\n")])


def indentation_lost(recording, asked):
    return _play(recording, asked, norm=lambda p: [x.strip() for x in p.splitlines()])


def words_only(recording, asked):
    return _play(recording, asked, norm=str.split)


def key_error(recording, asked):
    known = {(m, str(_norm(p))) for m, p, _ in recording}
    for m, p in asked:
        if (m, str(_norm(p))) not in known:
            raise KeyError(p)
    return _play(recording, asked)


def left_out(recording, asked):
    return [reply for reply in _play(recording, asked) if reply is not None]


# ---- 6.5


def first_line(reply, page):
    return reply.strip().split("\n")[0].lower()


def first_of_the_page(reply, page):
    return page[0]


def capitals_matter(reply, page):
    return next((a for a in page if a in reply), page[0])


def named_or_the_first(reply, page):
    return next((a for a in page if a in reply.lower()), page[0])


def nothing_means_buy(reply, page):
    from rememberer_lite.checks.chapter_06 import words

    named = [a for a in page if a in reply.lower()]
    order = sorted(named or page, key=lambda a: a != "click[buy now]")
    return max(order, key=lambda a: len(words(a) & words(reply)))


def no_empty_reply(recording, asked):
    def key(model, prompt):
        return model, *(line.rstrip() for line in prompt.splitlines())

    out, count = [], {}
    for question in asked:
        k = key(*question)
        replies = [reply for model, prompt, reply in recording if key(model, prompt) == k]
        n = count[k] = count.get(k, 0) + 1
        out.append((replies[min(n, len(replies)) - 1] or None) if replies else None)
    return out


WRONG = {
    "6.1": [
        ("Those are 400 calls", 1.76),
        ("20 tokens longer", 2.112),
        ("not for a thousand", 2115.2),
    ],
    "6.2": [
        ("billed twice", cache_billed_twice),
        ("have no influence", cache_overlooked),
        ("cheaper, not free", cache_for_free),
        ("0 counts as false", zero_is_nothing),
        ("costs nothing. A bill", nothing_is_zero),
        ("cannot be multiplied", crashes_on_none),
        ("prices of a thousand", for_a_thousand),
        ("call by call. Small sums vanish: ", rounded_each),
        ("Only one call", returns_in_the_loop),
    ],
    "6.3": [
        ("You make a number of whatever", int_of_a_date),
        ("You wait at least", cap_upside_down),
        ("a call that was refused", repeats_everything),
        ("all of 400 and above", repeats_all_four_hundreds),
        ("Without a status", connection_is_final),
        ("has no status", compares_none),
        ("once too often", one_try_more),
        ("is an answer too", zero_is_no_header),
        ("do not listen", header_in_vain),
        ("do not take the larger one", larger_of_both),
        ("may ask for an hour", an_hour_if_told),
        ("as the package does", gives_up_above_the_cap),
        ("twice too long", two_four_eight),
        ("by one second each time", one_two_three),
        ("need not be a number", date_as_a_number),
    ],
    "6.4": [
        ("An empty reply was recorded", no_empty_reply),
        ("always give the first reply", only_the_first),
        ("overwrite the earlier ones", last_one_wins),
        ("begin again with the first", round_and_round),
        ("there is none with you", used_up),
        ("do not look at the model", any_model),
        ("letter by letter", letter_by_letter),
        ("do not count either", line_ends_only),
        ("that is the same as", no_carriage_return),
        ("at the beginning of a line", indentation_lost),
        ("all white space", words_only),
        ("raises nothing", key_error),
        ("its place in the list", left_out),
    ],
    "6.5": [
        ("an action of the page, to the letter", first_line),
        ("you do something else", first_of_the_page),
        ("you do something else", capitals_matter),
        ("another one shares more words", named_or_the_first),
        ("and you buy", nothing_means_buy),
    ],
}
