"""Exercises of chapter 13: a railway as a world of your own, and two mistakes in a ferry."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Mistake, Prediction

# ---- 13.1


def _possible(page: str) -> list[str]:
    if not page.startswith("Station: "):
        return []
    actions, below = [], ""
    for line in page.splitlines():
        if not line.startswith("- "):
            below = line
        elif below == "Trains:" and not line.endswith("(full)"):
            actions.append(f"ride({line[2 : line.rindex(' (')]})")
    if "Ticket: none" in page.splitlines():
        actions = ["buy"]
    return [*dict.fromkeys(actions), "leave"]


def _possible_but(
    name: Callable[[str], str] = lambda line: line[2 : line.rindex(" (")],
    has_seat: Callable[[str], bool] = lambda line: not line.endswith("(full)"),
    section: bool = True,
    buy: Callable[[bool], bool] = lambda none: none,
    ride: Callable[[bool], bool] = lambda none: not none,
    write: Callable[[str], str] = lambda town: f"ride({town})",
    once: bool = True,
    over: Sequence[str] = (),
    ticketless: Callable[[str], bool] = lambda page: "Ticket: none" in page.splitlines(),
    join: Callable[[list[str], list[str]], list[str]] = lambda buys, rides: [
        *buys,
        *rides,
        "leave",
    ],
) -> Callable[[str], list[str]]:
    """The possible actions with one thing done otherwise."""

    def wrong(page: str) -> list[str]:
        lines = page.splitlines()
        if not page.startswith("Station: "):
            return list(over)
        none, below, rides = ticketless(page), "", []
        for line in lines:
            if not line.startswith("- "):
                below = line
            elif (below == "Trains:" or not section) and has_seat(line) and ride(none):
                rides.append(write(name(line) if " (" in line else line[2:]))
        return join(["buy"] if buy(none) else [], list(dict.fromkeys(rides)) if once else rides)

    return wrong  # fmt: skip


def _page(ticket: bool, trains: Sequence[tuple[str, int]], notices: Sequence[str] = ()) -> str:
    seats = {0: "full", 1: "1 seat"}
    lines = ["Station: Oberau", f"Ticket: {'valid' if ticket else 'none'}", "Trains:"]
    lines += [f"- {town} ({seats.get(free, f'{free} seats')})" for town, free in trains]
    return "\n".join([*lines, *(["Notices:"] if notices else []), *(f"- {n}" for n in notices)])


_NOTICES = ("Lost: an umbrella (blue)", "No smoking", "Tann is closed (2 h)", "Ticket: none found")
_TOWNS = ("Lindach", "Bad Ems", "Moor (north)", "Moor (south)", "Zell", "Tann", "Au")


def _pages(rng: random.Random) -> Iterator[Case]:
    yield (_page(True, []),)
    yield (_page(False, []),)
    yield (_page(True, [("Zell", 3)]),)
    yield (_page(False, [("Zell", 3)]),)
    yield (_page(True, [("Zell", 0)]),)
    yield (_page(True, [("Zell", 1)]),)
    yield (_page(True, [("Bad Ems", 2)]),)
    yield (_page(True, [("Moor (north)", 2)]),)
    yield (_page(True, [("Zell", 2), ("Zell", 1)]),)
    yield (_page(True, [("Zell", 2)], ["Lost: an umbrella (blue)"]),)
    yield (_page(True, [("Zell", 2)], ["Ticket: none needed on Sundays"]),)
    yield ("You have left the railway.",)
    for size in range(50):
        trains = [
            (rng.choice(_TOWNS), rng.choice([0, 1, 2, 3, 10, 20])) for _ in range(size // 8 + 1)
        ]
        notices = rng.sample(_NOTICES, 2)
        yield (_page(rng.random() < 0.75, trains, notices if rng.random() < 0.4 else ()),)


# ---- 13.2

Alike = Mapping[tuple[str, str], float]


def _table(kinds: Sequence[str], alike: Alike) -> list[list[float]]:
    rows = []
    for a in kinds:
        row = []
        for b in kinds:
            said = [alike[pair] for pair in ((a, b), (b, a)) if pair in alike]
            if "unknown" in (a, b):
                row.append(0.0)
            elif a == b:
                row.append(1.0)
            else:
                row.append(min(said, default=0.0))
        rows.append(row)
    return rows


def _table_but(
    pick: Callable[[list[float]], float] = min,
    unsaid: float = 0.0,
    same: float | None = 1.0,
    strangers: Callable[[str, str], bool] = lambda a, b: "unknown" in (a, b),
    pairs: Callable[[str, str], Any] = lambda a, b: ((a, b), (b, a)),
) -> Callable[..., Any]:
    """The table with one thing done otherwise."""

    def wrong(kinds: Sequence[str], alike: Alike) -> Any:
        rows = []
        for a in kinds:
            row = []
            for b in kinds:
                said = [alike[pair] for pair in pairs(a, b) if pair in alike]
                value = pick(said) if said else unsaid
                if a == b:
                    value = same if same is not None else (value if said else 1.0)
                row.append(0.0 if strangers(a, b) else value)
            rows.append(row)
        return rows

    return wrong


def _tables(rng: random.Random) -> Iterator[Case]:
    yield [], {}
    yield ["town"], {}
    yield ["town", "halt"], {("town", "halt"): 0.3}
    yield ["halt", "town"], {("town", "halt"): 0.3}
    yield ["town", "unknown"], {}
    yield ["town", "unknown"], {("town", "unknown"): 0.5}
    yield ["town", "halt"], {("town", "halt"): 0.3, ("halt", "town"): 0.6}
    yield ["town", "halt"], {("town", "halt"): 0.0, ("halt", "town"): 0.6}
    yield ["town", "halt"], {("town", "harbour"): 0.3}
    yield ["town"], {("town", "town"): 0.5}
    names = ["town", "halt", "harbour", "depot", "unknown", "pass"]
    for size in range(48):
        kinds = rng.sample(names, size // 12 + 2)
        alike = {
            (rng.choice(names), rng.choice(kinds)): rng.choice([0.0, 0.1, 0.3, 0.5, 0.8])
            for _ in range(rng.randint(0, 6))
        }
        alike |= {(b, a): rng.choice([0.0, 0.2, 0.9]) for a, b in alike if rng.random() < 0.4}
        yield kinds, alike


# ---- 13.3

World = Mapping[str, Any]
Trains = Mapping[str, Mapping[str, int]]


def _step(state: World, action: str, trains: Trains) -> tuple[World, float, bool, bool]:
    if state["left"]:
        return dict(state), 0.0, True, False
    if action == "leave":
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    if action == "buy" and not state["ticket"]:
        return {**state, "ticket": True}, 0.0, False, True
    if action.startswith("ride(") and action.endswith(")") and state["ticket"]:
        town = action[len("ride(") : -1]
        if trains.get(state["at"], {}).get(town, 0) > 0:
            return {**state, "at": town, "ticket": False}, 0.0, False, True
    return dict(state), 0.0, False, False


def _step_but(
    used: bool = True,
    needs: bool = True,
    seats: Callable[[int | None], bool] = lambda free: bool(free),
    twice: bool = False,
    after: Callable[[World, str], tuple[float, bool]] = lambda state, action: (0.0, True),
    pay: Callable[[World], Any] = lambda state: float(state["at"] == state["to"]),
    ends: Callable[[World], bool] = lambda state: True,
    arrive: tuple[float, bool] = (0.0, False),
    name: Callable[[str], str] = lambda action: action[5:-1],
    nonsense: bool = False,
    turned: bool = False,
    in_place: bool = False,
    gone: bool = True,
    any_order: Callable[[str], str] = lambda action: action,
) -> Callable[..., Any]:
    """A step with one thing done otherwise."""

    def wrong(state: dict[str, Any], action: str, trains: Trains) -> Any:
        action = any_order(action)
        new = state if in_place else dict(state)
        reward, over, useful = 0.0, False, nonsense
        if state["left"]:
            reward, over = after(state, action)
            useful = False
        elif action == "leave":
            reward, over, useful = pay(state), ends(state), True
            new["left"] = over and gone
        elif action == "buy":
            useful = twice or not state["ticket"] or nonsense
            new["ticket"] = True
        elif action.startswith("ride(") and action.endswith(")") and (state["ticket"] or not needs):
            town = name(action)
            if seats(trains.get(state["at"], {}).get(town)):
                new["at"], new["ticket"], useful = town, state["ticket"] and not used, True
                reward, over = arrive if town == state["to"] else (0.0, False)
        return new, reward, over, (not useful if turned else useful)

    return wrong


def _steps(rng: random.Random) -> Iterator[Case]:
    trains = {"Zell": {"Au": 2, "Tann": 0}, "Au": {"Moor (north)": 1}}
    start = {"at": "Zell", "to": "Au", "ticket": False, "left": False}
    riding = {**start, "ticket": True}
    yield start, "buy", trains
    yield riding, "buy", trains
    yield riding, "ride(Au)", trains
    yield start, "ride(Au)", trains
    yield riding, "ride(Tann)", trains
    yield riding, "ride(Lindach)", trains
    yield start, "leave", trains
    yield {**start, "at": "Au"}, "leave", trains
    yield {**start, "at": "Au", "left": True}, "leave", trains
    yield {**start, "left": True}, "buy", trains
    yield {**riding, "left": True}, "ride(Au)", trains
    yield start, "stand on your head", trains
    yield {**riding, "at": "Au", "to": "Moor (north)"}, "ride(Moor (north))", trains
    yield {**riding, "at": "Tann"}, "ride(Au)", trains
    for _ in range(50):
        towns = rng.sample(_TOWNS, 3)
        lines = {
            town: {other: rng.choice([0, 1, 2]) for other in rng.sample(towns, 2) if other != town}
            for town in towns[:2]
        }
        at, to = rng.choice(towns), rng.choice(towns)
        state = {"at": at, "to": to, "ticket": rng.random() < 0.7, "left": rng.random() < 0.2}
        near = [*lines.get(at, {"Au": 1}), rng.choice(_TOWNS)]
        choices = [f"ride({rng.choice(near)})"] * 4 + ["buy", "leave", "leave", "", "ride", "fly()"]
        yield state, rng.choice(choices), lines


# ---- 13.4

Visits = Sequence[tuple[str, str, Sequence[str]]]


def _confused(visits: Visits) -> list[tuple[str, str]]:
    found = []
    for state in dict.fromkeys((task, page) for task, page, _ in visits):
        best = [set(actions) for task, page, actions in visits if (task, page) == state]
        if not set.intersection(*best):
            found.append(state)
    return found


def _confused_but(
    key: Callable[[str, str], Any] = lambda task, page: (task, page),
    torn: Callable[[list[set[str]]], bool] = lambda best: not set.intersection(*best),
    answer: Callable[[list[Any]], Any] = lambda found: found,
) -> Callable[[Visits], Any]:
    """The search for hidden differences with one thing done otherwise."""

    def wrong(visits: Visits) -> Any:
        groups: dict[Any, list[set[str]]] = {}
        for task, page, actions in visits:
            groups.setdefault(key(task, page), []).append(set(actions))
        torn_keys = [k for k, best in groups.items() if torn(best)]
        return answer([
            state for state in dict.fromkeys((task, page) for task, page, _ in visits)
            if key(*state) in torn_keys
        ])  # fmt: skip

    return wrong


def _each_time(visits: Visits) -> list[tuple[str, str]]:
    torn = _confused(visits)
    return [(task, page) for task, page, _ in visits if (task, page) in torn]


def _neighbours_only(best: list[set[str]]) -> bool:
    return any(not a & b for a, b in pairwise(best))


def _visited(rng: random.Random) -> Iterator[Case]:
    yield ([],)
    yield ([("to Au", "cup", ["buy"])],)
    yield ([("to Au", "cup", ["buy"]), ("to Au", "cup", ["leave"])],)
    yield ([("to Au", "cup", ["buy"]), ("to Zell", "cup", ["leave"])],)
    yield ([("to Au", "cup", ["buy"]), ("to Au", "tea", ["leave"])],)
    yield ([("to Au", "cup", ["buy"]), ("to Au", "cup", ["leave", "buy"])],)
    for best in ("ab bc ac", "a ab b", "ab a b", "ab a c", "abc ab bd cd"):
        yield ([("to Au", "cup", list(one)) for one in best.split()],)
    yield ([(task, "cup", [one]) for one in "ab" for task in ("to Zell", "to Au")],)
    for size in range(54):
        yield (
            [
                (
                    rng.choice(["to Zell", "to Au"]),
                    rng.choice(["at Zell", "at Tann"]),
                    rng.sample(
                        ["buy", "leave", "ride(Au)", "ride(Zell)"], rng.choice([1, 2, 2, 3])
                    ),
                )
                for _ in range(size // 9 + 2)
            ],
        )


# ---- 13.5

_INNOCENT = {
    "B": "a knock at the wrong door may well end the episode with 0; nothing is paid twice.",
    "C": "the runner counts the steps, so an environment need not truncate.",
    "D": "what can be tried may be listed even where it changes nothing.",
    "F": "each kind is like itself only, as in the kitchen.",
}
_HINT = {
    "A": "The other one is in the environment: play a goal to its end, then begin it once more.",
    "E": "The other one is in the domain: ask it for the kinds of all the pages that there are.",
}


def _pairs() -> dict[Any, str]:
    """Every wrong pair of letters, and what to say of it."""
    wrong = {}
    for one in "ABC":
        for other in "DEF":
            told = [f"{x} is innocent: {_INNOCENT[x]}" for x in one + other if x in _INNOCENT]
            found = [x for x in one + other if x not in _INNOCENT]
            missing = [_HINT[x] for x in "AE" if x not in found] if found else []
            if told:
                wrong[one + other] = " ".join([f"{x} is one of them." for x in found] + told
                                              + missing)  # fmt: skip
    return wrong


_HIDES = "chapter 13, “A page that hides what matters”"
EXERCISES = (
    Exercise(
        "13.1", "what can be done on this page", "chapter 13, “The domain”", _possible, _pages,
        (
            Mistake("You offer rides without a ticket. There the page allows only to buy one, or "
                    "to leave.", _possible_but(ride=lambda none: True)),
            Mistake("You offer to buy a ticket to somebody who has one.",
                    _possible_but(buy=lambda none: True)),
            Mistake("Without a ticket one can buy one: that action is missing.",
                    _possible_but(buy=lambda none: False)),
            Mistake("You look at the ticket the wrong way round: `none` is when one can buy.",
                    _possible_but(buy=lambda none: not none, ride=lambda none: none)),
            Mistake("You look for `Ticket: none` anywhere on the page, and a notice can say that "
                    "too. Only the traveller's own line counts.",
                    _possible_but(ticketless=lambda page: "Ticket: none" in page)),
            Mistake("A train that is full cannot be taken.",
                    _possible_but(has_seat=lambda line: True)),
            Mistake("A train with its last seat free can be taken: the page says `1 seat` there, "
                    "in the singular.", _possible_but(has_seat=lambda line: "seats" in line)),
            Mistake("You cut the name at its first bracket. A town may have one in its name: the "
                    "seats stand in the last.",
                    _possible_but(name=lambda line: line[2:].split(" (")[0])),
            Mistake("You take one word of the name. A town may have several.",
                    _possible_but(name=lambda line: line[2:].split()[0])),
            Mistake("The seats are still in your name. They are no part of it.",
                    _possible_but(name=lambda line: line[2:])),
            Mistake("You take notices for trains. Only what stands below `Trains:`, up to the next "
                    "heading, is one.", _possible_but(section=False)),
            Mistake("Where two trains go to the same town, the action is still one: it is known by "
                    "its text.", _possible_but(once=False)),
            Mistake("You write the names of the towns. An action has the form of the grammar: "
                    "`ride(town)`.", _possible_but(write=lambda town: town)),
            Mistake("You write the actions with other brackets, or with a blank. Spell them as the "
                    "grammar does: `ride(town)`.",
                    _possible_but(write=lambda town: f"ride[{town}]")),
            Mistake("One can always leave: that action is missing.",
                    _possible_but(join=lambda buys, rides: [*buys, *rides])),
            Mistake("Without a ticket one can leave as well.",
                    _possible_but(join=lambda buys, rides: buys or [*rides, "leave"])),
            Mistake("Trains to towns of several words, or with brackets in the name, are missing.",
                    _possible_but(has_seat=lambda line: line.count(" ") == 2 + ("seat" in line)
                                  and not line.endswith("(full)"))),
            Mistake("The order is that of the page, and `leave` comes last.",
                    _possible_but(join=lambda buys, rides: ["leave", *buys, *rides])),
            Mistake("You sort the actions. Keep the order of the page, and `leave` last.",
                    _possible_but(join=lambda buys, rides: sorted([*buys, *rides, "leave"]))),
            Mistake("You sort the rides. Keep the order of the page.",
                    _possible_but(join=lambda buys, rides: [*buys, *sorted(rides), "leave"])),
            Mistake("Who has left can do nothing more: on that page the list is empty.",
                    _possible_but(over=("leave",))),
            Mistake("The page of somebody who has left has no station and no list: the "
                    "answer there is an empty list.",
                    where=lambda page: not page.startswith("Station")),
        ),
    ),
    Exercise(
        "13.2", "which kinds of pages are alike", "chapter 13, “What the similarity decides”",
        _table, _tables,
        (
            Mistake("Your table is not symmetric. A pair is said once, in either order, and holds "
                    "both ways.", _table_but(pairs=lambda a, b: ((a, b),))),
            Mistake("A kind is wholly like itself: the diagonal is 1.0.", _table_but(same=0.0)),
            Mistake("A pair of a kind with itself changes your diagonal. It is 1.0, whatever is "
                    "said.", _table_but(same=None)),
            Mistake("An unknown page is like nothing, not even like another unknown one: nobody "
                    "knows what either of them shows.",
                    _table_but(strangers=lambda a, b: a != b and "unknown" in (a, b))),
            Mistake("An unknown page is like nothing, whatever is said of it, and not even like "
                    "another unknown one.", _table_but(strangers=lambda a, b: False)),
            Mistake("An unknown page is like no other kind, even where a pair says so.",
                    _table_but(strangers=lambda a, b: a == b == "unknown")),
            Mistake("Where both orders are said and differ, you take the larger. Be careful: the "
                    "smaller counts.", _table_but(pick=max)),
            Mistake("A 0.0 that was said is a number, and the smallest one. In an `if` it is "
                    "false, like nothing said at all: ask whether it is None.",
                    _table_but(pick=lambda said: min([v for v in said if v], default=0.0))),
            Mistake("With `or` you take the first number that is not 0.0. What was said as 0.0 "
                    "counts too, and of two numbers the smaller.",
                    _table_but(pick=lambda said: next((v for v in said if v), 0.0))),
            Mistake("Where both orders are said and differ, you take their mean. The smaller "
                    "counts.", _table_but(pick=lambda said: sum(said) / len(said))),
            Mistake("Where both orders are said and differ, the first that you find counts for "
                    "you. The smaller counts, in both places.",
                    _table_but(pick=lambda said: said[0])),
            Mistake("Where both orders are said and differ, the last that you find counts for "
                    "you. The smaller counts, in both places.",
                    lambda kinds, alike: _last_said(kinds, alike)),
            Mistake("Two rules are missing: an unknown page is like nothing, and where both orders "
                    "were said the smaller counts, in both places.",
                    lambda kinds, alike: _last_said(kinds, alike, unknown=True)),
            Mistake("A table is asked for, a list of rows in the order of `kinds`: no dict.",
                    lambda kinds, alike: {
                        a: dict(zip(kinds, row, strict=True))
                        for a, row in zip(kinds, _table(kinds, alike), strict=True)}),
            Mistake("Of what nothing is said, nothing is alike: 0.0.", _table_but(unsaid=1.0)),
            Mistake("Every row of your table is the same list: `[row] * n` repeats the list "
                    "itself and makes no copies.", lambda kinds, alike: _one_row(kinds, alike)),
            Mistake("`alike` may speak of kinds that this table does not have. Leave those out.",
                    where=lambda kinds, alike: any(
                        kind not in kinds for pair in alike for kind in pair)),
        ),
    ),
    Exercise(
        "13.3", "one step, and nothing changed behind your back",
        "chapter 13, “The smallest worked example: a tea kitchen”", _step, _steps,
        (
            Mistake("You write into the state that you were given. Whoever holds it compares it "
                    "with the next one later: return a new dict.", _step_but(in_place=True)),
            Mistake("A ticket is good for one ride: after it, it is used up.",
                    _step_but(used=False)),
            Mistake("You let people ride without a ticket. That changes nothing.",
                    _step_but(needs=False)),
            Mistake("You let people ride on a full train. Is there a seat (more than 0)?",
                    _step_but(seats=lambda free: free is not None)),
            Mistake("Wherever a ticket holder wants to go, you take them. Only towns to which a "
                    "train goes from here, with a free seat.", _step_but(seats=lambda free: True)),
            Mistake("A second ticket changes nothing: whoever has one cannot buy another, and the "
                    "last of the four is False.", _step_but(twice=True)),
            Mistake("You pay for leaving anywhere. The reward is for leaving at the destination.",
                    _step_but(pay=lambda state: 1.0)),
            Mistake("Your reward is True or False. It is a number: 1.0 or 0.0.",
                    _step_but(pay=lambda state: state["at"] == state["to"])),
            Mistake("Leaving in the wrong town costs nothing: the reward is 0.0, not −1.",
                    _step_but(pay=lambda state: 1.0 if state["at"] == state["to"] else -1.0)),
            Mistake("Leaving ends the episode anywhere, in the wrong town too.",
                    _step_but(ends=lambda state: bool(state["at"] == state["to"]))),
            Mistake("Arriving earns nothing yet. The reward is for leaving there.",
                    _step_but(arrive=(1.0, False))),
            Mistake("Arriving ends nothing. The episode ends when the traveller leaves.",
                    _step_but(arrive=(0.0, True))),
            Mistake("Arriving neither pays nor ends the episode. Leaving does.",
                    _step_but(arrive=(1.0, True))),
            Mistake("You pay a second time after the end. What has ended earns nothing more.",
                    _step_but(after=lambda s, a: (
                        float(a == "leave" and s["at"] == s["to"]), True))),
            Mistake("You go on paying after the end, whatever is done. What has ended earns "
                    "nothing more.", _step_but(after=lambda s, a: (
                        float(s["at"] == s["to"]), True))),
            Mistake("After the end the episode is still over: the third of the four stays True.",
                    _step_but(after=lambda state, action: (0.0, False))),
            Mistake("The traveller who has left goes on acting in your world. After the end "
                    "nothing changes any more.", lambda state, action, trains: _never_over(
                        state, action, trains)),
            Mistake("You write into `trains`. The seats are given to you, and nobody takes one "
                    "away.", lambda state, action, trains: _seat_taken(state, action, trains)),
            Mistake("Four values are asked for: the next state, the reward, whether it is over, "
                    "and whether something changed.", lambda *case: _step(*case)[:3]),
            Mistake("Leaving changes something in the wrong town too: the fourth value is True.",
                    lambda state, action, trains: (
                        *_step(state, action, trains)[:3],
                        _step(state, action, trains)[3]
                        and (action != "leave" or state["at"] == state["to"]))),
            Mistake("Leaving in the wrong town ends the episode as well, and is useful in the "
                    "sense of the table: something changed.",
                    lambda state, action, trains: _wrong_town(state, action, trains)),
            Mistake("You forget to note in the state that the traveller has left.",
                    _step_but(gone=False)),
            Mistake("You lose a bracket that belongs to the name. Take `ride(` off the front "
                    "and exactly one `)` off the end; `rstrip` takes them all.",
                    _step_but(name=lambda action: action[5:].rstrip(")"))),
            Mistake("The fourth value says whether something changed. You say the opposite.",
                    _step_but(turned=True)),
            Mistake("Nonsense changes nothing, and neither does an action that is not possible "
                    "here: the fourth value is False.", _step_but(nonsense=True)),
            Mistake("No train goes from some towns, and those do not stand in `trains`: look with "
                    "`get`.", where=lambda state, action, trains: (
                        state["at"] not in trains and state["ticket"] and not state["left"]
                        and action.startswith("ride("))),
            Mistake("`trains` names only the towns to which a train goes, and some towns not at "
                    "all. Nonsense must not raise: look with `get`.",
                    lambda state, action, trains: _looks_up(state, action, trains)),
            Mistake("Nonsense must not raise. Whatever you do not understand changes nothing.",
                    where=lambda state, action, trains: "(" not in action and action not in (
                        "buy", "leave") and not state["left"]),
        ),
    ),
    Exercise(
        "13.4", "pages that hide what matters", _HIDES, _confused, _visited,
        (
            Mistake("You look at the page alone. The task belongs to the state too: with another "
                    "task another action may rightly be best.",
                    _confused_but(key=lambda task, page: page)),
            Mistake("You look at the task alone. The page belongs to the state too.",
                    _confused_but(key=lambda task, page: task)),
            Mistake("The best actions need not be the same each time. As long as one is best every "
                    "time, the agent can do right.",
                    _confused_but(torn=lambda best: any(one != best[0] for one in best))),
            Mistake("Pairs of visits are not enough: {a, b}, {b, c} and {a, c} agree pair by pair, "
                    "and yet no action is best all three times.",
                    _confused_but(torn=lambda best: any(
                        not a & b for i, a in enumerate(best) for b in best[i + 1 :]))),
            Mistake("You compare each visit only with the one before. An action has to be best on "
                    "all of them.", _confused_but(torn=_neighbours_only)),
            Mistake("You compare with the first visit only. One action has to be best on all of "
                    "them.", _confused_but(torn=lambda best: any(
                        not best[0] & one for one in best[1:]))),
            Mistake("You report a state where only *some* action differs: an agent needs one that "
                    "is right each time, not that all are.",
                    _confused_but(torn=lambda best: len(set.union(*best)) > len(best[0]))),
            Mistake("You report the states that are sound: there one action is best each time.",
                    _confused_but(torn=lambda best: bool(set.intersection(*best)))),
            Mistake("You report a state once for every visit. Once is enough, where it was first "
                    "seen.", _each_time),
            Mistake("You return the pages without their tasks.",
                    _confused_but(answer=lambda found: [page for _, page in found])),
            Mistake("The right states, in the order in which the contradictions came up. They are "
                    "to stand in the order in which they were *first seen*.",
                    lambda visits: _as_found(visits)),
            Mistake("The right states, sorted. Keep the order in which they were first seen.",
                    _confused_but(answer=sorted)),
            Mistake("The right states, as a set. A list is asked for, in the order in which they "
                    "were first seen.", _confused_but(answer=set)),
        ),
    ),
    Prediction(
        "13.5", "two mistakes in a ferry", "chapter 13, “Check the environment before you train”",
        lambda: "AE", _pairs(),
    ),
)  # fmt: skip


def _last_said(kinds: Sequence[str], alike: Alike, unknown: bool = False) -> list[list[float]]:
    said = {tuple(sorted(pair)): value for pair, value in alike.items()}
    names = [f"{kind}." for kind in kinds] if unknown else list(kinds)
    dot = "." if unknown else ""  # no kind is called "unknown." and so none is a stranger
    return _table(names, {(a + dot, b + dot): value for (a, b), value in said.items()})


def _one_row(kinds: Sequence[str], alike: Alike) -> list[list[float]]:
    rows = [[0.0] * len(kinds)] * len(kinds)
    right = _table(kinds, alike)
    for i in range(len(kinds)):
        for j in range(len(kinds)):
            rows[i][j] = right[i][j]
    return rows


def _never_over(state: World, action: str, trains: Trains) -> tuple[World, float, bool, bool]:
    new, reward, over, useful = _step({**state, "left": False}, action, trains)
    return {**new, "left": state["left"] or new["left"]}, reward, over, useful


def _looks_up(state: World, action: str, trains: Trains) -> tuple[World, float, bool, bool]:
    if action.startswith("ride(") and state["ticket"] and not state["left"]:
        _ = trains[state["at"]][action[5:-1]]
    return _step(state, action, trains)


def _seat_taken(
    state: World, action: str, trains: dict[str, dict[str, int]]
) -> tuple[World, float, bool, bool]:
    answer = _step(state, action, trains)
    if action.startswith("ride(") and answer[3]:
        trains[state["at"]][action[5:-1]] -= 1
    return answer


def _wrong_town(state: World, action: str, trains: Trains) -> tuple[World, float, bool, bool]:
    new, reward, over, useful = _step(state, action, trains)
    if action == "leave" and not state["left"] and state["at"] != state["to"]:
        return new, 0.0, False, False
    return new, reward, over, useful


def _as_found(visits: Visits) -> list[tuple[str, str]]:
    common: dict[tuple[str, str], set[str]] = {}
    found: dict[tuple[str, str], None] = {}
    for task, page, best in visits:
        common[task, page] = common.get((task, page), set(best)) & set(best)
        if not common[task, page]:
            found[task, page] = None
    return list(found)
