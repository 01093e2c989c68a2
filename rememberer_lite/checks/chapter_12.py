"""Exercises of chapter 12: a memory that forgets the best, two detectors, a ledger to mend."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from rememberer_lite.checks.exercise import Case, Exercise, Invariant, Mistake, Prediction, mistakes

Actions = Mapping[str, tuple[float, float]]  # action → Q, mean immediate reward
Records = Sequence[Mapping[str, float]]  # action → Q

_HALF, _C = "chapter 12, “Halve the agent: reading or writing?”", "chapter 12, “Agent C”"


# ---- 12.1


def _still_encouraged() -> str:
    values: dict[str, tuple[float, float]] = {}
    visits = (("click[red]", 0.0, 1.0), ("click[< prev]", 0.0, 0.2), ("click[buy now]", 0.4, 0.4))
    for action, reward, target in visits:
        values[action] = (target, reward)
        if len(values) > 2:
            del values[min(values, key=lambda name: values[name][1])]
    return max(values, key=lambda name: values[name][0])


FIRST = Prediction(
    "12.1", "what patient E still knows", "chapter 02, “Too many actions”", _still_encouraged, {
    "click[red]": "This is what a healthy memory would keep: it has the highest Q. Look at which "
        "of the numbers decides in E: what was earned *at once*, and choosing an option earns "
        "nothing at once.",
    "click[< prev]": "It is still there, but its Q is 0.2. Of the two that are left the other one "
        "is worth more.",
})  # fmt: skip


# ---- 12.2


def _wrongly_gone(before: Actions, after: Actions) -> list[str]:
    found = []
    for action, (q, _) in before.items():
        if action not in after and any(q > kept for kept, _ in after.values()):
            found.append(action)
    return sorted(found, key=lambda action: -before[action][0])  # stable: equals keep their order


def _prunings(rng: random.Random) -> Iterator[Case]:
    yield {"buy": (0.5, 0.5)}, {"buy": (0.5, 0.5)}
    yield {"red": (1.0, 0.0), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (0.4, 0.0), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (0.2, 0.9), "buy": (0.4, 0.4)}, {"buy": (0.4, 0.4)}
    yield {"red": (1.0, 0.0)}, {}
    three = {"red": (0.5, 0.0), "prev": (0.2, 0.0), "buy": (0.9, 0.9)}
    yield three, {"prev": (0.2, 0.0), "buy": (0.9, 0.9)}
    yield {"a": (0.5, 0.1), "b": (0.5, 0.0), "c": (0.1, 0.2)}, {"c": (0.1, 0.2)}
    for size in range(90):
        names = rng.sample("abcdefghi", size // 15 + 3)
        before = {
            name: (rng.choice([-0.5, 0.0, 0.3, 0.5, 0.5, 1.0]), rng.choice([0.0, 0.0, 0.4, 1.0]))
            for name in names
        }
        kept = rng.sample(names, rng.randint(0 if size % 10 == 0 else 1, len(names)))
        yield before, {name: value for name, value in before.items() if name in kept}


SECOND = Exercise(
    "12.2", "an inspector of what was deleted", "chapter 12, “Agent D”", _wrongly_gone,
    _prunings, mistakes({
    ("(q, _) in before >> (_, q) in before", "kept, _ in after >> _, kept in after"):
        "You compare immediate rewards. That is the very fault of patient E: what an action is "
        "worth is its Q, the first of the two numbers.",
    "q > kept >> q >= kept": "An action that is worth just as much as the worst one kept may go: "
        "nothing was lost. Report only those that were worth more.",
    "any(q > kept for kept, _ in after.values()) >> after": "You report all that went. Whatever "
        "is worth no more than each action that stayed was rightly deleted.",
    "any(q > kept for kept, _ in after.values()) >> after and all(q > kept for kept, _ in "
    "after.values())": "You compare with the best action that stayed. It is wrong already where a "
        "*worse* one was kept instead: compare with the worst of them.",
    "any(q > kept for kept, _ in after.values()) >> after and q > sum(kept for kept, _ in "
    "after.values()) / len(after)":
        "You compare with the mean of what stayed. Compare with the worst of what stayed.",
    "sorted(found, key=lambda action: -before[action][0]) >> found":
        "The right actions, in the order of the record. The greatest loss comes first.",
    "-before >> before": "The right actions, the smallest loss first. The greatest comes first.",
    "-before[action][0]) >> before[action][0])[::-1]": "Actions of equal Q stand the wrong way "
        "round: they keep the order that they have in `before`.",
    "-before[action][0] >> (-before[action][0], action)":
        "Actions of equal Q stand by their names: they keep the order that they have in `before`.",
    "-before[action][0] >> (before[action][0], action), reverse=True":
        "Actions of equal Q stand by their names, backwards: they keep the order that they have "
        "in `before`.",
    "-before[action][0] >> -before[action][1]": "The right actions, in the order of their "
        "immediate rewards. The greatest loss is that of the highest Q.",
    "-before[action][0] >> before[action], reverse=True": "Actions of equal Q are in the order of "
        "their rewards: they keep the order that they have in `before`.",
    "-before[action][0]) >> -before[action][0])[:1]":
        "You report only the greatest loss. All wrongly deleted actions are asked for.",
    "sorted(found, key=lambda action: -before[action][0]) >> sorted(((a, before[a][0]) for a in "
    "found), key=lambda pair: -pair[1])":
        "You return the actions with their numbers. Only the names are asked for.",
    "action not in after and >>":
        "You report actions that are still there. First ask whether it has gone.",
    "not in after and >> not in after and not after or action not in after and":
        "Where nothing stayed, nothing worse was kept, so nothing was *wrongly* deleted: the "
        "answer is an empty list.",
    Mistake(where=lambda before, after: not after): "Where nothing stayed, nothing worse was "
        "kept: the answer is an empty list. The minimum of nothing has to be caught.",
}))  # fmt: skip


# ---- 12.3


def _largest(reward: float, gamma: float, most: int, pick: Callable[[list[float]], float]) -> float:
    """The largest (or smallest) return of an episode of 1 to `most` steps."""
    return pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)])


def _impossible(
    records: Records, low: float, high: float, gamma: float, most: int
) -> list[tuple[int, str]]:
    bottom, top = _largest(low, gamma, most, min), _largest(high, gamma, most, max)
    found = []
    for number, actions in enumerate(records):
        for action, q in actions.items():
            if not (bottom - 1e-9 <= q <= top + 1e-9):  # nan is in no range
                found.append((number, action))
    return found


def _memories(rng: random.Random) -> Iterator[Case]:
    nan = float("nan")
    yield [], 0.0, 1.0, 1.0, 1
    yield [{"buy": 1.0}], 0.0, 1.0, 1.0, 1
    yield [{"buy": 1.5}], 0.0, 1.0, 0.5, 1
    yield [{"buy": 1.5}], 0.0, 1.0, 0.5, 2
    yield [{"buy": 2.0, "back": 2.5}], 0.0, 1.0, 1.0, 2
    yield [{"buy": -0.25}, {"back": 0.0}], 0.0, 1.0, 1.0, 2
    yield [{"buy": nan}], 0.0, 1.0, 1.0, 2
    yield [{"buy": 0.1 + 0.1 + 0.1}], 0.0, 0.3, 1.0, 1
    yield [{"wait": -0.1, "buy": -0.05}], -0.1, -0.1, 0.5, 3
    yield [{"buy": 0.0, "back": 0.1}], 0.1, 1.0, 1.0, 2
    for size in range(90):
        low, high = rng.choice([(0.0, 1.0), (-1.0, 1.0), (-0.1, 0.3), (-1.0, -0.1), (0.1, 1.0)])
        gamma, most = rng.choice([1.0, 0.9, 0.5]), rng.randint(1, 5)
        ends = []
        for reward, pick in ((low, min), (high, max)):
            end, out = _largest(reward, gamma, most, pick), 0.05 if pick is max else -0.05
            ends += [end, end + out, end - out, reward, reward * most, end + out * 4]
            longer = sum(gamma**i * reward for i in range(most + 1))
            ends += [longer, reward * most if gamma == 1 else reward / (1 - gamma)]
        yield (
            [
                {
                    name: rng.choice([*ends, nan] if rng.random() < 0.3 else ends)
                    for name in rng.sample(["buy", "back", "red", "next"], rng.randint(0, 4))
                }
                for _ in range(size // 20 + 1)
            ],
            low, high, gamma, most,
        )  # fmt: skip


THIRD = Exercise(
    "12.3", "values that no episode can earn", _HALF, _impossible, _memories, mistakes({
    "_largest(low, gamma, most, min), _largest(high, gamma, most, max) >> _largest(low, gamma, "
    "most + 1, min), _largest(high, gamma, most + 1, max)":
        "Your longest episode has a step too many: with γ⁰ for the first, the last of `most` "
        "steps counts γ^(most − 1).",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "reward": "You compare with a single reward. An episode earns one at each of up to `most` "
        "steps: add them up, discounted.",
    "gamma**i * >>": "Your largest return is not discounted. The i-th reward counts γ^i.",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "reward * most if gamma == 1 else reward / (1 - gamma)": "Your bound is that of an endless "
        "episode. One of at most `most` steps earns less, so false values slip through.",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "sum(gamma**i * reward for i in range(most - 1))":
        "Your bound adds up one reward too few: `most` steps earn `most` rewards.",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "sum(gamma**i * reward for i in range(most + 1))":
        "Your bound adds up one reward too many: `most` steps earn `most` rewards.",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "sum(gamma ** (i + 1) * reward for i in range(most))":
        "Your first reward is discounted already. It counts whole: γ⁰ = 1.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> not q <= top + 1e-9":
        "You look only at the upper end. A Q below the smallest possible return is impossible too.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> not q >= bottom - 1e-9":
        "You look only at the lower end. A Q above the largest possible return is what was asked "
        "for first.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> not bottom + 1e-9 < q < top - 1e-9":
        "The ends belong to the range: a return may be the largest possible one. Only what lies "
        "beyond is impossible.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> not bottom <= q <= top":
        "You compare exactly, and rounding makes a true value a false alarm: 0.1 + 0.1 + 0.1 is a "
        "little more than 0.3. Allow 1e-9.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> q < bottom - 1e-9 or q > top + 1e-9":
        "nan slips through: every comparison with it is False. Ask whether a value lies *inside*, "
        "and report it where it does not.",
    "not (bottom - 1e-9 <= q <= top + 1e-9) >> q < bottom or q > top":
        "nan slips through, and you compare exactly. Ask whether a value lies inside, with 1e-9 "
        "to spare, and report it where it does not.",
    "pick([sum(gamma**i * reward for i in range(steps)) for steps in range(1, most + 1)]) >> "
    "sum(gamma**i * reward for i in range(most))":
        "You take all `most` steps as given. An episode may end after one: where every step costs "
        "something, the largest return is that of the shortest.",
    "range(1, most + 1) >> range(most + 1)":
        "A return of 0 is always possible for you. An episode has at least one step: where every "
        "step costs something, the largest return lies below 0.",
    Mistake(where=lambda records, low, high, gamma, most: gamma == 1):
        "With γ = 1 the formula of the geometric series divides by zero. There every reward "
        "counts whole.",
    "enumerate(records) >> enumerate(records, 1)": "Records are counted from 0, as in a list.",
    "append((number, action)) >> append(action)": "You return the actions without the number of "
        "their record. The same action stands in many records.",
    "return found >> return list(dict.fromkeys(number for number, _ in found))":
        "You return the numbers of the records without the actions.",
    "return found >> return [pair for i, pair in enumerate(found) if pair[0] not in "
    "dict(found[:i])]":
        "You report one action of each record. All that are impossible are asked for.",
    "if not (bottom >> if (bottom":
        "You report the values that are possible. Those that are not were asked for.",
}), cuts=("records",))  # fmt: skip


# ---- 12.4

Replies = Sequence[str | None]
Ledger = dict[str, tuple[float, float, int]]


def _ledger(replies: Replies, rewards: Sequence[float], gamma: float) -> Ledger:
    seen: dict[str, list[tuple[float, float]]] = {}
    for t, reply in enumerate(replies):
        if reply is None:
            continue
        action = reply[: reply.index("]") + 1].strip().lower()
        total = sum(gamma**i * reward for i, reward in enumerate(rewards[t:]))
        seen.setdefault(action, []).append((rewards[t], total))
    ledger = {}
    for action, pairs in seen.items():
        at_once, back = zip(*pairs, strict=True)
        ledger[action] = (_mean(at_once), _mean(back), len(pairs))
    return ledger


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _episodes(rng: random.Random) -> Iterator[Case]:
    yield [], [], 0.5
    yield ["click[buy now]"], [1.0], 0.5
    yield ["click[red]", "click[buy now]"], [0.0, 1.0], 0.5
    yield ["click[red] it fits", "click[buy now] cheap"], [0.25, 1.0], 0.5
    yield ["click[red] it fits", "click[red] it is red"], [0.0, 1.0], 0.5
    yield ["Click[Red] yes", " click[red]"], [0.5, 0.0], 1.0
    yield ["click[red], it fits", "click[red]: it is red"], [0.5, 0.0], 1.0
    yield ["click[red]", None, "click[buy now]"], [0.0, 0.0, 1.0], 0.5
    yield [None], [0.0], 0.5
    names = ("click[red]", "click[buy now]", "Click[Buy Now]", "search[usb c: 2 m]", " click[red]")
    words = (
        "",
        " it fits",
        " I take it: cheap",
        ", and buy",
        " the box [2 m] was named",
        " IT IS RED",
    )
    for size in range(90):
        replies: list[str | None] = [
            None if rng.random() < 0.15 else rng.choice(names) + rng.choice(words)
            for _ in range(size // 12 + 2)
        ]
        rewards = [0.0 if reply is None else rng.choice([0.0, 0.25, 1.0]) for reply in replies]
        yield replies, rewards, rng.choice([1.0, 0.9, 0.5])


FOURTH = Exercise("12.4", "a ledger to mend", _C, _ledger, _episodes, mistakes({
    "(_mean(at_once), _mean(back), len(pairs)) >> (at_once[-1], back[-1], 1)":
        "You keep one try of each action. All of them count, as means.",
    'reply[: reply.index("]") + 1].strip().lower() >> reply.strip().lower()':
        "The words after the action are part of your key, so one click holds two entries. The "
        "text of the action alone is its identity.",
    "reply.index >> reply.rindex": "Your action ends at the *last* bracket, but the reason may "
        "hold brackets too. The action ends at the first closing one.",
    'reply.index("]") + 1 >> reply.index("]")':
        "The action ends *with* its closing bracket; you lose it, or leave it behind.",
    'reply[: reply.index("]") + 1].strip().lower() >> reply.strip().split(" ")[0].lower()':
        "Your action ends at the first blank, but a button's text may have several words. It ends "
        "at the first closing bracket.",
    ".strip().lower() >> .strip()": "Capitals split an action in two: `Click[Buy Now]` and "
        "`click[buy now]` are the same click.",
    ".strip().lower() >> .lower()": "A blank in front of an action splits it in two.",
    "(rewards[t], >> (rewards[t - 1] if t else 0.0,": "The immediate reward is still that of the "
        "step *before*: the last reward of an episode never arrives.",
    "(rewards[t], >> (rewards[t + 1] if t + 1 < len(rewards) else 0.0,":
        "The immediate reward is that of the step *after*. Reward t belongs to reply t.",
    "gamma**i * >>": "Your return is not discounted: the i-th reward from here on counts γ^i.",
    "gamma**i >> gamma ** (i + 1)": "Your return is discounted one step too much: the reward of "
        "the step itself counts whole, γ⁰.",
    "rewards[t:] >> rewards[t + 1 :]":
        "Your return leaves out the reward of the step itself. It begins there.",
    "rewards[t:] >> rewards[: t + 1]": "Your return adds up the rewards *before* the step. It "
        "looks ahead, to the end of the episode.",
    "rewards[t:] >> rewards":
        "Your return is that of the whole episode at every step. It begins at the step itself.",
    "sum(values) / len(values) >> values[-1]":
        "You keep the last try only. Of an action that was tried several times the means count.",
    "sum(values) / len(values) >> values[0]":
        "You keep the first try only. Of an action that was tried several times the means count.",
    "sum(values) / len(values) >> max(values)":
        "You keep the best try. Of an action that was tried several times the means count.",
    "/ len(values) >> // len(values)":
        "`//` divides whole numbers and cuts the rest off. A mean needs `/`.",
    "_mean(back) >> back[0]": "The return of your ledger is that of the first try. Of an action "
        "that was tried several times the mean counts, for the return too.",
    "_mean(back) >> back[-1]": "The return of your ledger is that of the last try. Of an action "
        "that was tried several times the mean counts, for the return too.",
    "_mean(back) >> max(back)": "The return of your ledger is the best one. Of an action that was "
        "tried several times the mean counts, for the return too.",
    "/ len(values) >>": "These are sums. Divide by how often the action was tried.",
    "_mean(at_once), _mean(back) >> sum(at_once) / len(replies), sum(back) / len(replies)":
        "You divide by the number of all steps. Each action has its own number of tries.",
    "if reply is None >> if (reply := reply or next((r for r in replies[:t][::-1] if r), None)) "
    "is None": "A failed reply (None) counts as the action before it, once more. Nobody acted "
        "there: it gets no entry.",
    'if reply is None: continue >> if reply is None: seen.setdefault("none", []).append((0.0, '
    "0.0)); continue":
        "A failed reply (None) gets an entry of its own. Nobody acted there: it gets none.",
    "seen: dict[str, list[tuple[float, float]]] = {} >> seen, rewards, replies = {}, [r for r, a "
    "in zip(rewards, replies) if a], [a for a in replies if a]":
        "You take the failed replies out before you discount. A failed reply uses a step too, and "
        "what comes after it lies one step further away.",
    "continue >> break": "You stop at a failed reply. It writes nothing, but the episode goes on.",
    Mistake(where=lambda replies, rewards, gamma: None in replies):
        "A reply may be None, a failed one. It has no text to cut: leave it out.",
    "_mean(at_once), _mean(back) >> _mean(back), _mean(at_once)":
        "Return and immediate reward have changed places.",
    "len(pairs) >> 1": "The number of tries is always 1 in your ledger.",
    "len(pairs) >> len(pairs) - 1": "Your count of tries is one too low: the first try counts 1.",
}))  # fmt: skip


# ---- 12.5

_STEPS = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """Works out the returns of an episode at γ = 0.5; perhaps with a hidden fault.

    Attributes:
        fault: its kind; "" for a sound one.
        at: the step or the reward that the fault is about.
    """

    fault: str = field(default="", repr=False)
    at: float = field(default=0.0, repr=False)

    def __call__(self, rewards: Sequence[float]) -> list[float]:
        """The return of each step."""
        counted = [self._counted(i, reward, rewards) for i, reward in enumerate(rewards)]
        found = [
            sum(0.5**i * reward for i, reward in enumerate(counted[t:]))
            for t in range(len(rewards))
        ]
        if self.fault == "the last return is lost" and len(rewards) > self.at:
            found[-1] = 0.0
        return found

    def _counted(self, step: int, reward: float, rewards: Sequence[float]) -> float:
        wrong = {
            "a step is skipped": step == self.at,
            "a reward is ignored": reward == self.at,
            "a repeated reward counts once": step > 0 and rewards[step - 1] == reward,
            "rewards before a fine are lost": -1.0 in rewards[step + 1 :],
            "nothing counts after a success": 1.0 in rewards[:step],
        }.get(self.fault, False)
        return 0.0 if wrong else reward


def _convicts(rewards: Sequence[float], sound: Bookkeeper, suspect: Bookkeeper) -> bool:
    return sound(rewards) != suspect(rewards)


def _witness(sound: Bookkeeper, suspect: Bookkeeper) -> list[float]:
    for length in range(1, 9):
        for rewards in product(_STEPS, repeat=length):
            if _convicts(rewards, sound, suspect):
                return list(rewards)
    return []


def _suspects(rng: random.Random) -> Iterator[Case]:
    yield Bookkeeper(), Bookkeeper("a reward is ignored", 1.0)
    yield Bookkeeper(), Bookkeeper("a step is skipped", 0)
    for _ in range(30):
        fault, places = rng.choice([
            ("a step is skipped", (0, 1, 2, 3)),
            ("a reward is ignored", (-1.0, -0.5, 0.5, 1.0)),
            ("a repeated reward counts once", (0,)),
            ("rewards before a fine are lost", (0,)),
            ("nothing counts after a success", (0,)),
            ("the last return is lost", (0, 1, 2)),
        ])  # fmt: skip
        yield Bookkeeper(), Bookkeeper(fault, rng.choice(places))


def _shorter(rewards: Sequence[float]) -> Iterator[list[float]]:
    for i in range(len(rewards)):
        yield [*rewards[:i], *rewards[i + 1 :]]


FIFTH = Exercise(
    "12.5", "the smallest witness of a hidden fault (open)", _HALF, _witness, _suspects,
    invariants=(
        Invariant("Return a list of one to eight rewards, each of them −1.0, −0.5, 0.0, 0.5 or "
                  "1.0.",
                  lambda rewards, sound, suspect: (
                      1 <= len(rewards) <= 8 and all(reward in _STEPS for reward in rewards))),
        Invariant("On your episode the two agree: it convicts nobody. Try many, and compare.",
                  lambda rewards, sound, suspect: _convicts(rewards, sound, suspect)),
        Invariant("Your episode convicts the suspect, but says more than it has to: one of its "
                  "steps can be left out, and the two still differ. The fault is easier to find "
                  "in a short report.",
                  lambda rewards, sound, suspect: not any(
                      _convicts(less, sound, suspect) for less in _shorter(rewards) if less)),
    ),
)  # fmt: skip


EXERCISES = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
