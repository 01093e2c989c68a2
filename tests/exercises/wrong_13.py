"""Wrong answers to the exercises of chapter 13, as learners write them.

`WRONG` names them: exercise → (a few words of the diagnosis that it has to get, the wrong answer).
"""

from __future__ import annotations

import itertools
import re

# ---- 13.1


def _empty(kinds):
    return [[0.0 for _ in kinds] for _ in kinds]


def one_way(kinds, alike):
    rows = _empty(kinds)
    for i, a in enumerate(kinds):
        for j, b in enumerate(kinds):
            if "unknown" not in (a, b):
                rows[i][j] = 1.0 if i == j else alike.get((a, b), 0.0)
    return rows


def _both_ways(kinds, alike, strangers, both=min):
    rows = _empty(kinds)
    for i, a in enumerate(kinds):
        for j, b in enumerate(kinds):
            values = [alike[p] for p in ((a, b), (b, a)) if p in alike]
            rows[i][j] = 1.0 if a == b else both(values) if values else 0.0
            if strangers(a, b):
                rows[i][j] = 0.0
    return rows


def unknown_is_itself(kinds, alike):
    return _both_ways(kinds, alike, lambda a, b: a != b and (a == "unknown" or b == "unknown"))


def larger(kinds, alike):
    return _both_ways(kinds, alike, lambda a, b: a == "unknown" or b == "unknown", max)


def zero_is_not_said(kinds, alike):
    rows = _empty(kinds)
    for i, a in enumerate(kinds):
        for j, b in enumerate(kinds):
            one, other = alike.get((a, b)), alike.get((b, a))
            if "unknown" not in (a, b):
                both = min(one, other) if one and other else one or other or 0.0
                rows[i][j] = 1.0 if i == j else both
    return rows


def foreign_kinds(kinds, alike):
    rows = [[1.0 if a == b != "unknown" else 0.0 for b in kinds] for a in kinds]
    for a, b in alike:
        i, j = kinds.index(a), kinds.index(b)
        if i != j and "unknown" not in (a, b):
            rows[i][j] = rows[j][i] = min(alike[a, b], alike.get((b, a), 9))
    return rows


def shared_row(kinds, alike):
    rows = [[0.0] * len(kinds)] * len(kinds)
    sound = _both_ways(kinds, alike, lambda a, b: a == "unknown" or b == "unknown")
    for i, row in enumerate(sound):
        for j, value in enumerate(row):
            rows[i][j] = value
    return rows


# ---- 13.2


def every_dash_is_a_train(page):
    if "Station:" not in page:
        return []
    if "\nTicket: none\n" in page:
        return ["buy", "leave"]
    found = []
    for line in page.split("\n"):
        if line.startswith("- ") and not line.endswith("(full)"):
            town = line[2:].rsplit(" (", 1)[0]
            if f"ride({town})" not in found:
                found.append(f"ride({town})")
    return [*found, "leave"]


def _by_pattern(page, pattern, ticketless=False):
    if not page.startswith("Station:"):
        return []
    if "\nTicket: none\n" in page and not ticketless:
        return ["buy", "leave"]
    trains = page.split("Trains:")[1].split("Notices:")[0]
    towns = re.findall(pattern, trains, re.MULTILINE)
    first = ["buy"] if "\nTicket: none\n" in page else []
    return [*first, *dict.fromkeys(f"ride({town})" for town in towns), "leave"]


def plural_only(page):
    return _by_pattern(page, r"^- (.*) \(\d+ seats\)$")


def first_bracket(page):
    return _by_pattern(page, r"^- ([^(]*) \((?:.*\) \()?\d+ seats?\)$")


def full_trains_too(page):
    return _by_pattern(page, r"^- (.*) \(.*\)$")


def rides_without_ticket(page):
    return _by_pattern(page, r"^- (.*) \(\d+ seats?\)$", ticketless=True)


def leaves_for_ever(page):
    return _by_pattern(page, r"^- (.*) \(\d+ seats?\)$") or ["leave"]


def a_ticket_on_a_notice(page):
    if not page.startswith("Station:"):
        return []
    if page.find("Ticket: none") >= 0:
        return ["buy", "leave"]
    return _by_pattern(page, r"^- (.*) \(\d+ seats?\)$")


def nothing_after_the_end(page):
    trains = page.split("Trains:")[1].split("Notices:")[0]
    if "none" in page.split("\n")[1]:
        return ["buy", "leave"]
    towns = re.findall(r"^- (.*) \(\d+ seats?\)$", trains, re.MULTILINE)
    return [*(f"ride({town})" for town in dict.fromkeys(towns)), "leave"]


# ---- 13.3


def _act(state, action, trains):
    """Right, but for the end, which is left to the callers."""
    new = dict(state)
    ride = re.fullmatch(r"ride\((.*)\)", action)
    if action == "buy" and not state["ticket"]:
        new["ticket"] = True
    elif ride and state["ticket"] and trains.get(state["at"], {}).get(ride[1]):
        new["at"], new["ticket"] = ride[1], False
    else:
        return new, 0.0, False, False
    return new, 0.0, False, True


def in_place(state, action, trains):
    if state["left"]:
        return state, 0.0, True, False
    if action == "leave":
        state["left"] = True
        return state, float(state["at"] == state["to"]), True, True
    new, *rest = _act(state, action, trains)
    state.update(new)
    return (state, *rest)


def ticket_for_life(state, action, trains):
    if state["left"]:
        return state, 0.0, True, False
    if action == "leave":
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    new, reward, over, useful = _act(state, action, trains)
    if action.startswith("ride"):
        new["ticket"] = state["ticket"]
    return new, reward, over, useful


def paid_anywhere(state, action, trains):
    if state["left"]:
        return state, 0.0, True, False
    if action == "leave":
        return {**state, "left": True}, 1.0, True, True
    return _act(state, action, trains)


def truth_as_reward(state, action, trains):
    if state["left"]:
        return state, 0.0, True, False
    if action == "leave":
        return {**state, "left": True}, state["at"] == state["to"], True, True
    return _act(state, action, trains)


def never_over(state, action, trains):
    if action == "leave":
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    return _act(state, action, trains)


def over_forgotten(state, action, trains):
    if state["left"]:
        return state, 0.0, False, False
    if action == "leave":
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    return _act(state, action, trains)


def all_brackets(state, action, trains):
    if state["left"]:
        return state, 0.0, True, False
    if action == "leave":
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    verb, _, town = action.rstrip(")").partition("(")
    if verb == "ride" and action.endswith(")"):
        if state["ticket"] and trains.get(state["at"], {}).get(town, 0) > 0:
            return {**state, "at": town, "ticket": False}, 0.0, False, True
        return state, 0.0, False, False
    return _act(state, action, trains)


def full_train(state, action, trains):
    if state["left"] or action == "leave":
        return ticket_for_life(state, action, trains)
    if action[:5] == "ride(" and action[-1:] == ")" and state["ticket"]:
        if action[5:-1] in trains.get(state["at"], {}):
            return {**state, "at": action[5:-1], "ticket": False}, 0.0, False, True
        return state, 0.0, False, False
    return _act(state, action, trains)


def looked_up(state, action, trains):
    if state["left"] or action == "leave":
        return ticket_for_life(state, action, trains)
    if action[:5] == "ride(" and state["ticket"]:
        town = action[5:-1]
        if trains[state["at"]][town] > 0:
            return {**state, "at": town, "ticket": False}, 0.0, False, True
        return state, 0.0, False, False
    return _act(state, action, trains)


# ---- 13.4


def _groups(visits):
    groups = {}
    for task, page, best in visits:
        groups.setdefault((task, page), []).append(set(best))
    return groups


def page_alone(visits):
    pages = {}
    for _, page, best in visits:
        pages.setdefault(page, []).append(set(best))
    torn = [page for page, sets in pages.items() if not set.intersection(*sets)]
    return list(dict.fromkeys((t, p) for t, p, _ in visits if p in torn))


def not_the_same(visits):
    return [s for s, sets in _groups(visits).items() if len(set(map(frozenset, sets))) > 1]


def by_pairs(visits):
    return [
        state
        for state, sets in _groups(visits).items()
        if any(a.isdisjoint(b) for a, b in itertools.combinations(sets, 2))
    ]


def every_visit(visits):
    torn = [s for s, sets in _groups(visits).items() if not set.intersection(*sets)]
    return [(t, p) for t, p, _ in visits if (t, p) in torn]


def with_the_first(visits):
    first, found = {}, {}
    for task, page, best in visits:
        known = first.setdefault((task, page), set(best))
        if not known & set(best):
            found[task, page] = True
    return [state for state in first if state in found]


def ends_in_brackets(page):
    lines = page.splitlines()
    if not page.startswith("Station:"):
        return []
    out = []
    if "Ticket: none" in lines:
        out.append("buy")
    else:
        for line in lines:
            if line.startswith("- ") and line.endswith(")"):
                town, _, seats = line[2:].rpartition(" (")
                a = f"ride({town})"
                if seats != "full)" and a not in out:
                    out.append(a)
    return [*out, "leave"]


def unsaid_is_zero(kinds, alike):
    def v(a, b):
        if "unknown" in (a, b):
            return 0.0
        if a == b:
            return 1.0
        return min(alike.get((a, b), 0.0), alike.get((b, a), 0.0))

    return [[v(a, b) for b in kinds] for a in kinds]


def page_once(visits):
    groups, first = {}, {}
    for t, p, b in visits:
        groups[p] = groups.get(p, set(b)) & set(b)
        first.setdefault(p, (t, p))
    return [first[p] for p, g in groups.items() if not g]


# ---- 13.6


class Lamp:
    """Flick the right switch, then say that you are done."""

    def __init__(self, goals):
        self.goals, self.lit = goals, None
        self.reset()

    def reset(self, *, options=None):
        self.goal = (options or {}).get("goal", 0)
        self.lit, self.done = None, False
        return self.page(), {"state": self.state()}

    def page(self):
        return "the end" if self.done else f"lamp {self.lit} is on"

    def task(self):
        return f"light lamp {self.goal}"

    def state(self):
        from rememberer_lite import State

        names = [f"flick {i}" for i in range(self.goals)]
        return State(self.task(), self.page(), () if self.done else (*names, "done"))

    def pays(self):
        return self.lit == self.goal

    def step(self, action):
        reward = 0.0
        if action in self.state().actions:
            if action == "done":
                self.done, reward = True, float(self.pays())
            else:
                self.lit = int(action[6:])
        return self.page(), reward, self.done, False, {"state": self.state()}


class Forgetful(Lamp):
    def reset(self, *, options=None):
        self.goal, self.done = (options or {}).get("goal", 0), False
        return self.page(), {"state": self.state()}


class OneTask(Lamp):
    def task(self):
        return "light the lamp"


class Touchy(Lamp):
    def step(self, action):
        if action not in self.state().actions:
            self.done = True
        return super().step(action)


class Easy(Lamp):
    def step(self, action):
        paid = not self.done and action == f"flick {self.goal}"
        self.done = self.done or paid
        return self.page(), float(paid), self.done, False, {"state": self.state()}


class AnyLamp(Lamp):
    def pays(self):
        return self.lit is not None


class Generous(Lamp):
    def step(self, action):
        was_over = self.done
        page, reward, over, cut, info = super().step(action)
        return page, float(self.pays()) if was_over else reward, over, cut, info


class ThreeValues(Lamp):
    def step(self, action):
        page, reward, over, _, _ = super().step(action)
        return page, reward, over


def leaves_at_the_word(state, action, trains):
    if state["left"]:
        return dict(state), 0.0, True, False
    if action.startswith("leave"):
        return {**state, "left": True}, float(state["at"] == state["to"]), True, True
    if action == "buy" and not state["ticket"]:
        return {**state, "ticket": True}, 0.0, False, True
    town = action[5:-1]
    rides = action[:5] + action[-1:] == "ride()" and state["ticket"]
    if rides and trains.get(state["at"], {}).get(town):
        return {**state, "at": town, "ticket": False}, 0.0, False, True
    return dict(state), 0.0, False, False


def station_anywhere(page):
    if "Station: " not in page:
        return []
    lines, below, found = page.splitlines(), "", []
    if "Ticket: none" in lines:
        return ["buy", "leave"]
    for line in lines:
        below = below if line.startswith("- ") else line
        if below == "Trains:" and line != below and not line.endswith("(full)"):
            found.append(f"ride({line[2 : line.rindex(' (')]})")
    return [*dict.fromkeys(found), "leave"]


WRONG = {
    "13.1": [
        ("only one order is said", unsaid_is_zero),
        ("not symmetric", one_way),
        ("not even like another unknown one: nobody", unknown_is_itself),
        ("you take the larger", larger),
        ("A 0.0 that was said", zero_is_not_said),
        ("that this table does not have", foreign_kinds),
        ("Every row of your table", shared_row),
    ],
    "13.2": [
        ("You look for `Station:` anywhere", station_anywhere),
        ("ends in brackets is a train", ends_in_brackets),
        ("take notices for trains", every_dash_is_a_train),
        ("last seat free", plural_only),
        ("at its first bracket", first_bracket),
        ("train that is full", full_trains_too),
        ("rides without a ticket", rides_without_ticket),
        ("can do nothing more", leaves_for_ever),
        ("and a notice can say that", a_ticket_on_a_notice),
        ("has no station and no list", nothing_after_the_end),
    ],
    "13.3": [
        ("only at how an action begins", leaves_at_the_word),
        ("write into the state", in_place),
        ("good for one ride", ticket_for_life),
        ("pay for leaving anywhere", paid_anywhere),
        ("True or False", truth_as_reward),
        ("goes on acting", never_over),
        ("third of the four stays", over_forgotten),
        ("`rstrip` takes them all", all_brackets),
        ("ride on a full train", full_train),
        ("Nonsense must not raise: look", looked_up),
    ],
    "13.4": [
        ("and return it once", page_once),
        ("at the page alone", page_alone),
        ("need not be the same each time", not_the_same),
        ("Pairs of visits are not enough", by_pairs),
        ("once for every visit", every_visit),
        ("with the first visit only", with_the_first),
    ],
    "13.5": [
        ("A is one of them. D is innocent", "AD"),
        ("E is one of them. B is innocent", "BE"),
        (
            "C is innocent: the runner counts the steps, so an environment need not truncate. F",
            "CF",
        ),
    ],
    "13.6": [
        ("does not begin alike", Forgetful),
        ("does not begin alike", OneTask),
        ("Nonsense changes your world", Touchy),
        ("Not every goal can be solved", Easy),
        ("The task does not matter", AnyLamp),
        ("After the end of an episode", Generous),
        ("form of the contract", ThreeValues),
    ],
}
