"""Exercises of chapter 13: the parts of a railway, a page that hides, a ferry, a world."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes
from rememberer_lite.state import State

_HIDES = "chapter 13, “A page that hides what matters”"


# ---- 13.1

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


FIRST = Exercise(
    "13.1", "which kinds of pages are alike", "chapter 13, “What the similarity decides”", _table,
    _tables, mistakes({
    "((a, b), (b, a)) >> ((a, b),)":
        "Your table is not symmetric. A pair is said once, in either order, and holds both ways.",
    "append(1.0) >> append(0.0)": "A kind is wholly like itself: the diagonal is 1.0.",
    "append(1.0) >> append(min(said, default=1.0))":
        "A pair of a kind with itself changes your diagonal. It is 1.0, whatever is said.",
    'if "unknown" >> if a != b and "unknown"': "An unknown page is like nothing, not even like "
        "another unknown one: nobody knows what either of them shows.",
    '"unknown" in (a, b) >> False': "An unknown page is like nothing, whatever is said of it, and "
        "not even like another unknown one.",
    '"unknown" in (a, b) >> a == b == "unknown"':
        "An unknown page is like no other kind, even where a pair says so.",
    "min(said, default=0.0) >> min(alike.get((a, b), 0.0), alike.get((b, a), 0.0))":
        "Where only one order is said, its number counts. The other order is not said to be 0.0: "
        "nothing is said of it.",
    "min >> max": "Where both orders are said and differ, you take the larger. Be careful: the "
        "smaller counts.",
    "min(said >> min([v for v in said if v]": "A 0.0 that was said is a number, and the smallest "
        "one. In an `if` it is false, like nothing said at all: ask whether it is None.",
    "min(said, default=0.0) >> next((v for v in said if v), 0.0)": "With `or` you take the first "
        "number that is not 0.0. What was said as 0.0 counts too, and of two numbers the smaller.",
    "min(said, default=0.0) >> sum(said) / len(said) if said else 0.0":
        "Where both orders are said and differ, you take their mean. The smaller counts.",
    "min(said, >> min(said[:1],": "Where both orders are said and differ, the first that you find "
        "counts for you. The smaller counts, in both places.",
    ("alike[pair] for pair in ((a, b), (b, a)) if pair in alike >> v for k, v in alike.items() "
     "if sorted(k) == sorted((a, b))",
     "min(said, >> min(said[-1:],"): "Where both orders are said and differ, the last that you "
        "find counts for you. The smaller counts, in both places.",
    ("alike[pair] for pair in ((a, b), (b, a)) if pair in alike >> v for k, v in alike.items() "
     "if sorted(k) == sorted((a, b))",
     "min(said, >> min(said[-1:],",
     '"unknown" in (a, b) >> False'): "Two rules are missing: an unknown page is like nothing, "
        "and where both orders were said the smaller counts, in both places.",
    "return rows >> return {a: dict(zip(kinds, row)) for a, row in zip(kinds, rows)}":
        "A table is asked for, a list of rows in the order of `kinds`: no dict.",
    "default=0.0 >> default=1.0": "Of what nothing is said, nothing is alike: 0.0.",
    "return rows >> return rows[-1:] * len(rows)": "Every row of your table is the same list: "
        "`[row] * n` repeats the list itself and makes no copies.",
    Mistake(where=lambda kinds, alike: any(kind not in kinds for pair in alike for kind in pair)):
        "`alike` may speak of kinds that this table does not have. Leave those out.",
}), cuts=("kinds", "alike"))  # fmt: skip


# ---- 13.2


def _possible(page: str) -> list[str]:
    if not page.startswith("Station: "):
        return []
    none = "Ticket: none" in page.splitlines()
    buys, rides, below = ["buy"] * none, [], ""
    for line in page.splitlines():
        if not line.startswith("- "):
            below = line
        elif below == "Trains:" and not line.endswith("(full)") and not none:
            town = line[2 : line.rindex(" (")]
            rides.append(f"ride({town})")
    return [*buys, *dict.fromkeys(rides), "leave"]


def _page(ticket: bool, trains: Sequence[tuple[str, int]], notices: Sequence[str] = ()) -> str:
    seats = {0: "full", 1: "1 seat"}
    lines = ["Station: Oberau", f"Ticket: {'valid' if ticket else 'none'}", "Trains:"]
    lines += [f"- {town} ({seats.get(free, f'{free} seats')})" for town, free in trains]
    return "\n".join([*lines, *(["Notices:"] if notices else []), *(f"- {n}" for n in notices)])


_NOTICES = ("Lost: an umbrella (blue)", "No smoking", "Au is closed (2 h)", "Ticket: none found")
_TOWNS = ("Lindach", "Bad Ems", "Moor (north)", "Moor (south)", "Zell", "Kilfull", "Au")


def _pages(rng: random.Random) -> Iterator[Case]:
    yield (_page(True, []),)
    yield (_page(False, []),)
    yield (_page(True, [("Zell", 3)]),)
    yield (_page(False, [("Zell", 3)]),)
    yield (_page(True, [("Zell", 0)]),)
    yield (_page(True, [("Zell", 1)]),)
    yield (_page(True, [("Bad Ems", 2)]),)
    yield (_page(True, [("Moor (north)", 2)]),)
    yield (_page(True, [("Kilfull", 2)]),)
    yield (_page(True, [("Fullseats", 0)]),)
    yield (_page(True, [("Zell", 2), ("Zell", 1)]),)
    yield (_page(True, [("Zell", 2)], ["Lost: an umbrella (blue)"]),)
    yield (_page(True, [("Zell", 2)], ["Ticket: none needed on Sundays"]),)
    yield ("You have left the railway.",)
    yield ("Left at\nStation: Zell",)
    for size in range(50):
        trains = [
            (rng.choice(_TOWNS), rng.choice([0, 1, 2, 3, 10, 20])) for _ in range(size // 8 + 1)
        ]
        notices = rng.sample(_NOTICES, 2)
        yield (_page(rng.random() < 0.75, trains, notices if rng.random() < 0.4 else ()),)


SECOND = Exercise(
    "13.2", "what can be done on this page", "chapter 13, “The domain”", _possible,
    _pages, mistakes({
    'page.startswith("Station: ") >> "Station: " in page':
        "You look for `Station:` anywhere. A page that does not *begin* with it allows nothing.",
    "and not none >>":
        "You offer rides without a ticket. There the page allows only to buy one, or to leave.",
    '["buy"] * none >> ["buy"]': "You offer to buy a ticket to somebody who has one.",
    '["buy"] * none >> []': "Without a ticket one can buy one: that action is missing.",
    '"Ticket: none" in page >> "Ticket: none" not in page':
        "You look at the ticket the wrong way round: `none` is when one can buy.",
    '"Ticket: none" in page.splitlines() >> "Ticket: none" in page':
        "You look for `Ticket: none` anywhere on the page, and a notice can say that too. Only "
        "the traveller's own line counts.",
    'and not line.endswith("(full)") >>': "A train that is full cannot be taken.",
    'not line.endswith("(full)") >> "full" not in line': 'You look for "full" anywhere on the '
        "line, and a town may be called Kilfull. The seats stand in the last brackets.",
    'not line.endswith("(full)") >> "seats" in line': "A train with its last seat free can be "
        "taken: the page says `1 seat` there, in the singular.",
    'line[2 : line.rindex(" (")] >> line[2:].split(" (")[0]': "You cut the name at its first "
        "bracket. A town may have one in its name: the seats stand in the last.",
    'line[2 : line.rindex(" (")] >> line[2:].split()[0]':
        "You take one word of the name. A town may have several.",
    'line[2 : line.rindex(" (")] >> line[2:]':
        "The seats are still in your name. They are no part of it.",
    ('below == "Trains:" and >>',
     'line[2 : line.rindex(" (")] >> line[2:].rpartition(" (")[0] or line[2:]'):
        "You take notices for trains. Only what stands below `Trains:`, up to the next heading, "
        "is one.",
    'below == "Trains:" >> line.endswith(")")':
        "Every item that ends in brackets is a train for you, and a notice may end so too. Only "
        "what stands below `Trains:`, up to the next heading, is one.",
    "dict.fromkeys(rides) >> rides":
        "Where two trains go to the same town, the action is still one: it is known by its text.",
    'f"ride({town})" >> town':
        "You write the names of the towns. An action has the form of the grammar: `ride(town)`.",
    'f"ride({town})" >> f"ride[{town}]"': "You write the actions with other brackets, or with a "
        "blank. Spell them as the grammar does: `ride(town)`.",
    ', "leave"] >> ]': "One can always leave: that action is missing.",
    "[*buys, *dict >> buys or [*dict": "Without a ticket one can leave as well.",
    'not line.endswith >> line.count(" ") == 2 + ("seat" in line) and not line.endswith':
        "Trains to towns of several words, or with brackets in the name, are missing.",
    '[*buys, *dict.fromkeys(rides), "leave"] >> ["leave", *buys, *dict.fromkeys(rides)]':
        "The order is that of the page, and `leave` comes last.",
    '[*buys, *dict.fromkeys(rides), "leave"] >> sorted({*buys, *rides, "leave"})':
        "You sort the actions. Keep the order of the page, and `leave` last.",
    "dict.fromkeys(rides) >> sorted(set(rides))": "You sort the rides. Keep the order of the page.",
    'return [] >> return ["leave"]':
        "Who has left can do nothing more: on that page the list is empty.",
    Mistake(where=lambda page: not page.startswith("Station")): "The page of somebody who has "
        "left has no station and no list: the answer there is an empty list.",
}))  # fmt: skip


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
    for near_miss in ("Au", "ride(Au", "ride(Au]", "Au)", "ride[Au]", "Ride(Au)", "leave it"):
        yield riding, near_miss, trains
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


THIRD = Exercise(
    "13.3", "one step, and nothing changed behind your back",
    "chapter 13, “The smallest worked example: a tea kitchen”", _step, _steps, mistakes({
    'action == "leave" >> action == "leave" and state["at"] == state["to"]':
        "Leaving is always possible. In the wrong town it earns 0.0, and ends the episode all the"
        " same.",
    'action == "leave" >> action.startswith("leave")': "You look only at how an action begins. "
        "`leave it` is nonsense, and changes nothing.",
    ('{**state, "left": True} >> state.update(left=True) or state',
     '{**state, "ticket": True} >> state.update(ticket=True) or state',
     '{**state, "at": town, "ticket": False} >> state.update(at=town, ticket=False) or state'):
        "You write into the state that you were given. Whoever holds it compares it with the next "
        "one later: return a new dict.",
    '"at": town, "ticket": False >> "at": town':
        "A ticket is good for one ride: after it, it is used up.",
    ') and state["ticket"] >> )': "You let people ride without a ticket. That changes nothing.",
    ".get(town, 0) > 0 >> .get(town) is not None":
        "You let people ride on a full train. Is there a seat (more than 0)?",
    'trains.get(state["at"], {}).get(town, 0) > 0 >> True': "Wherever a ticket holder wants to "
        "go, you take them. Only towns to which a train goes from here, with a free seat.",
    'and not state["ticket"] >>': "A second ticket changes nothing: whoever has one cannot buy "
        "another, and the last of the four is False.",
    'float(state["at"] == state["to"]) >> 1.0':
        "You pay for leaving anywhere. The reward is for leaving at the destination.",
    'float(state["at"] == state["to"]) >> state["at"] == state["to"]':
        "Your reward is True or False. It is a number: 1.0 or 0.0.",
    'float(state["at"] == state["to"]) >> 1.0 if state["at"] == state["to"] else -1.0':
        "Leaving in the wrong town costs nothing: the reward is 0.0, not −1.",
    '"left": True}, float(state["at"] == state["to"]), True, >> "left": (here := state["at"] == '
    'state["to"])}, float(here), here,':
        "Leaving ends the episode anywhere, in the wrong town too.",
    '"ticket": False}, 0.0, >> "ticket": False}, float(town == state["to"]),':
        "Arriving earns nothing yet. The reward is for leaving there.",
    '"ticket": False}, 0.0, False, >> "ticket": False}, 0.0, town == state["to"],':
        "Arriving ends nothing. The episode ends when the traveller leaves.",
    '"ticket": False}, 0.0, False, >> "ticket": False}, float(town == state["to"]), town == '
    'state["to"],': "Arriving neither pays nor ends the episode. Leaving does.",
    '0.0, True, False >> float(action == "leave" and state["at"] == state["to"]), True, False':
        "You pay a second time after the end. What has ended earns nothing more.",
    '0.0, True, False >> float(state["at"] == state["to"]), True, False':
        "You go on paying after the end, whatever is done. What has ended earns nothing more.",
    "0.0, True, False >> 0.0, False, False":
        "After the end the episode is still over: the third of the four stays True.",
    'if state["left"] >> if False': "The traveller who has left goes on acting in your world. "
        "After the end nothing changes any more.",
    'return {**state, "at" >> trains[state["at"]][town] -= 1; return {**state, "at"':
        "You write into `trains`. The seats are given to you, and nobody takes one away.",
    Mistake(wrong=lambda *case: _step(*case)[:3]): "Four values are asked for: the next state, "
        "the reward, whether it is over, and whether something changed.",
    'True, True >> True, state["at"] == state["to"]':
        "Leaving changes something in the wrong town too: the fourth value is True.",
    'True, True >> state["at"] == state["to"], state["at"] == state["to"]':
        "Leaving in the wrong town ends the episode as well, and is useful in the sense of the "
        "table: something changed.",
    '{**state, "left": True} >> dict(state)':
        "You forget to note in the state that the traveller has left.",
    '[len("ride(") : -1] >> [5:].rstrip(")")': "You lose a bracket that belongs to the name. Take "
        "`ride(` off the front and exactly one `)` off the end; `rstrip` takes them all.",
    ('action.startswith("ride(") and action.endswith(")") and state >> state',
     '[len("ride(") : -1] >> .removeprefix("ride(").removesuffix(")")'):
        "You ride wherever the town is named. An action has the form `ride(town)`, with both "
        "brackets; anything else is nonsense, and changes nothing.",
    Mistake(wrong=lambda *case: (*_step(*case)[:3], not _step(*case)[3])):
        "The fourth value says whether something changed. You say the opposite.",
    "0.0, False, False >> 0.0, False, True": "Nonsense changes nothing, and neither does an "
        "action that is not possible here: the fourth value is False.",
    Mistake(where=lambda state, action, trains: (
      state["at"] not in trains and state["ticket"] and not state["left"]
      and action.startswith("ride("))):
        "No train goes from some towns, and those do not stand in `trains`: look with `get`.",
    'trains.get(state["at"], {}).get(town, 0) >> trains[state["at"]][town]':
        "`trains` names only the towns to which a train goes, and some towns not at all. Nonsense "
        "must not raise: look with `get`.",
    Mistake(where=lambda state, action, trains: "(" not in action and action not in (
                "buy", "leave") and not state["left"]):
        "Nonsense must not raise. Whatever you do not understand changes nothing.",
}))  # fmt: skip


# ---- 13.4

Visits = Sequence[tuple[str, str, Sequence[str]]]


def _confused(visits: Visits) -> list[tuple[str, str]]:
    found = []
    for state in dict.fromkeys((task, page) for task, page, _ in visits):
        best = [set(actions) for task, page, actions in visits if (task, page) == state]
        if not set.intersection(*best):
            found.append(state)
    return found


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


def _as_found(visits: Visits) -> list[tuple[str, str]]:
    common: dict[tuple[str, str], set[str]] = {}
    found: dict[tuple[str, str], None] = {}
    for task, page, best in visits:
        common[task, page] = common.get((task, page), set(best)) & set(best)
        if not common[task, page]:
            found[task, page] = None
    return list(found)


FOURTH = Exercise("13.4", "pages that hide what matters", _HIDES, _confused, _visited, mistakes({
    "(task, page) == state >> page == state[1]": "You look at the page alone. The task belongs to "
        "the state too: with another task another action may rightly be best.",
    ("(task, page) == state >> page == state[1]",
     "return found >> return [s for n, s in enumerate(found) if s[1] not in [page for _, page in "
     "found[:n]]]"): "You put all visits of a page together, whatever the task, and return it "
        "once. The task belongs to the state: with another task another action may be best.",
    "(task, page) == state >> task == state[0]":
        "You look at the task alone. The page belongs to the state too.",
    "not set.intersection(*best) >> any(one != best[0] for one in best)":
        "The best actions need not be the same each time. As long as one is best every time, the "
        "agent can do right.",
    "not set.intersection(*best) >> any(not a & b for a in best for b in best)":
        "Pairs of visits are not enough: {a, b}, {b, c} and {a, c} agree pair by pair, and yet no "
        "action is best all three times.",
    "not set.intersection(*best) >> any(not a & b for a, b in zip(best, best[1:]))":
        "You compare each visit only with the one before. An action has to be best on all of them.",
    "not set.intersection(*best) >> any(not best[0] & one for one in best)":
        "You compare with the first visit only. One action has to be best on all of them.",
    "not set.intersection(*best) >> len(set.union(*best)) > len(best[0])":
        "You report a state where only *some* action differs: an agent needs one that is right "
        "each time, not that all are.",
    "not set >> set": "You report the states that are sound: there one action is best each time.",
    "dict.fromkeys((task, page) for task, page, _ in visits) >> [visit[:2] for visit in visits]":
        "You report a state once for every visit. Once is enough, where it was first seen.",
    "append(state) >> append(state[1])": "You return the pages without their tasks.",
    Mistake(wrong=_as_found): "The right states, in the order in which the contradictions came "
        "up. They are to stand in the order in which they were *first seen*.",
    "return found >> return sorted(found)":
        "The right states, sorted. Keep the order in which they were first seen.",
    "return found >> return set(found)": "The right states, as a set. A list is asked for, in the "
        "order in which they were first seen.",
}), cuts=("visits",))  # fmt: skip


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


FIFTH = Prediction(
    "13.5", "two mistakes in a ferry", "chapter 13, “Check the environment before you train”",
    lambda: "AE", _pairs(), ordered=False,
)  # fmt: skip


# ---- 13.6


class _Gate:
    """A world of the least size: say where to, then go through."""

    def __init__(self, goals: int) -> None:
        self.goals, self.goal, self.at = goals, 0, -1

    def state(self) -> State:
        """What is seen now."""
        page = "outside" if self.at < 0 else f"before gate {self.at % self.goals}"
        actions = (*(f"walk({i})" for i in range(self.goals)), "enter")
        over = self.at >= self.goals
        return State(f"enter gate {self.goal}", "inside" if over else page, () if over else actions)

    def reset(self, *, options: Mapping[str, int] | None = None) -> tuple[str, dict[str, State]]:
        """Begin a goal."""
        self.goal, self.at = (options or {}).get("goal", 0), -1
        return self.state().observation, {"state": self.state()}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, State]]:
        """Do something."""
        reward = 0.0
        if action in self.state().actions and action != "enter":
            self.at = int(action[5:-1])
        elif action in self.state().actions and self.at >= 0:
            reward = float(self.at == self.goal)
            self.at += self.goals
        over = self.at >= self.goals
        return self.state().observation, reward, over, False, {"state": self.state()}


def _gates(goals: int) -> _Gate:
    return _Gate(goals)


def _begun(env: Any, goal: int) -> State:
    page, info = env.reset(options={"goal": goal})
    state = info["state"]
    assert isinstance(state, State) and state.observation == page and state.actions
    return state


def _played(env: Any, goal: int, walk: Sequence[str]) -> tuple[float, bool, State]:
    """The sum of the rewards, whether the episode is over, and the last state."""
    state, total, over = _begun(env, goal), 0.0, False
    for action in walk:
        page, reward, over, truncated, info = env.step(action)
        state, total = info["state"], total + reward
        assert isinstance(state, State) and state.observation == page and not truncated
    return total, over, state


def _solution(env: Any, goal: int) -> list[str] | None:
    """The shortest walk that solves a goal."""
    seen, waiting = {_begun(env, goal)}, list[list[str]]([[]])
    for walk in waiting:
        for action in _played(env, goal, walk)[2].actions:
            total, over, state = _played(env, goal, [*walk, action])
            if over and abs(total - 1) < 1e-9:
                return [*walk, action]
            if not over and state not in seen and len(walk) < 5 and len(seen) < 400:
                seen.add(state)
                waiting.append([*walk, action])
    return None


def _keeps_form(env: Any, goals: int) -> bool:
    return all(_played(env, goal, _begun(env, goal).actions[:1]) for goal in range(goals))


def _begins_alike(env: Any, goals: int) -> bool:
    first = [_begun(env, goal) for goal in range(goals)]
    for goal in range(goals):
        for action in first[goal].actions:
            walk = [action] * 3
            for number in (goal, (goal + 1) % goals):
                _played(env, number, walk)
                if _begun(env, goal) != first[goal]:
                    return False
    return len({state.task for state in first}) == goals


def _ignores_nonsense(env: Any, goals: int) -> bool:
    for goal in range(goals):
        for walk in ((), _begun(env, goal).actions[:1]):
            before, after = (
                _played(env, goal, [*walk, *more]) for more in ([], ["stand on your head"])
            )
            if before != after:
                return False
    return True


def _is_solvable(env: Any, goals: int) -> bool:
    return all(len(_solution(env, goal) or ()) > 1 for goal in range(goals))


def _task_matters(env: Any, goals: int) -> bool:
    walks = [_solution(env, goal) or [] for goal in range(goals)]
    return not any(
        _played(env, other, walk)[0] > 1 - 1e-9
        for goal, walk in enumerate(walks)
        for other in range(goals)
        if other != goal
    )


def _is_over(env: Any, goals: int) -> bool:
    for goal in range(goals):
        walk = _solution(env, goal) or []
        _, _, state = _played(env, goal, walk)
        again = [_played(env, goal, [*walk, *more]) for more in (walk, walk[-1:] * 2)]
        if state.actions or any(total > 1 + 1e-9 or not over for total, over, _ in again):
            return False
    return True


SIXTH = Exercise(
    "13.6", "a world of your own (open)", "chapter 13, “Check the environment before you train”",
    _gates, lambda rng: ((goals,) for goals in (2, 3, 4, 5)), limit=6.0,
    invariants=(
        Invariant("Your environment does not have the form of the contract: reset returns (page, "
                  'info), step five values, info["state"] is a State whose observation is the '
                  "page, and at the beginning there is something to do.", _keeps_form),
        Invariant("A goal does not begin alike each time: something of an episode is still there "
                  "in the next. Or two goals have the same task.", _begins_alike),
        Invariant("Nonsense changes your world, or earns something. What is not in "
                  "`state.actions` does nothing.", _ignores_nonsense),
        Invariant("Not every goal can be solved in two to six of the actions that the states "
                  "offer: no walk earns 1.0 in all and ends the episode, or a single action does. "
                  "Is something of an earlier episode in the way?",
                  _is_solvable),
        Invariant("The task does not matter: a walk that solves one goal solves another one too.",
                  _task_matters),
        Invariant("After the end of an episode there is still something to do or to earn.",
                  _is_over),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
